#include "nps/segment/timing.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/catch.h"
#include "support/environment.h"

using nps::Calendar;
using nps::CalendarUnit;
using nps::Cycle;
using nps::CyclicUnit;
using nps::Delays;
using nps::Span;
using nps::Timestamp;
using nps::Zone;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::year;

static_assert(nps::calendar_unit("quarter") == CalendarUnit::Quarter);
static_assert(!nps::calendar_unit("Quarter") && !nps::calendar_unit(""));
static_assert(nps::cyclic_unit("hour_of_day") == CyclicUnit::HourOfDay);
static_assert(nps::cyclic_unit("weekday") == CyclicUnit::Weekday && !nps::cyclic_unit("hour"));
static_assert(nps::weekday_named("sunday") == std::chrono::Sunday);
static_assert(nps::weekday_named("mon") == std::chrono::Monday && !nps::weekday_named("m"));
static_assert(nps::name(CalendarUnit::Year) == "year");
static_assert(nps::name(CyclicUnit::Weekday) == "weekday");

namespace {

constexpr CalendarUnit kUnits[] = {CalendarUnit::Hour,  CalendarUnit::Day,     CalendarUnit::Week,
                                   CalendarUnit::Month, CalendarUnit::Quarter, CalendarUnit::Year};

Zone zone(const std::string& name) {
  const auto loaded = Zone::load(name);
  REQUIRE(loaded);
  return *loaded;
}

Timestamp utc(int y, int m, int d, int hour = 0, int minute = 0, int second = 0) {
  return sys_days{year{y} / m / d} + hours{hour} + minutes{minute} + seconds{second};
}

std::string label(CalendarUnit unit, const char* zone_name, Timestamp t) {
  return Calendar(unit, zone(zone_name)).label(t);
}

// The labels by the documentation alone, from the fields of the civil time.
std::string model_label(const Calendar& calendar, Timestamp t) {
  const auto civil = calendar.zone().civil(t);
  const auto day = std::chrono::floor<days>(civil);
  const std::chrono::year_month_day ymd{day};
  const int y = int{ymd.year()};
  const unsigned m = unsigned{ymd.month()};
  const unsigned d = unsigned{ymd.day()};
  char text[64] = "";
  switch (calendar.unit()) {
    case CalendarUnit::Hour: {
      const long offset = calendar.zone().at(t).offset.count();
      const long away = std::labs(offset);
      int length = std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:00%c%02ld:%02ld", y, m, d,
                                 static_cast<int>((civil - day) / hours{1}), offset < 0 ? '-' : '+',
                                 away / 3600, away / 60 % 60);
      if (away % 60 != 0) std::snprintf(text + length, 16, ":%02ld", away % 60);
      break;
    }
    case CalendarUnit::Day: std::snprintf(text, sizeof text, "%04d-%02u-%02u", y, m, d); break;
    case CalendarUnit::Week: {
      const auto first = day - (std::chrono::weekday{day} - calendar.week_start());
      if (calendar.week_start() != std::chrono::Monday) {
        const std::chrono::year_month_day start{first};
        std::snprintf(text, sizeof text, "%04d-%02u-%02u", int{start.year()},
                      unsigned{start.month()}, unsigned{start.day()});
        break;
      }
      const std::chrono::year_month_day thursday{first + days{3}};
      const auto nth = (first + days{3}) - std::chrono::local_days{thursday.year() / 1 / 1};
      std::snprintf(text, sizeof text, "%04d-W%02d", int{thursday.year()},
                    static_cast<int>(nth.count() / 7 + 1));
      break;
    }
    case CalendarUnit::Month: std::snprintf(text, sizeof text, "%04d-%02u", y, m); break;
    case CalendarUnit::Quarter:
      std::snprintf(text, sizeof text, "%04d-Q%u", y, (m - 1) / 3 + 1);
      break;
    case CalendarUnit::Year: std::snprintf(text, sizeof text, "%04d", y); break;
  }
  return text;
}

