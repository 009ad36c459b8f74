// nps replay: what is true after events that come twice, late and corrected.
#include "cli/replay_command.h"

#include <fstream>
#include <iterator>

using namespace nps::test;

namespace {

const std::string kTour = "examples/data/events.ndjson";

}  // namespace

TEST_CASE("nps replay: a corrected, a repeated and a late answer count once, as they are now",
          "[cli][replay]") {
  ReplayCommand nps;
  nps.process().directory = NPS_TEST_SOURCE_DIR;
  const Json report = nps.json({kTour, "--by", "channel", "--window", "7d,30d"});
  // Ann's 6 became a 9, Bob's 9 came twice, Cem's 2 came after the 10 that replaced it, Ida's 7 is of
  // October and came at last. Fay's was deleted, Gus is erased, Dot did not answer, Hal gave an 11.
  CHECK(report["distribution"] == Json({0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 1}));
  CHECK(report["nps"] == 60.0);
  CHECK(report["rows"] == 14);
  CHECK(rejected(report) == Sizes{{"out_of_range", 1}});
  CHECK(report["ledger"] == Json({{"responses", 5},
                                  {"dismissed", 1},
                                  {"deleted", 1},
                                  {"erased", 1},
                                  {"erased_customers", 1}}));
  CHECK(report["diagnostics"] == Json({{"accepted", 11},
                                       {"duplicates", 1},
                                       {"stale", 1},
                                       {"erased", 0},
                                       {"too_old", 0},
                                       {"rejected", 1}}));
  CHECK(sizes(report) == Sizes{{"mobile", 2}, {"store", 1}, {"web", 2}});
  CHECK(report["as_of"] == "2026-11-24T10:30:00Z");
  REQUIRE(report["windows"].size() == 2);
  const Json& week = report["windows"][0];
  CHECK(week["name"] == "7d");
  CHECK(week["from"] == "2026-11-18T00:00:00Z");
  CHECK(week["to"] == "2026-11-25T00:00:00Z");
  CHECK(week["responses"] == 2);
  CHECK(week["before"] == 3);
  CHECK(report["windows"][1]["responses"] == 4);
  CHECK(report["windows"][1]["before"] == 1);
}

TEST_CASE("nps replay: the README shows what the command prints", "[cli][replay]") {
  ReplayCommand nps;
  nps.process().directory = NPS_TEST_SOURCE_DIR;
  const Finished ran = nps.replay({kTour, "--by", "channel", "--window", "7d,30d"});
  REQUIRE(ran.exit_code == 0);
  std::string expected =
      "    $ build/release/nps replay " + kTour + " --by channel --window 7d,30d\n";
  for (const std::string& line : sentences(ran.out)) {
    expected += line.empty() ? "\n" : "    " + line + "\n";
  }
  std::ifstream file(std::string(NPS_TEST_SOURCE_DIR) + "/README.md", std::ios::binary);
  const std::string readme{std::istreambuf_iterator<char>(file), {}};
  INFO(expected);
  CHECK(contains(readme, expected));
}

TEST_CASE("nps replay: the table, CSV and Markdown have the windows too", "[cli][replay]") {
  ReplayCommand nps;
  nps.file("a", answer("r", 1, 9, R"(,"answered_at":"2026-01-05T12:00:00Z")") +
                    answer("s", 1, 0, R"(,"answered_at":"2026-01-01")"));
  const auto out = [&nps](const char* format) {
    return nps.replay({"a", "--window", "48h,3d", "--format", format}).out;
  };
  CHECK(contains(out("table"), "\n  last  n   score"));
  CHECK(contains(out("table"), "\n   48h  1  +100.0"));
  CHECK(contains(out("table"), "\n    3d  1  +100.0"));
  CHECK(contains(out("csv"), "\nlast 48h,1,1,0,0,100,"));
  CHECK(contains(out("markdown"), "\n| last | n | NPS |"));
  CHECK(contains(out("markdown"), "\n| 48h | 1 | +100.0 |"));
}

