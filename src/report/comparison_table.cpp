// The comparison that a person reads: the verdict first, then both sides, then where it comes from.
#include <fmt/format.h>

#include <algorithm>

#include "nps/detail/text.h"
#include "nps/report/render.h"
#include "report/table_layout.h"
#include "report/words.h"

namespace nps {
namespace {

using internal::Brush;
using internal::grouped;
using internal::Ink;
using internal::ink_of;
using internal::signed_points;
using internal::TableColumn;
using internal::Text;

Text change_text(const BeforeAndAfter& figures) {
  if (!figures.change) return {"-"};
  const ScoreChange& change = *figures.change;
  return {internal::change_with_arrow(figures.direction, change.nps, change.low, change.high),
          ink_of(figures.direction)};
}

Text score_text(const Figures& figures, const std::optional<WeightedFigures>& weighted) {
  if (weighted) return {signed_points(weighted->points)};
  return {signed_points(figures), ink_of(figures.grade)};
}

struct SideRow {
  std::string name;
  const Figures* figures;
  const std::optional<WeightedFigures>* weighted;
};

/// One row a side, with bars to lay beside each other.
std::string side_table(const ComparisonReport& report, const TableStyle& style,
                       const Brush& brush) {
  std::vector<SideRow> rows;
  const auto add_rows = [&rows](const BeforeAndAfter& sides, const char* suffix) {
    rows.push_back({fmt::format("before{}", suffix), &sides.before, &sides.weighted_before});
    rows.push_back({fmt::format("after{}", suffix), &sides.after, &sides.weighted_after});
  };
  add_rows(report.total, report.control ? ", treated" : "");
  if (report.control) add_rows(report.control->figures, ", control");

  std::vector<TableColumn> columns;
  const auto add = [&](std::string title, bool right, const auto& text_of) {
    TableColumn& column =
        columns.emplace_back(TableColumn{.title = std::move(title), .right = right});
    for (const SideRow& row : rows) column.cells.push_back(text_of(row));
  };
  const auto& interval =
      report.total.before.interval ? report.total.before.interval : report.total.after.interval;
  add("", false, [](const SideRow& row) { return Text{row.name}; });
  add("n", true, [](const SideRow& row) { return Text{grouped(row.figures->responses)}; });
  add("score", true, [](const SideRow& row) {
    return Text{signed_points(*row.figures), ink_of(row.figures->grade)};
  });
  add(internal::interval_title(interval), false,
      [](const SideRow& row) { return Text{internal::range(row.figures->interval)}; });
  add("grade", false, [](const SideRow& row) {
    return Text{std::string(internal::word(row.figures->grade)), ink_of(row.figures->grade)};
  });
  if (report.total.weighted_before) {
    add("weighted", false, [](const SideRow& row) {
      const WeightedFigures figures = row.weighted->value_or(WeightedFigures{});
      if (!figures.points) return Text{"-"};
      return Text{fmt::format("{:>6} ({})", signed_points(figures.points),
                              internal::range(figures.interval))};
    });
  }
  const int width = internal::bar_width(columns, style.width);
  add("", false, [&](const SideRow& row) {
    return Text{internal::bar(row.figures->bands, width, brush), Ink::Plain, width};
  });
  return internal::table_lines(columns, style, brush);
}

std::string group_table(const ComparisonReport& report, const TableStyle& style,
                        const Brush& brush) {
  std::vector<const ComparedGroup*> groups;
  std::vector<const std::vector<KeyPart>*> keys;
  for (const ComparedGroup& group : report.groups) {
    if (group.key.empty()) continue;
    groups.push_back(&group);
    keys.push_back(&group.key);
  }
  if (groups.empty()) return "";
  std::vector<TableColumn> columns = internal::key_columns(report.dimensions, keys);
  const auto add = [&](std::string title, bool right, const auto& text_of) {
    TableColumn& column =
        columns.emplace_back(TableColumn{.title = std::move(title), .right = right});
    for (const ComparedGroup* group : groups) {
      column.cells.push_back(group->suppressed ? Text{} : text_of(*group));
    }
  };
  add("n before", true,
      [](const ComparedGroup& group) { return Text{grouped(group.figures.before.responses)}; });
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (groups[i]->suppressed) columns.back().cells[i] = Text{"hidden", Ink::Faint};
  }
  add("n after", true,
      [](const ComparedGroup& group) { return Text{grouped(group.figures.after.responses)}; });
  add("before", true, [](const ComparedGroup& group) {
    return score_text(group.figures.before, group.figures.weighted_before);
  });
  add("after", true, [](const ComparedGroup& group) {
    return score_text(group.figures.after, group.figures.weighted_after);
  });
  add("change", false, [](const ComparedGroup& group) { return change_text(group.figures); });
  add("p", true, [](const ComparedGroup& group) {
    const auto& change = group.figures.change;
    return Text{change && change->adjusted_p ? internal::p_value(*change->adjusted_p) : "-"};
  });
  add("mix", true, [](const ComparedGroup& group) { return Text{signed_points(group.mix)}; });
  add("rate", true, [](const ComparedGroup& group) { return Text{signed_points(group.rate)}; });

