// Stores that earlier versions wrote. A file of each version of the schema is never written anew.
#include <array>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "adapters/sqlite_statement.h"
#include "nps/adapters/sqlite.h"
#include "stream/events.h"
#include "support/catch.h"
#include "support/process.h"

TEST_CASE("store: a file of an older schema is opened, says what it said, and takes events",
          "[sqlite][store][golden]") {
  const char* const file = GENERATE("schema_1.db", "schema_2.db");
  INFO(file);
  const nps::test::Folder folder;
  const std::string path = (folder.path() / "store.db").string();
  std::filesystem::copy_file(std::string(NPS_TEST_GOLDEN_DIR) + "/store/" + file, path);
  std::filesystem::permissions(path, std::filesystem::perms::owner_write,
                               std::filesystem::perm_options::add);
  auto store =
      nps::SqliteStore::open(path, {.erasure_key = std::array<std::byte, 16>{std::byte{7}}});
  if (!store) FAIL(store.error().message);
  std::string answers;
  REQUIRE(store->for_each_answer(
      [&](const nps::Answer& answer) { answers += nps::test::shown(answer) + ' '; }));
  CHECK(answers == "r0:c0:0 r1:c1:10 r10:c2:10 r4:c0:4 r5:c1:5 r6:c2:6 r8:c0:8 r9:c1:9 ");
  const nps::LedgerCounts counts = *store->counts();
  CHECK(counts ==
        nps::LedgerCounts{.responses = 8, .deleted = 1, .erased = 3, .erased_customers = 1});
  std::size_t events = 0;
  REQUIRE(store->for_each_event([&](const nps::Event&) { ++events; }));
  CHECK(events == 11);
  CHECK(store->profile("c0")->value().latest->rating.value() == 8);
  const auto number = [&](const char* sql) {
    nps::internal::StoreConnection db(store->connection(), path, false);
    return db.number(sql);
  };
  CHECK(number("SELECT answers FROM nps_profile WHERE customer_id = 'c1'") == 3);
  CHECK(number("SELECT count(*) FROM nps_stage_profile") == 3);
  CHECK(number("SELECT sum(current) FROM nps_event") == 9);
  const auto seen = store->apply(
      std::vector{nps::test::answered("r11", "c3", 1, 9), nps::test::answered("new", "c0", 3, 1)});
  REQUIRE(seen);
  CHECK(seen->of(nps::Outcome::Erased) == 1);
  CHECK(seen->of(nps::Outcome::Accepted) == 1);
}
