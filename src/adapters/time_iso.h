// IsoTimes: reads the times that most files have, in the form that most files write them in.
//
//   IsoTimes times(berlin);
//   Timestamp time;
//   if (!times.read(cell, size, time)) ...;   // not in that form: ask TimeFormat::iso()
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

#include "nps/segment/zone.h"
#include "nps/timestamp.h"

namespace nps::internal {

/// Not for several threads at once: it remembers what it met.
class IsoTimes {
 public:
  static constexpr std::size_t kReadAhead = 20;  // bytes that may be read past the end of a cell

  explicit IsoTimes(const Zone& zone) : zone_(zone) {}

  [[gnu::always_inline]] bool read(const char* at, std::size_t size, Timestamp& time) noexcept {
    if (size < 10) return false;
    std::int64_t day = 0;
    if (!read_day(at, day)) return false;
    std::int64_t micros = day * kMicrosADay;
    bool utc = false;
    if (size > 10) {
      if (size < 19 || (at[10] != 'T' && at[10] != ' ')) return false;
      std::uint32_t seconds = 0;
      if (!read_clock(at + 11, seconds)) return false;
      micros += std::int64_t{seconds} * 1'000'000;
      utc = size == 20 && at[19] == 'Z';
      if (!utc && size != 19 && !read_fraction(at + 19, size - 19, micros, utc)) return false;
    }
    time = utc ? Timestamp(std::chrono::microseconds(micros)) : from_civil(micros);
    return true;
  }

 private:
  static constexpr std::int64_t kMicrosADay = std::int64_t{86'400} * 1'000'000;
  static constexpr std::size_t kMonths = 64;

  static std::uint64_t eight(const char* at) noexcept {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, at, sizeof bytes);
    if constexpr (std::endian::native == std::endian::big) bytes = __builtin_bswap64(bytes);
    return bytes;
  }
  static constexpr bool is_digit(char c) noexcept { return '0' <= c && c <= '9'; }

  /// YYYY-MM- is looked up among those met before; the rest is two digits.
  bool read_day(const char* at, std::int64_t& day) noexcept {
    const std::uint64_t text = eight(at);
    Month& month = months_[(text * 0x9e3779b97f4a7c15U) >> 58U];
    if (month.text != text && !learn(at, text, month)) return false;
    const unsigned tens = static_cast<unsigned char>(at[8]) - unsigned{'0'};
    const unsigned ones = static_cast<unsigned char>(at[9]) - unsigned{'0'};
    const unsigned of_month = tens * 10 + ones;
    day = month.day_before + of_month;
    return tens <= 9 && ones <= 9 && of_month - 1 < month.days;
  }

  /// HH:MM:SS, eight bytes at once.
  /// Why it is right: where a byte less its '0', or ':', is x with its top bit clear, adding 127 - most
  /// sets the top bit if x > most, and carries nowhere; a byte with its top bit set fails by itself.
  static bool read_clock(const char* at, std::uint32_t& seconds) noexcept {
    constexpr std::uint64_t kTops = 0x8080808080808080U;
    const std::uint64_t x = eight(at) ^ 0x30303a30303a3030U;
    const std::uint64_t over = (x & ~kTops) + 0x767a7f767a7f767dU;
    if (((over | x) & kTops) != 0) return false;
    const std::uint64_t pairs = x * 10 + (x >> 8U);  // bytes 0, 3 and 6: at most 99
    const auto hours = static_cast<std::uint32_t>(pairs & 0xffU);
    const auto minutes = static_cast<std::uint32_t>((pairs >> 24U) & 0xffU);
    seconds = hours * 3600 + minutes * 60 + static_cast<std::uint32_t>((pairs >> 48U) & 0xffU);
    return hours < 24;
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

  struct Month {
    std::uint64_t text = 0;  // is no text
    std::int64_t day_before = 0;
    unsigned days = 0;
  };
  [[gnu::noinline]] static bool learn(const char* at, std::uint64_t text, Month& month) noexcept {
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
    month = {text, first.time_since_epoch().count() - 1,
             static_cast<unsigned>((last - first).count()) + 1};
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
