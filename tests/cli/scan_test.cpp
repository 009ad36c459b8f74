// nps report --scan and --min-n: which groups differ, and which are too small to be shown.
#include <map>
#include <set>

#include "cli/nps_command.h"
#include "nps/stats/comparison.h"
#include "nps/stats/interval.h"

using namespace nps::test;

namespace {

std::string rows(const std::string& labels, int detractors, int passives, int promoters) {
  std::string text;
  for (int i = 0; i < detractors; ++i) text += labels + ",3\n";
  for (int i = 0; i < passives; ++i) text += labels + ",7\n";
  for (int i = 0; i < promoters; ++i) text += labels + ",10\n";
  return text;
}

nps::BandCounts bands(const Json& figures) {
  return {.detractors = figures["detractors"],
          .passives = figures["passives"],
          .promoters = figures["promoters"]};
}

/// The keys of what is hidden, in order.
std::vector<Json> hidden(const Json& report) {
  std::vector<Json> keys;
  for (const Json& group : report["groups"]) {
    if (!group.contains("suppressed")) continue;
    CHECK(group == Json({{"key", group["key"]}, {"suppressed", true}}));
    keys.push_back(group["key"]);
  }
  return keys;
}

const std::string kTeams = "team,kind,score\n" + rows("a,new", 30, 30, 60) +
                           rows("a,old", 40, 30, 10) + rows("b,new", 10, 30, 90) +
                           rows("b,old", 5, 20, 60) + rows("c,new", 1, 0, 2) +
                           rows("c,old", 20, 30, 30) + rows("d,old", 9, 9, 9);

}  // namespace

TEST_CASE("nps report --scan: each group against the rest, the greatest gain first", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", kTeams);
  const Json report = nps.json({"a.csv", "--by", "team,kind", "--rollup", "--scan"});
  const Json& scan = report["scan"];
  REQUIRE(scan.size() == 7 + 4 + 2);  // every subset but the total, which has no rest
  CHECK(report["adjustment"] == "bh");
  double last = 1e9;
  std::set<std::string> keys;
  for (const Json& segment : scan) {
    INFO(segment["key"].dump());
    CHECK(keys.insert(segment["key"].dump()).second);
    const std::uint64_t n = segment["responses"];
    CHECK(n + segment["rest"]["responses"].get<std::uint64_t>() == report["responses"]);
    const auto difference = nps::compare_independent(bands(segment["rest"]), bands(segment));
    CHECK(segment["difference"] == Json({{"nps", difference->nps},
                                         {"low", difference->low},
                                         {"high", difference->high},
                                         {"level", 0.95},
                                         {"method", "adjusted"}}));
    CHECK(segment["p"] == difference->p);
    CHECK(segment["adjusted_p"] >= segment["p"]);
    CHECK(segment["gain"].get<double>() ==
          Approx(static_cast<double>(n) / report["responses"].get<double>() * -difference->nps));
    CHECK(segment["gain"] <= last);
    last = segment["gain"];
    CHECK(segment["rest"]["distribution"].size() == 11);
  }
  const Json cautious =
      nps.json({"a.csv", "--by", "team,kind", "--rollup", "--scan", "--adjust", "by"});
  CHECK(cautious["adjustment"] == "by");
  CHECK(cautious["scan"][0]["adjusted_p"] > scan[0]["adjusted_p"]);
  const Json first = nps.json({"a.csv", "--by", "team", "--scan", "--top", "2"});
  CHECK(first["scan"].size() == 2);
  CHECK(first["scan_omitted"] == 2);
}

