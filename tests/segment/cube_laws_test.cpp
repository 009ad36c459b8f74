// The algebra of cubes: merge, subtract, and what will not merge.
#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "nps/segment/cube.h"
#include "support/answers.h"
#include "support/catch.h"
#include "support/laws.h"

using nps::Cube;
using nps::CubeOptions;
using nps::Dimension;
using nps::ErrorCode;
using nps::Rating;
using nps::test::Answer;
using nps::test::Columns;

namespace {

Cube cube_of(std::vector<Dimension> dimensions, CubeOptions options = {}) {
  auto cube = Cube::create(std::move(dimensions), std::move(options));
  REQUIRE(cube);
  return *std::move(cube);
}

std::vector<Dimension> by() { return {Dimension::label("channel"), Dimension::label("stage")}; }

// A cube of one kind as a Mergeable: between alike cubes merging cannot fail.
class AlikeCube {
 public:
  AlikeCube() : cube_(cube_of(by())) {}
  AlikeCube(std::initializer_list<std::pair<std::string_view, int>> answers) : AlikeCube() {
    for (const auto& [channel, rating] : answers) add(channel, rating);
  }
  void add(std::string_view channel, int rating) {
    REQUIRE(cube_.add({channel, "stage"}, *Rating::from(rating)));
  }
  AlikeCube& operator+=(const AlikeCube& other) {
    REQUIRE(cube_.merge(other.cube_));
    return *this;
  }
  AlikeCube& operator-=(const AlikeCube& other) {
    REQUIRE(cube_.subtract(other.cube_));
    return *this;
  }
  friend bool operator==(const AlikeCube&, const AlikeCube&) = default;

 private:
  Cube cube_;
};
static_assert(nps::Subtractable<AlikeCube>);

void check_refuses(const Cube& one, const Cube& other, std::string_view words) {
  Cube target = one;
  for (const auto& refused : {target.merge(other), target.subtract(other)}) {
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::Mismatch);
    INFO(refused.error().message);
    CHECK(refused.error().message.find(words) != std::string::npos);
  }
  CHECK(target == one);
}

}  // namespace

TEST_CASE("cube: merging obeys the group laws", "[cube][laws]") {
  const std::vector<AlikeCube> seen{{},
                                    {{"web", 10}},
                                    {{"store", 3}, {"web", 10}},
                                    {{"web", 0}, {"", 9}, {"app", 9}, {"web", 0}},
                                    {{"store", 3}}};
  nps::test::check_merge_laws<AlikeCube>(seen);
}

TEST_CASE("cube: feeding a then b equals merging what was fed apart", "[cube][laws]") {
  const std::vector<std::pair<std::string, int>> answers{
      {"web", 10}, {"store", 0}, {"web", 10}, {"", 7}, {"app", 8}, {"store", 9}, {"", 7}};
  nps::test::check_splits<AlikeCube>(
      answers, [](AlikeCube& cube, const auto& answer) { cube.add(answer.first, answer.second); });
}

TEST_CASE("cube: order of answers, of batches and of interning leaves no trace", "[cube][laws]") {
  std::mt19937 random(7);
  std::vector<std::string> labels{"", "a", "b", "c", "d", "e"};
  std::vector<Answer> answers;
  for (int i = 0; i < 200; ++i) {
    answers.push_back({.labels = {labels[random() % 6], labels[random() % 6]},
                       .rating = static_cast<int>(random() % 11)});
  }
  const auto fed = [&](std::size_t parts) {
    Cube cube = cube_of(by());
    for (const auto& label : labels) cube.labels(0).intern(label);
    for (std::size_t part = 0; part < parts; ++part) {
      const std::size_t from = answers.size() * part / parts;
      const std::size_t to = answers.size() * (part + 1) / parts;
      const Columns columns(std::span<const Answer>(answers).subspan(from, to - from),
                            cube.dimensions(),
                            [&](std::size_t d) -> nps::Labels& { return cube.labels(d); });
      REQUIRE(cube.add(columns.view()));
    }
    return cube;
  };
  const Cube whole = fed(1);
  for (int round = 0; round < 10; ++round) {
    std::ranges::shuffle(answers, random);
    std::ranges::shuffle(labels, random);
    const Cube other = fed(1 + static_cast<std::size_t>(round));
    REQUIRE(other == whole);
    const auto a = other.cells();
    const auto b = whole.cells();
    REQUIRE(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
      REQUIRE(a[i].labels == b[i].labels);
      REQUIRE(a[i].tally == b[i].tally);
    }
  }
}

