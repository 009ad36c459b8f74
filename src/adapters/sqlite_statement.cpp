#include "adapters/sqlite_statement.h"

#include <fmt/format.h>

namespace nps::internal {

namespace {
constexpr std::string_view kDamaged = "the file is damaged or cut short; go back to a copy of it";
}  // namespace

Error sqlite_error(int code, const std::string& path, const std::string& detail) {
  const auto error = [&](ErrorCode kind, std::string_view what) {
    return Error{kind, fmt::format("{}: {} ({})", path, what, detail), {.file = path}};
  };
  // To SQLite only ENOSPC is a full disk, and not a quota or a limit on the size of a file.
  if (code == SQLITE_IOERR_WRITE || code == SQLITE_IOERR_SHMSIZE) {
    return error(ErrorCode::Unreadable,
                 "the file cannot be written to: the disk is full or broken, or the file may not "
                 "grow any further; nothing of this call was stored, make room and try again");
  }
  if (code == SQLITE_READONLY_DIRECTORY || code == SQLITE_READONLY_CANTINIT) {
    return error(
        ErrorCode::Unreadable,
        "this user may not write to the file's folder, which SQLite needs even to read a "
        "store that nobody has open: copy the file elsewhere, or let the user write there");
  }
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return error(ErrorCode::Unreadable,
                   "the store is locked by another process; try again when it is done");
    case SQLITE_FULL:
      return error(ErrorCode::Unreadable,
                   "the disk is full; nothing of this call was stored, make room and try again");
    case SQLITE_NOTADB:
      return error(ErrorCode::Malformed, "the file is no SQLite database, and so no store of nps");
    case SQLITE_CORRUPT: return error(ErrorCode::Malformed, kDamaged);
    case SQLITE_CANTOPEN: return error(ErrorCode::Unreadable, "the file cannot be opened");
    case SQLITE_READONLY: return error(ErrorCode::Unreadable, "the file cannot be written to");
    case SQLITE_IOERR:
      return error(ErrorCode::Unreadable,
                   "the file cannot be read or written; is the disk full or failing, or a limit on "
                   "the size of files met?");
    case SQLITE_TOOBIG:
      return error(ErrorCode::LimitReached, "a text is longer than SQLite can store");
    default: return error(ErrorCode::Unreadable, "the file cannot be read or written");
  }
}

void StoreConnection::fail(int code) {
  if (failure_) return;
  const int extended = sqlite3_extended_errcode(raw_);
  const bool is_same = (extended & 0xff) == (code & 0xff);
  failure_ = sqlite_error(is_same ? extended : code, path_, sqlite3_errmsg(raw_));
}

void StoreConnection::fail_damaged() {
  fail(Error{ErrorCode::Malformed, fmt::format("{}: {}", path_, kDamaged), {.file = path_}});
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
