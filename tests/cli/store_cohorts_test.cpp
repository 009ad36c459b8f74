// nps store cohorts, response-rates and value at risk: what the library says of a store's answers.
#include <string>

#include "cli/replay_command.h"
#include "cli/store_command.h"
#include "support/catch.h"

using nps::test::contains;
using nps::test::Json;
using nps::test::StoreCommand;

namespace {

void ingest_answers(StoreCommand& nps) {
  nps.file("a.csv",
           "score,who,at\n9,ann,2026-09-05\n3,ann,2026-10-20\n4,ann,2026-10-25\n10,bob,2026-09-06\n"
           "10,bob,2026-11-07\n6,cem,2026-10-31T23:30:00Z\n8,,2026-10-01\n7,dee,\n");
  nps.text({"ingest", "s.db", "a.csv", "--customer", "who", "--time", "at"});
}

}  // namespace

TEST_CASE("store cohorts: customers are followed by their first answer", "[store]") {
  StoreCommand nps;
  ingest_answers(nps);
  const Json report = nps.json({"cohorts", "s.db"});
  CHECK(report["by"] == "first answer");
  CHECK(report["cohorts_by"] == "month");
  CHECK(report["policy"]["zone"] == "UTC");
  REQUIRE(report["cohorts"].size() == 2);
  const Json& september = report["cohorts"][0];
  CHECK(september["cohort"] == "2026-09");
  CHECK(september["customers"] == 2);
  REQUIRE(september["periods"].size() == 3);
  CHECK(september["periods"][1]["period"] == "2026-10");
  CHECK(september["periods"][1]["customers"] == 1);
  CHECK(september["periods"][1]["distribution"][4] == 1);  // ann's latest of October
  CHECK(report["superseded"] == 1);
  CHECK(report["unplaced"] == Json{{"anonymous", 1}, {"untimed", 1}, {"out_of_range", 0}});
  CHECK(nps.json({"cohorts", "s.db", "--count", "all"})["superseded"] == 0);
  // In Tokyo it was November by then.
  const Json tokyo = nps.json({"cohorts", "s.db", "--zone", "Asia/Tokyo"});
  CHECK(tokyo["cohorts"][1]["cohort"] == "2026-11");
  const Json years = nps.json({"cohorts", "s.db", "--cohorts", "year", "--periods", "quarter"});
  REQUIRE(years["cohorts"].size() == 1);
  CHECK(years["cohorts"][0]["periods"][1]["period"] == "2026-Q4");
  CHECK(contains(nps.text({"cohorts", "s.db"}), "2026-09"));
}

TEST_CASE("store cohorts: or by when they were won", "[store]") {
  StoreCommand nps;
  ingest_answers(nps);
  nps.file("won.csv", "id,since\nann,2024-01-05\nbob,2025-06-01\ncem,\nzoe,2025-01-01\n");
  const Json report = nps.json({"cohorts", "s.db", "--acquired", "won.csv", "--customer", "id",
                                "--at", "since", "--cohorts", "year"});
  CHECK(report["by"] == "acquisition");
  REQUIRE(report["cohorts"].size() == 2);
  CHECK(report["cohorts"][0]["cohort"] == "2024");
  CHECK(report["not_acquired"] == 1);
  CHECK(contains(nps.refusal(2, {"cohorts", "s.db", "--acquired", "won.csv"}), "--customer"));
  CHECK(contains(nps.refusal(2, {"cohorts", "s.db", "--customer", "id"}), "--acquired"));
  CHECK(contains(nps.refusal(2, {"cohorts", "s.db", "--acquired", "won.csv", "--customer", "id",
                                 "--at", "when"}),
                 "'since'"));
  CHECK(contains(nps.refusal(1, {"cohorts", "s.db", "--acquired", "none.csv", "--customer", "id",
                                 "--at", "since"}),
                 "none.csv"));
  CHECK(contains(nps.refusal(2, {"cohorts", "s.db", "--periods", "hour"}), "'hour' is none of"));
}