TEST_CASE("nps replay: windows of days are civil days of the zone, of hours those of UTC",
          "[cli][replay]") {
  ReplayCommand nps;
  // In Berlin it is the 2nd already.
  nps.file("a", answer("r", 1, 9, R"(,"answered_at":"2026-07-01T22:30:00Z")") +
                    answer("s", 1, 0, R"(,"answered_at":"2026-07-01T21:30:00Z")"));
  const Json report = nps.json({"a", "--window", "1d,1h,2h", "--zone", "Europe/Berlin"});
  CHECK(report["windows"][0]["from"] == "2026-07-01T22:00:00Z");
  CHECK(report["windows"][0]["to"] == "2026-07-02T22:00:00Z");
  CHECK(report["windows"][0]["nps"] == 100.0);
  CHECK(report["windows"][1]["from"] == "2026-07-01T22:00:00Z");
  CHECK(report["windows"][1]["responses"] == 1);
  CHECK(report["windows"][2]["responses"] == 2);
}

TEST_CASE("nps replay: groups by labels, further fields and time, each period with its change",
          "[cli][replay]") {
  ReplayCommand nps;
  nps.file("a",
           answer("r", 1, 9, R"(,"answered_at":"2026-01-05","account_id":7,"plan":"pro")") +
               answer("s", 1, 0, R"(,"answered_at":"2026-02-05","account_id":"7","plan":null)") +
               answer("t", 1, 8, R"(,"answered_at":"2026-02-06","journey_stage":"buy")"));
  CHECK(sizes(nps.json({"a", "--by", "account"})) == Sizes{{"", 1}, {"7", 2}});
  CHECK(sizes(nps.json({"a", "--by", "plan,journey_stage"})) ==
        Sizes{{"", 1}, {"buy | ", 1}, {"pro", 1}});
  const Json months = nps.json({"a", "--by", "@month"});
  CHECK(sizes(months) == Sizes{{"2026-01", 1}, {"2026-02", 2}});
  CHECK(months["groups"][1]["change"]["nps"] == -150.0);
}

TEST_CASE("nps replay: what cannot be placed is counted by reason and listed", "[cli][replay]") {
  ReplayCommand nps;
  nps.file("a", answer("r", 1, 9) + "{\"type\":\"answered\",\"response_id\":\"r\"\n" +
                    R"({"type":"answered","version":1,"rating":5})"
                    "\n"
                    R"({"type":"answered","response_id":"s","version":1})"
                    "\n"
                    R"({"type":"answered","response_id":"t","rating":5})"
                    "\n"
                    R"({"type":"erased"})"
                    "\n"
                    R"({"type":"clicked","response_id":"u"})"
                    "\n"
                    R"({"type":"answered","response_id":"v","version":1,"rating":8.5})"
                    "\n"
                    R"({"type":"answered","response_id":["w"],"version":1,"rating":8})"
                    "\n" +
                    answer("x", 1, 10, R"(,"answered_at":"soon")"));
  const Finished ran = nps.replay({"a", "--format", "json", "--rejects", "list.csv"});
  CHECK(ran.exit_code == 0);
  const Json report = Json::parse(ran.out);
  check_events_reconcile(report);
  CHECK(report["responses"] == 2);
  CHECK(rejected(report) == Sizes{{"missing", 1},
                                  {"fractional", 1},
                                  {"bad_time", 1},
                                  {"no_customer", 1},
                                  {"not_json", 1},
                                  {"bad_field", 1},
                                  {"unknown_type", 1},
                                  {"no_response_id", 1},
                                  {"no_order", 1}});
  const std::string list = nps.folder().read("list.csv");
  CHECK(contains(list, "file,line,column,value,reason\n"));
  CHECK(contains(list, "\na,4,rating,,missing\n"));
  CHECK(contains(list, "\na,8,rating,8.5,fractional\n"));
  CHECK(contains(list, "\na,9,response_id,[,bad_field\n"));
  CHECK(contains(list, "\na,10,answered_at,soon,bad_time\n"));
  CHECK(contains(ran.err, "nps: rejected of 10 rows: 1 missing, 1 fractional,"));
  CHECK(contains(ran.err, "no time in field 'answered_at' is written as iso; see --time-format"));
  CHECK(nps.replay({"a", "--strict"}).exit_code == 3);
}

