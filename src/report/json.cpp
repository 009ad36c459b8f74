// The JSON of the contract in CONTRIBUTING.md. One line a group, so that a long report can be read and diffed.
#include "nps/report/render.h"
#include "nps/segment/zone.h"
#include "report/json_parts.h"

namespace nps {
namespace {

using internal::Json;
using internal::or_null;
using internal::to_json;

Json to_json(const Group& group, const std::vector<Dimension>& dimensions) {
  Json json{{"key", internal::key_json(group.key, dimensions)}};
  if (group.suppressed) {
    json["suppressed"] = true;
    return json;
  }
  json.update(to_json(group.figures));
  if (group.weighted) json["weighted"] = to_json(*group.weighted);
  if (group.has_periods) {
    json["change"] = nullptr;
    if (group.change) {
      json["change"] = {{"nps", group.change->nps},
                        {"low", group.change->low},
                        {"high", group.change->high},
                        {"p", group.change->p}};
    }
  }
  return json;
}

Json to_json(const WindowFigures& window, const CountingPolicy& policy) {
  Json json{{"name", window.name}, {"from", rfc3339(window.from)}, {"to", rfc3339(window.to)}};
  json.update(to_json(window.figures));
  json.update(to_json(window.outside));
  if (policy.which != Which::All) json["superseded"] = window.superseded;
  return json;
}

Json to_json(const LedgerCounts& counts) {
  return {{"responses", counts.responses},
          {"dismissed", counts.dismissed},
          {"deleted", counts.deleted},
          {"erased", counts.erased},
          {"erased_customers", counts.erased_customers}};
}

/// What became of all events. What was rejected is told by reason elsewhere.
Json diagnostics_json(const Report& report) {
  const Diagnostics& seen = report.events->diagnostics;
  Json json{{"accepted", seen.of(Outcome::Accepted)}, {"duplicates", seen.of(Outcome::Duplicate)},
            {"stale", seen.of(Outcome::Stale)},       {"erased", seen.of(Outcome::Erased)},
            {"too_old", seen.of(Outcome::TooOld)},    {"rejected", report.rejected.uncounted()}};
  if (report.events->is_past) json["not_yet"] = report.events->not_yet;
  return json;
}

void add_windows(const Report& report, Json& json) {
  const auto& as_of = report.policy.as_of;
  json["as_of"] = as_of ? Json(rfc3339(*as_of)) : Json(nullptr);
  json["windows"] = Json::array();
  for (const WindowFigures& window : report.windows) {
    json["windows"].push_back(to_json(window, report.policy));
  }
}

void add_events(const Report& report, Json& json) {
  const EventsReport& events = *report.events;
  json["ledger"] = to_json(events.ledger);
  json["diagnostics"] = diagnostics_json(report);
  if (events.is_past) json["erased_since"] = events.erased_since;
}

Json to_json(const ScannedGroup& group, const std::vector<Dimension>& dimensions) {
  const auto& [rest, difference, adjusted_p, gain] = group.against_rest;
  Json json{{"key", internal::key_json(group.key, dimensions)}};
  json.update(to_json(group.figures));
  json["rest"] = to_json(rest);
  json["difference"] = {{"nps", difference.nps},
                        {"low", difference.low},
                        {"high", difference.high},
                        {"level", difference.level.value()},
                        {"method", name(difference.method)}};
  json["p"] = difference.p;
  json["adjusted_p"] = adjusted_p;
  json["gain"] = gain;
  return json;
}

}  // namespace

std::string render_json(const Figures& figures) { return internal::text(to_json(figures)) + "\n"; }

std::string render_json(const Report& report) {
  Json head = to_json(report.total);
  head["rows"] = report.rows;
  head["rejected"] = to_json(report.rejected);
  head["policy"] = to_json(report.policy);
  if (report.customers) head["customers"] = *report.customers;
  if (report.anonymous != 0) head["anonymous"] = report.anonymous;
  if (report.no_account != 0) head["no_account"] = report.no_account;
  if (report.policy.which != Which::All) head["superseded"] = report.superseded;
  if (report.weighted) head["weighted"] = to_json(*report.weighted);
  if (report.policy.window) head["outside_window"] = to_json(report.outside);
  if (report.events || report.policy.as_of || !report.windows.empty()) add_windows(report, head);
  if (report.events) add_events(report, head);
  if (report.groups_omitted != 0) head["groups_omitted"] = report.groups_omitted;

  if (report.min_n != 0) head["min_n"] = report.min_n;
  if (report.scan) head["adjustment"] = name(report.scan->adjustment);
  if (report.scan && report.scan->omitted != 0) head["scan_omitted"] = report.scan->omitted;
  Json groups = Json::array();
  for (const Group& group : report.groups) groups.push_back(to_json(group, report.dimensions));
  std::vector<std::pair<std::string, Json>> lists{{"groups", std::move(groups)}};
  if (report.scan) {
    Json& scan = lists.emplace_back("scan", Json::array()).second;
    for (const ScannedGroup& group : report.scan->groups) {
      scan.push_back(to_json(group, report.dimensions));
    }
  }
  return internal::document(head, lists);
}

}  // namespace nps
