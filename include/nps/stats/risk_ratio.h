// Risk ratio: how many times as often something happens in one group as in another.
//
//   nps::RiskRatio churn = *nps::risk_ratio(detractors_lost, detractors, promoters_lost, promoters);
//   if (churn.ratio) print(*churn.ratio, churn.low, churn.high);        // 2.4, 1.8, 3.2
#ifndef NPS_STATS_RISK_RATIO_H_
#define NPS_STATS_RISK_RATIO_H_

#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>

#include "nps/stats/level.h"

namespace nps {

/// What the interval of a risk ratio comes from.
enum class RiskRatioMethod : std::uint8_t {
  /// The logarithm of the ratio as normal. Needs an event in each group.
  /// Source: Katz, Baptista, Azen & Pike, Biometrics 34 (1978) 469-474.
  Katz,
  /// The score test turned around: takes over where a group has no event, or where all of both have,
  /// since the logarithm has no variance there, or one of 0.
  /// Source: Koopman, Biometrics 40 (1984) 513-517.
  Score,
};

[[nodiscard]] constexpr std::string_view name(RiskRatioMethod method) noexcept {
  switch (method) {
    case RiskRatioMethod::Katz: return "katz";
    case RiskRatioMethod::Score: return "score";
  }
  return "";
}

/// The share of the first group over that of the second. 0 <= low <= ratio <= high.
struct RiskRatio {
  std::optional<double>
      ratio;  // none where the second group has no event: it would be infinite, or 0/0
  double low;
  std::optional<double> high;  // none where nothing bounds it, which is in the same case
  Level level;
  RiskRatioMethod method;  // the one that made low and high

  /// Whether the interval leaves out 1: below, or above.
  [[nodiscard]] constexpr bool is_less() const noexcept { return high && *high < 1; }
  [[nodiscard]] constexpr bool is_more() const noexcept { return low > 1; }
  friend constexpr bool operator==(const RiskRatio&, const RiskRatio&) noexcept = default;
};

/// Compares the shares of events in two groups of different customers.
/// Units       a ratio: 2 is twice as often.
/// Zero cells  nothing is added to them. No event in the first group: a ratio of 0 and a low of 0, with
///             a high from the score test. None in the second: no ratio, no high, a low from that test.
///             None in either: the data say nothing, and the interval is from 0 without end.
/// Empty case  no value where a group is empty, nor where it has more events than members.
/// Threads     reentrant. Complexity: O(1), no allocation.
[[nodiscard]] inline std::optional<RiskRatio> risk_ratio(std::uint64_t events, std::uint64_t n,
                                                         std::uint64_t other_events,
                                                         std::uint64_t other_n,
                                                         Level level = {}) noexcept;

// ---- bodies ----

namespace detail {

struct TwoShares {
  double events, n, other_events, other_n;
};

/// Koopman's statistic less its limit: how far the data are from an assumed ratio.
[[nodiscard]] inline double koopman(const TwoShares& data, double ratio, double limit) noexcept {
  // The likeliest share in the second group, were the ratio this one.
  const double a = (data.n + data.other_n) * ratio;
  const double b = (data.n + data.other_events) * ratio + data.events + data.other_n;
  const double c = data.events + data.other_events;
  const double other_share = 2 * c / (b + std::sqrt(b * b - 4 * a * c));
  const double share = ratio * other_share;
  const auto square = [](double events, double n, double p) {
    const double off = events - n * p;
    const double variance = n * p * (1 - p);
    return off == 0 ? 0 : off * off / variance;
  };
  return square(data.events, data.n, share) + square(data.other_events, data.other_n, other_share) -
         limit;
}

/// Between a ratio that the data allow and ever more distant ones, the first that they do not. 400
/// halvings of the logarithm would be exact; half of them are more than enough.
[[nodiscard]] inline double koopman_limit(const TwoShares& data, double allowed, double step,
                                          double limit) noexcept {
  double inside = std::log(allowed);
  double reach = step;
  while (std::fabs(reach) < 700 && !(koopman(data, std::exp(inside + reach), limit) > 0))
    reach *= 2;
  double outside = inside + reach;
  for (int i = 0; i < 200; ++i) {
    const double middle = inside + (outside - inside) / 2;
    if (middle == inside || middle == outside) break;
    (koopman(data, std::exp(middle), limit) > 0 ? outside : inside) = middle;
  }
  return std::exp(inside + (outside - inside) / 2);
}

}  // namespace detail

inline std::optional<RiskRatio> risk_ratio(std::uint64_t events, std::uint64_t n,
                                           std::uint64_t other_events, std::uint64_t other_n,
                                           Level level) noexcept {
  if (n == 0 || other_n == 0 || events > n || other_events > other_n) return std::nullopt;
  const detail::TwoShares data{static_cast<double>(events), static_cast<double>(n),
                               static_cast<double>(other_events), static_cast<double>(other_n)};
  RiskRatio result{.ratio = std::nullopt,
                   .low = 0,
                   .high = std::nullopt,
                   .level = level,
                   .method = RiskRatioMethod::Score};
  const double limit = level.z() * level.z();
  if (events == 0 && other_events == 0) return result;
  if (other_events == 0) {
    // Ever greater ratios fit ever better, so one that is far too great is allowed for certain.
    const double allowed = data.n * data.other_n * 1e6;
    result.low = detail::koopman_limit(data, allowed, -1, limit);
    return result;
  }
  const double ratio = (data.events / data.n) / (data.other_events / data.other_n);
  result.ratio = ratio;
  if (events == 0) {
    result.high = detail::koopman_limit(data, 1e-6 / (data.n * data.other_n), 1, limit);
    return result;
  }
  if (events == n && other_events == other_n) {
    result.low = detail::koopman_limit(data, 1, -1, limit);
    result.high = detail::koopman_limit(data, 1, 1, limit);
    return result;
  }
  const double outside =
      static_cast<double>(n - events) / data.n / data.events +
      static_cast<double>(other_n - other_events) / data.other_n / data.other_events;
  const double reach = level.z() * std::sqrt(outside);
  result.low = ratio * std::exp(-reach);
  result.high = ratio * std::exp(reach);
  result.method = RiskRatioMethod::Katz;
  return result;
}

}  // namespace nps

#endif  // NPS_STATS_RISK_RATIO_H_
