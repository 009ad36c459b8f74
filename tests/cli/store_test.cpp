// nps store: what goes in comes out, again is harmless, and every way to count gives one figure.
#include <string>
#include <vector>

#include "cli/store_command.h"
#include "support/catch.h"

using nps::test::Arguments;
using nps::test::contains;
using nps::test::Json;
using nps::test::StoreCommand;

namespace {

const std::string kSurvey = NPS_TEST_SOURCE_DIR "/tests/data/datacamp_2020q4/2020Q4_nps_";
const std::string kEvents = NPS_TEST_SOURCE_DIR "/examples/data/events.ndjson";

Arguments survey(Arguments first, Arguments last) {
  for (const char* part : {"email", "mobile", "web"}) first.push_back(kSurvey + part + ".csv");
  first.insert(first.end(), last.begin(), last.end());
  return first;
}

Json ingest_survey(StoreCommand& nps) {
  return nps.json(survey({"ingest", "s.db"}, {"--rating", "nps_rating", "--customer", "user_id",
                                              "--time", "response_date"}));
}

/// The one number of a query.
Json figure(StoreCommand& nps, const std::string& query) {
  const Json rows = nps.json({"sql", "s.db", query});
  REQUIRE(rows.size() == 1);
  REQUIRE(rows[0].size() == 1);
  return rows[0].begin().value();
}

}  // namespace

TEST_CASE(
    "store: the latest answer of each customer gives one score from the files, the store and "
    "SQL",
    "[store]") {
  StoreCommand nps;
  const Json seen = ingest_survey(nps);
  CHECK(seen["rows"] == 6043);
  CHECK(seen["diagnostics"]["accepted"] == 6043);
  const Json from_files =
      nps.nps().json(survey({}, {"--rating", "nps_rating", "--customer", "user_id", "--time",
                                 "response_date", "--count", "latest"}));
  REQUIRE(from_files["superseded"] > 0);  // there are customers who answered more than once
  const Json from_store = nps.json({"report", "s.db", "--count", "latest"});
  for (const char* name : {"responses", "promoters", "passives", "detractors", "nps", "interval",
                           "distribution", "customers", "superseded", "rows"}) {
    INFO(name);
    CHECK(from_store[name] == from_files[name]);
  }
  CHECK(figure(nps, "SELECT nps(rating) FROM nps_profile") == from_files["nps"]);
  CHECK(figure(nps, "SELECT nps_counts(nps_tally(rating)) FROM nps_profile") ==
        from_files["distribution"].dump());
  const std::string latest =
      "(SELECT rating, row_number() OVER (PARTITION BY customer_id ORDER BY answered_at DESC, "
      "response_id DESC) AS place FROM nps_answer)";
  CHECK(figure(nps, "SELECT nps(rating) FROM " + latest + " WHERE place = 1") == from_files["nps"]);
  CHECK(figure(nps, "SELECT count(*) FROM nps_profile") == from_files["customers"]);
}

TEST_CASE("store: all answers, the first of each, and groups by time are those of the files",
          "[store]") {
  StoreCommand nps;
  ingest_survey(nps);
  for (const Arguments& counted : std::vector<Arguments>{{}, {"--count", "first"}}) {
    Arguments files{"--rating",      "nps_rating", "--customer", "user_id", "--time",
                    "response_date", "--by",       "@month",     "--rollup"};
    files.insert(files.end(), counted.begin(), counted.end());
    Arguments store{"report", "s.db", "--by", "@month", "--rollup"};
    store.insert(store.end(), counted.begin(), counted.end());
    CHECK(nps.json(store) == nps.nps().json(survey({}, files)));
  }
}

TEST_CASE("store: the same files again change nothing, in whatever order", "[store]") {
  StoreCommand nps;
  ingest_survey(nps);
  const std::string before = nps.text({"dump", "s.db"});
  const Json again = ingest_survey(nps);
  CHECK(again["diagnostics"]["accepted"] == 0);
  CHECK(again["diagnostics"]["duplicates"] == 6043);
  CHECK(nps.text({"dump", "s.db"}) == before);
  for (const char* part : {"web", "email", "mobile"}) {
    nps.text({"ingest", "other.db", kSurvey + part + ".csv", "--customer", "user_id", "--time",
              "response_date", "--rating", "nps_rating"});
  }
  nps.text({"dump", "other.db", "--output", "other.dump"});
  CHECK(nps.folder().read("other.dump") == before);
}

