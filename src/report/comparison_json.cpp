// A comparison as JSON, under the names that CONTRIBUTING.md promises.
#include "nps/report/render.h"
#include "report/json_parts.h"

namespace nps {
namespace {

using internal::Json;
using internal::or_null;
using internal::to_json;

Json to_json(const std::optional<ScoreChange>& change) {
  if (!change) return nullptr;
  Json json{{"nps", change->nps},
            {"low", change->low},
            {"high", change->high},
            {"level", change->level.value()},
            {"method", name(change->method)},
            {"p", change->p}};
  if (change->adjusted_p) json["adjusted_p"] = *change->adjusted_p;
  return json;
}

/// before, after and change.
Json to_json(const BeforeAndAfter& figures) {
  Json json{{"before", to_json(figures.before)}, {"after", to_json(figures.after)}};
  if (figures.weighted_before) json["before"]["weighted"] = to_json(*figures.weighted_before);
  if (figures.weighted_after) json["after"]["weighted"] = to_json(*figures.weighted_after);
  json["change"] = to_json(figures.change);
  return json;
}

Json to_json(const ControlGroup& control) {
  Json json{{"key", {{control.column, control.label}}}};
  json.update(to_json(control.figures));
  json["effect"] = nullptr;
  if (const auto& effect = control.effect) {
    json["effect"] = {{"nps", effect->nps},
                      {"low", effect->low},
                      {"high", effect->high},
                      {"level", effect->level.value()},
                      {"p", effect->p}};
  }
  json["direction"] = name(control.direction);
  return json;
}

Json to_json(const ComparedGroup& group, const std::vector<Dimension>& dimensions) {
  Json json{{"key", internal::key_json(group.key, dimensions)}};
  if (group.suppressed) {
    json["suppressed"] = true;
    return json;
  }
  json.update(to_json(group.figures));
  json["mix"] = or_null(group.mix);
  json["rate"] = or_null(group.rate);
  json["direction"] = name(group.figures.direction);
  return json;
}

}  // namespace

std::string render_json(const ComparisonReport& report) {
  Json head = to_json(report.total);
  head["mix"] = or_null(report.mix);
  head["rate"] = or_null(report.rate);
  head["simpson"] = report.simpson;
  head["direction"] = name(report.direction);
  head["verdict"] = report.verdict;
  if (report.control) head["control"] = to_json(*report.control);
  head["sides"] = {
      {"by", report.sides.by}, {"before", report.sides.before}, {"after", report.sides.after}};
  head["rows"] = report.rows;
  head["rejected"] = to_json(report.rejected);
  head["left_out"] = report.left_out;
  Json policy = to_json(report.policy);
  if (report.policy.which != Which::All) policy["per"] = "customer and side";
  policy["paired"] = report.paired;
  head["policy"] = std::move(policy);
  if (report.policy.which != Which::All) head["superseded"] = report.superseded;
  if (report.paired) {
    head["unmatched"] = {{"before", report.unmatched_before}, {"after", report.unmatched_after}};
  }
  if (const auto& customers = report.customers) {
    head["customers"] = {
        {"before", customers->before}, {"after", customers->after}, {"both", customers->both}};
  }
  if (report.anonymous != 0) head["anonymous"] = report.anonymous;
  if (report.min_n != 0) head["min_n"] = report.min_n;
  if (report.groups_omitted != 0) head["groups_omitted"] = report.groups_omitted;
  Json groups = Json::array();
  for (const ComparedGroup& group : report.groups) {
    groups.push_back(to_json(group, report.dimensions));
  }
  return internal::document(head, {{"groups", std::move(groups)}});
}

}  // namespace nps
