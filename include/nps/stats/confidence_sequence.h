// Confidence sequences: an interval that may be looked at after every answer since a declared start
// (a campaign, a release), and acted on at any moment.
//
//   nps::ConfidenceSequence since_release;
//   since_release.add(nps::Band::Promoter);                 // in the order of arrival
//   if (auto now = since_release.interval(); now && now->high < 30) roll_back();
//
// An interval for a fixed n holds at that n. Who looks after every answer and stops when it shows
// what they hope for, or fear, is wrong far more often than it says. These hold at all moments at
// once, and are wider for it.
#ifndef NPS_STATS_CONFIDENCE_SEQUENCE_H_
#define NPS_STATS_CONFIDENCE_SEQUENCE_H_

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <optional>
#include <type_traits>

#include "nps/band.h"
#include "nps/score.h"
#include "nps/stats/detail/bands.h"
#include "nps/stats/detail/betting.h"
#include "nps/stats/level.h"

namespace nps {

/// From `low` to `high`, in points: -100 <= low <= high <= 100. Never NaN.
struct SequenceInterval {
  double low;
  double high;
  Level level;  // the chance that it held the true score at every moment so far

  friend constexpr bool operator==(const SequenceInterval&,
                                   const SequenceInterval&) noexcept = default;
};

/// The empirical-Bernstein confidence sequence: guaranteed for any number of answers, from the first
/// on, and whatever the score is. About the mean of what the answers were drawn from so far, each
/// answer weighing a little less than the one before: where that drifts, it follows slowly. For a
/// change at an unknown moment there is Cusum.
///
/// Units       points; add() takes bands.
/// Order       it follows the order of arrival: each answer is bet on with what came before it, and
///             only that makes it hold at all moments. So two of them do not merge, and no answer
///             can be taken back.
/// Empty case  no interval before the first answer.
/// Threads     distinct objects are independent; writes to one object need a lock.
/// Complexity  O(1) for each answer, 80 bytes, no allocation.
/// Source      Waudby-Smith & Ramdas, Journal of the Royal Statistical Society B 86 (2024) 1-27,
///             theorem 2, predictable plug-in.
class ConfidenceSequence {
 public:
  explicit ConfidenceSequence(Level level = {}) noexcept : level_(level) {}

  void add(Band answer) noexcept;

  [[nodiscard]] std::uint64_t responses() const noexcept { return past_.responses(); }
  [[nodiscard]] std::optional<SequenceInterval> interval() const noexcept;

  /// All there is to it but the level, to be stored.
  struct State {
    detail::BettingPast::State past;
    double bets;
    double won;
    double spread_below;
    double spread_above;
  };
  [[nodiscard]] State state() const noexcept {
    return {past_.state(), bets_, won_, spread_below_, spread_above_};
  }
  /// Goes on from there. No value for a state that no sequence gets into.
  [[nodiscard]] static std::optional<ConfidenceSequence> from(const State& state,
                                                              Level level) noexcept {
    const auto past = detail::BettingPast::from(state.past);
    const bool is_bet = past && past->responses() == 0
                            ? state.bets == 0 && state.won == 0 && state.spread_below == 0 &&
                                  state.spread_above == 0
                            : state.bets > 0 && state.bets < 1e300 && state.won >= 0 &&
                                  state.won <= state.bets && state.spread_below >= 0 &&
                                  state.spread_below < 1e300 && state.spread_above >= 0 &&
                                  state.spread_above < 1e300;
    if (!past || !is_bet) return std::nullopt;
    ConfidenceSequence sequence(level);
    sequence.past_ = *past;
    sequence.bets_ = state.bets;
    sequence.won_ = state.won;
    sequence.spread_below_ = state.spread_below;
    sequence.spread_above_ = state.spread_above;
    return sequence;
  }
  friend bool operator==(const ConfidenceSequence&, const ConfidenceSequence&) noexcept = default;