// Days on which something odd happens to a clock.
const std::vector<std::pair<const char*, Timestamp>>& odd_days() {
  static const std::vector<std::pair<const char*, Timestamp>> days_of_change{
      {"Europe/Berlin", utc(2020, 3, 29)},
      {"Europe/Berlin", utc(2020, 10, 25)},
      {"Europe/Berlin", utc(1893, 4, 1)},  // from local mean time, seconds and all
      {"Europe/Berlin", utc(2500, 10, 31)},
      {"Australia/Lord_Howe", utc(2020, 4, 4)},  // by half an hour
      {"Australia/Lord_Howe", utc(2020, 10, 3)},
      {"America/New_York", utc(2020, 3, 8)},
      {"America/New_York", utc(2020, 11, 1)},
      {"America/New_York", utc(1883, 11, 18)},
      {"America/St_Johns", utc(1988, 4, 3)},    // by two hours
      {"America/St_Johns", utc(1988, 10, 30)},  // and back across midnight
      {"America/St_Johns", utc(2006, 10, 29)},
      {"America/Sao_Paulo", utc(2018, 11, 4)},  // a day without a midnight
      {"Pacific/Apia", utc(2011, 12, 30)},      // a day less
      {"Pacific/Kwajalein", utc(1993, 8, 21)},
      {"America/Juneau", utc(1867, 10, 18)},  // a day twice
      {"Africa/Monrovia", utc(1972, 1, 7)},   // by 44 minutes and a half
      {"Asia/Kathmandu", utc(1986, 1, 1)},    // by a quarter of an hour
      {"Africa/Casablanca", utc(2026, 2, 15)},
      {"UTC", utc(2020, 2, 29)}};
  return days_of_change;
}

template <typename Timing>
int inconsistencies(const Timing& timing, Timestamp from, Timestamp to, minutes step) {
  int wrong = 0;
  Span cached = timing.span(from);
  std::string expected = timing.label(from);
  for (Timestamp t = from; t < to; t += step) {
    const std::string label = timing.label(t);
    if (!cached.contains(t)) {
      cached = timing.span(t);
      expected = label;
      if (!cached.contains(t)) ++wrong;
      if (timing.label(cached.from) != label) ++wrong;
      if (timing.label(cached.to - microseconds{1}) != label) ++wrong;
      if (timing.span(cached.from) != cached) ++wrong;
      if (timing.span(cached.to - microseconds{1}) != cached) ++wrong;
    }
    if (label != expected) ++wrong;
  }
  return wrong;
}

// The distinct labels of an interval, by when they are first shown.
std::vector<std::string> labels_between(const Calendar& calendar, Timestamp from, Timestamp to) {
  std::vector<std::string> labels;
  for (Timestamp t = from; t < to; t = calendar.span(t).to) {
    const std::string label = calendar.label(t);
    const auto recent = labels.end() - std::min<std::ptrdiff_t>(4, std::ssize(labels));
    if (std::find(recent, labels.end(), label) == labels.end()) labels.push_back(label);
  }
  return labels;
}

}  // namespace

TEST_CASE("timing: labels are the ones the contract names", "[timing][golden]") {
  const Timestamp t = utc(2020, 10, 25, 0, 30);  // 02:30 in Berlin, for the first time
  CHECK(label(CalendarUnit::Hour, "Europe/Berlin", t) == "2020-10-25T02:00+02:00");
  CHECK(label(CalendarUnit::Hour, "Europe/Berlin", t + hours{1}) == "2020-10-25T02:00+01:00");
  CHECK(label(CalendarUnit::Hour, "UTC", t) == "2020-10-25T00:00+00:00");
  CHECK(label(CalendarUnit::Hour, "America/St_Johns", t) == "2020-10-24T22:00-02:30");
  CHECK(label(CalendarUnit::Hour, "Europe/Berlin", utc(1880, 1, 1)) == "1880-01-01T00:00+00:53:28");
  CHECK(label(CalendarUnit::Day, "Europe/Berlin", t) == "2020-10-25");
  CHECK(label(CalendarUnit::Day, "America/New_York", t) == "2020-10-24");
  CHECK(label(CalendarUnit::Week, "Europe/Berlin", t) == "2020-W43");
  CHECK(label(CalendarUnit::Month, "Europe/Berlin", t) == "2020-10");
  CHECK(label(CalendarUnit::Quarter, "Europe/Berlin", t) == "2020-Q4");
  CHECK(label(CalendarUnit::Year, "Europe/Berlin", t) == "2020");
  const Calendar sundays(CalendarUnit::Week, zone("Europe/Berlin"), std::chrono::Sunday);
  CHECK(sundays.label(t) == "2020-10-25");
  CHECK(sundays.label(t - days{1}) == "2020-10-18");
}

