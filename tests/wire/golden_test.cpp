// What was stored once stays readable: tests/golden/wire has a file of each kind and version, which
// are never written anew. A new version adds files beside the old ones.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "nps/segment/cube.h"
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
using nps::Tally;
using nps::test::Exact;
using nps::test::hex;
using nps::test::Recode;
using nps::wire::Bytes;

namespace {

Tally tally() {
  return Tally::of({1, 0, 127, 128, 300, 65'536, 5, 0x1'0000'0000, 7, 9, ~std::uint64_t{0}});
}

nps::WeightedTally weighted_tally() {
  nps::WeightedTally tally;
  REQUIRE(tally.add(Rating::of<0>(), 0));
  REQUIRE(tally.add(Rating::of<6>(), 0.1));
  REQUIRE(tally.add(Rating::of<6>(), 0.2));
  REQUIRE(tally.add(Rating::of<10>(), 1e100));
  REQUIRE(tally.add(Rating::of<10>(), 1e-100));
  return tally;
}

// Every kind of dimension, answers with and without times.
Cube cube(bool weighted, nps::Which which = nps::Which::All, nps::Per per = nps::Per::Customer) {
  const nps::Zone berlin = *nps::Zone::load("Europe/Berlin");
  Cube cube = *Cube::create(
      {Dimension::label("channel"),
       Dimension::calendar("@hour", nps::Calendar(nps::CalendarUnit::Hour, berlin)),
       Dimension::calendar(
           "@week", nps::Calendar(nps::CalendarUnit::Week, nps::Zone::utc(), std::chrono::Sunday)),
       Dimension::cycle("@weekday", nps::Cycle(nps::CyclicUnit::Weekday, berlin)),
       Dimension::delay("@delay", *nps::Delays::parse("1h,1d,7d"))},
      {.policy = {.which = which, .per = per, .scale = nps::kOneToTen, .zone = "Europe/Berlin"},
       .weighted = weighted});
  nps::Response response{.rating = Rating::of<9>(), .channel = "web", .weight = 1.5};
  REQUIRE(cube.add(response));
  // An hour that the clock in Berlin shows twice.
  response.answered_at = nps::test::at(2020, 10, 25, 0, 30);
  REQUIRE(cube.add(response));
  response.answered_at = nps::test::at(2020, 10, 25, 1, 30);
  response.touchpoint_at = nps::test::at(2020, 10, 24, 20);
  REQUIRE(cube.add(response));
  response.rating = Rating::of<2>();
  response.channel = "\u65e5\u672c";
  response.weight = 0.25;
  REQUIRE(cube.add(response));
  REQUIRE(cube.add(response));
  response.channel = "";
  REQUIRE(cube.add(response));
  return cube;
}

// A policy with a window and an instant.
Cube cube_of_a_month() {
  Cube cube = *Cube::create({Dimension::label("channel")},
                            {.policy = {.which = nps::Which::First,
                                        .per = nps::Per::Account,
                                        .window = nps::WindowLength{nps::BucketUnit::Day, 300},
                                        .as_of = nps::test::at(2026, 11, 24, 10, 30)}});
  REQUIRE(cube.add(nps::Response{.rating = Rating::of<9>(), .channel = "web"}));
  return cube;
}

// Every state, ids of every form, an answer with and without times, one erased customer.
nps::Ledger ledger() {
  using nps::test::answered;
  nps::Ledger ledger = *nps::Ledger::create(nps::test::stored_ledger_options());
  nps::Event full = answered("r1", "0b5ad8f0-1c3e-4b7a-9f00-00deadbeef42", 9, -3, "event-1");
  full.response.answered_at = nps::test::at(2020, 10, 25, 0, 30);
  full.response.touchpoint_at = nps::test::at(2020, 10, 24, 20);
  full.response.channel = "web";
  full.response.dimensions = {{"plan", "\u65e5\u672c"}};
  REQUIRE(ledger.apply(full));
  REQUIRE(ledger.apply(answered("12345678901234567", "", 0, 1)));
  REQUIRE(ledger.apply(nps::test::of_type(nps::EventType::Deleted, "r2", "bob", 2)));
  REQUIRE(ledger.apply(
      nps::test::of_type(nps::EventType::Dismissed, std::string(40, 'x'), "bob", 1, "e")));
  REQUIRE(ledger.apply(answered("r3", "ann", 5, 4, "event-9")));
  REQUIRE(ledger.apply(nps::test::erased("ann")));
  ledger.forget_before(nps::test::at(2019, 1, 1));
  return ledger;
}

nps::Windows windows() {
  nps::Windows windows = *nps::Windows::create(
      nps::Bucketing(nps::BucketUnit::Day, *nps::Zone::load("Europe/Berlin")), {7, 30});
  for (const int day : {1, 1, 25, 31}) {
    const nps::Answer answer{.rating = Rating::of<9>(),
                             .answered_at = nps::test::at(2020, 10, static_cast<unsigned>(day))};
    REQUIRE(windows.apply({.before = {}, .after = answer}));
  }
  REQUIRE(windows.apply({.before = {}, .after = nps::Answer{.rating = Rating::of<2>()}}));
  return windows;
}

// Every kind of watch: alarms, a CUSUM that has learnt, a corrected answer, a cell that nobody knows of
// yet but for one answer without a time.
nps::Watches watches() {
  using nps::test::applied;
  nps::Watches watches = nps::test::watching(nps::test::stored_watches(), {.by = {"channel"}});
  nps::test::Answers answers(3, nps::test::shares(0.2, 0.6));
  for (int hour = 0; hour < 30; ++hour) {
    const nps::Timestamp at = nps::test::at(2020, 10, hour < 24 ? 1 : 2, hour % 24);
    watches.advance(at);
    applied(watches, answers.next("web", at));
    const nps::Change change = answers.next("web", at);
    applied(watches, change);
    if (hour % 10 == 9) {
      nps::Change corrected{.before = change.after, .after = change.after};
      corrected.after->rating = Rating::of<10>();
      applied(watches, corrected);
    }
  }
  applied(watches, answers.next("store", {}));
  CHECK_FALSE(watches.alarms().empty());
  return watches;
}

struct Golden {
  std::string file;
  std::function<Bytes()> encode;
  Recode recode;
};

std::vector<Golden> goldens() {
  using namespace nps::test;
  return {
      {"cube_empty_v1.bin", [] { return Cube::create({})->encode(); }, recode_cube},
      {"cube_v1.bin", [] { return cube(false).encode(); }, recode_cube},
      {"cube_v2.bin",
       [] { return cube(false, nps::Which::Latest, nps::Per::CustomerAndStage).encode(); },
       recode_cube},
      {"cube_v3.bin", [] { return cube_of_a_month().encode(); }, recode_cube},
      {"cube_weighted_v1.bin", [] { return cube(true).encode(); }, recode_cube},
      {"following_v1.bin", [] { return nps::cli::encode_following(ledger(), watches()); },
       recode_following},
      {"ledger_v1.bin", [] { return ledger().encode(); }, recode_ledger},
      {"replay_empty_v1.bin",
       [] {
         return nps::cli::encode_snapshot(kStoredZone, {},
                                          *nps::Ledger::create(stored_ledger_options()));
       },
       recode_replay},
      {"replay_v1.bin",
       [] {
         return nps::cli::encode_snapshot(kStoredZone, nps::test::at(2020, 10, 25, 1, 30),
                                          ledger());
       },
       recode_replay},
      {"tally_v1.bin", [] { return nps::wire::encode(tally()); }, recode_tally},
      {"watches_v1.bin", [] { return watches().encode(); }, recode_watches},
      {"weighted_tally_v1.bin", [] { return nps::wire::encode(weighted_tally()); },
       recode_weighted_tally},
      {"windows_v1.bin", [] { return windows().encode(); }, recode_windows},
  };
}

const std::filesystem::path kFolder = std::filesystem::path(NPS_TEST_GOLDEN_DIR) / "wire";

Bytes stored(const std::string& file) {
  std::ifstream in(kFolder / file, std::ios::binary);
  REQUIRE(in);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto bytes = nps::wire::bytes_of(text);
  return {bytes.begin(), bytes.end()};
}

}  // namespace

TEST_CASE("wire goldens: each is read, and written the same today", "[wire][golden]") {
  for (const Golden& golden : goldens()) {
    INFO(golden.file << " would be " << hex(golden.encode()));
    const Exact bytes(stored(golden.file));
    CHECK(golden.encode() == Bytes((*bytes).begin(), (*bytes).end()));
    CHECK(golden.recode(*bytes) == golden.encode());
  }
}

TEST_CASE("wire goldens: every file of the folder is tested", "[wire][golden]") {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    files.push_back(entry.path().filename().string());
  }
  std::ranges::sort(files);
  std::vector<std::string> tested;
  for (const Golden& golden : goldens()) tested.push_back(golden.file);
  CHECK(files == tested);
}

TEST_CASE("wire goldens: every truncation is refused", "[wire][golden]") {
  for (const Golden& golden : goldens()) {
    const Bytes stored_bytes = stored(golden.file);
    const std::span<const std::byte> whole(stored_bytes);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      INFO(golden.file << " cut after " << size);
      const Exact cut(whole.first(size));
      // As it is, and with length and checksum that fit: then the payload itself is cut short.
      REQUIRE_FALSE(golden.recode(*cut));
      REQUIRE_FALSE(golden.recode(*Exact(nps::test::repaired(*cut))));
    }
  }
}

