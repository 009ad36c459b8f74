#include "nps/stats/comparison.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/catch.h"
#include "support/golden.h"

namespace {

using nps::BandCounts;
using nps::Comparison;
using nps::ComparisonMethod;
using nps::Level;

/// "detractors|passives|promoters"
BandCounts bands_of(const std::string& text) {
  const auto cells = nps::test::split(text, '|');
  REQUIRE(cells.size() == 3);
  return {.detractors = nps::test::to_count(cells[0]),
          .passives = nps::test::to_count(cells[1]),
          .promoters = nps::test::to_count(cells[2])};
}

Comparison compare(const BandCounts& before, const BandCounts& after, ComparisonMethod method,
                   Level level = {}) {
  const auto comparison = nps::compare_independent(before, after, method, level);
  REQUIRE(comparison.has_value());
  return *comparison;
}

bool lawful(const Comparison& c) {  // false for NaN, too
  return -200 <= c.low && c.low <= c.high && c.high <= 200 && -200 <= c.nps && c.nps <= 200 &&
         0 <= c.p && c.p <= 1;
}

constexpr BandCounts kWorse{.detractors = 30, .passives = 30, .promoters = 40};
constexpr BandCounts kBetter{.detractors = 10, .passives = 40, .promoters = 50};

}  // namespace

TEST_CASE("comparison: methods answer to their names, and to no others", "[comparison]") {
  CHECK(name(ComparisonMethod::Adjusted) == "adjusted");
  CHECK(name(ComparisonMethod::Plain) == "plain");
  for (const ComparisonMethod method : nps::kComparisonMethods) {
    CHECK(nps::comparison_method(name(method)) == method);
  }
  CHECK(name(ComparisonMethod::Linearised) == "linearised");
  for (const std::string_view wrong : {"", "Plain", "wald", "linearised"}) {
    CHECK_FALSE(nps::comparison_method(wrong).has_value());
  }
}

TEST_CASE("comparison: an empty group cannot be compared", "[comparison]") {
  for (const ComparisonMethod method : nps::kComparisonMethods) {
    CHECK_FALSE(nps::compare_independent({}, kBetter, method).has_value());
    CHECK_FALSE(nps::compare_independent(kBetter, {}, method).has_value());
    CHECK_FALSE(nps::compare_independent({}, {}, method).has_value());
  }
}

TEST_CASE("comparison: a rise is positive, and adjusted at 0.95 is the default", "[comparison]") {
  const auto rise = nps::compare_independent(kWorse, kBetter);
  REQUIRE(rise.has_value());
  CHECK(rise->method == ComparisonMethod::Adjusted);
  CHECK(rise->level == Level{});
  CHECK(rise->nps == 30);
  CHECK(rise->low > 0);
  CHECK(rise->high > rise->low);

  const auto fall = nps::compare_independent(kBetter, kWorse);
  CHECK(fall->nps == -30);
  CHECK(fall->low == -rise->high);
  CHECK(fall->high == -rise->low);
  CHECK(fall->p == rise->p);
}

TEST_CASE("comparison: equals R's NPS package, with the sign that R drops",
          "[comparison][golden]") {
  std::map<std::string, int> compared;
  int without_variance = 0;
  for (const auto& row : nps::test::golden("golden_nps_r_two_sample.csv")) {
    INFO(row.describe());
    const bool adjusted = row.text("test") == "adjusted.wald";
    const auto method = adjusted ? ComparisonMethod::Adjusted : ComparisonMethod::Plain;
    const Level level = *Level::from(row.number("conf"));
    BandCounts lower = bands_of(row.text("x_det_pas_pro"));
    BandCounts higher = bands_of(row.text("y_det_pas_pro"));
    if (*higher.score() < *lower.score()) std::swap(lower, higher);
    const Comparison rise = compare(lower, higher, method, level);
    const Comparison fall = compare(higher, lower, method, level);

    const double low = std::clamp(row.number("lo_abs_delta"), -2.0, 2.0);
    const double high = std::clamp(row.number("hi_abs_delta"), -2.0, 2.0);
    if (row.number("se_delta") == 0) {
      // Neither group varies, and R's Wald gives p = 0 or nan: not followed, see the next test.
      CHECK(rise.method == ComparisonMethod::Adjusted);
      ++without_variance;
      continue;
    }
    CHECK(rise.method == method);
    CHECK(std::fabs(rise.nps / 100 - (row.number("nps_x") - row.number("nps_y"))) *
              std::fabs(rise.nps / 100 + (row.number("nps_x") - row.number("nps_y"))) <=
          1e-12);
    CHECK(std::fabs(rise.low / 100 - low) <= 1e-12);
    CHECK(std::fabs(rise.high / 100 - high) <= 1e-12);
    CHECK(std::fabs(rise.p - row.number("p_value")) <= 1e-12);
    CHECK(fall.nps == -rise.nps);
    CHECK(fall.low == -rise.high);
    CHECK(fall.high == -rise.low);
    CHECK(fall.p == rise.p);
    // R's own estimate is the centre of the interval: under the adjusted one, not the plain score.
    const auto first = nps::detail::bands_of(lower);
    const auto second = nps::detail::bands_of(higher);
    const auto centre = adjusted ? nps::detail::difference(first.adjusted(), second.adjusted())
                                 : nps::detail::difference(first, second);
    CHECK(std::fabs(centre.estimate - row.number("abs_delta")) <= 1e-12);
    CHECK(std::fabs(centre.standard_error - row.number("se_delta")) <= 1e-12);
    ++compared[row.text("source") + " " + row.text("test")];
  }
  CHECK(compared["NPS-1.1 wald"] == 27);
  CHECK(compared["NPS-2.0.999 wald"] == 27);
  CHECK(compared["NPS-2.0.999 adjusted.wald"] == 36);
  CHECK(without_variance == 18);
}

