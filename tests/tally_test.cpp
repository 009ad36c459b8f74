#include "nps/tally.h"

#include <array>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <vector>

#include "nps/mergeable.h"
#include "support/catch.h"
#include "support/laws.h"

using nps::BandCounts;
using nps::Rating;
using nps::Score;
using nps::Tally;

namespace {

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

constexpr Tally tally_of(std::initializer_list<int> ratings) {
  Tally tally;
  for (const int rating : ratings) tally.add(*Rating::from(rating));
  return tally;
}

constexpr Tally with(int rating, std::uint64_t times) {
  Tally tally;
  tally.add(*Rating::from(rating), times);
  return tally;
}

static_assert(std::regular<Tally> && nps::Subtractable<Tally>);
static_assert(Tally{}.empty() && Tally{}.responses() == 0);
static_assert(!Tally{}.score() && !Tally{}.mean());
static_assert(tally_of({10, 9, 0}).score() == Score::from(2, 1, 3));
static_assert(tally_of({10}) + tally_of({0}) == tally_of({0, 10}));
static_assert(tally_of({0, 10}) - tally_of({0}) == tally_of({10}));

}  // namespace

TEST_CASE("tally: an empty tally has no score and no mean, under any scale", "[tally]") {
  for (const auto& [name, scale] : nps::kNamedScales) {
    INFO(name);
    CHECK_FALSE(Tally{}.score(scale).has_value());
    CHECK(Tally{}.bands(scale) == BandCounts{});
  }
  CHECK_FALSE(Tally{}.mean().has_value());
}

TEST_CASE("tally: one answer is a score of its own", "[tally]") {
  for (int value = 0; value <= 10; ++value) {
    const Tally one = tally_of({value});
    INFO("one answer of " << value);
    CHECK(one.responses() == 1);
    CHECK_FALSE(one.empty());
    CHECK(one.count(*Rating::from(value)) == 1);
    CHECK(one.mean() == value);
    CHECK(one.score()->points() == (value >= 9 ? 100 : value >= 7 ? 0 : -100));
  }
}

TEST_CASE("tally: all of one band is 100, 0 or -100", "[tally]") {
  CHECK(tally_of({9, 10, 10, 9}).score()->points() == 100);
  CHECK(tally_of({7, 8, 8}).score()->points() == 0);
  CHECK(tally_of({0, 1, 2, 3, 4, 5, 6}).score()->points() == -100);
}

TEST_CASE("tally: bands follow the scale's cuts, and leave out what is not on it", "[tally]") {
  Tally tally;
  for (int value = 0; value <= 10; ++value) tally.add(*Rating::from(value), 1U << unsigned(value));
  CHECK(tally.bands() == BandCounts{.detractors = 127, .passives = 384, .promoters = 1536});
  CHECK(tally.bands(nps::kOneToTen) ==
        BandCounts{.detractors = 126, .passives = 384, .promoters = 1536});
  CHECK(tally.bands(nps::kOneToFive) ==
        BandCounts{.detractors = 14, .passives = 16, .promoters = 32});
  CHECK(tally.bands(nps::kOneToSeven) ==
        BandCounts{.detractors = 30, .passives = 32, .promoters = 192});
  CHECK(tally.responses() == 2047);
}

TEST_CASE("tally: answers that are all off the scale make no score on it", "[tally]") {
  const Tally tally = tally_of({0, 6, 10});
  CHECK_FALSE(tally.score(nps::kOneToFive).has_value());
  CHECK(tally.responses() == 3);
}

