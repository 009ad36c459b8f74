#include "nps/weighted_tally.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <random>
#include <type_traits>
#include <utility>
#include <vector>

#include "support/catch.h"

namespace {

using nps::Rating;
using nps::WeightedTally;

WeightedTally tally_of(std::initializer_list<std::pair<int, double>> answers) {
  WeightedTally tally;
  for (const auto& [rating, weight] : answers) REQUIRE(tally.add(*Rating::from(rating), weight));
  return tally;
}

std::vector<WeightedTally> samples() {
  return {WeightedTally{}, tally_of({{10, 1}}), tally_of({{9, 0.1}, {9, 0.2}, {3, 1e6}}),
          tally_of({{0, 0.7}, {7, 0}, {8, 1.0 / 3}, {10, 2.5}})};
}

void check_close(const WeightedTally& a, const WeightedTally& b, double tolerance) {
  CHECK(a.unweighted() == b.unweighted());  // counts are exact
  for (std::size_t i = 0; i < Rating::kCount; ++i) {
    CHECK(std::fabs(a.weights()[i] - b.weights()[i]) <= tolerance * (1 + b.weights()[i]));
  }
  const nps::BandSums x = a.bands().square_weights;
  const nps::BandSums y = b.bands().square_weights;
  CHECK(std::fabs(x.detractors - y.detractors) <= tolerance * (1 + y.detractors));
  CHECK(std::fabs(x.passives - y.passives) <= tolerance * (1 + y.passives));
  CHECK(std::fabs(x.promoters - y.promoters) <= tolerance * (1 + y.promoters));
}

constexpr double compile_time_points() {
  WeightedTally tally;
  const bool added = tally.add(Rating::of<10>(), 3) && tally.add(Rating::of<0>(), 1);
  return added ? *tally.points() : -1000;
}

}  // namespace

static_assert(std::is_trivially_copyable_v<WeightedTally> && sizeof(WeightedTally) == 264);
static_assert(compile_time_points() == 50);

TEST_CASE("weighted tally: without weight there is no score and no effective n",
          "[weighted_tally]") {
  for (const WeightedTally& tally : {WeightedTally{}, tally_of({{10, 0}, {3, 0}})}) {
    CHECK_FALSE(tally.points().has_value());
    CHECK_FALSE(tally.effective_n().has_value());
    CHECK(tally.sum_weights() == 0);
  }
  CHECK(tally_of({{10, 0}, {3, 0}}).responses() == 2);
}

TEST_CASE("weighted tally: one answer is a whole survey, whatever its weight", "[weighted_tally]") {
  for (const double weight : {WeightedTally::kMinWeight, 0.1, 1.0, WeightedTally::kMaxWeight}) {
    CHECK(tally_of({{10, weight}}).points() == 100);
    CHECK(tally_of({{8, weight}}).points() == 0);
    CHECK(tally_of({{0, weight}}).points() == -100);
    CHECK(tally_of({{0, weight}}).effective_n() == 1);
  }
}

TEST_CASE("weighted tally: weights of one give the plain score and n", "[weighted_tally]") {
  const WeightedTally tally = tally_of({{10, 1}, {9, 1}, {8, 1}, {2, 1}, {10, 1}, {7, 1}, {0, 1}});
  CHECK(tally.points() == tally.unweighted().score()->points());
  CHECK(tally.effective_n() == 7);
  CHECK(tally.sum_weights() == 7);
}

TEST_CASE("weighted tally: a response of weight 0 is counted and moves nothing",
          "[weighted_tally]") {
  const WeightedTally without = tally_of({{10, 2}, {3, 1}});
  const WeightedTally with = tally_of({{10, 2}, {3, 1}, {0, 0}, {0, -0.0}});
  CHECK(with.responses() == 4);
  CHECK(with.points() == without.points());
  CHECK(with.effective_n() == without.effective_n());
}

