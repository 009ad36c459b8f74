// Outcomes: what customers did after they answered. Do detractors leave more often, and promoters buy
// more?
//
//   std::vector<nps::CustomerOutcome> seen = ...;      // {"ann", "churned", at}, in any order
//   auto report = nps::outcome_report(answers, seen,
//                                     {.kind = "churned", .horizon = std::chrono::days{180}});
//   use(report->verdict);                              // one sentence, and no more than is known
//   use(report->bands[0].rate, report->detractors_to_promoters, report->trend);
//
// It is association and not cause: who rates low and then leaves may have had a reason for both, and
// raising the rating need not keep anybody.
#ifndef NPS_CUSTOMER_OUTCOME_H_
#define NPS_CUSTOMER_OUTCOME_H_

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nps/change.h"
#include "nps/counting_policy.h"
#include "nps/customer/unplaced.h"
#include "nps/export.h"
#include "nps/rating.h"
#include "nps/result.h"
#include "nps/scale.h"
#include "nps/stats/chi_squared.h"
#include "nps/stats/level.h"
#include "nps/stats/mean.h"
#include "nps/stats/proportion.h"
#include "nps/stats/rank_correlation.h"
#include "nps/stats/risk_ratio.h"
#include "nps/stats/survival.h"
#include "nps/stats/trend_test.h"
#include "nps/stats/value_at_risk.h"
#include "nps/timestamp.h"

namespace nps {

/// Something that a customer did (churned, renewed, bought again), or an amount (revenue, order value).
/// Views, for as long as the call that they are given to.
struct CustomerOutcome {
  std::string_view customer = {};
  std::string_view kind = {};  // the caller's; compared as bytes
  std::optional<Timestamp> at = {};
  std::optional<double> amount = {};  // read where amounts are measured
};

/// What a customer is worth, by the caller's reckoning, from before the answers: what was spent after
/// them depends on who left.
struct CustomerValue {
  std::string_view customer = {};
  double value = 0;
};

/// Whether it happened, or how much of it.
enum class OutcomeMeasure : std::uint8_t { Event, Amount };

[[nodiscard]] constexpr std::string_view name(OutcomeMeasure measure) noexcept {
  return measure == OutcomeMeasure::Event ? "event" : "amount";
}

struct OutcomeOptions {
  std::string kind = {};  // the outcomes looked at
  OutcomeMeasure measure = OutcomeMeasure::Event;
  /// How long after an answer an outcome counts for it.
  std::chrono::microseconds horizon = std::chrono::days{180};
  /// Until when outcomes are known. None: the latest time of an answer or of an outcome of any kind.
  std::optional<Timestamp> observed_until = {};
  /// All: each answer has a horizon of its own, so one outcome may count for several. First or Latest:
  /// that answer of each customer. Whoever left answers no more, so that the latest answers of those who
  /// stayed are later ones; the first answers are free of that.
  Which which = Which::All;
  Scale scale = kZeroToTen;
  Level level = {};
  /// For value at risk; empty: there is none. Of a customer named twice the values add up.
  std::span<const CustomerValue> values = {};
  std::uint64_t seed = 1;  // of its bootstrap
  std::uint32_t resamples = 2000;
};

/// What followed the answers of one rating, one band or all.
/// Adds up     answers == followed + censored. All but `answers` and `censored` is about the followed.
struct OutcomeGroup {
  std::uint64_t answers = 0;
  std::uint64_t followed = 0;  // whose horizon was over at the end of observation
  std::uint64_t censored =
      0;  // whose was not: left out of rates and means, whatever was seen of them
  std::uint64_t events = 0;             // answers that the outcome followed, once or more
  std::optional<Proportion> rate = {};  // of events; no value without followed answers
  std::optional<Mean> amount = {};      // what followed an answer, 0 included; amounts only
};

/// What is left of a band at a time after the answer, by Kaplan and Meier.
struct RetentionPoint {
  std::chrono::microseconds after;
  std::uint64_t at_risk;                 // watched at least so long, and without the event before
  double survival;                       // share without the event
  std::optional<SurvivalLimits> limits;  // none before the first event
};

/// Why an outcome counts for no answer, each by the first of these that holds.
struct UnusedOutcomes {
  std::uint64_t other_kind = 0;
  std::uint64_t no_customer = 0;
  std::uint64_t no_time = 0;
  std::uint64_t no_amount = 0;  // amounts only: none, or none that is finite
  std::uint64_t after_observation = 0;
  std::uint64_t unknown_customer = 0;  // who gave no answer that counts
  std::uint64_t before = 0;    // or at the moment of the customer's first answer that counts
  std::uint64_t beyond = 0;    // in the horizon of no answer
  std::uint64_t censored = 0;  // only in horizons that were not over
  std::uint64_t repeated = 0;  // events only: not the first in any horizon

