// Tracker: many writers and many readers. What a read shows must be the state of some accepted events,
// with all that were acknowledged before it began. To be run under ThreadSanitizer, too.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "nps/stream/tracker.h"
#include "stream/events.h"
#include "stream/law_model.h"
#include "support/catch.h"

using nps::Answer;
using nps::BucketUnit;
using nps::Change;
using nps::Cube;
using nps::Dimension;
using nps::Event;
using nps::EventOrder;
using nps::EventType;
using nps::Ledger;
using nps::Tracker;
using nps::TrackerOptions;
using nps::WindowReading;
using nps::test::answered;
using nps::test::day;
using nps::test::erased;
using nps::test::LawRandom;
using nps::test::of_type;

namespace {

TrackerOptions options() {
  return {.by = {Dimension::label("channel")},
          .windows = {{BucketUnit::Day, 7}, {BucketUnit::Hour, 48}},
          .shards = 8};
}

/// What must hold, noted on any thread: Catch2's own checks are for one.
class Watched {
 public:
  void that(bool holds, std::string_view what) {
    if (holds || failed_.exchange(true)) return;
    what_ = what;
  }
  [[nodiscard]] std::string failure() const { return what_; }  // once all threads have ended

 private:
  std::atomic<bool> failed_{false};
  std::string what_;
};

Event somewhere(Event event, LawRandom& random) {
  event.response.channel = std::string("c") + std::to_string(random.below(700));
  if (!random.one_in(8)) event.response.answered_at = day(static_cast<int>(random.below(20)));
  return event;
}

std::uint64_t all_of(const WindowReading& reading) {
  return reading.tally.responses() + reading.before + reading.after + reading.untimed;
}

}  // namespace

TEST_CASE("tracker threads: many writers end where one ledger does, and sinks are told it all once",
          "[tracker][threads]") {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    CAPTURE(seed);
    LawRandom random(seed);
    std::vector<Event> events;
    for (int i = 0; i < 4000; ++i) {
      const std::string response = "response " + std::to_string(random.below(600));
      const std::string customer = "customer " + std::to_string(random.below(200));
      const auto version = static_cast<std::int64_t>(random.below(6));
      Event event = random.one_in(100) ? erased(customer)
                    : random.one_in(10)
                        ? of_type(EventType::Deleted, response, customer, version)
                        : answered(response, customer, static_cast<int>(random.below(11)), version);
      events.push_back(somewhere(std::move(event), random));
    }
    Tracker seen = *Tracker::create(options());
    Cube told = *Cube::create({Dimension::label("channel")});
    std::map<std::string, std::string> latest;  // of each response
    Watched watched;
    std::atomic<int> inside{0};
    seen.on_change([&](const Change& change) {
      watched.that(inside.fetch_add(1) == 0, "sinks are called one at a time");
      watched.that(told.apply(change).has_value(), "changes come after those they depend on");
      const Answer& named = change.before ? *change.before : *change.after;
      std::string& known = latest[std::string(named.response_id)];
      watched.that(known == (change.before ? nps::test::shown(*change.before) : ""),
                   "a response's changes come in order");
      known = change.after ? nps::test::shown(*change.after) : "";
      inside.fetch_sub(1);
    });
    std::vector<std::thread> writers;
    for (std::size_t w = 0; w < 4; ++w) {
      writers.emplace_back([&, w] {
        std::vector<Event> own = events;
        LawRandom order(seed * 10 + w);
        order.shuffle(own);
        own.resize(own.size() * 2 / 3);
        for (std::size_t i = w; i < events.size(); i += 4) own.push_back(events[i]);
        for (const Event& event : own) watched.that(seen.apply(event).has_value(), "no limit");
      });
    }
    for (std::thread& writer : writers) writer.join();
    Ledger plain = *Ledger::create(seen.options().ledger);
    for (const Event& event : events) REQUIRE(plain.apply(event));
    CHECK(watched.failure() == "");
    CHECK(seen.snapshot() == plain.encode());
    CHECK(seen.counts() == plain.counts());
    CHECK(seen.cube() == told);
    CHECK(seen.total().responses() == plain.counts().responses);
  }
}