TEST_CASE("wire goldens: every byte that is changed is noticed", "[wire][golden]") {
  for (const Golden& golden : goldens()) {
    const Bytes whole = stored(golden.file);
    // Of a long file one change in 17, so that it takes no minute.
    const unsigned step = whole.size() > 1024 ? 17 : 1;
    for (std::size_t at = 0; at < whole.size(); ++at) {
      for (unsigned change = 1; change < 256; change += step) {
        Bytes bytes = whole;
        bytes[at] ^= static_cast<std::byte>(change);
        INFO(golden.file << " with byte " << at << " changed by " << change);
        REQUIRE_FALSE(golden.recode(*Exact(bytes)));
        // Where the checksum fits again, it is another value, or none: never one in another form.
        const Exact forged(nps::test::repaired(bytes));
        const auto recoded = golden.recode(*forged);
        if (recoded) REQUIRE(*recoded == Bytes((*forged).begin(), (*forged).end()));
      }
    }
  }
}

TEST_CASE("wire goldens: no decoder takes another kind", "[wire][golden]") {
  for (const Golden& golden : goldens()) {
    const Exact bytes(stored(golden.file));
    for (const Recode recode : nps::test::kRecoders) {
      CHECK(recode(*bytes).has_value() == (recode == golden.recode));
    }
    for (const Recode recode : nps::test::kWatchRecoders) {
      CHECK(recode(*bytes).has_value() == (recode == golden.recode));
    }
  }
}
