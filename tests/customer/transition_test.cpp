// Transitions between two periods: in which place of the table each customer is.
#include "nps/customer/transition.h"

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

const Span kFirst{day_of_2024(0), day_of_2024(30)};
const Span kSecond{day_of_2024(30), day_of_2024(60)};

TransitionReport report_of(const std::vector<Answer>& answers,
                           const TransitionOptions& options = {}) {
  const auto report = transition_report(answers, kFirst, kSecond, options);
  REQUIRE(report);
  return *report;
}

constexpr std::size_t kDetractor = band_index(Band::Detractor);
constexpr std::size_t kPromoter = band_index(Band::Promoter);

}  // namespace

TEST_CASE("transition: each customer is in one place of the table", "[transition]") {
  const auto report = report_of(
      {answer_of("ann", 3, day_of_2024(1)), answer_of("ann", 10, day_of_2024(40)),  // won over
       answer_of("bob", 9, day_of_2024(2)),                                         // fell silent
       answer_of("cem", 0, day_of_2024(59)),                                        // new
       answer_of("dan", 9, day_of_2024(99)),                                        // in neither
       answer_of("", 9, day_of_2024(2)), answer_of("eve", 9, std::nullopt)});
  CHECK(report.customers[kDetractor][kPromoter] == 1);
  CHECK(report.customers[kPromoter][kNoAnswer] == 1);
  CHECK(report.customers[kNoAnswer][kDetractor] == 1);
  CHECK(report.customers[kNoAnswer][kNoAnswer] == 0);
  CHECK(report.outside == 1);
  CHECK(report.elsewhere == 1);
  CHECK(report.tally_before == tally_of({3, 9}));
  CHECK(report.tally_after == tally_of({10, 0}));
  CHECK(report.unplaced == Unplaced{.anonymous = 1, .untimed = 1});
  REQUIRE(report.change);
  CHECK(report.change->nps == 200);
  REQUIRE(report.answered_again[kDetractor]);
  CHECK(report.answered_again[kDetractor]->share == 1);
  CHECK(report.answered_again[kPromoter]->share == 0);
  CHECK_FALSE(report.answered_again[band_index(Band::Passive)]);
}

TEST_CASE("transition: the latest or the first answer of a period speaks, ties by response id",
          "[transition]") {
  const std::vector<Answer> answers{
      answer_of("ann", 2, day_of_2024(1), "b"), answer_of("ann", 9, day_of_2024(1), "c"),
      answer_of("ann", 7, day_of_2024(1), "a"), answer_of("ann", 10, day_of_2024(31))};
  CHECK(report_of(answers).tally_before == tally_of({9}));
  CHECK(report_of(answers, {.which = Which::First}).tally_before == tally_of({7}));
  CHECK(report_of(answers).superseded == 2);
}

TEST_CASE("transition: the end of a period belongs to the next", "[transition]") {
  const auto report =
      report_of({answer_of("ann", 9, day_of_2024(30)), answer_of("bob", 9, day_of_2024(60)),
                 answer_of("cem", 9, day_of_2024(0))});
  CHECK(report.tally_before.responses() == 1);
  CHECK(report.tally_after.responses() == 1);
  CHECK(report.elsewhere == 1);
}

TEST_CASE("transition: periods that overlap or are empty, and all answers, are refused",
          "[transition]") {
  const auto refused = [](Span before, Span after, Which which = Which::Latest) {
    const auto report = transition_report({}, before, after, {.which = which});
    return !report && report.error().code == ErrorCode::InvalidArgument;
  };
  CHECK(refused(kSecond, kFirst));
  CHECK(refused(kFirst, {day_of_2024(29), day_of_2024(60)}));
  CHECK(refused({day_of_2024(3), day_of_2024(3)}, kSecond));
  CHECK(refused(kFirst, {day_of_2024(60), day_of_2024(40)}));
  CHECK(refused(kFirst, kSecond, Which::All));
  CHECK_FALSE(refused(kFirst, kSecond));
}

TEST_CASE("transition: the table equals a plain search and every answer is accounted for",
          "[transition]") {
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    std::vector<Answer> answers;
    const std::string_view letters = "abcdefghij";
    for (auto i = random() % 60; i > 0; --i) {
      answers.push_back(answer_of(letters.substr(random() % 10, 1), static_cast<int>(random() % 11),
                                  day_of_2024(static_cast<int>(random() % 90)),
                                  letters.substr(random() % 10, 1)));
    }
    // What (time, id) leaves open is no part of this.
    std::map<std::tuple<std::string_view, Timestamp, std::string_view>, Answer> distinct;
    for (const Answer& one : answers) {
      distinct.emplace(std::tuple(one.customer, *one.answered_at, one.response_id), one);
    }
    answers.clear();
    for (const auto& [key, one] : distinct) answers.push_back(one);
    std::shuffle(answers.begin(), answers.end(), random);

    std::map<std::string_view, std::array<std::size_t, 2>> places;
    for (const auto& [key, one] : distinct) {  // in order of time: the last one stays
      auto& place =
          places.try_emplace(one.customer, std::array{kNoAnswer, kNoAnswer}).first->second;
      if (kFirst.contains(*one.answered_at)) place[0] = band_index(kZeroToTen.band(one.rating));
      if (kSecond.contains(*one.answered_at)) place[1] = band_index(kZeroToTen.band(one.rating));
    }
    std::array<std::array<std::uint64_t, 4>, 4> expected{};
    for (const auto& [customer, place] : places) ++expected[place[0]][place[1]];
    const std::uint64_t outside = std::exchange(expected[kNoAnswer][kNoAnswer], 0);

    INFO("seed " << seed);
    const auto report = report_of(answers);
    CHECK(report.customers == expected);
    CHECK(report.outside == outside);
    CHECK(report.answers == report.tally_before.responses() + report.tally_after.responses() +
                                report.superseded + report.elsewhere + report.unplaced.total());
  }
}
