// Cohorts: to which each customer belongs, and what it answered in each period.
#include "nps/customer/cohort.h"

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "customer/answered.h"
#include "support/catch.h"

using namespace nps;
using nps::test::answer_of;
using nps::test::day_of_2024;
using nps::test::tally_of;

namespace {

std::vector<Answer> a_year() {
  return {answer_of("ann", 3, day_of_2024(1)),  answer_of("ann", 6, day_of_2024(5)),
          answer_of("ann", 9, day_of_2024(40)), answer_of("bob", 10, day_of_2024(20)),
          answer_of("cem", 8, day_of_2024(45)), answer_of("", 1, day_of_2024(1))};
}

}  // namespace

TEST_CASE("cohort: customers belong to the period of their first answer", "[cohort]") {
  const auto report = cohort_report(a_year());
  REQUIRE(report.cohorts.size() == 2);
  const Cohort& january = report.cohorts[0];
  CHECK(january.label == "2024-01");
  CHECK(january.customers == 2);
  REQUIRE(january.periods.size() == 2);
  CHECK(january.periods[0] == CohortPeriod{"2024-01", 2, tally_of({6, 10})});
  CHECK(january.periods[1] == CohortPeriod{"2024-02", 1, tally_of({9})});
  CHECK(report.cohorts[1] == Cohort{"2024-02", 1, {{"2024-02", 1, tally_of({8})}}});
  CHECK(report.superseded == 1);
  CHECK(report.unplaced.anonymous == 1);
}

TEST_CASE("cohort: all answers, or the first of each customer, when asked", "[cohort]") {
  CHECK(cohort_report(a_year(), CohortOptions{.which = Which::All}).cohorts[0].periods[0].tally ==
        tally_of({3, 6, 10}));
  CHECK(cohort_report(a_year(), CohortOptions{.which = Which::First}).cohorts[0].periods[0].tally ==
        tally_of({3, 10}));
}

TEST_CASE("cohort: acquisition decides where it is given, by the first of each customer",
          "[cohort]") {
  const std::vector<Acquisition> acquired{{"ann", day_of_2024(-1)},
                                          {"ann", day_of_2024(200)},
                                          {"cem", day_of_2024(300)},
                                          {"bob", std::nullopt}};
  const auto report = cohort_report(a_year(), acquired);
  REQUIRE(report.cohorts.size() == 2);
  CHECK(report.by_acquisition);
  CHECK(report.cohorts[0].label == "2023-12");
  CHECK(report.cohorts[0].customers == 1);
  CHECK(report.cohorts[1].label == "2024-10");
  CHECK(report.cohorts[1].periods[0].label == "2024-02");
  CHECK(report.not_acquired == 1);
}

TEST_CASE("cohort: periods are of the zone, not of UTC", "[cohort]") {
  const auto berlin = Zone::load("Europe/Berlin");
  REQUIRE(berlin);
  const Calendar months(CalendarUnit::Month, *berlin);
  const Timestamp late = day_of_2024(31) - std::chrono::minutes{30};  // 00:30 on 1 February there
  const auto report = cohort_report(std::vector{answer_of("ann", 9, late)},
                                    CohortOptions{.cohorts = months, .periods = months});
  REQUIRE(report.cohorts.size() == 1);
  CHECK(report.cohorts[0].label == "2024-02");
}

TEST_CASE("cohort: a period that a zone shows twice is one", "[cohort]") {
  // St John's went back from 00:01 to 22:01 the day before.
  const auto zone = Zone::load("America/St_Johns");
  REQUIRE(zone);
  const Calendar days(CalendarUnit::Day, *zone);
  const Timestamp change = Timestamp{std::chrono::sys_days{std::chrono::year{1988} / 10 / 30}} +
                           std::chrono::hours{1} + std::chrono::minutes{31};
  std::vector<Answer> answers;
  for (const int minutes : {-10, -1, 0, 1, 119, 120}) {
    answers.push_back(answer_of("ann", 9, change + std::chrono::minutes{minutes}));
  }
  const auto report =
      cohort_report(answers, CohortOptions{.cohorts = days, .periods = days, .which = Which::All});
  REQUIRE(report.cohorts.size() == 1);
  const std::vector<CohortPeriod>& periods = report.cohorts[0].periods;
  REQUIRE(periods.size() == 2);
  CHECK(periods[0] == CohortPeriod{"1988-10-29", 1, tally_of({9, 9, 9})});
  CHECK(periods[1] == CohortPeriod{"1988-10-30", 1, tally_of({9, 9, 9})});
}

TEST_CASE("cohort: figures equal a plain search and every answer is accounted for", "[cohort]") {
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    const std::string_view letters = "abcdefghij";
    std::map<std::tuple<std::string_view, Timestamp>, Answer> distinct;
    for (auto i = random() % 80; i > 0; --i) {
      const Answer one =
          answer_of(letters.substr(random() % 10, 1), static_cast<int>(random() % 11),
                    day_of_2024(static_cast<int>(random() % 200)));
      distinct.emplace(std::tuple(one.customer, *one.answered_at), one);
    }
    std::vector<Answer> answers;
    for (const auto& [key, one] : distinct) answers.push_back(one);

    const Calendar months(CalendarUnit::Month, Zone::utc());
    std::map<std::string_view, std::string> cohort_of;
    std::map<std::string, std::map<std::string, std::map<std::string_view, int>>> latest;
    for (const auto& [key, one] : distinct) {
      const std::string label = months.label(*one.answered_at);
      const std::string& cohort = cohort_of.try_emplace(one.customer, label).first->second;
      latest[cohort][label][one.customer] = one.rating.value();
    }
    std::shuffle(answers.begin(), answers.end(), random);
    INFO("seed " << seed);
    const auto report = cohort_report(answers);
    REQUIRE(report.cohorts.size() == latest.size());
    std::uint64_t counted = 0;
    auto expected = latest.begin();
    for (const Cohort& cohort : report.cohorts) {
      CHECK(cohort.label == expected->first);
      REQUIRE(cohort.periods.size() == expected->second.size());
      auto wanted = expected->second.begin();
      for (const CohortPeriod& period : cohort.periods) {
        Tally tally;
        for (const auto& [customer, rating] : wanted->second) tally.add(*Rating::from(rating));
        CHECK(period == CohortPeriod{wanted->first, wanted->second.size(), tally});
        counted += tally.responses();
        ++wanted;
      }
      ++expected;
    }
    CHECK(report.answers == counted + report.superseded);
  }
}
