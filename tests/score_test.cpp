#include "nps/score.h"

#include <compare>
#include <cstdint>
#include <limits>
#include <vector>

#include "nps/stats/detail/bands.h"
#include "support/catch.h"

using nps::BandCounts;
using nps::Score;

namespace {

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

static_assert(!Score::from(0, 0, 0));
static_assert(!Score::from(1, 0, 0));
static_assert(Score::from(0, 0, 1)->points() == 0);
static_assert(Score::from(1, 0, 1)->points() == 100);
static_assert(Score::from(0, 1, 1)->points() == -100);
static_assert(!Score::from(0, 0, 1)->negative());
static_assert(Score::from(kMost, 0, kMost)->points() == 100);
static_assert(Score::from(0, kMost, kMost)->points() == -100);

}  // namespace

TEST_CASE("score: from refuses bands that do not fit into the responses", "[score]") {
  CHECK_FALSE(Score::from(2, 0, 1));
  CHECK_FALSE(Score::from(0, 2, 1));
  CHECK_FALSE(Score::from(1, 1, 1));
  CHECK_FALSE(Score::from(kMost, 1, kMost));  // their sum wraps to 0
  CHECK_FALSE(Score::from(kMost, kMost, kMost));
  CHECK_FALSE(Score::from(1, kMost, 1));
  CHECK(Score::from(kMost - 1, 1, kMost));
  CHECK(Score::from(1, kMost - 1, kMost));
}

TEST_CASE("score: points are the difference of the shares, correctly rounded", "[score]") {
  CHECK(Score::from(2, 1, 3)->points() == 100.0 / 3);
  CHECK(Score::from(1, 2, 3)->points() == -100.0 / 3);
  CHECK(Score::from(1, 0, 8)->points() == 12.5);
  CHECK(Score::from(7, 7, 20)->points() == 0);
  // Just below 2^46 both the dividend and the divisor are exact, so there is one rounding.
  constexpr std::uint64_t kN = (std::uint64_t{1} << 46U) - 1;
  CHECK(Score::from(kN / 3, 0, kN)->points() ==
        100.0 * static_cast<double>(kN / 3) / static_cast<double>(kN));
  CHECK(Score::from(kN, 0, kN)->points() == 100);
  CHECK(Score::from(kN - 1, 0, kN)->points() < 100);
}

TEST_CASE("score: points never leave -100..100, however many responses", "[score]") {
  std::uint64_t n = 1;
  for (int step = 0; step < 200000; ++step) {
    n = n * 6364136223846793005U + 1442695040888963407U;
    const std::uint64_t responses = n >> (step % 20);
    if (responses == 0) continue;
    REQUIRE(Score::from(responses, 0, responses)->points() == Approx(100).epsilon(1e-15));
    REQUIRE(Score::from(responses, 0, responses)->points() <= 100);
    REQUIRE(Score::from(0, responses, responses)->points() >= -100);
  }
}

TEST_CASE("score: points are the same double as the ones that intervals are made around",
          "[score]") {
  for (const BandCounts bands :
       {BandCounts{1, 2, 4}, BandCounts{0, 0, kMost}, BandCounts{kMost, 0, 0},
        BandCounts{3, kMost - 10, 7}, BandCounts{9, 1, 0}}) {
    CHECK(bands.score()->points() == nps::detail::points_of(bands));
  }
}

TEST_CASE("score: what the fraction is made of can be read", "[score]") {
  const auto score = Score::from(3, 10, 20);
  REQUIRE(score);
  CHECK(score->negative());
  CHECK(score->net_magnitude() == 7);
  CHECK(score->responses() == 20);
}

TEST_CASE("score: equal fractions are equal, whatever they are out of", "[score]") {
  STATIC_REQUIRE(Score::from(1, 0, 3) == Score::from(3, 1, 6));
  STATIC_REQUIRE(Score::from(0, 0, 1) == Score::from(4, 4, 9));
  STATIC_REQUIRE(Score::from(0, 1, 4) == Score::of_points(-25));
  STATIC_REQUIRE(Score::from(1, 0, 3) != Score::from(0, 1, 3));
}

