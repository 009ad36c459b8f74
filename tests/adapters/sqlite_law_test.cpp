// The law of the store: whatever way one set of events came in, the dump is the same, and what the store
// holds is what a plain ledger makes of them.
#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "nps/adapters/sqlite.h"
#include "stream/events.h"
#include "stream/law_model.h"
#include "support/catch.h"
#include "support/process.h"

using nps::Answer;
using nps::Event;
using nps::EventOrder;
using nps::Ledger;
using nps::Profile;
using nps::SqliteStore;
using nps::StoreOptions;
using nps::test::Folder;
using nps::test::LawRandom;
using nps::wire::Bytes;

namespace {

const std::array<std::byte, 16> kKey{std::byte{7}, std::byte{13}};

StoreOptions options_of(EventOrder order) {
  return {.order = order, .dimensions = {"channel", "plan"}, .erasure_key = kKey};
}

Event plain(Event event) {
  event.received_at.reset();
  return event;
}

/// With what a ledger does not keep, so that events differ that are one to it.
std::vector<Event> telling_events(LawRandom& random) {
  auto events = nps::test::colliding_events(random, 8);
  for (Event& event : events) {
    if (random.one_in(2)) event.response.comment = random.one_in(2) ? "fine" : "so so";
    if (random.one_in(3)) event.response.weight = 2;
    if (random.one_in(3)) event.response.account = "acme";
    if (random.one_in(3)) event.received_at = nps::test::day(static_cast<int>(5 + random.below(3)));
  }
  return events;
}

class Store {
 public:
  explicit Store(EventOrder order) : store_(*SqliteStore::create(path(), options_of(order))) {}
  SqliteStore* operator->() { return &store_; }
  SqliteStore& operator*() { return store_; }

 private:
  std::string path() const { return (folder_.path() / "store.db").string(); }
  Folder folder_;
  SqliteStore store_;
};

/// The events in some order, some of them again, cut into calls.
void feed(SqliteStore& store, const std::vector<Event>& events, LawRandom& random) {
  std::vector<Event> schedule;
  for (const Event& event : events) {
    do {
      schedule.push_back(event);
    } while (random.one_in(3));
  }
  random.shuffle(schedule);
  for (std::size_t at = 0; at < schedule.size();) {
    const std::size_t size = std::min(1 + random.below(6), schedule.size() - at);
    const auto seen = store.apply(std::span(schedule).subspan(at, size));
    if (!seen) FAIL(seen.error().message);
    std::uint64_t counted = 0;
    for (const auto outcome : seen->outcomes) counted += outcome;
    REQUIRE(counted == size);
    at += size;
  }
}

std::vector<std::string> answers_of(const SqliteStore& store) {
  std::vector<std::string> answers;
  REQUIRE(store.for_each_answer([&](const Answer& answer) {
    answers.push_back(nps::test::shown(answer) + std::string(answer.channel));
  }));
  return answers;
}

void check_profiles(const SqliteStore& store) {
  std::map<std::string, std::vector<std::string>> by_customer;
  REQUIRE(store.for_each_profile(0, [&](const Profile& profile) {
    REQUIRE(profile.latest);
    by_customer[profile.customer] = {std::to_string(profile.answers),
                                     std::to_string(profile.latest->rating.value())};
  }));
  std::map<std::string, std::vector<Answer>> expected;
  const auto ledger = store.ledger();
  REQUIRE(ledger);
  std::size_t customers = 0;
  for (const char* customer : {"ann", "bob", "somebody-with-a-long-name@example.com"}) {
    std::vector<std::string> found;
    std::optional<int> latest;
    std::size_t answers = 0;
    ledger->for_each_of(customer, [&](const Answer& answer) {
      ++answers;
      latest = answer.rating.value();
    });
    REQUIRE((answers > 0) == by_customer.contains(customer));
    if (answers == 0) continue;
    ++customers;
    REQUIRE(by_customer[customer] ==
            std::vector<std::string>{std::to_string(answers), std::to_string(*latest)});
  }
  REQUIRE(customers == by_customer.size());
}

/// The rows of nps_profile, which SQL works out, against those of the library.
void check_profile_rows(const SqliteStore& store, sqlite3* connection);

void check_law(EventOrder order, std::uint64_t first_seed, std::uint64_t sets) {
  for (std::uint64_t seed = first_seed; seed < first_seed + sets; ++seed) {
    INFO("seed " << seed);
    LawRandom random(seed);
    const auto events = telling_events(random);
    Store once(order);
    REQUIRE(once->apply(events));
    const auto expected = once->dump();
    REQUIRE(expected);
    for (int i = 0; i < 4; ++i) {
      Store other(order);
      feed(*other, events, random);
      const auto found = other->dump();
      REQUIRE(found);
      REQUIRE(*found == *expected);
      check_profiles(*other);
      check_profile_rows(*other, other->connection());
    }
    auto ledger =
        Ledger::create({.dimensions = {"channel", "plan"}, .order = order, .erasure_key = kKey});
    for (const Event& event : events) REQUIRE(ledger->apply(plain(event)));
    const auto held = once->ledger();
    REQUIRE(held);
    REQUIRE(held->encode() == ledger->encode());
    REQUIRE(*once->counts() == ledger->counts());
    std::vector<std::string> answers;
    ledger->for_each([&](const Answer& answer) {
      answers.push_back(nps::test::shown(answer) + std::string(answer.channel));
    });
    std::ranges::sort(answers);
    auto found = answers_of(*once);
    std::ranges::sort(found);
    REQUIRE(found == answers);
  }
}

}  // namespace

