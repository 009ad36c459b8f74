// CountingPolicy: which answers a score counts. Two scores compare only under one policy, so the
// policy travels with every report.
#ifndef NPS_COUNTING_POLICY_H_
#define NPS_COUNTING_POLICY_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "nps/scale.h"

namespace nps {

/// All answers, or one a customer: the greatest (latest) or least (first) by
/// (answered at, response id). An answer without a time never displaces one that has a time.
enum class Which : std::uint8_t { All, Latest, First };

[[nodiscard]] constexpr std::string_view name(Which which) noexcept {
  switch (which) {
    case Which::All: return "all";
    case Which::Latest: return "latest";
    case Which::First: return "first";
  }
  return "";
}

struct CountingPolicy {
  Which which = Which::All;
  Scale scale = kZeroToTen;
  std::string zone = "UTC";  // the IANA zone of calendar groups and of times without an offset

  friend bool operator==(const CountingPolicy&, const CountingPolicy&) = default;
};

}  // namespace nps

#endif  // NPS_COUNTING_POLICY_H_
