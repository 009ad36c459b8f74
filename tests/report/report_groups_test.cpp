// The groups of a report: roll-up, order, the first few, and the change against the period before.
#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "nps/report/report_builder.h"
#include "report/report_of.h"
#include "support/answers.h"
#include "support/catch.h"

using nps::BandCounts;
using nps::CalendarUnit;
using nps::Dimension;
using nps::Group;
using nps::GroupOrder;
using nps::KeyPart;
using nps::Report;
using nps::test::Answer;
using nps::test::at;
using nps::test::calendar;
using nps::test::group_of;
using nps::test::report_of;

namespace {

std::vector<std::string> first_labels(const Report& report) {
  std::vector<std::string> labels;
  for (const Group& group : report.groups) labels.push_back(group.key.at(0).label);
  return labels;
}

void check_change(const Group& before, const Group& after) {
  REQUIRE(after.change);
  CHECK(*after.change == *nps::compare_independent(before.figures.bands, after.figures.bands));
}

// Promoters and detractors in one month each.
std::vector<Answer> in_months(std::initializer_list<std::pair<unsigned, int>> months) {
  std::vector<Answer> answers;
  for (const auto& [month, rating] : months) {
    answers.push_back({.rating = rating, .answered_at = at(2020, month, 15)});
  }
  return answers;
}

}  // namespace

TEST_CASE("report groups: without roll-up they are the cells, of every dimension",
          "[report_groups]") {
  const Report report =
      report_of(std::vector<Answer>{{{"web", "a"}, 9}, {{"app", ""}, 0}, {{"web", "a"}, 8}},
                {.by = {Dimension::label("channel"), Dimension::label("stage")}});
  REQUIRE(report.groups.size() == 2);
  CHECK(report.groups[0].key == std::vector<KeyPart>{{0, "app"}, {1, ""}});
  CHECK(report.groups[1].key == std::vector<KeyPart>{{0, "web"}, {1, "a"}});
  CHECK(report.groups[1].figures.responses == 2);
  CHECK_FALSE(report.groups[0].has_periods);
  CHECK(report_of(std::vector<Answer>{{{}, 9}}, {}).groups.empty());
}

TEST_CASE("report groups: a roll-up has every subset, the empty one included", "[report_groups]") {
  for (std::size_t k = 0; k <= 4; ++k) {
    std::vector<Dimension> by;
    for (std::size_t d = 0; d < k; ++d) by.push_back(Dimension::label("d" + std::to_string(d)));
    std::mt19937 random(5);
    std::vector<Answer> answers(50);
    for (Answer& answer : answers) {
      answer.rating = static_cast<int>(random() % 11);
      for (std::size_t d = 0; d < k; ++d) answer.labels.push_back(std::to_string(random() % 2));
    }
    const Report report = report_of(answers, {.by = by, .roll_up = true});
    std::map<std::vector<std::size_t>, std::uint64_t> responses;
    std::size_t coarsest = 0;
    for (const Group& group : report.groups) {
      CHECK(group.key.size() >= coarsest);  // from the coarsest to the finest
      coarsest = group.key.size();
      std::vector<std::size_t> subset;
      for (const KeyPart& part : group.key) subset.push_back(part.dimension);
      CHECK(std::ranges::is_sorted(subset));
      responses[subset] += group.figures.responses;
    }
    CHECK(responses.size() == std::size_t{1} << k);
    for (const auto& [subset, sum] : responses) CHECK(sum == 50);  // each subset has everybody
    CHECK(report.groups[0].key.empty());
    CHECK(report.groups[0].figures.score == report.total.score);
  }
}

TEST_CASE("report groups: who has no time is missing from groups by time only", "[report_groups]") {
  const Report report =
      report_of(std::vector<Answer>{{.labels = {"web"}, .rating = 9, .answered_at = at(2020, 1, 1)},
                                    {.labels = {"web"}, .rating = 0}},
                {.by = {Dimension::label("channel"), calendar("@month", CalendarUnit::Month)},
                 .roll_up = true});
  CHECK(group_of(report, {}).figures.responses == 2);
  CHECK(group_of(report, {{0, "web"}}).figures.responses == 2);
  CHECK(group_of(report, {{1, "2020-01"}}).figures.responses == 1);
  CHECK(group_of(report, {{0, "web"}, {1, "2020-01"}}).figures.responses == 1);
  CHECK(report.groups.size() == 4);
}

