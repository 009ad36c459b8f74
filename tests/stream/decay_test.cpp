#include <cmath>
#include <cstdint>
#include <limits>

#include "nps/stats/weighted.h"
#include "nps/stream/decay.h"
#include "support/catch.h"

using nps::Buckets;
using nps::decayed;
using nps::ErrorCode;
using nps::Rating;
using nps::WeightedTally;

TEST_CASE("decay: an answer weighs half as much after each half-life", "[decay]") {
  Buckets counted;
  counted.add(100, Rating::of<10>());
  counted.add(93, Rating::of<0>());
  counted.add(86, Rating::of<8>());
  const auto faded = decayed(counted, 100, 7);
  REQUIRE(faded);
  CHECK(faded->tally.weights()[10] == 1);
  CHECK(faded->tally.weights()[0] == 0.5);
  CHECK(faded->tally.weights()[8] == 0.25);
  CHECK(*faded->tally.points() == Approx(100 * (1 - 0.5) / 1.75));
  CHECK(nps::weighted_interval(faded->tally).has_value());
  CHECK(decayed(counted, 104, 7)->tally.weights()[0] == Approx(std::exp2(-11.0 / 7)));
}

TEST_CASE("decay: many answers of a bucket weigh as one by one", "[decay]") {
  for (const std::uint64_t count : {1U, 2U, 3U, 7U, 1000U}) {
    Buckets counted;
    WeightedTally one_by_one;
    for (std::uint64_t i = 0; i < count; ++i) {
      counted.add(5, Rating::of<9>());
      CHECK(one_by_one.add(Rating::of<9>(), std::exp2(-0.3)));
    }
    const auto faded = decayed(counted, 8, 10);
    REQUIRE(faded);
    CHECK(faded->tally.unweighted() == one_by_one.unweighted());
    CHECK(*faded->tally.effective_n() == Approx(*one_by_one.effective_n()));
    CHECK(faded->tally.sum_weights() == Approx(one_by_one.sum_weights()));
  }
}

TEST_CASE("decay: what came later is left out and counted; what is ancient is only counted",
          "[decay]") {
  Buckets counted;
  counted.add(10, Rating::of<9>());
  counted.add(11, Rating::of<9>());
  counted.add(-100'000'000, Rating::of<1>());
  const auto faded = decayed(counted, 10, 1);
  REQUIRE(faded);
  CHECK(faded->after == 1);
  CHECK(faded->tally.responses() == 2);
  CHECK(*faded->tally.points() == 100);
}

TEST_CASE("decay: a half-life is positive and finite", "[decay]") {
  for (const double wrong : {0.0, -1.0, std::numeric_limits<double>::infinity(),
                             std::numeric_limits<double>::quiet_NaN()}) {
    const auto refused = decayed(Buckets{}, 0, wrong);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::InvalidArgument);
  }
  CHECK_FALSE(decayed(Buckets{}, 0, 7)->tally.points().has_value());
}
