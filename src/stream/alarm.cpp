#include "nps/stream/alarm.h"

#include <fmt/format.h>

#include <chrono>

#include "nps/score.h"

namespace nps {
namespace {

std::string points_of(const Tally& tally, const Scale& scale) {
  const auto score = tally.score(scale);
  return score ? fmt::format("{:+.1f}", score->points()) : "none";
}

std::string answers(std::uint64_t n) { return n == 1 ? "1 answer" : fmt::format("{} answers", n); }

// "-11.9 to +5.6, 99 %"
std::string range_of(const Alarm& alarm) {
  if (!alarm.interval) return {};
  return fmt::format(" ({:+.1f} to {:+.1f}, {:.6g} %)", alarm.interval->low, alarm.interval->high,
                     100 * alarm.interval->level.value());
}

std::string drop(const Alarm& alarm, const Scale& scale) {
  const Tally before = alarm.before.value_or(Tally{});
  const auto was = before.score(scale);
  const auto is = alarm.tally.score(scale);
  const double change = was && is ? is->points() - was->points() : 0;
  return fmt::format("The score of {} is {}, that of the {} before was {}: a change of {:+.1f}{}.",
                     answers(alarm.tally.responses()), points_of(alarm.tally, scale),
                     before.responses(), points_of(before, scale), change, range_of(alarm));
}

std::string moved(const Alarm& alarm, const Scale& scale) {
  return fmt::format(
      "The score has moved {}: the last {} come to {}. Designed for one false alarm in {:g} "
      "answers.",
      alarm.direction == Direction::Up ? "up" : "down", answers(alarm.tally.responses()),
      points_of(alarm.tally, scale), alarm.answers_per_false_alarm.value_or(0));
}

std::string silence(const Alarm& alarm) {
  const auto span = alarm.at && alarm.since ? *alarm.at - *alarm.since : Timestamp::duration{};
  const auto hours = std::chrono::floor<std::chrono::hours>(span).count();
  return fmt::format(
      "No answer for {} {}. By the pace of the same hours in the weeks before, the chance of that "
      "is {:.2g}.",
      hours, hours == 1 ? "hour" : "hours", alarm.p.value_or(1));
}

}  // namespace

std::string sentence(const Alarm& alarm, const Scale& scale) {
  std::string text;
  switch (alarm.kind) {
    case AlarmKind::Below:
    case AlarmKind::Since:
      text = fmt::format("The score of {}{} is {}{}, below {:g}.", answers(alarm.tally.responses()),
                         alarm.kind == AlarmKind::Since ? " since the start" : "",
                         points_of(alarm.tally, scale), range_of(alarm), alarm.points);
      break;
    case AlarmKind::Drop: text = drop(alarm, scale); break;
    case AlarmKind::Cusum: text = moved(alarm, scale); break;
    case AlarmKind::Silence: text = silence(alarm); break;
  }
  if (alarm.corrected != 0) {
    text += fmt::format(" {} of them {} corrected since.", alarm.corrected,
                        alarm.corrected == 1 ? "was" : "were");
  }
  return text;
}

}  // namespace nps
