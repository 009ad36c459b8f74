#include "report/json_parts.h"

#include <fmt/format.h>

#include "nps/segment/zone.h"

namespace nps::internal {

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
  json["nps"] = or_null(figures.points());
  json["interval"] = to_json(figures.interval);
  json["grade"] = figures.grade ? Json(name(*figures.grade)) : Json(nullptr);
  json["mean"] = or_null(figures.mean);
  json["distribution"] = or_null(figures.distribution);
  if (figures.accounts) json["accounts"] = *figures.accounts;
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

namespace {
std::string scale_name(const Scale& scale) {
  return fmt::format("{}-{}", scale.min(), scale.max());
}
}  // namespace

Json to_json(const CountingPolicy& policy) {
  const auto per = counted_once(policy);
  Json json{{"which", name(policy.which)},
            {"per", per ? Json(name(*per)) : Json(nullptr)},
            {"scale", scale_name(policy.scale)},
            {"cuts", {policy.scale.first_passive(), policy.scale.first_promoter()}},
            {"zone", policy.zone}};
  if (policy.window) json["window"] = policy.window->name();
  if (policy.as_of) json["as_of"] = rfc3339(*policy.as_of);
  return json;
}

Json to_json(const OutsideWindow& outside) {
  return {{"before", outside.before}, {"after", outside.after}, {"untimed", outside.untimed}};
}

Json to_json(const Unplaced& unplaced) {
  return {{"anonymous", unplaced.anonymous},
          {"untimed", unplaced.untimed},
          {"out_of_range", unplaced.out_of_range}};
}

Json key_json(const std::vector<KeyPart>& key, const std::vector<Dimension>& dimensions) {
  Json json = Json::object();
  for (const KeyPart& part : key) json[dimensions[part.dimension].name()] = part.label;
  return json;
}

std::string text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string document(const Json& head, const std::vector<std::pair<std::string, Json>>& lists) {
  std::string out = "{";
  for (const auto& [key, value] : head.items()) {
    out += fmt::format("{}\n  {}: {}", out.size() == 1 ? "" : ",", text(Json(key)), text(value));
  }
  for (const auto& [key, list] : lists) {
    out += fmt::format("{}\n  {}: [", out.size() == 1 ? "" : ",", text(Json(key)));
    for (std::size_t i = 0; i < list.size(); ++i) {
      out += (i == 0 ? "\n    " : ",\n    ") + text(list[i]);
    }
    out += list.empty() ? "]" : "\n  ]";
  }
  return out + "\n}\n";
}

}  // namespace nps::internal
