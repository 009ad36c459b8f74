// Watching: the watches of a tracker. One thread at a time feeds them, which is whoever hands out; what
// they know may be asked for by any other meanwhile.
#ifndef NPS_SRC_STREAM_WATCHING_H_
#define NPS_SRC_STREAM_WATCHING_H_

#include <mutex>
#include <utility>
#include <vector>

#include "nps/change.h"
#include "nps/stream/alarm.h"
#include "nps/stream/watch.h"
#include "nps/timestamp.h"

namespace nps::internal {

/// Alarms are copied out under the lock, so that they can be told outside of it.
class Watching {
 public:
  explicit Watching(Watches watches) : watches_(std::move(watches)) {}

  [[nodiscard]] std::vector<Alarm> advance(Timestamp now) {
    const std::lock_guard held(mutex_);
    const auto alarms = watches_.advance(now);
    return {alarms.begin(), alarms.end()};
  }
  /// A change that an event made, or that a merge brought. Nothing fails: each cell of the watches is
  /// one or several of the tracker's, whose limit is the lower one.
  [[nodiscard]] std::vector<Alarm> apply(const Change& change, bool arrives) {
    const std::lock_guard held(mutex_);
    if (!arrives) {
      static_cast<void>(watches_.adopt(change));
      return {};
    }
    const auto alarms = watches_.apply(change);
    if (!alarms) return {};
    return {alarms->begin(), alarms->end()};
  }
  void replace(Watches by) {
    const std::lock_guard held(mutex_);
    watches_ = std::move(by);
  }
  [[nodiscard]] Watches copy() const {
    const std::lock_guard held(mutex_);
    return watches_;
  }
  [[nodiscard]] std::vector<Alarm> alarms() const {
    const std::lock_guard held(mutex_);
    return watches_.alarms();
  }

 private:
  mutable std::mutex mutex_;
  Watches watches_;
};

}  // namespace nps::internal

#endif  // NPS_SRC_STREAM_WATCHING_H_
