// Cohorts: customers by when they came, and how each year's, quarter's or month's answered as time went
// on.
//
//   const nps::Calendar months(nps::CalendarUnit::Month, *nps::Zone::load("Europe/Berlin"));
//   auto report = nps::cohort_report(answers, {.cohorts = months, .periods = months});
//   for (const nps::Cohort& cohort : report->cohorts) {
//     for (const nps::CohortPeriod& period : cohort.periods) use(cohort.label, period.label, period.tally);
//   }
//
// Later periods hold those who still answer. A cohort whose score rises may have lost its detractors:
// read `customers` beside it.
#ifndef NPS_CUSTOMER_COHORT_H_
#define NPS_CUSTOMER_COHORT_H_

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
#include "nps/result.h"
#include "nps/scale.h"
#include "nps/segment/timing.h"
#include "nps/segment/zone.h"
#include "nps/stats/level.h"
#include "nps/tally.h"
#include "nps/timestamp.h"

namespace nps {

/// When a customer was won. Views, for as long as the call that they are given to.
struct Acquisition {
  std::string_view customer = {};
  std::optional<Timestamp> at = {};
};

struct CohortOptions {
  Calendar cohorts{CalendarUnit::Month, Zone::utc()};
  Calendar periods{CalendarUnit::Month, Zone::utc()};
  /// All answers of a period, or each customer's latest or first in it.
  Which which = Which::Latest;
  Scale scale = kZeroToTen;
  Level level = {};  // of the intervals that renderers show
};

/// One cohort in one period in which any of it answered.
struct CohortPeriod {
  std::string label;
  std::uint64_t customers = 0;  // who answered
  Tally tally = {};

  friend bool operator==(const CohortPeriod&, const CohortPeriod&) = default;
};

struct Cohort {
  std::string label;
  std::uint64_t customers = 0;             // who belong to it and ever answered
  std::vector<CohortPeriod> periods = {};  // in order of time

  friend bool operator==(const Cohort&, const Cohort&) = default;
};

struct CohortReport {
  std::vector<Cohort> cohorts = {};  // in order of time
  bool by_acquisition = false;
  /// answers = counted + superseded + not_acquired + unplaced.
  std::uint64_t answers = 0;
  std::uint64_t superseded = 0;    // gave way to another of the customer in the same period
  std::uint64_t not_acquired = 0;  // of customers of whom no acquisition with a time is known
  Unplaced unplaced = {};
  CohortOptions options = {};
};

/// Cohorts by the first answer of each customer.
/// Empty case  nothing gives no cohorts.
/// Threads     reentrant. The order of answers leaves no trace.
/// Complexity  O(answers log answers).
[[nodiscard]] NPS_EXPORT CohortReport cohort_report(std::span<const Answer> answers,
                                                    const CohortOptions& options = {});

/// Cohorts by acquisition; of a customer who was won several times the first counts. Answers may come
/// before it: they are in their own periods.
[[nodiscard]] NPS_EXPORT CohortReport cohort_report(std::span<const Answer> answers,
                                                    std::span<const Acquisition> acquired,
                                                    const CohortOptions& options = {});

}  // namespace nps

#endif  // NPS_CUSTOMER_COHORT_H_
