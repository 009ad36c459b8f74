// Clustered: a score from customers who may have answered more than once each.
//
//   nps::ClusteredBands answers;
//   for (const Customer& customer : customers) answers.add(customer.tally.bands());
//   if (auto interval = nps::clustered_interval(answers)) use(interval->low, interval->high);
//
// Two answers of one customer tell less than one answer each of two, because they agree more often
// than not. Where every answer is taken as a customer of its own, the interval is too narrow.
#ifndef NPS_STATS_CLUSTERED_H_
#define NPS_STATS_CLUSTERED_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>

#include "nps/score.h"
#include "nps/stats/detail/bands.h"
#include "nps/stats/interval.h"
#include "nps/stats/level.h"
#include "nps/stats/weighted.h"
#include "nps/weighted_tally.h"

namespace nps {

/// What a score and its interval need to know of customers, each with all of their answers. The
/// same size for any number of them. Regular, trivially copyable.
///
/// Units       customers, their responses and weights.
/// Algebra     `+=` commutes exactly and has ClusteredBands{} as identity; it is associative up to
///             rounding. It merges what was fed of *different* customers: the answers of one must
///             come together, in one `add`, or they count as two customers. For the same reason
///             there is no taking away of single answers.
/// Errors      nothing fails; counts wrap past 2^64-1, which is not checked.
/// Threads     distinct objects are independent; writes to one object need a lock.
/// Complexity  every member is O(1) and allocates nothing.
class ClusteredBands {
 public:
  constexpr ClusteredBands() noexcept = default;

  /// All answers of one customer, from WeightedTally::bands(). One without weight adds to the
  /// counts and moves nothing; one without responses is no customer.
  constexpr void add(const WeightedBands& customer) noexcept;
  /// The same for answers of equal weight.
  constexpr void add(const BandCounts& customer) noexcept;
  /// Answers of as many customers, one each: of those who did not say who they are, say.
  constexpr void add_one_each(const WeightedBands& answers) noexcept;
  constexpr void add_one_each(const BandCounts& answers) noexcept;
  constexpr ClusteredBands& operator+=(const ClusteredBands& other) noexcept;
  friend constexpr bool operator==(const ClusteredBands&, const ClusteredBands&) noexcept = default;

  [[nodiscard]] constexpr std::uint64_t customers() const noexcept { return customers_; }
  /// All responses, as if there were no customers.
  [[nodiscard]] constexpr const WeightedBands& bands() const noexcept { return bands_; }
  /// The weighted score, in points. No value without weight.
  [[nodiscard]] constexpr std::optional<double> points() const noexcept { return bands_.points(); }
  /// Kish's effective number of responses; says nothing of repeated answers. No value without
  /// weight.
  [[nodiscard]] constexpr std::optional<double> effective_n() const noexcept {
    return bands_.effective_n();
  }
  /// Kish's effective number of customers, (sum W)^2 / sum W^2 over the customers' own sums W: from
  /// 1 to customers(). No value without weight.
  [[nodiscard]] constexpr std::optional<double> effective_customers() const noexcept;

  /// Sums over the customers of the products of their weights in two bands.
  struct Products {
    double dd = 0, nn = 0, pp = 0, dn = 0, dp = 0, np = 0;
    friend constexpr bool operator==(const Products&, const Products&) noexcept = default;
  };
  [[nodiscard]] constexpr const Products& products() const noexcept { return products_; }

 private:
  [[nodiscard]] static constexpr WeightedBands of_weight_one(const BandCounts& counts) noexcept;
  constexpr void add_answers(const WeightedBands& answers) noexcept;

