#include "report/words.h"

#include <fmt/format.h>

#include <algorithm>

#include "nps/detail/text.h"
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

std::string signed_points(const Figures& figures) { return signed_points(figures.points()); }

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

double in_days(std::chrono::microseconds length) {
  return std::chrono::duration<double, std::chrono::days::period>(length).count();
}

std::string p_value(double p) { return p < 0.001 ? "<0.001" : fmt::format("{:.3f}", p); }

std::string hidden_note(std::uint64_t hidden, std::uint64_t min_n, bool on_a_side) {
  if (hidden == 0) return "";
  return fmt::format("{} hidden: fewer than {}{}, or needed to hide one that has.",
                     counted(hidden, "group is", "groups are"),
                     counted(min_n, "response", "responses"), on_a_side ? " on a side" : "");
}

std::string_view shown(std::string_view label) { return label.empty() ? "(none)" : label; }

std::optional<std::string_view> label_in(const std::vector<KeyPart>& key, std::size_t dimension) {
  const auto part = std::ranges::find(key, dimension, &KeyPart::dimension);
  return part == key.end() ? std::nullopt : std::optional<std::string_view>(part->label);
}

std::string escaped(std::string_view label) {
  std::string out;
  for (const char c : detail::printable(label)) {
    if (std::string_view("\\`*_[]<>|#~&").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
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

}  // namespace

std::string grouped_by(const std::vector<KeyPart>& key, const std::vector<Dimension>& dimensions) {
  std::string text;
  for (const KeyPart& part : key) {
    text += (text.empty() ? "" : " x ") + dimensions[part.dimension].name();
  }
  return text;
}

std::string counted(std::uint64_t number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", grouped(number), number == 1 ? one : many);
}

std::string rejected_of(const Rejected& rejected, std::uint64_t rows) {
  if (rejected.uncounted() == 0) return "";
  return fmt::format("{} of {} ({})", grouped(rejected.uncounted()), counted(rows, "row", "rows"),
                     rejected_words(rejected));
}

std::string unplaced_note(const Unplaced& unplaced, std::uint64_t answers) {
  std::vector<std::string> reasons;
  const auto add = [&reasons](std::uint64_t number, std::string_view reason) {
    if (number != 0) reasons.push_back(fmt::format("{} {}", grouped(number), reason));
  };
  add(unplaced.anonymous, "without a customer");
  add(unplaced.untimed, "without a time");
  add(unplaced.out_of_range, "off the scale");
  return fmt::format("{} of {} no part in this: {}.", grouped(unplaced.total()),
                     counted(answers, "answer takes", "answers take"), fmt::join(reasons, ", "));
}

std::string zones_of(const std::vector<Dimension>& dimensions) {
  std::vector<std::string_view> zones;
  for (const Dimension& dimension : dimensions) {
    std::string_view zone;
    if (const Calendar* calendar = dimension.as_calendar()) zone = calendar->zone().name();
    if (const Cycle* cycle = dimension.as_cycle()) zone = cycle->zone().name();
    if (!zone.empty() && std::ranges::find(zones, zone) == zones.end()) zones.push_back(zone);
  }
  return fmt::format("{}", fmt::join(zones, " and "));
}

std::string change_with_arrow(ChangeDirection direction, double nps, double low, double high) {
  const std::string_view arrow = direction == ChangeDirection::Up     ? "▲"
                                 : direction == ChangeDirection::Down ? "▼"
                                                                      : " ";
  return fmt::format("{} {} ({})", arrow, signed_points(nps), range(low, high));
}

namespace {

void add_scan_notes(const GroupScan& scan, bool weighted, std::vector<std::string>& notes) {
  if (scan.groups.empty()) {
    notes.emplace_back("Scan: there is no group with a rest to compare it with.");
    return;
  }
  notes.push_back(fmt::format(
      "Scan: each group against all other answers, ranked by gain: the points that the total would "
      "gain were the group at the level of the rest. p is adjusted for {} ({}); an arrow where it "
      "is "
      "small enough to count.{}",
      counted(scan.groups.size() + scan.omitted, "comparison", "comparisons"),
      scan.adjustment == PAdjustment::BenjaminiHochberg ? "Benjamini-Hochberg"
                                                        : "Benjamini-Yekutieli",
      weighted ? " Weights play no part in it." : ""));
  if (scan.omitted != 0) {
    notes.push_back(fmt::format(
        "{} not shown.", counted(scan.omitted, "more comparison is", "more comparisons are")));
  }
}

/// What became of the events, and of the responses that they were about.
void add_event_notes(const Report& report, std::vector<std::string>& notes) {
  const EventsReport& events = *report.events;
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
  if (events.is_past && report.policy.as_of) {
    notes.push_back(
        fmt::format("As known at {}: {} came later, and {} since.", rfc3339(*report.policy.as_of),
                    counted(events.not_yet, "event", "events"),
                    counted(events.erased_since, "answer was erased", "answers were erased")));
  }
}

/// As of when it is, and what its windows are.
void add_window_notes(const Report& report, std::vector<std::string>& notes) {
  const CountingPolicy& policy = report.policy;
  if (!policy.as_of) return;
  const std::string instant = rfc3339(*policy.as_of);
  if (policy.window) {
    const bool days = policy.window->unit == BucketUnit::Day;
    notes.push_back(fmt::format("Counted: only answers of {}{}, up to the {} of {}; {} outside.",
                                counted(static_cast<std::uint64_t>(policy.window->buckets),
                                        days ? "day" : "hour", days ? "days" : "hours"),
                                days ? " in " + policy.zone : "", days ? "day" : "hour", instant,
                                counted(report.outside.total(), "answer is", "answers are")));
  } else if (!report.events) {
    notes.push_back(
        fmt::format("As known at {}, without who was erased since{}.", instant,
                    report.windows.empty() ? "" : "; windows end with its day or hour"));
  } else if (!report.windows.empty()) {
    notes.push_back(fmt::format("Windows end with the day or hour of {}.", instant));
  }
}

}  // namespace

std::vector<std::string> notes(const Report& report) {
  std::vector<std::string> notes;
  if (report.events) add_event_notes(report, notes);
  add_window_notes(report, notes);
  if (const std::string rejected = rejected_of(report.rejected, report.rows); !rejected.empty()) {
    notes.push_back(fmt::format("Not counted: {}.", rejected));
  }
  if (const auto bad_times = report.rejected.count(Reject::BadTime); bad_times != 0) {
    notes.push_back(fmt::format("{} no readable time: in the total, but in no group by time.",
                                counted(bad_times, "row has", "rows have")));
  }
  const Per per = report.policy.per;
  if (report.policy.which != Which::All) {
    notes.push_back(fmt::format("Counted: the {} answer of each of {}{}; {} gave way.",
                                name(report.policy.which),
                                counted(report.customers.value_or(0), "customer", "customers"),
                                per == Per::CustomerAndStage ? " in each stage" : "",
                                counted(report.superseded, "answer", "answers")));
  }
  if (per == Per::Account) {
    notes.push_back(
        fmt::format("Counted: each of {} once, by the mean of its answers as -100, 0 and +100. The "
                    "interval takes "
                    "accounts as independent.",
                    counted(report.total.accounts.value_or(0), "account", "accounts")));
    if (report.no_account != 0) {
      notes.push_back(fmt::format("Answers without an account, each counted as one of its own: {}.",
                                  grouped(report.no_account)));
    }
  } else if (report.policy.which == Which::All && report.customers &&
             *report.customers < report.total.responses - report.anonymous) {
    const std::uint64_t named = report.total.responses - report.anonymous;
    notes.push_back(
        fmt::format("{} gave {}{} answers: the interval takes answers as independent, so with "
                    "repeats it is too narrow. Count the latest of each to be safe.",
                    counted(*report.customers, "customer", "customers"),
                    report.anonymous == 0 ? "the " : "", grouped(named)));
  }
  if (const std::string zones = zones_of(report.dimensions); !zones.empty()) {
    notes.push_back(fmt::format("Times are in {}.", zones));
  }
  const bool changes = std::ranges::any_of(report.groups, &Group::has_periods);
  if (changes) {
    notes.emplace_back(
        "Change is against the period before; an arrow where its interval leaves out zero.");
  }
  const auto hidden = std::ranges::count(report.groups, true, &Group::suppressed);
  if (std::string note = hidden_note(static_cast<std::uint64_t>(hidden), report.min_n, false);
      !note.empty()) {
    notes.push_back(std::move(note));
  }
  if (report.scan) add_scan_notes(*report.scan, report.weighted.has_value(), notes);
  if (report.groups_omitted != 0) {
    notes.push_back(fmt::format(
        "{} not shown.", counted(report.groups_omitted, "more group is", "more groups are")));
  }
  return notes;
}

}  // namespace nps::internal
