#include "nps/segment/per_customer.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "nps/segment/cube.h"
#include "support/answers.h"
#include "support/catch.h"

using nps::Cube;
using nps::Dimension;
using nps::ErrorCode;
using nps::PerCustomer;
using nps::Rating;
using nps::ResponseColumns;
using nps::Which;
using nps::test::Answer;
using nps::test::at;
using nps::test::Columns;

namespace {

// Answers in batches of `batch` rows, and the cube of those that are kept.
struct Kept {
  nps::Placed placed = {};
  std::uint64_t customers = 0;
  std::uint64_t superseded = 0;
  Cube cube;
};

Kept keep(const std::vector<Answer>& answers, Which which, std::size_t batch = 1000) {
  auto cube = Cube::create({Dimension::label("channel")}, {.policy = {.which = which}});
  REQUIRE(cube);
  Kept kept{.cube = *std::move(cube)};
  PerCustomer per_customer(which);
  for (std::size_t from = 0; from < answers.size(); from += batch) {
    const Columns columns(
        std::span<const Answer>(answers).subspan(from, std::min(batch, answers.size() - from)),
        kept.cube.dimensions(),
        [&kept](std::size_t d) -> nps::Labels& { return kept.cube.labels(d); });
    const auto placed = per_customer.add(columns.view());
    REQUIRE(placed);
    kept.placed.placed += placed->placed;
    kept.placed.anonymous += placed->anonymous;
    kept.placed.rejected += placed->rejected;
  }
  kept.customers = per_customer.customers();
  kept.superseded = per_customer.superseded();
  if (kept.customers == 0) return kept;
  const auto added = kept.cube.add(per_customer.columns());
  REQUIRE(added);
  REQUIRE(added->added == kept.customers);
  return kept;
}

Answer answer(std::string customer, int rating, std::optional<nps::Timestamp> when,
              std::string id = "", std::string channel = "web") {
  return {.labels = {std::move(channel)},
          .rating = rating,
          .answered_at = when,
          .customer = std::move(customer),
          .id = std::move(id)};
}

// All orders of a few answers of one customer keep that rating.
void check_always_keeps(std::vector<Answer> answers, Which which, int rating) {
  std::vector<std::size_t> order(answers.size());
  std::iota(order.begin(), order.end(), 0U);
  do {
    std::vector<Answer> permuted;
    for (const std::size_t i : order) permuted.push_back(answers[i]);
    for (const std::size_t batch : {std::size_t{1}, std::size_t{2}, answers.size()}) {
      const Kept kept = keep(permuted, which, batch);
      REQUIRE(kept.customers == 1);
      REQUIRE(kept.superseded == answers.size() - 1);
      REQUIRE(kept.cube.total().responses() == 1);
      REQUIRE(kept.cube.total().count(*Rating::from(rating)) == 1);
    }
  } while (std::ranges::next_permutation(order).found);
}

}  // namespace

TEST_CASE("per customer: the latest is the greatest by time, id and rating", "[per_customer]") {
  const auto jan = at(2020, 1, 1);
  const auto feb = at(2020, 2, 1);
  const std::vector<Answer> answers{answer("c", 10, jan, "z"), answer("c", 9, feb, "a"),
                                    answer("c", 1, feb, "b"), answer("c", 2, feb, "b"),
                                    answer("c", 8, std::nullopt, "zz")};
  check_always_keeps(answers, Which::Latest, 2);
  check_always_keeps(answers, Which::First, 10);
}

TEST_CASE("per customer: the first is the least by time, id and rating", "[per_customer]") {
  const auto jan = at(2020, 1, 1);
  const std::vector<Answer> answers{answer("c", 5, jan, "b"), answer("c", 4, jan, "a"),
                                    answer("c", 3, jan, "a"), answer("c", 0, at(2020, 1, 1, 13)),
                                    answer("c", 0, std::nullopt, "")};
  check_always_keeps(answers, Which::First, 3);
}

TEST_CASE("per customer: ids are compared as bytes, an empty one first", "[per_customer]") {
  const auto jan = at(2020, 1, 1);
  check_always_keeps({answer("c", 1, jan, ""), answer("c", 2, jan, "10"), answer("c", 3, jan, "9")},
                     Which::Latest, 3);
  check_always_keeps({answer("c", 1, jan, ""), answer("c", 2, jan, "10"), answer("c", 3, jan, "9")},
                     Which::First, 1);
  check_always_keeps({answer("c", 1, jan, "\x7f"), answer("c", 2, jan, "\xff")}, Which::Latest, 2);
}

