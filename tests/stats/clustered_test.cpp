#include "nps/stats/clustered.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "nps/mergeable.h"
#include "nps/stats/weighted.h"
#include "support/catch.h"
#include "support/golden.h"
#include "support/laws.h"

namespace {

using nps::BandCounts;
using nps::ClusteredBands;
using nps::IntervalMethod;
using nps::Level;
using nps::Rating;
using nps::WeightedTally;

ClusteredBands clustered(const std::vector<WeightedTally>& customers) {
  ClusteredBands all;
  for (const WeightedTally& customer : customers) all.add(customer.bands());
  return all;
}

WeightedTally tally_of(std::initializer_list<std::pair<int, double>> answers) {
  WeightedTally tally;
  for (const auto& [rating, weight] : answers) REQUIRE(tally.add(*Rating::from(rating), weight));
  return tally;
}

}  // namespace

static_assert(nps::Mergeable<ClusteredBands>);

TEST_CASE("clustered: equals R's survey package", "[clustered][golden]") {
  int compared = 0, without_variance = 0, of_answers = 0;
  for (const auto& row : nps::test::golden("golden_weighted_r.csv")) {
    if (row.text("design") != "cluster") {
      ++of_answers;  // see weighted_test.cpp
      continue;
    }
    INFO(row.describe());
    const auto ids = nps::test::split(row.text("customer_ids"), '|');
    const auto ratings = nps::test::split(row.text("scores"), '|');
    const auto weights = nps::test::split(row.text("weights"), '|');
    std::map<std::string, WeightedTally> customers;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      REQUIRE(customers[ids[i]].add(*Rating::from(nps::test::to_count(ratings[i])),
                                    nps::test::to_number(weights[i])));
    }
    ClusteredBands all;
    for (const auto& [_, customer] : customers) all.add(customer.bands());
    CHECK(all.customers() == row.count("n_customers"));
    CHECK(all.bands().responses.responses() == row.count("n"));
    CHECK(std::fabs(*all.points() / 100 - row.number("weighted_nps")) <= 1e-12);
    CHECK(std::fabs(*all.effective_n() - row.number("kish_neff")) <= 1e-12);
    const double se = nps::detail::clustered_standard_error(all);
    CHECK(std::fabs(se - row.number("linearised_se")) <= 1e-12);
    const auto interval = nps::clustered_interval(all);
    REQUIRE(interval.has_value());
    if (row.number("linearised_se") == 0) {
      CHECK(interval->method == IntervalMethod::Tango);
      ++without_variance;  // left out: all answers equal, where R's interval has no width
      continue;
    }
    CHECK(interval->method == IntervalMethod::Linearised);
    CHECK(std::fabs(interval->low / 100 - std::clamp(row.number("lo95_z"), -1.0, 1.0)) <= 1e-12);
    CHECK(std::fabs(interval->high / 100 - std::clamp(row.number("hi95_z"), -1.0, 1.0)) <= 1e-12);
    ++compared;
  }
  CHECK(compared == 3);
  CHECK(without_variance == 1);
  CHECK(of_answers == 4);
}

TEST_CASE("clustered: one answer each is what weighted answers are", "[clustered]") {
  WeightedTally together;
  ClusteredBands apart;
  for (const auto& [rating, weight] :
       std::vector<std::pair<int, double>>{{10, 1}, {9, 0.25}, {3, 4}, {8, 1.5}, {0, 0}, {7, 2}}) {
    REQUIRE(together.add(*Rating::from(rating), weight));
    apart.add(tally_of({{rating, weight}}).bands());
  }
  CHECK(apart.bands() == together.bands());
  CHECK(*apart.effective_customers() == Approx(*together.effective_n()));
  const auto ours = *nps::clustered_interval(apart);
  const auto theirs = *nps::weighted_interval(together);
  CHECK(ours.low == Approx(theirs.low));
  CHECK(ours.high == Approx(theirs.high));
}

TEST_CASE("clustered: answers repeated by their customers are worth those customers",
          "[clustered]") {
  ClusteredBands once, five_times;
  for (const BandCounts& answer : {BandCounts{1, 0, 0}, BandCounts{0, 1, 0}, BandCounts{0, 0, 1},
                                   BandCounts{0, 0, 1}, BandCounts{0, 0, 1}}) {
    once.add(answer);
    five_times.add(BandCounts{answer.detractors * 5, answer.passives * 5, answer.promoters * 5});
  }
  const auto few = *nps::clustered_interval(once);
  const auto many = *nps::clustered_interval(five_times);
  CHECK(few.low == Approx(many.low));
  CHECK(few.high == Approx(many.high));
  CHECK(*five_times.effective_n() == Approx(25));
  CHECK(*five_times.effective_customers() == Approx(5));
  CHECK(nps::weighted_interval(five_times.bands())->low > many.low + 10);
}

