// RFC 4180: the total in the first line, a control and its effect in the next two, then the groups.
#include <fmt/format.h>

#include <algorithm>

#include "nps/report/render.h"
#include "report/csv_cells.h"
#include "report/words.h"

namespace nps {
namespace {

using internal::number;

std::string side_header(std::string_view side, bool weighted) {
  std::string out;
  for (const std::string_view column :
       {"responses", "promoters", "passives", "detractors", "nps", "low", "high"}) {
    out += fmt::format(",{}_{}", side, column);
  }
  if (weighted) out += fmt::format(",{0}_weighted_nps,{0}_effective_n", side);
  return out;
}

std::string side_cells(const Figures& figures, const std::optional<WeightedFigures>& weighted) {
  const BandCounts& bands = figures.bands;
  std::string out = fmt::format(",{},{},{},{},", figures.responses, bands.promoters, bands.passives,
                                bands.detractors) +
                    number(figures.points());
  out += figures.interval ? fmt::format(",{},{}", figures.interval->low, figures.interval->high)
                          : ",,";
  if (weighted) out += "," + number(weighted->points) + "," + number(weighted->effective_n);
  return out;
}

constexpr std::string_view kChangeHeader =
    ",change_nps,change_low,change_high,level,method,p,adjusted_p,mix,rate,direction";

std::string score_change_cells(const std::optional<ScoreChange>& change) {
  if (!change) return ",,,,,,,";
  return fmt::format(",{},{},{},{},{},{},{}", change->nps, change->low, change->high,
                     change->level.value(), name(change->method), change->p,
                     number(change->adjusted_p));
}

std::string cells(const BeforeAndAfter& figures, const std::optional<double>& mix,
                  const std::optional<double>& rate) {
  return side_cells(figures.before, figures.weighted_before) +
         side_cells(figures.after, figures.weighted_after) + score_change_cells(figures.change) +
         "," + number(mix) + "," + number(rate) + "," + std::string(name(figures.direction));
}

}  // namespace

std::string render_csv(const ComparisonReport& report) {
  const bool weighted = report.total.weighted_before.has_value();
  const bool hides = report.min_n != 0;
  const std::string no_labels(report.dimensions.size(), ',');
  const std::string_view not_hidden = hides ? ",false" : "";

  std::string out = "grouped_by";
  for (const Dimension& dimension : report.dimensions)
    out += "," + internal::quoted(dimension.name());
  const std::string sides = side_header("before", weighted) + side_header("after", weighted);
  out += sides;
  out += kChangeHeader;
  out += hides ? ",suppressed\n" : "\n";

  out +=
      fmt::format("{}{}{}\n", no_labels, cells(report.total, report.mix, report.rate), not_hidden);
  if (const auto& control = report.control) {
    out += fmt::format("(control){}{}{}\n", no_labels, cells(control->figures, {}, {}), not_hidden);
    const auto of_sides = static_cast<std::size_t>(std::ranges::count(sides, ','));
    out += "(effect)" + no_labels + std::string(of_sides, ',');
    if (const auto& effect = control->effect) {
      out += fmt::format(",{},{},{},{},difference_in_differences,{},", effect->nps, effect->low,
                         effect->high, effect->level.value(), effect->p);
    } else {
      out += score_change_cells({});
    }
    out += fmt::format(",,,{}{}\n", name(control->direction), not_hidden);
  }
  for (const ComparedGroup& group : report.groups) {
    if (group.key.empty()) continue;
    out += internal::quoted(internal::grouped_by(group.key, report.dimensions));
    for (std::size_t d = 0; d < report.dimensions.size(); ++d) {
      out += "," + internal::quoted(internal::label_in(group.key, d).value_or(""));
    }
    if (group.suppressed) {
      const auto columns = std::ranges::count(sides, ',') + std::ranges::count(kChangeHeader, ',');
      out += std::string(static_cast<std::size_t>(columns), ',') + ",true\n";
    } else {
      out += fmt::format("{}{}\n", cells(group.figures, group.mix, group.rate), not_hidden);
    }
  }
  return out;
}

}  // namespace nps
