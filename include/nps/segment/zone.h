// Zone: a named IANA time zone. It turns instants into what the clock on the wall shows, and back.
//
//   auto berlin = nps::Zone::load("Europe/Berlin");
//   if (!berlin) return log(berlin.error().message);   // "There is no time zone named ..."
//   nps::CivilTime shown = berlin->civil(t);           // std::chrono calendar types take it apart
//   nps::Zone::Stretch now = berlin->at(t);            // its UTC offset, and how long it holds
//
// The host's own zone is never read: not TZ, not /etc/localtime. What the data says about a zone
// depends on its edition, which tzdata_version() tells.
#ifndef NPS_SEGMENT_ZONE_H_
#define NPS_SEGMENT_ZONE_H_

#include <chrono>
#include <string>
#include <string_view>

#include "nps/export.h"
#include "nps/result.h"
#include "nps/timestamp.h"

namespace nps {

/// What a calendar and a clock on the wall show, without saying where the wall is.
using CivilTime = std::chrono::local_time<std::chrono::microseconds>;

/// The instants from `from` up to, and not with, `to`. Where `to` is Timestamp::max() the span has
/// no end: Timestamp::max() itself belongs to it.
struct Span {
  Timestamp from;
  Timestamp to;

  [[nodiscard]] constexpr bool contains(Timestamp t) const noexcept {
    return from <= t && (t < to || to == Timestamp::max());
  }
  friend constexpr bool operator==(const Span&, const Span&) noexcept = default;
};

/// A time zone by its IANA name. As small as a pointer; equal when the names are equal, so a link
/// such as Asia/Calcutta is not the Asia/Kolkata it points to.
///
/// Units       microseconds; UTC offsets in seconds, east of Greenwich positive.
/// Errors      only load() fails. Conversions are defined for every argument: what would leave the
///             range of a 64-bit microsecond, 292,000 years away, stops at its end.
/// Threads     everything here may be called from any thread.
/// Complexity  load(): reads a file once, and what was read stays for as long as the program runs.
///             The rest: a binary search over the zone's clock changes, and no allocation.
/// Source      the IANA time zone database as Abseil reads it, from the folder named by TZDIR or
///             else /usr/share/zoneinfo. UTC needs none.
class NPS_EXPORT Zone {
 public:
  /// One unbroken run of instants with one UTC offset. As long as can be told: the next stretch has
  /// another offset, save in years after 2400, where a stretch may be cut in two.
  struct Stretch {
    Span span;
    std::chrono::seconds offset;
  };

  /// The zone of that name. InvalidArgument for what is no zone's name or would read the host's own
  /// zone or a file elsewhere ("localtime", "/etc/localtime", "file:x", "../x", ""); NotFound where
  /// the database has no such zone. Case counts, as it does in the database.
  static Result<Zone> load(std::string_view name);

  static Zone utc();

  [[nodiscard]] std::string_view name() const noexcept;

  /// The offset in force at t, and the stretch around t in which it holds.
  [[nodiscard]] Stretch at(Timestamp t) const noexcept;

  /// What the clock shows at t.
  [[nodiscard]] CivilTime civil(Timestamp t) const noexcept;

  /// The instant at which the clock shows `shown`. Where clocks went back and showed it twice, the
  /// first. Where they went forward and never did, it is read by the offset before the change, and
  /// so falls as far after the change as the clock would have got: 02:30 on the day that Berlin
  /// skips from 02:00 to 03:00 is 03:30.
  [[nodiscard]] Timestamp instant(CivilTime shown) const noexcept;

  /// Zones are interned: the same name is the same table.
  friend bool operator==(const Zone&, const Zone&) noexcept = default;

  struct Table;  // not for users

 private:
  explicit Zone(const Table* table) noexcept : table_(table) {}
  const Table* table_;  // never null, and never freed
};

/// The edition of the time zone database in use, such as "2025b", or "unknown" when its folder does
/// not tell. Reads a file at every call.
NPS_EXPORT std::string tzdata_version();

/// RFC 3339 text in UTC: 2020-11-06T08:51:12Z, and 2019-11-01T08:51:12.402000Z when there is a
/// fraction. A year outside 0000..9999, which RFC 3339 cannot write, has a sign and all its digits.
NPS_EXPORT std::string rfc3339(Timestamp t);

}  // namespace nps

#endif  // NPS_SEGMENT_ZONE_H_
