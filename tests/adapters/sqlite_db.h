// A database in memory, with the functions of nps, as the tests of SQL use it.
//
//   SqliteDb db;
//   db.run("CREATE TABLE answers(rating)");
//   CHECK(db.value("SELECT nps(rating) FROM answers") == "NULL");
//   CHECK(db.error("SELECT nps(11)") == "nps(): ...");
#ifndef NPS_TESTS_ADAPTERS_SQLITE_DB_H_
#define NPS_TESTS_ADAPTERS_SQLITE_DB_H_

#include <sqlite3.h>

#include <array>
#include <charconv>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "nps/adapters/sqlite_functions.h"
#include "nps/tally.h"
#include "nps/wire/tally.h"
#include "support/catch.h"

namespace nps::test {

/// In as many digits as it takes to tell it from every other double.
inline std::string exactly(double number) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  return {text.data(), end};
}

class SqliteDb {
 public:
  using Row = std::vector<std::string>;

  SqliteDb() {
    REQUIRE(sqlite3_open(":memory:", &db_) == SQLITE_OK);
    REQUIRE(register_sqlite_functions(db_));
  }
  ~SqliteDb() { sqlite3_close(db_); }
  SqliteDb(const SqliteDb&) = delete;
  SqliteDb& operator=(const SqliteDb&) = delete;

  [[nodiscard]] sqlite3* connection() const { return db_; }

  void run(const std::string& sql) {
    INFO(sql);
    static_cast<void>(rows(sql));
  }
  /// Text of all values, "NULL" for NULL; a BLOB is its bytes.
  std::vector<Row> rows(const std::string& sql, std::span<const std::byte> blob = {}) {
    INFO(sql);
    auto [found, error] = step_all(sql, blob);
    CHECK(error.empty());
    return std::move(found);
  }
  std::string value(const std::string& sql, std::span<const std::byte> blob = {}) {
    const auto found = rows(sql, blob);
    REQUIRE(found.size() == 1);
    REQUIRE(found.front().size() == 1);
    return found.front().front();
  }
  Tally tally(const std::string& sql, std::span<const std::byte> blob = {}) {
    return tally_in(value(sql, blob));
  }
  static Tally tally_in(const std::string& bytes) {
    const auto decoded = wire::decode_tally(std::as_bytes(std::span(bytes)));
    REQUIRE(decoded);
    return *decoded;
  }
  /// "" where there is none. ?1 is the blob.
  std::string error(const std::string& sql, std::span<const std::byte> blob = {}) {
    return step_all(sql, blob).second;
  }

 private:
  std::pair<std::vector<Row>, std::string> step_all(const std::string& sql,
                                                    std::span<const std::byte> blob) {
    std::vector<Row> found;
    const char* rest = sql.c_str();
    while (*rest != '\0') {
      sqlite3_stmt* statement = nullptr;
      if (sqlite3_prepare_v2(db_, rest, -1, &statement, &rest) != SQLITE_OK) {
        return {std::move(found), sqlite3_errmsg(db_)};
      }
      if (statement == nullptr) break;  // a space at the end
      sqlite3_bind_blob(statement, 1, blob.data(), static_cast<int>(blob.size()), SQLITE_STATIC);
      while (sqlite3_step(statement) == SQLITE_ROW) found.push_back(row_of(statement));
      if (sqlite3_finalize(statement) != SQLITE_OK) {
        return {std::move(found), sqlite3_errmsg(db_)};
      }
    }
    return {std::move(found), ""};
  }

  static Row row_of(sqlite3_stmt* statement) {
    Row row;
    for (int i = 0; i < sqlite3_column_count(statement); ++i) {
      if (sqlite3_column_type(statement, i) == SQLITE_NULL) {
        row.emplace_back("NULL");
        continue;
      }
      if (sqlite3_column_type(statement, i) == SQLITE_FLOAT) {  // SQLite would write 15 digits
        row.push_back(exactly(sqlite3_column_double(statement, i)));
        continue;
      }
      const void* bytes = sqlite3_column_blob(statement, i);
      const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, i));
      row.emplace_back(size == 0 ? "" : static_cast<const char*>(bytes), size);
    }
    return row;
  }

  sqlite3* db_ = nullptr;
};

}  // namespace nps::test

#endif  // NPS_TESTS_ADAPTERS_SQLITE_DB_H_
