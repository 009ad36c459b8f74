// What counts once in a report: one answer of each customer and stage, or each account by the mean of its
// answers. Against plain maps.
#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "nps/report/render.h"
#include "report/report_of.h"
#include "support/catch.h"

using nps::Dimension;
using nps::ErrorCode;
using nps::Per;
using nps::Rating;
using nps::Report;
using nps::ReportBuilder;
using nps::ReportOptions;
using nps::Which;
using nps::test::Answer;
using nps::test::at;
using nps::test::builder_of;
using nps::test::Columns;
using nps::test::finished;

namespace {

const std::vector<Dimension> kChannel{Dimension::label("channel")};

/// Labels of an answer: the channel, and last the stage or the account.
Report report_per(const std::vector<Answer>& answers, ReportOptions options,
                  bool integers = false) {
  ReportBuilder builder = builder_of(std::move(options));
  std::vector<Dimension> dimensions = builder.options().by;
  const std::size_t last = dimensions.size();
  dimensions.push_back(Dimension::label("what counts once"));
  // In two batches, so that what is seen again is in another one.
  const std::span all(answers);
  for (const auto& batch : {all.first(all.size() / 2), all.subspan(all.size() / 2)}) {
    const Columns columns(batch, dimensions, [&](std::size_t d) -> nps::Labels& {
      return d == last ? builder.counted_labels() : builder.labels(d);
    });
    nps::ResponseColumns view = columns.view();
    std::vector<std::uint64_t> ids;
    if (integers) {
      for (const Answer& answer : batch) ids.push_back(std::stoull(answer.customer));
      view.customers = {};
      view.customer_ids = ids;
    }
    REQUIRE(builder.add(view));
  }
  return finished(builder);
}

std::vector<Answer> random_answers(unsigned seed, bool nobody) {
  std::mt19937 random(seed);
  std::vector<Answer> answers(random() % 80);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    Answer& answer = answers[i];
    answer.labels = {std::to_string(random() % 3), std::to_string(random() % 4)};
    if (random() % 6 == 0) answer.labels.back() = "";
    answer.rating = static_cast<int>(random() % 12);  // 11 is none
    if (!nobody || random() % 6 != 0) answer.customer = std::to_string(random() % 9);
    if (random() % 4 != 0)
      answer.answered_at = at(2020, 1, 1 + static_cast<unsigned>(random() % 9));
    answer.id = std::to_string(1000 + i);
  }
  return answers;
}

int points(int rating) { return rating >= 9 ? 100 : rating >= 7 ? 0 : -100; }

/// Mean and interval of the accounts' means, as a textbook has them.
struct Expected {
  std::size_t accounts = 0;
  double mean = 0;
  double half = 0;
};
Expected over_accounts(const std::vector<const Answer*>& answers, double z) {
  std::map<std::string, std::vector<double>> by_account;
  for (const Answer* answer : answers) {
    std::string account = answer->labels.back();
    if (account.empty()) account = "answer " + answer->id;  // one of its own
    by_account[account].push_back(points(answer->rating));
  }
  std::vector<double> means;
  for (const auto& [account, list] : by_account) {
    double sum = 0;
    for (const double value : list) sum += value;
    means.push_back(sum / static_cast<double>(list.size()));
  }
  Expected expected{.accounts = means.size()};
  const double count = static_cast<double>(means.size());
  for (const double mean : means) expected.mean += mean / count;
  double squares = 0;
  for (const double mean : means) squares += (mean - expected.mean) * (mean - expected.mean);
  if (count > 1) expected.half = z * std::sqrt(squares / (count - 1) / count);
  return expected;
}

void check_figures(const nps::Figures& figures, const std::vector<const Answer*>& answers) {
  const Expected expected = over_accounts(answers, nps::Level().z());
  CHECK(figures.responses == answers.size());
  REQUIRE(figures.accounts.has_value());
  CHECK(*figures.accounts == expected.accounts);
  REQUIRE(figures.points().has_value());
  CHECK(*figures.points() == Approx(expected.mean).margin(1e-9));
  CHECK_FALSE(figures.score.has_value());
  REQUIRE(figures.interval.has_value());
  CHECK(figures.interval->low <= *figures.points() + 1e-9);
  CHECK(figures.interval->high >= *figures.points() - 1e-9);
  if (expected.half > 1e-6) {
    CHECK(figures.interval->low == Approx(std::max(-100.0, expected.mean - expected.half)));
    CHECK(figures.interval->high == Approx(std::min(100.0, expected.mean + expected.half)));
  }
}

}  // namespace

