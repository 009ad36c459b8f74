// A cube that follows changes: what was added can be taken away again, whatever the cube is full of.
#include <array>
#include <cstddef>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nps/segment/cube.h"
#include "stream/events.h"
#include "support/catch.h"

using nps::Answer;
using nps::Change;
using nps::Cube;
using nps::CubeOptions;
using nps::Dimension;
using nps::ErrorCode;
using nps::Rating;
using nps::Response;
using nps::test::day;

namespace {

Cube cube_of(CubeOptions options = {}) {
  return *Cube::create(
      {Dimension::label("channel"), Dimension::label("plan"),
       Dimension::calendar("@day", nps::Calendar(nps::CalendarUnit::Day, nps::Zone::utc())),
       Dimension::delay("@delay", *nps::Delays::parse("1d"))},
      options);
}

Answer web(int rating, int date = 1) {
  return {.rating = *Rating::from(rating), .answered_at = day(date), .channel = "web"};
}

Answer app(int rating) { return {.rating = *Rating::from(rating), .channel = "app"}; }

}  // namespace

TEST_CASE("cube apply: an answer is counted where the same response would be", "[cube][apply]") {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kOthers{
      {{"other", "x"}, {"plan", "gold"}}};
  Answer answer = web(9);
  answer.touchpoint_at = day(1, 3);
  answer.dimensions = kOthers;
  Response response{.rating = Rating::of<9>(),
                    .answered_at = day(1),
                    .touchpoint_at = day(1, 3),
                    .channel = "web",
                    .dimensions = {{"plan", "gold"}}};
  Cube applied = cube_of();
  Cube added = cube_of();
  REQUIRE(applied.apply({.before = {}, .after = answer}));
  REQUIRE(added.add(response));
  CHECK(applied == added);
  answer.answered_at = response.answered_at = std::nullopt;
  REQUIRE(applied.apply({.before = {}, .after = answer}));
  REQUIRE(added.add(response));
  CHECK(applied == added);
}

TEST_CASE("cube apply: a correction moves an answer, and an emptied cell is gone",
          "[cube][apply]") {
  Cube cube = cube_of();
  REQUIRE(cube.apply({.before = {}, .after = web(3)}));
  REQUIRE(cube.apply({.before = web(3), .after = web(4)}));
  CHECK(cube.cell_count() == 1);
  CHECK(cube.total().count(Rating::of<4>()) == 1);
  REQUIRE(cube.apply({.before = web(4), .after = app(4)}));
  CHECK(cube.cell_count() == 1);
  REQUIRE(cube.apply({.before = app(4), .after = {}}));
  CHECK(cube.cell_count() == 0);
  CHECK(cube == cube_of());
}

TEST_CASE("cube apply: a refused change changes nothing", "[cube][apply]") {
  Cube cube = cube_of({.cell_limit = 2});
  REQUIRE(cube.apply({.before = {}, .after = web(3, 1)}));
  REQUIRE(cube.apply({.before = {}, .after = web(3, 1)}));
  REQUIRE(cube.apply({.before = {}, .after = web(3, 2)}));
  const Cube before = cube;
  const auto missing = cube.apply({.before = web(4, 1), .after = web(5, 1)});
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == ErrorCode::InvalidArgument);
  const auto full = cube.apply({.before = {}, .after = app(5)});
  REQUIRE_FALSE(full);
  CHECK(full.error().code == ErrorCode::LimitReached);
  // One of two answers moves out of a cell: a third cell would be needed.
  CHECK_FALSE(cube.apply({.before = web(3, 1), .after = app(5)}));
  CHECK(cube == before);
  CHECK(cube.cell_count() == 2);
  // The only answer of a cell moves: its cell makes room, there and back.
  const Change moves{.before = web(3, 2), .after = app(5)};
  REQUIRE(cube.apply(moves));
  CHECK(cube.cell_count() == 2);
  REQUIRE(cube.apply(moves.inverse()));
  CHECK(cube == before);
}

TEST_CASE("cube apply: a weighted cube cannot follow changes", "[cube][apply]") {
  Cube cube = cube_of({.weighted = true});
  const auto refused = cube.apply({.before = {}, .after = web(3)});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::Mismatch);
}

TEST_CASE("cube apply: changes undone in reverse leave no trace, at any limit",
          "[cube][apply][laws]") {
  for (unsigned seed = 1; seed <= 50; ++seed) {
    INFO("seed " << seed);
    std::mt19937 random(seed);
    Cube cube = cube_of({.cell_limit = 1 + random() % 6});
    std::vector<Answer> answers;
    std::vector<Change> done;
    std::vector<Cube> history;
    for (int step = 0; step < 60; ++step) {
      Change change;
      const std::size_t at = answers.empty() ? 0 : random() % answers.size();
      if (!answers.empty() && random() % 2 == 0) change.before = answers[at];
      if (!change.before || random() % 2 == 0) {
        change.after = web(static_cast<int>(random() % 11), static_cast<int>(1 + random() % 9));
      }
      const Cube before = cube;
      if (!cube.apply(change)) {
        REQUIRE(cube == before);
        continue;
      }
      if (change.before) answers.erase(answers.begin() + static_cast<std::ptrdiff_t>(at));
      if (change.after) answers.push_back(*change.after);
      done.push_back(change);
      history.push_back(before);
    }
    for (; !done.empty(); done.pop_back(), history.pop_back()) {
      REQUIRE(cube.apply(done.back().inverse()));
      REQUIRE(cube == history.back());
    }
  }
}
