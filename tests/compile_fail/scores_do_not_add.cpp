// The score of two stores is not the sum, nor the average, of their scores: tallies add, scores do not.
#include "nps/tally.h"

auto together(const nps::Tally& a, const nps::Tally& b) {
#ifdef NPS_SHOULD_FAIL
  return *a.score() + *b.score();
#else
  return (a + b).score();
#endif
}
