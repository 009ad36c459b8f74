// The scalars of JSON as text: what is a number, what a string means.
#ifndef NPS_SRC_ADAPTERS_JSON_TEXT_H_
#define NPS_SRC_ADAPTERS_JSON_TEXT_H_

#include <string>
#include <string_view>

namespace nps::internal {

/// Without the white space of JSON at both ends.
[[nodiscard]] std::string_view trim_json(std::string_view text) noexcept;

/// Whether the text is one number of RFC 8259, section 6, and nothing else.
[[nodiscard]] bool is_json_number(std::string_view text) noexcept;

/// Of such a number: whether it is written without a fraction and an exponent.
[[nodiscard]] bool is_json_integer(std::string_view number) noexcept;

/// The same number written without an exponent: "1E+1" is "10". Exact; where that would take many
/// digits, a shorter number that a rating reader finds just as far off the scale, or off a whole.
[[nodiscard]] std::string without_exponent(std::string_view number);

/// Appends what the text between the quotes of a string means; at most as many bytes. False, with
/// something appended, for a backslash before what it cannot escape, and for half a surrogate pair,
/// which is no character. Raw control characters and broken UTF-8 are the caller's to have refused.
[[nodiscard]] bool unescape(std::string_view inside, std::string& out);

}  // namespace nps::internal

#endif  // NPS_SRC_ADAPTERS_JSON_TEXT_H_
