// Comparison: did the score change between two groups of different customers, and by how much?
//
//   if (auto change = nps::compare_independent(last_quarter, this_quarter)) {
//     fmt::print("{:+.1f} ({:+.1f} to {:+.1f}), p = {:.3f}", change->nps, change->low,
//                change->high, change->p);
//   }
#ifndef NPS_STATS_COMPARISON_H_
#define NPS_STATS_COMPARISON_H_

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>

#include "nps/score.h"
#include "nps/stats/detail/bands.h"
#include "nps/stats/detail/normal.h"
#include "nps/stats/level.h"

namespace nps {

/// How two independent groups are compared. Both take the difference of the scores as normal, with
/// the variances of the two groups added.
enum class ComparisonMethod : std::uint8_t {
  /// The default: 3/4, 3/2 and 3/4 made-up responses are added to each group first, so that the
  /// variance is never zero. The interval and p are of the adjusted difference, which is pulled
  /// towards 0; in small groups the interval need not hold the plain one.
  /// Source: Rocks, The American Statistician 70(4) (2016) 365-372.
  Adjusted,
  /// Nothing is added. Too sure of itself in small groups and near +-100, and without an answer
  /// where neither group varies: there the result is the adjusted one, and says so.
  Plain,
  /// Nothing is added, and the variances are the linearised ones that weighted scores carry: see
  /// compare_weighted() and compare_clustered(). For counts it is Plain. Not one of the methods a
  /// user asks for by name.
  Linearised,
};

/// The methods that a user may ask for, the default first.
inline constexpr std::array kComparisonMethods{ComparisonMethod::Adjusted, ComparisonMethod::Plain};

[[nodiscard]] constexpr std::string_view name(ComparisonMethod method) noexcept {
  switch (method) {
    case ComparisonMethod::Adjusted: return "adjusted";
    case ComparisonMethod::Plain: return "plain";
    case ComparisonMethod::Linearised: return "linearised";
  }
  return "";
}

[[nodiscard]] constexpr std::optional<ComparisonMethod> comparison_method(
    std::string_view wanted) noexcept {
  for (const ComparisonMethod method : kComparisonMethods) {
    if (name(method) == wanted) return method;
  }
  return std::nullopt;
}

/// The signed change, after minus before, in points: -200 <= low <= high <= 200. Never NaN.
struct Comparison {
  double nps;  // the difference of the two scores, as a reader would work it out
  double low;  // an interval of the true difference
  double high;
  double p;  // two-sided: how often chance alone would show this much, were there no difference
  Level level;
  ComparisonMethod method;  // the one that made low, high and p

  friend constexpr bool operator==(const Comparison&, const Comparison&) noexcept = default;
};

/// Compares two groups that share no customers (the same customers twice are a paired change, which
/// this would judge wrongly).
/// Units       points, signed: a rise is positive. The groups exchanged give exactly
///             (-nps, -high, -low) and the same p.
/// Empty case  no value if either group is empty.
/// Promise     where all answers of both groups lie in one and the same band, p is 1 and the
///             interval reaches 0; a group compared with itself has p = 1. p is never 0 for want of
///             variance, only where it is below the smallest double.
/// Threads     reentrant. Complexity: O(1), no allocation.
[[nodiscard]] inline std::optional<Comparison> compare_independent(
    const BandCounts& before, const BandCounts& after,
    ComparisonMethod method = ComparisonMethod::Adjusted, Level level = {}) noexcept;

// ---- bodies ----

namespace detail {

/// On [-2, 2].
struct Difference {
  double estimate;
  double standard_error;
};

[[nodiscard]] inline Difference difference(const Bands& before, const Bands& after) noexcept {
  return {after.score() - before.score(),
          std::sqrt(before.variance() / before.total() + after.variance() / after.total())};
}

}  // namespace detail

inline std::optional<Comparison> compare_independent(const BandCounts& before,
                                                     const BandCounts& after,
                                                     ComparisonMethod method,
                                                     Level level) noexcept {
  if (detail::no_responses(before) || detail::no_responses(after)) return std::nullopt;
  const bool no_variance = detail::one_band(before) && detail::one_band(after);
  if (method == ComparisonMethod::Linearised) method = ComparisonMethod::Plain;
  if (no_variance) method = ComparisonMethod::Adjusted;

  const detail::Bands first = detail::bands_of(before);
  const detail::Bands second = detail::bands_of(after);
  const detail::Difference change = method == ComparisonMethod::Plain
                                        ? detail::difference(first, second)
                                        : detail::difference(first.adjusted(), second.adjusted());
  const double centre = 100 * change.estimate;
  const double half = 100 * level.z() * change.standard_error;

  Comparison result{.nps = detail::points_of(after) - detail::points_of(before),
                    .low = std::clamp(centre - half, -200.0, 200.0),
                    .high = std::clamp(centre + half, -200.0, 200.0),
                    .p = detail::two_sided_p(change.estimate / change.standard_error),
                    .level = level,
                    .method = method};
  if (no_variance && result.nps == 0) {
    result.low = std::min(result.low, 0.0);
    result.high = std::max(result.high, 0.0);
    result.p = 1;
  }
  if (method == ComparisonMethod::Plain) {  // what rounding may have left outside by a last bit
    result.low = std::min(result.low, result.nps);
    result.high = std::max(result.high, result.nps);
  }
  return result;
}

}  // namespace nps

#endif  // NPS_STATS_COMPARISON_H_
