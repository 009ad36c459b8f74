// What reading CSV costs: finding the ends of cells alone, and a whole file into a cube.
//
//   build/release/bench/csv_bench
#include <benchmark/benchmark.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/csv_marks.h"
#include "bench/workload.h"
#include "nps/adapters/csv.h"
#include "nps/batch.h"
#include "nps/segment/cube.h"

namespace {

/// Answers of one year in their order, as a survey tool exports them; a comment in four is quoted.
std::string export_of(std::size_t rows) {
  constexpr std::string_view kChannels[] = {"web", "mobile", "store"};
  constexpr std::string_view kStages[] = {"onboarding", "purchase", "delivery",
                                          "support",    "renewal",  "return"};
  std::mt19937_64 random(20250101);
  const auto ratings = nps::bench::survey(rows);
  std::string text = "customer_id,responded_at,score,channel,journey_stage,comment\n";
  const nps::Timestamp year = std::chrono::sys_days(std::chrono::year{2025} / 1 / 1);
  for (std::size_t row = 0; row < rows; ++row) {
    const auto at = year + std::chrono::seconds(row * 31'536'000 / rows);
    text += "c" + std::to_string(random() % 5'000'000) + "," + nps::rfc3339(at) + "," +
            std::to_string(ratings[row]) + ",";
    text += kChannels[random() % 3];
    text += ",";
    text += kStages[random() % 6];
    text += random() % 4 == 0 ? ",\"Good service, but \"\"slow\"\" delivery\"\n" : ",\n";
  }
  return text;
}

void BM_MarkCells(benchmark::State& state, std::string_view kernel) {
  if (!nps::use_kernel(kernel)) return state.SkipWithError("kernel not usable here");
  const std::string text = export_of(static_cast<std::size_t>(state.range(0)));
  std::vector<std::uint64_t> marks(text.size() / nps::csv::kGroupBytes + 1);
  for (auto _ : state) {
    nps::csv::MarkState after;
    nps::csv::mark(text.data(), text.size(), ',', after, marks.data());
    benchmark::DoNotOptimize(marks.data());
  }
  nps::use_kernel(nps::kernels().front());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

/// channel x stage x month, the file in memory.
void BM_ReadCsv(benchmark::State& state, std::string_view kernel, std::size_t threads) {
  if (!nps::use_kernel(kernel)) return state.SkipWithError("kernel not usable here");
  const std::string text = export_of(static_cast<std::size_t>(state.range(0)));
  const nps::Zone zone = *nps::Zone::load("Europe/Berlin");
  for (auto _ : state) {
    auto cube = *nps::Cube::create(
        {nps::Dimension::label("channel"), nps::Dimension::label("journey_stage"),
         nps::Dimension::calendar("@month", nps::Calendar(nps::CalendarUnit::Month, zone))});
    nps::CsvOptions options;
    options.rating = "score";
    options.time = "responded_at";
    options.labels = {{"channel", &cube.labels(0)}, {"journey_stage", &cube.labels(1)}};
    options.threads = threads;
    auto answers = nps::CsvResponses::open(nps::bytes_in_memory(text), std::move(options));
    while (answers && *answers->next()) {
      if (!cube.add(answers->columns())) return state.SkipWithError("refused");
    }
    benchmark::DoNotOptimize(cube.cell_count());
  }
  nps::use_kernel(nps::kernels().front());
  state.SetItemsProcessed(state.iterations() * state.range(0));  // responses per second
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

// From what a first-level cache holds to what no cache does.
const bool registered = [] {
  for (const std::string_view kernel : nps::kernels()) {
    benchmark::RegisterBenchmark(("BM_MarkCells/" + std::string(kernel)).c_str(), BM_MarkCells,
                                 kernel)
        ->Arg(1 << 9)
        ->Arg(1 << 13)
        ->Arg(1 << 20);
    for (const std::size_t threads : {1U, 2U}) {
      benchmark::RegisterBenchmark(
          ("BM_ReadCsv/" + std::string(kernel) + "/threads:" + std::to_string(threads)).c_str(),
          BM_ReadCsv, kernel, threads)
          ->Arg(1 << 9)
          ->Arg(1 << 14)
          ->Arg(1 << 20)
          ->UseRealTime();
    }
  }
  return true;
}();

}  // namespace
