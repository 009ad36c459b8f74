// Tracker: what it watches for, what it is stored as with that, and what it forgets.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "nps/stream/tracker.h"
#include "stream/events.h"
#include "stream/law_model.h"
#include "stream/watched.h"
#include "support/catch.h"

using nps::Alarm;
using nps::AlarmKind;
using nps::BelowWatch;
using nps::BucketUnit;
using nps::Change;
using nps::CusumWatch;
using nps::Dimension;
using nps::DropWatch;
using nps::ErrorCode;
using nps::Event;
using nps::EventOrder;
using nps::EventType;
using nps::Ledger;
using nps::LedgerCounts;
using nps::Outcome;
using nps::SilenceWatch;
using nps::SinceWatch;
using nps::Tracker;
using nps::TrackerOptions;
using nps::TrackerState;
using nps::Watch;
using nps::Watches;
using nps::test::answered;
using nps::test::day;
using nps::test::erased;
using nps::test::LawRandom;
using nps::test::of_type;
using nps::test::shown;

namespace {

std::vector<Watch> all_kinds() {
  return {
      BelowWatch{.points = 40, .window = {BucketUnit::Day, 3}},
      BelowWatch{.points = 40, .window = {BucketUnit::Hour, 12}},
      DropWatch{.window = {BucketUnit::Day, 2}},
      CusumWatch{.shift = 20, .answers_per_false_alarm = 100, .usual = nps::test::shares(0.5, 0.2)},
      SinceWatch{.start = day(2), .points = 60},
      SilenceWatch{.answers_per_false_alarm = 50, .weeks = 1}};
}

TrackerOptions watched(std::vector<Watch> watches, std::size_t shards = 4) {
  return {.by = {Dimension::label("channel")},
          .watches = std::move(watches),
          .watch_by = {"channel"},
          .shards = shards};
}

Tracker tracker(TrackerOptions options) {
  auto made = Tracker::create(std::move(options));
  REQUIRE(made);
  return *std::move(made);
}

Event at(Event event, nps::Timestamp when, std::string_view channel = "web") {
  event.response.channel = channel;
  event.response.answered_at = when;
  return event;
}

/// Three weeks of answers, most of them in order: some corrected, late, twice, deleted or erased.
std::vector<Event> weeks_of_events(std::uint64_t seed) {
  LawRandom random(seed);
  std::vector<Event> events;
  int known = 0;
  for (int hour = 0; hour < 500; ++hour) {
    const bool is_silent = hour > 250 && hour < 300;
    for (std::uint64_t i = is_silent ? 0 : 1 + random.below(3); i > 0; --i) {
      const bool corrects = known > 5 && random.one_in(5);
      const int which = corrects ? known - 1 - static_cast<int>(random.below(5)) : known++;
      const std::string id = "r" + std::to_string(which);
      const std::string customer = "c" + std::to_string(which / 3);
      const auto version = static_cast<std::int64_t>(random.below(4));
      const int rating = static_cast<int>(hour < 350 ? 4 + random.below(7) : random.below(8));
      Event event = random.one_in(30)   ? erased(customer)
                    : random.one_in(20) ? of_type(EventType::Deleted, id, customer, version)
                                        : answered(id, customer, rating, version);
      event = at(std::move(event), day(1, hour), which % 3 == 0 ? "store" : "web");
      if (!random.one_in(4)) event.received_at = day(1, hour) + std::chrono::minutes(i);
      if (event.type == EventType::Erased) event.response.answered_at.reset();
      events.push_back(std::move(event));
      if (random.one_in(6)) events.push_back(events[random.below(events.size())]);
    }
  }
  return events;
}

/// What a tracker tells, in order: changes, and alarms with their numbers.
struct Told {
  std::vector<std::string> all;
  std::vector<Alarm> alarms;

  void add(const Change& change) { all.push_back(shown(change)); }
  void add(const Alarm& alarm) {
    all.push_back("alarm " + std::to_string(alarm.number));
    alarms.push_back(alarm);
  }
  void listen(Tracker& to) {
    to.on_change([this](const Change& change) { add(change); });
    to.on_alarm([this](const Alarm& alarm) { add(alarm); });
  }
};

/// A ledger and watches, as nps watch feeds them.
struct Plain {
  Ledger ledger = *Ledger::create({.dimensions = {"channel"}, .order = EventOrder::Version});
  Watches watches = nps::test::watching(all_kinds(), {.by = {"channel"}});
  Told told;

