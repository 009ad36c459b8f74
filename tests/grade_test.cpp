#include "nps/grade.h"

#include <cstdint>

#include "support/catch.h"

using nps::Grade;
using nps::Score;

namespace {

static_assert(grade(Score::of_points(-100)) == Grade::NeedsWork);
static_assert(grade(Score::of_points(-1)) == Grade::NeedsWork);
static_assert(grade(Score::of_points(0)) == Grade::Acceptable);
static_assert(grade(Score::of_points(29)) == Grade::Acceptable);
static_assert(grade(Score::of_points(30)) == Grade::Strong);
static_assert(grade(Score::of_points(49)) == Grade::Strong);
static_assert(grade(Score::of_points(50)) == Grade::Excellent);
static_assert(grade(Score::of_points(100)) == Grade::Excellent);

static_assert(name(Grade::NeedsWork) == "needs work");
static_assert(name(Grade::Acceptable) == "acceptable");
static_assert(name(Grade::Strong) == "strong");
static_assert(name(Grade::Excellent) == "excellent");

}  // namespace

TEST_CASE("grade: one response decides at every boundary, however many there are", "[grade]") {
  for (const std::uint64_t n :
       {std::uint64_t{10}, std::uint64_t{1'000'000}, std::uint64_t{1} << 55U,
        std::uint64_t{1} << 62U, std::uint64_t{18'446'744'073'709'551'610U}}) {
    const std::uint64_t tens = n / 10;
    const std::uint64_t whole = tens * 10;
    INFO("of " << whole);
    CHECK(grade(*Score::from(tens, tens, whole)) == Grade::Acceptable);
    CHECK(grade(*Score::from(tens, tens + 1, whole)) == Grade::NeedsWork);
    CHECK(grade(*Score::from(3 * tens, 0, whole)) == Grade::Strong);
    CHECK(grade(*Score::from(3 * tens - 1, 0, whole)) == Grade::Acceptable);
    CHECK(grade(*Score::from(5 * tens, 0, whole)) == Grade::Excellent);
    CHECK(grade(*Score::from(5 * tens - 1, 0, whole)) == Grade::Strong);
    CHECK(grade(*Score::from(5 * tens, 1, whole)) == Grade::Strong);
  }
}
