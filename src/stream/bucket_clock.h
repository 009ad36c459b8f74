// BucketClock: a Bucketing that remembers which UTC offset held when, so that an answer costs an
// addition and a division rather than a search through the zone's clock changes.
#ifndef NPS_SRC_STREAM_BUCKET_CLOCK_H_
#define NPS_SRC_STREAM_BUCKET_CLOCK_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "nps/stream/buckets.h"
#include "segment/civil.h"

namespace nps::internal {

inline constexpr std::int64_t kMicrosecondsPerHour = 3'600'000'000;
inline constexpr std::int64_t kMicrosecondsPerDay = 86'400'000'000;

class BucketClock {
 public:
  explicit BucketClock(const Bucketing& bucketing)
      : bucketing_(bucketing),
        is_hours_(bucketing.unit() == BucketUnit::Hour),
        is_utc_(is_hours_ || bucketing.zone() == Zone::utc()) {}

  [[nodiscard]] const Bucketing& bucketing() const noexcept { return bucketing_; }

  [[nodiscard]] std::int64_t bucket(Timestamp t) noexcept {
    const std::int64_t ticks = t.time_since_epoch().count();
    if (is_utc_) return number(ticks);
    Stretch& known = stretches_[static_cast<std::uint64_t>(ticks) >> kShift & (kStretches - 1)];
    if (ticks < known.from || ticks >= known.to) {
      if (ticks > kFar || ticks < -kFar) return bucketing_.bucket(t);  // an offset could overflow
      const Zone::Stretch stretch = bucketing_.zone().at(t);
      known = {stretch.span.from.time_since_epoch().count(),
               stretch.span.to.time_since_epoch().count(),
               std::chrono::microseconds(stretch.offset).count()};
    }
    return number(ticks + known.offset);
  }

 private:
  static constexpr std::int64_t kFar = std::int64_t{1} << 62U;
  static constexpr unsigned kShift = 40;  // 13 days: at most one change of clocks in most zones
  static constexpr std::size_t kStretches = 64;

  // By one constant or the other: a division by what is only known at run time takes ten times as long.
  [[nodiscard]] std::int64_t number(std::int64_t ticks) const noexcept {
    return is_hours_ ? detail::floor_div(ticks, kMicrosecondsPerHour)
                     : detail::floor_div(ticks, kMicrosecondsPerDay);
  }

  struct Stretch {
    std::int64_t from = 1;  // none yet: nothing is between
    std::int64_t to = 0;
    std::int64_t offset = 0;
  };

  Bucketing bucketing_;
  bool is_hours_;
  bool is_utc_;
  std::array<Stretch, kStretches> stretches_{};
};

}  // namespace nps::internal

#endif  // NPS_SRC_STREAM_BUCKET_CLOCK_H_
