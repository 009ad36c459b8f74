// A Markdown table (GitHub's), the total in the first line.
#include <fmt/format.h>

#include <algorithm>

#include "nps/detail/text.h"
#include "nps/report/render.h"
#include "report/words.h"

namespace nps {
namespace {

// What Markdown or HTML would take for markup is written out.
std::string escaped(std::string_view label) {
  std::string out;
  for (const char c : detail::printable(label)) {
    if (std::string_view("\\`*_[]<>|#~&").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

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
      const auto label = internal::label_in(group, d);
      out += fmt::format(" {} |", label ? escaped(internal::shown(*label)) : "(all)");
    }
    out += figures_cells(group.figures);
    if (weighted) out += weighted_cell(group.weighted);
    if (changes) {
      out += group.change ? fmt::format(" {} ({}) |", internal::signed_points(group.change->nps),
                                        internal::range(group.change->low, group.change->high))
                          : "  |";
    }
    out += "\n";
  }
  if (report.events && !report.events->windows.empty()) {
    out += fmt::format("\n| last |{}\n| ---: |{}\n", figures_header(report.total), kFiguresRule);
    for (const WindowFigures& window : report.events->windows) {
      out += fmt::format("| {} |{}\n", window.name, figures_cells(window.figures));
    }
  }
  const auto notes = internal::notes(report);
  if (!notes.empty()) out += "\n";
  for (const std::string& note : notes) out += escaped(note) + "  \n";
  return out;
}

}  // namespace nps