TEST_CASE("cube: a cube merges with and is taken away from itself", "[cube][laws]") {
  Cube cube = cube_of(by());
  REQUIRE(cube.add({"web", "x"}, Rating::of<9>()));
  REQUIRE(cube.add({"app", "x"}, Rating::of<1>()));
  REQUIRE(cube.merge(cube));
  CHECK(cube.total().responses() == 4);
  CHECK(cube.cell_count() == 2);
  REQUIRE(cube.subtract(cube));
  CHECK(cube.total().empty());
  CHECK(cube == cube_of(by()));
  CHECK(cube.cell_count() == 0);
  REQUIRE(cube.subtract(cube));
  REQUIRE(cube.merge(cube));
}

TEST_CASE("cube: taking away what is not there is refused and changes nothing", "[cube][laws]") {
  Cube cube = cube_of(by());
  REQUIRE(cube.add({"web", "x"}, Rating::of<9>()));
  REQUIRE(cube.add({"app", "x"}, Rating::of<1>()));
  const Cube before = cube;
  std::vector<Cube> absent(4, cube_of(by()));
  REQUIRE(absent[0].add({"web", "x"}, Rating::of<8>()));  // a rating that was not given
  REQUIRE(absent[1].add({"web", "y"}, Rating::of<9>()));  // a cell that is not there
  REQUIRE(absent[2].add({"fax", "x"}, Rating::of<9>()));  // a label that never was
  REQUIRE(absent[3].add({"app", "x"}, Rating::of<1>()));  // enough here,
  REQUIRE(absent[3].add({"web", "x"}, Rating::of<9>()));
  REQUIRE(absent[3].add({"web", "x"}, Rating::of<9>()));  // too much there
  for (const Cube& other : absent) {
    const auto refused = cube.subtract(other);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::InvalidArgument);
    CHECK(refused.error().message.find("nothing was changed") != std::string::npos);
    CHECK(cube == before);
    CHECK(cube.cell_count() == 2);
  }
}

TEST_CASE("cube: unlike cubes do not merge, and say why", "[cube]") {
  const Cube plain = cube_of(by());
  check_refuses(plain, cube_of({Dimension::label("channel")}), "different dimensions");
  check_refuses(plain, cube_of({Dimension::label("stage"), Dimension::label("channel")}),
                "different dimensions");
  const auto month = [](std::string_view zone) {
    return cube_of({Dimension::calendar(
        "@month", nps::Calendar(nps::CalendarUnit::Month, *nps::Zone::load(zone)))});
  };
  check_refuses(month("Europe/Berlin"), month("Europe/Paris"), "different dimensions");
  check_refuses(cube_of({Dimension::delay("@delay", *nps::Delays::parse("1h"))}),
                cube_of({Dimension::delay("@delay", *nps::Delays::parse("1d"))}),
                "different dimensions");
  check_refuses(plain, cube_of(by(), {.policy = {.scale = nps::kOneToTen}}), "policies");
  check_refuses(plain, cube_of(by(), {.policy = {.zone = "Asia/Tokyo"}}), "policies");
  check_refuses(plain, cube_of(by(), {.policy = {.which = nps::Which::Latest}}), "policies");
  check_refuses(plain, cube_of(by(), {.weighted = true}), "weights");
  const Cube latest = cube_of(by(), {.policy = {.which = nps::Which::Latest}});
  check_refuses(latest, latest, "a customer may be in both");
  const Cube first = cube_of(by(), {.policy = {.which = nps::Which::First}});
  check_refuses(first, first, "a customer may be in both");
}

TEST_CASE("cube: other limits do not keep cubes apart", "[cube]") {
  Cube small = cube_of(by(), {.cell_limit = 1});
  Cube large = cube_of(by());
  REQUIRE(large.add({"web", "x"}, Rating::of<9>()));
  REQUIRE(small.merge(large));
  CHECK(small == large);
  CHECK(small.options().cell_limit == 1);
}
