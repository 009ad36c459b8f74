// nps store report: windows, instants and what counts once give the figures of nps report and nps replay.
#include <string>
#include <vector>

#include "cli/replay_command.h"
#include "cli/store_command.h"
#include "support/catch.h"

using nps::test::Arguments;
using nps::test::contains;
using nps::test::Json;
using nps::test::StoreCommand;

namespace {

const std::vector<std::string> kFigures{"responses", "promoters", "passives",     "detractors",
                                        "nps",       "interval",  "distribution", "mean"};

Json replay(StoreCommand& nps, Arguments arguments) {
  arguments.insert(arguments.begin(), "replay");
  arguments.insert(arguments.end(), {"--format", "json"});
  const auto ran = nps.nps().run(arguments);
  INFO(ran.err);
  REQUIRE(ran.exit_code == 0);
  return Json::parse(ran.out);
}

/// Every answer is in the window, gave way in it, or lies outside.
void check_windows_reconcile(const Json& report) {
  for (const Json& window : report["windows"]) {
    INFO(window.dump());
    std::uint64_t rows = window.value("superseded", std::uint64_t{0});
    for (const char* part : {"responses", "before", "after", "untimed"}) {
      rows += window[part].get<std::uint64_t>();
    }
    CHECK(report["rows"] == rows);
  }
}

const std::string kAnswers =
    "id,score,who,firm,stage,at\n"
    "r1,9,ann,acme,buying,2026-10-20\n"
    "r2,3,ann,acme,support,2026-11-10\n"
    "r3,10,ann,acme,support,2026-11-14\n"
    "r4,6,bob,acme,buying,2026-11-12\n"
    "r5,8,cem,cogs,buying,2026-09-01\n"
    "r6,2,dee,cogs,support,2026-11-20\n"
    "r7,10,eve,,buying,\n";

void ingest_answers(StoreCommand& nps) {
  nps.file("a.csv", kAnswers);
  nps.text({"ingest", "s.db", "a.csv", "--response-id", "id", "--customer", "who", "--account",
            "firm", "--stage", "stage", "--time", "at"});
}

}  // namespace

TEST_CASE("store report: windows are those of nps replay as of the same instant", "[store]") {
  StoreCommand nps;
  // Without erasures: those take whole responses with them, also what others had said of them before.
  std::string lines;
  for (const std::string& line : nps::test::events(7, 400)) {
    if (!contains(line, "\"erased\"")) lines += line;
  }
  nps.file("e.ndjson", lines);
  nps.text({"ingest", "s.db", "e.ndjson"});
  for (const std::string instant : {"2026-10-20", "2026-11-05T12:00:00Z", "2027-01-01"}) {
    for (const std::string zone : {"UTC", "Asia/Tokyo"}) {
      INFO(instant << " " << zone);
      const Arguments options{"--window", "1d,7d,30d,36h", "--as-of", instant, "--zone", zone};
      Arguments of_store{"report", "s.db"};
      of_store.insert(of_store.end(), options.begin(), options.end());
      Arguments of_events{"e.ndjson", "--by", "channel,journey_stage"};
      of_events.insert(of_events.end(), options.begin(), options.end());
      const Json stored = nps.json(of_store);
      const Json replayed = replay(nps, of_events);
      check_windows_reconcile(stored);
      CHECK(stored["as_of"] == replayed["as_of"]);
      CHECK(stored["windows"] == replayed["windows"]);
      for (const std::string& name : kFigures) CHECK(stored[name] == replayed[name]);
    }
  }
}

