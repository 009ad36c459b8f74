// The JSON that others build on: every promised name, null where there is nothing, numbers that
// read back as they were, valid UTF-8 whatever the labels are.
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "nps/detail/text.h"
#include "nps/report/render.h"
#include "report/report_of.h"
#include "support/answers.h"
#include "support/catch.h"

using nlohmann::json;
using nps::CalendarUnit;
using nps::Dimension;
using nps::Report;
using nps::ReportOptions;
using nps::test::Answer;
using nps::test::at;
using nps::test::calendar;
using nps::test::report_of;

namespace {

json parsed(const std::string& text) {
  CHECK(text.ends_with("\n"));
  CHECK(nps::detail::is_utf8(text));
  const json document = json::parse(text, nullptr, false);
  REQUIRE_FALSE(document.is_discarded());
  REQUIRE(document.is_object());
  return document;
}

std::set<std::string> names(const json& object) {
  std::set<std::string> names;
  for (const auto& [name, value] : object.items()) names.insert(name);
  return names;
}

const std::set<std::string> kFigures{"responses", "promoters", "passives", "detractors",  "nps",
                                     "interval",  "grade",     "mean",     "distribution"};

std::set<std::string> with(std::set<std::string> names, const std::set<std::string>& more) {
  names.insert(more.begin(), more.end());
  return names;
}

void check_figures(const json& object, const nps::Figures& figures) {
  CHECK(object["responses"] == figures.responses);
  CHECK(object["promoters"] == figures.bands.promoters);
  CHECK(object["passives"] == figures.bands.passives);
  CHECK(object["detractors"] == figures.bands.detractors);
  CHECK(object["nps"].get<double>() == figures.score->points());
  CHECK(names(object["interval"]) == std::set<std::string>{"level", "method", "low", "high"});
  CHECK(object["interval"]["low"].get<double>() == figures.interval->low);
  CHECK(object["interval"]["high"].get<double>() == figures.interval->high);
  CHECK(object["interval"]["level"].get<double>() == figures.interval->level.value());
  CHECK(object["interval"]["method"] == std::string(name(figures.interval->method)));
  CHECK(object["grade"] == std::string(name(*figures.grade)));
  CHECK(object["mean"].get<double>() == *figures.mean);
  CHECK(object["distribution"].get<nps::Tally::Counts>() == *figures.distribution);
}

}  // namespace

TEST_CASE("json: figures have every promised name, and numbers that are not rounded", "[json]") {
  const auto figures = nps::figures(nps::Tally::of({1, 0, 2, 0, 0, 3, 1, 4, 1, 5, 9}));
  const json object = parsed(render_json(figures));
  CHECK(names(object) == kFigures);
  check_figures(object, figures);
}

TEST_CASE("json: figures of bands alone know no mean and no distribution", "[json]") {
  const json object = parsed(render_json(nps::figures(nps::BandCounts{1, 2, 3})));
  CHECK(names(object) == kFigures);
  CHECK(object["mean"].is_null());
  CHECK(object["distribution"].is_null());
  CHECK(object["nps"].is_number());
}

TEST_CASE("json: nothing is null, never NaN or 0", "[json]") {
  for (const std::string& text :
       {render_json(nps::figures(nps::Tally{})), render_json(report_of({}, {}))}) {
    const json object = parsed(text);
    CHECK(object["responses"] == 0);
    for (const char* name : {"nps", "interval", "grade", "mean"}) CHECK(object.at(name).is_null());
    CHECK(object["distribution"] == json(std::vector<int>(11, 0)));
    CHECK(text.find("nan") == std::string::npos);
  }
  CHECK(parsed(render_json(report_of({}, {})))["groups"] == json::array());
}

TEST_CASE("json: counts near 2^64 are integers in full", "[json]") {
  const auto figures = nps::figures(nps::BandCounts{.promoters = 18446744073709551615U});
  CHECK(render_json(figures).find("18446744073709551615") != std::string::npos);
  CHECK(parsed(render_json(figures))["nps"] == 100);
}

TEST_CASE("json: a report has every promised name and no other", "[json]") {
  const std::vector<Answer> answers{{.labels = {"web"}, .rating = 10, .customer = "a"},
                                    {.labels = {"app"}, .rating = 3, .customer = "a"}};
  const Report report = report_of(answers, {.by = {Dimension::label("channel")}});
  const json object = parsed(render_json(report));
  const auto always = with(kFigures, {"rows", "rejected", "policy", "groups"});
  CHECK(names(object) == always);
  check_figures(object, report.total);
  CHECK(object["rows"] == 2);
  CHECK(names(object["rejected"]) == std::set<std::string>{"missing", "out_of_range", "fractional",
                                                           "not_a_number", "ragged", "bad_time"});
  CHECK(object["policy"]["which"] == "all");
  CHECK(object["policy"]["per"].is_null());
  CHECK(object["policy"]["scale"] == "0-10");
  CHECK(object["policy"]["zone"] == "UTC");
  REQUIRE(object["groups"].size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(names(object["groups"][i]) == with(kFigures, {"key"}));
    check_figures(object["groups"][i], report.groups[i].figures);
  }
  CHECK(object["groups"][0]["key"] == json{{"channel", "app"}});

  const Report full = report_of(answers, {.by = {Dimension::label("channel")},
                                          .policy = {.which = nps::Which::Latest},
                                          .weighted = true,
                                          .customers = true,
                                          .top = 1});
  const json more = parsed(render_json(full));
  CHECK(names(more) == with(always, {"customers", "superseded", "weighted"}));
  CHECK(more["customers"] == 1);
  CHECK(more["superseded"] == 1);
  CHECK(more["policy"]["which"] == "latest");
  CHECK(more["policy"]["per"] == "customer");
}