TEST_CASE("report builder: per customer and stage one answer of each pair counts",
          "[report_builder][per]") {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    INFO("seed " << seed);
    const Which which = seed % 2 == 0 ? Which::Latest : Which::First;
    const bool integers = seed % 3 == 0;
    const std::vector<Answer> answers = random_answers(seed, !integers);
    std::map<std::pair<std::string, std::string>, const Answer*> kept;
    std::uint64_t nobody = 0;
    std::uint64_t unrated = 0;
    std::map<std::string, int> customers;
    for (const Answer& answer : answers) {
      if (answer.rating > 10) {
        ++unrated;
        continue;
      }
      if (answer.customer.empty()) {
        ++nobody;
        continue;
      }
      ++customers[answer.customer];
      const Answer*& held = kept[{answer.customer, answer.labels.back()}];
      // An answer without a time never displaces one that has a time.
      const auto place = [&](const Answer& of) {
        const bool last = !of.answered_at && which == Which::First;
        return std::tuple(last, of.answered_at, of.id);
      };
      const bool wins = held == nullptr || (which == Which::Latest ? place(answer) > place(*held)
                                                                   : place(answer) < place(*held));
      if (wins) held = &answer;
    }
    const Report report = report_per(answers,
                                     {.by = kChannel,
                                      .policy = {.which = which, .per = Per::CustomerAndStage},
                                      .customers = true},
                                     integers);
    nps::Tally expected;
    std::map<std::string, nps::Tally> by_channel;
    for (const auto& [pair, answer] : kept) {
      expected.add(*Rating::from(answer->rating));
      by_channel[answer->labels.front()].add(*Rating::from(answer->rating));
    }
    REQUIRE(report.total.distribution == expected.counts());
    CHECK(report.groups.size() == by_channel.size());
    for (const auto& group : report.groups) {
      CHECK(group.figures.distribution == by_channel[group.key.front().label].counts());
    }
    CHECK(report.customers == customers.size());
    CHECK(report.rejected.count(nps::Reject::NoCustomer) == nobody);
    CHECK(report.rejected.count(nps::Reject::OutOfRange) == unrated);
    CHECK(report.rows == report.total.responses + report.rejected.uncounted() + report.superseded);
    CHECK_FALSE(report.total.accounts.has_value());
  }
}

TEST_CASE("report builder: per account each counts once, by the mean of its answers",
          "[report_builder][per]") {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    INFO("seed " << seed);
    const std::vector<Answer> answers = random_answers(seed, true);
    const Report report = report_per(
        answers, {.by = kChannel, .roll_up = seed % 2 == 0, .policy = {.per = Per::Account}});
    std::vector<const Answer*> counted;
    std::map<std::string, std::vector<const Answer*>> by_channel;
    for (const Answer& answer : answers) {
      if (answer.rating > 10) continue;
      counted.push_back(&answer);
      by_channel[answer.labels.front()].push_back(&answer);
    }
    if (counted.empty()) {
      CHECK(report.total.accounts == 0U);
      CHECK_FALSE(report.total.points().has_value());
      continue;
    }
    check_figures(report.total, counted);
    CHECK(report.no_account ==
          static_cast<std::uint64_t>(std::ranges::count_if(
              counted, [](const Answer* answer) { return answer->labels.back().empty(); })));
    for (const auto& group : report.groups) {
      if (group.key.empty()) {
        check_figures(group.figures, counted);
      } else {
        check_figures(group.figures, by_channel[group.key.front().label]);
      }
    }
    CHECK(report.groups.size() == by_channel.size() + (seed % 2 == 0 ? 1 : 0));
  }
}

