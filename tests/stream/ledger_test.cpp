// Ledger: what single events do to it. That order, repetition and splits do not matter is
// law_test.cpp's.
#include "nps/stream/ledger.h"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stream/events.h"
#include "support/catch.h"

using nps::Answer;
using nps::Applied;
using nps::Change;
using nps::ErrorCode;
using nps::Event;
using nps::EventFault;
using nps::EventOrder;
using nps::EventType;
using nps::Ledger;
using nps::LedgerCounts;
using nps::LedgerOptions;
using nps::Outcome;
using nps::Timestamp;
using nps::test::answered;
using nps::test::day;
using nps::test::erased;
using nps::test::of_type;
using nps::test::shown;

namespace {

Ledger ledger(LedgerOptions options = {.dimensions = {"channel"}}) {
  auto made = Ledger::create(std::move(options));
  REQUIRE(made);
  return *std::move(made);
}

/// The outcome and the changes, as text: "accepted -r1:ann:3 +r1:ann:9".
std::string applied(Ledger& to, const Event& event) {
  const auto result = to.apply(event);
  REQUIRE(result);
  std::string text(name(result->outcome));
  if (result->fault != EventFault::None) text += " " + std::string(name(result->fault));
  for (const Change& change : result->changes) text += shown(change);
  return text;
}

std::string answers_of(const Ledger& of, std::string_view customer) {
  std::string text;
  of.for_each_of(customer, [&](const Answer& answer) { text += " " + shown(answer); });
  return text;
}

}  // namespace

TEST_CASE("ledger: an answer counts once, and its correction replaces it", "[ledger]") {
  Ledger seen = ledger();
  CHECK(applied(seen, answered("r1", "ann", 3, 1)) == "accepted +r1:ann:3");
  CHECK(applied(seen, answered("r1", "ann", 3, 1)) == "duplicate");
  CHECK(applied(seen, answered("r1", "ann", 9, 2)) == "accepted -r1:ann:3 +r1:ann:9");
  CHECK(applied(seen, answered("r1", "ann", 3, 1)) == "stale");
  CHECK(seen.counts() == LedgerCounts{.responses = 1});
}

TEST_CASE("ledger: an update that says the same of what counts changes nothing", "[ledger]") {
  Ledger seen = ledger();
  CHECK(applied(seen, answered("r1", "ann", 3, 1)) == "accepted +r1:ann:3");
  Event commented = answered("r1", "ann", 3, 2);
  commented.response.comment = "late";
  CHECK(applied(seen, commented) == "accepted");
  CHECK(applied(seen, answered("r1", "ann", 3, 1)) == "stale");
}

TEST_CASE("ledger: a change of any field that is kept is a change", "[ledger]") {
  Event base = answered("r1", "ann", 3, 1);
  base.response.channel = "web";
  base.response.answered_at = day(1);
  const auto changed = [&](auto edit) {
    Ledger seen = ledger();
    REQUIRE(seen.apply(base));
    Event event = base;
    event.version = 2;
    edit(event.response);
    return !seen.apply(event)->changes.empty();
  };
  CHECK(changed([](nps::Response& r) { r.rating = nps::Rating::of<4>(); }));
  CHECK(changed([](nps::Response& r) { r.customer = "bob"; }));
  CHECK(changed([](nps::Response& r) { r.customer = ""; }));
  CHECK(changed([](nps::Response& r) { r.channel = "app"; }));
  CHECK(changed([](nps::Response& r) { r.answered_at = day(2); }));
  CHECK(changed([](nps::Response& r) { r.answered_at = std::nullopt; }));
  CHECK(changed([](nps::Response& r) { r.touchpoint_at = day(1); }));
  CHECK_FALSE(changed([](nps::Response& r) { r.journey_stage = "not declared"; }));
  CHECK_FALSE(changed([](nps::Response& r) { r.weight = 2; }));
}