  void apply(const Event& event) {
    const auto applied = ledger.apply(event);
    REQUIRE(applied);
    if (applied->outcome == Outcome::Rejected) return;
    const auto now = event.received_at ? event.received_at : event.response.answered_at;
    if (now) {
      for (const Alarm& alarm : watches.advance(*now)) told.add(alarm);
    }
    for (const Change& change : applied->changes) {
      told.add(change);
      for (const Alarm& alarm : nps::test::applied(watches, change)) told.add(alarm);
    }
  }
};

}  // namespace

TEST_CASE("tracker watch: one writer is told what a ledger and watches say, in that order",
          "[tracker][watch]") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    CAPTURE(seed);
    const std::vector<Event> events = weeks_of_events(seed);
    Plain plain;
    for (const Event& event : events) plain.apply(event);
    REQUIRE(plain.told.alarms.size() > 5);
    for (const std::size_t shards : {1U, 16U}) {
      Tracker one = tracker(watched(all_kinds(), shards));
      Tracker batched = tracker(watched(all_kinds(), shards));
      Told told;
      Told of_batches;
      told.listen(one);
      of_batches.listen(batched);
      for (const Event& event : events) REQUIRE(one.apply(event));
      nps::Diagnostics seen;
      for (std::span<const Event> rest = events; !rest.empty();) {
        const std::size_t some = std::min<std::size_t>(rest.size(), 100);
        REQUIRE(batched.apply(rest.first(some), seen));
        rest = rest.subspan(some);
      }
      // Of an erasure, the changes come shard by shard.
      const bool same = shards == 1 ? told.all == plain.told.all && told.all == of_batches.all
                                    : std::ranges::is_permutation(told.all, plain.told.all);
      CHECK(same);
      CHECK((told.alarms == plain.told.alarms && of_batches.alarms == plain.told.alarms));
      CHECK((one.alarms() == plain.watches.alarms()));
      CHECK((one.state()->watches == plain.watches.encode()));
      CHECK((one.state()->ledger == plain.ledger.encode()));
    }
  }
}

TEST_CASE("tracker watch: restored in the middle, it goes on as if nothing had been",
          "[tracker][watch][wire]") {
  const std::vector<Event> events = weeks_of_events(9);
  Plain plain;
  for (const Event& event : events) plain.apply(event);
  for (const std::size_t part : {0U, 3U, 8U}) {
    CAPTURE(part);
    const auto half = static_cast<std::ptrdiff_t>(events.size() * part / 10);
    Tracker first = tracker(watched(all_kinds(), 4));
    Told told;
    told.listen(first);
    for (auto event = events.begin(); event != events.begin() + half; ++event) {
      REQUIRE(first.apply(*event));
    }
    const auto state = first.state();
    REQUIRE(state);
    Tracker second = tracker(watched(all_kinds(), 16));
    std::size_t repeated = 0;
    second.on_change([&](const Change&) { ++repeated; });
    REQUIRE(second.restore(*state));
    CHECK(repeated == first.counts().responses);
    CHECK(second.alarms() == first.alarms());
    Told after;
    after.listen(second);
    // The last ones come again, as whoever is not sure sends them.
    for (auto event = events.begin() + std::max<std::ptrdiff_t>(half - 20, 0);
         event != events.end(); ++event) {
      REQUIRE(second.apply(*event));
    }
    told.alarms.insert(told.alarms.end(), after.alarms.begin(), after.alarms.end());
    CHECK((told.alarms == plain.told.alarms));
    CHECK((second.state()->watches == plain.watches.encode()));
    CHECK((second.snapshot() == plain.ledger.encode()));
  }
}

