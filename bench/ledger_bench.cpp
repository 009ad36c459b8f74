// What an event costs: in a tally, in windows, and all the way through a ledger that holds ten million
// responses, a cube and two windows.
//
//   build/release/bench/ledger_bench
//   build/release/bench/ledger_bench --benchmark_filter=Follow   # events per second, bytes a response
//
// What bounds following events: instructions. On an AMD EPYC in a virtual machine, with expect() for 16 at
// a time and a hundred thousand responses held, an event takes 530 ns; of some 1,950 instructions (counted
// by callgrind) 1,220 propose it, 300 are the cube's, 170 the commit's, 140 each the windows' and
// expect()'s, and some 14 jumps of them are foreseen wrongly. "10,000 held" is no measure of caches: the
// run itself adds half a million. A first touch of fresh memory is dear there as well: with ten million
// held, a quarter of the time in a profile is the system clearing pages. What waited most until it was
// mended: copies of an answer and of keys right after they were written in pieces. Without them ten million
// held were followed 1.17 times as fast (1.16 to 1.41 M/s, 4 pairs).
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/workload.h"
#include "nps/segment/cube.h"
#include "nps/stream/ledger.h"
#include "nps/stream/window.h"
#include "nps/tally.h"

namespace {

using nps::Change;
using nps::Cube;
using nps::Dimension;
using nps::Event;
using nps::Ledger;
using nps::Rating;
using nps::Timestamp;
using nps::Windows;

void BM_AddTally(benchmark::State& state) {
  std::vector<Rating> ratings;
  for (const std::uint8_t rating : nps::bench::survey(static_cast<std::size_t>(state.range(0)))) {
    ratings.push_back(*Rating::from(rating));
  }
  nps::Tally tally;
  for (auto _ : state) {
    for (const Rating rating : ratings) {
      tally.add(rating);
      benchmark::ClobberMemory();  // one by one: nothing is put together
    }
    benchmark::DoNotOptimize(tally);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_AddTally)->Arg(1 << 16);

Windows two_windows(nps::Zone zone) {
  return *Windows::create(nps::Bucketing(nps::BucketUnit::Day, zone), {7, 30});
}

/// Answers of a hundred days, or each of them on another day.
void BM_ApplyWindow(benchmark::State& state, const char* zone, bool edits) {
  constexpr std::size_t kChanges = 1 << 14;
  const auto ratings = nps::bench::survey(kChanges);
  nps::bench::Random random(nps::bench::kSeed);
  const Timestamp first = std::chrono::sys_days(std::chrono::year(2020) / 1 / 1);
  const auto answer = [&](std::size_t i) {
    return nps::Answer{.rating = *Rating::from(ratings[i]),
                       .answered_at = first + std::chrono::minutes(random() % (100 * 24 * 60))};
  };
  Windows windows = two_windows(*nps::Zone::load(zone));
  windows.move_to(first + std::chrono::days(99));
  std::vector<Change> changes(kChanges);
  for (std::size_t i = 0; i < kChanges; ++i) {
    changes[i].after = answer(i);
    if (!edits) continue;
    // Forth and back again, so that what is taken away is always there.
    if (i % 2 == 1) {
      changes[i] = changes[i - 1].inverse();
      continue;
    }
    changes[i].before = answer(i + 1);
    if (!windows.apply({.before = {}, .after = changes[i].before})) std::terminate();
  }
  for (auto _ : state) {
    for (const Change& change : changes) {
      if (!windows.apply(change)) return state.SkipWithError("a change was refused");
    }
  }
  benchmark::DoNotOptimize(windows.total());
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kChanges));
}
BENCHMARK_CAPTURE(BM_ApplyWindow, utc, "UTC", false);
BENCHMARK_CAPTURE(BM_ApplyWindow, berlin, "Europe/Berlin", false);
BENCHMARK_CAPTURE(BM_ApplyWindow, berlin_edits, "Europe/Berlin", true);