TEST_CASE("per customer: an answer without a time gives way to any that has one",
          "[per_customer]") {
  const auto ancient = nps::Timestamp::min();
  check_always_keeps({answer("c", 1, ancient, "a"), answer("c", 9, std::nullopt, "b")},
                     Which::Latest, 1);
  check_always_keeps(
      {answer("c", 1, nps::Timestamp::max(), "b"), answer("c", 9, std::nullopt, "a")}, Which::First,
      1);
  // Among such answers the id decides.
  check_always_keeps({answer("c", 1, std::nullopt, "a"), answer("c", 9, std::nullopt, "b")},
                     Which::Latest, 9);
  check_always_keeps({answer("c", 1, std::nullopt, "a"), answer("c", 9, std::nullopt, "b")},
                     Which::First, 1);
}

TEST_CASE("per customer: a customer counts under the kept answer's own labels, times and weight",
          "[per_customer]") {
  std::vector<Answer> answers{answer("c", 10, at(2020, 1, 31, 23), "1", "web"),
                              answer("c", 0, at(2020, 2, 1), "2", "app"),
                              answer("d", 9, std::nullopt, "3", "web")};
  answers[0].weight = 2;
  answers[1].weight = 3;
  answers[1].touchpoint_at = at(2020, 1, 30);
  auto cube = Cube::create(
      {Dimension::label("channel"),
       Dimension::calendar("@month", nps::Calendar(nps::CalendarUnit::Month, nps::Zone::utc())),
       Dimension::delay("@delay", *nps::Delays::parse("1d"))},
      {.weighted = true});
  REQUIRE(cube);
  const Columns columns(answers, cube->dimensions(),
                        [&](std::size_t d) -> nps::Labels& { return cube->labels(d); });
  PerCustomer latest(Which::Latest);
  REQUIRE(latest.add(columns.view()));
  const auto added = cube->add(latest.columns());
  REQUIRE(added);
  CHECK(added->untimed == 1);
  const auto cells = cube->cells();
  REQUIRE(cells.size() == 1);
  CHECK(cells[0].labels == std::vector<std::string_view>{"app", "2020-02", ">=1d"});
  CHECK(cells[0].weighted->sum_weights() == 3);
  CHECK(cube->slice("channel", "web")->total().responses() == 1);
}

TEST_CASE("per customer: equal in all three, the earliest added stays", "[per_customer]") {
  const auto jan = at(2020, 1, 1);
  for (const Which which : {Which::Latest, Which::First}) {
    const Kept kept =
        keep({answer("c", 9, jan, "1", "web"), answer("c", 9, jan, "1", "app")}, which);
    REQUIRE(kept.cube.cells().size() == 1);
    CHECK(kept.cube.cells()[0].labels[0] == "web");
  }
}

TEST_CASE("per customer: every row is placed, anonymous or rejected", "[per_customer]") {
  const auto jan = at(2020, 1, 1);
  const Kept kept =
      keep({answer("a", 9, jan), answer("", 9, jan), answer("a", 1, jan), answer("b", 11, jan),
            answer("", 255, jan), answer("b", 3, jan), answer("A", 3, jan)},
           Which::Latest);
  CHECK(kept.placed.placed == 4);
  CHECK(kept.placed.anonymous == 1);
  CHECK(kept.placed.rejected == 2);  // of nobody, too: no rating is no answer
  CHECK(kept.customers == 3);        // compared as bytes
  CHECK(kept.superseded == 1);
  CHECK(kept.cube.total().responses() == 3);
}

TEST_CASE("per customer: a rejected row never takes an answer's place", "[per_customer]") {
  check_always_keeps({answer("c", 4, at(2020, 1, 1))}, Which::Latest, 4);
  const Kept kept =
      keep({answer("c", 4, at(2020, 1, 1)), answer("c", 12, at(2020, 2, 1))}, Which::Latest);
  CHECK(kept.cube.total().count(Rating::of<4>()) == 1);
  CHECK(kept.superseded == 0);
}