TEST_CASE("tracker watch: a silence is told where time is told, and not where none is",
          "[tracker][watch]") {
  Tracker seen = tracker(watched({SilenceWatch{.answers_per_false_alarm = 50, .weeks = 1}}));
  Told told;
  told.listen(seen);
  for (int hour = 0; hour < 400; ++hour) {
    REQUIRE(seen.apply(at(answered("r" + std::to_string(hour), "", 9, 1), day(1, hour))));
  }
  CHECK(told.alarms.empty());
  seen.advance(day(1, 401));
  CHECK(told.alarms.empty());
  seen.advance(day(1, 415));
  REQUIRE(told.alarms.size() == 1);
  CHECK(told.alarms[0].kind == AlarmKind::Silence);
  CHECK(told.alarms[0].since == day(1, 399));
  seen.advance(day(1, 300));  // not back
  CHECK(told.alarms.size() == 1);
  // Who only says that an event came again says the time, too.
  Event again = at(answered("r7", "", 9, 1), day(1, 7));
  REQUIRE(seen.apply(at(answered("new", "", 9, 1), day(1, 416))));
  again.received_at = day(1, 450);
  CHECK(seen.apply(again)->outcome == Outcome::Duplicate);
  CHECK(told.alarms.size() == 2);
}

TEST_CASE("tracker watch: a merge counts for floors and is no arrival", "[tracker][watch]") {
  const std::vector<Watch> watches{
      BelowWatch{.points = 40, .window = {BucketUnit::Day, 3}},
      CusumWatch{
          .shift = 20, .answers_per_false_alarm = 100, .usual = nps::test::shares(0.5, 0.2)}};
  Tracker here = tracker(watched(watches));
  Tracker there = tracker(watched(watches));
  Told told;
  Told elsewhere;
  told.listen(here);
  elsewhere.listen(there);
  for (int i = 0; i < 100; ++i) {
    REQUIRE(there.apply(at(answered("r" + std::to_string(i), "", 0, 1), day(2))));
  }
  REQUIRE_FALSE(elsewhere.alarms.empty());  // of the CUSUM
  REQUIRE(here.apply(at(answered("own", "", 10, 1), day(2))));
  REQUIRE(here.merge(there));
  CHECK(told.alarms.empty());
  here.advance(day(3));
  REQUIRE(told.alarms.size() == 1);
  CHECK(told.alarms[0].kind == AlarmKind::Below);
  CHECK(told.alarms[0].tally.responses() == 101);
  // Taken back, they are corrections of the alarm that they were part of.
  REQUIRE(here.apply(at(of_type(EventType::Deleted, "r7", "", 2), day(3))));
  CHECK(here.alarms()[0].corrected == 1);
}

TEST_CASE("tracker watch: what cannot be is refused", "[tracker][watch]") {
  const auto code = [](TrackerOptions options) {
    const auto made = Tracker::create(std::move(options));
    REQUIRE_FALSE(made);
    return made.error().code;
  };
  TrackerOptions options = watched(all_kinds());
  options.watch_by = {"channel", "plan"};
  CHECK(code(options) == ErrorCode::InvalidArgument);
  options.watch_by = {"@day"};
  options.by.push_back(
      Dimension::calendar("@day", nps::Calendar(nps::CalendarUnit::Day, nps::Zone::utc())));
  CHECK(code(options) == ErrorCode::InvalidArgument);
  CHECK(code(watched({})) == ErrorCode::InvalidArgument);  // by something, and nothing is watched
  CHECK(code(watched({BelowWatch{.points = 200}})) == ErrorCode::InvalidArgument);

  Tracker seen = tracker(watched(all_kinds()));
  REQUIRE(seen.apply(at(answered("r1", "ann", 3, 1), day(1))));
  const TrackerState state = *seen.state();
  CHECK(seen.restore(state).error().code == ErrorCode::InvalidArgument);  // it is not new
  Tracker unwatched = tracker({.by = {Dimension::label("channel")}});
  CHECK(unwatched.restore(state).error().code == ErrorCode::Mismatch);
  CHECK(unwatched.restore({.ledger = state.ledger, .watches = {}}));
  CHECK(unwatched.snapshot() == seen.snapshot());
  CHECK(unwatched.state()->watches.empty());
  Tracker others = tracker(watched({SilenceWatch{}}));
  CHECK(others.restore(state).error().code == ErrorCode::Mismatch);
  CHECK(others.restore({.ledger = state.watches, .watches = {}}).error().code ==
        ErrorCode::Malformed);
  CHECK(others.counts() == LedgerCounts{});
  CHECK(others.restore({.ledger = state.ledger, .watches = {}}));
  CHECK(others.counts() == LedgerCounts{.responses = 1});
}