  internal::fit(columns, style.width);
  std::string out = internal::title_line(columns, brush);
  for (std::size_t row = 0; row < groups.size(); ++row) {
    const bool next_subset = row != 0 && !internal::grouped_alike(*keys[row - 1], *keys[row]);
    if (next_subset) out += "\n";
    out += internal::row_line(columns, row, brush);
  }
  return out;
}

std::string change_line(const ComparisonReport& report, const Brush& brush) {
  const auto line = [&brush](std::string_view what, ChangeDirection direction, double nps,
                             double low, double high, const Level& level, std::string_view method,
                             double p) {
    return fmt::format("  {}   {:.15g} % interval {} ({})   p {}\n",
                       brush(direction == ChangeDirection::Unclear ? Ink::Bold : ink_of(direction),
                             fmt::format("{} {}", what, signed_points(nps))),
                       level.value() * 100, internal::range(low, high), method,
                       internal::p_value(p));
  };
  std::string out;
  if (const auto& change = report.total.change) {
    out += line(report.control ? "Change of the treated" : "Change", report.direction, change->nps,
                change->low, change->high, change->level, name(change->method), change->p);
  }
  if (!report.control) return out;
  if (const auto& change = report.control->figures.change) {
    out += line("Change of the control", report.control->figures.direction, change->nps,
                change->low, change->high, change->level, name(change->method), change->p);
  }
  if (const auto& effect = report.control->effect) {
    out += line("Effect", report.control->direction, effect->nps, effect->low, effect->high,
                effect->level, "difference in differences", effect->p);
  }
  return out;
}

}  // namespace

std::string render_table(const ComparisonReport& report, const TableStyle& wanted) {
  const TableStyle style = internal::bounded(wanted);
  const Brush brush(style.color);
  std::string out = internal::heading(style, brush);
  out += internal::wrapped(detail::printable(report.verdict), style.width, brush, Ink::Bold) + "\n";
  out += side_table(report, style, brush);
  if (const std::string change = change_line(report, brush); !change.empty()) out += "\n" + change;
  if (report.mix && report.rate && report.total.change) {
    out += fmt::format(
        "  {} points from other shares of the groups (mix), {} from their scores "
        "(rate)\n",
        signed_points(report.mix), signed_points(report.rate));
  }
  if (const std::string groups = group_table(report, style, brush); !groups.empty()) {
    out += "\n" + groups;
  }
  const auto notes = internal::notes(report);
  if (!notes.empty()) out += "\n";
  for (const std::string& note : notes) {
    out += internal::wrapped(detail::printable(note), style.width, brush);
  }
  return out + "\n";
}

}  // namespace nps
