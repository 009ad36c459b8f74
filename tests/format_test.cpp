#include "nps/format.h"

#include <string>

#include "support/catch.h"

using nps::Band;
using nps::Grade;
using nps::Rating;
using nps::Score;
using nps::Tally;

TEST_CASE("format: a rating takes an integer's formats", "[format]") {
  CHECK(fmt::format("{}", Rating::of<0>()) == "0");
  CHECK(fmt::format("{}", Rating::of<10>()) == "10");
  CHECK(fmt::format("{:>4}|{:02}|{:x}", Rating::of<9>(), Rating::of<9>(), Rating::of<10>()) ==
        "   9|09|a");
}

TEST_CASE("format: bands and grades take a text's formats", "[format]") {
  CHECK(fmt::format("{} {} {}", Band::Detractor, Band::Passive, Band::Promoter) ==
        "detractor passive promoter");
  CHECK(fmt::format("[{:<12}]", Band::Promoter) == "[promoter    ]");
  CHECK(fmt::format("{}, {}, {}, {}", Grade::NeedsWork, Grade::Acceptable, Grade::Strong,
                    Grade::Excellent) == "needs work, acceptable, strong, excellent");
  CHECK(fmt::format("[{:>12}]", Grade::Strong) == "[      strong]");
}

TEST_CASE("format: a score takes a double's formats, in points, not rounded by default",
          "[format]") {
  CHECK(fmt::format("{}", *Score::from(1, 0, 3)) == "33.333333333333336");
  CHECK(fmt::format("{:+.1f}", *Score::from(2, 1, 3)) == "+33.3");
  CHECK(fmt::format("{:+.1f}", *Score::from(1, 2, 3)) == "-33.3");
  CHECK(fmt::format("{}", Score::of_points(-100)) == "-100");
  CHECK(fmt::format("{}", Score::of_points(0)) == "0");
  CHECK(fmt::format("{:{}.{}f}", Score::of_points(5), 8, 2) == "    5.00");
}

TEST_CASE("format: a tally is its eleven counts, as they travel", "[format]") {
  CHECK(fmt::format("{}", Tally{}) == "[0,0,0,0,0,0,0,0,0,0,0]");
  Tally tally;
  tally.add(Rating::of<5>());
  tally.add(Rating::of<10>(), 18446744073709551615U);
  CHECK(fmt::format("{}", tally) == "[0,0,0,0,0,1,0,0,0,0,18446744073709551615]");
  CHECK(fmt::format("<{}>", tally).back() == '>');
}
