#include "nps/customer/audience.h"

#include <string>
#include <string_view>
#include <vector>

#include "stream/events.h"
#include "support/catch.h"

using nps::Answer;
using nps::Audience;
using nps::AudienceMembers;
using nps::AudienceMove;
using nps::Profile;
using nps::Rating;
using nps::test::day;

namespace {

Answer answer(std::string_view id, int rating, std::optional<nps::Timestamp> at,
              std::string_view stage, std::string_view channel = "web") {
  return {.response_id = id,
          .customer = "ann",
          .rating = *Rating::from(rating),
          .answered_at = at,
          .channel = channel,
          .journey_stage = stage};
}

/// A promoter of the delivery who became a detractor at the support, on the tenth.
Profile ann() {
  const std::vector<Answer> answers{answer("r1", 10, day(1), "delivery"),
                                    answer("r2", 9, day(5), "delivery"),
                                    answer("r3", 4, day(10), "support", "app")};
  return nps::profile_of(answers);
}
Profile once() {
  const std::vector<Answer> answers{answer("r1", 7, {}, "", "")};
  return nps::profile_of(answers);
}

bool matches(std::string_view text, const Profile& profile, nps::Timestamp now = day(12)) {
  const auto audience = Audience::parse(text);
  INFO(text << (audience ? "" : ": " + audience.error().message));
  REQUIRE(audience);
  return audience->matches(profile, now);
}
bool is(std::string_view text) { return matches(text, ann()); }
bool is_once(std::string_view text) { return matches(text, once()); }

std::string refusal(std::string_view text) {
  const auto audience = Audience::parse(text);
  return audience ? "taken as " + audience->text() : audience.error().message;
}
std::string plain(std::string_view text) {
  const auto audience = Audience::parse(text);
  return audience ? audience->text() : audience.error().message;
}

}  // namespace

TEST_CASE("audience: every field is read off the profile", "[audience]") {
  CHECK(is("band = detractor"));
  CHECK_FALSE(is("band = promoter"));
  CHECK(is("band != promoter"));
  CHECK(is("band in (passive, detractor)"));
  CHECK(is("previous_band = promoter"));
  CHECK(is("first_band = promoter"));
  CHECK(is("transition = promoter_to_detractor"));
  CHECK(is("transition in (passive_to_detractor, promoter_to_detractor)"));
  CHECK_FALSE(is("transition != promoter_to_detractor"));
  CHECK(is("rating = 4"));
  CHECK(is("rating <= 4 and rating >= 4 and rating < 5 and rating > 3 and rating != 5"));
  CHECK(is("previous_rating = 9"));
  CHECK(is("first_rating in (10, 0)"));
  CHECK(is("trend = -5"));
  CHECK(is("trend < 0"));
  CHECK(is("answers = 3"));
  CHECK(is("journey_stage = \"support\""));
  CHECK(is("journey_stage not in (\"delivery\", \"\")"));
  CHECK(is("channel = \"app\""));
}

TEST_CASE("audience: an age is of the latest answer, to the microsecond", "[audience]") {
  CHECK(is("age = 2d"));
  CHECK(is("age <= 48h"));
  CHECK_FALSE(is("age < 2d"));
  CHECK(is("age > 2879m"));
  CHECK(is("age < 1w"));
  CHECK(matches("age < 2d", ann(), day(12) - std::chrono::microseconds(1)));
  CHECK(matches("age > 2d", ann(), day(12) + std::chrono::microseconds(1)));
  // An answer from the future is less than nothing old; at either end of time nothing breaks.
  CHECK(matches("age < 0d", ann(), day(9)));
  CHECK(matches("age < 100000d", ann(), nps::Timestamp::min()));
  CHECK(matches("age > 100000d", ann(), nps::Timestamp::max()));
}