TEST_CASE("per customer: equals a map of the greatest, in any order and batches",
          "[per_customer]") {
  std::mt19937 random(99);
  std::vector<Answer> answers;
  for (int i = 0; i < 400; ++i) {
    std::optional<nps::Timestamp> when;
    if (random() % 5 != 0) when = at(2020, 1, 1 + static_cast<unsigned>(random() % 4));
    const std::string customer = random() % 10 == 0 ? "" : "c" + std::to_string(random() % 40);
    answers.push_back(answer(customer, static_cast<int>(random() % 12), when,
                             std::to_string(random() % 5), i % 2 == 0 ? "web" : "app"));
    // Labels that follow from the rest, so that ties make no difference.
    answers.back().labels[0] = answers.back().id + (when ? "t" : "u");
  }
  for (const Which which : {Which::Latest, Which::First}) {
    using Order = std::tuple<bool, std::optional<nps::Timestamp>, std::string, int>;
    std::map<std::string, Order> best;
    for (const Answer& one : answers) {
      if (one.customer.empty() || one.rating > 10) continue;
      const bool timed = one.answered_at.has_value();
      const Order order{which == Which::Latest ? timed : !timed, one.answered_at, one.id,
                        one.rating};
      const auto [known, fresh] = best.emplace(one.customer, order);
      if (!fresh && (which == Which::Latest ? order > known->second : order < known->second)) {
        known->second = order;
      }
    }
    auto expected = Cube::create({Dimension::label("channel")}, {.policy = {.which = which}});
    REQUIRE(expected);
    for (const auto& [customer, order] : best) {
      const auto& [first, when, id, rating] = order;
      REQUIRE(expected->add({id + (when ? "t" : "u")}, *Rating::from(rating)));
    }
    for (int round = 0; round < 10; ++round) {
      std::ranges::shuffle(answers, random);
      const Kept kept = keep(answers, which, 1 + static_cast<std::size_t>(round) * 37);
      REQUIRE(kept.cube == *expected);
      REQUIRE(kept.customers == best.size());
      REQUIRE(kept.placed.placed == kept.customers + kept.superseded);
      REQUIRE(kept.placed.placed + kept.placed.anonymous + kept.placed.rejected == answers.size());
    }
  }
}

TEST_CASE("per customer: all is taken as latest", "[per_customer]") {
  const Kept kept =
      keep({answer("c", 4, at(2020, 1, 1)), answer("c", 5, at(2020, 2, 1))}, Which::All);
  CHECK(kept.cube.total().count(Rating::of<5>()) == 1);
}

TEST_CASE("per customer: columns without customers, or of unlike lengths, are refused",
          "[per_customer]") {
  const std::vector<Answer> answers{answer("c", 9, at(2020, 1, 1)), answer("d", 1, at(2020, 1, 1))};
  nps::Labels labels;
  const std::vector<Dimension> by{Dimension::label("channel")};
  const Columns columns(answers, by, [&](std::size_t) -> nps::Labels& { return labels; });
  PerCustomer latest(Which::Latest);
  const auto check_refused = [&](const ResponseColumns& bad, std::string_view field) {
    const auto refused = latest.add(bad);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::Mismatch);
    CHECK(refused.error().where.field == field);
    CHECK(latest.customers() == 0);
  };
  ResponseColumns bad = columns.view();
  bad.customers = {};
  check_refused(bad, "customer");
  bad = columns.view();
  bad.customers = bad.customers.first(1);
  check_refused(bad, "customer");
  bad = columns.view();
  bad.response_ids = bad.response_ids.first(1);
  check_refused(bad, "response-id");
  bad = columns.view();
  bad.answered_at.values = bad.answered_at.values.first(1);
  check_refused(bad, "answered-at");

  REQUIRE(latest.add(columns.view()));
  bad = columns.view();
  bad.codes = {};
  const auto fewer = latest.add(bad);
  REQUIRE_FALSE(fewer);
  CHECK(fewer.error().code == ErrorCode::Mismatch);
  CHECK(latest.customers() == 2);
  CHECK(latest.superseded() == 0);
}

TEST_CASE("per customer: nobody asked is nobody kept", "[per_customer]") {
  PerCustomer latest(Which::Latest);
  CHECK(latest.customers() == 0);
  CHECK(latest.superseded() == 0);
  CHECK(latest.columns().size() == 0);
  REQUIRE(latest.add(ResponseColumns{}));
  CHECK(latest.columns().size() == 0);
}

TEST_CASE("per customer: without times and ids the rating decides", "[per_customer]") {
  const std::array<std::uint8_t, 3> ratings{4, 7, 5};
  const std::array<std::string_view, 3> customers{"c", "c", "c"};
  for (const auto& [which, rating] : {std::pair(Which::Latest, 7), std::pair(Which::First, 4)}) {
    PerCustomer kept(which);
    REQUIRE(kept.add(ResponseColumns{.ratings = ratings, .customers = customers}));
    const ResponseColumns columns = kept.columns();
    REQUIRE(columns.size() == 1);
    CHECK(columns.ratings[0] == rating);
    CHECK_FALSE(columns.answered_at[0]);
    CHECK(columns.weights.empty());
  }
}
