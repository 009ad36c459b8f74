// Scale: which ratings a question allows, and where its bands begin.
//
//   nps::kZeroToTen.band(nps::Rating::of<8>());   // Band::Passive
//   auto stars = tally.score(nps::kOneToFive);    // the same tally, read on another scale
//
// A tally keeps raw ratings; the cuts are applied when it is read, never when it is filled.
#ifndef NPS_SCALE_H_
#define NPS_SCALE_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "nps/band.h"
#include "nps/rating.h"

namespace nps {

/// Ratings min..max, of which those below `first_passive` are detractors, those from
/// `first_promoter` are promoters, and the rest between them passives. Regular, four bytes.
///
/// Errors      `from` has no value unless 0 <= min < first_passive <= first_promoter <= max <= 10.
class Scale {
 public:
  [[nodiscard]] static constexpr std::optional<Scale> from(int min, int first_passive,
                                                           int first_promoter, int max) noexcept {
    if (min < Rating::kMin || min >= first_passive || first_passive > first_promoter ||
        first_promoter > max || max > Rating::kMax) {
      return std::nullopt;
    }
    return Scale(min, first_passive, first_promoter, max);
  }

  [[nodiscard]] constexpr int min() const noexcept { return min_; }
  [[nodiscard]] constexpr int max() const noexcept { return max_; }
  [[nodiscard]] constexpr int first_passive() const noexcept { return first_passive_; }
  [[nodiscard]] constexpr int first_promoter() const noexcept { return first_promoter_; }

  [[nodiscard]] constexpr bool contains(Rating rating) const noexcept {
    return min_ <= rating.value() && rating.value() <= max_;
  }

  /// The band of a rating that the scale contains. One below `min` reads as a detractor and one
  /// above `max` as a promoter; ask `contains` first where that can happen.
  [[nodiscard]] constexpr Band band(Rating rating) const noexcept {
    if (rating.value() >= first_promoter_) return Band::Promoter;
    return rating.value() >= first_passive_ ? Band::Passive : Band::Detractor;
  }

  friend constexpr bool operator==(const Scale&, const Scale&) noexcept = default;

 private:
  constexpr Scale(int min, int first_passive, int first_promoter, int max) noexcept
      : min_(static_cast<std::uint8_t>(min)),
        first_passive_(static_cast<std::uint8_t>(first_passive)),
        first_promoter_(static_cast<std::uint8_t>(first_promoter)),
        max_(static_cast<std::uint8_t>(max)) {}

  std::uint8_t min_, first_passive_, first_promoter_, max_;
};

/// The scale of the Net Promoter question: detractors 0-6, passives 7-8, promoters 9-10.
/// Source: Reichheld, Harvard Business Review, December 2003.
inline constexpr Scale kZeroToTen = *Scale::from(0, 7, 9, 10);
/// The same cuts on a question that offers no zero.
inline constexpr Scale kOneToTen = *Scale::from(1, 7, 9, 10);
/// Five points or stars: 4 is passive, only 5 a promoter. Not the Net Promoter question: compare such
/// a score with others of its own kind only.
/// Source: the top box of the five-point scales in Reichheld, The Ultimate Question, 2006.
inline constexpr Scale kOneToFive = *Scale::from(1, 4, 5, 5);
/// Seven points: 5 is passive, 6 and 7 are promoters. Our own choice, as no standard has one: compare
/// such a score with others of its own kind only.
inline constexpr Scale kOneToSeven = *Scale::from(1, 5, 6, 7);

struct NamedScale {
  std::string_view name;
  Scale scale;
};
/// The scales that have a name of their own: "0-10", "1-10", "1-5", "1-7".
inline constexpr std::array<NamedScale, 4> kNamedScales{
    {{"0-10", kZeroToTen}, {"1-10", kOneToTen}, {"1-5", kOneToFive}, {"1-7", kOneToSeven}}};

static_assert(kZeroToTen.band(Rating::of<6>()) == Band::Detractor);
static_assert(kZeroToTen.band(Rating::of<7>()) == Band::Passive);
static_assert(kZeroToTen.band(Rating::of<8>()) == Band::Passive);
static_assert(kZeroToTen.band(Rating::of<9>()) == Band::Promoter);

}  // namespace nps

#endif  // NPS_SCALE_H_
