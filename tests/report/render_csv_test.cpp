#include <charconv>
#include <map>
#include <string>
#include <vector>

#include "nps/detail/text.h"
#include "nps/report/render.h"
#include "report/report_of.h"
#include "support/answers.h"
#include "support/catch.h"

using nps::CalendarUnit;
using nps::Dimension;
using nps::Report;
using nps::test::Answer;
using nps::test::at;
using nps::test::calendar;
using nps::test::report_of;

namespace {

using Row = std::map<std::string, std::string>;

// RFC 4180, and as strict as it: quotes only around whole cells, one line ending everywhere.
std::vector<std::vector<std::string>> cells_of(const std::string& text) {
  std::vector<std::vector<std::string>> lines(1, {""});
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string& cell = lines.back().back();
    if (text[i] == '"') {
      REQUIRE(cell.empty());
      for (++i;; ++i) {
        REQUIRE(i < text.size());
        if (text[i] == '"' && text.substr(i, 2) != "\"\"") break;
        cell += text[i];
        if (text[i] == '"') ++i;
      }
      REQUIRE((i + 1 == text.size() || text[i + 1] == ',' || text[i + 1] == '\n'));
    } else if (text[i] == ',') {
      lines.back().emplace_back();
    } else if (text[i] == '\n') {
      lines.push_back({""});
    } else {
      REQUIRE(text[i] != '\r');
      cell += text[i];
    }
  }
  REQUIRE(lines.back() == std::vector<std::string>{""});  // it ends with a line break
  lines.pop_back();
  return lines;
}

std::vector<Row> parsed(const std::string& text) {
  const auto lines = cells_of(text);
  REQUIRE_FALSE(lines.empty());
  std::vector<Row> rows;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    REQUIRE(lines[i].size() == lines[0].size());
    Row& row = rows.emplace_back();
    for (std::size_t c = 0; c < lines[i].size(); ++c) {
      REQUIRE(row.emplace(lines[0][c], lines[i][c]).second);  // no column comes twice
    }
  }
  return rows;
}

double number(const std::string& text) {
  double value = 0;
  const auto end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  INFO("'" << text << "'");
  REQUIRE((result.ec == std::errc{} && result.ptr == end));
  return value;
}

void check_figures(const Row& row, const nps::Figures& figures) {
  CHECK(row.at("responses") == std::to_string(figures.responses));
  CHECK(row.at("promoters") == std::to_string(figures.bands.promoters));
  CHECK(row.at("passives") == std::to_string(figures.bands.passives));
  CHECK(row.at("detractors") == std::to_string(figures.bands.detractors));
  CHECK(number(row.at("nps")) == figures.score->points());
  CHECK(number(row.at("low")) == figures.interval->low);
  CHECK(number(row.at("high")) == figures.interval->high);
  CHECK(number(row.at("level")) == figures.interval->level.value());
  CHECK(row.at("method") == name(figures.interval->method));
  CHECK(row.at("grade") == name(*figures.grade));
  CHECK(number(row.at("mean")) == *figures.mean);
  for (std::size_t i = 0; i <= 10; ++i) {
    CHECK(row.at("rating_" + std::to_string(i)) == std::to_string((*figures.distribution)[i]));
  }
}

}  // namespace

TEST_CASE("csv: figures are one line, not rounded", "[csv]") {
  const auto figures = nps::figures(nps::Tally::of({1, 0, 2, 0, 0, 3, 1, 4, 1, 5, 9}));
  const auto rows = parsed(render_csv(figures));
  REQUIRE(rows.size() == 1);
  check_figures(rows[0], figures);
}

TEST_CASE("csv: what is not there is an empty cell", "[csv]") {
  const auto rows = parsed(render_csv(nps::figures(nps::BandCounts{})));
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].at("responses") == "0");
  for (const char* name : {"nps", "low", "high", "level", "method", "grade", "mean", "rating_0"}) {
    CHECK(rows[0].at(name).empty());
  }
  CHECK(parsed(render_csv(report_of({}, {}))).size() == 1);
}

