// The table that people read: inside its width, in line, and safe to show in a terminal.
#include <algorithm>
#include <limits>
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
using nps::TableStyle;
using nps::detail::display_width;
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

// Without what Brush puts around text.
std::string without_ink(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b') {
      i = text.find('m', i);
      REQUIRE(i != std::string::npos);
    } else {
      out += text[i];
    }
  }
  return out;
}

std::size_t count_of(std::string_view text, std::string_view piece) {
  std::size_t count = 0;
  for (std::size_t at = text.find(piece); at != std::string_view::npos;
       at = text.find(piece, at + piece.size())) {
    ++count;
  }
  return count;
}

// The columns before a piece of text in the line that holds `label`.
int column_of(const std::vector<std::string>& lines, std::string_view label,
              std::string_view piece) {
  for (const std::string& line : lines) {
    if (line.find(label) == std::string::npos) continue;
    const auto at = line.find(piece);
    REQUIRE(at != std::string::npos);
    return display_width(std::string_view(line).substr(0, at));
  }
  FAIL("no line has " << label);
  return 0;
}

Report by_label(const std::vector<std::string>& labels, std::string name = "channel") {
  std::vector<Answer> answers;
  for (const auto& label : labels) answers.push_back({{label}, 9});
  return report_of(answers, {.by = {Dimension::label(std::move(name))}});
}

}  // namespace

TEST_CASE("table: ends with a line break, is UTF-8, and has no colours unless asked", "[table]") {
  const Report report = by_label({"web", "app"});
  const std::string plain = render_table(report);
  CHECK(plain.ends_with("\n"));
  CHECK(nps::detail::is_utf8(plain));
  CHECK(plain.find('\x1b') == std::string::npos);
  const std::string inked = render_table(report, {.color = true});
  CHECK(inked.find("\x1b[") != std::string::npos);
  CHECK(without_ink(inked) == plain);
  CHECK(count_of(inked, "\x1b[0m") * 2 == count_of(inked, "\x1b["));
}

TEST_CASE("table: nothing is told in words", "[table]") {
  for (const std::string& text :
       {render_table(nps::figures(nps::BandCounts{})), render_table(report_of({}, {})),
        render_table(report_of({}, {.by = {Dimension::label("x")}, .roll_up = true}))}) {
    CHECK(text.find("No responses, so no score.") != std::string::npos);
    CHECK(text.find("NPS") == std::string::npos);
  }
  CHECK(render_table(report_of({}, {.weighted = true})).find("no weighted score") !=
        std::string::npos);
}

TEST_CASE("table: one line tells n, score, interval, method and grade", "[table]") {
  const std::string text = render_table(
      nps::figures(nps::Tally::of({0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 2})), {.title = "answers.csv"});
  for (const char* piece : {"answers.csv", "NPS +25.0", "acceptable", "95 % interval", "(tango)",
                            "1 detractors (25.0 %)", "1 passives", "2 promoters (50.0 %)",
                            "4 responses, mean rating 8.50"}) {
    INFO(piece);
    CHECK(text.find(piece) != std::string::npos);
  }
  CHECK(render_table(nps::figures(nps::BandCounts{.passives = 1})).find("1 response\n") !=
        std::string::npos);
  CHECK(render_table(nps::figures(nps::BandCounts{.passives = 1'234'567}))
            .find("1,234,567 responses\n") != std::string::npos);
}

TEST_CASE("table: a score that rounds to zero has no sign", "[table]") {
  const auto zero = [](std::uint64_t p, std::uint64_t d) {
    return render_table(nps::figures(nps::BandCounts{d, 1'000'000, p}));
  };
  CHECK(zero(1, 2).find("NPS 0.0 ") != std::string::npos);
  CHECK(zero(2, 1).find("NPS 0.0 ") != std::string::npos);
}

TEST_CASE("table: no line passes the width, whatever the names are", "[table]") {
  const std::string longest(400, 'x');
  std::string wide;
  for (int i = 0; i < 100; ++i) wide += "日本";
  std::string marks = "e";
  for (int i = 0; i < 100; ++i) marks += "\xcc\x81";
  for (const auto& title : {std::string("channel"), longest, wide}) {
    Report report = by_label({longest, wide, marks, "\x1b" + longest, "short", ""}, title);
    for (const int width : {80, 100, 137, 200}) {
      const std::string text = render_table(report, {.width = width, .title = longest});
      for (const std::string& line : lines_of(text)) {
        INFO("width " << width << ": " << line);
        CHECK(display_width(line) <= width);
      }
      CHECK(nps::detail::is_utf8(text));
      CHECK(text.find("…") != std::string::npos);
    }
  }
}

TEST_CASE("table: no width is too small or too large to survive", "[table]") {
  const Report report = by_label({"a rather long label", "日本日本日本日本", ""});
  for (const int width : {std::numeric_limits<int>::min(), -1, 0, 1, 2, 3, 8, 20, 40,
                          std::numeric_limits<int>::max()}) {
    const std::string text =
        render_table(report, {.color = true, .width = width, .title = "title"});
    CHECK(nps::detail::is_utf8(text));
    CHECK(text.ends_with("\n"));
  }
}

TEST_CASE("table: columns stay in line under wide, combining and empty labels", "[table]") {
  const auto lines = lines_of(render_table(
      by_label({"web", "日本語", "e\xcc\x81te", "", "Straße", "\x1b[1m", "ｆｕｌｌ"})));
  const int interval = column_of(lines, "web", "excellent");
  for (const char* label : {"日本語", "e\xcc\x81te", "(none)", "Straße", "\\x1b[1m", "ｆｕｌｌ"}) {
    INFO(label);
    CHECK(column_of(lines, label, "excellent") == interval);
  }
}

