// What goes with exposures, for a person: a row a kind, before and after, then beside the unexposed.
#include <fmt/format.h>

#include "nps/detail/text.h"
#include "nps/report/render.h"
#include "report/table_layout.h"
#include "report/words.h"

namespace nps {
namespace {

using internal::Brush;
using internal::grouped;
using internal::Ink;
using internal::TableColumn;
using internal::Text;

template <typename Judged>
Text judged_text(const std::optional<Judged>& judged) {
  if (!judged) return {"-"};
  return internal::change_text(judged->nps, judged->low, judged->high);
}

Text p_text(const std::optional<double>& p) { return {p ? internal::p_value(*p) : "-"}; }

class Table {
 public:
  explicit Table(const ExposureReport& report) : report_(report) {
    add("kind", false, [](const ExposureEffect& kind) {
      return Text{detail::printable(internal::shown(kind.kind))};
    });
    columns_.back().can_be_cut = true;
  }

  template <typename TextOf>
  void add(std::string title, bool right, const TextOf& text_of) {
    TableColumn& column =
        columns_.emplace_back(TableColumn{.title = std::move(title), .right = right});
    for (const ExposureEffect& kind : report_.kinds) column.cells.push_back(text_of(kind));
  }

  [[nodiscard]] Text score(const Tally& tally) const {
    const auto score = tally.score(report_.options.scale);
    return {internal::signed_points(score ? std::optional(score->points()) : std::nullopt)};
  }

  std::string lines(const TableStyle& style, const Brush& brush) {
    return internal::table_lines(columns_, style, brush);
  }

 private:
  const ExposureReport& report_;
  std::vector<TableColumn> columns_;
};

std::string changes(const ExposureReport& report, const TableStyle& style, const Brush& brush) {
  Table table(report);
  table.add("customers", true, [](const auto& kind) { return Text{grouped(kind.customers)}; });
  table.add("pairs", true, [](const auto& kind) { return Text{grouped(kind.answered_both)}; });
  table.add("before", true, [&](const auto& kind) { return table.score(kind.before); });
  table.add("after", true, [&](const auto& kind) { return table.score(kind.after); });
  table.add("change", false, [](const auto& kind) { return judged_text(kind.change); });
  table.add("p", true, [](const auto& kind) { return p_text(kind.change_adjusted_p); });
  return table.lines(style, brush);
}

std::string differences(const ExposureReport& report, const TableStyle& style, const Brush& brush) {
  Table table(report);
  table.add("n after it", true,
            [](const auto& kind) { return Text{grouped(kind.exposed.responses())}; });
  table.add("n without", true,
            [](const auto& kind) { return Text{grouped(kind.unexposed.responses())}; });
  table.add("after it", true, [&](const auto& kind) { return table.score(kind.exposed); });
  table.add("without", true, [&](const auto& kind) {
    return Text{internal::signed_points(kind.unexposed_weighted.points(report.options.scale))};
  });
  table.add("difference", false, [](const auto& kind) { return judged_text(kind.difference); });
  table.add("p", true, [](const auto& kind) { return p_text(kind.difference_adjusted_p); });
  return table.lines(style, brush);
}

std::vector<std::string> notes_of(const ExposureReport& report) {
  std::vector<std::string> notes;
  const ExposureOptions& options = report.options;
  notes.push_back(
      fmt::format("Pairs are a customer's last answer before and first after, each within {:g} "
                  "days. The others "
                  "are answers of customers without it, from the same spans of {:g} days and in "
                  "their proportions.",
                  internal::in_days(options.horizon), internal::in_days(options.span)));
  notes.push_back(fmt::format(
      "Intervals are of {:g} % each for itself; p is adjusted for the number of kinds ({}). This "
      "shows what goes together, not what causes what: who is exposed is rarely drawn by lot.",
      options.level.value() * 100, name(options.adjustment)));
  std::uint64_t unmatched = 0;
  for (const ExposureEffect& kind : report.kinds) unmatched += kind.unmatched;
  if (unmatched != 0) {
    notes.push_back(fmt::format(
        "{} from spans in which nobody without it answered, and not in the second table.",
        internal::counted(unmatched, "answer is", "answers are")));
  }
  if (report.no_customer + report.no_time != 0) {
    notes.push_back(fmt::format("Of {}, {} without a customer and {} without a time.",
                                internal::counted(report.exposures, "exposure", "exposures"),
                                grouped(report.no_customer), grouped(report.no_time)));
  }
  if (report.unplaced.total() != 0) {
    notes.push_back(internal::unplaced_note(report.unplaced, report.answers));
  }
  return notes;
}

}  // namespace

std::string render_table(const ExposureReport& report, const TableStyle& wanted) {
  const TableStyle style = internal::bounded(wanted);
  const Brush brush(style.color);
  std::string out = internal::heading(style, brush);
  if (report.kinds.empty()) {
    out += internal::wrapped("There is no exposure with a customer and a time.", style.width, brush,
                             Ink::Bold);
  } else {
    out += internal::wrapped("The same customers before and after", style.width, brush, Ink::Bold);
    out += changes(report, style, brush) + "\n";
    out += internal::wrapped("After it, and customers without it in the same time", style.width,
                             brush, Ink::Bold);
    out += differences(report, style, brush);
  }
  out += "\n";
  for (const std::string& note : notes_of(report)) {
    out += internal::wrapped(note, style.width, brush);
  }
  return out + "\n";
}

}  // namespace nps