TEST_CASE("tracker threads: an answer that is corrected is in each read once",
          "[tracker][threads]") {
  constexpr std::uint64_t kResponses = 300;
  Tracker seen = *Tracker::create(options());
  LawRandom random(1);
  for (std::uint64_t i = 0; i < kResponses; ++i) {
    REQUIRE(seen.apply(somewhere(answered("r" + std::to_string(i), "", 5, 0), random)));
  }
  Watched watched;
  std::atomic<int> writing{2};
  std::vector<std::thread> threads;
  for (std::uint64_t w = 0; w < 2; ++w) {
    threads.emplace_back([&, w] {
      LawRandom own(w + 2);
      for (int version = 1; version < 6000; ++version) {
        const auto rating = static_cast<int>(own.below(11));
        const std::string id = "r" + std::to_string(own.below(kResponses));
        watched.that(seen.apply(somewhere(answered(id, "", rating, version), own)).has_value(),
                     "no limit");
      }
      --writing;
    });
  }
  threads.emplace_back([&] {
    while (writing != 0) {
      watched.that(seen.total().responses() == kResponses, "total");
      watched.that(seen.counts().responses == kResponses, "counts");
      watched.that(all_of(seen.window(0, day(9))) == kResponses, "window by days");
      watched.that(all_of(seen.window(1, day(12))) == kResponses, "window by hours");
    }
  });
  threads.emplace_back([&] {
    while (writing != 0) {
      watched.that(seen.cube().total().responses() == kResponses, "cube");
      watched.that(all_of(seen.window(0, day(3))) == kResponses, "window elsewhere");
    }
  });
  threads.emplace_back([&] {
    for (int turn = 0; writing != 0; ++turn) seen.move_to(day(8 + turn % 2));
  });
  for (std::thread& thread : threads) thread.join();
  CHECK(watched.failure() == "");
}

