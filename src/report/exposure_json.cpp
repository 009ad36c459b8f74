// What goes with exposures as JSON, under the names that CONTRIBUTING.md promises.
#include "nps/report/render.h"
#include "report/customer_json.h"
#include "report/words.h"

namespace nps {
namespace {

using internal::Json;
using internal::to_json;

/// A paired change or a difference, adjusted for the number of kinds.
template <typename Judged>
Json judged_json(const std::optional<Judged>& judged, const std::optional<double>& adjusted_p) {
  Json json = internal::judged_json(judged);
  if (adjusted_p) json["adjusted_p"] = *adjusted_p;
  return json;
}

Json to_json(const ExposureEffect& effect, const ExposureOptions& options) {
  const IntervalOptions interval{.level = options.level};
  Json json{{"kind", effect.kind},
            {"exposures", effect.exposures},
            {"customers", effect.customers},
            {"answered",
             {{"both", effect.answered_both},
              {"only_before", effect.only_before},
              {"only_after", effect.only_after},
              {"none", effect.without}}},
            {"before", to_json(figures(effect.before, options.scale, interval))},
            {"after", to_json(figures(effect.after, options.scale, interval))},
            {"change", judged_json(effect.change, effect.change_adjusted_p)},
            {"exposed", to_json(figures(effect.exposed, options.scale, interval))},
            {"unexposed", to_json(figures(effect.unexposed, options.scale, interval))}};
  json["unexposed"]["weighted"] =
      to_json(weighted_figures(effect.unexposed_weighted, options.scale, options.level));
  json["difference"] = judged_json(effect.difference, effect.difference_adjusted_p);
  json["unmatched"] = effect.unmatched;
  return json;
}

}  // namespace

std::string render_json(const ExposureReport& report) {
  const Json head{
      {"exposures", report.exposures},
      {"not_joined", {{"no_customer", report.no_customer}, {"no_time", report.no_time}}},
      {"answers", report.answers},
      {"unplaced", internal::to_json(report.unplaced)},
      {"horizon_days", internal::in_days(report.options.horizon)},
      {"span_days", internal::in_days(report.options.span)},
      {"adjustment", name(report.options.adjustment)}};
  Json kinds = Json::array();
  for (const ExposureEffect& effect : report.kinds)
    kinds.push_back(to_json(effect, report.options));
  return internal::document(head, {{"kinds", kinds}});
}

}  // namespace nps
