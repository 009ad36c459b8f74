// What a column of ratings costs to tally, from the size of a cache to that of memory.
//
//   build/release/bench/tally_bench
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "bench/workload.h"
#include "nps/batch.h"

namespace {

enum class Shape : std::uint8_t { Mixed, Sorted, Garbage };

std::vector<std::uint8_t> column(std::size_t rows, Shape shape) {
  std::vector<std::uint8_t> ratings = nps::bench::survey(rows);
  if (shape == Shape::Sorted) std::ranges::sort(ratings);  // long runs of one rating
  if (shape == Shape::Garbage) {
    nps::bench::Random random(nps::bench::kSeed);
    for (auto& rating : ratings) rating = static_cast<std::uint8_t>(random());
  }
  return ratings;
}

void BM_TallyRatings(benchmark::State& state, Shape shape) {
  const auto ratings = column(static_cast<std::size_t>(state.range(0)), shape);
  for (auto _ : state) benchmark::DoNotOptimize(nps::tally_ratings(ratings));
  state.SetItemsProcessed(state.iterations() * state.range(0));  // responses per second
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK_CAPTURE(BM_TallyRatings, mixed, Shape::Mixed)->Range(1 << 10, 1 << 25);
BENCHMARK_CAPTURE(BM_TallyRatings, sorted, Shape::Sorted)->Arg(1 << 20);
BENCHMARK_CAPTURE(BM_TallyRatings, garbage, Shape::Garbage)->Arg(1 << 20);

// The loop that everybody would write, to compare with.
void BM_TallyRatings_plain(benchmark::State& state) {
  const auto ratings = column(static_cast<std::size_t>(state.range(0)), Shape::Mixed);
  for (auto _ : state) {
    nps::BatchTally batch;
    for (const std::uint8_t value : ratings) {
      if (const auto rating = nps::Rating::from(value)) {
        batch.tally.add(*rating);
      } else {
        ++batch.rejected;
      }
    }
    benchmark::DoNotOptimize(batch);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_TallyRatings_plain)->Name("BM_TallyRatings/plain_loop")->Arg(1 << 20);

void BM_ReadScore(benchmark::State& state) {
  nps::Tally tally = nps::tally_ratings(nps::bench::survey(1000)).tally;
  for (auto _ : state) {
    benchmark::DoNotOptimize(tally);
    benchmark::DoNotOptimize(tally.score());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_ReadScore);

}  // namespace