 private:
  Level level_;
  detail::BettingPast past_;
  double bets_ = 0;          // sum of the bets l
  double won_ = 0;           // sum of l x, x = 0, 1/2, 1 for detractor, passive, promoter
  double spread_below_ = 0;  // sum of (x - mean before)^2 psi(l), for the lower limit
  double spread_above_ = 0;  // the same of 1 - x, for the upper one
};

static_assert(std::is_trivially_copyable_v<ConfidenceSequence>);

/// The asymptotic confidence sequence, of the counts so far. Narrower, and a plain function of the
/// counts: they merge and can be taken back like any tally, and the order of arrival is not in it.
/// The price is that it holds at all moments only from when the counts are large enough for the
/// normal law, some dozens of answers in each band; nothing says when that is.
///
/// Units       points. Promoters and detractors exchanged give exactly (-high, -low).
/// Empty case  no value without responses.
/// Promise     low <= score <= high. It has a width also where all answers are alike: the variance
///             is no less than after 3/4, 3/2 and 3/4 made-up responses.
/// Threads     reentrant. Complexity: O(1), no allocation.
/// Source      Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas, Annals of Statistics 52 (2024), with
///             the boundary of Robbins (Annals of Mathematical Statistics 41 (1970)) made tightest
///             at `tightest_at` responses.
[[nodiscard]] inline std::optional<SequenceInterval> asymptotic_sequence(
    const BandCounts& counts, Level level = {}, double tightest_at = 100) noexcept;

// ---- bodies ----

inline void ConfidenceSequence::add(Band answer) noexcept {
  const double x = detail::betting_value(answer);
  const double error = 1 - level_.value();
  const double bet = std::min(past_.bet(std::log(2 / error)), 0.5);
  const double psi = -std::log1p(-bet) - bet;
  const double mean = past_.mean();
  const double off = x - mean;
  // Before the first answer the mean is 0, also that of 1 - x.
  const double off_above = past_.responses() == 0 ? 1 - x : off;
  bets_ += bet;
  won_ += bet * x;
  spread_below_ += off * off * psi;
  spread_above_ += off_above * off_above * psi;
  past_.add(x);
}

inline std::optional<SequenceInterval> ConfidenceSequence::interval() const noexcept {
  if (past_.responses() == 0) return std::nullopt;
  const double cost = std::log(2 / (1 - level_.value()));
  const double centre = 200 * (won_ / bets_) - 100;
  const double low = centre - 200 * ((cost + spread_below_) / bets_);
  const double high = centre + 200 * ((cost + spread_above_) / bets_);
  return SequenceInterval{std::clamp(low, -100.0, 100.0) + 0.0,
                          std::clamp(high, -100.0, 100.0) + 0.0, level_};
}

namespace detail {

/// The r^2 with which the boundary is tightest at so many responses: (v - 1) / n, where v > 1
/// solves v - ln v = 1 - 2 ln a, that is v = -W_{-1}(-a^2 / e).
[[nodiscard]] inline double sequence_rate(double error, double tightest_at) noexcept {
  const double wanted = 1 - 2 * std::log(error);
  double v = wanted + std::log(wanted) + 1e-9;  // a little above 1 even where a is 1
  for (int i = 0; i < 50; ++i) {
    const double step = (v - std::log(v) - wanted) / (1 - 1 / v);
    v = std::max(v - step, 1 + 1e-12);
    if (std::fabs(step) <= 1e-16 * v) break;
  }
  return (v - 1) / tightest_at;
}

/// Half the width of the asymptotic sequence, in standard deviations of one response.
[[nodiscard]] inline double sequence_reach(double n, double error, double tightest_at) noexcept {
  const double rate = sequence_rate(error, tightest_at);
  const double k = n * rate + 1;
  return std::sqrt(2 * k / (n * n * rate) * (std::log(k) / 2 - std::log(error)));
}

}  // namespace detail

inline std::optional<SequenceInterval> asymptotic_sequence(const BandCounts& counts, Level level,
                                                           double tightest_at) noexcept {
  if (detail::no_responses(counts)) return std::nullopt;
  const detail::Bands bands = detail::bands_of(counts);
  const double n = bands.total();
  const double sample = n > 1 ? bands.variance() * (n / (n - 1)) : 0;
  const double deviation = std::sqrt(std::max(sample, bands.adjusted().variance()));
  if (!(tightest_at >= 1)) tightest_at = 1;
  const double half =
      100 * deviation * detail::sequence_reach(n, 1 - level.value(), std::min(tightest_at, 1e15));
  const double points = detail::points_of(counts);
  return SequenceInterval{std::clamp(points - half, -100.0, 100.0) + 0.0,
                          std::clamp(points + half, -100.0, 100.0) + 0.0, level};
}

}  // namespace nps

#endif  // NPS_STATS_CONFIDENCE_SEQUENCE_H_
