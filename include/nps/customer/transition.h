// Transitions between two periods: who was a promoter then and is a detractor now, who came back, and
// who was not heard of again.
//
//   auto moved = nps::transition_report(answers, {.from = jan, .to = apr}, {.from = apr, .to = jul});
//   moved->customers[nps::band_index(nps::Band::Promoter)][nps::kNoAnswer];  // promoters who fell silent
//   if (moved->change) use(moved->change->nps, moved->change->p);           // of those who answered twice
#ifndef NPS_CUSTOMER_TRANSITION_H_
#define NPS_CUSTOMER_TRANSITION_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "nps/band.h"
#include "nps/change.h"
#include "nps/counting_policy.h"
#include "nps/customer/unplaced.h"
#include "nps/export.h"
#include "nps/result.h"
#include "nps/scale.h"
#include "nps/segment/zone.h"
#include "nps/stats/level.h"
#include "nps/stats/paired.h"
#include "nps/stats/proportion.h"
#include "nps/stats/trend_test.h"
#include "nps/tally.h"

namespace nps {

/// Rows and columns of customers by band: a band's place, and that of those without an answer.
[[nodiscard]] constexpr std::size_t band_index(Band band) noexcept {
  return static_cast<std::size_t>(band);
}
inline constexpr std::size_t kNoAnswer = 3;

struct TransitionOptions {
  /// Which of a customer's answers in a period speaks for it there: the latest or the first.
  Which which = Which::Latest;
  Scale scale = kZeroToTen;
  PairedMethod paired = PairedMethod::Score;
  Level level = {};
};

/// Customers by their bands in two periods.
struct TransitionReport {
  Span before = {};
  Span after = {};
  /// By band before (row) and after (column); kNoAnswer is nobody heard of in that period. Customers
  /// heard of in neither are `outside`, not there.
  std::array<std::array<std::uint64_t, 4>, 4> customers{};
  std::uint64_t outside = 0;

  Tally tally_before = {};  // one answer a customer who answered in that period
  Tally tally_after = {};
  /// Those who answered in both periods, and how they moved; no change without any.
  Transitions moves = {};
  std::optional<PairedComparison> change = {};

  /// Of those who answered before, by band: how many answered after as well. No value for a band
  /// without customers. And whether that share goes one way from detractors to promoters: if it does,
  /// the score after is of those who stayed, and says less about the rest.
  std::array<std::optional<Proportion>, 3> answered_again{};
  std::optional<TrendTest> answered_again_trend = {};

  /// answers = counted in either period + superseded + elsewhere + unplaced.
  std::uint64_t answers = 0;
  std::uint64_t superseded = 0;  // gave way to another of the customer in the same period
  std::uint64_t elsewhere = 0;   // in neither period
  Unplaced unplaced = {};
  TransitionOptions options = {};
};

/// Puts customers where their answers in each period do.
/// Empty case  no answers give a table of zeros.
/// Errors      InvalidArgument for periods that are empty or overlap, for a second that comes first, and
///             for counting all answers: a customer is in one place of the table.
/// Merging     the counts of disjoint customers add up.
/// Threads     reentrant. The order of answers leaves no trace.
/// Complexity  O(answers log answers).
[[nodiscard]] NPS_EXPORT Result<TransitionReport> transition_report(
    std::span<const Answer> answers, Span before, Span after,
    const TransitionOptions& options = {});

}  // namespace nps

#endif  // NPS_CUSTOMER_TRANSITION_H_