TEST_CASE("tracker threads: totals and cells hold what was acknowledged and nothing not yet sent",
          "[tracker][threads]") {
  Tracker seen = *Tracker::create(options());
  const auto cell = seen.cell({"web"});
  REQUIRE(cell);
  Watched watched;
  constexpr int kEach = 6000;
  std::atomic<std::uint64_t> sent{0};
  std::atomic<std::uint64_t> acknowledged{0};
  std::vector<std::thread> threads;
  for (int w = 0; w < 2; ++w) {
    threads.emplace_back([&, w] {
      for (int i = 0; i < kEach; ++i) {
        Event event = answered(std::to_string(w) + "-" + std::to_string(i), "", i % 11, 1);
        event.response.channel = "web";
        event.response.answered_at = day(1);
        ++sent;
        watched.that(seen.apply(event).has_value(), "no limit");
        ++acknowledged;
      }
    });
  }
  seen.move_to(day(2));
  for (int r = 0; r < 2; ++r) {
    threads.emplace_back([&] {
      while (acknowledged != 2 * kEach) {
        const auto within = [&](auto read) {
          const std::uint64_t before = acknowledged;
          const std::uint64_t there = read();
          return before <= there && there <= sent;
        };
        watched.that(within([&] { return seen.total().responses(); }), "total");
        watched.that(within([&] { return cell->tally().responses(); }), "cell");
        watched.that(within([&] { return seen.window(0, day(2)).tally.responses(); }), "window");
        watched.that(within([&] { return seen.counts().responses; }), "counts");
        watched.that(within([&] { return seen.cube().total().responses(); }), "cube");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(watched.failure() == "");
}

TEST_CASE("tracker threads: an erasure is in each read whole or not at all", "[tracker][threads]") {
  // Everybody has answered twice, so that whoever sees half an erasure sees an odd number.
  // Of many shards, an erasure takes long enough to be met half done. ThreadSanitizer follows 64 locks.
  constexpr int kCustomers = 1000;
  TrackerOptions many = options();
  many.shards = 32;
  Tracker seen = *Tracker::create(many);
  LawRandom random(1);
  for (int i = 0; i < kCustomers; ++i) {
    const std::string customer = "customer " + std::to_string(i);
    for (const std::string_view which : {"a", "b"}) {
      const std::string id = customer + std::string(which);
      REQUIRE(seen.apply(somewhere(answered(id, customer, 5, 1), random)));
    }
  }
  Watched watched;
  std::atomic<bool> done{false};
  std::vector<std::thread> threads;
  threads.emplace_back([&] {
    for (int i = 0; i < kCustomers; ++i) {
      watched.that(seen.apply(erased("customer " + std::to_string(i))).has_value(), "no limit");
    }
    done = true;
  });
  threads.emplace_back([&] {
    std::uint64_t before = 2 * kCustomers;
    while (!done) {
      const std::uint64_t now = seen.total().responses();
      watched.that(now % 2 == 0 && now <= before, "total");
      before = now;
    }
  });
  threads.emplace_back([&] {
    while (!done) watched.that(all_of(seen.window(0, day(3))) % 2 == 0, "window elsewhere");
  });
  threads.emplace_back([&] {
    while (!done) watched.that(seen.cube().total().responses() % 2 == 0, "cube");
  });
  threads.emplace_back([&] {
    while (!done) watched.that(seen.ledger().counts().responses % 2 == 0, "ledger");
  });
  for (std::thread& thread : threads) thread.join();
  CHECK(watched.failure() == "");
  CHECK(seen.total().empty());
}

TEST_CASE(
    "tracker threads: a snapshot under load has all that was acknowledged and nothing not sent",
    "[tracker][threads]") {
  // Responses are answered, and some are buried by an erasure and brought back by another customer.
  Tracker seen = *Tracker::create(options());
  Watched watched;
  constexpr int kEach = 5000;
  std::vector<std::atomic<int>> sent(2);
  std::vector<std::atomic<int>> acknowledged(2);
  std::vector<std::thread> threads;
  for (std::size_t w = 0; w < 2; ++w) {
    threads.emplace_back([&, w] {
      const std::string writer = std::to_string(w);
      for (int i = 0; i < kEach; ++i) {
        const std::string id = writer + " " + std::to_string(i);
        const std::string customer = writer + " customer " + std::to_string(i / 10);
        sent[w] = i + 1;
        bool taken = seen.apply(answered(id, customer, 5, 1)).has_value();
        if (i % 20 == 19) {
          taken = taken && seen.apply(erased(customer)).has_value();
          taken = taken && seen.apply(answered(id, "heir", 6, 2)).has_value();
        }
        watched.that(taken, "no limit");
        acknowledged[w] = i + 1;
      }
    });
  }
  threads.emplace_back([&] {
    bool finished = false;
    while (!finished) {
      const std::array<int, 2> least{acknowledged[0], acknowledged[1]};
      finished = least[0] == kEach && least[1] == kEach;
      const auto read = Ledger::decode(seen.snapshot(), seen.options().ledger);
      const std::array<int, 2> most{sent[0], sent[1]};
      watched.that(read.has_value(), "a snapshot can be read");
      if (!read) return;
      std::set<std::string, std::less<>> there;
      read->for_each([&](const Answer& answer) {
        there.insert(std::string(answer.response_id));
        watched.that(answer.customer == "heir" || !read->is_erased(answer.customer),
                     "who is erased has no answers");
      });
      const auto counts = read->counts();
      watched.that(counts.responses == there.size(), "each response is there once");
      std::uint64_t known = 0;
      std::uint64_t possible = 0;
      for (std::size_t w = 0; w < 2; ++w) {
        for (int i = 0; i < least[w]; ++i) {
          const bool heir = i % 20 == 19;
          const bool gone = i / 10 % 2 == 1 && !heir && i / 20 * 20 + 19 < least[w];
          const bool may_be_gone = i / 10 % 2 == 1 && !heir && i / 20 * 20 + 19 < most[w];
          const bool is_there = there.contains(std::to_string(w) + " " + std::to_string(i));
          watched.that(is_there ? !gone : may_be_gone, "what was acknowledged is there");
        }
        known += static_cast<std::uint64_t>(least[w]);
        possible += static_cast<std::uint64_t>(most[w]);
      }
      const std::uint64_t all = counts.responses + counts.erased;
      watched.that(known <= all && all <= possible, "nothing is there that was not sent");
    }
  });
  for (std::thread& thread : threads) thread.join();
  CHECK(watched.failure() == "");
}

TEST_CASE(
    "tracker threads: what is buried and brought back while the ledger is copied is there once",
    "[tracker][threads]") {
  // More than a slice of responses in each shard, and all of them known at any moment.
  constexpr std::size_t kGroups = 40;
  constexpr std::size_t kEach = 100;
  Tracker seen = *Tracker::create(options());
  const auto customer = [](std::size_t group, int turn) {
    return std::to_string(group) + " after " + std::to_string(turn);
  };
  const auto answer = [&](std::size_t group, int turn) {
    bool taken = true;
    for (std::size_t i = 0; i < kEach; ++i) {
      const std::string id = std::to_string(group) + " " + std::to_string(i);
      taken = taken && seen.apply(answered(id, customer(group, turn), 5, turn)).has_value();
    }
    return taken;
  };
  for (std::size_t group = 0; group < kGroups; ++group) REQUIRE(answer(group, 0));
  Watched watched;
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (int turn = 1; turn <= 4; ++turn) {
      for (std::size_t group = 0; group < kGroups; ++group) {
        bool taken = seen.apply(erased(customer(group, turn - 1))).has_value();
        taken = taken && answer(group, turn);
        watched.that(taken, "no limit");
      }
    }
    done = true;
  });
  while (!done) {
    const auto counts = seen.ledger().counts();
    watched.that(counts.responses + counts.erased == kGroups * kEach,
                 "each response is there once");
  }
  writer.join();
  CHECK(watched.failure() == "");
}

TEST_CASE(
    "tracker threads: batches of several writers to shards that outgrow their memory lose nothing",
    "[tracker][threads]") {
  constexpr int kWriters = 3;
  constexpr int kEach = 24'000;  // in all more than the first block of records, in one shard
  for (const std::size_t shards : {std::size_t{1}, std::size_t{2}}) {
    CAPTURE(shards);
    TrackerOptions chosen = options();
    chosen.shards = shards;
    Tracker tracker = *Tracker::create(chosen);
    std::vector<nps::Diagnostics> seen(kWriters);
    Watched watched;
    std::vector<std::thread> writers;
    for (int w = 0; w < kWriters; ++w) {
      writers.emplace_back([&, w] {
        std::vector<Event> batch;
        for (int i = 0; i < kEach; ++i) {
          // Every third is of a response that all writers tell of, each a later version.
          const bool is_common = i % 3 == 0;
          batch.push_back(
              answered((is_common ? "common " : std::to_string(w) + " own ") + std::to_string(i),
                       "", (w + i) % 11, is_common ? w : 1));
          if (batch.size() < 1000) continue;
          watched.that(tracker.apply(batch, seen[static_cast<std::size_t>(w)]).has_value(),
                       "nothing is refused");
          batch.clear();
        }
      });
    }
    for (std::thread& writer : writers) writer.join();
    CHECK(watched.failure() == "");
    std::uint64_t events = 0;
    for (const nps::Diagnostics& one : seen) {
      events += one.of(nps::Outcome::Accepted) + one.of(nps::Outcome::Stale);
    }
    CHECK(events == std::uint64_t{kWriters} * kEach);
    nps::Tally expected;
    for (int i = 0; i < kEach; ++i) {
      for (int w = i % 3 == 0 ? kWriters - 1 : 0; w < kWriters; ++w) {
        expected.add(*nps::Rating::from((w + i) % 11));
      }
    }
    CHECK(tracker.total() == expected);
    CHECK(tracker.ledger().counts().responses == expected.responses());
  }
}