TEST_CASE("report builder: per account, one answer of each customer may count",
          "[report_builder][per]") {
  const std::vector<Answer> answers{
      {.labels = {"acme"}, .rating = 0, .answered_at = at(2020, 1, 1), .customer = "ann"},
      {.labels = {"acme"}, .rating = 10, .answered_at = at(2020, 1, 2), .customer = "ann"},
      {.labels = {"acme"}, .rating = 10, .answered_at = at(2020, 1, 1), .customer = "bob"},
      {.labels = {"bolt"}, .rating = 0, .answered_at = at(2020, 1, 1), .customer = "eve"}};
  const Report latest =
      report_per(answers, {.policy = {.which = Which::Latest, .per = Per::Account}});
  CHECK(latest.total.responses == 3);
  CHECK(latest.total.points() == 0.0);
  CHECK(latest.superseded == 1);
  const Report all = report_per(answers, {.policy = {.per = Per::Account}});
  CHECK(*all.total.points() == Approx((100.0 / 3 - 100) / 2));
  CHECK(all.total.grade == nps::Grade::NeedsWork);
}

TEST_CASE("report builder: accounts are stated beside responses, wherever figures stand",
          "[report_builder][per]") {
  const std::vector<Answer> answers{{.labels = {"web", "acme"}, .rating = 10},
                                    {.labels = {"web", "acme"}, .rating = 10},
                                    {.labels = {"web", ""}, .rating = 0}};
  const Report report = report_per(answers, {.by = kChannel, .policy = {.per = Per::Account}});
  const std::string json = render_json(report);
  CHECK(json.find("\"per\":\"account\"") != std::string::npos);
  CHECK(json.find("\"accounts\": 2") != std::string::npos);
  CHECK(json.find("\"no_account\": 1") != std::string::npos);
  CHECK(json.find("\"nps\": 0.0") != std::string::npos);
  const std::string table = render_table(report, {});
  CHECK(table.find("3 responses of 2 accounts") != std::string::npos);
  CHECK(table.find("Counted: each of 2 accounts once") != std::string::npos);
  CHECK(table.find("each counted as one of its own: 1.") != std::string::npos);
  CHECK(render_csv(report).find(",accounts\n") != std::string::npos);
  CHECK(render_markdown(report).find(" accounts |") != std::string::npos);
}

TEST_CASE("report builder: what cannot count once is refused", "[report_builder][per]") {
  const auto code = [](ReportOptions options) {
    const auto builder = ReportBuilder::create(std::move(options));
    return builder ? std::optional<ErrorCode>() : builder.error().code;
  };
  CHECK(code({.policy = {.per = Per::CustomerAndStage}}) == ErrorCode::InvalidArgument);
  CHECK(code({.policy = {.per = Per::Account}, .weighted = true}) == ErrorCode::InvalidArgument);
  CHECK(code({.by = kChannel,
              .policy = {.per = Per::Account},
              .scan = nps::PAdjustment::BenjaminiHochberg}) == ErrorCode::InvalidArgument);

  // Without the column of stages, or with codes that mean none.
  const std::vector<Answer> answers{{.labels = {"web"}, .rating = 9, .customer = "ann"}};
  ReportBuilder builder = builder_of(
      {.by = kChannel, .policy = {.which = Which::Latest, .per = Per::CustomerAndStage}});
  const Columns columns(answers, kChannel,
                        [&](std::size_t d) -> nps::Labels& { return builder.labels(d); });
  const auto added = builder.add(columns.view());
  REQUIRE_FALSE(added);
  CHECK(added.error().code == ErrorCode::Mismatch);
  CHECK(finished(builder).rows == 0);
}

TEST_CASE("report builder: the limit on cells is on what is shown, and not on accounts",
          "[report_builder][per]") {
  std::vector<Answer> answers;
  for (int i = 0; i < 50; ++i) {
    answers.push_back({.labels = {std::to_string(i % 3), std::to_string(i)}, .rating = i % 11});
  }
  CHECK(report_per(answers, {.by = kChannel, .policy = {.per = Per::Account}, .cell_limit = 3})
            .groups.size() == 3);
  ReportBuilder builder =
      builder_of({.by = kChannel, .policy = {.per = Per::Account}, .cell_limit = 2});
  const std::vector<Dimension> dimensions{kChannel[0], Dimension::label("account")};
  const Columns columns(answers, dimensions, [&](std::size_t d) -> nps::Labels& {
    return d == 1 ? builder.counted_labels() : builder.labels(d);
  });
  REQUIRE(builder.add(columns.view()));
  const auto report = builder.finish();
  REQUIRE_FALSE(report);
  CHECK(report.error().code == ErrorCode::LimitReached);
}
