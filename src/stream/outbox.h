// Outbox: changes on their way to those who asked for them, and to the watches. Whoever puts something
// in tries to be the one who hands out; while another does, it is left to that one.
#ifndef NPS_SRC_STREAM_OUTBOX_H_
#define NPS_SRC_STREAM_OUTBOX_H_

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "nps/change.h"
#include "nps/stream/alarm.h"
#include "nps/timestamp.h"
#include "stream/watching.h"

namespace nps::internal {

/// Safe for all threads.
class Outbox {
 public:
  using Sink = std::function<void(const Change&)>;
  using AlarmSink = std::function<void(const Alarm&)>;
  struct Sinks {
    std::vector<Sink> changes;
    std::vector<AlarmSink> alarms;
  };

  /// Changes that own what they view.
  class Parcel {
   public:
    void add(const Change& change);
    [[nodiscard]] std::size_t size() const noexcept { return changes_.size(); }

    // For the watches.
    std::optional<Timestamp> now = {};           // where their clock moves before the changes
    bool arrives = true;                         // events made the changes, not a merge
    std::function<void(Watching&)> errand = {};  // done when all else is; it must not throw

   private:
    friend class Outbox;
    struct OwnedAnswer {
      std::string response_id, customer, channel, journey_stage;
      std::vector<std::pair<std::string, std::string>> dimensions;
      Answer plain;  // rating and times
    };
    struct Owned {
      std::optional<OwnedAnswer> before, after;
    };
    using Labels = std::vector<std::pair<std::string_view, std::string_view>>;
    static std::optional<OwnedAnswer> own(const std::optional<Answer>& answer);
    static std::optional<Answer> view(const std::optional<OwnedAnswer>& answer, Labels& labels);
    /// A parcel without changes takes room, too.
    [[nodiscard]] std::size_t weight() const noexcept {
      return std::max<std::size_t>(changes_.size(), 1);
    }

    std::vector<Owned> changes_;
    std::shared_ptr<const Sinks> sinks_;
    std::unique_ptr<Parcel> next_;
  };

  /// Before anything is put in.
  void watch(Watches watches);
  [[nodiscard]] Watching* watching() const noexcept { return watching_.get(); }

  void add_sink(Sink sink);
  void add_sink(AlarmSink sink);
  /// Whether anybody wants to know.
  [[nodiscard]] bool wanted() const noexcept { return wanted_.load(std::memory_order_acquire); }

  /// Puts a parcel behind all others, and says which it is. Its sinks are those that there are now.
  std::uint64_t put(std::unique_ptr<Parcel> parcel) noexcept;
  /// Hands out all that is there, unless somebody is at it. Not to be called under any lock.
  void hand_out();
  /// Whether a sink is at work further up on this thread.
  [[nodiscard]] bool is_handed_out_here();
  /// Returns when that parcel is handed out, by whomever. Not for sinks.
  void wait_for(std::uint64_t parcel);

 private:
  static constexpr std::size_t kMost = std::size_t{1} << 16U;  // changes that wait

  template <typename Function>
  void add_to(std::vector<Function> Sinks::*list, Function sink);
  void hand_out(std::unique_lock<std::mutex>& held);
  void deliver(const Parcel& parcel);

  std::unique_ptr<Watching> watching_;
  std::atomic<bool> wanted_{false};
  std::mutex mutex_;
  std::shared_ptr<const Sinks> sinks_ = std::make_shared<Sinks>();
  std::unique_ptr<Parcel> first_;
  Parcel* last_ = nullptr;
  std::size_t waiting_ = 0;
  std::uint64_t put_ = 0;   // parcels, ever
  std::uint64_t done_ = 0;  // and of them those handed out
  std::thread::id at_it_;   // who hands out, if anybody
  std::condition_variable room_;
};

}  // namespace nps::internal

#endif  // NPS_SRC_STREAM_OUTBOX_H_
