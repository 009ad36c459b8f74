// A ledger and all that follows it, all or nothing: an event that one of them refuses leaves every one
// as it was.
#include <cstddef>
#include <vector>

#include "nps/segment/cube.h"
#include "nps/stream/ledger.h"
#include "nps/stream/window.h"
#include "stream/events.h"
#include "support/catch.h"

using nps::Change;
using nps::Cube;
using nps::Dimension;
using nps::ErrorCode;
using nps::Event;
using nps::Ledger;
using nps::Result;
using nps::Windows;
using nps::test::answered;
using nps::test::erased;
using nps::wire::Bytes;

namespace {

Event in_channel(std::string_view response, std::string_view customer, int version,
                 const char* channel) {
  Event event = answered(response, customer, 9, version);
  event.response.channel = channel;
  event.response.answered_at = nps::test::day(version);
  return event;
}

// As a host would do it.
struct Follower {
  Ledger ledger = *Ledger::create({.dimensions = {"channel"}});
  Windows windows = *Windows::create(nps::Bucketing(nps::BucketUnit::Day), {7});
  Cube cube = *Cube::create({Dimension::label("channel")}, {.cell_limit = 2});

  Result<> follow(const Change& change) {
    if (auto followed = windows.apply(change); !followed) return followed;
    auto followed = cube.apply(change);
    if (!followed) REQUIRE(windows.apply(change.inverse()));
    return followed;
  }
  Result<> apply(const Event& event) {
    const auto proposed = ledger.propose(event);
    if (!proposed) return proposed.error();
    for (std::size_t i = 0; i < proposed->changes.size(); ++i) {
      auto followed = follow(proposed->changes[i]);
      if (followed) continue;
      while (i-- > 0) {
        const Change undo = proposed->changes[i].inverse();
        REQUIRE(windows.apply(undo));
        REQUIRE(cube.apply(undo));
      }
      return followed;
    }
    ledger.commit();
    return {};
  }
  [[nodiscard]] std::vector<Bytes> bytes() const {
    return {ledger.encode(), windows.encode(), cube.encode()};
  }
};

}  // namespace

TEST_CASE("follow: a cube at its limit leaves ledger, windows and cube as they were",
          "[ledger][cube][window]") {
  Follower all;
  REQUIRE(all.apply(in_channel("r1", "ann", 1, "web")));
  REQUIRE(all.apply(in_channel("r2", "ann", 1, "web")));
  REQUIRE(all.apply(in_channel("r3", "bob", 1, "app")));
  const auto before = all.bytes();
  for (const Event& third :
       {in_channel("r4", "eve", 1, "store"), in_channel("r1", "ann", 2, "store"),
        in_channel("r5", "a new customer with a long name", 1, "store")}) {
    const auto refused = all.apply(third);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::LimitReached);
    CHECK(all.bytes() == before);
  }
  // The only answer of a cell may move, and an erasure makes room.
  REQUIRE(all.apply(in_channel("r3", "bob", 2, "store")));
  REQUIRE(all.apply(erased("ann")));
  REQUIRE(all.apply(in_channel("r4", "eve", 1, "app")));
  CHECK(all.cube.cell_count() == 2);
}

TEST_CASE("follow: a merge that a cube refuses leaves all as it was", "[ledger][merge][cube]") {
  Follower all;
  REQUIRE(all.apply(in_channel("r1", "ann", 1, "web")));
  REQUIRE(all.apply(in_channel("r2", "bob", 1, "app")));
  Ledger other = *Ledger::create({.dimensions = {"channel"}});
  REQUIRE(other.apply(in_channel("r1", "ann", 2, "app")));
  REQUIRE(other.apply(in_channel("r3", "eve", 1, "store")));
  REQUIRE(other.apply(in_channel("r4", "eve", 1, "email")));
  const auto before = all.bytes();
  const auto refused =
      all.ledger.merge(other, [&](const Change& change) { return all.follow(change); });
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::LimitReached);
  CHECK(all.bytes() == before);
}
