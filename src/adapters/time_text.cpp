#include "nps/adapters/time_text.h"

#include <array>

#include "adapters/time_pattern.h"
#include "adapters/time_scan.h"
#include "nps/detail/text.h"

namespace nps {
namespace {

using detail::TimeFields;
using detail::TimeScanner;

// ---- iso ----------------------------------------------------------------------------------------

// Fractions of the seconds just read, if any follow.
bool scan_fraction(TimeScanner& in, TimeFields& fields) noexcept {
  if (!in.take('.') && !in.take(',')) return true;
  return in.fraction(fields.micros);
}

bool scan_iso_date(TimeScanner& in, TimeFields& fields) noexcept {
  if (!in.four_digits(fields.year)) return false;
  const bool extended = in.take('-');
  return in.two_digits(fields.month) && (!extended || in.take('-')) && in.two_digits(fields.day);
}

bool scan_iso_clock(TimeScanner& in, TimeFields& fields) noexcept {
  if (!in.two_digits(fields.hour)) return false;
  const bool extended = in.take(':');
  if (!in.two_digits(fields.minute)) return false;
  const bool seconds = extended ? in.take(':') : detail::is_digit(in.peek());
  if (!seconds) return true;
  return in.two_digits(fields.second) && scan_fraction(in, fields);
}

std::optional<Timestamp> read_iso(std::string_view text, const Zone& zone) noexcept {
  TimeScanner in(text);
  TimeFields fields;
  if (!scan_iso_date(in, fields)) return std::nullopt;
  if (!in.done()) {
    if (!in.take('T') && !in.take(' ') && !in.take('t')) return std::nullopt;
    if (!scan_iso_clock(in, fields) || !detail::scan_zone_to_end(in, fields)) return std::nullopt;
  }
  return detail::to_instant(fields, zone);
}

// ---- dmy, mdy, ymd ------------------------------------------------------------------------------

bool is_separator(char c) noexcept { return c == '/' || c == '-' || c == '.'; }

// A year of two digits or four.
bool scan_year(TimeScanner& in, int& year) noexcept {
  const bool two = !detail::is_digit(in.peek(2));
  if (!(two ? in.two_digits(year) : in.four_digits(year))) return false;
  if (two) year += detail::century_of(year);
  return true;
}

// Three numbers; which are 'd', 'm' and 'y' is told by the format's own name.
bool scan_date(TimeScanner& in, std::string_view order, TimeFields& fields) noexcept {
  char separator = '\0';
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i == 1) separator = in.peek();
    if (i > 0 && !(is_separator(separator) && in.take(separator))) return false;
    const bool fits = order[i] == 'y'   ? scan_year(in, fields.year)
                      : order[i] == 'm' ? in.digits(1, 2, fields.month)
                                        : in.digits(1, 2, fields.day);
    if (!fits) return false;
  }
  return true;
}

// H:MM[:SS[.fff]] [AM|PM]
bool scan_clock(TimeScanner& in, TimeFields& fields) noexcept {
  if (!in.digits(1, 2, fields.hour) || !in.take(':') || !in.two_digits(fields.minute)) {
    return false;
  }
  if (in.take(':') && !(in.two_digits(fields.second) && scan_fraction(in, fields))) return false;
  TimeScanner ahead = in;
  ahead.take_spaces();
  const bool afternoon = ahead.take_word("pm");
  if (!afternoon && !ahead.take_word("am")) return true;
  in = ahead;
  return detail::to_24_hours(fields.hour, afternoon);
}

std::optional<Timestamp> read_date(std::string_view order, std::string_view text,
                                   const Zone& zone) noexcept {
  TimeScanner in(text);
  TimeFields fields;
  if (!scan_date(in, order, fields)) return std::nullopt;
  if (!in.done()) {
    if (!in.take('T') && !in.take_spaces()) return std::nullopt;
    if (!scan_clock(in, fields) || !detail::scan_zone_to_end(in, fields)) return std::nullopt;
  }
  return detail::to_instant(fields, zone);
}

// ---- Numbers ------------------------------------------------------------------------------------

std::optional<Timestamp> read_unix(std::string_view text, int decimals) noexcept {
  TimeScanner in(text);
  const auto time = detail::scan_unix(in, decimals);
  return in.done() ? time : std::nullopt;
}

std::optional<Timestamp> read_excel(std::string_view text, const Zone& zone) noexcept {
  constexpr std::int64_t kDay = 100'000'000'000;  // one day in the unit read: 1e-11 of it
  constexpr std::int64_t kDays = 2'958'466;       // 10000-01-01
  constexpr std::chrono::local_days kEpoch{std::chrono::year{1899} / 12 / 30};
  TimeScanner in(text);
  std::int64_t serial = 0;
  bool cut = false;
  if (!in.decimal(11, serial, cut) || !in.done() || serial >= kDays * kDay) return std::nullopt;
  const std::chrono::milliseconds of_day{(serial % kDay * 864 + 500'000) / 1'000'000};
  return zone.instant(kEpoch + std::chrono::days{serial / kDay} + of_day);
}

constexpr std::array<std::string_view, 7> kNames{"iso", "unix", "unix_ms", "excel",
                                                 "dmy", "mdy",  "ymd"};

}  // namespace

Result<TimeFormat> TimeFormat::parse(std::string_view spec) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (spec == kNames[i]) return TimeFormat(static_cast<Kind>(i), std::string(spec));
  }
  if (spec.find('%') == std::string_view::npos) {
    return Error{
        ErrorCode::InvalidArgument,
        "There is no time format \"" + detail::printable(spec.substr(0, 60)) +
            "\": give iso, unix, unix_ms, excel, dmy, mdy, ymd, or a strftime pattern such "
            "as \"%d.%m.%Y %H:%M\".",
        Where{{}, 0, "time format"}};
  }
  auto steps = detail::compile_time_pattern(spec);
  if (!steps) return std::move(steps).error();
  return TimeFormat(Kind::Pattern, std::string(spec), *std::move(steps));
}

std::optional<Timestamp> TimeFormat::read(std::string_view text, const Zone& zone) const noexcept {
  text = detail::trim(text);
  switch (kind_) {
    case Kind::Iso: return read_iso(text, zone);
    case Kind::Unix: return read_unix(text, 6);
    case Kind::UnixMs: return read_unix(text, 3);
    case Kind::Excel: return read_excel(text, zone);
    case Kind::Dmy:
    case Kind::Mdy:
    case Kind::Ymd: return read_date(spec_, text, zone);
    case Kind::Pattern: break;
  }
  return detail::read_by_pattern(steps_, text, zone);
}

bool day_or_month_first(std::string_view text) noexcept {
  TimeScanner in(detail::trim(text));
  TimeFields ignored;
  if (!scan_date(in, "dmy", ignored)) return false;
  return in.done() || in.peek() == 'T' || detail::is_space(in.peek());
}

}  // namespace nps
