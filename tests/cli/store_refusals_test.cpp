// nps store: what cannot be done is said in a sentence, and the file stays as it was.
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/store_command.h"
#include "support/catch.h"

using nps::test::Arguments;
using nps::test::contains;
using nps::test::Json;
using nps::test::StoreCommand;

namespace {

void make(StoreCommand& nps) {
  nps.file("a.csv", "score,who\n9,ann\n3,bob\n");
  nps.text({"ingest", "s.db", "a.csv", "--customer", "who"});
}

}  // namespace

TEST_CASE("store refusals: a file that is no store is a failure of every verb and stays as it was",
          "[store]") {
  StoreCommand nps;
  make(nps);
  nps.file("foreign.db", "score,who\n9,ann\n");
  nps.file("short.db", nps.folder().read("s.db").substr(0, 700));
  for (const std::string db : {"foreign.db", "short.db", "missing.db"}) {
    const bool there = db != "missing.db";
    const std::string before = there ? nps.folder().read(db) : "";
    for (const Arguments& verb : std::vector<Arguments>{{"report"},
                                                        {"dump"},
                                                        {"traits"},
                                                        {"profile", "ann"},
                                                        {"erase", "ann"},
                                                        {"export", "ann"},
                                                        {"retain", "1y"},
                                                        {"sql", "SELECT 1"},
                                                        {"audience", "rating = 9"}}) {
      Arguments arguments{verb.front(), db};
      arguments.insert(arguments.end(), verb.begin() + 1, verb.end());
      INFO(verb.front() << " " << db);
      CHECK(contains(nps.refusal(1, arguments), db));
    }
    if (there) {
      CHECK(contains(nps.refusal(1, {"ingest", db, "a.csv"}), db));
      CHECK(nps.folder().read(db) == before);
    }
  }
  const auto names = nps.folder().names();
  CHECK(std::find(names.begin(), names.end(), "missing.db") == names.end());
}

TEST_CASE("store refusals: files that cannot be read leave no store behind", "[store]") {
  StoreCommand nps;
  nps.file("a.csv", "score,who\n9,ann\n");
  CHECK(contains(nps.refusal(1, {"ingest", "new.db", "nothere.csv"}), "nothere.csv"));
  CHECK(contains(nps.refusal(2, {"ingest", "new.db", "a.csv", "--customer", "whom"}), "whom"));
  CHECK(nps.folder().names() == std::vector<std::string>{"a.csv"});
}

TEST_CASE("store refusals: sql reads, and does nothing else", "[store]") {
  StoreCommand nps;
  make(nps);
  const std::string before = nps.text({"dump", "s.db"});
  for (const char* query : {"DELETE FROM nps_meta", "ATTACH 'x.db' AS x", "CREATE TABLE t(a)",
                            "PRAGMA user_version = 7", "INSERT INTO nps_meta VALUES ('a', 1)",
                            "VACUUM INTO 'y.db'", "DROP VIEW nps_answer"}) {
    INFO(query);
    nps.refusal(2, {"sql", "s.db", query});
  }
  CHECK(contains(nps.refusal(2, {"sql", "s.db", "SELECT 1; SELECT 2"}), "one query at a time"));
  CHECK(contains(nps.refusal(2, {"sql", "s.db", "SELEC 1"}), "syntax error"));
  CHECK(contains(nps.refusal(2, {"sql", "s.db", " "}), "no query"));
  CHECK(contains(nps.refusal(2, {"sql", "s.db", "SELECT ?"}), "parameters"));
  CHECK(contains(nps.refusal(2, {"sql", "s.db", "SELECT 1 AS a, 2 AS a", "--format", "json"}),
                 "two columns"));
  CHECK(contains(nps.refusal(1, {"sql", "s.db", "SELECT nps(11)"}), "11 is no rating"));
  CHECK(nps.text({"dump", "s.db"}) == before);
}

TEST_CASE("store refusals: sql writes tables for people and CSV for spreadsheets", "[store]") {
  StoreCommand nps;
  make(nps);
  const std::string query =
      "SELECT 'a,\"b\"' AS text, 7 AS whole, 12.5 AS half, NULL AS none, x'00ff' AS bytes";
  CHECK(nps.text({"sql", "s.db", query, "--format", "csv"}) ==
        "text,whole,half,none,bytes\n\"a,\"\"b\"\"\",7,12.5,,00ff\n");
  CHECK(nps.text({"sql", "s.db", "SELECT 'x' AS name, 7 AS n UNION ALL SELECT 'long', 1000"}) ==
        "name     n\nx        7\nlong  1000\n");
  CHECK(
      nps.json({"sql", "s.db", query})[0] ==
      Json{
          {"text", "a,\"b\""}, {"whole", 7}, {"half", 12.5}, {"none", nullptr}, {"bytes", "00ff"}});
}

