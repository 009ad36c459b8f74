// What a bet on the next answer is made from. Not for users: see ConfidenceSequence and EProcess.
#ifndef NPS_STATS_DETAIL_BETTING_H_
#define NPS_STATS_DETAIL_BETTING_H_

#include <cmath>
#include <cstdint>
#include <optional>

#include "nps/band.h"

namespace nps::detail {

/// 0, 1/2, 1: the score is 2 mean - 1.
[[nodiscard]] constexpr double betting_value(Band answer) noexcept {
  return static_cast<double>(answer) / 2;
}

/// The answers so far. The bet on the next one may use these, and nothing else.
/// Source: Waudby-Smith & Ramdas, Journal of the Royal Statistical Society B 86 (2024) 1-27,
/// equations (14) and (26).
class BettingPast {
 public:
  void add(double x) noexcept {
    ++n_;
    sum_ += x;
    const double off = x - regularised_mean();
    squares_ += off * off;
  }

  [[nodiscard]] std::uint64_t responses() const noexcept { return n_; }
  /// 0 before the first.
  [[nodiscard]] double mean() const noexcept {
    return n_ == 0 ? 0 : sum_ / static_cast<double>(n_);
  }
  /// sqrt(2 cost / (t ln(1 + t) v)), t counting the answer to come and v being the variance so far,
  /// 1/4 at first.
  [[nodiscard]] double bet(double cost) const noexcept {
    const double t = static_cast<double>(n_) + 1;
    const double variance = (0.25 + squares_) / t;
    return std::sqrt(2 * cost / (t * std::log1p(t) * variance));
  }
  struct State {
    std::uint64_t n;
    double sum;
    double squares;
  };
  [[nodiscard]] State state() const noexcept { return {n_, sum_, squares_}; }
  /// No value for what no answers add up to.
  [[nodiscard]] static std::optional<BettingPast> from(const State& state) noexcept {
    const auto n = static_cast<double>(state.n);
    if (!(state.sum >= 0 && state.sum <= n && state.squares >= 0 && state.squares <= n)) {
      return std::nullopt;
    }
    BettingPast past;
    past.n_ = state.n;
    past.sum_ = state.sum;
    past.squares_ = state.squares;
    return past;
  }
  friend bool operator==(const BettingPast&, const BettingPast&) noexcept = default;

 private:
  [[nodiscard]] double regularised_mean() const noexcept {
    return (0.5 + sum_) / (static_cast<double>(n_) + 1);
  }

  std::uint64_t n_ = 0;
  double sum_ = 0;
  double squares_ = 0;  // of each answer less the regularised mean up to and with it
};

}  // namespace nps::detail

#endif  // NPS_STATS_DETAIL_BETTING_H_
