// The periods of the calendar as the wall shows them, and their names. No zone is involved yet:
// which instants show a period is for timing.cpp to find.
#ifndef NPS_SRC_SEGMENT_PERIOD_H_
#define NPS_SRC_SEGMENT_PERIOD_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "nps/segment/timing.h"

namespace nps::detail {

/// A period in civil seconds since 1970, half-open.
struct Period {
  std::int64_t from;
  std::int64_t to;
};

/// The period of that unit around a civil second.
Period period_of(CalendarUnit unit, std::chrono::weekday week_start, std::int64_t civil) noexcept;

/// The label of the period around a civil second, as Calendar documents it.
class PeriodLabel {
 public:
  /// `offset` is the UTC offset in seconds, which only the label of an hour has.
  PeriodLabel(CalendarUnit unit, std::chrono::weekday week_start, std::int64_t civil,
              std::int64_t offset) noexcept;

  [[nodiscard]] std::string_view view() const noexcept {
    return {text_, static_cast<std::size_t>(end_ - text_)};
  }

 private:
  void put(char c) noexcept { *end_++ = c; }
  void digits(std::int64_t value, int width) noexcept;
  void hour(std::int64_t day, std::int64_t second_of_day, std::int64_t offset) noexcept;
  void week(std::int64_t day, std::chrono::weekday week_start) noexcept;
  void months(CalendarUnit unit, std::int64_t day) noexcept;

  char text_[40];  // the longest is an hour: -290308-12-21T19:00+00:00:00
  char* end_ = text_;
};

/// What a label says: where its period begins on the wall and, for an hour, the offset.
struct PeriodStart {
  std::int64_t civil;
  std::int64_t offset = 0;
};

/// Reads a label. No value for text that PeriodLabel would not have written: another form, 31
/// February, week 53 of a year of 52, hour 24.
std::optional<PeriodStart> read_period_label(CalendarUnit unit, std::chrono::weekday week_start,
                                             std::string_view label) noexcept;

/// Digits, after a sign where one is allowed. No value for other text, or past six digits.
std::optional<std::int64_t> read_number(std::string_view text, bool may_have_sign = false) noexcept;

}  // namespace nps::detail

#endif  // NPS_SRC_SEGMENT_PERIOD_H_
