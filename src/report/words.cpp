#include "report/words.h"

#include <fmt/format.h>

#include <algorithm>

#include "nps/segment/zone.h"

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

std::string signed_points(const Figures& figures) {
  return signed_points(figures.score ? std::optional(figures.score->points()) : std::nullopt);
}

std::string range(double low, double high) {
  return fmt::format("{} to {}", signed_points(low), signed_points(high));
}

std::string range(const std::optional<Interval>& interval) {
  return interval ? range(interval->low, interval->high) : "-";
}

std::string interval_title(const std::optional<Interval>& interval) {
  if (!interval) return "interval";
  return fmt::format("{:.15g} % interval", interval->level.value() * 100);  // 99.99999 too
}

std::string_view word(const std::optional<Grade>& grade) { return grade ? name(*grade) : "-"; }

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
    case Reject::NotJson: return "not JSON";
    case Reject::BadField: return "with a field that cannot be read";
    case Reject::UnknownType: return "of no known type";
    case Reject::NoResponseId: return "without a response id";
    case Reject::NoOrder: return "without a version or time of update";
    case Reject::NoReceivedAt: return "without a time of receipt";
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

// The zones that periods and times of day are in, each once; usually the policy's.
std::string zones_of(const Report& report) {
  std::vector<std::string_view> zones;
  for (const Dimension& dimension : report.dimensions) {
    std::string_view zone;
    if (const Calendar* calendar = dimension.as_calendar()) zone = calendar->zone().name();
    if (const Cycle* cycle = dimension.as_cycle()) zone = cycle->zone().name();
    if (!zone.empty() && std::ranges::find(zones, zone) == zones.end()) zones.push_back(zone);
  }
  return fmt::format("{}", fmt::join(zones, " and "));
}

std::string counted(std::uint64_t number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", grouped(number), number == 1 ? one : many);
}

/// What became of the events, and of the responses that they were about.
void add_event_notes(const EventsReport& events, std::vector<std::string>& notes) {
  const Diagnostics& seen = events.diagnostics;
  const std::uint64_t twice = seen.of(Outcome::Duplicate);
  const std::uint64_t late = seen.of(Outcome::Stale);
  if (twice + late != 0) {
    notes.push_back(fmt::format("{} had come before; {} came late, after what replaces {}.",
                                counted(twice, "event", "events"), counted(late, "event", "events"),
                                late == 1 ? "it" : "them"));
  }
  const LedgerCounts& ledger = events.ledger;
  if (ledger.dismissed + ledger.deleted + ledger.erased != 0) {
    notes.push_back(fmt::format("Besides, {} dismissed, {} deleted and {} erased.",
                                counted(ledger.dismissed, "response was", "responses were"),
                                grouped(ledger.deleted), grouped(ledger.erased)));
  }
  if (const std::uint64_t old = seen.of(Outcome::TooOld); old != 0) {
    notes.push_back(
        fmt::format("{} too old to be taken in.", counted(old, "event was", "events were")));
  }
  if (events.is_past) {
    notes.push_back(
        fmt::format("As known at {}: {} came later, and {} since.", rfc3339(*events.as_of),
                    counted(events.not_yet, "event", "events"),
                    counted(events.erased_since, "answer was erased", "answers were erased")));
  }
  if (!events.windows.empty() && events.as_of) {
    notes.push_back(fmt::format("Windows end with the day or hour of {}.", rfc3339(*events.as_of)));
  }
}

}  // namespace

std::vector<std::string> notes(const Report& report) {
  std::vector<std::string> notes;
  if (report.events) add_event_notes(*report.events, notes);
  if (report.rejected.uncounted() != 0) {
    notes.push_back(fmt::format("Not counted: {} of {} ({}).", grouped(report.rejected.uncounted()),
                                counted(report.rows, "row", "rows"),
                                rejected_words(report.rejected)));
  }
  if (const auto bad_times = report.rejected.count(Reject::BadTime); bad_times != 0) {
    notes.push_back(fmt::format("{} no readable time: in the total, but in no group by time.",
                                counted(bad_times, "row has", "rows have")));
  }
  if (report.policy.which != Which::All) {
    notes.push_back(fmt::format("Counted: the {} answer of each of {}; {} gave way.",
                                name(report.policy.which),
                                counted(report.customers.value_or(0), "customer", "customers"),
                                counted(report.superseded, "answer", "answers")));
  } else if (report.customers && *report.customers < report.total.responses - report.anonymous) {
    const std::uint64_t named = report.total.responses - report.anonymous;
    notes.push_back(
        fmt::format("{} gave {}{} answers: the interval takes answers as independent, so with "
                    "repeats it is too narrow. Count the latest of each to be safe.",
                    counted(*report.customers, "customer", "customers"),
                    report.anonymous == 0 ? "the " : "", grouped(named)));
  }
  if (const std::string zones = zones_of(report); !zones.empty()) {
    notes.push_back(fmt::format("Times are in {}.", zones));
  }
  const bool changes = std::ranges::any_of(report.groups, &Group::has_periods);
  if (changes) {
    notes.emplace_back(
        "Change is against the period before; an arrow where its interval leaves out zero.");
  }
  if (report.groups_omitted != 0) {
    notes.push_back(fmt::format(
        "{} not shown.", counted(report.groups_omitted, "more group is", "more groups are")));
  }
  return notes;
}

}  // namespace nps::internal
