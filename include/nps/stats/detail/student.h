// Student's t distribution, as far as means and correlations need it. Not for users: see mean.h and
// rank_correlation.h beside it.
#ifndef NPS_STATS_DETAIL_STUDENT_H_
#define NPS_STATS_DETAIL_STUDENT_H_

#include <algorithm>
#include <cmath>
#include <limits>

#include "nps/stats/detail/beta.h"
#include "nps/stats/level.h"

namespace nps::detail {

/// The chance that Student's t lies at least |t| away from zero, and what it takes for Newton's steps.
struct StudentTail {
  double p;
  double kernel;  // -t/2 times the slope of p
};

/// P(|T| > t) is the chance of a beta variable to lie below v / (v + t^2). degrees > 0, t finite.
[[nodiscard]] inline StudentTail student_tail(double t, double degrees) noexcept {
  const double square = t * t;
  const double x = degrees / (degrees + square);
  const double rest = square / (degrees + square);
  const Beta beta(degrees / 2, 0.5);
  const double kernel = beta.kernel(x, rest);
  return {beta.below(x, rest, kernel), kernel};
}

[[nodiscard]] inline double student_p(double t, double degrees) noexcept {
  return student_tail(t, degrees).p;
}

/// How many standard errors a two-sided t interval reaches to either side.
/// Source: for many degrees of freedom the expansion of Abramowitz & Stegun (1964) 26.7.5, whose
/// first term left out is below 1e-15 there; else Newton's method on ln p as a function of ln t,
/// which for heavy tails is almost a line, kept within a bracket.
[[nodiscard]] inline double student_t(const Level& level, double degrees) noexcept {
  const double z = level.z();
  const double z2 = z * z;
  const double first = (z2 + 1) * z / 4;
  const double second = ((5 * z2 + 16) * z2 + 3) * z / 96;
  const double third = (((3 * z2 + 19) * z2 + 17) * z2 - 15) * z / 384;
  const double expanded = z + (first + (second + third / degrees) / degrees) / degrees;
  if (degrees > 1e5) return expanded;
  const double wanted = 1 - level.value();
  double low = 0;
  double high = std::numeric_limits<double>::infinity();
  double t = std::max(expanded, z);
  for (int step = 0; step < 200; ++step) {
    const StudentTail tail = student_tail(t, degrees);
    (tail.p > wanted ? low : high) = t;
    double next = t * std::exp(std::log(tail.p / wanted) * tail.p / (2 * tail.kernel));
    if (!(next > low && next < high)) next = std::isinf(high) ? 2 * t : low + (high - low) / 2;
    const bool done = std::fabs(next - t) <= 4 * std::numeric_limits<double>::epsilon() * t;
    t = next;
    if (done) break;
  }
  return t;
}

}  // namespace nps::detail

#endif  // NPS_STATS_DETAIL_STUDENT_H_