TEST_CASE("store response-rates: who answers, by what they had said before", "[store]") {
  StoreCommand nps;
  const auto event = [](const std::string& type, const std::string& id, const std::string& who,
                        const std::string& day, const std::string& more) {
    return R"({"type":")" + type + R"(","response_id":")" + id +
           R"(","version":1,"customer_id":")" + who + R"(","received_at":"2026-)" + day +
           "T08:00:00Z\"" + more + "}\n";
  };
  const auto answered = [&](const std::string& id, const std::string& who, const std::string& day,
                            int rating) {
    return event(
        "answered", id, who, day,
        R"(,"answered_at":"2026-)" + day + R"(T07:00:00Z","rating":)" + std::to_string(rating));
  };
  nps.file("e.ndjson", answered("1", "ann", "09-01", 2) + answered("2", "bob", "09-01", 10) +
                           event("dismissed", "3", "ann", "10-01", "") +
                           answered("4", "bob", "10-01", 9) +
                           event("dismissed", "5", "cem", "10-01", "") +
                           event("dismissed", "6", "", "10-01", "") +
                           event("deleted", "7", "bob", "10-02", ""));
  nps.text({"ingest", "s.db", "e.ndjson"});
  const Json report = nps.json({"response-rates", "s.db"});
  CHECK(report["askings"] == 6);
  CHECK(report["rate"]["part"] == 3);
  CHECK(report["rate"]["whole"] == 5);
  CHECK(report["by_previous_band"]["detractor"]["part"] == 0);
  CHECK(report["by_previous_band"]["detractor"]["whole"] == 1);
  CHECK(report["by_previous_band"]["promoter"]["part"] == 1);
  CHECK(report["by_previous_band"]["none"]["whole"] == 3);
  CHECK(report["unplaced"] == Json{{"anonymous", 1}, {"untimed", 0}});
  CHECK(contains(nps.text({"response-rates", "s.db"}), "last heard of as"));
}

TEST_CASE("store response-rates: a store that knows of answers only says so", "[store]") {
  StoreCommand nps;
  ingest_answers(nps);
  const auto ran = nps.store({"response-rates", "s.db", "--format", "json"});
  CHECK(ran.exit_code == 0);
  CHECK(contains(ran.err, "events of type dismissed"));
  CHECK(Json::parse(ran.out)["rate"]["share"] == 1.0);
}

TEST_CASE("store outcomes: what customers are worth gives the value at risk", "[store]") {
  StoreCommand nps;
  nps.file(
      "a.csv",
      "score,who,at\n2,ann,2026-01-05\n3,bob,2026-01-06\n10,cem,2026-01-07\n9,dee,2026-01-08\n");
  nps.text({"ingest", "s.db", "a.csv", "--customer", "who", "--time", "at"});
  nps.file("churn.csv", "id,left,worth\nann,2026-02-01,100\n");
  nps.file("worth.csv", "id,worth\nann,100\nbob,200\nbob,50\ncem,1000\ndee,unknown\n");
  const nps::test::Arguments run{
      "outcomes", "s.db",    "churn.csv", "--customer",       "id",
      "--at",     "left",    "--event",   "churned",          "--within",
      "90d",      "--value", "worth",     "--observed-until", "2026-12-31"};
  const auto with = [&run](nps::test::Arguments more) {
    more.insert(more.begin(), run.begin(), run.end());
    return more;
  };
  const Json report = nps.json(with({"--values", "worth.csv"}));
  // Of detractors one of two left, of promoters none: half of 350 more than it would be.
  CHECK(report["value_at_risk"]["value"] == 350.0);
  CHECK(report["value_at_risk"]["at_risk"] == 175.0);
  CHECK(report["detractors_without_value"] == 0);
  CHECK(nps.json(with({"--values", "worth.csv"})) == report);  // drawn by one seed
  const Json same_file = nps.json(with({}));
  CHECK(same_file["value_at_risk"]["value"] == 100.0);
  CHECK(same_file["detractors_without_value"] == 1);
  CHECK(contains(nps.store(with({"--values", "worth.csv"})).err, "1 row without a number"));
  CHECK(contains(nps.refusal(2, with({"--amount", "worth"})), "--value is for events"));
  CHECK(contains(nps.refusal(2, with({"--values", "churn.csv", "--customer", "who"})),
                 "--customer is given more than once"));
  CHECK(contains(nps.refusal(1, with({"--values", "none.csv"})), "none.csv"));
}
