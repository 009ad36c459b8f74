// Scan: which segments differ from the rest, and where bringing one up to it would help the most?
//
//   auto scan = nps::scan_segments(cube, {.roll_ups = {{"channel"}, {"stage"}}});
//   for (const nps::ScannedSegment& segment : scan->segments) {
//     if (segment.adjusted_p <= 0.05) print(segment.key, segment.difference, segment.gain);
//   }
#ifndef NPS_SEGMENT_SCAN_H_
#define NPS_SEGMENT_SCAN_H_

#include <string>
#include <utility>
#include <vector>

#include "nps/export.h"
#include "nps/result.h"
#include "nps/scale.h"
#include "nps/score.h"
#include "nps/segment/cube.h"
#include "nps/stats/comparison.h"
#include "nps/stats/false_discovery.h"
#include "nps/stats/level.h"
#include "nps/tally.h"

namespace nps {

struct ScanOptions {
  /// Besides the cells of all dimensions together: each a list of dimensions to roll up to. The
  /// comparisons of all of them are one family.
  std::vector<std::vector<std::string>> roll_ups = {};
  /// False leaves the cells of all dimensions together out.
  bool cells = true;
  PAdjustment adjustment = PAdjustment::BenjaminiHochberg;
  ComparisonMethod method = ComparisonMethod::Adjusted;
  Level level = {};
  Scale scale = kZeroToTen;
};

/// One segment against everybody else.
struct ScannedSegment {
  /// Dimension and label, in the order of the cube or of the roll-up. Rolled-up dimensions are absent.
  std::vector<std::pair<std::string, std::string>> key;
  BandCounts bands;
  BandCounts rest;
  Tally tally;  // the same before they were cut into bands
  Tally rest_tally;
  /// The segment less the rest, in points, with its interval and its p before adjusting.
  Comparison difference;
  /// The p adjusted for the number of segments compared.
  double adjusted_p;
  /// What the total would gain, in points, were the segment at the level of the rest: its share times
  /// (rest - segment). Below 0 for one that is better than the rest.
  double gain;
};

struct Scan {
  std::vector<ScannedSegment> segments;  // the greatest gain first, equal ones by key
};

/// Compares every cell with all other answers.
/// Shape       each cell with an answer, and each segment of each roll-up asked for; not one that is
///             everybody, as it has no rest. The interval of each is for itself alone; the adjusted
///             p-values are for all of them.
/// Errors      NotFound for a roll-up to a dimension that the cube does not have. Responses without a
///             time are in no group by time, nor in its rest. Comparing takes a segment and its rest
///             as different customers, which answers of one customer in both are not.
/// Threads     reentrant. Complexity: O(segments log segments).
[[nodiscard]] NPS_EXPORT Result<Scan> scan_segments(const Cube& cube,
                                                    const ScanOptions& options = {});

}  // namespace nps

#endif  // NPS_SEGMENT_SCAN_H_