TEST_CASE("store: columns become the fields of an answer, and greater versions replace lesser ones",
          "[store]") {
  StoreCommand nps;
  nps.file("a.csv",
           "id,score,who,firm,where,stage,plan,said,v,at\n"
           "r1,3,ann,acme,web,delivery,gold,\"late, \"\"very\"\"\",1,2026-11-01\n"
           "r1,9,ann,acme,web,delivery,gold,mended,10,2026-11-01\n"
           "r2,10,bob,acme,store,support,,,1,2026-11-02\n"
           "r3,11,cem,acme,store,support,,,1,2026-11-02\n");
  const Json seen = nps.json(
      {"ingest",    "s.db",      "a.csv",     "--response-id", "id",      "--customer", "who",
       "--account", "firm",      "--channel", "where",         "--stage", "stage",      "--label",
       "plan",      "--comment", "said",      "--version",     "v",       "--time",     "at"});
  CHECK(seen["rows"] == 4);
  CHECK(seen["rejected"] == Json{{"out_of_range", 1}});
  CHECK(seen["ledger"]["responses"] == 2);
  const Json rows = nps.json({"sql", "s.db",
                              "SELECT response_id, customer_id, account_id, rating, channel, "
                              "journey_stage FROM nps_answer "
                              "ORDER BY response_id"});
  CHECK(rows == Json::parse(R"([{"response_id": "r1", "customer_id": "ann", "account_id": "acme",
                                 "rating": 9, "channel": "web", "journey_stage": "delivery"},
                                {"response_id": "r2", "customer_id": "bob", "account_id": "acme",
                                 "rating": 10, "channel": "store", "journey_stage": "support"}])"));
  const Json by_plan = nps.json({"report", "s.db", "--by", "plan"});
  CHECK(nps::test::sizes(by_plan) == nps::test::Sizes{{"", 1}, {"gold", 1}});
  CHECK(nps.json({"export", "s.db", "ann"}).dump().find("mended") != std::string::npos);
}

TEST_CASE("store: events come as nps replay takes them, and count alike", "[store]") {
  StoreCommand nps;
  const Json seen = nps.json({"ingest", "s.db", kEvents});
  const Json report = nps.json({"report", "s.db", "--by", "channel"});
  const auto ran = nps.nps().run({"replay", kEvents, "--by", "channel", "--format", "json"});
  const Json replayed = Json::parse(ran.out);
  for (const char* name : {"responses", "nps", "distribution", "groups"}) {
    INFO(name);
    CHECK(report[name] == replayed[name]);
  }
  CHECK(seen["ledger"] == replayed["ledger"]);
  CHECK(seen["rows"] == replayed["rows"]);
  CHECK(seen["rejected"]["out_of_range"] == 1);
  // By the first byte, from standard input.
  nps.process().input =
      "\n {\"type\":\"answered\",\"response_id\":\"x\",\"version\":1,\"customer_id\":\"zoe\","
      "\"rating\":9}\n";
  CHECK(nps.json({"ingest", "s.db", "-"})["diagnostics"]["accepted"] == 1);
  nps.process().input = "score,who\n9,yan\n";
  CHECK(nps.json({"ingest", "s.db", "-", "--customer", "who"})["diagnostics"]["accepted"] == 1);
}

TEST_CASE("store: a profile has the first, previous and latest answer, by stage as well",
          "[store]") {
  StoreCommand nps;
  nps.file("a.csv",
           "score,who,where,stage,at\n9,ann,web,buying,2026-11-01\n7,ann,web,delivery,2026-11-10\n"
           "2,ann,app,delivery,2026-11-20\n10,bob,app,buying,2026-11-05\n");
  nps.text({"ingest", "s.db", "a.csv", "--customer", "who", "--channel", "where", "--stage",
            "stage", "--time", "at"});
  const Json ann = nps.json({"profile", "s.db", "ann"});
  CHECK(ann["customer_id"] == "ann");
  CHECK(ann["answers"] == 3);
  CHECK(ann["first"]["rating"] == 9);
  CHECK(ann["previous"]["band"] == "passive");
  CHECK(ann["latest"] == Json{{"rating", 2},
                              {"band", "detractor"},
                              {"answered_at", "2026-11-20T00:00:00Z"},
                              {"channel", "app"},
                              {"journey_stage", "delivery"}});
  REQUIRE(ann["stages"].size() == 2);
  CHECK(ann["stages"][1]["journey_stage"] == "delivery");
  CHECK(ann["stages"][1]["answers"] == 2);
  CHECK(nps.refusal(1, {"profile", "s.db", "nobody"}) ==
        "nps: s.db: customer 'nobody' has no answers that count");

  const Json found = nps.json({"audience", "s.db",
                               "band = detractor and journey_stage = \"delivery\" and age < 14d",
                               "--as-of", "2026-11-26"});
  REQUIRE(found["customers"].size() == 1);
  CHECK(found["customers"][0]["customer_id"] == "ann");
  CHECK(nps.json({"audience", "s.db", "age < 3d", "--as-of", "2026-11-26"})["customers"].empty());
  CHECK(contains(nps.refusal(2, {"audience", "s.db", "band = sad"}), "character 8"));
}

