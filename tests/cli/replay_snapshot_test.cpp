// nps replay: the law, seen from outside. The same events in any order and any files are the same
// report and the same snapshot, byte for byte; so are snapshots of parts that are merged, and a run
// that was killed and went on.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>

#include "cli/replay_command.h"

using namespace nps::test;

namespace {

const Arguments kOptions{"--by",   "channel,plan,@month", "--window", "7d,30d,24h",
                         "--zone", "America/New_York"};

Arguments with_options(Arguments arguments) {
  arguments.insert(arguments.end(), kOptions.begin(), kOptions.end());
  return arguments;
}

/// All of a report but what became of single events, which is no state.
Json state_of(Json report) {
  for (const char* what : {"accepted", "duplicates", "stale", "erased"}) {
    report["diagnostics"].erase(what);
  }
  return report;
}

/// The events that count, by the law itself: of each response the greatest, less the erased.
std::map<std::string, Json> model(const Lines& lines) {
  std::map<std::string, Json> greatest;
  std::vector<std::string> erased;
  for (const std::string& line : lines) {
    Json event = Json::parse(line);
    if (event["type"] == "erased") {
      erased.push_back(event["customer_id"]);
      continue;
    }
    const auto key = [](const Json& e) {
      return std::pair(e["version"].get<int>(), e.value("event_id", std::string()));
    };
    const auto [at, first] = greatest.emplace(event["response_id"], event);
    if (!first && key(at->second) < key(event)) at->second = event;
  }
  std::erase_if(greatest, [&erased](const auto& held) {
    const std::string type = held.second["type"];
    return (type != "answered" && type != "updated") ||
           std::ranges::count(erased, held.second["customer_id"].template get<std::string>()) != 0;
  });
  return greatest;
}

/// Whether two different events of one response have the same place in the order: then their digests
/// decide, which the model does not know.
bool has_ties(const Lines& lines) {
  std::map<std::string, std::string> seen;
  return std::ranges::any_of(lines, [&seen](const std::string& line) {
    const Json event = Json::parse(line);
    if (event["type"] == "erased") return false;
    const std::string key = event["response_id"].get<std::string>() + "|" +
                            event["version"].dump() + "|" + event.value("event_id", std::string());
    const auto [at, first] = seen.emplace(key, line);
    return !first && at->second != line;
  });
}

}  // namespace

TEST_CASE("nps replay: lines and files in any order give one report and one snapshot",
          "[cli][replay]") {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    INFO("seed " << seed);
    Lines lines = events(seed, 80);
    ReplayCommand nps;
    nps.file("a", joined(lines));
    const Json report = nps.json(with_options({"a", "--snapshot", "s"}));
    const std::string snapshot = nps.folder().read("s");
    std::mt19937_64 random(seed);
    for (int round = 0; round < 4; ++round) {
      INFO("round " << round);
      std::ranges::shuffle(lines, random);
      const auto cut = static_cast<std::ptrdiff_t>(random() % lines.size());
      const auto half = lines.begin() + cut;
      nps.file("b", joined({lines.begin(), half}));
      nps.file("c", joined({half, lines.end()}));
      const Json again = nps.json(with_options({"c", "b", "--snapshot", "t"}));
      CHECK(state_of(again) == state_of(report));
      CHECK(nps.folder().read("t") == snapshot);
      // Apart, and merged; and all of them twice.
      nps.json(with_options({"b", "--snapshot", "of_b"}));
      nps.json(with_options({"c", "--snapshot", "of_c"}));
      nps.process().input = "";
      const Json merged =
          nps.json(with_options({"-", "--merge", "of_c", "--merge", "of_b", "--snapshot", "t"}));
      CHECK(merged["groups"] == report["groups"]);
      CHECK(merged["windows"] == report["windows"]);
      CHECK(merged["ledger"] == report["ledger"]);
      CHECK(merged["as_of"] == report["as_of"]);
      CHECK(nps.folder().read("t") == snapshot);
      nps.json(with_options({"a", "b", "--merge", "s", "--snapshot", "t"}));
      CHECK(nps.folder().read("t") == snapshot);
    }
  }
}

