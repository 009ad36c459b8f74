// Score: a Net Promoter Score, kept as an exact fraction until somebody prints it.
//
//   nps::BandCounts bands{.detractors = 1, .passives = 0, .promoters = 2};
//   if (auto score = bands.score()) fmt::print("{:+.1f}", score->points());   // +33.3
#ifndef NPS_SCORE_H_
#define NPS_SCORE_H_

#include <algorithm>
#include <compare>
#include <cstdint>
#include <optional>

#include "nps/detail/wide.h"

namespace nps {

/// (promoters - detractors) / responses, exactly. -100..+100 points; ordered by value, so 1/3 of
/// three responses equals 2/6 of six.
///
/// Empty case  there is none: without responses there is no score (`from` has no value).
/// Errors      `from` has no value when promoters and detractors do not fit into responses.
/// Threads     a plain value. Complexity: every member is O(1) and allocates nothing.
/// Source      Reichheld, "The One Number You Need to Grow", HBR, December 2003.
class Score {
 public:
  [[nodiscard]] static constexpr std::optional<Score> from(std::uint64_t promoters,
                                                           std::uint64_t detractors,
                                                           std::uint64_t responses) noexcept {
    if (responses == 0 || promoters > responses || detractors > responses - promoters) {
      return std::nullopt;
    }
    const bool negative = promoters < detractors;
    return Score(negative, negative ? detractors - promoters : promoters - detractors, responses);
  }

  /// The score of exactly that many points, -100..100; what lies beyond is taken as the bound.
  [[nodiscard]] static constexpr Score of_points(int points) noexcept {
    const int bounded = points < -100 ? -100 : points > 100 ? 100 : points;
    return Score(bounded < 0, static_cast<std::uint64_t>(bounded < 0 ? -bounded : bounded), 100);
  }

  /// The score in points. The one division: correctly rounded while counts stay below 2^46, and
  /// never past +-100 above that, where rounding could leave it.
  [[nodiscard]] constexpr double points() const noexcept {
    const double magnitude = 100.0 * static_cast<double>(net_) / static_cast<double>(responses_);
    const double bounded = std::min(magnitude, 100.0);
    return negative_ ? -bounded : bounded;
  }

  /// |promoters - detractors|, and whether the detractors are more.
  [[nodiscard]] constexpr std::uint64_t net_magnitude() const noexcept { return net_; }
  [[nodiscard]] constexpr bool negative() const noexcept { return negative_; }
  /// n: what the fraction is out of.
  [[nodiscard]] constexpr std::uint64_t responses() const noexcept { return responses_; }

  friend constexpr std::strong_ordering operator<=>(const Score& a, const Score& b) noexcept {
    if (a.negative_ != b.negative_) {
      return a.negative_ ? std::strong_ordering::less : std::strong_ordering::greater;
    }
    const auto left = detail::multiply(a.net_, b.responses_);
    const auto right = detail::multiply(b.net_, a.responses_);
    return a.negative_ ? right <=> left : left <=> right;
  }
  friend constexpr bool operator==(const Score& a, const Score& b) noexcept {
    return (a <=> b) == std::strong_ordering::equal;
  }

 private:
  constexpr Score(bool negative, std::uint64_t net, std::uint64_t responses) noexcept
      : net_(net), responses_(responses), negative_(negative) {}

  std::uint64_t net_;
  std::uint64_t responses_;
  bool negative_;
};

/// Responses per band: all that a score, and an interval around it, need to know.
struct BandCounts {
  std::uint64_t detractors = 0;
  std::uint64_t passives = 0;
  std::uint64_t promoters = 0;

  [[nodiscard]] constexpr std::uint64_t responses() const noexcept {
    return detractors + passives + promoters;
  }
  [[nodiscard]] constexpr std::optional<Score> score() const noexcept {
    return Score::from(promoters, detractors, responses());
  }
  friend constexpr bool operator==(const BandCounts&, const BandCounts&) noexcept = default;
};

static_assert(Score::from(1, 0, 3) == Score::from(2, 0, 6));
static_assert(Score::from(0, 1, 2) < Score::from(1, 1, 2));
static_assert(!Score::from(0, 0, 0).has_value());

}  // namespace nps

#endif  // NPS_SCORE_H_
