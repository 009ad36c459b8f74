// WindowLength: a length of time as people write it, 30d or 24h, counted in civil days or in hours.
#ifndef NPS_WINDOW_LENGTH_H_
#define NPS_WINDOW_LENGTH_H_

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

#include "nps/result.h"

namespace nps {

enum class BucketUnit : std::uint8_t { Hour, Day };

inline constexpr std::array<std::string_view, 2> kBucketUnitNames{"hour", "day"};

constexpr std::string_view name(BucketUnit unit) noexcept {
  return kBucketUnitNames[static_cast<std::size_t>(unit)];
}

/// "30d" is 30 civil days, "24h" are 24 hours.
struct WindowLength {
  static constexpr std::int64_t kLongest = 1'000'000;

  BucketUnit unit = BucketUnit::Day;
  std::int64_t buckets = 0;

  /// From "30d" or "24h": at least 1, at most kLongest. InvalidArgument for other text.
  [[nodiscard]] static Result<WindowLength> parse(std::string_view text);
  [[nodiscard]] std::string name() const;
  friend bool operator==(const WindowLength&, const WindowLength&) noexcept = default;
};

inline Result<WindowLength> WindowLength::parse(std::string_view text) {
  WindowLength length;
  const char* const last = text.data() + text.size();
  const auto [end, fault] = std::from_chars(text.data(), last, length.buckets);
  const bool hours = end != last && *end == 'h';
  const bool is_whole = fault == std::errc{} && end + 1 == last && (hours || *end == 'd');
  if (!is_whole || length.buckets < 1 || length.buckets > kLongest) {
    return Error{ErrorCode::InvalidArgument,
                 "'" + std::string(text) +
                     "' is no window: write so many days or hours, from 1 to " +
                     std::to_string(kLongest) + ", as in 30d or 24h",
                 {.field = "window"}};
  }
  length.unit = hours ? BucketUnit::Hour : BucketUnit::Day;
  return length;
}

inline std::string WindowLength::name() const {
  return std::to_string(buckets) + (unit == BucketUnit::Hour ? 'h' : 'd');
}

}  // namespace nps

#endif  // NPS_WINDOW_LENGTH_H_
