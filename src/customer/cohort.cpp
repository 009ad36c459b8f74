#include "nps/customer/cohort.h"

#include <algorithm>
#include <functional>
#include <map>
#include <tuple>
#include <utility>

#include "customer/placed_answers.h"

namespace nps {
namespace {

using internal::PlacedAnswer;
using internal::PlacedSpan;

/// Labels of instants, found again where the next one lies in the same span.
class Labeller {
 public:
  explicit Labeller(const Calendar& calendar) : calendar_(calendar) {}

  const std::string& operator()(Timestamp at) {
    if (label_.empty() || !span_.contains(at)) {
      span_ = calendar_.span(at);
      label_ = calendar_.label(at);
    }
    return label_;
  }

 private:
  Calendar calendar_;
  Span span_{};
  std::string label_;
};

struct Before {
  const Calendar* calendar;
  bool operator()(std::string_view a, std::string_view b) const { return calendar->before(a, b); }
};

struct Growing {
  explicit Growing(const Calendar& periods) : by_period(Before{&periods}) {}
  std::uint64_t customers = 0;
  std::map<std::string, CohortPeriod, Before> by_period;
};

class Counting {
 public:
  explicit Counting(CohortReport& report)
      : report_(report),
        cohort_of_(report.options.cohorts),
        period_of_(report.options.periods),
        cohorts_(Before{&report.options.cohorts}) {}

  void add_customer(PlacedSpan answers, Timestamp since) {
    Growing& cohort =
        cohorts_.try_emplace(cohort_of_(since), report_.options.periods).first->second;
    ++cohort.customers;
    // Clocks that go back can show a period twice, so one period's answers need not be neighbours.
    placed_.clear();
    for (const PlacedAnswer& answer : answers) {
      const std::string& label = period_of_(answer.at);
      placed_.emplace_back(&cohort.by_period.try_emplace(label, CohortPeriod{label}).first->second,
                           answer);
    }
    std::stable_sort(placed_.begin(), placed_.end(),
                     [](const auto& a, const auto& b) { return std::less<>()(a.first, b.first); });
    for (std::size_t i = 0; i < placed_.size();) {
      const std::size_t begin = i;
      while (i < placed_.size() && placed_[i].first == placed_[begin].first) ++i;
      count({placed_.data() + begin, i - begin});
    }
  }

  void finish() {
    for (auto& [label, cohort] : cohorts_) {
      Cohort& done = report_.cohorts.emplace_back(Cohort{label, cohort.customers, {}});
      for (auto& [name, period] : cohort.by_period) done.periods.push_back(std::move(period));
    }
  }

 private:
  using InPeriod = std::pair<CohortPeriod*, PlacedAnswer>;

  /// One customer's answers in one period, in order of time.
  void count(std::span<const InPeriod> answers) {
    CohortPeriod& period = *answers.front().first;
    ++period.customers;
    switch (report_.options.which) {
      case Which::All:
        for (const InPeriod& answer : answers) period.tally.add(answer.second.rating);
        return;
      case Which::Latest: period.tally.add(answers.back().second.rating); break;
      case Which::First: period.tally.add(answers.front().second.rating); break;
    }
    report_.superseded += answers.size() - 1;
  }

  CohortReport& report_;
  Labeller cohort_of_;
  Labeller period_of_;
  std::map<std::string, Growing, Before> cohorts_;
  std::vector<InPeriod> placed_;
};

/// Each customer's first acquisition, by customer.
std::vector<Acquisition> first_of_each(std::span<const Acquisition> acquired) {
  std::vector<Acquisition> known;
  for (const Acquisition& one : acquired) {
    if (one.at && !one.customer.empty()) known.push_back(one);
  }
  std::sort(known.begin(), known.end(), [](const Acquisition& a, const Acquisition& b) {
    return std::tie(a.customer, a.at) < std::tie(b.customer, b.at);
  });
  const auto same = [](const Acquisition& a, const Acquisition& b) {
    return a.customer == b.customer;
  };
  known.erase(std::unique(known.begin(), known.end(), same), known.end());
  return known;
}

}  // namespace

CohortReport cohort_report(std::span<const Answer> answers, const CohortOptions& options) {
  const internal::PlacedAnswers placed = internal::placed_answers(answers, options.scale);
  CohortReport report{.answers = answers.size(), .unplaced = placed.unplaced, .options = options};
  Counting counting(report);
  PlacedSpan rest = placed.all;
  while (!rest.empty()) {
    const PlacedSpan of_customer = internal::take_customer(rest);
    counting.add_customer(of_customer, of_customer.front().at);
  }
  counting.finish();
  return report;
}

CohortReport cohort_report(std::span<const Answer> answers, std::span<const Acquisition> acquired,
                           const CohortOptions& options) {
  const internal::PlacedAnswers placed = internal::placed_answers(answers, options.scale);
  const std::vector<Acquisition> since = first_of_each(acquired);
  CohortReport report{.by_acquisition = true,
                      .answers = answers.size(),
                      .unplaced = placed.unplaced,
                      .options = options};
  Counting counting(report);
  PlacedSpan rest = placed.all;
  auto next = since.begin();
  while (!rest.empty()) {
    const PlacedSpan of_customer = internal::take_customer(rest);
    const std::string_view customer = of_customer.front().customer;
    next = std::find_if(next, since.end(),
                        [customer](const Acquisition& one) { return one.customer >= customer; });
    if (next != since.end() && next->customer == customer) {
      counting.add_customer(of_customer, *next->at);
    } else {
      report.not_acquired += of_customer.size();
    }
  }
  counting.finish();
  return report;
}

}  // namespace nps
