#include "report/table_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "report/words.h"

namespace nps::internal {
namespace {

constexpr int kNarrowestLabel = 8;
constexpr int kNarrowestBar = 8;
constexpr int kWidestBar = 20;

std::string repeated(std::string_view piece, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += piece;
  return text;
}

std::string padded(const Text& cell, const TableColumn& column, const Brush& brush) {
  const std::string text = cell.width >= 0 ? cell.text : cut(cell.text, column.width);
  const int used = cell.width >= 0 ? cell.width : detail::display_width(text);
  const std::string space(static_cast<std::size_t>(std::max(0, column.width - used)), ' ');
  const std::string inked = brush(cell.ink, text);
  return column.right ? space + inked : inked + space;
}

std::string line_of(const std::vector<TableColumn>& columns, const Brush& brush,
                    const auto& cell_of) {
  std::string line(kIndent, ' ');
  for (const TableColumn& column : columns) {
    line += padded(cell_of(column), column, brush) + std::string(kGap, ' ');
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

}  // namespace

std::string Brush::operator()(Ink ink, std::string_view text) const {
  constexpr std::array<std::string_view, 6> kCodes{"", "1", "2", "31", "33", "32"};
  if (!color_ || ink == Ink::Plain || text.empty()) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", kCodes[static_cast<std::size_t>(ink)], text);
}

Ink ink_of(const std::optional<Grade>& grade) {
  if (!grade || *grade == Grade::Acceptable) return Ink::Yellow;
  return *grade == Grade::NeedsWork ? Ink::Red : Ink::Green;
}

Ink ink_of(ChangeDirection direction) {
  if (direction == ChangeDirection::Unclear) return Ink::Faint;
  return direction == ChangeDirection::Up ? Ink::Green : Ink::Red;
}

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

std::vector<TableColumn> key_columns(const std::vector<Dimension>& dimensions,
                                     const std::vector<const std::vector<KeyPart>*>& keys) {
  std::vector<TableColumn> columns;
  for (std::size_t d = 0; d < dimensions.size(); ++d) {
    TableColumn& column =
        columns.emplace_back(TableColumn{.title = detail::printable(dimensions[d].name()),
                                         .can_be_cut = !dimensions[d].is_timing()});
    for (const std::vector<KeyPart>* key : keys) {
      const auto label = label_in(*key, d);
      column.cells.push_back(
          label ? Text{detail::printable(shown(*label)), label->empty() ? Ink::Faint : Ink::Plain}
                : Text{"(all)", Ink::Faint});
    }
  }
  return columns;
}

bool grouped_alike(const std::vector<KeyPart>& a, const std::vector<KeyPart>& b) {
  return std::ranges::equal(a, b, {}, &KeyPart::dimension, &KeyPart::dimension);
}

void fit(std::vector<TableColumn>& columns, int available) {
  int total = kIndent - kGap;
  for (TableColumn& column : columns) {
    column.width = detail::display_width(column.title);
    for (const Text& cell : column.cells) column.width = std::max(column.width, cell.columns());
    total += column.width + kGap;
  }
  while (total > available) {
    const auto widest = std::ranges::max_element(columns, {}, [](const TableColumn& column) {
      return column.can_be_cut ? column.width : 0;
    });
    if (!widest->can_be_cut || widest->width <= kNarrowestLabel) return;
    --widest->width;
    --total;
  }
}

int bar_width(const std::vector<TableColumn>& columns, int available) {
  int used = kIndent;
  for (const TableColumn& column : columns) {
    int width = detail::display_width(column.title);
    for (const Text& cell : column.cells) width = std::max(width, cell.columns());
    used += width + kGap;
  }
  return std::clamp(available - used, kNarrowestBar, kWidestBar);
}

std::string title_line(const std::vector<TableColumn>& columns, const Brush& brush) {
  return line_of(columns, brush, [](const TableColumn& column) {
    return Text{column.title, Ink::Faint};
  });
}

std::string row_line(const std::vector<TableColumn>& columns, std::size_t row, const Brush& brush) {
  return line_of(columns, brush, [row](const TableColumn& column) { return column.cells[row]; });
}

std::string table_lines(std::vector<TableColumn>& columns, const TableStyle& style,
                        const Brush& brush) {
  fit(columns, style.width);
  std::string out = title_line(columns, brush);
  for (std::size_t row = 0; row < columns.front().cells.size(); ++row) {
    out += row_line(columns, row, brush);
  }
  return out;
}

std::string heading(const TableStyle& style, const Brush& brush) {
  if (style.title.empty()) return "\n";
  return fmt::format("\n  {}\n\n", brush(Ink::Faint, cut(style.title, style.width - kIndent)));
}

Text change_text(double nps, double low, double high) {
  const ChangeDirection direction = low > 0    ? ChangeDirection::Up
                                    : high < 0 ? ChangeDirection::Down
                                               : ChangeDirection::Unclear;
  return {change_with_arrow(direction, nps, low, high), ink_of(direction)};
}

std::string wrapped(std::string_view sentence, int width, const Brush& brush, Ink ink) {
  std::string out;
  std::string line;
  const auto flush = [&] {
    out += std::string(kIndent, ' ') + brush(ink, line) + "\n";
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

TableStyle bounded(TableStyle style) {
  style.width = std::clamp(style.width, 0, 1'000'000);
  return style;
}

}  // namespace nps::internal
