// The beta distribution, as far as the posterior of a score needs it. Not for users: see
// dirichlet.h beside it.
#ifndef NPS_STATS_DETAIL_BETA_H_
#define NPS_STATS_DETAIL_BETA_H_

#include <cmath>
#include <limits>
#include <numbers>

namespace nps::detail {

/// ln Gamma(x) less Stirling's (x - 1/2) ln x - x + ln(2 pi)/2, for x > 0. Small where ln Gamma is
/// great, so that ratios of gamma functions keep their digits; and, unlike std::lgamma, it writes
/// no global.
/// Source: Abramowitz & Stegun (1964) 6.1.40.
[[nodiscard]] inline double stirling_rest(double x) noexcept {
  double rest = 0;
  for (; x < 10; ++x) rest += (x + 0.5) * std::log1p(1 / x) - 1;
  const double y = 1 / (x * x);
  return rest + (1.0 / 12 -
                 y * (1.0 / 360 - y * (1.0 / 1260 -
                                       y * (1.0 / 1680 - y * (1.0 / 1188 - y * 691.0 / 360360))))) /
                    x;
}

/// Beta(a, b), a > 0 and b > 0. Values are given as x and 1 - x, so that either may be tiny.
class Beta {
 public:
  Beta(double a, double b) noexcept
      : a_(a),
        b_(b),
        scale_(std::sqrt(a / (a + b) * b / (2 * std::numbers::pi)) *
               std::exp(stirling_rest(a + b) - stirling_rest(a) - stirling_rest(b))) {}

  /// x^a (1 - x)^b / B(a, b), which is x (1 - x) times the density.
  [[nodiscard]] double kernel(double x, double rest) const noexcept {
    const double total = a_ + b_;
    return scale_ * std::exp(a_ * std::log(x * (total / a_)) + b_ * std::log(rest * (total / b_)));
  }

  /// The chance to lie below x, by the continued fraction of whichever tail is the smaller one.
  /// Source: Lentz's method on the fraction of Abramowitz & Stegun (1964) 26.5.8.
  [[nodiscard]] double below(double x, double rest, double kernel) const noexcept {
    const double chance = x * (a_ + b_ + 2) < a_ + 1 ? kernel * fraction(a_, b_, x) / a_
                                                     : 1 - kernel * fraction(b_, a_, rest) / b_;
    return chance < 0 ? 0 : chance > 1 ? 1 : chance;
  }

 private:
  [[nodiscard]] static double fraction(double a, double b, double x) noexcept {
    constexpr double kTiny = 1e-300;
    const auto away_from_zero = [](double value) {
      return std::fabs(value) < kTiny ? kTiny : value;
    };
    double c = 1;
    double d = 1 / away_from_zero(1 - (a + b) * x / (a + 1));
    double value = d;
    for (int m = 1; m <= 100000; ++m) {
      const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
      d = 1 / away_from_zero(1 + even * d);
      c = away_from_zero(1 + even / c);
      value *= c * d;
      const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
      d = 1 / away_from_zero(1 + odd * d);
      c = away_from_zero(1 + odd / c);
      const double factor = c * d;
      value *= factor;
      if (std::fabs(factor - 1) <= 2 * std::numeric_limits<double>::epsilon()) break;
    }
    return value;
  }

  double a_;
  double b_;
  double scale_;
};

}  // namespace nps::detail

#endif  // NPS_STATS_DETAIL_BETA_H_
