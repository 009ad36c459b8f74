// Outbox: changes on their way to those who asked for them. Whoever puts something in tries to be the
// one who hands out; while another does, it is left to that one.
#ifndef NPS_SRC_STREAM_OUTBOX_H_
#define NPS_SRC_STREAM_OUTBOX_H_

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "nps/change.h"

namespace nps::internal {

/// Safe for all threads.
class Outbox {
 public:
  using Sink = std::function<void(const Change&)>;

  /// Changes that own what they view.
  class Parcel {
   public:
    void add(const Change& change);
    [[nodiscard]] std::size_t size() const noexcept { return changes_.size(); }

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

    std::vector<Owned> changes_;
    std::shared_ptr<const std::vector<Sink>> sinks_;
    std::unique_ptr<Parcel> next_;
  };

  void add_sink(Sink sink);
  /// Whether anybody wants to know.
  [[nodiscard]] bool wanted() const noexcept { return wanted_.load(std::memory_order_acquire); }

  /// Puts a parcel behind all others. Its sinks are those that there are now.
  void put(std::unique_ptr<Parcel> parcel) noexcept;
  /// Hands out all that is there, unless somebody is at it. Not to be called under any lock.
  void hand_out();

 private:
  static constexpr std::size_t kMost = std::size_t{1} << 16U;  // changes that wait

  std::atomic<bool> wanted_{false};
  std::mutex mutex_;
  std::shared_ptr<const std::vector<Sink>> sinks_ = std::make_shared<std::vector<Sink>>();
  std::unique_ptr<Parcel> first_;
  Parcel* last_ = nullptr;
  std::size_t waiting_ = 0;
  std::thread::id at_it_;  // who hands out, if anybody
  std::condition_variable room_;
};

}  // namespace nps::internal

#endif  // NPS_SRC_STREAM_OUTBOX_H_
