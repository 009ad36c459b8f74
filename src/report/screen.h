// Screened: rows that a counting policy cannot count, or leaves out, taken out of a batch before it goes
// anywhere.
#ifndef NPS_SRC_REPORT_SCREEN_H_
#define NPS_SRC_REPORT_SCREEN_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "nps/batch.h"
#include "nps/counting_policy.h"
#include "nps/report/report.h"
#include "nps/result.h"
#include "nps/scale.h"
#include "nps/stream/buckets.h"

namespace nps::internal {

/// A byte that is no rating, so that nothing counts its row.
inline constexpr std::uint8_t kNoRating = 0xff;

/// Where there are such rows, their ratings are made into no rating at all, in a copy; whole batches
/// of good rows, the usual case, are only looked at.
struct Screened {
  std::vector<std::uint8_t> ratings;  // empty where all rows are good
  std::uint64_t off_scale = 0;
  std::uint64_t bad_weights = 0;
  OutsideWindow outside = {};  // rows that are otherwise good
};

/// The buckets of a policy's window.
struct WindowBuckets {
  Bucketing bucketing;
  std::int64_t first;
  std::int64_t last;
};

/// No value for a policy without a window. NotFound for a zone that this machine does not know.
Result<std::optional<WindowBuckets>> window_of(const CountingPolicy& policy);

/// `columns` must have been checked for their lengths.
Screened screen(const ResponseColumns& columns, const Scale& scale, bool weighted,
                const std::optional<WindowBuckets>& window = {});

}  // namespace nps::internal

#endif  // NPS_SRC_REPORT_SCREEN_H_
