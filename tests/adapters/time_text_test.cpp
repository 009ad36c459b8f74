#include "nps/adapters/time_text.h"

#include <array>
#include <chrono>
#include <clocale>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/catch.h"
#include "support/environment.h"

using nps::rfc3339;
using nps::TimeFormat;
using nps::Timestamp;
using nps::Zone;

namespace {

Zone zone(const char* name) {
  const auto loaded = Zone::load(name);
  REQUIRE(loaded);
  return *loaded;
}

TimeFormat format(std::string_view spec) {
  auto parsed = TimeFormat::parse(spec);
  REQUIRE(parsed);
  return *parsed;
}

// What the text reads as, in RFC 3339, or "none".
std::string read(std::string_view spec, std::string_view text, const char* zone_name = "UTC") {
  const auto time = format(spec).read(text, zone(zone_name));
  return time ? rfc3339(*time) : "none";
}

struct Accepted {
  std::string_view text;
  std::string_view time;
};

void check_all(std::string_view spec, const std::vector<Accepted>& accepted,
               const std::vector<std::string_view>& refused) {
  for (const auto& [text, time] : accepted) {
    CAPTURE(spec, text);
    CHECK(read(spec, text) == time);
    CHECK(read(spec, " \t" + std::string(text) + "\r\n") == time);
    CHECK(read(spec, std::string(text) + "x") == "none");
    CHECK(read(spec, std::string(text) + '\0') == "none");
  }
  for (const std::string_view text : refused) {
    CAPTURE(spec, text);
    CHECK(read(spec, text) == "none");
  }
}

}  // namespace

