// Reading times by a strftime pattern. Not strptime: that one follows the locale of the host, skips
// what it knows nothing about (%j, %U, %Z), and lets each system extend it.
#ifndef NPS_SRC_ADAPTERS_TIME_PATTERN_H_
#define NPS_SRC_ADAPTERS_TIME_PATTERN_H_

#include <optional>
#include <string>
#include <string_view>

#include "nps/result.h"
#include "nps/segment/zone.h"
#include "nps/timestamp.h"

namespace nps::detail {

/// The pattern as a list of steps, two bytes each: a kind, and for a character that must stand
/// there, the character. The error says what is wrong with the pattern and what would be right.
Result<std::string> compile_time_pattern(std::string_view pattern);

/// Reads `text`, already trimmed, by the steps of a pattern.
std::optional<Timestamp> read_by_pattern(std::string_view steps, std::string_view text,
                                         const Zone& zone) noexcept;

}  // namespace nps::detail

#endif  // NPS_SRC_ADAPTERS_TIME_PATTERN_H_