TEST_CASE("ledger: a dismissed or deleted response counts no more, and may live again",
          "[ledger]") {
  for (const auto type : {EventType::Dismissed, EventType::Deleted}) {
    Ledger seen = ledger();
    CHECK(applied(seen, answered("r1", "ann", 3, 1)) == "accepted +r1:ann:3");
    CHECK(applied(seen, of_type(type, "r1", "ann", 2)) == "accepted -r1:ann:3");
    CHECK(applied(seen, of_type(type, "r1", "ann", 3)) == "accepted");
    CHECK(seen.counts().responses == 0);
    CHECK(seen.counts().dismissed + seen.counts().deleted == 1);
    CHECK(applied(seen, answered("r1", "ann", 8, 4)) == "accepted +r1:ann:8");
    CHECK(seen.counts() == LedgerCounts{.responses = 1});
  }
}

TEST_CASE("ledger: an erased customer's answers go, and none of theirs counts again", "[ledger]") {
  Ledger seen = ledger();
  CHECK(applied(seen, answered("r1", "ann", 3, 1)) == "accepted +r1:ann:3");
  CHECK(applied(seen, answered("r2", "ann", 4, 1)) == "accepted +r2:ann:4");
  CHECK(applied(seen, answered("r3", "bob", 5, 1)) == "accepted +r3:bob:5");
  CHECK(applied(seen, of_type(EventType::Deleted, "r4", "ann", 1)) == "accepted");
  const std::string gone = applied(seen, erased("ann"));
  CHECK((gone == "accepted -r1:ann:3 -r2:ann:4" || gone == "accepted -r2:ann:4 -r1:ann:3"));
  CHECK(applied(seen, erased("ann")) == "duplicate");
  CHECK(seen.is_erased("ann"));
  CHECK_FALSE(seen.is_erased("bob"));
  CHECK(seen.counts() == LedgerCounts{.responses = 1, .erased = 3, .erased_customers = 1});
  CHECK(applied(seen, answered("r5", "ann", 4, 1)) == "erased");
  CHECK(applied(seen, answered("r1", "ann", 3, 1)) == "duplicate");
  CHECK(applied(seen, answered("r1", "ann", 3, 2)) == "erased");
  CHECK(applied(seen, answered("r1", "bob", 3, 1)) == "stale");
  CHECK(applied(seen, answered("r3", "ann", 5, 2)) == "erased -r3:bob:5");
  CHECK(seen.counts() == LedgerCounts{.erased = 5, .erased_customers = 1});
  CHECK(applied(seen, answered("r1", "bob", 7, 3)) == "accepted +r1:bob:7");
  CHECK(seen.counts() == LedgerCounts{.responses = 1, .erased = 4, .erased_customers = 1});
}

TEST_CASE("ledger: ties of order go to the greater event id, and then to the digest", "[ledger]") {
  Ledger seen = ledger();
  CHECK(applied(seen, answered("r1", "ann", 3, 1, "b")) == "accepted +r1:ann:3");
  CHECK(applied(seen, answered("r1", "ann", 4, 1, "a")) == "stale");
  CHECK(applied(seen, answered("r1", "ann", 4, 1)) == "stale");
  CHECK(applied(seen, answered("r1", "ann", 5, 1, "ba")) == "accepted -r1:ann:3 +r1:ann:5");
  // Of two that differ in nothing but content, one wins, whichever comes first.
  Ledger one = ledger();
  Ledger other = ledger();
  REQUIRE(one.apply(answered("r1", "ann", 3, 1)));
  REQUIRE(other.apply(answered("r1", "ann", 4, 1)));
  const Outcome first = one.apply(answered("r1", "ann", 4, 1))->outcome;
  const Outcome second = other.apply(answered("r1", "ann", 3, 1))->outcome;
  CHECK(first != second);
  CHECK(answers_of(one, "ann") == answers_of(other, "ann"));
}

TEST_CASE("ledger: an event that cannot be placed is rejected, and says why", "[ledger]") {
  Ledger seen = ledger();
  CHECK(applied(seen, answered("", "ann", 3, 1)) == "rejected no_response_id");
  CHECK(applied(seen, of_type(EventType::Updated, "r1", "ann", 1)) == "rejected no_rating");
  Event unordered = answered("r1", "ann", 3, 1);
  unordered.version = std::nullopt;
  CHECK(applied(seen, unordered) == "rejected no_order");
  CHECK(applied(seen, erased("")) == "rejected no_customer");
  CHECK(seen.counts() == LedgerCounts{});
  CHECK_FALSE(seen.order().has_value());
}

