// WeightedTally: a tally in which answers count for more or less than one, as when a survey
// answered mostly by the young is to speak for customers of all ages.
//
//   nps::WeightedTally tally;
//   if (!tally.add(nps::Rating::of<9>(), 1.4)) ++rejected;    // no weight: negative, NaN, ...
//   if (auto points = tally.points()) use(*points, *tally.effective_n());
//
// What a weighted score is worth is told by its effective n, so show both; its interval is
// weighted_interval() in nps/stats/weighted.h.
#ifndef NPS_WEIGHTED_TALLY_H_
#define NPS_WEIGHTED_TALLY_H_

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <type_traits>

#include "nps/rating.h"
#include "nps/scale.h"
#include "nps/score.h"
#include "nps/tally.h"

namespace nps {

/// One number per band.
struct BandSums {
  double detractors = 0;
  double passives = 0;
  double promoters = 0;

  [[nodiscard]] constexpr double total() const noexcept {
    return (detractors + promoters) + passives;
  }
  friend constexpr bool operator==(const BandSums&, const BandSums&) noexcept = default;
};

/// A weighted tally read on a scale: all that a weighted score and its interval need to know.
struct WeightedBands {
  BandCounts responses;
  BandSums weights;         // sum of the weights
  BandSums square_weights;  // sum of their squares

  /// 100 * (weight of promoters - weight of detractors) / weight of all, -100..100.
  /// No value when there is no weight.
  [[nodiscard]] constexpr std::optional<double> points() const noexcept;
  /// How many equally weighted responses would tell as much: (sum w)^2 / sum w^2, from 1 to the
  /// number of responses. No value when there is no weight.
  /// Source: Kish, Survey Sampling (1965).
  [[nodiscard]] constexpr std::optional<double> effective_n() const noexcept;

  friend constexpr bool operator==(const WeightedBands&, const WeightedBands&) noexcept = default;
};

/// Per rating: how many responses, the sum of their weights, and of the squares. Regular, trivially
/// copyable, 264 bytes.
///
/// Units       a weight is how many customers an answer speaks for; only ratios matter.
/// Algebra     `+=` commutes exactly and has WeightedTally{} as identity; it is associative, and
///             `-=` undoes it, up to rounding. Counts of responses are exact. No sum falls below 0,
///             and a rating taken away to the last response has no weight left at all, so take
///             away only what was added before. Weights are floating point, so the same answers in another order may
///             differ in the last bits: where that must not be, use a Tally.
/// Errors      see `add`. A count past 2^64-1 wraps, which is not checked.
/// Threads     distinct objects are independent; writes to one object need a lock.
/// Complexity  every member is O(1) and allocates nothing.
class WeightedTally {
 public:
  using Sums = std::array<double, Rating::kCount>;

  /// The range of weights other than 0: wide enough for any survey, and narrow enough that no sum
  /// of squares overflows or vanishes.
  static constexpr double kMinWeight = 1e-100;
  static constexpr double kMaxWeight = 1e100;

  constexpr WeightedTally() noexcept = default;
  /// The tally with these counts, sums of weights and of their squares, rating 0 first: the form in
  /// which weighted tallies travel. No value where a sum could not come from so many weights: it is
  /// negative (-0.0 too), NaN or too great, or a rating without responses has one.
  [[nodiscard]] static constexpr std::optional<WeightedTally> of(
      const Tally& responses, const Sums& weights, const Sums& square_weights) noexcept;

  /// Whether `add` takes it: 0, or within kMinWeight..kMaxWeight.
  [[nodiscard]] static constexpr bool is_weight(double weight) noexcept {
    return weight == 0 || (weight >= kMinWeight && weight <= kMaxWeight);
  }

  /// True if added. False, and nothing is changed, when the weight is negative, NaN, or neither 0
  /// nor within kMinWeight..kMaxWeight. A response of weight 0 is counted and moves no score.
  [[nodiscard]] constexpr bool add(Rating rating, double weight) noexcept;
  constexpr WeightedTally& operator+=(const WeightedTally& other) noexcept;
  constexpr WeightedTally& operator-=(const WeightedTally& other) noexcept;
  friend constexpr WeightedTally operator+(WeightedTally a, const WeightedTally& b) noexcept {
    return a += b;
  }
  friend constexpr WeightedTally operator-(WeightedTally a, const WeightedTally& b) noexcept {
    return a -= b;
  }
  friend constexpr bool operator==(const WeightedTally&, const WeightedTally&) noexcept = default;

