// FORMAT.md, the document, against the code: its examples are what is written.
#include <chrono>
#include <cstddef>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nps/segment/cube.h"
#include "nps/stream/ledger.h"
#include "nps/stream/watch.h"
#include "nps/stream/window.h"
#include "nps/wire/tally.h"
#include "stream/events.h"
#include "stream/watched.h"
#include "support/answers.h"
#include "support/catch.h"
#include "wire/bytes.h"
#include "wire/stored.h"

using nps::Cube;
using nps::Dimension;
using nps::Rating;
using nps::test::hex;
using nps::test::unhex;
using nps::wire::Bytes;

namespace {

// The blocks that begin with ```hex NAME, by name. On each line pairs of hex digits, with a space
// between them, and after two spaces or more a remark.
std::map<std::string, Bytes> examples() {
  std::ifstream in(NPS_TEST_GOLDEN_DIR "/../../include/nps/wire/FORMAT.md");
  REQUIRE(in);
  std::map<std::string, Bytes> blocks;
  Bytes* block = nullptr;
  constexpr std::string_view kBegin = "```hex ";
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(kBegin)) {
      block = &blocks[line.substr(kBegin.size())];
    } else if (line.starts_with("```")) {
      block = nullptr;
    } else if (block != nullptr) {
      const Bytes bytes = unhex(std::string_view(line).substr(0, line.find("  ")));
      block->insert(block->end(), bytes.begin(), bytes.end());
    }
  }
  return blocks;
}

Bytes example(const std::string& name) {
  const auto blocks = examples();
  INFO("example " << name);
  REQUIRE(blocks.contains(name));
  return blocks.at(name);
}

}  // namespace

TEST_CASE("wire format: the tally in FORMAT.md is what is written", "[wire][golden]") {
  nps::Tally tally;
  tally.add(Rating::of<0>());
  tally.add(Rating::of<6>(), 2);
  tally.add(Rating::of<8>(), 300);
  tally.add(Rating::of<9>(), 5);
  tally.add(Rating::of<10>(), 7);
  const Bytes documented = example("tally");
  CHECK(hex(documented) == hex(nps::wire::encode(tally)));
  const auto read = nps::wire::decode_tally(documented);
  REQUIRE(read);
  CHECK(*read == tally);
}

TEST_CASE("wire format: the cube in FORMAT.md is what is written", "[wire][golden]") {
  Cube cube = *Cube::create(
      {Dimension::label("channel"),
       Dimension::calendar(
           "@month", nps::Calendar(nps::CalendarUnit::Month, *nps::Zone::load("Europe/Berlin")))});
  nps::Response response{.rating = Rating::of<0>(), .channel = "web"};
  REQUIRE(cube.add(response));
  response.answered_at = nps::test::at(2020, 10, 1);
  for (const int rating : {6, 9, 9}) {
    response.rating = Rating::from(rating);
    REQUIRE(cube.add(response));
  }
  response.channel = "app";
  response.rating = Rating::of<10>();
  for (int i = 0; i < 300; ++i) REQUIRE(cube.add(response));
  const Bytes documented = example("cube");
  CHECK(hex(documented) == hex(cube.encode()));
  const auto read = Cube::decode(documented);
  REQUIRE(read);
  CHECK(*read == cube);
}

TEST_CASE("wire format: the windows in FORMAT.md are what is written", "[wire][golden]") {
  nps::Windows windows =
      *nps::Windows::create(nps::Bucketing(nps::BucketUnit::Day, nps::Zone::utc()), {7, 30});
  const auto add = [&windows](Rating rating, std::optional<nps::Timestamp> at) {
    REQUIRE(
        windows.apply({.before = {}, .after = nps::Answer{.rating = rating, .answered_at = at}}));
  };
  add(Rating::of<3>(), {});
  for (int i = 0; i < 300; ++i) add(Rating::of<9>(), nps::test::at(1970, 1, 1));
  add(Rating::of<0>(), nps::test::at(2020, 10, 25));
  const Bytes documented = example("windows");
  CHECK(hex(documented) == hex(windows.encode()));
  const auto read = nps::Windows::decode(documented, {7, 30});
  REQUIRE(read);
  CHECK(*read == windows);
}

namespace {

nps::LedgerOptions documented_ledger() {
  return {.dimensions = {"channel"}, .order = nps::EventOrder::Version};
}

}  // namespace

TEST_CASE("wire format: the ledger in FORMAT.md is what is written", "[wire][golden]") {
  using nps::test::answered;
  nps::Ledger ledger = *nps::Ledger::create(documented_ledger());
  nps::Event event = answered("r1", "ann", 9, 2, "e7");
  event.response.channel = "web";
  event.response.answered_at = nps::Timestamp(std::chrono::microseconds(1));
  REQUIRE(ledger.apply(event));
  REQUIRE(ledger.apply(nps::test::of_type(nps::EventType::Deleted, "r2", "", 1)));
  REQUIRE(ledger.apply(nps::test::erased("bob")));
  REQUIRE(ledger.apply(answered("r3", "bob", 5, 1)));
  const Bytes documented = example("ledger");
  CHECK(hex(documented) == hex(ledger.encode()));
  const auto read = nps::Ledger::decode(documented, documented_ledger());
  REQUIRE(read);
  CHECK(read->encode() == documented);
}

TEST_CASE("wire format: the snapshot of a replay in FORMAT.md is what is written",
          "[wire][golden]") {
  const nps::LedgerOptions none{.dimensions = {}, .order = nps::EventOrder::UpdatedAt};
  const nps::Timestamp latest(std::chrono::microseconds(-2));
  const Bytes documented = example("replay");
  CHECK(hex(documented) ==
        hex(nps::cli::encode_snapshot("UTC", latest, *nps::Ledger::create(none))));
  const auto read = nps::cli::decode_snapshot(documented, "UTC", none);
  REQUIRE(read);
  CHECK(read->latest == latest);
}

TEST_CASE("wire format: the watches in FORMAT.md are what is written", "[wire][golden]") {
  const std::vector<nps::Watch> declared{
      nps::BelowWatch{.points = 20, .window = {nps::BucketUnit::Day, 7}}};
  const nps::WatchesOptions by_channel{.by = {"channel"}};
  nps::Watches watches = nps::test::watching(declared, by_channel);
  const nps::Timestamp at = nps::test::at(1970, 1, 2);
  watches.advance(at);
  nps::test::applied(
      watches,
      {.before = {},
       .after = nps::Answer{
           .response_id = "r1", .rating = Rating::of<10>(), .answered_at = at, .channel = "web"}});
  const Bytes documented = example("watches");
  CHECK(hex(documented) == hex(watches.encode()));
  const auto read = nps::Watches::decode(documented, declared, by_channel);
  REQUIRE(read);
  CHECK(read->encode() == documented);
}
