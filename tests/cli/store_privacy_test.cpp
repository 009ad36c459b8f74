// nps store: the key of what stays of the erased, tallies that a retention keeps, and rows that nothing
// orders.
#include <string>

#include "cli/store_command.h"
#include "support/catch.h"

using nps::test::contains;
using nps::test::Json;
using nps::test::rejected;
using nps::test::StoreCommand;

TEST_CASE("store privacy: a store that was made with a key is written with that key only",
          "[store]") {
  StoreCommand nps;
  nps.file("a.csv", "score,who\n9,ann\n3,bob\n");
  nps.file("key", std::string(16, 'k'));
  nps.file("other", std::string(16, 'o'));
  nps.file("short", "k");
  nps.text({"ingest", "s.db", "a.csv", "--customer", "who", "--key", "key"});
  CHECK(nps.json({"erase", "s.db", "ann", "--key", "key"})["answers"] == 1);
  const std::string before = nps.folder().read("s.db");
  CHECK(contains(nps.refusal(1, {"erase", "s.db", "bob", "--key", "other"}), "key"));
  CHECK(contains(nps.refusal(1, {"erase", "s.db", "bob"}), "key"));
  CHECK(contains(nps.refusal(1, {"erase", "s.db", "bob", "--key", "short"}), "16 bytes"));
  CHECK(contains(nps.refusal(1, {"erase", "s.db", "bob", "--key", "none"}), "none"));
  CHECK(nps.folder().read("s.db") == before);
  const Json again = nps.json({"ingest", "s.db", "a.csv", "--customer", "who", "--key", "key"});
  CHECK(again["diagnostics"]["accepted"] == 0);
  CHECK(nps.json({"report", "s.db", "--key", "key"})["responses"] == 1);
  CHECK(nps.json({"erase", "s.db", "ann", "--key", "key"})["already_erased"] == true);
  // The hashes of two keys differ, and so do the states.
  for (const char* key : {"key", "other"}) {
    const std::string db = std::string(key) + ".db";
    nps.text({"ingest", db, "a.csv", "--customer", "who", "--key", key});
    nps.text({"erase", db, "ann", "--key", key});
  }
  CHECK(nps.text({"dump", "key.db", "--key", "key"}) !=
        nps.text({"dump", "other.db", "--key", "other"}));
  CHECK(nps.text({"dump", "key.db", "--key", "key"}) == nps.text({"dump", "s.db", "--key", "key"}));
}

TEST_CASE("store privacy: a retention keeps tallies by the dimensions it is told", "[store]") {
  StoreCommand nps;
  nps.file("a.csv",
           "score,who,where,at\n9,ann,web,2024-01-10\n8,bob,web,2024-01-11\n7,cem,app,2024-02-01\n"
           "10,ann,web,2026-11-01\n");
  const nps::test::Arguments ingest{"ingest",    "s.db",  "a.csv",  "--customer", "who",
                                    "--channel", "where", "--time", "at"};
  nps.text(ingest);
  CHECK(contains(nps.refusal(2, {"retain", "s.db", "1y", "--keep", "@nonsense"}), "@nonsense"));
  const Json gone = nps.json({"retain", "s.db", "1y", "--as-of", "2026-11-26", "--keep",
                              "channel,@month", "--min-n", "2"});
  CHECK(gone["answers"] == 3);
  CHECK(gone["customers"] == 2);
  CHECK(gone["kept"] == 3);
  CHECK(nps.json({"report", "s.db"})["responses"] == 1);
  const std::string other =
      nps.refusal(1, {"retain", "s.db", "0d", "--as-of", "2026-11-26", "--keep", "@month"});
  CHECK(contains(other, "by channel,@month"));
  for (const std::string& name : nps.folder().names()) {
    if (name.starts_with("s.db")) CHECK_FALSE(contains(nps.folder().read(name), "bob"));
  }
  CHECK(nps.json(ingest)["diagnostics"]["too_old"] == 3);
  const Json erased = nps.json({"erase", "s.db", "ann"});
  CHECK(erased["inseparable_before"] == gone["cutoff"]);
}

TEST_CASE("store privacy: an instant to count back from is one of the store's zone", "[store]") {
  StoreCommand nps;
  nps.file("a.csv", "score,who,at\n9,ann,2026-11-01\n");
  nps.text(
      {"ingest", "s.db", "a.csv", "--customer", "who", "--time", "at", "--zone", "Asia/Tokyo"});
  CHECK(nps.json({"retain", "s.db", "7d", "--as-of", "2026-11-08"})["cutoff"] ==
        "2026-10-31T15:00:00Z");
  CHECK(nps.json({"audience", "s.db", "age < 1d", "--as-of", "2026-11-01T12:00"})["as_of"] ==
        "2026-11-01T03:00:00Z");
}

TEST_CASE(
    "store ingest: a row that nothing orders is rejected and listed, and the others are taken",
    "[store]") {
  StoreCommand nps;
  nps.file("a.csv",
           "id,score,who,v,at\nr1,9,ann,1,2026-11-01\nr2,3,\"bo\nb\",new,2026-11-02\n"
           "r3,11,cem,x,2026-11-02\nr4,8,dee,,2026-11-03\nr5,7,eve,2,2026-11-04\n");
  const nps::test::Arguments run{
      "ingest", "s.db", "a.csv", "--response-id", "id", "--customer", "who", "--version", "v"};
  const auto with = [&run](nps::test::Arguments more) {
    more.insert(more.begin(), run.begin(), run.end());
    return more;
  };
  const Json seen = nps.json(with({"--rejects", "r.csv"}));
  CHECK(seen["rows"] == 5);
  CHECK(rejected(seen) == nps::test::Sizes{{"no_order", 2}, {"out_of_range", 1}});
  CHECK(seen["diagnostics"]["accepted"] == 2);
  const std::string listed = nps.folder().read("r.csv");
  CHECK(contains(listed, "a.csv,3,v,new,no_order\n"));
  CHECK(contains(listed, "a.csv,5,score,11,out_of_range\n"));
  CHECK(contains(listed, "a.csv,6,v,,no_order\n"));
  CHECK(nps.store(with({"--strict"})).exit_code == 3);
  CHECK(contains(nps.store(run).err, "rejected of 5 rows: "));
  const Json times = nps.json({"ingest", "t.db", "a.csv", "--response-id", "id", "--customer",
                               "who", "--order", "updated_at", "--updated-at", "v"});
  CHECK(rejected(times) == nps::test::Sizes{{"no_order", 4}, {"out_of_range", 1}});
}
