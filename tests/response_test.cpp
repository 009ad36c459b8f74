#include "nps/response.h"

#include "nps/counting_policy.h"
#include "support/catch.h"

namespace {

static_assert(name(nps::Which::All) == "all");
static_assert(name(nps::Which::Latest) == "latest");
static_assert(name(nps::Which::First) == "first");

}  // namespace

TEST_CASE("response: nothing is known unless said, and the weight is one", "[response]") {
  const nps::Response response;
  CHECK_FALSE(response.rating);  // asked, not answered: not an answer of zero
  CHECK_FALSE(response.answered_at);
  CHECK_FALSE(response.touchpoint_at);
  CHECK(response.weight == 1);
  CHECK(response == nps::Response{.channel = ""});
  CHECK(response != nps::Response{.channel = "web"});
  CHECK(response != nps::Response{.rating = nps::Rating::of<0>()});
}

TEST_CASE("counting policy: by default all answers, from 0 to 10, in UTC", "[response]") {
  const nps::CountingPolicy policy;
  CHECK(policy.which == nps::Which::All);
  CHECK(policy.scale == nps::kZeroToTen);
  CHECK(policy.zone == "UTC");
  CHECK(policy != nps::CountingPolicy{.which = nps::Which::Latest});
  CHECK(policy != nps::CountingPolicy{.scale = nps::kOneToTen});
  CHECK(policy != nps::CountingPolicy{.zone = "Europe/Berlin"});
}