TEST_CASE("store refusals: wrong usage says what would be right", "[store]") {
  StoreCommand nps;
  make(nps);
  CHECK(contains(nps.refusal(2, {"forget", "s.db"}), "there is no command 'forget'"));
  CHECK(contains(nps.refusal(2, {"report", "s.db", "--by", "@file"}), "@file"));
  CHECK(contains(nps.refusal(2, {"ingest", "s.db", "s.db"}), "is the store itself"));
  CHECK(contains(nps.refusal(2, {"ingest", "s.db", "a.csv", "--zone", "Asia/Tokyo"}), "--zone"));
  CHECK(contains(nps.refusal(2, {"ingest", "s.db", "a.csv", "--order", "updated_at"}), "--order"));
  CHECK(contains(nps.refusal(2, {"ingest", "s.db", "a.csv", "--scale", "1-5"}), "from 0 to 10"));
  nps.text({"ingest", "s.db", "a.csv", "--scale", "0-10"});
  CHECK(contains(nps.refusal(2, {"report", "s.db", "--per", "customer"}), "--count"));
  CHECK(contains(nps.refusal(2, {"erase", "s.db", ""}), "nobody"));
  CHECK(contains(nps.refusal(2, {"export", "s.db", ""}), "nobody"));
}

TEST_CASE("store refusals: rejected rows are not written over the store", "[store]") {
  StoreCommand nps;
  make(nps);
  const std::string before = nps.folder().read("s.db");
  for (const char* path : {"s.db", "./s.db"}) {
    CHECK(contains(nps.refusal(2, {"ingest", "s.db", "a.csv", "--rejects", path}), "--rejects"));
  }
  CHECK(nps.folder().read("s.db") == before);
}

TEST_CASE("store refusals: two files whose rows would go by one name are not taken for one",
          "[store]") {
  StoreCommand nps;
  for (const char* folder : {"jan", "feb"}) {
    std::filesystem::create_directory(nps.folder().path() / folder);
    nps.file(std::string(folder) + "/answers.csv",
             std::string("score,id\n9,") + folder + "-1\n8," + folder + "-2\n");
  }
  const std::string said = nps.refusal(2, {"ingest", "s.db", "jan/answers.csv", "feb/answers.csv"});
  CHECK(contains(said, "jan/answers.csv"));
  CHECK(contains(said, "feb/answers.csv"));
  CHECK(contains(said, "--response-id"));
  CHECK_FALSE(std::filesystem::exists(nps.folder().path() / "s.db"));
  // The same file twice is harmless, and with ids of their own so are these.
  nps.text({"ingest", "same.db", "jan/answers.csv", "./jan/answers.csv"});
  nps.text({"ingest", "s.db", "jan/answers.csv", "feb/answers.csv", "--response-id", "id"});
  CHECK(nps.json({"report", "s.db"})["responses"] == 4);
  // One after the other they cannot be told from a file that was changed; that is said.
  std::string before = "score\n";
  std::string after = "score\n";
  for (int i = 0; i < 100; ++i) {
    before += std::to_string(i % 11) + "\n";
    after += std::to_string((i * 7 + 3) % 11) + "\n";
  }
  nps.file("jan/answers.csv", before);
  nps.text({"ingest", "same.db", "jan/answers.csv"});
  nps.file("jan/answers.csv", after);
  const auto again = nps.store({"ingest", "same.db", "jan/answers.csv"});
  CHECK(again.exit_code == 0);
  CHECK(contains(again.out, "replaced already"));
  CHECK(contains(again.err, "rename this one"));
  const Json replaced = nps.json({"ingest", "same.db", "jan/answers.csv"});
  CHECK(replaced["diagnostics"]["accepted"] == 0);
}

TEST_CASE("store refusals: what is off the store's scale is rejected, from rows and from events",
          "[store]") {
  StoreCommand nps;
  nps.file("five.csv", "score,who\n5,ann\n1,bob\n9,cem\n");
  nps.file("nine.ndjson",
           R"({"type":"answered","response_id":"q","version":1,"customer_id":"z","rating":9})"
           "\n"
           R"({"type":"answered","response_id":"p","version":1,"customer_id":"y","rating":4})"
           "\n");
  const Json rows = nps.json({"ingest", "s.db", "five.csv", "--customer", "who", "--scale", "1-5"});
  CHECK(rows["rejected"] == Json{{"out_of_range", 1}});
  const Json events = nps.json({"ingest", "s.db", "nine.ndjson"});
  CHECK(events["rejected"] == Json{{"out_of_range", 1}});
  CHECK(nps.json({"report", "s.db"})["nps"] == 0.0);
  // SQL counts by the store's scale as well.
  const Json scored =
      nps.json({"sql", "s.db",
                "SELECT nps(rating) AS score, nps_passives(nps_tally(rating)) AS passives "
                "FROM nps_answer"});
  CHECK(scored[0] == Json{{"score", 0.0}, {"passives", 1}});
  CHECK(contains(nps.refusal(1, {"sql", "s.db", "SELECT nps(9)"}), "outside 1 to 5"));
}
