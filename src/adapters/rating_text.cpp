#include "nps/adapters/rating_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "nps/detail/text.h"

namespace nps {
namespace {

/// A decimal number of any length, in the shortest form: no zeros before `whole` or after
/// `fraction`, zero itself is two empty texts without a sign. So equal numbers have equal members.
struct Number {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;
  friend bool operator==(const Number&, const Number&) = default;
};

constexpr bool is_digit(char c) { return '0' <= c && c <= '9'; }

/// Takes the digits at the front of `text` off it.
std::string_view take_digits(std::string_view& text) {
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count])) ++count;
  const std::string_view digits = text.substr(0, count);
  text.remove_prefix(count);
  return digits;
}

Number shortest(bool negative, std::string_view whole, std::string_view fraction) {
  while (whole.starts_with('0')) whole.remove_prefix(1);
  while (fraction.ends_with('0')) fraction.remove_suffix(1);
  return {negative && !(whole.empty() && fraction.empty()), whole, fraction};
}

/// [+-] digits [. digits], digits on at least one side of the point, and nothing else.
std::optional<Number> number_from(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const std::string_view whole = take_digits(text);
  std::string_view fraction;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    fraction = take_digits(text);
  }
  if (!text.empty() || (whole.empty() && fraction.empty())) return std::nullopt;
  return shortest(negative, whole, fraction);
}

/// digits, a separator that does not begin with a letter, then a letter somewhere and no digit.
std::optional<Number> labelled_number_from(std::string_view text) {
  const std::string_view digits = take_digits(text);
  if (digits.empty() || text.empty()) return std::nullopt;
  const detail::Character separator = detail::first_character(text);
  if (!separator.valid || detail::is_letter(separator.code)) return std::nullopt;
  bool letter = false;
  while (!text.empty()) {
    const detail::Character c = detail::first_character(text);
    if (c.valid && detail::is_number(c.code)) return std::nullopt;
    letter = letter || (c.valid && detail::is_letter(c.code));
    text.remove_prefix(c.size);
  }
  if (!letter) return std::nullopt;
  return shortest(false, digits, {});
}

RatingReading place(const Number& number, const Scale& scale) {
  // Every scale lies within 0..10, so a longer whole part is above it whatever its digits.
  int whole = 0;
  if (number.negative || number.whole.size() > 2) return RatingReject::OutOfRange;
  std::from_chars(number.whole.data(), number.whole.data() + number.whole.size(), whole);
  if (whole < scale.min() || whole > scale.max()) return RatingReject::OutOfRange;
  if (number.fraction.empty()) return *Rating::from(whole);
  return whole == scale.max() ? RatingReject::OutOfRange : RatingReject::Fractional;
}

bool is_missing_word(std::string_view text) {
  constexpr std::array<std::string_view, 6> kWords{"", "na", "n/a", "null", "nan", "none"};
  return std::ranges::any_of(
      kWords, [text](auto word) { return detail::equals_ignoring_case(text, word); });
}

/// A reading has no default, so an array of them starts out with one kind.
template <std::size_t... kIndex>
std::array<RatingReading, sizeof...(kIndex)> all_missing(std::index_sequence<kIndex...>) {
  return {((void)kIndex, RatingReading(RatingReject::Missing))...};
}

}  // namespace

RatingReader::RatingReader(const Scale& scale, std::vector<std::string> missing)
    : scale_(scale),
      missing_(std::move(missing)),
      short_(all_missing(std::make_index_sequence<100>())) {
  for (std::string& code : missing_) code = std::string(detail::trim(code));
  for (std::size_t value = 0; value < short_.size(); ++value) {
    short_[value] = read_any(std::to_string(value));
  }
}

RatingReading RatingReader::read_any(std::string_view cell) const noexcept {
  const std::string_view text = detail::trim(cell);
  if (is_missing_word(text)) return RatingReject::Missing;
  std::optional<Number> number = number_from(text);
  if (!number) number = labelled_number_from(text);
  for (const std::string& code : missing_) {
    if (text == code || (number && number == number_from(code))) return RatingReject::Missing;
  }
  return number ? place(*number, scale_) : RatingReject::NotANumber;
}

}  // namespace nps
