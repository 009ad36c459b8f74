// Response rates: of those who were asked, who answered, by what they had said the time before.
//
//   auto report = nps::response_rate_report(askings);       // answered or not, in any order
//   report->all->share;                                     // of all who were asked
//   report->by_band[nps::band_index(nps::Band::Detractor)]; // of those last heard of as detractors
//
// Where detractors answer less often than promoters, the score is of those who are left, and too high.
#ifndef NPS_CUSTOMER_RESPONSE_RATE_H_
#define NPS_CUSTOMER_RESPONSE_RATE_H_

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "nps/customer/transition.h"
#include "nps/export.h"
#include "nps/rating.h"
#include "nps/scale.h"
#include "nps/stats/level.h"
#include "nps/stats/proportion.h"
#include "nps/stats/trend_test.h"
#include "nps/timestamp.h"

namespace nps {

/// One survey that a customer was asked to answer. Views, for as long as the call they are given to.
struct Asking {
  std::string_view customer = {};
  std::optional<Timestamp> at = {};   // when it was answered, or else asked or dismissed
  std::optional<Rating> rating = {};  // none: asked, not answered
  std::string_view response_id = {};  // orders what happened at one moment
};

struct ResponseRateReport {
  /// How many answered, of all with a customer and a time.
  std::optional<Proportion> all = {};
  /// By the band of the same customer's last answer before, and (kNoAnswer) without one. No value where
  /// nobody was asked.
  std::array<std::optional<Proportion>, 4> by_band{};
  /// Whether the rate goes one way from detractors to promoters; no value where it cannot be told.
  std::optional<TrendTest> trend = {};

  /// askings = those of `all` + anonymous + untimed.
  std::uint64_t askings = 0;
  std::uint64_t anonymous = 0;
  std::uint64_t untimed = 0;
  Scale scale = kZeroToTen;
  Level level = {};
};

/// Counts askings by the answer before them.
/// Empty case  nobody asked: no proportions.
/// Errors      a rating that is not on the scale is an answer, but leaves what was said before as it
///             was. One customer's askings are not independent, as the intervals take them to be: read
///             them as too narrow where customers are asked often.
/// Merging     the counts of disjoint customers add up.
/// Threads     reentrant. The order of askings leaves no trace.
/// Complexity  O(askings log askings).
[[nodiscard]] NPS_EXPORT ResponseRateReport response_rate_report(std::span<const Asking> askings,
                                                                 const Scale& scale = kZeroToTen,
                                                                 Level level = {});

}  // namespace nps

#endif  // NPS_CUSTOMER_RESPONSE_RATE_H_
