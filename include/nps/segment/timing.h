// Timing: time as something to group by. Calendar periods in a named zone, the hour of the day or
// the day of the week, and how long an answer took.
//
//   nps::Calendar months(nps::CalendarUnit::Month, *nps::Zone::load("Europe/Berlin"));
//   months.label(t);                     // "2020-10"
//   months.previous("2020-10");          // "2020-09"
//   nps::Span same = months.span(t);     // every instant in here has t's label: ask once, then
//   if (same.contains(next)) ...         // compare, and convert again only on leaving it
//
//   auto delays = nps::Delays::parse("1h,1d,7d");
//   delays->label(delays->bucket(touchpoint_at, answered_at));   // "<1h", "1h-1d", ...
#ifndef NPS_SEGMENT_TIMING_H_
#define NPS_SEGMENT_TIMING_H_

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nps/export.h"
#include "nps/result.h"
#include "nps/segment/zone.h"
#include "nps/timestamp.h"

namespace nps {

enum class CalendarUnit : std::uint8_t { Hour, Day, Week, Month, Quarter, Year };
enum class CyclicUnit : std::uint8_t { HourOfDay, Weekday };

inline constexpr std::array<std::string_view, 6> kCalendarUnitNames{"hour",  "day",     "week",
                                                                    "month", "quarter", "year"};
inline constexpr std::array<std::string_view, 2> kCyclicUnitNames{"hour_of_day", "weekday"};
/// Labels of Cycle, and names for the start of a week. Monday first, as in ISO 8601.
inline constexpr std::array<std::string_view, 7> kWeekdayNames{"mon", "tue", "wed", "thu",
                                                               "fri", "sat", "sun"};

constexpr std::string_view name(CalendarUnit unit) noexcept {
  return kCalendarUnitNames[static_cast<std::size_t>(unit)];
}
constexpr std::string_view name(CyclicUnit unit) noexcept {
  return kCyclicUnitNames[static_cast<std::size_t>(unit)];
}

/// The unit of that name, in small letters: "month". No value for another word.
constexpr std::optional<CalendarUnit> calendar_unit(std::string_view name) noexcept;
constexpr std::optional<CyclicUnit> cyclic_unit(std::string_view name) noexcept;
/// The weekday of that name, in small letters, whole or its first three: "sunday", "sun".
constexpr std::optional<std::chrono::weekday> weekday_named(std::string_view name) noexcept;

/// Periods of the calendar in a zone. Every instant has exactly one label:
///
///   Hour     2020-10-25T02:00+02:00   the hour on the wall, with the offset it was shown at: when
///                                     clocks go back, an hour shown twice is two hours
///   Day      2020-10-25               the civil day, 23, 24 or 25 hours long, or another length
///   Week     2020-W43                 the ISO 8601 week; weeks that start on another day than
///                                     Monday are named by their first day, 2020-10-25
///   Month    2020-10
///   Quarter  2020-Q4                  from January, April, July and October
///   Year     2020
///
/// Years outside 0000..9999 have a sign and at least four digits (-0044, +12345). An offset that is
/// no whole minute, as before standard time, has its seconds (+00:53:28).
///
/// Errors      none. Text that is no label of this calendar has no previous() and sorts last.
/// Threads     a plain value.
/// Complexity  a binary search over the zone's clock changes. Only the label of an hour allocates.
/// Source      ISO 8601-1:2019 for weeks, expanded years and the form of all labels.
class NPS_EXPORT Calendar {
 public:
  Calendar(CalendarUnit unit, Zone zone,
           std::chrono::weekday week_start = std::chrono::Monday) noexcept
      : zone_(zone), week_start_(week_start), unit_(unit) {}

  [[nodiscard]] CalendarUnit unit() const noexcept { return unit_; }
  [[nodiscard]] Zone zone() const noexcept { return zone_; }
  /// The day weeks start on; only the unit Week looks at it.
  [[nodiscard]] std::chrono::weekday week_start() const noexcept { return week_start_; }

  [[nodiscard]] std::string label(Timestamp t) const;

  /// Instants around t that have t's label: the period, cut where the clocks change. So a period
  /// may be several spans, and they need not touch: at 00:01 on 1988-10-30 St John's went back to
  /// 22:01, so that the 29th ended, began again, and ended again.
  [[nodiscard]] Span span(Timestamp t) const noexcept;

