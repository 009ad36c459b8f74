#include "nps/customer/traits.h"

#include <string>
#include <vector>

#include "stream/events.h"
#include "support/catch.h"

using nps::Answer;
using nps::Profile;
using nps::Rating;
using nps::Trait;
using nps::TraitNames;
using nps::Traits;
using nps::traits_of;
using nps::test::day;

namespace {

Profile ann() {
  const std::vector<Answer> answers{{.response_id = "r1",
                                     .customer = "ann",
                                     .rating = Rating::of<6>(),
                                     .answered_at = day(1),
                                     .journey_stage = "Post-Purchase"},
                                    {.response_id = "r2",
                                     .customer = "ann",
                                     .rating = Rating::of<9>(),
                                     .answered_at = day(2),
                                     .channel = "web",
                                     .journey_stage = "delivery"}};
  return nps::profile_of(answers);
}

}  // namespace

TEST_CASE("traits: a profile is flat, with the names that others build on", "[traits][golden]") {
  CHECK(render_json(traits_of(ann())) ==
        R"({"customer_id":"ann","nps_rating":9,"nps_band":"promoter",)"
        R"("nps_answered_at":"2020-01-02T12:00:00Z","nps_channel":"web",)"
        R"("nps_journey_stage":"delivery","nps_previous_rating":6,)"
        R"("nps_first_answered_at":"2020-01-01T12:00:00Z","nps_response_count":2,)"
        R"("nps_rating_post_purchase":6,"nps_rating_delivery":9})");
}

TEST_CASE("traits: what there is nothing to say of is null, so that it is forgotten", "[traits]") {
  CHECK(render_json(traits_of({})) ==
        R"({"customer_id":"","nps_rating":null,"nps_band":null,"nps_answered_at":null,)"
        R"("nps_channel":null,"nps_journey_stage":null,"nps_previous_rating":null,)"
        R"("nps_first_answered_at":null,"nps_response_count":0})");
}

TEST_CASE("traits: the band is that of the scale", "[traits]") {
  CHECK(traits_of(ann(), nps::kOneToTen).find("nps_band")->value == Trait::Value("promoter"));
  const auto scale = *nps::Scale::from(0, 9, 10, 10);
  CHECK(traits_of(ann(), scale).find("nps_band")->value == Trait::Value("passive"));
}

TEST_CASE("traits: a stage's name is made of small letters, digits and single underscores",
          "[traits]") {
  const TraitNames names;
  CHECK(names.of("delivery") == "nps_rating_delivery");
  CHECK(names.of("  Post - Purchase 2! ") == "nps_rating_post_purchase_2");
  CHECK(names.of("d\u00e9livr\u00e9") == "nps_rating_d_livr");
  const std::string only_hash = names.of("\u65e5\u672c");
  CHECK(only_hash.size() == std::string("nps_rating_12345678").size());
  CHECK(only_hash != names.of("\u672c\u65e5"));
}

TEST_CASE("traits: stages of one name are told apart, and told", "[traits]") {
  TraitNames names;
  names.add("Delivery");
  names.add("delivery");
  names.add("support");
  names.add("");
  CHECK(names.of("support") == "nps_rating_support");
  CHECK(names.of("Delivery").starts_with("nps_rating_delivery_"));
  CHECK(names.of("delivery").starts_with("nps_rating_delivery_"));
  CHECK(names.of("Delivery") != names.of("delivery"));
  const auto collisions = names.collisions();
  REQUIRE(collisions.size() == 1);
  CHECK(collisions.at("nps_rating_delivery") == std::vector<std::string>{"Delivery", "delivery"});

  // Whatever order they came in; and of an unknown one it is seen, too.
  TraitNames other;
  other.add("delivery");
  CHECK(other.of("delivery") == "nps_rating_delivery");
  CHECK(other.of("Delivery") == names.of("Delivery"));
  other.add("Delivery");
  CHECK(other.of("delivery") == names.of("delivery"));
}

TEST_CASE("traits: of two exports only what changed is told, and what is gone is null",
          "[traits]") {
  const Traits before = traits_of(ann());
  CHECK(changed_traits(before, before).traits.empty());
  Profile after = ann();
  after.latest->rating = Rating::of<3>();
  after.stages.erase(after.stages.begin());  // Post-Purchase
  const Traits changed = changed_traits(before, traits_of(after));
  CHECK(
      render_json(changed) ==
      R"({"customer_id":"ann","nps_rating":3,"nps_band":"detractor","nps_rating_post_purchase":null})");
}

TEST_CASE("traits: bytes that are no UTF-8 do not break the JSON", "[traits]") {
  Profile profile = ann();
  profile.latest->channel = "w\xff";
  CHECK(render_json(traits_of(profile)).find("\"nps_channel\":\"w\xef\xbf\xbd\"") !=
        std::string::npos);
}