/// A ledger, a cube and two windows, with so many responses, and the events that go on coming: of a
/// hundred 60 are new, 20 correct an answer, 10 come twice, 8 come too late, 2 delete.
class Stream {
 public:
  explicit Stream(std::size_t responses)
      : ledger_(*Ledger::create(
            {.dimensions = {"channel", "journey_stage"}, .order = nps::EventOrder::Version})),
        cube_(*Cube::create({Dimension::label("channel"), Dimension::label("journey_stage")})),
        windows_(two_windows(nps::Zone::utc())) {
    windows_.move_to(kFirst + std::chrono::days(99));
    Event event;
    for (std::size_t i = 0; i < responses; ++i) {
      make(event, versions_.size(), 1);
      versions_.push_back(1);
      apply(event);
    }
    bytes_a_response_ = static_cast<double>(ledger_.memory()) / static_cast<double>(responses);
  }

  [[nodiscard]] double bytes_a_response() const { return bytes_a_response_; }

  void prepare(std::vector<Event>& events) {
    for (Event& event : events) {
      const std::uint64_t kind = random_() % 100;
      std::size_t response = random_() % versions_.size();
      if (kind < 60) {
        response = versions_.size();
        versions_.push_back(1);
      } else if (kind < 80 || kind >= 98) {
        ++versions_[response];
      }
      const std::uint8_t version = versions_[response];
      make(event, response, kind >= 90 && kind < 98 ? version - 1 : version);
      if (kind >= 98) {
        event.type = nps::EventType::Deleted;
        event.response.rating.reset();
      }
    }
  }

  bool apply_all(std::span<const Event> events) {
    for (std::size_t i = 0; i < events.size(); ++i) {
      if (i % 16 == 0)
        ledger_.expect(events.subspan(i, std::min<std::size_t>(16, events.size() - i)));
      if (!apply(events[i])) return false;
    }
    return true;
  }

  bool apply(const Event& event) {
    const auto proposed = ledger_.propose(event);
    if (!proposed) return false;
    for (const Change& change : proposed->changes) {
      if (!cube_.apply(change) || !windows_.apply(change)) return false;
    }
    ledger_.commit();
    return true;
  }

 private:
  static constexpr Timestamp kFirst = std::chrono::sys_days(std::chrono::days(18'262));
  static constexpr std::size_t kCustomers = 4'000'000;

  // What an event says is a matter of its response and version alone.
  static void make(Event& event, std::size_t response, int version) {
    static const std::vector<std::string> kChannels{"web", "mobile", "store", "email"};
    static const std::vector<std::string> kStages{"purchase", "delivery", "support",
                                                  "return",   "renewal",  "onboarding"};
    std::uint64_t mixed = (response + 1) * 0x9e3779b97f4a7c15U;
    mixed ^= mixed >> 29U;
    event.type = nps::EventType::Answered;
    event.version = version;
    nps::Response& said = event.response;
    said.id = "resp-";
    said.id += std::to_string(100'000'000 + response);
    said.customer = "cust-";
    said.customer += std::to_string(mixed % kCustomers);
    said.rating = Rating::from((mixed + static_cast<unsigned>(version)) % 11);
    said.answered_at = kFirst + std::chrono::seconds(mixed % (100U * 86'400U));
    said.channel = kChannels[(mixed >> 8U) % kChannels.size()];
    said.journey_stage = kStages[(mixed >> 12U) % kStages.size()];
  }

  Ledger ledger_;
  Cube cube_;
  Windows windows_;
  std::vector<std::uint8_t> versions_;
  nps::bench::Random random_{nps::bench::kSeed};
  double bytes_a_response_ = 0;
};

/// Processor time, so that what else runs on the machine counts as little as it can.
double seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

void BM_FollowEvents(benchmark::State& state) {
  static std::unique_ptr<Stream> stream;
  static std::int64_t held = 0;
  if (held != state.range(0)) {
    stream.reset();
    stream = std::make_unique<Stream>(static_cast<std::size_t>(state.range(0)));
    held = state.range(0);
  }
  std::vector<Event> events(4096);
  for (auto _ : state) {
    stream->prepare(events);
    const double start = seconds();
    if (!stream->apply_all(events)) return state.SkipWithError("an event was refused");
    state.SetIterationTime(seconds() - start);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(events.size()));
  state.counters["bytes_a_response"] = stream->bytes_a_response();
}
BENCHMARK(BM_FollowEvents)
    ->Arg(10'000)
    ->Arg(100'000)
    ->Arg(10'000'000)
    ->Iterations(200)
    ->UseManualTime();

}  // namespace
