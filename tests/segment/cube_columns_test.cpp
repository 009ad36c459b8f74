// Whole columns into a cube: widths of codes, unlike lengths, limits, bitmaps, weights.
#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "nps/segment/cube.h"
#include "support/answers.h"
#include "support/catch.h"

using nps::Code;
using nps::CodeColumn;
using nps::Cube;
using nps::CubeOptions;
using nps::Dimension;
using nps::ErrorCode;
using nps::Rating;
using nps::ResponseColumns;
using nps::Timestamp;
using nps::test::at;

namespace {

Cube channels(CubeOptions options = {}) {
  auto cube = Cube::create({Dimension::label("channel")}, std::move(options));
  REQUIRE(cube);
  return *std::move(cube);
}

const std::array<std::uint8_t, 3> kRatings{9, 0, 8};
const std::array<CodeColumn, 1> kOneCode{Code{0}};

void check_mismatch(const nps::Result<nps::Added>& refused, std::string_view field,
                    std::string_view words) {
  REQUIRE_FALSE(refused);
  INFO(refused.error().message);
  CHECK(refused.error().code == ErrorCode::Mismatch);
  CHECK(refused.error().where.field == field);
  CHECK(refused.error().message.find(words) != std::string::npos);
}

}  // namespace

TEST_CASE("cube columns: no rows are no answers", "[cube]") {
  Cube cube = channels();
  const auto added =
      cube.add(ResponseColumns{.codes = kOneCode});  // no label has code 0, nor has any row
  REQUIRE(added);
  CHECK(added->added == 0);
  CHECK(added->rejected == 0);
  CHECK(cube == channels());
}

TEST_CASE("cube columns: codes of every width count the same", "[cube]") {
  const std::array<std::uint8_t, 3> eight{0, 1, 0};
  const std::array<std::uint16_t, 3> sixteen{0, 1, 0};
  const std::array<std::uint32_t, 3> thirty_two{0, 1, 0};
  Cube expected = channels();
  REQUIRE(expected.add({"web"}, Rating::of<9>()));
  REQUIRE(expected.add({"app"}, Rating::of<0>()));
  REQUIRE(expected.add({"web"}, Rating::of<8>()));
  for (const CodeColumn& codes : {CodeColumn(std::span<const std::uint8_t>(eight)),
                                  CodeColumn(std::span<const std::uint16_t>(sixteen)),
                                  CodeColumn(std::span<const std::uint32_t>(thirty_two))}) {
    Cube cube = channels();
    cube.labels(0).intern("web");
    cube.labels(0).intern("app");
    REQUIRE(cube.add(ResponseColumns{.ratings = kRatings, .codes = {&codes, 1}}));
    CHECK(cube == expected);
  }
}

TEST_CASE("cube columns: 256 and more labels need more than 8 bits", "[cube]") {
  Cube cube = channels();
  std::vector<std::uint16_t> codes;
  for (int i = 0; i < 1000; ++i) {
    codes.push_back(static_cast<std::uint16_t>(cube.labels(0).intern(std::to_string(i))));
  }
  const std::vector<std::uint8_t> ratings(codes.size(), 10);
  const CodeColumn column{std::span<const std::uint16_t>(codes)};
  REQUIRE(cube.add(ResponseColumns{.ratings = ratings, .codes = {&column, 1}}));
  CHECK(cube.cell_count() == 1000);
  CHECK(cube.slice("channel", "999")->total().responses() == 1);
}

TEST_CASE("cube columns: what is no rating is counted as rejected", "[cube]") {
  Cube cube = channels();
  cube.labels(0).intern("web");
  std::vector<std::uint8_t> every;
  for (int value = 0; value < 256; ++value) every.push_back(static_cast<std::uint8_t>(value));
  const auto added = cube.add(ResponseColumns{.ratings = every, .codes = kOneCode});
  REQUIRE(added);
  CHECK(added->added == 11);
  CHECK(added->rejected == 245);
  CHECK(added->untimed == 0);
  CHECK(cube.total() == nps::Tally::of({1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}));
}

TEST_CASE("cube columns: a cell is made by an answer, not by a rejected row", "[cube]") {
  Cube cube = channels({.cell_limit = 1});
  cube.labels(0).intern("web");
  cube.labels(0).intern("app");
  const std::array<std::uint8_t, 2> ratings{10, 11};
  const std::array<std::uint8_t, 2> codes{0, 1};
  const CodeColumn column{std::span<const std::uint8_t>(codes)};
  REQUIRE(cube.add(ResponseColumns{.ratings = ratings, .codes = {&column, 1}}));
  CHECK(cube.cell_count() == 1);
}

TEST_CASE("cube columns: a code without a label refuses the whole batch", "[cube]") {
  Cube cube = channels();
  cube.labels(0).intern("web");
  const std::array<std::uint8_t, 3> codes{0, 0, 1};
  const CodeColumn column{std::span<const std::uint8_t>(codes)};
  check_mismatch(cube.add(ResponseColumns{.ratings = kRatings, .codes = {&column, 1}}), "channel",
                 "row 2 has code 1 for 'channel', whose labels end at 1");
  const CodeColumn constant{std::numeric_limits<Code>::max()};
  check_mismatch(cube.add(ResponseColumns{.ratings = kRatings, .codes = {&constant, 1}}), "channel",
                 "code 4294967295");
  CHECK(cube.cell_count() == 0);
}

