#include "segment/effects.h"

namespace nps::internal {

Effects effects(std::span<const PartChange> parts, const PartChange& whole) {
  Effects result;
  result.parts.reserve(parts.size());
  const double centre = (*whole.before + *whole.after) / 2;
  bool rises = false;
  bool falls = false;
  for (const PartChange& part : parts) {
    Effect& effect = result.parts.emplace_back();
    if (!part.before && !part.after) continue;
    const double before = part.before ? *part.before : *part.after;
    const double after = part.after ? *part.after : *part.before;
    const double share_before = part.size_before / whole.size_before;
    const double share_after = part.size_after / whole.size_after;
    effect.mix = (share_after - share_before) * ((before + after) / 2 - centre);
    effect.rate = (after - before) * ((share_before + share_after) / 2);
    result.mix += effect.mix;
    result.rate += effect.rate;
    const bool both = part.before && part.after;
    rises = rises || (both && part.direction > 0);
    falls = falls || (both && part.direction < 0);
  }
  result.simpson =
      (rises && !falls && whole.direction < 0) || (falls && !rises && whole.direction > 0);
  return result;
}

}  // namespace nps::internal