TEST_CASE("timing: months, quarters and years turn at midnight in the zone", "[timing]") {
  CHECK(label(CalendarUnit::Month, "Europe/Berlin", utc(2020, 10, 31, 22, 59, 59)) == "2020-10");
  CHECK(label(CalendarUnit::Month, "Europe/Berlin", utc(2020, 10, 31, 23)) == "2020-11");
  CHECK(label(CalendarUnit::Quarter, "America/New_York", utc(2020, 10, 1, 3)) == "2020-Q3");
  CHECK(label(CalendarUnit::Quarter, "America/New_York", utc(2020, 10, 1, 4)) == "2020-Q4");
  CHECK(label(CalendarUnit::Year, "Asia/Tokyo", utc(2020, 12, 31, 15)) == "2021");
  const Calendar months(CalendarUnit::Month, zone("Europe/Berlin"));
  // March has two spans, as clocks change within it.
  CHECK(months.span(utc(2020, 3, 1)) == Span{utc(2020, 2, 29, 23), utc(2020, 3, 29, 1)});
  CHECK(months.span(utc(2020, 3, 30)) == Span{utc(2020, 3, 29, 1), utc(2020, 3, 31, 22)});
}

TEST_CASE("timing: labels and spans agree, minute by minute, where clocks change", "[timing]") {
  for (const auto& [name, day] : odd_days()) {
    for (const CalendarUnit unit : kUnits) {
      CAPTURE(name, nps::rfc3339(day), nps::name(unit));
      const Calendar calendar(unit, zone(name));
      CHECK(inconsistencies(calendar, day - hours{40}, day + hours{64}, minutes{1}) == 0);
      int unlike_model = 0;
      for (Timestamp t = day - hours{40}; t < day + hours{64}; t += minutes{1}) {
        unlike_model += calendar.label(t) != model_label(calendar, t);
      }
      CHECK(unlike_model == 0);
    }
    for (const CyclicUnit unit : {CyclicUnit::HourOfDay, CyclicUnit::Weekday}) {
      CAPTURE(name, nps::rfc3339(day), nps::name(unit));
      CHECK(inconsistencies(Cycle(unit, zone(name)), day - hours{40}, day + hours{64},
                            minutes{1}) == 0);
    }
  }
}

TEST_CASE("timing: a day that clocks go back into is one label in several spans", "[timing]") {
  // St John's, 1988-10-30 at 00:01 -> 1988-10-29 at 22:01, double summer time, at 01:31Z.
  const Calendar in_days(CalendarUnit::Day, zone("America/St_Johns"));
  CHECK(in_days.label(utc(1988, 10, 30, 1, 29)) == "1988-10-29");
  CHECK(in_days.label(utc(1988, 10, 30, 1, 30)) == "1988-10-30");
  CHECK(in_days.span(utc(1988, 10, 30, 1, 30)) ==
        Span{utc(1988, 10, 30, 1, 30), utc(1988, 10, 30, 1, 31)});
  CHECK(in_days.label(utc(1988, 10, 30, 1, 31)) == "1988-10-29");
  CHECK(in_days.label(utc(1988, 10, 30, 3, 30)) == "1988-10-30");
  CHECK(in_days.previous("1988-10-30") == "1988-10-29");
  CHECK(in_days.previous("1988-10-31") == "1988-10-30");
  const Calendar in_hours(CalendarUnit::Hour, zone("America/St_Johns"));
  CHECK(in_hours.previous("1988-10-29T22:00-03:30") == "1988-10-30T00:00-01:30");
  CHECK(in_hours.previous("1988-10-30T00:00-01:30") == "1988-10-29T23:00-01:30");
  CHECK(in_hours.before("1988-10-30T00:00-01:30", "1988-10-29T22:00-03:30"));
  CHECK_FALSE(in_hours.before("1988-10-29T22:00-03:30", "1988-10-30T00:00-01:30"));
}

