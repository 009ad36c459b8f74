// Merging ledgers: as if the events of the other had come here, and all or nothing.
#include <array>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "nps/stream/ledger.h"
#include "stream/events.h"
#include "support/catch.h"

using nps::Change;
using nps::Error;
using nps::ErrorCode;
using nps::EventOrder;
using nps::EventType;
using nps::Ledger;
using nps::LedgerCounts;
using nps::LedgerOptions;
using nps::Outcome;
using nps::Result;
using nps::test::answered;
using nps::test::erased;
using nps::test::of_type;
using nps::test::shown;

namespace {

Ledger ledger_of(const std::vector<nps::Event>& events, LedgerOptions options = {}) {
  auto made = Ledger::create(std::move(options));
  REQUIRE(made);
  for (const auto& event : events) REQUIRE(made->apply(event));
  return *std::move(made);
}

std::string merged(Ledger& into, const Ledger& other) {
  std::string text;
  REQUIRE(into.merge(other, [&](const Change& change) -> Result<> {
    text += shown(change);
    return {};
  }));
  return text;
}

}  // namespace

TEST_CASE("ledger merge: the greater event of each response wins, and the erased are erased",
          "[ledger][merge]") {
  Ledger here = ledger_of({answered("r1", "ann", 1, 1), answered("r2", "bob", 2, 2),
                           answered("r3", "eve", 3, 1), answered("r6", "bob", 6, 1)});
  const Ledger there =
      ledger_of({answered("r1", "ann", 4, 2), answered("r2", "bob", 5, 1), erased("eve"),
                 answered("r4", "dan", 6, 1), of_type(EventType::Deleted, "r5", "dan", 1),
                 answered("r6", "eve", 6, 3)});
  CHECK(merged(here, there) == " -r3:eve:3 -r6:bob:6 -r1:ann:1 +r1:ann:4 +r4:dan:6");
  CHECK(here.counts() ==
        LedgerCounts{.responses = 3, .deleted = 1, .erased = 2, .erased_customers = 1});
  CHECK(merged(here, there).empty());
  CHECK(here.apply(answered("r6", "bob", 6, 2))->outcome == Outcome::Stale);
  CHECK(here.apply(answered("r6", "eve", 6, 3))->outcome == Outcome::Duplicate);
}

TEST_CASE("ledger merge: with itself or with nothing it changes nothing", "[ledger][merge]") {
  Ledger here = ledger_of({answered("r1", "ann", 1, 1), erased("bob")});
  const LedgerCounts before = here.counts();
  CHECK(merged(here, here).empty());
  CHECK(merged(here, ledger_of({})).empty());
  CHECK(here.counts() == before);
  Ledger empty = ledger_of({});
  CHECK(merged(empty, here) == " +r1:ann:1");
  CHECK(empty.counts() == before);
  CHECK(empty.order() == EventOrder::Version);
}

TEST_CASE("ledger merge: what the sink took is taken back when it refuses one", "[ledger][merge]") {
  Ledger here = ledger_of({answered("r1", "ann", 1, 1), answered("r2", "eve", 2, 1)});
  const Ledger there =
      ledger_of({answered("r1", "ann", 4, 2), erased("eve"), answered("r3", "dan", 6, 1)});
  for (std::size_t taken = 0; taken < 3; ++taken) {
    std::string text;
    std::size_t calls = 0;
    const auto refused = here.merge(there, [&](const Change& change) -> Result<> {
      if (calls++ == taken) return Error{ErrorCode::LimitReached, "full"};
      text += shown(change);
      return {};
    });
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message == "full");
    constexpr std::array kExpected{"", " -r2:eve:2 +r2:eve:2",
                                   " -r2:eve:2 -r1:ann:1 +r1:ann:4 -r1:ann:4 +r1:ann:1 +r2:eve:2"};
    CHECK(text == kExpected.at(taken));
    CHECK(here.counts() == LedgerCounts{.responses = 2});
  }
  CHECK(merged(here, there) == " -r2:eve:2 -r1:ann:1 +r1:ann:4 +r3:dan:6");
}

TEST_CASE("ledger merge: a merge that does not fit is taken back, too", "[ledger][merge]") {
  Ledger here = ledger_of({answered("r1", "ann", 1, 1)}, {.limit = 2});
  const Ledger there = ledger_of({answered("r2", "ann", 2, 1), answered("r3", "ann", 3, 1)});
  std::string text;
  const auto refused = here.merge(there, [&](const Change& change) -> Result<> {
    text += shown(change);
    return {};
  });
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::LimitReached);
  CHECK(text == " +r2:ann:2 -r2:ann:2");
  CHECK(here.counts() == LedgerCounts{.responses = 1});
}

TEST_CASE("ledger merge: unlike ledgers do not merge", "[ledger][merge]") {
  const auto refuses = [](Ledger into, const Ledger& other) {
    const auto result = into.merge(other);
    return !result && result.error().code == ErrorCode::Mismatch;
  };
  const Ledger plain = ledger_of({});
  CHECK(refuses(plain, ledger_of({}, {.dimensions = {"channel"}})));
  CHECK(refuses(plain, ledger_of({}, {.erasure_key = std::array<std::byte, 16>{}})));
  CHECK(refuses(ledger_of({}, {.order = EventOrder::Version}),
                ledger_of({}, {.order = EventOrder::UpdatedAt})));
  CHECK_FALSE(refuses(plain, ledger_of({}, {.order = EventOrder::UpdatedAt})));
}
