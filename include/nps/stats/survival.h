// Survival: how many stay how long, where some were not watched to the end.
//
//   std::vector<nps::Lifetime> seen;
//   seen.push_back({.time = days(40), .event = true});       // left after 40 days
//   seen.push_back({.time = days(90), .event = false});      // still there when last seen
//   nps::SurvivalCurve stayed = nps::survival_curve(seen);
//   if (auto later = stayed.at(days(60))) use(later->survival, later->limits);
//
// Leaving out those who were not watched to the end, or taking them for stayers, would both be wrong.
#ifndef NPS_STATS_SURVIVAL_H_
#define NPS_STATS_SURVIVAL_H_

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "nps/stats/chi_squared.h"
#include "nps/stats/detail/quadratic_form.h"
#include "nps/stats/level.h"

namespace nps {

/// How long somebody was watched, and whether that ended with the event or (censored) without.
struct Lifetime {
  std::chrono::microseconds time;
  bool event;
};

struct SurvivalLimits {
  double low;
  double high;
  friend constexpr bool operator==(const SurvivalLimits&, const SurvivalLimits&) noexcept = default;
};

/// A time at which something happened, and what is left from it on until the next.
struct SurvivalStep {
  std::chrono::microseconds time;
  std::uint64_t at_risk;  // watched up to this time, those who leave at it included
  std::uint64_t events;
  double survival;                       // the share that stays longer, from 0 to 1
  std::optional<SurvivalLimits> limits;  // none where nobody stays: the formula ends there

  friend constexpr bool operator==(const SurvivalStep&, const SurvivalStep&) noexcept = default;
};

struct SurvivalCurve {
  std::uint64_t subjects = 0;
  std::uint64_t events = 0;
  Level level = {};
  std::vector<SurvivalStep> steps = {};  // by time; before the first everybody stays

  /// The last step at or before that time. No value before the first: survival is 1, and nothing says
  /// how sure that is.
  [[nodiscard]] std::optional<SurvivalStep> at(std::chrono::microseconds time) const noexcept {
    const auto after = std::upper_bound(
        steps.begin(), steps.end(), time,
        [](std::chrono::microseconds t, const SurvivalStep& step) { return t < step.time; });
    return after == steps.begin() ? std::nullopt : std::optional(*(after - 1));
  }
};

/// The estimate of Kaplan and Meier, with limits from Greenwood's variance on the scale of
/// ln(-ln survival), which never leave 0..1: R's survfit(conf.type = "log-log"). Who is censored at the
/// time of an event is at risk of it.
/// Empty case  nobody gives a curve without steps.
/// Promise     the same bit for bit for any order.
/// Threads     reentrant. Complexity: O(n log n), a copy of the lifetimes.
/// Source      Kaplan & Meier, Journal of the American Statistical Association 53 (1958) 457-481;
///             Kalbfleisch & Prentice, The Statistical Analysis of Failure Time Data (1980) for the limits.
[[nodiscard]] inline SurvivalCurve survival_curve(std::span<const Lifetime> lifetimes,
                                                  Level level = {}) {
  std::vector<Lifetime> sorted(lifetimes.begin(), lifetimes.end());
  std::sort(sorted.begin(), sorted.end(),
            [](const Lifetime& a, const Lifetime& b) { return a.time < b.time; });
  SurvivalCurve curve{.subjects = sorted.size(), .events = 0, .level = level, .steps = {}};
  double survival = 1;
  double greenwood = 0;
  for (std::size_t begin = 0; begin < sorted.size();) {
    std::size_t end = begin;
    std::uint64_t events = 0;
    for (; end < sorted.size() && sorted[end].time == sorted[begin].time; ++end) {
      events += sorted[end].event ? 1U : 0U;
    }
    const std::uint64_t at_risk = sorted.size() - begin;
    if (events != 0) {
      const double n = static_cast<double>(at_risk);
      const double stay = static_cast<double>(at_risk - events);
      survival *= stay / n;
      greenwood += static_cast<double>(events) / (n * stay);
      curve.events += events;
      SurvivalStep step{sorted[begin].time, at_risk, events, survival, std::nullopt};
      if (survival > 0) {
        const double centre = std::log(survival);
        const double reach = level.z() * std::sqrt(greenwood) / -centre;
        step.limits =
            SurvivalLimits{std::exp(centre * std::exp(reach)), std::exp(centre * std::exp(-reach))};
      }
      curve.steps.push_back(step);
    }
    begin = end;
  }
  return curve;
}

/// Whether groups lose members at the same rate over all of the time: the log-rank test, R's survdiff.
/// Curves that cross can differ and not be told apart by it.
/// Shape       one list of lifetimes for each group. A group without members, or that is never at risk
///             when something happens, is left out.
/// Empty case  no value where fewer than two groups can be compared, or nothing happened.
/// Threads     reentrant. Complexity: O(n log n + n groups^2).
/// Source      Mantel, Cancer Chemotherapy Reports 50 (1966) 163-170.
[[nodiscard]] inline std::optional<ChiSquaredTest> log_rank(
    std::span<const std::vector<Lifetime>> groups) {
  struct Member {
    std::chrono::microseconds time;
    bool event;
    std::size_t group;
  };
  std::vector<Member> all;
  std::vector<double> at_risk;
  for (const auto& group : groups) {
    if (group.empty()) continue;
    for (const Lifetime& one : group) all.push_back({one.time, one.event, at_risk.size()});
    at_risk.push_back(static_cast<double>(group.size()));
  }
  const std::size_t k = at_risk.size();
  if (k < 2) return std::nullopt;
  std::sort(all.begin(), all.end(),
            [](const Member& a, const Member& b) { return a.time < b.time; });
  std::vector<double> excess(k), covariance(k * k);
  for (std::size_t begin = 0; begin < all.size();) {
    double events = 0;
    std::size_t end = begin;
    for (; end < all.size() && all[end].time == all[begin].time; ++end) {
      if (!all[end].event) continue;
      events += 1;
      excess[all[end].group] += 1;
    }
    const double n = static_cast<double>(all.size() - begin);
    if (events > 0) {
      const double factor = n > 1 ? events * (n - events) / (n - 1) : 0;
      for (std::size_t g = 0; g < k; ++g) {
        const double share = at_risk[g] / n;
        excess[g] -= events * share;
        for (std::size_t h = 0; h < k; ++h) {
          covariance[g * k + h] += factor * share * ((g == h ? 1 : 0) - at_risk[h] / n);
        }
      }
    }
    for (; begin < end; ++begin) at_risk[all[begin].group] -= 1;
  }
  const detail::QuadraticForm form =
      detail::quadratic_form(std::move(covariance), std::move(excess));
  if (form.rank == 0) return std::nullopt;
  return chi_squared_test(form.value, form.rank);
}

}  // namespace nps

#endif  // NPS_STATS_SURVIVAL_H_
