// nps store, where the file cannot be used as it should be: each failure is a sentence, exit 1, and
// leaves the file as it was.
#include <sqlite3.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "cli/store_command.h"
#include "support/catch.h"

using nps::test::Arguments;
using nps::test::contains;
using nps::test::Json;
using nps::test::StoreCommand;

namespace {

/// Somebody else's connection to a file in the folder of the command.
class Other {
 public:
  Other(StoreCommand& nps, const std::string& name) {
    const std::string path = (nps.folder().path() / name).string();
    REQUIRE(sqlite3_open(path.c_str(), &db_) == SQLITE_OK);
  }
  ~Other() { sqlite3_close(db_); }
  Other(const Other&) = delete;
  Other& operator=(const Other&) = delete;

  void run(const char* sql) {
    INFO(sql);
    REQUIRE(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  }

 private:
  sqlite3* db_ = nullptr;
};

std::string answers(int count, const std::string& prefix = "c") {
  std::string text = "score,who,at\n";
  for (int i = 0; i < count; ++i) {
    text += std::to_string(i % 11) + "," + prefix + std::to_string(i) + ",2026-11-" +
            std::to_string(101 + i % 28).substr(1) + "\n";
  }
  return text;
}

void make(StoreCommand& nps, int rows = 2000) {
  nps.file("a.csv", answers(rows));
  nps.text({"ingest", "s.db", "a.csv", "--customer", "who", "--time", "at"});
  nps.file("more.csv", answers(30'000, "another-customer-with-a-long-name-"));
}

Arguments more(const std::string& db) {
  return {"ingest", db, "more.csv", "--customer", "who", "--time", "at", "--wait", "0"};
}

std::vector<Arguments> reading(const std::string& db) {
  return {{"report", db},
          {"report", db, "--window", "7d"},
          {"dump", db},
          {"traits", db},
          {"profile", db, "c1"},
          {"export", db, "c1"},
          {"audience", db, "rating = 9"},
          {"cohorts", db},
          {"response-rates", db},
          {"transitions", db, "--from", "2026-10", "--to", "2026-11"},
          {"sql", db, "SELECT sum(rating), max(customer_id) FROM nps_answer"}};
}

std::vector<Arguments> writing(const std::string& db) {
  return {more(db), {"erase", db, "c1", "--wait", "0"}, {"retain", db, "1d", "--wait", "0"}};
}

/// The bytes of the file, read by another process: closing a file gives up all of a process's locks on it.
std::string bytes_of(StoreCommand& nps, const std::string& db) {
  return nps::test::run(
             {.program = "/bin/cat", .arguments = {db}, .directory = nps.folder().path()})
      .out;
}

/// Every verb fails with a sentence that says `what` and names the file, and changes nothing.
void check_refused(StoreCommand& nps, const std::string& db, const std::string& what) {
  const std::string before = nps.folder().read(db);
  auto verbs = reading(db);
  for (const Arguments& verb : writing(db)) verbs.push_back(verb);
  for (const Arguments& verb : verbs) {
    INFO(verb.front());
    const std::string said = nps.refusal(1, verb);
    INFO(said);
    CHECK(contains(said, db));
    CHECK(contains(said, what));
    CHECK(nps.folder().read(db) == before);
  }
}

}  // namespace

TEST_CASE("store damage: a store that another process writes to is read, and not written",
          "[store]") {
  StoreCommand nps;
  make(nps);
  const std::string dump = nps.text({"dump", "s.db"});
  Other other(nps, "s.db");
  other.run("BEGIN IMMEDIATE");
  const std::string before = bytes_of(nps, "s.db");
  for (const Arguments& verb : writing("s.db")) {
    INFO(verb.front());
    const std::string said = nps.refusal(1, verb);
    INFO(said);
    CHECK(contains(said, "s.db"));
    CHECK(contains(said, "another process"));
    CHECK(bytes_of(nps, "s.db") == before);
  }
  for (const Arguments& verb : reading("s.db")) nps.text(verb);
  CHECK(nps.text({"dump", "s.db"}) == dump);
  other.run("COMMIT");
  nps.text(more("s.db"));
}

TEST_CASE("store damage: the schema of a newer nps is left alone", "[store]") {
  StoreCommand nps;
  make(nps);
  Other(nps, "s.db").run("UPDATE nps_meta SET value = 99 WHERE key = 'schema'");
  check_refused(nps, "s.db", "newer");
}

TEST_CASE("store damage: a file that was cut short is no store any more", "[store]") {
  StoreCommand nps;
  make(nps);
  const std::string whole = nps.folder().read("s.db");
  for (const double share : {0.9, 0.5, 0.1}) {
    const auto size = static_cast<std::size_t>(static_cast<double>(whole.size()) * share);
    for (const std::size_t bytes : {size, size / 4096 * 4096}) {
      INFO(bytes << " of " << whole.size());
      nps.file("short.db", whole.substr(0, bytes));
      check_refused(nps, "short.db", "");
    }
  }
}

TEST_CASE("store damage: other people's files are left alone", "[store]") {
  StoreCommand nps;
  make(nps);
  std::mt19937_64 random(20261126);
  std::string noise;
  for (int i = 0; i < 20'000; ++i) noise += static_cast<char>(random());
  nps.file("noise.db", noise);
  check_refused(nps, "noise.db", "no");
  Other(nps, "theirs.db").run("CREATE TABLE orders(id, price); INSERT INTO orders VALUES (1, 2)");
  check_refused(nps, "theirs.db", "no store");
  Other(nps, "meta.db").run("CREATE TABLE nps_meta(something)");
  check_refused(nps, "meta.db", "no store");
  Other(nps, "minus.db")
      .run("CREATE TABLE nps_meta(key, value); INSERT INTO nps_meta VALUES ('schema', -1)");
  check_refused(nps, "minus.db", "no store");
}

TEST_CASE("store damage: rows that no store wrote are no answers, and end what reads them",
          "[store]") {
  StoreCommand nps;
  make(nps, 50);
  const std::string whole = nps.folder().read("s.db");
  struct Damage {
    const char* sql;
    std::vector<Arguments> verbs;
  };
  const Arguments profile{"profile", "d.db", "c1"};
  const Arguments erase{"erase", "d.db", "c1"};
  for (const Damage& damage :
       {Damage{"UPDATE nps_log SET rating = 77", {{"report", "d.db"}, {"traits", "d.db"}, profile}},
        {"UPDATE nps_log SET rating = NULL", {{"report", "d.db"}, {"traits", "d.db"}, profile}},
        {"UPDATE nps_log SET rating = 4294967305", {{"report", "d.db"}, profile}},
        {"UPDATE nps_customer_leaf SET entries = zeroblob(60000)", {profile, erase}},
        {"UPDATE nps_log SET customer_previous = id", {profile, erase, {"export", "d.db", "c1"}}},
        {"UPDATE nps_log SET previous = id + 1", {profile, erase, more("d.db")}}}) {
    for (const Arguments& verb : damage.verbs) {
      INFO(damage.sql << ": " << verb.front());
      nps.file("d.db", whole);
      Other(nps, "d.db").run(damage.sql);
      if (verb.front() == "ingest") {
        nps.file("more.csv", "score,who,at\n4,c1,2026-11-02\n");
        nps.text(verb);  // it meets none of those rows
        continue;
      }
      CHECK(contains(nps.refusal(1, verb), "damaged"));
    }
  }
}

TEST_CASE("store damage: a full disk ends the ingest and takes nothing of it in", "[store]") {
  StoreCommand nps;
  make(nps);
  const std::string dump = nps.text({"dump", "s.db"});
  const std::string before = nps.folder().read("s.db");
  // A limit on the size of files stands for the disk: in blocks of 512 bytes.
  const std::string limited = "trap '' XFSZ; ulimit -f \"$0\"; exec \"$@\"";
  const auto run_within = [&](std::size_t bytes, const Arguments& verb) {
    Arguments all{"-c", limited, std::to_string(bytes / 512), NPS_TEST_COMMAND, "store"};
    all.insert(all.end(), verb.begin(), verb.end());
    return nps::test::run(
        {.program = "/bin/sh", .arguments = all, .directory = nps.folder().path()});
  };
  for (const std::size_t room : {std::size_t{4096}, std::size_t{65'536}, std::size_t{524'288}}) {
    INFO(room);
    const std::string said = nps::test::refusal_of(run_within(room, more("s.db")), 1);
    INFO(said);
    CHECK(contains(said, "s.db"));
    CHECK(contains(said, "full"));
    CHECK(nps.folder().read("s.db") == before);
    CHECK(nps.text({"dump", "s.db"}) == dump);
  }
  nps::test::refusal_of(run_within(16'384, more("new.db")), 1);
  // Of an ingest of many transactions it is said how many events are in.
  Arguments in_pieces = more("pieces.db");
  in_pieces.insert(in_pieces.end(), {"--batch", "1000"});
  const std::string said = nps::test::refusal_of(run_within(1'500'000, in_pieces), 1);
  INFO(said);
  CHECK(contains(said, "nothing of this call was stored"));
  const int stored = nps.json({"report", "pieces.db"})["responses"];
  CHECK(stored > 0);
  CHECK(contains(said, "the " + std::to_string(stored) + " events before are stored"));
  // With room again all is as if nothing had happened.
  nps.text(more("s.db"));
  CHECK(nps.json({"report", "s.db"})["responses"] == 32'000);
  nps.text(more("new.db"));
  CHECK(nps.json({"report", "new.db"})["responses"] == 30'000);
}
