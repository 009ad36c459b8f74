// Whole columns into a cube against a std::map: tables and hashes of slots, times of every kind,
// every kernel, several threads.
#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "nps/batch.h"
#include "nps/segment/cube.h"
#include "segment/grouping_model.h"
#include "support/answers.h"
#include "support/catch.h"
#include "support/long_column.h"

using nps::Code;
using nps::CodeColumn;
using nps::Cube;
using nps::Dimension;
using nps::ResponseColumns;
using nps::test::GroupingCase;

namespace {

// Bytes of a case: what is chosen about it, and random rows.
std::vector<std::uint8_t> bytes_of(std::vector<std::uint8_t> chosen, std::size_t size,
                                   unsigned seed) {
  std::mt19937 random(seed);
  while (chosen.size() < size) chosen.push_back(static_cast<std::uint8_t>(random()));
  return chosen;
}

void check_case(const GroupingCase& batch, const GroupingCase::Expected& expected,
                std::size_t threads = 1) {
  const auto all = batch.cut(0, batch.rows());
  ResponseColumns columns = all.columns;
  columns.codes = all.codes;
  Cube cube = batch.empty_cube();
  const auto added = cube.add(columns, threads);
  REQUIRE(added.has_value() != expected.unknown_code);
  if (added) {
    CHECK(nps::test::differs(cube, *added, expected) == "");
  } else {
    CHECK(cube.cell_count() == 0);
    CHECK(cube.total().empty());
  }
}

void check_case(const GroupingCase& batch) { check_case(batch, batch.expected()); }

// Dimensions as GroupingCase reads them.
constexpr std::uint8_t kMonth = 0;
constexpr std::uint8_t kHour = 1;
constexpr std::uint8_t kLordHoweHour = 1 + 128 + 16;  // 144 / 8 is 18, the first of six units
constexpr std::uint8_t kWeekday = 2 + 128;
constexpr std::uint8_t kDelay = 3;
constexpr std::uint8_t label(std::uint8_t which) {
  return static_cast<std::uint8_t>(4 + 8 * which);
}

}  // namespace

TEST_CASE("grouping: any columns make the cube that a map makes", "[cube]") {
  for (unsigned seed = 0; seed < 300; ++seed) {
    INFO("seed " << seed);
    check_case(GroupingCase(bytes_of({}, 20 + seed * 30, seed)));
  }
}

TEST_CASE("grouping: each kernel makes the same cube", "[cube][kernels]") {
  const auto kernels = nps::kernels();
  for (const auto kernel : kernels) {
    INFO("kernel " << std::string(kernel));
    REQUIRE(nps::use_kernel(kernel));
    for (unsigned seed = 0; seed < 60; ++seed) {
      INFO("seed " << seed);
      check_case(GroupingCase(bytes_of({}, 20 + seed * 300, seed)));
    }
  }
  REQUIRE(nps::use_kernel(kernels.front()));
}

