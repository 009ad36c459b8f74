#include "nps/customer/outcome.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "customer/outcome_verdict.h"
#include "customer/placed_answers.h"
#include "nps/customer/transition.h"

namespace nps {
namespace {

using internal::PlacedAnswer;
using internal::PlacedSpan;
using std::chrono::microseconds;

constexpr int kRetentionPoints = 6;

/// Of the kind looked at, with all that it takes.
struct Usable {
  std::string_view customer;
  Timestamp at;
  double amount;
};

struct Valued {
  std::string_view customer;
  double value;
};

/// What became of an outcome of a customer with answers.
enum class Use : std::uint8_t { Beyond, Censored, Repeated, Used };

class Join {
 public:
  Join(const OutcomeOptions& options, OutcomeReport& report) : options_(options), report_(report) {}

  /// All of one customer: answers in order, outcomes by time.
  void add(PlacedSpan answers, std::span<const Usable> outcomes, std::optional<double> value) {
    ++report_.customers;
    uses_.assign(outcomes.size(), Use::Beyond);
    CustomerAtRisk at_risk;
    for (const PlacedAnswer& answer : answers) follow(answer, outcomes, at_risk);
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      if (outcomes[i].at <= answers.front().at) {
        ++report_.unused.before;
        continue;
      }
      switch (uses_[i]) {
        case Use::Beyond: ++report_.unused.beyond; break;
        case Use::Censored: ++report_.unused.censored; break;
        case Use::Repeated: ++report_.unused.repeated; break;
        case Use::Used: ++report_.used; break;
      }
    }
    if (options_.values.empty()) return;
    if (options_.scale.band(answers.back().rating) == Band::Detractor) {
      if (!value) ++report_.detractors_without_value;
      at_risk.value = value.value_or(0);
    }
    customers_.push_back(at_risk);
  }

  void finish() {
    for (std::size_t rating = 0; rating < Rating::kCount; ++rating) {
      finish(report_.ratings[rating], amounts_[rating]);
    }
    std::vector<double> everything;
    std::array<std::vector<double>, 3> by_band;
    std::vector<RatedAmount> pairs;
    std::vector<ScoredShare> shares;
    for (std::size_t rating = 0; rating < Rating::kCount; ++rating) {
      const std::size_t band = band_index(options_.scale.band(*Rating::from(rating)));
      for (const double amount : amounts_[rating]) {
        everything.push_back(amount);
        by_band[band].push_back(amount);
        pairs.push_back({static_cast<double>(rating), amount});
      }
      const OutcomeGroup& group = report_.ratings[rating];
      shares.push_back({static_cast<double>(rating), group.events, group.followed});
    }
    for (std::size_t band = 0; band < 3; ++band) finish(report_.bands[band], by_band[band]);
    finish(report_.total, everything);
    if (options_.measure == OutcomeMeasure::Amount) {
      report_.kendall = kendall(pairs);
      report_.spearman = spearman(pairs);
      return;
    }
    const auto ratio = [this](Band one, Band other) {
      const OutcomeGroup& a = report_.bands[band_index(one)];
      const OutcomeGroup& b = report_.bands[band_index(other)];
      return risk_ratio(a.events, a.followed, b.events, b.followed, options_.level);
    };
    report_.detractors_to_promoters = ratio(Band::Detractor, Band::Promoter);
    report_.detractors_to_passives = ratio(Band::Detractor, Band::Passive);
    report_.passives_to_promoters = ratio(Band::Passive, Band::Promoter);
    report_.trend = trend_test(shares);
    for (std::size_t band = 0; band < 3; ++band) retain(band);
    report_.log_rank = log_rank(lifetimes_);
    if (!customers_.empty()) {
      report_.value_at_risk = value_at_risk(
          customers_,
          {.seed = options_.seed, .resamples = options_.resamples, .level = options_.level});
    }
  }

