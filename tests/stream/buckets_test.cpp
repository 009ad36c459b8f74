#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <map>
#include <random>
#include <vector>

#include "nps/stream/buckets.h"
#include "support/catch.h"

using nps::Bucketing;
using nps::Buckets;
using nps::BucketUnit;
using nps::Rating;
using nps::Tally;
using nps::Timestamp;
using nps::Zone;

namespace {

constexpr Rating kTen = Rating::of<10>();
constexpr Rating kTwo = Rating::of<2>();

Tally tally_of(std::uint64_t twos, std::uint64_t tens) {
  Tally tally;
  tally.add(kTwo, twos);
  tally.add(kTen, tens);
  return tally;
}

}  // namespace

TEST_CASE("buckets: days are those of the zone, hours those of UTC", "[buckets]") {
  using namespace std::chrono;
  const Zone berlin = *Zone::load("Europe/Berlin");
  const Bucketing days(BucketUnit::Day, berlin);
  const Bucketing hours_of_utc(BucketUnit::Hour, berlin);
  const Timestamp late = sys_days(2020y / October / 24) + 22h + 30min;  // 00:30 in Berlin
  CHECK(days.label(days.bucket(late)) == "2020-10-25");
  CHECK(days.begin(days.bucket(late)) == sys_days(2020y / October / 24) + 22h);
  CHECK(days.bucket(late + 25h - 1min) == days.bucket(late) + 1);  // a day of 25 hours
  CHECK(days.bucket(late + 24h) == days.bucket(late));
  CHECK(hours_of_utc.label(hours_of_utc.bucket(late)) == "2020-10-24T22:00:00Z");
  CHECK(days.bucket(Timestamp{}) == 0);
  CHECK(Bucketing(BucketUnit::Day).bucket(Timestamp{microseconds{-1}}) == -1);
  CHECK(Bucketing(BucketUnit::Hour).bucket(Timestamp{microseconds{-1}}) == -1);
}

TEST_CASE("buckets: the ends of time have a bucket, too", "[buckets]") {
  for (const auto unit : {BucketUnit::Day, BucketUnit::Hour}) {
    const Bucketing buckets(unit, *Zone::load("Pacific/Auckland"));
    for (const Timestamp end : {Timestamp::min(), Timestamp::max()}) {
      const std::int64_t bucket = buckets.bucket(end);
      CHECK((bucket < 0) == (end < Timestamp{}));
      CHECK(buckets.begin(bucket) <= end + std::chrono::hours(end < Timestamp{} ? 24 : 0));
    }
    constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
    CHECK(buckets.begin(kMost) == Timestamp::max());
    CHECK(buckets.begin(-kMost) == Timestamp::min());
  }
}

TEST_CASE("buckets: what was added can be removed, and only that", "[buckets]") {
  Buckets counted;
  counted.add(3, kTen);
  counted.add(3, kTen);
  counted.add(-2, kTwo);
  CHECK(counted.size() == 2);
  CHECK(counted.at(3) == tally_of(0, 2));
  CHECK_FALSE(counted.remove(3, kTwo));
  CHECK_FALSE(counted.remove(4, kTen));
  CHECK(counted.total() == tally_of(1, 2));
  CHECK(counted.remove(-2, kTwo));
  CHECK(counted.size() == 1);
  CHECK_FALSE(counted.remove(-2, kTwo));
  CHECK(counted.remove(3, kTen));
  CHECK(counted.remove(3, kTen));
  CHECK(counted == Buckets{});
}

TEST_CASE("buckets: replacing equals removing and adding, or is refused and changes nothing",
          "[buckets]") {
  const auto seven = Rating::of<7>();
  const auto nine = Rating::of<9>();
  for (const std::int64_t to : {3, 4, 5}) {  // where it is, where others are, where nobody is
    Buckets buckets;
    buckets.add(3, seven);
    buckets.add(4, nine);
    Buckets plain = buckets;
    REQUIRE(plain.remove(3, seven));
    plain.add(to, nine);
    REQUIRE(buckets.replace(3, seven, to, nine));
    CHECK(buckets == plain);
    CHECK_FALSE(buckets.replace(3, seven, to, nine));
    CHECK_FALSE(buckets.replace(8, seven, to, nine));
    CHECK(buckets == plain);
  }
}