TEST_CASE("timing: the previous hour is the one that really came before", "[timing]") {
  const Calendar berlin(CalendarUnit::Hour, zone("Europe/Berlin"));
  CHECK(berlin.previous("2020-10-25T03:00+01:00") == "2020-10-25T02:00+01:00");
  CHECK(berlin.previous("2020-10-25T02:00+01:00") == "2020-10-25T02:00+02:00");
  CHECK(berlin.previous("2020-10-25T02:00+02:00") == "2020-10-25T01:00+02:00");
  CHECK(berlin.previous("2020-03-29T03:00+02:00") == "2020-03-29T01:00+01:00");
  CHECK(berlin.previous("2021-01-01T00:00+01:00") == "2020-12-31T23:00+01:00");
  const Calendar lord_howe(CalendarUnit::Hour, zone("Australia/Lord_Howe"));
  CHECK(lord_howe.previous("2020-04-05T02:00+10:30") == "2020-04-05T01:00+10:30");
  CHECK(lord_howe.previous("2020-04-05T01:00+10:30") == "2020-04-05T01:00+11:00");
  CHECK(lord_howe.previous("2020-10-04T02:00+11:00") == "2020-10-04T01:00+10:30");
}

TEST_CASE("timing: a day that never was is passed over", "[timing]") {
  const Calendar apia(CalendarUnit::Day, zone("Pacific/Apia"));
  CHECK(apia.previous("2011-12-31") == "2011-12-29");
  CHECK_FALSE(apia.previous("2011-12-30"));
  const Calendar manila(CalendarUnit::Day, zone("Asia/Manila"));
  CHECK(manila.previous("1845-01-01") == "1844-12-30");
}

TEST_CASE("timing: going back and sorting give the order of time, through a whole year",
          "[timing]") {
  for (const auto& [name, day] : odd_days()) {
    for (const CalendarUnit unit : kUnits) {
      for (const auto week_start : {std::chrono::Monday, std::chrono::Saturday}) {
        if (unit != CalendarUnit::Week && week_start != std::chrono::Monday) continue;
        CAPTURE(name, nps::rfc3339(day), nps::name(unit));
        const Calendar calendar(unit, zone(name), week_start);
        const auto labels = labels_between(calendar, day - days{200}, day + days{200});
        REQUIRE(labels.size() >= 2);
        int wrong = 0;
        for (std::size_t i = 1; i < labels.size(); ++i) {
          wrong += calendar.previous(labels[i]) != labels[i - 1];
          wrong += !calendar.before(labels[i - 1], labels[i]);
          wrong += calendar.before(labels[i], labels[i - 1]);
        }
        CHECK(wrong == 0);
        auto sorted = labels;
        std::reverse(sorted.begin(), sorted.end());
        std::sort(sorted.begin(), sorted.end(),
                  [&](const auto& a, const auto& b) { return calendar.before(a, b); });
        CHECK(sorted == labels);
      }
    }
  }
}

