// The JSON of the contract in CONTRIBUTING.md. One line a group, so that a long report can be read and diffed.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "nps/report/render.h"
#include "nps/segment/zone.h"

namespace nps {
namespace {

using Json = nlohmann::ordered_json;

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json to_json(const std::optional<Interval>& interval) {
  if (!interval) return nullptr;
  return {{"level", interval->level.value()},
          {"method", name(interval->method)},
          {"low", interval->low},
          {"high", interval->high}};
}

Json to_json(const Figures& figures) {
  Json json{{"responses", figures.responses},
            {"promoters", figures.bands.promoters},
            {"passives", figures.bands.passives},
            {"detractors", figures.bands.detractors}};
  json["nps"] = figures.score ? Json(figures.score->points()) : Json(nullptr);
  json["interval"] = to_json(figures.interval);
  json["grade"] = figures.grade ? Json(name(*figures.grade)) : Json(nullptr);
  json["mean"] = or_null(figures.mean);
  json["distribution"] = or_null(figures.distribution);
  return json;
}

Json to_json(const WeightedFigures& weighted) {
  return {{"nps", or_null(weighted.points)},
          {"sum_weights", weighted.sum_weights},
          {"effective_n", or_null(weighted.effective_n)},
          {"interval", to_json(weighted.interval)}};
}

Json to_json(const Rejected& rejected) {
  Json json = Json::object();
  for (std::size_t i = 0; i < kRejects; ++i) {
    const auto reason = static_cast<Reject>(i);
    // Reasons that only some reports can have appear where they do.
    const bool always =
        reason != Reject::BadWeight && reason != Reject::NoCustomer && !is_of_events(reason);
    if (always || rejected.count(reason) != 0)
      json[std::string(name(reason))] = rejected.count(reason);
  }
  return json;
}

std::string scale_name(const Scale& scale) {
  return fmt::format("{}-{}", scale.min(), scale.max());
}

Json to_json(const CountingPolicy& policy) {
  return {{"which", name(policy.which)},
          {"per", policy.which == Which::All ? Json(nullptr) : Json("customer")},
          {"scale", scale_name(policy.scale)},
          {"cuts", {policy.scale.first_passive(), policy.scale.first_promoter()}},
          {"zone", policy.zone}};
}

Json to_json(const Group& group, const std::vector<Dimension>& dimensions) {
  Json key = Json::object();
  for (const KeyPart& part : group.key) key[dimensions[part.dimension].name()] = part.label;
  Json json{{"key", std::move(key)}};
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

Json to_json(const WindowFigures& window) {
  Json json{{"name", window.name}, {"from", rfc3339(window.from)}, {"to", rfc3339(window.to)}};
  json.update(to_json(window.figures));
  json["before"] = window.before;
  json["after"] = window.after;
  json["untimed"] = window.untimed;
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

void add_events(const Report& report, Json& json) {
  const EventsReport& events = *report.events;
  json["as_of"] = events.as_of ? Json(rfc3339(*events.as_of)) : Json(nullptr);
  json["windows"] = Json::array();
  for (const WindowFigures& window : events.windows) json["windows"].push_back(to_json(window));
  json["ledger"] = to_json(events.ledger);
  json["diagnostics"] = diagnostics_json(report);
  if (events.is_past) json["erased_since"] = events.erased_since;
}

// Whatever bytes a label may hold, the document is valid UTF-8.
std::string text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string render_json(const Figures& figures) { return text(to_json(figures)) + "\n"; }

std::string render_json(const Report& report) {
  Json head = to_json(report.total);
  head["rows"] = report.rows;
  head["rejected"] = to_json(report.rejected);
  head["policy"] = to_json(report.policy);
  if (report.customers) head["customers"] = *report.customers;
  if (report.anonymous != 0) head["anonymous"] = report.anonymous;
  if (report.policy.which != Which::All) head["superseded"] = report.superseded;
  if (report.weighted) head["weighted"] = to_json(*report.weighted);
  if (report.events) add_events(report, head);
  if (report.groups_omitted != 0) head["groups_omitted"] = report.groups_omitted;

  std::string out = "{\n";
  for (const auto& [key, value] : head.items()) {
    out += fmt::format("  {}: {},\n", text(Json(key)), text(value));
  }
  out += "  \"groups\": [";
  for (std::size_t i = 0; i < report.groups.size(); ++i) {
    out += i == 0 ? "\n    " : ",\n    ";
    out += text(to_json(report.groups[i], report.dimensions));
  }
  out += report.groups.empty() ? "]\n}\n" : "\n  ]\n}\n";
  return out;
}

}  // namespace nps
