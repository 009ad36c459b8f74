// What all formats of times are made of: digits, clocks, offsets, and the instant they come to.
#ifndef NPS_SRC_ADAPTERS_TIME_SCAN_H_
#define NPS_SRC_ADAPTERS_TIME_SCAN_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "nps/detail/text.h"
#include "nps/segment/zone.h"
#include "nps/timestamp.h"

namespace nps::detail {

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// Walks over text. What returns false has taken nothing that a caller could go on from: the text
/// is then not in the format.
class TimeScanner {
 public:
  explicit TimeScanner(std::string_view text) noexcept
      : at_(text.data()), end_(text.data() + text.size()) {}

  [[nodiscard]] bool done() const noexcept { return at_ == end_; }
  [[nodiscard]] std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }

  /// The next character, or NUL at the end. No format has a NUL in it.
  [[nodiscard]] char peek(std::size_t ahead = 0) const noexcept {
    return ahead < left() ? at_[ahead] : '\0';
  }
  void skip(std::size_t count) noexcept { at_ += count; }  // at most left()

  bool take(char c) noexcept {
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }

  /// `word` is in small letters; the text may have either.
  bool take_word(std::string_view word) noexcept {
    if (left() < word.size() || !equals_ignoring_case({at_, word.size()}, word)) return false;
    at_ += word.size();
    return true;
  }

  bool take_spaces() noexcept {  // any number; true when there was one
    const char* const from = at_;
    while (at_ != end_ && is_space(*at_)) ++at_;
    return at_ != from;
  }

  /// As many digits as follow, from `least` to `most`, which is at most nine.
  bool digits(int least, int most, int& value) noexcept {
    int count = 0;
    for (value = 0; count < most && at_ != end_ && is_digit(*at_); ++count, ++at_) {
      value = value * 10 + (*at_ - '0');
    }
    return count >= least;
  }

  /// Exactly two digits, or exactly four.
  bool two_digits(int& value) noexcept {
    if (left() < 2 || !is_digit(at_[0]) || !is_digit(at_[1])) return false;
    value = at_[0] * 10 + at_[1] - '0' * 11;
    at_ += 2;
    return true;
  }
  bool four_digits(int& value) noexcept {
    int low = 0;
    if (!two_digits(value) || !two_digits(low)) return false;
    value = value * 100 + low;
    return true;
  }

  /// The digits of a fraction, one or more, cut to microseconds.
  bool fraction(int& micros) noexcept {
    const char* const from = at_;
    int unit = 100'000;
    for (micros = 0; at_ != end_ && is_digit(*at_); ++at_, unit /= 10) {
      micros += (*at_ - '0') * unit;  // past the sixth digit, unit is 0
    }
    return at_ != from;
  }

  /// Digits, perhaps with a point and more digits, times 10^decimals and cut to a whole number.
  /// `cut` says whether anything was cut off. False past the range of 64 bits.
  bool decimal(int decimals, std::int64_t& value, bool& cut) noexcept {
    if (!is_digit(peek())) return false;
    value = 0;
    cut = false;
    for (; is_digit(peek()); ++at_) {
      if (!append(value, *at_ - '0')) return false;
    }
    const bool point = take('.');
    if (point && !is_digit(peek())) return false;
    for (; decimals > 0; --decimals) {
      if (!append(value, point && is_digit(peek()) ? *at_++ - '0' : 0)) return false;
    }
    for (; point && is_digit(peek()); ++at_) cut = cut || *at_ != '0';
    return true;
  }

 private:
  static bool append(std::int64_t& value, int digit) noexcept {
    if (value > (std::numeric_limits<std::int64_t>::max() - digit) / 10) return false;
    value = value * 10 + digit;
    return true;
  }

  const char* at_;
  const char* end_;
};

/// A written time, field by field, not yet checked.
struct TimeFields {
  int year = 1970;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int micros = 0;
  std::optional<int> offset;  // seconds east of UTC
};

/// Two digits of a year: POSIX's century.
constexpr int century_of(int two_digits) noexcept { return two_digits < 69 ? 2000 : 1900; }

/// 1 to 12 with AM or PM, into 0 to 23.
inline bool to_24_hours(int& hour, bool afternoon) noexcept {
  if (hour < 1 || hour > 12) return false;
  hour = hour % 12 + (afternoon ? 12 : 0);
  return true;
}

/// +07:00, -0700, +07, +00:53:28. After a name, as in GMT+4, the hour may be one digit.
inline bool scan_offset(TimeScanner& in, TimeFields& fields, bool after_name = false) noexcept {
  const bool west = in.peek() == '-';
  if (!in.take(west ? '-' : '+')) return false;
  int hours = 0;
  int minutes = 0;
  int seconds = 0;
  if (!in.digits(after_name ? 1 : 2, 2, hours)) return false;
  if (is_digit(in.peek())) {
    if (!in.two_digits(minutes)) return false;
  } else if (in.take(':')) {
    if (!in.two_digits(minutes)) return false;
    if (in.take(':') && !in.two_digits(seconds)) return false;
  }
  if (hours > 23 || minutes > 59 || seconds > 59) return false;
  const int away = hours * 3600 + minutes * 60 + seconds;
  fields.offset = west ? -away : away;
  return true;
}

/// The rest of the text: nothing, Z, an offset, or UTC or GMT with an offset or without.
inline bool scan_zone_to_end(TimeScanner& in, TimeFields& fields) noexcept {
  if (in.done()) return true;
  in.take_spaces();
  if (in.take_word("z")) {
    fields.offset = 0;
  } else if (in.take_word("utc") || in.take_word("gmt")) {
    fields.offset = 0;
    if (!in.done() && !scan_offset(in, fields, true)) return false;
  } else if (!scan_offset(in, fields)) {
    return false;
  }
  return in.done();
}

/// A count since 1970 of a unit that has 10^decimals microseconds, with a sign and a fraction or
/// not. Cut toward the past.
inline std::optional<Timestamp> scan_unix(TimeScanner& in, int decimals) noexcept {
  const bool negative = in.take('-');
  if (!negative) in.take('+');
  std::int64_t micros = 0;
  bool cut = false;
  if (!in.decimal(decimals, micros, cut)) return std::nullopt;
  if (negative) micros = -micros - (cut ? 1 : 0);
  return Timestamp{std::chrono::microseconds{micros}};
}

/// The instant the fields name: no value for 31 February, hour 25, minute 60 and the like.
inline std::optional<Timestamp> to_instant(const TimeFields& fields, const Zone& zone) noexcept {
  namespace chrono = std::chrono;
  const chrono::year_month_day date{chrono::year{fields.year},
                                    chrono::month{static_cast<unsigned>(fields.month)},
                                    chrono::day{static_cast<unsigned>(fields.day)}};
  const bool past_midnight = (fields.minute | fields.second | fields.micros) != 0;
  if (!date.ok() || fields.hour > (past_midnight ? 23 : 24) || fields.minute > 59 ||
      fields.second > 60) {
    return std::nullopt;
  }
  // The start of the minute after a leap second: which part of it we are in cannot be told.
  const int micros = fields.second == 60 ? 0 : fields.micros;
  const CivilTime shown = chrono::local_days{date} + chrono::hours{fields.hour} +
                          chrono::minutes{fields.minute} + chrono::seconds{fields.second} +
                          chrono::microseconds{micros};
  if (!fields.offset) return zone.instant(shown);
  return Timestamp{shown.time_since_epoch() - chrono::seconds{*fields.offset}};
}

}  // namespace nps::detail

#endif  // NPS_SRC_ADAPTERS_TIME_SCAN_H_