#include <sqlite3.h>

namespace {

void check_profile_rows(const SqliteStore& store, sqlite3* connection) {
  sqlite3_stmt* raw = nullptr;
  REQUIRE(sqlite3_prepare_v2(connection,
                             "SELECT customer_id, answers, rating, answered_at, channel, "
                             "journey_stage, previous_rating, previous_answered_at, first_rating, "
                             "first_answered_at FROM nps_profile",
                             -1, &raw, nullptr) == SQLITE_OK);
  std::size_t rows = 0;
  const auto text = [&](int column) {
    const unsigned char* const value = sqlite3_column_text(raw, column);
    return value == nullptr ? std::string("null")
                            : std::string(reinterpret_cast<const char*>(value));
  };
  const auto rating = [](const std::optional<nps::ProfileAnswer>& answer) {
    return answer ? std::to_string(answer->rating.value()) : "null";
  };
  const auto time = [](const std::optional<nps::ProfileAnswer>& answer) {
    return answer && answer->answered_at
               ? std::to_string(answer->answered_at->time_since_epoch().count())
               : "null";
  };
  while (sqlite3_step(raw) == SQLITE_ROW) {
    ++rows;
    const auto profile = store.profile(text(0));
    REQUIRE(profile);
    REQUIRE(*profile);
    const Profile& found = **profile;
    CHECK(text(1) == std::to_string(found.answers));
    CHECK(text(2) == rating(found.latest));
    CHECK(text(3) == time(found.latest));
    CHECK(text(4) == found.latest->channel);
    CHECK(text(5) == found.latest->journey_stage);
    CHECK(text(6) == rating(found.previous));
    CHECK(text(7) == time(found.previous));
    CHECK(text(8) == rating(found.first));
    CHECK(text(9) == time(found.first));
  }
  sqlite3_finalize(raw);
  std::size_t profiles = 0;
  REQUIRE(store.for_each_profile(0, [&](const Profile&) { ++profiles; }));
  CHECK(rows == profiles);
}

}  // namespace

TEST_CASE("store law: permutations, repetitions and splits of events give the same dump",
          "[sqlite][store][law]") {
  check_law(EventOrder::Version, 1, 60);
}

TEST_CASE("store law: a stream ordered by times of update gives the same dump",
          "[sqlite][store][law]") {
  check_law(EventOrder::UpdatedAt, 1'000'001, 30);
}

TEST_CASE(
    "store law: deletions and erasures among them, by erase() as by events, give the same dump",
    "[sqlite][store][law]") {
  for (std::uint64_t seed = 2'000'001; seed < 2'000'031; ++seed) {
    INFO("seed " << seed);
    LawRandom random(seed);
    const auto events = telling_events(random);
    Store by_event(EventOrder::Version);
    REQUIRE(by_event->apply(events));
    REQUIRE(by_event->apply(std::vector<Event>{nps::test::erased("ann")}));
    Store by_call(EventOrder::Version);
    REQUIRE(by_call->erase("ann"));
    feed(*by_call, events, random);
    REQUIRE(*by_call->dump() == *by_event->dump());
  }
}
