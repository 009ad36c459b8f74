// EProcess: evidence, after every answer since a declared start, that a promised score is not kept.
//
//   auto promise = nps::EProcess::at_least(40);        // the claim that is bet against
//   promise->add(nps::Band::Detractor);                // in the order of arrival
//   if (promise->alarm()) tell(promise->evidence());   // the score is below 40
//
// A gambler who believes the claim false bets against it with a capital of 1, fairly if the claim
// holds. Then the capital ever reaching 1/a has a chance of at most a, at all moments together.
#ifndef NPS_STATS_E_PROCESS_H_
#define NPS_STATS_E_PROCESS_H_

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <type_traits>

#include "nps/band.h"
#include "nps/stats/detail/betting.h"
#include "nps/stats/level.h"

namespace nps {

/// A betting e-process against a floor ("the score is at least m") or a ceiling ("at most m").
/// Answers which question: has the claim failed since the start? After a long time in which it held
/// the capital is all but gone, and a later failure shows late or never: for a change at an unknown
/// moment there is Cusum.
///
/// Units       points; add() takes bands. The level is 1 - a: 0.95 alarms falsely once in 20 starts.
/// Order       it follows the order of arrival: each bet is made with what came before it, and only
///             that makes the alarm valid at all moments. So two of them do not merge, and no
///             answer can be taken back.
/// Empty case  the evidence is 1.
/// Errors      `at_least` and `at_most` have no value unless -100 < points < 100: at the ends the
///             claim is always true, or nobody may ever answer otherwise.
/// Threads     distinct objects are independent; writes to one object need a lock.
/// Complexity  O(1) for each answer, about 100 bytes, no allocation.
/// Source      Waudby-Smith & Ramdas, Journal of the Royal Statistical Society B 86 (2024) 1-27;
///             Ville, Etude critique de la notion de collectif (1939).
class EProcess {
 public:
  [[nodiscard]] static std::optional<EProcess> at_least(double points, Level level = {}) noexcept {
    return from(points, true, level);
  }
  [[nodiscard]] static std::optional<EProcess> at_most(double points, Level level = {}) noexcept {
    return from(points, false, level);
  }

  void add(Band answer) noexcept {
    const double off = detail::betting_value(answer) - mean_;
    const double cap = 0.5 / (is_floor_ ? 1 - mean_ : mean_);
    const double bet = std::min(past_.bet(-std::log(1 - level_.value())), cap);
    log_capital_ += std::log1p(is_floor_ ? -bet * off : bet * off);
    log_most_ = std::max(log_most_, log_capital_);
    past_.add(detail::betting_value(answer));
    if (alarm_at_ == 0 && alarm()) alarm_at_ = past_.responses();
  }

  [[nodiscard]] std::uint64_t responses() const noexcept { return past_.responses(); }
  /// The capital now, from 1: how many times likelier the answers are if the claim is false.
  [[nodiscard]] double evidence() const noexcept { return std::exp(log_capital_); }
  /// How often chance alone would show as much at any moment so far, if the claim holds: 1 over the
  /// greatest capital there was.
  [[nodiscard]] double p() const noexcept { return std::exp(-log_most_); }
  /// True from the moment the capital first reached 1 / (1 - level), and ever after.
  [[nodiscard]] bool alarm() const noexcept { return log_most_ >= -std::log(1 - level_.value()); }
  /// After how many responses that was; 0 while it was not.
  [[nodiscard]] std::uint64_t alarm_at() const noexcept { return alarm_at_; }

  friend bool operator==(const EProcess&, const EProcess&) noexcept = default;

 private:
  [[nodiscard]] static std::optional<EProcess> from(double points, bool is_floor,
                                                    Level level) noexcept {
    const double mean = (points + 100) / 200;
    if (!(mean > 0 && mean < 1)) return std::nullopt;
    return EProcess(mean, is_floor, level);
  }
  EProcess(double mean, bool is_floor, Level level) noexcept
      : mean_(mean), is_floor_(is_floor), level_(level) {}

  double mean_;  // what is claimed, on [0, 1]
  bool is_floor_;
  Level level_;
  detail::BettingPast past_;
  double log_capital_ = 0;
  double log_most_ = 0;
  std::uint64_t alarm_at_ = 0;
};

static_assert(std::is_trivially_copyable_v<EProcess>);

}  // namespace nps

#endif  // NPS_STATS_E_PROCESS_H_
