// Tracker: what it says is what one ledger, cube and windows say. Threads are tracker_threads_test.cpp's.
#include "nps/stream/tracker.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stream/events.h"
#include "stream/law_model.h"
#include "support/catch.h"

using nps::BucketUnit;
using nps::Change;
using nps::Cube;
using nps::Dimension;
using nps::ErrorCode;
using nps::Event;
using nps::EventFault;
using nps::EventOrder;
using nps::EventType;
using nps::Ledger;
using nps::LedgerCounts;
using nps::Outcome;
using nps::Tally;
using nps::Tracker;
using nps::TrackerOptions;
using nps::WindowReading;
using nps::Windows;
using nps::test::answered;
using nps::test::colliding_events;
using nps::test::day;
using nps::test::erased;
using nps::test::LawRandom;
using nps::test::of_type;
using nps::test::shown;

namespace {

Tracker tracker(TrackerOptions options) {
  auto made = Tracker::create(std::move(options));
  REQUIRE(made);
  return *std::move(made);
}

Tracker by_channel(std::size_t cell_limit = 100) {
  return tracker({.by = {Dimension::label("channel")}, .cube = {.cell_limit = cell_limit}});
}

Event on_channel(Event event, std::string_view channel) {
  event.response.channel = channel;
  return event;
}

const std::vector<Dimension>& law_dimensions() {
  static const std::vector<Dimension> dimensions{
      Dimension::label("plan"), Dimension::label("channel"),
      Dimension::calendar("@day", nps::Calendar(nps::CalendarUnit::Day, nps::Zone::utc()))};
  return dimensions;
}

TrackerOptions law_options(std::size_t shards) {
  return {.by = law_dimensions(),
          .windows = {{BucketUnit::Day, 1}, {BucketUnit::Hour, 24}, {BucketUnit::Day, 2}},
          .ledger = {.dimensions = {"journey_stage", "channel", "account"},
                     .order = EventOrder::Version},
          .shards = shards};
}

/// One of each, to compare with.
struct Plain {
  Ledger ledger = *Ledger::create({.dimensions = {"journey_stage", "channel", "account", "plan"},
                                   .order = EventOrder::Version});
  Cube cube = *Cube::create(law_dimensions());
  Windows days = *Windows::create(nps::Bucketing(BucketUnit::Day), {1, 2});
  Windows hours = *Windows::create(nps::Bucketing(BucketUnit::Hour), {24});

  void apply(const Event& event) {
    const auto applied = ledger.apply(event);
    REQUIRE(applied);
    for (const Change& change : applied->changes) {
      REQUIRE(cube.apply(change));
      REQUIRE(days.apply(change));
      REQUIRE(hours.apply(change));
    }
  }
};

bool says_the_same(const Tracker& tracked, const Plain& plain) {
  bool same = tracked.snapshot() == plain.ledger.encode() && tracked.cube() == plain.cube &&
              tracked.counts() == plain.ledger.counts() && tracked.total() == plain.cube.total();
  for (int of_january = 0; of_january < 6; ++of_january) {
    const auto at = day(of_january, 11);
    same = same && tracked.window(0, at) == plain.days.read(0, at) &&
           tracked.window(1, at) == plain.hours.read(0, at) &&
           tracked.window(2, at) == plain.days.read(1, at);
  }
  return same;
}

}  // namespace

TEST_CASE("tracker: any number of shards says what one ledger, cube and windows say",
          "[tracker][laws]") {
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    LawRandom random(seed);
    std::vector<Event> events = colliding_events(random, 6);
    Plain plain;
    for (const Event& event : events) plain.apply(event);
    CAPTURE(seed);
    for (const std::size_t shards : {1U, 4U, 16U}) {
      random.shuffle(events);
      Tracker one = tracker(law_options(shards));
      Tracker other = tracker(law_options(shards == 4 ? 1 : 8));
      Cube told = *Cube::create(law_dimensions());
      bool told_right = true;
      one.on_change([&](const Change& change) {
        if (!told.apply(change)) told_right = false;
      });
      for (const Event& event : events) {
        if (random.one_in(5)) one.move_to(day(static_cast<int>(random.below(5))));
        if (random.one_in(20)) REQUIRE(one.merge(other));
        if (!random.one_in(3)) REQUIRE(one.apply(event));
        REQUIRE(other.apply(event));
      }
      REQUIRE(one.merge(other));
      REQUIRE(says_the_same(one, plain));
      Tracker batched = tracker(law_options(shards));
      nps::Diagnostics seen;
      REQUIRE(batched.apply(std::span(events).first(events.size() / 2), seen));
      REQUIRE(batched.apply(events, seen));
      REQUIRE(says_the_same(batched, plain));
      std::uint64_t counted = 0;
      for (const std::uint64_t outcome : seen.outcomes) counted += outcome;
      REQUIRE(counted == events.size() + events.size() / 2);
      one.move_to(day(2, 11));
      REQUIRE(says_the_same(one, plain));
      REQUIRE(told_right);
      REQUIRE(told == plain.cube);
    }
  }
}

