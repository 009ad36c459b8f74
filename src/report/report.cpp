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
  Tally::Counts counts = tally.counts();
  for (int rating = Rating::kMin; rating <= Rating::kMax; ++rating) {
    if (rating < scale.min() || rating > scale.max()) counts[static_cast<std::size_t>(rating)] = 0;
  }
  result.mean = Tally::of(counts).mean();
  result.distribution = counts;
  return result;
}

WeightedBands account_bands(const BandCounts& answers) {
  const double n = static_cast<double>(answers.responses());
  if (n == 0) return {};
  const BandSums weights{static_cast<double>(answers.detractors) / n,
                         static_cast<double>(answers.passives) / n,
                         static_cast<double>(answers.promoters) / n};
  return {.responses = answers,
          .weights = weights,
          .square_weights = {weights.detractors / n, weights.passives / n, weights.promoters / n}};
}

Figures account_figures(const Tally& tally, const ClusteredBands& accounts, const Scale& scale,
                        Level level) {
  Figures result = figures(tally, scale, {.level = level});
  result.score.reset();
  result.grade.reset();
  result.accounts = accounts.customers();
  result.account_points = accounts.points();
  result.interval = clustered_interval(accounts, level);
  if (result.account_points) result.grade = grade(*result.account_points);
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
