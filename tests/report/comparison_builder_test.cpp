#include "nps/report/comparison_builder.h"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "nps/segment/decomposition.h"
#include "nps/stats/weighted_comparison.h"
#include "support/answers.h"
#include "support/catch.h"

using namespace nps;
using nps::test::Answer;
using nps::test::at;
using nps::test::Columns;

namespace {

ComparisonBuilder builder_of(ComparisonOptions options) {
  auto builder = ComparisonBuilder::create(std::move(options));
  REQUIRE(builder);
  return *std::move(builder);
}

/// One label dimension for each column that the builder takes.
std::vector<Dimension> columns_of(ComparisonBuilder& builder) {
  std::vector<Dimension> dimensions;
  for (const auto& column : builder.labels()) dimensions.push_back(Dimension::label(column.name));
  return dimensions;
}

Result<> add(ComparisonBuilder& builder, std::span<const Answer> answers,
             std::optional<Side> side) {
  const auto dimensions = columns_of(builder);
  const auto labels = builder.labels();
  const Columns columns(answers, dimensions,
                        [&](std::size_t d) -> Labels& { return *labels[d].into; });
  return builder.add(columns.view(), side);
}

ComparisonReport report_of(std::span<const Answer> before, std::span<const Answer> after,
                           ComparisonOptions options) {
  ComparisonBuilder builder = builder_of(std::move(options));
  REQUIRE(add(builder, before, Side::Before));
  REQUIRE(add(builder, after, Side::After));
  auto report = builder.finish();
  REQUIRE(report);
  return *std::move(report);
}

std::vector<Answer> some_answers(std::mt19937& random, std::size_t count) {
  const std::vector<std::string> channels{"web", "store", "app", ""};
  std::vector<Answer> answers;
  for (std::size_t i = 0; i < count; ++i) {
    answers.push_back({.labels = {channels[random() % 4], random() % 3 == 0 ? "x" : "y"},
                       .rating = static_cast<int>(random() % 11),
                       .answered_at = at(2024, static_cast<unsigned>(1 + random() % 12),
                                         static_cast<unsigned>(1 + random() % 28)),
                       .weight = 0.5 + static_cast<double>(random() % 4),
                       .customer = "c" + std::to_string(random() % (count / 2 + 1)),
                       .id = std::to_string(i)});
  }
  return answers;
}

std::uint64_t rows_told(const ComparisonReport& report) {
  std::uint64_t rows = report.total.before.responses + report.total.after.responses +
                       report.left_out + report.superseded + report.unmatched_before +
                       report.unmatched_after + report.rejected.uncounted();
  if (report.control) {
    rows += report.control->figures.before.responses + report.control->figures.after.responses;
  }
  return rows;
}

const std::vector<Dimension> kTwo{Dimension::label("channel"), Dimension::label("kind")};

}  // namespace

TEST_CASE("comparison: every row is told, whatever is asked", "[comparison_report]") {
  const auto seed = GENERATE(range(1U, 9U));
  INFO("seed " << seed);
  std::mt19937 random(seed);
  std::vector<Answer> before = some_answers(random, 60);
  std::vector<Answer> after = some_answers(random, 50);
  before.push_back({.labels = {"web", "x"}, .rating = 11, .customer = "c1"});
  after.push_back({.labels = {"web", "x"}, .rating = 9, .customer = ""});
  after.push_back({.labels = {"web", "x"}, .rating = 9, .weight = -1, .customer = "c2"});
  for (const bool paired : {false, true}) {
    for (const Which which : {Which::All, Which::Latest, Which::First}) {
      if (paired && which == Which::All) continue;
      ComparisonOptions options{.by = kTwo,
                                .roll_up = true,
                                .policy = {.which = which},
                                .weighted = !paired,
                                .customers = true,
                                .paired = paired};
      const ComparisonReport report = report_of(before, after, options);
      CHECK(report.rows == 113);
      CHECK(rows_told(report) == 113);
      CHECK(report.rejected.count(Reject::OutOfRange) == 1);
      // Sides of the groups of each subset add up to the total's.
      std::uint64_t first = 0;
      std::uint64_t second = 0;
      for (const ComparedGroup& group : report.groups) {
        if (group.key.size() != 2) continue;
        first += group.figures.before.responses;
        second += group.figures.after.responses;
      }
      CHECK(first == report.total.before.responses);
      CHECK(second == report.total.after.responses);
      REQUIRE(report.mix);
      CHECK(*report.mix + *report.rate == Approx(report.total.change->nps).margin(1e-9));
    }
  }
}

