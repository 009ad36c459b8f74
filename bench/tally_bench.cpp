// What a column of ratings costs to tally, from the size of a cache to that of memory, beside what
// it costs to read it.
//
//   build/release/bench/tally_bench
//   build/release/bench/tally_bench --benchmark_filter=CompareTally   # `of_read` is the ratio
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <fstream>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "bench/read_memory.h"
#include "bench/workload.h"
#include "nps/batch.h"

namespace {

using nps::bench::kReaders;
using nps::bench::Reader;
using Ratings = std::vector<std::uint8_t>;

constexpr std::int64_t kCache = 1 << 15;
constexpr std::int64_t kLarge = 1'000'000'000;

/// So many ratings, all of them in memory of their own. Made once for each size.
std::span<const std::uint8_t> survey(std::int64_t rows) {
  static Ratings ratings;
  const auto size = static_cast<std::size_t>(rows);
  if (ratings.size() == size) return ratings;
  ratings = {};
  const Ratings piece = nps::bench::survey(std::min(size, std::size_t{1} << 22));
  ratings.reserve(size);
  while (ratings.size() < size) {
    const auto count = std::min(piece.size(), size - ratings.size());
    ratings.insert(ratings.end(), piece.begin(),
                   piece.begin() + static_cast<std::ptrdiff_t>(count));
  }
  return ratings;
}

/// What Linux says is available, or all that can be named where nobody says.
double available_bytes() {
  std::ifstream file("/proc/meminfo");
  for (std::string word; file >> word;) {
    double kib = 0;
    if (word == "MemAvailable:" && file >> kib) return kib * 1024;
  }
  return std::numeric_limits<double>::max();
}

bool fits(benchmark::State& state) {
  if (static_cast<double>(state.range(0)) * 2 < available_bytes()) return true;
  state.SkipWithError("not enough memory for it");
  return false;
}

void count(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * state.range(0));  // responses per second
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

void BM_TallyRatings(benchmark::State& state, const std::string& kernel) {
  if (!fits(state)) return;
  if (!nps::use_kernel(kernel)) return state.SkipWithError("kernel not usable here");
  const auto ratings = survey(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(nps::tally_ratings(ratings));
  count(state);
  nps::use_kernel(nps::kernels().front());
}

void BM_ReadMemory(benchmark::State& state, const Reader& reader) {
  if (!fits(state)) return;
  const auto ratings = survey(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(reader.read(ratings));
  count(state);
}

/// Processor time, so that what else runs on the machine counts as little as it can.
double seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

template <typename Work>
double time_of(Work work) {
  const double start = seconds();
  benchmark::DoNotOptimize(work());
  return seconds() - start;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Reads and tallies in turn. `of_read` is the median ratio of the pairs, against the reader whose
/// median was best.
void BM_CompareTally(benchmark::State& state, const std::string& kernel) {
  if (!fits(state)) return;
  if (!nps::use_kernel(kernel)) return state.SkipWithError("kernel not usable here");
  const auto ratings = survey(state.range(0));
  std::vector<double> tallies;
  std::vector<std::vector<double>> reads(kReaders.size());
  for (auto _ : state) {
    for (std::size_t i = 0; i < kReaders.size(); ++i) {
      if (!kReaders[i].runs_here()) continue;
      reads[i].push_back(time_of([&] { return kReaders[i].read(ratings); }));
    }
    tallies.push_back(time_of([&] { return nps::tally_ratings(ratings); }));
    state.SetIterationTime(tallies.back());
  }
  std::size_t best = 0;
  for (std::size_t i = 1; i < reads.size(); ++i) {
    if (!reads[i].empty() && median(reads[i]) < median(reads[best])) best = i;
  }
  std::vector<double> ratios;
  for (std::size_t pair = 0; pair < tallies.size(); ++pair) {
    ratios.push_back(reads[best][pair] / tallies[pair]);
  }
  count(state);
  state.SetLabel("of " + std::string(kReaders[best].name));
  state.counters["of_read"] = median(ratios);
  state.counters["of_read_least"] = *std::min_element(ratios.begin(), ratios.end());
  state.counters["of_read_most"] = *std::max_element(ratios.begin(), ratios.end());
  nps::use_kernel(nps::kernels().front());
}

/// The other types and a bitmap, by the best kernel. Bytes per second are those of the values.
template <typename T>
void BM_TallyColumn(benchmark::State& state, bool bitmap) {
  const auto ratings = survey(state.range(0));
  const std::vector<T> values(ratings.begin(), ratings.end());
  const std::vector<std::uint8_t> bits(bitmap ? values.size() / 8 + 2 : 0, 0xdb);
  for (auto _ : state) {
    benchmark::DoNotOptimize(nps::tally_ratings(std::span<const T>(values), {bits, 3}));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.SetBytesProcessed(state.iterations() * state.range(0) *
                          static_cast<std::int64_t>(sizeof(T)));
}

template <typename T>
void register_column(const std::string& type) {
  for (const bool bitmap : {false, true}) {
    const std::string name = "BM_TallyColumn/" + type + (bitmap ? "_bitmap" : "");
    benchmark::RegisterBenchmark(name.c_str(), BM_TallyColumn<T>, bitmap)->Arg(1 << 25);
  }
}

void BM_ReadScore(benchmark::State& state) {
  nps::Tally tally = nps::tally_ratings(nps::bench::survey(1000)).tally;
  for (auto _ : state) {
    benchmark::DoNotOptimize(tally);
    benchmark::DoNotOptimize(tally.score());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_ReadScore);

/// One benchmark for each type, and for each size and each kernel or reader that runs here, sizes outermost, so that
/// the column is made once for each.
const bool kRegistered = [] {
  register_column<std::uint8_t>("uint8");
  register_column<std::int8_t>("int8");
  register_column<std::int16_t>("int16");
  register_column<std::int32_t>("int32");
  register_column<std::int64_t>("int64");
  register_column<float>("float");
  register_column<double>("double");
  for (const std::int64_t rows :
       {std::int64_t{2048}, kCache, std::int64_t{1} << 20, std::int64_t{1} << 25, kLarge}) {
    for (const Reader& reader : kReaders) {
      if (!reader.runs_here()) continue;
      const std::string name = "BM_ReadMemory/" + std::string(reader.name);
      benchmark::RegisterBenchmark(name.c_str(), BM_ReadMemory, reader)->Arg(rows);
    }
    for (const std::string_view kernel : nps::kernels()) {
      const std::string name(kernel);
      benchmark::RegisterBenchmark(("BM_TallyRatings/" + name).c_str(), BM_TallyRatings, name)
          ->Arg(rows);
    }
  }
  for (const std::string_view kernel : nps::kernels()) {
    const std::string name(kernel);
    benchmark::RegisterBenchmark(("BM_CompareTally/" + name).c_str(), BM_CompareTally, name)
        ->Arg(kLarge)
        ->Iterations(15)
        ->UseManualTime();
  }
  return true;
}();

}  // namespace
