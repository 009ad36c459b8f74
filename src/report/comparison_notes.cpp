// What a reader of a comparison must know beside its figures.
#include <fmt/format.h>

#include <algorithm>

#include "report/words.h"

namespace nps::internal {
namespace {

std::string left_out_note(const ComparisonReport& report) {
  if (report.sides.by == "time") {
    return fmt::format("{} no readable time and {} on neither side.",
                       counted(report.left_out, "answer has", "answers have"),
                       report.left_out == 1 ? "is" : "are");
  }
  return fmt::format("{} left out: {} is neither {} nor {}.",
                     counted(report.left_out, "answer is", "answers are"), report.sides.by,
                     shown(report.sides.before), shown(report.sides.after));
}

void add_customer_notes(const ComparisonReport& report, std::vector<std::string>& notes) {
  if (report.policy.which != Which::All) {
    notes.push_back(
        fmt::format("Counted: the {} answer of each customer on each side; {} gave way.",
                    name(report.policy.which), counted(report.superseded, "answer", "answers")));
  }
  if (report.paired) {
    if (report.unmatched_before + report.unmatched_after != 0) {
      notes.push_back(
          fmt::format("{} answered before only and {} after only: they are in no figure.",
                      counted(report.unmatched_before, "customer", "customers"),
                      grouped(report.unmatched_after)));
    }
    if (!report.dimensions.empty() || report.control) {
      notes.emplace_back("A customer is in the group of the answer before.");
    }
    return;
  }
  const auto clustered = [](const BeforeAndAfter& figures) {
    return figures.change && figures.change->method == ChangeMethod::Clustered;
  };
  if (clustered(report.total) || (report.control && clustered(report.control->figures))) {
    notes.emplace_back(
        "Some customers answered more than once: changes are judged between customers. The "
        "intervals of the scores themselves take answers as independent.");
  }
  if (report.customers && report.customers->both != 0) {
    notes.push_back(fmt::format(
        "{} on both sides: the change takes them for different ones, which tells less than "
        "comparing each with themselves (paired).",
        counted(report.customers->both, "customer answered", "customers answered")));
  }
}

}  // namespace

std::vector<std::string> notes(const ComparisonReport& report) {
  std::vector<std::string> notes;
  if (const std::string rejected = rejected_of(report.rejected, report.rows); !rejected.empty()) {
    notes.push_back(fmt::format("Not counted: {}.", rejected));
  }
  if (report.left_out != 0) notes.push_back(left_out_note(report));
  add_customer_notes(report, notes);
  if (report.control && report.simpson) {
    notes.emplace_back(
        "Every group of the treated moved one way, or not at all, and their total the other.");
  }
  const auto compared = std::ranges::count_if(report.groups, [](const ComparedGroup& group) {
    return group.figures.change && group.figures.change->adjusted_p;
  });
  if (compared > 0) {
    std::string note = "An arrow stands where the interval of a change leaves out 0.";
    const auto comparisons = static_cast<std::uint64_t>(compared) + report.groups_omitted;
    if (comparisons > 1) {
      note += fmt::format(" p is adjusted for {} comparisons (Benjamini-Hochberg).",
                          grouped(comparisons));
    }
    notes.push_back(std::move(note));
  }
  if (const std::string zones = zones_of(report.dimensions); !zones.empty()) {
    notes.push_back(fmt::format("Times are in {}.", zones));
  }
  const auto hidden = std::ranges::count(report.groups, true, &ComparedGroup::suppressed);
  if (std::string note = hidden_note(static_cast<std::uint64_t>(hidden), report.min_n, true);
      !note.empty()) {
    notes.push_back(std::move(note));
  }
  if (report.groups_omitted != 0) {
    notes.push_back(fmt::format(
        "{} not shown.", counted(report.groups_omitted, "more group is", "more groups are")));
  }
  return notes;
}

}  // namespace nps::internal
