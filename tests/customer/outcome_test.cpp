#include "nps/customer/outcome.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "nps/report/render.h"
#include "support/catch.h"

namespace {

using nps::Answer;
using nps::CustomerOutcome;
using nps::OutcomeMeasure;
using nps::OutcomeOptions;
using nps::OutcomeReport;
using nps::Timestamp;
using std::chrono::days;
using std::chrono::microseconds;

Timestamp day(int number) { return Timestamp(days(20000 + number)); }

Answer answer(std::string_view customer, int rating, std::optional<Timestamp> at) {
  return {.customer = customer, .rating = *nps::Rating::from(rating), .answered_at = at};
}

CustomerOutcome churn(std::string_view customer, std::optional<Timestamp> at) {
  return {.customer = customer, .kind = "churned", .at = at};
}

OutcomeOptions within(int length, int until) {
  return {.kind = "churned", .horizon = days(length), .observed_until = day(until)};
}

OutcomeReport report_of(const std::vector<Answer>& answers,
                        const std::vector<CustomerOutcome>& outcomes,
                        const OutcomeOptions& options) {
  const auto report = nps::outcome_report(answers, outcomes, options);
  REQUIRE(report.has_value());
  CHECK(report->answers ==
        report->total.answers + report->superseded + report->unobserved + report->unplaced.total());
  CHECK(report->outcomes == report->used + report->unused.total());
  return *report;
}

/// A few hundred answers and outcomes with all that can be wrong with them. Names live in `names`.
struct Many {
  std::vector<std::string> names;
  std::vector<Answer> answers;
  std::vector<CustomerOutcome> outcomes;

  explicit Many(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    names.emplace_back();  // nobody
    for (int i = 0; i < 60; ++i) names.push_back("customer " + std::to_string(i));
    const auto some_time = [&]() -> std::optional<Timestamp> {
      if (random() % 20 == 0) return std::nullopt;
      return day(static_cast<int>(random() % 100));
    };
    for (int i = 0; i < 300; ++i) {
      answers.push_back(answer(names[random() % 50], static_cast<int>(random() % 11), some_time()));
      answers.back().response_id = names[random() % names.size()];
    }
    for (int i = 0; i < 200; ++i) {
      outcomes.push_back(churn(names[random() % names.size()], some_time()));
      outcomes.back().amount = static_cast<double>(random() % 1000) / 8;
      if (random() % 10 == 0) outcomes.back().amount.reset();
      if (random() % 10 == 0) outcomes.back().kind = "renewed";
    }
  }
};

}  // namespace

TEST_CASE("outcome: only what happened after the answer and within the horizon counts",
          "[outcome]") {
  const std::vector<Answer> answers{answer("ann", 3, day(10)), answer("bob", 3, day(10)),
                                    answer("cid", 3, day(10)), answer("dan", 3, day(10)),
                                    answer("eve", 10, day(10))};
  const auto report = report_of(answers,
                                {churn("ann", day(10)),                    // at the very moment
                                 churn("bob", day(10) + microseconds(1)),  // just after
                                 churn("cid", day(40)),  // at the end of the horizon
                                 churn("dan", day(40) + microseconds(1))},  // just beyond
                                within(30, 90));
  CHECK(report.bands[0].followed == 4);
  CHECK(report.bands[0].events == 2);
  CHECK(report.ratings[3].rate->share == 0.5);
  CHECK(report.used == 2);
  CHECK(report.unused.before == 1);
  CHECK(report.unused.beyond == 1);
  CHECK(report.bands[2].rate->part == 0);
  CHECK_FALSE(report.detractors_to_promoters->ratio.has_value());
}

