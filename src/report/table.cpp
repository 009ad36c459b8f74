// The report that a person reads: the score first, then how sure it is, then where it comes from.
#include <fmt/format.h>

#include <algorithm>

#include "nps/detail/text.h"
#include "nps/report/render.h"
#include "report/table_layout.h"
#include "report/words.h"

namespace nps {
namespace {

using internal::bar;
using internal::bounded;
using internal::Brush;
using internal::grouped;
using internal::Ink;
using internal::ink_of;
using internal::kIndent;
using internal::percent;
using internal::signed_points;
using internal::TableColumn;
using internal::Text;

Text change_text(const Group& group) {
  if (!group.change) return {"", Ink::Plain};
  return internal::change_text(group.change->nps, group.change->low, group.change->high);
}

std::string group_table(const Report& report, const TableStyle& style, const Brush& brush) {
  const auto groups = internal::below_total(report);
  if (groups.empty()) return "";
  const bool weighted = report.weighted.has_value();
  const bool changes = std::ranges::any_of(report.groups, &Group::has_periods);

  std::vector<const std::vector<KeyPart>*> keys;
  for (const Group* group : groups) keys.push_back(&group->key);
  std::vector<TableColumn> columns = internal::key_columns(report.dimensions, keys);
  const auto add = [&](std::string title, bool right, const auto& text_of) {
    TableColumn& column =
        columns.emplace_back(TableColumn{.title = std::move(title), .right = right});
    for (const Group* group : groups) {
      column.cells.push_back(group->suppressed ? Text{} : text_of(*group));
    }
  };
  add("n", true, [](const Group& group) { return Text{grouped(group.figures.responses)}; });
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (groups[i]->suppressed) columns.back().cells[i] = Text{"hidden", Ink::Faint};
  }
  if (report.total.accounts) {
    add("accounts", true,
        [](const Group& group) { return Text{grouped(group.figures.accounts.value_or(0))}; });
  }
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

  const int width = internal::bar_width(columns, style.width);
  add("", false, [&](const Group& group) {
    return Text{bar(group.figures.bands, width, brush), Ink::Plain, width};
  });

  internal::fit(columns, style.width);
  std::string out = internal::title_line(columns, brush);
  for (std::size_t row = 0; row < groups.size(); ++row) {
    const bool next_subset = row != 0 && !internal::grouped_alike(*keys[row - 1], *keys[row]);
    if (next_subset) out += "\n";
    out += internal::row_line(columns, row, brush);
  }
  return out;
}

/// Groups against the rest, the greatest gain first.
std::string scan_table(const GroupScan& scan, const Report& report, const TableStyle& style,
                       const Brush& brush) {
  if (scan.groups.empty()) return "";
  std::vector<const std::vector<KeyPart>*> keys;
  for (const ScannedGroup& group : scan.groups) keys.push_back(&group.key);
  std::vector<TableColumn> columns = internal::key_columns(report.dimensions, keys);
  const auto add = [&](std::string title, bool right, const auto& text_of) {
    TableColumn& column =
        columns.emplace_back(TableColumn{.title = std::move(title), .right = right});
    for (const ScannedGroup& group : scan.groups) column.cells.push_back(text_of(group));
  };
  add("n", true, [](const ScannedGroup& group) { return Text{grouped(group.figures.responses)}; });
  add("score", true, [](const ScannedGroup& group) {
    return Text{signed_points(group.figures), ink_of(group.figures.grade)};
  });
  add("rest", true,
      [](const ScannedGroup& group) { return Text{signed_points(group.against_rest.rest)}; });
  add("difference", false, [](const ScannedGroup& group) {
    const auto& [rest, difference, adjusted_p, gain] = group.against_rest;
    const bool counts = adjusted_p <= 1 - difference.level.value();
    const ChangeDirection direction = !counts              ? ChangeDirection::Unclear
                                      : difference.nps > 0 ? ChangeDirection::Up
                                                           : ChangeDirection::Down;
    return Text{
        internal::change_with_arrow(direction, difference.nps, difference.low, difference.high),
        ink_of(direction)};
  });
  add("p", true, [](const ScannedGroup& group) {
    return Text{internal::p_value(group.against_rest.adjusted_p)};
  });
  add("gain", true,
      [](const ScannedGroup& group) { return Text{signed_points(group.against_rest.gain)}; });
  return internal::table_lines(columns, style, brush);
}

/// A line for each window of time.
std::string window_table(const Report& report, const TableStyle& style, const Brush& brush) {
  const std::vector<WindowFigures>& windows = report.windows;
  if (windows.empty()) return "";
  std::vector<TableColumn> columns;
  const auto add = [&](std::string title, bool right, const auto& text_of) {
    TableColumn& column =
        columns.emplace_back(TableColumn{.title = std::move(title), .right = right});
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
  const int width = internal::bar_width(columns, style.width);
  add("", false, [&](const WindowFigures& window) {
    return Text{bar(window.figures.bands, width, brush), Ink::Plain, width};
  });
  return internal::table_lines(columns, style, brush);
}

std::string headline(const Figures& figures, const TableStyle& style, const Brush& brush) {
  if (!figures.points()) return "  No responses, so no score.\n";
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

}  // namespace

std::string render_table(const Figures& figures, const TableStyle& wanted) {
  const TableStyle style = bounded(wanted);
  const Brush brush(style.color);
  std::string out;
  if (!style.title.empty()) {
    out += fmt::format("\n  {}\n",
                       brush(Ink::Faint, internal::cut(style.title, style.width - kIndent)));
  }
  out += "\n" + headline(figures, style, brush);
  if (figures.points()) {
    out += fmt::format("  {} {}", grouped(figures.responses),
                       figures.responses == 1 ? "response" : "responses");
    if (figures.accounts) {
      out += " of " + internal::counted(*figures.accounts, "account", "accounts");
    }
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
  if (report.scan) {
    const std::string scan = scan_table(*report.scan, report, style, brush);
    if (!scan.empty()) out += "\n" + scan;
  }
  const auto notes = internal::notes(report);
  if (!notes.empty()) out += "\n";
  for (const std::string& note : notes) out += internal::wrapped(note, style.width, brush);
  return out + "\n";
}

}  // namespace nps
