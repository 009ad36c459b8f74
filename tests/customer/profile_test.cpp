#include "nps/customer/profile.h"

#include <string_view>
#include <vector>

#include "stream/events.h"
#include "support/catch.h"

namespace {

using nps::Answer;
using nps::Band;
using nps::kZeroToTen;
using nps::Profile;
using nps::profile_of;
using nps::Rating;
using nps::test::day;

Answer answer(std::string_view id, int rating, std::optional<nps::Timestamp> at = {},
              std::string_view stage = "", std::string_view channel = "") {
  return {.response_id = id,
          .customer = "ann",
          .rating = *Rating::from(rating),
          .answered_at = at,
          .channel = channel,
          .journey_stage = stage};
}

Profile of(const std::vector<Answer>& answers) { return profile_of(answers); }

}  // namespace

TEST_CASE("profile: nobody's answers are no profile", "[profile]") {
  const Profile nobody = of({});
  CHECK(nobody == Profile{});
  CHECK(nobody.answers == 0);
  CHECK_FALSE(nobody.latest.has_value());
}

TEST_CASE("profile: one answer is the first and the latest, and there is no previous",
          "[profile]") {
  const Profile one = of({answer("r1", 9, day(3), "delivery", "web")});
  CHECK(one.customer == "ann");
  CHECK(one.answers == 1);
  REQUIRE(one.latest.has_value());
  CHECK(one.latest->rating == Rating::of<9>());
  CHECK(one.latest->answered_at == day(3));
  CHECK(one.latest->channel == "web");
  CHECK(one.latest->journey_stage == "delivery");
  CHECK(one.first == one.latest);
  CHECK_FALSE(one.previous.has_value());
}

TEST_CASE("profile: first, previous and latest are told overall and for each stage", "[profile]") {
  const Profile profile =
      of({answer("r0", 1, {}, "delivery"), answer("r1", 2, day(1), "support"),
          answer("r2", 3, day(2), "delivery"), answer("r3", 4, day(3), "delivery"),
          answer("r4", 5, day(4), "support")});
  CHECK(profile.answers == 5);
  CHECK(profile.first->rating == Rating::of<1>());
  CHECK(profile.previous->rating == Rating::of<4>());
  CHECK(profile.latest->rating == Rating::of<5>());
  REQUIRE(profile.stages.size() == 2);
  CHECK(profile.stages[0].journey_stage == "delivery");
  CHECK(profile.stages[0].answers == 3);
  CHECK(profile.stages[0].first->rating == Rating::of<1>());
  CHECK(profile.stages[0].previous->rating == Rating::of<3>());
  CHECK(profile.stages[0].latest->rating == Rating::of<4>());
  REQUIRE(profile.stage("support") != nullptr);
  CHECK(profile.stage("support")->answers == 2);
  CHECK(profile.stage("support")->previous->rating == Rating::of<2>());
  CHECK(profile.stage("checkout") == nullptr);
  CHECK(profile.stage("") == nullptr);
}

TEST_CASE("profile: an answer without a time comes before all that have one", "[profile]") {
  CHECK(comes_before(answer("r9", 1), answer("r1", 1, day(1))));
  CHECK_FALSE(comes_before(answer("r1", 1, day(1)), answer("r9", 1)));
  CHECK(comes_before(answer("r1", 1, day(1)), answer("r2", 1, day(1))));
  CHECK(comes_before(answer("r2", 1, day(1)), answer("r1", 1, day(2))));
}

TEST_CASE("profile: a customer moves from band to band by the latest answer", "[profile]") {
  const Profile none = of({});
  const Profile promoter = of({answer("r1", 9, day(1))});
  const Profile still = of({answer("r1", 9, day(1)), answer("r2", 10, day(2))});
  const Profile lost = of({answer("r1", 9, day(1)), answer("r2", 6, day(2))});

  CHECK_FALSE(band_transition(none, none, kZeroToTen).has_value());
  CHECK_FALSE(band_transition(promoter, still, kZeroToTen).has_value());
  CHECK(band_transition(none, promoter, kZeroToTen) ==
        nps::BandTransition{.customer = "ann", .from = {}, .to = Band::Promoter, .when = day(1)});
  CHECK(band_transition(promoter, lost, kZeroToTen) ==
        nps::BandTransition{
            .customer = "ann", .from = Band::Promoter, .to = Band::Detractor, .when = day(2)});
  CHECK(band_transition(promoter, none, kZeroToTen) ==
        nps::BandTransition{.customer = "ann", .from = Band::Promoter, .to = {}, .when = {}});
}

TEST_CASE("profile: the bands are those of the scale that is asked for", "[profile]") {
  const Profile four = of({answer("r1", 4, day(1))});
  const Profile five = of({answer("r1", 4, day(1)), answer("r2", 5, day(2))});
  CHECK_FALSE(band_transition(four, five, kZeroToTen).has_value());
  const auto moved = band_transition(four, five, nps::kOneToFive);
  REQUIRE(moved.has_value());
  CHECK(moved->from == Band::Passive);
  CHECK(moved->to == Band::Promoter);
  CHECK(latest_transition(five, nps::kOneToFive)->from == Band::Passive);
}

TEST_CASE("profile: with one answer nobody has moved yet", "[profile]") {
  CHECK_FALSE(latest_transition(of({}), kZeroToTen).has_value());
  CHECK_FALSE(latest_transition(of({answer("r1", 9)}), kZeroToTen).has_value());
  const auto moved =
      latest_transition(of({answer("r1", 9, day(1)), answer("r2", 7, day(2))}), kZeroToTen);
  REQUIRE(moved.has_value());
  CHECK(moved->from == Band::Promoter);
  CHECK(moved->to == Band::Passive);
  CHECK(moved->when == day(2));
}
