// Trend test: does a share rise or fall with the rating?
//
//   std::vector<nps::ScoredShare> churn;                     // one for each rating
//   churn.push_back({.score = 0, .events = 9, .n = 20}); ...
//   if (auto trend = nps::trend_test(churn)) use(trend->slope, trend->p);   // -0.031 a point
//
// It asks more precisely than a comparison of all groups with each other, and so sees more: only whether
// shares go one way.
#ifndef NPS_STATS_TREND_TEST_H_
#define NPS_STATS_TREND_TEST_H_

#include <cmath>
#include <cstdint>
#include <optional>
#include <span>

#include "nps/stats/detail/normal.h"

namespace nps {

/// How often something happened to those with one score: a rating, or a number for a band.
struct ScoredShare {
  double score;
  std::uint64_t events;
  std::uint64_t n;
};

struct TrendTest {
  double slope;  // by how much the share changes with each point of the score: the line of best fit
  double z;      // in standard errors, with the sign of the slope
  double p;      // two-sided

  friend constexpr bool operator==(const TrendTest&, const TrendTest&) noexcept = default;
};

/// The test of Cochran and Armitage for a linear trend of shares, asymptotic and without continuity
/// correction: z^2 is the statistic of R's prop.trend.test.
/// Shape       in any order; one score may stand there several times. Groups of n = 0 say nothing.
/// Empty case  no value where all members have one score, and where nobody or everybody had the event:
///             then nothing can show a trend. Nor where a group has more events than members.
/// Threads     reentrant. Complexity: O(groups), no allocation.
/// Source      Cochran, Biometrics 10 (1954) 417-451; Armitage, Biometrics 11 (1955) 375-386.
[[nodiscard]] inline std::optional<TrendTest> trend_test(
    std::span<const ScoredShare> groups) noexcept {
  double n = 0, events = 0, scores = 0;
  for (const ScoredShare& group : groups) {
    if (group.events > group.n) return std::nullopt;
    n += static_cast<double>(group.n);
    events += static_cast<double>(group.events);
    scores += group.score * static_cast<double>(group.n);
  }
  if (!(events > 0 && events < n)) return std::nullopt;
  const double share = events / n;
  const double mean = scores / n;
  double along = 0, spread = 0;
  for (const ScoredShare& group : groups) {
    const double size = static_cast<double>(group.n);
    const double off = group.score - mean;
    along += off * (static_cast<double>(group.events) - size * share);
    spread += off * off * size;
  }
  if (!(spread > 0)) return std::nullopt;
  const double z = along / std::sqrt(share * (1 - share) * spread);
  return TrendTest{along / spread, z, detail::two_sided_p(z)};
}

}  // namespace nps

#endif  // NPS_STATS_TREND_TEST_H_
