// A Markdown table (GitHub's), the total in the first line.
#include <fmt/format.h>

#include <algorithm>

#include "nps/report/render.h"
#include "report/words.h"

namespace nps {
namespace {

using internal::escaped;

std::string figures_cells(const Figures& figures) {
  const BandCounts& bands = figures.bands;
  return fmt::format(" {} | {} | {} | {} | {} | {} | {} |", internal::grouped(figures.responses),
                     internal::signed_points(figures), internal::range(figures.interval),
                     internal::word(figures.grade),
                     internal::percent(bands.detractors, figures.responses),
                     internal::percent(bands.passives, figures.responses),
                     internal::percent(bands.promoters, figures.responses));
}

std::string figures_header(const Figures& total) {
  return fmt::format(" n | NPS | {} | grade | detractors | passives | promoters |",
                     internal::interval_title(total.interval));
}

constexpr std::string_view kFiguresRule = " ---: | ---: | :---: | --- | ---: | ---: | ---: |";

std::string scan_table(const Report& report) {
  std::string out = "|";
  std::string rule = "|";
  for (const Dimension& dimension : report.dimensions) {
    out += fmt::format(" {} |", escaped(dimension.name()));
    rule += " --- |";
  }
  out += " n | NPS | rest | difference | adjusted p | gain |\n";
  out += rule + " ---: | ---: | ---: | --- | ---: | ---: |\n";
  for (const ScannedGroup& group : report.scan->groups) {
    const auto& [rest, difference, adjusted_p, gain] = group.against_rest;
    out += "|";
    for (std::size_t d = 0; d < report.dimensions.size(); ++d) {
      const auto label = internal::label_in(group.key, d);
      out += fmt::format(" {} |", label ? escaped(internal::shown(*label)) : "(all)");
    }
    out += fmt::format(
        " {} | {} | {} | {} ({}) | {} | {} |\n", internal::grouped(group.figures.responses),
        internal::signed_points(group.figures), internal::signed_points(rest),
        internal::signed_points(difference.nps), internal::range(difference.low, difference.high),
        escaped(internal::p_value(adjusted_p)), internal::signed_points(gain));
  }
  return out;
}

}  // namespace

std::string render_markdown(const Figures& figures) {
  return fmt::format("|{}\n|{}\n|{}\n", figures_header(figures), kFiguresRule,
                     figures_cells(figures));
}

std::string render_markdown(const Report& report) {
  const bool changes = std::ranges::any_of(report.groups, &Group::has_periods);
  const bool weighted = report.weighted.has_value();
  const auto weighted_cell = [](const std::optional<WeightedFigures>& figures) {
    if (!figures || !figures->points) return std::string(" - |");
    return fmt::format(" {} ({}) |", internal::signed_points(figures->points),
                       internal::range(figures->interval));
  };

  std::string header = "|";
  std::string rule = "|";
  std::string total = "|";
  for (std::size_t d = 0; d < report.dimensions.size(); ++d) {
    header += fmt::format(" {} |", escaped(report.dimensions[d].name()));
    rule += " --- |";
    total += d == 0 ? " **total** |" : "  |";
  }
  header += figures_header(report.total);
  rule += kFiguresRule;
  total += figures_cells(report.total);
  if (weighted) {
    header += " weighted |";
    rule += " ---: |";
    total += weighted_cell(report.weighted);
  }
  const bool accounts = report.total.accounts.has_value();
  const auto accounts_cell = [](const Figures& figures) {
    return fmt::format(" {} |", internal::grouped(figures.accounts.value_or(0)));
  };
  if (accounts) {
    header += " accounts |";
    rule += " ---: |";
    total += accounts_cell(report.total);
  }
  if (changes) {
    header += " change |";
    rule += " --- |";
    total += "  |";
  }

  std::string out = header + "\n" + rule + "\n" + total + "\n";
  for (const Group* shown : internal::below_total(report)) {
    const Group& group = *shown;
    out += "|";
    for (std::size_t d = 0; d < report.dimensions.size(); ++d) {
      const auto label = internal::label_in(group.key, d);
      out += fmt::format(" {} |", label ? escaped(internal::shown(*label)) : "(all)");
    }
    if (group.suppressed) {
      out += " hidden |  |  |  |  |  |  |";
      for (const bool more : {weighted, accounts, changes}) out += more ? "  |" : "";
      out += "\n";
      continue;
    }
    out += figures_cells(group.figures);
    if (weighted) out += weighted_cell(group.weighted);
    if (accounts) out += accounts_cell(group.figures);
    if (changes) {
      out += group.change ? fmt::format(" {} ({}) |", internal::signed_points(group.change->nps),
                                        internal::range(group.change->low, group.change->high))
                          : "  |";
    }
    out += "\n";
  }
  if (!report.windows.empty()) {
    out += fmt::format("\n| last |{}\n| ---: |{}\n", figures_header(report.total), kFiguresRule);
    for (const WindowFigures& window : report.windows) {
      out += fmt::format("| {} |{}\n", window.name, figures_cells(window.figures));
    }
  }
  if (report.scan && !report.scan->groups.empty()) out += "\n" + scan_table(report);
  const auto notes = internal::notes(report);
  if (!notes.empty()) out += "\n";
  for (const std::string& note : notes) out += escaped(note) + "  \n";
  return out;
}

}  // namespace nps
