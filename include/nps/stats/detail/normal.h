// The normal distribution, as far as intervals and tests need it. Not for users: see Level.
#ifndef NPS_STATS_DETAIL_NORMAL_H_
#define NPS_STATS_DETAIL_NORMAL_H_

#include <cmath>
#include <numbers>

namespace nps::detail {

/// The chance that a standard normal lies at least |z| away from zero: the two-sided p-value of z.
/// Through erfc, not 1 - erf, so that small values keep their digits: 0 only where the value is
/// below the smallest double, from |z| = 39 up.
[[nodiscard]] inline double two_sided_p(double z) noexcept {
  return std::erfc(std::fabs(z) / std::numbers::sqrt2);
}

/// The z >= 0 with erf(z / sqrt 2) = level, for a level strictly inside (0, 1): a standard normal
/// lies within z of zero with that probability. Full double accuracy from the smallest level to the
/// greatest one below 1, because the nearer of the two tails is what is solved for.
/// Source: start from Abramowitz & Stegun (1964) 26.2.23 (error below 4.5e-4), then Halley's method
/// on erf or erfc, which cubes the error at every step.
[[nodiscard]] inline double two_sided_z(double level) noexcept {
  const bool near_zero = level < 0.5;
  const double outside = 1 - level;  // exact where it is used, from level 0.5 up
  double z = 0;
  if (near_zero) {
    z = level / (std::numbers::sqrt2 * std::numbers::inv_sqrtpi);  // erf is almost a line here
  } else {
    const double t = std::sqrt(-2 * std::log(outside / 2));
    z = t - (2.515517 + t * (0.802853 + t * 0.010328)) /
                (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  }
  for (int step = 0; step < 3; ++step) {
    const double scaled = z / std::numbers::sqrt2;
    const double error = near_zero ? std::erf(scaled) - level : outside - std::erfc(scaled);
    const double slope =
        std::numbers::sqrt2 * std::numbers::inv_sqrtpi * std::exp(-scaled * scaled);
    const double newton = error / slope;
    z -= newton / (1 + z * newton / 2);
  }
  return z;
}

}  // namespace nps::detail

#endif  // NPS_STATS_DETAIL_NORMAL_H_
