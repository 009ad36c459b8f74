// compare_weighted, compare_clustered: did a score change between two groups whose answers carry
// weights, or whose customers may have answered more than once?
//
//   if (auto change = nps::compare_weighted(last_quarter.bands(), this_quarter.bands())) {
//     use(change->nps, change->low, change->high, change->p);
//   }
#ifndef NPS_STATS_WEIGHTED_COMPARISON_H_
#define NPS_STATS_WEIGHTED_COMPARISON_H_

#include <algorithm>
#include <cmath>
#include <optional>

#include "nps/stats/clustered.h"
#include "nps/stats/comparison.h"
#include "nps/stats/detail/bands.h"
#include "nps/stats/detail/normal.h"
#include "nps/stats/level.h"
#include "nps/stats/weighted.h"
#include "nps/weighted_tally.h"

namespace nps {

namespace detail {

/// A score on [-1, 1].
struct Estimate {
  double score;
  double standard_error;  // above 0
  bool varies;
};

/// A group that does not vary would be taken as known for certain; it is judged by its effective n
/// after 3/4, 3/2 and 3/4 made-up responses were added.
[[nodiscard]] inline Estimate estimate_of(double points, double standard_error,
                                          const Bands& effective) noexcept {
  if (standard_error > 0) return {points / 100, standard_error, true};
  const Bands adjusted = effective.adjusted();
  return {adjusted.score(), std::sqrt(adjusted.variance() / adjusted.total()), false};
}

[[nodiscard]] inline std::optional<Estimate> estimate_of(const WeightedBands& group) noexcept {
  const std::optional<double> points = group.points();
  const std::optional<double> n = group.effective_n();
  if (!points || !n) return std::nullopt;
  const double error = group.responses.responses() > 1 ? linearised_standard_error(group) : 0;
  return estimate_of(*points, error, scaled_to(group.weights, *n));
}

[[nodiscard]] inline std::optional<Estimate> estimate_of(const ClusteredBands& group) noexcept {
  const std::optional<double> points = group.points();
  const std::optional<double> n = group.effective_customers();
  if (!points || !n) return std::nullopt;
  const double error = group.customers() > 1 ? clustered_standard_error(group) : 0;
  return estimate_of(*points, error, scaled_to(group.bands().weights, *n));
}

/// What the estimates say of the change, on [-2, 2]; no value where a group has no weight.
template <typename Group>
[[nodiscard]] std::optional<Difference> change_of_estimates(const Group& before,
                                                            const Group& after) noexcept {
  const std::optional<Estimate> first = estimate_of(before);
  const std::optional<Estimate> second = estimate_of(after);
  if (!first || !second) return std::nullopt;
  return Difference{second->score - first->score,
                    std::hypot(first->standard_error, second->standard_error)};
}

template <typename Group>
[[nodiscard]] std::optional<Comparison> compare_estimates(const Group& before, const Group& after,
                                                          Level level) noexcept {
  const std::optional<Estimate> first = estimate_of(before);
  const std::optional<Estimate> second = estimate_of(after);
  if (!first || !second) return std::nullopt;
  const double change = second->score - first->score;
  const double error = std::hypot(first->standard_error, second->standard_error);
  const double half = 100 * level.z() * error;
  Comparison result{.nps = *after.points() - *before.points(),
                    .low = std::clamp(100 * change - half, -200.0, 200.0),
                    .high = std::clamp(100 * change + half, -200.0, 200.0),
                    .p = two_sided_p(change / error),
                    .level = level,
                    .method = ComparisonMethod::Linearised};
  if (result.nps == 0 && !first->varies && !second->varies) {
    result.low = std::min(result.low, 0.0);
    result.high = std::max(result.high, 0.0);
    result.p = 1;
  }
  return result;
}

}  // namespace detail

/// Compares two groups of different customers whose answers carry weights.
/// Units       points, signed: a rise is positive. The groups exchanged give exactly
///             (-nps, -high, -low) and the same p.
/// Empty case  no value if either group is without weight.
/// Promise     where all answers of both groups lie in one and the same band, p is 1 and the
///             interval reaches 0. A group that does not vary takes the adjusted score and variance
///             of its effective n, as compare_independent() has them, so that p is never 0 for want
///             of variance.
/// Errors      takes responses as independent and weights as given; too sure of itself where hardly
///             more than one response carries all the weight: see weighted_interval().
/// Threads     reentrant. Complexity: O(1), no allocation.
/// Source      the variances of weighted_interval(), added.
[[nodiscard]] inline std::optional<Comparison> compare_weighted(const WeightedBands& before,
                                                                const WeightedBands& after,
                                                                Level level = {}) noexcept {
  return detail::compare_estimates(before, after, level);
}

/// Compares two groups of different customers who may have answered more than once each. The
/// promises are those of compare_weighted(), with customers in the place of responses; customers
/// who are in both groups it takes for different ones, which makes the interval too wide when they
/// mostly stay as they were: for those there is compare_paired().
[[nodiscard]] inline std::optional<Comparison> compare_clustered(const ClusteredBands& before,
                                                                 const ClusteredBands& after,
                                                                 Level level = {}) noexcept {
  return detail::compare_estimates(before, after, level);
}

}  // namespace nps

#endif  // NPS_STATS_WEIGHTED_COMPARISON_H_
