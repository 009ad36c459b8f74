#include "nps/stream/trend.h"

#include <fmt/format.h>

namespace nps {

Result<std::vector<TrendPeriod>> trend(const Cube& cube, std::string_view calendar,
                                       ComparisonMethod method, Level level) {
  const auto periods = cube.roll_up({calendar});
  if (!periods) return periods.error();
  const Calendar* const kind = periods->dimensions()[0].as_calendar();
  if (kind == nullptr) {
    return Error{ErrorCode::InvalidArgument,
                 fmt::format("'{}' is no calendar, so that nothing comes before: a trend is by "
                             "hour, day, week, month, quarter or year",
                             calendar),
                 {.field = std::string(calendar)}};
  }
  std::vector<TrendPeriod> series;
  for (const Cell& cell : periods->cells()) {
    TrendPeriod period{.label = std::string(cell.labels[0]), .tally = cell.tally, .change = {}};
    if (!series.empty() && kind->previous(period.label) == series.back().label) {
      const Scale& scale = cube.options().policy.scale;
      period.change = compare_independent(series.back().tally.bands(scale),
                                          period.tally.bands(scale), method, level);
    }
    series.push_back(std::move(period));
  }
  return series;
}

}  // namespace nps