TEST_CASE("clustered: without weight there is nothing, and an empty customer is none",
          "[clustered]") {
  ClusteredBands none;
  CHECK_FALSE(nps::clustered_interval(none).has_value());
  none.add(BandCounts{});
  CHECK(none == ClusteredBands{});
  none.add(tally_of({{10, 0}}).bands());
  CHECK(none.customers() == 1);
  CHECK_FALSE(none.points().has_value());
  CHECK_FALSE(none.effective_customers().has_value());
  CHECK_FALSE(nps::clustered_interval(none).has_value());
}

TEST_CASE("clustered: one customer, or all of the same score, is tango of the customers",
          "[clustered]") {
  ClusteredBands one;
  one.add(BandCounts{1, 2, 3});
  const auto interval = *nps::clustered_interval(one);
  CHECK(interval.method == IntervalMethod::Tango);
  CHECK(interval.high - interval.low > 100);  // it knows of one customer, not of six answers

  ClusteredBands alike;
  for (int i = 0; i < 30; ++i) alike.add(tally_of({{10, 0.1}, {0, 0.3}, {7, 0.7}}).bands());
  CHECK(nps::detail::clustered_standard_error(alike) == 0);
  CHECK(nps::clustered_interval(alike)->method == IntervalMethod::Tango);
}

TEST_CASE("clustered: merging customers of different shards loses nothing", "[clustered][laws]") {
  std::vector<ClusteredBands> seen{ClusteredBands{}};
  for (const BandCounts& first : {BandCounts{1, 0, 4}, BandCounts{0, 7, 1}}) {
    ClusteredBands some;
    some.add(first);
    some.add(BandCounts{3, 1, 1});
    seen.push_back(some);
  }
  nps::test::check_merge_laws<ClusteredBands>(seen);  // exactly, as these are whole numbers
  const std::vector<BandCounts> customers{{1, 0, 0}, {0, 2, 5}, {4, 4, 4}, {0, 0, 1}};
  nps::test::check_splits<ClusteredBands>(
      customers, [](ClusteredBands& all, const BandCounts& customer) { all.add(customer); });
}

TEST_CASE("clustered: the interval is lawful for any customers and levels", "[clustered][laws]") {
  std::mt19937_64 random(7);
  int unlawful = 0;
  for (int round = 0; round < 3000; ++round) {
    std::vector<WeightedTally> customers(1 + random() % 6);
    for (WeightedTally& customer : customers) {
      const auto answers = 1 + random() % 4;
      for (std::uint64_t i = 0; i < answers; ++i) {
        const double weight = std::pow(10.0, static_cast<double>(random() % 201) - 100);
        REQUIRE(customer.add(*Rating::from(static_cast<int>(random() % 11)), weight));
      }
    }
    const ClusteredBands all = clustered(customers);
    for (const double value : {1e-9, 0.95, 1 - 1e-12}) {
      const auto interval = *nps::clustered_interval(all, *Level::from(value));
      unlawful += !(-100 <= interval.low && interval.low <= *all.points() &&
                    *all.points() <= interval.high && interval.high <= 100);
    }
    unlawful += !(*all.effective_customers() >= 1 &&
                  *all.effective_customers() <= static_cast<double>(all.customers()));
  }
  CHECK(unlawful == 0);
}

TEST_CASE("clustered: answers one each are as many customers", "[clustered]") {
  ClusteredBands one_by_one;
  for (int i = 0; i < 3; ++i) one_by_one.add(BandCounts{.detractors = 1});
  for (int i = 0; i < 5; ++i) one_by_one.add(BandCounts{.promoters = 1});
  ClusteredBands at_once;
  at_once.add_one_each(BandCounts{.detractors = 3, .promoters = 5});
  CHECK(at_once == one_by_one);

  ClusteredBands weighted;
  weighted.add(tally_of({{3, 2.0}}).bands());
  weighted.add(tally_of({{10, 0.5}}).bands());
  weighted.add(tally_of({{10, 4.0}}).bands());
  ClusteredBands together;
  together.add_one_each(tally_of({{3, 2.0}, {10, 0.5}, {10, 4.0}}).bands());
  CHECK(together == weighted);
  together.add_one_each(BandCounts{});  // nobody
  CHECK(together == weighted);
}
