// Decomposition: why a score moved. Because segments score otherwise than before (rate), or because
// more of the answers come from better or worse segments (mix)?
//
//   auto why = nps::decompose(*march.roll_up({"channel"}), *april.roll_up({"channel"}));
//   if (why->simpson) warn("every channel rose, and the total fell: there are more of the low ones");
//   for (const nps::SegmentEffect& part : why->segments) print(part.labels, part.mix, part.rate);
#ifndef NPS_SEGMENT_DECOMPOSITION_H_
#define NPS_SEGMENT_DECOMPOSITION_H_

#include <string>
#include <vector>

#include "nps/export.h"
#include "nps/result.h"
#include "nps/scale.h"
#include "nps/score.h"
#include "nps/segment/cube.h"

namespace nps {

/// What one segment added to the change, in points.
struct SegmentEffect {
  std::vector<std::string> labels;  // in the order of the cubes' dimensions
  BandCounts before;
  BandCounts after;
  double mix;   // by its share of the answers: above 0 if a good segment grew, or a bad one shrank
  double rate;  // by its own score
};

/// A change in full: nps == mix + rate, but for rounding in the last digits.
struct Decomposition {
  double nps;  // after - before
  double mix;
  double rate;
  /// Every segment that answered in both periods moved one way, or not at all, and the total moved
  /// the other way (Simpson's paradox): the total alone would mislead.
  bool simpson;
  std::vector<SegmentEffect> segments;  // in the order of Cube::cells()
};

/// Takes the change between two cubes apart, cell by cell.
/// Shape       a segment for each cell that either cube has. A segment that is missing in one of them
///             has its score in both and no rate effect: it comes or goes by mix alone.
/// Units       points. Mix and rate are each halfway between the two ways of holding the other fixed,
///             so no order is preferred, and before and after exchanged turn every sign. Mix counts
///             from the mean of both totals.
/// Errors      Mismatch when the cubes' dimensions are not the same; InvalidArgument when either has
///             no answers in its cells. Responses without a time, where there is a timing, are in no
///             cell and so not in here.
/// Threads     reentrant. Complexity: O(cells).
/// Source      Kitagawa, Journal of the American Statistical Association 50 (1955) 1168-1194.
[[nodiscard]] NPS_EXPORT Result<Decomposition> decompose(const Cube& before, const Cube& after,
                                                         const Scale& scale = kZeroToTen);

}  // namespace nps

#endif  // NPS_SEGMENT_DECOMPOSITION_H_