TEST_CASE("nps replay: no events are no score, and windows end nowhere", "[cli][replay]") {
  ReplayCommand nps;
  nps.process().input = "\n";
  const Json report = nps.json({"-", "--window", "7d"});
  CHECK(report["responses"] == 0);
  CHECK(report["nps"].is_null());
  CHECK(report["as_of"].is_null());
  CHECK(report["windows"][0]["responses"] == 0);
}

TEST_CASE("nps replay: standard input is read like a file", "[cli][replay]") {
  ReplayCommand nps;
  nps.process().input = answer("r", 1, 9);
  CHECK(nps.json({"-"})["responses"] == 1);
}

TEST_CASE("nps replay: times of other formats are read when they are named", "[cli][replay]") {
  ReplayCommand nps;
  nps.file("a", answer("r", 1, 9, R"(,"answered_at":1604652672402)"));
  CHECK(nps.json({"a", "--time-format", "unix_ms"})["as_of"] == "2020-11-06T08:51:12.402000Z");
}

TEST_CASE("nps replay: which of two keys orders the events does not depend on which comes first",
          "[cli][replay]") {
  ReplayCommand nps;
  const std::string by_version = answer("r", 1, 9);
  const std::string by_time =
      R"({"type":"answered","response_id":"s","updated_at":"2026-01-02","rating":5})"
      "\n";
  const std::string by_both = answer("t", 1, 7, R"(,"updated_at":"2026-01-03")");
  for (const Lines& mixed : {Lines{by_version, by_time}, Lines{by_time, by_version},
                             Lines{by_both, by_time}, Lines{by_time, by_both}}) {
    nps.file("a", joined(mixed));
    CHECK(contains(nps.refusal(1, {"a"}), "a, line 2: this event has "));
    CHECK(contains(nps.refusal(1, {"a"}), "--order"));
    CHECK(rejected(nps.json({"a", "--order", "updated_at"})).contains("no_order") ==
          (mixed[0] == by_version || mixed[1] == by_version));
    CHECK(rejected(nps.json({"a", "--order", "version"})) == Sizes{{"no_order", 1}});
  }
  nps.file("a", by_version + by_both);
  CHECK(nps.json({"a"})["responses"] == 2);
}

TEST_CASE("nps replay: wrong usage is told in one sentence", "[cli][replay]") {
  ReplayCommand nps;
  nps.file("a", answer("r", 1, 9));
  CHECK(contains(nps.refusal(2, {}), "EVENTS is required"));
  CHECK(contains(nps.refusal(2, {"a", "--by", "@file"}), "several files of events are one set"));
  CHECK(contains(nps.refusal(2, {"a", "--by", "rating"}), "--by rating: that is no label"));
  CHECK(contains(nps.refusal(2, {"a", "--by", "account_id"}), "say --by account"));
  CHECK(contains(nps.refusal(2, {"a", "--window", "7x"}), "--window: "));
  CHECK(contains(nps.refusal(2, {"a", "--window", "0d"}), "--window: "));
  CHECK(contains(nps.refusal(2, {"a", "--every", "5"}), "pass --snapshot FILE"));
  CHECK(
      contains(nps.refusal(2, {"a", "--every", "0", "--snapshot", "s"}), "'0' is no whole number"));
  CHECK(contains(nps.refusal(2, {"a", "--snapshot", "a"}), "a is read or written already"));
  CHECK(
      contains(nps.refusal(2, {"a", "--snapshot", "b", "--output", "b"}), "b is read or written"));
  CHECK(contains(nps.refusal(2, {"a", "--as-of", "soon"}), "--as-of: 'soon' is no time"));
  CHECK(
      contains(nps.refusal(2, {"a", "--as-of", "2026-01-01", "--merge", "s"}), "without --merge"));
  CHECK(contains(nps.refusal(2, {"a", "--as-of", "2026-01-01", "--snapshot", "s"}), "one of them"));
  CHECK(contains(nps.refusal(1, {"none"}), "none cannot be opened"));
  CHECK(nps.folder().names() == Lines{"a"});
  nps.file("big", answer("r", 1, 9, R"(,"channel":"a")") + answer("s", 1, 9, R"(,"channel":"b")"));
  CHECK(contains(nps.refusal(1, {"big", "--by", "channel", "--max-cells", "1"}), "--max-cells"));
}
