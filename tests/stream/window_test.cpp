#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "nps/stream/window.h"
#include "stream/events.h"
#include "support/catch.h"

using nps::Answer;
using nps::Bucketing;
using nps::BucketUnit;
using nps::Change;
using nps::ErrorCode;
using nps::Rating;
using nps::Tally;
using nps::Timestamp;
using nps::WindowLength;
using nps::WindowReading;
using nps::Windows;
using nps::Zone;
using nps::test::day;

namespace {

Windows by_day(std::vector<std::int64_t> lengths, Zone zone = Zone::utc()) {
  auto made = Windows::create(Bucketing(BucketUnit::Day, zone), std::move(lengths));
  REQUIRE(made);
  return *std::move(made);
}

Answer answer(std::optional<Timestamp> at, int rating = 9) {
  return {.rating = *Rating::from(rating), .answered_at = at};
}

void add(Windows& windows, std::optional<Timestamp> at, int rating = 9) {
  REQUIRE(windows.apply({.before = {}, .after = answer(at, rating)}));
}

}  // namespace

TEST_CASE("window: 7 days are this civil day and the 6 before", "[window]") {
  Windows windows = by_day({7});
  add(windows, day(1, 23));
  add(windows, day(2, 0));
  add(windows, day(8, 23));
  add(windows, day(9, 0));
  add(windows, std::nullopt);
  for (const bool moved : {false, true}) {
    if (moved) windows.move_to(day(8, 0));
    const WindowReading week = windows.read(0, day(8, 12));
    CHECK(week.tally.responses() == 2);
    CHECK(week.before == 1);
    CHECK(week.after == 1);
    CHECK(week.untimed == 1);
    CHECK(windows.bucketing().label(week.first) == "2020-01-02");
    CHECK(windows.bucketing().label(week.last) == "2020-01-08");
  }
}

TEST_CASE("window: the civil day is the zone's", "[window]") {
  Windows tokyo = by_day({1}, *Zone::load("Asia/Tokyo"));
  add(tokyo, day(1, 14));  // 23:00
  add(tokyo, day(1, 15));  // 00:00 of the 2nd
  CHECK(tokyo.read(0, day(1, 14)).tally.responses() == 1);
  CHECK(tokyo.read(0, day(2, 14)).tally.responses() == 1);
  CHECK(tokyo.read(0, day(2, 14)).before == 1);
}

TEST_CASE("window: a correction moves an answer from where it was counted", "[window]") {
  Windows windows = by_day({2});
  windows.move_to(day(5));
  add(windows, day(1), 3);
  REQUIRE(windows.apply({.before = answer(day(1), 3), .after = answer(day(5), 10)}));
  CHECK(windows.read(0, day(5)).tally.count(Rating::of<10>()) == 1);
  CHECK(windows.read(0, day(5)).before == 0);
  REQUIRE(windows.apply({.before = answer(day(5), 10), .after = answer(std::nullopt, 10)}));
  CHECK(windows.read(0, day(5)).tally.empty());
  CHECK(windows.read(0, day(5)).untimed == 1);
  REQUIRE(windows.apply({.before = answer(std::nullopt, 10), .after = {}}));
  CHECK(windows == by_day({}));
}

TEST_CASE("window: what was never added cannot be taken away, and nothing changes", "[window]") {
  Windows windows = by_day({2});
  add(windows, day(1), 3);
  const Windows before = windows;
  for (const Answer& wrong : {answer(day(1), 4), answer(day(2), 3), answer(std::nullopt, 3)}) {
    const auto refused = windows.apply({.before = wrong, .after = answer(day(1), 5)});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::InvalidArgument);
    CHECK(windows == before);
  }
}

TEST_CASE("window: lengths are whole and positive", "[window]") {
  CHECK(*WindowLength::parse("30d") == WindowLength{BucketUnit::Day, 30});
  CHECK(*WindowLength::parse("24h") == WindowLength{BucketUnit::Hour, 24});
  CHECK(WindowLength::parse("24h")->name() == "24h");
  for (const char* text : {"", "d", "7", "7w", "0d", "-1d", "7 d", "7dd", "1000001d", "1.5d"}) {
    INFO(text);
    const auto refused = WindowLength::parse(text);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().where.field == "window");
  }
  CHECK_FALSE(Windows::create(Bucketing(BucketUnit::Day), {7, 0}));
}

// The running sums against a walk over all answers, wherever the window moves.
TEST_CASE("window: readings equal a count of the answers, wherever it moves", "[window][laws]") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    const auto zone = seed % 2 == 0 ? Zone::utc() : *Zone::load("America/Sao_Paulo");
    const Bucketing days(BucketUnit::Day, zone);
    Windows windows = by_day({1, 3, 30}, zone);
    std::vector<Answer> answers;
    const auto some_time = [&] {
      return Timestamp(std::chrono::hours(420'000 + static_cast<int>(random() % 3000)));
    };
    for (int step = 0; step < 400; ++step) {
      if (random() % 3 == 0) windows.move_to(some_time());
      Change change;
      if (!answers.empty() && random() % 3 == 0) {
        const std::size_t at = random() % answers.size();
        change.before = answers[at];
        answers.erase(answers.begin() + static_cast<std::ptrdiff_t>(at));
      }
      if (!change.before || random() % 2 == 0) {
        change.after = answer(random() % 8 == 0 ? std::nullopt : std::optional(some_time()),
                              static_cast<int>(random() % 11));
        answers.push_back(*change.after);
      }
      REQUIRE(windows.apply(change));
      const Timestamp now =
          windows.current() && random() % 2 == 0 ? days.begin(*windows.current()) : some_time();
      for (std::size_t w = 0; w < 3; ++w) {
        WindowReading expected;
        expected.last = days.bucket(now);
        expected.first = expected.last - windows.lengths()[w] + 1;
        for (const Answer& one : answers) {
          if (!one.answered_at) {
            ++expected.untimed;
          } else if (const auto bucket = days.bucket(*one.answered_at); bucket < expected.first) {
            ++expected.before;
          } else if (bucket > expected.last) {
            ++expected.after;
          } else {
            expected.tally.add(one.rating);
          }
        }
        REQUIRE(windows.read(w, now) == expected);
      }
    }
  }
}
