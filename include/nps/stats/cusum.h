// Cusum: says soon that the score has moved, at a moment that nobody announced.
//
//   const auto usual = nps::AssumedShares::after_warm_up(last_quarter.bands());
//   auto watch = nps::Cusum::for_shift(usual, 15, 5000);   // 15 points; one false alarm in 5000
//   if (auto alarm = watch->add(nps::Band::Detractor)) {   // in the order of arrival
//     tell(alarm->direction, alarm->since);                // down, from the 812th answer on
//   }
//
// Evidence since a declared start (ConfidenceSequence, EProcess) is slowed down by all the good
// answers that came before a drop. This forgets them: it asks, after every answer, whether some
// latest run of answers speaks for the other shares.
#ifndef NPS_STATS_CUSUM_H_
#define NPS_STATS_CUSUM_H_

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "nps/band.h"
#include "nps/result.h"
#include "nps/stats/detail/run_length.h"
#include "nps/stats/shares.h"

namespace nps {

/// One side of a watch: the usual shares against other ones. S = max(0, S + ln(other / usual)) of
/// the answer's band; an alarm where S reaches the threshold, after which it starts again from 0.
///
/// Order       it follows the order of arrival: S is about the latest run of answers, and answers in
///             another order make other runs. So two of them do not merge, and no answer can be
///             taken back. Over many cells the false alarms of all add up: divide what you accept.
/// Errors      InvalidArgument where a share is 0 (after_warm_up() never has one), where both are
///             the same, or where the threshold or the number of answers makes no sense.
/// Threads     distinct objects are independent; writes to one object need a lock.
/// Complexity  O(1) for each answer, under 100 bytes, no allocation. Designing one takes some tens of
///             milliseconds; see bench/interval_bench.
/// Source      Page, Biometrika 41 (1954) 100-115; Lorden, Annals of Mathematical Statistics 42
///             (1971) 1897-1908: no rule with as few false alarms is sooner, in the worst case.
class CusumSide {
 public:
  /// With the least threshold that gives at most one false alarm in so many answers, by a run length
  /// computed on a grid (detail/run_length.h). From more than 1 to 1e9 answers.
  [[nodiscard]] static Result<CusumSide> create(const AssumedShares& usual,
                                                const AssumedShares& other,
                                                double answers_per_false_alarm);
  /// The same against the likeliest shares that lie so many points higher, or lower if negative: at
  /// least 1 point, and not beyond +-100.
  [[nodiscard]] static Result<CusumSide> for_shift(const AssumedShares& usual, double points,
                                                   double answers_per_false_alarm);
  /// With a threshold of one's own, above 0.
  [[nodiscard]] static Result<CusumSide> with_threshold(const AssumedShares& usual,
                                                        const AssumedShares& other,
                                                        double threshold);

  /// True where this answer is the one that alarms.
  [[nodiscard]] bool add(Band answer) noexcept;

  [[nodiscard]] std::uint64_t responses() const noexcept { return responses_; }
  [[nodiscard]] double statistic() const noexcept { return statistic_; }
  [[nodiscard]] double threshold() const noexcept { return threshold_; }
  /// The first answer, counted from 1, of the run that S is made of: after an alarm and until the
  /// next answer, of the run that alarmed. The likeliest moment of the change.
  [[nodiscard]] std::uint64_t since() const noexcept { return since_; }
  /// After how many answers of these shares, in the mean, a fresh watch alarms. Infinite where none
  /// ever makes S grow. Takes milliseconds, and allocates.
  [[nodiscard]] double run_length(const AssumedShares& shares) const {
    return detail::run_length(per_band(shares), steps_, threshold_);
  }

  /// All there is to it, to be stored.
  struct State {
    std::array<double, 3> steps;  // per band, worst first
    double threshold;
    double statistic;
    std::uint64_t responses;
    std::uint64_t since;
  };
  [[nodiscard]] State state() const noexcept {
    return {steps_, threshold_, statistic_, responses_, since_};
  }
  /// Goes on from there. No value for a state that no watch gets into.
  [[nodiscard]] static std::optional<CusumSide> from(const State& state) noexcept;

  friend bool operator==(const CusumSide&, const CusumSide&) noexcept = default;

 private:
  CusumSide(const detail::PerBand& steps, double threshold) noexcept
      : steps_(steps), threshold_(threshold) {}
  [[nodiscard]] static detail::PerBand per_band(const AssumedShares& shares) noexcept {
    return {shares.share(Band::Detractor), shares.share(Band::Passive),
            shares.share(Band::Promoter)};
  }

