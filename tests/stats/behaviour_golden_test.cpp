// The statistics of what customers do after an answer, against R.
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "nps/stats/mean.h"
#include "nps/stats/proportion.h"
#include "nps/stats/rank_correlation.h"
#include "nps/stats/risk_ratio.h"
#include "nps/stats/survival.h"
#include "nps/stats/symmetry.h"
#include "nps/stats/trend_test.h"
#include "nps/stats/value_at_risk.h"
#include "support/catch.h"
#include "support/golden.h"

namespace {

using Numbers = std::vector<double>;
using std::chrono::microseconds;

Numbers numbers(const std::string& text) {
  Numbers values;
  for (const std::string& cell : nps::test::split(text, '|')) {
    values.push_back(nps::test::to_number(cell));
  }
  return values;
}

std::uint64_t whole(double x) { return static_cast<std::uint64_t>(x); }

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Numbers of(const nps::ChiSquaredTest& test) {
  return {test.statistic, static_cast<double>(test.degrees), test.p};
}

nps::Transitions table(const Numbers& cells) {
  nps::Transitions moves;
  REQUIRE(cells.size() == 9);
  for (unsigned i = 0; i < 9; ++i) {
    moves.add(static_cast<nps::Band>(i / 3), static_cast<nps::Band>(i % 3), whole(cells[i]));
  }
  return moves;
}

Numbers ours(const nps::test::GoldenRow& row) {
  const std::string& test = row.text("test");
  const nps::Level level = *nps::Level::from(row.number("conf"));
  if (test == "log_rank") {
    std::vector<std::vector<nps::Lifetime>> groups;
    const Numbers events = numbers(row.text("other"));
    const auto cells = nps::test::split(row.text("input"), '|');
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const auto parts = nps::test::split(cells[i], '/');
      const auto group = static_cast<std::size_t>(nps::test::to_count(parts[1]));
      if (group >= groups.size()) groups.resize(group + 1);
      groups[group].push_back({microseconds(nps::test::to_count(parts[0])), events[i] != 0});
    }
    return of(*nps::log_rank(groups));
  }
  const Numbers in = numbers(row.text("input"));
  const Numbers other = row.text("other").empty() ? Numbers{} : numbers(row.text("other"));
  if (test == "wilson") {
    const auto found = *nps::proportion(whole(in[0]), whole(in[1]), level);
    return {found.low, found.high};
  }
  if (test == "katz" || test == "koopman") {
    const auto found =
        *nps::risk_ratio(whole(in[0]), whole(in[1]), whole(in[2]), whole(in[3]), level);
    CHECK(name(found.method) == (test == "katz" ? "katz" : "score"));
    return {found.low, found.high.value_or(kInfinity)};
  }
  if (test == "trend") {
    std::vector<nps::ScoredShare> groups;
    for (std::size_t i = 0; i < in.size(); ++i) {
      groups.push_back({static_cast<double>(i), whole(in[i]), whole(other[i])});
    }
    const auto found = *nps::trend_test(groups);
    return {found.slope, found.z * found.z, found.p};
  }
  if (test == "kendall" || test == "spearman") {
    std::vector<nps::RatedAmount> pairs;
    for (std::size_t i = 0; i < in.size(); ++i) pairs.push_back({in[i], other[i]});
    const auto found = test == "kendall" ? *nps::kendall(pairs) : *nps::spearman(pairs);
    return {found.coefficient, found.p};
  }
  if (test == "mean") {
    const auto found = *nps::mean_of(in, level);
    return {found.mean, found.deviation, found.limits->low, found.limits->high};
  }
  if (test == "survival") {
    std::vector<nps::Lifetime> lifetimes;
    for (std::size_t i = 0; i < in.size(); ++i) {
      lifetimes.push_back({microseconds(static_cast<std::int64_t>(in[i])), other[i] != 0});
    }
    Numbers all;
    for (const nps::SurvivalStep& step : nps::survival_curve(lifetimes, level).steps) {
      all.push_back(static_cast<double>(step.time.count()));
      all.push_back(static_cast<double>(step.at_risk));
      all.push_back(static_cast<double>(step.events));
      all.push_back(step.survival);
      all.push_back(step.limits ? step.limits->low : std::nan(""));
      all.push_back(step.limits ? step.limits->high : std::nan(""));
    }
    return all;
  }
  if (test == "mcnemar") {
    const auto found = *nps::mcnemar(whole(in[0]), whole(in[1]));
    return {found.test.statistic, found.test.p, found.exact_p};
  }
  if (test == "bowker") return of(*nps::bowker_symmetry(table(in)));
  if (test == "stuart_maxwell") return of(*nps::stuart_maxwell(table(in)));
  REQUIRE(test == "bca");
  const auto found = *nps::bca_limits(10, in, other, level);
  CHECK(found.corrected);
  return {found.low, found.high};
}

}  // namespace

TEST_CASE("behaviour: every statistic equals R's", "[behaviour][golden]") {
  std::map<std::string, int> rows;
  for (const auto& row : nps::test::golden("golden_behaviour_r.csv")) {
    INFO(row.describe());
    ++rows[row.text("test")];
    const Numbers expected = numbers(row.text("results"));
    const Numbers found = ours(row);
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      INFO("result " << i << ": " << found[i] << ", in R " << expected[i]);
      const bool same =
          std::isnan(expected[i]) ? std::isnan(found[i])
          : std::isinf(expected[i])
              ? found[i] == expected[i]
              : std::fabs(found[i] - expected[i]) <= 1e-9 * std::max(1.0, std::fabs(expected[i]));
      CHECK(same);
    }
  }
  CHECK(rows == std::map<std::string, int>{{"wilson", 27},
                                           {"katz", 8},
                                           {"koopman", 6},
                                           {"trend", 4},
                                           {"kendall", 5},
                                           {"spearman", 5},
                                           {"mean", 16},
                                           {"survival", 10},
                                           {"log_rank", 3},
                                           {"mcnemar", 5},
                                           {"bowker", 3},
                                           {"stuart_maxwell", 3},
                                           {"bca", 2}});
}

