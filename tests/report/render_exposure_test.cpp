// The ways to show what goes with exposures. What its figures are is tested with the join.
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "nps/report/render.h"
#include "support/catch.h"

using namespace nps;
using Json = nlohmann::json;
using std::chrono::days;

namespace {

ExposureReport two_kinds() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> made;
    for (int i = 0; i < 30; ++i) made.push_back("c" + std::to_string(i));
    return made;
  }();
  const Timestamp start{days{20'000}};
  std::vector<Answer> answers;
  std::vector<Exposure> exposures;
  for (int i = 0; i < 30; ++i) {
    const auto add = [&](int rating, int day) {
      answers.push_back({.response_id = "r",
                         .customer = names[static_cast<std::size_t>(i)],
                         .rating = *Rating::from(rating),
                         .answered_at = start + days{day}});
    };
    add(3 + i % 3, 1);
    add(i < 15 ? 9 + i % 2 : 7, 9);
    if (i < 15) exposures.push_back({names[static_cast<std::size_t>(i)], "visit", start + days{5}});
  }
  exposures.push_back({names[20], "a \x1b[31mcall", start + days{100}});
  exposures.push_back({"", "visit", start});
  return *exposure_report(answers, exposures);
}

}  // namespace

TEST_CASE("exposure as JSON: the promised names, and no value where there is none", "[render]") {
  const Json json = Json::parse(render_json(two_kinds()));
  CHECK(json["exposures"] == 17);
  CHECK(json["not_joined"] == Json{{"no_customer", 1}, {"no_time", 0}});
  CHECK(json["answers"] == 60);
  CHECK(json["horizon_days"] == 90);
  CHECK(json["adjustment"] == "bh");
  REQUIRE(json["kinds"].size() == 2);
  const Json& call = json["kinds"][0];
  CHECK(call["change"].is_null());
  CHECK(call["difference"].is_null());
  CHECK(call["answered"] == Json{{"both", 0}, {"only_before", 0}, {"only_after", 0}, {"none", 1}});
  CHECK(call["before"]["nps"].is_null());
  const Json& visit = json["kinds"][1];
  CHECK(visit["kind"] == "visit");
  CHECK(visit["change"]["nps"] == 200);
  CHECK(visit["change"]["method"] == "score");
  CHECK(visit["difference"]["method"] == "linearised");
  CHECK(visit["unexposed"]["weighted"]["nps"] == visit["unexposed"]["nps"]);
}

TEST_CASE("exposure as a table: both comparisons, nothing that steers a terminal", "[render]") {
  const std::string table = render_table(two_kinds(), {.width = 110, .title = "visits.csv"});
  INFO(table);
  CHECK(table.find('\x1b') == std::string::npos);
  CHECK(table.find("The same customers before and after") != std::string::npos);
  CHECK(table.find("+200.0") != std::string::npos);
  CHECK(table.find("not what causes what") != std::string::npos);
  CHECK(table.find("1 without a customer") != std::string::npos);
  CHECK(render_table(ExposureReport{}).find("no exposure") != std::string::npos);
}
