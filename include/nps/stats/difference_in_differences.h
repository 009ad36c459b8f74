// compare_with_control: did a treated group change by more than it would have anyway?
//
//   // A store was refitted in May; the others were not.
//   auto effect = nps::compare_with_control({.before = refitted_april, .after = refitted_june},
//                                           {.before = others_april, .after = others_june});
//   if (effect) use(effect->nps, effect->low, effect->high, effect->p);
//
// Takes it that without the treatment both groups would have moved by the same number of points.
// Nothing in the figures can prove that; periods before the treatment may speak against it.
#ifndef NPS_STATS_DIFFERENCE_IN_DIFFERENCES_H_
#define NPS_STATS_DIFFERENCE_IN_DIFFERENCES_H_

#include <algorithm>
#include <cmath>
#include <optional>

#include "nps/score.h"
#include "nps/stats/clustered.h"
#include "nps/stats/comparison.h"
#include "nps/stats/detail/bands.h"
#include "nps/stats/detail/normal.h"
#include "nps/stats/level.h"
#include "nps/stats/paired.h"
#include "nps/stats/weighted_comparison.h"
#include "nps/weighted_tally.h"

namespace nps {

/// One group at two times, asked of different customers each time.
struct BeforeAfter {
  BandCounts before;
  BandCounts after;
};

/// The change of the treated less that of the control, in points: -400 <= low <= high <= 400.
/// Never NaN.
struct DifferenceInDifferences {
  double nps;  // treated - control, as a reader would work it out
  double low;  // an interval of the true difference
  double high;
  double p;  // two-sided: how often chance alone would show this much, were there no difference
  double treated;  // the change of each group, in points
  double control;
  Level level;

