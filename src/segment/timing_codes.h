// TimingCodes: from an instant to the code of its label, without a civil-time conversion per row.
// Stretches of time with one label are remembered; a row within the last one costs two compares.
#ifndef NPS_SRC_SEGMENT_TIMING_CODES_H_
#define NPS_SRC_SEGMENT_TIMING_CODES_H_

#include <map>
#include <optional>

#include "nps/segment/dimension.h"
#include "nps/segment/labels.h"
#include "segment/cells.h"

namespace nps::internal {

class TimingCodes {
 public:
  /// The code of the row's label in `labels`; kAbsent when a time that it takes is not known.
  Code code(const Dimension& dimension, Labels& labels, std::optional<Timestamp> answered_at,
            std::optional<Timestamp> touchpoint_at) {
    if (!answered_at) return kAbsent;
    if (const Delays* delays = dimension.as_delays()) {
      if (!touchpoint_at) return kAbsent;
      return labels.intern(delays->label(delays->bucket(*touchpoint_at, *answered_at)));
    }
    if (const Calendar* calendar = dimension.as_calendar()) {
      return within(*calendar, labels, *answered_at);
    }
    return within(*dimension.as_cycle(), labels, *answered_at);
  }

 private:
  struct Stretch {
    Span span;
    Code code;
  };

  template <typename Timing>
  Code within(const Timing& timing, Labels& labels, Timestamp time) {
    if (last_ != stretches_.end() && last_->second.span.contains(time)) return last_->second.code;
    const auto next = stretches_.upper_bound(time);
    if (next != stretches_.begin()) {
      last_ = std::prev(next);
      if (last_->second.span.contains(time)) return last_->second.code;
    }
    const Span span = timing.span(time);
    const Code code = labels.intern(timing.label(time));
    last_ = stretches_.insert_or_assign(next, span.from, Stretch{span, code});
    return code;
  }

  std::map<Timestamp, Stretch> stretches_;  // by their start
  std::map<Timestamp, Stretch>::const_iterator last_ = stretches_.end();
};

}  // namespace nps::internal

#endif  // NPS_SRC_SEGMENT_TIMING_CODES_H_