TEST_CASE("weighted tally: what is no weight is refused and changes nothing", "[weighted_tally]") {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const WeightedTally before = tally_of({{10, 2}, {3, 1}});
  WeightedTally tally = before;
  for (const double wrong :
       {-1.0, -1e-300, kInfinity, -kInfinity, 1e300, std::numeric_limits<double>::quiet_NaN(),
        std::numeric_limits<double>::denorm_min(), std::nextafter(WeightedTally::kMinWeight, 0.0),
        std::nextafter(WeightedTally::kMaxWeight, kInfinity)}) {
    CAPTURE(wrong);
    CHECK_FALSE(tally.add(Rating::of<10>(), wrong));
    CHECK(tally == before);
  }
}

TEST_CASE("weighted tally: the least and greatest weights together give no NaN",
          "[weighted_tally]") {
  WeightedTally tally = tally_of({{10, WeightedTally::kMaxWeight}, {0, WeightedTally::kMinWeight}});
  CHECK(tally.points() == 100);
  CHECK(tally.effective_n() == 1);
  for (int doublings = 0; doublings < 63; ++doublings) tally += WeightedTally(tally);
  CHECK(tally.responses() == 0);  // 2^64 of them: counts wrap, as in a Tally
  CHECK(tally.points() == 100);
}

TEST_CASE("weighted tally: cuts are applied when it is read", "[weighted_tally]") {
  const WeightedTally tally = tally_of({{5, 3}, {4, 1}, {1, 2}, {10, 94}});
  const nps::WeightedBands stars = tally.bands(nps::kOneToFive);
  CHECK(stars.responses == nps::BandCounts{.detractors = 1, .passives = 1, .promoters = 1});
  CHECK(stars.weights == nps::BandSums{.detractors = 2, .passives = 1, .promoters = 3});
  CHECK(stars.square_weights == nps::BandSums{.detractors = 4, .passives = 1, .promoters = 9});
  CHECK(*tally.points(nps::kOneToFive) == Approx(100.0 / 6));
  CHECK(*tally.effective_n(nps::kOneToFive) == Approx(36.0 / 14));
  CHECK(tally.sum_weights(nps::kOneToFive) == 6);
  CHECK(tally.sum_weights() == 100);
  CHECK(tally.points() == 88);
}

TEST_CASE("weighted tally: effective n lies between 1 and the number of responses",
          "[weighted_tally][laws]") {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> exponent(-3, 3);
  for (int n = 1; n <= 200; ++n) {
    WeightedTally tally;
    for (int i = 0; i < n; ++i) {
      REQUIRE(tally.add(*Rating::from(static_cast<int>(random() % 11)),
                        std::pow(10.0, exponent(random))));
    }
    CHECK(*tally.effective_n() >= 1);
    CHECK(*tally.effective_n() <= n);
    CHECK(std::fabs(*tally.points()) <= 100);
  }
}

TEST_CASE("weighted tally: only the ratios of weights matter", "[weighted_tally][laws]") {
  const WeightedTally tally = tally_of({{10, 0.3}, {9, 1.7}, {7, 2}, {1, 0.9}});
  for (const double factor : {1e-90, 1e-3, 7.0, 1e90}) {
    const WeightedTally scaled =
        tally_of({{10, 0.3 * factor}, {9, 1.7 * factor}, {7, 2 * factor}, {1, 0.9 * factor}});
    CHECK(*scaled.points() == Approx(*tally.points()).epsilon(1e-14));
    CHECK(*scaled.effective_n() == Approx(*tally.effective_n()).epsilon(1e-14));
  }
}

TEST_CASE("weighted tally: merging obeys the group laws, up to rounding",
          "[weighted_tally][laws]") {
  for (const WeightedTally& a : samples()) {
    CHECK(a + WeightedTally{} == a);
    CHECK(WeightedTally{} + a == a);
    CHECK(a - WeightedTally{} == a);
    CHECK(a - a == WeightedTally{});
    for (const WeightedTally& b : samples()) {
      CHECK(a + b == b + a);  // exactly
      check_close(a + b - b, a, 1e-9);
      for (const WeightedTally& c : samples()) {
        check_close((a + b) + c, a + (b + c), 1e-15);
        check_close(a + b + c - a - c, b, 1e-9);
      }
    }
  }
}