TEST_CASE("ledger: the first event decides what orders the stream, unless it is declared",
          "[ledger]") {
  Event timed = answered("r1", "ann", 3, 1);
  timed.version = std::nullopt;
  timed.updated_at = day(3);
  Ledger undeclared = ledger();
  CHECK(applied(undeclared, timed) == "accepted +r1:ann:3");
  CHECK(undeclared.order() == EventOrder::UpdatedAt);
  CHECK(applied(undeclared, answered("r2", "ann", 3, 1)) == "rejected no_order");
  Ledger declared = ledger({.dimensions = {}, .order = EventOrder::Version});
  CHECK(applied(declared, timed) == "rejected no_order");
  CHECK(applied(declared, answered("r2", "ann", 3, 1)) == "accepted +r2:ann:3");
}

TEST_CASE("ledger: a full ledger says so and stays as it is", "[ledger]") {
  Ledger seen = ledger({.dimensions = {}, .limit = 2});
  CHECK(applied(seen, answered("r1", "ann", 1, 1)) == "accepted +r1:ann:1");
  CHECK(applied(seen, answered("r2", "ann", 2, 1)) == "accepted +r2:ann:2");
  const auto refused = seen.apply(answered("r3", "bob", 3, 1));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::LimitReached);
  CHECK(seen.counts() == LedgerCounts{.responses = 2});
  CHECK(applied(seen, answered("r2", "ann", 4, 2)) == "accepted -r2:ann:2 +r2:ann:4");
}

TEST_CASE("ledger: a proposal that is not committed leaves nothing", "[ledger]") {
  Ledger seen = ledger();
  const std::string long_id(50, 'x');
  REQUIRE(seen.apply(answered("r1", "ann", 1, 1)));
  REQUIRE(seen.propose(answered(long_id, long_id, 1, 1, long_id)));
  CHECK(seen.counts() == LedgerCounts{.responses = 1});
  REQUIRE(seen.propose(erased("ann")));
  CHECK_FALSE(seen.is_erased("ann"));
  CHECK(answers_of(seen, "ann") == " r1:ann:1");
  REQUIRE(seen.propose(answered("r1", "bob", 2, 2)));
  CHECK(seen.propose(answered("", "bob", 2, 2))->outcome == Outcome::Rejected);
  seen.commit();  // of the rejected one: nothing
  CHECK(answers_of(seen, "ann") == " r1:ann:1");
  CHECK(answers_of(seen, "bob").empty());
}

TEST_CASE("ledger: changes can be read after the commit, whatever the ids are", "[ledger]") {
  const std::string uuid = "0b5ad8f0-1c3e-4b7a-9f00-00deadbeef42";
  const std::string number = "12345678901234567";
  const std::string long_text = "customer-with-a-name-that-is-long@example.com";
  for (const std::string& id :
       {std::string("r"), std::string("sixteen-letters!"), std::string("0123456789012345678"),
        std::string("99999999999999999999"), uuid, number, long_text, "0B5AD8F0" + uuid.substr(8),
        std::string("nul\0l", 5)}) {
    Ledger seen = ledger();
    CHECK(applied(seen, answered(id, id, 1, 1, id)) == "accepted +" + id + ":" + id + ":1");
    CHECK(applied(seen, answered(id, id, 1, 1, id)) == "duplicate");
    CHECK(applied(seen, answered(id, "ann", 2, 2)) ==
          "accepted -" + id + ":" + id + ":1 +" + id + ":ann:2");
    CHECK(applied(seen, answered(id, id, 3, 3)) ==
          "accepted -" + id + ":ann:2 +" + id + ":" + id + ":3");
    CHECK(applied(seen, erased(id)) == "accepted -" + id + ":" + id + ":3");
    CHECK(seen.counts() == LedgerCounts{.erased = 1, .erased_customers = 1});
  }
}

