// What it costs to take events into a store that holds three million responses of random ids, in calls
// of a hundred thousand, with and without somebody reading meanwhile. synchronous = NORMAL in WAL mode:
// a killed process loses nothing; the disk is waited for at checkpoints only.
//
//   build/release/bench/sqlite_bench
#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "bench/workload.h"
#include "nps/adapters/sqlite.h"

namespace {

using nps::Event;
using nps::SqliteStore;

constexpr std::size_t kBatch = 100'000;
constexpr std::size_t kHeld = 3'000'000;
constexpr std::size_t kCustomers = 1'000'000;

/// Of a hundred events 90 are new answers, 5 correct one and 5 come again.
class Stream {
 public:
  Stream() : ratings_(nps::bench::survey(1 << 16)) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    auto made = SqliteStore::create(path(), options_);
    if (!made) std::abort();
    store_ = std::make_unique<SqliteStore>(*std::move(made));
    while (ids_.size() < kHeld) {
      prepare();
      if (!store_->apply(batch_)) std::abort();
    }
  }
  ~Stream() {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  [[nodiscard]] std::string path() const { return (folder_ / "store.db").string(); }
  [[nodiscard]] SqliteStore& store() { return *store_; }
  [[nodiscard]] const std::vector<Event>& batch() const { return batch_; }

  void prepare() {
    batch_.clear();
    for (std::size_t i = 0; i < kBatch; ++i) {
      const std::uint64_t kind = random_() % 100;
      if (kind >= 95 && !batch_.empty()) {
        batch_.push_back(batch_[random_() % batch_.size()]);
        continue;
      }
      const bool is_new = kind < 90 || ids_.empty();
      if (is_new) ids_.push_back(random_());
      const std::uint64_t id = is_new ? ids_.back() : ids_[random_() % ids_.size()];
      Event& event = batch_.emplace_back();
      event.version = is_new ? 1 : 2 + static_cast<std::int64_t>(++versions_);
      char text[24];
      std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(id));
      event.response.id = text;
      event.response.customer = "customer-" + std::to_string(id % kCustomers);
      event.response.rating = nps::Rating::from(ratings_[random_() % ratings_.size()]);
      event.response.answered_at =
          nps::Timestamp(std::chrono::sys_days(std::chrono::year(2024) / 1 / 1)) +
          std::chrono::seconds(++seconds_);
      event.response.channel = kChannels[random_() % 3];
      event.response.journey_stage = kStages[random_() % 4];
    }
  }

 private:
  static constexpr const char* kChannels[]{"web", "app", "email"};
  static constexpr const char* kStages[]{"onboarding", "delivery", "support", "renewal"};
  std::filesystem::path folder_ = std::filesystem::temp_directory_path() / "nps_sqlite_bench";
  nps::StoreOptions options_;
  std::vector<std::uint8_t> ratings_;
  std::unique_ptr<SqliteStore> store_;
  nps::bench::Random random_{nps::bench::kSeed};
  std::vector<std::uint64_t> ids_;
  std::vector<Event> batch_;
  std::uint64_t versions_ = 0;
  std::int64_t seconds_ = 0;
};

Stream& stream() {
  static Stream held;
  return held;
}

void BM_Ingest(benchmark::State& state) {
  Stream& events = stream();
  const bool is_read = state.range(0) != 0;
  std::atomic<bool> done = false;
  std::atomic<std::uint64_t> reads = 0;
  std::thread reader;
  if (is_read) {
    reader = std::thread([&] {
      const auto store = SqliteStore::open(events.path(), {.read_only = true});
      for (std::uint64_t customer = 0; store && !done; customer += 7919) {
        const auto id = "customer-" + std::to_string(customer % kCustomers);
        if (store->profile(id)) ++reads;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
    });
  }
  for (auto _ : state) {
    events.prepare();
    const auto before = std::chrono::steady_clock::now();
    if (!events.store().apply(events.batch())) return state.SkipWithError("not stored");
    state.SetIterationTime(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - before).count());
  }
  done = true;
  if (reader.joinable()) reader.join();
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBatch));
  state.counters["reads"] = static_cast<double>(reads);
}
BENCHMARK(BM_Ingest)->ArgName("reader")->Arg(0)->Arg(1)->Iterations(10)->UseManualTime()->Unit(
    benchmark::kMillisecond);

}  // namespace
