// What a cube refuses, and what it promises beside the algebra. The algebra: cube_laws_test.cpp;
// against a model: cube_model_test.cpp; columns: cube_columns_test.cpp.
#include "nps/segment/cube.h"

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/answers.h"
#include "support/catch.h"

using nps::Cube;
using nps::CubeOptions;
using nps::Dimension;
using nps::ErrorCode;
using nps::Rating;
using nps::Response;
using nps::test::at;

namespace {

constexpr Rating kNine = Rating::of<9>();

Cube cube_of(std::vector<Dimension> dimensions, CubeOptions options = {}) {
  auto cube = Cube::create(std::move(dimensions), std::move(options));
  REQUIRE(cube);
  return *std::move(cube);
}

Cube channels(CubeOptions options = {}) {
  return cube_of({Dimension::label("channel")}, std::move(options));
}

Dimension months() {
  return Dimension::calendar("@month", nps::Calendar(nps::CalendarUnit::Month, nps::Zone::utc()));
}

std::vector<Dimension> numbered(std::size_t count) {
  std::vector<Dimension> dimensions;
  for (std::size_t d = 0; d < count; ++d) {
    dimensions.push_back(Dimension::label("d" + std::to_string(d)));
  }
  return dimensions;
}

bool says(const nps::Error& error, std::string_view words) {
  UNSCOPED_INFO(error.message);
  return error.message.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("cube: an empty cube has nothing in it", "[cube]") {
  const Cube cube = channels();
  CHECK(cube.total().empty());
  CHECK(cube.weighted_total() == nps::WeightedTally{});
  CHECK(cube.cells().empty());
  CHECK(cube.cell_count() == 0);
  CHECK(cube.labels(0).size() == 0);
  CHECK(cube.roll_up({})->cells().empty());
  CHECK(cube.slice("channel", "web")->cells().empty());
}

TEST_CASE("cube: dimensions are found by name", "[cube]") {
  const Cube cube = cube_of({Dimension::label("channel"), months()});
  CHECK(cube.find("channel") == 0);
  CHECK(cube.find("@month") == 1);
  CHECK_FALSE(cube.find("Channel"));
  CHECK_FALSE(cube.find(""));
}

TEST_CASE("cube: two dimensions of one name are refused", "[cube]") {
  const auto twice = Cube::create({Dimension::label("a"), months(), Dimension::label("@month")});
  REQUIRE_FALSE(twice);
  CHECK(twice.error().code == ErrorCode::InvalidArgument);
  CHECK(says(twice.error(), "'@month' is named twice"));
  CHECK(twice.error().where.field == "@month");
}

TEST_CASE("cube: 0 dimensions are one cell, 32 are many, 33 are refused", "[cube]") {
  Cube none = cube_of({});
  REQUIRE(none.add(std::initializer_list<std::string_view>{}, kNine));
  REQUIRE(none.add(Response{.rating = kNine}));
  REQUIRE(none.cells().size() == 1);
  CHECK(none.cells()[0].labels.empty());
  CHECK(none.cells()[0].tally.count(kNine) == 2);
  CHECK(none.roll_up({}).has_value());
  CHECK(*none.roll_up({}) == none);
  REQUIRE(none.subtract(none));
  CHECK(none.cell_count() == 0);

  Cube many = cube_of(numbered(32));
  const std::vector<std::string_view> labels(32, "x");
  REQUIRE(many.add(labels, kNine));
  CHECK(many.cells().at(0).labels == labels);

  const auto too_many = Cube::create(numbered(33));
  REQUIRE_FALSE(too_many);
  CHECK(too_many.error().code == ErrorCode::InvalidArgument);
  CHECK(says(too_many.error(), "at most 32 dimensions, not 33"));
}

TEST_CASE("cube: labels must be one for each dimension, and none a time", "[cube]") {
  Cube cube = cube_of(numbered(2));
  for (const auto& labels : {std::vector<std::string_view>{}, std::vector<std::string_view>{"a"},
                             std::vector<std::string_view>{"a", "b", "c"}}) {
    const auto refused = cube.add(labels, kNine);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::Mismatch);
  }
  Cube timed = cube_of({Dimension::label("channel"), months()});
  const auto refused = timed.add({"web", "2020-10"}, kNine);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::Mismatch);
  CHECK(says(refused.error(), "Response where a dimension is a timing"));
  CHECK(timed.cell_count() == 0);
}

TEST_CASE("cube: a response without a rating is no answer", "[cube]") {
  Cube cube = channels();
  const auto refused = cube.add(Response{.id = "r-7", .channel = "web"});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::InvalidArgument);
  CHECK(says(refused.error(), "'r-7'"));
  CHECK(refused.error().where.field == "rating");
  CHECK(cube.cell_count() == 0);
}

TEST_CASE("cube: a response is read field by field, and what it lacks is empty", "[cube]") {
  Cube cube = cube_of(
      {Dimension::label("plan"), Dimension::label("channel"), Dimension::label("journey_stage")});
  REQUIRE(cube.add(Response{
      .rating = kNine, .channel = "web", .dimensions = {{"channel", "not this"}, {"other", "x"}}}));
  const auto cells = cube.cells();
  REQUIRE(cells.size() == 1);
  CHECK(cells[0].labels == std::vector<std::string_view>{"", "web", ""});
}

