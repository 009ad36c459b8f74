#include "adapters/sqlite_statement.h"

#include <fmt/format.h>

#include <cerrno>

namespace nps::internal {

Error sqlite_error(int code, const std::string& path, const std::string& detail) {
  const auto error = [&](ErrorCode kind, std::string_view what) {
    return Error{kind, fmt::format("{}: {} ({})", path, what, detail), {.file = path}};
  };
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return error(ErrorCode::Unreadable,
                   "the store is locked by another process; try again when it is done");
    case SQLITE_FULL:
      return error(ErrorCode::Unreadable,
                   "the disk is full, or the file may not grow any further; nothing was stored, "
                   "make room and try again");
    case SQLITE_NOTADB:
      return error(ErrorCode::Malformed, "the file is no SQLite database, and so no store of nps");
    case SQLITE_CORRUPT:
      return error(ErrorCode::Malformed,
                   "the file is damaged or cut short; go back to a copy of it");
    case SQLITE_CANTOPEN: return error(ErrorCode::Unreadable, "the file cannot be opened");
    case SQLITE_READONLY: return error(ErrorCode::Unreadable, "the file cannot be written to");
    case SQLITE_TOOBIG:
      return error(ErrorCode::LimitReached, "a text is longer than SQLite can store");
    default: return error(ErrorCode::Unreadable, "the file cannot be read or written");
  }
}

void StoreConnection::fail(int code) {
  if (failure_) return;
  // To SQLite only ENOSPC is a full disk.
  const int why = sqlite3_system_errno(raw_);
  if ((code & 0xff) == SQLITE_IOERR && (why == EFBIG || why == EDQUOT)) code = SQLITE_FULL;
  failure_ = sqlite_error(code, path_, sqlite3_errmsg(raw_));
}

void StoreConnection::run(const char* sql) {
  if (failed()) return;
  const int code = sqlite3_exec(raw_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

std::int64_t StoreConnection::number(const char* sql) {
  StoreStatement statement(*this, sql);
  return statement.step() ? statement.number(0) : 0;
}

}  // namespace nps::internal