  /// The same responses, each counted once.
  [[nodiscard]] constexpr const Tally& unweighted() const noexcept { return responses_; }
  [[nodiscard]] constexpr std::uint64_t responses() const noexcept {
    return responses_.responses();
  }
  /// Sum of weights, and of their squares, per rating, rating 0 first.
  [[nodiscard]] constexpr const Sums& weights() const noexcept { return weights_; }
  [[nodiscard]] constexpr const Sums& square_weights() const noexcept { return square_weights_; }
  [[nodiscard]] constexpr double sum_weights(const Scale& scale = kZeroToTen) const noexcept {
    return bands(scale).weights.total();
  }

  /// By the scale's cuts. Ratings outside the scale are in no band.
  [[nodiscard]] constexpr WeightedBands bands(const Scale& scale = kZeroToTen) const noexcept;
  /// The weighted score, in points. See WeightedBands.
  [[nodiscard]] constexpr std::optional<double> points(
      const Scale& scale = kZeroToTen) const noexcept {
    return bands(scale).points();
  }
  /// Kish's effective number of responses. See WeightedBands.
  [[nodiscard]] constexpr std::optional<double> effective_n(
      const Scale& scale = kZeroToTen) const noexcept {
    return bands(scale).effective_n();
  }

 private:
  Tally responses_;
  Sums weights_{};
  Sums square_weights_{};
};

static_assert(std::is_trivially_copyable_v<WeightedTally> && sizeof(WeightedTally) == 264);

// ---- bodies ----

constexpr std::optional<double> WeightedBands::points() const noexcept {
  const double total = weights.total();
  if (!(total > 0 && total <= std::numeric_limits<double>::max())) return std::nullopt;
  return std::clamp(100 * (weights.promoters - weights.detractors) / total, -100.0, 100.0);
}

constexpr std::optional<double> WeightedBands::effective_n() const noexcept {
  const double total = weights.total();
  const double squares = square_weights.total();
  if (!(total > 0 && squares > 0)) return std::nullopt;
  const double n = static_cast<double>(responses.responses());
  return std::clamp(total * (total / squares), 1.0, std::max(1.0, n));
}

constexpr std::optional<WeightedTally> WeightedTally::of(const Tally& responses,
                                                         const Sums& weights,
                                                         const Sums& square_weights) noexcept {
  // Twice the greatest, as sums are rounded.
  const auto is_sum = [](std::uint64_t count, double sum, double greatest) {
    return std::bit_cast<std::uint64_t>(sum) == 0 ||
           (sum > 0 && sum <= 2 * greatest * static_cast<double>(count));
  };
  for (std::size_t i = 0; i < Rating::kCount; ++i) {
    const std::uint64_t count = responses.counts()[i];
    if (!is_sum(count, weights[i], kMaxWeight) ||
        !is_sum(count, square_weights[i], kMaxWeight * kMaxWeight)) {
      return std::nullopt;
    }
  }
  WeightedTally tally;
  tally.responses_ = responses;
  tally.weights_ = weights;
  tally.square_weights_ = square_weights;
  return tally;
}

constexpr bool WeightedTally::add(Rating rating, double weight) noexcept {
  if (!is_weight(weight)) return false;
  responses_.add(rating);
  weights_[rating.value()] += weight;
  square_weights_[rating.value()] += weight * weight;
  return true;
}

constexpr WeightedTally& WeightedTally::operator+=(const WeightedTally& other) noexcept {
  responses_ += other.responses_;
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    weights_[i] += other.weights_[i];
    square_weights_[i] += other.square_weights_[i];
  }
  return *this;
}

constexpr WeightedTally& WeightedTally::operator-=(const WeightedTally& other) noexcept {
  responses_ -= other.responses_;
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    const bool none_left = responses_.counts()[i] == 0;
    // What is left of great sums may be small, and their rounding greater.
    weights_[i] = none_left ? 0 : std::max(weights_[i] - other.weights_[i], 0.0);
    square_weights_[i] =
        none_left ? 0 : std::max(square_weights_[i] - other.square_weights_[i], 0.0);
  }
  return *this;
}

constexpr WeightedBands WeightedTally::bands(const Scale& scale) const noexcept {
  WeightedBands bands{.responses = responses_.bands(scale), .weights = {}, .square_weights = {}};
  for (int value = scale.min(); value <= scale.max(); ++value) {
    const auto i = static_cast<std::size_t>(value);
    const double weight = weights_[i];
    const double square = square_weights_[i];
    if (value >= scale.first_promoter()) {
      bands.weights.promoters += weight;
      bands.square_weights.promoters += square;
    } else if (value >= scale.first_passive()) {
      bands.weights.passives += weight;
      bands.square_weights.passives += square;
    } else {
      bands.weights.detractors += weight;
      bands.square_weights.detractors += square;
    }
  }
  return bands;
}

}  // namespace nps

#endif  // NPS_WEIGHTED_TALLY_H_
