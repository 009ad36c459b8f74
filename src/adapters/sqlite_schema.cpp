#include "adapters/sqlite_schema.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/sqlite_leaves.h"
#include "adapters/sqlite_store.h"

namespace nps::internal {

namespace {

// What is random here are response and customer ids, and each page of 4 KiB that a batch touches goes
// through the WAL. So texts are only ever appended, in order of arrival, and what is found by a random
// key is a number under a keyed hash. That is also why an erasure is exact: a row that
// was appended never moves to another page, where a copy of it could stay behind, and is overwritten
// where it lies.
//
// Rows are chained: each event names the one before it of its response (previous) and of its
// customer (customer_previous). An erased event stays as a link of these chains, of type 0 and with
// nothing in it.
//
// type: 1 answered or updated, 2 dismissed, 3 deleted. current: whether it was the greatest of its
// response when it came; that a greater one came since stands in nps_superseded.
constexpr const char* kTables1 = R"sql(
CREATE TABLE nps_meta(key TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;
CREATE TABLE nps_log(
  id INTEGER PRIMARY KEY,
  previous INTEGER,
  customer_previous INTEGER,
  current INTEGER NOT NULL,
  type INTEGER NOT NULL,
  rating INTEGER,
  answered_at INTEGER,
  customer INTEGER,
  ord INTEGER,
  response_id TEXT,
  channel TEXT,
  journey_stage TEXT,
  touchpoint_at INTEGER,
  received_at INTEGER,
  account_id TEXT,
  dimensions TEXT,
  weight REAL,
  event_id TEXT,
  comment TEXT
) STRICT;
CREATE TABLE nps_response(hash INTEGER PRIMARY KEY, head INTEGER NOT NULL) STRICT;
CREATE TABLE nps_customer(id INTEGER PRIMARY KEY, customer_id TEXT, same_hash INTEGER) STRICT;
CREATE TABLE nps_customer_key(hash INTEGER PRIMARY KEY, customer INTEGER NOT NULL) STRICT;
CREATE TABLE nps_profile_row(
  customer INTEGER PRIMARY KEY,
  head INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  answers INTEGER NOT NULL,
  rating INTEGER,
  answered_at INTEGER,
  channel TEXT,
  journey_stage TEXT,
  previous_rating INTEGER,
  previous_answered_at INTEGER,
  first_rating INTEGER,
  first_answered_at INTEGER
) STRICT;
CREATE TABLE nps_erased(customer BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE nps_tombstone(
  response BLOB PRIMARY KEY,
  ord INTEGER NOT NULL,
  event_id TEXT NOT NULL,
  digest BLOB NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

// What is found under keyed hashes are leaves now (sqlite_leaves.h), which touch a tenth as many pages.
// And a profile is not stored but worked out from the answers: a batch of many customers had to write
// nearly every page of such a table.
constexpr const char* kTables2 = R"sql(
CREATE TABLE nps_response_leaf(first INTEGER PRIMARY KEY, entries BLOB NOT NULL) STRICT;
CREATE TABLE nps_customer_leaf(first INTEGER PRIMARY KEY, entries BLOB NOT NULL) STRICT;
)sql";
constexpr const char* kTables2Done = R"sql(
DROP TABLE nps_response;
DROP TABLE nps_customer_key;
DROP TABLE nps_profile_row;
ALTER TABLE nps_customer DROP COLUMN same_hash;
)sql";

// A correction no longer writes to the row it corrects, which lies anywhere in the log: thousands of
// pages a batch, where this table has hundreds in all.
constexpr const char* kTables3 = R"sql(
CREATE TABLE nps_superseded(id INTEGER PRIMARY KEY) STRICT;
)sql";

// Views are made anew by every migration. Of a history the last row says all.
#define NPS_HISTORY(partition)                                  \
  "row_number() OVER answers AS answers,"                       \
  "lag(rating) OVER answers AS previous_rating,"                \
  "lag(answered_at) OVER answers AS previous_answered_at,"      \
  "first_value(rating) OVER answers AS first_rating,"           \
  "first_value(answered_at) OVER answers AS first_answered_at," \
  "lead(1) OVER answers AS later "                              \
  "FROM nps_log e WHERE " NPS_COUNTS                            \
  " AND customer IS NOT NULL "                                  \
  "WINDOW answers AS (PARTITION BY " partition " ORDER BY answered_at, response_id)"

constexpr const char* kNoViews =
    "DROP VIEW IF EXISTS nps_event; DROP VIEW IF EXISTS nps_answer;"
    "DROP VIEW IF EXISTS nps_profile; DROP VIEW IF EXISTS nps_stage_profile";
constexpr const char* kViews =
    "CREATE VIEW nps_event AS "
    "SELECT e.id, e.response_id, coalesce(c.customer_id, '') AS customer_id, e.account_id,"
    " CASE e.type WHEN 1 THEN 'answered' WHEN 2 THEN 'dismissed' ELSE 'deleted' END AS type,"
    " e.ord, e.event_id, e.rating, e.answered_at, e.touchpoint_at, e.received_at, e.channel,"
    " e.journey_stage, e.dimensions, e.weight, e.comment, " NPS_IS_CURRENT " AS current "
    "FROM nps_log e LEFT JOIN nps_customer c ON c.id = e.customer WHERE e.type <> 0;"