TEST_CASE("buckets: any span is the sum of its buckets", "[buckets]") {
  Buckets counted;
  for (const std::int64_t bucket : {-5, -5, 0, 1, 7, 100}) counted.add(bucket, kTen);
  CHECK(counted.sum(-5, 7).responses() == 5);
  CHECK(counted.sum(0, 1).responses() == 2);
  CHECK(counted.sum(1, 0).responses() == 0);
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();
  CHECK(counted.sum(kLeast, kMost).responses() == 6);
  CHECK(counted.sum(100, kMost).responses() == 1);
  CHECK(counted.sum(kLeast, -6).responses() == 0);
}

TEST_CASE("buckets: merging equals having counted together", "[buckets][laws]") {
  Buckets a;
  Buckets b;
  Buckets both;
  for (const std::int64_t bucket : {1, 2, 2, 9}) {
    a.add(bucket, kTen);
    both.add(bucket, kTen);
  }
  for (const std::int64_t bucket : {2, 4}) {
    b.add(bucket, kTwo);
    both.add(bucket, kTwo);
  }
  Buckets merged = a;
  merged += b;
  CHECK(merged == both);
  Buckets other = b;
  other += a;
  CHECK(other == both);
  Buckets twice = a;
  twice += twice;
  CHECK(twice.at(2) == tally_of(0, 4));
  std::vector<std::int64_t> order;
  for (const auto& [bucket, tally] : both.sorted()) order.push_back(bucket);
  CHECK(order == std::vector<std::int64_t>{1, 2, 4, 9});
}

// Near and far, in a row and with gaps, up to both ends of what numbers there are.
TEST_CASE("buckets: a plain map agrees, wherever the buckets lie", "[buckets][laws]") {
  std::mt19937_64 random(5);
  const auto drawn = [&random]() -> std::int64_t {
    using Limits = std::numeric_limits<std::int64_t>;
    const auto few = static_cast<std::int64_t>(random() % 5);
    switch (random() % 8) {
      case 0: return static_cast<std::int64_t>(random());
      case 1: return Limits::min() + few;
      case 2: return Limits::max() - few;
      case 3: return static_cast<std::int64_t>(random() % 4000) - 2000;
      default: return static_cast<std::int64_t>(random() % 60) - 30;
    }
  };
  for (int round = 0; round < 100; ++round) {
    Buckets buckets;
    std::map<std::int64_t, Tally> model;
    const auto take_away = [&model](std::int64_t bucket, Rating rating) {
      const auto found = model.find(bucket);
      if (found == model.end() || found->second.count(rating) == 0) return false;
      found->second.add(rating, ~std::uint64_t{0});
      if (found->second.empty()) model.erase(found);
      return true;
    };
    for (int step = 0; step < 1000; ++step) {
      const std::int64_t from = drawn();
      const std::int64_t to = drawn();
      const Rating was = *Rating::from(static_cast<int>(random() % 3));
      const Rating is = *Rating::from(static_cast<int>(random() % 3));
      switch (random() % 4) {
        case 0: REQUIRE(buckets.remove(from, was) == take_away(from, was)); break;
        case 1: {
          const bool was_there = take_away(from, was);
          if (was_there) model[to].add(is);
          REQUIRE(buckets.replace(from, was, to, is) == was_there);
          break;
        }
        default: buckets.add(from, was); model[from].add(was);
      }
      REQUIRE(buckets.size() == model.size());
    }
    const auto sorted = buckets.sorted();
    REQUIRE(std::ranges::equal(sorted, model, [](const auto& a, const auto& b) {
      return a.first == b.first && a.second == b.second;
    }));
    Buckets again;
    for (const auto& [bucket, tally] : model) {
      REQUIRE(buckets.at(bucket) == tally);
      again.add(bucket, tally);
    }
    REQUIRE(again == buckets);
  }
}
