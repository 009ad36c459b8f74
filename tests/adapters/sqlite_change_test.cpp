// What is told of changes since a number, what is refused, and stores of other schemas on a connection of
// the host's.
#include <sqlite3.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "nps/adapters/sqlite.h"
#include "stream/events.h"
#include "support/catch.h"
#include "support/process.h"

using nps::ErrorCode;
using nps::SqliteStore;
using nps::test::answered;
using nps::test::Folder;

namespace {

std::string db(const Folder& folder) { return (folder.path() / "store.db").string(); }

std::string golden(const Folder& folder) {
  std::filesystem::copy_file(std::string(NPS_TEST_GOLDEN_DIR) + "/store/schema_1.db", db(folder));
  std::filesystem::permissions(db(folder), std::filesystem::perms::owner_write,
                               std::filesystem::perm_options::add);
  return db(folder);
}

std::map<std::string, std::uint64_t> changed_since(const SqliteStore& store, std::int64_t since) {
  std::map<std::string, std::uint64_t> answers;
  REQUIRE(store.for_each_profile(since, [&](const nps::Profile& profile) {
    CHECK(profile.latest.has_value() == (profile.answers > 0));
    answers[profile.customer] = profile.answers;
  }));
  return answers;
}

using Found = std::map<std::string, std::uint64_t>;

const std::array<std::byte, 16> kGoldenKey{std::byte{7}};

}  // namespace

TEST_CASE("store: whose last answer went away is among the changes, and not among all",
          "[sqlite][store]") {
  const Folder folder;
  auto store = SqliteStore::create(db(folder), {});
  REQUIRE(store->apply(std::vector{answered("r1", "ann", 9, 1), answered("r2", "bob", 3, 1),
                                   answered("r3", "cyd", 5, 1), answered("r4", "dan", 5, 1)}));
  const std::int64_t before = *store->changed();
  CHECK(changed_since(*store, before).empty());
  REQUIRE(store->apply(std::vector{nps::test::of_type(nps::EventType::Deleted, "r1", "ann", 2),
                                   nps::test::of_type(nps::EventType::Dismissed, "r2", "bob", 2),
                                   answered("r3", "eve", 5, 2)}));
  CHECK(changed_since(*store, before) == Found{{"ann", 0}, {"bob", 0}, {"cyd", 0}, {"eve", 1}});
  CHECK(changed_since(*store, 0) == Found{{"dan", 1}, {"eve", 1}});
  const std::int64_t then = *store->changed();
  REQUIRE(store->erase("dan"));
  CHECK(changed_since(*store, then).empty());  // nothing names them any more
  CHECK(*store->changed() > then);
}

TEST_CASE("store: a weight that is no finite number is refused, and nothing of the call is stored",
          "[sqlite][store]") {
  const Folder folder;
  auto store = SqliteStore::create(db(folder), {});
  for (const double weight :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
        -std::numeric_limits<double>::infinity()}) {
    auto wrong = answered("r2", "bob", 3, 1);
    wrong.response.weight = weight;
    const auto refused = store->apply(std::vector{answered("r1", "ann", 9, 1), wrong});
    REQUIRE(!refused);
    CHECK(refused.error().code == ErrorCode::InvalidArgument);
    CHECK(refused.error().message.find("'r2'") != std::string::npos);
    CHECK(refused.error().message.find("weight") != std::string::npos);
  }
  CHECK(store->counts()->responses == 0);
}

TEST_CASE("store: an older schema is brought up to date where it may be written, and else refused",
          "[sqlite][store][golden]") {
  const Folder folder;
  const std::string path = golden(folder);
  const auto read = SqliteStore::open(path, {.read_only = true, .erasure_key = kGoldenKey});
  REQUIRE(!read);
  CHECK(read.error().code == ErrorCode::Mismatch);
  CHECK(read.error().message.find("older nps") != std::string::npos);

  sqlite3* raw = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &raw) == SQLITE_OK);
  REQUIRE(sqlite3_exec(raw, "CREATE TABLE mine(a)", nullptr, nullptr, nullptr) == SQLITE_OK);
  nps::StoreOptions options;
  {
    auto other = SqliteStore::attach(raw, options);  // without the key
    REQUIRE(!other);
    CHECK(other.error().code == ErrorCode::Mismatch);
  }
  options.erasure_key = kGoldenKey;
  {
    auto store = SqliteStore::attach(raw, options);
    if (!store) FAIL(store.error().message);
    CHECK(store->counts()->responses == 8);
    CHECK(store->profile("c0")->value().latest->rating.value() == 8);
    // Each response is found where the leaves say, and so is known.
    std::vector<nps::Event> events;
    REQUIRE(store->for_each_event([&](const nps::Event& event) { events.push_back(event); }));
    const auto seen = store->apply(events);
    REQUIRE(seen);
    CHECK(seen->of(nps::Outcome::Duplicate) == events.size());
    REQUIRE(store->apply(std::vector{answered("new", "c0", 3, 1)}));
    CHECK(store->profile("c0")->value().answers == 4);
  }
  sqlite3_close(raw);
  CHECK(SqliteStore::open(path, {.read_only = true, .erasure_key = kGoldenKey}));
}

TEST_CASE("store: a newer schema on a connection of the host's is refused and left alone",
          "[sqlite][store]") {
  const Folder folder;
  { REQUIRE(SqliteStore::create(db(folder), {})); }
  sqlite3* raw = nullptr;
  REQUIRE(sqlite3_open(db(folder).c_str(), &raw) == SQLITE_OK);
  REQUIRE(sqlite3_exec(raw, "UPDATE nps_meta SET value = 99 WHERE key = 'schema'", nullptr, nullptr,
                       nullptr) == SQLITE_OK);
  const int changes = sqlite3_total_changes(raw);
  {
    const auto newer = SqliteStore::attach(raw, {});
    REQUIRE(!newer);
    CHECK(newer.error().code == ErrorCode::Mismatch);
    CHECK(newer.error().message.find("newer nps") != std::string::npos);
  }
  CHECK(sqlite3_total_changes(raw) == changes);
  sqlite3_close(raw);
}
