// What profiles cost: bytes a customer beyond the ledger, and events a second that go all the way
// through a ledger and a profile store of ten million customers.
//
//   build/release/bench/profile_bench
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "bench/workload.h"
#include "nps/customer/counted_changes.h"
#include "nps/customer/profile_store.h"
#include "nps/segment/cube.h"
#include "nps/stream/ledger.h"

namespace {

using nps::Event;
using nps::Ledger;
using nps::ProfileStore;

constexpr nps::Timestamp kFirst = std::chrono::sys_days(std::chrono::days(18'262));

/// The answer number `round` of a customer. Ids are integers, and all answers are about one stage.
void make(Event& event, std::uint64_t customer, std::uint64_t round) {
  static const std::vector<std::string> kChannels{"web", "mobile", "store", "email"};
  std::uint64_t mixed = (customer * 64 + round + 1) * 0x9e3779b97f4a7c15U;
  mixed ^= mixed >> 29U;
  event.version = 1;
  nps::Response& said = event.response;
  said.id = std::to_string(customer * 64 + round);
  said.customer = std::to_string(customer);
  said.rating = nps::Rating::from(mixed % 11);
  said.answered_at = kFirst + std::chrono::seconds(mixed % (100U * 86'400U));
  said.channel = kChannels[(mixed >> 8U) % kChannels.size()];
  said.journey_stage = "delivery";
}

enum class Follows { Nothing, Profiles, Latest };

class Live {
 public:
  Live(std::uint64_t customers, Follows follows)
      : follows_(follows),
        customers_(customers),
        ledger_(*Ledger::create(
            {.dimensions = {"channel", "journey_stage"}, .order = nps::EventOrder::Version})),
        profiles_(nps::kZeroToTen, [this](const nps::BandTransition&) { ++moves_; }),
        counted_(*nps::CountedChanges::create({.which = nps::Which::Latest})),
        cube_(*nps::Cube::create({nps::Dimension::label("channel")},
                                 {.policy = {.which = nps::Which::Latest}})) {
    Event event;
    for (std::uint64_t i = 0; i < customers; ++i) {
      make(event, i, 0);
      apply(event);
    }
    ready_ = static_cast<double>(profiles_.memory()) / static_cast<double>(customers);
  }

  void prepare(std::vector<Event>& events) {
    for (Event& event : events) make(event, random_() % customers_, 1 + random_() % 60);
  }
  bool apply_all(std::span<const Event> events) {
    for (std::size_t i = 0; i < events.size(); ++i) {
      if (i % 16 == 0) {
        ledger_.expect(events.subspan(i, std::min<std::size_t>(16, events.size() - i)));
      }
      if (!apply(events[i])) return false;
    }
    return true;
  }
  bool apply(const Event& event) {
    const auto proposed = ledger_.propose(event);
    if (!proposed) return false;
    if (follows_ == Follows::Profiles && !profiles_.apply(proposed->changes, ledger_)) return false;
    if (follows_ == Follows::Latest) {
      for (const nps::Change& change : counted_.of(proposed->changes, ledger_)) {
        if (!cube_.apply(change)) return false;
      }
    }
    ledger_.commit();
    return true;
  }

  [[nodiscard]] double bytes_a_customer() const { return ready_; }
  [[nodiscard]] double bytes_a_customer_now() const {
    return static_cast<double>(profiles_.memory()) / static_cast<double>(profiles_.customers());
  }

 private:
  Follows follows_;
  std::uint64_t customers_;
  Ledger ledger_;
  ProfileStore profiles_;
  nps::CountedChanges counted_;
  nps::Cube cube_;
  std::uint64_t moves_ = 0;
  double ready_ = 0;
  nps::bench::Random random_{nps::bench::kSeed};
};

/// Processor time, so that what else runs on the machine counts as little as it can.
double seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// Second and further answers of random customers: of each the ledger, and what follows it.
void BM_FollowCustomers(benchmark::State& state, Follows follows) {
  Live live(static_cast<std::uint64_t>(state.range(0)), follows);
  std::vector<Event> events(4096);
  for (auto _ : state) {
    live.prepare(events);
    const double start = seconds();
    if (!live.apply_all(events)) return state.SkipWithError("an event was refused");
    state.SetIterationTime(seconds() - start);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(events.size()));
  if (follows != Follows::Profiles) return;
  state.counters["bytes_a_customer"] = live.bytes_a_customer();
  state.counters["bytes_a_customer_after"] = live.bytes_a_customer_now();
}
BENCHMARK_CAPTURE(BM_FollowCustomers, ledger_alone, Follows::Nothing)
    ->Arg(100'000)
    ->Arg(10'000'000)
    ->Iterations(200)
    ->UseManualTime();
BENCHMARK_CAPTURE(BM_FollowCustomers, profiles, Follows::Profiles)
    ->Arg(100'000)
    ->Arg(10'000'000)
    ->Iterations(200)
    ->UseManualTime();
BENCHMARK_CAPTURE(BM_FollowCustomers, cube_of_the_latest, Follows::Latest)
    ->Arg(100'000)
    ->Arg(10'000'000)
    ->Iterations(200)
    ->UseManualTime();

}  // namespace