TEST_CASE("outcome: an answer whose horizon is not over is in no rate, and censored in retention",
          "[outcome]") {
  const std::vector<Answer> answers{answer("ann", 3, day(10)), answer("bob", 3, day(80)),
                                    answer("cid", 3, day(85)), answer("dan", 3, day(60))};
  const auto report =
      report_of(answers, {churn("bob", day(84)), churn("ann", day(39))}, within(30, 90));
  CHECK(report.total.followed == 2);  // ann, and dan, whose horizon ends with the observation
  CHECK(report.total.censored == 2);
  CHECK(report.total.events == 1);
  CHECK(report.unused.censored == 1);
  const nps::SurvivalCurve& curve = report.curves[0];
  REQUIRE(curve.steps.size() == 2);
  CHECK(curve.steps[0].time == days(4));  // bob, of four
  CHECK(curve.steps[0].at_risk == 4);
  CHECK(curve.steps[1].time == days(29));  // ann, when bob and cid are out of sight
  CHECK(curve.steps[1].at_risk == 2);
  CHECK(std::fabs(curve.steps[1].survival - 0.75 * 0.5) < 1e-15);
  REQUIRE(report.retention[0].size() == 6);
  CHECK(report.retention[0].front().after == days(5));
  CHECK(report.retention[0].front().survival == 0.75);
  CHECK(report.retention[0].back().at_risk == 1);
  CHECK(report.retention[2].empty());
}

TEST_CASE("outcome: each answer has a horizon, or the first or the latest of a customer has",
          "[outcome]") {
  const std::vector<Answer> answers{answer("ann", 2, day(0)), answer("ann", 9, day(20)),
                                    answer("bob", 9, day(5))};
  const std::vector<CustomerOutcome> outcomes{churn("ann", day(25)), churn("ann", day(26))};
  OutcomeOptions options = within(30, 90);
  const auto all = report_of(answers, outcomes, options);
  CHECK(all.customers == 2);
  CHECK(all.bands[0].events == 1);
  CHECK(all.bands[2].events == 1);
  CHECK(all.used == 1);
  CHECK(all.unused.repeated == 1);
  options.which = nps::Which::First;
  const auto first = report_of(answers, outcomes, options);
  CHECK(first.superseded == 1);
  CHECK(first.bands[0].events == 1);
  CHECK(first.bands[2].events == 0);
  options.which = nps::Which::Latest;
  const auto latest = report_of(answers, outcomes, options);
  CHECK(latest.bands[0].answers == 0);
  CHECK(latest.bands[2].events == 1);
}

TEST_CASE("outcome: nothing vanishes, each left out by its reason", "[outcome]") {
  const std::vector<Answer> answers{answer("ann", 3, day(10)), answer("", 3, day(10)),
                                    answer("bob", 3, std::nullopt), answer("cid", 3, day(95))};
  CustomerOutcome renewed = churn("ann", day(12));
  renewed.kind = "renewed";
  const auto report = report_of(
      answers,
      {renewed, churn("", day(12)), churn("ann", std::nullopt), churn("ann", day(91)),
       churn("bob", day(12)), churn("zoe", day(12)), churn("aaa", day(1)), churn("ann", day(2))},
      within(30, 90));
  CHECK(report.unplaced.anonymous == 1);
  CHECK(report.unplaced.untimed == 1);
  CHECK(report.unobserved == 1);
  CHECK(report.unused.other_kind == 1);
  CHECK(report.unused.no_customer == 1);
  CHECK(report.unused.no_time == 1);
  CHECK(report.unused.after_observation == 1);
  CHECK(report.unused.unknown_customer == 3);
  CHECK(report.unused.before == 1);
  CHECK(report.used == 0);
}

