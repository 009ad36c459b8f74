#include "nps/stream/trend.h"

#include <string>
#include <vector>

#include "stream/events.h"
#include "support/catch.h"

using nps::Answer;
using nps::Calendar;
using nps::CalendarUnit;
using nps::Cube;
using nps::Dimension;
using nps::ErrorCode;
using nps::Rating;
using nps::trend;
using nps::Zone;
using nps::test::day;

namespace {

Cube daily() {
  return *Cube::create(
      {Dimension::label("channel"),
       Dimension::calendar("@day", Calendar(CalendarUnit::Day, Zone::utc())),
       Dimension::cycle("@weekday", nps::Cycle(nps::CyclicUnit::Weekday, Zone::utc()))});
}

void add(Cube& cube, int date, int rating, std::string_view channel) {
  const Answer answer{
      .rating = *Rating::from(rating), .answered_at = day(date), .channel = channel};
  REQUIRE(cube.apply({.before = {}, .after = answer}));
}

}  // namespace

TEST_CASE("trend: each period stands with its change against the one just before", "[trend]") {
  Cube cube = daily();
  add(cube, 5, 9, "web");
  add(cube, 1, 3, "web");
  add(cube, 2, 10, "app");
  add(cube, 2, 10, "web");
  const auto days = trend(cube, "@day");
  REQUIRE(days);
  REQUIRE(days->size() == 3);
  CHECK((*days)[0].label == "2020-01-01");
  CHECK_FALSE((*days)[0].change.has_value());
  CHECK((*days)[1].tally.responses() == 2);
  REQUIRE((*days)[1].change.has_value());
  CHECK((*days)[1].change->nps == 200);
  CHECK((*days)[2].label == "2020-01-05");  // nobody answered on the 4th
  CHECK_FALSE((*days)[2].change.has_value());
  const auto web = trend(*cube.slice("channel", "web"), "@day");
  REQUIRE(web);
  CHECK((*web)[1].tally.responses() == 1);
}

TEST_CASE("trend: it takes a calendar that the cube has", "[trend]") {
  const Cube cube = daily();
  CHECK(trend(cube, "@month").error().code == ErrorCode::NotFound);
  CHECK(trend(cube, "@weekday").error().code == ErrorCode::InvalidArgument);
  CHECK(trend(cube, "channel").error().code == ErrorCode::InvalidArgument);
  CHECK(trend(cube, "@day")->empty());
}
