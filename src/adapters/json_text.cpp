#include "adapters/json_text.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <system_error>

#include "nps/detail/text.h"

namespace nps::internal {
namespace {

constexpr bool is_digit(char c) noexcept { return '0' <= c && c <= '9'; }

/// Takes the digits at the front off the text.
std::string_view take_digits(std::string_view& text) noexcept {
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count])) ++count;
  const std::string_view digits = text.substr(0, count);
  text.remove_prefix(count);
  return digits;
}

bool take(std::string_view& text, char c) noexcept {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

/// A number taken apart; `exponent` with its sign, "" where there is none.
struct Parts {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;
  std::string_view exponent;
};

std::optional<Parts> parts_of(std::string_view text) noexcept {
  Parts parts;
  parts.negative = take(text, '-');
  parts.whole = take_digits(text);
  if (parts.whole.empty() || (parts.whole.size() > 1 && parts.whole.front() == '0')) return {};
  if (take(text, '.')) {
    parts.fraction = take_digits(text);
    if (parts.fraction.empty()) return {};
  }
  if (take(text, 'e') || take(text, 'E')) {
    parts.exponent = text;
    if (!take(text, '-') && take(text, '+')) parts.exponent.remove_prefix(1);
    if (take_digits(text).empty()) return {};
  }
  if (!text.empty()) return {};
  return parts;
}

/// Four hexadecimal digits at the front; takes them off.
std::optional<char32_t> take_code(std::string_view& text) noexcept {
  if (text.size() < 4) return {};
  unsigned code = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + 4, code, 16);
  if (error != std::errc{} || end != text.data() + 4) return {};
  text.remove_prefix(4);
  return code;
}

/// What follows \u, surrogates put together.
bool unescape_code(std::string_view& text, std::string& out) {
  const auto code = take_code(text);
  if (!code) return false;
  if (*code < 0xd800 || *code > 0xdfff) {
    detail::append_utf8(out, *code);
    return true;
  }
  if (*code >= 0xdc00 || !text.starts_with("\\u")) return false;
  text.remove_prefix(2);
  const auto low = take_code(text);
  if (!low || *low < 0xdc00 || *low > 0xdfff) return false;
  detail::append_utf8(out, 0x10000 + ((*code - 0xd800) << 10U) + (*low - 0xdc00));
  return true;
}

}  // namespace

std::string_view trim_json(std::string_view text) noexcept {
  constexpr std::string_view kSpaces = " \t\r\n";
  const auto first = text.find_first_not_of(kSpaces);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpaces) + 1 - first);
}

bool is_json_number(std::string_view text) noexcept { return parts_of(text).has_value(); }

bool is_json_integer(std::string_view number) noexcept {
  return number.find_first_of(".eE") == std::string_view::npos;
}

std::string without_exponent(std::string_view number) {
  const auto parts = parts_of(number);
  if (!parts || parts->exponent.empty()) return std::string(number);
  std::string digits(parts->whole);
  digits += parts->fraction;
  const std::size_t zeros = std::min(digits.find_first_not_of('0'), digits.size());
  if (zeros == digits.size()) return "0";

  // Where the point goes, counted from the first digit that is not zero. An exponent that no integer
  // holds is beyond all digits that fit in memory.
  constexpr std::int64_t kFar = 1000;
  std::int64_t shift = 0;
  const auto [end, error] = std::from_chars(parts->exponent.data(),
                                            parts->exponent.data() + parts->exponent.size(), shift);
  constexpr std::int64_t kBeyond = std::int64_t{1} << 60U;
  if (error != std::errc{} || shift > kBeyond || shift < -kBeyond) {
    shift = parts->exponent.starts_with('-') ? -kBeyond : kBeyond;
  }
  const auto point =
      static_cast<std::int64_t>(parts->whole.size()) - static_cast<std::int64_t>(zeros) + shift;
  digits.erase(0, zeros);

  std::string out = parts->negative ? "-" : "";
  if (point > kFar) return out + "1000";  // far above every scale
  if (point < -kFar) return out + "0.1";  // between zero and one
  if (point <= 0) return out + "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  const auto whole = static_cast<std::size_t>(point);
  if (digits.size() <= whole) return out + digits + std::string(whole - digits.size(), '0');
  return out + digits.substr(0, whole) + "." + digits.substr(whole);
}

bool unescape(std::string_view inside, std::string& out) {
  for (;;) {
    const std::size_t plain = std::min(inside.find('\\'), inside.size());
    out.append(inside.substr(0, plain));
    inside.remove_prefix(plain);
    if (inside.empty()) return true;
    if (inside.size() < 2) return false;
    const char escaped = inside[1];
    inside.remove_prefix(2);
    switch (escaped) {
      case '"':
      case '\\':
      case '/': out += escaped; break;
      case 'b': out += '\b'; break;
      case 'f': out += '\f'; break;
      case 'n': out += '\n'; break;
      case 'r': out += '\r'; break;
      case 't': out += '\t'; break;
      case 'u':
        if (!unescape_code(inside, out)) return false;
        break;
      default: return false;
    }
  }
}

}  // namespace nps::internal
