// The verdict in bold, then a Markdown table (GitHub's) with the total in the first line.
#include <fmt/format.h>

#include <algorithm>

#include "nps/report/render.h"
#include "report/words.h"

namespace nps {
namespace {

using internal::escaped;
using internal::grouped;
using internal::signed_points;

std::string score(const Figures& figures, const std::optional<WeightedFigures>& weighted) {
  return weighted ? signed_points(weighted->points) : signed_points(figures);
}

std::string cells(const BeforeAndAfter& figures) {
  const auto& change = figures.change;
  return fmt::format(
      " {} | {} | {} | {} | {} |", grouped(figures.before.responses),
      grouped(figures.after.responses), score(figures.before, figures.weighted_before),
      score(figures.after, figures.weighted_after),
      change
          ? internal::change_with_arrow(figures.direction, change->nps, change->low, change->high)
          : "-");
}

std::string p_cell(const std::optional<double>& p) {
  return fmt::format(" {} |", p ? escaped(internal::p_value(*p)) : "-");
}

std::string effects(const std::optional<double>& mix, const std::optional<double>& rate) {
  return fmt::format(" {} | {} |", signed_points(mix), signed_points(rate));
}

}  // namespace

std::string render_markdown(const ComparisonReport& report) {
  const std::size_t labels = std::max<std::size_t>(report.dimensions.size(), 1);
  const bool groups = !report.dimensions.empty();
  const auto named = [&](std::string_view name) {
    std::string line = fmt::format("| **{}** |", name);
    for (std::size_t i = 1; i < labels; ++i) line += "  |";
    return line;
  };
  std::string header = groups ? "|" : "|  |";
  std::string rule = groups ? "|" : "| --- |";
  for (const Dimension& dimension : report.dimensions) {
    header += fmt::format(" {} |", escaped(dimension.name()));
    rule += " --- |";
  }
  header += " n before | n after | before | after | change | p |";
  rule += " ---: | ---: | ---: | ---: | --- | ---: |";
  if (groups) header += " mix | rate |";
  if (groups) rule += " ---: | ---: |";

  std::string out = fmt::format("**{}**\n\n{}\n{}\n", escaped(report.verdict), header, rule);
  const auto p_of = [](const BeforeAndAfter& figures) {
    return p_cell(figures.change ? std::optional(figures.change->p) : std::nullopt);
  };
  out += named(report.control ? "treated" : "total") + cells(report.total) + p_of(report.total);
  out += (groups ? effects(report.mix, report.rate) : "") + "\n";
  if (const auto& control = report.control) {
    out += named("control") + cells(control->figures) + p_of(control->figures) +
           (groups ? "  |  |\n" : "\n");
    out += named("effect") + "  |  |  |  |";
    if (const auto& effect = control->effect) {
      out += fmt::format(" {} |", internal::change_with_arrow(control->direction, effect->nps,
                                                              effect->low, effect->high));
      out += p_cell(effect->p);
    } else {
      out += " - | - |";
    }
    out += groups ? "  |  |\n" : "\n";
  }
  for (const ComparedGroup& group : report.groups) {
    if (group.key.empty()) continue;
    out += "|";
    for (std::size_t d = 0; d < report.dimensions.size(); ++d) {
      const auto label = internal::label_in(group.key, d);
      out += fmt::format(" {} |", label ? escaped(internal::shown(*label)) : "(all)");
    }
    if (group.suppressed) {
      out += " hidden |  |  |  |  |  |  |  |\n";
      continue;
    }
    const auto& change = group.figures.change;
    out += cells(group.figures) + p_cell(change ? change->adjusted_p : std::nullopt) +
           effects(group.mix, group.rate) + "\n";
  }
  const auto notes = internal::notes(report);
  if (!notes.empty()) out += "\n";
  for (const std::string& note : notes) out += escaped(note) + "  \n";
  return out;
}

}  // namespace nps
