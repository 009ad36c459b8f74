#include "nps/segment/zone.h"

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "support/catch.h"
#include "support/environment.h"

using nps::CivilTime;
using nps::ErrorCode;
using nps::rfc3339;
using nps::Timestamp;
using nps::Zone;
using std::chrono::hours;
using std::chrono::local_days;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::year;

static_assert(std::is_trivially_copyable_v<Zone> && sizeof(Zone) == sizeof(void*));

namespace {

Zone zone(const char* name) {
  const auto loaded = Zone::load(name);
  REQUIRE(loaded);
  return *loaded;
}

Timestamp utc(int y, unsigned m, unsigned d, int hour = 0, int minute = 0, int second = 0) {
  return sys_days{year{y} / static_cast<int>(m) / static_cast<int>(d)} + hours{hour} +
         minutes{minute} + seconds{second};
}

CivilTime shown(int y, unsigned m, unsigned d, int hour = 0, int minute = 0, int second = 0) {
  return local_days{year{y} / static_cast<int>(m) / static_cast<int>(d)} + hours{hour} +
         minutes{minute} + seconds{second};
}

}  // namespace

TEST_CASE("zone: a name that is no zone's is refused with a sentence", "[zone]") {
  const std::vector<std::string> refused{"",
                                         " ",
                                         "localtime",
                                         "LocalTime",
                                         "posix/localtime",
                                         "posixrules",
                                         "/etc/localtime",
                                         "/usr/share/zoneinfo/UTC",
                                         "file:/etc/localtime",
                                         "libc:localtime",
                                         ":Europe/Berlin",
                                         "..",
                                         "../zoneinfo/UTC",
                                         "Europe/../UTC",
                                         "./UTC",
                                         "Europe//Berlin",
                                         "Europe/",
                                         "Europe/Berlin ",
                                         "Fixed/UTC+01:00:00",
                                         "Fixed/UTC",
                                         "UTC0",
                                         "Eur\xc3\xb6pa/Berlin",
                                         std::string("UTC\0", 4),
                                         "Europe/Ber\nlin",
                                         std::string(300, 'a')};
  for (const auto& name : refused) {
    CAPTURE(name);
    const auto loaded = Zone::load(name);
    REQUIRE_FALSE(loaded);
    CHECK(loaded.error().code == ErrorCode::InvalidArgument);
    CHECK(loaded.error().message.find("Europe/Berlin") != std::string::npos);
    CHECK(loaded.error().message.find('\n') == std::string::npos);
  }
}

TEST_CASE("zone: a name that the database does not have is not found", "[zone]") {
  for (const char* name : {"Europe/Berln", "Mars/Olympus", "europe/berlin", "utc", "Europe", "CEST",
                           "zone1970", "right/Europe/Berlin"}) {
    CAPTURE(name);
    const auto loaded = Zone::load(name);
    REQUIRE_FALSE(loaded);
    CHECK(loaded.error().code == ErrorCode::NotFound);
    CHECK(loaded.error().message.find(name) != std::string::npos);
  }
}

TEST_CASE("zone: UTC needs no time zone data, and a lack of it is said", "[zone]") {
  const nps::test::Environment nowhere("TZDIR", "/nonexistent/zoneinfo");
  CHECK(Zone::load("UTC"));
  CHECK(Zone::utc().civil(utc(2020, 10, 25, 1)) == shown(2020, 10, 25, 1));
  CHECK(nps::tzdata_version() == "unknown");
  const auto loaded = Zone::load("Antarctica/Troll");
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().code == ErrorCode::NotFound);
  CHECK(loaded.error().message.find("/nonexistent/zoneinfo") != std::string::npos);
  CHECK(loaded.error().message.find("tzdata") != std::string::npos);
}

TEST_CASE("zone: the edition of the database can be told", "[zone]") {
  const std::string version = nps::tzdata_version();
  REQUIRE(version.size() >= 5);
  CHECK(version.substr(0, 2) == "20");
}

TEST_CASE("zone: zones are equal when their names are", "[zone]") {
  CHECK(zone("Europe/Berlin") == zone("Europe/Berlin"));
  CHECK(zone("UTC") == Zone::utc());
  CHECK_FALSE(zone("Etc/UTC") == Zone::utc());
  CHECK_FALSE(zone("Asia/Calcutta") == zone("Asia/Kolkata"));
  CHECK(zone("America/Argentina/Buenos_Aires").name() == "America/Argentina/Buenos_Aires");
}

