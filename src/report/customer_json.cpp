#include "report/customer_json.h"

#include "nps/report/render.h"

namespace nps {
namespace internal {

Json to_json(const std::optional<Proportion>& proportion) {
  if (!proportion) return nullptr;
  return {{"part", proportion->part},   {"whole", proportion->whole},
          {"share", proportion->share}, {"low", proportion->low},
          {"high", proportion->high},   {"level", proportion->level.value()}};
}

Json to_json(const std::optional<TrendTest>& trend) {
  if (!trend) return nullptr;
  return {{"slope", trend->slope}, {"z", trend->z}, {"p", trend->p}};
}

}  // namespace internal

namespace {

using internal::Json;
using internal::kPlaces;
using internal::to_json;

/// RFC 3339 in UTC.
Json span_json(const Span& span) {
  return {{"from", rfc3339(span.from)}, {"to", rfc3339(span.to)}};
}

}  // namespace

std::string render_json(const TransitionReport& report) {
  const IntervalOptions interval{.level = report.options.level};
  const Scale& scale = report.options.scale;
  Json table = Json::object();
  for (std::size_t from = 0; from < kPlaces.size(); ++from) {
    for (std::size_t to = 0; to < kPlaces.size(); ++to) {
      table[std::string(kPlaces[from])][std::string(kPlaces[to])] = report.customers[from][to];
    }
  }
  Json again = Json::object();
  for (std::size_t band = 0; band < 3; ++band) {
    again[std::string(kPlaces[band])] = to_json(report.answered_again[band]);
  }
  const Json head{
      {"periods", {{"before", span_json(report.before)}, {"after", span_json(report.after)}}},
      {"policy", {{"which", name(report.options.which)}, {"per", "customer and period"}}},
      {"before", to_json(figures(report.tally_before, scale, interval))},
      {"after", to_json(figures(report.tally_after, scale, interval))},
      {"customers", table},
      {"outside", report.outside},
      {"pairs", report.moves.customers()},
      {"change", internal::judged_json(report.change)},
      {"answered_again", again},
      {"answered_again_trend", to_json(report.answered_again_trend)},
      {"answers", report.answers},
      {"superseded", report.superseded},
      {"elsewhere", report.elsewhere},
      {"unplaced", to_json(report.unplaced)}};
  return internal::document(head, {});
}

std::string render_json(const CohortReport& report) {
  const IntervalOptions interval{.level = report.options.level};
  Json cohorts = Json::array();
  for (const Cohort& cohort : report.cohorts) {
    Json periods = Json::array();
    for (const CohortPeriod& period : cohort.periods) {
      Json json{{"period", period.label}, {"customers", period.customers}};
      json.update(to_json(figures(period.tally, report.options.scale, interval)));
      periods.push_back(std::move(json));
    }
    cohorts.push_back({{"cohort", cohort.label},
                       {"customers", cohort.customers},
                       {"periods", std::move(periods)}});
  }
  const bool all = report.options.which == Which::All;
  const Json head{{"by", report.by_acquisition ? "acquisition" : "first answer"},
                  {"cohorts_by", name(report.options.cohorts.unit())},
                  {"periods_by", name(report.options.periods.unit())},
                  {"policy",
                   {{"which", name(report.options.which)},
                    {"per", all ? Json(nullptr) : Json("customer and period")},
                    {"zone", report.options.periods.zone().name()}}},
                  {"answers", report.answers},
                  {"superseded", report.superseded},
                  {"not_acquired", report.not_acquired},
                  {"unplaced", to_json(report.unplaced)}};
  return internal::document(head, {{"cohorts", cohorts}});
}

std::string render_json(const ResponseRateReport& report) {
  Json bands = Json::object();
  for (std::size_t i = 0; i < kPlaces.size(); ++i) {
    bands[std::string(kPlaces[i])] = to_json(report.by_band[i]);
  }
  const Json head{{"rate", to_json(report.all)},
                  {"by_previous_band", bands},
                  {"trend", to_json(report.trend)},
                  {"askings", report.askings},
                  {"unplaced", {{"anonymous", report.anonymous}, {"untimed", report.untimed}}}};
  return internal::document(head, {});
}

}  // namespace nps