TEST_CASE("outcome: amounts add up, and who spent nothing counts with 0", "[outcome]") {
  OutcomeOptions options = within(30, 90);
  options.kind = "order";
  options.measure = OutcomeMeasure::Amount;
  const auto order = [](std::string_view customer, int at, std::optional<double> amount) {
    return CustomerOutcome{.customer = customer, .kind = "order", .at = day(at), .amount = amount};
  };
  const auto report =
      report_of({answer("ann", 9, day(10)), answer("bob", 9, day(10)), answer("cid", 2, day(10))},
                {order("ann", 11, 20), order("ann", 12, 22), order("ann", 13, std::nullopt),
                 order("ann", 14, std::nan("")), order("cid", 11, 5)},
                options);
  CHECK(report.unused.no_amount == 2);
  CHECK(report.used == 3);
  CHECK(report.bands[2].amount->total == 42);
  CHECK(report.bands[2].amount->mean == 21);
  CHECK(report.bands[2].events == 1);
  CHECK(report.total.amount->n == 3);
  CHECK(report.kendall.has_value());
  CHECK_FALSE(report.detractors_to_promoters.has_value());
  CHECK(report.verdict.find("not a cause") != std::string::npos);
}

TEST_CASE("outcome: equals a plain count of each answer and each outcome", "[outcome][laws]") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Many many(seed);
    const auto report = report_of(many.answers, many.outcomes, within(15, 80));
    std::array<std::uint64_t, 11> followed{}, events{}, censored{};
    for (const Answer& one : many.answers) {
      if (one.customer.empty() || !one.answered_at || *one.answered_at >= day(80)) continue;
      const std::size_t rating = one.rating.value();
      if (*one.answered_at + days(15) > day(80)) {
        ++censored[rating];
        continue;
      }
      ++followed[rating];
      events[rating] += std::any_of(
          many.outcomes.begin(), many.outcomes.end(), [&](const CustomerOutcome& outcome) {
            return outcome.customer == one.customer && outcome.kind == "churned" && outcome.at &&
                   *outcome.at > *one.answered_at && *outcome.at <= *one.answered_at + days(15);
          });
    }
    for (std::size_t rating = 0; rating < 11; ++rating) {
      CHECK(report.ratings[rating].followed == followed[rating]);
      CHECK(report.ratings[rating].events == events[rating]);
      CHECK(report.ratings[rating].censored == censored[rating]);
    }
  }
}

TEST_CASE("outcome: the order of answers, outcomes and values leaves no trace", "[outcome][laws]") {
  Many many(7);
  std::vector<nps::CustomerValue> values;
  for (std::size_t i = 1; i < many.names.size(); ++i) {
    values.push_back({many.names[i], 10.0 + static_cast<double>(i) / 3});
  }
  for (const OutcomeMeasure measure : {OutcomeMeasure::Event, OutcomeMeasure::Amount}) {
    OutcomeOptions options = within(15, 80);
    options.measure = measure;
    options.values = values;
    options.resamples = 200;
    const std::string expected = render_json(report_of(many.answers, many.outcomes, options));
    std::mt19937_64 random(9);
    for (int round = 0; round < 5; ++round) {
      std::shuffle(many.answers.begin(), many.answers.end(), random);
      std::shuffle(many.outcomes.begin(), many.outcomes.end(), random);
      std::shuffle(values.begin(), values.end(), random);
      CHECK(render_json(report_of(many.answers, many.outcomes, options)) == expected);
    }
  }
}

TEST_CASE("outcome: counts of disjoint customers add up", "[outcome][laws]") {
  const Many many(3);
  std::vector<Answer> some, others;
  for (const Answer& one : many.answers) {
    (one.customer < "customer 3" ? some : others).push_back(one);
  }
  const auto whole = report_of(many.answers, many.outcomes, within(15, 80));
  const auto first = report_of(some, many.outcomes, within(15, 80));
  const auto second = report_of(others, many.outcomes, within(15, 80));
  for (std::size_t rating = 0; rating < 11; ++rating) {
    CHECK(whole.ratings[rating].events ==
          first.ratings[rating].events + second.ratings[rating].events);
    CHECK(whole.ratings[rating].followed ==
          first.ratings[rating].followed + second.ratings[rating].followed);
  }
}

