// Sample size: how many answers a plan needs, and what the answers at hand can show.
//
//   const auto shares = nps::AssumedShares::from(0.5, 0.2);        // promoters, detractors
//   auto n = nps::responses_for_margin(*shares, 3);                // +-3 points: n->responses
//   auto each = nps::responses_for_difference(*shares, 5);         // 5 points, at a power of 0.8
//   auto least = nps::detectable_difference(*shares, {400, 400});  // in points, with what one has
//
// All of it rests on shares that are assumed before anybody has answered. The widest case, half
// promoters and half detractors, needs half as much again as thirds.
#ifndef NPS_STATS_SAMPLE_SIZE_H_
#define NPS_STATS_SAMPLE_SIZE_H_

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <optional>

#include "nps/result.h"
#include "nps/stats/comparison.h"
#include "nps/stats/detail/normal.h"
#include "nps/stats/level.h"
#include "nps/stats/shares.h"

namespace nps {

/// How likely a true difference is to be shown: from 0.5 up to, but not including, 1. Regular; 0.8
/// by default, which is custom and no more.
/// Errors      `from` has no value for anything else: a study more likely to miss than to see what
///             it is made for is no plan.
class Power {
 public:
  constexpr Power() noexcept = default;
  [[nodiscard]] static std::optional<Power> from(double value) noexcept {
    if (!(value >= 0.5 && value < 1)) return std::nullopt;
    return Power(value, value == 0.5 ? 0 : detail::two_sided_z(2 * value - 1));
  }
  [[nodiscard]] constexpr double value() const noexcept { return value_; }
  /// The quantile of the standard normal at `value`.
  [[nodiscard]] constexpr double z() const noexcept { return z_; }
  friend constexpr bool operator==(const Power& a, const Power& b) noexcept {
    return a.value_ == b.value_;
  }

 private:
  constexpr Power(double value, double z) noexcept : value_(value), z_(z) {}