  [[nodiscard]] constexpr std::uint64_t total() const noexcept {
    return other_kind + no_customer + no_time + no_amount + after_observation + unknown_customer +
           before + beyond + censored + repeated;
  }
  friend constexpr bool operator==(const UnusedOutcomes&, const UnusedOutcomes&) noexcept = default;
};

/// Outcomes by rating and band.
/// Adds up     answers == total.answers + superseded + unobserved + unplaced.total(); outcomes == used +
///             unused.total().
struct OutcomeReport {
  std::string kind = {};
  OutcomeMeasure measure = OutcomeMeasure::Event;
  std::chrono::microseconds horizon = {};
  std::optional<Timestamp> observed_until = {};  // none where nothing has a time
  Which which = Which::All;
  Scale scale = kZeroToTen;
  Level level = {};

  OutcomeGroup total = {};
  std::array<OutcomeGroup, 3> bands = {};  // detractors, passives, promoters
  std::array<OutcomeGroup, Rating::kCount> ratings = {};

  /// Of events; no value where a group has no followed answer.
  std::optional<RiskRatio> detractors_to_promoters = {};
  std::optional<RiskRatio> detractors_to_passives = {};
  std::optional<RiskRatio> passives_to_promoters = {};
  std::optional<TrendTest> trend = {};  // of rates over the ratings
  /// Of rating and amount; amounts only.
  std::optional<RankCorrelation> kendall = {};
  std::optional<RankCorrelation> spearman = {};

  /// Events only. Here the censored answers take part, for as long as they were watched.
  std::array<SurvivalCurve, 3> curves = {};
  std::array<std::vector<RetentionPoint>, 3> retention = {};  // at six even steps to the horizon
  std::optional<ChiSquaredTest> log_rank = {};

  /// Events only, where values were given. A customer counts by the latest answer here.
  std::optional<ValueAtRisk> value_at_risk = {};
  std::uint64_t detractors_without_value = 0;  // who add 0 to it

  std::string verdict = {};  // a sentence for people

  std::uint64_t customers = 0;  // of total.answers
  std::uint64_t answers = 0;
  std::uint64_t superseded = 0;  // gave way to another of the customer
  std::uint64_t unobserved = 0;  // given at or after the end of observation
  Unplaced unplaced = {};
  std::uint64_t outcomes = 0;
  std::uint64_t used = 0;  // count for at least one followed answer
  UnusedOutcomes unused = {};
};

/// Joins outcomes to answers.
///
/// Counts      what happened after an answer, not at its very moment, and no later than the horizon after
///             it. An event counts once for an answer; amounts add up.
/// Censored    where the horizon ends after the end of observation, an answer is in no rate, also if the
///             event was seen: else only those who left early would be. Retention takes it as long as it
///             was watched.
/// Tests       take answers as independent, which those of one customer are not: where customers have
///             several (customers < total.answers), count the first or the latest for p-values and
///             intervals that hold. The bootstrap draws customers, and holds either way.
/// Merging     the counts of answers and events of disjoint customers add up, by rating and band, if the
///             end of observation is given and the same, and rates, risk ratios and the trend follow from
///             them. Means, ranks, retention and value at risk need the rows.
/// Empty case  nothing gives a report without rates.
/// Errors      InvalidArgument for a horizon that is not above 0, for fewer than 100 resamples where there
///             are values, and for a value that is not finite.
/// Threads     reentrant. The order of answers, outcomes and values leaves no trace.
/// Complexity  O((answers + outcomes) log(answers + outcomes) + customers * resamples); an answer whose
///             horizon holds many outcomes of its customer costs each of them.
[[nodiscard]] NPS_EXPORT Result<OutcomeReport> outcome_report(
    std::span<const Answer> answers, std::span<const CustomerOutcome> outcomes,
    const OutcomeOptions& options);

}  // namespace nps

#endif  // NPS_CUSTOMER_OUTCOME_H_
