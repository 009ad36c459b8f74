#include "nps/stats/weighted.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.h"
#include "support/golden.h"

namespace {

using nps::Interval;
using nps::IntervalMethod;
using nps::Level;
using nps::Rating;
using nps::WeightedTally;

WeightedTally tally_of(std::initializer_list<std::pair<int, double>> answers) {
  WeightedTally tally;
  for (const auto& [rating, weight] : answers) REQUIRE(tally.add(*Rating::from(rating), weight));
  return tally;
}

bool lawful(const Interval& interval, double points) {  // false for NaN, too
  return -100 <= interval.low && interval.low <= points && points <= interval.high &&
         interval.high <= 100;
}

}  // namespace

TEST_CASE("weighted interval: equals R's survey package", "[weighted][golden]") {
  std::map<std::string, int> rows;
  for (const auto& row : nps::test::golden("golden_weighted_r.csv")) {
    INFO(row.describe());
    const auto ratings = nps::test::split(row.text("scores"), '|');
    const auto weights = nps::test::split(row.text("weights"), '|');
    REQUIRE(ratings.size() == row.count("n"));
    REQUIRE(weights.size() == ratings.size());
    WeightedTally tally;
    for (std::size_t i = 0; i < ratings.size(); ++i) {
      REQUIRE(tally.add(*Rating::from(nps::test::to_count(ratings[i])),
                        nps::test::to_number(weights[i])));
    }
    CHECK(std::fabs(*tally.points() / 100 - row.number("weighted_nps")) <= 1e-12);
    CHECK(std::fabs(*tally.effective_n() - row.number("kish_neff")) <= 1e-12);

    const auto interval = nps::weighted_interval(tally);
    REQUIRE(interval.has_value());
    if (row.text("design") == "cluster") {
      ++rows["cluster"];  // see clustered_test.cpp
      continue;
    }
    const double se = nps::detail::linearised_standard_error(tally.bands());
    CHECK(std::fabs(se - row.number("linearised_se")) <= 1e-12);
    if (row.number("linearised_se") == 0) {
      CHECK(interval->method == IntervalMethod::Tango);
      ++rows["no variance"];  // left out: all answers equal, where R's interval has no width
      continue;
    }
    CHECK(interval->method == IntervalMethod::Linearised);
    const double low = std::clamp(row.number("lo95_z"), -1.0, 1.0);
    const double high = std::clamp(row.number("hi95_z"), -1.0, 1.0);
    CHECK(std::fabs(interval->low / 100 - low) <= 1e-12);
    CHECK(std::fabs(interval->high / 100 - high) <= 1e-12);
    ++rows["compared"];
  }
  CHECK(rows["compared"] == 3);
  CHECK(rows["no variance"] == 1);
  CHECK(rows["cluster"] == 4);
}

TEST_CASE("weighted interval: without weight there is none", "[weighted]") {
  CHECK_FALSE(nps::weighted_interval(WeightedTally{}).has_value());
  CHECK_FALSE(nps::weighted_interval(tally_of({{10, 0}, {2, 0}})).has_value());
}

TEST_CASE("weighted interval: one band alone takes tango over the effective n", "[weighted]") {
  const WeightedTally tally = tally_of({{10, 1}, {10, 2}, {9, 3}, {10, 4}, {9, 5}, {10, 6}});
  const auto interval = nps::weighted_interval(tally);
  REQUIRE(interval.has_value());
  CHECK(interval->method == IntervalMethod::Tango);
  const double z = Level{}.z();
  const double n = *tally.effective_n();
  CHECK(interval->low == Approx(100 * (n - z * z) / (n + z * z)).epsilon(1e-13));
  CHECK(interval->high == 100);

  const auto passives = nps::weighted_interval(tally_of({{7, 2}, {8, 1}}));
  CHECK(passives->method == IntervalMethod::Tango);
  CHECK(passives->low == -passives->high);
  const auto detractors = nps::weighted_interval(tally_of({{0, 0.3}, {6, 0.1}, {2, 7}}));
  CHECK(detractors->low == -100);
  CHECK(detractors->high > -100);
}

TEST_CASE("weighted interval: one answer is tango's of one answer, whatever its weight",
          "[weighted]") {
  for (const double weight : {1e-100, 0.3, 1.0, 1e100}) {
    for (const int rating : {0, 7, 10}) {
      WeightedTally tally = tally_of({{rating, weight}});
      const auto interval = nps::weighted_interval(tally);
      const auto plain = nps::interval(tally.unweighted().bands());
      CHECK(interval->method == IntervalMethod::Tango);
      CHECK(interval->low == Approx(plain->low).margin(1e-12));
      CHECK(interval->high == Approx(plain->high).margin(1e-12));
    }
  }
}

TEST_CASE("weighted interval: weights of one give the linearised interval of the counts",
          "[weighted]") {
  for (int d = 0; d <= 6; ++d) {
    for (int s = 0; s <= 6; ++s) {
      for (int p = d + s == 0 ? 1 : 0; p <= 6; ++p) {
        WeightedTally tally;
        for (int i = 0; i < d; ++i) REQUIRE(tally.add(Rating::of<3>(), 1));
        for (int i = 0; i < s; ++i) REQUIRE(tally.add(Rating::of<8>(), 1));
        for (int i = 0; i < p; ++i) REQUIRE(tally.add(Rating::of<9>(), 1));
        const auto weighted = nps::weighted_interval(tally);
        const auto counted = nps::interval(tally.unweighted().bands(), IntervalMethod::Linearised);
        CAPTURE(d, s, p);
        CHECK(weighted->method == counted->method);
        CHECK(weighted->low == Approx(counted->low).margin(1e-11));
        CHECK(weighted->high == Approx(counted->high).margin(1e-11));
      }
    }
  }
}

TEST_CASE("weighted interval: the scale decides who is in it", "[weighted]") {
  const WeightedTally tally = tally_of({{5, 3}, {5, 1}, {4, 1}, {1, 2}, {10, 94}});
  const WeightedTally stars_only = tally_of({{5, 3}, {5, 1}, {4, 1}, {1, 2}});
  CHECK(nps::weighted_interval(tally, nps::kOneToFive) ==
        nps::weighted_interval(stars_only, nps::kOneToFive));
  const Level level = *Level::from(0.8);
  CHECK(nps::weighted_interval(tally, nps::kOneToFive, level)->level == level);
}

TEST_CASE("weighted interval: it is lawful for any weights and levels", "[weighted][laws]") {
  std::mt19937_64 random(3);
  int unlawful = 0;
  for (const double range : {0.1, 3.0, 100.0}) {
    std::uniform_real_distribution<double> exponent(-range, range);
    for (const double value : {1e-9, 0.5, 0.95, 1 - 1e-12}) {
      const Level level = *Level::from(value);
      for (int round = 0; round < 2000; ++round) {
        WeightedTally tally;
        const auto n = 1 + random() % 12;
        for (std::uint64_t i = 0; i < n; ++i) {
          const double weight = std::clamp(std::pow(10.0, exponent(random)), 1e-100, 1e100);
          REQUIRE(tally.add(*Rating::from(static_cast<int>(random() % 11)), weight));
        }
        unlawful +=
            !lawful(*nps::weighted_interval(tally, nps::kZeroToTen, level), *tally.points());
      }
    }
  }
  CHECK(unlawful == 0);
}
