// What the latest answer of each customer costs, ten answers a customer in random order: integers and
// texts, from what fits into the cache on, one batch or many small ones, one thread and two.
//
//   build/release/bench/per_customer_bench             // up to 16 M rows
//   build/release/bench/per_customer_bench --large     // 100 M rows as well, which take 4 GB
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/workload.h"
#include "nps/segment/cube.h"
#include "nps/segment/per_customer.h"

namespace {

using nps::CodeColumn;
using nps::Cube;
using nps::Dimension;
using nps::PerCustomer;
using nps::ResponseColumns;

constexpr std::size_t kAnswersEach = 10;
constexpr std::uint64_t kChannels = 8;

enum class Kind : std::uint8_t { Integers, IntegersOfFile, Texts };

struct Work {
  Kind kind;
  std::size_t threads;
  std::size_t batch;  // rows; 0 for all at once
};

class Answers {
 public:
  Answers(std::size_t rows, Kind kind)
      : ratings_(nps::bench::survey(rows)),
        channels_(nps::bench::codes<std::uint8_t>(rows, kChannels)),
        times_(nps::bench::times(rows, false)) {
    const std::size_t customers = std::max<std::size_t>(1, rows / kAnswersEach);
    nps::bench::Random random(nps::bench::kSeed + customers);
    if (kind == Kind::Texts) {
      for (std::size_t i = 0; i < customers; ++i) texts_.push_back("customer-" + std::to_string(i));
      for (std::size_t i = 0; i < rows; ++i) names_.emplace_back(texts_[random() % customers]);
      return;
    }
    constexpr std::uint64_t kSparse = 0x9e3779b97f4a7c15;
    for (std::size_t i = 0; i < rows; ++i) ids_.push_back(random() % customers * kSparse);
    if (kind == Kind::Integers) return;
    for (std::size_t i = 0; i < rows; ++i) rows_.push_back(i + 1);
  }

  /// Calls f with each batch of so many rows.
  template <typename F>
  void in_batches(std::size_t rows, F f) const {
    if (rows == 0) rows = ratings_.size();
    for (std::size_t first = 0; first < ratings_.size(); first += rows) {
      const std::size_t some = std::min(rows, ratings_.size() - first);
      const auto part = [first, some](const auto& column) {
        return column.empty() ? std::span(column) : std::span(column).subspan(first, some);
      };
      const std::array<CodeColumn, 1> codes{part(channels_)};
      f(ResponseColumns{.ratings = part(ratings_),
                        .codes = codes,
                        .answered_at = {part(times_), {}},
                        .customers = part(names_),
                        .customer_ids = part(ids_),
                        .row_ids = {"file", part(rows_)}});
    }
  }

 private:
  std::vector<std::uint8_t> ratings_;
  std::vector<std::uint8_t> channels_;
  std::vector<nps::Timestamp> times_;
  std::vector<std::string> texts_;
  std::vector<std::string_view> names_;
  std::vector<std::uint64_t> ids_;
  std::vector<std::uint64_t> rows_;
};

// From columns to the tallies of channels, all of it.
void BM_KeepLatest(benchmark::State& state, Work work) {
  const Answers answers(static_cast<std::size_t>(state.range(0)), work.kind);
  for (auto _ : state) {
    auto cube = Cube::create({Dimension::label("channel")});
    for (std::uint64_t i = 0; i < kChannels; ++i) cube->labels(0).intern(std::to_string(i));
    PerCustomer latest(nps::Which::Latest);
    answers.in_batches(work.batch, [&](const ResponseColumns& columns) {
      if (!latest.add(columns, work.threads)) state.SkipWithError("refused");
    });
    if (!cube->add(latest.columns(work.threads), work.threads)) state.SkipWithError("refused");
    benchmark::DoNotOptimize(cube->total());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void add(const std::string& name, Work work, std::initializer_list<std::int64_t> sizes) {
  auto* benchmark =
      benchmark::RegisterBenchmark(("BM_KeepLatest/" + name).c_str(), BM_KeepLatest, work);
  for (const std::int64_t rows : sizes) benchmark->Arg(rows);
  benchmark->Unit(benchmark::kMillisecond)->UseRealTime();
}

}  // namespace

int main(int argc, char** argv) {
  constexpr std::size_t kSmall = 4096;
  const auto end = std::remove(argv + 1, argv + argc, std::string_view("--large"));
  const bool large = end != argv + argc;
  argc = static_cast<int>(end - argv);
  for (const std::size_t threads : {1U, 2U}) {
    const std::string on = "/threads_" + std::to_string(threads);
    add("integers" + on, {Kind::Integers, threads, 0}, {1 << 16, 1 << 20, 1 << 24});
    if (large) add("integers" + on, {Kind::Integers, threads, 0}, {100'000'000});
    add("integers_of_file" + on, {Kind::IntegersOfFile, threads, 0}, {1 << 16, 1 << 20, 1 << 24});
    add("texts" + on, {Kind::Texts, threads, 0}, {1 << 16, 1 << 20, 1 << 24});
  }
  add("integers_by_4096", {Kind::Integers, 1, kSmall}, {1 << 16, 1 << 20, 1 << 24});
  add("texts_by_4096", {Kind::Texts, 1, kSmall}, {1 << 16, 1 << 20, 1 << 24});
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
