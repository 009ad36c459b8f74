// What a report counts, and that nothing vanishes. Its groups: report_groups_test.cpp.
#include "nps/report/report_builder.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "nps/report/render.h"
#include "report/report_of.h"
#include "support/answers.h"
#include "support/catch.h"

using nps::Dimension;
using nps::ErrorCode;
using nps::Reject;
using nps::Report;
using nps::ReportBuilder;
using nps::ReportOptions;
using nps::Which;
using nps::test::Answer;
using nps::test::at;
using nps::test::builder_of;
using nps::test::Columns;
using nps::test::feed;
using nps::test::finished;
using nps::test::report_of;

namespace {

const std::vector<Dimension> kChannel{Dimension::label("channel")};

void check_reconciles(const Report& report) {
  CHECK(report.rows == report.total.responses + report.rejected.uncounted() + report.superseded +
                           report.outside.total());
}

}  // namespace

TEST_CASE("report builder: nothing added is a report of nothing, under every policy",
          "[report_builder]") {
  for (const Which which : {Which::All, Which::Latest, Which::First}) {
    for (const bool roll_up : {false, true}) {
      const Report report = report_of(
          {}, {.by = kChannel, .roll_up = roll_up, .policy = {.which = which}, .weighted = true});
      ReportBuilder untouched =
          builder_of({.by = kChannel, .roll_up = roll_up, .policy = {.which = which}});
      for (const Report& empty : {report, finished(untouched)}) {
        CHECK(empty.rows == 0);
        CHECK_FALSE(empty.total.score);
        CHECK(empty.groups.empty());
        CHECK_FALSE(empty.rejected.any());
        check_reconciles(empty);
      }
    }
  }
}

TEST_CASE("report builder: dimensions are checked when it is made", "[report_builder]") {
  CHECK(ReportBuilder::create({.by = {kChannel[0], kChannel[0]}}).error().code ==
        ErrorCode::InvalidArgument);
  std::vector<Dimension> by;
  for (int d = 0; d < 33; ++d) by.push_back(Dimension::label(std::to_string(d)));
  CHECK_FALSE(ReportBuilder::create({.by = by}));
  by.resize(13, by[0]);
  CHECK(ReportBuilder::create({.by = by}));
  const auto too_many = ReportBuilder::create({.by = by, .roll_up = true});
  REQUIRE_FALSE(too_many);
  CHECK(too_many.error().code == ErrorCode::InvalidArgument);
  CHECK(too_many.error().message.find("13") != std::string::npos);
  by.resize(12, by[0]);
  CHECK(ReportBuilder::create({.by = by, .roll_up = true}));
}

TEST_CASE("report builder: rows are what was read, and add up", "[report_builder]") {
  ReportBuilder builder = builder_of({.by = kChannel});
  feed(builder, std::vector<Answer>{{{"web"}, 10}, {{"web"}, 11}, {{"app"}, 0}});
  builder.reject(Reject::Missing, 3);
  builder.reject(Reject::Ragged);
  builder.reject(Reject::BadTime, 2);  // of rows that count, so no rows of their own
  builder.reject(Reject::Fractional, 0);
  const Report report = finished(builder);
  CHECK(report.rows == 7);
  CHECK(report.total.responses == 2);
  CHECK(report.rejected.count(Reject::OutOfRange) == 1);
  CHECK(report.rejected.count(Reject::Missing) == 3);
  CHECK(report.rejected.count(Reject::BadTime) == 2);
  CHECK_FALSE(report.customers);
  check_reconciles(report);
}

TEST_CASE("report builder: what is off the policy's scale is out of range", "[report_builder]") {
  std::vector<Answer> answers;
  for (int value = 0; value <= 12; ++value) {
    answers.push_back(
        {.labels = {"web"}, .rating = value, .customer = "c" + std::to_string(value)});
  }
  for (const auto& [name, scale] : nps::kNamedScales) {
    for (const Which which : {Which::All, Which::Latest}) {
      const Report report = report_of(
          answers, {.by = kChannel, .policy = {.which = which, .scale = scale}, .customers = true});
      const int ratings = scale.max() - scale.min() + 1;
      const auto on = static_cast<std::uint64_t>(ratings);
      INFO(name);
      CHECK(report.rows == 13);
      CHECK(report.total.responses == on);
      CHECK(report.rejected.count(Reject::OutOfRange) == 13 - on);
      CHECK(report.customers == on);
      REQUIRE(report.groups.size() == 1);
      CHECK(report.groups[0].figures.responses == on);
      CHECK(report.groups[0].figures.score.has_value());
      check_reconciles(report);
    }
  }
}

