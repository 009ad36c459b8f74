// Limits of the score under a Dirichlet posterior, on [-1, 1]. Not for users: see interval() in
// nps/stats/interval.h.
//
// With shares of detractors, passives and promoters that follow Dirichlet(a, b, c), the score is
// T (2U - 1): T ~ Beta(a + c, b) is the share of those who are not passive, U ~ Beta(c, a) the part
// of them that promotes, and the two are independent. So
//   P(score <= x) = P(T <= x) [for x > 0] + integral over t > |x| of f_T(t) P(U <= (1 + x/t) / 2).
#ifndef NPS_STATS_DETAIL_DIRICHLET_H_
#define NPS_STATS_DETAIL_DIRICHLET_H_

#include <algorithm>
#include <cmath>

#include "nps/stats/detail/bands.h"
#include "nps/stats/detail/beta.h"
#include "nps/stats/detail/tanh_sinh.h"

namespace nps::detail {

/// The law of the score under Dirichlet(detractors, passives, promoters), each above 0: counts with
/// what the prior adds already in them.
class DirichletScore {
 public:
  explicit DirichletScore(const Bands& bands) noexcept
      : voiced_(bands.detractors + bands.promoters, bands.passives),
        promoting_(bands.promoters, bands.detractors) {
    // Outside of left_..right_ the density of T is below e^-80 of what it is at its mode.
    constexpr double kDepth = 80;
    const double rise = std::max(bands.detractors + bands.promoters - 1, 0.0);
    const double fall = std::max(bands.passives - 1, 0.0);
    if (rise == 0 && fall == 0) return;
    const double mode = rise / (rise + fall);
    const auto log_density = [&](double t) {
      return (rise > 0 ? rise * std::log(t) : 0) + (fall > 0 ? fall * std::log1p(-t) : 0);
    };
    const double least = log_density(mode) - kDepth;
    const auto crossing = [&](double outside, double inside) {
      for (int i = 0; i < 60; ++i) {
        const double middle = outside + (inside - outside) / 2;
        (log_density(middle) < least ? outside : inside) = middle;
      }
      return outside;
    };
    if (rise > 0) left_ = crossing(0, mode);
    if (fall > 0) right_ = crossing(1, mode);
  }

  /// The chance of a score of at most x, and the density at x, for x inside (-1, 1). A small chance
  /// keeps its digits, since everything that is added up is positive.
  [[nodiscard]] IntegralPair at(double x) const noexcept {
    const double size = std::fabs(x);
    const double from = std::max(size, left_);
    IntegralPair result;
    if (from < right_) {
      result = tanh_sinh(right_ - from, [&](double from_left, double to_right) -> IntegralPair {
        const double t = from + from_left;
        const double rest = (1 - right_) + to_right;
        const double f = voiced_.kernel(t, rest) / (t * rest);
        const double small = ((from - size) + from_left) / (2 * t);
        const double great = (t + size) / (2 * t);
        const double u = x < 0 ? small : great;
        const double not_u = x < 0 ? great : small;
        if (!(small > 0) || f == 0) return {u > not_u ? f : 0, 0};
        const double kernel = promoting_.kernel(u, not_u);
        return {f * promoting_.below(u, not_u, kernel), f * kernel / (u * not_u) / (2 * t)};
      });
    }
    if (x > 0) result.first += voiced_.below(x, 1 - x, voiced_.kernel(x, 1 - x));
    return result;
  }

 private:
  Beta voiced_;     // T
  Beta promoting_;  // U
  double left_ = 0;
  double right_ = 1;
};

/// The score that the posterior stays below with this chance, which lies inside (0, 1): Newton's
/// method on the logarithm of the chance, inside a bracket that only shrinks.
[[nodiscard]] inline double dirichlet_quantile(const Bands& posterior, double chance,
                                               double z) noexcept {
  const DirichletScore law(posterior);
  const double deviation = std::sqrt(posterior.variance() / (posterior.total() + 1));
  double left = -1;
  double right = 1;
  double x = posterior.score() - z * deviation;
  if (!(x > left && x < right)) x = posterior.score() - (posterior.score() + 1) / 2;
  for (int i = 0; i < 100; ++i) {
    const IntegralPair found = law.at(x);
    (found.first < chance ? left : right) = x;
    double next = x - std::log(found.first / chance) * (found.first / found.second);
    if (!(next > left && next < right)) next = left + (right - left) / 2;
    const double step = std::fabs(next - x);
    x = next;
    if (step <= 1e-14 + 1e-7 * std::min(deviation, 1 - std::fabs(x))) break;
  }
  return x;
}

}  // namespace nps::detail

#endif  // NPS_STATS_DETAIL_DIRICHLET_H_
