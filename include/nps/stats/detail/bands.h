// Bands as real numbers: what the formulas of stats work on. Not for users: see BandCounts.
#ifndef NPS_STATS_DETAIL_BANDS_H_
#define NPS_STATS_DETAIL_BANDS_H_

#include <algorithm>
#include <cstdint>

#include "nps/score.h"

namespace nps::detail {

/// Responses per band that need not be whole: adjusted counts, or shares of an effective n.
/// Everything here works on [-1, 1], not in points.
struct Bands {
  double detractors = 0;
  double passives = 0;
  double promoters = 0;

  [[nodiscard]] constexpr double total() const noexcept {
    return (detractors + promoters) + passives;  // the same, bit for bit, for mirrored bands
  }
  [[nodiscard]] constexpr double score() const noexcept {
    return (promoters - detractors) / total();
  }
  /// Variance of one response: p + d - (p - d)^2, written as q(p + d) + 4pd, a sum of what is never
  /// negative, so that nothing cancels when nearly all answers are alike.
  [[nodiscard]] constexpr double variance() const noexcept {
    const double n = total();
    const double p = promoters / n;
    const double d = detractors / n;
    return passives / n * (p + d) + 4 * p * d;
  }
  /// Promoters and detractors exchanged: the score changes its sign, and nothing else.
  [[nodiscard]] constexpr Bands mirrored() const noexcept {
    return {promoters, passives, detractors};
  }
  /// Three made-up responses, (3/4, 3/2, 3/4), which keep the variance of a small sample honest.
  /// Source: Rocks, The American Statistician 70(4) (2016) 365-372.
  [[nodiscard]] constexpr Bands adjusted() const noexcept {
    return {detractors + 0.75, passives + 1.5, promoters + 0.75};
  }
};

[[nodiscard]] constexpr Bands bands_of(const BandCounts& counts) noexcept {
  return {static_cast<double>(counts.detractors), static_cast<double>(counts.passives),
          static_cast<double>(counts.promoters)};
}

[[nodiscard]] constexpr bool no_responses(const BandCounts& counts) noexcept {
  return counts.detractors == 0 && counts.passives == 0 && counts.promoters == 0;
}

/// All responses in one band: their variance is zero.
[[nodiscard]] constexpr bool one_band(const BandCounts& counts) noexcept {
  return (counts.detractors != 0) + (counts.passives != 0) + (counts.promoters != 0) == 1;
}

/// The score in points, of at least one response. The same double as `counts.score()->points()`;
/// also right where the total passes 2^64.
[[nodiscard]] constexpr double points_of(const BandCounts& counts) noexcept {
  const std::uint64_t partial = counts.detractors + counts.passives;
  const std::uint64_t total = partial + counts.promoters;
  const bool wraps = partial < counts.passives || total < counts.promoters;
  const double n = wraps ? bands_of(counts).total() : static_cast<double>(total);
  return counts.promoters < counts.detractors
             ? -std::min(100.0 * static_cast<double>(counts.detractors - counts.promoters) / n,
                         100.0)
             : std::min(100.0 * static_cast<double>(counts.promoters - counts.detractors) / n,
                        100.0);
}

}  // namespace nps::detail

#endif  // NPS_STATS_DETAIL_BANDS_H_