TEST_CASE("tally: scores are exact near 2^64", "[tally]") {
  CHECK(with(10, kMost).score() == Score::of_points(100));
  CHECK(with(0, kMost).score() == Score::of_points(-100));
  CHECK(with(8, kMost).score() == Score::of_points(0));
  // One promoter among all but all: a double of the counts could not see it.
  const Tally nearly = with(8, kMost - 1) + with(10, 1);
  REQUIRE(nearly.responses() == kMost);
  CHECK(nearly.score() > Score::of_points(0));
  CHECK(nearly.score() == Score::from(1, 0, kMost));
  CHECK(nearly.score() < (with(8, kMost - 2) + with(10, 2)).score());
  CHECK(with(10, kMost).mean() == Approx(10));
}

TEST_CASE("tally: the mean never leaves the ratings, however many responses", "[tally]") {
  std::uint64_t n = 1;
  for (int step = 0; step < 20000; ++step) {
    n = n * 6364136223846793005U + 1442695040888963407U;
    REQUIRE(*with(10, n).mean() <= 10);
    REQUIRE(*with(10, n).mean() == Approx(10));
  }
  CHECK(tally_of({0, 0}).mean() == 0.0);
  CHECK(tally_of({1, 2, 2}).mean() == 5.0 / 3);
}

TEST_CASE("tally: counts wrap past 2^64-1, as documented", "[tally]") {
  CHECK(with(10, kMost) + with(10, 1) == Tally{});
  CHECK(Tally{} - with(3, 1) == with(3, kMost));
  CHECK((with(10, kMost) + with(9, 1)).responses() == 0);
  CHECK_FALSE((with(10, kMost) + with(9, 1)).score().has_value());
  CHECK_FALSE((with(10, kMost) + with(9, 1)).empty());
}

TEST_CASE("tally: contains tells whether something can be taken away", "[tally]") {
  STATIC_REQUIRE(tally_of({10, 9, 9}).contains(tally_of({9, 9})));
  STATIC_REQUIRE(tally_of({10}).contains(tally_of({10})));
  STATIC_REQUIRE(tally_of({10}).contains(Tally{}));
  STATIC_REQUIRE(Tally{}.contains(Tally{}));
  STATIC_REQUIRE_FALSE(Tally{}.contains(tally_of({0})));
  STATIC_REQUIRE_FALSE(tally_of({10, 10, 10}).contains(tally_of({9})));
  STATIC_REQUIRE_FALSE(tally_of({9}).contains(tally_of({9, 9})));
}

TEST_CASE("tally: counts travel as they are", "[tally]") {
  const Tally::Counts counts{1, 0, 2, 0, 3, 0, 4, 0, 5, 0, kMost};
  CHECK(Tally::of(counts).counts() == counts);
  CHECK(Tally::of(counts).count(Rating::of<10>()) == kMost);
  CHECK(Tally::of({}) == Tally{});
}

TEST_CASE("tally: merging obeys the group laws", "[tally][laws]") {
  const std::array seen{
      Tally{},
      tally_of({10}),
      tally_of({9, 9, 3}),
      with(10, kMost),
      with(0, kMost / 2),
      tally_of({0, 7, 8, 10}),
      Tally::of({kMost, kMost, kMost, kMost, kMost, kMost, kMost, kMost, kMost, kMost, kMost})};
  nps::test::check_merge_laws<Tally>(seen);
}

TEST_CASE("tally: feeding a then b equals merging what was fed apart", "[tally][laws]") {
  std::vector<Rating> ratings;
  for (const int value : {10, 9, 0, 7, 7, 10, 3, 6, 8, 5, 10, 1, 2, 4}) {
    ratings.push_back(*Rating::from(value));
  }
  nps::test::check_splits<Tally>(ratings, [](Tally& tally, Rating rating) { tally.add(rating); });
  nps::test::check_splits<Tally>(std::vector<Rating>{},
                                 [](Tally& tally, Rating rating) { tally.add(rating); });
}

TEST_CASE("tally: adding one many times is adding many at once", "[tally]") {
  Tally slow;
  for (int i = 0; i < 1000; ++i) slow.add(Rating::of<7>());
  CHECK(slow == with(7, 1000));
  CHECK(with(7, 0) == Tally{});
}
