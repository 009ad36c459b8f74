// What reading events costs: lines of about 200 bytes, as survey tools send them.
//
//   build/release/bench/ndjson_bench
#include <benchmark/benchmark.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

#include "bench/workload.h"
#include "nps/adapters/ndjson.h"
#include "nps/segment/zone.h"

namespace {

/// So many events of as many responses; of each line its LF, too.
std::string events(std::size_t count) {
  constexpr const char* kChannels[] = {"web", "mobile", "store", "phone"};
  constexpr const char* kStages[] = {"purchase", "delivery", "support"};
  const auto ratings = nps::bench::survey(count);
  const auto times = nps::bench::times(count, true);
  nps::bench::Random random(nps::bench::kSeed);
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string at = nps::rfc3339(std::chrono::floor<std::chrono::seconds>(times[i]));
    text += R"({"type":"answered","response_id":")" +
            std::to_string(1'000'000'000 + random() % 999'999'999) +
            R"(","version":1,"customer_id":")" + std::to_string(random() % 10'000'000) +
            R"(","rating":)" + std::to_string(ratings[i]) + R"(,"answered_at":")" + at +
            R"(","received_at":")" + at + R"(","channel":")" + kChannels[random() % 4] +
            R"(","journey_stage":")" + kStages[random() % 3] + "\"}\n";
  }
  return text;
}

/// The same with spaces, a comment, an offset and a field that nobody reads: some 300 bytes.
std::string chatty_events(std::size_t count) {
  std::string plain = events(count);
  std::string text;
  for (std::size_t begin = 0; begin < plain.size();) {
    const std::size_t end = plain.find('\n', begin);
    text +=
        plain.substr(begin, end - begin - 1) +
        R"(, "comment": "It was \"fine\", apart from the parking", "tags": ["a", {"b": 1.5}]})" +
        "\n";
    begin = end + 1;
  }
  return text;
}

void BM_ReadEvents(benchmark::State& state, std::string (*make)(std::size_t)) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const std::string text = make(count);
  for (auto _ : state) {
    auto read = nps::NdjsonEvents::open(nps::bytes_in_memory(text), {});
    nps::Event event;
    std::uint64_t given = 0;
    for (auto more = read->next(event); more && *more; more = read->next(event)) ++given;
    if (given != count) return state.SkipWithError("lines are missing");
    benchmark::DoNotOptimize(event);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));  // events per second
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
  state.counters["bytes_a_line"] = static_cast<double>(text.size()) / static_cast<double>(count);
}
BENCHMARK_CAPTURE(BM_ReadEvents, plain, events)->Arg(1 << 10)->Arg(1 << 18);
BENCHMARK_CAPTURE(BM_ReadEvents, chatty, chatty_events)->Arg(1 << 18);

}  // namespace
