// Alarm: what a watch has found, as a value: what, where, since when, how sure, and on which answers
// it rests.
//
//   for (const nps::Alarm& alarm : *watches->apply(change)) log(nps::sentence(alarm));
//   // The score of the 412 answers is -3.2 (-11.9 to 5.6, 99 %), below 20.
#ifndef NPS_STREAM_ALARM_H_
#define NPS_STREAM_ALARM_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nps/export.h"
#include "nps/scale.h"
#include "nps/stats/cusum.h"
#include "nps/stats/level.h"
#include "nps/tally.h"
#include "nps/timestamp.h"

namespace nps {

/// Which question is answered; see nps/stream/watch.h.
enum class AlarmKind : std::uint8_t { Below, Drop, Cusum, Since, Silence };

inline constexpr std::array<std::string_view, 5> kAlarmKindNames{"below", "drop", "cusum", "since",
                                                                 "silence"};

constexpr std::string_view name(AlarmKind kind) noexcept {
  return kAlarmKindNames[static_cast<std::size_t>(kind)];
}

/// Where the true score (Below, Since) or the true change (Drop) lies, in points.
struct AlarmInterval {
  double low;
  double high;
  Level level;
  friend constexpr bool operator==(const AlarmInterval&, const AlarmInterval&) noexcept = default;
};

/// An alarm. What does not apply to its kind has no value.
///
/// Threads     a plain value.
struct Alarm {
  std::uint64_t number = 0;  // from 1, in the order in which they were given
  AlarmKind kind = AlarmKind::Below;
  std::size_t watch = 0;              // which of the declared ones, from 0
  std::vector<std::string> key = {};  // the cell: a label for each dimension
  std::optional<Timestamp> at = {};   // by the event clock; none where nothing has told a time yet
  std::optional<Timestamp> since = {};  // what it rests on begins there: the window, the run of
                                        // answers, the campaign; for Silence, the last answer
  double points = 0;                    // what was asked for: the floor, the least drop, the shift

  // The figures.
  Tally tally = {};                         // the answers it rests on; empty for Silence
  std::optional<Tally> before = {};         // Drop: the window before
  std::optional<Direction> direction = {};  // Cusum: where the score went

  // How sure.
  std::optional<AlarmInterval> interval = {};  // Below, Drop, Since
  std::optional<double> p = {};  // Drop: of the comparison. Silence: the chance of as long a one
  std::optional<double> answers_per_false_alarm = {};  // Cusum, Silence: what it was designed for

  /// How many of the answers it rests on were corrected or taken back: since the alarm and, where
  /// the watch follows the order of arrival and keeps what it first was told, before it, too.
  std::uint64_t corrected = 0;

  friend bool operator==(const Alarm&, const Alarm&) = default;
};

/// The alarm as a sentence for people, without saying where and when.
[[nodiscard]] NPS_EXPORT std::string sentence(const Alarm& alarm, const Scale& scale = kZeroToTen);

}  // namespace nps

#endif  // NPS_STREAM_ALARM_H_
