// What segments cost: adding columns and single answers, merging, and rolling up.
//
//   build/release/bench/cube_bench
#include <benchmark/benchmark.h>

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "bench/workload.h"
#include "nps/segment/cube.h"

namespace {

using nps::CodeColumn;
using nps::Cube;
using nps::Dimension;

enum class By : std::uint8_t { Nothing, Channel, ChannelAndStage, Store, Month, UnorderedMonth };

constexpr std::uint64_t kChannels = 6;
constexpr std::uint64_t kStages = 12;
constexpr std::uint64_t kStores = 50'000;

std::vector<Dimension> dimensions(By by) {
  const auto month = [] {
    return Dimension::calendar(
        "@month", nps::Calendar(nps::CalendarUnit::Month, *nps::Zone::load("Europe/Berlin")));
  };
  switch (by) {
    case By::Nothing: return {};
    case By::Channel: return {Dimension::label("channel")};
    case By::ChannelAndStage: return {Dimension::label("channel"), Dimension::label("stage")};
    case By::Store: return {Dimension::label("store")};
    case By::Month:
    case By::UnorderedMonth: return {month()};
  }
  return {};
}

// Owns the columns of a batch, and a cube that knows their codes.
class Batch {
 public:
  Batch(std::size_t rows, By by)
      : cube(*Cube::create(dimensions(by))),
        ratings_(nps::bench::survey(rows)),
        channels_(nps::bench::codes<std::uint8_t>(rows, kChannels)),
        stages_(nps::bench::codes<std::uint16_t>(rows, kStages)),
        stores_(nps::bench::codes<std::uint32_t>(rows, kStores)) {
    if (by == By::Channel || by == By::ChannelAndStage) {
      know(0, kChannels);
      codes_.emplace_back(std::span<const std::uint8_t>(channels_));
    }
    if (by == By::ChannelAndStage) {
      know(1, kStages);
      codes_.emplace_back(std::span<const std::uint16_t>(stages_));
    }
    if (by == By::Store) {
      know(0, kStores);
      codes_.emplace_back(std::span<const std::uint32_t>(stores_));
    }
    if (by == By::Month || by == By::UnorderedMonth) {
      times_ = nps::bench::times(rows, by == By::Month);
    }
  }
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  [[nodiscard]] nps::ResponseColumns columns() const {
    return {.ratings = ratings_, .codes = codes_, .answered_at = {.values = times_}};
  }

  Cube cube;

 private:
  void know(std::size_t dimension, std::uint64_t labels) {
    for (std::uint64_t i = 0; i < labels; ++i) cube.labels(dimension).intern(std::to_string(i));
  }

  std::vector<std::uint8_t> ratings_;
  std::vector<std::uint8_t> channels_;
  std::vector<std::uint16_t> stages_;
  std::vector<std::uint32_t> stores_;
  std::vector<nps::Timestamp> times_;
  std::vector<CodeColumn> codes_;
};

/// state.range(0) rows a call, on state.range(1) threads.
void BM_AddColumns(benchmark::State& state, By by, const std::string& kernel) {
  if (!nps::use_kernel(kernel)) return state.SkipWithError("kernel not usable here");
  Batch batch(static_cast<std::size_t>(state.range(0)), by);
  const auto columns = batch.columns();
  const auto threads = static_cast<std::size_t>(state.range(1));
  for (auto _ : state) {
    if (!batch.cube.add(columns, threads)) return state.SkipWithError("refused");
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));  // responses per second
  nps::use_kernel(nps::kernels().front());
}

/// From what fits the first-level cache to what fits none, on each kernel; two threads on the best.
const bool kRegistered = [] {
  constexpr std::array<std::pair<By, const char*>, 6> kWorks{
      {{By::Nothing, "nothing"},
       {By::Channel, "channel"},
       {By::ChannelAndStage, "channel_and_stage"},
       {By::Store, "store"},
       {By::Month, "month"},
       {By::UnorderedMonth, "unordered_month"}}};
  constexpr std::int64_t kLarge = std::int64_t{1} << 25U;
  for (const auto& [by, name] : kWorks) {
    for (const std::string_view kernel : nps::kernels()) {
      const std::string full = "BM_AddColumns/" + std::string(name) + "/" + std::string(kernel);
      auto* const work =
          benchmark::RegisterBenchmark(full.c_str(), BM_AddColumns, by, std::string(kernel));
      work->ArgNames({"rows", "threads"})->UseRealTime();
      for (const std::int64_t rows : {std::int64_t{64}, std::int64_t{2048}, std::int64_t{1} << 16U,
                                      std::int64_t{1} << 20U, kLarge}) {
        work->Args({rows, 1});
      }
      if (kernel == nps::kernels().front()) work->Args({kLarge, 2});
    }
  }
  return true;
}();

void BM_AddResponse(benchmark::State& state) {
  Batch batch(1, By::ChannelAndStage);
  const auto rows = static_cast<std::size_t>(state.range(0));
  const auto ratings = nps::bench::survey(rows);
  const nps::bench::Names channels(rows, kChannels);
  const nps::bench::Names stages(rows, kStages);
  std::size_t row = 0;
  for (auto _ : state) {
    const auto added = batch.cube.add({channels.column()[row], stages.column()[row]},
                                      *nps::Rating::from(ratings[row]));
    if (!added) return state.SkipWithError("refused");
    row = row + 1 == rows ? 0 : row + 1;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_AddResponse)->Name("BM_AddResponse/channel_and_stage")->Arg(1 << 12);

void BM_MergeCubes(benchmark::State& state) {
  Batch one(static_cast<std::size_t>(state.range(0)), By::Store);
  if (!one.cube.add(one.columns())) return state.SkipWithError("refused");
  Cube sum = one.cube;
  for (auto _ : state) {
    if (!sum.merge(one.cube)) return state.SkipWithError("refused");
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(one.cube.cell_count()));  // cells per second
}
BENCHMARK(BM_MergeCubes)->Name("BM_MergeCubes/store")->Arg(1 << 16);

void BM_RollUpCube(benchmark::State& state) {
  Batch batch(static_cast<std::size_t>(state.range(0)), By::ChannelAndStage);
  if (!batch.cube.add(batch.columns())) return state.SkipWithError("refused");
  for (auto _ : state) benchmark::DoNotOptimize(batch.cube.roll_up({"stage"}));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(batch.cube.cell_count()));
}
BENCHMARK(BM_RollUpCube)->Name("BM_RollUpCube/stage")->Arg(1 << 16);

}  // namespace
