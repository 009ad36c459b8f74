// IsoTimes: reads the times that most files have, in the form that most files write them in.
//
//   IsoTimes times(berlin);
//   Timestamp time;
//   if (!times.read({at, size}, time)) ...;   // not in that form: ask TimeFormat::iso()
//
// What it reads, TimeFormat::iso() reads as the same instant; it leaves the rest: YYYY-MM-DD, perhaps
// T or a space and HH:MM:SS, perhaps a point and up to six digits, perhaps Z.
#ifndef NPS_SRC_ADAPTERS_TIME_ISO_H_
#define NPS_SRC_ADAPTERS_TIME_ISO_H_

#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "adapters/csv_rows.h"
#include "nps/segment/zone.h"
#include "nps/timestamp.h"

namespace nps::internal {

/// Not for several threads at once: it remembers what it met.
class IsoTimes {
 public:
  static constexpr std::size_t kReadAhead = 20;  // bytes that may be read past the end of a cell

  explicit IsoTimes(const Zone& zone) : zone_(zone) {}

  bool read(RawCell cell, Timestamp& time) noexcept {
    const char* const at = cell.at;
    const std::size_t size = cell.size;
    if (size < 19) return read_date(at, size, time);
    const Month& month = month_at(at);
    std::int64_t seconds = 0;
    if (month.text != eight(at) && !learn(at)) return false;
    if (!read_rest(at + 8, month, seconds)) return false;
    std::int64_t micros = month.before + seconds * 1'000'000;
    bool utc = size == 20 && at[19] == 'Z';
    if (!utc && size != 19 && !read_fraction(at + 19, size - 19, micros, utc)) return false;
    time = utc ? Timestamp(std::chrono::microseconds(micros)) : from_civil(micros);
    return true;
  }

  /// Reads the cells from `first` on up to the first that is not written with seconds and, if
  /// anything, Z, or is in a month or at an offset not met before. Returns its number, or `count`.
  /// A function of its own, so that its many constants stay in registers.
  [[gnu::noinline]] std::size_t read_run(const CsvColumn cells, std::size_t first,
                                         std::size_t count, Timestamp* times) const noexcept {
    const std::int64_t from = from_.time_since_epoch().count();
    const std::int64_t to = to_.time_since_epoch().count();
    const std::int64_t offset = std::chrono::microseconds(offset_).count();
    Hour hour;
    for (std::size_t i = first; i < count; ++i) {
      const RawCell cell = cells[i];
      const char* const at = cell.at;
      const bool utc = cell.size == 20 && at[19] == 'Z';
      if (!utc && cell.size != 19) return i;
      std::int64_t seconds = 0;
      if (hour.month == eight(at) && hour.rest == (eight(at + 8) & kHourBytes) && hour.utc == utc) {
        if (!read_minutes(at + 13, seconds)) return i;
        times[i] = Timestamp(std::chrono::microseconds(hour.begin + seconds * 1'000'000));
        continue;
      }
      const Month& month = month_at(at);
      if (month.text != eight(at) || !read_rest(at + 8, month, seconds)) return i;
      std::int64_t micros = month.before + seconds * 1'000'000;
      const std::int64_t begin = micros - seconds % 3600 * 1'000'000;
      if (!utc) {
        if (micros < from || micros >= to) return i;
        micros -= offset;
      }
      times[i] = Timestamp(std::chrono::microseconds(micros));
      if (utc || (begin >= from && begin + kMicrosAnHour <= to)) {
        hour = {eight(at), eight(at + 8) & kHourBytes, begin - (utc ? 0 : offset), utc};
      }
    }
    return count;
  }

