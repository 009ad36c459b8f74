// Groups of nps report: roll-ups, timings, order, and limits.
#include "cli/nps_command.h"

using namespace nps::test;

namespace {

std::vector<std::string> keys(const Json& report, const char* dimension) {
  std::vector<std::string> keys;
  for (const Json& group : report["groups"]) keys.push_back(group["key"].value(dimension, "?"));
  return keys;
}
using Keys = std::vector<std::string>;

constexpr const char* kAnswers =
    "score,channel,stage,when\n"
    "10,web,buy,2020-10-24T21:59:59Z\n"
    "9,web,use,2020-10-24T22:00:00Z\n"
    "8,store,buy,2020-10-25T00:30:00Z\n"
    "0,store,buy,2020-10-25T01:30:00Z\n"
    "9,app,use,2021-01-01T00:00:00Z\n"
    "x,app,use,2021-01-01T00:00:00Z\n"
    "7,app,use,\n";

Json by(const std::string& timing, Arguments more = {}) {
  NpsCommand nps;
  nps.file("a.csv", kAnswers);
  Arguments arguments{"a.csv", "--time", "when", "--by", timing};
  arguments.insert(arguments.end(), more.begin(), more.end());
  Json report = nps.json(arguments);
  CHECK(report["responses"] == 6);  // a bad time stays in the total
  CHECK(rejected(report) == Sizes{{"bad_time", 1}, {"not_a_number", 1}});
  return report;
}

}  // namespace

TEST_CASE("nps report: a roll-up has every subset, and a rolled-up dimension no key", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", kAnswers);
  const Json report = nps.json({"a.csv", "--by", "channel,stage", "--rollup"});
  std::map<std::string, int> subsets;
  for (const Json& group : report["groups"]) {
    std::string names;
    for (const auto& item : group["key"].items()) names += item.key() + " ";
    ++subsets[names];
    if (names.empty()) CHECK(group["nps"] == report["nps"]);
    if (group["key"] == Json({{"stage", "buy"}})) CHECK(group["responses"] == 3);
    if (group["key"] == Json({{"channel", "store"}, {"stage", "buy"}})) {
      CHECK(group["nps"] == -50.0);
    }
  }
  CHECK(subsets ==
        std::map<std::string, int>{{"", 1}, {"channel ", 3}, {"stage ", 2}, {"channel stage ", 4}});
}

TEST_CASE("nps report: timings have the keys that programs rely on", "[cli]") {
  CHECK(keys(by("@hour"), "@hour") == Keys{"2020-10-24T21:00+00:00", "2020-10-24T22:00+00:00",
                                           "2020-10-25T00:00+00:00", "2020-10-25T01:00+00:00",
                                           "2021-01-01T00:00+00:00"});
  CHECK(keys(by("@day"), "@day") == Keys{"2020-10-24", "2020-10-25", "2021-01-01"});
  CHECK(keys(by("@week"), "@week") == Keys{"2020-W43", "2020-W53"});
  CHECK(keys(by("@week", {"--week-start", "sun"}), "@week") ==
        Keys{"2020-10-18", "2020-10-25", "2020-12-27"});
  CHECK(keys(by("@month"), "@month") == Keys{"2020-10", "2021-01"});
  CHECK(keys(by("@quarter"), "@quarter") == Keys{"2020-Q4", "2021-Q1"});
  CHECK(keys(by("@year"), "@year") == Keys{"2020", "2021"});
  CHECK(keys(by("@hour_of_day"), "@hour_of_day") == Keys{"00", "01", "21", "22"});
  CHECK(keys(by("@weekday"), "@weekday") == Keys{"fri", "sat", "sun"});
}

TEST_CASE("nps report: days and hours are those of the zone, on the day clocks go back too",
          "[cli]") {
  const Arguments berlin{"--zone", "Europe/Berlin"};
  const Json hours = by("@hour", berlin);
  CHECK(hours["policy"]["zone"] == "Europe/Berlin");
  CHECK(keys(hours, "@hour") == Keys{"2020-10-24T23:00+02:00", "2020-10-25T00:00+02:00",
                                     "2020-10-25T02:00+02:00", "2020-10-25T02:00+01:00",
                                     "2021-01-01T01:00+01:00"});
  CHECK(sizes(by("@day", berlin)) ==
        Sizes{{"2020-10-24", 1}, {"2020-10-25", 3}, {"2021-01-01", 1}});
  const Json west = by("@year", {"--zone", "America/New_York"});
  CHECK(keys(west, "@year") == Keys{"2020"});  // there it was still December
}

