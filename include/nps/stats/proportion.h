// Proportion: how many of so many, and how far that share may be from the true one.
//
//   if (auto churn = nps::proportion(12, 80)) {
//     fmt::print("{:.1%} ({:.1%} to {:.1%})", churn->share, churn->low, churn->high);
//   }                                                                // 15.0% (8.8% to 24.4%)
#ifndef NPS_STATS_PROPORTION_H_
#define NPS_STATS_PROPORTION_H_

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

#include "nps/stats/level.h"

namespace nps {

/// A share with Wilson's score interval: 0 <= low <= share <= high <= 1. Never NaN.
struct Proportion {
  std::uint64_t part;
  std::uint64_t whole;
  double share;
  double low;
  double high;
  Level level;

  friend constexpr bool operator==(const Proportion&, const Proportion&) noexcept = default;
};

/// The share `part` of `whole`, and Wilson's interval, which has a width also where nobody or everybody
/// is in the part. `part` and `whole - part` exchanged give exactly (1 - high, 1 - low).
/// Units       shares from 0 to 1, not percentages.
/// Empty case  no value where the whole is 0.
/// Errors      no value where the part is more than the whole.
/// Threads     reentrant. Complexity: O(1), no allocation.
/// Source      Wilson, Journal of the American Statistical Association 22 (1927) 209-212, without
///             continuity correction.
[[nodiscard]] inline std::optional<Proportion> proportion(std::uint64_t part, std::uint64_t whole,
                                                          Level level = {}) noexcept {
  if (whole == 0 || part > whole) return std::nullopt;
  const double n = static_cast<double>(whole);
  const double inside = static_cast<double>(part);
  const double outside = static_cast<double>(whole - part);
  const double k = level.z() * level.z();
  // The limits are (part + k/2 -+ root) / (n + k). Each is taken where nothing cancels: their product
  // is part^2 / (n (n + k)).
  const double root = std::sqrt(k * (inside * (outside / n) + k / 4));
  const auto lower = [&](double x) { return x * (x / n) / (x + k / 2 + root); };
  return Proportion{.part = part,
                    .whole = whole,
                    .share = inside / n,
                    .low = std::min(lower(inside), inside / n),
                    .high = std::max(1 - lower(outside), inside / n),
                    .level = level};
}

}  // namespace nps

#endif  // NPS_STATS_PROPORTION_H_
