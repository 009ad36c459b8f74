// Times of nps report: how they are written, and that day and month are never guessed.
#include "cli/nps_command.h"

using namespace nps::test;

namespace {

Json days_of(NpsCommand& nps, const std::string& cell, Arguments more) {
  nps.file("a.csv", "score,when\n9,\"" + cell + "\"\n");
  Arguments arguments{"a.csv", "--time", "when", "--by", "@day"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return nps.json(arguments);
}

}  // namespace

TEST_CASE("nps report: each time format reads what it says", "[cli]") {
  NpsCommand nps;
  const auto [format, cell, day] = GENERATE(table<std::string, std::string, std::string>({
      {"", "2020-11-06", "2020-11-06"},
      {"", "2020-11-06T23:30:00.5-0700", "2020-11-07"},
      {"iso", "2020-11-06 08:51:12Z", "2020-11-06"},
      {"unix", "1604652672", "2020-11-06"},
      {"unix_ms", "1604652672000", "2020-11-06"},
      {"excel", "44141.25", "2020-11-06"},
      {"dmy", "6/11/20", "2020-11-06"},
      {"dmy", "06.11.2020 8:51 PM", "2020-11-06"},
      {"mdy", "11-6-2020 23:00 GMT+4", "2020-11-06"},
      {"ymd", "2020/11/6", "2020-11-06"},
      {"%d %b %Y", "6 Nov 2020", "2020-11-06"},
  }));
  INFO(format << " of " << cell);
  const Json report =
      days_of(nps, cell, format.empty() ? Arguments{} : Arguments{"--time-format", format});
  CHECK(sizes(report) == Sizes{{day, 1}});
}

TEST_CASE("nps report: a time without an offset is civil time in the zone", "[cli]") {
  NpsCommand nps;
  const auto [zone, hour] = GENERATE(table<std::string, std::string>({
      {"UTC", "2020-10-25T02:00+00:00"},
      {"Asia/Kolkata", "2020-10-25T02:00+05:30"},
      {"America/New_York", "2020-10-25T02:00-04:00"},
  }));
  nps.file("a.csv", "score,when\n9,2020-10-25 02:30\n");
  nps.process().environment = {{"TZ", "Pacific/Auckland"}};  // which nobody reads
  CHECK(sizes(nps.json({"a.csv", "--time", "when", "--zone", zone, "--by", "@hour"})) ==
        Sizes{{hour, 1}});
}

TEST_CASE("nps report: a column with the day or the month first needs --time-format", "[cli]") {
  NpsCommand nps;
  const auto cell = GENERATE(as<std::string>(), "6/11/2020", "13/11/2020", "6.11.20 14:30");
  nps.file("a.csv", "score,when\n,\n9," + cell + "\n9,\n");
  const std::string said = nps.refusal(2, {"a.csv", "--time", "when", "--by", "@day"});
  CHECK(contains(said, "a.csv, line 3: '" + cell + "' in column 'when'"));
  CHECK(contains(said, "--time-format dmy"));
  CHECK(contains(said, "--time-format mdy"));

  const Json named = nps.json({"a.csv", "--time", "when", "--by", "@day", "--time-format", "dmy"});
  CHECK(named["groups"].size() == 1);
  CHECK(rejected(named) == Sizes{{"bad_time", 1}, {"missing", 1}});
}

TEST_CASE("nps report: so does the touchpoint's, whatever the times are like", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", "score,asked,when\n9,6/11/2020,2020-11-07\n");
  const Arguments arguments{"a.csv",        "--time", "when",     "--by", "@delay",
                            "--touchpoint", "asked",  "--delays", "1d"};
  CHECK(contains(nps.refusal(2, arguments), "in column 'asked'"));
}

TEST_CASE("nps report: with an explicit format such dates are bad times only", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", "score,when\n9,6/11/2020\n8,31/12/2020\n");
  const Json iso = nps.json({"a.csv", "--time", "when", "--by", "@day", "--time-format", "iso"});
  CHECK(rejected(iso) == Sizes{{"bad_time", 2}});
  CHECK(iso["responses"] == 2);
  CHECK(iso["groups"].empty());
  const Json mdy = nps.json({"a.csv", "--time", "when", "--by", "@day", "--time-format", "mdy"});
  CHECK(rejected(mdy) == Sizes{{"bad_time", 1}});
}

TEST_CASE("nps report: a stray date among others is a bad time, wherever it stands", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", GENERATE(as<std::string>(), "score,when\n9,6/11/2020\n8,2020-11-06\n",
                             "score,when\n8,2020-11-06\n9,6/11/2020\n"));
  const Json report = nps.json({"a.csv", "--time", "when", "--by", "@day"});
  CHECK(rejected(report) == Sizes{{"bad_time", 1}});
  CHECK(sizes(report) == Sizes{{"2020-11-06", 1}});
}

TEST_CASE("nps report: a time column of which nothing can be read is told of", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", "score,when\n9,yesterday\n8,\n");
  const Finished ran = nps.report({"a.csv", "--rating", "score", "--time", "when", "--by", "@day"});
  CHECK(ran.exit_code == 0);
  CHECK(contains(ran.err, "no time in column 'when' is written as iso (the default)"));
  CHECK(contains(ran.err, "rejected of 2 rows: 2 bad_time"));

  nps.file("b.csv", "score,when\n9,yesterday\n8,2020-01-01\n");
  CHECK(sentences(nps.report({"b.csv", "--rating", "score", "--time", "when"}).err).size() == 1);
}

TEST_CASE("nps report: empty times are bad times, absent from time groups only", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", "score,when,g\n9,,a\n0,2020-01-01,a\n8, ,b\n");
  const Json by_day = nps.json({"a.csv", "--time", "when", "--by", "@day"});
  CHECK(by_day["responses"] == 3);
  CHECK(sizes(by_day) == Sizes{{"2020-01-01", 1}});
  CHECK(rejected(by_day) == Sizes{{"bad_time", 2}});
  CHECK(sizes(nps.json({"a.csv", "--time", "when", "--by", "g"})) == Sizes{{"a", 2}, {"b", 1}});
}
