// Limits of the percentile bootstrap, on [-1, 1], without a random number. Not for users: see
// interval() in nps/stats/interval.h.
//
// A resample draws n responses from the n at hand, so its sum of promoters less detractors has the
// law of (D x^-1 + N + P x)^n / n^n, n being D + N + P. Its coefficients c_k, k = 0 standing for
// the sum -n, follow from differentiating:
//   D (k + 1) c_{k+1} = N (n - k) c_k + P (2n - k + 1) c_{k-1}.
// Up to k = n all terms are positive, so that nothing cancels; the other half comes from the other
// end with D and P exchanged. So the whole convolution takes O(n) steps and no memory.
#ifndef NPS_STATS_DETAIL_RESAMPLE_H_
#define NPS_STATS_DETAIL_RESAMPLE_H_

#include <cmath>
#include <cstdint>

#include "nps/stats/detail/bands.h"

namespace nps::detail {

/// A sum whose rounding errors are kept beside it. Source: Knuth, The Art of Computer Programming 2,
/// section 4.2.2, theorem B.
struct CarefulSum {
  double value = 0;
  double error = 0;

  void add(double x) noexcept {
    const double sum = value + x;
    const double of_x = sum - value;
    error += (value - (sum - of_x)) + (x - of_x);
    value = sum;
  }
  void scale(double by) noexcept {
    value *= by;
    error *= by;
  }
};

/// Walks the coefficients from all detractors to a sum of 0. They are known up to a factor, which
/// changes where they would grow out of bounds.
class ResampleWalk {
 public:
  static constexpr double kShrink = 0x1p-500;

  explicit ResampleWalk(const Bands& counts) noexcept : counts_(counts), n_(counts.total()) {
    sum_.add(1);
  }

  /// From one coefficient to the next. True where everything so far was multiplied by kShrink.
  bool step() noexcept {
    const double next =
        (counts_.passives * (n_ - k_) * now_ + counts_.promoters * (2 * n_ - k_ + 1) * before_) /
        (counts_.detractors * (k_ + 1));
    before_ = now_;
    now_ = next;
    k_ += 1;
    const bool shrinks = now_ > 1 / kShrink;
    if (shrinks) {
      before_ *= kShrink;
      now_ *= kShrink;
      sum_.scale(kShrink);
    }
    sum_.add(now_);
    return shrinks;
  }

  [[nodiscard]] double now() const noexcept { return now_; }
  [[nodiscard]] double before() const noexcept { return before_; }
  /// Of all coefficients up to this one, and of all before it.
  [[nodiscard]] const CarefulSum& sum() const noexcept { return sum_; }

 private:
  Bands counts_;
  double n_;
  double k_ = 0;
  double now_ = 1;
  double before_ = 0;
  CarefulSum sum_;
};

/// The law of the sum of a resample of counts in at least two bands. One half of it goes from all
/// of one end to a sum of 0, which both hold.
class ResampleLaw {
 public:
  explicit ResampleLaw(const BandCounts& counts) noexcept
      : counts_(bands_of(counts)),
        n_(counts.responses()),
        lower_(half(counts_, n_)),
        upper_(half(counts_.mirrored(), n_)) {}

  /// That of promoters and detractors exchanged.
  [[nodiscard]] ResampleLaw mirrored() const noexcept {
    return ResampleLaw(counts_.mirrored(), n_, upper_, lower_);
  }

  /// The least score on [-1, 1] that a resample stays at or below with at least this chance, which
  /// lies inside (0, 1/2].
  [[nodiscard]] double quantile(double chance) const noexcept {
    const double n = static_cast<double>(n_);
    const double below = below_zero();
    if (chance <= below) {
      // Up from the lowest sum, until enough has come together.
      const double enough = chance / below * (lower_.sum.value - lower_.middle);
      ResampleWalk walk(counts_);
      int shrinks = lower_.shrinks;  // still to come
      std::uint64_t k = 0;
      for (; k < n_ && scaled(walk.sum().value, shrinks) < enough; ++k) {
        shrinks -= walk.step() ? 1 : 0;
      }
      return -static_cast<double>(n_ - k) / n;
    }
    if (counts_.promoters == 0) return 0;
    // Down from the highest, until too little is left.
    const double enough = (chance - below) / (1 - below) * upper_.sum.value;
    ResampleWalk walk(counts_.mirrored());
    int shrinks = upper_.shrinks;
    std::uint64_t k = 0;
    const auto left = [&] {
      return (upper_.sum.value - scaled(walk.sum().value, shrinks)) +
             (upper_.sum.error - scaled(walk.sum().error, shrinks));
    };
    for (; k < n_ && left() >= enough; ++k) {
      shrinks -= walk.step() ? 1 : 0;
    }
    return static_cast<double>(n_ - k) / n;
  }

 private:
  struct Half {
    CarefulSum sum;        // of all its coefficients; none where its band is empty
    double middle = 0;     // the coefficient of a sum of 0
    double neighbour = 0;  // the one before
    int shrinks = 0;
  };

  ResampleLaw(const Bands& counts, std::uint64_t n, const Half& lower, const Half& upper) noexcept
      : counts_(counts), n_(n), lower_(lower), upper_(upper) {}

  /// As it will be after so many more shrinks.
  [[nodiscard]] static double scaled(double value, int shrinks) noexcept {
    return shrinks == 0 ? value : shrinks == 1 ? value * ResampleWalk::kShrink : 0;
  }

  [[nodiscard]] static Half half(const Bands& counts, std::uint64_t n) noexcept {
    Half half;
    if (counts.detractors == 0) return half;
    ResampleWalk walk(counts);
    for (std::uint64_t k = 0; k < n; ++k) half.shrinks += walk.step() ? 1 : 0;
    half.sum = walk.sum();
    half.middle = walk.now();
    half.neighbour = walk.before();
    return half;
  }

  /// The chance of a sum below 0. The halves meet at 0 and, as without passives a sum of 0 may not
  /// happen, at -1 and 1: P(1) / P(-1) is promoters / detractors.
  [[nodiscard]] double below_zero() const noexcept {
    if (counts_.detractors == 0) return 0;
    const double lower = lower_.sum.value - lower_.middle;
    if (counts_.promoters == 0) return lower / lower_.sum.value;
    // In units of what both know. Far from the middle that is too small for a double, and its half
    // is all there is.
    const double low =
        lower / (lower_.middle + lower_.neighbour * (counts_.promoters / counts_.detractors));
    const double high = upper_.sum.value / (upper_.middle + upper_.neighbour);
    return low < high ? (low / high) / (1 + low / high) : 1 / (1 + high / low);
  }

  Bands counts_;
  std::uint64_t n_;
  Half lower_;  // from all detractors up
  Half upper_;  // from all promoters down
};

}  // namespace nps::detail

#endif  // NPS_STATS_DETAIL_RESAMPLE_H_
