// The sentences under a table: what was not counted, by which policy, in which zone, and what the
// interval takes for granted.
#include <string>
#include <vector>

#include "nps/report/render.h"
#include "report/report_of.h"
#include "support/answers.h"
#include "support/catch.h"

using nps::CalendarUnit;
using nps::Dimension;
using nps::Reject;
using nps::Report;
using nps::Which;
using nps::test::Answer;
using nps::test::at;
using nps::test::calendar;
using nps::test::report_of;

namespace {

// Wide enough that no sentence is broken.
bool says(const Report& report, const std::string& sentence) {
  const std::string text = render_table(report, {.width = 1000});
  UNSCOPED_INFO(text);
  UNSCOPED_INFO("wanted: " << sentence);
  return text.find(sentence) != std::string::npos;
}

Report with_rows(std::uint64_t rows) {
  Report report;
  report.rows = rows;
  return report;
}

}  // namespace

TEST_CASE("notes: where there is nothing to say nothing is said", "[notes]") {
  const std::string text =
      render_table(report_of(std::vector<Answer>{{{"web"}, 9}}, {.by = {Dimension::label("x")}}));
  for (const char* word :
       {"Not counted", "Times are", "Counted", "gave", "Change", "not shown", "row"}) {
    INFO(word);
    CHECK(text.find(word) == std::string::npos);
  }
}

TEST_CASE("notes: every reason for not counting has its words", "[notes]") {
  Report report = with_rows(12345);
  report.rejected.add(Reject::Missing, 1234);
  report.rejected.add(Reject::OutOfRange, 2);
  report.rejected.add(Reject::Fractional, 3);
  report.rejected.add(Reject::NotANumber, 4);
  report.rejected.add(Reject::BadWeight, 5);
  report.rejected.add(Reject::NoCustomer, 6);
  report.rejected.add(Reject::Ragged, 7);
  CHECK(
      says(report,
           "Not counted: 1,261 of 12,345 rows (1,234 without a rating, 2 off the scale, 3 between "
           "two ratings, 4 not a number, 5 without a usable weight, 6 without a customer, 7 with a "
           "wrong number of cells)."));
}

TEST_CASE("notes: one row is one row", "[notes]") {
  Report report = with_rows(1);
  report.rejected.add(Reject::Missing);
  report.rejected.add(Reject::BadTime);
  report.groups_omitted = 1;
  CHECK(says(report, "Not counted: 1 of 1 row (1 without a rating)."));
  CHECK(says(report, "1 row has no readable time: in the total, but in no group by time."));
  CHECK(says(report, "1 more group is not shown."));
}

TEST_CASE("notes: many rows are many rows", "[notes]") {
  Report report = with_rows(5000);
  report.rejected.add(Reject::BadTime, 1000);
  report.groups_omitted = 2000;
  CHECK(says(report, "1,000 rows have no readable time"));
  CHECK(says(report, "2,000 more groups are not shown."));
  CHECK_FALSE(says(report, "Not counted"));
}

TEST_CASE("notes: one answer a customer says which, and how many gave way", "[notes]") {
  std::vector<Answer> answers{{.rating = 9, .customer = "a"}, {.rating = 8, .customer = "b"}};
  CHECK(says(report_of(answers, {.policy = {.which = Which::Latest}}),
             "Counted: the latest answer of each of 2 customers; 0 answers gave way."));
  answers[1].customer = "a";
  CHECK(says(report_of(answers, {.policy = {.which = Which::First}}),
             "Counted: the first answer of each of 1 customer; 1 answer gave way."));
}

TEST_CASE("notes: repeats are told, with what they do to the interval", "[notes]") {
  std::vector<Answer> answers{{.rating = 9, .customer = "a"},
                              {.rating = 8, .customer = "a"},
                              {.rating = 1, .customer = "b"}};
  const nps::ReportOptions options{.customers = true};
  CHECK(says(report_of(answers, options), "2 customers gave the 3 answers: the interval takes"));
  answers.push_back({.rating = 5});
  CHECK(says(report_of(answers, options), "2 customers gave 3 answers: the interval takes"));
  answers.erase(answers.begin() + 2);
  CHECK(says(report_of(answers, options), "1 customer gave 2 answers"));
}

TEST_CASE("notes: answers without a customer are no repeats", "[notes]") {
  const std::vector<Answer> answers{{.rating = 9, .customer = "a"}, {.rating = 8}, {.rating = 7}};
  CHECK_FALSE(says(report_of(answers, {.customers = true}), "gave"));
}

TEST_CASE("notes: the zones told are the ones the periods are in", "[notes]") {
  const auto zones = [](std::vector<Dimension> by) {
    return report_of(std::vector<Answer>{{.rating = 9, .answered_at = at(2020, 1, 1)}},
                     {.by = std::move(by)});
  };
  CHECK(says(zones({calendar("@month", CalendarUnit::Month, "Europe/Berlin")}),
             "Times are in Europe/Berlin."));
  CHECK(says(zones({calendar("@month", CalendarUnit::Month, "Asia/Tokyo"),
                    Dimension::cycle("@weekday", nps::Cycle(nps::CyclicUnit::Weekday,
                                                            *nps::Zone::load("Asia/Tokyo")))}),
             "Times are in Asia/Tokyo."));
  CHECK(says(zones({calendar("@month", CalendarUnit::Month, "Asia/Tokyo"),
                    calendar("@hour", CalendarUnit::Hour, "UTC")}),
             "Times are in Asia/Tokyo and UTC."));
  CHECK_FALSE(says(zones({Dimension::delay("@delay", *nps::Delays::parse("1h"))}), "Times are in"));
}

TEST_CASE("notes: what a change is, wherever there are periods", "[notes]") {
  const Report report = report_of(std::vector<Answer>{{.rating = 9, .answered_at = at(2020, 1, 1)}},
                                  {.by = {calendar("@month", CalendarUnit::Month)}});
  CHECK(says(report,
             "Change is against the period before; an arrow where its interval leaves out "
             "zero."));
}

TEST_CASE("notes: sentences are broken between words to stay within the width", "[notes]") {
  Report report = with_rows(100);
  for (std::size_t i = 0; i < nps::kRejects; ++i) report.rejected.add(static_cast<Reject>(i), 1);
  const std::string wide = render_table(report, {.width = 1000});
  std::string narrow = render_table(report, {.width = 40});
  CHECK(narrow != wide);
  for (std::size_t at = 0; at < narrow.size();) {
    const std::size_t end = narrow.find('\n', at);
    CHECK(end - at <= 40);
    at = end + 1;
  }
}

TEST_CASE("notes: a level is told in full, and never rounded to certainty", "[notes]") {
  const auto interval_of = [](double level) {
    return render_table(
        nps::figures(nps::BandCounts{1, 1, 1}, {.level = *nps::Level::from(level)}));
  };
  CHECK(interval_of(0.95).find(" 95 % interval") != std::string::npos);
  CHECK(interval_of(0.57).find(" 57 % interval") != std::string::npos);
  CHECK(interval_of(0.999).find(" 99.9 % interval") != std::string::npos);
  CHECK(interval_of(0.99999999).find(" 99.999999 % interval") != std::string::npos);
}