  std::uint64_t customers_ = 0;
  WeightedBands bands_;
  Products products_;
};

static_assert(std::is_trivially_copyable_v<ClusteredBands>);

/// An interval for the score of customers with all their answers: the score +- z linearised
/// standard errors between customers, cut off at +-100. Where that has no width (one customer, or
/// all with the same score) it is Tango's interval for Kish's effective number of customers; the
/// interval's `method` says which of the two it is.
///
/// Units       points, low <= points <= high.
/// Empty case  no value when there is no weight.
/// Errors      takes customers as independent and weights as given. Too narrow when a few customers
///             carry nearly all weight: look at effective_customers().
/// Threads     reentrant. Complexity: O(1), no allocation.
/// Source      linearisation with customers as the primary units: Binder, International Statistical
///             Review 51 (1983); G / (G - 1) counts every customer, those of weight 0 too, as R's
///             survey package does.
[[nodiscard]] inline std::optional<Interval> clustered_interval(const ClusteredBands& bands,
                                                                Level level = {}) noexcept;

// ---- bodies ----

constexpr void ClusteredBands::add_answers(const WeightedBands& answers) noexcept {
  bands_.responses.detractors += answers.responses.detractors;
  bands_.responses.passives += answers.responses.passives;
  bands_.responses.promoters += answers.responses.promoters;
  const auto merge = [](BandSums& sums, const BandSums& more) {
    sums.detractors += more.detractors;
    sums.passives += more.passives;
    sums.promoters += more.promoters;
  };
  merge(bands_.weights, answers.weights);
  merge(bands_.square_weights, answers.square_weights);
}

constexpr WeightedBands ClusteredBands::of_weight_one(const BandCounts& counts) noexcept {
  const BandSums sums{static_cast<double>(counts.detractors), static_cast<double>(counts.passives),
                      static_cast<double>(counts.promoters)};
  return {.responses = counts, .weights = sums, .square_weights = sums};
}

constexpr void ClusteredBands::add(const WeightedBands& customer) noexcept {
  if (detail::no_responses(customer.responses)) return;
  ++customers_;
  add_answers(customer);
  const auto [d, n, p] = customer.weights;
  products_.dd += d * d;
  products_.nn += n * n;
  products_.pp += p * p;
  products_.dn += d * n;
  products_.dp += d * p;
  products_.np += n * p;
}

constexpr void ClusteredBands::add(const BandCounts& customer) noexcept {
  add(of_weight_one(customer));
}

constexpr void ClusteredBands::add_one_each(const WeightedBands& answers) noexcept {
  customers_ += answers.responses.responses();
  add_answers(answers);
  products_.dd += answers.square_weights.detractors;
  products_.nn += answers.square_weights.passives;
  products_.pp += answers.square_weights.promoters;
}

constexpr void ClusteredBands::add_one_each(const BandCounts& answers) noexcept {
  add_one_each(of_weight_one(answers));
}

constexpr ClusteredBands& ClusteredBands::operator+=(const ClusteredBands& other) noexcept {
  customers_ += other.customers_;
  add_answers(other.bands_);
  products_.dd += other.products_.dd;
  products_.nn += other.products_.nn;
  products_.pp += other.products_.pp;
  products_.dn += other.products_.dn;
  products_.dp += other.products_.dp;
  products_.np += other.products_.np;
  return *this;
}

constexpr std::optional<double> ClusteredBands::effective_customers() const noexcept {
  const double total = bands_.weights.total();
  const double squares = ((products_.dd + products_.pp) + products_.nn) +
                         2 * ((products_.dn + products_.np) + products_.dp);
  if (!bands_.points() || !(squares > 0)) return std::nullopt;
  const double customers = static_cast<double>(customers_);
  return std::clamp(total * (total / squares), 1.0, std::max(1.0, customers));
}

namespace detail {

/// Standard error of the score on [-1, 1], linearised, with customers as the units: the square root
/// of G / (G - 1) sum_g (sum_i w(x - theta))^2 / (sum w)^2. Needs G > 1 and some weight. A
/// customer's inner sum is p_g (1 - theta) - d_g (1 + theta) - n_g theta, so that the outer one
/// follows from the products.
[[nodiscard]] inline double clustered_standard_error(const ClusteredBands& clusters) noexcept {
  const BandSums& weights = clusters.bands().weights;
  const ClusteredBands::Products& products = clusters.products();
  const double total = weights.total();
  const double p = weights.promoters / total;
  const double q = weights.passives / total;
  const double d = weights.detractors / total;
  const double of_promoters = q + 2 * d;      // 1 - theta
  const double of_detractors = -(q + 2 * p);  // -1 - theta
  const double of_passives = d - p;
  const auto part = [total](double product, double a, double b) {
    return product / total / total * (a * b);
  };
  const double squares = (part(products.pp, of_promoters, of_promoters) +
                          part(products.dd, of_detractors, of_detractors)) +
                         part(products.nn, of_passives, of_passives);
  const double mixed = (part(products.np, of_passives, of_promoters) +
                        part(products.dn, of_detractors, of_passives)) +
                       part(products.dp, of_detractors, of_promoters);
  // Where every customer's own score is theta there remain but the last bits of what cancelled.
  const double sum = squares + 2 * mixed;
  if (!(sum > 1e-13 * squares)) return 0;
  const double customers = static_cast<double>(clusters.customers());
  return std::sqrt(customers / (customers - 1) * sum);
}

}  // namespace detail

inline std::optional<Interval> clustered_interval(const ClusteredBands& bands,
                                                  Level level) noexcept {
  const std::optional<double> points = bands.points();
  const std::optional<double> customers = bands.effective_customers();
  if (!points || !customers) return std::nullopt;
  if (bands.customers() > 1) {
    const double half = 100 * level.z() * detail::clustered_standard_error(bands);
    if (half > 0) {
      return detail::interval_around(*points, *points - half, *points + half, level,
                                     IntervalMethod::Linearised);
    }
  }
  return detail::tango_interval(detail::scaled_to(bands.bands().weights, *customers), *points,
                                level);
}

}  // namespace nps

#endif  // NPS_STATS_CLUSTERED_H_
