// The JSON of the contract in CONTRIBUTING.md. One line a group, so that a long report can be read and diffed.
#include "nps/report/render.h"
#include "report/json_parts.h"

namespace nps {
namespace {

using internal::Json;
using internal::or_null;
using internal::to_json;

Json to_json(const Group& group, const std::vector<Dimension>& dimensions) {
  Json json{{"key", internal::key_json(group.key, dimensions)}};
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

}  // namespace

std::string render_json(const Figures& figures) { return internal::text(to_json(figures)) + "\n"; }

std::string render_json(const Report& report) {
  Json head = to_json(report.total);
  head["rows"] = report.rows;
  head["rejected"] = to_json(report.rejected);
  head["policy"] = to_json(report.policy);
  if (report.customers) head["customers"] = *report.customers;
  if (report.anonymous != 0) head["anonymous"] = report.anonymous;
  if (report.policy.which != Which::All) head["superseded"] = report.superseded;
  if (report.weighted) head["weighted"] = to_json(*report.weighted);
  if (report.groups_omitted != 0) head["groups_omitted"] = report.groups_omitted;

  Json groups = Json::array();
  for (const Group& group : report.groups) groups.push_back(to_json(group, report.dimensions));
  return internal::document(head, {{"groups", std::move(groups)}});
}

}  // namespace nps