 private:
  void follow(const PlacedAnswer& answer, std::span<const Usable> outcomes,
              CustomerAtRisk& at_risk) {
    const microseconds watched = *report_.observed_until - answer.at;
    const bool is_over = watched >= options_.horizon;
    const microseconds end = std::min(watched, options_.horizon);
    std::optional<microseconds> first;
    double amount = 0;
    auto next =
        std::upper_bound(outcomes.begin(), outcomes.end(), answer.at,
                         [](Timestamp at, const Usable& outcome) { return at < outcome.at; });
    for (; next != outcomes.end() && next->at - answer.at <= end; ++next) {
      const bool counts = !first || options_.measure == OutcomeMeasure::Amount;
      if (!first) first = next->at - answer.at;
      amount += next->amount;
      const Use use = !counts ? Use::Repeated : is_over ? Use::Used : Use::Censored;
      Use& best = uses_[static_cast<std::size_t>(next - outcomes.begin())];
      best = std::max(best, use);
    }
    const Band band = options_.scale.band(answer.rating);
    const std::size_t rating = answer.rating.value();
    for (OutcomeGroup* group :
         {&report_.total, &report_.bands[band_index(band)], &report_.ratings[rating]}) {
      ++group->answers;
      (is_over ? group->followed : group->censored) += 1;
      if (is_over && first) ++group->events;
    }
    if (options_.measure == OutcomeMeasure::Amount) {
      if (is_over) amounts_[rating].push_back(amount);
      return;
    }
    lifetimes_[band_index(band)].push_back({first.value_or(end), first.has_value()});
    if (!is_over || band == Band::Passive) return;
    const std::uint32_t event = first ? 1U : 0U;
    if (band == Band::Detractor) {
      at_risk.detractor_answers += 1;
      at_risk.detractor_events += event;
    } else {
      at_risk.promoter_answers += 1;
      at_risk.promoter_events += event;
    }
  }

  void finish(OutcomeGroup& group, const std::vector<double>& amounts) const {
    group.rate = proportion(group.events, group.followed, options_.level);
    group.amount = mean_of(amounts, options_.level);
  }

  void retain(std::size_t band) {
    std::vector<Lifetime>& lifetimes = lifetimes_[band];
    report_.curves[band] = survival_curve(lifetimes, options_.level);
    for (int i = 1; i <= kRetentionPoints; ++i) {
      const microseconds after = options_.horizon / kRetentionPoints * i +
                                 options_.horizon % kRetentionPoints * i / kRetentionPoints;
      const auto at_risk =
          std::count_if(lifetimes.begin(), lifetimes.end(),
                        [after](const Lifetime& one) { return one.time >= after; });
      // Nothing is known of a time that nobody was watched to, unless everybody had the event before.
      const std::optional<SurvivalStep> step = report_.curves[band].at(after);
      if (at_risk == 0 && !(step && step->survival == 0)) continue;
      report_.retention[band].push_back({after, static_cast<std::uint64_t>(at_risk),
                                         step ? step->survival : 1,
                                         step ? step->limits : std::nullopt});
    }
  }

  const OutcomeOptions& options_;
  OutcomeReport& report_;
  std::vector<Use> uses_;
  std::array<std::vector<double>, Rating::kCount> amounts_;
  std::array<std::vector<Lifetime>, 3> lifetimes_;
  std::vector<CustomerAtRisk> customers_;
};

/// Those that can be joined, by customer, time and amount; the others are counted.
std::vector<Usable> usable(std::span<const CustomerOutcome> outcomes, const OutcomeOptions& options,
                           OutcomeReport& report) {
  std::vector<Usable> all;
  const bool amounts = options.measure == OutcomeMeasure::Amount;
  for (const CustomerOutcome& outcome : outcomes) {
    if (outcome.kind != options.kind) {
      ++report.unused.other_kind;
    } else if (outcome.customer.empty()) {
      ++report.unused.no_customer;
    } else if (!outcome.at) {
      ++report.unused.no_time;
    } else if (amounts && !(outcome.amount && std::isfinite(*outcome.amount))) {
      ++report.unused.no_amount;
    } else if (*outcome.at > *report.observed_until) {
      ++report.unused.after_observation;
    } else {
      all.push_back({outcome.customer, *outcome.at, amounts ? *outcome.amount : 0});
    }
  }
  std::sort(all.begin(), all.end(), [](const Usable& a, const Usable& b) {
    if (const int order = a.customer.compare(b.customer); order != 0) return order < 0;
    return a.at != b.at ? a.at < b.at : a.amount < b.amount;
  });
  return all;
}

Result<std::vector<Valued>> by_customer(std::span<const CustomerValue> values) {
  std::vector<Valued> all;
  all.reserve(values.size());
  for (const CustomerValue& value : values) {
    if (!std::isfinite(value.value)) {
      return Error{ErrorCode::InvalidArgument,
                   "the value of customer \"" + std::string(value.customer) +
                       "\" is not finite; leave out customers whose value is not known",
                   {.field = "values"}};
    }
    all.push_back({value.customer, value.value});
  }
  std::sort(all.begin(), all.end(), [](const Valued& a, const Valued& b) {
    const int order = a.customer.compare(b.customer);
    return order != 0 ? order < 0 : a.value < b.value;
  });
  return all;
}

/// What comes before `customer` in order is passed over, and what is the customer's taken.
template <typename Row>
std::span<const Row> take(std::span<const Row>& rest, std::string_view customer,
                          std::uint64_t& passed) {
  std::size_t begin = 0;
  while (begin < rest.size() && rest[begin].customer < customer) ++begin;
  std::size_t end = begin;
  while (end < rest.size() && rest[end].customer == customer) ++end;
  passed += begin;
  const std::span<const Row> taken = rest.subspan(begin, end - begin);
  rest = rest.subspan(end);
  return taken;
}

std::optional<Timestamp> end_of_observation(std::span<const Answer> answers,
                                            std::span<const CustomerOutcome> outcomes,
                                            const OutcomeOptions& options) {
  if (options.observed_until) return options.observed_until;
  std::optional<Timestamp> latest;
  for (const Answer& answer : answers) latest = std::max(latest, answer.answered_at);
  for (const CustomerOutcome& outcome : outcomes) latest = std::max(latest, outcome.at);
  return latest;
}

}  // namespace