TEST_CASE("report builder: a group of nothing but what is off the scale is no group",
          "[report_builder]") {
  for (const auto order :
       {nps::GroupOrder::Key, nps::GroupOrder::Score, nps::GroupOrder::Responses}) {
    const Report report =
        report_of(std::vector<Answer>{{{"web"}, 0}, {{"app"}, 10}, {{"fax"}, 0}, {{"fax"}, 0}},
                  {.by = kChannel, .policy = {.scale = nps::kOneToTen}, .order = order});
    REQUIRE(report.groups.size() == 1);
    CHECK(report.groups[0].key[0].label == "app");
  }
}

TEST_CASE("report builder: an answer off the scale never displaces one that counts",
          "[report_builder]") {
  const std::vector<Answer> answers{
      {.labels = {"web"}, .rating = 5, .answered_at = at(2020, 1, 1), .customer = "c"},
      {.labels = {"web"}, .rating = 9, .answered_at = at(2020, 2, 1), .customer = "c"}};
  const Report report = report_of(
      answers, {.by = kChannel, .policy = {.which = Which::Latest, .scale = nps::kOneToFive}});
  CHECK(report.total.responses == 1);
  CHECK(report.superseded == 0);
  CHECK(report.rejected.count(Reject::OutOfRange) == 1);
  check_reconciles(report);
}

TEST_CASE("report builder: bad weights are rejected as that, under every policy",
          "[report_builder]") {
  std::vector<Answer> answers{{.labels = {"web"}, .rating = 10, .customer = "a"},
                              {.labels = {"web"}, .rating = 0, .customer = "b"},
                              {.labels = {"web"}, .rating = 8, .customer = "c"},
                              {.labels = {"web"}, .rating = 99, .customer = "d"}};
  answers[0].weight = 3;
  answers[1].weight = -1;
  answers[2].weight = 0;
  answers[3].weight = std::numeric_limits<double>::quiet_NaN();
  for (const Which which : {Which::All, Which::Latest, Which::First}) {
    const Report report = report_of(
        answers, {.by = kChannel, .policy = {.which = which}, .weighted = true, .customers = true});
    CHECK(report.total.responses == 2);
    CHECK(report.rejected.count(Reject::BadWeight) == 1);
    CHECK(report.rejected.count(Reject::OutOfRange) == 1);
    CHECK(report.customers == 2U);
    REQUIRE(report.weighted);
    CHECK(report.weighted->points == 100.0);
    CHECK(report.weighted->sum_weights == 3);
    REQUIRE(report.groups.size() == 1);
    REQUIRE(report.groups[0].weighted);
    CHECK(report.groups[0].weighted->points == 100.0);
    check_reconciles(report);
  }
  // Who does not read weights does not judge them.
  const Report plain = report_of(answers, {.by = kChannel});
  CHECK(plain.total.responses == 3);
  CHECK_FALSE(plain.weighted);
  CHECK_FALSE(plain.groups[0].weighted);
}

TEST_CASE("report builder: customers are counted once, and the anonymous apart",
          "[report_builder]") {
  const std::vector<Answer> answers{{.labels = {"web"}, .rating = 10, .customer = "a"},
                                    {.labels = {"app"}, .rating = 9, .customer = "a"},
                                    {.labels = {"web"}, .rating = 1, .customer = ""},
                                    {.labels = {"web"}, .rating = 1, .customer = "b"},
                                    {.labels = {"web"}, .rating = 77, .customer = "never"}};
  const Report report = report_of(answers, {.by = kChannel, .customers = true});
  CHECK(report.customers == 2U);
  CHECK(report.anonymous == 1);
  CHECK(report.total.responses == 4);
  CHECK(report.superseded == 0);
  check_reconciles(report);

  const Report latest =
      report_of(answers, {.by = kChannel, .policy = {.which = Which::Latest}, .customers = true});
  CHECK(latest.customers == 2U);
  CHECK(latest.anonymous == 0);
  CHECK(latest.superseded == 1);
  CHECK(latest.rejected.count(Reject::NoCustomer) == 1);
  CHECK(latest.total.responses == 2);
  check_reconciles(latest);
}

