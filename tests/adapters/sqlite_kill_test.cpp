// A process that ingests is killed at any moment: what it acknowledged is there, nothing is there twice,
// and whoever starts again comes to the same bytes.
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <random>
#include <string>

#include "nps/adapters/sqlite.h"
#include "support/catch.h"
#include "support/process.h"

using nps::SqliteStore;
using nps::test::Finished;
using nps::test::Folder;

namespace {

constexpr int kKills = 200;
constexpr int kKilled = 128 + 9;

Finished ingest(const std::string& path, std::optional<std::chrono::microseconds> kill_after = {}) {
  return nps::test::run(
      {.program = NPS_TEST_INGESTER, .arguments = {path}, .kill_after = kill_after});
}

nps::wire::Bytes dump_of(const std::string& path) {
  const auto store = SqliteStore::open(path);
  if (!store) FAIL(store.error().message);
  const auto bytes = store->dump();
  REQUIRE(bytes);
  return *bytes;
}

std::int64_t acknowledged(const std::string& out) {
  const auto end = out.rfind('\n');
  if (end == std::string::npos) return 0;
  const auto begin = end == 0 ? std::string::npos : out.rfind('\n', end - 1);
  return std::atoll(out.substr(begin == std::string::npos ? 0 : begin + 1, end).c_str());
}

}  // namespace

TEST_CASE("store: 200 processes killed while they ingest leave nothing lost and nothing twice",
          "[sqlite][store][kill]") {
  const Folder folder;
  const std::string whole = (folder.path() / "whole.db").string();
  const auto before = std::chrono::steady_clock::now();
  REQUIRE(ingest(whole).exit_code == 0);
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - before);
  const auto expected = dump_of(whole);

  std::mt19937_64 random(200);
  const std::string path = (folder.path() / "killed.db").string();
  int resumed = 0;
  for (int kills = 0; kills < kKills;) {
    INFO("kill " << kills);
    const auto after =
        static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(took.count()));
    const Finished ran = ingest(path, std::chrono::microseconds(after));
    if (ran.exit_code != kKilled) {
      INFO(ran.err);
      REQUIRE(ran.exit_code == 0);
    } else {
      ++kills;
    }
    const std::int64_t batches = acknowledged(ran.out);
    if (batches > 0) {
      // Each call of the first start changes a profile, so that acknowledged ones can be counted;
      // that none of them lacks anything, the dump will say.
      const auto store = SqliteStore::open(path);
      if (!store) FAIL(store.error().message);
      CHECK(*store->changed() >= batches);
    }
    if (kills % 10 != 0 && ran.exit_code == kKilled) continue;
    const Finished last = ingest(path);
    INFO(last.err);
    REQUIRE(last.exit_code == 0);
    REQUIRE(dump_of(path) == expected);
    ++resumed;
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
  }
  CHECK(resumed >= kKills / 10);
}
