// Rating: one answer to "how likely are you to recommend us, 0 to 10?".
//
//   constexpr auto ten = nps::Rating::of<10>();              // checked when compiled
//   if (auto rating = nps::Rating::from(answer)) use(*rating);  // checked when run
//
// The answer is a rating; "score" is kept for the Net Promoter Score of many ratings.
#ifndef NPS_RATING_H_
#define NPS_RATING_H_

#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

namespace nps {

/// A rating from 0 to 10. Regular, ordered, one byte; cannot hold anything else.
///
/// Empty case  none: there is no default, because no answer is not an answer of zero.
/// Errors      `from` has no value for anything outside 0..10; nothing is clamped or rounded.
/// Threads     a plain value.
class Rating {
 public:
  static constexpr int kMin = 0;
  static constexpr int kMax = 10;
  static constexpr std::size_t kCount = 11;  // how many different ratings there are

  template <int kValue>
  [[nodiscard]] static consteval Rating of() noexcept {
    static_assert(kMin <= kValue && kValue <= kMax, "a rating is an integer from 0 to 10");
    return Rating(static_cast<std::uint8_t>(kValue));
  }

  template <std::integral Integer>
  [[nodiscard]] static constexpr std::optional<Rating> from(Integer value) noexcept {
    if (!std::in_range<std::uint8_t>(value) || value > static_cast<Integer>(kMax)) {
      return std::nullopt;
    }
    return Rating(static_cast<std::uint8_t>(value));
  }
  // A floating answer is never truncated to a rating, and a truth value is not one.
  static std::optional<Rating> from(bool) = delete;
  static std::optional<Rating> from(char) = delete;

  [[nodiscard]] constexpr std::uint8_t value() const noexcept { return value_; }

  friend constexpr auto operator<=>(Rating, Rating) noexcept = default;

 private:
  constexpr explicit Rating(std::uint8_t value) noexcept : value_(value) {}
  std::uint8_t value_;
};

static_assert(sizeof(Rating) == 1);

}  // namespace nps

#endif  // NPS_RATING_H_