TEST_CASE("tracker watch: a sink may ask for the alarms, and not for the state",
          "[tracker][watch][sinks]") {
  Tracker seen = tracker(watched({SinceWatch{.start = day(1), .points = 90}}));
  std::vector<Alarm> asked;
  ErrorCode refused{};
  seen.on_alarm([&](const Alarm&) {
    asked = seen.alarms();
    const auto state = seen.state();
    if (!state) refused = state.error().code;
  });
  for (int i = 0; i < 50; ++i) {
    REQUIRE(seen.apply(at(answered("r" + std::to_string(i), "", 0, 1), day(2))));
  }
  CHECK(asked.size() == 1);
  CHECK(refused == ErrorCode::InvalidArgument);
  CHECK(seen.state());
}

TEST_CASE("tracker watch: ledger and watches of a state under load are of one moment",
          "[tracker][watch][threads]") {
  // All on one day and far below the floor: when the day closes, the alarm says how many answers the
  // watches have counted.
  const std::vector<Watch> watches{BelowWatch{.points = 90, .window = {BucketUnit::Day, 3}}};
  const auto options = [&] {
    TrackerOptions chosen = watched(watches, 8);
    chosen.watch_by = {};
    return chosen;
  };
  Tracker seen = tracker(options());
  std::atomic<bool> failed{false};
  std::atomic<int> writing{2};
  std::atomic<std::uint64_t> told{0};
  std::atomic<int> inside{0};
  seen.on_change([&](const Change& change) {
    if (inside.fetch_add(1) != 0) failed = true;
    told += static_cast<std::uint64_t>(change.after.has_value()) -
            static_cast<std::uint64_t>(change.before.has_value());
    inside.fetch_sub(1);
  });
  seen.on_alarm([&](const Alarm&) {
    if (inside.fetch_add(1) != 0) failed = true;
    inside.fetch_sub(1);
  });
  std::vector<std::thread> threads;
  for (int w = 0; w < 2; ++w) {
    threads.emplace_back([&, w] {
      LawRandom random(static_cast<std::uint64_t>(w));
      for (int i = 0; i < 4000; ++i) {
        const std::string id = std::to_string(w) + " " + std::to_string(random.below(2000));
        const std::string customer = std::to_string(random.below(400));
        const Event event = random.one_in(50)
                                ? erased(customer)
                                : at(answered(id, customer, static_cast<int>(random.below(7)), i),
                                     day(1), random.one_in(2) ? "web" : "store");
        if (!seen.apply(event)) failed = true;
      }
      --writing;
    });
  }
  std::size_t states = 0;
  for (bool last = false; !last; ++states) {
    last = writing == 0;
    const auto state = seen.state();
    REQUIRE(state);
    Tracker restored = tracker(options());
    std::uint64_t counted = 0;
    restored.on_alarm([&](const Alarm& alarm) { counted = alarm.tally.responses(); });
    REQUIRE(restored.restore(*state));
    restored.advance(day(2));
    const std::uint64_t responses = restored.counts().responses;
    if (responses > 10) REQUIRE(counted == responses);
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(states > 1);
  CHECK_FALSE(failed);
  CHECK(told == seen.counts().responses);
}

TEST_CASE("tracker watch: alarms are numbered without gaps while erasures and merges go on",
          "[tracker][watch][threads]") {
  Tracker seen = tracker(watched(
      {CusumWatch{.shift = 20, .answers_per_false_alarm = 20, .usual = nps::test::shares(0.5, 0.2)},
       BelowWatch{.points = 50, .window = {BucketUnit::Hour, 2}}},
      8));
  Tracker other = tracker(watched({SilenceWatch{}}, 2));
  for (int i = 0; i < 50; ++i) {
    REQUIRE(other.apply(at(answered("o" + std::to_string(i), "guest", 2, i), day(1, i))));
  }
  std::vector<Alarm> told;
  seen.on_alarm([&](const Alarm& alarm) { told.push_back(alarm); });
  std::atomic<bool> failed{false};
  std::vector<std::thread> threads;
  for (int w = 0; w < 2; ++w) {
    threads.emplace_back([&, w] {
      LawRandom random(static_cast<std::uint64_t>(w) + 7);
      for (int i = 0; i < 3000; ++i) {
        const std::string id = std::to_string(w) + " " + std::to_string(i);
        const std::string customer = std::to_string(random.below(300));
        const Event event = random.one_in(40)
                                ? erased(customer)
                                : at(answered(id, customer, static_cast<int>(random.below(8)), 1),
                                     day(1, i / 10), random.one_in(2) ? "web" : "store");
        if (!seen.apply(event)) failed = true;
        if (i % 1000 == 500 && !seen.merge(other)) failed = true;
      }
    });
  }
  threads.emplace_back([&] {
    for (int i = 0; i < 300; ++i) {
      static_cast<void>(seen.alarms());
      seen.advance(day(1, i));
    }
  });
  for (std::thread& thread : threads) thread.join();
  CHECK_FALSE(failed);
  REQUIRE(told.size() > 10);
  bool numbered = true;
  for (std::size_t i = 0; i < told.size(); ++i) numbered = numbered && told[i].number == i + 1;
  CHECK(numbered);
  CHECK(seen.alarms().back().number == told.back().number);
}

// ---- forgetting ---------------------------------------------------------------------------------

TEST_CASE("tracker: what is forgotten stays counted, makes room and is refused when it comes again",
          "[tracker][horizon]") {
  Tracker seen = tracker(
      {.by = {Dimension::label("channel")}, .ledger = {.order = EventOrder::Version, .limit = 40}});
  Ledger plain = *Ledger::create(seen.options().ledger);
  const auto both = [&](const Event& event) {
    const auto applied = plain.apply(event);
    REQUIRE(applied);
    CHECK(seen.apply(event)->outcome == applied->outcome);
  };
  for (int i = 0; i < 40; ++i) both(at(answered("r" + std::to_string(i), "ann", 9, 1), day(i)));
  both(erased("bob"));
  seen.forget_before(day(31));
  plain.forget_before(day(31));
  CHECK(seen.horizon() == day(31));
  CHECK(seen.snapshot() == plain.encode());
  CHECK(seen.counts() == LedgerCounts{.responses = 9, .erased_customers = 1});
  CHECK(seen.total().responses() == 40);
  both(at(answered("r3", "ann", 1, 2), day(3)));
  both(at(answered("r35", "ann", 1, 2), day(35)));
  for (int i = 0; i < 31; ++i) both(at(answered("s" + std::to_string(i), "", 9, 1), day(32)));
  CHECK(seen.apply(answered("one more", "", 9, 1)).error().code == ErrorCode::LimitReached);
  seen.forget_before(day(1));  // no way back
  CHECK(seen.horizon() == day(31));
  CHECK(seen.snapshot() == plain.encode());

  Tracker restored = tracker(seen.options());
  CHECK(restored.merge(seen).error().code == ErrorCode::Mismatch);
  REQUIRE(restored.restore(*seen.state()));
  CHECK(restored.horizon() == day(31));
  CHECK(restored.snapshot() == plain.encode());
  CHECK(restored.total().responses() == 40);
  CHECK(restored.apply(at(answered("r3", "ann", 1, 2), day(3)))->outcome == Outcome::TooOld);
}

TEST_CASE("tracker threads: a copy has a horizon that was declared, and nothing from before it",
          "[tracker][horizon][threads]") {
  Tracker seen = tracker(watched(all_kinds(), 8));
  std::atomic<bool> failed{false};
  std::atomic<bool> done{false};
  std::vector<std::thread> threads;
  for (int w = 0; w < 2; ++w) {
    threads.emplace_back([&, w] {
      LawRandom random(static_cast<std::uint64_t>(w) + 1);
      for (int i = 0; i < 4000; ++i) {
        const std::string id = std::to_string(w) + " " + std::to_string(i);
        const auto when = day(1 + i / 200 + static_cast<int>(random.below(8)));
        if (!seen.apply(at(answered(id, std::to_string(i / 9), 5, 1), when))) failed = true;
        if (w == 0 && i % 200 == 0) seen.forget_before(day(i / 200));
        if (random.one_in(300) && !seen.apply(erased(std::to_string(i / 9)))) failed = true;
      }
      if (w == 0) done = true;
    });
  }
  while (!done) {
    const auto horizon = seen.horizon();
    const Ledger copy = seen.ledger();
    if (horizon && (!copy.horizon() || *copy.horizon() < *horizon)) failed = true;
    copy.for_each([&](const nps::Answer& answer) {
      if (copy.horizon() && *answer.answered_at < *copy.horizon()) failed = true;
    });
    if (!Ledger::decode(copy.encode(), seen.options().ledger)) failed = true;
  }
  for (std::thread& thread : threads) thread.join();
  CHECK_FALSE(failed);
  CHECK(seen.ledger().counts() == seen.counts());
}
