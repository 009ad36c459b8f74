#include "nps/stats/e_process.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <string>

#include "stats/watching.h"
#include "support/catch.h"
#include "support/golden.h"

namespace {

using nps::Band;
using nps::EProcess;
using nps::Level;
using nps::test::shares;
using nps::test::Stream;

}  // namespace

TEST_CASE("e-process: equals its authors' formulas at every step of five streams",
          "[e_process][golden]") {
  struct Pair {
    EProcess floor = *EProcess::at_least(40);
    EProcess ceiling = *EProcess::at_most(40);
  };
  std::map<std::string, Pair> streams;
  double worst = 0;
  int rows = 0;
  for (const auto& row : nps::test::golden("golden_confseq.csv")) {
    auto& [floor, ceiling] = streams[row.text("sequence")];
    const Band answer = nps::test::band_of(row.number("value"));
    floor.add(answer);
    ceiling.add(answer);
    worst = std::max({worst, std::fabs(floor.evidence() / row.number("e_down_H0_nps_ge_0.4") - 1),
                      std::fabs(ceiling.evidence() / row.number("e_up_H0_nps_le_0.4") - 1)});
    ++rows;
  }
  CHECK(rows == 1100);
  CHECK(worst <= 1e-9);
  // A drop after 200 good answers: the floor from the start never alarms in the next 200.
  CHECK_FALSE(streams["drop_at_200"].floor.alarm());
  CHECK(streams["all_promoters"].ceiling.alarm());
}

TEST_CASE("e-process: it alarms once and for all where the capital reaches 1 / (1 - level)",
          "[e_process]") {
  EProcess promise = *EProcess::at_least(0, *Level::from(0.9));
  std::uint64_t first = 0;
  for (std::uint64_t t = 1; t <= 20; ++t) {
    promise.add(Band::Detractor);
    if (first == 0 && promise.evidence() >= 10) first = t;
  }
  REQUIRE(first > 1);
  CHECK(promise.alarm_at() == first);
  CHECK(promise.p() == Approx(1 / promise.evidence()));
  const double least = promise.p();
  for (int i = 0; i < 300; ++i) promise.add(Band::Promoter);
  CHECK(promise.evidence() < 1);
  CHECK(promise.alarm());
  CHECK(promise.alarm_at() == first);
  CHECK(promise.p() == least);
  CHECK(promise.responses() == 320);
}

TEST_CASE("e-process: before the first answer there is no evidence either way", "[e_process]") {
  const EProcess fresh = *EProcess::at_most(-20);
  CHECK(fresh.evidence() == 1);
  CHECK(fresh.p() == 1);
  CHECK_FALSE(fresh.alarm());
  CHECK(fresh.alarm_at() == 0);
}

TEST_CASE("e-process: a claim nobody can break, or keep, is refused", "[e_process]") {
  for (const double points : {-100.0, 100.0, -100.1, 1e9, std::numeric_limits<double>::infinity(),
                              std::numeric_limits<double>::quiet_NaN()}) {
    CAPTURE(points);
    CHECK_FALSE(EProcess::at_least(points).has_value());
    CHECK_FALSE(EProcess::at_most(points).has_value());
  }
}

TEST_CASE("e-process: the ceiling is the floor of the mirror image", "[e_process][laws]") {
  Stream answers(5, shares(0.4, 0.4));
  EProcess floor = *EProcess::at_least(25);
  EProcess ceiling = *EProcess::at_most(-25);
  double worst = 0;
  for (int i = 0; i < 500; ++i) {
    const Band answer = answers.next();
    floor.add(answer);
    ceiling.add(static_cast<Band>(2 - static_cast<int>(answer)));
    worst = std::max(worst, std::fabs(floor.evidence() / ceiling.evidence() - 1));
  }
  CHECK(worst <= 1e-9);
}

TEST_CASE("e-process: where the claim holds it alarms no more often than it says",
          "[e_process][laws]") {
  constexpr int kStreams = 1000;
  const Level level = *Level::from(0.9);
  for (const auto& population : {shares(0.5, 0.2), shares(0.97, 0.01), shares(0.5, 0.5)}) {
    int false_alarms = 0, true_alarms = 0;
    for (int i = 0; i < kStreams; ++i) {
      Stream answers(static_cast<std::uint64_t>(i) + 1, population);
      // The claims are just true, so nothing could alarm more often; and one is false.
      EProcess floor = *EProcess::at_least(population.points(), level);
      EProcess ceiling = *EProcess::at_most(population.points(), level);
      EProcess wrong = *EProcess::at_most(population.points() - 20, level);
      for (int t = 0; t < 1000; ++t) {
        const Band answer = answers.next();
        floor.add(answer);
        ceiling.add(answer);
        wrong.add(answer);
      }
      false_alarms += floor.alarm() + ceiling.alarm();
      true_alarms += wrong.alarm();
    }
    CAPTURE(population.points(), false_alarms, true_alarms);
    CHECK(false_alarms <= nps::test::at_most(2 * kStreams, 0.1));
    CHECK(true_alarms > 9 * kStreams / 10);
  }
}

TEST_CASE("e-process: no claim or level or stream gives NaN", "[e_process]") {
  int wrong = 0;
  for (const double points : {-99.999999, -1.0, 0.0, 99.999999}) {
    for (const double value : {1e-200, 0.5, std::nextafter(1.0, 0.0)}) {
      for (const Band band : {Band::Detractor, Band::Passive, Band::Promoter}) {
        EProcess floor = *EProcess::at_least(points, *Level::from(value));
        EProcess ceiling = *EProcess::at_most(points, *Level::from(value));
        for (int i = 0; i < 3000; ++i) {
          floor.add(band);
          ceiling.add(band);
          wrong += !(floor.evidence() >= 0) || !(ceiling.evidence() >= 0);
          wrong += !(floor.p() >= 0 && floor.p() <= 1 && ceiling.p() >= 0 && ceiling.p() <= 1);
        }
      }
    }
  }
  CHECK(wrong == 0);
}
