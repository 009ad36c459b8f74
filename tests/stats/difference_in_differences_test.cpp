#include "nps/stats/difference_in_differences.h"

#include <cmath>
#include <cstdint>
#include <vector>

#include "support/catch.h"

namespace {

using nps::Band;
using nps::BandCounts;
using nps::BeforeAfter;
using nps::ComparisonMethod;
using nps::DifferenceInDifferences;
using nps::Level;
using nps::Transitions;

constexpr BeforeAfter kRose{.before = {30, 30, 40}, .after = {10, 40, 50}};
constexpr BeforeAfter kStayed{.before = {20, 30, 50}, .after = {22, 28, 50}};

bool lawful(const DifferenceInDifferences& c) {  // false for NaN, too
  return -400 <= c.low && c.low <= c.high && c.high <= 400 && 0 < c.p && c.p <= 1;
}

BeforeAfter reversed(const BeforeAfter& group) { return {group.after, group.before}; }

}  // namespace

TEST_CASE("difference in differences: it is the one change less the other, variances added",
          "[comparison]") {
  for (const ComparisonMethod method : nps::kComparisonMethods) {
    const auto effect = nps::compare_with_control(kRose, kStayed, method);
    REQUIRE(effect.has_value());
    CHECK(effect->treated == 30);
    CHECK(effect->control == Approx(-2));
    CHECK(effect->nps == effect->treated - effect->control);
    const auto treated = *nps::compare_independent(kRose.before, kRose.after, method);
    const auto control = *nps::compare_independent(kStayed.before, kStayed.after, method);
    CHECK(effect->low + effect->high ==
          Approx(treated.low + treated.high - control.low - control.high));
    CHECK(effect->high - effect->low ==
          Approx(std::hypot(treated.high - treated.low, control.high - control.low)));
    CHECK((effect->p < 0.05) == (effect->low > 0));
  }
}

TEST_CASE("difference in differences: exchanging groups or times changes the sign and nothing else",
          "[comparison][laws]") {
  std::vector<BandCounts> groups;
  for (std::uint64_t d = 0; d <= 2; ++d) {
    for (std::uint64_t p = d == 0 ? 0 : 1; p <= 2; ++p) groups.push_back({d, 3 - d, p});
  }
  groups.push_back({0, 0, 1});
  groups.push_back({1, 0, 0});
  int unlawful = 0, unsymmetric = 0;
  const auto opposite = [](const DifferenceInDifferences& a, const DifferenceInDifferences& b) {
    return a.nps == -b.nps && a.low == -b.high && a.high == -b.low && a.p == b.p;
  };
  for (const ComparisonMethod method : nps::kComparisonMethods) {
    for (const BandCounts& a : groups) {
      for (const BandCounts& b : groups) {
        for (const BandCounts& c : groups) {
          for (const BandCounts& d : groups) {
            const BeforeAfter treated{a, b};
            const BeforeAfter control{c, d};
            const auto effect = *nps::compare_with_control(treated, control, method);
            unlawful += !lawful(effect);
            unsymmetric +=
                !opposite(effect, *nps::compare_with_control(control, treated, method)) ||
                !opposite(effect,
                          *nps::compare_with_control(reversed(treated), reversed(control), method));
          }
        }
      }
    }
  }
  CHECK(unlawful == 0);
  CHECK(unsymmetric == 0);
}

TEST_CASE("difference in differences: an empty sample leaves nothing to compare", "[comparison]") {
  for (const BeforeAfter& gap : {BeforeAfter{{}, {1, 1, 1}}, BeforeAfter{{1, 1, 1}, {}}}) {
    CHECK_FALSE(nps::compare_with_control(gap, kStayed).has_value());
    CHECK_FALSE(nps::compare_with_control(kStayed, gap).has_value());
  }
  Transitions some;
  some.add(Band::Passive, Band::Promoter);
  CHECK_FALSE(nps::compare_with_control(some, Transitions{}).has_value());
  CHECK_FALSE(nps::compare_with_control(Transitions{}, some).has_value());
}

