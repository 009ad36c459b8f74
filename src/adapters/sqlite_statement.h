// A connection of SQLite and its prepared statements, for the store. As with wire::Reader, the first
// thing that goes wrong is remembered, and from then on statements do nothing and have no rows: whoever
// ends the transaction looks once.
#ifndef NPS_SRC_ADAPTERS_SQLITE_STATEMENT_H_
#define NPS_SRC_ADAPTERS_SQLITE_STATEMENT_H_

#include <sqlite3.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "nps/result.h"

namespace nps::internal {

class StoreConnection {
 public:
  StoreConnection(sqlite3* raw, std::string path, bool owned)
      : raw_(raw), path_(std::move(path)), owned_(owned) {}
  StoreConnection(const StoreConnection&) = delete;
  StoreConnection& operator=(const StoreConnection&) = delete;
  ~StoreConnection() {
    if (owned_) sqlite3_close(raw_);
  }

  [[nodiscard]] sqlite3* raw() const noexcept { return raw_; }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] bool owned() const noexcept { return owned_; }

  [[nodiscard]] bool failed() const noexcept { return failure_.has_value(); }
  void fail(Error error) {
    if (!failure_) failure_ = std::move(error);
  }
  /// What the store reads cannot be what it wrote.
  void fail_damaged();
  /// Remembers why a call of SQLite's failed.
  void fail(int code);
  /// What went wrong since the last time, which is then forgotten.
  [[nodiscard]] Result<> take_result() {
    if (!failure_) return {};
    return *std::exchange(failure_, std::nullopt);
  }
  void run(const char* sql);
  /// The first column of the first row as an integer; 0 where there is none.
  [[nodiscard]] std::int64_t number(const char* sql);

 private:
  sqlite3* raw_;
  std::string path_;
  bool owned_;
  std::optional<Error> failure_;
};

/// What a code of SQLite's means for whoever called, about the file of that name.
[[nodiscard]] Error sqlite_error(int code, const std::string& path, const std::string& detail);

class StoreStatement {
 public:
  StoreStatement(StoreConnection& db, const char* sql) : db_(&db) {
    if (db.failed()) return;
    const int code =
        sqlite3_prepare_v3(db.raw(), sql, -1, SQLITE_PREPARE_PERSISTENT, &raw_, nullptr);
    if (code != SQLITE_OK) db.fail(code);
  }
  StoreStatement(const StoreStatement&) = delete;
  StoreStatement& operator=(const StoreStatement&) = delete;
  ~StoreStatement() { sqlite3_finalize(raw_); }

  /// Binds the parameters, in order; texts must live until the next bind.
  template <typename... Values>
  StoreStatement& bind(const Values&... values) {
    if (raw_ == nullptr) return *this;
    sqlite3_reset(raw_);
    int at = 0;
    (put(++at, values), ...);
    return *this;
  }
  /// Whether there is a row.
  bool step() {
    if (raw_ == nullptr || db_->failed()) return false;
    const int code = sqlite3_step(raw_);
    if (code == SQLITE_ROW) return true;
    // Errors are told again by the reset, which must not be left for the next transaction.
    if (code != SQLITE_DONE) db_->fail(code);
    sqlite3_reset(raw_);
    return false;
  }
  template <typename... Values>
  void run(const Values&... values) {
    bind(values...);
    step();
  }
  /// Lets go of the row, and of what it holds locked.
  void done() {
    if (raw_ != nullptr) sqlite3_reset(raw_);
  }

  [[nodiscard]] StoreConnection& connection() const noexcept { return *db_; }
  [[nodiscard]] bool is_null(int column) const {
    return sqlite3_column_type(raw_, column) == SQLITE_NULL;
  }
  [[nodiscard]] std::int64_t number(int column) const { return sqlite3_column_int64(raw_, column); }
  [[nodiscard]] double real(int column) const { return sqlite3_column_double(raw_, column); }
  [[nodiscard]] std::optional<std::int64_t> number_if(int column) const {
    if (is_null(column)) return std::nullopt;
    return number(column);
  }
  /// Lives until the next step.
  [[nodiscard]] std::string_view text(int column) const {
    const void* const bytes = sqlite3_column_blob(raw_, column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(raw_, column));
    return bytes == nullptr ? std::string_view()
                            : std::string_view(static_cast<const char*>(bytes), size);
  }

 private:
  void check(int code) {
    if (code != SQLITE_OK) db_->fail(code);
  }
  void put(int at, std::int64_t value) { check(sqlite3_bind_int64(raw_, at, value)); }
  void put(int at, double value) { check(sqlite3_bind_double(raw_, at, value)); }
  void put(int at, std::nullptr_t) { check(sqlite3_bind_null(raw_, at)); }
  void put(int at, std::string_view text) {
    check(sqlite3_bind_text64(raw_, at, text.data() == nullptr ? "" : text.data(), text.size(),
                              SQLITE_STATIC, SQLITE_UTF8));
  }
  void put(int at, std::span<const std::byte> bytes) {
    check(sqlite3_bind_blob64(raw_, at,
                              bytes.data() == nullptr ? "" : static_cast<const void*>(bytes.data()),
                              bytes.size(), SQLITE_STATIC));
  }
  template <typename T>
  void put(int at, const std::optional<T>& value) {
    value ? put(at, *value) : put(at, nullptr);
  }

  StoreConnection* db_;
  sqlite3_stmt* raw_ = nullptr;
};

}  // namespace nps::internal

#endif  // NPS_SRC_ADAPTERS_SQLITE_STATEMENT_H_
