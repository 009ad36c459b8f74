#include "nps/report/report.h"

namespace nps {

Figures figures(const BandCounts& bands, const IntervalOptions& options) {
  Figures figures{.responses = bands.responses(), .bands = bands, .score = bands.score()};
  figures.interval = interval(bands, options.method, options.level);
  if (figures.score) figures.grade = grade(*figures.score);
  return figures;
}

Figures figures(const Tally& tally, const Scale& scale, const IntervalOptions& options) {
  Figures result = figures(tally.bands(scale), options);
  result.mean = tally.mean();
  result.distribution = tally.counts();
  return result;
}

WeightedFigures weighted_figures(const WeightedTally& tally, const Scale& scale, Level level) {
  const WeightedBands bands = tally.bands(scale);
  return {.points = bands.points(),
          .sum_weights = bands.weights.total(),
          .effective_n = bands.effective_n(),
          .interval = weighted_interval(bands, level)};
}

}  // namespace nps
