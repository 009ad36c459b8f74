#include "nps/customer/profile_store.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "customer/customer_events.h"
#include "support/catch.h"

using nps::Band;
using nps::BandTransition;
using nps::Change;
using nps::Event;
using nps::Ledger;
using nps::Profile;
using nps::ProfileStore;
using nps::Rating;
using nps::test::answered;
using nps::test::customer_events;
using nps::test::customer_ledger;
using nps::test::day;
using nps::test::erased;
using nps::test::KeptAnswers;
using nps::test::LawRandom;
using nps::test::of_type;

namespace {

bool apply(const Event& event, Ledger& ledger, ProfileStore& profiles) {
  const auto proposed = ledger.propose(event);
  if (!proposed || !profiles.apply(proposed->changes, ledger)) return false;
  ledger.commit();
  return true;
}

/// What the store must hold: every customer's answers, folded anew.
std::map<std::string, Profile> recomputed(const Ledger& ledger) {
  std::map<std::string, Profile> profiles;
  const KeptAnswers kept(ledger);
  for (const auto& [customer, answers] : kept.by_customer) {
    if (!customer.empty()) profiles[customer] = nps::profile_of(answers);
  }
  return profiles;
}

std::map<std::string, Profile> held(const ProfileStore& store) {
  std::map<std::string, Profile> profiles;
  store.for_each([&](const Profile& profile) { profiles[profile.customer] = profile; });
  return profiles;
}

}  // namespace

TEST_CASE("profile store: it holds what profile_of makes of each customer's answers, in any order",
          "[profile_store][laws]") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    INFO("seed " << seed);
    LawRandom random(seed);
    std::vector<Event> events = customer_events(random, 20 + random.below(60));
    ProfileStore first;
    for (int order = 0; order < 3; ++order) {
      Ledger ledger = customer_ledger();
      ProfileStore profiles;
      for (const Event& event : events) {
        REQUIRE(apply(event, ledger, profiles));
        if (random.one_in(5)) REQUIRE(apply(event, ledger, profiles));
      }
      REQUIRE(held(profiles) == recomputed(ledger));
      REQUIRE(profiles.customers() == held(profiles).size());
      for (const auto& [customer, profile] : held(profiles)) {
        REQUIRE(profiles.find(customer) == std::optional(profile));
      }
      ProfileStore rebuilt;
      REQUIRE(rebuilt.rebuild(ledger));
      REQUIRE(rebuilt == profiles);
      if (order == 0) first = profiles;
      REQUIRE(first == profiles);
      random.shuffle(events);
    }
  }
}

TEST_CASE("profile store: a change is taken in before the commit or after it", "[profile_store]") {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    INFO("seed " << seed);
    LawRandom random(seed);
    Ledger ledger = customer_ledger();
    ProfileStore before;
    ProfileStore after;
    for (const Event& event : customer_events(random, 41)) {
      const auto proposed = ledger.propose(event);
      REQUIRE(proposed);
      REQUIRE(before.apply(proposed->changes, ledger));
      ledger.commit();
      REQUIRE(after.apply(proposed->changes, ledger));
      REQUIRE(before == after);
    }
  }
}

TEST_CASE("profile store: the inverses undo what was taken in", "[profile_store][laws]") {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    INFO("seed " << seed);
    LawRandom random(seed);
    Ledger ledger = customer_ledger();
    std::map<std::string, std::optional<Band>> bands;
    ProfileStore profiles(nps::kZeroToTen, [&](const BandTransition& moved) {
      CHECK(bands[moved.customer] == moved.from);  // moves follow one another
      CHECK(moved.from != moved.to);
      bands[moved.customer] = moved.to;
    });
    for (const Event& event : customer_events(random, 41)) {
      const auto proposed = ledger.propose(event);
      REQUIRE(proposed);
      const ProfileStore was = profiles;
      REQUIRE(profiles.apply(proposed->changes, ledger));
      if (random.one_in(2)) {
        ledger.commit();
        continue;
      }
      std::vector<Change> inverses;
      for (const Change& change : proposed->changes) inverses.push_back(change.inverse());
      std::ranges::reverse(inverses);
      REQUIRE(profiles.apply(inverses, ledger));
      REQUIRE(profiles == was);
    }
    for (const auto& [customer, profile] : held(profiles)) {
      CHECK(bands[customer] == nps::latest_band(profile, nps::kZeroToTen));
      bands.erase(customer);
    }
    for (const auto& [customer, band] : bands) CHECK_FALSE(band.has_value());
  }
}

