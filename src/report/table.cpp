// The report that a person reads: the score first, then how sure it is, then where it comes from.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "nps/detail/text.h"
#include "nps/report/render.h"
#include "report/words.h"

namespace nps {
namespace {

using internal::grouped;
using internal::percent;
using internal::signed_points;

constexpr int kIndent = 2;
constexpr int kGap = 2;
constexpr int kNarrowestLabel = 8;
constexpr int kNarrowestBar = 8;
constexpr int kWidestBar = 20;

enum class Ink : std::uint8_t { Plain, Bold, Faint, Red, Yellow, Green };

class Brush {
 public:
  explicit Brush(bool color) : color_(color) {}
  [[nodiscard]] std::string operator()(Ink ink, std::string_view text) const {
    constexpr std::array<std::string_view, 6> kCodes{"", "1", "2", "31", "33", "32"};
    if (!color_ || ink == Ink::Plain || text.empty()) return std::string(text);
    return fmt::format("\x1b[{}m{}\x1b[0m", kCodes[static_cast<std::size_t>(ink)], text);
  }

 private:
  bool color_;
};

Ink ink_of(const std::optional<Grade>& grade) {
  if (!grade || *grade == Grade::Acceptable) return Ink::Yellow;
  return *grade == Grade::NeedsWork ? Ink::Red : Ink::Green;
}

std::string repeated(std::string_view piece, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += piece;
  return text;
}

/// The three bands as lengths of one bar that add up to `width`.
std::string bar(const BandCounts& bands, int width, const Brush& brush) {
  const double n = (static_cast<double>(bands.detractors) + static_cast<double>(bands.promoters)) +
                   static_cast<double>(bands.passives);  // which cannot wrap
  if (!(n > 0)) return std::string(static_cast<std::size_t>(width), ' ');
  const auto upto = [&](double part) {
    return static_cast<std::size_t>(std::lround(part / n * width));
  };
  const std::size_t detractors = upto(static_cast<double>(bands.detractors));
  const std::size_t passives =
      upto(static_cast<double>(bands.detractors) + static_cast<double>(bands.passives)) -
      detractors;
  const std::size_t promoters = static_cast<std::size_t>(width) - detractors - passives;
  return brush(Ink::Red, repeated("▒", detractors)) + brush(Ink::Faint, repeated("·", passives)) +
         brush(Ink::Green, repeated("█", promoters));
}

/// The text within so many columns. What does not fit goes out of the middle, since names that
/// begin alike tend to differ at the end.
std::string cut(std::string_view text, int width) {
  std::string whole = detail::printable(text);
  int over = detail::display_width(whole) - width;
  if (over <= 0) return whole;
  ++over;  // for the ellipsis
  const int head_width = (width - 1) / 2;
  std::string out;
  bool cutting = false;
  int used = 0;
  for (std::string_view rest = whole; !rest.empty();) {
    const auto c = detail::first_character(rest);
    const int columns = detail::column_width(c.code);
    const bool drop = over > 0 && (cutting || used + columns > head_width);
    if (drop) over -= columns;
    if (drop && !cutting) out += "…";
    cutting = cutting || drop;
    if (!drop) out += rest.substr(0, c.size);
    used += columns;
    rest.remove_prefix(c.size);
  }
  return out;
}

/// A cell, and what to wrap it in once it has been padded.
struct Text {
  std::string text;
  Ink ink = Ink::Plain;
  int width = -1;  // where the text holds colours already
  [[nodiscard]] int columns() const { return width >= 0 ? width : detail::display_width(text); }
};

struct Column {
  std::string title;
  bool right = false;
  bool can_be_cut = false;
  std::vector<Text> cells = {};
  int width = 0;
};

/// Gives columns their widths. Names that do not fit are cut, the widest first; times never are.
void fit(std::vector<Column>& columns, int available) {
  int total = kIndent - kGap;
  for (Column& column : columns) {
    column.width = detail::display_width(column.title);
    for (const Text& cell : column.cells) column.width = std::max(column.width, cell.columns());
    total += column.width + kGap;
  }
  while (total > available) {
    const auto widest = std::ranges::max_element(
        columns, {}, [](const Column& column) { return column.can_be_cut ? column.width : 0; });
    if (!widest->can_be_cut || widest->width <= kNarrowestLabel) return;
    --widest->width;
    --total;
  }
}

/// How wide the bars can be: what names and figures leave, within bounds.
int bar_width(const std::vector<Column>& columns, int available) {
  int used = kIndent;
  for (const Column& column : columns) {
    int width = detail::display_width(column.title);
    for (const Text& cell : column.cells) width = std::max(width, cell.columns());
    used += width + kGap;
  }
  return std::clamp(available - used, kNarrowestBar, kWidestBar);
}

std::string padded(const Text& cell, const Column& column, const Brush& brush) {
  const std::string text = cell.width >= 0 ? cell.text : cut(cell.text, column.width);
  const int used = cell.width >= 0 ? cell.width : detail::display_width(text);
  const std::string space(static_cast<std::size_t>(std::max(0, column.width - used)), ' ');
  const std::string inked = brush(cell.ink, text);
  return column.right ? space + inked : inked + space;
}

std::string line_of(const std::vector<Column>& columns, const Brush& brush, const auto& cell_of) {
  std::string line(kIndent, ' ');
  for (const Column& column : columns) {
    line += padded(cell_of(column), column, brush) + std::string(kGap, ' ');
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

Text change_text(const Group& group) {
  if (!group.change) return {"", Ink::Plain};
  const Comparison& change = *group.change;
  const bool up = change.low > 0;
  const bool down = change.high < 0;
  return {fmt::format("{} {} ({})",
                      up     ? "▲"
                      : down ? "▼"
                             : " ",
                      signed_points(change.nps), internal::range(change.low, change.high)),
          up     ? Ink::Green
          : down ? Ink::Red
                 : Ink::Faint};
}

bool grouped_alike(const Group& a, const Group& b) {
  return std::ranges::equal(a.key, b.key, {}, &KeyPart::dimension, &KeyPart::dimension);
}

std::string group_table(const Report& report, const TableStyle& style, const Brush& brush) {
  const auto groups = internal::below_total(report);
  if (groups.empty()) return "";
  const bool weighted = report.weighted.has_value();
  const bool changes = std::ranges::any_of(report.groups, &Group::has_periods);

  std::vector<Column> columns;
  for (std::size_t d = 0; d < report.dimensions.size(); ++d) {
    const Dimension& dimension = report.dimensions[d];
    Column& column = columns.emplace_back(
        Column{.title = detail::printable(dimension.name()), .can_be_cut = !dimension.is_timing()});
    for (const Group* group : groups) {
      const auto label = internal::label_in(*group, d);
      if (label) {
        column.cells.push_back(
            {detail::printable(internal::shown(*label)), label->empty() ? Ink::Faint : Ink::Plain});
      } else {
        column.cells.push_back({"(all)", Ink::Faint});
      }
    }
  }
  const auto add = [&](std::string title, bool right, const auto& text_of) {
    Column& column = columns.emplace_back(Column{.title = std::move(title), .right = right});
    for (const Group* group : groups) column.cells.push_back(text_of(*group));
  };
  add("n", true, [](const Group& group) { return Text{grouped(group.figures.responses)}; });
  add("score", true, [](const Group& group) {
    return Text{signed_points(group.figures), ink_of(group.figures.grade)};
  });
  add(internal::interval_title(report.total.interval), false,
      [](const Group& group) { return Text{internal::range(group.figures.interval)}; });
  add("grade", false, [](const Group& group) {
    return Text{std::string(internal::word(group.figures.grade)), ink_of(group.figures.grade)};
  });
  if (weighted) {
    add("weighted", false, [](const Group& group) {
      const WeightedFigures figures = group.weighted.value_or(WeightedFigures{});
      if (!figures.points) return Text{"-"};
      return Text{fmt::format("{:>6} ({})", signed_points(figures.points),
                              internal::range(figures.interval))};
    });
  }
  if (changes) add("change", false, change_text);

  const int width = bar_width(columns, style.width);
  add("", false, [&](const Group& group) {
    return Text{bar(group.figures.bands, width, brush), Ink::Plain, width};
  });

  fit(columns, style.width);
  std::string out = line_of(columns, brush, [](const Column& column) {
    return Text{column.title, Ink::Faint};
  });
  for (std::size_t row = 0; row < groups.size(); ++row) {
    const bool next_subset = row != 0 && !grouped_alike(*groups[row - 1], *groups[row]);
    if (next_subset) out += "\n";
    out += line_of(columns, brush, [row](const Column& column) { return column.cells[row]; });
  }
  return out;
}

/// A line for each window of time.
std::string window_table(const Report& report, const TableStyle& style, const Brush& brush) {
  if (!report.events || report.events->windows.empty()) return "";
  const std::vector<WindowFigures>& windows = report.events->windows;
  std::vector<Column> columns;
  const auto add = [&](std::string title, bool right, const auto& text_of) {
    Column& column = columns.emplace_back(Column{.title = std::move(title), .right = right});
    for (const WindowFigures& window : windows) column.cells.push_back(text_of(window));
  };
  add("last", true, [](const WindowFigures& window) { return Text{window.name}; });
  add("n", true,
      [](const WindowFigures& window) { return Text{grouped(window.figures.responses)}; });
  add("score", true, [](const WindowFigures& window) {
    return Text{signed_points(window.figures), ink_of(window.figures.grade)};
  });
  add(internal::interval_title(report.total.interval), false,
      [](const WindowFigures& window) { return Text{internal::range(window.figures.interval)}; });
  add("grade", false, [](const WindowFigures& window) {
    return Text{std::string(internal::word(window.figures.grade)), ink_of(window.figures.grade)};
  });
  const int width = bar_width(columns, style.width);
  add("", false, [&](const WindowFigures& window) {
    return Text{bar(window.figures.bands, width, brush), Ink::Plain, width};
  });
  fit(columns, style.width);
  std::string out = line_of(columns, brush, [](const Column& column) {
    return Text{column.title, Ink::Faint};
  });
  for (std::size_t row = 0; row < windows.size(); ++row) {
    out += line_of(columns, brush, [row](const Column& column) { return column.cells[row]; });
  }
  return out;
}

std::string headline(const Figures& figures, const TableStyle& style, const Brush& brush) {
  if (!figures.score) return "  No responses, so no score.\n";
  std::string out =
      fmt::format("  {}   {}   {} {}{}\n", brush(Ink::Bold, "NPS " + signed_points(figures)),
                  brush(ink_of(figures.grade), internal::word(figures.grade)),
                  internal::interval_title(figures.interval), internal::range(figures.interval),
                  figures.interval ? fmt::format(" ({})", name(figures.interval->method)) : "");
  const BandCounts& bands = figures.bands;
  const auto part = [&](Ink ink, std::string_view mark, std::uint64_t count,
                        std::string_view name) {
    return fmt::format("{} {} {} ({})", brush(ink, mark), grouped(count), name,
                       percent(count, figures.responses));
  };
  const int width = std::clamp(style.width - 2 * kIndent, 10, 76);
  out += fmt::format("  {}\n", bar(bands, width, brush));
  out += fmt::format("  {}   {}   {}\n", part(Ink::Red, "▒", bands.detractors, "detractors"),
                     part(Ink::Faint, "·", bands.passives, "passives"),
                     part(Ink::Green, "█", bands.promoters, "promoters"));
  return out;
}

std::string weighted_line(const WeightedFigures& weighted) {
  if (!weighted.points) return "  Weighted: no weight, so no weighted score.\n";
  const std::string interval =
      weighted.interval
          ? fmt::format("   {} {} ({})", internal::interval_title(weighted.interval),
                        internal::range(weighted.interval), name(weighted.interval->method))
          : "";
  return fmt::format("  Weighted {}{}   effective n {:.0f}\n", signed_points(weighted.points),
                     interval, weighted.effective_n.value_or(0));
}

// Sentences broken between words to stay within the width.
std::string wrapped(std::string_view sentence, int width, const Brush& brush) {
  std::string out;
  std::string line;
  const auto flush = [&] {
    out += std::string(kIndent, ' ') + brush(Ink::Faint, line) + "\n";
    line.clear();
  };
  while (!sentence.empty()) {
    const std::string_view word = sentence.substr(0, sentence.find(' '));
    sentence.remove_prefix(std::min(sentence.size(), word.size() + 1));
    const int needed = detail::display_width(line) + 1 + detail::display_width(word);
    if (!line.empty() && needed > width - kIndent) flush();
    line += (line.empty() ? "" : " ") + std::string(word);
  }
  if (!line.empty()) flush();
  return out;
}

/// No width is too small, or too large to add to.
TableStyle bounded(TableStyle style) {
  style.width = std::clamp(style.width, 0, 1'000'000);
  return style;
}

}  // namespace

std::string render_table(const Figures& figures, const TableStyle& wanted) {
  const TableStyle style = bounded(wanted);
  const Brush brush(style.color);
  std::string out;
  if (!style.title.empty()) {
    out += fmt::format("\n  {}\n", brush(Ink::Faint, cut(style.title, style.width - kIndent)));
  }
  out += "\n" + headline(figures, style, brush);
  if (figures.score) {
    out += fmt::format("  {} {}", grouped(figures.responses),
                       figures.responses == 1 ? "response" : "responses");
    if (figures.mean) out += fmt::format(", mean rating {:.2f}", *figures.mean);
    out += "\n";
  }
  return out;
}

std::string render_table(const Report& report, const TableStyle& wanted) {
  const TableStyle style = bounded(wanted);
  const Brush brush(style.color);
  std::string out = render_table(report.total, style);
  if (report.weighted) out += weighted_line(*report.weighted);
  if (const std::string windows = window_table(report, style, brush); !windows.empty()) {
    out += "\n" + windows;
  }
  if (const std::string groups = group_table(report, style, brush); !groups.empty()) {
    out += "\n" + groups;
  }
  const auto notes = internal::notes(report);
  if (!notes.empty()) out += "\n";
  for (const std::string& note : notes) out += wrapped(note, style.width, brush);
  return out + "\n";
}

}  // namespace nps
