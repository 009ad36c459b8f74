// Events as a webhook brings them: late, twice, corrected, from several threads. A tracker counts each
// answer once, as it now stands, and says so at any moment.
#include "nps/stream/tracker.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <utility>

namespace {

nps::Event event(std::string response, std::string customer, int rating, std::int64_t version) {
  using namespace std::chrono;
  nps::Event event{.type = nps::EventType::Answered, .version = version};
  event.response.id = std::move(response);
  event.response.customer = std::move(customer);
  event.response.rating = nps::Rating::from(rating);
  event.response.channel = "web";
  event.response.answered_at = sys_days(2020y / October / 25) + hours(9);
  return event;
}

void print(const char* when, const nps::Tracker& tracker, nps::Timestamp now) {
  const nps::Tally month = tracker.window(0, now).tally;
  const auto score = month.score();
  std::printf("%-22s %llu answers, %+.1f\n", when,
              static_cast<unsigned long long>(month.responses()), score ? score->points() : 0.0);
}

}  // namespace

int main() {
  using namespace std::chrono;
  auto tracker = nps::Tracker::create(
      {.by = {nps::Dimension::label("channel")}, .windows = {{nps::BucketUnit::Day, 30}}});
  if (!tracker) return EXIT_FAILURE;
  const nps::Timestamp now = sys_days(2020y / November / 1);
  tracker->move_to(now);  // reads as of this day are now a few loads

  int changes = 0;
  tracker->on_change([&](const nps::Change&) { ++changes; });  // one call at a time

  const auto send = [&](const nps::Event& sent) {
    if (auto applied = tracker->apply(sent); !applied) std::exit(EXIT_FAILURE);
  };
  std::thread other([&] {
    send(event("r2", "bob", 10, 1));
    send(event("r3", "cat", 9, 1));
  });
  send(event("r1", "ann", 3, 1));
  other.join();
  print("three answered", *tracker, now);
  send(event("r1", "ann", 9, 2));
  print("ann corrected hers", *tracker, now);
  send(event("r2", "bob", 10, 1));
  send(event("r1", "ann", 3, 1));
  print("twice, and too late", *tracker, now);

  nps::Event forget{.type = nps::EventType::Erased};
  forget.response.customer = "bob";
  send(forget);
  print("bob is forgotten", *tracker, now);

  // A snapshot is one ledger's, and restores a tracker of any number of shards.
  auto restored = nps::Tracker::create(tracker->options());
  const auto ledger = nps::Ledger::decode(tracker->snapshot(), tracker->options().ledger);
  if (!restored || !ledger || !restored->merge(*ledger)) return EXIT_FAILURE;
  print("restored", *restored, now);
  std::printf("%d changes\n", changes);
}
