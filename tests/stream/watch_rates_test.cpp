// How often watches are wrong, by simulation. The figures are those of nps/stream/watch.h.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "stream/events.h"
#include "stream/watched.h"
#include "support/catch.h"

using nps::Alarm;
using nps::BelowWatch;
using nps::BucketUnit;
using nps::CusumWatch;
using nps::DropWatch;
using nps::Level;
using nps::SilenceWatch;
using nps::SinceWatch;
using nps::Timestamp;
using nps::Watch;
using nps::Watches;
using nps::test::Answers;
using nps::test::applied;
using nps::test::day;
using nps::test::is_likely;
using nps::test::shares;
using nps::test::watching;

namespace {

constexpr std::uint64_t kSeed = 20201106;

std::vector<std::string> names(int count) {
  std::vector<std::string> cells;
  for (int i = 0; i < count; ++i) cells.push_back("cell " + std::to_string(i));
  return cells;
}

/// Day after day each cell gets so many answers from the same shares.
class Days {
 public:
  Days(Watch watch, int cells, int a_day, const nps::AssumedShares& shares)
      : watches_(watching({watch}, {.by = {"channel"}})),
        answers_(kSeed, shares),
        cells_(names(cells)),
        a_day_(a_day) {
    watches_.advance(day(1));
  }

  void pass() {
    ++today_;
    for (const std::string& cell : cells_) {
      for (int i = 0; i < a_day_; ++i) {
        applied(watches_, answers_.next(cell, day(1) + std::chrono::days(today_)));
      }
    }
    for (const Alarm& alarm : watches_.advance(day(1) + std::chrono::days(today_ + 1))) {
      ++alarms_;
      alarmed_.insert(alarm.key.front());
    }
  }

  [[nodiscard]] std::uint64_t alarms() const { return alarms_; }
  [[nodiscard]] std::uint64_t cells_alarmed() const { return alarmed_.size(); }

 private:
  Watches watches_;
  Answers answers_;
  std::vector<std::string> cells_;
  int a_day_;
  int today_ = 0;
  std::uint64_t alarms_ = 0;
  std::set<std::string> alarmed_;
};

}  // namespace

TEST_CASE("watch: one judgement at the floor is wrong as often as is said", "[watch][rates]") {
  constexpr int kCells = 50;
  Days days(BelowWatch{.points = 20, .window = {BucketUnit::Day, 1}}, kCells, 60, shares(0.5, 0.3));
  for (int i = 0; i < 100; ++i) days.pass();
  CHECK(is_likely(days.alarms(), kCells * 100, 0.0053));
}

TEST_CASE("watch: one judgement of an unchanged cell is wrong as often as is said",
          "[watch][rates]") {
  constexpr int kCells = 50;
  Days days(DropWatch{.points = 10, .window = {BucketUnit::Day, 1}, .level = *Level::from(0.99)},
            kCells, 60, shares(0.5, 0.3));
  days.pass();
  for (int i = 0; i < 100; ++i) days.pass();
  CHECK(is_likely(days.alarms(), kCells * 100, 0.0052));
}

TEST_CASE("watch: a year of days at the floor alarms in as many cells as is said",
          "[watch][rates]") {
  constexpr int kCells = 200;
  Days days(BelowWatch{.points = 20}, kCells, 3, shares(0.5, 0.3));
  for (int i = 0; i < 365; ++i) days.pass();
  CHECK(is_likely(days.cells_alarmed(), kCells, 0.31));
  Days better(BelowWatch{.points = 10}, kCells, 3, shares(0.5, 0.3));
  for (int i = 0; i < 365; ++i) better.pass();
  CHECK(is_likely(better.cells_alarmed(), kCells, 0.018));
}

TEST_CASE("watch: a year of unchanged days alarms in as many cells as is said", "[watch][rates]") {
  constexpr int kCells = 200;
  Days days(DropWatch{}, kCells, 20, shares(0.5, 0.3));
  for (int i = 0; i < 365; ++i) days.pass();
  CHECK(is_likely(days.cells_alarmed(), kCells, 0.15));
}

