// Subsets of the dimensions that a report is grouped by: what a roll-up shows.
#ifndef NPS_SRC_REPORT_SUBSETS_H_
#define NPS_SRC_REPORT_SUBSETS_H_

#include <cstddef>
#include <vector>

#include "nps/result.h"

namespace nps::internal {

/// Positions of dimensions, in order.
using Subset = std::vector<std::size_t>;

/// InvalidArgument where a roll-up would have too many subsets.
Result<> check_roll_up(std::size_t dimensions, bool roll_up);

/// Subsets of 0..count-1 from the coarsest to the finest; without roll-up only the full one, and of
/// nothing none.
std::vector<Subset> subsets(std::size_t count, bool roll_up);

}  // namespace nps::internal

#endif  // NPS_SRC_REPORT_SUBSETS_H_
