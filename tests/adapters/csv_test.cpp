#include "nps/adapters/csv.h"

#include <chrono>

#include "adapters/csv_answers.h"
#include "support/catch.h"

using namespace nps::test;
using nps::CsvEncoding;
using nps::CsvOptions;
using nps::CsvResponses;
using nps::ErrorCode;
using nps::RaggedRows;
using nps::Reject;
using Ratings = std::vector<int>;
using namespace std::chrono_literals;

namespace {

CsvOptions rated_by(std::string column) {
  CsvOptions options;
  options.rating = std::move(column);
  return options;
}

nps::Timestamp midnight(int year, unsigned month, unsigned day) {
  return std::chrono::sys_days(std::chrono::year(year) / static_cast<int>(month) /
                               static_cast<int>(day));
}

}  // namespace

TEST_CASE("csv responses: columns hold what the rows hold, in their order", "[csv]") {
  CsvOptions options = rated_by("score");
  options.customer = "who";
  options.time = "when";
  options.touchpoint = "bought";
  options.weight = "w";
  const Answers read = read_answers(
      "who,score,when,bought,w,channel\n"
      " ann ,9,2020-01-02,2020-01-01,1.5, web \n"
      ",0,,2020-01-01,0,\n",
      options, {"channel"});
  REQUIRE_FALSE(read.error);
  CHECK(read.ratings == Ratings{9, 0});
  CHECK(read.labels[0] == Texts{"web", ""});
  CHECK(read.customers == Texts{"ann", ""});
  CHECK(read.weights == std::vector<double>{1.5, 0});
  CHECK(read.answered_at ==
        std::vector<std::optional<nps::Timestamp>>{midnight(2020, 1, 2), std::nullopt});
  CHECK(read.touchpoint_at ==
        std::vector<std::optional<nps::Timestamp>>{midnight(2020, 1, 1), midnight(2020, 1, 1)});
  CHECK(read.ids.empty());  // nobody asked to break ties
  CHECK(read.rejects == Texts{"3 when  bad_time"});
}

TEST_CASE("csv responses: a row is rejected for one reason, and a bad time keeps it", "[csv]") {
  CsvOptions options = rated_by("score");
  options.customer = "who";
  options.time = "when";
  options.touchpoint = "when";
  options.weight = "w";
  options.needs_customer = true;
  options.ragged = RaggedRows::Reject;
  const Answers read = read_answers(
      "score,who,when,w\n"
      "x,,never,-1\n"
      "11,a,2020-01-01,1\n"
      "8.5,a,2020-01-01,1\n"
      "NA,a,2020-01-01,1\n"
      "9,,never,-1\n"
      "9,,never,1\n"
      "9,a,never,1\n"
      "9,a,2020-01-01\n"
      "9,a,2020-01-01,1\n",
      options);
  REQUIRE_FALSE(read.error);
  CHECK(read.ratings == Ratings{9, 9});
  CHECK(read.rejects == Texts{"2 score x not_a_number", "3 score 11 out_of_range",
                              "4 score 8.5 fractional", "5 score NA missing", "6 w -1 bad_weight",
                              "7 who  no_customer", "8 when never bad_time", "9   ragged"});
  for (std::size_t reason = 0; reason < nps::kRejects; ++reason) {
    const std::uint64_t rows = is_of_events(static_cast<Reject>(reason)) ? 0 : 1;
    CHECK(read.rejected.count(static_cast<Reject>(reason)) == rows);
  }
  CHECK(read.rejected.uncounted() + read.ratings.size() == 9);
}

