#include "report/screen.h"

#include <span>

#include "nps/weighted_tally.h"

namespace nps::internal {
namespace {

bool has_bad_weights(std::span<const double> weights) noexcept {
  bool bad = false;  // no early end: this way it is done by whole vectors
  for (const double weight : weights) bad |= !WeightedTally::is_weight(weight);
  return bad;
}

}  // namespace

Screened screen(const ResponseColumns& columns, const Scale& scale, bool weighted) {
  const auto least = static_cast<std::uint8_t>(scale.min());
  const auto most = static_cast<std::uint8_t>(scale.max());
  const auto is_off = [least, most](std::uint8_t rating) {
    return rating < least || rating > most;
  };
  const std::span<const double> weights = weighted ? columns.weights : std::span<const double>();

  Screened screened;
  std::size_t off_scale = 0;
  for (const std::uint8_t rating : columns.ratings) off_scale += is_off(rating) ? 1U : 0U;
  screened.off_scale = off_scale;
  if (off_scale == 0 && !has_bad_weights(weights)) return screened;
  screened.ratings.assign(columns.ratings.begin(), columns.ratings.end());
  for (std::size_t row = 0; row < columns.size(); ++row) {
    if (is_off(columns.ratings[row])) {
      screened.ratings[row] = kNoRating;
    } else if (!weights.empty() && !WeightedTally::is_weight(weights[row])) {
      screened.ratings[row] = kNoRating;
      ++screened.bad_weights;
    }
  }
  return screened;
}

}  // namespace nps::internal
