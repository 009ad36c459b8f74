#include "nps/stats/false_discovery.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch.h"
#include "support/golden.h"

namespace {

using nps::PAdjustment;
using Values = std::vector<std::optional<double>>;

/// Cells between '|'; one that is empty or NA is missing.
Values values_of(const std::string& text) {
  Values values;
  for (const std::string& cell : nps::test::split(text, '|')) {
    const bool missing = cell.empty() || cell == "NA";
    values.push_back(missing ? std::optional<double>() : nps::test::to_number(cell));
  }
  return values;
}

Values adjusted(const Values& p, PAdjustment adjustment) {
  const auto result = nps::adjust_p(p, adjustment);
  REQUIRE(result.has_value());
  REQUIRE(result->size() == p.size());
  return *result;
}

}  // namespace

TEST_CASE("false discovery: adjustments answer to their names", "[false_discovery]") {
  CHECK(name(PAdjustment::BenjaminiHochberg) == "bh");
  CHECK(name(PAdjustment::BenjaminiYekutieli) == "by");
  for (const PAdjustment adjustment : nps::kPAdjustments) {
    CHECK(nps::p_adjustment(name(adjustment)) == adjustment);
  }
  for (const std::string_view wrong : {"", "BH", "holm"}) {
    CHECK_FALSE(nps::p_adjustment(wrong).has_value());
  }
}

TEST_CASE("false discovery: equals R's p.adjust", "[false_discovery][golden]") {
  std::map<std::string, int> rows;
  for (const auto& row : nps::test::golden("golden_padjust_r.csv")) {
    INFO(row.describe());
    const std::string& method = row.text("method");
    ++rows[method];
    if (method == "holm") continue;  // left out: no method of ours
    const Values p = values_of(row.text("p"));
    const Values expected = values_of(row.text("adjusted"));
    REQUIRE(expected.size() == p.size());
    const Values ours = adjusted(
        p, method == "BH" ? PAdjustment::BenjaminiHochberg : PAdjustment::BenjaminiYekutieli);
    for (std::size_t i = 0; i < p.size(); ++i) {
      REQUIRE(ours[i].has_value() == expected[i].has_value());
      if (ours[i]) CHECK(std::fabs(*ours[i] - *expected[i]) <= 1e-12);
    }
  }
  CHECK(rows["BH"] == 4);
  CHECK(rows["BY"] == 4);
  CHECK(rows["holm"] == 4);
}

TEST_CASE("false discovery: nothing gives nothing, one stays what it is", "[false_discovery]") {
  for (const PAdjustment adjustment : nps::kPAdjustments) {
    CHECK(adjusted({}, adjustment).empty());
    CHECK(adjusted({0.3}, adjustment) == Values{0.3});
    CHECK(adjusted({std::nullopt}, adjustment) == Values{std::nullopt});
    CHECK(adjusted({std::nullopt, 0.0, std::nullopt}, adjustment) ==
          Values{std::nullopt, 0.0, std::nullopt});
  }
}

TEST_CASE("false discovery: what is no p-value is refused, and named", "[false_discovery]") {
  for (const double wrong : {-0.1, 1.1, std::numeric_limits<double>::quiet_NaN(),
                             std::numeric_limits<double>::infinity()}) {
    const auto refused = nps::adjust_p(Values{0.1, wrong});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == nps::ErrorCode::InvalidArgument);
    CHECK(refused.error().message.find("p-value 2 of 2") != std::string::npos);
  }
}

TEST_CASE("false discovery: order is kept, nothing shrinks, and the order given does not matter",
          "[false_discovery][laws]") {
  std::mt19937_64 random(2);
  for (int round = 0; round < 200; ++round) {
    Values p(1 + random() % 40);
    for (auto& value : p) {
      if (random() % 7 == 0) continue;
      value = static_cast<double>(random() % 21) / 20 * static_cast<double>(random() % 3) / 2;
    }
    for (const PAdjustment adjustment : nps::kPAdjustments) {
      const Values ours = adjusted(p, adjustment);
      bool lawful = true;
      for (std::size_t i = 0; i < p.size(); ++i) {
        if (!p[i]) continue;
        lawful = lawful && *ours[i] >= *p[i] && *ours[i] <= 1;
        for (std::size_t j = 0; j < p.size(); ++j) {
          if (!p[j]) continue;
          lawful = lawful && (*p[i] > *p[j] || *ours[i] <= *ours[j]);
        }
      }
      CHECK(lawful);
      Values backwards(p.rbegin(), p.rend());
      Values ours_backwards = adjusted(backwards, adjustment);
      std::reverse(ours_backwards.begin(), ours_backwards.end());
      CHECK(ours_backwards == ours);
    }
  }
}

TEST_CASE("false discovery: of those called, no more are false than was said",
          "[false_discovery][laws]") {
  // 80 true nulls with uniform p and 20 differences with small ones; q = 0.1.
  std::mt19937_64 random(4);
  double share = 0;
  constexpr int kRounds = 400;
  for (int round = 0; round < kRounds; ++round) {
    Values p;
    for (int i = 0; i < 100; ++i) {
      const double u = static_cast<double>(random() >> 11U) * 0x1p-53;
      p.emplace_back(i < 80 ? u : u * u * u * u / 100);
    }
    const Values ours = adjusted(p, PAdjustment::BenjaminiHochberg);
    int called = 0, wrong = 0;
    for (std::size_t i = 0; i < ours.size(); ++i) {
      called += *ours[i] <= 0.1;
      wrong += i < 80 && *ours[i] <= 0.1;
    }
    share += called == 0 ? 0 : static_cast<double>(wrong) / called;
  }
  CHECK(share / kRounds <= 0.1);
  CHECK(share / kRounds > 0.04);  // it does not merely say no
}
