#include "nps/stats/sample_size.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "support/catch.h"
#include "support/golden.h"

namespace {

using nps::AssumedShares;
using nps::BandCounts;
using nps::ComparisonMethod;
using nps::ErrorCode;
using nps::Level;
using nps::Power;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

AssumedShares shares(double promoters, double detractors) {
  const auto found = AssumedShares::from(promoters, detractors);
  REQUIRE(found.has_value());
  return *found;
}

/// As many promoters as detractors, so that their share together is the variance.
AssumedShares of_variance(double variance) { return shares(variance / 2, variance / 2); }

}  // namespace

TEST_CASE("sample size: equals the formulas in high precision", "[sample_size][golden]") {
  int margins = 0, differences = 0;
  for (const auto& row : nps::test::golden("golden_sample_size.csv")) {
    INFO(row.describe());
    const AssumedShares assumed = of_variance(row.number("var_per_response"));
    const Level level = *Level::from(row.number("conf_two_sided"));
    const double points = 100 * row.number("d_margin_or_delta");
    const auto sizes = [&](ComparisonMethod method) {
      if (row.text("kind") == "ci_margin") {
        return nps::responses_for_margin(assumed, points, method, level);
      }
      return nps::responses_for_difference(assumed, points, *Power::from(row.number("power")),
                                           method, level);
    };
    const auto plain = sizes(ComparisonMethod::Plain);
    const auto adjusted = sizes(ComparisonMethod::Adjusted);
    REQUIRE(plain.has_value());
    REQUIRE(adjusted.has_value());
    CHECK(std::fabs(plain->exact / row.number("n_raw") - 1) <= 1e-9);
    CHECK(plain->responses == row.count("n_wald_ceil"));
    CHECK(adjusted->responses == row.count("n_adjusted_wald_ceil_minus3"));
    CHECK(adjusted->exact == Approx(plain->exact - 3));
    ++(row.text("kind") == "ci_margin" ? margins : differences);
  }
  CHECK(margins == 32);
  CHECK(differences == 48);
}

TEST_CASE("sample size: planning backwards undoes planning forwards", "[sample_size][laws]") {
  const AssumedShares assumed = shares(0.5, 0.2);
  for (const ComparisonMethod method : nps::kComparisonMethods) {
    for (const double value : {0.8, 0.95, 0.99}) {
      const Level level = *Level::from(value);
      for (const double points : {0.5, 3.0, 10.0, 40.0}) {
        const auto n = nps::responses_for_margin(assumed, points, method, level)->responses;
        CHECK(*nps::margin_of(assumed, n, method, level) <= points);
        if (n > 1) CHECK(*nps::margin_of(assumed, n - 1, method, level) > points);
        for (const double chance : {0.5, 0.8, 0.95}) {
          const Power power = *Power::from(chance);
          const auto each =
              nps::responses_for_difference(assumed, points, power, method, level)->responses;
          CAPTURE(name(method), value, points, chance, each);
          CHECK(*nps::power_of(assumed, {each, each}, points, method, level) >= chance);
          CHECK(*nps::power_of(assumed, {each, each}, -points, method, level) >= chance);
          CHECK(*nps::detectable_difference(assumed, {each, each}, power, method, level) <= points);
          if (each == 1) continue;
          CHECK(*nps::power_of(assumed, {each - 1, each - 1}, points, method, level) < chance);
        }
      }
    }
  }
}

TEST_CASE("sample size: a smaller group limits what the larger one can show", "[sample_size]") {
  const AssumedShares assumed = shares(0.4, 0.3);
  const double both = *nps::detectable_difference(assumed, {400, 400});
  const double lopsided = *nps::detectable_difference(assumed, {100, 700});
  CHECK(lopsided > both);
  CHECK(*nps::detectable_difference(assumed, {100, 100000000}) > both);
  CHECK(*nps::power_of(assumed, {400, 400}, 1e-9) == Approx(0.025).epsilon(1e-6));
}

TEST_CASE("sample size: two groups of unlike spread add their variances", "[sample_size]") {
  const auto alike = *nps::responses_for_difference(shares(0.35, 0.35), 5);
  const auto unlike = *nps::responses_for_difference(shares(0.5, 0.5), shares(0.2, 0.2), 5);
  CHECK(unlike.responses == alike.responses);
}

TEST_CASE("sample size: shares come from an earlier survey too", "[sample_size]") {
  const auto earlier = AssumedShares::from(BandCounts{20, 30, 50});
  REQUIRE(earlier.has_value());
  CHECK(earlier->variance() == Approx(shares(0.5, 0.2).variance()));
  CHECK_FALSE(AssumedShares::from(BandCounts{}).has_value());
  for (const double wrong : {-0.1, 1.1, kNaN}) {
    CHECK_FALSE(AssumedShares::from(wrong, 0).has_value());
    CHECK_FALSE(AssumedShares::from(0, wrong).has_value());
  }
  CHECK_FALSE(AssumedShares::from(0.6, 0.5).has_value());
  CHECK(AssumedShares::from(0.5, 0.5).has_value());
}

TEST_CASE("sample size: power lies between one half and one", "[sample_size]") {
  CHECK(Power{}.value() == 0.8);
  CHECK(Power{}.z() == Approx(Power::from(0.8)->z()).epsilon(1e-14));
  CHECK(Power::from(0.5)->z() == 0);
  CHECK(Power::from(0.9)->z() == Approx(1.2815515655446004).epsilon(1e-14));
  for (const double wrong : {0.0, 0.49, 1.0, 80.0, -0.8, kNaN}) {
    CHECK_FALSE(Power::from(wrong).has_value());
  }
}

TEST_CASE("sample size: what cannot be planned is refused, and says why", "[sample_size]") {
  const AssumedShares assumed = shares(0.5, 0.2);
  for (const double wrong : {0.0, -3.0, 101.0, kNaN}) {
    const auto refused = nps::responses_for_margin(assumed, wrong);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ErrorCode::InvalidArgument);
    CHECK(refused.error().message.find("margin") != std::string::npos);
  }
  for (const double wrong : {0.0, -201.0, 201.0, kNaN}) {
    CHECK_FALSE(nps::responses_for_difference(assumed, wrong).has_value());
    CHECK_FALSE(nps::power_of(assumed, {9, 9}, wrong).has_value());
  }
  for (const AssumedShares& alike : {shares(1, 0), shares(0, 1), shares(0, 0)}) {
    CHECK_FALSE(nps::responses_for_margin(alike, 3).has_value());
    CHECK_FALSE(nps::responses_for_difference(alike, 3).has_value());
    CHECK_FALSE(nps::margin_of(alike, 100).has_value());
    CHECK_FALSE(nps::power_of(alike, {9, 9}, 3).has_value());
    CHECK_FALSE(nps::detectable_difference(alike, {9, 9}).has_value());
  }
  CHECK_FALSE(nps::margin_of(assumed, 0).has_value());
  CHECK_FALSE(nps::power_of(assumed, {0, 9}, 3).has_value());
  CHECK_FALSE(nps::detectable_difference(assumed, {9, 0}).has_value());
  const auto endless = nps::responses_for_margin(assumed, 1e-9);
  REQUIRE_FALSE(endless.has_value());
  CHECK(endless.error().code == ErrorCode::LimitReached);
}

TEST_CASE("sample size: at least one response is asked for", "[sample_size]") {
  const auto few = nps::responses_for_margin(shares(0.001, 0), 100);
  CHECK(few->responses == 1);
  CHECK(few->exact == 1);
}