TEST_CASE("tracker: an event has the outcome that a ledger gives it", "[tracker]") {
  Tracker seen = by_channel();
  const auto outcome = [&](const Event& event) { return seen.apply(event)->outcome; };
  CHECK(outcome(answered("r1", "ann", 3, 1)) == Outcome::Accepted);
  CHECK(outcome(answered("r1", "ann", 3, 1)) == Outcome::Duplicate);
  CHECK(outcome(answered("r1", "ann", 3, 0)) == Outcome::Stale);
  CHECK(outcome(erased("ann")) == Outcome::Accepted);
  CHECK(outcome(erased("ann")) == Outcome::Duplicate);
  CHECK(outcome(answered("r2", "ann", 3, 1)) == Outcome::Erased);
  CHECK(seen.apply(erased(""))->fault == EventFault::NoCustomer);
  CHECK(seen.apply(answered("", "bob", 3, 1))->fault == EventFault::NoResponseId);
  CHECK(seen.counts() == LedgerCounts{.erased = 2, .erased_customers = 1});
}

TEST_CASE("tracker: what it cannot do is refused when it is made", "[tracker]") {
  const auto refused = [](TrackerOptions options) {
    const auto made = Tracker::create(std::move(options));
    return !made && made.error().code == ErrorCode::InvalidArgument;
  };
  CHECK(refused({.ledger = {}}));  // no order
  CHECK(refused({.by = {Dimension::label("a"), Dimension::label("a")}}));
  CHECK(refused({.windows = {{BucketUnit::Day, 0}}}));
  CHECK(refused({.cube = {.weighted = true}}));
  CHECK(refused({.cube = {.policy = {.which = nps::Which::Latest}}}));
  CHECK(refused({.shards = 0}));
  CHECK(refused({.shards = 12}));
  CHECK(refused({.shards = 512}));
  CHECK_FALSE(refused({.shards = 1}));
}

TEST_CASE("tracker: at the limit on cells an event is refused in all its parts", "[tracker]") {
  Tracker seen = by_channel(2);
  std::size_t told = 0;
  seen.on_change([&](const Change&) { ++told; });
  REQUIRE(seen.apply(on_channel(answered("r1", "ann", 3, 1), "web")));
  REQUIRE(seen.apply(on_channel(answered("r2", "bob", 9, 1), "app")));
  const auto before = seen.snapshot();
  const Cube cube = seen.cube();
  for (const Event& event : {on_channel(answered("r3", "cat", 9, 1), "shop"),
                             on_channel(answered("r1", "ann", 9, 2), "shop")}) {
    const auto refused = seen.apply(event);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::LimitReached);
    CHECK(seen.snapshot() == before);
    CHECK(seen.cube() == cube);
    CHECK(seen.counts() == LedgerCounts{.responses = 2});
    CHECK(told == 2);
  }
  nps::Diagnostics outcomes;
  const std::array batch{on_channel(answered("r3", "cat", 9, 1), "shop"),
                         on_channel(answered("r1", "ann", 9, 2), "app")};
  CHECK(seen.apply(batch, outcomes).error().code == ErrorCode::LimitReached);
  CHECK(outcomes.of(Outcome::Accepted) == 1);
  CHECK(seen.cube().total().count(nps::Rating::of<9>()) == 2);
  CHECK(seen.cell({"shop"}).error().code == ErrorCode::LimitReached);
}

TEST_CASE("tracker: the limit is on the responses of all shards together", "[tracker]") {
  Tracker seen = tracker({.ledger = {.order = EventOrder::Version, .limit = 40}});
  for (int i = 0; i < 40; ++i) {
    REQUIRE(seen.apply(answered("r" + std::to_string(i), "ann" + std::to_string(i), 5, 1)));
  }
  const auto full = seen.apply(answered("one more", "ann", 5, 1));
  REQUIRE_FALSE(full);
  CHECK(full.error().code == ErrorCode::LimitReached);
  CHECK(full.error().message.find("40 responses") != std::string::npos);
  CHECK(seen.apply(answered("r7", "ann", 6, 2))->outcome == Outcome::Accepted);
  for (int i = 0; i < 40; ++i) REQUIRE(seen.apply(erased("bob" + std::to_string(i))));
  CHECK(seen.apply(erased("cat")).error().code == ErrorCode::LimitReached);
  CHECK(seen.counts() == LedgerCounts{.responses = 40, .erased_customers = 40});
}

