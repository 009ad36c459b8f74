// Timestamp: an instant, in microseconds of UTC.
#ifndef NPS_TIMESTAMP_H_
#define NPS_TIMESTAMP_H_

#include <chrono>

namespace nps {

/// An instant. Calendars and time zones come in when it is grouped (nps/segment/timing.h).
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

static_assert(sizeof(Timestamp) == 8);

}  // namespace nps

#endif  // NPS_TIMESTAMP_H_
