// Suppression among the groups of a report with roll-ups. What suppress_small_cells() does for a cube,
// for whoever has the groups already.
#ifndef NPS_SRC_SEGMENT_SUPPRESSION_LEVELS_H_
#define NPS_SRC_SEGMENT_SUPPRESSION_LEVELS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "nps/result.h"

namespace nps::internal {

/// One grouping of the report: which dimensions, and its groups by their labels.
struct GroupLevel {
  std::vector<std::size_t> dimensions;                     // in the order of the labels
  std::map<std::vector<std::string>, std::size_t> groups;  // places in the report
};

/// Which groups to hide, of all levels together, as suppress() says. Groups of a coarser level are
/// the sums of those of a finer one; what their counts are more than these (responses without a
/// time) is taken as known.
Result<std::vector<bool>> suppress_levels(std::span<const GroupLevel> levels,
                                          std::span<const std::uint64_t> responses,
                                          std::uint64_t least);

/// What to say where the total itself is among the hidden.
Error nothing_to_show(std::uint64_t least);

}  // namespace nps::internal

#endif  // NPS_SRC_SEGMENT_SUPPRESSION_LEVELS_H_
