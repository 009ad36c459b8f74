// Response rates: what a customer had said the time before.
#include "nps/customer/response_rate.h"

#include <algorithm>
#include <vector>

#include "customer/answered.h"
#include "support/catch.h"

using namespace nps;
using nps::test::day_of_2024;

namespace {

Asking asked(std::string_view customer, int day, int rating = -1) {
  return {.customer = customer, .at = day_of_2024(day), .rating = Rating::from(rating)};
}

void check(const std::optional<Proportion>& rate, std::uint64_t answered, std::uint64_t of) {
  REQUIRE(rate);
  CHECK(rate->part == answered);
  CHECK(rate->whole == of);
}

}  // namespace

TEST_CASE("response rate: by the last answer before, which silence leaves as it was",
          "[response_rate]") {
  std::vector<Asking> askings{asked("ann", 1, 3), asked("ann", 2),    asked("ann", 3),
                              asked("ann", 4, 9), asked("ann", 5, 9), asked("bob", 1),
                              asked("bob", 2, 8), asked("bob", 3)};
  const auto report = response_rate_report(askings);
  check(report.by_band[kNoAnswer], 2, 3);                    // ann 1, bob 1 and 2
  check(report.by_band[band_index(Band::Detractor)], 1, 3);  // ann 2, 3, 4
  check(report.by_band[band_index(Band::Promoter)], 1, 1);   // ann 5
  check(report.by_band[band_index(Band::Passive)], 0, 1);    // bob 3
  check(report.all, 4, 8);
  REQUIRE(report.trend);
  std::reverse(askings.begin(), askings.end());
  CHECK(response_rate_report(askings).by_band == report.by_band);
}

TEST_CASE("response rate: nobody asked has no rate, and the unplaced are counted",
          "[response_rate]") {
  const auto nothing = response_rate_report({});
  CHECK_FALSE(nothing.all);
  CHECK_FALSE(nothing.trend);
  const auto report = response_rate_report(
      std::vector<Asking>{{.customer = ""}, {.customer = "ann"}, asked("", 1, 3), asked("ann", 1)});
  CHECK(report.anonymous == 2);
  CHECK(report.untimed == 1);
  check(report.all, 0, 1);
}

TEST_CASE("response rate: a rating off the scale is an answer of no band", "[response_rate]") {
  const auto report =
      response_rate_report(std::vector<Asking>{asked("ann", 1, 9), asked("ann", 2, 5)}, kOneToFive);
  check(report.by_band[kNoAnswer], 2, 2);
  check(report.all, 2, 2);
}