TEST_CASE("difference in differences: where nothing varies, plain gives way to adjusted",
          "[comparison]") {
  const BeforeAfter up{{1, 0, 0}, {0, 0, 1}};
  const BeforeAfter same{{0, 0, 9}, {0, 0, 9}};
  const auto effect = *nps::compare_with_control(up, same, ComparisonMethod::Plain);
  CHECK(effect == *nps::compare_with_control(up, same, ComparisonMethod::Adjusted));
  CHECK(effect.nps == 200);
  CHECK(effect.p > 0.05);
  const auto none = *nps::compare_with_control(same, same, ComparisonMethod::Plain);
  CHECK(none.nps == 0);
  CHECK(none.p == 1);
}

TEST_CASE("difference in differences: paired customers bring their own variances",
          "[comparison][paired]") {
  Transitions treated;
  treated.add(Band::Detractor, Band::Passive, 10);
  treated.add(Band::Passive, Band::Promoter, 5);
  treated.add(Band::Promoter, Band::Promoter, 30);
  treated.add(Band::Promoter, Band::Passive, 2);
  Transitions control;
  control.add(Band::Promoter, Band::Promoter, 40);
  control.add(Band::Passive, Band::Detractor, 4);
  control.add(Band::Detractor, Band::Detractor, 9);

  const auto effect = *nps::compare_with_control(treated, control);
  const auto one = *nps::compare_paired(treated, nps::PairedMethod::Wald);
  const auto other = *nps::compare_paired(control, nps::PairedMethod::Wald);
  CHECK(effect.treated == one.nps);
  CHECK(effect.control == other.nps);
  CHECK(effect.nps == one.nps - other.nps);
  CHECK(effect.high - effect.low == Approx(std::hypot(one.high - one.low, other.high - other.low)));
  const auto back = *nps::compare_with_control(control, treated);
  CHECK(back.low == -effect.high);
  CHECK(back.p == effect.p);
}

TEST_CASE("difference in differences: pairs that all moved alike, or did not, leave doubt",
          "[comparison][paired]") {
  Transitions jumped;
  jumped.add(Band::Detractor, Band::Promoter);
  Transitions stayed;
  stayed.add(Band::Passive, Band::Passive);
  const auto effect = *nps::compare_with_control(jumped, stayed);
  CHECK(effect.nps == 200);
  CHECK(effect.p > 0.05);
  const auto none = *nps::compare_with_control(stayed, stayed);
  CHECK(none.nps == 0);
  CHECK(none.p == 1);
  CHECK(none.high > 100);
}

TEST_CASE("difference in differences: weighted and clustered add the variances of their changes",
          "[comparison]") {
  const auto clustered = [](const BandCounts& counts) {
    nps::ClusteredBands bands;
    bands.add_one_each(counts);
    return bands;
  };
  const nps::ClusteredBeforeAfter rose{clustered(kRose.before), clustered(kRose.after)};
  const nps::ClusteredBeforeAfter stayed{clustered(kStayed.before), clustered(kStayed.after)};
  const nps::WeightedBeforeAfter weighted_rose{rose.before.bands(), rose.after.bands()};
  const nps::WeightedBeforeAfter weighted_stayed{stayed.before.bands(), stayed.after.bands()};
  const auto treated = *nps::compare_clustered(rose.before, rose.after);
  const auto control = *nps::compare_clustered(stayed.before, stayed.after);
  for (const auto& effect : {nps::compare_clustered_with_control(rose, stayed),
                             nps::compare_weighted_with_control(weighted_rose, weighted_stayed)}) {
    REQUIRE(effect.has_value());
    CHECK(lawful(*effect));
    CHECK(effect->nps == Approx(32));
    CHECK(effect->treated == Approx(30));
    CHECK(effect->high - effect->low ==
          Approx(std::hypot(treated.high - treated.low, control.high - control.low)));
  }
  const auto none = nps::compare_weighted_with_control(nps::WeightedBeforeAfter{}, weighted_stayed);
  CHECK_FALSE(none.has_value());
  // The same samples twice, and nobody differs: nothing to show.
  const nps::ClusteredBeforeAfter alike{clustered({0, 0, 4}), clustered({0, 0, 4})};
  CHECK(nps::compare_clustered_with_control(alike, alike)->p == 1);
}
