// Transitions, cohorts and response rates as text. What their figures are is tested with them.
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "customer/answered.h"
#include "nps/report/render.h"
#include "support/catch.h"

using namespace nps;
using Json = nlohmann::json;
using nps::test::answer_of;
using nps::test::day_of_2024;

namespace {

std::vector<Answer> answers() {
  return {answer_of("ann", 3, day_of_2024(1)), answer_of("ann", 10, day_of_2024(40)),
          answer_of("bob", 9, day_of_2024(2)), answer_of("cem", 0, day_of_2024(59)),
          answer_of("", 9, day_of_2024(2))};
}

TransitionReport moved() {
  return *transition_report(answers(), {day_of_2024(0), day_of_2024(30)},
                            {day_of_2024(30), day_of_2024(60)});
}

bool contains(const std::string& text, std::string_view part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("transitions as JSON: each place of the table, and null where nothing is known",
          "[render]") {
  const Json json = Json::parse(render_json(moved()));
  CHECK(json["customers"]["detractor"]["promoter"] == 1);
  CHECK(json["customers"]["promoter"]["none"] == 1);
  CHECK(json["customers"]["none"]["detractor"] == 1);
  CHECK(json["periods"]["before"]["from"] == "2024-01-01T00:00:00Z");
  CHECK(json["periods"]["after"]["to"] == "2024-03-01T00:00:00Z");
  CHECK(json["change"]["nps"] == 200);
  CHECK(json["pairs"] == 1);
  CHECK(json["answered_again"]["passive"].is_null());
  CHECK(json["answered_again"]["detractor"]["share"] == 1);
  CHECK(json["unplaced"]["anonymous"] == 1);
  const Json empty = Json::parse(render_json(TransitionReport{}));
  CHECK(empty["change"].is_null());
  CHECK(empty["before"]["nps"].is_null());
}

TEST_CASE("transitions as a table: the sentence first, then who moved where", "[render]") {
  const std::string table = render_table(moved(), {.title = "spring"});
  CHECK(contains(table, "spring"));
  CHECK(contains(table, "Of 1 customer who answered in both periods, the score changed by +200.0"));
  CHECK(contains(table, "no answer"));
  CHECK(contains(table, "1 of 5 answers take no part in this: 1 without a customer."));
  CHECK(contains(render_table(TransitionReport{}), "Nobody answered in both periods."));
}

TEST_CASE("cohorts as JSON and as a table: a row for each period of each", "[render]") {
  const auto report = cohort_report(answers());
  const Json json = Json::parse(render_json(report));
  CHECK(json["by"] == "first answer");
  CHECK(json["policy"]["per"] == "customer and period");
  REQUIRE(json["cohorts"].size() == 2);
  CHECK(json["cohorts"][0]["periods"][1]["period"] == "2024-02");
  CHECK(json["cohorts"][0]["periods"][1]["nps"] == 100);
  const std::string table = render_table(report);
  CHECK(contains(table, "2024-01"));
  CHECK(contains(table, "1 (50.0 %)"));
  CHECK(contains(render_table(CohortReport{}), "There is no answer"));
}

TEST_CASE("response rates as JSON and as a table", "[render]") {
  const std::vector<Asking> askings{
      {.customer = "ann", .at = day_of_2024(1), .rating = Rating::of<3>()},
      {.customer = "ann", .at = day_of_2024(2)},
      {.customer = ""}};
  const auto report = response_rate_report(askings);
  const Json json = Json::parse(render_json(report));
  CHECK(json["rate"]["share"] == 0.5);
  CHECK(json["by_previous_band"]["detractor"]["share"] == 0);
  CHECK(json["by_previous_band"]["promoter"].is_null());
  CHECK(json["trend"].is_null());
  const std::string table = render_table(report);
  CHECK(contains(table, "50.0 %"));
  CHECK(contains(table, "cannot be told"));
  CHECK(contains(render_table(ResponseRateReport{}), "nothing yet"));
}
