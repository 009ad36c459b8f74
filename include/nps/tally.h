// Tally: how often each rating 0..10 was given. Nothing else is kept, so tallies of disjoint
// responses merge exactly, in any order, and can be taken apart again.
//
//   nps::Tally store;                       // empty: responses() == 0, score() has no value
//   store.add(nps::Rating::of<10>());
//   store += other_store;
//   if (auto score = store.score()) use(score->points());
#ifndef NPS_TALLY_H_
#define NPS_TALLY_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>

#include "nps/band.h"
#include "nps/rating.h"
#include "nps/scale.h"
#include "nps/score.h"

namespace nps {

/// Counts of responses per rating. Regular, trivially copyable, 88 bytes.
///
/// Units       responses (not customers, not weights).
/// Algebra     `+=` is associative and commutative with Tally{} as identity; `-=` undoes it; both
///             exact, modulo 2^64. Taking away what was never added wraps: see `contains`.
/// Errors      nothing fails. A total past 2^64-1 wraps, which is not checked.
/// Threads     distinct objects are independent; writes to one object need a lock.
/// Complexity  every member is O(1) and allocates nothing.
class Tally {
 public:
  using Counts = std::array<std::uint64_t, Rating::kCount>;

  constexpr Tally() noexcept = default;
  /// The tally with these counts, rating 0 first: the form in which tallies travel.
  [[nodiscard]] static constexpr Tally of(const Counts& counts) noexcept;

  constexpr void add(Rating rating, std::uint64_t times = 1) noexcept {
    counts_[rating.value()] += times;
  }
  constexpr Tally& operator+=(const Tally& other) noexcept;
  constexpr Tally& operator-=(const Tally& other) noexcept;
  friend constexpr Tally operator+(Tally a, const Tally& b) noexcept { return a += b; }
  friend constexpr Tally operator-(Tally a, const Tally& b) noexcept { return a -= b; }
  friend constexpr bool operator==(const Tally&, const Tally&) noexcept = default;

  /// Whether `other` could have been added before: then `-=` leaves true counts, none below zero.
  [[nodiscard]] constexpr bool contains(const Tally& other) const noexcept;

  [[nodiscard]] constexpr const Counts& counts() const noexcept { return counts_; }
  [[nodiscard]] constexpr std::uint64_t count(Rating rating) const noexcept {
    return counts_[rating.value()];
  }
  [[nodiscard]] constexpr std::uint64_t responses() const noexcept;
  [[nodiscard]] constexpr bool empty() const noexcept { return *this == Tally{}; }

  /// Detractors, passives and promoters by the scale's cuts. Ratings outside the scale are in
  /// none, so the three may add up to less than `responses()`.
  [[nodiscard]] constexpr BandCounts bands(const Scale& scale = kZeroToTen) const noexcept;

  /// Net Promoter Score: 100 * (promoters - detractors) / responses, in points from -100 to +100.
  /// No value when there are no responses: an empty survey is not a score of zero.
  /// Source: Reichheld, "The One Number You Need to Grow", HBR, December 2003.
  [[nodiscard]] constexpr std::optional<Score> score(
      const Scale& scale = kZeroToTen) const noexcept {
    return bands(scale).score();
  }

  /// The average rating, 0..10. No value when there are no responses.
  [[nodiscard]] constexpr std::optional<double> mean() const noexcept;

 private:
  Counts counts_{};
};

static_assert(std::is_trivially_copyable_v<Tally> && sizeof(Tally) == 88);

// ---- bodies ----

constexpr Tally Tally::of(const Counts& counts) noexcept {
  Tally tally;
  tally.counts_ = counts;
  return tally;
}

constexpr Tally& Tally::operator+=(const Tally& other) noexcept {
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
  return *this;
}

constexpr Tally& Tally::operator-=(const Tally& other) noexcept {
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] -= other.counts_[i];
  return *this;
}

constexpr bool Tally::contains(const Tally& other) const noexcept {
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    if (counts_[i] < other.counts_[i]) return false;
  }
  return true;
}

constexpr std::uint64_t Tally::responses() const noexcept {
  std::uint64_t total = 0;
  for (const std::uint64_t count : counts_) total += count;
  return total;
}

constexpr BandCounts Tally::bands(const Scale& scale) const noexcept {
  BandCounts bands;
  for (int value = scale.min(); value <= scale.max(); ++value) {
    const std::uint64_t count = counts_[static_cast<std::size_t>(value)];
    if (value >= scale.first_promoter()) {
      bands.promoters += count;
    } else if (value >= scale.first_passive()) {
      bands.passives += count;
    } else {
      bands.detractors += count;
    }
  }
  return bands;
}

constexpr std::optional<double> Tally::mean() const noexcept {
  const std::uint64_t total = responses();
  if (total == 0) return std::nullopt;
  double sum = 0;
  for (std::size_t i = 1; i < counts_.size(); ++i) {
    sum += static_cast<double>(i) * static_cast<double>(counts_[i]);
  }
  return std::min(sum / static_cast<double>(total), static_cast<double>(Rating::kMax));
}

}  // namespace nps

#endif  // NPS_TALLY_H_
