// The law: any permutation, duplication, split and merge of one set of events gives the same ledger,
// cube and windows, byte for byte, and what they say is what a plain fold of the sorted events says.
// The accumulators see nothing but changes. A failure prints its seed and the least schedule that
// still fails.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "nps/segment/cube.h"
#include "nps/stream/ledger.h"
#include "nps/stream/window.h"
#include "stream/events.h"
#include "stream/law_model.h"
#include "support/catch.h"

using nps::Answer;
using nps::Change;
using nps::Cube;
using nps::Dimension;
using nps::Event;
using nps::EventOrder;
using nps::Ledger;
using nps::LedgerOptions;
using nps::Response;
using nps::Result;
using nps::Tally;
using nps::Windows;
using nps::test::LawModel;
using nps::test::LawRandom;
using nps::wire::Bytes;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define NPS_TESTS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define NPS_TESTS_SANITIZED 1
#endif
#endif

// Sets of events for each test case, of which there are four, and schedules for each set: 128,000 in
// all, and a twentieth of them where each costs ten times as much.
#ifdef NPS_TESTS_SANITIZED
constexpr std::uint64_t kSets = 100;
#else
constexpr std::uint64_t kSets = 2000;
#endif
constexpr int kSchedules = 16;

struct Rules {
  LedgerOptions options;
  std::size_t ledgers;         // at most
  std::size_t one_erasure_in;  // events
  [[nodiscard]] EventOrder order() const { return options.order.value_or(EventOrder::Version); }
};

/// A ledger and what follows it.
struct Live {
  Ledger ledger;
  Cube cube;
  Windows windows;

  explicit Live(const Rules& rules)
      : ledger(*Ledger::create(rules.options)),
        cube(*Cube::create({Dimension::label("channel"), Dimension::label("plan"),
                            Dimension::calendar(
                                "@day", nps::Calendar(nps::CalendarUnit::Day, nps::Zone::utc()))})),
        windows(*Windows::create(nps::Bucketing(nps::BucketUnit::Day), {1, 2})) {}

  Result<> follow(const Change& change) {
    if (auto followed = cube.apply(change); !followed) return followed;
    return windows.apply(change);
  }
  bool apply(const Event& event) {
    const auto applied = ledger.apply(event);
    if (!applied) return false;
    for (const Change& change : applied->changes) {
      if (!follow(change)) return false;
    }
    return true;
  }
  bool merge(const Live& other) {
    return ledger.merge(other.ledger, [this](const Change& change) { return follow(change); })
        .has_value();
  }
  [[nodiscard]] std::vector<Bytes> bytes() const {
    return {ledger.encode(), cube.encode(), windows.encode()};
  }
};

/// One thing done to one of the ledgers: an event, or all that another knows. At the end of a
/// schedule everything is merged into the first ledger.
struct Step {
  std::size_t ledger;
  std::optional<std::size_t> event;
  std::size_t from = 0;
};
using Schedule = std::vector<Step>;

/// The state at the end; none where an accumulator refused a change, which must not be.
std::optional<std::vector<Bytes>> outcome(const Rules& rules, const std::vector<Event>& events,
                                          const Schedule& schedule) {
  std::size_t ledgers = 1;
  for (const Step& step : schedule) ledgers = std::max({ledgers, step.ledger + 1, step.from + 1});
  std::vector<Live> live;
  for (std::size_t i = 0; i < ledgers; ++i) live.emplace_back(rules);
  for (const Step& step : schedule) {
    const bool done = step.event ? live[step.ledger].apply(events[*step.event])
                                 : live[step.ledger].merge(live[step.from]);
    if (!done) return std::nullopt;
  }
  for (std::size_t i = 1; i < ledgers; ++i) {
    if (!live[0].merge(live[i])) return std::nullopt;
  }
  return live[0].bytes();
}

/// Each event of the schedule once, in order, into one ledger.
Schedule plain(const Schedule& schedule) {
  std::set<std::size_t> events;
  for (const Step& step : schedule) {
    if (step.event) events.insert(*step.event);
  }
  Schedule once;
  for (const std::size_t event : events) once.push_back({.ledger = 0, .event = event});
  return once;
}

bool holds(const Rules& rules, const std::vector<Event>& events, const Schedule& schedule) {
  const auto state = outcome(rules, events, schedule);
  return state && state == outcome(rules, events, plain(schedule));
}

/// Steps left out, and moved to the first ledger, for as long as it still fails.
Schedule shrunk(const Rules& rules, const std::vector<Event>& events, Schedule schedule) {
  for (bool smaller = true; smaller;) {
    smaller = false;
    for (std::size_t i = 0; i < schedule.size() && !smaller; ++i) {
      Schedule without = schedule;
      without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
      Schedule moved = schedule;
      moved[i].ledger = 0;
      for (const Schedule& other : {without, moved}) {
        if (other.size() == schedule.size() && schedule[i].ledger == 0) continue;
        if (holds(rules, events, other)) continue;
        schedule = other;
        smaller = true;
        break;
      }
    }
  }
  return schedule;
}

