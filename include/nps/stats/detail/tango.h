// Tango's score interval on [-1, 1]. Not for users: see interval() in nps/stats/interval.h.
//
// The limits are the x at which the score test of "the true score is x" gives exactly +z or -z:
//   T(x) = (theta - x) / sqrt(V(x) / n),  V(x) = 2w + x(1 - x),
// where w is the most likely share of detractors if the score were x: the greater root of
//   2w^2 + bw - d x(1 - x) = 0,  b = (2 - p + d)x - (p + d).
// Source: Tango, Statistics in Medicine 17 (1998) 891-908: a score of promoters and detractors is
// a difference of paired proportions, the passives being its concordant pairs.
#ifndef NPS_STATS_DETAIL_TANGO_H_
#define NPS_STATS_DETAIL_TANGO_H_

#include <cmath>
#include <limits>

#include "nps/stats/detail/bands.h"

namespace nps::detail {

/// V(x) and its derivative, for p + q + d = 1 and x in [-1, 1].
struct TangoVariance {
  double value;
  double slope;
};

[[nodiscard]] inline TangoVariance tango_variance(double p, double q, double d, double x) noexcept {
  if (x < 0) {  // mirrored, so that x(1 - x) below is never negative and nothing cancels
    const TangoVariance other = tango_variance(d, q, p, -x);
    return {other.value, -other.slope};
  }
  const double spread = x * (1 - x);
  const double b_slope = 1 + q + 2 * d;
  // The same number twice, written so that near either end of [0, 1] only small terms are left.
  const double b = x < 0.5 ? b_slope * x - (p + d) : 2 * (q + d) - b_slope * (1 - x);
  const double root = std::sqrt(b * b + 8 * d * spread);
  const double w = b > 0 ? 2 * d * spread / (root + b) : (root - b) / 4;
  const double w_slope = root > 0 ? (d * (1 - 2 * x) - b_slope * w) / root : 0;
  return {2 * w + spread, 2 * w_slope + 1 - 2 * x};
}

/// The lower limit: T(x) = z, T falling from -1 to the score. Newton's method inside a bracket that
/// only shrinks, and bisection where a step would leave it or gains too little.
[[nodiscard]] inline double tango_low(const Bands& bands, double z) noexcept {
  const double n = bands.total();
  const double k = z * z / n;
  if (bands.passives == 0 && bands.promoters == 0) return -1;
  if (bands.passives == 0 && bands.detractors == 0) return (1 - k) / (1 + k);
  if (bands.promoters == 0 && bands.detractors == 0) return -k / (1 + k);

  const double p = bands.promoters / n;
  const double q = bands.passives / n;
  const double d = bands.detractors / n;
  const double score = bands.score();
  const double reach = z / std::sqrt(n);

  double left = -1;
  double right = score;
  // The closed form that takes p + d - x^2 for V(x): near enough to start from.
  double x = (score - std::sqrt(k * (bands.variance() + k * (p + d)))) / (1 + k);
  if (!(x >= left && x <= right)) x = left + (right - left) / 2;

  double last_step = right - left;
  for (int i = 0; i < 100; ++i) {
    const TangoVariance variance = tango_variance(p, q, d, x);
    const double deviation = std::sqrt(variance.value);
    const double excess = (score - x) - reach * deviation;  // has the sign of T(x) - z
    if (excess == 0) return x;
    (excess > 0 ? left : right) = x;
    const double slope = -1 - reach * variance.slope / (2 * deviation);
    double next = x - excess / slope;
    if (!(next >= left && next <= right) || std::fabs(next - x) > last_step / 2) {
      next = left + (right - left) / 2;
    }
    last_step = std::fabs(next - x);
    x = next;
    const double resolution = std::numeric_limits<double>::epsilon() / 2;
    if (last_step <= resolution * (std::fabs(x) + std::fabs(score))) break;
  }
  return x;
}

}  // namespace nps::detail

#endif  // NPS_STATS_DETAIL_TANGO_H_
