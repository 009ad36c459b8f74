// RFC 4180, with the total in the first line and each group in one of its own.
#include <fmt/format.h>

#include <algorithm>

#include "nps/report/render.h"
#include "report/csv_cells.h"
#include "report/words.h"

namespace nps {
namespace {

using internal::number;

std::string figures_header() {
  std::string out = "responses,promoters,passives,detractors,nps,low,high,level,method,grade,mean";
  for (std::size_t rating = 0; rating < Rating::kCount; ++rating) {
    out += fmt::format(",rating_{}", rating);
  }
  return out;
}

std::string figures_cells(const Figures& figures) {
  const BandCounts& bands = figures.bands;
  std::string out = fmt::format("{},{},{},{},", figures.responses, bands.promoters, bands.passives,
                                bands.detractors) +
                    number(figures.points());
  out += figures.interval
             ? fmt::format(",{},{},{},{}", figures.interval->low, figures.interval->high,
                           figures.interval->level.value(), name(figures.interval->method))
             : ",,,,";
  out += fmt::format(",{},{}", figures.grade ? name(*figures.grade) : "", number(figures.mean));
  for (std::size_t rating = 0; rating < Rating::kCount; ++rating) {
    out += figures.distribution ? fmt::format(",{}", (*figures.distribution)[rating]) : ",";
  }
  return out;
}

std::string weighted_cells(const std::optional<WeightedFigures>& weighted) {
  if (!weighted) return ",,,,,";
  std::string out = fmt::format(",{},{},{}", number(weighted->points), weighted->sum_weights,
                                number(weighted->effective_n));
  return out + (weighted->interval
                    ? fmt::format(",{},{}", weighted->interval->low, weighted->interval->high)
                    : ",,");
}

std::string change_cells(const std::optional<Comparison>& change) {
  if (!change) return ",,,,";
  return fmt::format(",{},{},{},{}", change->nps, change->low, change->high, change->p);
}

constexpr std::string_view kScanHeader =
    ",rest_responses,rest_nps,difference_nps,difference_low,difference_high,difference_p,adjusted_"
    "p,"
    "gain";

std::string scan_cells(const std::optional<AgainstRest>& against) {
  if (!against) return ",,,,,,,,";
  const auto& [rest, difference, adjusted_p, gain] = *against;
  return fmt::format(",{},{},{},{},{},{},{},{}", rest.responses, number(rest.points()),
                     difference.nps, difference.low, difference.high, difference.p, adjusted_p,
                     gain);
}

}  // namespace

std::string render_csv(const Figures& figures) {
  return figures_header() + "\n" + figures_cells(figures) + "\n";
}

std::string render_csv(const Report& report) {
  bool changes = false;
  for (const Group& group : report.groups) changes = changes || group.has_periods;

  // `grouped_by` tells a dimension that is rolled up from one whose value is empty.
  std::string out = "grouped_by";
  for (const Dimension& dimension : report.dimensions)
    out += "," + internal::quoted(dimension.name());
  out += "," + figures_header();
  if (report.weighted) {
    out += ",weighted_nps,sum_weights,effective_n,weighted_low,weighted_high";
  }
  const bool accounts = report.total.accounts.has_value();
  if (accounts) out += ",accounts";
  if (changes) out += ",change_nps,change_low,change_high,change_p";
  if (report.scan) out += kScanHeader;
  if (report.min_n != 0) out += ",suppressed";
  out += "\n";

  const auto add_ungrouped = [&](std::string_view name, const Figures& figures,
                                 const std::optional<WeightedFigures>& weighted) {
    out += internal::quoted(name) + std::string(report.dimensions.size(), ',') + "," +
           figures_cells(figures);
    if (report.weighted) out += weighted_cells(weighted);
    if (accounts) out += fmt::format(",{}", figures.accounts.value_or(0));
    if (changes) out += change_cells({});
    if (report.scan) out += scan_cells({});
    if (report.min_n != 0) out += ",false";
    out += "\n";
  };
  add_ungrouped("", report.total, report.weighted);
  for (const WindowFigures& window : report.windows) {
    add_ungrouped("last " + window.name, window.figures, {});
  }
  for (const Group* shown : internal::below_total(report)) {
    const Group& group = *shown;
    out += internal::quoted(internal::grouped_by(group.key, report.dimensions));
    for (std::size_t d = 0; d < report.dimensions.size(); ++d) {
      out += "," + internal::quoted(internal::label_in(group.key, d).value_or(""));
    }
    if (group.suppressed) {
      const std::string header = figures_header();
      out += std::string(1 + static_cast<std::size_t>(std::ranges::count(header, ',')), ',');
    } else {
      out += "," + figures_cells(group.figures);
    }
    if (report.weighted) out += weighted_cells(group.weighted);
    if (accounts) {
      out += group.suppressed ? "," : fmt::format(",{}", group.figures.accounts.value_or(0));
    }
    if (changes) out += change_cells(group.change);
    if (report.scan) out += scan_cells(group.against_rest);
    if (report.min_n != 0) out += group.suppressed ? ",true" : ",false";
    out += "\n";
  }
  return out;
}

}  // namespace nps