TEST_CASE("outcome: value at risk is detractors' value times their excess churn", "[outcome]") {
  std::vector<std::string> names;
  for (int i = 0; i < 200; ++i) names.push_back(std::to_string(i));
  std::vector<Answer> answers;
  std::vector<CustomerOutcome> outcomes;
  std::vector<nps::CustomerValue> values;
  for (std::size_t i = 0; i < 200; ++i) {
    answers.push_back(answer(names[i], i < 100 ? 2 : 10, day(0)));
    if (i < 40 || i >= 190) outcomes.push_back(churn(names[i], day(5)));
    if (i != 99) values.push_back({names[i], 10});
  }
  OutcomeOptions options = within(30, 90);
  options.values = values;
  const auto report = report_of(answers, outcomes, options);
  REQUIRE(report.value_at_risk.has_value());
  CHECK(report.detractors_without_value == 1);
  CHECK(report.value_at_risk->value == 990);
  CHECK(std::fabs(report.value_at_risk->at_risk - 990 * 0.3) < 1e-9);
  REQUIRE(report.value_at_risk->limits.has_value());
  CHECK(report.value_at_risk->limits->low < 297);
  CHECK(report.value_at_risk->limits->high > 297);
  CHECK(report.value_at_risk->limits->seed == 1);
  CHECK(std::fabs(*report.detractors_to_promoters->ratio - 4) < 1e-12);
  CHECK(
      report.verdict ==
      "\"churned\" within 30 days: 40.0 % of detractors against 10.0 % of promoters, 4.00 times as "
      "often (95 % interval 2.12 to 7.55). This is an association, not a cause.");
}

TEST_CASE("outcome: what makes no sense is refused with a sentence", "[outcome]") {
  OutcomeOptions options = within(0, 90);
  CHECK(nps::outcome_report({}, {}, options).error().where.field == "horizon");
  options = within(30, 90);
  const std::vector<nps::CustomerValue> endless{{"ann", std::numeric_limits<double>::infinity()}};
  options.values = endless;
  CHECK(nps::outcome_report({}, {}, options).error().where.field == "values");
  options.resamples = 99;
  CHECK(nps::outcome_report({}, {}, options).error().where.field == "resamples");
}

TEST_CASE("outcome: nothing gives a report without rates", "[outcome]") {
  OutcomeOptions options;
  options.kind = "churned";
  const auto report = report_of({}, {}, options);
  CHECK_FALSE(report.total.rate.has_value());
  CHECK_FALSE(report.observed_until.has_value());
  CHECK_FALSE(report.trend.has_value());
  CHECK(nlohmann::json::parse(render_json(report))["observed_until"].is_null());
  CHECK(render_table(report).find("cannot be compared") != std::string::npos);
}

TEST_CASE("outcome: JSON has the figures, not rounded, and what was not counted", "[outcome]") {
  const Many many(5);
  const auto report = report_of(many.answers, many.outcomes, within(15, 80));
  const auto json = nlohmann::json::parse(render_json(report));
  CHECK(json["kind"] == "churned");
  CHECK(json["horizon_days"] == 15.0);
  CHECK(json["verdict"] == report.verdict);
  CHECK(json["bands"].size() == 3);
  CHECK(json["ratings"].size() == 11);
  CHECK(json["bands"][0]["rate"]["low"].get<double>() == report.bands[0].rate->low);
  CHECK(json["risk_ratios"][0]["ratio"].get<double>() == *report.detractors_to_promoters->ratio);
  CHECK(json["trend"]["p"].get<double>() == report.trend->p);
  CHECK(json["unused"]["beyond"] == report.unused.beyond);
  CHECK(json["bands"][2]["retention"].size() == report.retention[2].size());
}

TEST_CASE("outcome: the table stays within its width and says that it shows no cause",
          "[outcome]") {
  const Many many(5);
  const auto report = report_of(many.answers, many.outcomes, within(15, 80));
  const std::string table = render_table(report, {.width = 100});
  for (const std::string_view expected :
       {"not a cause", "detractors", "without it after", "Cochran-Armitage", "log-rank",
        "Not counted:", "too new"}) {
    INFO(expected << "\n" << table);
    CHECK(table.find(expected) != std::string::npos);
  }
}