TEST_CASE("cube columns: each column must be as long as the ratings", "[cube]") {
  Cube cube = channels();
  cube.labels(0).intern("web");
  const ResponseColumns good{.ratings = kRatings, .codes = kOneCode};
  const std::array<std::uint32_t, 2> two{0, 0};
  const std::array<CodeColumn, 1> short_codes{std::span<const std::uint32_t>(two)};
  const std::array<Timestamp, 4> four_times{};
  const std::array<double, 2> two_weights{1, 1};
  const std::array<std::string_view, 4> four_texts{};

  ResponseColumns bad = good;
  bad.codes = short_codes;
  check_mismatch(cube.add(bad), "code", "2 rows where there are 3 ratings");
  bad = good;
  bad.codes = {};
  check_mismatch(cube.add(bad), "", "0 code columns for 1 label dimensions");
  bad = good;
  bad.answered_at.values = four_times;
  check_mismatch(cube.add(bad), "answered-at", "4 rows");
  bad = good;
  bad.touchpoint_at.values = four_times;
  check_mismatch(cube.add(bad), "touchpoint-at", "4 rows");
  bad = good;
  bad.weights = two_weights;
  check_mismatch(cube.add(bad), "weight", "2 rows");
  bad = good;
  bad.customers = four_texts;
  check_mismatch(cube.add(bad), "customer", "4 rows");
  bad = good;
  bad.response_ids = four_texts;
  check_mismatch(cube.add(bad), "response-id", "4 rows");
  CHECK(cube.cell_count() == 0);
  CHECK(cube.add(good));
}

TEST_CASE("cube columns: a validity bitmap must cover every row", "[cube]") {
  Cube cube = channels();
  cube.labels(0).intern("web");
  const std::vector<std::uint8_t> ratings(9, 10);
  const std::vector<Timestamp> times(9, at(2020, 1, 1));
  const std::array<std::uint8_t, 3> bits{0xff, 0xff, 0xff};
  ResponseColumns columns{.ratings = ratings, .codes = kOneCode};
  for (nps::TimeColumn* column : {&columns.answered_at, &columns.touchpoint_at}) {
    *column = {times, std::span(bits).first(1)};
    const auto refused = cube.add(columns);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::Mismatch);
    *column = {times, std::span(bits).first(2)};
    CHECK(cube.add(columns));
    *column = {times, bits};  // padding, as Arrow has it
    CHECK(cube.add(columns));
    *column = {};
  }
}

TEST_CASE("cube columns: times that the bitmap denies are not read", "[cube]") {
  auto cube = Cube::create(
      {Dimension::calendar("@year", nps::Calendar(nps::CalendarUnit::Year, nps::Zone::utc()))});
  REQUIRE(cube);
  const std::vector<std::uint8_t> ratings(10, 10);
  std::vector<Timestamp> times(10, at(2020, 1, 1));
  times[1] = Timestamp::max();
  times[9] = at(2021, 1, 1);
  const std::array<std::uint8_t, 2> validity{0b11111101, 0b10};
  const auto added =
      cube->add(ResponseColumns{.ratings = ratings, .answered_at = {times, validity}});
  REQUIRE(added);
  CHECK(added->added == 10);
  CHECK(added->untimed == 2);  // rows 1 and 8
  CHECK(cube->total().responses() == 10);
  const auto cells = cube->cells();
  REQUIRE(cells.size() == 2);
  CHECK(cells[0].tally.responses() == 7);
  CHECK(cells[1].labels[0] == "2021");

  // Without the column nobody has a time.
  const auto untimed = cube->add(ResponseColumns{.ratings = kRatings});
  REQUIRE(untimed);
  CHECK(untimed->untimed == 3);
  CHECK(cube->total().responses() == 13);
  CHECK(cube->cells().size() == 2);
}

TEST_CASE("cube columns: a batch that passes the limit adds nothing of itself", "[cube]") {
  for (const std::size_t rows :
       {std::size_t{3}, std::size_t{1024}, std::size_t{1025}, std::size_t{2500}}) {
    Cube cube = channels({.cell_limit = rows});
    for (std::size_t i = 0; i <= rows; ++i) cube.labels(0).intern(std::to_string(i));
    REQUIRE(cube.add({"0"}, Rating::of<5>()));
    std::vector<std::uint32_t> codes;
    for (std::size_t i = 0; i <= rows; ++i) codes.push_back(static_cast<std::uint32_t>(i));
    const std::vector<std::uint8_t> ratings(codes.size(), 10);
    const Cube before = cube;

    const CodeColumn all{std::span<const std::uint32_t>(codes)};
    const auto refused = cube.add(ResponseColumns{.ratings = ratings, .codes = {&all, 1}});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::LimitReached);
    CHECK(cube == before);
    CHECK(cube.cell_count() == 1);
    CHECK(cube.total().responses() == 1);

    const CodeColumn fits{std::span(std::as_const(codes)).first(rows)};
    const auto added =
        cube.add(ResponseColumns{.ratings = std::span(ratings).first(rows), .codes = {&fits, 1}});
    REQUIRE(added);
    CHECK(added->added == rows);
    CHECK(cube.cell_count() == rows);
  }
}

