// Decay: a score in which old answers fade, by half every so many days or hours. Nothing is stored
// for it: the weights are applied to buckets when they are read.
//
//   auto faded = nps::decayed(windows->buckets(), days.bucket(now), 30);
//   faded->tally.points();                      // the score, and below its interval
//   nps::weighted_interval(faded->tally);
#ifndef NPS_STREAM_DECAY_H_
#define NPS_STREAM_DECAY_H_

#include <cstdint>

#include "nps/export.h"
#include "nps/result.h"
#include "nps/stream/buckets.h"
#include "nps/weighted_tally.h"

namespace nps {

struct Decayed {
  WeightedTally tally;
  std::uint64_t after = 0;  // answered after bucket `now`: in no score as of then
};

/// Each answer weighs 2^-(age / half_life), its age being the buckets from its own to `now`: 1 in
/// the bucket `now`, 1/2 after a half-life. Below 2^-300 it weighs nothing, and is still counted.
///
/// Units       half_life is in buckets, and need not be whole.
/// Errors      InvalidArgument when half_life is not positive and finite.
/// Promise     the same buckets give the same bits, whatever order they were filled in.
/// Complexity  O(buckets * log(answers)).
[[nodiscard]] NPS_EXPORT Result<Decayed> decayed(const Buckets& buckets, std::int64_t now,
                                                 double half_life);

}  // namespace nps

#endif  // NPS_STREAM_DECAY_H_