  double value_ = 0.8;
  double z_ = 0.8416212335729143;
};

/// How many responses, or how many in each group. At least 1.
struct SampleSize {
  std::uint64_t responses;  // `exact` rounded up
  double exact;
  friend constexpr bool operator==(const SampleSize&, const SampleSize&) noexcept = default;
};

/// Two groups of different customers.
struct GroupSizes {
  std::uint64_t before = 0;
  std::uint64_t after = 0;
};

// All of these:
// Units       differences and margins in points. A difference may have either sign.
// Method      Adjusted plans for adjusted_wald and ComparisonMethod::Adjusted, which bring three
//             responses of their own to each group, so it needs 3 fewer; Plain for wald and
//             ComparisonMethod::Plain. Tango's interval is about as wide as the adjusted one.
// Errors      InvalidArgument for a margin or difference that is 0, NaN or more than there is, for
//             groups without responses, and for shares that are all in one band: with those any
//             number of responses would seem enough. LimitReached past 2^53 responses.
// Threads     reentrant. Complexity: O(1).
// Source      the normal approximation; Rocks, The American Statistician 70(4) (2016) 365-372 for
//             the three responses.

/// How many responses leave an interval of +- that margin.
[[nodiscard]] inline Result<SampleSize> responses_for_margin(
    const AssumedShares& shares, double margin,
    ComparisonMethod method = ComparisonMethod::Adjusted, Level level = {});

/// How many responses in each of two groups show a true difference with that power.
[[nodiscard]] inline Result<SampleSize> responses_for_difference(
    const AssumedShares& before, const AssumedShares& after, double difference, Power power = {},
    ComparisonMethod method = ComparisonMethod::Adjusted, Level level = {});
/// The same where both groups are as spread out.
[[nodiscard]] inline Result<SampleSize> responses_for_difference(
    const AssumedShares& shares, double difference, Power power = {},
    ComparisonMethod method = ComparisonMethod::Adjusted, Level level = {});

/// The margin that so many responses leave.
[[nodiscard]] inline Result<double> margin_of(const AssumedShares& shares, std::uint64_t responses,
                                              ComparisonMethod method = ComparisonMethod::Adjusted,
                                              Level level = {});

/// How likely groups of these sizes are to show a true difference, and with the right sign.
[[nodiscard]] inline Result<double> power_of(const AssumedShares& shares, const GroupSizes& sizes,
                                             double difference,
                                             ComparisonMethod method = ComparisonMethod::Adjusted,
                                             Level level = {});

/// The smallest true difference that groups of these sizes show with that power. More than 200
/// where no difference could be shown.
[[nodiscard]] inline Result<double> detectable_difference(
    const AssumedShares& shares, const GroupSizes& sizes, Power power = {},
    ComparisonMethod method = ComparisonMethod::Adjusted, Level level = {});

// ---- bodies ----

namespace detail {

[[nodiscard]] inline Error one_band_assumed() {
  return {
      ErrorCode::InvalidArgument,
      "the assumed shares put all answers into one band, where nothing varies and any number of "
      "responses seems enough; assume some in another band",
      {}};
}

/// Responses that a method adds to each group.
[[nodiscard]] constexpr double made_up(ComparisonMethod method) noexcept {
  return method == ComparisonMethod::Adjusted ? 3 : 0;
}

[[nodiscard]] inline Result<SampleSize> sample_size(double plain, ComparisonMethod method) {
  const double rounded = std::ceil(plain) - made_up(method);
  if (!(rounded <= 0x1p53)) {
    return Error{
        ErrorCode::LimitReached,
        "this takes more than 2^53 responses; ask for a wider margin or a greater difference",
        {}};
  }
  return SampleSize{.responses = static_cast<std::uint64_t>(std::max(rounded, 1.0)),
                    .exact = std::max(plain - made_up(method), 1.0)};
}

/// Standard error of the difference, on [-2, 2].
[[nodiscard]] inline Result<double> planned_error(const AssumedShares& shares,
                                                  const GroupSizes& sizes,
                                                  ComparisonMethod method) {
  if (!(shares.variance() > 0)) return one_band_assumed();
  if (sizes.before == 0 || sizes.after == 0) {
    return Error{ErrorCode::InvalidArgument, "both groups must have at least one response", {}};
  }
  const double added = made_up(method);
  return std::sqrt(shares.variance() / (static_cast<double>(sizes.before) + added) +
                   shares.variance() / (static_cast<double>(sizes.after) + added));
}

[[nodiscard]] constexpr bool is_difference(double points) noexcept {
  return (points > 0 && points <= 200) || (points < 0 && points >= -200);
}

[[nodiscard]] inline Error no_difference() {
  return {ErrorCode::InvalidArgument,
          "a difference to detect must not be 0 and lies between -200 and 200 points",
          {}};
}

}  // namespace detail

inline Result<SampleSize> responses_for_margin(const AssumedShares& shares, double margin,
                                               ComparisonMethod method, Level level) {
  if (!(margin > 0 && margin <= 100)) {
    return Error{
        ErrorCode::InvalidArgument, "a margin must be more than 0 and at most 100 points", {}};
  }
  if (!(shares.variance() > 0)) return detail::one_band_assumed();
  const double ratio = 100 * level.z() / margin;
  return detail::sample_size(ratio * ratio * shares.variance(), method);
}

inline Result<SampleSize> responses_for_difference(const AssumedShares& before,
                                                   const AssumedShares& after, double difference,
                                                   Power power, ComparisonMethod method,
                                                   Level level) {
  if (!detail::is_difference(difference)) return detail::no_difference();
  const double variance = before.variance() + after.variance();
  if (!(variance > 0)) return detail::one_band_assumed();
  const double ratio = 100 * (level.z() + power.z()) / difference;
  return detail::sample_size(ratio * ratio * variance, method);
}

inline Result<SampleSize> responses_for_difference(const AssumedShares& shares, double difference,
                                                   Power power, ComparisonMethod method,
                                                   Level level) {
  return responses_for_difference(shares, shares, difference, power, method, level);
}

inline Result<double> margin_of(const AssumedShares& shares, std::uint64_t responses,
                                ComparisonMethod method, Level level) {
  if (!(shares.variance() > 0)) return detail::one_band_assumed();
  if (responses == 0) {
    return Error{ErrorCode::InvalidArgument, "without responses there is no margin", {}};
  }
  const double n = static_cast<double>(responses) + detail::made_up(method);
  return 100 * level.z() * std::sqrt(shares.variance() / n);
}

inline Result<double> power_of(const AssumedShares& shares, const GroupSizes& sizes,
                               double difference, ComparisonMethod method, Level level) {
  if (!detail::is_difference(difference)) return detail::no_difference();
  const Result<double> error = detail::planned_error(shares, sizes, method);
  if (!error) return error.error();
  const double z = std::fabs(difference) / 100 / *error - level.z();
  return std::erfc(-z / std::numbers::sqrt2) / 2;
}

inline Result<double> detectable_difference(const AssumedShares& shares, const GroupSizes& sizes,
                                            Power power, ComparisonMethod method, Level level) {
  const Result<double> error = detail::planned_error(shares, sizes, method);
  if (!error) return error.error();
  return 100 * (level.z() + power.z()) * *error;
}

}  // namespace nps

#endif  // NPS_STATS_SAMPLE_SIZE_H_