TEST_CASE("cube columns: weights are kept beside the counts", "[cube]") {
  Cube cube = channels({.weighted = true});
  cube.labels(0).intern("web");
  const std::array<double, 3> weights{2, 0, 0.5};
  const auto added =
      cube.add(ResponseColumns{.ratings = kRatings, .codes = kOneCode, .weights = weights});
  REQUIRE(added);
  CHECK(added->added == 3);
  CHECK(cube.total().responses() == 3);
  CHECK(cube.weighted_total().sum_weights() == 2.5);
  CHECK(cube.weighted_total().unweighted() == cube.total());
  const auto cells = cube.cells();
  REQUIRE(cells.size() == 1);
  REQUIRE(cells[0].weighted);
  CHECK(cells[0].weighted->points() == 80.0);
  // Without the column, every weight is one.
  REQUIRE(cube.add(ResponseColumns{.ratings = kRatings, .codes = kOneCode}));
  CHECK(cube.weighted_total().sum_weights() == 5.5);
}

TEST_CASE("cube columns: what is no weight is rejected, or ignored where none are kept", "[cube]") {
  const std::array<std::uint8_t, 7> ratings{1, 2, 3, 4, 5, 6, 11};
  const std::array<double, 7> weights{-1,
                                      std::numeric_limits<double>::quiet_NaN(),
                                      std::numeric_limits<double>::infinity(),
                                      1e-320,
                                      0,
                                      1,
                                      -1};
  const ResponseColumns columns{.ratings = ratings, .codes = kOneCode, .weights = weights};
  Cube weighted = channels({.weighted = true});
  weighted.labels(0).intern("web");
  const auto some = weighted.add(columns);
  REQUIRE(some);
  CHECK(some->added == 2);
  CHECK(some->rejected == 5);
  CHECK(weighted.total().responses() == 2);

  Cube plain = channels();
  plain.labels(0).intern("web");
  const auto most = plain.add(columns);
  REQUIRE(most);
  CHECK(most->added == 6);
  CHECK(plain.weighted_total() == nps::WeightedTally{});
  CHECK_FALSE(plain.cells()[0].weighted);
}

TEST_CASE("cube: a single answer of no true weight is refused", "[cube]") {
  Cube cube = channels({.weighted = true});
  for (const double weight : {-0.5, std::numeric_limits<double>::quiet_NaN(),
                              std::numeric_limits<double>::infinity(), 1e200}) {
    const auto refused = cube.add({"web"}, Rating::of<9>(), weight);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::InvalidArgument);
    CHECK(refused.error().where.field == "weight");
    CHECK_FALSE(cube.add(nps::Response{.rating = Rating::of<9>(), .weight = weight}));
  }
  CHECK(cube.cell_count() == 0);
  REQUIRE(cube.add({"web"}, Rating::of<9>(), 0));
  CHECK(cube.total().responses() == 1);
}

TEST_CASE("cube: weights merge, roll up and are taken away with their answers", "[cube]") {
  auto made =
      Cube::create({Dimension::label("channel"), Dimension::label("stage")}, {.weighted = true});
  REQUIRE(made);
  Cube cube = *std::move(made);
  Cube other = cube;
  REQUIRE(cube.add({"web", "a"}, Rating::of<10>(), 2));
  REQUIRE(cube.add({"web", "b"}, Rating::of<0>(), 1));
  REQUIRE(other.add({"web", "b"}, Rating::of<0>(), 4));
  REQUIRE(other.add({"app", "b"}, Rating::of<8>(), 8));
  const Cube before = cube;
  REQUIRE(cube.merge(other));
  CHECK(cube.weighted_total().sum_weights() == 15);
  const auto rolled = cube.roll_up({"channel"});
  REQUIRE(rolled);
  CHECK(rolled->weighted_total() == cube.weighted_total());
  const auto cells = rolled->cells();
  REQUIRE(cells.size() == 2);
  CHECK(cells[1].weighted->sum_weights() == 7);
  CHECK(cube.slice("stage", "b")->weighted_total().sum_weights() == 13);
  REQUIRE(cube.subtract(other));
  CHECK(cube == before);  // these sums are exact
  CHECK(cube.cell_count() == 2);
  REQUIRE(cube.merge(cube));
  CHECK(cube.weighted_total().sum_weights() == 6);
}

TEST_CASE("cube: cubes of the same answers in other weights are not equal", "[cube]") {
  Cube one = channels({.weighted = true});
  Cube other = one;
  REQUIRE(one.add({"web"}, Rating::of<9>(), 1));
  REQUIRE(other.add({"web"}, Rating::of<9>(), 2));
  CHECK(one.total() == other.total());
  CHECK(one != other);
}
