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
#include "nps/stats/detail/dirichlet.h"
#include "nps/stats/detail/resample.h"
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
  /// Wilson's construction with the variance p + d - x^2 at an assumed score x, p and d being the
  /// shares of promoters and detractors at hand: a closed form between Wald and Tango;
  /// 82 / 93 / 92 / 94 %. Always holds the score and stays within [-100, 100]; zero width, too sure
  /// of itself, where all answers are passive.
  /// Source: Wilson, Journal of the American Statistical Association 22 (1927) 209-212.
  Score,
  /// The equal-tailed credible interval of a Dirichlet posterior under Jeffreys' prior, which adds
  /// half a response to each band; 90 / 94 / 94 / 94 %. It says where the score is with that
  /// probability, given the prior; as an interval that holds the truth in so many samples it does
  /// about as well as Tango and promises as little. Pulled towards 0, so it need not hold the score
  /// itself: one promoter alone gives a high of 97.6. Worked out by quadrature to about nine digits,
  /// in about a millisecond; past kMostDirichletResponses the interval is Tango's, and says so.
  /// Source: Jeffreys, Theory of Probability (1961), section 3.10.
  Dirichlet,
  /// The percentile bootstrap: between which scores the middle 95 % of resamples lie. Exact, not
  /// drawn by chance, so the same counts always give the same interval; 18 / 33 / 63 / 86 %. Only
  /// for comparing with software that resamples: it takes the customers at hand for all there are,
  /// has zero width when all answers are alike, and is hardly better than Wald. Past
  /// kMostBootstrapResponses, where the two are alike, the interval is Wald's, and says so.
  /// Source: Efron, Annals of Statistics 7 (1979) 1-26.
  Bootstrap,
  /// Score +- z linearised standard errors (n - 1 in the divisor): what a weighted score carries,
  /// see weighted_interval(). For counts it is that of weights of one; where it would have zero
  /// width the interval is Tango's, and says so. Not one of the methods a user asks for by name.
  Linearised,
};

/// The methods that a user may ask for, the default first.
inline constexpr std::array kIntervalMethods{
    IntervalMethod::Tango, IntervalMethod::AdjustedWald, IntervalMethod::Wald,
    IntervalMethod::Score, IntervalMethod::Dirichlet,    IntervalMethod::Bootstrap};

/// How many responses the two methods take whose cost grows with them.
inline constexpr std::uint64_t kMostDirichletResponses = 1000000;
inline constexpr std::uint64_t kMostBootstrapResponses = 100000;

[[nodiscard]] constexpr std::string_view name(IntervalMethod method) noexcept {
  switch (method) {
    case IntervalMethod::Tango: return "tango";
    case IntervalMethod::AdjustedWald: return "adjusted_wald";
    case IntervalMethod::Wald: return "wald";
    case IntervalMethod::Score: return "score";
    case IntervalMethod::Dirichlet: return "dirichlet";
    case IntervalMethod::Bootstrap: return "bootstrap";
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
/// Promise     low <= score <= high, except under AdjustedWald and Dirichlet (see there).
/// Threads     reentrant. Complexity: O(1), under Bootstrap O(responses); no allocation. What each
///             costs: bench/interval_bench.
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

/// Score +- z standard errors, for a variance that is divided by n.
[[nodiscard]] inline Interval normal_interval(const Bands& bands, double n, double points,
                                              Level level, IntervalMethod method) noexcept {
  const double half = 100 * level.z() * std::sqrt(bands.variance() / n);
  return interval_around(points, points - half, points + half, level, method);
}

[[nodiscard]] inline Interval score_interval(const Bands& bands, double points,
                                             Level level) noexcept {
  const double k = level.z() * level.z() / bands.total();
  const double voiced = (bands.promoters + bands.detractors) / bands.total();
  const double half = std::sqrt(k * (bands.variance() + k * voiced));
  return interval_around(points, (points - 100 * half) / (1 + k), (points + 100 * half) / (1 + k),
                         level, IntervalMethod::Score);
}

[[nodiscard]] inline Interval dirichlet_interval(const Bands& posterior, Level level) noexcept {
  const double tail = (1 - level.value()) / 2;
  const double low = 100 * dirichlet_quantile(posterior, tail, level.z());
  const double high = -100 * dirichlet_quantile(posterior.mirrored(), tail, level.z());
  return interval_around(low + (high - low) / 2, low, high, level, IntervalMethod::Dirichlet);
}

[[nodiscard]] inline Interval bootstrap_interval(const BandCounts& counts, double points,
                                                 Level level) noexcept {
  const ResampleLaw law(counts);
  const double tail = (1 - level.value()) / 2;
  return interval_around(points, 100 * law.quantile(tail), -100 * law.mirrored().quantile(tail),
                         level, IntervalMethod::Bootstrap);
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
    case IntervalMethod::Wald:
      return detail::normal_interval(bands, bands.total(), score, level, method);
    case IntervalMethod::Score: return detail::score_interval(bands, score, level);
    case IntervalMethod::Dirichlet:
      if (bands.total() > static_cast<double>(kMostDirichletResponses)) break;
      return detail::dirichlet_interval(
          {bands.detractors + 0.5, bands.passives + 0.5, bands.promoters + 0.5}, level);
    case IntervalMethod::Bootstrap:
      if (bands.total() > static_cast<double>(kMostBootstrapResponses)) {
        return detail::normal_interval(bands, bands.total(), score, level, IntervalMethod::Wald);
      }
      if (detail::one_band(counts)) {  // every resample is the sample
        return detail::interval_around(score, score, score, level, method);
      }
      return detail::bootstrap_interval(counts, score, level);
    case IntervalMethod::Linearised:
      if (detail::one_band(counts)) break;  // n = 1 is one of these
      return detail::normal_interval(bands, bands.total() - 1, score, level, method);
  }
  return detail::tango_interval(bands, score, level);
}

}  // namespace nps

#endif  // NPS_STATS_INTERVAL_H_
