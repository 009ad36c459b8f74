// Rank correlation: do greater values of one thing go with greater values of another?
//
//   std::vector<nps::RatedAmount> pairs;                         // rating and what was spent after it
//   if (auto found = nps::kendall(pairs)) use(found->coefficient, found->p);
//
// Ranks ask nothing of the amounts but their order, so one great order does not decide.
#ifndef NPS_STATS_RANK_CORRELATION_H_
#define NPS_STATS_RANK_CORRELATION_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "nps/stats/detail/normal.h"
#include "nps/stats/detail/student.h"

namespace nps {

/// Two things known of one customer.
struct RatedAmount {
  double rating;
  double amount;
};

struct RankCorrelation {
  std::uint64_t n;
  double coefficient;  // -1, one falls as the other rises, to 1, both rise together
  double p;            // two-sided

  friend constexpr bool operator==(const RankCorrelation&,
                                   const RankCorrelation&) noexcept = default;
};

// Both of these:
// Promise     the same bit for bit for any order of the pairs.
// Empty case  no value where either of the two does not vary, so also for fewer than two pairs.
// Errors      no value where something is NaN.
// Threads     reentrant. Complexity: O(n log n), a copy of the pairs.

/// Kendall's tau-b, which allows for ties. p is the normal approximation with the variance corrected for
/// ties, without continuity correction: R's cor.test(method = "kendall", exact = FALSE).
/// Source: Kendall, Rank Correlation Methods (1970); Knight, Journal of the American Statistical
/// Association 61 (1966) 436-439 for the counting.
[[nodiscard]] inline std::optional<RankCorrelation> kendall(std::span<const RatedAmount> pairs);

/// Spearman's rho: the correlation of the ranks, ties having their mean rank. p is from Student's t with
/// n - 2 degrees of freedom: R's cor.test(method = "spearman", exact = FALSE). Where rho is -1 or 1, for
/// which that would be 0, p is how often a random order is as perfect.
/// Source: Spearman, American Journal of Psychology 15 (1904) 72-101.
[[nodiscard]] inline std::optional<RankCorrelation> spearman(std::span<const RatedAmount> pairs);

// ---- bodies ----

namespace detail {

/// Sums over runs of t equal values.
struct Ties {
  double pairs = 0;       // t (t - 1)
  double triples = 0;     // t (t - 1) (t - 2)
  double spread = 0;      // t (t - 1) (2 t + 5)
  double log_orders = 0;  // ln t!