TEST_CASE("nps replay: what counts is the greatest event of each response, less the erased",
          "[cli][replay]") {
  int compared = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    INFO("seed " << seed);
    const Lines lines = events(seed, 15);
    if (has_ties(lines)) continue;
    ++compared;
    ReplayCommand nps;
    nps.file("a", joined(lines));
    const Json report = nps.json({"a", "--by", "channel"});
    std::vector<int> distribution(11);
    Sizes channels;
    for (const auto& [id, event] : model(lines)) {
      ++distribution[event["rating"].get<std::size_t>()];
      ++channels[event["channel"]];
    }
    CHECK(report["distribution"] == Json(distribution));
    CHECK(sizes(report) == channels);
  }
  CHECK(compared > 5);
}

TEST_CASE("nps replay: --as-of is the state as known then, but for who was erased since",
          "[cli][replay]") {
  ReplayCommand nps;
  const auto received = [](const char* day) {
    return R"(,"received_at":")" + std::string(day) + "\"";
  };
  Lines lines{
      answer("r", 1, 3,
             R"(,"customer_id":"ann","answered_at":"2026-01-01")" + received("2026-01-01")),
      answer("r", 2, 9,
             R"(,"customer_id":"ann","answered_at":"2026-01-01")" + received("2026-01-05")),
      answer("s", 1, 8, R"(,"customer_id":"bob")" + received("2026-01-02")),
      answer("t", 1, 7, R"(,"customer_id":"cem")" + received("2026-01-02")),
      answer("u", 1, 6, R"(,"customer_id":"dot")"),
      answer("v", 1, 5, R"(,"customer_id":"bob")" + received("2026-01-06")),
      erased("bob", received("2026-01-07")),
      erased("cem"),
      erased("cem", received("2026-01-09")),
      erased("eve", received("2026-01-01")),
  };
  std::mt19937_64 random(7);
  for (int round = 0; round < 10; ++round) {
    std::ranges::shuffle(lines, random);
    nps.file("a", joined(lines));
    const Json then = nps.json({"a", "--as-of", "2026-01-02T12:00:00Z", "--window", "3d"});
    CHECK(then["distribution"] == Json({0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0}));
    CHECK(then["as_of"] == "2026-01-02T12:00:00Z");
    CHECK(then["erased_since"] == 2);  // Bob's 8 and Cem's 7
    CHECK(then["diagnostics"]["not_yet"] == 2);
    CHECK(rejected(then) == Sizes{{"no_received_at", 1}});
    CHECK(then["windows"][0]["responses"] == 1);
    CHECK(then["windows"][0]["untimed"] == 0);
    const Json later = nps.json({"a", "--as-of", "2026-01-08"});
    CHECK(later["distribution"] == Json({0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0}));
    CHECK(later["erased_since"] == 1);  // Cem's; Bob had been erased by then
    CHECK(nps.json({"a"})["responses"] == 2);
  }
}

TEST_CASE("nps replay: what was received or answered last ends the windows, counted or not",
          "[cli][replay]") {
  ReplayCommand nps;
  nps.file("a", answer("r", 2, 9, R"(,"answered_at":"2026-01-01")") +
                    answer("r", 1, 9, R"(,"answered_at":"2026-03-01")") +
                    answer("s", 1, 11, R"(,"answered_at":"2026-05-01")"));
  // The stale one is valid, and one off the scale is none.
  const Json report = nps.json({"a", "--snapshot", "s"});
  CHECK(report["as_of"] == "2026-03-01T00:00:00Z");
  CHECK(nps.json({"-", "--merge", "s"})["as_of"] == "2026-03-01T00:00:00Z");
}