TEST_CASE("audience: what is not there makes a comparison false, and its negation true",
          "[audience]") {
  for (const char* test :
       {"previous_rating = 7", "previous_rating != 7", "previous_rating in (7)",
        "previous_rating not in (7)", "previous_band = passive", "previous_band != passive",
        "transition = passive_to_promoter", "transition != passive_to_promoter", "trend >= 0",
        "trend < 0", "age < 1d", "age >= 1d", "rating of \"delivery\" <= 6",
        "rating of \"delivery\" > 6", "answers of \"delivery\" = 0"}) {
    INFO(test);
    CHECK_FALSE(is_once(test));
    CHECK(is_once(std::string("not ") + test));
  }
  CHECK(is_once("journey_stage = \"\" and channel = \"\""));
  CHECK_FALSE(matches("not band = promoter", Profile{}));
}

TEST_CASE("audience: whoever stayed in a band has made no transition", "[audience]") {
  const std::vector<Answer> stayed{answer("r1", 10, day(1), ""), answer("r2", 9, day(2), "")};
  const Profile profile = nps::profile_of(stayed);
  CHECK_FALSE(matches("transition != promoter_to_detractor", profile));
  CHECK(matches("not transition = promoter_to_detractor", profile));
}

TEST_CASE("audience: one stage can be asked for", "[audience]") {
  CHECK(is("rating of \"delivery\" = 9"));
  CHECK(is("band of \"delivery\" = promoter and band of \"support\" = detractor"));
  CHECK(is("trend of \"delivery\" = -1"));
  CHECK(is("answers of \"delivery\" = 2"));
  CHECK(is("age of \"delivery\" = 7d"));
  CHECK(is("first_rating of \"delivery\" = 10"));
  CHECK_FALSE(is("previous_rating of \"support\" >= 0"));
}

TEST_CASE("audience: and binds closer than or, not closer than both", "[audience]") {
  CHECK(is("rating = 4 or rating = 5 and rating = 6"));
  CHECK_FALSE(is("(rating = 4 or rating = 5) and rating = 6"));
  CHECK_FALSE(is("not rating = 4 or rating = 5"));
  CHECK_FALSE(is("not (rating = 4 or rating = 5)"));
  CHECK(is("not not rating = 4"));
  CHECK(is("NOT rating = 5 AND rating = 4"));
}

TEST_CASE("audience: bands are those of the scale", "[audience]") {
  const auto stars = Audience::parse("band = passive", nps::kOneToFive);
  REQUIRE(stars);
  CHECK(stars->matches(ann(), day(12)));
}

TEST_CASE("audience: a sentence has one plain form", "[audience]") {
  CHECK(plain("  BAND = detractor") ==
        refusal("  BAND = detractor"));  // fields are in small letters
  CHECK(plain("band=detractor AND(age<14d)") == "band = detractor and age < 14d");
  CHECK(plain("not(not(rating in(9,10,9)))") == "rating in (9, 10)");
  CHECK(plain("(rating=1 or rating=2)and not(answers>1 or trend=-3)") ==
        "(rating = 1 or rating = 2) and not (answers > 1 or trend = -3)");
  CHECK(plain("(rating = 1 and rating = 2) and rating = 3") ==
        "rating = 1 and rating = 2 and rating = 3");
  CHECK(plain("age>=48h or age<90m or age=2w") == "age >= 2d or age < 90m or age = 14d");
  CHECK(plain("channel = \"say \"\"hi\"\"\"") == "channel = \"say \"\"hi\"\"\"");
  CHECK(plain("rating  of\n\"a b\" not in (1)") == "rating of \"a b\" not in (1)");
}

