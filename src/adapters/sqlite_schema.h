// The tables of a store, and how they came to be: each version of the schema and the way to it.
#ifndef NPS_SRC_ADAPTERS_SQLITE_SCHEMA_H_
#define NPS_SRC_ADAPTERS_SQLITE_SCHEMA_H_

#include <cstdint>

#include "adapters/sqlite_statement.h"

namespace nps::internal {

inline constexpr std::int64_t kStoreSchema = 3;
/// "NPS1" as the application_id of a file that is a store and nothing else.
inline constexpr std::int64_t kStoreApplication = 0x4e505331;

/// The version of the schema in the database; 0 where there is no store.
[[nodiscard]] std::int64_t schema_of(StoreConnection& db);
/// Makes the tables, or takes those of an older version to the newest, within a transaction of the
/// caller's.
void migrate(StoreConnection& db, std::int64_t from);

}  // namespace nps::internal

#endif  // NPS_SRC_ADAPTERS_SQLITE_SCHEMA_H_
