// Mean: of amounts, with how far it may be from the true one.
//
//   if (auto spent = nps::mean_of(order_values)) use(spent->mean, spent->limits);
#ifndef NPS_STATS_MEAN_H_
#define NPS_STATS_MEAN_H_

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "nps/stats/detail/resample.h"
#include "nps/stats/detail/student.h"
#include "nps/stats/level.h"

namespace nps {

struct MeanLimits {
  double low;
  double high;
  Level level;
  friend constexpr bool operator==(const MeanLimits&, const MeanLimits&) noexcept = default;
};

/// A mean and what it is made of, in the unit of the amounts.
struct Mean {
  std::uint64_t n;
  double total;
  double mean;
  double deviation;                  // standard deviation, with n - 1 in the divisor; 0 for n = 1
  std::optional<MeanLimits> limits;  // none where nothing varies, so also for one amount alone

  friend constexpr bool operator==(const Mean&, const Mean&) noexcept = default;
};

/// Mean, total and Student's t interval. Amounts of customers are skewed: with few of them (some dozens)
/// the interval is often too low, and one great amount moves all of it.
/// Promise     the same bit for bit for any order, since a sorted copy is added up.
/// Empty case  no value without amounts.
/// Errors      no value where an amount, or their sum, is not finite.
/// Threads     reentrant. Complexity: O(n log n), a copy of the amounts.
/// Source      Student, Biometrika 6 (1908) 1-25.
[[nodiscard]] inline std::optional<Mean> mean_of(std::span<const double> amounts,
                                                 Level level = {}) {
  if (amounts.empty()) return std::nullopt;
  std::vector<double> sorted(amounts.begin(), amounts.end());
  if (std::any_of(sorted.begin(), sorted.end(), [](double x) { return !std::isfinite(x); })) {
    return std::nullopt;
  }
  std::sort(sorted.begin(), sorted.end());
  const double n = static_cast<double>(sorted.size());
  detail::CarefulSum sum;
  for (const double x : sorted) sum.add(x);
  const double total = sum.value + sum.error + 0.0;
  if (!std::isfinite(total)) return std::nullopt;
  Mean result{.n = sorted.size(),
              .total = total,
              .mean = std::clamp(total / n, sorted.front(), sorted.back()) + 0.0,
              .deviation = 0,
              .limits = {}};
  if (sorted.front() == sorted.back()) return result;
  detail::CarefulSum squares;
  for (const double x : sorted) squares.add((x - result.mean) * (x - result.mean));
  result.deviation = std::sqrt((squares.value + squares.error) / (n - 1));
  const double reach = detail::student_t(level, n - 1) * result.deviation / std::sqrt(n);
  if (!std::isfinite(reach)) return std::nullopt;
  result.limits = MeanLimits{result.mean - reach, result.mean + reach, level};
  return result;
}

}  // namespace nps

#endif  // NPS_STATS_MEAN_H_
