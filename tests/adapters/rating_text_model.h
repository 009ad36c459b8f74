// What RatingReader must say, written out the long way: decimals as padded strings, text as a list
// of characters. Shares only the tables of letters and numbers with the reader.
#ifndef NPS_TESTS_ADAPTERS_RATING_TEXT_MODEL_H_
#define NPS_TESTS_ADAPTERS_RATING_TEXT_MODEL_H_

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "nps/adapters/rating_text.h"
#include "nps/detail/text.h"

namespace nps::test {

inline bool model_is_digit(char c) {
  return std::string("0123456789").find(c) != std::string::npos;
}

/// "-0012.50" as sign, "12", "5"; `ok` is false for anything that is no number.
struct ModelNumber {
  bool ok = false;
  bool negative = false;
  std::string whole;
  std::string fraction;
};

inline ModelNumber model_number(const std::string& text) {
  ModelNumber number;
  bool point = false;
  bool any = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (i == 0 && (c == '+' || c == '-')) {
      number.negative = c == '-';
    } else if (c == '.' && !point) {
      point = true;
    } else if (model_is_digit(c)) {
      any = true;
      (point ? number.fraction : number.whole) += c;
    } else {
      return {};
    }
  }
  number.ok = any;
  number.whole.erase(0, std::min(number.whole.find_first_not_of('0'), number.whole.size()));
  while (!number.fraction.empty() && number.fraction.back() == '0') number.fraction.pop_back();
  if (number.whole.empty() && number.fraction.empty()) number.negative = false;
  return number;
}

/// -1, 0 or 1 as the number is less than, equal to or greater than an integer >= 0.
inline int model_compare(const ModelNumber& number, int integer) {
  if (number.negative) return -1;
  std::string left = number.whole;
  std::string right = integer == 0 ? "" : std::to_string(integer);
  const std::size_t width = std::max(left.size(), right.size());
  left.insert(0, width - left.size(), '0');
  right.insert(0, width - right.size(), '0');
  left += '.' + number.fraction;
  right += '.';
  return left < right ? -1 : left == right ? 0 : 1;
}

inline RatingReading model_rating(std::string_view cell, const Scale& scale,
                                  const std::vector<std::string>& codes) {
  const auto trimmed = [](std::string text) {
    const char* const spaces = " \t\n\v\f\r";
    text.erase(0, std::min(text.find_first_not_of(spaces), text.size()));
    text.erase(text.find_last_not_of(spaces) + 1);
    return text;
  };
  const std::string text = trimmed(std::string(cell));
  std::string lower = text;
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  for (const char* word : {"", "na", "n/a", "null", "nan", "none"}) {
    if (lower == word) return RatingReject::Missing;
  }

  ModelNumber number = model_number(text);
  if (!number.ok) {
    // digits, separator, label: look at it as characters.
    std::vector<detail::Character> characters;
    for (std::string_view rest = text; !rest.empty(); rest.remove_prefix(characters.back().size)) {
      characters.push_back(detail::first_character(rest));
    }
    std::size_t digits = 0;
    while (digits < characters.size() && characters[digits].code < 128 &&
           model_is_digit(static_cast<char>(characters[digits].code))) {
      ++digits;
    }
    bool good = digits > 0 && digits < characters.size() && characters[digits].valid &&
                !detail::is_letter(characters[digits].code);
    bool letter = false;
    for (std::size_t i = digits; i < characters.size(); ++i) {
      if (!characters[i].valid) continue;
      if (detail::is_number(characters[i].code)) good = false;
      if (detail::is_letter(characters[i].code)) letter = true;
    }
    if (good && letter) number = model_number(text.substr(0, digits));
  }

  for (const std::string& declared : codes) {
    const std::string code = trimmed(declared);
    const ModelNumber as_number = model_number(code);
    if (text == code) return RatingReject::Missing;
    if (number.ok && as_number.ok && number.negative == as_number.negative &&
        number.whole == as_number.whole && number.fraction == as_number.fraction) {
      return RatingReject::Missing;
    }
  }
  if (!number.ok) return RatingReject::NotANumber;
  if (model_compare(number, scale.min()) < 0 || model_compare(number, scale.max()) > 0) {
    return RatingReject::OutOfRange;
  }
  for (int value = scale.min(); value <= scale.max(); ++value) {
    if (model_compare(number, value) == 0) return *Rating::from(value);
  }
  return RatingReject::Fractional;
}

}  // namespace nps::test

#endif  // NPS_TESTS_ADAPTERS_RATING_TEXT_MODEL_H_