TEST_CASE("store: traits since a number are those of the customers who changed", "[store]") {
  StoreCommand nps;
  nps.file("a.csv", "score,who\n9,ann\n3,bob\n");
  nps.file("b.csv", "score,who\n10,bob\n");
  nps.text({"ingest", "s.db", "a.csv", "--customer", "who"});
  const Json all = nps.json({"traits", "s.db"});
  REQUIRE(all["traits"].size() == 2);
  CHECK(all["traits"][0]["customer_id"] == "ann");
  CHECK(all["traits"][0]["nps_band"] == "promoter");
  const std::string since = all["changed"].dump();
  CHECK(nps.json({"traits", "s.db", "--since", since})["traits"].empty());
  nps.text({"ingest", "s.db", "b.csv", "--customer", "who"});
  const Json changed = nps.json({"traits", "s.db", "--since", since});
  REQUIRE(changed["traits"].size() == 1);
  CHECK(changed["traits"][0]["customer_id"] == "bob");
  CHECK(changed["traits"][0]["nps_response_count"] == 2);
  CHECK(nps.text({"traits", "s.db"}).starts_with("{\"customer_id\":\"ann\""));
}

TEST_CASE("store: an erased customer leaves the report, the profiles and the bytes of the file",
          "[store]") {
  StoreCommand nps;
  nps.file("a.csv", "score,who,said\n9,ann-of-the-hill,so glad of it\n3,bob,hm\n");
  nps.text({"ingest", "s.db", "a.csv", "--customer", "who", "--comment", "said"});
  CHECK(contains(nps.folder().read("s.db"), "ann-of-the-hill"));
  const Json erased = nps.json({"erase", "s.db", "ann-of-the-hill"});
  CHECK(erased["answers"] == 1);
  CHECK(erased["pending"] == false);
  for (const std::string& name : nps.folder().names()) {
    if (!name.starts_with("s.db")) continue;
    INFO(name);
    CHECK_FALSE(contains(nps.folder().read(name), "ann-of-the-hill"));
    CHECK_FALSE(contains(nps.folder().read(name), "so glad of it"));
  }
  CHECK(nps.json({"report", "s.db"})["responses"] == 1);
  const Json again =
      nps.json({"ingest", "s.db", "a.csv", "--customer", "who", "--comment", "said"});
  CHECK(nps.json({"report", "s.db"})["responses"] == 1);
  CHECK(again["ledger"]["responses"] == 1);
  CHECK(nps.json({"erase", "s.db", "ann-of-the-hill"})["already_erased"] == true);
}

TEST_CASE("store: answers older than the period go, and do not come back", "[store]") {
  StoreCommand nps;
  nps.file("a.csv", "score,who,at\n9,ann,2024-10-31\n8,bob,2024-11-26\n7,cem,2026-01-01\n");
  nps.text({"ingest", "s.db", "a.csv", "--customer", "who", "--time", "at"});
  const Json gone = nps.json({"retain", "s.db", "24mo", "--as-of", "2026-11-26"});
  CHECK(gone["cutoff"] == "2024-11-26T00:00:00Z");
  CHECK(gone["answers"] == 1);
  CHECK(nps.json({"report", "s.db"})["responses"] == 2);
  const Json again = nps.json({"ingest", "s.db", "a.csv", "--customer", "who", "--time", "at"});
  CHECK(again["diagnostics"]["too_old"] == 1);
  CHECK(nps.json({"report", "s.db"})["responses"] == 2);
  // The last day of a month that is shorter.
  CHECK(nps.json({"retain", "s.db", "9mo", "--as-of", "2026-11-30"})["cutoff"] ==
        "2026-02-28T00:00:00Z");
  CHECK(contains(nps.refusal(2, {"retain", "s.db", "soon"}), "'soon' is no period"));
}