TEST_CASE("report builder: a refused batch adds nothing, whatever refuses it", "[report_builder]") {
  const std::vector<Answer> good{{.labels = {"web"}, .rating = 9, .customer = "c"}};
  for (const Which which : {Which::All, Which::Latest}) {
    ReportBuilder builder = builder_of(
        {.by = kChannel, .policy = {.which = which}, .weighted = true, .customers = true});
    feed(builder, good);
    const std::vector<Answer> more{{.labels = {"app"}, .rating = 99, .customer = "d"},
                                   {.labels = {"app"}, .rating = 1, .customer = "d"}};
    const Columns columns(more, builder.options().by,
                          [&](std::size_t d) -> nps::Labels& { return builder.labels(d); });
    const auto check_refused = [&](const nps::ResponseColumns& bad) {
      const auto refused = builder.add(bad);
      REQUIRE_FALSE(refused);
      CHECK(refused.error().code == ErrorCode::Mismatch);
    };
    auto bad = columns.view();
    bad.customers = {};
    check_refused(bad);
    bad = columns.view();
    bad.customers = bad.customers.first(1);
    check_refused(bad);
    bad = columns.view();
    bad.weights = bad.weights.first(1);
    check_refused(bad);
    bad = columns.view();
    bad.codes = {};
    check_refused(bad);
    bad = columns.view();
    const nps::CodeColumn unknown{nps::Code{17}};
    bad.codes = {&unknown, 1};
    check_refused(bad);

    const Report report = finished(builder);
    CHECK(report.rows == 1);
    CHECK(report.total.responses == 1);
    CHECK(report.customers == 1U);
    CHECK_FALSE(report.rejected.any());
    check_reconciles(report);
  }
}

TEST_CASE("report builder: too many cells are an error, at once or at the end",
          "[report_builder]") {
  std::vector<Answer> answers;
  for (int i = 0; i < 3; ++i) {
    answers.push_back({.labels = {std::to_string(i)}, .rating = 9, .customer = std::to_string(i)});
  }
  for (const Which which : {Which::All, Which::Latest}) {
    ReportBuilder builder =
        builder_of({.by = kChannel, .policy = {.which = which}, .cell_limit = 2});
    const Columns columns(answers, builder.options().by,
                          [&](std::size_t d) -> nps::Labels& { return builder.labels(d); });
    const auto added = builder.add(columns.view());
    CHECK(added.has_value() == (which == Which::Latest));
    const auto report = builder.finish();
    CHECK(report.has_value() == (which == Which::All));
    const auto& error = added ? report.error() : added.error();
    CHECK(error.code == ErrorCode::LimitReached);
    if (report) CHECK(report->rows == 0);
  }
}

TEST_CASE("report builder: rows always equal responses, uncounted and superseded",
          "[report_builder]") {
  std::mt19937 random(4711);
  for (int round = 0; round < 60; ++round) {
    ReportOptions options{.by = kChannel,
                          .roll_up = random() % 2 == 0,
                          .policy = {.which = static_cast<Which>(random() % 3),
                                     .scale = nps::kNamedScales[random() % 4].scale},
                          .weighted = random() % 2 == 0,
                          .customers = random() % 2 == 0,
                          .order = static_cast<nps::GroupOrder>(random() % 3)};
    ReportBuilder builder = builder_of(options);
    std::uint64_t rows = 0;
    for (std::size_t batch = random() % 4; batch > 0; --batch) {
      std::vector<Answer> answers(random() % 50);
      for (Answer& answer : answers) {
        answer.labels = {std::to_string(random() % 4)};
        answer.rating = static_cast<int>(random() % 13);
        answer.weight = static_cast<double>(random() % 5) - 1;
        if (random() % 6 != 0) answer.customer = std::to_string(random() % 20);
        if (random() % 3 != 0)
          answer.answered_at = at(2020, 1, 1 + static_cast<unsigned>(random() % 28));
      }
      feed(builder, answers);
      rows += answers.size();
    }
    const auto blanks = random() % 10;
    builder.reject(static_cast<Reject>(random() % static_cast<std::size_t>(Reject::BadTime)),
                   blanks);
    rows += blanks;
    const Report report = finished(builder);
    INFO("round " << round);
    CHECK(report.rows == rows);
    check_reconciles(report);
    std::uint64_t in_groups = 0;
    for (const auto& group : report.groups) {
      in_groups += group.key.size() == 1 ? group.figures.responses : 0;
    }
    CHECK(in_groups == report.total.responses);
    if (report.customers && options.policy.which != Which::All) {
      CHECK(report.total.responses == *report.customers);
    }
  }
}