std::string shown(const std::vector<Event>& events, const Schedule& schedule) {
  std::ostringstream text;
  for (const Step& step : schedule) {
    text << "\n  ledger " << step.ledger << ": ";
    if (!step.event) {
      text << "merge ledger " << step.from;
      continue;
    }
    const Event& event = events[*step.event];
    text << "event " << *step.event << ' ' << name(event.type) << " response '" << event.response.id
         << "' customer '" << event.response.customer << "' version " << event.version.value_or(0)
         << " id '" << event.id << "' rating "
         << (event.response.rating ? int{event.response.rating->value()} : -1) << " channel '"
         << event.response.channel << "'";
  }
  return text.str();
}

Schedule schedule_of(LawRandom& random, std::size_t events, std::size_t ledgers) {
  Schedule schedule;
  for (std::size_t event = 0; event < events; ++event) {
    do {
      schedule.push_back({.ledger = random.below(ledgers), .event = event});
    } while (random.one_in(3));
  }
  for (std::size_t merges = ledgers > 1 ? random.below(4) : 0; merges > 0; --merges) {
    schedule.push_back(
        {.ledger = random.below(ledgers), .event = {}, .from = random.below(ledgers)});
  }
  random.shuffle(schedule);
  return schedule;
}

using CellTallies = std::map<std::tuple<std::string, std::string, std::string>, Tally>;

/// What the ledger and its followers say, against the model.
void check_against_model(const Rules& rules, const std::vector<Event>& events) {
  Live live(rules);
  for (const Event& event : events) REQUIRE(live.apply(event));
  const nps::detail::SipKey key = rules.options.erasure_key.value_or(nps::detail::SipKey{});
  const LawModel model(events, key, rules.order());
  REQUIRE(live.ledger.counts() == model.counts());
  CellTallies expected;
  nps::Buckets days;
  Tally untimed;
  std::map<std::string, std::string> expected_answers;
  for (const Response* said : model.answers()) {
    expected_answers[said->id] =
        said->id + ":" + said->customer + ":" + std::to_string(said->rating->value());
    if (!said->answered_at) {
      untimed.add(*said->rating);
      continue;
    }
    const std::int64_t bucket = live.windows.bucketing().bucket(*said->answered_at);
    days.add(bucket, *said->rating);
    const std::string plan = said->dimensions.empty() ? "" : said->dimensions[0].second;
    expected[{said->channel, plan, live.windows.bucketing().label(bucket)}].add(*said->rating);
  }
  std::map<std::string, std::string> answers;
  live.ledger.for_each([&](const Answer& answer) {
    answers[std::string(answer.response_id)] = nps::test::shown(answer);
  });
  REQUIRE(answers == expected_answers);
  CellTallies cells;
  for (const nps::Cell& cell : live.cube.cells()) {
    cells[{std::string(cell.labels[0]), std::string(cell.labels[1]), std::string(cell.labels[2])}] =
        cell.tally;
  }
  REQUIRE(cells == expected);
  REQUIRE(live.cube.total() == days.total() + untimed);
  REQUIRE(live.windows.buckets() == days);
  REQUIRE(live.windows.untimed() == untimed);
  const auto back = Ledger::decode(live.ledger.encode(), rules.options);
  REQUIRE(back);
  REQUIRE(back->encode() == live.ledger.encode());
  REQUIRE(back->counts() == live.ledger.counts());
}

void check_law(const Rules& rules, std::uint64_t first_seed) {
  for (std::uint64_t seed = first_seed; seed < first_seed + kSets; ++seed) {
    LawRandom random(seed);
    const auto events = nps::test::colliding_events(random, rules.one_erasure_in);
    INFO("seed " << seed);
    check_against_model(rules, events);
    Schedule all;
    for (std::size_t event = 0; event < events.size(); ++event) {
      all.push_back({.ledger = 0, .event = event});
    }
    const auto expected = outcome(rules, events, all);
    REQUIRE(expected);
    for (int i = 0; i < kSchedules; ++i) {
      const std::size_t ledgers = 1 + random.below(rules.ledgers);
      const Schedule schedule = schedule_of(random, events.size(), ledgers);
      if (outcome(rules, events, schedule) == expected) continue;
      FAIL("seed " << seed << ", schedule " << i << ": the law does not hold for"
                   << shown(events, shrunk(rules, events, schedule)));
    }
  }
}

}  // namespace

TEST_CASE("law: permutations and repetitions of events in one ledger give the same bytes",
          "[law][ledger]") {
  check_law({.options = {.dimensions = {"channel", "plan"}, .order = EventOrder::Version},
             .ledgers = 1,
             .one_erasure_in = 20},
            1);
}

TEST_CASE("law: events split over ledgers and merged in any tree give the same bytes",
          "[law][ledger]") {
  check_law({.options = {.dimensions = {"channel", "plan"}, .order = EventOrder::Version},
             .ledgers = 4,
             .one_erasure_in = 20},
            1'000'001);
}

TEST_CASE("law: erasures before, between and after answers give the same bytes", "[law][ledger]") {
  const std::array<std::byte, 16> key{std::byte{7}, std::byte{13}};
  check_law({.options = {.dimensions = {"channel", "plan"},
                         .order = EventOrder::Version,
                         .erasure_key = key},
             .ledgers = 3,
             .one_erasure_in = 4},
            2'000'001);
}

TEST_CASE("law: a stream ordered by times of update gives the same bytes", "[law][ledger]") {
  check_law({.options = {.dimensions = {"channel", "plan"}, .order = EventOrder::UpdatedAt},
             .ledgers = 4,
             .one_erasure_in = 10},
            3'000'001);
}