  void add(std::size_t run) noexcept {
    const double t = static_cast<double>(run);
    pairs += t * (t - 1);
    triples += t * (t - 1) * (t - 2);
    spread += t * (t - 1) * (2 * t + 5);
    for (double k = 2; k <= t; k += 1) log_orders += std::log(k);
  }
};

/// Calls each run of equal elements of what is sorted with where it begins and ends.
template <typename Element, typename Same, typename Visit>
void each_run(const std::vector<Element>& sorted, const Same& same, const Visit& visit) {
  for (std::size_t begin = 0; begin < sorted.size();) {
    std::size_t end = begin + 1;
    while (end < sorted.size() && same(sorted[begin], sorted[end])) ++end;
    visit(begin, end);
    begin = end;
  }
}

[[nodiscard]] inline bool has_nan(std::span<const RatedAmount> pairs) noexcept {
  return std::any_of(pairs.begin(), pairs.end(), [](const RatedAmount& pair) {
    return std::isnan(pair.rating) || std::isnan(pair.amount);
  });
}

/// Sorts by the amount alone and counts the exchanges of neighbours that it takes.
[[nodiscard]] inline double merge_sort_exchanges(std::vector<double>& values) {
  std::vector<double> merged(values.size());
  double exchanges = 0;
  for (std::size_t width = 1; width < values.size(); width *= 2) {
    for (std::size_t begin = 0; begin < values.size(); begin += 2 * width) {
      const std::size_t middle = std::min(begin + width, values.size());
      const std::size_t end = std::min(begin + 2 * width, values.size());
      std::size_t left = begin, right = middle;
      for (std::size_t out = begin; out < end; ++out) {
        if (right < end && (left == middle || values[right] < values[left])) {
          exchanges += static_cast<double>(middle - left);
          merged[out] = values[right++];
        } else {
          merged[out] = values[left++];
        }
      }
    }
    values.swap(merged);
  }
  return exchanges;
}

[[nodiscard]] inline std::vector<RatedAmount> by_rating(std::span<const RatedAmount> pairs) {
  std::vector<RatedAmount> sorted(pairs.begin(), pairs.end());
  std::sort(sorted.begin(), sorted.end(), [](const RatedAmount& a, const RatedAmount& b) {
    return a.rating != b.rating ? a.rating < b.rating : a.amount < b.amount;
  });
  return sorted;
}

}  // namespace detail

inline std::optional<RankCorrelation> kendall(std::span<const RatedAmount> pairs) {
  if (pairs.size() < 2 || detail::has_nan(pairs)) return std::nullopt;
  const std::vector<RatedAmount> sorted = detail::by_rating(pairs);
  detail::Ties ratings, amounts, both;
  const auto size_to = [](detail::Ties& ties) {
    return [&ties](std::size_t begin, std::size_t end) { ties.add(end - begin); };
  };
  detail::each_run(
      sorted, [](const RatedAmount& a, const RatedAmount& b) { return a.rating == b.rating; },
      size_to(ratings));
  detail::each_run(
      sorted,
      [](const RatedAmount& a, const RatedAmount& b) {
        return a.rating == b.rating && a.amount == b.amount;
      },
      size_to(both));
  std::vector<double> values;
  values.reserve(sorted.size());
  for (const RatedAmount& pair : sorted) values.push_back(pair.amount);
  const double discordant = detail::merge_sort_exchanges(values);
  detail::each_run(
      values, [](double a, double b) { return a == b; }, size_to(amounts));

  const double n = static_cast<double>(pairs.size());
  const double all = n * (n - 1) / 2;
  const double rated = all - ratings.pairs / 2;
  const double valued = all - amounts.pairs / 2;
  if (!(rated > 0 && valued > 0)) return std::nullopt;
  // Pairs that differ in both, of which the discordant ones count twice against.
  const double sum = all - ratings.pairs / 2 - amounts.pairs / 2 + both.pairs / 2 - 2 * discordant;
  double variance = (n * (n - 1) * (2 * n + 5) - ratings.spread - amounts.spread) / 18 +
                    ratings.pairs * amounts.pairs / (2 * n * (n - 1));
  if (n > 2) variance += ratings.triples * amounts.triples / (9 * n * (n - 1) * (n - 2));
  return RankCorrelation{pairs.size(),
                         std::clamp(sum / (std::sqrt(rated) * std::sqrt(valued)), -1.0, 1.0),
                         detail::two_sided_p(sum / std::sqrt(variance))};
}

inline std::optional<RankCorrelation> spearman(std::span<const RatedAmount> pairs) {
  if (pairs.size() < 2 || detail::has_nan(pairs)) return std::nullopt;
  std::vector<RatedAmount> ranked = detail::by_rating(pairs);
  const double n = static_cast<double>(pairs.size());
  detail::Ties ratings, amounts;
  // The mean rank of a run less the mean of all ranks.
  const auto rank = [n](std::size_t begin, std::size_t end) {
    return (static_cast<double>(begin) + static_cast<double>(end) + 1 - (n + 1)) / 2;
  };
  detail::each_run(
      ranked, [](const RatedAmount& a, const RatedAmount& b) { return a.rating == b.rating; },
      [&](std::size_t begin, std::size_t end) {
        ratings.add(end - begin);
        for (std::size_t i = begin; i < end; ++i) ranked[i].rating = rank(begin, end);
      });
  std::sort(ranked.begin(), ranked.end(), [](const RatedAmount& a, const RatedAmount& b) {
    return a.amount != b.amount ? a.amount < b.amount : a.rating < b.rating;
  });
  detail::each_run(
      ranked, [](const RatedAmount& a, const RatedAmount& b) { return a.amount == b.amount; },
      [&](std::size_t begin, std::size_t end) {
        amounts.add(end - begin);
        for (std::size_t i = begin; i < end; ++i) ranked[i].amount = rank(begin, end);
      });
  double xx = 0, yy = 0, xy = 0;
  for (const RatedAmount& pair : ranked) {
    xx += pair.rating * pair.rating;
    yy += pair.amount * pair.amount;
    xy += pair.rating * pair.amount;
  }
  if (!(xx > 0 && yy > 0)) return std::nullopt;
  const double rho = std::clamp(xy / (std::sqrt(xx) * std::sqrt(yy)), -1.0, 1.0);
  const double rest = (1 - rho) * (1 + rho);
  if (n <= 2 || rest < 1e-14) {
    double log_orders = 0;
    for (double k = 2; k <= n; k += 1) log_orders += std::log(k);
    return RankCorrelation{
        pairs.size(), rho < 0 ? -1.0 : 1.0,
        std::min(1.0, 2 * std::exp(std::min(ratings.log_orders, amounts.log_orders) - log_orders))};
  }
  return RankCorrelation{pairs.size(), rho,
                         detail::student_p(rho * std::sqrt((n - 2) / rest), n - 2)};
}

}  // namespace nps

#endif  // NPS_STATS_RANK_CORRELATION_H_