TEST_CASE("comparison: mix and rate are those of decompose()", "[comparison_report]") {
  std::mt19937 random(7);
  const auto before = some_answers(random, 80);
  const auto after = some_answers(random, 90);
  const ComparisonReport report = report_of(before, after, {.by = kTwo});
  const auto cube = [](std::span<const Answer> answers) {
    auto made = Cube::create(kTwo);
    REQUIRE(made);
    for (const Answer& answer : answers) {
      REQUIRE(made->add({answer.labels[0], answer.labels[1]}, *Rating::from(answer.rating)));
    }
    return *std::move(made);
  };
  const auto expected = decompose(cube(before), cube(after));
  REQUIRE(expected);
  CHECK(*report.mix == expected->mix);
  CHECK(*report.rate == expected->rate);
  CHECK(report.simpson == expected->simpson);
  REQUIRE(report.groups.size() == expected->segments.size());
  for (std::size_t i = 0; i < report.groups.size(); ++i) {
    CHECK(report.groups[i].key[0].label == expected->segments[i].labels[0]);
    CHECK(*report.groups[i].mix == expected->segments[i].mix);
    CHECK(*report.groups[i].rate == expected->segments[i].rate);
  }
}

TEST_CASE("comparison: a split gives what two sides would", "[comparison_report]") {
  std::mt19937 random(11);
  auto answers = some_answers(random, 100);
  std::vector<Answer> before;
  std::vector<Answer> after;
  std::vector<Answer> labelled = answers;
  const Timestamp half = at(2024, 6, 15);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const bool first = *answers[i].answered_at < half;
    (first ? before : after).push_back(answers[i]);
    labelled[i].labels.push_back(first ? "1" : "2");
  }
  answers.push_back({.labels = {"web", "x"}, .rating = 3});  // no time: on neither side
  labelled.push_back({.labels = {"web", "x", "3"}, .rating = 3});

  const ComparisonReport sides = report_of(before, after, {.by = kTwo});
  ComparisonBuilder by_time = builder_of({.by = kTwo, .split = SplitByTime{half}});
  REQUIRE(add(by_time, answers, {}));
  ComparisonBuilder by_label = builder_of({.by = kTwo, .split = SplitByLabel{"wave", "1", "2"}});
  REQUIRE(add(by_label, labelled, {}));
  for (ComparisonBuilder* builder : {&by_time, &by_label}) {
    const auto report = builder->finish();
    REQUIRE(report);
    CHECK(report->left_out == 1);
    CHECK(rows_told(*report) == 101);
    CHECK(report->total.change->nps == sides.total.change->nps);
    CHECK(report->total.change->p == sides.total.change->p);
    CHECK(report->groups.size() == sides.groups.size());
    CHECK(*report->mix == *sides.mix);
  }
}

TEST_CASE("comparison: repeated answers are compared as clusters, anonymous ones one by one",
          "[comparison_report]") {
  std::vector<Answer> before;
  std::vector<Answer> after;
  ClusteredBands first;
  ClusteredBands second;
  for (int i = 0; i < 12; ++i) {
    const std::string who = "c" + std::to_string(i);
    const int rating = i % 3 == 0 ? 3 : 10;
    for (int again = 0; again <= i % 2; ++again) {
      before.push_back({.rating = rating, .customer = who});
      after.push_back({.rating = 13 - rating, .customer = who});
    }
    Tally own;
    own.add(*Rating::from(rating), 1 + static_cast<std::uint64_t>(i % 2));
    first.add(own.bands());
    Tally other;
    other.add(*Rating::from(13 - rating), 1 + static_cast<std::uint64_t>(i % 2));
    second.add(other.bands());
  }
  for (int i = 0; i < 3; ++i) {
    before.push_back({.rating = 9});
    first.add(BandCounts{.promoters = 1});
  }
  const ComparisonReport report = report_of(before, after, {.customers = true});
  const auto expected = compare_clustered(first, second);
  REQUIRE(report.total.change);
  CHECK(report.total.change->method == ChangeMethod::Clustered);
  CHECK(report.total.change->nps == Approx(expected->nps));
  CHECK(report.total.change->low == Approx(expected->low));
  CHECK(report.total.change->p == Approx(expected->p));
  CHECK(report.anonymous == 3);
  CHECK(report.customers->before == 12);
  CHECK(report.customers->both == 12);
}

TEST_CASE("comparison: the direction never goes against the plain difference",
          "[comparison_report]") {
  // One promoter is adjusted to a score of +25; so many at +99 seem to be a rise.
  std::vector<Answer> before{{.rating = 10}};
  std::vector<Answer> after(20000, {.rating = 10});
  for (int i = 0; i < 100; ++i) after[static_cast<std::size_t>(i)].rating = 0;
  const ComparisonReport report = report_of(before, after, {});
  CHECK(report.total.change->nps == Approx(-1));
  CHECK(report.total.change->low > 0);
  CHECK(report.direction == ChangeDirection::Unclear);
  CHECK(
      report.verdict.starts_with("No change is shown: the score went from +100.0 to +99.0, and "
                                 "with so few answers the 95 % interval of the change, "));
  CHECK(report.verdict.ends_with("does not bear that out."));
}