TEST_CASE("nps report --scan: tables, CSV and Markdown have it too", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", kTeams);
  const auto out = [&nps](const char* format) {
    return nps.report({"a.csv", "--by", "team", "--scan", "--format", format}).out;
  };
  CHECK(contains(out("table"), "difference"));
  CHECK(contains(out("table"), "▼"));
  CHECK(contains(out("table"), "adjusted for 4 comparisons"));
  CHECK(contains(out("markdown"), "| team | n | NPS | rest | difference | adjusted p | gain |"));
  const auto lines = sentences(out("csv"));
  REQUIRE(lines.size() == 6);
  const auto commas = [](const std::string& line) { return std::ranges::count(line, ','); };
  CHECK(lines[0].ends_with(",difference_p,adjusted_p,gain"));
  for (const std::string& line : lines) CHECK(commas(line) == commas(lines[0]));
  // One group has no rest; the report says so and is whole.
  nps.file("one.csv", "team,score\na,9\n");
  CHECK(nps.json({"one.csv", "--by", "team", "--scan"})["scan"] == Json::array());
  CHECK(contains(nps.report({"one.csv", "--by", "team", "--scan"}).out, "no group with a rest"));
}

TEST_CASE("nps report --scan: wrong usage is told", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", kTeams);
  CHECK(contains(nps.refusal(2, {"a.csv", "--scan"}), "--scan needs --by"));
  CHECK(contains(nps.refusal(2, {"a.csv", "--by", "team", "--adjust", "by"}), "not asked for"));
  CHECK(contains(nps.refusal(2, {"a.csv", "--by", "team", "--scan", "--adjust", "holm"}),
                 "none of bh, by"));
}

TEST_CASE("nps report --min-n: small groups are hidden, and what would give them away", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", kTeams);
  const Json report = nps.json({"a.csv", "--by", "team,kind", "--rollup", "--min-n", "5"});
  CHECK(report["min_n"] == 5);
  const auto keys = hidden(report);
  CHECK(std::ranges::count(keys, Json({{"team", "c"}, {"kind", "new"}})) == 1);
  // Not alone in its team, nor in its kind: the sums would tell.
  CHECK(std::ranges::count_if(keys, [](const Json& key) { return key.value("team", "") == "c"; }) >=
        2);
  CHECK(std::ranges::count_if(keys, [](const Json& key) {
          return key.value("kind", "") == "new" && key.size() == 2;
        }) >= 2);
  const Json plain = nps.json({"a.csv", "--by", "team,kind", "--rollup"});
  CHECK(plain["responses"] == report["responses"]);  // the total stays
  CHECK(hidden(plain).empty());
}

TEST_CASE("nps report --min-n: neither order, scan, top nor change tells of a hidden group",
          "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", kTeams);
  const Arguments common{"a.csv", "--by", "team,kind", "--min-n", "5"};
  const auto with = [&](Arguments more) {
    more.insert(more.begin(), common.begin(), common.end());
    return nps.json(more);
  };
  const Json scanned = with({"--scan", "--sort", "n"});
  const auto keys = hidden(scanned);
  REQUIRE(keys.size() == 2);
  for (const Json& segment : scanned["scan"]) {
    CHECK(std::ranges::count(keys, segment["key"]) == 0);
  }
  CHECK(scanned["scan"].size() == 5);
  // What is hidden stands last, by key; of the first few it is none.
  CHECK(scanned["groups"][5]["key"] == keys[0]);
  CHECK(scanned["groups"][6]["key"] == keys[1]);
  CHECK(keys[0] < keys[1]);
  CHECK(hidden(with({"--sort", "nps", "--top", "5"})).empty());

  std::string months = "score,when\n";
  const auto month = [&months](const char* when, int answers) {
    for (int i = 0; i < answers; ++i)
      months += (i % 3 == 0 ? "3," : "10,") + std::string(when) + "\n";
  };
  month("2024-01-05", 30);
  month("2024-02-05", 3);
  month("2024-03-05", 20);
  month("2024-04-05", 40);
  month("2024-05-05", 50);
  nps.file("m.csv", months);
  const Json report =
      nps.json({"m.csv", "--time", "when", "--by", "@month", "--min-n", "5", "--sort", "key"});
  CHECK(hidden(report) == std::vector<Json>{{{"@month", "2024-02"}}, {{"@month", "2024-03"}}});
  CHECK(report["groups"][3]["change"].is_null());  // against a hidden month
  CHECK_FALSE(report["groups"][4]["change"].is_null());
}

