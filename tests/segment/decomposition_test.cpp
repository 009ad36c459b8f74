#include "nps/segment/decomposition.h"

#include <cmath>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <utility>

#include "support/catch.h"
#include "support/golden.h"

namespace {

using nps::BandCounts;
using nps::Cube;
using nps::Decomposition;
using nps::Dimension;
using nps::Rating;

Cube by_channel() {
  auto cube = Cube::create({Dimension::label("channel")});
  REQUIRE(cube);
  return *std::move(cube);
}

void add(Cube& cube, const std::string& label, const BandCounts& bands) {
  for (std::uint64_t i = 0; i < bands.detractors; ++i) REQUIRE(cube.add({label}, Rating::of<3>()));
  for (std::uint64_t i = 0; i < bands.passives; ++i) REQUIRE(cube.add({label}, Rating::of<7>()));
  for (std::uint64_t i = 0; i < bands.promoters; ++i) REQUIRE(cube.add({label}, Rating::of<10>()));
}

BandCounts bands_of(const std::string& text) {
  const auto cells = nps::test::split(text, '|');
  REQUIRE(cells.size() == 3);
  return {nps::test::to_count(cells[0]), nps::test::to_count(cells[1]),
          nps::test::to_count(cells[2])};
}

Decomposition decomposed(const Cube& before, const Cube& after) {
  auto result = nps::decompose(before, after);
  REQUIRE(result);
  return *std::move(result);
}

}  // namespace

TEST_CASE("decomposition: equals the golden one, cell by cell", "[decomposition][golden]") {
  std::map<std::string, std::pair<Cube, Cube>> examples;
  const auto rows = nps::test::golden("golden_decomposition.csv");
  for (const auto& row : rows) {
    auto& [before, after] =
        examples.try_emplace(row.text("example"), by_channel(), by_channel()).first->second;
    if (row.text("segment") == "TOTAL") continue;
    add(before, row.text("segment"), bands_of(row.text("before_det_pas_pro")));
    add(after, row.text("segment"), bands_of(row.text("after_det_pas_pro")));
  }
  int cells = 0, totals = 0;
  for (const auto& row : rows) {
    INFO(row.describe());
    const auto& [before, after] = examples.at(row.text("example"));
    const Decomposition ours = decomposed(before, after);
    const double mix = row.number("mix_effect_centred");
    const double rate = row.number("rate_effect");
    if (row.text("segment") == "TOTAL") {
      CHECK(std::fabs(ours.mix / 100 - mix) <= 1e-12);
      CHECK(std::fabs(ours.rate / 100 - rate) <= 1e-12);
      CHECK(std::fabs(ours.nps / 100 - (row.number("r1") - row.number("r0"))) <= 1e-12);
      CHECK(std::fabs(ours.nps - (ours.mix + ours.rate)) <= 1e-10);
      CHECK(ours.simpson == row.text("example").starts_with("simpson"));
      ++totals;
      continue;
    }
    for (const nps::SegmentEffect& segment : ours.segments) {
      if (segment.labels.front() != row.text("segment")) continue;
      CHECK(std::fabs(segment.mix / 100 - mix) <= 1e-12);
      CHECK(std::fabs(segment.rate / 100 - rate) <= 1e-12);
      ++cells;
    }
  }
  CHECK(cells == 8);
  CHECK(totals == 4);
}

TEST_CASE("decomposition: mix and rate add up, and exchange their signs with the periods",
          "[decomposition][laws]") {
  std::mt19937_64 random(9);
  for (int round = 0; round < 60; ++round) {
    Cube before = by_channel();
    Cube after = by_channel();
    add(before, "always", {1, 2, 3});
    add(after, "always", {2, 0, 1});
    for (const char* label : {"a", "b", "c", "d"}) {
      add(before, label, {random() % 5, random() % 5, random() % 5});
      add(after, label, {random() % 5, random() % 5, random() % 5});
    }
    const Decomposition forth = decomposed(before, after);
    const Decomposition back = decomposed(after, before);
    CHECK(std::fabs(forth.mix + forth.rate - forth.nps) <= 1e-10);
    CHECK(forth.nps == -back.nps);
    CHECK(std::fabs(forth.mix + back.mix) <= 1e-10);
    CHECK(std::fabs(forth.rate + back.rate) <= 1e-10);
    CHECK(forth.simpson == back.simpson);
  }
}

TEST_CASE("decomposition: one segment moves by rate alone", "[decomposition]") {
  Cube before = by_channel();
  Cube after = by_channel();
  add(before, "web", {5, 5, 10});
  add(after, "web", {1, 1, 8});
  const Decomposition ours = decomposed(before, after);
  CHECK(ours.mix == 0);
  CHECK(ours.rate == Approx(45));
  CHECK(ours.nps == Approx(45));
  CHECK_FALSE(ours.simpson);
}

TEST_CASE("decomposition: a segment that did not move does not hide a reversal",
          "[decomposition]") {
  Cube before = by_channel();
  Cube after = by_channel();
  add(before, "high", {0, 0, 90});
  add(after, "high", {0, 0, 10});
  add(before, "low", {10, 0, 0});
  add(after, "low", {89, 1, 0});
  CHECK(decomposed(before, after).simpson);
  CHECK(decomposed(after, before).simpson);
}

TEST_CASE("decomposition: cubes that cannot be compared are refused, and say why",
          "[decomposition]") {
  Cube some = by_channel();
  add(some, "web", {1, 1, 1});
  const auto other = Cube::create({Dimension::label("stage")});
  REQUIRE(other);
  const auto unlike = nps::decompose(some, *other);
  REQUIRE_FALSE(unlike);
  CHECK(unlike.error().code == nps::ErrorCode::Mismatch);
  const auto empty_before = nps::decompose(by_channel(), some);
  REQUIRE_FALSE(empty_before);
  CHECK(empty_before.error().code == nps::ErrorCode::InvalidArgument);
  CHECK(empty_before.error().message.find("before") != std::string::npos);
  const auto empty_after = nps::decompose(some, by_channel());
  REQUIRE_FALSE(empty_after);
  CHECK(empty_after.error().message.find("after") != std::string::npos);
}
