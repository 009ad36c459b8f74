// Exposures: what customers went through, such as a campaign, a delivery, a support case or a talk with
// a chatbot, and how they answered before it, after it, and next to those who did not.
//
//   std::vector<nps::Exposure> exposures = ...;        // {"ann", "delivery", at}, in any order
//   auto report = nps::exposure_report(answers, exposures, {.horizon = std::chrono::days{90}});
//   for (const nps::ExposureEffect& kind : report->kinds) {
//     if (kind.change) use(kind.kind, kind.change->nps, *kind.change_adjusted_p);
//   }
//
// None of it shows a cause. Who is exposed is rarely drawn by lot: those who call support had a reason
// to. What differs here belongs together; whether one made the other, a trial with a control tells.
#ifndef NPS_CUSTOMER_EXPOSURE_H_
#define NPS_CUSTOMER_EXPOSURE_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nps/change.h"
#include "nps/customer/unplaced.h"
#include "nps/export.h"
#include "nps/result.h"
#include "nps/scale.h"
#include "nps/stats/comparison.h"
#include "nps/stats/false_discovery.h"
#include "nps/stats/level.h"
#include "nps/stats/paired.h"
#include "nps/tally.h"
#include "nps/timestamp.h"
#include "nps/weighted_tally.h"

namespace nps {

/// One customer, one experience, one moment. Views, for as long as the call that they are given to.
struct Exposure {
  std::string_view customer = {};
  std::string_view kind = {};  // "delivery"; kinds are compared as bytes, and "" is a kind as well
  std::optional<Timestamp> at = {};
};

struct ExposureOptions {
  /// How long before and after an exposure an answer may lie to be about it.
  std::chrono::microseconds horizon = std::chrono::days{90};
  /// The exposed and the unexposed are compared within spans so long, since scores drift with time.
  std::chrono::microseconds span = std::chrono::days{30};
  Scale scale = kZeroToTen;
  PairedMethod paired = PairedMethod::Score;
  PAdjustment adjustment = PAdjustment::BenjaminiHochberg;
  Level level = {};
};

/// What goes with exposures of one kind.
struct ExposureEffect {
  std::string kind;
  std::uint64_t exposures = 0;  // with a customer and a time; the rest of the counts are customers
  std::uint64_t customers = 0;  // who had one: answered_both + only_before + only_after + without
  std::uint64_t answered_both = 0;
  std::uint64_t only_before = 0;
  std::uint64_t only_after = 0;
  std::uint64_t without = 0;  // an answer within the horizon

  /// Customers who answered before and after: their ratings then, and how they moved.
  Tally before = {};
  Tally after = {};
  Transitions moves = {};
  std::optional<PairedComparison> change = {};  // no value without such customers
  std::optional<double> change_adjusted_p = {};

  /// The first answers after an exposure, and answers in the same spans of customers who never had one
  /// of this kind. `unexposed_weighted` has as much weight in each span as `exposed` has answers.
  Tally exposed = {};
  Tally unexposed = {};
  WeightedTally unexposed_weighted = {};
  std::uint64_t unmatched = 0;  // answers after an exposure in spans with no unexposed
  std::optional<Comparison> difference = {};  // exposed less unexposed; no value without either
  std::optional<double> difference_adjusted_p = {};

  friend bool operator==(const ExposureEffect&, const ExposureEffect&) = default;
};

struct ExposureReport {
  std::vector<ExposureEffect> kinds = {};  // sorted by kind
  /// exposures = those of all kinds + no_customer + no_time.
  std::uint64_t exposures = 0;
  std::uint64_t no_customer = 0;
  std::uint64_t no_time = 0;  // with a customer
  std::uint64_t answers = 0;
  Unplaced unplaced = {};  // of the answers: they are joined to nothing
  ExposureOptions options = {};
};

/// Joins answers to exposures, kind by kind.
///
/// Before      the customer's last answer before the exposure, after the first one after it, each no
///             further away than the horizon. An answer at the very moment is neither: which of the two
///             came first is not known.
/// Repeated    a customer counts once for each kind: by the first exposure with answers on both sides,
///             or else the first with one after, or else before it, or else the first of all. So pairs
///             are of different customers, as the tests take them to be.
/// Unexposed   of each customer without any exposure of the kind, whatever the time, the first answer
///             that lies in a span with an exposed one. Spans are counted from the first exposed answer.
///             Each span's unexposed answers are weighted to the number of its exposed ones, so that
///             both are of the same time; spans without unexposed answers are left out, and counted.
/// Tests       `change` is paired; `difference` is of two groups, by linearised variances. The p-values
///             of all changes, and those of all differences, are adjusted as two families.
/// Merging     the counts, tallies and moves of disjoint customers add up; the unexposed, which depend
///             on the spans of all the exposed, need the rows.
/// Empty case  nothing gives no kinds.
/// Errors      InvalidArgument for a horizon or a span that is not above 0.
/// Threads     reentrant. The order of answers and of exposures leaves no trace.
/// Complexity  O((answers + exposures) log(answers + exposures) + kinds * answers).
[[nodiscard]] NPS_EXPORT Result<ExposureReport> exposure_report(
    std::span<const Answer> answers, std::span<const Exposure> exposures,
    const ExposureOptions& options = {});

}  // namespace nps

#endif  // NPS_CUSTOMER_EXPOSURE_H_
