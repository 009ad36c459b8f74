#include "cli/store_query.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <memory>
#include <string_view>
#include <utility>

namespace nps::cli {
namespace {

struct Finalize {
  void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

/// What a query may do. A file that is opened for reading only can still have others attached to it,
/// and those be written.
int allow(void*, int action, const char*, const char*, const char*, const char*) noexcept {
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_FUNCTION:
    case SQLITE_RECURSIVE: return SQLITE_OK;
    default: return SQLITE_DENY;
  }
}

/// Puts the rule into force for as long as it lives.
class OnlyReading {
 public:
  explicit OnlyReading(sqlite3* db) : db_(db) { sqlite3_set_authorizer(db_, allow, nullptr); }
  ~OnlyReading() { sqlite3_set_authorizer(db_, nullptr, nullptr); }
  OnlyReading(const OnlyReading&) = delete;
  OnlyReading& operator=(const OnlyReading&) = delete;

 private:
  sqlite3* db_;
};

Error usage(std::string message) { return {ErrorCode::InvalidArgument, std::move(message)}; }

Error more_than_reading() {
  return usage("this query would do more than read: only SELECT and the like are taken here");
}

Result<Statement> prepare(sqlite3* db, const std::string& sql) {
  sqlite3_stmt* raw = nullptr;
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v2(db, sql.data(), static_cast<int>(sql.size()), &raw, &rest);
  Statement statement(raw);
  if (code == SQLITE_AUTH) return more_than_reading();
  if (code != SQLITE_OK) {
    const int kind = code & 0xff;
    const bool of_file = kind != SQLITE_ERROR && kind != SQLITE_TOOBIG;
    return Error{of_file ? ErrorCode::Unreadable : ErrorCode::InvalidArgument,
                 fmt::format("the query is not understood: {}", sqlite3_errmsg(db))};
  }
  if (statement == nullptr) return usage("there is no query in the text");
  const std::string_view tail(rest, static_cast<std::size_t>(sql.data() + sql.size() - rest));
  if (tail.find_first_not_of(" \t\r\n;") != std::string_view::npos) {
    return usage("one query at a time: something follows the first one");
  }
  return statement;
}

SqlCell cell_of(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER: return static_cast<std::int64_t>(sqlite3_column_int64(statement, column));
    case SQLITE_FLOAT: return sqlite3_column_double(statement, column);
    case SQLITE_NULL: return std::monostate{};
    default: break;
  }
  const bool blob = sqlite3_column_type(statement, column) == SQLITE_BLOB;
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
  std::string text(bytes == nullptr ? "" : bytes, bytes == nullptr ? 0 : size);
  if (blob) return SqlBlob{std::move(text)};
  return text;
}

}  // namespace

Result<SqlTable> query(const SqliteStore& store, const std::string& sql,
                       const std::vector<std::variant<std::int64_t, std::string>>& values) {
  sqlite3* db = store.connection();
  const OnlyReading rule(db);
  auto statement = prepare(db, sql);
  if (!statement) return std::move(statement).error();
  if (sqlite3_bind_parameter_count(statement->get()) != static_cast<int>(values.size())) {
    return usage("the query has parameters (such as ?), and nothing gives them a value");
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    const int place = static_cast<int>(i) + 1;
    if (const auto* text = std::get_if<std::string>(&values[i])) {
      sqlite3_bind_text(statement->get(), place, text->data(), static_cast<int>(text->size()),
                        SQLITE_STATIC);
    } else {
      sqlite3_bind_int64(statement->get(), place, std::get<std::int64_t>(values[i]));
    }
  }
  SqlTable table;
  const int columns = sqlite3_column_count(statement->get());
  for (int i = 0; i < columns; ++i) {
    table.columns.emplace_back(sqlite3_column_name(statement->get(), i));
  }
  int code = sqlite3_step(statement->get());
  for (; code == SQLITE_ROW; code = sqlite3_step(statement->get())) {
    auto& row = table.rows.emplace_back();
    for (int i = 0; i < columns; ++i) row.push_back(cell_of(statement->get(), i));
  }
  if (code == SQLITE_DONE) return table;
  if (code == SQLITE_AUTH) return more_than_reading();  // VACUUM INTO asks as late as this
  return Error{(code & 0xff) == SQLITE_ERROR ? ErrorCode::Malformed : ErrorCode::Unreadable,
               fmt::format("the query stopped: {}", sqlite3_errmsg(db))};
}

}  // namespace nps::cli
