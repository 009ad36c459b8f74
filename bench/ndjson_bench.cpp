// What reading events costs: lines of about 200 bytes, as survey tools send them.
//
//   build/release/bench/ndjson_bench
#include <benchmark/benchmark.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <string>

#include "bench/workload.h"
#include "nps/adapters/ndjson.h"
#include "nps/segment/cube.h"
#include "nps/segment/zone.h"
#include "nps/stream/ledger.h"
#include "nps/stream/window.h"

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

/// The lines all the way: read, and taken into a ledger, a cube and two windows, 16 at a time.
void BM_FollowLines(benchmark::State& state) {
  const std::string text = events(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    auto ledger = *nps::Ledger::create(
        {.dimensions = {"channel", "journey_stage"}, .order = nps::EventOrder::Version});
    auto cube = *nps::Cube::create(
        {nps::Dimension::label("channel"), nps::Dimension::label("journey_stage")});
    auto windows = *nps::Windows::create(nps::Bucketing(nps::BucketUnit::Day), {7, 30});
    auto read = nps::NdjsonEvents::open(nps::bytes_in_memory(text), {});
    std::array<nps::Event, 16> batch;
    for (std::size_t count = batch.size(); count == batch.size();) {
      for (count = 0; count < batch.size(); ++count) {
        if (const auto more = read->next(batch[count]); !more || !*more) break;
      }
      const auto some = std::span(batch).first(count);
      ledger.expect(some);
      for (const nps::Event& event : some) {
        const auto proposed = ledger.propose(event);
        if (!proposed) return state.SkipWithError("an event was refused");
        for (const nps::Change& change : proposed->changes) {
          if (!cube.apply(change) || !windows.apply(change)) {
            return state.SkipWithError("a change was refused");
          }
        }
        ledger.commit();
      }
    }
    benchmark::DoNotOptimize(windows.total());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_FollowLines)->Arg(1 << 14)->Arg(1 << 20)->Unit(benchmark::kMillisecond);

}  // namespace
