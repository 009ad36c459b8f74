// CountingPolicy: which answers a score counts. Two scores compare only under one policy, so the
// policy travels with every report.
//
//   nps::CountingPolicy month{.which = nps::Which::Latest, .window = nps::WindowLength{nps::BucketUnit::Day, 30},
//                             .as_of = now};    // the latest answer of each customer in 30 days
#ifndef NPS_COUNTING_POLICY_H_
#define NPS_COUNTING_POLICY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "nps/result.h"
#include "nps/scale.h"
#include "nps/timestamp.h"
#include "nps/window_length.h"

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
  /// Only answers given in the last so many civil days of the zone, or hours, the last of them being that
  /// of `as_of`. The latest or first of each is chosen among them; an answer without a time is in none.
  std::optional<WindowLength> window = {};
  /// What was known at that instant: what counted by the events received until then, without who was
  /// erased since. No value: all that is known.
  std::optional<Timestamp> as_of = {};

  friend bool operator==(const CountingPolicy&, const CountingPolicy&) = default;
};

/// What counts once under the policy, for people and documents. No value where every answer does.
[[nodiscard]] constexpr std::optional<Per> counted_once(const CountingPolicy& policy) noexcept {
  if (policy.which == Which::All && policy.per != Per::Account) return std::nullopt;
  return policy.per;
}

/// Whether there is such a policy: all answers, one of each customer and stage, is none; nor is a window
/// that ends nobody knows when, or that is shorter than 1 or longer than WindowLength::kLongest.
[[nodiscard]] constexpr bool is_consistent(const CountingPolicy& policy) noexcept {
  if (policy.which == Which::All && policy.per == Per::CustomerAndStage) return false;
  return !policy.window || (policy.as_of && 1 <= policy.window->buckets &&
                            policy.window->buckets <= WindowLength::kLongest);
}

/// Whether it counts the same at any time: no window and no instant.
[[nodiscard]] constexpr bool is_timeless(const CountingPolicy& policy) noexcept {
  return !policy.window && !policy.as_of;
}

/// What is wrong with a policy that is not consistent, and what to do.
[[nodiscard]] inline Error inconsistent(const CountingPolicy& policy) {
  if (policy.window) {
    return {ErrorCode::InvalidArgument,
            "a window has from 1 to " + std::to_string(WindowLength::kLongest) +
                " days or hours and ends at an instant: set as_of",
            {.field = "window"}};
  }
  return {ErrorCode::InvalidArgument,
          "all answers, one of each customer and stage, is no policy: count the latest or the "
          "first of each",
          {.field = "per"}};
}

}  // namespace nps

#endif  // NPS_COUNTING_POLICY_H_
