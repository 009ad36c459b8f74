// Grade: a word for a score.
#ifndef NPS_GRADE_H_
#define NPS_GRADE_H_

#include <cstdint>
#include <string_view>

#include "nps/score.h"

namespace nps {

/// How a score is commonly spoken of. A grade is a courtesy to readers, not a measurement:
/// industries, countries and channels differ so much that one's own trend says more than any
/// comparison with somebody else's score.
enum class Grade : std::uint8_t { NeedsWork, Acceptable, Strong, Excellent };

/// Below 0 needs work, [0, 30) acceptable, [30, 50) strong, from 50 excellent. Exact: the fraction
/// is compared, so 50 is excellent and the score just below it is not, however many responses.
[[nodiscard]] constexpr Grade grade(const Score& score) noexcept {
  if (score < Score::of_points(0)) return Grade::NeedsWork;
  if (score < Score::of_points(30)) return Grade::Acceptable;
  return score < Score::of_points(50) ? Grade::Strong : Grade::Excellent;
}

/// The same for a score that is a mean of others and so no fraction of counts.
[[nodiscard]] constexpr Grade grade(double points) noexcept {
  if (points < 0) return Grade::NeedsWork;
  if (points < 30) return Grade::Acceptable;
  return points < 50 ? Grade::Strong : Grade::Excellent;
}

[[nodiscard]] constexpr std::string_view name(Grade grade) noexcept {
  switch (grade) {
    case Grade::NeedsWork: return "needs work";
    case Grade::Acceptable: return "acceptable";
    case Grade::Strong: return "strong";
    case Grade::Excellent: return "excellent";
  }
  return "";
}

}  // namespace nps

#endif  // NPS_GRADE_H_
