// Answers made up for watches: drawn from shares, one after the other, with ids of their own.
//
//   Answers answers(seed, shares(0.5, 0.3));
//   watches.apply(answers.next("web", at));
#ifndef NPS_TESTS_STREAM_WATCHED_H_
#define NPS_TESTS_STREAM_WATCHED_H_

#include <cmath>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nps/stream/watch.h"
#include "stats/watching.h"
#include "support/catch.h"

namespace nps::test {

inline Rating rating_of(Band band) {
  switch (band) {
    case Band::Detractor: return Rating::of<3>();
    case Band::Passive: return Rating::of<7>();
    case Band::Promoter: break;
  }
  return Rating::of<10>();
}

class Answers {
 public:
  Answers(std::uint64_t seed, const AssumedShares& shares) : stream_(seed, shares) {}

  /// The change that a new answer makes, valid until the next call.
  Change next(std::string_view channel, std::optional<Timestamp> at) {
    id_ = "r" + std::to_string(++count_);
    return {.before = {},
            .after = Answer{.response_id = id_,
                            .rating = rating_of(stream_.next()),
                            .answered_at = at,
                            .channel = channel}};
  }

 private:
  Stream stream_;
  std::string id_;
  std::uint64_t count_ = 0;
};

inline Watches watching(std::vector<Watch> watches, WatchesOptions options = {}) {
  auto made = Watches::create(std::move(watches), std::move(options));
  if (!made) FAIL(made.error().message);
  return *std::move(made);
}

/// The alarms of a change that must be taken.
inline std::vector<Alarm> applied(Watches& watches, const Change& change) {
  const auto alarms = watches.apply(change);
  REQUIRE(alarms);
  return {alarms->begin(), alarms->end()};
}

/// Whether so many of so many trials are what a chance gives, within four standard errors.
inline bool is_likely(std::uint64_t found, std::uint64_t trials, double chance) {
  const double n = static_cast<double>(trials);
  return std::fabs(static_cast<double>(found) - n * chance) <=
         4 * std::sqrt(n * chance * (1 - chance));
}

}  // namespace nps::test

#endif  // NPS_TESTS_STREAM_WATCHED_H_
