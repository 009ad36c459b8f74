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

/// Where the row lies outside of the window: what counts it. Null within.
std::uint64_t* place_outside(const ResponseColumns& columns, std::size_t row,
                             const WindowBuckets& window, OutsideWindow& outside) {
  const auto time =
      columns.answered_at.empty() ? std::optional<Timestamp>() : columns.answered_at[row];
  if (!time) return &outside.untimed;
  const std::int64_t bucket = window.bucketing.bucket(*time);
  if (bucket < window.first) return &outside.before;
  return bucket > window.last ? &outside.after : nullptr;
}

}  // namespace

Result<std::optional<WindowBuckets>> window_of(const CountingPolicy& policy) {
  std::optional<WindowBuckets> window;
  if (!policy.window || !policy.as_of) return window;
  const auto zone = Zone::load(policy.zone);
  if (!zone) return zone.error();
  const Bucketing bucketing(policy.window->unit, *zone);
  const std::int64_t last = bucketing.bucket(*policy.as_of);
  window.emplace(WindowBuckets{bucketing, last - policy.window->buckets + 1, last});
  return window;
}

Screened screen(const ResponseColumns& columns, const Scale& scale, bool weighted,
                const std::optional<WindowBuckets>& window) {
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
  if (off_scale == 0 && !has_bad_weights(weights) && !window) return screened;
  screened.ratings.assign(columns.ratings.begin(), columns.ratings.end());
  for (std::size_t row = 0; row < columns.size(); ++row) {
    if (is_off(columns.ratings[row])) {
      screened.ratings[row] = kNoRating;
    } else if (!weights.empty() && !WeightedTally::is_weight(weights[row])) {
      screened.ratings[row] = kNoRating;
      ++screened.bad_weights;
    } else if (window) {
      std::uint64_t* const outside = place_outside(columns, row, *window, screened.outside);
      if (outside == nullptr) continue;
      screened.ratings[row] = kNoRating;
      ++*outside;
    }
  }
  return screened;
}

}  // namespace nps::internal