TEST_CASE("store report: a window ends where the latest event was, if nobody says otherwise",
          "[store]") {
  StoreCommand nps;
  nps.file("e.ndjson",
           nps::test::answer("a", 1, 10, R"(,"answered_at":"2026-11-01T10:00:00Z")") +
               nps::test::answer("b", 1, 0, R"(,"answered_at":"2026-11-20T10:00:00Z")") +
               R"({"type":"deleted","response_id":"c","version":1,)"
               R"("received_at":"2026-11-24T23:30:00Z"})"
               "\n");
  nps.text({"ingest", "s.db", "e.ndjson"});
  const Json report = nps.json({"report", "s.db", "--window", "7d,30d,7d"});
  CHECK(report["as_of"] == "2026-11-24T23:30:00Z");
  CHECK(report["policy"]["as_of"] == "2026-11-24T23:30:00Z");
  REQUIRE(report["windows"].size() == 2);
  CHECK(report["windows"][0]["name"] == "7d");
  CHECK(report["windows"][0]["from"] == "2026-11-18T00:00:00Z");
  CHECK(report["windows"][0]["to"] == "2026-11-25T00:00:00Z");
  CHECK(report["windows"][0]["nps"] == -100.0);
  CHECK(report["windows"][0]["before"] == 1);
  CHECK(report["windows"][1]["responses"] == 2);
  CHECK(nps.text({"report", "s.db", "--window", "7d"}).find("windows end with its day") !=
        std::string::npos);
  // In Tokyo the day has ended.
  const Json tokyo = nps.json({"report", "s.db", "--window", "7d", "--zone", "Asia/Tokyo"});
  CHECK(tokyo["windows"][0]["to"] == "2026-11-25T15:00:00Z");
  // Without a window nothing ends anywhere.
  CHECK_FALSE(nps.json({"report", "s.db"}).contains("as_of"));
}

TEST_CASE("store report: where nothing has a time, windows are empty and end nowhere", "[store]") {
  StoreCommand nps;
  nps.file("a.csv", "score,who\n9,ann\n");
  nps.text({"ingest", "s.db", "a.csv", "--customer", "who"});
  const Json report = nps.json({"report", "s.db", "--window", "30d"});
  CHECK(report["as_of"].is_null());
  CHECK(report["responses"] == 1);
  CHECK(report["windows"][0]["responses"] == 0);
  CHECK(report["windows"][0]["untimed"] == 1);
}

TEST_CASE("store report: in a window the latest or first answer of each customer is that in it",
          "[store]") {
  StoreCommand nps;
  ingest_answers(nps);
  const Arguments options{"report", "s.db", "--window", "30d,7d", "--as-of", "2026-11-15"};
  const auto counted = [&](const Arguments& more) {
    Arguments all = options;
    all.insert(all.end(), more.begin(), more.end());
    const Json report = nps.json(all);
    check_windows_reconcile(report);
    return report["windows"];
  };
  // 2026-10-17 to 2026-11-15: r1 to r4; 2026-11-09 on: r2 to r4.
  const Json all = counted({});
  CHECK(all[0]["responses"] == 4);
  CHECK(all[0]["after"] == 1);
  CHECK(all[0]["before"] == 1);
  CHECK(all[0]["untimed"] == 1);
  CHECK(all[1]["responses"] == 3);
  const Json latest = counted({"--count", "latest"});
  CHECK(latest[0]["distribution"] == Json{0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1});
  CHECK(latest[0]["superseded"] == 2);
  CHECK(latest[1]["distribution"] == latest[0]["distribution"]);
  const Json first = counted({"--count", "first"});
  CHECK(first[0]["distribution"] == Json{0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0});
  CHECK(first[1]["distribution"] == Json{0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0});
  const Json by_stage = counted({"--count", "latest", "--per", "stage"});
  CHECK(by_stage[0]["responses"] == 3);
  CHECK(by_stage[0]["superseded"] == 1);
  const Json by_account = counted({"--per", "account"});
  CHECK(by_account[0]["accounts"] == 1);
  CHECK(by_account[0]["nps"] == 0.0);  // two promoters, two detractors
}

