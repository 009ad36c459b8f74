// What follows answers in the order of their arrival, in one cell: Cusum, Since and Silence.
#ifndef NPS_SRC_STREAM_ARRIVAL_WATCH_H_
#define NPS_SRC_STREAM_ARRIVAL_WATCH_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "nps/rating.h"
#include "nps/result.h"
#include "nps/scale.h"
#include "nps/stats/confidence_sequence.h"
#include "nps/stats/cusum.h"
#include "nps/stream/alarm.h"
#include "nps/stream/watch.h"
#include "nps/tally.h"
#include "nps/timestamp.h"
#include "nps/wire/reader.h"
#include "nps/wire/writer.h"

namespace nps::internal {

/// An answer as it first came.
struct Arrival {
  std::uint64_t number;  // grows from one to the next
  Rating rating;
  std::optional<Timestamp> answered_at;
  std::optional<Timestamp> clock;  // when it came
};

/// The sides of a CUSUM; one of them is missing where it would lead beyond +-100.
using CusumSides = std::array<std::optional<CusumSide>, 2>;  // Down, Up

/// Fails as CusumSide::for_shift does where neither is possible.
[[nodiscard]] Result<CusumSides> design(const CusumWatch& watch, const AssumedShares& usual);

class CusumFollower {
 public:
  /// Without sides it learns the usual shares first.
  explicit CusumFollower(const CusumSides& declared = {}) noexcept : sides_(declared) {}

  [[nodiscard]] std::optional<Alarm> add(const CusumWatch& watch, const Arrival& answer,
                                         const Scale& scale);
  /// An answer that was taken in has been corrected, for the first time.
  void correct(std::uint64_t number);
  /// The number of the first answer that the latest alarm rests on.
  [[nodiscard]] std::uint64_t alarmed_from() const noexcept { return alarmed_from_; }

  /// watches_codec.cpp; what is read takes the place of a fresh follower of the same watch.
  void write(wire::Writer& out) const;
  void read(wire::Reader& in);

 private:
  /// The answers that the statistic is made of.
  struct Run {
    std::uint64_t since = 0;  // as CusumSide counts; 0: none
    std::uint64_t first = 0;  // number of the first
    std::optional<Timestamp> began;
    Tally tally;
  };

  void learn(const CusumWatch& watch, const Arrival& answer, const Scale& scale);
  [[nodiscard]] bool step(std::size_t side, const Arrival& answer, Band band);

  CusumSides sides_;
  std::array<Run, 2> runs_;
  BandCounts learnt_;
  std::vector<std::uint64_t> corrected_;  // numbers, of the runs
  std::uint64_t alarmed_from_ = 0;
};

class SinceFollower {
 public:
  explicit SinceFollower(Level level) noexcept : sequence_(level) {}

  [[nodiscard]] std::optional<Alarm> add(const SinceWatch& watch, const Arrival& answer,
                                         const Scale& scale);
  void correct() noexcept { ++corrected_; }

  void write(wire::Writer& out) const;
  void read(wire::Reader& in, Level level);

 private:
  ConfidenceSequence sequence_;
  Tally tally_;
  std::uint64_t corrected_ = 0;
  bool told_ = false;
};

class SilenceFollower {
 public:
  explicit SilenceFollower(const SilenceWatch& watch)
      : counts_(static_cast<std::size_t>(watch.weeks) * kHoursPerWeek) {}

  void add(std::int64_t hour, Timestamp clock) noexcept;
  /// The hours from `first` up to, and not with, `end` have closed.
  [[nodiscard]] std::optional<Alarm> close(const SilenceWatch& watch, std::int64_t first,
                                           std::int64_t end) noexcept;

  void write(wire::Writer& out) const;
  void read(wire::Reader& in, const std::optional<std::int64_t>& open_hour);

 private:
  static constexpr std::int64_t kHoursPerWeek = 168;
  static constexpr std::int64_t kLongest = 52 * kHoursPerWeek;
  [[nodiscard]] std::uint32_t& at(std::int64_t hour) noexcept {
    const auto size = static_cast<std::int64_t>(counts_.size());
    const std::int64_t left = hour % size;
    return counts_[static_cast<std::size_t>(left < 0 ? left + size : left)];
  }

  std::vector<std::uint32_t> counts_;  // of the last hours, up to that of the last answer
  std::optional<std::int64_t> began_;  // the hour of the first answer
  std::int64_t last_ = 0;              // the hour of the last one
  Timestamp last_clock_;
  double log_p_ = 0;  // of the silence since
  bool told_ = false;
};

}  // namespace nps::internal

#endif  // NPS_SRC_STREAM_ARRIVAL_WATCH_H_
