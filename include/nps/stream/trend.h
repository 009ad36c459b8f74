// Trend: a cube's answers period by period, each with its change against the one before.
//
//   auto cube = nps::Cube::create({nps::Dimension::calendar("@month", months)});
//   for (const nps::Change& change : applied->changes) cube->apply(change);
//   for (const nps::TrendPeriod& month : *nps::trend(*cube, "@month")) {
//     print(month.label, month.tally.score(), month.change);
//   }
#ifndef NPS_STREAM_TREND_H_
#define NPS_STREAM_TREND_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nps/export.h"
#include "nps/result.h"
#include "nps/segment/cube.h"
#include "nps/stats/comparison.h"
#include "nps/stats/level.h"
#include "nps/tally.h"

namespace nps {

struct TrendPeriod {
  std::string label;
  Tally tally;
  std::optional<Comparison> change;  // none where nobody answered in the period before
};

/// The periods of the cube's calendar of that name in which anybody answered, in order of time. A cube
/// by other dimensions, too, is rolled up to it; slice it first to see one cell's trend.
///
/// The change is the comparison of two independent groups, on the scale of the cube's policy.
/// Errors      NotFound for a name that the cube does not have, InvalidArgument for one that is no
///             calendar: what comes round again, and delays, have no period before.
/// Complexity  O(cells log cells).
[[nodiscard]] NPS_EXPORT Result<std::vector<TrendPeriod>> trend(
    const Cube& cube, std::string_view calendar,
    ComparisonMethod method = ComparisonMethod::Adjusted, Level level = {});

}  // namespace nps

#endif  // NPS_STREAM_TREND_H_