TEST_CASE("weighted tally: merging parts equals adding all their answers",
          "[weighted_tally][laws]") {
  std::mt19937_64 random(2);
  std::uniform_real_distribution<double> weight(0.1, 10);
  WeightedTally whole;
  std::array<WeightedTally, 3> parts;
  for (int i = 0; i < 1000; ++i) {
    const Rating rating = *Rating::from(static_cast<int>(random() % 11));
    const double w = weight(random);
    REQUIRE(whole.add(rating, w));
    REQUIRE(parts[random() % parts.size()].add(rating, w));
  }
  check_close(parts[2] + (parts[0] + parts[1]), whole, 1e-12);
  CHECK(*(parts[0] + parts[1] + parts[2]).points() == Approx(*whole.points()).epsilon(1e-12));
}

TEST_CASE("weighted tally: a rating taken away to the last response leaves no trace",
          "[weighted_tally]") {
  const WeightedTally first = tally_of({{10, 0.1}});
  const WeightedTally second = tally_of({{10, 0.2}});
  const WeightedTally third = tally_of({{10, 0.3}});
  // 0.1 + 0.2 + 0.3 - 0.3 - 0.1 - 0.2 is not 0 in floating point.
  const WeightedTally rest = first + second + third - third - first - second;
  CHECK(rest == WeightedTally{});
  CHECK_FALSE(rest.points().has_value());
}

TEST_CASE("weighted tally: no sum falls below 0, whatever rounding left", "[weighted_tally]") {
  // 0.1 + 0.7 - 0.7 - 0.1 is below 0 in floating point.
  const WeightedTally all = tally_of({{10, 1e-30}, {10, 0.1}, {10, 0.7}});
  const WeightedTally rest = all - tally_of({{10, 0.7}}) - tally_of({{10, 0.1}});
  CHECK(rest.responses() == 1);
  CHECK(rest.weights()[10] >= 0);
  CHECK(rest.square_weights()[10] >= 0);
  CHECK(WeightedTally::of(rest.unweighted(), rest.weights(), rest.square_weights()) == rest);
}

TEST_CASE("weighted tally: what was read off makes the same tally again", "[weighted_tally]") {
  for (const WeightedTally& tally : samples()) {
    CHECK(WeightedTally::of(tally.unweighted(), tally.weights(), tally.square_weights()) == tally);
  }
}

TEST_CASE("weighted tally: sums that no weights add up to make no tally", "[weighted_tally]") {
  const WeightedTally tally = tally_of({{10, 1}, {10, 2}});
  const auto with = [&tally](std::size_t rating, double weights, double square_weights) {
    WeightedTally::Sums sums = tally.weights();
    WeightedTally::Sums square_sums = tally.square_weights();
    sums[rating] = weights;
    square_sums[rating] = square_weights;
    return WeightedTally::of(tally.unweighted(), sums, square_sums).has_value();
  };
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  CHECK(with(10, 3, 5));
  CHECK(with(10, 0, 0));
  CHECK(with(10, 2e100, 2e200));
  CHECK_FALSE(with(10, 5e100, 5));
  CHECK_FALSE(with(10, 3, 5e200));
  CHECK_FALSE(with(10, -3, 5));
  CHECK_FALSE(with(10, 3, -5));
  CHECK_FALSE(with(10, -0.0, 0));
  CHECK_FALSE(with(10, kNan, 5));
  CHECK_FALSE(with(10, 3, kNan));
  CHECK_FALSE(with(9, 1, 0));  // a rating that nobody gave
  CHECK_FALSE(with(9, 0, 1));
}
