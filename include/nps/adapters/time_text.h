// TimeFormat: reads a time the way a file writes it, or says that it is not written that way.
//
//   auto format = nps::TimeFormat::parse("dmy");
//   format->read("25.10.2020 2:30 PM", berlin);   // 2020-10-25T13:30:00Z
//   format->read("31.02.2020", berlin);           // no value: nothing is clamped or guessed
#ifndef NPS_ADAPTERS_TIME_TEXT_H_
#define NPS_ADAPTERS_TIME_TEXT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "nps/export.h"
#include "nps/result.h"
#include "nps/segment/zone.h"
#include "nps/timestamp.h"

namespace nps {

/// One way to write times. ASCII spaces around a time are trimmed. What a format does not describe
/// to the last character has no value.
///
///   iso       2020-11-06, 2020-11-06T08:51, 2020-11-06 08:51:12.402Z; T, t or one space between,
///             and the basic form 20201106T085112Z. Years 0000 to 9999.
///   dmy mdy   6.11.2020, 06/11/20, 6-11-2020: one kind of separator; days and months unpadded or
///   ymd       not; years of two digits (69..99 are 19xx, 00..68 are 20xx) or four. Then, after T
///   or
///             spaces, perhaps a time: 8:51, 08:51:12.402, 8:51 PM (1 to 12 with AM or PM).
///   unix      seconds since 1970, with a sign and a fraction or not: 1604652672, -1.5
///   unix_ms   the same in milliseconds
///   excel     days since 1899-12-30 with the time as their fraction: 44141.25 is 06:00 on
///             2020-11-06. From 0 to the end of 9999, to the nearest millisecond, as such numbers
///             are written with 15 digits. Below 60 Excel itself shows one day more, because it
///             believes in a 29 February 1900; other programs count as we do.
///   a strftime pattern: anything with a %. It reads %Y %y %m %d %e %b %B %h %a %A %H %I %p %M %S
///             %f %z %Z %s %F %D %T %R %n %t %%, %E*S (seconds with a fraction) and %Ez. Names are
///             English whatever the locale, and may be whole or three letters; a weekday must be
///             the date's own; %f is any number of digits; %Z is UTC, GMT or Z, for no other
///             letters mean one zone only. White space stands for any amount of it. A year is
///             needed; month and day are 1 where the pattern has none, and the time is midnight.
///
/// Everywhere a fraction has any number of digits after '.' (in iso and dates also ',') and is cut
/// toward the past to a microsecond. 24:00:00 is the next midnight and second 60, a leap second,
/// the start of the next minute. iso and dates with a time may end in Z, +07:00, -0700, +07, UTC,
/// GMT, GMT+4 or UTC+04:00, where +4 is east: four hours ahead of UTC. Without any of these, and in
/// excel, a time is civil time in the zone (see Zone::instant for times shown twice or never).
///
/// Threads     a plain value. Complexity: one pass, no allocation, no locale.
/// Source      RFC 3339; ISO 8601-1:2019; POSIX.1-2017 strptime for two-digit years.
class NPS_EXPORT TimeFormat {
 public:
  /// One of the names above, or a pattern. InvalidArgument for another word, and for a pattern that
  /// has an unknown conversion, says a field twice, or leaves out the year.
  static Result<TimeFormat> parse(std::string_view spec);

  /// RFC 3339 and its usual variants.
  static TimeFormat iso() { return {Kind::Iso, "iso"}; }

  /// The name or the pattern, as given.
  [[nodiscard]] std::string_view spec() const noexcept { return spec_; }

  /// The time that `text` writes; no value when it does not write one in this format.
  [[nodiscard]] std::optional<Timestamp> read(std::string_view text,
                                              const Zone& zone) const noexcept;

  friend bool operator==(const TimeFormat&, const TimeFormat&) = default;

 private:
  enum class Kind : std::uint8_t { Iso, Unix, UnixMs, Excel, Dmy, Mdy, Ymd, Pattern };
  TimeFormat(Kind kind, std::string spec, std::string steps = {})
      : spec_(std::move(spec)), steps_(std::move(steps)), kind_(kind) {}

  std::string spec_;
  std::string steps_;  // a pattern, checked and taken apart
  Kind kind_;
};

/// Whether the text begins as 6.11.2020 or 11/6/20 do: one or two digits, a separator, one or two
/// digits, the same separator, a year of two or four digits, then nothing, a space or T. Whether
/// the day or the month comes first cannot be told from such text, so that the caller has to be
/// told.
NPS_EXPORT bool day_or_month_first(std::string_view text) noexcept;

}  // namespace nps

#endif  // NPS_ADAPTERS_TIME_TEXT_H_
