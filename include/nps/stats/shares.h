// AssumedShares: what part of the answers one expects in each band, before anybody has answered.
//
//   if (auto shares = nps::AssumedShares::from(0.5, 0.2)) use(shares->variance());
#ifndef NPS_STATS_SHARES_H_
#define NPS_STATS_SHARES_H_

#include <optional>

#include "nps/band.h"
#include "nps/score.h"
#include "nps/stats/detail/bands.h"

namespace nps {

/// Promoters and detractors as parts of all; the rest is passive.
///
/// Units       shares from 0 to 1, not percentages.
/// Errors      `from` has no value for shares below 0, above 1 together, or NaN, nor for counts
///             without responses.
/// Threads     a plain value. Complexity: every member is O(1) and allocates nothing.
class AssumedShares {
 public:
  [[nodiscard]] static constexpr std::optional<AssumedShares> from(double promoters,
                                                                   double detractors) noexcept {
    if (!(promoters >= 0 && detractors >= 0 && promoters + detractors <= 1)) return std::nullopt;
    return AssumedShares({.detractors = detractors,
                          .passives = 1 - (promoters + detractors),
                          .promoters = promoters});
  }
  /// The shares of an earlier survey.
  [[nodiscard]] static constexpr std::optional<AssumedShares> from(
      const BandCounts& earlier) noexcept {
    if (detail::no_responses(earlier)) return std::nullopt;
    return AssumedShares(detail::bands_of(earlier));
  }
  /// The same after 3/4, 3/2 and 3/4 made-up responses, so that no band is taken for impossible
  /// because nobody has been in it yet.
  [[nodiscard]] static constexpr AssumedShares after_warm_up(const BandCounts& warm_up) noexcept {
    return AssumedShares(detail::bands_of(warm_up).adjusted());
  }

  [[nodiscard]] constexpr double share(Band band) const noexcept {
    switch (band) {
      case Band::Detractor: return shares_.detractors;
      case Band::Passive: return shares_.passives;
      case Band::Promoter: return shares_.promoters;
    }
    return 0;
  }
  /// In points.
  [[nodiscard]] constexpr double points() const noexcept {
    return 100 * (shares_.promoters - shares_.detractors);
  }
  /// Of one response, on [-1, 1]: from 0, all alike, to 1, half promoters and half detractors.
  [[nodiscard]] constexpr double variance() const noexcept { return shares_.variance(); }

  friend constexpr bool operator==(const AssumedShares& a, const AssumedShares& b) noexcept {
    return a.shares_.detractors == b.shares_.detractors &&
           a.shares_.passives == b.shares_.passives && a.shares_.promoters == b.shares_.promoters;
  }

 private:
  explicit constexpr AssumedShares(const detail::Bands& bands) noexcept
      : shares_{bands.detractors / bands.total(), bands.passives / bands.total(),
                bands.promoters / bands.total()} {}

  detail::Bands shares_;  // that add up to 1
};

}  // namespace nps

#endif  // NPS_STATS_SHARES_H_