TEST_CASE("csv responses: the pieces in which bytes come change nothing", "[csv]") {
  const std::string text =
      "\xef\xbb\xbfscore,g,when\r\n"
      "9,\"a\r\nb\",2020-01-01\r\n"
      "x,\"\"\"\",2020-01-01\r\n"
      "0,c,\r\n"
      "total\r\n";
  CsvOptions options = rated_by("score");
  options.time = "when";
  options.footer_rows = 1;
  const Answers whole = read_answers(text, options, {"g"});
  REQUIRE_FALSE(whole.error);
  CHECK(whole.labels[0] == Texts{"a\r\nb", "c"});
  for (const std::size_t piece : {1U, 2U, 3U, 5U, 7U, 14U}) {
    options.limits.block_bytes = piece;
    const Answers parts = read_answers(text, options, {"g"}, piece);
    CHECK_FALSE(parts.error);
    CHECK(parts.ratings == whole.ratings);
    CHECK(parts.labels == whole.labels);
    CHECK(parts.answered_at == whole.answered_at);
    CHECK(parts.rejects == whole.rejects);
  }
}

TEST_CASE("csv responses: a long file comes in batches, with every row in one of them", "[csv]") {
  std::string text = "score,g\n";
  Ratings want;
  for (int row = 0; row < 10'000; ++row) {
    text += std::to_string(row % 11) + "," + std::to_string(row) + "\n";
    want.push_back(row % 11);
  }
  CsvOptions options = rated_by("score");
  options.limits.block_bytes = std::size_t{1} << 14U;
  const Answers read = read_answers(text, options, {"g"});
  CHECK(read.batches > 1);
  CHECK(read.ratings == want);
  CHECK(read.labels[0].front() == "0");
  CHECK(read.labels[0].back() == "9999");
}

