// reference_intervals.h: interval methods that the library does not offer, for the rows of the
// golden files and of the coverage table that are about them. On [-1, 1], not cut off.
//
//   const Limits limits = nps::test::reference_interval("bonett_price", counts, level);
//
// Written from tests/golden/README.md's sources, the textbook way.
#ifndef NPS_TESTS_STATS_REFERENCE_INTERVALS_H_
#define NPS_TESTS_STATS_REFERENCE_INTERVALS_H_

#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "nps/stats/detail/bands.h"
#include "nps/stats/detail/beta.h"
#include "nps/stats/interval.h"
#include "nps/stats/level.h"

namespace nps::test {

struct Limits {
  double low;
  double high;
};

inline Limits around(const detail::Bands& bands, double n, double quantile) {
  const double half = quantile * std::sqrt(bands.variance() / n);
  return {bands.score() - half, bands.score() + half};
}

inline Limits wald(const detail::Bands& bands, double quantile) {
  return around(bands, bands.total(), quantile);
}

inline Limits wald_after(const detail::Bands& bands, double detractors, double passives,
                         double promoters, double quantile) {
  return wald(
      {bands.detractors + detractors, bands.passives + passives, bands.promoters + promoters},
      quantile);
}

/// The t with which Student's t of that many degrees of freedom lies within -t..t at the level:
/// t^2 / (t^2 + df) follows Beta(1/2, df/2).
inline double student_quantile(double df, double level) {
  const detail::Beta beta(0.5, df / 2);
  double low = 0;
  double high = 1e6;
  for (int i = 0; i < 200; ++i) {
    const double t = low + (high - low) / 2;
    const double share = t * t / (t * t + df);
    const double rest = df / (t * t + df);
    (beta.below(share, rest, beta.kernel(share, rest)) < level ? low : high) = t;
  }
  return low;
}

inline Limits wilson(double successes, double n, double z) {
  const double k = z * z / n;
  const double share = successes / n;
  const double half = std::sqrt(k * (share * (1 - share) + k / 4));
  return {(share + k / 2 - half) / (1 + k), (share + k / 2 + half) / (1 + k)};
}

inline Limits mover_wilson(const detail::Bands& bands, double z) {
  const double n = bands.total();
  const double p = bands.promoters / n;
  const double d = bands.detractors / n;
  const Limits of_p = wilson(bands.promoters, n, z);
  const Limits of_d = wilson(bands.detractors, n, z);
  const bool at_an_end = p == 0 || p == 1 || d == 0 || d == 1;
  const double rho = at_an_end ? 0 : -std::sqrt(p * d / ((1 - p) * (1 - d)));
  const auto distance = [rho](double a, double b) {
    return std::sqrt(a * a - 2 * rho * a * b + b * b);
  };
  return {bands.score() - distance(p - of_p.low, of_d.high - d),
          bands.score() + distance(of_p.high - p, d - of_d.low)};
}

inline Limits dirichlet(const detail::Bands& posterior, Level level) {
  const double tail = (1 - level.value()) / 2;
  return {detail::dirichlet_quantile(posterior, tail, level.z()),
          -detail::dirichlet_quantile(posterior.mirrored(), tail, level.z())};
}

inline Limits reference_interval(const std::string& method, const BandCounts& counts, Level level) {
  const detail::Bands bands = detail::bands_of(counts);
  const double n = bands.total();
  const double z = level.z();
  const double outside = 1 - level.value();
  if (method == "wald_unbiased") return around(bands, n - 1, z);
  if (method == "t_mean") {
    static std::map<std::pair<double, double>, double> quantiles;
    double& quantile = quantiles[{n, level.value()}];
    if (quantile == 0) quantile = student_quantile(n - 1, level.value());
    return around(bands, n - 1, quantile);
  }
  if (method == "adj_3E") return wald_after(bands, 1.5, 0, 1.5, z);
  if (method == "adj_3U") return wald_after(bands, 1, 1, 1, z);
  if (method == "adj_3LS") return wald_after(bands, 0.25, 0.25, 2.5, z);
  if (method == "adj_z2/3") return wald_after(bands, z * z / 3, z * z / 3, z * z / 3, z);
  if (method == "agresti_min") return wald_after(bands, 0.5, 1, 0.5, z);
  if (method == "bonett_price") return wald_after(bands, 1, 0, 1, z);
  if (method == "goodman_2df") return wald(bands, std::sqrt(-2 * std::log(outside)));
  if (method == "mover_wilson") return mover_wilson(bands, z);
  if (method == "hoeffding") {
    const double half = 2 * std::sqrt(std::log(2 / outside) / (2 * n));
    return {bands.score() - half, bands.score() + half};
  }
  if (method == "maurer_pontil") {
    const double variance = bands.variance() * n / (n - 1);
    const double half = std::sqrt(2 * variance * std::log(4 / outside) / n) +
                        14 * std::log(4 / outside) / (3 * (n - 1));
    return {bands.score() - half, bands.score() + half};
  }
  const double prior = method == "dir_uniform" ? 1 : method == "dir_jeffreys" ? 0.5 : 0.75;
  return dirichlet(
      {bands.detractors + prior, bands.passives + (method == "dir_triangular" ? 2 * prior : prior),
       bands.promoters + prior},
      level);
}

}  // namespace nps::test

#endif  // NPS_TESTS_STATS_REFERENCE_INTERVALS_H_