TEST_CASE("audience: an error says at which character, and what is expected", "[audience]") {
  CHECK(refusal("").starts_with("character 1: a comparison is expected"));
  CHECK(refusal("   ").starts_with("character 4: a comparison is expected"));
  CHECK(refusal("bend = detractor").starts_with("character 1: there is no 'bend'; there is band,"));
  CHECK(refusal("band = 9") == "character 8: one of detractor, passive, promoter is expected");
  CHECK(refusal("band < promoter") == "character 6: band has no order: it takes = != and 'in'");
  CHECK(refusal("rating = 11") == "character 10: a rating from 0 to 10 is expected");
  CHECK(refusal("rating = -1") == "character 10: a rating from 0 to 10 is expected");
  CHECK(refusal("rating = 9x") == "character 10: a rating from 0 to 10 is expected");
  CHECK(refusal("trend = 11") == "character 9: a number from -10 to 10 is expected");
  CHECK(refusal("age < 14") ==
        "character 7: an age is expected, such as 30m, 24h, 14d or 2w, of at most 100000d");
  CHECK(refusal("age < 100001d").starts_with("character 7: an age is expected"));
  CHECK(refusal("age in (1d)") == "character 5: an age takes = != < <= > and >=, and no list");
  CHECK(refusal("journey_stage = delivery") ==
        "character 17: a value stands in double quotes: \"delivery\"");
  CHECK(refusal("channel = \"web") ==
        "character 11: the quote that opens here is not closed; a quote within is written twice");
  CHECK(refusal("(band = promoter") ==
        "character 17: ')' is expected, or 'and' or 'or', for the '(' at character 1");
  CHECK(refusal("band = promoter)") == "character 16: 'and' or 'or' is expected, or the end");
  CHECK(refusal("band = promoter and").starts_with("character 20: a comparison is expected"));
  CHECK(refusal("rating in 9") == "character 11: a list in parentheses is expected");
  CHECK(refusal("rating in (9") == "character 13: ',' or ')' is expected");
  CHECK(refusal("rating in ()") == "character 12: a rating from 0 to 10 is expected");
  CHECK(refusal("rating not 9") == "character 12: 'in' is expected after 'not', and a list");
  CHECK(refusal("rating ~ 9") == "character 8: = != < <= > >= or 'in' is expected");
  CHECK(refusal("channel of \"x\" = \"web\"") ==
        "character 1: channel cannot be asked of one stage");
  CHECK(refusal("rating of delivery = 9") ==
        "character 11: the name of a stage stands in double quotes: \"delivery\"");
  // Characters, and not bytes.
  CHECK(refusal("channel = \"\u65e5\u672c\" x") ==
        "character 16: 'and' or 'or' is expected, or the end");
}

TEST_CASE("audience: what is too much is refused before it hurts", "[audience]") {
  std::string many = "rating = 1";
  for (int i = 1; i < 250; ++i) many += " or rating = 1";
  CHECK(Audience::parse(many));
  CHECK(refusal(many + " or rating = 1").find("more than 250 comparisons") != std::string::npos);
  CHECK(refusal(std::string(21, '(') + "rating = 1").find("more than 20 levels") !=
        std::string::npos);
  CHECK(Audience::parse(std::string(20, '(') + "rating = 1" + std::string(20, ')')));
  CHECK(refusal(std::string(65'537, ' ')).find("65536 bytes") != std::string::npos);
}

TEST_CASE("audience: as SQL, what was typed is bound and never part of the statement",
          "[audience]") {
  const auto audience = Audience::parse(
      "band = detractor and journey_stage = \"x'; DROP TABLE nps_event\" and age < 1d");
  REQUIRE(audience);
  const nps::SqlCondition sql = audience->sql(day(12));
  CHECK(sql.where == "((rating < ?) AND journey_stage = ? AND answered_at > ?)");
  REQUIRE(sql.values.size() == 3);
  CHECK(sql.values[0] == nps::SqlValue(std::int64_t{7}));
  CHECK(sql.values[1] == nps::SqlValue(std::string("x'; DROP TABLE nps_event")));
  CHECK(sql.values[2] == nps::SqlValue(std::int64_t{day(11).time_since_epoch().count()}));
}

TEST_CASE("audience: who enters and who leaves is told once", "[audience]") {
  AudienceMembers members(*Audience::parse("band = detractor and age < 14d"));
  CHECK(members.update("ann", ann(), day(12)) ==
        AudienceMove{.customer = "ann", .entered = true, .when = day(12)});
  CHECK_FALSE(members.update("ann", ann(), day(13)).has_value());
  CHECK_FALSE(members.update("bob", once(), day(13)).has_value());
  CHECK(members.contains("ann"));
  // Nothing happened but time.
  CHECK(members.update("ann", ann(), day(24)) ==
        AudienceMove{.customer = "ann", .entered = false, .when = day(24)});
  CHECK(members.update("ann", ann(), day(12)).has_value());
  CHECK(members.update("ann", std::nullopt, day(12))->entered == false);
  CHECK(members.members().empty());
}
