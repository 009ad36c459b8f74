// Symmetry: did the same customers move between bands more one way than the other?
//
//   if (auto moved = nps::stuart_maxwell(moves)) use(moved->p);   // do the shares of the bands differ?
//
// compare_paired() (nps/stats/paired.h) asks whether the score moved; these ask whether anything did.
#ifndef NPS_STATS_SYMMETRY_H_
#define NPS_STATS_SYMMETRY_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "nps/band.h"
#include "nps/stats/chi_squared.h"
#include "nps/stats/detail/beta.h"
#include "nps/stats/detail/quadratic_form.h"
#include "nps/stats/paired.h"

namespace nps {

/// How many changed one way and how many the other, say to promoter and away from it.
struct McNemarTest {
  ChiSquaredTest
      test;        // asymptotic, without continuity correction: R's mcnemar.test(correct = FALSE)
  double exact_p;  // from the binomial law, for few changes: R's binom.test
};

// All of these: no value where nobody changed. Reentrant, O(1).

/// Source: McNemar, Psychometrika 12 (1947) 153-157.
[[nodiscard]] inline std::optional<McNemarTest> mcnemar(std::uint64_t one_way,
                                                        std::uint64_t other_way) noexcept {
  const double a = static_cast<double>(one_way);
  const double b = static_cast<double>(other_way);
  if (one_way == 0 && other_way == 0) return std::nullopt;
  McNemarTest result{chi_squared_test((a - b) * (a - b) / (a + b), 1), 1};
  if (one_way != other_way) {
    const double more = std::max(a, b);
    const detail::Beta beta(more, std::min(a, b) + 1);
    result.exact_p = std::min(1.0, 2 * beta.below(0.5, 0.5, beta.kernel(0.5, 0.5)));
  }
  return result;
}

/// Whether each pair of bands exchanges as many one way as the other. The degrees of freedom are the
/// pairs between which somebody moved; R's mcnemar.test has no answer where there is one without.
/// Source: Bowker, Journal of the American Statistical Association 43 (1948) 572-574.
[[nodiscard]] inline std::optional<ChiSquaredTest> bowker_symmetry(
    const Transitions& moves) noexcept {
  constexpr std::array<std::array<Band, 2>, 3> kPairs{{{Band::Detractor, Band::Passive},
                                                       {Band::Detractor, Band::Promoter},
                                                       {Band::Passive, Band::Promoter}}};
  double statistic = 0;
  unsigned degrees = 0;
  for (const auto& [low, high] : kPairs) {
    const double up = static_cast<double>(moves.count(low, high));
    const double down = static_cast<double>(moves.count(high, low));
    if (up + down == 0) continue;
    statistic += (up - down) * (up - down) / (up + down);
    ++degrees;
  }
  if (degrees == 0) return std::nullopt;
  return chi_squared_test(statistic, degrees);
}

/// Whether the bands have the same shares before and after. A band that nobody entered or left takes a
/// degree of freedom with it.
/// Source: Stuart, Biometrika 42 (1955) 412-416; Maxwell, British Journal of Psychiatry 116 (1970)
/// 651-655.
[[nodiscard]] inline std::optional<ChiSquaredTest> stuart_maxwell(const Transitions& moves) {
  constexpr std::array kBands{Band::Detractor, Band::Passive, Band::Promoter};
  std::vector<double> difference(3), covariance(9);
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      if (i == j) continue;
      const double to = static_cast<double>(moves.count(kBands[i], kBands[j]));
      const double from = static_cast<double>(moves.count(kBands[j], kBands[i]));
      difference[i] += to - from;
      covariance[i * 3 + i] += to + from;
      covariance[i * 3 + j] = -(to + from);
    }
  }
  const detail::QuadraticForm form =
      detail::quadratic_form(std::move(covariance), std::move(difference));
  if (form.rank == 0) return std::nullopt;
  return chi_squared_test(form.value, form.rank);
}

}  // namespace nps

#endif  // NPS_STATS_SYMMETRY_H_