TEST_CASE("behaviour: where the data say nothing there is no value", "[behaviour]") {
  CHECK_FALSE(nps::proportion(0, 0).has_value());
  CHECK_FALSE(nps::proportion(2, 1).has_value());
  CHECK_FALSE(nps::risk_ratio(0, 0, 1, 2).has_value());
  const std::array<nps::ScoredShare, 2> nobody{{{0, 0, 9}, {1, 0, 9}}};
  CHECK_FALSE(nps::trend_test(nobody).has_value());
  const std::array<nps::ScoredShare, 2> one_score{{{3, 1, 9}, {3, 4, 9}}};
  CHECK_FALSE(nps::trend_test(one_score).has_value());
  const std::array<nps::RatedAmount, 3> alike{{{1, 5}, {2, 5}, {3, 5}}};
  CHECK_FALSE(nps::kendall(alike).has_value());
  CHECK_FALSE(nps::spearman(alike).has_value());
  CHECK_FALSE(nps::mean_of({}).has_value());
  CHECK_FALSE(nps::mean_of(std::array{1.0, kInfinity}).has_value());
  CHECK_FALSE(nps::mcnemar(0, 0).has_value());
  nps::Transitions nobody_moved;
  nobody_moved.add(nps::Band::Promoter, nps::Band::Promoter, 9);
  CHECK_FALSE(nps::bowker_symmetry(nobody_moved).has_value());
  CHECK_FALSE(nps::stuart_maxwell(nobody_moved).has_value());
  CHECK(nps::survival_curve({}).steps.empty());
  CHECK_FALSE(nps::log_rank(std::array{std::vector<nps::Lifetime>(3, {microseconds(1), true})})
                  .has_value());
  CHECK_FALSE(nps::bca_limits(1, {}, {}).has_value());
  CHECK_FALSE(nps::value_at_risk({}).has_value());
}

TEST_CASE("behaviour: a mean of amounts that do not vary claims no interval", "[behaviour]") {
  const auto mean = *nps::mean_of(std::array{4.5, 4.5, 4.5});
  CHECK(mean.mean == 4.5);
  CHECK(mean.total == 13.5);
  CHECK_FALSE(mean.limits.has_value());
}

TEST_CASE("behaviour: zero cells of a risk ratio are said to be so", "[behaviour]") {
  const auto none = *nps::risk_ratio(0, 20, 0, 40);
  CHECK_FALSE(none.ratio.has_value());
  CHECK(none.low == 0);
  CHECK_FALSE(none.high.has_value());
  CHECK(*nps::risk_ratio(0, 20, 5, 40)->ratio == 0);
  CHECK_FALSE(nps::risk_ratio(4, 20, 0, 40)->ratio.has_value());
}

TEST_CASE("behaviour: a perfect order of few has a p that is not 0", "[behaviour]") {
  const std::array<nps::RatedAmount, 4> perfect{{{1, 10}, {2, 20}, {3, 30}, {4, 40}}};
  const auto rho = *nps::spearman(perfect);
  CHECK(rho.coefficient == 1);
  CHECK(std::fabs(rho.p - 2.0 / 24) < 1e-12);
}

TEST_CASE("behaviour: one band nobody entered or left takes a degree of freedom with it",
          "[behaviour]") {
  nps::Transitions moves;
  moves.add(nps::Band::Detractor, nps::Band::Promoter, 30);
  moves.add(nps::Band::Promoter, nps::Band::Detractor, 12);
  const auto mcnemar = nps::mcnemar(30, 12)->test;
  for (const auto& test : {nps::bowker_symmetry(moves), nps::stuart_maxwell(moves)}) {
    REQUIRE(test.has_value());
    CHECK(test->degrees == 1);
    CHECK(std::fabs(test->statistic - mcnemar.statistic) < 1e-12);
  }
}

TEST_CASE("behaviour: value at risk is repeatable, and holds what it estimates", "[behaviour]") {
  std::vector<nps::CustomerAtRisk> customers;
  for (std::uint32_t i = 0; i < 200; ++i) {
    customers.push_back(
        {.value = 10.0 + i % 7, .detractor_answers = 1, .detractor_events = i % 4 == 0});
    customers.push_back({.promoter_answers = 1, .promoter_events = i % 20 == 0});
  }
  const auto risk = *nps::value_at_risk(customers, {.seed = 7});
  CHECK(std::fabs(risk.excess - 0.2) < 1e-12);
  CHECK(std::fabs(risk.at_risk - risk.value * 0.2) < 1e-9);
  REQUIRE(risk.limits.has_value());
  CHECK(risk.limits->low < risk.at_risk);
  CHECK(risk.limits->high > risk.at_risk);
  // About two standard errors of the difference of two shares: 2 sqrt(0.1875/200 + 0.0475/200).
  CHECK(std::fabs((risk.limits->high - risk.limits->low) / risk.value - 0.134) < 0.02);
  const auto again = *nps::value_at_risk(customers, {.seed = 7});
  CHECK(again.limits->low == risk.limits->low);
  CHECK(nps::value_at_risk(customers, {.seed = 8})->limits->low != risk.limits->low);
}