TEST_CASE("time text: iso is RFC 3339 and its usual variants", "[time_text]") {
  check_all("iso",
            {{"2020-11-06", "2020-11-06T00:00:00Z"},
             {"2020-11-06T08:51:12Z", "2020-11-06T08:51:12Z"},
             {"2020-11-06t08:51:12z", "2020-11-06T08:51:12Z"},
             {"2020-11-06 08:51:12", "2020-11-06T08:51:12Z"},
             {"2020-11-06 08:51", "2020-11-06T08:51:00Z"},
             {"2020-11-06T08:51Z", "2020-11-06T08:51:00Z"},
             {"2019-11-01 08:51:12.402", "2019-11-01T08:51:12.402000Z"},
             {"2019-11-01 08:51:12,402", "2019-11-01T08:51:12.402000Z"},
             {"2019-11-01T08:51:12.4Z", "2019-11-01T08:51:12.400000Z"},
             {"2019-11-01T08:51:12.123456999999999999999999Z", "2019-11-01T08:51:12.123456Z"},
             {"1969-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59.999999Z"},
             {"2024-01-02 03:04:05 UTC", "2024-01-02T03:04:05Z"},
             {"2024-01-02 03:04:05 GMT", "2024-01-02T03:04:05Z"},
             {"2024-01-02 03:04:05UTC", "2024-01-02T03:04:05Z"},
             {"2020-10-25T02:00:00+07:00", "2020-10-24T19:00:00Z"},
             {"2020-10-25T02:00:00-0700", "2020-10-25T09:00:00Z"},
             {"2020-10-25T02:00:00 -0700", "2020-10-25T09:00:00Z"},
             {"2020-10-25T02:00:00+07", "2020-10-24T19:00:00Z"},
             {"2020-10-25T02:00+02:00", "2020-10-25T00:00:00Z"},
             {"2020-10-25T02:00:00-00:00", "2020-10-25T02:00:00Z"},
             {"2020-10-25T02:00:00+23:59", "2020-10-24T02:01:00Z"},
             {"1880-01-01T10:00:00+00:53:28", "1880-01-01T09:06:32Z"},
             {"2020-10-25 02:00:00 UTC+04:00", "2020-10-24T22:00:00Z"},
             {"2020-10-25 02:00:00 GMT-4", "2020-10-25T06:00:00Z"},
             {"20201025T020000Z", "2020-10-25T02:00:00Z"},
             {"20201025T0200", "2020-10-25T02:00:00Z"},
             {"20201025T020000.5-0700", "2020-10-25T09:00:00.500000Z"},
             {"20201025", "2020-10-25T00:00:00Z"},
             {"2020-10-25T24:00:00", "2020-10-26T00:00:00Z"},
             {"2020-12-31T24:00Z", "2021-01-01T00:00:00Z"},
             {"2020-12-31T24:00:00.000Z", "2021-01-01T00:00:00Z"},
             {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"},
             {"2016-12-31T23:59:60.9Z", "2017-01-01T00:00:00Z"},
             {"2017-01-01T08:59:60+09:00", "2017-01-01T00:00:00Z"},
             {"2020-02-29", "2020-02-29T00:00:00Z"},
             {"2000-02-29", "2000-02-29T00:00:00Z"},
             {"0000-01-01", "0000-01-01T00:00:00Z"},
             {"9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"},
             {"9999-12-31T24:00:00-23:59", "+10000-01-01T23:59:00Z"}},
            {"",
             " ",
             "NA",
             "now",
             "infinite-future",
             "2020",
             "2020-11",
             "2020-11-6",
             "2020-1-06",
             "20-11-06",
             "2020/11/06",
             "2020.11.06",
             "06-11-2020",
             "2020-1106",
             "202011-06",
             "2020-W45-5",
             "2020-311",
             "2021-02-29",
             "1900-02-29",
             "2020-02-30",
             "2020-04-31",
             "2020-13-01",
             "2020-00-10",
             "2020-01-00",
             "2020-01-32",
             "+2020-01-01",
             "-2020-01-01",
             "12020-01-01",
             "2020-11-06T",
             "2020-11-06 8:51",
             "2020-11-06T08",
             "2020-11-06T08:5",
             "2020-11-06T0851:12",
             "2020-11-06  08:51",
             "2020-11-06_08:51",
             "2020-11-06T25:00:00Z",
             "2020-11-06T24:00:01Z",
             "2020-11-06T24:00:00.5Z",
             "2020-11-06T24:30",
             "2020-11-06T23:60:00Z",
             "2020-11-06T23:59:61Z",
             "2020-11-06T08:51:12.Z",
             "2020-11-06T08:51:12.",
             "2020-11-06T08:51.5Z",
             "2020-11-06T08:51:12+",
             "2020-11-06T08:51:12+7",
             "2020-11-06T08:51:12+7:00",
             "2020-11-06T08:51:12+070",
             "2020-11-06T08:51:12+07:0",
             "2020-11-06T08:51:12+07:",
             "2020-11-06T08:51:12+24:00",
             "2020-11-06T08:51:12+07:60",
             "2020-11-06T08:51:12+070000",
             "2020-11-06T08:51:12 CET",
             "2020-11-06T08:51:12ZZ",
             "2020-11-06T08:51:12Z+01:00",
             "2020-11-06T08:51:12 UTC+",
             "2020-11-06T08:51:12 GMT4",
             "2020-11-06Z",
             "2020-11-06 UTC",
             "2020-11-06+01:00",
             "2020-11-06T08:51:12 PM",
             "2020-11-06T08:51:12Z junk",
             "2020-11-06T-8:51:12Z",
             "2020-11-06T08:51:-2Z",
             "\xd9\xa2\xd9\xa0\xd9\xa2\xd9\xa0-11-06"});
}

TEST_CASE("time text: dates in any declared order, with a time or without", "[time_text]") {
  check_all("mdy",
            {{"11/1/2019 8:51:12", "2019-11-01T08:51:12Z"},
             {"12/31/1899 09:30:00 AM", "1899-12-31T09:30:00Z"},
             {"11/1/19", "2019-11-01T00:00:00Z"},
             {"11-01-2019", "2019-11-01T00:00:00Z"},
             {"11.01.2019", "2019-11-01T00:00:00Z"},
             {"1/31/2019 12:00 AM", "2019-01-31T00:00:00Z"},
             {"1/31/2019 12:59 PM", "2019-01-31T12:59:00Z"},
             {"1/31/2019 1:00pm", "2019-01-31T13:00:00Z"},
             {"1/31/2019 11:59:59.5 pm", "2019-01-31T23:59:59.500000Z"},
             {"1/31/2019T8:05", "2019-01-31T08:05:00Z"},
             {"1/31/2019  8:05", "2019-01-31T08:05:00Z"}},
            {"13/1/2019",
             "31/1/2019",
             "0/1/2019",
             "1/0/2019",
             "2/29/2019",
             "1/1/201",
             "1/1/20190",
             "1/1/2",
             "1/1",
             "1/1/",
             "1/1-2019",
             "1-1/2019",
             "1//2019",
             "111/1/2019",
             "1/111/2019",
             "1 1 2019",
             "1,1,2019",
             "2019-11-01",
             "1/31/2019 13:00 PM",
             "1/31/2019 0:30 AM",
             "1/31/2019 8:05 XM",
             "1/31/2019 8:05 A",
             "1/31/2019 8",
             "1/31/2019 8:5",
             "1/31/2019 8:05:",
             "1/31/2019 8:05:1",
             "1/31/2019 24:01",
             "1/31/2019 25:00",
             "1/31/2019 8:60",
             "1/31/2019, 8:05",
             "1/31/2019 PM",
             "1/31/2019Z",
             "1/31/2019 GMT+4",
             "43770",
             ""});
  check_all("dmy",
            {{"6.11.2020", "2020-11-06T00:00:00Z"},
             {"06/11/20 8:51", "2020-11-06T08:51:00Z"},
             {"31-12-1999 24:00", "2000-01-01T00:00:00Z"},
             {"29.2.2020 23:59:60", "2020-03-01T00:00:00Z"},
             {"1/2/68", "2068-02-01T00:00:00Z"},
             {"1/2/69", "1969-02-01T00:00:00Z"},
             {"1/2/99", "1999-02-01T00:00:00Z"},
             {"1/2/00", "2000-02-01T00:00:00Z"},
             {"1/2/0000", "0000-02-01T00:00:00Z"},
             {"1.11.2019 08:51:12,402 +02:00", "2019-11-01T06:51:12.402000Z"}},
            {"31.02.2020", "29.2.2021", "29.2.1900", "32.1.2020", "1.13.2020", "2020.1.1"});
  check_all("ymd",
            {{"2019/11/01 8:51:12 AM GMT+4", "2019-11-01T04:51:12Z"},
             {"2019/11/01 8:51:12 PM UTC-04:30", "2019-11-02T01:21:12Z"},
             {"2019/11/01 8:51:12 PM Z", "2019-11-01T20:51:12Z"},
             {"2019/11/01 8:51:12 utc", "2019-11-01T08:51:12Z"},
             {"2019/11/01 8:51:12-0730", "2019-11-01T16:21:12Z"},
             {"2019-1-2", "2019-01-02T00:00:00Z"},
             {"19.1.2", "2019-01-02T00:00:00Z"},
             {"69/1/2", "1969-01-02T00:00:00Z"}},
            {"201/1/2", "20191/1/2", "2019/13/1", "2019/2/29", "1/2/2019", "20191101", "2019/11",
             "2019/11/01 8:51:12 AM GMT+24", "2019/11/01 8:51:12 AM EST"});
}

TEST_CASE("time text: unix times may be negative and have fractions", "[time_text]") {
  check_all("unix",
            {{"0", "1970-01-01T00:00:00Z"},
             {"1604652672", "2020-11-06T08:51:12Z"},
             {"1604652672.4020009", "2020-11-06T08:51:12.402000Z"},
             {"+1604652672.0", "2020-11-06T08:51:12Z"},
             {"-1.5", "1969-12-31T23:59:58.500000Z"},
             {"-0.0000001", "1969-12-31T23:59:59.999999Z"},
             {"-0.0000000", "1970-01-01T00:00:00Z"},
             {"9223372036854.775807", "+294247-01-10T04:00:54.775807Z"},
             {"-9223372036854.775807", "-290308-12-21T19:59:05.224193Z"},
             {"-9223372036854.7758071", "-290308-12-21T19:59:05.224192Z"},
             {"000000000000000000000000000001", "1970-01-01T00:00:01Z"}},
            {"",
             "-",
             "+",
             ".",
             "1.",
             ".5",
             "1e9",
             "1,5",
             "--1",
             "+-1",
             "0x10",
             "1 2",
             "1_000",
             "9223372036854.775808",
             "9223372036855",
             "99999999999999999999999999",
             "1.5.2",
             "nan",
             "inf",
             "2020-11-06"});
  check_all("unix_ms",
            {{"1604652672402", "2020-11-06T08:51:12.402000Z"},
             {"1604652672402.7509", "2020-11-06T08:51:12.402750Z"},
             {"-1", "1969-12-31T23:59:59.999000Z"},
             {"9223372036854775.807", "+294247-01-10T04:00:54.775807Z"}},
            {"", "9223372036854775.808", "9223372036854776", "1e12"});
}

TEST_CASE("time text: excel serials are civil days since 1899-12-30", "[time_text]") {
  check_all("excel",
            {{"0", "1899-12-30T00:00:00Z"},
             {"1", "1899-12-31T00:00:00Z"},
             {"60", "1900-02-28T00:00:00Z"},
             {"61", "1900-03-01T00:00:00Z"},
             {"25569", "1970-01-01T00:00:00Z"},
             {"44141.25", "2020-11-06T06:00:00Z"},
             {"43770.3688888889", "2019-11-01T08:51:12Z"},
             {"43770.36888888888", "2019-11-01T08:51:12Z"},
             {"43770.0416666667", "2019-11-01T01:00:00Z"},
             {"43770.0416666666", "2019-11-01T01:00:00Z"},
             {"43770.99999999999999999", "2019-11-02T00:00:00Z"},
             {"0.3958333333", "1899-12-30T09:30:00Z"},
             {"2958465.5", "9999-12-31T12:00:00Z"}},
            {"", "-1", "+1", "2958466", "99999999999999999999", "43770,5", "43,770", "4.3770e4",
             "43770.", ".5", "11/1/2019"});
  CHECK(read("excel", "44129.0625", "Europe/Berlin") == "2020-10-24T23:30:00Z");
}

TEST_CASE("time text: strftime patterns read what they say", "[time_text]") {
  const std::vector<std::array<std::string_view, 3>> accepted{
      {"%Y-%m-%d", "2020-11-06", "2020-11-06T00:00:00Z"},
      {"%Y-%m-%d", "2020-1-6", "2020-01-06T00:00:00Z"},
      {"%F %T", "2020-11-06 08:51:12", "2020-11-06T08:51:12Z"},
      {"%FT%T%z", "2020-11-06T08:51:12+0100", "2020-11-06T07:51:12Z"},
      {"%FT%T%Ez", "2020-11-06T08:51:12+01:00", "2020-11-06T07:51:12Z"},
      {"%FT%T%z", "2020-11-06T08:51:12Z", "2020-11-06T08:51:12Z"},
      {"%F %R %Z", "2020-11-06 08:51 GMT", "2020-11-06T08:51:00Z"},
      {"%D", "11/06/20", "2020-11-06T00:00:00Z"},
      {"%d.%m.%y", "06.11.69", "1969-11-06T00:00:00Z"},
      {"%d %b %Y", "6 Nov 2020", "2020-11-06T00:00:00Z"},
      {"%d %B %Y", "6 november 2020", "2020-11-06T00:00:00Z"},
      {"%d-%b-%Y", "06-MAY-2020", "2020-05-06T00:00:00Z"},
      {"%A, %d %B %Y", "Friday, 06 November 2020", "2020-11-06T00:00:00Z"},
      {"%a %b %e %H:%M:%S %Y", "Fri Nov  6 08:51:12 2020", "2020-11-06T08:51:12Z"},
      {"%m/%d/%Y %I:%M:%S %p", "12/31/1899 09:30:00 AM", "1899-12-31T09:30:00Z"},
      {"%m/%d/%Y %I:%M%p", "12/31/1899 12:30pm", "1899-12-31T12:30:00Z"},
      {"%Y-%m-%d %H:%M:%S.%f", "2019-11-01 08:51:12.402", "2019-11-01T08:51:12.402000Z"},
      {"%Y-%m-%d %H:%M:%E*S", "2019-11-01 08:51:12.402", "2019-11-01T08:51:12.402000Z"},
      {"%Y-%m-%d %H:%M:%E*S", "2019-11-01 08:51:12", "2019-11-01T08:51:12Z"},
      {"%Y%m%d%H%M%S", "20191101085112", "2019-11-01T08:51:12Z"},
      {"%Y-%m", "2020-11", "2020-11-01T00:00:00Z"},
      {"%Y", "2020", "2020-01-01T00:00:00Z"},
      {"[%d/%b/%Y:%H:%M:%S %z]", "[06/Nov/2020:08:51:12 -0500]", "2020-11-06T13:51:12Z"},
      {"100%% %Y", "100% 2020", "2020-01-01T00:00:00Z"},
      {"%Y%n%m%t%d", "2020 \t11\t 06", "2020-11-06T00:00:00Z"},
      {" %Y ", "2020", "2020-01-01T00:00:00Z"},
      {"%s", "1604652672", "2020-11-06T08:51:12Z"},
      {"@%s", "@-1.5", "1969-12-31T23:59:58.500000Z"},
      {"%F %H:%M", "2020-11-06 24:00", "2020-11-07T00:00:00Z"},
      {"%F %T", "2016-12-31 23:59:60", "2017-01-01T00:00:00Z"}};
  for (const auto& [pattern, text, time] : accepted) {
    CAPTURE(pattern, text);
    CHECK(read(pattern, text) == time);
    CHECK(read(pattern, " " + std::string(text) + " ") == time);
    CHECK(read(pattern, std::string(text) + " x") == "none");
    CHECK(read(pattern, std::string(text).substr(0, text.size() - 1) + "~") == "none");
  }
  const std::vector<std::array<std::string_view, 2>> refused{
      {"%Y-%m-%d", "2021-02-29"},
      {"%Y-%m-%d", "20-11-06"},
      {"%Y-%m-%d", ""},
      {"%Y-%m-%d", "2020-11"},
      {"%d %b %Y", "6 Nox 2020"},
      {"%d %b %Y", "6 Novem 2020"},
      {"%a %F", "Mon 2020-11-06"},  // it was a Friday
      {"%F %I:%M %p", "2020-11-06 13:00 PM"},
      {"%F %I:%M %p", "2020-11-06 00:10 AM"},
      {"%F %T", "2020-11-06 25:00:00"},
      {"%F %T", "2020-11-06 08:51:61"},
      {"%F %Z", "2020-11-06 CET"},
      {"%F %z", "2020-11-06 UTC"},
      {"%s", "99999999999999"},
      {"%s", "infinite-future"},
      {"%F", "infinite-past"}};
  for (const auto& [pattern, text] : refused) {
    CAPTURE(pattern, text);
    CHECK(read(pattern, text) == "none");
  }
}

TEST_CASE("time text: names of months are English whatever the locale", "[time_text]") {
  std::setlocale(LC_ALL, "de_DE.UTF-8");  // where it is installed
  CHECK(read("%d %B %Y", "6 December 2020") == "2020-12-06T00:00:00Z");
  CHECK(read("%d %B %Y", "6 Dezember 2020") == "none");
  std::setlocale(LC_ALL, "C");
}

TEST_CASE("time text: a format that is none is refused with a sentence", "[time_text]") {
  for (const char* spec : {"", "ISO", "iso ", "rfc3339", "unix_us", "epoch", "ydm", "d/m/y",
                           "yyyy-mm-dd", "\x1b[31m"}) {
    CAPTURE(spec);
    const auto parsed = TimeFormat::parse(spec);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == nps::ErrorCode::InvalidArgument);
    CHECK(parsed.error().message.find("iso, unix") != std::string::npos);
    CHECK(parsed.error().message.find('\x1b') == std::string::npos);
  }
  const std::vector<std::pair<const char*, const char*>> patterns{
      {"%", "none of"},         {"%Y-%m-%", "none of"},   {"%Y-%Q", "%Q"},
      {"%Y-%j", "%j"},          {"%G-W%V-%u", "%G"},      {"%c", "%c"},
      {"%Ey", "%Ey"},           {"%Y-%Od", "%Od"},        {"%Y %", "none of"},
      {"%-d.%m.%Y", "%-"},      {"%H:%M", "no year"},     {"%m-%d", "no year"},
      {"100%%", "no year"},     {"%Y %y", "twice"},       {"%F %d", "twice"},
      {"%Y-%m-%d %b", "twice"}, {"%F %H %I %p", "twice"}, {"%F %T %E*S", "twice"},
      {"%F %z %Z", "twice"},    {"%Y-%d", "month"},       {"%F %I:%M", "%p"},
      {"%F %H:%M %p", "%I"},    {"%F %f", "%S"},          {"%F %s", "whole time"}};
  for (const auto& [pattern, reason] : patterns) {
    CAPTURE(pattern);
    const auto parsed = TimeFormat::parse(pattern);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == nps::ErrorCode::InvalidArgument);
    CHECK(parsed.error().message.find(reason) != std::string::npos);
  }
}