TEST_CASE("tracker: a snapshot restores it, whatever its shards", "[tracker]") {
  Tracker seen = tracker(law_options(16));
  LawRandom random(7);
  for (const Event& event : colliding_events(random, 6)) REQUIRE(seen.apply(event));
  Tracker restored = tracker(law_options(2));
  const auto read = Ledger::decode(seen.snapshot(), restored.options().ledger);
  REQUIRE(read);
  REQUIRE(restored.merge(*read));
  CHECK(restored.snapshot() == seen.snapshot());
  CHECK(restored.cube() == seen.cube());
  CHECK(restored.counts() == seen.counts());
  CHECK(restored.window(0, day(2)) == seen.window(0, day(2)));
}

TEST_CASE("tracker: a merge that is refused changes nothing", "[tracker]") {
  Tracker seen = by_channel(2);
  std::size_t told = 0;
  seen.on_change([&](const Change&) { ++told; });
  REQUIRE(seen.apply(on_channel(answered("r1", "ann", 3, 1), "web")));
  const auto before = seen.snapshot();
  Ledger many = *Ledger::create(seen.options().ledger);
  for (const std::string id : {"r1", "r2", "r3", "r4"}) {
    REQUIRE(many.apply(on_channel(answered(id, "bob", 9, 2), id)));
  }
  const auto unchanged = [&](const Ledger& other, ErrorCode code) {
    const auto merged = seen.merge(other);
    return !merged && merged.error().code == code && seen.snapshot() == before &&
           seen.total() == nps::Tally::of({0, 0, 0, 1}) && told == 1;
  };
  CHECK(unchanged(many, ErrorCode::LimitReached));
  CHECK(unchanged(*Ledger::create({.dimensions = {"stage"}}), ErrorCode::Mismatch));
  Ledger forgetful = *Ledger::create(seen.options().ledger);
  forgetful.forget_before(day(1));
  CHECK(unchanged(forgetful, ErrorCode::Mismatch));
  CHECK(seen.apply(on_channel(answered("r1", "ann", 9, 2), "web"))->outcome == Outcome::Accepted);
  CHECK(seen.total() == nps::Tally::of({0, 0, 0, 0, 0, 0, 0, 0, 0, 1}));

  Tracker small = tracker(
      {.by = {Dimension::label("channel")}, .ledger = {.order = EventOrder::Version, .limit = 3}});
  const auto full = small.merge(many);
  REQUIRE_FALSE(full);
  CHECK(full.error().code == ErrorCode::LimitReached);
  CHECK(small.counts() == LedgerCounts{});
  CHECK(small.total().empty());
}

TEST_CASE("tracker: a cell can be held before it has answers, and when the tracker moves",
          "[tracker]") {
  Tracker first = by_channel();
  const auto web = first.cell({"web"});
  REQUIRE(web);
  CHECK(web->tally().empty());
  CHECK(first.cell({"web", "checkout"}).error().code == ErrorCode::Mismatch);
  CHECK(first.cube().cell_count() == 0);
  Tracker seen = std::move(first);
  for (int i = 0; i < 100; ++i) {
    REQUIRE(seen.apply(on_channel(answered("r" + std::to_string(i), "", 9, 1), "web")));
    REQUIRE(seen.apply(on_channel(answered("s" + std::to_string(i), "", 9, 1), "app")));
  }
  CHECK(web->tally().responses() == 100);
  REQUIRE(seen.apply(on_channel(answered("r1", "", 0, 2), "app")));
  CHECK(web->tally().responses() == 99);
}

TEST_CASE("tracker: a sink may read what it is told, and apply events, which follow",
          "[tracker][sinks]") {
  Tracker seen = by_channel();
  std::vector<std::string> told;
  bool read_right = true;
  seen.on_change([&](const Change& change) {
    told.push_back(shown(change));
    if (told.size() == 1) {
      read_right = read_right && seen.total().responses() == 1;
      read_right = read_right && seen.apply(answered("r2", "bob", 4, 1)).has_value();
      read_right = read_right && told.size() == 1;
    }
  });
  std::size_t second = 0;
  REQUIRE(seen.apply(answered("r1", "ann", 3, 1)));
  seen.on_change([&](const Change&) { ++second; });
  REQUIRE(seen.apply(answered("r1", "ann", 9, 2)));
  REQUIRE(seen.apply(answered("r1", "ann", 9, 2)));
  CHECK(read_right);
  CHECK(told == std::vector<std::string>{" +r1:ann:3", " +r2:bob:4", " -r1:ann:3 +r1:ann:9"});
  CHECK(second == 1);
}
