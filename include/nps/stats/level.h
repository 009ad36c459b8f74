// Level: how sure an interval is to be. 0.95 unless somebody says otherwise.
//
//   nps::Level usual;                                     // 0.95
//   if (auto strict = nps::Level::from(0.99)) use(*strict);
#ifndef NPS_STATS_LEVEL_H_
#define NPS_STATS_LEVEL_H_

#include <optional>

#include "nps/stats/detail/normal.h"

namespace nps {

/// A confidence level strictly between 0 and 1. Regular; 0.95 by default.
///
/// Units       a probability, not a percentage: 0.95, never 95.
/// Errors      `from` has no value for 0, 1, anything outside them, and NaN.
/// Threads     a plain value.
/// Complexity  the normal quantile is worked out once, by `from`; reading it is free.
class Level {
 public:
  constexpr Level() noexcept = default;

  [[nodiscard]] static std::optional<Level> from(double value) noexcept {
    if (!(value > 0 && value < 1)) return std::nullopt;
    return Level(value, detail::two_sided_z(value));
  }

  [[nodiscard]] constexpr double value() const noexcept { return value_; }

  /// How many standard errors a two-sided normal interval of this level reaches to either side:
  /// the quantile of the standard normal at (1 + value) / 2.
  [[nodiscard]] constexpr double z() const noexcept { return z_; }

  friend constexpr bool operator==(const Level&, const Level&) noexcept = default;

 private:
  constexpr Level(double value, double z) noexcept : value_(value), z_(z) {}

  double value_ = 0.95;
  double z_ = 1.959963984540054;
};

}  // namespace nps

#endif  // NPS_STATS_LEVEL_H_
