// SQLite's interface, by whichever way this file is compiled: linked, or, in the loadable extension,
// through the table of functions that the program hands over which loads it.
#ifndef NPS_SRC_ADAPTERS_SQLITE_API_H_
#define NPS_SRC_ADAPTERS_SQLITE_API_H_

#ifdef NPS_SQLITE_EXTENSION
#include <sqlite3ext.h>

extern const sqlite3_api_routines* sqlite3_api;  // see sqlite_extension.cpp
#else
#include <sqlite3.h>
#endif

#endif  // NPS_SRC_ADAPTERS_SQLITE_API_H_
