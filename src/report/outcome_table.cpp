// Outcomes, for a person: the verdict, a row a band and a rating, then what else can be told.
#include <fmt/format.h>

#include "nps/detail/text.h"
#include "nps/report/render.h"
#include "nps/segment/zone.h"
#include "report/table_layout.h"
#include "report/words.h"

namespace nps {
namespace {

using internal::Brush;
using internal::grouped;
using internal::Ink;
using internal::TableColumn;
using internal::Text;

constexpr std::array<std::string_view, 3> kBandNames{"detractors", "passives", "promoters"};

struct Row {
  std::string name;
  const OutcomeGroup* group;
};

std::string share(double value) { return fmt::format("{:.1f} %", 100 * value); }

std::string groups(const OutcomeReport& report, const TableStyle& style, const Brush& brush) {
  std::vector<Row> rows{{"all", &report.total}};
  for (std::size_t band = 0; band < 3; ++band) {
    rows.push_back({std::string(kBandNames[band]), &report.bands[band]});
  }
  for (int rating = report.scale.min(); rating <= report.scale.max(); ++rating) {
    rows.push_back({fmt::format("{}", rating), &report.ratings[static_cast<std::size_t>(rating)]});
  }
  std::vector<TableColumn> columns;
  const auto add = [&](std::string title, bool right, const auto& text_of) {
    TableColumn& column =
        columns.emplace_back(TableColumn{.title = std::move(title), .right = right});
    for (const Row& row : rows) column.cells.push_back(Text{text_of(*row.group)});
  };
  columns.emplace_back(TableColumn{.title = "rating"});
  for (const Row& row : rows) columns.back().cells.push_back(Text{row.name});
  const std::string interval = fmt::format("{:.15g} % interval", report.level.value() * 100);
  add("followed", true, [](const OutcomeGroup& group) { return grouped(group.followed); });
  add("too new", true, [](const OutcomeGroup& group) { return grouped(group.censored); });
  if (report.measure == OutcomeMeasure::Event) {
    add("events", true, [](const OutcomeGroup& group) { return grouped(group.events); });
    add("rate", true, [](const OutcomeGroup& group) {
      return group.rate ? share(group.rate->share) : std::string("-");
    });
    add(interval, false, [](const OutcomeGroup& group) {
      if (!group.rate) return std::string("-");
      return fmt::format("{} to {}", share(group.rate->low), share(group.rate->high));
    });
  } else {
    add("with any", true, [](const OutcomeGroup& group) { return grouped(group.events); });
    add("total", true, [](const OutcomeGroup& group) {
      return group.amount ? fmt::format("{:.2f}", group.amount->total) : std::string("-");
    });
    add("mean", true, [](const OutcomeGroup& group) {
      return group.amount ? fmt::format("{:.2f}", group.amount->mean) : std::string("-");
    });
    add(interval, false, [](const OutcomeGroup& group) {
      if (!group.amount || !group.amount->limits) return std::string("-");
      return fmt::format("{:.2f} to {:.2f}", group.amount->limits->low, group.amount->limits->high);
    });
  }
  internal::fit(columns, style.width);
  std::string out = internal::title_line(columns, brush);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (row == 1 || row == 4) out += "\n";
    out += internal::row_line(columns, row, brush);
  }
  return out;
}

/// A column for each of the times that some band has a point at.
std::string retention(const OutcomeReport& report, const TableStyle& style, const Brush& brush) {
  std::vector<std::chrono::microseconds> times;
  for (const auto& points : report.retention) {
    if (points.size() <= times.size()) continue;
    times.clear();
    for (const RetentionPoint& point : points) times.push_back(point.after);
  }
  if (times.empty()) return "";
  std::vector<TableColumn> columns{TableColumn{.title = "without it after"}};
  for (const std::string_view band : kBandNames) {
    columns.back().cells.push_back(Text{std::string(band)});
  }
  for (const std::chrono::microseconds time : times) {
    TableColumn& column = columns.emplace_back(
        TableColumn{.title = fmt::format("{:g} d", internal::in_days(time)), .right = true});
    for (const auto& points : report.retention) {
      std::string cell = "-";
      for (const RetentionPoint& point : points) {
        if (point.after == time) cell = share(point.survival);
      }
      column.cells.push_back(Text{std::move(cell)});
    }
  }
  return "\n" + internal::table_lines(columns, style, brush);
}

void add_ratio(std::vector<std::string>& lines, std::string_view of, std::string_view against,
               const std::optional<RiskRatio>& ratio) {
  if (!ratio) return;
  const std::string often =
      ratio->ratio ? fmt::format("{:.2f} times as often", *ratio->ratio)
                   : fmt::format("no ratio, since it happened to none of the {}", against);
  const std::string range = ratio->high ? fmt::format("{:.2f} to {:.2f}", ratio->low, *ratio->high)
                                        : fmt::format("{:.2f} and above", ratio->low);
  lines.push_back(fmt::format("{} against {}: {}, {:.15g} % interval {} ({}).", of, against, often,
                              ratio->level.value() * 100, range, name(ratio->method)));
}

std::vector<std::string> findings(const OutcomeReport& report) {
  std::vector<std::string> lines;
  add_ratio(lines, "Detractors", "promoters", report.detractors_to_promoters);
  add_ratio(lines, "Detractors", "passives", report.detractors_to_passives);
  add_ratio(lines, "Passives", "promoters", report.passives_to_promoters);
  if (const auto& trend = report.trend) {
    lines.push_back(fmt::format(
        "With each point of the rating the rate changes by {:+.2f} percentage points, p {} "
        "(Cochran-Armitage).",
        100 * trend->slope, internal::p_value(trend->p)));
  }
  if (const auto& test = report.log_rank) {
    lines.push_back(fmt::format("Over time the bands differ with p {} (log-rank).",
                                internal::p_value(test->p)));
  }
  const auto rank = [&lines](std::string_view name, const std::optional<RankCorrelation>& found) {
    if (!found) return;
    lines.push_back(fmt::format("{} of rating and amount: {:+.3f}, p {}.", name, found->coefficient,
                                internal::p_value(found->p)));
  };
  rank("Kendall's tau-b", report.kendall);
  rank("Spearman's rho", report.spearman);
  if (const auto& risk = report.value_at_risk) {
    std::string line = fmt::format(
        "Value at risk: {:.2f}, detractors' {:.2f} times {:+.1f} percentage points more than "
        "promoters",
        risk->at_risk, risk->value, 100 * risk->excess);
    if (const auto& limits = risk->limits) {
      line += fmt::format(
          "; {:.15g} % interval {:.2f} to {:.2f} ({} bootstrap, {} resamples, seed {})",
          limits->level.value() * 100, limits->low, limits->high,
          limits->corrected ? "BCa" : "percentile", grouped(limits->resamples), limits->seed);
    }
    lines.push_back(line + ".");
  }
  return lines;
}

std::string unused_note(const OutcomeReport& report) {
  const UnusedOutcomes& unused = report.unused;
  std::string reasons;
  const auto add = [&reasons](std::uint64_t count, std::string_view why) {
    if (count == 0) return;
    reasons += fmt::format("{}{} {}", reasons.empty() ? "" : ", ", grouped(count), why);
  };
  add(unused.other_kind, "of another kind");
  add(unused.no_customer, "without a customer");
  add(unused.no_time, "without a time");
  add(unused.no_amount, "without an amount");
  add(unused.after_observation, "after the end of observation");
  add(unused.unknown_customer, "of customers without an answer");
  add(unused.before, "before every answer");
  add(unused.beyond, "beyond every horizon");
  add(unused.censored, "after answers that are too new");
  add(unused.repeated, "not the first after any answer");
  return fmt::format("Not counted: {} of {} ({}).", grouped(unused.total()),
                     internal::counted(report.outcomes, "outcome", "outcomes"), reasons);
}

std::vector<std::string> notes_of(const OutcomeReport& report) {
  std::vector<std::string> notes;
  if (report.observed_until) {
    notes.push_back(
        fmt::format("Observed until {}; {} too new to be followed for {:g} days.",
                    rfc3339(*report.observed_until),
                    internal::counted(report.total.censored, "answer is", "answers are"),
                    internal::in_days(report.horizon)));
  }
  if (report.which != Which::All) {
    notes.push_back(fmt::format("Counted: the {} answer of each customer; {} gave way.",
                                name(report.which),
                                internal::counted(report.superseded, "answer", "answers")));
  } else if (report.customers < report.total.answers) {
    notes.push_back(fmt::format(
        "{} from {}: intervals and p-values take answers as independent and are too sure; counting "
        "the first answer of each customer is not.",
        internal::counted(report.total.answers, "answer is", "answers are"),
        internal::counted(report.customers, "customer", "customers")));
  }
  if (report.unused.total() != 0) notes.push_back(unused_note(report));
  if (report.value_at_risk && report.detractors_without_value != 0) {
    notes.push_back(fmt::format(
        "{} nothing to the value at risk, having no value.",
        internal::counted(report.detractors_without_value, "detractor adds", "detractors add")));
  }
  if (report.unobserved != 0) {
    notes.push_back(
        fmt::format("{} given at or after the end of observation and left out.",
                    internal::counted(report.unobserved, "answer was", "answers were")));
  }
  if (report.unplaced.total() != 0) {
    notes.push_back(internal::unplaced_note(report.unplaced, report.answers));
  }
  return notes;
}

}  // namespace

std::string render_table(const OutcomeReport& report, const TableStyle& wanted) {
  const TableStyle style = internal::bounded(wanted);
  const Brush brush(style.color);
  std::string out = internal::heading(style, brush);
  out += internal::wrapped(detail::printable(report.verdict), style.width, brush, Ink::Bold) + "\n";
  out += groups(report, style, brush);
  out += retention(report, style, brush);
  const auto lines = findings(report);
  if (!lines.empty()) out += "\n";
  for (const std::string& line : lines) {
    out += internal::wrapped(line, style.width, brush, Ink::Plain);
  }
  const auto notes = notes_of(report);
  if (!notes.empty()) out += "\n";
  for (const std::string& note : notes) out += internal::wrapped(note, style.width, brush);
  return out + "\n";
}

}  // namespace nps
