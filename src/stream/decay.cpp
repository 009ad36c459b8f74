#include "nps/stream/decay.h"

#include <fmt/format.h>

#include <cmath>

namespace nps {
namespace {

constexpr double kFaint = 300;  // half-lives: within the weights that a WeightedTally takes

// `count` answers of one weight, by doubling: as many additions as the count has bits.
WeightedTally several(Rating rating, double weight, std::uint64_t count) {
  WeightedTally sum;
  WeightedTally power;
  static_cast<void>(power.add(rating, weight));  // 0, or within the range
  for (; count != 0; count >>= 1U) {
    if ((count & 1U) != 0) sum += power;
    power += power;
  }
  return sum;
}

}  // namespace

Result<Decayed> decayed(const Buckets& buckets, std::int64_t now, double half_life) {
  if (!(half_life > 0) || !std::isfinite(half_life)) {
    return Error{
        ErrorCode::InvalidArgument,
        fmt::format("{} is no half-life: it must be a finite number of buckets above 0", half_life),
        {.field = "half_life"}};
  }
  Decayed result;
  for (const auto& [bucket, tally] : buckets.sorted()) {
    if (bucket > now) {
      result.after += tally.responses();
      continue;
    }
    const double age = static_cast<double>(now) - static_cast<double>(bucket);
    const double halvings = age / half_life;
    const double weight = halvings > kFaint ? 0 : std::exp2(-halvings);
    for (int value = Rating::kMin; value <= Rating::kMax; ++value) {
      const Rating rating = *Rating::from(value);
      if (tally.count(rating) != 0) result.tally += several(rating, weight, tally.count(rating));
    }
  }
  return result;
}

}  // namespace nps
