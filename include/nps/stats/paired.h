// Paired: did the same customers answer differently the second time?
//
//   nps::Transitions moves;
//   for (const Pair& pair : asked_twice) {
//     moves.add(scale.band(pair.before), scale.band(pair.after));
//   }
//   if (auto change = nps::compare_paired(moves)) use(change->nps, change->low, change->high);
//
// What two groups of different customers leave open, who was asked, cancels here, so the same
// number of answers tells more. Customers who answered once only are in no pair: count them apart.
#ifndef NPS_STATS_PAIRED_H_
#define NPS_STATS_PAIRED_H_

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

#include "nps/band.h"
#include "nps/score.h"
#include "nps/stats/detail/normal.h"
#include "nps/stats/level.h"

namespace nps {

/// How many customers moved from which band to which: a table of 3 x 3. Regular, trivially
/// copyable, 72 bytes.
///
/// Units       customers.
/// Algebra     `+=` is associative and commutative with Transitions{} as identity; `-=` undoes it.
/// Errors      nothing fails; counts wrap past 2^64-1, which is not checked.
/// Threads     a plain value. Complexity: every member is O(1) and allocates nothing.
class Transitions {
 public:
  constexpr Transitions() noexcept = default;

  constexpr void add(Band before, Band after, std::uint64_t customers = 1) noexcept {
    counts_[index(before)][index(after)] += customers;
  }
  [[nodiscard]] constexpr std::uint64_t count(Band before, Band after) const noexcept {
    return counts_[index(before)][index(after)];
  }
  constexpr Transitions& operator+=(const Transitions& other) noexcept {
    for (std::size_t i = 0; i < 3; ++i) {
      for (std::size_t j = 0; j < 3; ++j) counts_[i][j] += other.counts_[i][j];
    }
    return *this;
  }
  constexpr Transitions& operator-=(const Transitions& other) noexcept {
    for (std::size_t i = 0; i < 3; ++i) {
      for (std::size_t j = 0; j < 3; ++j) counts_[i][j] -= other.counts_[i][j];
    }
    return *this;
  }
  friend constexpr bool operator==(const Transitions&, const Transitions&) noexcept = default;

  /// The customers as they answered the first time, and the second.
  [[nodiscard]] constexpr BandCounts before() const noexcept { return {row(0), row(1), row(2)}; }
  [[nodiscard]] constexpr BandCounts after() const noexcept {
    return {column(0), column(1), column(2)};
  }
  [[nodiscard]] constexpr std::uint64_t customers() const noexcept { return before().responses(); }
  /// Before and after exchanged.
  [[nodiscard]] constexpr Transitions reversed() const noexcept {
    Transitions result;
    for (std::size_t i = 0; i < 3; ++i) {
      for (std::size_t j = 0; j < 3; ++j) result.counts_[j][i] = counts_[i][j];
    }
    return result;
  }

 private:
  [[nodiscard]] static constexpr std::size_t index(Band band) noexcept {
    return static_cast<std::size_t>(band);
  }
  [[nodiscard]] constexpr std::uint64_t row(std::size_t i) const noexcept {
    return counts_[i][0] + counts_[i][1] + counts_[i][2];
  }
  [[nodiscard]] constexpr std::uint64_t column(std::size_t j) const noexcept {
    return counts_[0][j] + counts_[1][j] + counts_[2][j];
  }

  std::array<std::array<std::uint64_t, 3>, 3> counts_{};
};

static_assert(std::is_trivially_copyable_v<Transitions> && sizeof(Transitions) == 72);

/// How a paired change is judged. Both take the mean of the customers' own changes as normal; they
/// differ in its variance.
enum class PairedMethod : std::uint8_t {
  /// The default: the variance there would be if nothing had changed on the whole. Wider, and has
  /// an answer also where all customers moved alike.
  /// Source: McNemar's test (Psychometrika 12 (1947) 153-157), with steps of one and of two bands.
  Score,
  /// The variance at hand. Too sure of itself with few pairs; where it is zero the result is the
  /// score test's, and says so.
  Wald,
};

inline constexpr std::array kPairedMethods{PairedMethod::Score, PairedMethod::Wald};

[[nodiscard]] constexpr std::string_view name(PairedMethod method) noexcept {
  switch (method) {
    case PairedMethod::Score: return "score";
    case PairedMethod::Wald: return "wald";
  }
  return "";
}

[[nodiscard]] constexpr std::optional<PairedMethod> paired_method(
    std::string_view wanted) noexcept {
  for (const PairedMethod method : kPairedMethods) {
    if (name(method) == wanted) return method;
  }
  return std::nullopt;
}

/// The signed change, after minus before, in points: -200 <= low <= nps <= high <= 200. Never NaN.
struct PairedComparison {
  double nps;
  double low;  // an interval of the true change
  double high;
  double p;  // two-sided: how often chance alone would show this much, were there no change
  Level level;
  PairedMethod method;  // the one that made low, high and p

