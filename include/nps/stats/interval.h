// Interval: how far the true score may be from the one that was measured.
//
//   nps::BandCounts bands{.detractors = 10, .passives = 40, .promoters = 50};
//   if (auto interval = nps::interval(bands)) {
//     fmt::print("{:+.1f} to {:+.1f}", interval->low, interval->high);   // +26.1 to +52.2
//   }
//
// A score without one invites a reader to see trends in noise: these 100 answers leave it open by
// 13 points to either side.
#ifndef NPS_STATS_INTERVAL_H_
#define NPS_STATS_INTERVAL_H_

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>

#include "nps/score.h"
#include "nps/stats/detail/bands.h"
#include "nps/stats/detail/tango.h"
#include "nps/stats/level.h"

namespace nps {

/// How an interval is made. All take responses as independent, and as a small part of all
/// customers. Coverage below is exact (every sample enumerated), of a 95 % interval, for the worst
/// of eight populations between balanced and 98 % promoters, at n = 10 / 20 / 50 / 100 responses.
enum class IntervalMethod : std::uint8_t {
  /// The default, at any n. Turns the score test around; 90 / 95 / 94 / 94 %. Never leaves
  /// [-100, 100] by itself, always holds the score, and has a width also where all answers are
  /// alike. Does not promise 95 % for every population.
  /// Source: Tango, Statistics in Medicine 17 (1998) 891-908.
  Tango,
  /// Wald after adding 3/4, 3/2 and 3/4 made-up responses; 89 / 94 / 94 / 94 %. The cheapest one
  /// that can be trusted. Centred on a score pulled towards 0, so it need not hold the score
  /// itself:
  /// one promoter alone gives a high of 98.5. Past +-100 it is cut off.
  /// Source: Rocks, The American Statistician 70(4) (2016) 365-372.
  AdjustedWald,
  /// Score +- z standard errors; 18 / 33 / 64 / 73 %. Zero width when all answers are alike. Only
  /// for comparing with software that does this.
  Wald,
  /// Score +- z linearised standard errors (n - 1 in the divisor): what a weighted score carries,
  /// see weighted_interval(). For counts it is that of weights of one; where it would have zero
  /// width the interval is Tango's, and says so. Not one of the methods a user asks for by name.
  Linearised,
};

/// The methods that a user may ask for, the default first.
inline constexpr std::array kIntervalMethods{IntervalMethod::Tango, IntervalMethod::AdjustedWald,
                                             IntervalMethod::Wald};

[[nodiscard]] constexpr std::string_view name(IntervalMethod method) noexcept {
  switch (method) {
    case IntervalMethod::Tango: return "tango";
    case IntervalMethod::AdjustedWald: return "adjusted_wald";
    case IntervalMethod::Wald: return "wald";
    case IntervalMethod::Linearised: return "linearised";
  }
  return "";
}

/// The method of kIntervalMethods with that name, or no value.
[[nodiscard]] constexpr std::optional<IntervalMethod> interval_method(
    std::string_view wanted) noexcept {
  for (const IntervalMethod method : kIntervalMethods) {
    if (name(method) == wanted) return method;
  }
  return std::nullopt;
}

/// From `low` to `high`, in points: -100 <= low <= high <= 100. Never NaN.
struct Interval {
  double low;
  double high;
  Level level;
  IntervalMethod method;  // the one that made it

  friend constexpr bool operator==(const Interval&, const Interval&) noexcept = default;
};

/// An interval for the score of these responses.
/// Units       points. Promoters and detractors exchanged give exactly (-high, -low).
/// Empty case  no value without responses, and only then; counts may add up to more than 2^64.
/// Promise     low <= score <= high, except under AdjustedWald (see there).
/// Threads     reentrant. Complexity: O(1), no allocation; see bench/interval_bench.
[[nodiscard]] inline std::optional<Interval> interval(const BandCounts& counts,
                                                      IntervalMethod method = IntervalMethod::Tango,
                                                      Level level = {}) noexcept;

// ---- bodies ----

namespace detail {

/// Cut off at +-100 and made to hold `within`, which rounding may have left outside by a last bit.
/// Adding 0 turns a negative zero, which no reader wants to see, into a plain one.
[[nodiscard]] inline Interval interval_around(double within, double low, double high, Level level,
                                              IntervalMethod method) noexcept {
  return {std::clamp(std::min(low, within), -100.0, 100.0) + 0.0,
          std::clamp(std::max(high, within), -100.0, 100.0) + 0.0, level, method};
}

/// `points` is the score of the bands, by whoever knows it best.
[[nodiscard]] inline Interval tango_interval(const Bands& bands, double points,
                                             Level level) noexcept {
  return interval_around(points, 100 * tango_low(bands, level.z()),
                         -100 * tango_low(bands.mirrored(), level.z()), level,
                         IntervalMethod::Tango);
}

}  // namespace detail

inline std::optional<Interval> interval(const BandCounts& counts, IntervalMethod method,
                                        Level level) noexcept {
  if (detail::no_responses(counts)) return std::nullopt;
  const detail::Bands bands = detail::bands_of(counts);
  const double score = detail::points_of(counts);
  switch (method) {
    case IntervalMethod::Tango: break;
    case IntervalMethod::AdjustedWald: {
      const detail::Bands adjusted = bands.adjusted();
      const double centre = 100 * adjusted.score();
      const double half = 100 * level.z() * std::sqrt(adjusted.variance() / adjusted.total());
      return detail::interval_around(centre, centre - half, centre + half, level, method);
    }
    case IntervalMethod::Wald: {
      const double half = 100 * level.z() * std::sqrt(bands.variance() / bands.total());
      return detail::interval_around(score, score - half, score + half, level, method);
    }
    case IntervalMethod::Linearised: {
      if (detail::one_band(counts)) break;  // n = 1 is one of these
      const double half = 100 * level.z() * std::sqrt(bands.variance() / (bands.total() - 1));
      return detail::interval_around(score, score - half, score + half, level, method);
    }
  }
  return detail::tango_interval(bands, score, level);
}

}  // namespace nps

#endif  // NPS_STATS_INTERVAL_H_
