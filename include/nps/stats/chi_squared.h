// ChiSquaredTest: what a test says whose statistic is a sum of squares.
//
//   if (auto test = nps::bowker_symmetry(moves)) use(test->statistic, test->degrees, test->p);
#ifndef NPS_STATS_CHI_SQUARED_H_
#define NPS_STATS_CHI_SQUARED_H_

#include <cmath>
#include <numbers>

namespace nps {

/// How far the data are from what chance alone would show, and how often chance is as far.
struct ChiSquaredTest {
  double statistic;  // 0: exactly as expected
  unsigned degrees;  // of freedom, at least 1
  double p;

  friend constexpr bool operator==(const ChiSquaredTest&, const ChiSquaredTest&) noexcept = default;
};

/// How often a chi-squared variable of so many degrees of freedom is at least that great.
/// Errors      1 for a statistic of 0 or less, and for no degrees of freedom.
/// Complexity  O(degrees), no allocation. Small values keep their digits, since nothing cancels.
/// Source      Abramowitz & Stegun (1964) 26.4.4 and 26.4.5.
[[nodiscard]] inline double chi_squared_p(double statistic, unsigned degrees) noexcept {
  if (!(statistic > 0) || degrees == 0) return 1;
  const double half = statistic / 2;
  const bool odd = degrees % 2 == 1;
  double sum = odd ? std::erfc(std::sqrt(half)) : std::exp(-half);
  // The terms e^-h h^k / Gamma(k + 1): k = 1/2, 3/2, ... or 1, 2, ...
  double k = odd ? 0.5 : 1;
  double term = std::exp(-half) * (odd ? std::sqrt(half) * 2 * std::numbers::inv_sqrtpi : half);
  for (; k < degrees / 2.0 - 0.25; k += 1) {
    sum += term;
    term *= half / (k + 1);
  }
  return sum < 1 ? sum : 1;
}

/// The test of a statistic.
[[nodiscard]] inline ChiSquaredTest chi_squared_test(double statistic, unsigned degrees) noexcept {
  return {statistic, degrees, chi_squared_p(statistic, degrees)};
}

}  // namespace nps

#endif  // NPS_STATS_CHI_SQUARED_H_