TEST_CASE("report builder: the report carries its policy and dimensions", "[report_builder]") {
  const nps::CountingPolicy policy{
      .which = Which::First, .scale = nps::kOneToSeven, .zone = "Europe/Berlin"};
  const Report report = report_of({}, {.by = kChannel, .policy = policy});
  CHECK(report.policy == policy);
  CHECK(report.dimensions == kChannel);
  CHECK(report.groups_omitted == 0);
}

TEST_CASE("report builder: a report may be taken at any time, and takes nothing away",
          "[report_builder]") {
  for (const Which which : {Which::All, Which::Latest, Which::First}) {
    ReportBuilder builder = builder_of({.by = kChannel, .policy = {.which = which}});
    const std::vector<Answer> ann{
        {.labels = {"web"}, .rating = 9, .answered_at = at(2020, 1, 1), .customer = "ann"}};
    const std::vector<Answer> bob{
        {.labels = {"web"}, .rating = 3, .answered_at = at(2020, 1, 2), .customer = "bob"}};
    feed(builder, ann);
    CHECK(finished(builder).total.responses == 1);
    CHECK(finished(builder).total.responses == 1);
    feed(builder, bob);
    CHECK(finished(builder).total.responses == 2);
    CHECK(finished(builder).total.score->points() == 0);
  }
}