TEST_CASE("time text: times without an offset are civil times of the zone", "[time_text]") {
  for (const char* host : {"America/Los_Angeles", "Asia/Kolkata"}) {
    const nps::test::Environment elsewhere("TZ", host);
    CHECK(read("iso", "2020-11-06", "Europe/Berlin") == "2020-11-05T23:00:00Z");
    CHECK(read("iso", "2020-03-29 02:30", "Europe/Berlin") == "2020-03-29T01:30:00Z");  // skipped
    CHECK(read("iso", "2020-10-25 02:30", "Europe/Berlin") == "2020-10-25T00:30:00Z");  // the first
    CHECK(read("iso", "2020-10-25T02:30+01:00", "Europe/Berlin") == "2020-10-25T01:30:00Z");
    CHECK(read("iso", "2020-10-24T24:00", "Europe/Berlin") == "2020-10-24T22:00:00Z");
    CHECK(read("mdy", "11/1/2020 1:30", "America/New_York") == "2020-11-01T05:30:00Z");
    CHECK(read("mdy", "3/8/2020 2:30", "America/New_York") == "2020-03-08T07:30:00Z");
    CHECK(read("%F %R", "2020-11-06 08:00", "Australia/Lord_Howe") == "2020-11-05T21:00:00Z");
    CHECK(read("unix", "0", "Europe/Berlin") == "1970-01-01T00:00:00Z");
    CHECK(read("iso", "9999-12-31T23:59:59", "America/New_York") == "+10000-01-01T04:59:59Z");
  }
}

