#include "nps/rating.h"

#include <cstdint>
#include <limits>
#include <type_traits>

#include "support/catch.h"

using nps::Rating;

namespace {

static_assert(!std::is_default_constructible_v<Rating>);
static_assert(std::is_trivially_copyable_v<Rating> && sizeof(Rating) == 1);
static_assert(Rating::kCount == 11);
static_assert(Rating::of<0>().value() == 0 && Rating::of<10>().value() == 10);
static_assert(Rating::of<0>() < Rating::of<1>() && Rating::of<10>() > Rating::of<9>());
static_assert(Rating::from(10) == Rating::of<10>() && !Rating::from(11));

// Everything that a type can hold near its ends and around the ratings; the whole type where it is
// small. `value` is compared as a wide integer, so that no conversion can hide a mistake.
template <typename Integer>
void check_all_near_the_edges() {
  using Limits = std::numeric_limits<Integer>;
  const auto check = [](Integer value) {
    const auto rating = Rating::from(value);
    const bool valid = value >= Integer{0} && value <= Integer{10};
    INFO("value " << +value);
    REQUIRE(rating.has_value() == valid);
    if (rating) CHECK(rating->value() == static_cast<std::uint8_t>(value));
  };
  if constexpr (sizeof(Integer) <= 2) {
    for (int value = Limits::min(); value <= Limits::max(); ++value) {
      check(static_cast<Integer>(value));
    }
  } else {
    for (int distance = 0; distance <= 600; ++distance) {
      check(static_cast<Integer>(Limits::min() + static_cast<Integer>(distance)));
      check(static_cast<Integer>(Limits::max() - static_cast<Integer>(distance)));
      check(static_cast<Integer>(distance));
      if constexpr (std::is_signed_v<Integer>) check(static_cast<Integer>(-distance));
    }
    // What would be a rating if the upper bits were cut off.
    for (int rating = 0; rating <= 10; ++rating) {
      for (int bit = 8; bit < Limits::digits; ++bit) {
        check(static_cast<Integer>((Integer{1} << bit) + static_cast<Integer>(rating)));
      }
    }
  }
}

}  // namespace

TEST_CASE("rating: from takes 0 to 10 of every integer type and nothing else", "[rating]") {
  check_all_near_the_edges<signed char>();
  check_all_near_the_edges<unsigned char>();
  check_all_near_the_edges<short>();
  check_all_near_the_edges<unsigned short>();
  check_all_near_the_edges<int>();
  check_all_near_the_edges<unsigned int>();
  check_all_near_the_edges<long>();
  check_all_near_the_edges<unsigned long>();
  check_all_near_the_edges<long long>();
  check_all_near_the_edges<unsigned long long>();
}

TEST_CASE("rating: the usual suspects are refused", "[rating]") {
  STATIC_REQUIRE_FALSE(Rating::from(-1));
  STATIC_REQUIRE_FALSE(Rating::from(11));
  STATIC_REQUIRE_FALSE(Rating::from(255));
  STATIC_REQUIRE_FALSE(Rating::from(256));
  STATIC_REQUIRE_FALSE(Rating::from(266));
  STATIC_REQUIRE_FALSE(Rating::from(std::numeric_limits<std::int64_t>::min()));
  STATIC_REQUIRE_FALSE(Rating::from(std::numeric_limits<std::int64_t>::max()));
  STATIC_REQUIRE_FALSE(Rating::from(std::numeric_limits<std::uint64_t>::max()));
}

TEST_CASE("rating: ratings are ordered by their values", "[rating]") {
  for (int a = 0; a <= 10; ++a) {
    for (int b = 0; b <= 10; ++b) {
      CHECK((*Rating::from(a) <=> *Rating::from(b)) == (a <=> b));
      CHECK((*Rating::from(a) == *Rating::from(b)) == (a == b));
    }
  }
}