    "CREATE VIEW nps_answer AS "
    "SELECT e.response_id, coalesce(c.customer_id, '') AS customer_id, e.account_id, e.rating,"
    " e.answered_at, e.touchpoint_at, e.channel, e.journey_stage, e.dimensions, e.weight "
    "FROM nps_log e LEFT JOIN nps_customer c ON c.id = e.customer WHERE " NPS_COUNTS ";"

    "CREATE VIEW nps_profile AS "
    "SELECT c.customer_id, p.answers, p.rating, p.answered_at, p.channel, p.journey_stage,"
    " p.previous_rating, p.previous_answered_at, p.first_rating, p.first_answered_at "
    "FROM (SELECT customer, rating, answered_at, channel, journey_stage, "
    NPS_HISTORY("customer") ") p JOIN nps_customer c ON c.id = p.customer WHERE p.later IS NULL;"

    "CREATE VIEW nps_stage_profile AS "
    "SELECT c.customer_id, p.journey_stage, p.answers, p.rating, p.answered_at, p.previous_rating,"
    " p.previous_answered_at, p.first_rating, p.first_answered_at "
    "FROM (SELECT customer, journey_stage, rating, answered_at, "
    NPS_HISTORY("customer, journey_stage")
    ") p JOIN nps_customer c ON c.id = p.customer WHERE p.later IS NULL";

/// Fills leaves with the numbers (from column 1 on) of ids (column 0); the greatest of an id are its own.
template <std::size_t kNumbers>
void fill_leaves(StoreConnection& db, const char* table, const char* sql) {
  detail::SipKey key{};
  StoreStatement kept(db, "SELECT value FROM nps_meta WHERE key = 'hash_key'");
  if (!kept.step()) return;  // a store that is being made
  const std::string_view bytes = kept.text(0);
  std::memcpy(key.data(), bytes.data(), std::min(bytes.size(), key.size()));
  kept.done();
  using Leaves = StoreLeaves<kNumbers>;
  std::vector<std::pair<StoreHash, typename Leaves::Numbers>> found;
  StoreStatement rows(db, sql);
  while (rows.step()) {
    auto& [hash, numbers] = found.emplace_back();
    hash = store_hash(detail::siphash(key, rows.text(0)));
    for (std::size_t i = 0; i < kNumbers; ++i) numbers[i] = rows.number(static_cast<int>(i) + 1);
  }
  std::ranges::sort(found);
  Leaves leaves(db, table);
  for (std::size_t i = 0; i < found.size(); ++i) {
    const bool is_last = i + 1 == found.size() || found[i + 1].first != found[i].first;
    if (is_last) leaves.put(found[i].first, found[i].second);
  }
  leaves.finish();
}

void to_version_2(StoreConnection& db) {
  db.run(kTables2);
  fill_leaves<1>(db, "nps_response_leaf", "SELECT response_id, id FROM nps_log WHERE type <> 0");
  fill_leaves<3>(db, "nps_customer_leaf",
                 "SELECT c.customer_id, c.id, p.head, p.changed FROM nps_customer c "
                 "JOIN nps_profile_row p ON p.customer = c.id WHERE c.customer_id IS NOT NULL");
  db.run(kTables2Done);
}

// What takes version i to version i + 1. Each is tested on a file that the older version wrote.
constexpr std::array<void (*)(StoreConnection&), 3> kSteps{
    [](StoreConnection& db) { db.run(kTables1); }, to_version_2,
    [](StoreConnection& db) { db.run(kTables3); }};
static_assert(kSteps.size() == kStoreSchema);

}  // namespace

std::int64_t schema_of(StoreConnection& db) {
  constexpr int kColumns = 2;
  if (db.number("SELECT count(*) FROM pragma_table_info('nps_meta') "
                "WHERE name IN ('key', 'value')") != kColumns) {
    return 0;
  }
  return db.number("SELECT value FROM nps_meta WHERE key = 'schema'");
}

void migrate(StoreConnection& db, std::int64_t from) {
  db.run(kNoViews);
  for (std::int64_t version = from; version < kStoreSchema; ++version) {
    kSteps[static_cast<std::size_t>(version)](db);
  }
  db.run(kViews);
  StoreStatement(db, "INSERT OR REPLACE INTO nps_meta VALUES ('schema', ?)").run(kStoreSchema);
}

}  // namespace nps::internal