TEST_CASE("zone: times that clocks skip fall after the change", "[zone]") {
  // Berlin, 2020-03-29: 02:00 -> 03:00 at 01:00Z.
  const Zone berlin = zone("Europe/Berlin");
  CHECK(rfc3339(berlin.instant(shown(2020, 3, 29, 1, 59, 59))) == "2020-03-29T00:59:59Z");
  CHECK(rfc3339(berlin.instant(shown(2020, 3, 29, 2, 0))) == "2020-03-29T01:00:00Z");
  CHECK(rfc3339(berlin.instant(shown(2020, 3, 29, 2, 30))) == "2020-03-29T01:30:00Z");
  CHECK(rfc3339(berlin.instant(shown(2020, 3, 29, 3, 0))) == "2020-03-29T01:00:00Z");
  // New York, 2020-03-08: 02:00 -> 03:00 at 07:00Z.
  const Zone new_york = zone("America/New_York");
  CHECK(rfc3339(new_york.instant(shown(2020, 3, 8, 2, 30))) == "2020-03-08T07:30:00Z");
  // Lord Howe, 2020-10-04: 02:00 -> 02:30 at 15:30Z the day before.
  const Zone lord_howe = zone("Australia/Lord_Howe");
  CHECK(rfc3339(lord_howe.instant(shown(2020, 10, 4, 2, 15))) == "2020-10-03T15:45:00Z");
  CHECK(rfc3339(lord_howe.instant(shown(2020, 10, 4, 2, 30))) == "2020-10-03T15:30:00Z");
  // Apia never had 2011-12-30: midnight and noon of it are those of the 31st.
  const Zone apia = zone("Pacific/Apia");
  CHECK(rfc3339(apia.instant(shown(2011, 12, 29, 23, 59))) == "2011-12-30T09:59:00Z");
  CHECK(rfc3339(apia.instant(shown(2011, 12, 30))) == "2011-12-30T10:00:00Z");
  CHECK(rfc3339(apia.instant(shown(2011, 12, 30, 12))) == "2011-12-30T22:00:00Z");
  CHECK(rfc3339(apia.instant(shown(2011, 12, 31, 12))) == "2011-12-30T22:00:00Z");
}

TEST_CASE("zone: times that clocks show twice are the first", "[zone]") {
  // Berlin, 2020-10-25: 03:00 -> 02:00 at 01:00Z.
  const Zone berlin = zone("Europe/Berlin");
  CHECK(rfc3339(berlin.instant(shown(2020, 10, 25, 1, 59))) == "2020-10-24T23:59:00Z");
  CHECK(rfc3339(berlin.instant(shown(2020, 10, 25, 2, 0))) == "2020-10-25T00:00:00Z");
  CHECK(rfc3339(berlin.instant(shown(2020, 10, 25, 2, 59))) == "2020-10-25T00:59:00Z");
  CHECK(rfc3339(berlin.instant(shown(2020, 10, 25, 3, 0))) == "2020-10-25T02:00:00Z");
  // St John's, 2000-10-29 at 00:01 -> 2000-10-28 at 23:01, at 02:31Z.
  const Zone st_johns = zone("America/St_Johns");
  CHECK(rfc3339(st_johns.instant(shown(2000, 10, 28, 23, 30))) == "2000-10-29T02:00:00Z");
  CHECK(rfc3339(st_johns.instant(shown(2000, 10, 29, 0, 0, 30))) == "2000-10-29T02:30:30Z");
  CHECK(rfc3339(st_johns.instant(shown(2000, 10, 29, 0, 1))) == "2000-10-29T03:31:00Z");
  // Lord Howe, 2020-04-05: 02:00 -> 01:30 at 15:00Z the day before.
  const Zone lord_howe = zone("Australia/Lord_Howe");
  CHECK(rfc3339(lord_howe.instant(shown(2020, 4, 5, 1, 45))) == "2020-04-04T14:45:00Z");
  CHECK(rfc3339(lord_howe.instant(shown(2020, 4, 5, 2, 0))) == "2020-04-04T15:30:00Z");
}

