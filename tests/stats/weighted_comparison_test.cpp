#include "nps/stats/weighted_comparison.h"

#include <cmath>
#include <initializer_list>
#include <utility>
#include <vector>

#include "support/catch.h"

namespace {

using nps::BandCounts;
using nps::ClusteredBands;
using nps::Comparison;
using nps::ComparisonMethod;
using nps::Level;
using nps::Rating;
using nps::WeightedBands;
using nps::WeightedTally;

WeightedBands bands_of(std::initializer_list<std::pair<int, double>> answers) {
  WeightedTally tally;
  for (const auto& [rating, weight] : answers) REQUIRE(tally.add(*Rating::from(rating), weight));
  return tally.bands();
}

WeightedBands of_weight_one(const BandCounts& counts) {
  const nps::BandSums sums{static_cast<double>(counts.detractors),
                           static_cast<double>(counts.passives),
                           static_cast<double>(counts.promoters)};
  return {counts, sums, sums};
}

bool lawful(const Comparison& c) {  // false for NaN, too
  return -200 <= c.low && c.low <= c.high && c.high <= 200 && 0 <= c.p && c.p <= 1;
}

}  // namespace

TEST_CASE("weighted comparison: the standard errors of both groups add up", "[weighted]") {
  const WeightedBands before = bands_of({{10, 1}, {9, 2}, {8, 1}, {7, 1}, {6, 3}, {3, 1}, {0, 2}});
  const WeightedBands after = bands_of({{10, 4}, {9, 2}, {8, 1}, {2, 1.5}, {10, 1}});
  const auto change = nps::compare_weighted(before, after);
  REQUIRE(change.has_value());
  CHECK(change->method == ComparisonMethod::Linearised);
  CHECK(change->nps == *after.points() - *before.points());
  const double error = 100 * std::hypot(nps::detail::linearised_standard_error(before),
                                        nps::detail::linearised_standard_error(after));
  CHECK(change->low == Approx(change->nps - Level{}.z() * error));
  CHECK(change->high == Approx(change->nps + Level{}.z() * error));
  CHECK(change->p == Approx(std::erfc(change->nps / error / std::sqrt(2.0))));

  const auto back = nps::compare_weighted(after, before);
  CHECK(back->nps == -change->nps);
  CHECK(back->low == -change->high);
  CHECK(back->high == -change->low);
  CHECK(back->p == change->p);
}

TEST_CASE("weighted comparison: weights of one are near the plain comparison", "[weighted]") {
  const BandCounts before{30, 30, 40};
  const BandCounts after{10, 40, 50};
  const auto weighted = *nps::compare_weighted(of_weight_one(before), of_weight_one(after));
  const auto plain = *nps::compare_independent(before, after, ComparisonMethod::Plain);
  CHECK(weighted.nps == plain.nps);
  // n - 1 in the place of n.
  CHECK((weighted.high - weighted.low) / (plain.high - plain.low) == Approx(std::sqrt(100.0 / 99)));
}

TEST_CASE("weighted comparison: without weight in either group there is none", "[weighted]") {
  const WeightedBands some = bands_of({{10, 1}, {3, 2}});
  for (const WeightedBands& none : {WeightedBands{}, bands_of({{10, 0}})}) {
    CHECK_FALSE(nps::compare_weighted(none, some).has_value());
    CHECK_FALSE(nps::compare_weighted(some, none).has_value());
  }
  ClusteredBands customers;
  CHECK_FALSE(nps::compare_clustered(customers, customers).has_value());
}

TEST_CASE("weighted comparison: groups that do not vary are not taken as certain", "[weighted]") {
  const WeightedBands one = bands_of({{10, 3}});
  const WeightedBands other = bands_of({{0, 0.1}});
  const auto fall = *nps::compare_weighted(one, other);
  CHECK(fall.nps == -200);
  CHECK(fall.p > 0.05);  // one answer on each side proves nothing
  CHECK(fall.high > fall.low);
  const auto none = *nps::compare_weighted(one, bands_of({{9, 1}, {10, 7}}));
  CHECK(none.nps == 0);
  CHECK(none.p == 1);
  CHECK(none.low <= 0);
  CHECK(none.high >= 0);
  CHECK(none.high > none.low);
}

TEST_CASE("clustered comparison: repeated answers do not make a change surer", "[clustered]") {
  ClusteredBands before, after, before_repeated, after_repeated;
  for (int i = 0; i < 20; ++i) {
    const BandCounts worse = i < 10 ? BandCounts{1, 0, 0} : BandCounts{0, 0, 1};
    const BandCounts better = i < 4 ? BandCounts{1, 0, 0} : BandCounts{0, 0, 1};
    const auto often = [](const BandCounts& one) {
      return BandCounts{9 * one.detractors, 9 * one.passives, 9 * one.promoters};
    };
    before.add(worse);
    after.add(better);
    before_repeated.add(often(worse));
    after_repeated.add(often(better));
  }
  const auto once = *nps::compare_clustered(before, after);
  const auto repeated = *nps::compare_clustered(before_repeated, after_repeated);
  CHECK(once.nps == Approx(60));
  CHECK(repeated.p == Approx(once.p));
  CHECK(repeated.low == Approx(once.low));
}

TEST_CASE("weighted comparison: it is lawful for every pair of small groups", "[weighted][laws]") {
  std::vector<WeightedBands> groups;
  for (const double a : {1.0, 1e-90, 1e90}) {
    for (int i = 0; i < 11; i += 3) {
      for (int j = 0; j < 11; j += 3) groups.push_back(bands_of({{i, a}, {j, 1}, {9, 1 / a}}));
    }
  }
  int unlawful = 0;
  for (const double value : {1e-9, 0.95, 1 - 1e-12}) {
    for (const WeightedBands& a : groups) {
      for (const WeightedBands& b : groups) {
        unlawful += !lawful(*nps::compare_weighted(a, b, *Level::from(value)));
      }
    }
  }
  CHECK(unlawful == 0);
}