TEST_CASE("comparison: where neither group varies, plain gives way to adjusted", "[comparison]") {
  const BandCounts all_promoters{.promoters = 10};
  const BandCounts all_detractors{.detractors = 10};
  const Comparison fall = compare(all_promoters, all_detractors, ComparisonMethod::Plain);
  CHECK(fall == compare(all_promoters, all_detractors, ComparisonMethod::Adjusted));
  CHECK(fall.nps == -200);
  CHECK(fall.high - fall.low > 50);
  // erfc, worked out with 40 digits; R's 1 - pnorm keeps four of them.
  CHECK(fall.p == Approx(4.24751479545879e-13).epsilon(1e-12));

  // One answer on each side proves nothing.
  const Comparison single = compare({.detractors = 1}, {.promoters = 1}, ComparisonMethod::Plain);
  CHECK(single.nps == 200);
  CHECK(single.p > 0.05);
}

TEST_CASE("comparison: groups that lie all in the same band differ by nothing", "[comparison]") {
  for (const ComparisonMethod method : nps::kComparisonMethods) {
    for (const BandCounts& bands :
         {BandCounts{.detractors = 1}, BandCounts{.passives = 1}, BandCounts{.promoters = 1}}) {
      const BandCounts many{bands.detractors * 1000000, bands.passives * 1000000,
                            bands.promoters * 1000000};
      for (const double value : {0.5, 0.9, 0.95, 0.99}) {
        const Comparison none = compare(bands, many, method, *Level::from(value));
        CHECK(none.nps == 0);
        CHECK(none.p == 1);
        CHECK(none.low <= 0);
        CHECK(none.high >= 0);
        CHECK(none.low < none.high);
      }
    }
  }
}

TEST_CASE("comparison: a group compared with itself has p = 1", "[comparison]") {
  for (const ComparisonMethod method : nps::kComparisonMethods) {
    for (std::uint64_t d = 0; d <= 6; ++d) {
      for (std::uint64_t s = 0; s <= 6; ++s) {
        for (std::uint64_t p = d + s == 0 ? 1 : 0; p <= 6; ++p) {
          const Comparison same = compare({d, s, p}, {d, s, p}, method);
          CHECK(same.p == 1);
          CHECK(same.nps == 0);
          CHECK(same.low == -same.high);
          CHECK(same.high > 0);
        }
      }
    }
  }
}

TEST_CASE("comparison: it is lawful for every pair of small groups, and changes sign with them",
          "[comparison][laws]") {
  std::vector<BandCounts> groups;
  for (std::uint64_t n = 1; n <= 6; ++n) {
    for (std::uint64_t d = 0; d <= n; ++d) {
      for (std::uint64_t p = 0; d + p <= n; ++p) groups.push_back({d, n - d - p, p});
    }
  }
  REQUIRE(groups.size() == 83);
  for (const double value : {1e-200, 1e-9, 0.5, 0.95, 1 - 1e-12}) {
    const Level level = *Level::from(value);
    int unlawful = 0, unsymmetric = 0, outside = 0, surely = 0;
    for (const ComparisonMethod method : nps::kComparisonMethods) {
      for (const BandCounts& a : groups) {
        for (const BandCounts& b : groups) {
          const Comparison forth = *nps::compare_independent(a, b, method, level);
          const Comparison back = *nps::compare_independent(b, a, method, level);
          unlawful += !lawful(forth);
          unsymmetric += forth.nps != -back.nps || forth.low != -back.high ||
                         forth.high != -back.low || forth.p != back.p;
          outside += forth.method == ComparisonMethod::Plain &&
                     (forth.nps < forth.low || forth.nps > forth.high);
          surely += forth.p == 0;
        }
      }
    }
    CAPTURE(value);
    CHECK(unlawful == 0);
    CHECK(unsymmetric == 0);
    CHECK(outside == 0);
    CHECK(surely == 0);
  }
}

TEST_CASE("comparison: p is below 1 - level just when the interval leaves zero out",
          "[comparison][laws]") {
  for (std::uint64_t promoters = 0; promoters <= 200; ++promoters) {
    const BandCounts after{.detractors = 200 - promoters, .passives = 3, .promoters = promoters};
    for (const ComparisonMethod method : nps::kComparisonMethods) {
      const Comparison change = compare({70, 60, 50}, after, method);
      CAPTURE(promoters, change.low, change.high, change.p);
      CHECK((change.p < 0.05) == (change.low > 0 || change.high < 0));
    }
  }
}

TEST_CASE("comparison: counters near 2^64 give no NaN", "[comparison]") {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  const std::array<BandCounts, 7> groups{
      BandCounts{kMost, 0, 0}, BandCounts{0, kMost, 0},         BandCounts{0, 0, kMost},
      BandCounts{1, 0, kMost}, BandCounts{kMost, kMost, kMost}, BandCounts{kMost, 1, kMost - 1},
      BandCounts{0, 1, 0}};
  for (const ComparisonMethod method : nps::kComparisonMethods) {
    for (const BandCounts& a : groups) {
      for (const BandCounts& b : groups) CHECK(lawful(compare(a, b, method)));
    }
  }
}