TEST_CASE("time text: every date from 1900 to 2100, and none that is no date", "[time_text]") {
  const TimeFormat iso = format("iso");
  const TimeFormat dmy = format("dmy");
  const TimeFormat mdy = format("mdy");
  const TimeFormat ymd = format("ymd");
  const TimeFormat pattern = format("%d.%m.%Y");
  const Zone utc = Zone::utc();
  const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  Timestamp expected = std::chrono::sys_days{std::chrono::year{1900} / 1 / 1};
  int wrong = 0;
  for (int y = 1900; y <= 2100; ++y) {
    const bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    for (int m = 0; m <= 13; ++m) {
      for (int d = 0; d <= 32; ++d) {
        const bool valid =
            m >= 1 && m <= 12 && d >= 1 && d <= lengths[m - 1] + (m == 2 && leap ? 1 : 0);
        const auto is_right = [&](const TimeFormat& reader, const char* shape, int a, int b,
                                  int c) {
          char text[40];
          std::snprintf(text, sizeof text, shape, a, b, c);
          const auto time = reader.read(text, utc);
          return valid ? time == expected : !time.has_value();
        };
        wrong += !is_right(iso, "%04d-%02d-%02d", y, m, d);
        wrong += !is_right(iso, "%04d%02d%02d", y, m, d);
        wrong += !is_right(dmy, "%d/%d/%d", d, m, y);
        wrong += !is_right(mdy, "%02d-%02d-%d", m, d, y);
        wrong += !is_right(ymd, "%d.%d.%02d", y, m, d);
        wrong += !is_right(pattern, "%02d.%02d.%d", d, m, y);
        if (valid) {
          wrong += iso.read(rfc3339(expected), utc) != expected;
          expected += std::chrono::days{1};
        }
      }
    }
  }
  CHECK(wrong == 0);
  CHECK(rfc3339(expected) == "2101-01-01T00:00:00Z");
}

TEST_CASE("time text: text that could be day or month first is recognised", "[time_text]") {
  for (const char* text :
       {"6.11.2020", "06/11/20", "6-11-2020", "11/1/2019 8:51:12", " 11/1/2019 ", "31/12/2020",
        "99/99/9999", "1/1/20T8:51", "12/31/1899 09:30:00 AM", "1/1/20\tx"}) {
    CAPTURE(text);
    CHECK(nps::day_or_month_first(text));
  }
  for (const char* text :
       {"", "2020-11-06", "2020/11/06", "11/1", "11/1/", "11/1/201", "11/1/20190", "1/1-2020",
        "111/1/2020", "1/111/2020", "1/1/2020x", "1/1/2020,", "a/b/c", "1 1 2020", "10-11", "8-9",
        "43770.5", "1.5", "20201106"}) {
    CAPTURE(text);
    CHECK_FALSE(nps::day_or_month_first(text));
  }
}

TEST_CASE("time text: a format keeps its spec", "[time_text]") {
  for (const char* spec : {"iso", "unix_ms", "%d.%m.%Y"}) CHECK(format(spec).spec() == spec);
  CHECK(format("iso") == TimeFormat::iso());
  CHECK_FALSE(format("dmy") == format("mdy"));
}
