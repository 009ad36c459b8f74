// Tanh-sinh quadrature. Not for users: see dirichlet.h beside it.
//
// Gauss's rules take a function for a polynomial, and are wrong where it rises like 1/sqrt(x) at an
// end, as the posterior of Jeffreys' prior does. Substituting x = tanh(pi/2 sinh s) lets every end
// die away doubly exponentially, whatever the function does there.
// Source: Takahasi & Mori, Publications of the RIMS 9 (1974) 721-741.
#ifndef NPS_STATS_DETAIL_TANH_SINH_H_
#define NPS_STATS_DETAIL_TANH_SINH_H_

#include <cmath>
#include <numbers>

namespace nps::detail {

/// Two integrals that share their work.
struct IntegralPair {
  double first = 0;
  double second = 0;
};

/// The integrals of f over an interval of that width. f(from_left, to_right) takes the distances
/// to both ends, each with all its digits also where it is as small as 1e-37 of the width, and
/// returns an IntegralPair of the values there. The step is halved until the first integral moves
/// by less than 1e-7 of itself; the error is then about the square of that.
template <typename Function>
[[nodiscard]] IntegralPair tanh_sinh(double width, const Function& f) noexcept {
  constexpr int kReach = 4;        // beyond s = 4 even 1/sqrt(x) holds less than 1e-18 of its area
  constexpr int kMostSteps = 256;  // to one unit of s
  IntegralPair sum;
  const auto add = [&](double s) {
    // The share of the width between the node and the nearer end.
    const double share = 1 / (1 + std::exp(std::numbers::pi * std::sinh(s)));
    const double weight = width * std::numbers::pi * std::cosh(s) * share * (1 - share);
    const double near = width * share;
    const double far = width * (1 - share);
    const IntegralPair right = f(far, near);
    sum.first += weight * right.first;
    sum.second += weight * right.second;
    if (s == 0) return;
    const IntegralPair left = f(near, far);
    sum.first += weight * left.first;
    sum.second += weight * left.second;
  };
  for (int i = 0; i <= 2 * kReach; ++i) add(i / 2.0);
  double last = sum.first / 2;
  for (int steps = 4; steps <= kMostSteps; steps *= 2) {  // of these the odd ones are new
    for (int i = 1; i < kReach * steps; i += 2) add(static_cast<double>(i) / steps);
    const double now = sum.first / steps;
    if (std::fabs(now - last) <= 1e-7 * std::fabs(now)) {
      return {now, sum.second / steps};
    }
    last = now;
  }
  return {sum.first / kMostSteps, sum.second / kMostSteps};
}

}  // namespace nps::detail

#endif  // NPS_STATS_DETAIL_TANH_SINH_H_