TEST_CASE("profile store: after a merge a refresh of its customers is all it takes",
          "[profile_store][merge]") {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    INFO("seed " << seed);
    LawRandom random(seed);
    Ledger ledger = customer_ledger();
    Ledger other = customer_ledger();
    ProfileStore profiles;
    for (const Event& event : customer_events(random, 41)) {
      if (random.one_in(2)) {
        REQUIRE(apply(event, ledger, profiles));
      } else {
        REQUIRE(other.apply(event));
      }
    }
    std::vector<std::string> customers;
    REQUIRE(ledger.merge(other, [&](const Change& change) -> nps::Result<> {
      if (change.before) customers.emplace_back(change.before->customer);
      if (change.after) customers.emplace_back(change.after->customer);
      return {};
    }));
    for (const std::string& customer : customers) REQUIRE(profiles.refresh(customer, ledger));
    CHECK(held(profiles) == recomputed(ledger));
  }
}

TEST_CASE("profile store: moves from band to band are told, with the latest answer's time",
          "[profile_store]") {
  std::vector<BandTransition> moves;
  Ledger ledger = customer_ledger();
  ProfileStore profiles(nps::kZeroToTen,
                        [&](const BandTransition& moved) { moves.push_back(moved); });
  const auto give = [&](const char* id, int rating, int of_january) {
    Event event = answered(id, "7", rating, 1);
    event.response.answered_at = day(of_january);
    REQUIRE(apply(event, ledger, profiles));
  };
  give("r2", 9, 2);
  give("r3", 10, 3);
  give("r1", 0, 1);  // late: it is not the latest
  give("r4", 3, 4);
  REQUIRE(apply(of_type(nps::EventType::Deleted, "r4", "7", 2), ledger, profiles));
  REQUIRE(apply(erased("7"), ledger, profiles));
  const std::vector<BandTransition> expected{
      {.customer = "7", .from = {}, .to = Band::Promoter, .when = day(2)},
      {.customer = "7", .from = Band::Promoter, .to = Band::Detractor, .when = day(4)},
      {.customer = "7", .from = Band::Detractor, .to = Band::Promoter, .when = day(3)},
      {.customer = "7", .from = Band::Promoter, .to = {}, .when = {}}};
  CHECK(moves == expected);
  CHECK(profiles.customers() == 0);
}

TEST_CASE("profile store: more answers than a small count holds are counted", "[profile_store]") {
  Ledger ledger = customer_ledger();
  for (int i = 0; i < 65'536; ++i) {
    Event event = answered("r" + std::to_string(i), "7", i % 11, 1);
    event.response.answered_at = day(1) + std::chrono::seconds(i);
    REQUIRE(ledger.apply(event));
  }
  ProfileStore profiles;
  REQUIRE(profiles.refresh("7", ledger));
  CHECK(profiles.find("7")->answers == 65'536);
  CHECK(held(profiles) == recomputed(ledger));
  REQUIRE(apply(of_type(nps::EventType::Deleted, "r5", "7", 2), ledger, profiles));
  CHECK(profiles.find("7")->answers == 65'535);
  CHECK(held(profiles) == recomputed(ledger));
}

TEST_CASE("profile store: a customer of one stage costs at most 48 bytes", "[profile_store]") {
  Ledger ledger = customer_ledger();
  ProfileStore profiles;
  for (int i = 0; i < 100'000; ++i) {
    Event event = answered("r" + std::to_string(i), std::to_string(i), i % 11, 1);
    event.response.journey_stage = "delivery";
    event.response.channel = i % 2 == 0 ? "web" : "app";
    REQUIRE(apply(event, ledger, profiles));
  }
  // Nodes come in blocks of 32,768.
  CHECK(profiles.memory() <= std::size_t{131'072} * 48);
  CHECK(profiles.customers() == 100'000);
}
