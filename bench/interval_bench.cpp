// What the statistics cost: an interval with both limits, a comparison, an answer watched.
//
//   build/release/bench/interval_bench
#include <benchmark/benchmark.h>

#include <cstdint>
#include <string_view>

#include "nps/stats/comparison.h"
#include "nps/stats/confidence_sequence.h"
#include "nps/stats/cusum.h"
#include "nps/stats/e_process.h"
#include "nps/stats/interval.h"
#include "nps/stats/level.h"

namespace {

/// n responses in the proportions of a common survey: 15 % detractors, 30 % passives. The numbers
/// of each change a little from call to call, so that no branch is learnt by heart.
nps::BandCounts survey(std::uint64_t n, std::uint64_t i) {
  const std::uint64_t detractors = n * 15 / 100 + i % (1 + n / 20);
  const std::uint64_t passives = n * 30 / 100 + i % (1 + n / 30);
  return {.detractors = detractors, .passives = passives, .promoters = n - detractors - passives};
}

void BM_MakeInterval(benchmark::State& state, nps::IntervalMethod method) {
  const auto n = static_cast<std::uint64_t>(state.range(0));
  std::uint64_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(nps::interval(survey(n, i++), method));
  state.SetItemsProcessed(state.iterations());  // intervals per second
}
BENCHMARK_CAPTURE(BM_MakeInterval, tango, nps::IntervalMethod::Tango)
    ->Arg(10)
    ->Arg(1000)
    ->Arg(1000000)
    ->Arg(700000000);
BENCHMARK_CAPTURE(BM_MakeInterval, adjusted_wald, nps::IntervalMethod::AdjustedWald)->Arg(1000);
BENCHMARK_CAPTURE(BM_MakeInterval, wald, nps::IntervalMethod::Wald)->Arg(1000);
BENCHMARK_CAPTURE(BM_MakeInterval, score, nps::IntervalMethod::Score)->Arg(1000);
BENCHMARK_CAPTURE(BM_MakeInterval, dirichlet, nps::IntervalMethod::Dirichlet)
    ->Arg(10)
    ->Arg(1000)
    ->Arg(1000000);
BENCHMARK_CAPTURE(BM_MakeInterval, bootstrap, nps::IntervalMethod::Bootstrap)
    ->Arg(10)
    ->Arg(1000)
    ->Arg(100000);

void BM_CompareGroups(benchmark::State& state) {
  const auto n = static_cast<std::uint64_t>(state.range(0));
  std::uint64_t i = 0;
  for (auto _ : state) {
    ++i;
    benchmark::DoNotOptimize(nps::compare_independent(survey(n, i), survey(n, 7 * i)));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_CompareGroups)->Arg(1000);

/// One answer to each; the time is for one answer.
template <typename Watcher>
void watch(benchmark::State& state, Watcher watcher) {
  std::uint64_t i = 0;
  for (auto _ : state) {
    const std::uint64_t percent = 37 * ++i % 100;
    benchmark::DoNotOptimize(watcher);
    (void)watcher.add(percent < 15   ? nps::Band::Detractor
                      : percent < 45 ? nps::Band::Passive
                                     : nps::Band::Promoter);
  }
  state.SetItemsProcessed(state.iterations());
}
void BM_WatchAnswer(benchmark::State& state, const char* watcher) {
  const std::string_view name = watcher;
  if (name == "confidence_sequence") return watch(state, nps::ConfidenceSequence{});
  if (name == "e_process") return watch(state, *nps::EProcess::at_least(35));
  watch(state, *nps::Cusum::for_shift(*nps::AssumedShares::from(0.55, 0.15), 20, 5000));
}
BENCHMARK_CAPTURE(BM_WatchAnswer, confidence_sequence, "confidence_sequence");
BENCHMARK_CAPTURE(BM_WatchAnswer, e_process, "e_process");
BENCHMARK_CAPTURE(BM_WatchAnswer, cusum, "cusum");

void BM_DesignCusum(benchmark::State& state) {
  const auto usual = *nps::AssumedShares::from(0.55, 0.15);
  const auto answers = static_cast<double>(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(nps::Cusum::for_shift(usual, 20, answers));
}
BENCHMARK(BM_DesignCusum)->Arg(100)->Arg(5000)->Arg(1000000)->Unit(benchmark::kMillisecond);

void BM_MakeLevel(benchmark::State& state) {
  double value = 0.9;
  for (auto _ : state) {
    benchmark::DoNotOptimize(value);
    benchmark::DoNotOptimize(nps::Level::from(value));
  }
}
BENCHMARK(BM_MakeLevel);

}  // namespace
