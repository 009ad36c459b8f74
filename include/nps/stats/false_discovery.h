// False discovery: p-values of many comparisons at once, made so that few of those called
// differences are none.
//
//   std::vector<std::optional<double>> p = ...;            // one for each segment
//   if (auto adjusted = nps::adjust_p(p)) {
//     report those with (*adjusted)[i] <= 0.05;            // of these, 5 % are expected to be chance
//   }
//
// Of a hundred segments that do not differ at all, five have p < 0.05.
#ifndef NPS_STATS_FALSE_DISCOVERY_H_
#define NPS_STATS_FALSE_DISCOVERY_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nps/result.h"

namespace nps {

/// What an adjustment promises of those with an adjusted p of at most q: that no more than the part
/// q of them is expected to be false.
enum class PAdjustment : std::uint8_t {
  /// The default: where comparisons are independent or lean the same way, as those of disjoint
  /// segments nearly do.
  /// Source: Benjamini & Hochberg, Journal of the Royal Statistical Society B 57 (1995) 289-300.
  BenjaminiHochberg,
  /// However they depend on each other, at the price of p-values 1 + 1/2 + ... + 1/m times as great.
  /// Source: Benjamini & Yekutieli, Annals of Statistics 29 (2001) 1165-1188.
  BenjaminiYekutieli,
};

inline constexpr std::array kPAdjustments{PAdjustment::BenjaminiHochberg,
                                          PAdjustment::BenjaminiYekutieli};

[[nodiscard]] constexpr std::string_view name(PAdjustment adjustment) noexcept {
  switch (adjustment) {
    case PAdjustment::BenjaminiHochberg: return "bh";
    case PAdjustment::BenjaminiYekutieli: return "by";
  }
  return "";
}

[[nodiscard]] constexpr std::optional<PAdjustment> p_adjustment(std::string_view wanted) noexcept {
  for (const PAdjustment adjustment : kPAdjustments) {
    if (name(adjustment) == wanted) return adjustment;
  }
  return std::nullopt;
}

/// Adjusts p-values to their number.
/// Shape       one adjusted value for each given one, in the same order. A comparison without a p has
///             none after, and does not count in their number.
/// Promise     never smaller than before, at most 1, and in the same order of size. Equal p-values
///             stay equal. The order they are given in changes nothing.
/// Empty case  nothing gives nothing.
/// Errors      InvalidArgument for a value that is NaN or outside 0..1.
/// Threads     reentrant. Complexity: O(m log m) for m p-values.
[[nodiscard]] inline Result<std::vector<std::optional<double>>> adjust_p(
    std::span<const std::optional<double>> p,
    PAdjustment adjustment = PAdjustment::BenjaminiHochberg) {
  std::vector<std::size_t> by_size;
  by_size.reserve(p.size());
  for (std::size_t i = 0; i < p.size(); ++i) {
    if (!p[i]) continue;
    if (!(*p[i] >= 0 && *p[i] <= 1)) {
      return Error{ErrorCode::InvalidArgument,
                   "p-value " + std::to_string(i + 1) + " of " + std::to_string(p.size()) +
                       " is not between 0 and 1",
                   {}};
    }
    by_size.push_back(i);
  }
  std::sort(by_size.begin(), by_size.end(),
            [&](std::size_t a, std::size_t b) { return *p[a] < *p[b]; });

  const auto count = static_cast<double>(by_size.size());
  double factor = 1;
  if (adjustment == PAdjustment::BenjaminiYekutieli) {
    factor = 0;
    for (double i = count; i >= 1; i -= 1) factor += 1 / i;  // the small ones first
  }
  std::vector<std::optional<double>> adjusted(p.size());
  double least = 1;
  for (std::size_t rank = by_size.size(); rank > 0; --rank) {
    const std::size_t i = by_size[rank - 1];
    least = std::min(least, factor * (count / static_cast<double>(rank)) * *p[i]);
    adjusted[i] = std::max(least, *p[i]);
  }
  return adjusted;
}

}  // namespace nps

#endif  // NPS_STATS_FALSE_DISCOVERY_H_
