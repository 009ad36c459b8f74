#include "nps/scale.h"

#include <array>
#include <limits>
#include <string>
#include <string_view>

#include "support/catch.h"

using nps::Band;
using nps::Rating;
using nps::Scale;

namespace {

static_assert(sizeof(Scale) == 4);
static_assert(Band::Detractor < Band::Passive && Band::Passive < Band::Promoter);
static_assert(name(Band::Detractor) == "detractor");
static_assert(name(Band::Passive) == "passive");
static_assert(name(Band::Promoter) == "promoter");

// A letter a rating, 0 to 10: detractor, passive, promoter, or - where the scale ends before.
std::string drawn(const Scale& scale) {
  std::string text;
  for (int value = 0; value <= 10; ++value) {
    const Rating rating = *Rating::from(value);
    text += !scale.contains(rating) ? '-' : "dpP"[static_cast<int>(scale.band(rating))];
  }
  return text;
}

}  // namespace

TEST_CASE("scale: every rating has its band under every named scale", "[scale]") {
  CHECK(drawn(nps::kZeroToTen) == "dddddddppPP");
  CHECK(drawn(nps::kOneToTen) == "-ddddddppPP");
  CHECK(drawn(nps::kOneToFive) == "-dddpP-----");
  CHECK(drawn(nps::kOneToSeven) == "-ddddpPP---");
}

TEST_CASE("scale: the named scales are named by their ends", "[scale]") {
  REQUIRE(nps::kNamedScales.size() == 4);
  for (const auto& [name, scale] : nps::kNamedScales) {
    CHECK(name == std::to_string(scale.min()) + "-" + std::to_string(scale.max()));
  }
}

TEST_CASE("scale: what lies outside reads as the band at that end", "[scale]") {
  STATIC_REQUIRE(nps::kOneToTen.band(Rating::of<0>()) == Band::Detractor);
  STATIC_REQUIRE(nps::kOneToFive.band(Rating::of<6>()) == Band::Promoter);
  STATIC_REQUIRE_FALSE(nps::kOneToFive.contains(Rating::of<6>()));
}

TEST_CASE("scale: from takes exactly the scales it promises", "[scale]") {
  int taken = 0;
  for (int min = -2; min <= 12; ++min) {
    for (int passive = -2; passive <= 12; ++passive) {
      for (int promoter = -2; promoter <= 12; ++promoter) {
        for (int max = -2; max <= 12; ++max) {
          const bool valid =
              0 <= min && min < passive && passive <= promoter && promoter <= max && max <= 10;
          const auto scale = Scale::from(min, passive, promoter, max);
          INFO(min << " " << passive << " " << promoter << " " << max);
          REQUIRE(scale.has_value() == valid);
          if (!scale) continue;
          ++taken;
          REQUIRE(scale->min() == min);
          REQUIRE(scale->first_passive() == passive);
          REQUIRE(scale->first_promoter() == promoter);
          REQUIRE(scale->max() == max);
        }
      }
    }
  }
  CHECK(taken == 715);  // ways to put a < b <= c <= d into 0..10
}

TEST_CASE("scale: numbers far outside are refused and never wrapped", "[scale]") {
  constexpr int kLeast = std::numeric_limits<int>::min();
  constexpr int kMost = std::numeric_limits<int>::max();
  STATIC_REQUIRE_FALSE(Scale::from(kLeast, 7, 9, 10));
  STATIC_REQUIRE_FALSE(Scale::from(0, 7, 9, kMost));
  STATIC_REQUIRE_FALSE(Scale::from(256, 263, 265, 266));
  STATIC_REQUIRE_FALSE(Scale::from(0, 7, 9, 266));
  STATIC_REQUIRE_FALSE(Scale::from(-256, 7, 9, 10));
}

TEST_CASE("scale: a scale may have no passives, and a promoter at its end only", "[scale]") {
  const auto scale = Scale::from(0, 6, 6, 6);
  REQUIRE(scale);
  CHECK(drawn(*scale) == "ddddddP----");
  CHECK(drawn(*Scale::from(0, 1, 10, 10)) == "dpppppppppP");
}

TEST_CASE("scale: scales are equal when all four numbers are", "[scale]") {
  STATIC_REQUIRE(Scale::from(0, 7, 9, 10) == nps::kZeroToTen);
  STATIC_REQUIRE(nps::kZeroToTen != nps::kOneToTen);
  STATIC_REQUIRE(Scale::from(0, 6, 9, 10) != nps::kZeroToTen);
  STATIC_REQUIRE(Scale::from(0, 7, 8, 10) != nps::kZeroToTen);
  STATIC_REQUIRE(Scale::from(0, 7, 9, 9) != nps::kZeroToTen);
}
