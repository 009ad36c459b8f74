// CountingPolicy: which answers a score counts. Two scores compare only under one policy, so the
// policy travels with every report.
#ifndef NPS_COUNTING_POLICY_H_
#define NPS_COUNTING_POLICY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "nps/scale.h"

namespace nps {

/// All answers, or one of each customer: the greatest (latest) or least (first) by
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

/// What counts once. A customer, or a customer in each stage of the journey, has one answer that counts
/// under Latest and First; under All each answer counts, whatever this says. An account counts once
/// by the mean of its answers that count, each taken as -100, 0 or +100: all of them under All, one of
/// each of its customers under Latest and First.
enum class Per : std::uint8_t { Customer, CustomerAndStage, Account };

[[nodiscard]] constexpr std::string_view name(Per per) noexcept {
  switch (per) {
    case Per::Customer: return "customer";
    case Per::CustomerAndStage: return "customer and stage";
    case Per::Account: return "account";
  }
  return "";
}

struct CountingPolicy {
  Which which = Which::All;
  Per per = Per::Customer;
  Scale scale = kZeroToTen;
  std::string zone = "UTC";  // the IANA zone of calendar groups and of times without an offset

  friend bool operator==(const CountingPolicy&, const CountingPolicy&) = default;
};

/// What counts once under the policy, for people and documents. No value where every answer does.
[[nodiscard]] constexpr std::optional<Per> counted_once(const CountingPolicy& policy) noexcept {
  if (policy.which == Which::All && policy.per != Per::Account) return std::nullopt;
  return policy.per;
}

/// Whether there is such a policy: all answers, one of each customer and stage, is none.
[[nodiscard]] constexpr bool is_consistent(const CountingPolicy& policy) noexcept {
  return policy.which != Which::All || policy.per != Per::CustomerAndStage;
}

}  // namespace nps

#endif  // NPS_COUNTING_POLICY_H_
