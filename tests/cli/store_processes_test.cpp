// nps store, with several processes and with processes that are killed.
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <thread>

#include "cli/store_command.h"
#include "support/catch.h"

using nps::test::Arguments;
using nps::test::Finished;
using nps::test::Json;
using nps::test::StoreCommand;

namespace {

constexpr int kBatch = 1000;

std::string answers(int count) {
  std::string text = "score,who,at,where\n";
  for (int i = 0; i < count; ++i) {
    text += std::to_string(i * 7 % 11) + ",c" + std::to_string(i % 3000) + ",2026-" +
            std::to_string(101 + i % 11).substr(1) + "-" + std::to_string(101 + i % 28).substr(1) +
            (i % 2 == 0 ? ",web\n" : ",app\n");
  }
  return text;
}

Arguments ingest(const std::string& db) {
  return {"store",  "ingest", db,          "a.csv", "--customer", "who",
          "--time", "at",     "--channel", "where", "--batch",    std::to_string(kBatch)};
}

/// Two processes ingest the same files into one store, and both succeed.
void ingest_twice_at_once(StoreCommand& nps, const std::string& db) {
  const nps::test::Command command{
      .program = NPS_TEST_COMMAND, .arguments = ingest(db), .directory = nps.folder().path()};
  Finished one;
  std::thread writing([&] { one = nps::test::run(command); });
  const Finished other = nps::test::run(command);
  writing.join();
  INFO(one.err << other.err);
  REQUIRE(one.exit_code == 0);
  REQUIRE(other.exit_code == 0);
}

}  // namespace

TEST_CASE("store processes: an ingest that is killed again and again ends in the same dump",
          "[store][slow]") {
  // NPS_KILLS=200 for as many as the claim names.
  const char* wish = std::getenv("NPS_KILLS");
  const int kills = wish == nullptr ? 20 : std::atoi(wish);
  StoreCommand nps;
  nps.file("a.csv", answers(20'000));
  const auto begin = std::chrono::steady_clock::now();
  REQUIRE(nps.nps().run(ingest("whole.db")).exit_code == 0);
  const auto took = std::chrono::steady_clock::now() - begin;
  const std::string expected = nps.text({"dump", "whole.db"});

  std::mt19937_64 random(20261126);
  int killed = 0;
  int in_the_middle = 0;
  for (int tries = 0; killed < kills; ++tries) {
    INFO("try " << tries);
    REQUIRE(tries < 20 * kills + 20);
    nps.process().kill_after =
        std::chrono::duration_cast<std::chrono::microseconds>(took) * (random() % 1000) / 1000;
    const Finished ran = nps.nps().run(ingest("s.db"));
    nps.process().kill_after.reset();
    INFO(ran.err);
    REQUIRE((ran.exit_code == 0 || ran.exit_code == 128 + 9));
    if (ran.exit_code != 0) ++killed;
    const auto path = nps.folder().path() / "s.db";
    // Killed before there was a store, it may have left a file that is none yet.
    if (ran.exit_code != 0 && std::filesystem::exists(path)) {
      const Finished report = nps.store({"report", "s.db", "--format", "json"});
      if (report.exit_code == 0) {
        const Json seen = Json::parse(report.out);
        CHECK(seen["responses"].get<int>() % kBatch == 0);  // whole transactions
        if (seen["responses"] > 0 && seen["responses"] < 20'000) ++in_the_middle;
      }
    }
    // Every so often it is left in peace, and then all begins anew.
    if (ran.exit_code != 0 && random() % 5 != 0) continue;
    const Finished last = nps.nps().run(ingest("s.db"));
    INFO(last.err);
    REQUIRE(last.exit_code == 0);
    REQUIRE(nps.text({"dump", "s.db"}) == expected);
    for (const char* suffix : {"", "-wal", "-shm"}) {
      std::filesystem::remove(path.string() + suffix);
    }
  }
  CHECK(in_the_middle > 0);
}

TEST_CASE("store processes: while one ingests another reports, whole transactions and no errors",
          "[store][slow]") {
  StoreCommand nps;
  nps.file("a.csv", answers(40'000));
  nps.file("first.csv", "score,who\n10,zoe\n");
  nps.text({"ingest", "s.db", "first.csv", "--customer", "who"});
  std::atomic<bool> done = false;
  Finished wrote;
  const nps::test::Command writer{
      .program = NPS_TEST_COMMAND, .arguments = ingest("s.db"), .directory = nps.folder().path()};
  std::thread writing([&] {
    wrote = nps::test::run(writer);
    done = true;
  });
  int seen_between = 0;
  int last = 0;
  std::string failure;
  while (!done && failure.empty()) {
    const Finished ran = nps.store({"report", "s.db", "--count", "latest", "--format", "json"});
    if (ran.exit_code != 0) {
      failure = ran.err;
      break;
    }
    const int rows = Json::parse(ran.out)["rows"].get<int>();
    if (rows % kBatch != 1 || rows < last) failure = std::to_string(rows) + " rows";
    if (rows > 1 && rows < 40'001) ++seen_between;
    last = rows;
  }
  writing.join();
  CHECK(failure.empty());
  INFO(wrote.err);
  CHECK(wrote.exit_code == 0);
  CHECK(seen_between > 0);
  CHECK(nps.json({"report", "s.db"})["responses"] == 40'001);
}

TEST_CASE("store processes: of two that make a store at once one does, and the other takes it",
          "[store]") {
  StoreCommand nps;
  nps.file("a.csv", answers(50));
  REQUIRE(nps.nps().run(ingest("whole.db")).exit_code == 0);
  const std::string dump = nps.text({"dump", "whole.db"});
  for (int i = 0; i < 20; ++i) {
    const std::string db = std::to_string(i) + ".db";
    ingest_twice_at_once(nps, db);
    REQUIRE(nps.text({"dump", db}) == dump);
  }
}

TEST_CASE("store processes: two that ingest the same file at once make one store of it",
          "[store][slow]") {
  StoreCommand nps;
  nps.file("a.csv", answers(20'000));
  REQUIRE(nps.nps().run(ingest("whole.db")).exit_code == 0);
  nps.file("first.csv", "score,who\n");
  nps.text({"ingest", "s.db", "first.csv", "--customer", "who"});
  ingest_twice_at_once(nps, "s.db");
  CHECK(nps.text({"dump", "s.db"}) == nps.text({"dump", "whole.db"}));
}