TEST_CASE("report builder: customers may be integers, and threads change no figure",
          "[report_builder]") {
  std::vector<std::uint8_t> ratings;
  std::vector<std::uint64_t> customers;
  std::vector<double> weights;
  std::mt19937_64 random(5);
  for (int row = 0; row < 50'000; ++row) {
    ratings.push_back(static_cast<std::uint8_t>(random() % 12));
    customers.push_back(random() % 3'000 * 0x9e3779b97f4a7c15U);
    weights.push_back(static_cast<double>(random() % 100) / 7);
  }
  const nps::ResponseColumns columns{
      .ratings = ratings, .weights = weights, .customer_ids = customers};
  for (const Which which : {Which::All, Which::Latest}) {
    const auto made = [&](std::size_t threads) {
      ReportBuilder builder = builder_of(
          {.policy = {.which = which}, .weighted = true, .customers = true, .threads = threads});
      REQUIRE(builder.add(columns));
      return finished(builder);
    };
    const Report alone = made(1);
    CHECK(alone.customers == 3'000);
    CHECK(alone.rejected.count(Reject::OutOfRange) ==
          static_cast<std::uint64_t>(std::ranges::count(ratings, 11)));
    CHECK(alone.superseded + alone.total.responses == 50'000 - alone.rejected.uncounted());
    check_reconciles(alone);
    const Report together = made(3);
    CHECK(together.total.distribution == alone.total.distribution);
    CHECK(together.weighted->sum_weights == alone.weighted->sum_weights);
    CHECK(together.weighted->points == alone.weighted->points);
  }
}

TEST_CASE("report builder: customers are counted from one column, the same in every batch",
          "[report_builder]") {
  const std::array<std::uint8_t, 1> ratings{9};
  const std::array<std::string_view, 1> texts{"a"};
  const std::array<std::uint64_t, 1> integers{7};
  ReportBuilder builder = builder_of({.customers = true});
  REQUIRE(builder.add({.ratings = ratings, .customer_ids = integers}));
  for (const nps::ResponseColumns& bad :
       {nps::ResponseColumns{.ratings = ratings, .customers = texts},
        nps::ResponseColumns{.ratings = ratings, .customers = texts, .customer_ids = integers},
        nps::ResponseColumns{.ratings = ratings}}) {
    const auto refused = builder.add(bad);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::Mismatch);
    CHECK(refused.error().where.field == "customer");
  }
  REQUIRE(builder.add({}));
  CHECK(finished(builder).rows == 1);
  CHECK(finished(builder).customers == 1);
}

TEST_CASE("report builder: a cube is reported as if its responses had been added",
          "[report_builder]") {
  const ReportOptions options{.by = kChannel, .roll_up = true};
  auto cube = nps::Cube::create(options.by);
  REQUIRE(cube->add({"web"}, nps::Rating::of<9>()));
  REQUIRE(cube->add({"store"}, nps::Rating::of<3>()));
  auto of_cube = ReportBuilder::create(options, *cube);
  REQUIRE(of_cube);
  ReportBuilder added = builder_of(options);
  feed(added,
       std::vector<Answer>{{.labels = {"web"}, .rating = 9}, {.labels = {"store"}, .rating = 3}});
  const Report report = finished(*of_cube);
  CHECK(nps::render_json(report) == nps::render_json(finished(added)));
  check_reconciles(report);
}

TEST_CASE("report builder: a cube of another make is refused", "[report_builder]") {
  const auto refuses = [](ReportOptions options) {
    const auto builder = ReportBuilder::create(std::move(options), *nps::Cube::create(kChannel));
    REQUIRE_FALSE(builder);
    return builder.error().code == ErrorCode::Mismatch;
  };
  CHECK(refuses({}));
  CHECK(refuses({.by = {Dimension::label("stage")}}));
  CHECK(refuses({.by = kChannel, .policy = {.zone = "Europe/Berlin"}}));
  CHECK(refuses({.by = kChannel, .policy = {.which = Which::Latest}}));
  CHECK(refuses({.by = kChannel, .weighted = true}));
  CHECK(refuses({.by = kChannel, .customers = true}));
}

TEST_CASE("report builder: a window takes the answers of its days, and chooses among them",
          "[report_builder]") {
  // The 8th and 9th of October in Tokyo: from 15:00 of the 7th to 15:00 of the 9th in UTC.
  nps::CountingPolicy policy{.zone = "Asia/Tokyo",
                             .window = nps::WindowLength{nps::BucketUnit::Day, 2},
                             .as_of = at(2020, 10, 8, 16)};
  const std::vector<Answer> answers{
      {.labels = {"web"}, .rating = 1, .answered_at = at(2020, 10, 7, 14, 59), .customer = "a"},
      {.labels = {"web"}, .rating = 2, .answered_at = at(2020, 10, 7, 15), .customer = "a"},
      {.labels = {"app"}, .rating = 3, .answered_at = at(2020, 10, 9, 14, 59), .customer = "a"},
      {.labels = {"app"}, .rating = 4, .answered_at = at(2020, 10, 9, 15), .customer = "a"},
      {.labels = {"app"}, .rating = 5, .customer = "b"},
      {.labels = {"app"}, .rating = 11, .answered_at = at(2020, 10, 8), .customer = "b"}};
  const auto counted = [&](Which which) {
    policy.which = which;
    Report report = report_of(answers, {.by = kChannel, .policy = policy});
    check_reconciles(report);
    CHECK(report.policy == policy);
    CHECK(report.outside == nps::OutsideWindow{.before = 1, .after = 1, .untimed = 1});
    CHECK(report.rejected.count(Reject::OutOfRange) == 1);
    return report;
  };
  CHECK(counted(Which::All).total.responses == 2);
  CHECK(counted(Which::All).groups.size() == 2);
  const Report latest = counted(Which::Latest);
  CHECK(latest.superseded == 1);
  CHECK((*latest.total.distribution)[3] == 1);
  CHECK((*counted(Which::First).total.distribution)[2] == 1);
  const std::string json = nps::render_json(latest);
  CHECK(json.find("\"window\":\"2d\",\"as_of\":\"2020-10-08T16:00:00Z\"") != std::string::npos);
  CHECK(json.find("\"outside_window\": {\"before\":1,\"after\":1,\"untimed\":1}") !=
        std::string::npos);
  CHECK(nps::render_table(latest).find("answers of 2 days in Asia/Tokyo") != std::string::npos);
}

TEST_CASE("report builder: a window is hours of UTC or days of a zone that there is",
          "[report_builder]") {
  nps::CountingPolicy policy{.zone = "Asia/Tokyo",
                             .window = nps::WindowLength{nps::BucketUnit::Hour, 2},
                             .as_of = at(2020, 10, 8, 16, 30)};
  const std::vector<Answer> answers{
      {.labels = {"web"}, .rating = 1, .answered_at = at(2020, 10, 8, 14, 59)},
      {.labels = {"web"}, .rating = 2, .answered_at = at(2020, 10, 8, 15)},
      {.labels = {"web"}, .rating = 3, .answered_at = at(2020, 10, 8, 16, 59)},
      {.labels = {"web"}, .rating = 4, .answered_at = at(2020, 10, 8, 17)}};
  const Report report = report_of(answers, {.by = kChannel, .policy = policy});
  CHECK(report.total.responses == 2);
  CHECK(report.outside == nps::OutsideWindow{.before = 1, .after = 1});
  policy.zone = "Nowhere/At_All";
  CHECK(ReportBuilder::create({.policy = policy}).error().code == ErrorCode::NotFound);
  policy.as_of.reset();
  CHECK(ReportBuilder::create({.policy = policy}).error().code == ErrorCode::InvalidArgument);
}
