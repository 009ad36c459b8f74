#include <algorithm>
#include <sstream>
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

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// Cells between the bars that are not escaped, trimmed.
std::vector<std::string> cells(const std::string& line) {
  REQUIRE(line.starts_with("|"));
  REQUIRE(line.ends_with("|"));
  std::vector<std::string> cells;
  std::string cell;
  for (std::size_t i = 1; i < line.size(); ++i) {
    if (line[i] == '|') {
      cells.emplace_back(nps::detail::trim(cell));
      cell.clear();
    } else {
      cell += line[i];
      if (line[i] == '\\') cell += line[++i];
    }
  }
  return cells;
}

}  // namespace

TEST_CASE("markdown: every line of the table has the cells of its header", "[markdown]") {
  std::vector<Answer> answers{{.labels = {"a|b"}, .rating = 0, .answered_at = at(2020, 9, 1)},
                              {.labels = {""}, .rating = 10, .answered_at = at(2020, 10, 1)}};
  const Report report = report_of(
      answers, {.by = {Dimension::label("chan|nel"), calendar("@month", CalendarUnit::Month)},
                .roll_up = true,
                .weighted = true});
  const auto lines = lines_of(render_markdown(report));
  REQUIRE(lines.size() >= 3 + 6);
  for (std::size_t i = 0; i < 3 + 6; ++i) {
    INFO(lines[i]);
    CHECK(cells(lines[i]).size() == cells(lines[0]).size());
  }
  CHECK(cells(lines[0])[0] == "chan\\|nel");
  CHECK(cells(lines[1])[0] == "---");
  CHECK(cells(lines[2])[0] == "**total**");
  CHECK(cells(lines[3])[0] == "(none)");
  CHECK(cells(lines[3])[1] == "(all)");
  CHECK(cells(lines[4])[0] == "a\\|b");
  CHECK(cells(lines[2])[2] == "2");
}

TEST_CASE("markdown: figures say n, score, interval, grade and shares", "[markdown]") {
  const auto lines = lines_of(render_markdown(
      nps::figures(nps::BandCounts{.detractors = 1, .passives = 1, .promoters = 2})));
  REQUIRE(lines.size() == 3);
  const auto header = cells(lines[0]);
  CHECK(header[0] == "n");
  CHECK(header[1] == "NPS");
  CHECK(header[2] == "95 % interval");
  const auto row = cells(lines[2]);
  CHECK(row[0] == "4");
  CHECK(row[1] == "+25.0");
  CHECK(row[2].find(" to ") != std::string::npos);
  CHECK(row[3] == "acceptable");
  CHECK(row[4] == "25.0 %");
  CHECK(row[6] == "50.0 %");
}

TEST_CASE("markdown: nothing is a dash", "[markdown]") {
  const auto lines = lines_of(render_markdown(nps::figures(nps::BandCounts{})));
  CHECK(cells(lines[0])[2] == "interval");
  CHECK(cells(lines[2]) == std::vector<std::string>{"0", "-", "-", "-", "-", "-", "-"});
  CHECK(lines_of(render_markdown(report_of({}, {}))).size() == 3);
}

TEST_CASE("markdown: what would be markup is escaped", "[markdown]") {
  const std::string markup = "\\ ` * _ [ ] < > | # ~ &";
  const Report report = report_of(std::vector<Answer>{{{markup}, 9}, {{"line\nbreak\r\n\ttab"}, 9}},
                                  {.by = {Dimension::label("<b>_x_</b>")}});
  const auto lines = lines_of(render_markdown(report));
  REQUIRE(lines.size() == 5);
  CHECK(cells(lines[0])[0] == "\\<b\\>\\_x\\_\\</b\\>");
  CHECK(cells(lines[3])[0] == "\\\\ \\` \\* \\_ \\[ \\] \\< \\> \\| \\# \\~ \\&");
  CHECK(cells(lines[4])[0] == "line break  tab");
}

TEST_CASE("markdown: control characters, direction marks and broken bytes are neutralised",
          "[markdown]") {
  const Report report = report_of(
      std::vector<Answer>{{{"\x1b[31mred"}, 9}, {{"\xe2\x80\xaegnp.exe"}, 9}, {{"caf\xe9"}, 9}},
      {.by = {Dimension::label("x")}});
  const std::string text = render_markdown(report);
  CHECK(nps::detail::is_utf8(text));
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find("\xe2\x80\xae") == std::string::npos);
  CHECK(text.find("caf\xef\xbf\xbd") != std::string::npos);
}

TEST_CASE("markdown: weighted scores and changes carry their intervals", "[markdown]") {
  const Report report =
      report_of(std::vector<Answer>{{.rating = 0, .answered_at = at(2020, 9, 1)},
                                    {.rating = 10, .answered_at = at(2020, 10, 1)}},
                {.by = {calendar("@month", CalendarUnit::Month)}, .weighted = true});
  const auto lines = lines_of(render_markdown(report));
  const auto header = cells(lines[0]);
  const auto column = [&](std::string_view title) {
    return static_cast<std::size_t>(std::ranges::find(header, title) - header.begin());
  };
  REQUIRE(column("weighted") < header.size());
  REQUIRE(column("change") < header.size());
  CHECK(cells(lines[2])[column("weighted")].find(" to ") != std::string::npos);
  CHECK(cells(lines[3])[column("change")].empty());
  CHECK(cells(lines[4])[column("change")].starts_with("+200.0 ("));
  CHECK(cells(lines[3])[column("weighted")].starts_with("-100.0 ("));
}
