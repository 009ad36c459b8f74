// Text of unknown origin: trimmed, made valid UTF-8, made safe to show. ASCII, no locale, std only.
//
//   const auto cell = trim(raw);                               // a view, nothing copied
//   std::string label = is_utf8(cell) ? std::string(cell) : repair_utf8(cell);
//   std::cout << printable(label) << pad(20 - display_width(label));
//
// Errors  nothing fails: every function takes any bytes.
// Source  The Unicode Standard 14.0, section 3.9 (well-formed UTF-8, Table 3-7; U+FFFD for each
//         maximal subpart of an ill-formed sequence).
#ifndef NPS_DETAIL_TEXT_H_
#define NPS_DETAIL_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "nps/detail/unicode.h"

namespace nps::detail {

inline constexpr char32_t kReplacement = 0xfffd;

[[nodiscard]] constexpr bool is_space(char c) noexcept {
  return c == ' ' || ('\t' <= c && c <= '\r');  // tab, line feed, vertical tab, form feed, return
}

/// Without the ASCII spaces at both ends. A no-break space is no ASCII space and stays.
[[nodiscard]] constexpr std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

[[nodiscard]] constexpr char ascii_lower(char c) noexcept {
  return 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// The same but for the case of ASCII letters.
[[nodiscard]] constexpr bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (ascii_lower(a[i]) != ascii_lower(b[i])) return false;
  }
  return true;
}

/// One step through UTF-8: the character at the front of a text, and its bytes.
struct Character {
  char32_t code = kReplacement;
  std::size_t size = 1;  // of a broken sequence: its maximal subpart, at least one byte
  bool valid = false;
};

/// `text` must not be empty. No overlong forms, no surrogates, nothing above U+10FFFF.
[[nodiscard]] constexpr Character first_character(std::string_view text) noexcept {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  if (lead < 0xc2 || lead > 0xf4) return {};
  const std::size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  // Only the second byte has bounds of its own: Table 3-7.
  unsigned low = 0x80;
  unsigned high = 0xbf;
  if (lead == 0xe0) low = 0xa0;
  if (lead == 0xed) high = 0x9f;
  if (lead == 0xf0) low = 0x90;
  if (lead == 0xf4) high = 0x8f;
  char32_t code = lead & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if (i >= text.size() || byte(i) < low || byte(i) > high) return {kReplacement, i, false};
    code = (code << 6U) | (byte(i) & 0x3fU);
    low = 0x80;
    high = 0xbf;
  }
  return {code, length, true};
}

inline void append_utf8(std::string& out, char32_t code) {
  const auto put = [&out](char32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0U | (code >> 6U));
    put(0x80U | (code & 0x3fU));
  } else if (code < 0x10000) {
    put(0xe0U | (code >> 12U));
    put(0x80U | ((code >> 6U) & 0x3fU));
    put(0x80U | (code & 0x3fU));
  } else {
    put(0xf0U | (code >> 18U));
    put(0x80U | ((code >> 12U) & 0x3fU));
    put(0x80U | ((code >> 6U) & 0x3fU));
    put(0x80U | (code & 0x3fU));
  }
}

/// How many bytes at the front are ASCII.
[[nodiscard]] inline std::size_t ascii_prefix(std::string_view text) noexcept {
  std::size_t at = 0;
  for (std::uint64_t eight = 0; at + sizeof eight <= text.size(); at += sizeof eight) {
    std::memcpy(&eight, text.data() + at, sizeof eight);
    if ((eight & 0x8080808080808080U) != 0) break;
  }
  while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80) ++at;
  return at;
}

[[nodiscard]] inline bool is_utf8(std::string_view text) noexcept {
  for (;;) {
    text.remove_prefix(ascii_prefix(text));
    if (text.empty()) return true;
    const Character c = first_character(text);
    if (!c.valid) return false;
    text.remove_prefix(c.size);
  }
}

/// Valid UTF-8 whatever comes in; what is valid already comes back unchanged. At most three times
/// as long: each maximal subpart of a broken sequence becomes one U+FFFD.
[[nodiscard]] inline std::string repair_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Character c = first_character(text);
    if (c.valid) {
      out.append(text.substr(0, c.size));
    } else {
      append_utf8(out, kReplacement);
    }
    text.remove_prefix(c.size);
  }
  return out;
}

/// ISO 8859-1: every byte is the code point of the same number.
[[nodiscard]] inline std::string latin1_to_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) append_utf8(out, static_cast<unsigned char>(c));
  return out;
}

/// Controls that could move a terminal's cursor or turn the reading direction around.
[[nodiscard]] constexpr bool is_unprintable(char32_t code) noexcept {
  return code < 0x20 || (0x7f <= code && code <= 0x9f) || (0x202a <= code && code <= 0x202e) ||
         (0x2066 <= code && code <= 0x2069);
}

/// For one line of a terminal: line breaks and tabs become a space (CRLF one), other controls and
/// bidirectional overrides are spelled out (`\x1b`, `\u{202e}`), broken bytes become U+FFFD. The
/// result is valid UTF-8. A backslash stays as it is, so this is for people, not to be undone.
[[nodiscard]] inline std::string printable(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Character c = first_character(text);
    if (c.code == U'\r' && text.starts_with("\r\n")) text.remove_prefix(1);
    if ((U'\t' <= c.code && c.code <= U'\r') || c.code == 0x85 || c.code == 0x2028 ||
        c.code == 0x2029) {
      out += ' ';
    } else if (is_unprintable(c.code)) {
      out += c.code < 0x100 ? "\\x" : "\\u{";
      if (c.code >= 0x100) {
        out += kHex[(c.code >> 12U) & 0xfU];
        out += kHex[(c.code >> 8U) & 0xfU];
      }
      out += kHex[(c.code >> 4U) & 0xfU];
      out += kHex[c.code & 0xfU];
      if (c.code >= 0x100) out += '}';
    } else {
      append_utf8(out, c.code);
    }
    text.remove_prefix(c.size);
  }
  return out;
}

/// Columns on a terminal: East Asian wide characters 2, combining marks and controls 0, each broken
/// sequence 1 (it is shown as U+FFFD). Sequences that fonts join into one picture count their
/// parts.
[[nodiscard]] inline int display_width(std::string_view utf8) noexcept {
  int width = 0;
  while (!utf8.empty()) {
    const Character c = first_character(utf8);
    width += column_width(c.code);
    utf8.remove_prefix(c.size);
  }
  return width;
}

}  // namespace nps::detail

#endif  // NPS_DETAIL_TEXT_H_