TEST_CASE("nps report: calendar groups have the change against the period before", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", "score,when\n10,2020-10-01\n0,2020-11-01\n0,2020-11-02\n9,2021-01-05\n");
  const Json groups = nps.json({"a.csv", "--time", "when", "--by", "@month"})["groups"];
  REQUIRE(groups.size() == 3);
  CHECK(groups[0]["change"].is_null());
  CHECK(groups[1]["change"]["nps"] == -200.0);
  CHECK(groups[1]["change"]["p"].is_number());
  CHECK(groups[2]["change"].is_null());  // nobody answered in December
  CHECK_FALSE(
      nps.json({"a.csv", "--time", "when", "--by", "@weekday"})["groups"][0].contains("change"));
}

TEST_CASE("nps report: @delay has the declared buckets", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv",
           "score,asked,answered\n"
           "9,2020-01-01T00:00:00,2020-01-01T00:59:59\n"
           "9,2020-01-01T00:00:00,2020-01-01T01:00:00\n"
           "9,2020-01-01T00:00:00,2020-01-03T00:00:00\n"
           "9,2020-01-01T00:00:00,2020-02-01T00:00:00\n"
           "9,,2020-02-01T00:00:00\n");
  const Arguments arguments{"a.csv", "--time", "answered", "--touchpoint", "asked",
                            "--by",  "@delay", "--delays", "1h,1d,7d"};
  const Json report = nps.json(arguments);
  CHECK(report["groups"].size() == 4);
  for (const Json& group : report["groups"]) CHECK(group["responses"] == 1);
  CHECK(report["groups"][0]["key"]["@delay"] == "<1h");
  CHECK(rejected(report) == Sizes{{"bad_time", 1}});
  Arguments unsorted = arguments;
  unsorted.back() = "1d,1h";
  CHECK(contains(nps.refusal(2, unsorted), "1h,1d,7d"));  // an example of what is right
}

TEST_CASE("nps report: @file is the file's name without folders and extension", "[cli]") {
  NpsCommand nps;
  std::filesystem::create_directory(nps.folder().path() / "q4.2020");
  nps.file("q4.2020/web.v2.csv", "score\n9\n");
  nps.file("plain", "score\n9\n8\n");
  CHECK(sizes(nps.json({"q4.2020/web.v2.csv", "plain", "--by", "@file"})) ==
        Sizes{{"plain", 2}, {"web.v2", 1}});
  nps.process().input = "score\n1\n";
  CHECK(sizes(nps.json({"plain", "-", "--by", "@file"})) ==
        Sizes{{"plain", 2}, {"standard input", 1}});
}

TEST_CASE("nps report: groups are sorted as asked, and --top keeps the first", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", "score,g\n0,b\n0,b\n0,b\n9,a\n9,c\n9,c\n0,c\n");
  const auto order = [&nps](const char* sort) {
    return keys(nps.json({"a.csv", "--by", "g", "--sort", sort}), "g");
  };
  CHECK(order("key") == Keys{"a", "b", "c"});
  CHECK(order("nps") == Keys{"a", "c", "b"});
  CHECK(order("n") == Keys{"b", "c", "a"});

  const Json top = nps.json({"a.csv", "--by", "g", "--sort", "nps", "--top", "2"});
  CHECK(keys(top, "g") == Keys{"a", "c"});
  CHECK(top["groups_omitted"] == 1);
  CHECK(top["responses"] == 7);  // left out of the list, not of the total
  CHECK_FALSE(nps.json({"a.csv", "--by", "g", "--top", "3"}).contains("groups_omitted"));
}

TEST_CASE("nps report: more cells than allowed exit 1 with a remedy, and none is dropped",
          "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", "score,g,h\n0,a,x\n0,b,x\n9,a,y\n");
  const std::string said = nps.refusal(1, {"a.csv", "--by", "g,h", "--max-cells", "2"});
  CHECK(contains(said, "more than 2"));
  CHECK(contains(said, "--max-cells"));
  CHECK(nps.json({"a.csv", "--by", "g,h", "--max-cells", "3"})["groups"].size() == 3);
  CHECK(nps.json({"a.csv", "--by", "g", "--max-cells", "2"})["groups"].size() == 2);
}

TEST_CASE("nps report: a roll-up of too many dimensions is refused", "[cli]") {
  NpsCommand nps;
  std::string header = "score";
  std::string names;
  for (int i = 0; i < 13; ++i) {
    header += ",c" + std::to_string(i);
    names += (names.empty() ? "c" : ",c") + std::to_string(i);
  }
  nps.file("a.csv", header + "\n");
  CHECK(contains(nps.refusal(2, {"a.csv", "--by", names, "--rollup"}), "13 dimensions"));
  CHECK(nps.json({"a.csv", "--by", names})["groups"].empty());
}