TEST_CASE("nps replay: a torn, damaged or foreign snapshot is refused, and nothing is written",
          "[cli][replay]") {
  ReplayCommand nps;
  nps.file("a", joined(events(3, 20)));
  nps.json({"a", "--snapshot", "s"});
  const std::string whole = nps.folder().read("s");
  nps.file("foreign.csv", "score\n9\n");
  CHECK(contains(nps.refusal(1, {"a", "--merge", "foreign.csv"}),
                 "foreign.csv cannot be read as a snapshot of nps replay: byte 0: "));
  CHECK(contains(nps.refusal(1, {"a", "--merge", "a", "--snapshot", "b"}), "a cannot be read as"));
  CHECK(contains(nps.refusal(1, {"a", "--merge", "none"}), "none cannot be opened"));
  for (std::size_t size = 0; size < whole.size(); size += 1 + whole.size() / 40) {
    nps.file("torn", whole.substr(0, size));
    CHECK(contains(nps.refusal(1, {"a", "--merge", "torn", "--snapshot", "b"}),
                   "torn cannot be read"));
    std::string damaged = whole;
    damaged[size] = static_cast<char>(damaged[size] ^ 0x20);
    nps.file("damaged", damaged);
    CHECK(contains(nps.refusal(1, {"a", "--merge", "damaged"}), "damaged cannot be read"));
  }
  nps.file("more", whole + "x");
  CHECK(contains(nps.refusal(1, {"a", "--merge", "more"}), "more cannot be read"));
  CHECK(nps.folder().names() == Lines{"a", "damaged", "foreign.csv", "more", "s", "torn"});
}

TEST_CASE("nps replay: a snapshot of other options does not merge, and says what it was made with",
          "[cli][replay]") {
  ReplayCommand nps;
  nps.file("a", answer("r", 1, 9, R"(,"channel":"web","updated_at":"2026-01-01")"));
  nps.json({"a", "--by", "channel,plan", "--snapshot", "s"});
  CHECK(contains(nps.refusal(2, {"a", "--merge", "s"}), "s does not go with what is asked for: "));
  CHECK(contains(nps.refusal(2, {"a", "--by", "channel", "--merge", "s"}), "Pass the --by"));
  CHECK(contains(
      nps.refusal(2, {"a", "--by", "channel,plan", "--zone", "Europe/Berlin", "--merge", "s"}),
      "it was written with --zone UTC, and not Europe/Berlin"));
  CHECK(contains(
      nps.refusal(2, {"a", "--by", "channel,plan", "--order", "updated_at", "--merge", "s"}),
      "s does not go with"));
  // The order of names, periods and windows are no part of the state.
  CHECK(nps.json({"a", "--by", "plan,@month,channel", "--window", "7d", "--merge",
                  "s"})["responses"] == 1);
}

TEST_CASE("nps replay: a run that is killed again and again, and goes on, ends in the same bytes",
          "[cli][replay][slow]") {
  // NPS_KILLS=200 for as many as the claim names.
  const char* wish = std::getenv("NPS_KILLS");
  const int kills = wish == nullptr ? 24 : std::atoi(wish);
  ReplayCommand nps;
  nps.file("a", joined(events(11, 700)));
  nps.file("b", joined(events(12, 700)));
  const Arguments run = with_options({"a", "b", "--every", "40", "--snapshot", "s"});
  const auto begin = std::chrono::steady_clock::now();
  const Json report = nps.json(run);
  const auto took = std::chrono::steady_clock::now() - begin;
  const std::string undisturbed = nps.folder().read("s");
  std::filesystem::remove(nps.folder().path() / "s");

  std::mt19937_64 random(20261125);
  int killed = 0;
  int with_snapshot = 0;
  for (int tries = 0; killed < kills; ++tries) {
    REQUIRE(tries < 20 * kills + 20);
    Arguments go_on = run;
    if (std::filesystem::exists(nps.folder().path() / "s")) {
      go_on.insert(go_on.end(), {"--merge", "s"});
      ++with_snapshot;
    }
    nps.process().kill_after =
        std::chrono::duration_cast<std::chrono::microseconds>(took) * (random() % 1000) / 1000;
    Arguments arguments = go_on;
    const Finished ran = nps.replay(std::move(arguments));
    INFO(ran.err);
    REQUIRE((ran.exit_code == 0 || ran.exit_code == 128 + 9));
    if (ran.exit_code != 0) ++killed;
    nps.process().kill_after.reset();
    // Every so often it is left in peace, and then all begins anew.
    if (ran.exit_code != 0 && random() % 5 != 0) continue;
    go_on = run;
    if (std::filesystem::exists(nps.folder().path() / "s")) {
      go_on.insert(go_on.end(), {"--merge", "s"});
    }
    CHECK(state_of(nps.json(go_on))["groups"] == report["groups"]);
    REQUIRE(nps.folder().read("s") == undisturbed);
    std::filesystem::remove(nps.folder().path() / "s");
  }
  CHECK(with_snapshot > 0);
}