TEST_CASE("csv responses: a batch in which all is rejected is no end", "[csv]") {
  std::string text = "score\n";
  for (int row = 0; row < 10'000; ++row) text += "x\n";
  const Answers read = read_answers(text + "9\n", rated_by("score"));
  CHECK(read.ratings == Ratings{9});
  CHECK(read.rejected.count(Reject::NotANumber) == 10'000);
}

TEST_CASE("csv responses: rows without an id of their own get the file's stem and their number",
          "[csv]") {
  CsvOptions options = rated_by("score");
  options.customer = "who";
  options.response_id = "id";
  options.needs_customer = true;
  const Answers read = read_answers("score,who,id\n9,a, r1 \nx,a,r2\n8,a,\n", options);
  CHECK(read.ids == Texts{"r1", "answers:000000000003"});
  options.response_id = "";
  CHECK(read_answers("score,who\n9,a\n8,a\n", options).ids == Texts{"answers:1", "answers:2"});
}

TEST_CASE("csv responses: @file is the stem for every row, beside other labels", "[csv]") {
  const Answers read = read_answers("score,g\n9,x\n8,y\n", rated_by("score"), {"g", "@file", "g"});
  CHECK(read.labels[0] == Texts{"x", "y"});
  CHECK(read.labels[1] == Texts{"answers", "answers"});
  CHECK(read.labels[2] == read.labels[0]);
}

TEST_CASE("csv responses: the stem of a path is its name without folders and extension", "[csv]") {
  CHECK(nps::file_stem("data/2020Q4_nps_web.csv") == "2020Q4_nps_web");
  CHECK(nps::file_stem("a.b.csv") == "a.b");
  CHECK(nps::file_stem("folder.d/plain") == "plain");
  CHECK(nps::file_stem("C:\\data\\a.csv") == "a");
  CHECK(nps::file_stem(".csv") == ".csv");
  CHECK(nps::file_stem("standard input") == "standard input");
  CHECK(nps::file_stem("").empty());
}

TEST_CASE("csv responses: labels are valid UTF-8, whatever the bytes", "[csv]") {
  const std::string text = "score,g\n9,Zo\xeb\n8,Zo\xc3\xab\n7,\x80\n";
  CsvOptions options = rated_by("score");
  const Answers utf8 = read_answers(text, options, {"g"});
  CHECK(utf8.labels[0] == Texts{"Zo\xef\xbf\xbd", "Zo\xc3\xab", "\xef\xbf\xbd"});
  CHECK(utf8.repaired);
  options.encoding = CsvEncoding::Latin1;
  const Answers latin1 = read_answers(text, options, {"g"});
  CHECK(latin1.labels[0] == Texts{"Zo\xc3\xab", "Zo\xc3\x83\xc2\xab", "\xc2\x80"});
  CHECK_FALSE(latin1.repaired);
  CHECK_FALSE(read_answers("score,g\n9,\xc3\xab\n", rated_by("score"), {"g"}).repaired);
}

TEST_CASE("csv responses: footer rows are dropped, whatever they hold", "[csv]") {
  CsvOptions options = rated_by("score");
  options.footer_rows = 2;
  CHECK(read_answers("score,g\n9,a\n8,b\ntotal,2,3\n\"x\n", options).error);  // still CSV
  CHECK(read_answers("score,g\n9,a\n8,b\ntotal,2,3\nend\n", options).ratings == Ratings{9, 8});
  CHECK(read_answers("score,g\n9,a\n", options).ratings.empty());
  const Answers empty = read_answers("score,g\n", options);
  CHECK_FALSE(empty.error);
  CHECK(empty.ratings.empty());
}

TEST_CASE("csv responses: a ragged row is an error with its line, and an error is final", "[csv]") {
  auto responses = CsvResponses::open(
      std::make_unique<PieceSource>("score,\"g\ng\"\n9,a\n8\n7,b\n", 64), rated_by("score"));
  REQUIRE(responses);
  for (int again = 0; again < 2; ++again) {
    const auto more = responses->next();
    REQUIRE_FALSE(more);
    CHECK(more.error().code == ErrorCode::Malformed);
    CHECK(more.error().where.file == "answers.csv");
    CHECK(more.error().where.line == 4);
    CHECK(more.error().message.find("answers.csv, line 4: 1 cell where the header has 2") == 0);
    CHECK(responses->columns().size() == 0);
  }
}

TEST_CASE("csv responses: a source that fails is an error, not an end", "[csv]") {
  auto responses = CsvResponses::open(std::make_unique<PieceSource>("score\n9\n8\n7\n", 4, 10),
                                      rated_by("score"));
  REQUIRE(responses);
  const auto more = responses->next();
  REQUIRE_FALSE(more);
  CHECK(more.error().code == ErrorCode::Unreadable);
}

TEST_CASE("csv responses: a file needs a header row", "[csv]") {
  CsvOptions options = rated_by("score");
  options.header_rows = 0;
  const Answers none = read_answers("score\n9\n", options);
  REQUIRE(none.error);
  CHECK(none.error->code == ErrorCode::InvalidArgument);
  options.header_rows = 3;
  const Answers few = read_answers("score\n9\n", options);
  REQUIRE(few.error);
  CHECK(few.error->code == ErrorCode::Malformed);
  CHECK(few.error->message == "answers.csv ends after 2 of its 3 header rows.");
}

TEST_CASE("csv responses: dates with the day or the month first are for the caller to decide on",
          "[csv]") {
  CsvOptions options = rated_by("score");
  options.time = "when";
  const std::string dates = "score,when\nx,1/2/2020\n9,\n8,1/2/2020\n";
  const Answers undecided = read_answers(dates, options);
  REQUIRE(undecided.error);
  CHECK(undecided.error->code == ErrorCode::Ambiguous);
  CHECK(undecided.error->where.line == 4);

  options.time_format = *nps::TimeFormat::parse("dmy");
  const Answers decided = read_answers(dates, options);
  REQUIRE_FALSE(decided.error);
  CHECK(decided.answered_at.back() == midnight(2020, 2, 1));
  CHECK(decided.rejected.count(Reject::BadTime) == 1);

  options.time_format = nps::TimeFormat::iso();
  const Answers none = read_answers(dates, options);
  REQUIRE_FALSE(none.error);
  CHECK(none.rejected.count(Reject::BadTime) == 2);
  CHECK(none.unreadable_times == Texts{"when"});
}

TEST_CASE("csv responses: a stray such date among others is a bad time, in any order", "[csv]") {
  CsvOptions options = rated_by("score");
  options.time = "when";
  std::string stray_first = "score,when\n9,1/2/2020\n";
  std::string stray_last = "score,when\n";
  for (int row = 0; row < 5000; ++row) {  // more than a batch
    stray_first += row < 4500 ? "9,\n" : "9,2020-01-01\n";
    stray_last += "9,2020-01-01\n";
  }
  stray_last += "9,1/2/2020\n";
  for (const std::string& text : {stray_first, stray_last}) {
    const Answers read = read_answers(text, options);
    CHECK_FALSE(read.error);
    CHECK(read.ratings.size() == 5001);
    CHECK(read.unreadable_times.empty());
  }
}

TEST_CASE("csv responses: a column full of such dates is refused without reading on", "[csv]") {
  CsvOptions options = rated_by("score");
  options.time = "when";
  std::string text = "score,when\n";
  for (int row = 0; row < 5000; ++row) text += "9,1/2/2020\n";
  auto responses = CsvResponses::open(std::make_unique<PieceSource>(text, 1U << 20U), options);
  REQUIRE(responses);
  const auto more = responses->next();
  REQUIRE_FALSE(more);
  CHECK(more.error().code == ErrorCode::Ambiguous);
  CHECK(more.error().where.line == 2);
}

TEST_CASE("csv responses: progress is told in bytes", "[csv]") {
  const std::string text = "score\n9\n8\n";
  auto responses = CsvResponses::open(std::make_unique<PieceSource>(text, 64), rated_by("score"));
  REQUIRE(responses);
  CHECK(responses->bytes_total() == text.size());
  CHECK(responses->bytes_consumed() == 6);
  REQUIRE(responses->next());
  CHECK(responses->bytes_consumed() == text.size());
}

TEST_CASE("csv responses: many different labels, short and long, all come out as they are",
          "[csv]") {
  std::string text = "score,g\n";
  Texts want;
  for (int row = 0; row < 60'000; ++row) {
    const int kind = row * 7919 % 25'013;
    std::string label(static_cast<std::size_t>(kind % 23), 'x');
    label += std::to_string(kind);
    if (row % 1000 == 0) label += std::string(2'000, 'y');  // a megabyte of them is forgotten
    text += row % 3 == 0 ? "9,\"" + label + "\"\n" : "9,  " + label + "\n";
    want.push_back(label);
  }
  for (const std::size_t threads : {1U, 3U}) {
    CsvOptions options = rated_by("score");
    options.threads = threads;
    options.limits.block_bytes = std::size_t{1} << 16U;
    const Answers read = read_answers(text, options, {"g"});
    REQUIRE_FALSE(read.error);
    CHECK(read.batches > 10);
    CHECK((read.labels[0] == want));
  }
}

TEST_CASE("csv responses: ratings in quotes, of one digit or two, are ratings", "[csv]") {
  const Answers read = read_answers(
      "g,score\n,\"9\"\n,\"10\"\r\n,0\r\n,07\n,\"9\"5\n,9\"\n,\"\"\n,\n,\"1\"\"0\"\n,\"5\"",
      rated_by("score"));
  REQUIRE_FALSE(read.error);
  CHECK(read.ratings == Ratings{9, 10, 0, 7, 5});
  CHECK(read.rejects == Texts{"6 score 95 out_of_range", "7 score 9\" not_a_number",
                              "8 score  missing", "9 score  missing",
                              "10 score 1\"0 not_a_number"});
}

TEST_CASE("csv responses: any byte may stand between cells, a digit too", "[csv]") {
  CsvOptions options = rated_by("s");
  options.dialect.delimiter = '5';
  const Answers read = read_answers("s5g\n95a\n105b\n5c\n595\n", options, {"g"});
  REQUIRE(read.error);  // the last row has three cells
  const Answers good = read_answers("s5g\n95a\n105b\n5c\n", options, {"g"});
  CHECK(good.ratings == Ratings{9, 10});
  CHECK(good.labels[0] == Texts{"a", "b"});
  CHECK(good.rejects == Texts{"4 s  missing"});
}