TEST_CASE("grouping: times of every kind fall under the label of each of them", "[cube][timing]") {
  for (const std::uint8_t kind : {kMonth, kHour, kLordHoweHour, kWeekday, kDelay}) {
    for (std::uint8_t flags = 0; flags < 32; ++flags) {
      if ((flags & 4U) != 0) continue;  // unknown codes
      INFO("kind " << int{kind} << ", flags " << int{flags});
      check_case(GroupingCase(bytes_of({1, kind, flags}, 60'000, flags)));
      check_case(GroupingCase(bytes_of({2, label(1), kind, flags}, 20'000, flags)));
    }
  }
}

TEST_CASE("grouping: many threads make the same cube as one", "[cube][threads]") {
  for (const std::uint8_t kind : {label(4), kMonth, kHour}) {
    for (const std::uint8_t flags : {std::uint8_t{8 + 3}, std::uint8_t{8 + 4}}) {
      const GroupingCase batch(bytes_of({2, label(1), kind, flags}, 3'000'000, kind));
      REQUIRE(batch.rows() > 3 * 65'536);
      const auto expected = batch.expected();
      for (const std::size_t threads : {1U, 2U, 3U, 8U}) {
        INFO("kind " << int{kind} << ", flags " << int{flags} << ", threads " << threads);
        check_case(batch, expected, threads);
      }
    }
  }
}

TEST_CASE("grouping: a table and a hash make the same cube, on both sides of where one ends",
          "[cube]") {
  constexpr std::size_t kMost = std::size_t{1} << 15U;  // combinations that have a table
  for (const std::size_t labels : {kMost - 1, kMost, kMost + 1}) {
    INFO(labels << " labels");
    std::vector<std::uint32_t> codes;
    std::vector<std::uint8_t> ratings;
    // As many rows as a table of so many combinations wants, and fewer.
    for (const std::size_t rows : {kMost / 2, 3 * kMost}) {
      Cube cube = *Cube::create({Dimension::label("store")});
      for (std::size_t i = 0; i < labels; ++i) cube.labels(0).intern(std::to_string(i));
      codes.resize(rows);
      ratings.resize(rows);
      for (std::size_t row = 0; row < rows; ++row) {
        codes[row] = static_cast<std::uint32_t>((row * 7919) % labels);
        ratings[row] = static_cast<std::uint8_t>(row % 12);
      }
      const std::array<CodeColumn, 1> columns{CodeColumn(std::span<const std::uint32_t>(codes))};
      REQUIRE(cube.add(ResponseColumns{.ratings = ratings, .codes = columns}));
      Cube one_by_one = *Cube::create({Dimension::label("store")});
      for (std::size_t row = 0; row < rows; ++row) {
        const auto rating = nps::Rating::from(ratings[row]);
        if (rating) REQUIRE(one_by_one.add({std::to_string(codes[row])}, *rating));
      }
      CHECK(cube == one_by_one);
    }
  }
}

TEST_CASE("grouping: combinations too many for 64 bits are still told apart", "[cube]") {
  std::vector<Dimension> dimensions;
  for (int d = 0; d < 9; ++d) dimensions.push_back(Dimension::label("d" + std::to_string(d)));
  dimensions.push_back(
      Dimension::calendar("@year", nps::Calendar(nps::CalendarUnit::Year, nps::Zone::utc())));
  Cube cube = *Cube::create(dimensions);
  Cube one_by_one = *Cube::create(dimensions);
  for (std::size_t d = 0; d < 9; ++d) {
    for (int i = 0; i < 300; ++i) cube.labels(d).intern(std::to_string(i));
  }
  std::mt19937 random(9);
  std::vector<std::vector<std::uint16_t>> codes(9);
  std::vector<std::uint8_t> ratings;
  std::vector<nps::Timestamp> times;
  for (int row = 0; row < 5000; ++row) {
    // Few different ones, so that cells are hit again, in the first and the last digit above all.
    for (std::size_t d = 0; d < 9; ++d) {
      codes[d].push_back(static_cast<std::uint16_t>(d % 8 == 0 ? random() % 2 * 299 : 150));
    }
    ratings.push_back(static_cast<std::uint8_t>(random() % 11));
    times.push_back(nps::test::at(2019 + static_cast<int>(random() % 3), 1, 1));
    nps::Response response{.rating = nps::Rating::from(ratings.back()),
                           .answered_at = times.back()};
    for (std::size_t d = 0; d < 9; ++d) {
      response.dimensions.emplace_back("d" + std::to_string(d), std::to_string(codes[d].back()));
    }
    REQUIRE(one_by_one.add(response));
  }
  std::vector<CodeColumn> columns;
  for (const auto& column : codes) columns.emplace_back(std::span<const std::uint16_t>(column));
  REQUIRE(cube.add(
      ResponseColumns{.ratings = ratings, .codes = columns, .answered_at = {.values = times}}));
  CHECK(cube.cells().size() == 12);
  CHECK(cube == one_by_one);

  codes[4][4999] = 300;
  const Cube before = cube;
  REQUIRE_FALSE(cube.add(
      ResponseColumns{.ratings = ratings, .codes = columns, .answered_at = {.values = times}}));
  CHECK(cube == before);
}

TEST_CASE("grouping: what is refused late is taken away again", "[cube]") {
  // Enough months, a few at a time, for the table to be emptied into the cube more than once.
  Cube cube = *Cube::create(
      {Dimension::label("channel"),
       Dimension::calendar("@month", nps::Calendar(nps::CalendarUnit::Month, nps::Zone::utc()))},
      {.cell_limit = 150});
  cube.labels(0).intern("web");
  std::vector<std::uint8_t> codes(60'000, 0);
  std::vector<std::uint8_t> ratings(codes.size(), 9);
  std::vector<nps::Timestamp> times;
  for (std::size_t row = 0; row < codes.size(); ++row) {
    const auto month = static_cast<unsigned>(row / 400);
    times.push_back(nps::test::at(2000 + static_cast<int>(month / 12), 1 + month % 12, 2));
  }
  const std::array<CodeColumn, 1> columns{CodeColumn(std::span<const std::uint8_t>(codes))};
  const ResponseColumns batch{
      .ratings = ratings, .codes = columns, .answered_at = {.values = times}};
  SECTION("as many cells as are allowed") {
    REQUIRE(cube.add(batch));
    CHECK(cube.cells().size() == 150);
  }
  SECTION("a code without a label in the last row") {
    codes.back() = 1;
    const auto refused = cube.add(batch);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == nps::ErrorCode::Mismatch);
    CHECK(refused.error().message.find("row 59999") != std::string::npos);
    CHECK(cube.cell_count() == 0);
    codes.back() = 0;
    REQUIRE(cube.add(batch));
    CHECK(cube.total().responses() == 60'000);
  }
  SECTION("one cell too many, in the last row") {
    times.back() = nps::test::at(2030, 1, 1);
    for (const std::size_t threads : {1U, 4U}) {
      const auto refused = cube.add(batch, threads);
      REQUIRE_FALSE(refused);
      CHECK(refused.error().code == nps::ErrorCode::LimitReached);
      CHECK(cube.cell_count() == 0);
    }
  }
}

TEST_CASE("grouping: labels that come between batches find their cells", "[cube]") {
  Cube cube = *Cube::create({Dimension::label("store"), Dimension::label("channel")});
  nps::Tally::Counts expected{};
  cube.labels(1).intern("web");
  std::mt19937 random(3);
  for (int batch = 0; batch < 200; ++batch) {
    cube.labels(0).intern(std::to_string(batch * batch));
    if (batch % 50 == 0) cube.labels(1).intern("channel " + std::to_string(batch));
    std::vector<std::uint16_t> stores(batch % 7 == 0 ? 5000 : 50);
    std::vector<std::uint8_t> ratings(stores.size());
    for (std::size_t row = 0; row < stores.size(); ++row) {
      stores[row] = static_cast<std::uint16_t>(random() % cube.labels(0).size());
      ratings[row] = static_cast<std::uint8_t>(random() % 11);
      ++expected[ratings[row]];
    }
    const std::array<CodeColumn, 2> codes{CodeColumn(std::span<const std::uint16_t>(stores)),
                                          CodeColumn(Code(cube.labels(1).size() - 1))};
    REQUIRE(cube.add(ResponseColumns{.ratings = ratings, .codes = codes}));
    // An emptied cell moves others: what is remembered of them must not outlive that.
    if (batch % 20 == 19) {
      REQUIRE(cube.subtract(cube));
      REQUIRE(cube.cell_count() == 0);
      expected = {};
    }
    REQUIRE(cube.total() == nps::Tally::of(expected));
  }
}

#if defined(__linux__)
TEST_CASE("grouping: counts past 2^32 are right", "[cube][slow]") {
  const nps::test::LongColumn column;
  if (column.ratings().empty()) {
    WARN("no address space for it here");
    SUCCEED();
    return;
  }
  const std::array<CodeColumn, 1> one{CodeColumn(Code{0})};
  for (const std::size_t threads : {1U, 2U}) {
    Cube cube = *Cube::create({Dimension::label("channel")});
    cube.labels(0).intern("web");
    const auto added =
        cube.add(ResponseColumns{.ratings = column.ratings(), .codes = one}, threads);
    REQUIRE(added);
    CHECK(added->rejected == column.kTimes);
    CHECK(cube.total().count(nps::Rating::of<10>()) == column.kTens);
  }
}
#endif
