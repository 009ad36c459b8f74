#include "stream/arrival_watch.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

namespace nps::internal {

// ---- Cusum --------------------------------------------------------------------------------------

Result<CusumSides> design(const CusumWatch& watch, const AssumedShares& usual) {
  const double most = 100 - watch.shift;
  const bool is_down_possible = usual.points() > -most;
  const bool is_up_possible = usual.points() < most;
  // Both together have no more false alarms than asked for.
  const double each = (is_down_possible && is_up_possible ? 2 : 1) * watch.answers_per_false_alarm;
  CusumSides sides;
  for (const Direction direction : {Direction::Down, Direction::Up}) {
    const bool is_down = direction == Direction::Down;
    if (!(is_down ? is_down_possible : is_up_possible)) continue;
    auto side = CusumSide::for_shift(usual, is_down ? -watch.shift : watch.shift, each);
    if (!side) return std::move(side).error();
    sides[static_cast<std::size_t>(direction)] = *side;
  }
  return sides;
}

void CusumFollower::learn(const CusumWatch& watch, const Arrival& answer, const Scale& scale) {
  switch (scale.band(answer.rating)) {
    case Band::Detractor: ++learnt_.detractors; break;
    case Band::Passive: ++learnt_.passives; break;
    case Band::Promoter: ++learnt_.promoters; break;
  }
  if (learnt_.responses() < watch.warm_up) return;
  // Cannot fail: no share is 0, and a shift below 100 has room on one side.
  if (const auto sides = design(watch, AssumedShares::after_warm_up(learnt_))) sides_ = *sides;
  learnt_ = {};
}

bool CusumFollower::step(std::size_t side, const Arrival& answer, Band band) {
  CusumSide& cusum = *sides_[side];
  Run& run = runs_[side];
  const bool alarms = cusum.add(band);
  if (cusum.since() > cusum.responses()) {  // the statistic is 0
    run = {};
    return false;
  }
  if (run.since != cusum.since()) {
    run = {.since = cusum.since(), .first = answer.number, .began = answer.clock, .tally = {}};
  }
  run.tally.add(answer.rating);
  return alarms;
}

std::optional<Alarm> CusumFollower::add(const CusumWatch& watch, const Arrival& answer,
                                        const Scale& scale) {
  if (!sides_[0] && !sides_[1]) {
    learn(watch, answer, scale);
    return std::nullopt;
  }
  const Band band = scale.band(answer.rating);
  std::optional<std::size_t> alarmed;
  for (std::size_t side = sides_.size(); side-- > 0;) {
    if (sides_[side] && step(side, answer, band)) alarmed = side;
  }
  if (!alarmed) return std::nullopt;
  const Run& run = runs_[*alarmed];
  Alarm alarm{.kind = AlarmKind::Cusum, .points = watch.shift, .tally = run.tally};
  alarm.since = run.began;
  alarm.direction = static_cast<Direction>(*alarmed);
  alarm.answers_per_false_alarm = watch.answers_per_false_alarm;
  alarm.corrected = static_cast<std::uint64_t>(std::ranges::count_if(
      corrected_, [&run](std::uint64_t number) { return number >= run.first; }));
  const std::uint64_t first = run.first;
  if (!watch.usual) *this = CusumFollower();  // to learn anew
  alarmed_from_ = first;
  return alarm;
}

void CusumFollower::correct(std::uint64_t number) {
  std::uint64_t first = number + 1;  // of the longer run
  for (const Run& run : runs_) {
    if (run.since != 0) first = std::min(first, run.first);
  }
  std::erase_if(corrected_, [first](std::uint64_t known) { return known < first; });
  if (number >= first) corrected_.push_back(number);
}

// ---- Since --------------------------------------------------------------------------------------

std::optional<Alarm> SinceFollower::add(const SinceWatch& watch, const Arrival& answer,
                                        const Scale& scale) {
  if (!answer.answered_at || *answer.answered_at < watch.start || told_) return std::nullopt;
  sequence_.add(scale.band(answer.rating));
  tally_.add(answer.rating);
  const auto found = sequence_.interval();
  if (!(found->high < watch.points)) return std::nullopt;
  told_ = true;
  Alarm alarm{.kind = AlarmKind::Since, .points = watch.points, .tally = tally_};
  alarm.since = watch.start;
  alarm.interval = AlarmInterval{found->low, found->high, watch.level};
  alarm.corrected = corrected_;
  return alarm;
}

// ---- Silence ------------------------------------------------------------------------------------

void SilenceFollower::add(std::int64_t hour, Timestamp clock) noexcept {
  if (!began_) {
    began_ = hour;
    last_ = hour;
  }
  const auto size = static_cast<std::int64_t>(counts_.size());
  if (hour - last_ >= size) {
    std::ranges::fill(counts_, 0U);
  } else {
    for (std::int64_t silent = last_ + 1; silent <= hour; ++silent) at(silent) = 0;
  }
  ++at(hour);
  last_ = hour;
  last_clock_ = clock;
  log_p_ = 0;
  told_ = false;
}

std::optional<Alarm> SilenceFollower::close(const SilenceWatch& watch, std::int64_t first,
                                            std::int64_t end) noexcept {
  const auto size = static_cast<std::int64_t>(counts_.size());
  if (!began_ || told_ || last_ - *began_ < size) return std::nullopt;
  end = std::min(end, last_ + kLongest + 1);
  for (std::int64_t hour = std::max(first, last_ + 1); hour < end; ++hour) {
    // The weeks before the silence began, also where it has lasted for weeks itself.
    const std::int64_t lasted = (hour - last_ - 1) / kHoursPerWeek;
    std::uint64_t in_past = 0;
    for (std::int64_t week = 1; week <= watch.weeks; ++week) {
      in_past += at(hour - kHoursPerWeek * (lasted + week));
    }
    const double weeks = watch.weeks + static_cast<double>(lasted);
    log_p_ += static_cast<double>(in_past) * std::log(weeks / (weeks + 1));
    if (log_p_ > -std::log(watch.answers_per_false_alarm)) continue;
    told_ = true;
    Alarm alarm{.kind = AlarmKind::Silence};
    alarm.at = Timestamp(std::chrono::hours(hour + 1));
    alarm.since = last_clock_;
    alarm.p = std::exp(log_p_);
    alarm.answers_per_false_alarm = watch.answers_per_false_alarm;
    return alarm;
  }
  return std::nullopt;
}

}  // namespace nps::internal
