// Screened: rows that a counting policy cannot count, taken out of a batch before it goes anywhere.
#ifndef NPS_SRC_REPORT_SCREEN_H_
#define NPS_SRC_REPORT_SCREEN_H_

#include <cstdint>
#include <vector>

#include "nps/batch.h"
#include "nps/scale.h"

namespace nps::internal {

/// A byte that is no rating, so that nothing counts its row.
inline constexpr std::uint8_t kNoRating = 0xff;

/// Where there are such rows, their ratings are made into no rating at all, in a copy; whole batches
/// of good rows, the usual case, are only looked at.
struct Screened {
  std::vector<std::uint8_t> ratings;  // empty where all rows are good
  std::uint64_t off_scale = 0;
  std::uint64_t bad_weights = 0;
};

/// `columns` must have been checked for their lengths.
Screened screen(const ResponseColumns& columns, const Scale& scale, bool weighted);

}  // namespace nps::internal

#endif  // NPS_SRC_REPORT_SCREEN_H_
