// RatingReader: what a cell of text says about the rating, or why it says nothing.
//
//   const nps::RatingReader reader(nps::kZeroToTen, {"99"});
//   reader.read("9.0").rating();                      // Rating 9
//   reader.read("10 - Extremely likely").rating();    // Rating 10
//   reader.read("10.5").reject();                     // RatingReject::OutOfRange
//   reader.read("99").reject();                       // RatingReject::Missing: a declared code
#ifndef NPS_ADAPTERS_RATING_TEXT_H_
#define NPS_ADAPTERS_RATING_TEXT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "nps/export.h"
#include "nps/rating.h"
#include "nps/scale.h"

namespace nps {

/// Why a cell holds no rating.
enum class RatingReject : std::uint8_t { Missing, OutOfRange, Fractional, NotANumber };

inline constexpr std::size_t kRatingRejects = 4;

/// As reports write it: "missing", "out_of_range", "fractional", "not_a_number".
[[nodiscard]] constexpr std::string_view name(RatingReject reject) noexcept {
  switch (reject) {
    case RatingReject::Missing: return "missing";
    case RatingReject::OutOfRange: return "out_of_range";
    case RatingReject::Fractional: return "fractional";
    case RatingReject::NotANumber: return "not_a_number";
  }
  return "";
}

/// A rating or the reason why there is none. Regular, one byte.
class RatingReading {
 public:
  constexpr RatingReading(Rating rating) noexcept : byte_(rating.value()) {}
  constexpr RatingReading(RatingReject reject) noexcept
      : byte_(static_cast<std::uint8_t>(kFirstReject + static_cast<std::uint8_t>(reject))) {}

  [[nodiscard]] constexpr bool has_rating() const noexcept { return byte_ <= Rating::kMax; }
  [[nodiscard]] constexpr explicit operator bool() const noexcept { return has_rating(); }

  /// Ask has_rating() first.
  [[nodiscard]] constexpr Rating rating() const noexcept { return *Rating::from(byte_); }
  [[nodiscard]] constexpr RatingReject reject() const noexcept {
    return static_cast<RatingReject>(byte_ - kFirstReject);
  }

  /// For a column of rating bytes: 0 to 10, or a byte above 10 for each kind of reject.
  [[nodiscard]] constexpr std::uint8_t byte() const noexcept { return byte_; }

  friend constexpr bool operator==(RatingReading, RatingReading) noexcept = default;

 private:
  static constexpr std::uint8_t kFirstReject = 0xf0;
  std::uint8_t byte_;
};

static_assert(sizeof(RatingReading) == 1);

/// Reads ratings of one scale. After ASCII spaces at both ends are taken off, a cell is the first
/// of these that fits:
///
///   missing       nothing, NA, N/A, null, nan, none (in any case of letters), or a declared code:
///                 the same text, or the same number (code 11 is also "11.0" and "11 - Blank");
///   a number      [+-] digits [. digits], with digits on at least one side of the point, ASCII
///   only:
///                 "9", "+9", "09", "9.0", "9." and "-0" are ratings, ".5" is a number too. Without
///                 its zero fraction on the scale: the rating. Below min or above max, compared
///                 exactly however many digits there are: out_of_range ("10.5", "-0.5", "42.7").
///                 Between two ratings: fractional ("9.5");
///   a label       digits, a separator, text with a letter and without digits: the rating the
///   digits
///                 name ("10 - Extremely likely", "0 (Not at all likely)", "9: très probable"), or
///                 out_of_range. The separator is whatever stands between them, a single space will
///                 do, but it cannot begin with a letter ("10th", "1e1", "0x9"). No sign: "-9 -
///                 bad" might as well be a range. Letters and digits are those of every script, and
///                 all numerals are digits here ("9 ½ stars" names no rating). A broken UTF-8 byte
///                 is taken for a letter at the start of a separator and for nothing elsewhere;
///   not_a_number  everything else: "8-9", "10-11-2020", "9/10", "9,5", "inf", "１０".
///
/// Errors      none; every cell is one of the five.
/// Threads     read() may be called from many at once.
/// Complexity  O(1) for "7" and "10", else O(cell + declared codes); read() allocates nothing.
class NPS_EXPORT RatingReader {
 public:
  explicit RatingReader(const Scale& scale = kZeroToTen, std::vector<std::string> missing = {});

  [[nodiscard]] RatingReading read(std::string_view cell) const noexcept {
    if (cell.size() == 1 && is_digit(cell[0])) return short_[digit(cell[0])];
    if (cell.size() == 2 && is_digit(cell[0]) && is_digit(cell[1])) {
      return short_[digit(cell[0]) * 10U + digit(cell[1])];
    }
    return read_any(cell);
  }

  [[nodiscard]] const Scale& scale() const noexcept { return scale_; }

 private:
  static constexpr bool is_digit(char c) noexcept { return '0' <= c && c <= '9'; }
  static constexpr std::size_t digit(char c) noexcept { return static_cast<std::size_t>(c - '0'); }
  [[nodiscard]] RatingReading read_any(std::string_view cell) const noexcept;

  Scale scale_;
  std::vector<std::string> missing_;      // trimmed
  std::array<RatingReading, 100> short_;  // what the integers 0 to 99 read as
};

}  // namespace nps

#endif  // NPS_ADAPTERS_RATING_TEXT_H_