TEST_CASE("timing: ISO weeks are those of a plain model, 1970 to 2100", "[timing]") {
  // Counts days by hand: 1970-01-01 was a Thursday, in week 1.
  const Calendar weeks(CalendarUnit::Week, Zone::utc());
  const int months[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  std::vector<std::pair<int, int>> day_of;  // year, day of the year from 0
  for (int y = 1970; y <= 2101; ++y) {
    const bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    int in_year = leap ? 1 : 0;
    for (const int length : months) in_year += length;
    for (int d = 0; d < in_year; ++d) day_of.emplace_back(y, d);
  }
  int wrong = 0;
  const int total = static_cast<int>(day_of.size()) - 365;
  for (int day = 0; day < total; ++day) {
    const int weekday = (day + 3) % 7;                                          // Monday is 0
    const auto [y, nth] = day_of[static_cast<std::size_t>(day - weekday + 3)];  // its Thursday
    char expected[32];
    std::snprintf(expected, sizeof expected, "%04d-W%02d", y, nth / 7 + 1);
    wrong += weeks.label(Timestamp{days{day}} + hours{12}) != expected;
  }
  CHECK(wrong == 0);
  CHECK(weeks.label(utc(2021, 1, 3)) == "2020-W53");
  CHECK(weeks.label(utc(2021, 1, 4)) == "2021-W01");
  CHECK(weeks.label(utc(2018, 12, 31)) == "2019-W01");
  CHECK(weeks.previous("2021-W01") == "2020-W53");
  CHECK(weeks.previous("2020-W01") == "2019-W52");
}

TEST_CASE("timing: text that is not a label has no previous and sorts last", "[timing]") {
  const std::pair<CalendarUnit, std::vector<std::string>> strangers[] = {
      {CalendarUnit::Hour,
       {"", "2020-10-25", "2020-10-25T02:00", "2020-10-25T02:00+03:00", "2020-10-25T24:00+01:00",
        "2020-10-25T02:30+02:00", "2020-03-29T02:00+01:00", "2020-10-25T02:00+02:00:00",
        "2020-10-25t02:00+02:00", "2020-10-25T02:00Z", "2020-10-25T02:00+0200", "T02:00+02:00",
        "2020-10-25T2:00+02:00", "2020-10-25T002:00+02:00", "2020-10-25T02:00*02:00"}},
      {CalendarUnit::Day,
       {"", "2020-02-30", "2021-02-29", "2020-13-01", "2020-00-01", "2020-01-00", "2020-1-1",
        "20200101", "2020-10", "+2020-01-01", "-0000-01-01", "02020-01-01", "2020-01-01 ",
        "-2020-1-01", "2020-01-0x", "9999999-01-01", "--01-01"}},
      {CalendarUnit::Week,
       {"", "2021-W53", "2020-W54", "2020-W00", "2020-W1", "2020-43", "W43", "2020-w43",
        "2020-10-25"}},
      {CalendarUnit::Month, {"", "2020-13", "2020-00", "2020-1", "2020", "202010", "2020-Q1"}},
      {CalendarUnit::Quarter,
       {"", "2020-Q0", "2020-Q5", "2020-q1", "2020Q1", "2020-1", "2020-Q01"}},
      {CalendarUnit::Year,
       {"", "20", "020", "02020", "2020-", "+2020", "-1", "x", "10000", "-0000"}}};
  for (const auto& [unit, labels] : strangers) {
    const Calendar calendar(unit, zone("Europe/Berlin"));
    const std::string known = calendar.label(utc(2020, 10, 25));
    for (const std::string& stranger : labels) {
      CAPTURE(nps::name(unit), stranger);
      CHECK_FALSE(calendar.previous(stranger));
      CHECK(calendar.before(known, stranger));
      CHECK_FALSE(calendar.before(stranger, known));
      CHECK(calendar.before(stranger, stranger + "~"));
      CHECK_FALSE(calendar.before(stranger, stranger));
    }
  }
  const Calendar sundays(CalendarUnit::Week, Zone::utc(), std::chrono::Sunday);
  CHECK(sundays.previous("2020-10-25") == "2020-10-18");
  CHECK_FALSE(sundays.previous("2020-10-26"));
  CHECK_FALSE(sundays.previous("2020-W43"));
}

TEST_CASE("timing: years outside 0000..9999 are labelled, ordered and walked as all others",
          "[timing]") {
  const Calendar in_years(CalendarUnit::Year, Zone::utc());
  const Calendar in_days(CalendarUnit::Day, Zone::utc());
  CHECK(in_days.label(utc(0, 1, 1) - days{1}) == "-0001-12-31");
  CHECK(in_days.label(utc(9999, 12, 31) + days{1}) == "+10000-01-01");
  CHECK(in_days.previous("+10000-01-01") == "9999-12-31");
  CHECK(in_days.previous("0000-01-01") == "-0001-12-31");
  CHECK(in_years.previous("-0001") == "-0002");
  CHECK(in_years.before("-0002", "-0001"));
  CHECK(in_years.before("-0001", "0000"));
  CHECK(in_years.before("9999", "+10000"));
  CHECK(in_years.before("+10000", "+100000"));
}

TEST_CASE("timing: the ends of the range are instants like any other", "[timing]") {
  for (const char* name : {"UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo"}) {
    for (const CalendarUnit unit : kUnits) {
      CAPTURE(name, nps::name(unit));
      const Calendar calendar(unit, zone(name));
      for (const Timestamp t : {Timestamp::min(), Timestamp::max(), Timestamp{}}) {
        const Span span = calendar.span(t);
        CHECK(span.contains(t));
        CHECK(calendar.label(span.from) == calendar.label(t));
        CHECK(calendar.previous(calendar.label(t)).has_value() == (t != Timestamp::min()));
      }
      CHECK(calendar.before(calendar.label(Timestamp::min()), calendar.label(Timestamp::max())));
    }
    const Cycle in_weekdays(CyclicUnit::Weekday, zone(name));
    CHECK(in_weekdays.span(Timestamp::min()).contains(Timestamp::min()));
    CHECK(in_weekdays.span(Timestamp::max()).contains(Timestamp::max()));
    CHECK(in_weekdays.label(Timestamp::min()).size() == 3);
  }
  CHECK(label(CalendarUnit::Year, "UTC", Timestamp::min()) == "-290308");
  CHECK(label(CalendarUnit::Hour, "UTC", Timestamp::max()) == "+294247-01-10T04:00+00:00");
}

TEST_CASE("timing: cycles come round in the zone", "[timing]") {
  const Cycle hour_of_day(CyclicUnit::HourOfDay, zone("Europe/Berlin"));
  CHECK(hour_of_day.label(utc(2020, 10, 25, 0, 30)) == "02");
  CHECK(hour_of_day.label(utc(2020, 10, 25, 1, 30)) == "02");  // the same hour of the day, again
  CHECK(hour_of_day.label(utc(2020, 10, 24, 22)) == "00");
  CHECK(hour_of_day.label(utc(2020, 10, 24, 21, 59)) == "23");
  CHECK(hour_of_day.before("09", "10"));
  CHECK(hour_of_day.before("23", "24"));
  CHECK_FALSE(hour_of_day.before("24", "23"));
  CHECK_FALSE(hour_of_day.before("7", "23"));
  const Cycle weekday(CyclicUnit::Weekday, zone("America/New_York"));
  std::string week;
  for (int day = 2; day <= 8; ++day) week += weekday.label(utc(2020, 11, day, 12)) + " ";
  CHECK(week == "mon tue wed thu fri sat sun ");
  CHECK(weekday.label(utc(2020, 11, 2, 4, 59)) == "sun");  // 23:59 in New York
  CHECK(weekday.before("wed", "sun"));
  CHECK(weekday.before("sun", ""));
  CHECK_FALSE(weekday.before("", "sun"));
  CHECK_FALSE(weekday.before("sun", "mon"));
}

TEST_CASE("timing: the host's zone changes no label", "[timing]") {
  const auto labels = [] {
    std::string all;
    for (const auto& [name, day] : odd_days()) {
      for (const CalendarUnit unit : kUnits) {
        const Calendar calendar(unit, zone(name));
        for (Timestamp t = day - days{2}; t < day + days{2}; t += minutes{37}) {
          all += calendar.label(t) + nps::rfc3339(calendar.span(t).from);
        }
      }
    }
    return all;
  };
  const std::string expected = labels();
  for (const char* host : {"Asia/Kolkata", "America/St_Johns", "Pacific/Apia"}) {
    const nps::test::Environment elsewhere("TZ", host);
    CHECK((labels() == expected));
  }
}

TEST_CASE("delays: buckets are half-open and none is left out", "[timing]") {
  const auto delays = Delays::parse("1h,1d,7d");
  REQUIRE(delays);
  REQUIRE(delays->size() == 5);
  const Timestamp touch = utc(2020, 10, 25);
  const std::vector<std::pair<microseconds, std::string_view>> expected{
      {microseconds{-1}, "<0"},
      {microseconds{0}, "<1h"},
      {hours{1} - microseconds{1}, "<1h"},
      {hours{1}, "1h-1d"},
      {hours{24} - microseconds{1}, "1h-1d"},
      {hours{24}, "1d-7d"},
      {hours{168} - microseconds{1}, "1d-7d"},
      {hours{168}, ">=7d"}};
  for (const auto& [delay, label] : expected) {
    CAPTURE(delay.count());
    CHECK(delays->label(delays->bucket(touch, touch + delay)) == label);
  }
  CHECK(delays->bucket(Timestamp::min(), Timestamp::max()) == 4);
  CHECK(delays->bucket(Timestamp::max(), Timestamp::min()) == 0);
  CHECK(delays->bucket(Timestamp::min(), Timestamp::min()) == 1);
}

TEST_CASE("delays: labels are in declared order and in declared units", "[timing]") {
  const auto delays = Delays::parse(" 90s, 02m,1h ,36h,1w");
  REQUIRE(delays);
  const std::vector<std::string_view> expected{"<0",     "<90s",   "90s-2m", "2m-1h",
                                               "1h-36h", "36h-1w", ">=1w"};
  REQUIRE(delays->size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(delays->label(i) == expected[i]);
    if (i > 0) CHECK(delays->before(expected[i - 1], expected[i]));
    if (i > 0) CHECK_FALSE(delays->before(expected[i], expected[i - 1]));
    CHECK(delays->before(expected[i], "!"));
    CHECK_FALSE(delays->before("!", expected[i]));
  }
  CHECK(delays->text() == "90s,2m,1h,36h,1w");
  CHECK(*Delays::parse(delays->text()) == *delays);
  CHECK(Delays::parse("01h")->text() == "1h");
  CHECK(*Delays::parse("1h") == *Delays::parse(" 1h "));
  CHECK_FALSE(*Delays::parse("1h") == *Delays::parse("2h"));
  CHECK(Delays::parse("106751991d"));  // the longest that 64-bit microseconds can say
}

TEST_CASE("delays: limits that are not positive and rising are refused with a sentence",
          "[timing]") {
  for (const char* text : {"",
                           ",",
                           "1h,",
                           ",1h",
                           "1",
                           "h",
                           "1.5h",
                           "-1h",
                           "0h",
                           "1h,1h",
                           "60m,1h",
                           "2h,1h",
                           "1H",
                           "1M",
                           "1y",
                           "1 h",
                           "1hh",
                           "1h;1d",
                           "9223372036854775807s",
                           "106751992d",
                           "15250285w",
                           "99999999999999999999999s",
                           "+1h",
                           "\x01h"}) {
    CAPTURE(text);
    const auto delays = Delays::parse(text);
    REQUIRE_FALSE(delays);
    CHECK(delays.error().code == nps::ErrorCode::InvalidArgument);
    CHECK(delays.error().message.find("1h,1d,7d") != std::string::npos);
  }
}
