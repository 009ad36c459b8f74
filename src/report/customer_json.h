// The pieces of the JSON about customers that several documents share.
#ifndef NPS_SRC_REPORT_CUSTOMER_JSON_H_
#define NPS_SRC_REPORT_CUSTOMER_JSON_H_

#include <array>
#include <optional>
#include <string_view>

#include "nps/stats/proportion.h"
#include "nps/stats/trend_test.h"
#include "report/json_parts.h"

namespace nps::internal {

/// What stands for a customer without an answer, beside the names of bands.
inline constexpr std::array<std::string_view, 4> kPlaces{"detractor", "passive", "promoter",
                                                         "none"};

Json to_json(const std::optional<Proportion>& proportion);
Json to_json(const std::optional<TrendTest>& trend);

/// A paired change, a difference and the like: null where there is none.
template <typename Judged>
Json judged_json(const std::optional<Judged>& judged) {
  if (!judged) return nullptr;
  return {{"nps", judged->nps},
          {"low", judged->low},
          {"high", judged->high},
          {"level", judged->level.value()},
          {"method", name(judged->method)},
          {"p", judged->p}};
}

}  // namespace nps::internal

#endif  // NPS_SRC_REPORT_CUSTOMER_JSON_H_
