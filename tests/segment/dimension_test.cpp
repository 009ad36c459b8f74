#include "nps/segment/dimension.h"

#include <algorithm>
#include <string>
#include <vector>

#include "support/catch.h"

using nps::Calendar;
using nps::CalendarUnit;
using nps::Cycle;
using nps::CyclicUnit;
using nps::Delays;
using nps::Dimension;
using nps::Zone;

namespace {

Zone zone(std::string_view name) { return *Zone::load(name); }

std::vector<std::string> sorted(const Dimension& dimension, std::vector<std::string> labels) {
  std::ranges::sort(labels, [&](const auto& a, const auto& b) { return dimension.before(a, b); });
  return labels;
}

}  // namespace

TEST_CASE("dimension: each kind knows what it is", "[dimension]") {
  const Dimension label = Dimension::label("channel");
  const Dimension month = Dimension::calendar("@month", Calendar(CalendarUnit::Month, Zone::utc()));
  const Dimension weekday = Dimension::cycle("@weekday", Cycle(CyclicUnit::Weekday, Zone::utc()));
  const Dimension delay = Dimension::delay("@delay", *Delays::parse("1h"));
  CHECK(label.name() == "channel");
  CHECK_FALSE(label.is_timing());
  CHECK_FALSE(label.as_calendar());
  CHECK_FALSE(label.as_cycle());
  CHECK_FALSE(label.as_delays());
  for (const Dimension& timing : {month, weekday, delay}) CHECK(timing.is_timing());
  CHECK((month.as_calendar() && !month.as_cycle() && !month.as_delays()));
  CHECK((weekday.as_cycle() && !weekday.as_calendar() && !weekday.as_delays()));
  CHECK((delay.as_delays() && !delay.as_calendar() && !delay.as_cycle()));
}

TEST_CASE("dimension: labels come in order of bytes", "[dimension]") {
  CHECK(sorted(Dimension::label("x"), {"b", "10", "", "9", "B", "\xc3\xa4", "\xff"}) ==
        std::vector<std::string>{"", "10", "9", "B", "b", "\xc3\xa4", "\xff"});
}

TEST_CASE("dimension: timings come in order of time", "[dimension]") {
  CHECK(sorted(Dimension::cycle("@weekday", Cycle(CyclicUnit::Weekday, Zone::utc())),
               {"sun", "fri", "mon", "tue", "x"}) ==
        std::vector<std::string>{"mon", "tue", "fri", "sun", "x"});
  CHECK(sorted(Dimension::delay("@delay", *Delays::parse("1h,1d,7d")),
               {">=7d", "<1h", "1d-7d", "<0", "1h-1d"}) ==
        std::vector<std::string>{"<0", "<1h", "1h-1d", "1d-7d", ">=7d"});
  CHECK(sorted(Dimension::calendar("@year", Calendar(CalendarUnit::Year, Zone::utc())),
               {"+12345", "2020", "-0044", "0999"}) ==
        std::vector<std::string>{"-0044", "0999", "2020", "+12345"});
  // The hour that clocks go back over comes twice, the one of summer first.
  CHECK(sorted(Dimension::calendar("@hour", Calendar(CalendarUnit::Hour, zone("Europe/Berlin"))),
               {"2020-10-25T02:00+01:00", "2020-10-25T03:00+01:00", "2020-10-25T02:00+02:00"}) ==
        std::vector<std::string>{"2020-10-25T02:00+02:00", "2020-10-25T02:00+01:00",
                                 "2020-10-25T03:00+01:00"});
}

TEST_CASE("dimension: equal are the same name, kind, zone, week start and buckets", "[dimension]") {
  const auto week = [](std::string_view name, std::chrono::weekday start) {
    return Dimension::calendar("@week", Calendar(CalendarUnit::Week, zone(name), start));
  };
  CHECK(Dimension::label("a") == Dimension::label("a"));
  CHECK(Dimension::label("a") != Dimension::label("b"));
  CHECK(week("UTC", std::chrono::Monday) == week("UTC", std::chrono::Monday));
  CHECK(week("UTC", std::chrono::Monday) != week("UTC", std::chrono::Sunday));
  CHECK(week("UTC", std::chrono::Monday) != week("Asia/Tokyo", std::chrono::Monday));
  CHECK(week("UTC", std::chrono::Monday) != Dimension::label("@week"));
  CHECK(Dimension::calendar("@t", Calendar(CalendarUnit::Day, Zone::utc())) !=
        Dimension::calendar("@t", Calendar(CalendarUnit::Month, Zone::utc())));
  CHECK(Dimension::cycle("@t", Cycle(CyclicUnit::Weekday, Zone::utc())) !=
        Dimension::cycle("@t", Cycle(CyclicUnit::HourOfDay, Zone::utc())));
  CHECK(Dimension::delay("@d", *Delays::parse("1h")) ==
        Dimension::delay("@d", *Delays::parse("1h")));
  CHECK(Dimension::delay("@d", *Delays::parse("1h")) !=
        Dimension::delay("@d", *Delays::parse("2h")));
}