TEST_CASE("ledger: one customer's answers come in order of time and id", "[ledger]") {
  Ledger seen = ledger();
  const auto give = [&](std::string_view id, std::optional<Timestamp> at, std::string_view who) {
    Event event = answered(id, who, 5, 1);
    event.response.answered_at = at;
    REQUIRE(seen.apply(event));
  };
  give("b", day(2), "ann");
  give("c", day(1), "ann");
  give("a", day(2), "ann");
  give("d", std::nullopt, "ann");
  give("e", day(1), "bob");
  give("f", day(1), "");
  REQUIRE(seen.apply(of_type(EventType::Deleted, "g", "ann", 1)));
  CHECK(answers_of(seen, "ann") == " d:ann:5 c:ann:5 a:ann:5 b:ann:5");
  CHECK(answers_of(seen, "").empty());
  CHECK(answers_of(seen, "nobody").empty());
  std::size_t all = 0;
  seen.for_each([&](const Answer&) { ++all; });
  CHECK(all == 6);
}

TEST_CASE("ledger: declared labels come with the answer, whichever field they are", "[ledger]") {
  Ledger seen = ledger({.dimensions = {"plan", "journey_stage", "account", "channel"}});
  Event event = answered("r1", "ann", 5, 1);
  event.response.channel = "web";
  event.response.journey_stage = "delivery";
  event.response.account = "acme";
  event.response.dimensions = {{"other", "no"}, {"plan", "gold"}};
  const auto result = seen.apply(event);
  REQUIRE(result);
  const Answer& after = *result->changes[0].after;
  CHECK(after.channel == "web");
  CHECK(after.journey_stage == "delivery");
  REQUIRE(after.dimensions.size() == 2);
  CHECK(after.dimensions[0] == std::pair<std::string_view, std::string_view>("plan", "gold"));
  CHECK(after.dimensions[1] == std::pair<std::string_view, std::string_view>("account", "acme"));
}

TEST_CASE("ledger: a horizon forgets what is older, and refuses it", "[ledger]") {
  Ledger seen = ledger();
  const auto at = [](std::string_view id, int date, int version) {
    Event event = answered(id, "ann", 5, version, "an event with a long id, longer than 16");
    event.response.answered_at = day(date);
    return event;
  };
  REQUIRE(seen.apply(at("old", 1, 1)));
  REQUIRE(seen.apply(at("new", 5, 1)));
  seen.forget_before(day(3));
  seen.forget_before(day(2));  // goes back: nothing
  CHECK(seen.horizon() == day(3));
  CHECK(seen.counts() == LedgerCounts{.responses = 1});
  CHECK(applied(seen, at("old", 1, 2)) == "too_old");
  CHECK(applied(seen, at("late", 3, 1)) == "accepted +late:ann:5");
  CHECK(answers_of(seen, "ann") == " late:ann:5 new:ann:5");
}

TEST_CASE("ledger: what cannot be declared is refused", "[ledger]") {
  const auto twice = Ledger::create({.dimensions = {"a", "b", "a"}});
  REQUIRE_FALSE(twice);
  CHECK(twice.error().code == ErrorCode::InvalidArgument);
  CHECK(twice.error().where.field == "a");
  const auto many = Ledger::create({.dimensions = std::vector<std::string>(33, "x")});
  REQUIRE_FALSE(many);
  CHECK(many.error().code == ErrorCode::InvalidArgument);
}

TEST_CASE("ledger: a copy lives on its own", "[ledger]") {
  Ledger seen = ledger();
  REQUIRE(seen.apply(answered("r1", "ann", 1, 1)));
  REQUIRE(seen.propose(answered("r2", "someone with a long name", 1, 1)));
  Ledger copy = seen;
  seen.commit();
  copy.commit();  // a proposal is not copied
  CHECK(copy.counts() == LedgerCounts{.responses = 1});
  CHECK(seen.counts() == LedgerCounts{.responses = 2});
  CHECK(applied(copy, erased("ann")) == "accepted -r1:ann:1");
  CHECK(answers_of(seen, "ann") == " r1:ann:1");
}