TEST_CASE("report groups: come by key, by score or by responses, ties by key", "[report_groups]") {
  std::vector<Answer> answers{{{"c"}, 10}, {{"a"}, 0}, {{"d"}, 10}, {{"b"}, 8}, {{"b"}, 8}};
  const auto order = [&](GroupOrder by) {
    return first_labels(report_of(answers, {.by = {Dimension::label("x")}, .order = by}));
  };
  CHECK(order(GroupOrder::Key) == std::vector<std::string>{"a", "b", "c", "d"});
  CHECK(order(GroupOrder::Score) == std::vector<std::string>{"c", "d", "b", "a"});
  CHECK(order(GroupOrder::Responses) == std::vector<std::string>{"b", "a", "c", "d"});
}

TEST_CASE("report groups: scores are ordered exactly, not as they are printed", "[report_groups]") {
  std::vector<Answer> answers;
  // a: 1 of 1001, b: 1 of 1000.
  for (int i = 0; i < 1001; ++i) answers.push_back({{"a"}, i == 0 ? 10 : 8});
  for (int i = 0; i < 1000; ++i) answers.push_back({{"b"}, i == 0 ? 10 : 8});
  CHECK(first_labels(
            report_of(answers, {.by = {Dimension::label("x")}, .order = GroupOrder::Score})) ==
        std::vector<std::string>{"b", "a"});
}

TEST_CASE("report groups: the first few of each subset, and how many are not shown",
          "[report_groups]") {
  std::vector<Answer> answers;
  for (int i = 0; i < 5; ++i) answers.push_back({{std::to_string(i), std::to_string(i % 3)}, i});
  const std::vector<Dimension> by{Dimension::label("x"), Dimension::label("y")};
  const Report all = report_of(answers, {.by = by, .roll_up = true});
  CHECK(all.groups_omitted == 0);
  CHECK(all.groups.size() == 1 + 5 + 3 + 5);
  const Report some = report_of(answers, {.by = by, .roll_up = true, .top = 2});
  CHECK(some.groups.size() == 1 + 2 + 2 + 2);
  CHECK(some.groups_omitted == 3 + 1 + 3);
  CHECK(some.total.responses == 5);
  CHECK(report_of(answers, {.by = by, .top = 5}).groups_omitted == 0);
  CHECK(report_of(answers, {.by = by, .top = 4}).groups_omitted == 1);
}

TEST_CASE("report groups: a period changes against the one before, and not over a gap",
          "[report_groups]") {
  const Report report = report_of(in_months({{1, 10}, {1, 0}, {2, 10}, {2, 9}, {4, 0}}),
                                  {.by = {calendar("@month", CalendarUnit::Month)}});
  REQUIRE(report.groups.size() == 3);
  for (const Group& group : report.groups) CHECK(group.has_periods);
  CHECK_FALSE(report.groups[0].change);
  check_change(report.groups[0], report.groups[1]);
  CHECK(report.groups[1].change->nps == 100);
  CHECK_FALSE(report.groups[2].change);  // nobody answered in March
}

TEST_CASE("report groups: the level of a change is the report's", "[report_groups]") {
  const auto level = nps::Level::from(0.5);
  const Report report =
      report_of(in_months({{1, 10}, {2, 0}}),
                {.by = {calendar("@month", CalendarUnit::Month)}, .interval = {.level = *level}});
  REQUIRE(report.groups[1].change);
  CHECK(report.groups[1].change->level == *level);
}

TEST_CASE("report groups: the period before a new year is in the old one", "[report_groups]") {
  std::vector<Answer> answers{{.rating = 10, .answered_at = at(2020, 12, 31)},
                              {.rating = 0, .answered_at = at(2021, 1, 1)}};
  for (const auto unit :
       {CalendarUnit::Day, CalendarUnit::Month, CalendarUnit::Quarter, CalendarUnit::Year}) {
    const Report report = report_of(answers, {.by = {calendar("@t", unit)}});
    REQUIRE(report.groups.size() == 2);
    CHECK(report.groups[1].change.has_value());
  }
  // Both are in the week 2020-W53; the one after is the first of 2021.
  answers.push_back({.rating = 8, .answered_at = at(2021, 1, 4)});
  const Report weeks = report_of(answers, {.by = {calendar("@week", CalendarUnit::Week)}});
  REQUIRE(weeks.groups.size() == 2);
  CHECK(weeks.groups[0].key[0].label == "2020-W53");
  check_change(weeks.groups[0], weeks.groups[1]);
}

