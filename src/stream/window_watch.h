// WindowWatch: Below and Drop in one cell, judged where a bucket closes.
#ifndef NPS_SRC_STREAM_WINDOW_WATCH_H_
#define NPS_SRC_STREAM_WINDOW_WATCH_H_

#include <cstdint>
#include <optional>

#include "nps/scale.h"
#include "nps/stream/alarm.h"
#include "nps/stream/buckets.h"
#include "nps/stream/watch.h"
#include "nps/wire/reader.h"
#include "nps/wire/writer.h"

namespace nps::internal {

class WindowWatch {
 public:
  /// The alarm of the window that ends with the bucket that closes, without where and when.
  [[nodiscard]] std::optional<Alarm> judge(const BelowWatch& watch, const Buckets& buckets,
                                           std::int64_t closing, const Scale& scale);
  [[nodiscard]] std::optional<Alarm> judge(const DropWatch& watch, const Buckets& buckets,
                                           std::int64_t closing, const Scale& scale);

  void write(wire::Writer& out) const;
  void read(wire::Reader& in);

 private:
  /// Whether it may alarm for the window from `first` on.
  [[nodiscard]] bool is_armed(std::int64_t first) const noexcept {
    return !alarmed_ || *alarmed_ < first;
  }

  std::optional<std::int64_t> alarmed_;  // the last bucket that alarmed; none once it is re-armed
};

}  // namespace nps::internal

#endif  // NPS_SRC_STREAM_WINDOW_WATCH_H_