 private:
  static constexpr std::int64_t kMicrosADay = std::int64_t{86'400} * 1'000'000;
  static constexpr std::int64_t kMicrosAnHour = std::int64_t{3600} * 1'000'000;
  static constexpr std::size_t kMonths = 64;
  static constexpr std::uint64_t kHourBytes = 0xffffffffffU;  // DDTHH, of eight

  static std::uint64_t eight(const char* at) noexcept {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, at, sizeof bytes);
    if constexpr (std::endian::native == std::endian::big) bytes = __builtin_bswap64(bytes);
    return bytes;
  }
  static constexpr bool is_digit(char c) noexcept { return '0' <= c && c <= '9'; }

  /// YYYY-MM- and the days that it has.
  struct Month {
    std::uint64_t text = 0;   // is no text
    std::int64_t before = 0;  // microseconds of its day 0, the day before the first
    std::uint64_t days = 0;
  };

  /// The hour of the row before: in most files the rows that follow are in it, too.
  struct Hour {
    std::uint64_t month = 0;  // YYYY-MM-, is no text
    std::uint64_t rest = 0;   // DDTHH
    std::int64_t begin = 0;   // microseconds of UTC
    bool utc = false;         // written with Z
  };

  /// Where the month is that is written there, if it was met before.
  [[nodiscard]] const Month& month_at(const char* at) const noexcept {
    return months_[slot_of(eight(at))];
  }
  static std::size_t slot_of(std::uint64_t text) noexcept {
    return (text * 0x9e3779b97f4a7c15U) >> 58U;
  }

  /// DDTHH:MM:SS, in seconds since the month's day 0.
  /// Why it is right: where a byte less what has to be there is x with its top bit clear, adding
  /// 127 - most sets the top bit if x > most, and carries nowhere; a byte with its top bit set fails
  /// by itself. Then 10 x + (x >> 8) has the day in byte 0, the hour in 3 and the minute in 6, all of
  /// them at most 99; and in the product, what comes to stand from bit 48 on is day * 1440 + hour * 60
  /// + minute, below 2^16, with nothing carried from what stands below.
  static bool read_rest(const char* at, const Month& month, std::int64_t& seconds) noexcept {
    constexpr std::uint64_t kTops = 0x8080808080808080U;
    constexpr std::uint64_t kWithT = 0x30303a3030543030U;  // 00T00:00
    constexpr std::uint64_t kWithSpace = 0x30303a3030203030U;
    constexpr std::uint64_t kPairs = 0x00ff0000ff0000ffU;
    constexpr std::uint64_t kMinutes =
        1 + (std::uint64_t{60} << 24U) + (std::uint64_t{1440} << 48U);
    const std::uint64_t x = eight(at) ^ (at[2] == ' ' ? kWithSpace : kWithT);
    const std::uint64_t x_over = ((x & ~kTops) + 0x767a7f767d7f767cU) | x;
    const std::uint64_t y = (eight(at + 3) >> 40U) ^ 0x30303aU;  // :SS
    const std::uint64_t y_over = (y & 0x7f7f7fU) + 0x767a7fU;
    const std::uint64_t pairs = (x * 10 + (x >> 8U)) & kPairs;
    const std::uint64_t day = pairs & 0xffU;
    const std::uint64_t minutes = (pairs * kMinutes) >> 48U;
    seconds = static_cast<std::int64_t>(minutes * 60 + ((y >> 8U) & 0xffU) * 10 + (y >> 16U));
    const bool hour_fits = (pairs & 0xff000000U) < (std::uint64_t{24} << 24U);
    return ((x_over | y_over | y) & kTops) == 0 && hour_fits && day - 1 < month.days;
  }

  /// :MM:SS, in seconds. Right as read_rest() is: the minute comes to stand in byte 1, the second in
  /// byte 4.
  static bool read_minutes(const char* at, std::int64_t& seconds) noexcept {
    constexpr std::uint64_t kTops = 0x808080808080U;
    const std::uint64_t x = (eight(at - 2) >> 16U) ^ 0x30303a30303aU;
    const std::uint64_t over = ((x & ~kTops) + 0x767a7f767a7fU) | x;
    const std::uint64_t pairs = x * 10 + (x >> 8U);
    seconds = static_cast<std::int64_t>((pairs >> 8U & 0xffU) * 60 + (pairs >> 32U & 0xffU));
    return (over & kTops) == 0;
  }