TEST_CASE("report groups: hours follow each other through the change of clocks",
          "[report_groups]") {
  std::vector<Answer> answers;
  for (int hour = 0; hour < 4; ++hour) {  // 02:00+02:00, 02:00+01:00, 03:00, 04:00 in Berlin
    answers.push_back({.rating = hour % 2 == 0 ? 10 : 0, .answered_at = at(2020, 10, 25, hour)});
    answers.push_back({.rating = 10, .answered_at = at(2020, 3, 29, hour)});  // 01, 03, 04, 05
  }
  const Report report =
      report_of(answers, {.by = {calendar("@hour", CalendarUnit::Hour, "Europe/Berlin")}});
  REQUIRE(report.groups.size() == 8);
  CHECK(report.groups[0].key[0].label == "2020-03-29T01:00+01:00");
  CHECK(report.groups[1].key[0].label == "2020-03-29T03:00+02:00");
  CHECK(report.groups[4].key[0].label == "2020-10-25T02:00+02:00");
  CHECK(report.groups[5].key[0].label == "2020-10-25T02:00+01:00");
  for (const std::size_t first : {std::size_t{0}, std::size_t{4}}) {
    CHECK_FALSE(report.groups[first].change);
    for (std::size_t i = first + 1; i < first + 4; ++i) {
      check_change(report.groups[i - 1], report.groups[i]);
    }
  }
}

TEST_CASE("report groups: each label has its own periods", "[report_groups]") {
  const Report report = report_of(
      std::vector<Answer>{{.labels = {"web"}, .rating = 10, .answered_at = at(2020, 1, 1)},
                          {.labels = {"web"}, .rating = 0, .answered_at = at(2020, 2, 1)},
                          {.labels = {"app"}, .rating = 8, .answered_at = at(2020, 2, 1)}},
      {.by = {calendar("@month", CalendarUnit::Month), Dimension::label("channel")},
       .roll_up = true});
  check_change(group_of(report, {{0, "2020-01"}, {1, "web"}}),
               group_of(report, {{0, "2020-02"}, {1, "web"}}));
  CHECK_FALSE(group_of(report, {{0, "2020-02"}, {1, "app"}}).change);
  check_change(group_of(report, {{0, "2020-01"}}), group_of(report, {{0, "2020-02"}}));
  CHECK_FALSE(group_of(report, {{1, "web"}}).has_periods);
  CHECK_FALSE(group_of(report, {}).has_periods);
}

TEST_CASE("report groups: with two calendars there is no period before", "[report_groups]") {
  const Report report = report_of(
      in_months({{1, 10}, {2, 0}}),
      {.by = {calendar("@month", CalendarUnit::Month), calendar("@year", CalendarUnit::Year)},
       .roll_up = true});
  for (const Group& group : report.groups) {
    CHECK(group.has_periods == (group.key.size() == 1));
    if (group.key.size() != 1) CHECK_FALSE(group.change);
  }
  CHECK(group_of(report, {{0, "2020-02"}}).change.has_value());
}

TEST_CASE("report groups: what comes round again has no period before", "[report_groups]") {
  const Report report =
      report_of(in_months({{1, 10}, {2, 0}}),
                {.by = {Dimension::cycle("@weekday",
                                         nps::Cycle(nps::CyclicUnit::Weekday, nps::Zone::utc()))}});
  for (const Group& group : report.groups) CHECK_FALSE(group.has_periods);
}

TEST_CASE("report groups: changes are worked out before the first few are chosen",
          "[report_groups]") {
  const Report report = report_of(
      in_months({{1, 0}, {2, 10}}),
      {.by = {calendar("@month", CalendarUnit::Month)}, .order = GroupOrder::Score, .top = 1});
  REQUIRE(report.groups.size() == 1);
  CHECK(report.groups[0].key[0].label == "2020-02");
  REQUIRE(report.groups[0].change);
  CHECK(report.groups[0].change->nps == 200);
}

TEST_CASE("report groups: the latest of each customer counts under its own labels",
          "[report_groups]") {
  const std::vector<Answer> answers{
      {.labels = {"web"}, .rating = 0, .answered_at = at(2020, 1, 1), .customer = "c", .id = "1"},
      {.labels = {"app"}, .rating = 10, .answered_at = at(2020, 2, 1), .customer = "c", .id = "2"},
      {.labels = {"web"}, .rating = 8, .answered_at = at(2020, 1, 9), .customer = "d", .id = "3"}};
  const nps::ReportOptions latest{.by = {Dimension::label("channel")},
                                  .policy = {.which = nps::Which::Latest}};
  const Report report = report_of(answers, latest);
  CHECK(report.total.bands == BandCounts{.passives = 1, .promoters = 1});
  CHECK(report.superseded == 1);
  CHECK(group_of(report, {{0, "app"}}).figures.score->points() == 100);
  CHECK(group_of(report, {{0, "web"}}).figures.score->points() == 0);
  nps::ReportOptions first = latest;
  first.policy.which = nps::Which::First;
  CHECK(report_of(answers, first).total.bands == BandCounts{.detractors = 1, .passives = 1});
}
