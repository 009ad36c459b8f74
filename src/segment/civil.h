// Calendar arithmetic on whole seconds, exact over all of Timestamp's range. std::chrono's calendar
// does the work; it knows the years -32767..32767 only, so it is asked about 1970..2369 and the
// rest is whole cycles of 400 years, after which the Gregorian calendar repeats to the weekday.
#ifndef NPS_SRC_SEGMENT_CIVIL_H_
#define NPS_SRC_SEGMENT_CIVIL_H_

#include <chrono>
#include <cstdint>

#include "nps/timestamp.h"

namespace nps::detail {

inline constexpr std::int64_t kSecondsPerDay = 86'400;
inline constexpr std::int64_t kDaysPerCycle = 146'097;
inline constexpr std::int64_t kSecondsPerCycle = kDaysPerCycle * kSecondsPerDay;
static_assert(kDaysPerCycle % 7 == 0);

/// In seconds: no clock is further than this from UTC. The zone data cannot say a longer way.
inline constexpr std::int64_t kFurthestOffset = std::int64_t{26} * 3600;

/// a / b rounded toward the past, for b > 0.
constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) noexcept {
  return a / b - (a % b < 0 ? 1 : 0);
}

/// The whole second t falls in, since 1970.
constexpr std::int64_t to_seconds(Timestamp t) noexcept {
  return floor_div(t.time_since_epoch().count(), 1'000'000);
}

/// The instant at which a second begins; the end of the range where that lies beyond it.
constexpr Timestamp from_seconds(std::int64_t seconds) noexcept {
  constexpr std::int64_t kLast = Timestamp::max().time_since_epoch().count() / 1'000'000;
  if (seconds > kLast) return Timestamp::max();
  if (seconds < -kLast) return Timestamp::min();
  return Timestamp{std::chrono::seconds{seconds}};
}

struct Date {
  std::int64_t year;
  unsigned month;
  unsigned day;
};

/// The date `days` days after 1970-01-01.
constexpr Date date_of(std::int64_t days) noexcept {
  const std::int64_t cycle = floor_div(days, kDaysPerCycle);
  const std::chrono::year_month_day ymd{
      std::chrono::sys_days{std::chrono::days{days - cycle * kDaysPerCycle}}};
  return {int{ymd.year()} + 400 * cycle, unsigned{ymd.month()}, unsigned{ymd.day()}};
}

/// The inverse. A day past the month's last counts on into the next month.
constexpr std::int64_t days_of(const Date& date) noexcept {
  const std::int64_t cycle = floor_div(date.year - 1970, 400);
  const std::chrono::year_month_day first{
      std::chrono::year{static_cast<int>(date.year - 400 * cycle)}, std::chrono::month{date.month},
      std::chrono::day{1}};
  return std::chrono::sys_days{first}.time_since_epoch().count() + cycle * kDaysPerCycle +
         static_cast<std::int64_t>(date.day) - 1;
}

/// Days since the last `start` on or before the day `days`, 0..6.
constexpr std::int64_t days_into_week(std::int64_t days, std::chrono::weekday start) noexcept {
  const std::chrono::weekday day{std::chrono::sys_days{
      std::chrono::days{days - floor_div(days, kDaysPerCycle) * kDaysPerCycle}}};
  return (day - start).count();
}

// Writing. Each returns the place after what it wrote; the caller has room.

/// `value` as exactly `width` digits.
constexpr char* write_digits(char* out, std::uint64_t value, int width) noexcept {
  for (int i = width; i-- > 0; value /= 10) out[i] = static_cast<char>('0' + value % 10);
  return out + width;
}

/// Four digits for 0000..9999; else a sign and at least four (ISO 8601's expanded years).
constexpr char* write_year(char* out, std::int64_t year) noexcept {
  if (year < 0) *out++ = '-';
  if (year > 9999) *out++ = '+';
  const auto magnitude = static_cast<std::uint64_t>(year < 0 ? -year : year);
  int width = 4;
  for (std::uint64_t rest = magnitude / 10'000; rest != 0; rest /= 10) ++width;
  return write_digits(out, magnitude, width);
}

/// 2020-10-25, from days since 1970-01-01.
constexpr char* write_date(char* out, std::int64_t days) noexcept {
  const Date date = date_of(days);
  out = write_year(out, date.year);
  *out++ = '-';
  out = write_digits(out, date.month, 2);
  *out++ = '-';
  return write_digits(out, date.day, 2);
}

}  // namespace nps::detail

#endif  // NPS_SRC_SEGMENT_CIVIL_H_