TEST_CASE("cube: an empty label is a group like any other", "[cube]") {
  Cube cube = channels();
  REQUIRE(cube.add({""}, kNine));
  REQUIRE(cube.add({"(none)"}, Rating::of<0>()));
  const auto cells = cube.cells();
  REQUIRE(cells.size() == 2);
  CHECK(cells[0].labels[0].empty());
  CHECK(cells[0].tally.count(kNine) == 1);
  CHECK(cube.slice("channel", "")->total().count(kNine) == 1);
}

TEST_CASE("cube: labels are bytes and are sorted by them", "[cube]") {
  Cube cube = channels();
  const std::vector<std::string> sorted{"",  std::string(1, '\0'), "A",   "a", "a ",
                                        "b", "\xc3\xa9",           "\xff"};
  for (auto label = sorted.rbegin(); label != sorted.rend(); ++label) {
    REQUIRE(cube.add({*label}, kNine));
  }
  const auto cells = cube.cells();
  REQUIRE(cells.size() == sorted.size());
  for (std::size_t i = 0; i < sorted.size(); ++i) CHECK(cells[i].labels[0] == sorted[i]);
}

TEST_CASE("cube: a response without a time is in the totals and in no group by time", "[cube]") {
  Cube cube = cube_of({Dimension::label("channel"), months(),
                       Dimension::delay("@delay", *nps::Delays::parse("1d"))});
  REQUIRE(cube.add(Response{.rating = kNine, .channel = "web"}));
  REQUIRE(cube.add(Response{.rating = kNine, .touchpoint_at = at(2020, 1, 1), .channel = "web"}));
  REQUIRE(cube.add(Response{.rating = kNine, .answered_at = at(2020, 1, 1), .channel = "web"}));
  REQUIRE(cube.add(Response{.rating = kNine,
                            .answered_at = at(2020, 1, 3),
                            .touchpoint_at = at(2020, 1, 1),
                            .channel = "web"}));
  CHECK(cube.total().responses() == 4);
  REQUIRE(cube.cells().size() == 1);
  CHECK(cube.cells()[0].labels == std::vector<std::string_view>{"web", "2020-01", ">=1d"});
  CHECK(cube.cells()[0].tally.responses() == 1);
  const auto responses_in = [&cube](std::initializer_list<std::string_view> keep) {
    std::uint64_t responses = 0;
    for (const auto& cell : cube.roll_up(keep)->cells()) responses += cell.tally.responses();
    return responses;
  };
  CHECK(responses_in({"channel"}) == 4);
  CHECK(responses_in({"@month"}) == 2);
  CHECK(responses_in({"@delay"}) == 1);
  CHECK(responses_in({"channel", "@month"}) == 2);
  CHECK(responses_in({}) == 4);
  CHECK(cube.slice("channel", "web")->total().responses() == 4);
  CHECK(cube.slice("@month", "2020-01")->total().responses() == 2);
  CHECK(cube.roll_up({"@month"})->total().responses() == 4);
}

TEST_CASE("cube: a roll-up of what is not there says what is", "[cube]") {
  const Cube cube = cube_of({Dimension::label("channel"), months()});
  const auto unknown = cube.roll_up({"channel", "stage"});
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().code == ErrorCode::NotFound);
  CHECK(says(unknown.error(), "'stage'; there is 'channel', '@month'"));
  CHECK(cube.slice("stage", "x").error().code == ErrorCode::NotFound);
  CHECK(says(cube_of({}).roll_up({"x"}).error(), "there is none"));
  CHECK(cube.roll_up({"channel", "channel"}).error().code == ErrorCode::InvalidArgument);
}

TEST_CASE("cube: the limit on cells is met exactly, and refuses without a trace", "[cube]") {
  Cube cube = channels({.cell_limit = 2});
  REQUIRE(cube.add({"a"}, kNine));
  REQUIRE(cube.add({"b"}, kNine));
  const Cube full = cube;
  const auto third = cube.add({"c"}, kNine);
  REQUIRE_FALSE(third);
  CHECK(third.error().code == ErrorCode::LimitReached);
  CHECK(says(third.error(), "more than 2 combinations"));
  CHECK(cube.add(Response{.rating = kNine, .channel = "d"}).error().code ==
        ErrorCode::LimitReached);
  CHECK(cube == full);
  CHECK(cube.cell_count() == 2);
  REQUIRE(cube.add({"a"}, kNine));  // what has a cell is still counted
  CHECK(cube.total().responses() == 3);
  CHECK_FALSE(channels({.cell_limit = 0}).add({"a"}, kNine));
}