TEST_CASE("csv: the total comes first and is grouped by nothing", "[csv]") {
  const Report report =
      report_of(std::vector<Answer>{{{"web", "a"}, 10}, {{"app", ""}, 3}, {{"web", "a"}, 8}},
                {.by = {Dimension::label("channel"), Dimension::label("stage")}});
  const auto rows = parsed(render_csv(report));
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].at("grouped_by").empty());
  CHECK(rows[0].at("channel").empty());
  check_figures(rows[0], report.total);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(rows[i + 1].at("grouped_by") == "channel x stage");
    CHECK(rows[i + 1].at("channel") == report.groups[i].key[0].label);
    CHECK(rows[i + 1].at("stage") == report.groups[i].key[1].label);
    check_figures(rows[i + 1], report.groups[i].figures);
  }
}

TEST_CASE("csv: a rolled-up dimension can be told from an empty value", "[csv]") {
  const Report report =
      report_of(std::vector<Answer>{{{"", "a"}, 9}},
                {.by = {Dimension::label("channel"), Dimension::label("stage")}, .roll_up = true});
  const auto rows = parsed(render_csv(report));
  REQUIRE(rows.size() == 4);  // the grand total stands there once
  CHECK(rows[1].at("grouped_by") == "channel");
  CHECK(rows[2].at("grouped_by") == "stage");
  CHECK(rows[3].at("grouped_by") == "channel x stage");
  CHECK(rows[1].at("channel").empty());
}

TEST_CASE("csv: labels with commas, quotes and line breaks come back as they were", "[csv]") {
  const std::vector<std::string> odd{"a,b", "say \"hi\"", "two\nlines", "cr\rlf\r\n", "\"",
                                     "",    " space ",    "日本",       "'",          "=1+1"};
  std::vector<Answer> answers;
  for (const auto& label : odd) answers.push_back({{label}, 9});
  const Report report = report_of(answers, {.by = {Dimension::label("the, \"name\"")}});
  const auto rows = parsed(render_csv(report));
  REQUIRE(rows.size() == odd.size() + 1);
  for (std::size_t i = 0; i < odd.size(); ++i) {
    CHECK(rows[i + 1].at("the, \"name\"") == report.groups[i].key[0].label);
  }
}

TEST_CASE("csv: bytes that are not UTF-8 are shown as U+FFFD", "[csv]") {
  const Report report =
      report_of(std::vector<Answer>{{{"caf\xe9"}, 9}}, {.by = {Dimension::label("na\xffme")}});
  const std::string text = render_csv(report);
  CHECK(nps::detail::is_utf8(text));
  CHECK(parsed(text)[1].at("na\xef\xbf\xbdme") == "caf\xef\xbf\xbd");
}

TEST_CASE("csv: weights and changes have columns where they occur", "[csv]") {
  std::vector<Answer> answers{{.rating = 0, .answered_at = at(2020, 9, 1)},
                              {.rating = 10, .answered_at = at(2020, 10, 1)},
                              {.rating = 8, .answered_at = at(2020, 10, 1)}};
  answers[1].weight = 2.5;
  const Report report =
      report_of(answers, {.by = {calendar("@month", CalendarUnit::Month)}, .weighted = true});
  const auto rows = parsed(render_csv(report));
  REQUIRE(rows.size() == 3);
  CHECK(number(rows[0].at("weighted_nps")) == *report.weighted->points);
  CHECK(number(rows[0].at("sum_weights")) == 4.5);
  CHECK(number(rows[2].at("effective_n")) == *report.groups[1].weighted->effective_n);
  CHECK(number(rows[2].at("weighted_low")) == report.groups[1].weighted->interval->low);
  CHECK(number(rows[2].at("weighted_high")) == report.groups[1].weighted->interval->high);
  CHECK(rows[0].at("change_nps").empty());
  CHECK(rows[1].at("change_p").empty());
  CHECK(number(rows[2].at("change_nps")) == report.groups[1].change->nps);
  CHECK(number(rows[2].at("change_low")) == report.groups[1].change->low);
  CHECK(number(rows[2].at("change_high")) == report.groups[1].change->high);
  CHECK(number(rows[2].at("change_p")) == report.groups[1].change->p);

  const auto none = parsed(render_csv(report_of({}, {.weighted = true})));
  CHECK(none[0].at("weighted_nps").empty());
  CHECK(none[0].at("sum_weights") == "0");
  const auto plain = parsed(render_csv(report_of(answers, {})));
  CHECK_FALSE(plain[0].contains("weighted_nps"));
  CHECK_FALSE(plain[0].contains("change_nps"));
}
