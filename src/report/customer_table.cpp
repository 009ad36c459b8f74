// Customers through time, for a person: where they moved, how their cohorts fare, and who answers.
#include <fmt/format.h>

#include <algorithm>

#include "nps/detail/text.h"
#include "nps/report/render.h"
#include "report/customer_json.h"
#include "report/table_layout.h"
#include "report/words.h"

namespace nps {
namespace {

using internal::Brush;
using internal::grouped;
using internal::Ink;
using internal::TableColumn;
using internal::Text;

std::string points(const Tally& tally, const Scale& scale) {
  const auto score = tally.score(scale);
  return internal::signed_points(score ? std::optional(score->points()) : std::nullopt);
}

/// "71.4 % (35.9 to 91.8)"; "-" for nobody.
std::string share(const std::optional<Proportion>& proportion) {
  if (!proportion) return "-";
  return fmt::format("{:.1f} % ({:.1f} to {:.1f})", 100 * proportion->share, 100 * proportion->low,
                     100 * proportion->high);
}

std::string trend_sentence(std::string_view what, const std::optional<TrendTest>& trend) {
  if (!trend) return fmt::format("Whether {} differs by band cannot be told.", what);
  return fmt::format("From detractors to promoters, {} changes by {:+.1f} points a band (p {}).",
                     what, 100 * trend->slope, internal::p_value(trend->p));
}

std::string paragraphs(const std::vector<std::string>& notes, const TableStyle& style,
                       const Brush& brush) {
  std::string out = "\n";
  for (const std::string& note : notes) {
    out += internal::wrapped(detail::printable(note), style.width, brush);
  }
  return out + "\n";
}

constexpr std::array<std::string_view, 4> kRows{"detractors", "passives", "promoters", "no answer"};

std::string moved(const TransitionReport& report) {
  if (!report.change) return "Nobody answered in both periods.";
  const PairedComparison& change = *report.change;
  return fmt::format(
      "Of {} who answered in both periods, the score changed by {} ({:.15g} % interval {}, p {}).",
      internal::counted(report.moves.customers(), "customer", "customers"),
      internal::signed_points(change.nps), change.level.value() * 100,
      internal::range(change.low, change.high), internal::p_value(change.p));
}

}  // namespace

std::string render_table(const TransitionReport& report, const TableStyle& wanted) {
  const TableStyle style = internal::bounded(wanted);
  const Brush brush(style.color);
  std::vector<TableColumn> columns(1, TableColumn{.title = "before \\ after"});
  for (const std::string_view row : kRows) columns[0].cells.push_back({std::string(row)});
  for (std::size_t to = 0; to < kRows.size(); ++to) {
    TableColumn& column =
        columns.emplace_back(TableColumn{.title = std::string(kRows[to]), .right = true});
    for (std::size_t from = 0; from < kRows.size(); ++from) {
      const bool nowhere = from == kNoAnswer && to == kNoAnswer;
      column.cells.push_back({nowhere ? "" : grouped(report.customers[from][to])});
    }
  }
  TableColumn again{.title = "answered again"};
  for (const auto& proportion : report.answered_again) again.cells.push_back({share(proportion)});
  again.cells.emplace_back();
  columns.push_back(std::move(again));

  const Scale& scale = report.options.scale;
  std::vector<std::string> notes{
      fmt::format("Before, of {}: {}. After, of {}: {}.",
                  internal::counted(report.tally_before.responses(), "customer", "customers"),
                  points(report.tally_before, scale),
                  internal::counted(report.tally_after.responses(), "customer", "customers"),
                  points(report.tally_after, scale)),
      trend_sentence("the share of those who answered again", report.answered_again_trend),
      fmt::format("Of each customer the {} answer of a period counts.",
                  name(report.options.which))};
  if (report.elsewhere != 0) {
    notes.push_back(fmt::format("{} in neither period.",
                                internal::counted(report.elsewhere, "answer lies", "answers lie")));
  }
  if (report.unplaced.total() != 0) {
    notes.push_back(internal::unplaced_note(report.unplaced, report.answers));
  }
  return internal::heading(style, brush) +
         internal::wrapped(moved(report), style.width, brush, Ink::Bold) + "\n" +
         internal::table_lines(columns, style, brush) + paragraphs(notes, style, brush);
}

std::string render_table(const CohortReport& report, const TableStyle& wanted) {
  const TableStyle style = internal::bounded(wanted);
  const Brush brush(style.color);
  std::string out = internal::heading(style, brush);
  std::vector<TableColumn> columns;
  for (const auto& [title, right] :
       {std::pair{"cohort", false}, std::pair{"of", true}, std::pair{"period", false},
        std::pair{"customers", true}, std::pair{"n", true}, std::pair{"score", true}}) {
    columns.push_back({.title = title, .right = right});
  }
  TableColumn intervals{.title =
                            fmt::format("{:.15g} % interval", report.options.level.value() * 100)};
  const IntervalOptions interval{.level = report.options.level};
  for (const Cohort& cohort : report.cohorts) {
    for (const CohortPeriod& period : cohort.periods) {
      const bool first = &period == &cohort.periods.front();
      const Figures all = figures(period.tally, report.options.scale, interval);
      columns[0].cells.push_back({first ? cohort.label : ""});
      columns[1].cells.push_back({first ? grouped(cohort.customers) : ""});
      columns[2].cells.push_back({period.label});
      columns[3].cells.push_back(
          {fmt::format("{} ({})", grouped(period.customers),
                       internal::percent(period.customers, cohort.customers))});
      columns[4].cells.push_back({grouped(all.responses)});
      columns[5].cells.push_back({internal::signed_points(all), internal::ink_of(all.grade)});
      intervals.cells.push_back({internal::range(all.interval)});
    }
  }
  columns.push_back(std::move(intervals));
  if (report.cohorts.empty()) {
    out += internal::wrapped("There is no answer with a customer and a time.", style.width, brush,
                             Ink::Bold);
  } else {
    out += internal::table_lines(columns, style, brush);
  }
  std::vector<std::string> notes{
      fmt::format("Cohorts are by {}, in {}. Later periods hold those who still answer: a score "
                  "may rise because "
                  "detractors have left.",
                  report.by_acquisition ? "acquisition" : "the first answer",
                  report.options.periods.zone().name())};
  if (report.not_acquired != 0) {
    notes.push_back(
        fmt::format("{} of customers of whom no acquisition is known, and not shown.",
                    internal::counted(report.not_acquired, "answer is", "answers are")));
  }
  if (report.unplaced.total() != 0) {
    notes.push_back(internal::unplaced_note(report.unplaced, report.answers));
  }
  return out + paragraphs(notes, style, brush);
}

std::string render_table(const ResponseRateReport& report, const TableStyle& wanted) {
  const TableStyle style = internal::bounded(wanted);
  const Brush brush(style.color);
  std::vector<TableColumn> columns{{.title = "last heard of as"},
                                   {.title = "asked", .right = true},
                                   {.title = "answered", .right = true},
                                   {.title = "rate"}};
  const auto add = [&](std::string_view row, const std::optional<Proportion>& rate) {
    columns[0].cells.push_back({std::string(row)});
    columns[1].cells.push_back({grouped(rate ? rate->whole : 0)});
    columns[2].cells.push_back({grouped(rate ? rate->part : 0)});
    columns[3].cells.push_back({share(rate)});
  };
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    add(i == kNoAnswer ? "nothing yet" : kRows[i], report.by_band[i]);
  }
  add("all", report.all);
  std::vector<std::string> notes{
      trend_sentence("the rate", report.trend),
      "Where detractors answer less often, the score is of those who are left, and too high."};
  if (report.anonymous + report.untimed != 0) {
    notes.push_back(fmt::format("Of {}, {} without a customer and {} without a time are left out.",
                                internal::counted(report.askings, "asking", "askings"),
                                grouped(report.anonymous), grouped(report.untimed)));
  }
  return internal::heading(style, brush) + internal::table_lines(columns, style, brush) +
         paragraphs(notes, style, brush);
}

}  // namespace nps