TEST_CASE("comparison: an interval that ends next to 0 is not said to end at it",
          "[comparison_report]") {
  std::vector<Answer> before;
  std::vector<Answer> after;
  const auto fill = [](std::vector<Answer>& answers, int detractors, int promoters) {
    answers.assign(static_cast<std::size_t>(detractors), {.rating = 0});
    answers.resize(static_cast<std::size_t>(detractors + promoters), {.rating = 10});
  };
  fill(before, 500, 500);
  for (int promoters = 530; promoters < 560; ++promoters) {
    fill(after, 1000 - promoters, promoters);
    const ComparisonReport report = report_of(before, after, {});
    INFO(report.verdict);
    CHECK((report.direction == ChangeDirection::Up) == (report.total.change->low > 0));
    CHECK((report.verdict.find("includes 0") == std::string::npos) ==
          (report.total.change->low > 0));
    if (report.direction == ChangeDirection::Up) {
      CHECK(report.verdict.find("is 0.0 to") == std::string::npos);
    }
  }
}

TEST_CASE("comparison: what is hidden cannot be had by subtraction", "[comparison_report]") {
  const auto seed = GENERATE(range(1U, 13U));
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const auto before = some_answers(random, 40);
  const auto after = some_answers(random, 45);
  ComparisonBuilder builder =
      builder_of({.by = kTwo, .roll_up = true, .order = ComparisonOrder::Change, .min_n = 5});
  REQUIRE(add(builder, before, Side::Before));
  REQUIRE(add(builder, after, Side::After));
  const auto report = builder.finish();
  REQUIRE(report);
  const ComparisonReport open =
      report_of(before, after, {.by = kTwo, .roll_up = true, .order = ComparisonOrder::Key});
  REQUIRE(report->groups.size() == open.groups.size());
  for (const ComparedGroup& whole : open.groups) {
    if (whole.key.size() == 2) continue;
    // The groups that add up to this one: those with its labels and one dimension more.
    for (std::size_t d = 0; d < 2; ++d) {
      if (whole.key.size() == 1 && whole.key[0].dimension == d) continue;
      std::size_t hidden = 0;
      std::uint64_t together_before = 0;
      std::uint64_t together_after = 0;
      const auto shown = [&](const ComparedGroup& group) {
        for (const ComparedGroup& other : report->groups) {
          if (other.key == group.key) return !other.suppressed;
        }
        return false;
      };
      for (const ComparedGroup& part : open.groups) {
        if (part.key.size() != whole.key.size() + 1) continue;
        const bool within =
            std::ranges::all_of(whole.key,
                                [&](const KeyPart& key) {
                                  return std::ranges::find(part.key, key) != part.key.end();
                                }) &&
            std::ranges::find(part.key, d, &KeyPart::dimension) != part.key.end();
        if (!within) continue;
        const bool small =
            (part.figures.before.responses != 0 && part.figures.before.responses < 5) ||
            (part.figures.after.responses != 0 && part.figures.after.responses < 5);
        CHECK((!small || !shown(part)));
        if (shown(part)) continue;
        ++hidden;
        together_before += part.figures.before.responses;
        together_after += part.figures.after.responses;
      }
      if (!shown(whole)) continue;
      CHECK(hidden != 1);
      if (hidden != 0) CHECK((together_before == 0 || together_before >= 5));
      if (hidden != 0) CHECK((together_after == 0 || together_after >= 5));
    }
  }
  for (const ComparedGroup& group : report->groups) {
    if (!group.suppressed) continue;
    CHECK(group.figures.before.responses + group.figures.after.responses == 0);
    CHECK_FALSE(group.mix.has_value());
  }
}

TEST_CASE("comparison: options and columns that do not go together are refused",
          "[comparison_report]") {
  CHECK_FALSE(ComparisonBuilder::create({.customers = true, .paired = true}));
  CHECK_FALSE(ComparisonBuilder::create(
      {.policy = {.which = Which::Latest}, .weighted = true, .customers = true, .paired = true}));
  CHECK_FALSE(ComparisonBuilder::create({.policy = {.which = Which::Latest}}));
  CHECK_FALSE(ComparisonBuilder::create({.by = {kTwo[0], kTwo[0]}}));
  ComparisonBuilder sides = builder_of({});
  const std::vector<Answer> one{{.rating = 9}};
  CHECK(add(sides, one, {}).error().code == ErrorCode::InvalidArgument);
  ComparisonBuilder split = builder_of({.split = SplitByTime{at(2024, 1, 1)}});
  CHECK(add(split, one, Side::Before).error().code == ErrorCode::InvalidArgument);
  ComparisonBuilder grouped = builder_of({.by = {kTwo[0]}});
  const std::vector<std::uint8_t> ratings{9};
  CHECK(grouped.add({.ratings = ratings}, Side::Before).error().code == ErrorCode::Mismatch);
  ComparisonBuilder customers = builder_of({.customers = true});
  CHECK(customers.add({.ratings = ratings}, Side::Before).error().code == ErrorCode::Mismatch);
}
