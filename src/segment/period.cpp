#include "segment/period.h"

#include "segment/civil.h"

namespace nps::detail {
namespace {

using std::chrono::weekday;
using Number = std::optional<std::int64_t>;

Period days_between(std::int64_t from, std::int64_t to) noexcept {
  return {from * kSecondsPerDay, to * kSecondsPerDay};
}

// The period of `count` months that holds `date`.
Period months_around(const Date& date, unsigned count) noexcept {
  const unsigned first = (date.month - 1) / count * count;  // January is 0
  const std::int64_t carry = first + count == 12 ? 1 : 0;
  return days_between(days_of({date.year, first + 1, 1}),
                      days_of({date.year + carry, (first + count) % 12 + 1, 1}));
}

}  // namespace

Period period_of(CalendarUnit unit, weekday week_start, std::int64_t civil) noexcept {
  const std::int64_t day = floor_div(civil, kSecondsPerDay);
  switch (unit) {
    case CalendarUnit::Hour: {
      const std::int64_t hour = floor_div(civil, 3600) * 3600;
      return {hour, hour + 3600};
    }
    case CalendarUnit::Day: return days_between(day, day + 1);
    case CalendarUnit::Week: {
      const std::int64_t first = day - days_into_week(day, week_start);
      return days_between(first, first + 7);
    }
    case CalendarUnit::Month: return months_around(date_of(day), 1);
    case CalendarUnit::Quarter: return months_around(date_of(day), 3);
    case CalendarUnit::Year: break;
  }
  return months_around(date_of(day), 12);
}

// ---- Labels, written ----------------------------------------------------------------------------

PeriodLabel::PeriodLabel(CalendarUnit unit, weekday week_start, std::int64_t civil,
                         std::int64_t offset) noexcept {
  const std::int64_t day = floor_div(civil, kSecondsPerDay);
  switch (unit) {
    case CalendarUnit::Hour: hour(day, civil - day * kSecondsPerDay, offset); break;
    case CalendarUnit::Day: end_ = write_date(end_, day); break;
    case CalendarUnit::Week: week(day, week_start); break;
    case CalendarUnit::Month:
    case CalendarUnit::Quarter:
    case CalendarUnit::Year: months(unit, day); break;
  }
}

void PeriodLabel::digits(std::int64_t value, int width) noexcept {
  end_ = write_digits(end_, static_cast<std::uint64_t>(value), width);
}

void PeriodLabel::hour(std::int64_t day, std::int64_t second_of_day, std::int64_t offset) noexcept {
  end_ = write_date(end_, day);
  put('T');
  digits(second_of_day / 3600, 2);
  put(':');
  digits(0, 2);
  put(offset < 0 ? '-' : '+');
  const std::int64_t away = offset < 0 ? -offset : offset;
  digits(away / 3600, 2);
  put(':');
  digits(away / 60 % 60, 2);
  if (away % 60 == 0) return;
  put(':');
  digits(away % 60, 2);
}

void PeriodLabel::week(std::int64_t day, weekday week_start) noexcept {
  const std::int64_t first = day - days_into_week(day, week_start);
  if (week_start != std::chrono::Monday) {
    end_ = write_date(end_, first);
    return;
  }
  const std::int64_t thursday = first + 3;  // an ISO week belongs to the year of its Thursday
  const std::int64_t year = date_of(thursday).year;
  end_ = write_year(end_, year);
  put('-');
  put('W');
  digits((thursday - days_of({year, 1, 1})) / 7 + 1, 2);
}

void PeriodLabel::months(CalendarUnit unit, std::int64_t day) noexcept {
  const Date date = date_of(day);
  end_ = write_year(end_, date.year);
  if (unit == CalendarUnit::Year) return;
  put('-');
  if (unit == CalendarUnit::Month) return digits(date.month, 2);
  put('Q');
  digits((date.month + 2) / 3, 1);
}

// ---- Labels, read back --------------------------------------------------------------------------

Number read_number(std::string_view text, bool may_have_sign) noexcept {
  const bool negative = may_have_sign && text.starts_with('-');
  if (negative || (may_have_sign && text.starts_with('+'))) text.remove_prefix(1);
  if (text.empty() || text.size() > 6) return std::nullopt;  // no year of a Timestamp has more
  std::int64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return negative ? -value : value;
}

namespace {

// Takes `lead` and the `width` digits after it off the end of the text.
Number take_last(std::string_view& text, std::string_view lead, std::size_t width) noexcept {
  const std::size_t taken = lead.size() + width;
  if (text.size() < taken) return std::nullopt;
  const std::string_view last = text.substr(text.size() - taken);
  if (!last.starts_with(lead)) return std::nullopt;
  text.remove_suffix(taken);
  return read_number(last.substr(lead.size()));
}

Number read_date(std::string_view text) noexcept {  // days since 1970-01-01
  const Number day = take_last(text, "-", 2);
  const Number month = day ? take_last(text, "-", 2) : std::nullopt;
  const Number year = month ? read_number(text, true) : std::nullopt;
  if (!year || *month < 1 || *month > 12 || *day < 1) return std::nullopt;
  return days_of({*year, static_cast<unsigned>(*month), static_cast<unsigned>(*day)});
}

std::optional<PeriodStart> on_day(Number days) noexcept {
  if (!days) return std::nullopt;
  return PeriodStart{*days * kSecondsPerDay};
}

std::optional<PeriodStart> read_hour(std::string_view text) noexcept {
  const std::size_t t = text.find('T');
  if (t == std::string_view::npos) return std::nullopt;
  const Number days = read_date(text.substr(0, t));
  text.remove_prefix(t);  // T02:00+02:00, or T02:00+00:53:28
  const Number seconds = text.size() == 15 ? take_last(text, ":", 2) : Number{0};
  const Number minutes = seconds ? take_last(text, ":", 2) : std::nullopt;
  const bool west = text.size() == 9 && text[6] == '-';
  const Number hours = minutes ? take_last(text, west ? "-" : "+", 2) : std::nullopt;
  if (!days || !hours || !text.ends_with(":00")) return std::nullopt;
  text.remove_suffix(3);
  const Number hour = take_last(text, "T", 2);
  if (!hour || !text.empty()) return std::nullopt;
  const std::int64_t offset = *hours * 3600 + *minutes * 60 + *seconds;
  return PeriodStart{*days * kSecondsPerDay + *hour * 3600, west ? -offset : offset};
}

std::optional<PeriodStart> read_week(std::string_view text) noexcept {
  const Number week = take_last(text, "-W", 2);
  const Number year = week ? read_number(text, true) : std::nullopt;
  if (!year) return std::nullopt;
  const std::int64_t january_4 = days_of({*year, 1, 4});  // always in week 1
  return on_day(january_4 - days_into_week(january_4, std::chrono::Monday) + (*week - 1) * 7);
}

// The year's part number `index` of `count` months each.
std::optional<PeriodStart> read_months(std::string_view text, Number index,
                                       std::int64_t count) noexcept {
  const Number year = index ? read_number(text, true) : std::nullopt;
  if (!year || *index < 1 || *index * count > 12) return std::nullopt;
  return on_day(days_of({*year, static_cast<unsigned>((*index - 1) * count + 1), 1}));
}

std::optional<PeriodStart> read_loosely(CalendarUnit unit, weekday week_start,
                                        std::string_view text) noexcept {
  Number index{1};
  switch (unit) {
    case CalendarUnit::Hour: return read_hour(text);
    case CalendarUnit::Day: return on_day(read_date(text));
    case CalendarUnit::Week:
      return week_start == std::chrono::Monday ? read_week(text) : on_day(read_date(text));
    case CalendarUnit::Month: index = take_last(text, "-", 2); return read_months(text, index, 1);
    case CalendarUnit::Quarter:
      index = take_last(text, "-Q", 1);
      return read_months(text, index, 3);
    case CalendarUnit::Year: break;
  }
  return read_months(text, index, 12);
}

}  // namespace

std::optional<PeriodStart> read_period_label(CalendarUnit unit, weekday week_start,
                                             std::string_view label) noexcept {
  const auto start = read_loosely(unit, week_start, label);
  if (!start) return std::nullopt;
  // What was read too generously comes out as another text.
  const PeriodLabel written(unit, week_start, start->civil, start->offset);
  return written.view() == label ? start : std::nullopt;
}

}  // namespace nps::detail
