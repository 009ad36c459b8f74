// What Watches are made of: cells, each with a state for each watch and the latest alarm of each.
#ifndef NPS_SRC_STREAM_WATCHES_IMPL_H_
#define NPS_SRC_STREAM_WATCHES_IMPL_H_

#include <absl/container/flat_hash_map.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "nps/stream/watch.h"
#include "stream/arrival_watch.h"
#include "stream/bucket_clock.h"
#include "stream/window_watch.h"

namespace nps::internal {

inline constexpr auto kHour = static_cast<std::size_t>(BucketUnit::Hour);
inline constexpr auto kDay = static_cast<std::size_t>(BucketUnit::Day);

using WatchState = std::variant<WindowWatch, CusumFollower, SinceFollower, SilenceFollower>;

/// An alarm, and how to tell an answer that it rests on.
struct Kept {
  Alarm alarm;
  std::size_t cell = 0;
  std::uint64_t change = 0;  // number of the change after which it was given
  std::uint64_t from = 0;    // Cusum: number of the change that brought the first of its answers
  std::int64_t first = 0;    // Below, Drop: the buckets
  std::int64_t last = 0;
};

struct WatchedCell {
  std::vector<std::string> key;
  std::array<Buckets, 2> timed;    // answers by BucketUnit, where a window counts in it
  std::vector<WatchState> states;  // one for each watch
  std::vector<std::optional<Kept>> kept;
};

/// A unit of time that some window is counted in, or that Silence is judged by.
struct WatchClock {
  explicit WatchClock(const Bucketing& bucketing) : clock(bucketing) {}
  BucketClock clock;
  std::int64_t span = 0;  // the most buckets that a judgement looks back on; 0 without windows
  std::optional<std::int64_t> open = {};  // the bucket of the event clock
};

}  // namespace nps::internal

namespace nps {

struct Watches::Impl {
  using Cell = internal::WatchedCell;

  Impl(std::vector<Watch> declared, WatchesOptions chosen);

  [[nodiscard]] std::vector<std::string> key_of(const Answer& answer) const;
  /// The cell of that key, if there is one, by its position.
  [[nodiscard]] std::optional<std::size_t> find(const std::vector<std::string>& key) const;
  [[nodiscard]] std::size_t make(std::vector<std::string> key);
  [[nodiscard]] bool has_windows(std::size_t unit) const noexcept { return clocks[unit].span != 0; }

  Result<> follow(const Change& change, bool arrives);
  void move_on(std::size_t unit, std::int64_t to);
  void judge(std::size_t cell, std::size_t unit, std::int64_t closing);
  void judge_all(std::size_t cell, std::size_t unit, std::int64_t from, std::int64_t end);
  void prune(Cell& cell, std::size_t unit) const;
  void count(std::size_t cell, const Answer& answer);
  void take(std::size_t cell, const Answer& answer);
  void correct(std::optional<std::size_t> counted_in, const Answer& before, bool is_gone);
  void give(std::size_t cell, std::size_t watch, internal::Kept kept);
  void number_alarms();

  // watches_codec.cpp
  void write_declaration(wire::Writer& out) const;
  void write(wire::Writer& out) const;
  void read(wire::Reader& in);
  void write(wire::Writer& out, const Cell& cell) const;
  void read_cell(wire::Reader& in);
  void write(wire::Writer& out, const internal::Kept& kept) const;
  [[nodiscard]] internal::Kept read_kept(wire::Reader& in, std::size_t watch) const;
  void read_taken(wire::Reader& in);

  std::vector<Watch> watches;
  WatchesOptions options;
  std::vector<internal::WatchState> fresh_states;  // of a cell in which nobody has answered

  std::optional<Timestamp> now;
  std::array<internal::WatchClock, 2> clocks;  // by BucketUnit
  std::vector<Cell> cells;                     // in the order in which they appeared
  absl::flat_hash_map<std::vector<std::string>, std::size_t> cell_of;
  std::uint64_t changes = 0;
  // By the hash of a response's id: where an answer was first counted, and by which change; and
  // which change was the last that corrected it.
  struct Taken {
    std::uint64_t change : 40;
    std::uint64_t cell : 24;
  };
  absl::flat_hash_map<std::uint64_t, Taken> taken;
  absl::flat_hash_map<std::uint64_t, std::uint64_t> corrected;
  std::vector<internal::Kept> given;  // of the call at hand, not yet in order of time
  std::vector<Alarm> alarms;          // of the latest call
  std::uint64_t numbered = 0;
};

}  // namespace nps

#endif  // NPS_SRC_STREAM_WATCHES_IMPL_H_
