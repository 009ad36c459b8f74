#include "report/words.h"

#include <fmt/format.h>

#include <algorithm>

namespace nps::internal {

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  return digits;
}

std::string signed_points(std::optional<double> points) {
  if (!points) return "-";
  // A score that rounds to zero has no sign.
  std::string text = fmt::format("{:+.1f}", *points);
  return text == "+0.0" || text == "-0.0" ? "0.0" : text;
}

std::string range(double low, double high) {
  return fmt::format("{} to {}", signed_points(low), signed_points(high));
}

std::string interval_title(const Interval& interval) {
  return fmt::format("{:g} % interval", interval.level.value() * 100);
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "-";
  return fmt::format("{:.1f} %", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string_view shown(std::string_view label) { return label.empty() ? "(none)" : label; }

std::optional<std::string_view> label_in(const Group& group, std::size_t dimension) {
  const auto part = std::ranges::find(group.key, dimension, &KeyPart::dimension);
  return part == group.key.end() ? std::nullopt : std::optional<std::string_view>(part->label);
}

std::vector<const Group*> below_total(const Report& report) {
  std::vector<const Group*> groups;
  for (const Group& group : report.groups) {
    if (!group.key.empty()) groups.push_back(&group);
  }
  return groups;
}

namespace {

std::string_view plain_words(Reject reason) {
  switch (reason) {
    case Reject::Missing: return "without a rating";
    case Reject::OutOfRange: return "off the scale";
    case Reject::Fractional: return "between two ratings";
    case Reject::NotANumber: return "not a number";
    case Reject::BadWeight: return "without a usable weight";
    case Reject::NoCustomer: return "without a customer";
    case Reject::Ragged: return "with a wrong number of cells";
    case Reject::BadTime: return "without a readable time";
  }
  return "";
}

std::string rejected_words(const Rejected& rejected) {
  std::string words;
  for (std::size_t i = 0; i < kRejects; ++i) {
    const auto reason = static_cast<Reject>(i);
    if (reason == Reject::BadTime || rejected.count(reason) == 0) continue;
    words += fmt::format("{}{} {}", words.empty() ? "" : ", ", grouped(rejected.count(reason)),
                         plain_words(reason));
  }
  return words;
}

// Only some questions have zones: periods, and times written without an offset.
bool has_times(const Report& report) {
  return std::ranges::any_of(report.dimensions, [](const Dimension& dimension) {
    return dimension.as_calendar() != nullptr || dimension.as_cycle() != nullptr;
  });
}

}  // namespace

std::vector<std::string> notes(const Report& report) {
  std::vector<std::string> notes;
  if (report.rejected.uncounted() != 0) {
    notes.push_back(fmt::format("Not counted: {} of {} rows ({}).",
                                grouped(report.rejected.uncounted()), grouped(report.rows),
                                rejected_words(report.rejected)));
  }
  if (const auto bad_times = report.rejected.count(Reject::BadTime); bad_times != 0) {
    notes.push_back(fmt::format("{} {} no readable time: in the total, but in no group by time.",
                                grouped(bad_times), bad_times == 1 ? "row has" : "rows have"));
  }
  if (report.policy.which != Which::All) {
    notes.push_back(fmt::format("Counted: the {} answer of each of {} customers; {} {} gave way.",
                                name(report.policy.which), grouped(report.customers.value_or(0)),
                                grouped(report.superseded),
                                report.superseded == 1 ? "answer" : "answers"));
  } else if (report.customers && *report.customers < report.total.responses) {
    notes.push_back(
        fmt::format("{} customers gave the {} answers: the interval takes answers as independent, so "
                    "with repeats it is too narrow. Count the latest of each to be safe.",
                    grouped(*report.customers), grouped(report.total.responses)));
  }
  if (has_times(report)) notes.push_back(fmt::format("Times are in {}.", report.policy.zone));
  const bool changes = std::ranges::any_of(report.groups, &Group::has_periods);
  if (changes) {
    notes.emplace_back(
        "Change is against the period before; an arrow where its interval leaves out zero.");
  }
  if (report.groups_omitted != 0) {
    notes.push_back(fmt::format("{} more {} not shown.", grouped(report.groups_omitted),
                                report.groups_omitted == 1 ? "group is" : "groups are"));
  }
  return notes;
}

}  // namespace nps::internal
