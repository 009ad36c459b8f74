// The four ways to show a comparison. What its figures are is tested with the builder.
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "nps/report/render.h"
#include "support/catch.h"

using namespace nps;
using Json = nlohmann::json;

namespace {

ComparisonReport report_by_channel() {
  ComparisonReport report;
  const BandCounts before{.detractors = 30, .passives = 30, .promoters = 60};
  const BandCounts after{.detractors = 60, .passives = 40, .promoters = 20};
  const auto sides = [&](const BandCounts& first, const BandCounts& second) {
    const auto change = *compare_independent(first, second);
    return BeforeAndAfter{.before = figures(first),
                          .after = figures(second),
                          .change = ScoreChange{.nps = change.nps,
                                                .low = change.low,
                                                .high = change.high,
                                                .p = change.p,
                                                .level = change.level,
                                                .method = ChangeMethod::Adjusted,
                                                .adjusted_p = change.p},
                          .direction = ChangeDirection::Down};
  };
  report.total = sides(before, after);
  report.total.change->adjusted_p.reset();
  report.direction = ChangeDirection::Down;
  report.verdict = "The score fell.";
  report.mix = 1.5;
  report.rate = -60;
  report.rows = 240;
  report.dimensions = {Dimension::label("channel")};
  report.min_n = 5;
  report.groups.push_back(
      {.key = {{0, "web|\"1\"\x1b"}}, .figures = sides(before, after), .mix = 1.5, .rate = -60});
  report.groups.push_back({.key = {{0, "tiny"}}, .suppressed = true});
  return report;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

}  // namespace

TEST_CASE("comparison as JSON: the names that programs rely on are there", "[render]") {
  const Json json = Json::parse(render_json(report_by_channel()));
  for (const char* name :
       {"before", "after", "change", "mix", "rate", "simpson", "direction", "verdict", "groups",
        "rows", "rejected", "left_out", "policy", "sides"}) {
    INFO(name);
    CHECK(json.contains(name));
  }
  CHECK(json["direction"] == "down");
  CHECK(json["change"].size() == 6);
  CHECK(json["groups"][0]["change"].contains("adjusted_p"));
  CHECK(json["groups"][0]["direction"] == "down");
  CHECK(json["groups"][1] == Json({{"key", {{"channel", "tiny"}}}, {"suppressed", true}}));
  CHECK(json["policy"]["per"].is_null());
  CHECK_FALSE(json.contains("control"));
  CHECK_FALSE(json.contains("unmatched"));
}

TEST_CASE("comparison as a table: the verdict comes first, within the width", "[render]") {
  const std::string table = render_table(report_by_channel(), {.width = 60, .title = "a → b"});
  CHECK(table.starts_with("\n  a → b\n\n  The score fell.\n\n"));
  CHECK(table.find("▼ -50.0") == std::string::npos);  // -58.3
  CHECK(table.find("▼ -58.3") != std::string::npos);
  CHECK(table.find("tiny") != std::string::npos);
  CHECK(table.find("hidden") != std::string::npos);
  CHECK(table.find('\x1b') == std::string::npos);  // neither ours nor a label's
  CHECK(render_table(report_by_channel(), {.color = true}).find("\x1b[31m") != std::string::npos);
}

TEST_CASE("comparison as CSV: every line has as many cells", "[render]") {
  ComparisonReport report = report_by_channel();
  report.groups.front().key.front().label = "web";
  report.control.emplace(ControlGroup{.column = "arm", .label = "c", .figures = report.total});
  for (const bool effect : {false, true}) {
    if (effect) {
      report.control->effect = DifferenceInDifferences{
          .nps = 1, .low = -2, .high = 3, .p = 0.5, .treated = 0, .control = 0, .level = {}};
    }
    const auto lines = lines_of(render_csv(report));
    REQUIRE(lines.size() == 6);
    CHECK(lines[0].starts_with("grouped_by,channel,before_responses,"));
    CHECK(lines[2].starts_with("(control),,120,"));
    CHECK(lines[3].starts_with("(effect),,,"));
    CHECK(lines[5].starts_with("channel,tiny,,"));
    for (const std::string& line : lines) {
      INFO(line);
      CHECK(std::ranges::count(line, ',') == std::ranges::count(lines[0], ','));
    }
  }
}

TEST_CASE("comparison as Markdown: labels are no markup, and every row has as many cells",
          "[render]") {
  const std::string text = render_markdown(report_by_channel());
  CHECK(text.starts_with("**The score fell.**\n\n| channel |"));
  CHECK(text.find("web\\|") != std::string::npos);
  const auto lines = lines_of(text);
  const auto cells = [](const std::string& line) {
    std::size_t bars = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (line[i] == '|' && (i == 0 || line[i - 1] != '\\')) ++bars;
    }
    return bars;
  };
  for (std::size_t i = 2; i < 7; ++i) {
    INFO(lines[i]);
    CHECK(cells(lines[i]) == cells(lines[2]));
  }
}
