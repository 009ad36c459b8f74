#include "cli/store_query.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <memory>
#include <string_view>
#include <utility>

#include "cli/usage.h"

namespace nps::cli {
namespace {

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

}  // namespace

// What a query is made of; named, since its Impl is.

struct Finalize {
  void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

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

/// One state of the file: others may write meanwhile. Where it cannot begin, the query will say so.
class ReadTransaction {
 public:
  explicit ReadTransaction(sqlite3* db) : db_(db) {
    sqlite3_exec(db_, "BEGIN", nullptr, nullptr, nullptr);
  }
  ~ReadTransaction() { sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr); }
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;

 private:
  sqlite3* db_;
};

namespace {

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
  // What gives no rows does something else: VACUUM INTO is told of no action before it runs.
  if (sqlite3_column_count(statement.get()) == 0) return more_than_reading();
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

struct SqlQuery::Impl {
  explicit Impl(sqlite3* connection) : snapshot(connection), rule(connection), db(connection) {}

  // In the order in which they are made; the rule would not let a transaction begin or end.
  ReadTransaction snapshot;
  OnlyReading rule;
  sqlite3* db;
  SqlValues values;
  Statement statement;
  std::vector<std::string> columns;
};

SqlQuery::SqlQuery(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
SqlQuery::SqlQuery(SqlQuery&&) noexcept = default;
SqlQuery& SqlQuery::operator=(SqlQuery&&) noexcept = default;
SqlQuery::~SqlQuery() = default;

Result<SqlQuery> SqlQuery::create(const SqliteStore& store, const std::string& sql,
                                  const SqlValues& values) {
  auto impl = std::make_unique<Impl>(store.connection());
  auto statement = prepare(impl->db, sql);
  if (!statement) return std::move(statement).error();
  if (sqlite3_bind_parameter_count(statement->get()) != static_cast<int>(values.size())) {
    return usage("the query has parameters (such as ?), and nothing gives them a value");
  }
  impl->values = values;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const int place = static_cast<int>(i) + 1;
    if (const auto* text = std::get_if<std::string>(&impl->values[i])) {
      sqlite3_bind_text(statement->get(), place, text->data(), static_cast<int>(text->size()),
                        SQLITE_STATIC);
    } else {
      sqlite3_bind_int64(statement->get(), place, std::get<std::int64_t>(values[i]));
    }
  }
  for (int i = 0; i < sqlite3_column_count(statement->get()); ++i) {
    impl->columns.emplace_back(sqlite3_column_name(statement->get(), i));
  }
  impl->statement = *std::move(statement);
  return SqlQuery(std::move(impl));
}

const std::vector<std::string>& SqlQuery::columns() const noexcept { return impl_->columns; }

Result<> SqlQuery::each(const std::function<Result<>(const SqlRow&)>& take) {
  sqlite3_stmt* const statement = impl_->statement.get();
  sqlite3_reset(statement);  // says once more how an earlier call ended
  SqlRow row(impl_->columns.size());
  int code = sqlite3_step(statement);
  for (; code == SQLITE_ROW; code = sqlite3_step(statement)) {
    for (std::size_t i = 0; i < row.size(); ++i) row[i] = cell_of(statement, static_cast<int>(i));
    if (auto taken = take(row); !taken) return taken;
  }
  if (code == SQLITE_DONE) return {};
  return Error{(code & 0xff) == SQLITE_ERROR ? ErrorCode::Malformed : ErrorCode::Unreadable,
               fmt::format("the query stopped: {}", sqlite3_errmsg(impl_->db))};
}

Result<> query(const SqliteStore& store, const std::string& sql, const SqlValues& values,
               const std::function<void(const SqlRow&)>& take) {
  auto made = SqlQuery::create(store, sql, values);
  if (!made) return std::move(made).error();
  return made->each([&take](const SqlRow& row) {
    take(row);
    return Result<>();
  });
}

}  // namespace nps::cli