  detail::PerBand steps_;
  double threshold_;
  double statistic_ = 0;
  std::uint64_t responses_ = 0;
  std::uint64_t since_ = 1;
  bool starts_again_ = false;
};

enum class Direction : std::uint8_t { Down, Up };

struct CusumAlarm {
  Direction direction;
  std::uint64_t at;     // the answer that alarmed, counted from 1
  std::uint64_t since;  // the first of the run that it ends: the likeliest moment of the change

  friend constexpr bool operator==(const CusumAlarm&, const CusumAlarm&) noexcept = default;
};

/// Both sides at once. Each is designed for half of the false alarms accepted, so that together they
/// are no more than that: 1 / run length is at most the sum of both sides'. What is said of CusumSide
/// holds here too.
class Cusum {
 public:
  /// Watches for a score that many points (more than 0) below or above the usual one.
  [[nodiscard]] static Result<Cusum> for_shift(const AssumedShares& usual, double points,
                                               double answers_per_false_alarm);

  /// The alarm that this answer sets off, if any. The side that alarmed starts again.
  std::optional<CusumAlarm> add(Band answer) noexcept {
    const bool down = down_.add(answer);
    const bool up = up_.add(answer);
    if (down) return CusumAlarm{Direction::Down, down_.responses(), down_.since()};
    if (up) return CusumAlarm{Direction::Up, up_.responses(), up_.since()};
    return std::nullopt;
  }

  [[nodiscard]] std::uint64_t responses() const noexcept { return down_.responses(); }
  [[nodiscard]] const CusumSide& down() const noexcept { return down_; }
  [[nodiscard]] const CusumSide& up() const noexcept { return up_; }

  friend bool operator==(const Cusum&, const Cusum&) noexcept = default;

 private:
  Cusum(const CusumSide& down, const CusumSide& up) noexcept : down_(down), up_(up) {}