  /// The label of the period just before: of the hour that really came before, or else of the day,
  /// week, ... before, passing over a day that the zone never had (2011-12-30 in Pacific/Apia).
  /// No value when `label` is not the label of any instant.
  [[nodiscard]] std::optional<std::string> previous(std::string_view label) const;

  /// Whether a comes before b: labels in order of time, and then all other text in order of bytes.
  [[nodiscard]] bool before(std::string_view a, std::string_view b) const;

  friend bool operator==(const Calendar&, const Calendar&) noexcept = default;

 private:
  Zone zone_;
  std::chrono::weekday week_start_;
  CalendarUnit unit_;
};

/// What comes round again: the hour on the clock, "00".."23", or the day of the week, "mon".."sun".
/// Errors, threads and complexity as for Calendar; nothing allocates.
class NPS_EXPORT Cycle {
 public:
  Cycle(CyclicUnit unit, Zone zone) noexcept : zone_(zone), unit_(unit) {}

  [[nodiscard]] CyclicUnit unit() const noexcept { return unit_; }
  [[nodiscard]] Zone zone() const noexcept { return zone_; }

  [[nodiscard]] std::string label(Timestamp t) const;

  /// Instants around t that have t's label: one hour or one day, cut where the clocks change.
  [[nodiscard]] Span span(Timestamp t) const noexcept;

  /// 00 before 23, mon before sun; other text after all labels, in order of bytes.
  [[nodiscard]] bool before(std::string_view a, std::string_view b) const noexcept;

  friend bool operator==(const Cycle&, const Cycle&) noexcept = default;

 private:
  Zone zone_;
  CyclicUnit unit_;
};

/// How long after the touchpoint the answer came, in buckets between declared limits. "1h,1d,7d"
/// declares
///
///   "<0"      the answer came first: odd, and so kept in sight
///   "<1h"     from 0 up to, and not with, 1 hour
///   "1h-1d"   from 1 hour up to, and not with, 1 day
///   "1d-7d"
///   ">=7d"    7 days or more
///
/// Units       s, m, h, d (24 hours), w (7 days); whole numbers. Labels use the declared units.
/// Errors      only parse() fails.
/// Threads     a plain value.
/// Complexity  bucket(): a binary search over the limits, no allocation.
class NPS_EXPORT Delays {
 public:
  /// Limits from text: positive and strictly increasing, between commas. InvalidArgument otherwise.
  static Result<Delays> parse(std::string_view text);

  /// The limits as parse() takes them, without spaces and leading zeros: "1h,1d,7d".
  [[nodiscard]] std::string text() const;

  /// How many buckets there are: two more than limits.
  [[nodiscard]] std::size_t size() const noexcept { return labels_.size(); }

  /// The bucket of a delay: an index below size(), in declared order, 0 being "<0".
  [[nodiscard]] std::size_t bucket(Timestamp touchpoint, Timestamp answered) const noexcept;

  /// `index` is below size().
  [[nodiscard]] std::string_view label(std::size_t index) const noexcept { return labels_[index]; }

  /// Declared order; other text after all labels, in order of bytes.
  [[nodiscard]] bool before(std::string_view a, std::string_view b) const noexcept;

  friend bool operator==(const Delays&, const Delays&) = default;

 private:
  Delays(std::vector<std::chrono::microseconds> limits, std::vector<std::string> labels) noexcept
      : limits_(std::move(limits)), labels_(std::move(labels)) {}

  std::vector<std::chrono::microseconds> limits_;
  std::vector<std::string> labels_;
};

// ---- bodies -------------------------------------------------------------------------------------

constexpr std::optional<CalendarUnit> calendar_unit(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kCalendarUnitNames.size(); ++i) {
    if (kCalendarUnitNames[i] == name) return static_cast<CalendarUnit>(i);
  }
  return std::nullopt;
}

constexpr std::optional<CyclicUnit> cyclic_unit(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kCyclicUnitNames.size(); ++i) {
    if (kCyclicUnitNames[i] == name) return static_cast<CyclicUnit>(i);
  }
  return std::nullopt;
}

constexpr std::optional<std::chrono::weekday> weekday_named(std::string_view name) noexcept {
  constexpr std::array<std::string_view, 7> kWhole{"monday", "tuesday",  "wednesday", "thursday",
                                                   "friday", "saturday", "sunday"};
  for (unsigned i = 0; i < kWhole.size(); ++i) {
    if (kWhole[i] == name || kWeekdayNames[i] == name) return std::chrono::weekday{i + 1};
  }
  return std::nullopt;
}

}  // namespace nps

#endif  // NPS_SEGMENT_TIMING_H_