  friend constexpr bool operator==(const DifferenceInDifferences&,
                                   const DifferenceInDifferences&) noexcept = default;
};

/// Compares the changes of two groups, all four samples being of different customers.
/// Units       points, signed: positive where the treated rose by more. The groups exchanged give
///             exactly (-nps, -high, -low) and the same p; so do before and after exchanged.
/// Empty case  no value if any of the four is empty.
/// Promise     as compare_independent, whose methods these are: under Adjusted the interval and p
///             are of the adjusted differences, and Plain gives way to it where none of the four
///             varies. Two changes of exactly the same samples have p = 1.
/// Threads     reentrant. Complexity: O(1), no allocation.
/// Source      the difference of two differences, its four variances added: Card & Krueger,
///             American Economic Review 84 (1994) 772-793.
[[nodiscard]] inline std::optional<DifferenceInDifferences> compare_with_control(
    const BeforeAfter& treated, const BeforeAfter& control,
    ComparisonMethod method = ComparisonMethod::Adjusted, Level level = {}) noexcept;

/// The same of customers who answered twice each; the customers of the two groups are different
/// ones. The variances are those of the customers' own changes; a group in which all moved alike
/// takes the variance of the score test, and one in which nobody moved that of n customers of whom
/// one would have moved by one band.
[[nodiscard]] inline std::optional<DifferenceInDifferences> compare_with_control(
    const Transitions& treated, const Transitions& control, Level level = {}) noexcept;

/// One group at two times, of answers that carry weights, or of customers who may have answered more
/// than once each time.
struct WeightedBeforeAfter {
  WeightedBands before;
  WeightedBands after;
};
struct ClusteredBeforeAfter {
  ClusteredBands before;
  ClusteredBands after;
};

/// The same with the variances of compare_weighted() and compare_clustered(), whose promises these
/// are. No value if any of the four is without weight.
[[nodiscard]] inline std::optional<DifferenceInDifferences> compare_weighted_with_control(
    const WeightedBeforeAfter& treated, const WeightedBeforeAfter& control,
    Level level = {}) noexcept;
[[nodiscard]] inline std::optional<DifferenceInDifferences> compare_clustered_with_control(
    const ClusteredBeforeAfter& treated, const ClusteredBeforeAfter& control,
    Level level = {}) noexcept;

// ---- bodies ----

namespace detail {

/// `estimate` and `error` on [-4, 4], the changes in points.
[[nodiscard]] inline DifferenceInDifferences difference_in_differences(double estimate,
                                                                       double error, double treated,
                                                                       double control,
                                                                       Level level) noexcept {
  const double half = 100 * level.z() * error;
  return {.nps = treated - control,
          .low = std::clamp(100 * estimate - half, -400.0, 400.0),
          .high = std::clamp(100 * estimate + half, -400.0, 400.0),
          .p = two_sided_p(estimate / error),
          .treated = treated,
          .control = control,
          .level = level};
}

/// Of two groups with estimates of their own.
template <typename Group>
[[nodiscard]] std::optional<DifferenceInDifferences> compare_estimates_with_control(
    const Group& treated, const Group& control, Level level) noexcept {
  const auto of_treated = change_of_estimates(treated.before, treated.after);
  const auto of_control = change_of_estimates(control.before, control.after);
  if (!of_treated || !of_control) return std::nullopt;
  return difference_in_differences(
      of_treated->estimate - of_control->estimate,
      std::hypot(of_treated->standard_error, of_control->standard_error),
      *treated.after.points() - *treated.before.points(),
      *control.after.points() - *control.before.points(), level);
}

}  // namespace detail

inline std::optional<DifferenceInDifferences> compare_weighted_with_control(
    const WeightedBeforeAfter& treated, const WeightedBeforeAfter& control, Level level) noexcept {
  return detail::compare_estimates_with_control(treated, control, level);
}

inline std::optional<DifferenceInDifferences> compare_clustered_with_control(
    const ClusteredBeforeAfter& treated, const ClusteredBeforeAfter& control,
    Level level) noexcept {
  return detail::compare_estimates_with_control(treated, control, level);
}

inline std::optional<DifferenceInDifferences> compare_with_control(const BeforeAfter& treated,
                                                                   const BeforeAfter& control,
                                                                   ComparisonMethod method,
                                                                   Level level) noexcept {
  const auto empty = [](const BeforeAfter& group) {
    return detail::no_responses(group.before) || detail::no_responses(group.after);
  };
  if (empty(treated) || empty(control)) return std::nullopt;
  const auto one_band = [](const BeforeAfter& group) {
    return detail::one_band(group.before) && detail::one_band(group.after);
  };
  if (one_band(treated) && one_band(control)) method = ComparisonMethod::Adjusted;
  const auto change = [method](const BeforeAfter& group) {
    const detail::Bands first = detail::bands_of(group.before);
    const detail::Bands second = detail::bands_of(group.after);
    return method == ComparisonMethod::Adjusted
               ? detail::difference(first.adjusted(), second.adjusted())
               : detail::difference(first, second);
  };
  const auto points = [](const BeforeAfter& group) {
    return detail::points_of(group.after) - detail::points_of(group.before);
  };
  const detail::Difference of_treated = change(treated);
  const detail::Difference of_control = change(control);
  return detail::difference_in_differences(
      of_treated.estimate - of_control.estimate,
      std::hypot(of_treated.standard_error, of_control.standard_error), points(treated),
      points(control), level);
}

inline std::optional<DifferenceInDifferences> compare_with_control(const Transitions& treated,
                                                                   const Transitions& control,
                                                                   Level level) noexcept {
  if (treated == Transitions{} || control == Transitions{}) return std::nullopt;
  const auto variance = [](const detail::MeanChange& change) {
    const double moved = change.variance > 0 ? change.variance : change.mean_square;
    return (moved > 0 ? moved : 1 / change.n) / change.n;
  };
  const detail::MeanChange of_treated = detail::mean_change(treated);
  const detail::MeanChange of_control = detail::mean_change(control);
  return detail::difference_in_differences(of_treated.mean - of_control.mean,
                                           std::sqrt(variance(of_treated) + variance(of_control)),
                                           100 * of_treated.mean, 100 * of_control.mean, level);
}

}  // namespace nps

#endif  // NPS_STATS_DIFFERENCE_IN_DIFFERENCES_H_
