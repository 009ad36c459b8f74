// weighted_interval: how far a weighted score may be from the true one.
//
//   nps::WeightedTally tally = ...;
//   if (auto interval = nps::weighted_interval(tally)) use(interval->low, interval->high);
#ifndef NPS_STATS_WEIGHTED_H_
#define NPS_STATS_WEIGHTED_H_

#include <cmath>
#include <optional>

#include "nps/scale.h"
#include "nps/score.h"
#include "nps/stats/detail/bands.h"
#include "nps/stats/interval.h"
#include "nps/stats/level.h"
#include "nps/weighted_tally.h"

namespace nps {

namespace detail {

/// Standard error of the weighted score on [-1, 1], linearised: with x = -1, 0, 1 for detractor,
/// passive, promoter and theta = sum wx / sum w, the square root of
///   n / (n - 1) * sum (w(x - theta))^2 / (sum w)^2.
/// Needs n > 1 and some weight. Deviations are taken as shares of the weight, so nothing cancels.
[[nodiscard]] inline double linearised_standard_error(const WeightedBands& bands) noexcept {
  const double total = bands.weights.total();
  const double n = bands_of(bands.responses).total();
  const double p = bands.weights.promoters / total;
  const double q = bands.weights.passives / total;
  const double d = bands.weights.detractors / total;
  const auto part = [total](double squares, double deviation) {
    return squares / total / total * deviation * deviation;
  };
  const double sum = part(bands.square_weights.detractors, q + 2 * p) +  // theta - (-1)
                     part(bands.square_weights.passives, p - d) +
                     part(bands.square_weights.promoters, q + 2 * d);  // 1 - theta
  return std::sqrt(n / (n - 1) * sum);
}

/// The bands of n responses of equal weight, in the proportions of these weights.
[[nodiscard]] inline Bands scaled_to(const BandSums& weights, double n) noexcept {
  const double scale = n / weights.total();
  return {weights.detractors * scale, weights.passives * scale, weights.promoters * scale};
}

}  // namespace detail

/// An interval for a weighted score: the score +- z linearised standard errors, cut off at +-100.
/// Where all weight lies in one band that would have no width, so there it is Tango's interval for
/// Kish's effective n responses; the interval's `method` says which of the two it is.
///
/// Units       points, low <= points <= high.
/// Empty case  no value when there is no weight.
/// Errors      takes responses as independent and weights as given: neither repeated answers of a
///             customer nor the making of the weights is in it. Too narrow when hardly more than
///             one response carries all the weight: look at the effective n.
/// Threads     reentrant. Complexity: O(1), no allocation.
/// Source      linearisation: Binder, International Statistical Review 51 (1983); n counts every
///             response, those of weight 0 too, as R's survey package does.
[[nodiscard]] inline std::optional<Interval> weighted_interval(const WeightedBands& bands,
                                                               Level level = {}) noexcept {
  const std::optional<double> points = bands.points();
  const std::optional<double> effective_n = bands.effective_n();
  if (!points || !effective_n) return std::nullopt;
  if (bands.responses.responses() > 1) {
    const double half = 100 * level.z() * detail::linearised_standard_error(bands);
    if (half > 0) {
      return detail::interval_around(*points, *points - half, *points + half, level,
                                     IntervalMethod::Linearised);
    }
  }
  return detail::tango_interval(detail::scaled_to(bands.weights, *effective_n), *points, level);
}

[[nodiscard]] inline std::optional<Interval> weighted_interval(const WeightedTally& tally,
                                                               const Scale& scale = kZeroToTen,
                                                               Level level = {}) noexcept {
  return weighted_interval(tally.bands(scale), level);
}

}  // namespace nps

#endif  // NPS_STATS_WEIGHTED_H_