TEST_CASE("nps report --min-n: weighted figures are hidden too, in every format", "[cli]") {
  NpsCommand nps;
  std::string text = "team,score,w\n";
  for (int i = 0; i < 40; ++i) text += std::string(i % 2 == 0 ? "big" : "mid") + ",9,1.5\n";
  nps.file("a.csv", text + "tiny,3,7777\ntiny,3,8888\n");
  for (const char* format : {"table", "json", "csv", "markdown"}) {
    INFO(format);
    const std::string out = nps.report({"a.csv", "--by", "team", "--weight", "w", "--min-n", "5",
                                        "--scan", "--format", format})
                                .out;
    CHECK(contains(out, "tiny"));
    for (const char* told : {"7777", "8888", "16665", "16,665"}) {
      // The total's own sum of weights is 16725; nothing else has any of these.
      CHECK_FALSE(contains(out, told));
    }
  }
  const auto lines = sentences(
      nps.report({"a.csv", "--by", "team", "--weight", "w", "--min-n", "5", "--format", "csv"})
          .out);
  REQUIRE(lines.size() == 5);
  CHECK(lines[0].ends_with(",suppressed"));
  CHECK(lines[4].starts_with("team,tiny,,,,"));
  CHECK(lines[4].ends_with(",true"));
  for (const std::string& line : lines) {
    CHECK(std::ranges::count(line, ',') == std::ranges::count(lines[0], ','));
  }
}

TEST_CASE("nps report --min-n: where even the total would tell, nothing is shown", "[cli]") {
  NpsCommand nps;
  nps.file("few.csv", "team,score\na,9\nb,3\n");
  CHECK(contains(nps.refusal(1, {"few.csv", "--by", "team", "--min-n", "5"}),
                 "nothing can be shown"));
  CHECK(contains(nps.refusal(1, {"few.csv", "--min-n", "5"}), "nothing can be shown"));
  CHECK(contains(nps.refusal(1, {"few.csv", "--min-n", "5"}), "fewer with --min-n"));
  CHECK(contains(nps.refusal(2, {"few.csv", "--min-n", "0"}), "no whole number"));
  nps.file("none.csv", "team,score\n");
  CHECK(nps.json({"none.csv", "--by", "team", "--min-n", "5"})["responses"] == 0);
  nps.file("small.csv", "team,score\n" + rows("a", 1, 1, 1) + rows("b", 1, 1, 1));
  const Json both = nps.json({"small.csv", "--by", "team", "--min-n", "5"});
  CHECK(hidden(both).size() == 2);
  CHECK(both["responses"] == 6);
}

TEST_CASE("nps report: --interval takes each of the six methods", "[cli]") {
  NpsCommand nps;
  nps.file("a.csv", kTeams);
  for (const nps::IntervalMethod method : nps::kIntervalMethods) {
    const std::string wanted(name(method));
    INFO(wanted);
    const Json report = nps.json({"a.csv", "--by", "team", "--interval", wanted, "--level", "0.9"});
    const auto check = [&](const Json& figures) {
      const auto expected = nps::interval(bands(figures), method, *nps::Level::from(0.9));
      CHECK(figures["interval"] == Json({{"level", 0.9},
                                         {"method", wanted},
                                         {"low", expected->low},
                                         {"high", expected->high}}));
    };
    check(report);
    for (const Json& group : report["groups"]) check(group);
    // One answer, and all alike: defined, whatever the method.
    nps.file("one.csv", "score\n10\n");
    const Json one = nps.json({"one.csv", "--interval", wanted});
    CHECK(one["interval"]["high"] <= 100.0);
    CHECK(one["interval"]["low"] <= one["interval"]["high"]);
  }
}
