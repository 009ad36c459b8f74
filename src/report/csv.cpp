// RFC 4180, with the total in the first line and each group in one of its own.
#include <fmt/format.h>

#include "nps/detail/text.h"
#include "nps/report/render.h"
#include "report/words.h"

namespace nps {
namespace {

// Whatever bytes a label may hold, the file is valid UTF-8.
std::string quoted(std::string_view label) {
  std::string cell = detail::repair_utf8(label);
  if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
  std::string out = "\"";
  for (const char c : cell) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

// The shortest text that reads back as the same double; nothing where there is none.
std::string number(const std::optional<double>& value) {
  return value ? fmt::format("{}", *value) : "";
}

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
                    (figures.score ? number(figures.score->points()) : "");
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

}  // namespace

std::string render_csv(const Figures& figures) {
  return figures_header() + "\n" + figures_cells(figures) + "\n";
}

std::string render_csv(const Report& report) {
  bool changes = false;
  for (const Group& group : report.groups) changes = changes || group.has_periods;

  // `grouped_by` tells a dimension that is rolled up from one whose value is empty.
  std::string out = "grouped_by";
  for (const Dimension& dimension : report.dimensions) out += "," + quoted(dimension.name());
  out += "," + figures_header();
  if (report.weighted) {
    out += ",weighted_nps,sum_weights,effective_n,weighted_low,weighted_high";
  }
  if (changes) out += ",change_nps,change_low,change_high,change_p";
  out += "\n";

  out += std::string(report.dimensions.size(), ',') + "," + figures_cells(report.total);
  if (report.weighted) out += weighted_cells(report.weighted);
  if (changes) out += change_cells({});
  out += "\n";

  if (report.events) {
    for (const WindowFigures& window : report.events->windows) {
      out += quoted("last " + window.name) + std::string(report.dimensions.size(), ',') + "," +
             figures_cells(window.figures);
      if (changes) out += change_cells({});
      out += "\n";
    }
  }
  for (const Group* shown : internal::below_total(report)) {
    const Group& group = *shown;
    std::string grouped_by;
    for (const KeyPart& part : group.key) {
      grouped_by += (grouped_by.empty() ? "" : " x ") + report.dimensions[part.dimension].name();
    }
    out += quoted(grouped_by);
    for (std::size_t d = 0; d < report.dimensions.size(); ++d) {
      out += "," + quoted(internal::label_in(group, d).value_or(""));
    }
    out += "," + figures_cells(group.figures);
    if (report.weighted) out += weighted_cells(group.weighted);
    if (changes) out += change_cells(group.change);
    out += "\n";
  }
  return out;
}

}  // namespace nps
