// The loadable extension nps_sqlite: what SQLite calls when a program loads it. It is compiled apart
// from the library, because an extension reaches SQLite through a table that it is given.
#include <new>
#include <string>

#include "adapters/sqlite_api.h"
#include "nps/adapters/sqlite_functions.h"

const sqlite3_api_routines* sqlite3_api = nullptr;

namespace {

// The first with window functions and with SQLITE_INNOCUOUS; older tables end before them.
constexpr int kOldestSqlite = 3031000;

int load(sqlite3* connection, char** message, const sqlite3_api_routines* api) noexcept {
  sqlite3_api = api;
  if (sqlite3_libversion_number() < kOldestSqlite) {
    *message = sqlite3_mprintf("the functions of nps need SQLite 3.31 or newer, and this is %s",
                               sqlite3_libversion());
    return SQLITE_ERROR;
  }
  try {
    const auto registered = nps::register_sqlite_functions(connection);
    if (registered) return SQLITE_OK;
    *message = sqlite3_mprintf("%s", registered.error().message.c_str());
    return SQLITE_ERROR;
  } catch (const std::bad_alloc&) {
    return SQLITE_NOMEM;
  }
}

}  // namespace

#ifdef _WIN32
#define NPS_ENTRY extern "C" __declspec(dllexport)
#else
#define NPS_ENTRY extern "C" __attribute__((visibility("default")))
#endif

/// Found under both names: the one that follows from the file's, and the one for a file renamed.
NPS_ENTRY int sqlite3_npssqlite_init(sqlite3* connection, char** message,
                                     const sqlite3_api_routines* api) {
  return load(connection, message, api);
}
NPS_ENTRY int sqlite3_extension_init(sqlite3* connection, char** message,
                                     const sqlite3_api_routines* api) {
  return load(connection, message, api);
}
