// Suppression: small groups are not shown, nor what would give them away.
//
//   auto report = nps::suppress_small_cells(cube, {{"channel"}, {"stage"}}, 5);
//   for (const nps::ReportedGroup& group : report->groups) {
//     group.suppressed ? print(group.key, "hidden") : print(group.key, group.tally.score());
//   }
//
// A score of three answers is about three people, who may have been promised that nobody sees theirs.
// Hiding that cell alone is not enough: the total less the other cells is what was hidden.
#ifndef NPS_SEGMENT_SUPPRESSION_H_
#define NPS_SEGMENT_SUPPRESSION_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "nps/export.h"
#include "nps/result.h"
#include "nps/segment/cube.h"
#include "nps/tally.h"

namespace nps {

/// Groups below this many responses are hidden, unless somebody asks for another number.
inline constexpr std::uint64_t kLeastShown = 5;

/// One group of a report that is the sum of others, all by their place in it.
struct GroupSum {
  std::size_t whole;
  std::vector<std::size_t> parts;
};

/// Which groups of one report to hide, given how many responses each has and all that add up.
/// Shape       one flag for each group, in the same order.
/// Promise     hidden are
///             - each group with at least one and fewer than `least` responses (primary), and
///             - as many more, small ones first, as it takes (complementary) so that no hidden count
///               follows from the shown ones and the sums; nor do hidden parts of a shown group come
///               to fewer than `least` responses together, which would show a small group under
///               another name.
///             What follows is decided by solving the sums for what is hidden. They still bound it:
///             a hidden count is known to lie between 1 and what is left. Groups without responses
///             are taken as shown. The same groups always give the same flags.
/// Limits      it is about one report. Two reports, of overlapping periods or other groupings, can be
///             subtracted from each other: then hide by the groups and sums of both together.
/// Errors      InvalidArgument for a sum that names a group which is not there, or whose parts do not
///             add up; LimitReached where solving would take more than some seconds: show fewer
///             roll-ups.
/// Threads     reentrant. Complexity: near the number of sums times the hidden groups.
/// Source      Willenborg & de Waal, Elements of Statistical Disclosure Control (2001), chapter 4.
[[nodiscard]] NPS_EXPORT Result<std::vector<bool>> suppress(
    std::span<const std::uint64_t> responses, std::span<const GroupSum> sums,
    std::uint64_t least = kLeastShown);

/// A group of a cube's report: the total has an empty key.
struct ReportedGroup {
  std::vector<std::pair<std::string, std::string>> key;  // dimension and label
  Tally tally;  // of a suppressed group too: not to be shown
  bool suppressed;
};

struct SuppressedReport {
  std::vector<ReportedGroup> groups;  // the total, the roll-ups as asked for, the cells
};

/// The total, the roll-ups and the cells of a cube, with small ones hidden as above.
/// Errors      NotFound for a roll-up to a dimension that the cube does not have; LimitReached as
///             above. A response without a time is in totals and in no group by time; how many there
///             are is taken as known, so that they hide nothing.
/// Threads     reentrant.
[[nodiscard]] NPS_EXPORT Result<SuppressedReport> suppress_small_cells(
    const Cube& cube, std::span<const std::vector<std::string>> roll_ups = {},
    std::uint64_t least = kLeastShown);

}  // namespace nps

#endif  // NPS_SEGMENT_SUPPRESSION_H_
