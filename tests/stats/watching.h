// watching.h: streams of answers, for tests of what watches them.
//
//   nps::test::Stream stream(seed, shares);
//   sequence.add(stream.next());
#ifndef NPS_TESTS_STATS_WATCHING_H_
#define NPS_TESTS_STATS_WATCHING_H_

#include <cmath>
#include <cstdint>
#include <random>

#include "nps/band.h"
#include "nps/stats/shares.h"
#include "support/catch.h"

namespace nps::test {

/// Of the standard's random numbers only the engine is the same everywhere, so its output is mapped
/// here.
class Stream {
 public:
  Stream(std::uint64_t seed, const AssumedShares& shares)
      : random_(seed),
        detractors_(shares.share(Band::Detractor)),
        not_promoters_(detractors_ + shares.share(Band::Passive)) {}

  Band next() {
    const double u = static_cast<double>(random_() >> 11U) * 0x1p-53;
    return u < detractors_ ? Band::Detractor : u < not_promoters_ ? Band::Passive : Band::Promoter;
  }

 private:
  std::mt19937_64 random_;
  double detractors_;
  double not_promoters_;
};

inline AssumedShares shares(double promoters, double detractors) {
  const auto found = AssumedShares::from(promoters, detractors);
  REQUIRE(found.has_value());
  return *found;
}

inline Band band_of(double value) {  // -1, 0, 1
  return static_cast<Band>(static_cast<int>(value) + 1);
}

inline void count(BandCounts& counts, Band answer) {
  ++(answer == Band::Detractor ? counts.detractors
     : answer == Band::Passive ? counts.passives
                               : counts.promoters);
}

/// How often something with that chance may happen in so many trials, four standard errors of the
/// binomial law above its mean.
inline double at_most(int trials, double chance) {
  return trials * chance + 4 * std::sqrt(trials * chance * (1 - chance));
}

}  // namespace nps::test

#endif  // NPS_TESTS_STATS_WATCHING_H_
