// Outcomes as JSON, under the names that CONTRIBUTING.md promises.
#include "nps/report/render.h"
#include "nps/segment/zone.h"
#include "report/customer_json.h"
#include "report/words.h"

namespace nps {
namespace {

using internal::Json;
using internal::or_null;
using internal::to_json;

constexpr std::array kBands{Band::Detractor, Band::Passive, Band::Promoter};

Json to_json(const std::optional<Mean>& mean) {
  if (!mean) return nullptr;
  Json json{{"n", mean->n},
            {"total", mean->total},
            {"mean", mean->mean},
            {"deviation", mean->deviation},
            {"interval", nullptr}};
  if (const auto& limits = mean->limits) {
    json["interval"] = {{"level", limits->level.value()},
                        {"method", "t"},
                        {"low", limits->low},
                        {"high", limits->high}};
  }
  return json;
}

Json group_json(const OutcomeGroup& group, OutcomeMeasure measure) {
  Json json{{"answers", group.answers},
            {"followed", group.followed},
            {"censored", group.censored},
            {"events", group.events},
            {"rate", to_json(group.rate)}};
  if (measure == OutcomeMeasure::Amount) json["amount"] = to_json(group.amount);
  return json;
}

Json ratio_json(Band of, Band against, const std::optional<RiskRatio>& ratio) {
  Json json{{"of", name(of)}, {"against", name(against)}};
  if (!ratio) return json;
  json["ratio"] = or_null(ratio->ratio);
  json["low"] = ratio->low;
  json["high"] = or_null(ratio->high);
  json["level"] = ratio->level.value();
  json["method"] = name(ratio->method);
  return json;
}

Json to_json(const std::optional<RankCorrelation>& found) {
  if (!found) return nullptr;
  return {{"n", found->n}, {"coefficient", found->coefficient}, {"p", found->p}};
}

Json to_json(const std::optional<ChiSquaredTest>& test) {
  if (!test) return nullptr;
  return {{"statistic", test->statistic}, {"degrees", test->degrees}, {"p", test->p}};
}

Json to_json(const std::optional<ValueAtRisk>& risk) {
  if (!risk) return nullptr;
  Json json{{"value", risk->value},
            {"excess", risk->excess},
            {"at_risk", risk->at_risk},
            {"interval", nullptr}};
  if (const auto& limits = risk->limits) {
    json["interval"] = {{"level", limits->level.value()},
                        {"method", limits->corrected ? "bca" : "percentile"},
                        {"low", limits->low},
                        {"high", limits->high},
                        {"resamples", limits->resamples},
                        {"seed", limits->seed}};
  }
  return json;
}

Json retention_json(const std::vector<RetentionPoint>& points) {
  Json json = Json::array();
  for (const RetentionPoint& point : points) {
    Json one{{"days", internal::in_days(point.after)},
             {"at_risk", point.at_risk},
             {"share", point.survival},
             {"low", nullptr},
             {"high", nullptr}};
    if (point.limits) one["low"] = point.limits->low;
    if (point.limits) one["high"] = point.limits->high;
    json.push_back(std::move(one));
  }
  return json;
}

Json to_json(const UnusedOutcomes& unused) {
  return {{"other_kind", unused.other_kind},
          {"no_customer", unused.no_customer},
          {"no_time", unused.no_time},
          {"no_amount", unused.no_amount},
          {"after_observation", unused.after_observation},
          {"unknown_customer", unused.unknown_customer},
          {"before", unused.before},
          {"beyond", unused.beyond},
          {"censored", unused.censored},
          {"repeated", unused.repeated}};
}

}  // namespace

std::string render_json(const OutcomeReport& report) {
  const bool events = report.measure == OutcomeMeasure::Event;
  Json head{{"kind", report.kind},
            {"measure", name(report.measure)},
            {"horizon_days", internal::in_days(report.horizon)},
            {"observed_until",
             report.observed_until ? Json(rfc3339(*report.observed_until)) : Json(nullptr)},
            {"which", name(report.which)},
            {"level", report.level.value()},
            {"verdict", report.verdict},
            {"total", group_json(report.total, report.measure)}};
  if (events) {
    head["risk_ratios"] = {
        ratio_json(Band::Detractor, Band::Promoter, report.detractors_to_promoters),
        ratio_json(Band::Detractor, Band::Passive, report.detractors_to_passives),
        ratio_json(Band::Passive, Band::Promoter, report.passives_to_promoters)};
    head["trend"] = to_json(report.trend);
    head["log_rank"] = to_json(report.log_rank);
    head["value_at_risk"] = to_json(report.value_at_risk);
    if (report.value_at_risk) head["detractors_without_value"] = report.detractors_without_value;
  } else {
    head["kendall"] = to_json(report.kendall);
    head["spearman"] = to_json(report.spearman);
  }
  head["customers"] = report.customers;
  head["answers"] = report.answers;
  head["superseded"] = report.superseded;
  head["unobserved"] = report.unobserved;
  head["unplaced"] = internal::to_json(report.unplaced);
  head["outcomes"] = report.outcomes;
  head["used"] = report.used;
  head["unused"] = to_json(report.unused);

  Json bands = Json::array();
  for (const Band band : kBands) {
    const auto i = static_cast<std::size_t>(band);
    Json one{{"band", name(band)}};
    one.update(group_json(report.bands[i], report.measure));
    if (events) one["retention"] = retention_json(report.retention[i]);
    bands.push_back(std::move(one));
  }
  Json ratings = Json::array();
  for (int rating = report.scale.min(); rating <= report.scale.max(); ++rating) {
    Json one{{"rating", rating}};
    one.update(group_json(report.ratings[static_cast<std::size_t>(rating)], report.measure));
    ratings.push_back(std::move(one));
  }
  return internal::document(head, {{"bands", std::move(bands)}, {"ratings", std::move(ratings)}});
}

}  // namespace nps
