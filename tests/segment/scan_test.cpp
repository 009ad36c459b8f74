#include "nps/segment/scan.h"

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/catch.h"

namespace {

using nps::BandCounts;
using nps::Cube;
using nps::Dimension;
using nps::Rating;
using nps::ScannedSegment;
using nps::ScanOptions;

Cube survey() {
  auto cube = Cube::create({Dimension::label("channel"), Dimension::label("stage")});
  REQUIRE(cube);
  const auto add = [&](std::string_view channel, std::string_view stage, const BandCounts& bands) {
    for (std::uint64_t i = 0; i < bands.detractors; ++i) {
      REQUIRE(cube->add({channel, stage}, Rating::of<2>()));
    }
    for (std::uint64_t i = 0; i < bands.passives; ++i) {
      REQUIRE(cube->add({channel, stage}, Rating::of<8>()));
    }
    for (std::uint64_t i = 0; i < bands.promoters; ++i) {
      REQUIRE(cube->add({channel, stage}, Rating::of<9>()));
    }
  };
  add("web", "checkout", {60, 20, 20});
  add("web", "support", {10, 20, 40});
  add("store", "checkout", {10, 30, 60});
  add("store", "support", {2, 3, 5});
  return *std::move(cube);
}

nps::Scan scanned(const Cube& cube, const ScanOptions& options = {}) {
  auto scan = nps::scan_segments(cube, options);
  REQUIRE(scan);
  return *std::move(scan);
}

using Key = std::vector<std::pair<std::string, std::string>>;

}  // namespace

TEST_CASE("scan: every cell stands against the rest, the greatest gain first", "[scan]") {
  const nps::Scan scan = scanned(survey());
  REQUIRE(scan.segments.size() == 4);
  const ScannedSegment& worst = scan.segments.front();
  CHECK(worst.key == Key{{"channel", "web"}, {"stage", "checkout"}});
  CHECK(worst.bands == BandCounts{60, 20, 20});
  CHECK(worst.rest == BandCounts{22, 53, 105});
  CHECK(worst.difference == *nps::compare_independent(worst.rest, worst.bands));
  const double rest = 100.0 * (105 - 22) / 180;
  CHECK(worst.difference.nps == Approx(-40 - rest));
  CHECK(worst.gain == Approx(100.0 / 280 * (rest + 40)));
  // At the level of the rest, the total would be the rest's score.
  const double total = 100.0 * (125 - 82) / 280;
  CHECK(total + worst.gain == Approx(rest));
  for (std::size_t i = 1; i < 4; ++i) CHECK(scan.segments[i - 1].gain >= scan.segments[i].gain);
  CHECK(scan.segments.back().gain < 0);
}

TEST_CASE("scan: p-values are adjusted over cells and roll-ups together", "[scan]") {
  ScanOptions options;
  options.roll_ups = {{"channel"}, {"stage"}};
  const nps::Scan scan = scanned(survey(), options);
  CHECK(scan.segments.size() == 8);
  std::vector<std::optional<double>> p;
  for (const ScannedSegment& segment : scan.segments) p.emplace_back(segment.difference.p);
  const auto adjusted = *nps::adjust_p(p);
  for (std::size_t i = 0; i < p.size(); ++i) {
    CHECK(scan.segments[i].adjusted_p == *adjusted[i]);
    CHECK(scan.segments[i].adjusted_p >= scan.segments[i].difference.p);
  }
  options.cells = false;
  CHECK(scanned(survey(), options).segments.size() == 4);
  options.adjustment = nps::PAdjustment::BenjaminiYekutieli;
  const nps::Scan careful = scanned(survey(), options);
  CHECK(careful.segments.front().key == Key{{"channel", "web"}});
  CHECK(careful.segments.front().adjusted_p > careful.segments.front().difference.p);
}

TEST_CASE("scan: a segment that is everybody has no rest and is left out", "[scan]") {
  auto cube = Cube::create({Dimension::label("channel")});
  REQUIRE(cube);
  CHECK(scanned(*cube).segments.empty());
  REQUIRE(cube->add({"web"}, Rating::of<10>()));
  CHECK(scanned(*cube).segments.empty());
  REQUIRE(cube->add({"store"}, Rating::of<10>()));
  const nps::Scan alike = scanned(*cube);
  REQUIRE(alike.segments.size() == 2);
  CHECK(alike.segments[0].difference.p == 1);
  CHECK(alike.segments[0].gain == 0);
  CHECK(alike.segments[0].key < alike.segments[1].key);
}

TEST_CASE("scan: ratings outside the scale are in no segment", "[scan]") {
  auto cube = Cube::create({Dimension::label("channel")});
  REQUIRE(cube);
  REQUIRE(cube->add({"web"}, Rating::of<5>()));
  REQUIRE(cube->add({"store"}, Rating::of<1>()));
  REQUIRE(cube->add({"phone"}, Rating::of<10>()));
  ScanOptions options;
  options.scale = nps::kOneToFive;
  CHECK(scanned(*cube, options).segments.size() == 2);
}

TEST_CASE("scan: an unknown dimension is refused by name", "[scan]") {
  ScanOptions options;
  options.roll_ups = {{"plan"}};
  const auto refused = nps::scan_segments(survey(), options);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == nps::ErrorCode::NotFound);
  CHECK(refused.error().message.find("plan") != std::string::npos);
}

TEST_CASE("scan: it finds one segment among a thousand, and does not find what is not there",
          "[scan][laws]") {
  auto cube = Cube::create({Dimension::label("store")});
  REQUIRE(cube);
  // All stores answer alike, but for one.
  for (int store = 0; store < 1000; ++store) {
    const std::string label = std::to_string(store);
    for (int i = 0; i < 90; ++i) {
      const int rating = store == 613 ? (i % 3 == 0 ? 9 : 2) : (i % 3 == 0 ? 2 : 9);
      REQUIRE(cube->add({label}, *Rating::from(rating)));
    }
  }
  const nps::Scan scan = scanned(*cube);
  CHECK(scan.segments.front().key == Key{{"store", "613"}});
  int found = 0;
  for (const ScannedSegment& segment : scan.segments) found += segment.adjusted_p <= 0.05;
  CHECK(found == 1);
}
