// What a tracker costs: events a second by one writer and by two, and what one figure takes to be read
// while a writer runs.
//
//   build/release/bench/tracker_bench
//
// Events are of new responses, but for one in eight that corrects an earlier one; by two dimensions,
// with windows of 7 and 30 days. Reads come back to back, or with a pause in which the writer touches
// all shards, so that every figure has left the reader's cache; each is timed by itself.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "bench/workload.h"
#include "nps/stream/tracker.h"

namespace {

using nps::Dimension;
using nps::Event;
using nps::Tracker;

constexpr std::uint64_t kHeld = 1'000'000;

nps::Timestamp now() { return std::chrono::sys_days(std::chrono::days(18'600)); }

// Makes events without end, other ones for each writer.
class Source {
 public:
  explicit Source(std::uint64_t writer) : random_(nps::bench::kSeed + writer), writer_(writer) {
    event_.version = 1;
  }
  const Event& next() {
    const std::uint64_t drawn = random_();
    const bool corrects = count_ > 8 && drawn % 8 == 0;
    name(corrects ? (drawn >> 8U) % count_ : count_++);
    event_.version = corrects ? *event_.version + 1 : 1;
    event_.response.rating = nps::Rating::from((drawn >> 3U) % 11);
    event_.response.channel = kChannels[(drawn >> 16U) % kChannels.size()];
    event_.response.journey_stage = kStages[(drawn >> 24U) % kStages.size()];
    event_.response.answered_at = now() - std::chrono::minutes((drawn >> 32U) % 130'000);
    return event_;
  }

 private:
  static constexpr std::array kChannels{"web", "app", "store", "phone"};
  static constexpr std::array kStages{"browse", "basket", "checkout", "delivery", "support"};

  void name(std::uint64_t number) {
    std::array<char, 24> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(),
                                   1'000'000'000 + number * 64 + writer_);
    event_.response.id.assign(text.data(), end.ptr);
  }

  nps::bench::Random random_;
  std::uint64_t writer_;
  std::uint64_t count_ = 0;
  Event event_;
};

std::unique_ptr<Tracker> make(std::size_t shards) {
  auto tracker = std::make_unique<Tracker>(
      *Tracker::create({.by = {Dimension::label("channel"), Dimension::label("journey_stage")},
                        .windows = {{nps::BucketUnit::Day, 7}, {nps::BucketUnit::Day, 30}},
                        .shards = shards}));
  Source source(63);
  for (std::uint64_t i = 0; i < kHeld; ++i) static_cast<void>(tracker->apply(source.next()));
  tracker->move_to(now());
  return tracker;
}

std::unique_ptr<Tracker> shared;  // by the threads of one benchmark

void BM_ApplyEvents(benchmark::State& state) {
  if (state.thread_index() == 0) shared = make(static_cast<std::size_t>(state.range(0)));
  Source source(static_cast<std::uint64_t>(state.thread_index()));
  for (auto _ : state) benchmark::DoNotOptimize(shared->apply(source.next()));
  state.SetItemsProcessed(state.iterations());
  if (state.thread_index() == 0) shared.reset();
}
BENCHMARK(BM_ApplyEvents)
    ->ArgName("shards")
    ->Arg(16)
    ->Iterations(2'000'000)
    ->Threads(1)
    ->Threads(2)
    ->UseRealTime()
    ->Unit(benchmark::kNanosecond);

// Each writer to a tracker of its own: what two processors do that share nothing but the machine. Two
// writers to one tracker can be no faster than that.
void BM_ApplyEventsApart(benchmark::State& state) {
  const auto own = make(static_cast<std::size_t>(state.range(0)));
  Source source(static_cast<std::uint64_t>(state.thread_index()));
  for (auto _ : state) benchmark::DoNotOptimize(own->apply(source.next()));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_ApplyEventsApart)
    ->ArgName("shards")
    ->Arg(16)
    ->Iterations(2'000'000)
    ->Threads(1)
    ->Threads(2)
    ->UseRealTime()
    ->Unit(benchmark::kNanosecond);

// 256 events at a time, as a queue would bring them.
void BM_ApplyBatches(benchmark::State& state) {
  if (state.thread_index() == 0) shared = make(static_cast<std::size_t>(state.range(0)));
  Source source(static_cast<std::uint64_t>(state.thread_index()));
  std::vector<Event> batch(256);
  nps::Diagnostics seen;
  for (auto _ : state) {
    for (Event& event : batch) event = source.next();
    benchmark::DoNotOptimize(shared->apply(batch, seen));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(batch.size()));
  if (state.thread_index() == 0) shared.reset();
}
BENCHMARK(BM_ApplyBatches)
    ->ArgName("shards")
    ->Arg(16)
    ->Iterations(8'000)
    ->Threads(1)
    ->Threads(2)
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);

enum class Figure : std::uint8_t { Total, Cell, Window, Counts };

void BM_ReadFigure(benchmark::State& state, Figure figure) {
  using Clock = std::chrono::steady_clock;
  const auto tracker = make(16);
  const auto cell = tracker->cell({"web", "checkout"});
  std::atomic<bool> done{false};
  std::thread writer([&] {
    Source source(1);
    while (!done.load(std::memory_order_relaxed)) {
      benchmark::DoNotOptimize(tracker->apply(source.next()));
    }
  });
  const auto pause = std::chrono::microseconds(state.range(0));
  std::vector<double> nanoseconds;
  for (auto _ : state) {
    for (const auto until = Clock::now() + pause; Clock::now() < until;) {
    }
    const auto begin = Clock::now();
    switch (figure) {
      case Figure::Total: benchmark::DoNotOptimize(tracker->total()); break;
      case Figure::Cell: benchmark::DoNotOptimize(cell->tally()); break;
      case Figure::Window: benchmark::DoNotOptimize(tracker->window(1, now())); break;
      case Figure::Counts: benchmark::DoNotOptimize(tracker->counts()); break;
    }
    const std::chrono::duration<double> took = Clock::now() - begin;
    state.SetIterationTime(took.count());
    nanoseconds.push_back(took.count() * 1e9);
  }
  done = true;
  writer.join();
  std::ranges::sort(nanoseconds);
  const auto at = [&](double share) {
    return nanoseconds[static_cast<std::size_t>(share *
                                                static_cast<double>(nanoseconds.size() - 1))];
  };
  state.counters["median_ns"] = at(0.5);
  state.counters["p99_ns"] = at(0.99);
}

void register_reads(const char* name, Figure figure) {
  benchmark::RegisterBenchmark(name, BM_ReadFigure, figure)
      ->ArgName("pause_us")
      ->Arg(0)
      ->Arg(20)
      ->Iterations(50'000)
      ->UseManualTime()
      ->Unit(benchmark::kNanosecond);
}

// What of a copy is made under a shard's lock goes by in slices: 512 rows, or 128 responses.
void BM_CopyCells(benchmark::State& state) {
  const auto tracker = make(16);
  std::size_t cells = 0;
  for (auto _ : state) cells = tracker->cube().cell_count();
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(cells * 16));  // rows
}
BENCHMARK(BM_CopyCells)->Unit(benchmark::kMicrosecond);

void BM_CopyLedger(benchmark::State& state) {
  const auto tracker = make(16);
  for (auto _ : state) benchmark::DoNotOptimize(tracker->ledger());
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kHeld));
}
BENCHMARK(BM_CopyLedger)->Unit(benchmark::kMillisecond)->Iterations(3);

const bool registered = [] {
  register_reads("BM_ReadFigure/total", Figure::Total);
  register_reads("BM_ReadFigure/cell", Figure::Cell);
  register_reads("BM_ReadFigure/window", Figure::Window);
  register_reads("BM_ReadFigure/counts", Figure::Counts);
  return true;
}();

}  // namespace