TEST_CASE("score: order is that of the exact fractions near 2^64", "[score]") {
  // Neighbours that are the same double, and whose cross products need 128 bits.
  const std::vector<Score> ascending{*Score::from(0, kMost, kMost),
                                     *Score::from(0, kMost - 1, kMost),
                                     *Score::from(1, kMost - 1, kMost),
                                     *Score::from(0, kMost / 2, kMost - 1),
                                     *Score::from(0, 1, kMost),
                                     *Score::from(7, 7, kMost),
                                     *Score::from(1, 0, kMost),
                                     *Score::from(1, 0, kMost - 1),
                                     *Score::from(kMost / 2, 0, kMost),
                                     *Score::from(kMost / 2, 0, kMost - 1),
                                     *Score::from(kMost / 2 + 1, 0, kMost),
                                     *Score::from(kMost - 2, 0, kMost),
                                     *Score::from(kMost - 1, 0, kMost),
                                     *Score::from(kMost, 0, kMost)};
  for (std::size_t a = 0; a < ascending.size(); ++a) {
    for (std::size_t b = 0; b < ascending.size(); ++b) {
      INFO(a << " against " << b);
      CHECK((ascending[a] <=> ascending[b]) == (a <=> b));
      CHECK((ascending[a] == ascending[b]) == (a == b));
    }
  }
}

TEST_CASE("score: order and points agree", "[score]") {
  for (std::uint64_t n = 1; n <= 9; ++n) {
    for (std::uint64_t p = 0; p <= n; ++p) {
      for (std::uint64_t d = 0; p + d <= n; ++d) {
        const Score a = *Score::from(p, d, n);
        const Score b = *Score::from(2, 1, 7);
        CHECK((a < b) == (a.points() < b.points()));
        CHECK((a == b) == (a.points() == b.points()));
        CHECK(Score::from(d, p, n)->points() == -a.points());
      }
    }
  }
}

TEST_CASE("score: of_points is exact and stops at the bounds", "[score]") {
  for (int points = -100; points <= 100; ++points) {
    CHECK(Score::of_points(points).points() == points);
    CHECK((Score::of_points(points) < Score::of_points(points + 1)) == (points < 100));
  }
  CHECK(Score::of_points(101) == Score::of_points(100));
  CHECK(Score::of_points(std::numeric_limits<int>::max()) == Score::of_points(100));
  CHECK(Score::of_points(std::numeric_limits<int>::min()) == Score::of_points(-100));
}

TEST_CASE("score: bands without responses have no score", "[score]") {
  STATIC_REQUIRE_FALSE(BandCounts{}.score());
  STATIC_REQUIRE(BandCounts{}.responses() == 0);
  STATIC_REQUIRE(BandCounts{.detractors = 1, .passives = 1, .promoters = 2}.score() ==
                 Score::of_points(25));
}

TEST_CASE("score: the 128-bit product is exact", "[score]") {
  using nps::detail::multiply;
  using nps::detail::Wide;
  STATIC_REQUIRE(multiply(0, kMost) == Wide{0, 0});
  STATIC_REQUIRE(multiply(1, kMost) == Wide{0, kMost});
  STATIC_REQUIRE(multiply(2, kMost) == Wide{1, kMost - 1});
  STATIC_REQUIRE(multiply(kMost, kMost) == Wide{kMost - 1, 1});
  STATIC_REQUIRE(multiply(0xffffffffU, 0xffffffffU) == Wide{0, 0xfffffffe00000001U});
  STATIC_REQUIRE(multiply(std::uint64_t{1} << 32U, std::uint64_t{1} << 32U) == Wide{1, 0});
  STATIC_REQUIRE(multiply(10000000000000000000U, 10000000000000000000U) ==
                 Wide{5421010862427522170U, 687399551400673280U});  // 10^38
}
