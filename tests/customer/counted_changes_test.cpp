#include "nps/customer/counted_changes.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "customer/customer_events.h"
#include "nps/segment/cube.h"
#include "nps/stream/window.h"
#include "support/catch.h"

using nps::Answer;
using nps::Change;
using nps::CountedAnswers;
using nps::CountedChanges;
using nps::CountingPolicy;
using nps::Cube;
using nps::Dimension;
using nps::Event;
using nps::Ledger;
using nps::Per;
using nps::Which;
using nps::Windows;
using nps::test::answered;
using nps::test::customer_events;
using nps::test::customer_ledger;
using nps::test::day;
using nps::test::KeptAnswers;
using nps::test::LawRandom;

namespace {

const std::array kPolicies{
    CountingPolicy{.which = Which::All},
    CountingPolicy{.which = Which::Latest},
    CountingPolicy{.which = Which::First},
    CountingPolicy{.which = Which::Latest, .per = Per::CustomerAndStage},
    CountingPolicy{.which = Which::First, .per = Per::CustomerAndStage},
    CountingPolicy{.which = Which::All, .per = Per::Account},
    CountingPolicy{.which = Which::Latest, .per = Per::Account},
};

/// A cube and windows that count by a policy.
struct Follower {
  CountedChanges counted;
  Cube cube;
  Windows windows = *Windows::create(nps::Bucketing(nps::BucketUnit::Day), {2});

  explicit Follower(const CountingPolicy& policy)
      : counted(*CountedChanges::create(policy)),
        cube(*Cube::create({Dimension::label("channel"), Dimension::label("journey_stage"),
                            Dimension::label("account"), Dimension::label("plan")},
                           {.policy = policy})) {}

  void take(const Change& change) {
    REQUIRE(cube.apply(change));
    REQUIRE(windows.apply(change));
  }
  void follow(std::span<const Change> changes) {
    for (const Change& change : changes) take(change);
  }
  [[nodiscard]] std::vector<nps::wire::Bytes> bytes() const {
    return {cube.encode(), windows.encode()};
  }
};

/// What must be there: the answers of each customer, or customer and stage, sorted, and one taken.
CountedAnswers count_anew(const Ledger& ledger, Follower& into) {
  const CountingPolicy& policy = into.counted.policy();
  const KeptAnswers kept(ledger);
  CountedAnswers seen;
  for (const auto& [customer, answers] : kept.by_customer) {
    if (policy.which != Which::All && customer.empty()) {
      seen.no_customer += answers.size();
      continue;
    }
    std::map<std::string, std::vector<Answer>> groups;
    for (const Answer& answer : answers) {
      std::string group;
      if (policy.which == Which::All) group = answer.response_id;
      if (policy.per == Per::CustomerAndStage) group = answer.journey_stage;
      groups[group].push_back(answer);
    }
    for (const auto& [group, list] : groups) {
      into.take({.before = {}, .after = policy.which == Which::First ? list.front() : list.back()});
      ++seen.counted;
      seen.superseded += list.size() - 1;
    }
  }
  return seen;
}

}  // namespace

TEST_CASE("counted changes: cubes and windows that follow them hold what counts under the policy",
          "[counted_changes][laws]") {
  for (const CountingPolicy& policy : kPolicies) {
    INFO(nps::name(policy.which) << " per " << nps::name(policy.per));
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
      INFO("seed " << seed);
      LawRandom random(seed);
      Ledger ledger = customer_ledger();
      Follower follower(policy);
      for (const Event& event : customer_events(random, 30 + random.below(31))) {
        const auto proposed = ledger.propose(event);
        REQUIRE(proposed);
        if (random.one_in(4)) {  // somebody else refuses it
          const auto before = follower.bytes();
          const auto counted = follower.counted.of(proposed->changes, ledger);
          follower.follow(counted);
          for (std::size_t i = counted.size(); i-- > 0;) follower.take(counted[i].inverse());
          REQUIRE(follower.bytes() == before);
        }
        if (random.one_in(2)) {
          follower.follow(follower.counted.of(proposed->changes, ledger));
          ledger.commit();
        } else {
          ledger.commit();
          follower.follow(follower.counted.of(proposed->changes, ledger));
        }
      }
      Follower anew(policy);
      const CountedAnswers expected = count_anew(ledger, anew);
      REQUIRE(follower.bytes() == anew.bytes());
      CHECK(expected.counted + expected.superseded + expected.no_customer ==
            ledger.counts().responses);
      Follower later(policy);
      const CountedAnswers seen = later.counted.for_each(
          ledger, [&](const Answer& answer) { later.take({.before = {}, .after = answer}); });
      CHECK(seen == expected);
      REQUIRE(later.bytes() == anew.bytes());
    }
  }
}

TEST_CASE("counted changes: a deleted answer gives its place back to the one before",
          "[counted_changes]") {
  Ledger ledger = customer_ledger();
  Follower latest({.which = Which::Latest});
  const auto apply = [&](const Event& event) {
    const auto proposed = ledger.propose(event);
    REQUIRE(proposed);
    latest.follow(latest.counted.of(proposed->changes, ledger));
    ledger.commit();
  };
  Event event = answered("r1", "ann", 10, 1);
  event.response.answered_at = day(1);
  apply(event);
  event.response.id = "r2";
  event.response.answered_at = day(2);
  event.response.rating = nps::Rating::of<0>();
  apply(event);
  CHECK(latest.cube.total().score()->points() == -100);
  event.type = nps::EventType::Deleted;
  event.version = 2;
  apply(event);
  CHECK(latest.cube.total().score()->points() == 100);
  CHECK(latest.windows.read(0, day(1)).tally.responses() == 1);
  // Those who were asked and did not answer are counted apart.
  apply(nps::test::of_type(nps::EventType::Dismissed, "r3", "ann", 1));
  CHECK(latest.cube.total().responses() == 1);
  CHECK(ledger.counts().dismissed == 1);
}

TEST_CASE(
    "counted changes: an answer that moves to another customer leaves one and joins the other",
    "[counted_changes]") {
  Ledger ledger = customer_ledger();
  auto counted = CountedChanges::create({.which = Which::Latest});
  REQUIRE(counted);
  REQUIRE(ledger.apply(answered("r1", "ann", 10, 1)));
  REQUIRE(ledger.apply(answered("r2", "bob", 3, 1)));
  const auto proposed = ledger.propose(answered("r1", "bob", 10, 2));
  REQUIRE(proposed);
  // Of bob, r2 stays the latest by its id.
  const auto changes = counted->of(proposed->changes, ledger);
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].before->customer == "ann");
  CHECK_FALSE(changes[0].after.has_value());
}

TEST_CASE("counted changes: all answers, one of each customer and stage, is no policy",
          "[counted_changes]") {
  const auto refused = CountedChanges::create({.which = Which::All, .per = Per::CustomerAndStage});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == nps::ErrorCode::InvalidArgument);
  CHECK_FALSE(Cube::create({}, {.policy = {.which = Which::All, .per = Per::CustomerAndStage}}));
}