Result<OutcomeReport> outcome_report(std::span<const Answer> answers,
                                     std::span<const CustomerOutcome> outcomes,
                                     const OutcomeOptions& options) {
  if (options.horizon <= microseconds::zero()) {
    return Error{
        ErrorCode::InvalidArgument,
        "outcomes count within a horizon after the answer, and this one is not above 0; give "
        "a length such as 180 days",
        {.field = "horizon"}};
  }
  if (!options.values.empty() && options.resamples < 100) {
    return Error{ErrorCode::InvalidArgument,
                 "an interval of the value at risk takes at least 100 resamples; 2000 are usual",
                 {.field = "resamples"}};
  }
  const Result<std::vector<Valued>> values = by_customer(options.values);
  if (!values) return values.error();

  OutcomeReport report;
  report.kind = options.kind;
  report.measure = options.measure;
  report.horizon = options.horizon;
  report.which = options.which;
  report.scale = options.scale;
  report.level = options.level;
  report.answers = answers.size();
  report.outcomes = outcomes.size();
  report.observed_until = end_of_observation(answers, outcomes, options);

  const internal::PlacedAnswers placed = internal::placed_answers(answers, options.scale);
  report.unplaced = placed.unplaced;
  if (!report.observed_until) report.observed_until = Timestamp::min();
  const std::vector<Usable> joined = usable(outcomes, options, report);
  std::span<const Usable> rest_of_outcomes = joined;
  std::span<const Valued> rest_of_values = *values;
  std::uint64_t values_of_others = 0;
  Join join(options, report);
  for (PlacedSpan rest = placed.all; !rest.empty();) {
    PlacedSpan mine = internal::take_customer(rest);
    const std::string_view customer = mine.front().customer;
    std::size_t watched = mine.size();
    while (watched > 0 && mine[watched - 1].at >= *report.observed_until) --watched;
    report.unobserved += mine.size() - watched;
    mine = mine.first(watched);
    if (mine.empty()) continue;  // and so the customer's outcomes are those of somebody unknown
    if (options.which != Which::All) {
      report.superseded += mine.size() - 1;
      mine = options.which == Which::First ? mine.first(1) : mine.last(1);
    }
    const auto mine_seen = take(rest_of_outcomes, customer, report.unused.unknown_customer);
    std::optional<double> value;
    for (const Valued& one : take(rest_of_values, customer, values_of_others)) {
      value = value.value_or(0) + one.value;
    }
    join.add(mine, mine_seen, value);
  }
  report.unused.unknown_customer += rest_of_outcomes.size();
  join.finish();
  if (*report.observed_until == Timestamp::min()) report.observed_until.reset();
  report.verdict = internal::outcome_verdict(report);
  return report;
}

}  // namespace nps
