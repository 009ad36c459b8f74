// What an interval costs, both limits together.
//
//   build/release/bench/interval_bench
#include <benchmark/benchmark.h>

#include <cstdint>

#include "nps/stats/comparison.h"
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

void BM_MakeLevel(benchmark::State& state) {
  double value = 0.9;
  for (auto _ : state) {
    benchmark::DoNotOptimize(value);
    benchmark::DoNotOptimize(nps::Level::from(value));
  }
}
BENCHMARK(BM_MakeLevel);

}  // namespace
