// The dump of a store: the bytes that FORMAT.md says, and all of what is held in them.
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nps/adapters/sqlite.h"
#include "nps/segment/cube.h"
#include "nps/wire/counting_policy.h"
#include "nps/wire/envelope.h"
#include "stream/events.h"
#include "support/catch.h"
#include "support/process.h"
#include "wire/bytes.h"

using nps::Event;
using nps::SqliteStore;
using nps::test::answered;
using nps::test::day;
using nps::test::Folder;
using nps::test::hex;
using nps::wire::Bytes;
using nps::wire::Reader;

namespace {

Bytes documented() {
  std::ifstream in(NPS_TEST_GOLDEN_DIR "/../../include/nps/wire/FORMAT.md");
  std::string bytes;
  bool is_in = false;
  for (std::string line; std::getline(in, line);) {
    if (is_in && line.starts_with("```")) break;
    if (is_in) bytes += line.substr(0, line.find("  ")) + ' ';
    is_in = is_in || line == "```hex store";
  }
  return nps::test::unhex(bytes);
}

std::optional<nps::Timestamp> time(Reader& in, bool is_known) {
  if (!is_known) return std::nullopt;
  return nps::Timestamp(std::chrono::microseconds(in.i64("a time")));
}

/// One event, as FORMAT.md says; its order goes where the stream has it.
Event read_event(Reader& in, bool& is_greatest) {
  Event event;
  nps::Response& said = event.response;
  said.id = in.text("the response");
  event.version = in.i64("the order");
  event.id = in.text("its id");
  constexpr std::array kTypes{nps::EventType::Answered, nps::EventType::Answered,
                              nps::EventType::Dismissed, nps::EventType::Deleted};
  event.type = kTypes[in.choice("the type", 4)];
  is_greatest = in.flag("whether it is the greatest");
  said.customer = in.text("the customer");
  if (event.type == nps::EventType::Answered) {
    said.rating = nps::Rating::from(static_cast<int>(in.choice("the rating", 11)));
  }
  const unsigned times = in.choice("the times", 8);
  said.answered_at = time(in, (times & 1U) != 0);
  said.touchpoint_at = time(in, (times & 2U) != 0);
  event.received_at = time(in, (times & 4U) != 0);
  said.account = in.text("the account");
  said.channel = in.text("the channel");
  said.journey_stage = in.text("the stage");
  for (std::size_t n = in.count("the labels", 2); n > 0; --n) {
    std::string name(in.text("a name"));
    said.dimensions.emplace_back(std::move(name), std::string(in.text("a label")));
  }
  said.weight = in.f64("the weight");
  said.comment = in.text("the comment");
  return event;
}

}  // namespace

TEST_CASE("store dump: the one in FORMAT.md is what is written", "[sqlite][store][golden]") {
  const Folder folder;
  auto store = SqliteStore::create((folder.path() / "store.db").string(), {});
  Event event = answered("r1", "ann", 9, 1);
  event.response.answered_at = day(3);
  event.response.channel = "web";
  event.response.journey_stage = "delivery";
  REQUIRE(store->apply(std::vector{event}));
  CHECK(hex(*store->dump()) == hex(documented()));
}

TEST_CASE("store dump: all that is held is in it, field by field", "[sqlite][store]") {
  const Folder folder;
  const std::array<std::byte, 16> key{std::byte{3}};
  auto store = SqliteStore::create((folder.path() / "store.db").string(),
                                   {.dimensions = {"plan"}, .erasure_key = key});
  Event full = answered("r2", "bob", 3, 5, "e1");
  full.received_at = day(9);
  full.response.answered_at = day(8);
  full.response.touchpoint_at = day(7);
  full.response.account = "acme";
  full.response.channel = "app";
  full.response.journey_stage = "support";
  full.response.dimensions = {{"plan", "pro"}, {"region", "em\"ea\n"}};
  full.response.weight = 2.5;
  full.response.comment = "slow";
  Event old = answered("r0", "cyd", 10, 1);
  old.response.answered_at = day(2);
  const Event deleted = nps::test::of_type(nps::EventType::Deleted, "r2", "bob", 6);
  REQUIRE(store->apply(std::vector{deleted, full, old, answered("r1", "ann", 0, 1)}));
  REQUIRE(store->erase("ann"));
  REQUIRE(store->retain_since(day(5), {.keep = std::vector<nps::Dimension>{}}));

  const auto dump = store->dump();
  REQUIRE(dump);
  const auto opened = nps::wire::open(*dump, nps::wire::Kind::Store, 1);
  if (!opened) FAIL(opened.error().message);
  Reader in = opened->payload;
  CHECK(nps::wire::read_counting_policy(in, 2) == nps::CountingPolicy{});
  CHECK(in.choice("the order", 3) == 1);
  REQUIRE(in.count("the dimensions", 1) == 1);
  CHECK(in.text("a dimension") == "plan");
  REQUIRE(in.flag("whether there is a key"));
  static_cast<void>(in.raw("the key", 16));
  REQUIRE(in.flag("whether there is a horizon"));
  CHECK(in.i64("the horizon") == day(5).time_since_epoch().count());
  REQUIRE(in.flag("whether tallies were kept"));
  in.section("the cube", [](Reader& cube) {
    const auto kept = nps::Cube::decode(cube.raw("the cube", cube.remaining()));
    REQUIRE(kept);
    CHECK(kept->total().responses() == 1);
  });
  CHECK(in.count("the erased", 16) == 1);
  static_cast<void>(in.raw("a hash", 16));
  REQUIRE(in.count("the erased responses", 41) == 1);
  static_cast<void>(in.raw("a hash", 16));
  CHECK(in.i64("the order") == 1);
  CHECK(in.text("the event") == "");
  static_cast<void>(in.raw("the digest", 16));
  REQUIRE(in.count("the events", 30) == 2);
  bool first = true;
  bool second = false;
  CHECK(read_event(in, first) == full);
  CHECK(read_event(in, second) == deleted);
  CHECK_FALSE(first);
  CHECK(second);
  CHECK(in.finish());
}

TEST_CASE("store dump: cut short or changed it is refused", "[sqlite][store]") {
  const Bytes whole = documented();
  REQUIRE(nps::wire::open(whole, nps::wire::Kind::Store, 1));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK_FALSE(nps::wire::open(std::span(whole).first(size), nps::wire::Kind::Store, 1));
    Bytes changed = whole;
    changed[size] ^= std::byte{4};
    CHECK_FALSE(nps::wire::open(changed, nps::wire::Kind::Store, 1));
  }
}