TEST_CASE("store report: what counts once gives the figures of nps report", "[store]") {
  StoreCommand nps;
  ingest_answers(nps);
  struct Counted {
    Arguments both;
    Arguments file;
  };
  for (const Counted& counted :
       {Counted{{"--count", "latest"}, {}},
        {{"--count", "latest", "--per", "customer"}, {}},
        {{"--count", "first", "--per", "customer"}, {}},
        {{"--count", "latest", "--per", "stage"}, {"--stage", "stage"}},
        {{"--count", "first", "--per", "stage"}, {"--stage", "stage"}},
        {{"--per", "account"}, {"--account", "firm"}},
        {{"--count", "latest", "--per", "account"}, {"--account", "firm"}}}) {
    Arguments stored{"report", "s.db"};
    stored.insert(stored.end(), counted.both.begin(), counted.both.end());
    Arguments read{"a.csv", "--customer", "who", "--time", "at", "--response-id", "id"};
    read.insert(read.end(), counted.both.begin(), counted.both.end());
    read.insert(read.end(), counted.file.begin(), counted.file.end());
    Json expected = nps.nps().json(read);
    expected["rejected"]["bad_time"] = 0;  // in the store it is an answer without a time
    CHECK(nps.json(stored) == expected);
  }
}

TEST_CASE("store report: no answers at all, or just as many as go together, are reported as well",
          "[store]") {
  StoreCommand nps;
  constexpr int kTogether = 16'384;
  std::string rows = "score,who,where\n";
  for (int i = 0; i < kTogether; ++i) rows += "9,c" + std::to_string(i) + ",web\n";
  nps.file("many.csv", rows);
  nps.file("none.csv", "score,who,where\n");
  for (const auto& [file, answers] : {std::pair("many.csv", kTogether), {"none.csv", 0}}) {
    const std::string db = std::string(file) + ".db";
    nps.text({"ingest", db, file, "--customer", "who", "--channel", "where"});
    const Json report =
        nps.json({"report", db, "--count", "latest", "--per", "stage", "--by", "channel"});
    CHECK(report["responses"] == answers);
  }
}

TEST_CASE("store report: as of an instant it says what was known then", "[store]") {
  StoreCommand nps;
  const auto received = [](const std::string& day) {
    return R"(,"customer_id":"ann","answered_at":"2026-11-01T08:00:00Z","received_at":"2026-11-)" +
           day + R"(T08:00:00Z")";
  };
  nps.file("e.ndjson", nps::test::answer("a", 1, 3, received("01")) +
                           nps::test::answer("a", 2, 9, received("05")) +
                           nps::test::answer("b", 1, 10, received("07")));
  nps.text({"ingest", "s.db", "e.ndjson"});
  const auto known = [&nps](const std::string& instant) {
    const Json report = nps.json({"report", "s.db", "--as-of", instant, "--window", "1d"});
    CHECK(report["policy"]["as_of"] == report["as_of"]);
    return report["distribution"];
  };
  CHECK(known("2026-11-01T07:59:59Z") == Json{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  CHECK(known("2026-11-01T08:00:00Z") == Json{0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0});
  CHECK(known("2026-11-05T08:00:00") == Json{0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0});
  CHECK(known("2026-11-08") == Json{0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1});
  // A time without an offset is one of the zone: 17:00 in Tokyo is 08:00 in UTC.
  CHECK(nps.json({"report", "s.db", "--as-of", "2026-11-01T17:00", "--zone",
                  "Asia/Tokyo"})["responses"] == 1);
  CHECK(nps.json({"report", "s.db", "--as-of", "2026-11-01T16:59", "--zone",
                  "Asia/Tokyo"})["responses"] == 0);
  CHECK(contains(nps.text({"report", "s.db", "--as-of", "2026-11-02"}),
                 "As known at 2026-11-02T00:00:00Z"));
  CHECK(contains(
      nps.text({"report", "s.db", "--as-of", "2026-11-02", "--window", "7d", "--format", "csv"}),
      "last 7d"));
}

TEST_CASE("store report: windows and instants that mean nothing are wrong usage", "[store]") {
  StoreCommand nps;
  ingest_answers(nps);
  CHECK(contains(nps.refusal(2, {"report", "s.db", "--window", "soon"}), "'soon' is no window"));
  CHECK(contains(nps.refusal(2, {"report", "s.db", "--window", "0d"}), "--window"));
  CHECK(contains(nps.refusal(2, {"report", "s.db", "--as-of", "never"}), "'never' is no time"));
  CHECK(contains(
      nps.refusal(2, {"report", "s.db", "--window", "7d", "--by", "channel", "--min-n", "5"}),
      "--min-n"));
}