  /// YYYY-MM-DD
  [[gnu::noinline]] bool read_date(const char* at, std::size_t size, Timestamp& time) noexcept {
    if (size != 10 || !is_digit(at[8]) || !is_digit(at[9])) return false;
    const Month& month = month_at(at);
    if (month.text != eight(at) && !learn(at)) return false;
    const auto day = static_cast<std::uint64_t>((at[8] - '0') * 10 + at[9] - '0');
    if (day - 1 >= month.days) return false;
    time = from_civil(month.before + static_cast<std::int64_t>(day) * kMicrosADay);
    return true;
  }

  /// .ddd or .ddd Z without the space, or Z.
  [[gnu::noinline]] static bool read_fraction(const char* at, std::size_t size,
                                              std::int64_t& micros, bool& utc) noexcept {
    utc = at[size - 1] == 'Z';
    if (utc) --size;
    if (size < 2 || size > 7 || at[0] != '.') return false;
    std::int64_t unit = 100'000;
    for (std::size_t i = 1; i < size; ++i, unit /= 10) {
      if (!is_digit(at[i])) return false;
      micros += (at[i] - '0') * unit;
    }
    return true;
  }

  [[gnu::noinline]] bool learn(const char* at) noexcept {
    namespace chrono = std::chrono;
    for (const std::size_t i : {0U, 1U, 2U, 3U, 5U, 6U}) {
      if (!is_digit(at[i])) return false;
    }
    if (at[4] != '-' || at[7] != '-') return false;
    const int year = (at[0] - '0') * 1000 + (at[1] - '0') * 100 + (at[2] - '0') * 10 + at[3] - '0';
    const int number = (at[5] - '0') * 10 + at[6] - '0';
    if (number < 1 || number > 12) return false;
    const chrono::year_month named = chrono::year{year} / number;
    const auto first = chrono::sys_days(named / 1);
    const auto last = chrono::sys_days(named / chrono::last);
    months_[slot_of(eight(at))] = {eight(at), (first.time_since_epoch().count() - 1) * kMicrosADay,
                                   static_cast<std::uint64_t>((last - first).count()) + 1};
    return true;
  }

  Timestamp from_civil(std::int64_t shown) noexcept {
    const CivilTime civil{std::chrono::microseconds(shown)};
    if (from_ <= civil && civil < to_) return Timestamp(civil.time_since_epoch() - offset_);
    return learn_offset(civil);
  }
  /// Two days away from its clock changes, a zone has one offset.
  [[gnu::noinline]] Timestamp learn_offset(CivilTime civil) noexcept {
    const Timestamp time = zone_.instant(civil);
    const Zone::Stretch stretch = zone_.at(time);
    offset_ = stretch.offset;
    from_ = to_ = civil;
    constexpr std::chrono::days kAway{3};
    if (stretch.span.contains(time - kAway) && stretch.span.contains(time + kAway)) {
      from_ = later(CivilTime(stretch.span.from.time_since_epoch()), kAway);
      to_ = earlier(CivilTime(stretch.span.to.time_since_epoch()), kAway);
    }
    return time;
  }
  static CivilTime later(CivilTime time, std::chrono::days by) noexcept {
    return time > CivilTime::max() - by ? CivilTime::max() : time + by;
  }
  static CivilTime earlier(CivilTime time, std::chrono::days by) noexcept {
    return time < CivilTime::min() + by ? CivilTime::min() : time - by;
  }

  Zone zone_;
  std::array<Month, kMonths> months_{};
  CivilTime from_ = {};  // none at first
  CivilTime to_ = {};
  std::chrono::seconds offset_{0};
};

}  // namespace nps::internal

#endif  // NPS_SRC_ADAPTERS_TIME_ISO_H_