TEST_CASE("table: a label that fits is not cut, however it must be spelled", "[table]") {
  const std::string text =
      render_table(by_label({"\x1b[31mred\x1b[0m", "tab\there", "\x07", "web"}));
  CHECK(text.find("\\x1b[31mred\\x1b[0m") != std::string::npos);
  CHECK(text.find("tab here") != std::string::npos);
  CHECK(text.find("\\x07") != std::string::npos);
  CHECK(text.find("…") == std::string::npos);
}

TEST_CASE("table: names cannot move the cursor, break lines or turn the direction", "[table]") {
  const std::vector<std::string> attacks{"\x1b]0;title\x07",
                                         "\x1b[2J",
                                         "a\rb",
                                         "a\nb",
                                         "a\x08b",
                                         "\xc2\x9b"
                                         "31m",
                                         "\xe2\x80\xae"
                                         "abc",
                                         "\xe2\x81\xa6"
                                         "abc",
                                         "\x7f",
                                         "\xe2\x80\xa8"
                                         "x",
                                         "\xff\xfe"};
  for (const auto& attack : attacks) {
    const Report report = by_label({attack, "web"}, "name" + attack);
    const std::string text = render_table(report, {.title = "title" + attack});
    const std::string same = render_table(by_label({"b", "web"}, "name"), {.title = "title"});
    CHECK(nps::detail::is_utf8(text));
    CHECK(count_of(text, "\n") == count_of(same, "\n"));
    for (const char* bad : {"\x1b", "\x07", "\x08", "\r", "\x7f", "\xc2\x9b", "\xe2\x80\xae",
                            "\xe2\x81\xa6", "\xe2\x80\xa8"}) {
      CHECK(text.find(bad) == std::string::npos);
    }
  }
}

TEST_CASE("table: the three parts of a bar add up to its length", "[table]") {
  for (std::uint64_t d = 0; d <= 7; ++d) {
    for (std::uint64_t s = 0; s <= 7; ++s) {
      for (std::uint64_t p = 0; p <= 7; ++p) {
        if (d + s + p == 0) continue;
        const auto lines = lines_of(render_table(nps::figures(nps::BandCounts{d, s, p})));
        const std::string& bar = lines.at(2);
        const auto length = count_of(bar, "▒") + count_of(bar, "·") + count_of(bar, "█");
        REQUIRE(length == 76);
        REQUIRE(display_width(bar) == 2 + 76);
        if (s + p == 0) REQUIRE(count_of(bar, "▒") == 76);
        if (d + p == 0) REQUIRE(count_of(bar, "·") == 76);
        if (d + s == 0) REQUIRE(count_of(bar, "█") == 76);
      }
    }
  }
}

TEST_CASE("table: bars hold where counts are near 2^64, and where their sum wraps", "[table]") {
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
  for (const nps::BandCounts bands :
       {nps::BandCounts{kMost, 0, 0}, nps::BandCounts{0, 0, kMost},
        nps::BandCounts{1, kMost - 2, 1}, nps::BandCounts{kMost, 2, 0},
        nps::BandCounts{kMost, kMost, kMost}}) {
    Report report;
    report.dimensions = {Dimension::label("x")};
    report.total = nps::figures(bands);
    report.groups.push_back({.key = {{0, "all"}}, .figures = report.total});
    const std::string text = render_table(report);
    CHECK(text.size() < 4000);
    CHECK(text.find("all") != std::string::npos);
  }
}

TEST_CASE("table: a group without figures is shown with dashes", "[table]") {
  Report report;
  report.dimensions = {Dimension::label("x")};
  report.weighted.emplace();
  report.groups.push_back({.key = {{0, "web"}}, .figures = {}, .has_periods = true});
  const std::string text = render_table(report, {.color = true});
  CHECK(text.find("web") != std::string::npos);
  CHECK(text.find('-') != std::string::npos);
}

TEST_CASE("table: a rolled-up dimension is (all), an empty value (none)", "[table]") {
  const Report report =
      report_of(std::vector<Answer>{{{"", "a"}, 9}},
                {.by = {Dimension::label("channel"), Dimension::label("stage")}, .roll_up = true});
  const std::string text = render_table(report);
  CHECK(count_of(text, "(all)") == 2);
  CHECK(count_of(text, "(none)") == 2);
}

TEST_CASE("table: changes have an arrow only where zero is left out", "[table]") {
  std::vector<Answer> answers;
  const auto add = [&](unsigned month, int rating, int times) {
    for (int i = 0; i < times; ++i) {
      answers.push_back({.rating = rating, .answered_at = at(2020, month, 1)});
    }
  };
  add(1, 8, 50);
  add(2, 10, 50);  // up
  add(3, 0, 50);   // down
  add(4, 0, 50);   // the same
  const Report report = report_of(answers, {.by = {calendar("@month", CalendarUnit::Month)}});
  const auto lines = lines_of(render_table(report));
  const auto line_with = [&](std::string_view label) {
    return *std::ranges::find_if(lines,
                                 [&](const auto& line) { return line.find(label) != line.npos; });
  };
  CHECK(line_with("2020-02").find("▲ +100.0 (") != std::string::npos);
  CHECK(line_with("2020-03").find("▼ -200.0 (") != std::string::npos);
  CHECK(line_with("2020-04").find("0.0 (") != std::string::npos);
  for (const char* label : {"2020-01", "2020-04"}) {
    CHECK(line_with(label).find("▲") == std::string::npos);
    CHECK(line_with(label).find("▼") == std::string::npos);
  }
}