TEST_CASE("store: what was answered before the period goes, even if it was deleted since",
          "[store]") {
  StoreCommand nps;
  const auto event = [](const std::string& id, const std::string& rest) {
    return R"({"response_id":")" + id + R"(","customer_id":"who-)" + id + R"(",)" + rest + "}\n";
  };
  nps.file(
      "e.ndjson",
      event("old", R"("type":"answered","version":1,"rating":9,"answered_at":"2024-01-01")") +
          event("old", R"("type":"deleted","version":2,"comment":"wrong shop")") +
          event("new", R"("type":"answered","version":1,"rating":9,"answered_at":"2026-11-01")") +
          event("new", R"("type":"deleted","version":2)") +
          event("late", R"("type":"answered","version":1,"rating":3,"answered_at":"2024-01-01")") +
          event("late", R"("type":"updated","version":2,"rating":4,"answered_at":"2026-11-01")") +
          event("never", R"("type":"dismissed","version":1)"));
  nps.text({"ingest", "s.db", "e.ndjson"});
  const Json gone = nps.json({"retain", "s.db", "1y", "--as-of", "2026-11-26"});
  CHECK(gone["events"] == 3);  // both of one, and the earlier one of another
  CHECK(gone["customers"] == 1);
  CHECK(
      nps.json({"sql", "s.db",
                "SELECT group_concat(response_id || ':' || type, ' ') AS left FROM (SELECT * FROM "
                "nps_event ORDER BY response_id, ord)"})[0]["left"] ==
      "late:answered never:dismissed new:answered new:deleted");
  for (const std::string& name : nps.folder().names()) {
    if (name.starts_with("s.db")) CHECK_FALSE(contains(nps.folder().read(name), "wrong shop"));
  }
}

TEST_CASE("store: moves between periods, and around what customers went through, come from it",
          "[store]") {
  StoreCommand nps;
  nps.file("a.csv",
           "score,who,at\n9,ann,2026-09-05\n3,ann,2026-10-20\n10,bob,2026-09-06\n"
           "10,bob,2026-10-07\n6,cem,2026-09-30\n");
  nps.text({"ingest", "s.db", "a.csv", "--customer", "who", "--time", "at"});
  const Json moved = nps.json({"transitions", "s.db", "--from", "2026-Q3", "--to", "2026-10"});
  CHECK(moved["before"]["responses"] == 3);
  CHECK(moved["after"]["responses"] == 2);
  nps.file("e.csv", "customer,when\nann,2026-10-01\nbob,2026-10-01\n,2026-10-01\n");
  const Json exposed = nps.json({"exposures", "s.db", "e.csv", "--customer", "customer", "--at",
                                 "when", "--exposure", "move"});
  REQUIRE(exposed["kinds"].size() == 1);
  CHECK(exposed["kinds"][0]["kind"] == "move");
  CHECK(exposed["kinds"][0]["answered"]["both"] == 2);
  nps.file("o.csv",
           "customer,when,what,paid\nann,2026-09-20,churned,\nbob,2026-09-20,bought,12.5\n");
  const Json churn =
      nps.json({"outcomes", "s.db", "o.csv", "--customer", "customer", "--at", "when", "--kind",
                "what", "--event", "churned", "--within", "7d", "--observed-until", "2027-01-01"});
  CHECK(churn["measure"] == "event");
  CHECK(churn["horizon_days"] == 7);
  CHECK(churn["outcomes"] == 2);
  CHECK(churn["unused"]["other_kind"] == 1);
  const Json paid = nps.json({"outcomes", "s.db", "o.csv", "--customer", "customer", "--at", "when",
                              "--kind", "what", "--event", "bought", "--amount", "paid"});
  CHECK(paid["measure"] == "amount");
  CHECK(contains(nps.refusal(2, {"outcomes", "s.db", "o.csv", "--customer", "customer", "--at",
                                 "when", "--event", "x", "--within", "soon"}),
                 "--within"));
  CHECK(contains(nps.refusal(2, {"transitions", "s.db", "--from", "then", "--to", "2026"}),
                 "'then' is no period"));
  CHECK(contains(nps.refusal(2, {"exposures", "s.db", "e.csv", "--customer", "who", "--at", "when",
                                 "--exposure", "x"}),
                 "'customer', 'when'"));
}