  friend constexpr bool operator==(const PairedComparison&,
                                   const PairedComparison&) noexcept = default;
};

/// Judges the change of customers who answered twice.
/// Units       points, signed: a rise is positive. Before and after exchanged give exactly
///             (-nps, -high, -low) and the same p.
/// Empty case  no value without customers.
/// Promise     where no customer moved, p is 1 and the interval is what the score test leaves open
///             after n customers who did not move: +-200 z^2 / (n + z^2). p is never 0 for want of
///             variance.
/// Errors      takes customers as independent, and each as one pair.
/// Threads     reentrant. Complexity: O(1), no allocation.
[[nodiscard]] inline std::optional<PairedComparison> compare_paired(
    const Transitions& moves, PairedMethod method = PairedMethod::Score, Level level = {}) noexcept;

// ---- bodies ----

namespace detail {

/// The customers' own changes, from -2 to 2 bands.
struct MeanChange {
  double n;
  double mean;
  double mean_square;
  double variance;  // 0 only where all moved alike
};

/// Of at least one customer.
[[nodiscard]] inline MeanChange mean_change(const Transitions& moves) noexcept {
  const auto count = [&](Band before, Band after) {
    return static_cast<double>(moves.count(before, after));
  };
  double far_up = count(Band::Detractor, Band::Promoter);
  double far_down = count(Band::Promoter, Band::Detractor);
  double up = count(Band::Detractor, Band::Passive) + count(Band::Passive, Band::Promoter);
  double down = count(Band::Passive, Band::Detractor) + count(Band::Promoter, Band::Passive);
  double stay = (count(Band::Detractor, Band::Detractor) + count(Band::Promoter, Band::Promoter)) +
                count(Band::Passive, Band::Passive);
  const double n = ((far_up + far_down) + (up + down)) + stay;
  const double mean = (2 * (far_up - far_down) + (up - down)) / n;
  const double mean_square = (4 * (far_up + far_down) + (up + down)) / n;
  for (double* part : {&far_up, &far_down, &up, &down, &stay}) *part /= n;
  // The sum of p_i p_j (i - j)^2 over all pairs of steps: nothing cancels in it, and up and down
  // exchanged leave every bit as it was.
  const double variance = (far_up * up + far_down * down) + stay * (up + down) +
                          4 * (stay * (far_up + far_down) + up * down) +
                          9 * (far_up * down + far_down * up) + 16 * far_up * far_down;
  return {n, mean, mean_square, variance};
}

}  // namespace detail

inline std::optional<PairedComparison> compare_paired(const Transitions& moves, PairedMethod method,
                                                      Level level) noexcept {
  if (moves == Transitions{}) return std::nullopt;
  const detail::MeanChange change = detail::mean_change(moves);
  const double points = 100 * change.mean + 0.0;
  if (change.mean_square == 0) {
    const double k = level.z() * level.z() / change.n;
    const double reach = 200 * k / (1 + k);
    return PairedComparison{0, 0 - reach, reach, 1, level, PairedMethod::Score};
  }
  if (change.variance == 0) method = PairedMethod::Score;
  const double error =
      std::sqrt((method == PairedMethod::Wald ? change.variance : change.mean_square) / change.n);
  const double half = 100 * level.z() * error;
  return PairedComparison{.nps = points,
                          .low = std::clamp(points - half, -200.0, 200.0) + 0.0,
                          .high = std::clamp(points + half, -200.0, 200.0) + 0.0,
                          .p = detail::two_sided_p(change.mean / error),
                          .level = level,
                          .method = method};
}

}  // namespace nps

#endif  // NPS_STATS_PAIRED_H_