TEST_CASE("zone: every instant comes back from what the clock showed", "[zone]") {
  for (const char* name : {"UTC", "Europe/Berlin", "Australia/Lord_Howe", "America/New_York",
                           "America/St_Johns", "Africa/Monrovia", "Pacific/Apia"}) {
    CAPTURE(name);
    const Zone here = zone(name);
    int wrong = 0;
    for (Timestamp t = utc(1880, 1, 1, 0, 7, 13); t < utc(2100, 1, 1); t += minutes{1117}) {
      const CivilTime civil = here.civil(t);
      const Timestamp back = here.instant(civil);
      const bool first_of_two = back < t && here.civil(back) == civil;
      if (back != t && !first_of_two) ++wrong;
      if (civil.time_since_epoch() - t.time_since_epoch() != here.at(t).offset) ++wrong;
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("zone: stretches follow each other without a gap, each with another offset", "[zone]") {
  for (const char* name : {"UTC", "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns",
                           "Africa/Casablanca", "Africa/Monrovia"}) {
    CAPTURE(name);
    const Zone here = zone(name);
    Zone::Stretch last = here.at(Timestamp::min());
    CHECK(last.span.from == Timestamp::min());
    int wrong = 0;
    while (last.span.to != Timestamp::max() && last.span.to < utc(2399, 1, 1)) {
      const Zone::Stretch next = here.at(last.span.to);
      const Zone::Stretch same = here.at(next.span.to - microseconds{1});
      if (next.span.from != last.span.to || next.offset == last.offset) ++wrong;
      if (same.span != next.span || same.offset != next.offset) ++wrong;
      last = next;
    }
    CHECK(wrong == 0);
  }
  CHECK(Zone::utc().at(utc(2020, 1, 1)).span == nps::Span{Timestamp::min(), Timestamp::max()});
}

TEST_CASE("zone: offsets before standard time have their seconds", "[zone]") {
  CHECK(zone("Europe/Berlin").at(utc(1880, 1, 1)).offset == seconds{3208});
  CHECK(zone("Africa/Monrovia").at(utc(1971, 12, 31)).offset == -seconds{2670});
  CHECK(zone("Africa/Monrovia").at(utc(1972, 2, 1)).offset == seconds{0});
}

TEST_CASE("zone: today's rule goes on without end", "[zone]") {
  const Zone berlin = zone("Europe/Berlin");
  for (const std::int64_t cycles : {0, 1, 2, 50, 500}) {
    CAPTURE(cycles);
    const auto later = std::chrono::days{cycles * 146'097};  // 400 years: same dates and weekdays
    CHECK(berlin.at(utc(2200, 7, 1) + later).offset == hours{2});
    CHECK(berlin.at(utc(2200, 12, 1) + later).offset == hours{1});
    const auto summer = berlin.at(utc(2399, 7, 1) + later);
    CHECK(summer.span.contains(utc(2399, 7, 1) + later));
    CHECK(summer.span.to == utc(2399, 10, 31, 1) + later);
  }
  for (int y = 2390; y < 2460; ++y) {  // across the year in which the list of changes ends
    CAPTURE(y);
    CHECK(berlin.at(utc(y, 7, 1)).offset == hours{2});
    CHECK(berlin.at(utc(y, 1, 1)).offset == hours{1});
    CHECK(berlin.at(utc(y, 7, 1)).span.to <= utc(y, 10, 31, 1));
  }
}

TEST_CASE("zone: conversions stop at the ends of the range", "[zone]") {
  for (const char* name : {"UTC", "Asia/Tokyo", "America/New_York", "Pacific/Apia"}) {
    CAPTURE(name);
    const Zone here = zone(name);
    for (const Timestamp t : {Timestamp::min(), Timestamp::min() + microseconds{1},
                              Timestamp::max(), Timestamp::max() - microseconds{1}}) {
      CHECK(here.at(t).span.contains(t));
      const auto gone = here.instant(here.civil(t)) - t;
      CHECK(gone >= -hours{27});
      CHECK(gone <= hours{27});
    }
    CHECK(here.instant(CivilTime::min()).time_since_epoch() < hours{-24 * 365 * 290'000LL});
    CHECK(here.instant(CivilTime::max()).time_since_epoch() > hours{24 * 365 * 290'000LL});
  }
  CHECK(zone("Asia/Tokyo").civil(Timestamp::max()) == CivilTime::max());
  CHECK(zone("America/New_York").civil(Timestamp::min()) == CivilTime::min());
}

TEST_CASE("zone: the host's zone changes nothing", "[zone]") {
  const auto results = [] {
    std::string all;
    for (const char* name : {"UTC", "Europe/Berlin", "America/New_York", "Europe/Vienna"}) {
      const Zone here = zone(name);
      for (Timestamp t = utc(2020, 1, 1); t < utc(2021, 1, 1); t += hours{997}) {
        all += rfc3339(here.instant(here.civil(t))) + std::to_string(here.at(t).offset.count());
      }
    }
    return all;
  };
  const std::string expected = results();
  for (const char* host : {"Asia/Kolkata", "America/St_Johns", "Pacific/Kiritimati", ":bad", ""}) {
    const nps::test::Environment elsewhere("TZ", host);
    CHECK(results() == expected);
    CHECK_FALSE(Zone::load("localtime"));
  }
}

TEST_CASE("zone: rfc3339 writes UTC, with a fraction only when there is one", "[zone]") {
  CHECK(rfc3339(Timestamp{}) == "1970-01-01T00:00:00Z");
  CHECK(rfc3339(utc(2019, 11, 1, 8, 51, 12) + microseconds{402'000}) ==
        "2019-11-01T08:51:12.402000Z");
  CHECK(rfc3339(Timestamp{microseconds{-1}}) == "1969-12-31T23:59:59.999999Z");
  CHECK(rfc3339(utc(0, 1, 1)) == "0000-01-01T00:00:00Z");
  CHECK(rfc3339(utc(0, 1, 1) - microseconds{1}) == "-0001-12-31T23:59:59.999999Z");
  CHECK(rfc3339(utc(10'000, 1, 1)) == "+10000-01-01T00:00:00Z");
  CHECK(rfc3339(Timestamp::min()) == "-290308-12-21T19:59:05.224192Z");
  CHECK(rfc3339(Timestamp::max()) == "+294247-01-10T04:00:54.775807Z");
}
