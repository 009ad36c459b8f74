// Mix and rate: what each part of a whole added to the whole's change. Used by decompose() and by
// comparisons, whose parts may carry weights.
#ifndef NPS_SRC_SEGMENT_EFFECTS_H_
#define NPS_SRC_SEGMENT_EFFECTS_H_

#include <optional>
#include <span>
#include <vector>

namespace nps::internal {

/// How much of the whole a part was, in any unit, and its score in points; none where it is empty.
struct PartChange {
  double size_before = 0;
  double size_after = 0;
  std::optional<double> before = {};
  std::optional<double> after = {};
  int direction = 0;  // of its score: 1, 0 or -1, by whoever knows it exactly
};

struct Effect {
  double mix = 0;
  double rate = 0;
};

struct Effects {
  std::vector<Effect> parts;  // in the order of the parts
  double mix = 0;
  double rate = 0;
  bool simpson = false;
};

/// `whole` has the sums of the parts' sizes, above 0 both, and both scores.
Effects effects(std::span<const PartChange> parts, const PartChange& whole);

}  // namespace nps::internal

#endif  // NPS_SRC_SEGMENT_EFFECTS_H_