TEST_CASE("cube: a merge that passes the limit changes nothing", "[cube]") {
  Cube cube = channels({.cell_limit = 3});
  REQUIRE(cube.add({"a"}, kNine));
  REQUIRE(cube.add({"b"}, kNine));
  Cube two_more = channels();
  REQUIRE(two_more.add({"b"}, kNine));
  REQUIRE(two_more.add({"c"}, kNine));
  REQUIRE(two_more.add({"d"}, kNine));
  const Cube before = cube;
  const auto refused = cube.merge(two_more);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::LimitReached);
  CHECK(cube == before);
  CHECK(cube.cell_count() == 2);
  Cube one_more = channels();
  REQUIRE(one_more.add({"b"}, kNine));
  REQUIRE(one_more.add({"c"}, kNine));
  REQUIRE(cube.merge(one_more));
  CHECK(cube.cell_count() == 3);
}

TEST_CASE("cube: emptied cells make room below the limit", "[cube]") {
  Cube window = channels({.cell_limit = 2});
  for (int day = 0; day < 50; ++day) {
    Cube today = channels();
    REQUIRE(today.add({std::to_string(day)}, kNine));
    REQUIRE(window.merge(today));
    if (day == 0) continue;
    Cube leaving = channels();
    REQUIRE(leaving.add({std::to_string(day - 1)}, kNine));
    REQUIRE(window.subtract(leaving));
    REQUIRE(window.cell_count() == 1);
  }
  REQUIRE(window.cells().size() == 1);
  CHECK(window.cells()[0].labels[0] == "49");
  REQUIRE(window.add({"more"}, kNine));
  CHECK_FALSE(window.add({"too many"}, kNine));
}

TEST_CASE("cube: whole cells are added as their answers would be", "[cube]") {
  using Labels = std::vector<std::optional<std::string_view>>;
  Cube one_by_one = cube_of({Dimension::label("channel"), months()});
  Cube whole = cube_of({Dimension::label("channel"), months()});
  Response response{.id = "r", .rating = kNine, .answered_at = at(2020, 10, 25)};
  response.channel = "web";
  REQUIRE(one_by_one.add(response));
  REQUIRE(one_by_one.add(response));
  response.answered_at = std::nullopt;
  REQUIRE(one_by_one.add(response));
  nps::Tally nines;
  nines.add(kNine);
  REQUIRE(whole.add(Labels{"web", std::nullopt}, nines));
  REQUIRE(whole.add(Labels{"web", "2020-10"}, nines));
  REQUIRE(whole.add(Labels{"web", "2020-10"}, nines));
  CHECK(whole == one_by_one);
  REQUIRE(whole.add(Labels{"app", "2020-10"}, nps::Tally{}));
  CHECK(whole == one_by_one);

  CHECK(whole.add(Labels{"web"}, nines).error().code == ErrorCode::Mismatch);
  CHECK(whole.add(Labels{"web", "October"}, nines).error().code == ErrorCode::InvalidArgument);
  CHECK(whole.add(Labels{std::nullopt, "2020-10"}, nines).error().code ==
        ErrorCode::InvalidArgument);
  Cube small = channels({.cell_limit = 1});
  REQUIRE(small.add(Labels{"web"}, nines));
  CHECK(small.add(Labels{"app"}, nines).error().code == ErrorCode::LimitReached);
  CHECK(small.cell_count() == 1);
  CHECK(channels({.weighted = true}).add(Labels{"web"}, nines).error().code == ErrorCode::Mismatch);
  CHECK(whole == one_by_one);
}

TEST_CASE("cube: copies are independent", "[cube]") {
  Cube cube = cube_of({Dimension::label("channel"), months()});
  const Response response{.rating = kNine, .answered_at = at(2020, 1, 1), .channel = "web"};
  REQUIRE(cube.add(response));
  Cube copy = cube;
  CHECK(copy == cube);
  REQUIRE(copy.add(response));
  REQUIRE(copy.add(Response{.rating = kNine, .answered_at = at(2020, 2, 1), .channel = "app"}));
  CHECK(copy != cube);
  CHECK(cube.total().responses() == 1);
  CHECK(cube.labels(0).size() == 1);
  cube = copy;
  CHECK(cube == copy);
  Cube moved = std::move(copy);
  CHECK(moved == cube);
  cube = std::move(moved);
  REQUIRE(cube.add(response));
  CHECK(cube.total().responses() == 4);
}

TEST_CASE("cube: equality is of dimensions, policy and cells, not of limits or history", "[cube]") {
  Cube one = channels();
  Cube other = channels({.cell_limit = 7});
  CHECK(one == other);
  other.labels(0).intern("never answered");
  REQUIRE(other.add({"b"}, kNine));
  REQUIRE(other.add({"a"}, kNine));
  REQUIRE(one.add({"a"}, kNine));
  CHECK(one != other);
  REQUIRE(one.add({"b"}, kNine));
  CHECK(one == other);
  CHECK(channels() != cube_of({Dimension::label("stage")}));
  CHECK(channels() != channels({.policy = {.scale = nps::kOneToFive}}));
  CHECK(channels() != channels({.policy = {.which = nps::Which::First}}));
  CHECK(channels() != channels({.weighted = true}));
}