TEST_CASE(
    "watch: cells of a CUSUM that come when they like have together the false alarms asked for",
    "[watch][rates]") {
  constexpr double kAsked = 400;
  Watches watches = watching(
      {CusumWatch{.shift = 20, .answers_per_false_alarm = kAsked, .usual = shares(0.5, 0.3)}},
      {.by = {"channel"}});
  Answers answers(kSeed, shares(0.5, 0.3));
  std::mt19937_64 random(kSeed);
  const auto cells = names(40);
  std::uint64_t alarms = 0;
  constexpr std::uint64_t kAnswers = 200'000;
  for (std::uint64_t i = 0; i < kAnswers; ++i) {
    const std::uint64_t known = 1 + i * cells.size() / kAnswers;  // one more cell now and then
    const std::uint64_t a = random() % known;
    const std::uint64_t b = random() % known;
    alarms += applied(watches, answers.next(cells[std::min(a, b)], {})).size();
  }
  CHECK(watches.cells() == cells.size());
  CHECK(is_likely(alarms, kAnswers, 1 / kAsked));
}

TEST_CASE("watch: a CUSUM of learnt shares is wrong as often as is said", "[watch][rates]") {
  constexpr int kCells = 40;
  std::uint64_t learnt = 0;
  std::uint64_t declared = 0;
  Answers answers(kSeed, shares(0.5, 0.3));
  for (const bool learns : {true, false}) {
    CusumWatch watch;
    if (!learns) watch.usual = shares(0.5, 0.3);
    for (int cell = 0; cell < kCells; ++cell) {
      Watches watches = watching({watch});
      for (std::uint64_t i = 0; learns && i < watch.warm_up; ++i) {
        CHECK(applied(watches, answers.next("", {})).empty());
      }
      for (int i = 0; i < 5000; ++i) {
        if (applied(watches, answers.next("", {})).empty()) continue;
        ++(learns ? learnt : declared);
        break;
      }
    }
  }
  CHECK(is_likely(learnt, kCells, 0.78));
  CHECK(is_likely(declared, kCells, 0.633));
}

TEST_CASE("watch: a campaign at the floor alarms less often than is accepted", "[watch][rates]") {
  constexpr int kCampaigns = 200;
  Watches watches = watching({SinceWatch{.start = day(1), .points = 20}}, {.by = {"channel"}});
  Answers answers(kSeed, shares(0.5, 0.3));
  std::uint64_t alarms = 0;
  for (const std::string& cell : names(kCampaigns)) {
    for (int i = 0; i < 1000; ++i) alarms += applied(watches, answers.next(cell, day(2))).size();
  }
  CHECK(static_cast<double>(alarms) <= nps::test::at_most(kCampaigns, 0.025));
}

TEST_CASE("watch: nights and weekends are no silence, and chance is told as often as is said",
          "[watch][rates]") {
  using std::chrono::hours;
  constexpr double kAsked = 200;
  Watches watches =
      watching({SilenceWatch{.answers_per_false_alarm = kAsked}}, {.by = {"channel"}});
  Answers answers(kSeed, shares(0.5, 0.3));
  std::mt19937_64 random(kSeed);
  const auto cells = names(20);
  std::uint64_t judged = 0;
  std::uint64_t alarms = 0;
  // From Monday on: weekdays from 9 to 17 an answer an hour in the mean, and none else.
  const Timestamp monday = day(6, 0);
  for (int hour = 0; hour < 60 * 168; ++hour) {
    const bool is_open = hour % 168 < 5 * 24 && hour % 24 >= 9 && hour % 24 < 17;
    for (const std::string& cell : cells) {
      if (!is_open) break;
      std::poisson_distribution<int> many(1.0);
      for (int i = many(random); i > 0; --i) {
        applied(watches, answers.next(cell, monday + hours(hour)));
        judged += hour >= 5 * 168 ? 1 : 0;
      }
    }
    for (const Alarm& alarm : watches.advance(monday + hours(hour + 1))) {
      CHECK(alarm.kind == nps::AlarmKind::Silence);
      ++alarms;
    }
  }
  CHECK(is_likely(alarms, judged, 1 / 535.0));
}