  CusumSide down_;
  CusumSide up_;
};

// ---- bodies ----

namespace detail {

/// The shares that are likeliest to be taken for the usual ones, and score so much: the usual ones
/// times e^(l x), x = -1, 0, 1. `score` on (-1, 1), all usual shares above 0.
[[nodiscard]] inline AssumedShares tilted(const AssumedShares& usual, double score) noexcept {
  const double d = usual.share(Band::Detractor);
  const double s = usual.share(Band::Passive);
  const double p = usual.share(Band::Promoter);
  // With y = e^l: score (d / y + s + p y) = p y - d / y, a quadratic in y with one root above 0.
  const double a = p * (1 - score);
  const double b = -score * s;
  const double c = -d * (1 + score);
  const double root = std::sqrt(b * b - 4 * a * c);
  const double y = b > 0 ? -2 * c / (b + root) : (root - b) / (2 * a);
  const double total = d / y + s + p * y;
  return *AssumedShares::from(p * y / total, d / y / total);
}

[[nodiscard]] inline Error no_cusum(const char* why) {
  return {ErrorCode::InvalidArgument, why, {}};
}

/// The least threshold, nearly, with a run length of at least `wanted`: less than half a percent
/// above it, where there is such a threshold. The run length is at least e^threshold, so it lies
/// below ln `wanted`.
/// Source of the first guess: Siegmund, Sequential Analysis (1985), section 10.2.
[[nodiscard]] inline double cusum_threshold(const PerBand& usual, const PerBand& steps,
                                            double wanted) {
  double drift = 0;
  for (std::size_t i = 0; i < 3; ++i) drift -= usual[i] * steps[i];
  double boundary = std::log1p(wanted * drift);
  for (int i = 0; i < 5; ++i) boundary = std::log1p(wanted * drift + boundary);

  double low = 0;
  double high = std::log(wanted);
  double guess = boundary - 1.166 * std::sqrt(2 * drift);
  double slope = 1;  // of the logarithm of the run length, which is nearly a line
  double last = 0;
  double off_last = -high;
  for (int i = 0; i < 30 && high - low > 1e-4 * high; ++i) {
    if (!(guess > low && guess < high)) guess = low + (high - low) / 2;
    const double off = std::log(run_length(usual, steps, guess) / wanted);
    (off < 0 ? low : high) = guess;
    if (off >= 0 && off <= 0.005) break;
    if (i > 0 && off != off_last) slope = std::max((off - off_last) / (guess - last), 0.1);
    last = guess;
    off_last = off;
    guess -= (off - 0.0025) / slope;
  }
  return high;
}

}  // namespace detail

inline Result<CusumSide> CusumSide::with_threshold(const AssumedShares& usual,
                                                   const AssumedShares& other, double threshold) {
  if (!(threshold > 0 && threshold <= 1e300)) {
    return detail::no_cusum("the threshold of a CUSUM must be above 0");
  }
  detail::PerBand steps{};
  for (std::size_t i = 0; i < 3; ++i) {
    const double from = per_band(usual)[i];
    const double to = per_band(other)[i];
    if (!(from > 0 && to > 0)) {
      return detail::no_cusum(
          "a CUSUM needs a share above 0 in every band, since it would take an answer in any other "
          "for proof; AssumedShares::after_warm_up() gives each band one");
    }
    steps[i] = std::log(to / from);
  }
  if (!(*std::max_element(steps.begin(), steps.end()) > 0)) {
    return detail::no_cusum("the shares to watch for are the usual ones");
  }
  return CusumSide(steps, threshold);
}

inline Result<CusumSide> CusumSide::create(const AssumedShares& usual, const AssumedShares& other,
                                           double answers_per_false_alarm) {
  if (!(answers_per_false_alarm > 1 && answers_per_false_alarm <= 1e9)) {
    return detail::no_cusum("one false alarm is accepted in more than 1 and at most 1e9 answers");
  }
  Result<CusumSide> side = with_threshold(usual, other, 1);
  if (side) {
    side->threshold_ =
        detail::cusum_threshold(per_band(usual), side->steps_, answers_per_false_alarm);
  }
  return side;
}

inline Result<CusumSide> CusumSide::for_shift(const AssumedShares& usual, double points,
                                              double answers_per_false_alarm) {
  const double score = (usual.points() + points) / 100;
  if (!(std::fabs(points) >= 1 && score > -1 && score < 1)) {
    return detail::no_cusum(
        "a shift to watch for is at least 1 point, and does not lead to -100 or 100 or beyond");
  }
  for (const Band band : {Band::Detractor, Band::Passive, Band::Promoter}) {
    if (!(usual.share(band) > 0)) return with_threshold(usual, usual, 1);  // which says why not
  }
  return create(usual, detail::tilted(usual, score), answers_per_false_alarm);
}

inline std::optional<CusumSide> CusumSide::from(const State& state) noexcept {
  const double most = *std::max_element(state.steps.begin(), state.steps.end());
  const double least = *std::min_element(state.steps.begin(), state.steps.end());
  const bool is_design =
      least > -1e300 && most > 0 && most < 1e300 && state.threshold > 0 && state.threshold <= 1e300;
  const bool is_reached = state.statistic >= 0 && state.statistic < state.threshold + most;
  const bool is_counted = state.statistic > 0
                              ? state.since >= 1 && state.since <= state.responses
                              : state.since != 0 && state.since - 1 == state.responses;
  if (!is_design || !is_reached || !is_counted) return std::nullopt;
  CusumSide side(state.steps, state.threshold);
  side.statistic_ = state.statistic;
  side.responses_ = state.responses;
  side.since_ = state.since;
  side.starts_again_ = state.statistic >= state.threshold;
  return side;
}

inline bool CusumSide::add(Band answer) noexcept {
  if (starts_again_) {
    statistic_ = 0;
    since_ = responses_ + 1;
    starts_again_ = false;
  }
  ++responses_;
  statistic_ += steps_[static_cast<std::size_t>(answer)];
  if (!(statistic_ > 0)) {
    statistic_ = 0;
    since_ = responses_ + 1;
  }
  starts_again_ = statistic_ >= threshold_;
  return starts_again_;
}

inline Result<Cusum> Cusum::for_shift(const AssumedShares& usual, double points,
                                      double answers_per_false_alarm) {
  if (!(points > 0))
    return detail::no_cusum("a shift to watch for on both sides is above 0 points");
  if (!(answers_per_false_alarm > 1 && answers_per_false_alarm <= 5e8)) {
    return detail::no_cusum("one false alarm is accepted in more than 1 and at most 5e8 answers");
  }
  Result<CusumSide> down = CusumSide::for_shift(usual, -points, 2 * answers_per_false_alarm);
  if (!down) return down.error();
  Result<CusumSide> up = CusumSide::for_shift(usual, points, 2 * answers_per_false_alarm);
  if (!up) return up.error();
  return Cusum(*down, *up);
}

}  // namespace nps

#endif  // NPS_STATS_CUSUM_H_