TEST_CASE("json: rejects are counted by reason, the rare ones where they occur", "[json]") {
  Report report;
  for (std::size_t i = 0; i < nps::kRejects; ++i) {
    report.rejected.add(static_cast<nps::Reject>(i), i + 1);
  }
  const json rejected = parsed(render_json(report))["rejected"];
  REQUIRE(rejected.size() == nps::kRejects);
  for (std::size_t i = 0; i < nps::kRejects; ++i) {
    CHECK(rejected[std::string(name(static_cast<nps::Reject>(i)))] == i + 1);
  }
}

TEST_CASE("json: weighted figures have their names, and null without weight", "[json]") {
  std::vector<Answer> answers{{.labels = {}, .rating = 10}, {.labels = {}, .rating = 0}};
  answers[0].weight = 3;
  const Report report = report_of(answers, {.weighted = true});
  const json weighted = parsed(render_json(report))["weighted"];
  CHECK(names(weighted) == std::set<std::string>{"nps", "sum_weights", "effective_n", "interval"});
  CHECK(weighted["nps"] == 50.0);
  CHECK(weighted["sum_weights"] == 4.0);
  CHECK(weighted["effective_n"].get<double>() == *report.weighted->effective_n);
  CHECK(weighted["interval"]["low"].get<double>() == report.weighted->interval->low);
  CHECK(weighted["interval"]["method"] == "linearised");
  const json none = parsed(render_json(report_of({}, {.weighted = true})))["weighted"];
  CHECK(none["nps"].is_null());
  CHECK(none["effective_n"].is_null());
  CHECK(none["interval"].is_null());
  CHECK(none["sum_weights"] == 0.0);
}

TEST_CASE("json: a rolled-up dimension is absent from the key, an empty value is not", "[json]") {
  const Report report =
      report_of(std::vector<Answer>{{{"", "a"}, 9}},
                {.by = {Dimension::label("channel"), Dimension::label("stage")}, .roll_up = true});
  const json groups = parsed(render_json(report))["groups"];
  REQUIRE(groups.size() == 4);
  CHECK(groups[0]["key"] == json::object());  // the grand total
  CHECK(groups[1]["key"] == json{{"channel", ""}});
  CHECK(groups[2]["key"] == json{{"stage", "a"}});
  CHECK(groups[3]["key"] == json{{"channel", ""}, {"stage", "a"}});
}

TEST_CASE("json: a period has its change, null where there was none before", "[json]") {
  const Report report =
      report_of(std::vector<Answer>{{.rating = 0, .answered_at = at(2020, 9, 1)},
                                    {.rating = 10, .answered_at = at(2020, 10, 1)}},
                {.by = {calendar("@month", CalendarUnit::Month)}});
  const json groups = parsed(render_json(report))["groups"];
  CHECK(groups[1]["key"] == json{{"@month", "2020-10"}});
  CHECK(groups[0].at("change").is_null());
  const json change = groups[1]["change"];
  CHECK(names(change) == std::set<std::string>{"nps", "low", "high", "p"});
  CHECK(change["nps"] == 200.0);
  CHECK(change["low"].get<double>() == report.groups[1].change->low);
  CHECK(change["high"].get<double>() == report.groups[1].change->high);
  CHECK(change["p"].get<double>() == report.groups[1].change->p);
}

TEST_CASE("json: any bytes in names and labels make a valid document", "[json]") {
  const std::vector<std::string> odd{
      "\xff\xfe",     "\xc3\x28",  "\xed\xa0\x80", "a\"b\\c\n\t\x01", std::string("n\0l", 3),
      "\xe2\x80\xa8", "</script>", "日本"};
  std::vector<Answer> answers;
  for (const auto& label : odd) answers.push_back({{label}, 9});
  const Report report = report_of(answers, {.by = {Dimension::label("na\xff\"me")}});
  const json groups = parsed(render_json(report))["groups"];
  REQUIRE(groups.size() == odd.size());
  std::set<std::string> labels;
  for (const auto& group : groups) {
    REQUIRE(group["key"].size() == 1);
    CHECK(group["key"].begin().key() == "na\xef\xbf\xbd\"me");
    labels.insert(group["key"].begin().value().get<std::string>());
  }
  CHECK(labels.contains("日本"));
  CHECK(labels.contains(odd[3]));
  CHECK(labels.contains(odd[4]));
}

TEST_CASE("json: a group whose figures are empty is written with nulls", "[json]") {
  Report report;
  report.dimensions = {Dimension::label("channel")};
  report.groups.push_back({.key = {{0, "web"}}, .figures = {}});
  const json group = parsed(render_json(report))["groups"][0];
  CHECK(group["nps"].is_null());
  CHECK(group["interval"].is_null());
}

TEST_CASE("json: the level and method asked for are told", "[json]") {
  const ReportOptions options{
      .policy = {.scale = nps::kOneToFive, .zone = "Asia/Tokyo"},
      .interval = {.method = nps::IntervalMethod::Wald, .level = *nps::Level::from(0.9)}};
  const json object =
      parsed(render_json(report_of(std::vector<Answer>{{{}, 5}, {{}, 1}}, options)));
  CHECK(object["interval"]["level"] == 0.9);
  CHECK(object["interval"]["method"] == "wald");
  CHECK(object["policy"]["scale"] == "1-5");
  CHECK(object["policy"]["zone"] == "Asia/Tokyo");
}
