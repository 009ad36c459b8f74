// Value at risk: what detractors are worth, times how much more often they leave than promoters.
//
//   std::vector<nps::CustomerAtRisk> customers;         // one for each customer
//   if (auto risk = nps::value_at_risk(customers)) use(risk->at_risk, risk->limits);
//
// This is association: it says what those are worth who leave beyond what promoters do, not what would be
// kept if detractors were made happy.
#ifndef NPS_STATS_VALUE_AT_RISK_H_
#define NPS_STATS_VALUE_AT_RISK_H_

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <optional>
#include <random>
#include <span>
#include <vector>

#include "nps/stats/detail/normal.h"
#include "nps/stats/level.h"

namespace nps {

/// A customer's value, where they are a detractor now, and what happened after their answers.
struct CustomerAtRisk {
  double value = 0;  // 0 for whoever is no detractor
  std::uint32_t detractor_answers = 0;
  std::uint32_t detractor_events = 0;
  std::uint32_t promoter_answers = 0;
  std::uint32_t promoter_events = 0;
};

struct BootstrapOptions {
  std::uint64_t seed = 1;
  std::uint32_t resamples = 2000;  // at least 100
  Level level = {};
};

/// Where the middle of the resamples lies.
struct BootstrapLimits {
  double low;
  double high;
  Level level;
  std::uint32_t resamples;
  std::uint64_t seed;
  bool
      corrected;  // BCa; false: plain percentiles, where all resamples lie on one side of the estimate
};

struct ValueAtRisk {
  double value;    // of the detractors
  double excess;   // share of events of detractors less that of promoters, -1 to 1
  double at_risk;  // value * excess
  std::optional<BootstrapLimits> limits;  // none where nothing varies
};

/// The BCa interval of an estimate: percentiles of the resamples, shifted for bias and for a spread that
/// changes with the estimate. Values of customers are skewed, and plain percentiles are then too low.
/// Shape       `resampled` in any order, at least one; `jackknife` has the estimates that leave one out.
/// Errors      no value without resamples. Percentiles are interpolated as R's quantile(type = 7).
/// Source      Efron, Journal of the American Statistical Association 82 (1987) 171-185.
[[nodiscard]] inline std::optional<BootstrapLimits> bca_limits(double estimate,
                                                               std::vector<double> resampled,
                                                               std::span<const double> jackknife,
                                                               Level level = {}) {
  if (resampled.empty()) return std::nullopt;
  std::sort(resampled.begin(), resampled.end());
  const double count = static_cast<double>(resampled.size());
  const auto quantile = [&](double chance) {
    const double place = std::clamp(chance, 0.0, 1.0) * (count - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, resampled.size() - 1);
    return resampled[below] +
           (place - static_cast<double>(below)) * (resampled[above] - resampled[below]);
  };
  const auto normal = [](double z) { return std::erfc(-z / std::numbers::sqrt2) / 2; };
  // Half of those that equal the estimate count as less.
  const auto first = std::lower_bound(resampled.begin(), resampled.end(), estimate);
  const auto last = std::upper_bound(first, resampled.end(), estimate);
  const double less =
      (static_cast<double>(first - resampled.begin()) + static_cast<double>(last - first) / 2) /
      count;
  const double tail = (1 - level.value()) / 2;
  BootstrapLimits limits{.low = quantile(tail),
                         .high = quantile(1 - tail),
                         .level = level,
                         .resamples = static_cast<std::uint32_t>(resampled.size()),
                         .seed = 0,
                         .corrected = false};
  if (!(less > 0 && less < 1)) return limits;
  const double bias = less < 0.5   ? -detail::two_sided_z(1 - 2 * less)
                      : less > 0.5 ? detail::two_sided_z(2 * less - 1)
                                   : 0;
  double mean = 0, squares = 0, cubes = 0;
  for (const double x : jackknife) mean += x / static_cast<double>(jackknife.size());
  for (const double x : jackknife) {
    squares += (mean - x) * (mean - x);
    cubes += (mean - x) * (mean - x) * (mean - x);
  }
  const double acceleration = squares > 0 ? cubes / (6 * squares * std::sqrt(squares)) : 0;
  const auto corrected = [&](double z) {
    return normal(bias + (bias + z) / (1 - acceleration * (bias + z)));
  };
  if (!(acceleration * (bias + level.z()) < 1)) return limits;
  limits.low = quantile(corrected(-level.z()));
  limits.high = quantile(corrected(level.z()));
  limits.corrected = true;
  return limits;
}

/// Value at risk with a seeded bootstrap interval. Customers are drawn, with all of their answers, within
/// groups of those who answered as detractors, as promoters, as both and as neither.
/// Units       that of the values.
/// Empty case  no value without an answer of a detractor and one of a promoter, nor for fewer than 100
///             resamples.
/// Promise     the same for the same seed, on any machine, for one order of the customers.
/// Threads     reentrant. Complexity: O(customers x resamples).
[[nodiscard]] inline std::optional<ValueAtRisk> value_at_risk(
    std::span<const CustomerAtRisk> customers, const BootstrapOptions& options = {}) {
  struct Sums {
    double value = 0, lost = 0, detractors = 0, kept = 0, promoters = 0;
    void add(const CustomerAtRisk& one, double sign = 1) noexcept {
      value += sign * one.value;
      detractors += sign * one.detractor_answers;
      lost += sign * one.detractor_events;
      promoters += sign * one.promoter_answers;
      kept += sign * one.promoter_events;
    }
    [[nodiscard]] bool usable() const noexcept { return detractors > 0 && promoters > 0; }
    [[nodiscard]] double excess() const noexcept { return lost / detractors - kept / promoters; }
  };
  std::array<std::vector<CustomerAtRisk>, 4> strata;
  Sums sums;
  for (const CustomerAtRisk& one : customers) {
    const std::size_t stratum =
        (one.detractor_answers != 0 ? 1U : 0U) + (one.promoter_answers != 0 ? 2U : 0U);
    strata[stratum].push_back(one);
    sums.add(one);
  }
  if (!sums.usable() || options.resamples < 100) return std::nullopt;
  ValueAtRisk result{sums.value, sums.excess(), sums.value * sums.excess() + 0.0, std::nullopt};
  std::vector<double> jackknife;
  jackknife.reserve(customers.size());
  for (const CustomerAtRisk& one : customers) {
    Sums rest = sums;
    rest.add(one, -1);
    if (rest.usable()) jackknife.push_back(rest.value * rest.excess());
  }
  std::mt19937_64 random(options.seed);
  std::vector<double> resampled;
  resampled.reserve(options.resamples);
  for (std::uint32_t i = 0; i < options.resamples; ++i) {
    Sums drawn;
    for (const std::vector<CustomerAtRisk>& stratum : strata) {
      const double size = static_cast<double>(stratum.size());
      for (std::size_t k = 0; k < stratum.size(); ++k) {
        const double share = static_cast<double>(random() >> 11U) * 0x1p-53;
        drawn.add(stratum[static_cast<std::size_t>(share * size)]);
      }
    }
    resampled.push_back(drawn.value * drawn.excess());
  }
  const auto [least, greatest] = std::minmax_element(resampled.begin(), resampled.end());
  if (*least == *greatest) return result;
  result.limits = bca_limits(result.at_risk, std::move(resampled), jackknife, options.level);
  result.limits->seed = options.seed;
  return result;
}

}  // namespace nps

#endif  // NPS_STATS_VALUE_AT_RISK_H_
