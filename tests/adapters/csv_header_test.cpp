// Which column a name means, as CsvResponses finds it.
#include "adapters/csv_answers.h"
#include "nps/detail/text.h"
#include "support/catch.h"

using namespace nps::test;
using nps::CsvOptions;
using nps::ErrorCode;

namespace {

nps::Error error_of(std::string_view text, const CsvOptions& options, const Texts& labels = {}) {
  const Answers read = read_answers(text, options, labels);
  REQUIRE(read.error.has_value());
  return *read.error;
}

CsvOptions named(std::string rating, std::size_t header_rows = 1) {
  CsvOptions options;
  options.rating = std::move(rating);
  options.header_rows = header_rows;
  return options;
}

}  // namespace

TEST_CASE("csv header: a column goes by its trimmed name", "[csv]") {
  const std::string text = "\xef\xbb\xbf score ,\" a \"\n9,x\n";
  for (const char* name : {"score", " score", "score \t"}) {
    const Answers read = read_answers(text, named(name), {"a "});
    REQUIRE_FALSE(read.error);
    CHECK(read.rating_column == "score");
    CHECK(read.labels[0] == Texts{"x"});
  }
}

TEST_CASE("csv header: a name that fits no column is NotFound, listing the columns", "[csv]") {
  const nps::Error error = error_of(",score,\"a, b\"\n,9,x\n", named("Score"));
  CHECK(error.code == ErrorCode::NotFound);
  CHECK(error.where.field == "Score");
  CHECK(error.message ==
        "answers.csv: there is no column 'Score'. The columns are (column 1 has no name), 'score', "
        "'a, b'.");
}

TEST_CASE("csv header: a name that fits several columns is Ambiguous, with their numbers",
          "[csv]") {
  const nps::Error error = error_of("x,score,x \n1,9,2\n", named("score"), {"x"});
  CHECK(error.code == ErrorCode::Ambiguous);
  CHECK(error.where.field == "x");
  CHECK(error.message ==
        "answers.csv: 2 columns are called 'x' (numbers 1, 3); rename one. The columns are 'x', "
        "'score', 'x'.");
}

TEST_CASE("csv header: an empty name finds no unnamed column", "[csv]") {
  CHECK(error_of(",score\n1,9\n", named("score"), {" "}).code == ErrorCode::NotFound);
}

TEST_CASE("csv header: of several header rows each names the column", "[csv]") {
  const std::string text = "Q1,Q2,\nHow likely?,Why?,Where?\n9,because,here\n";
  for (const char* name : {"Q1", "How likely?"}) {
    const Answers read = read_answers(text, named(name, 2), {"Where?", "Q2"});
    REQUIRE_FALSE(read.error);
    CHECK(read.rating_column == "Q1");
    CHECK(read.labels == std::vector<Texts>{{"here"}, {"because"}});
  }
  // The same name twice above each other is one column; side by side it is two.
  CHECK_FALSE(read_answers("a,b\na,c\n9,1\n", named("a", 2)).error);
  CHECK(error_of("a,b\nb,c\n9,1\n", named("b", 2)).code == ErrorCode::Ambiguous);
}

TEST_CASE("csv header: header rows of unlike length are refused with the line", "[csv]") {
  const nps::Error error = error_of("a,\"b\nb\"\nc,d,e\n9,1\n", named("a", 2));
  CHECK(error.code == ErrorCode::Malformed);
  CHECK(error.where.line == 3);
}

TEST_CASE("csv header: well-known names of the rating column are found", "[csv]") {
  for (const char* name : {"nps", "NPS Score", "nps_rating", "Net Promoter Score", "NETPRO",
                           "Score", "rating", "Likelihood to recommend", "Likely-To-Recommend",
                           "recommendation_score", "How likely are you to recommend us?"}) {
    INFO(name);
    const Answers read = read_answers(std::string("id,\"") + name + "\"\n1,9\n", CsvOptions{});
    REQUIRE_FALSE(read.error);
    CHECK(read.rating_column == name);
    CHECK(read.ratings == std::vector<int>{9});
  }
}

TEST_CASE("csv header: none or several well-known names are for the caller to decide on", "[csv]") {
  const nps::Error none = error_of("id,underscore\n1,9\n", CsvOptions{});
  CHECK(none.code == ErrorCode::NotFound);
  CHECK(none.message.find("'id', 'underscore'") != std::string::npos);
  const nps::Error several = error_of("score,nps,x\n1,9,2\n", CsvOptions{});
  CHECK(several.code == ErrorCode::Ambiguous);
  CHECK(several.message.find("'score', 'nps';") != std::string::npos);
}

TEST_CASE("csv header: names in messages are safe to show", "[csv]") {
  const nps::Error error = error_of("a\x1b[31m,\"two\nlines\",\xff\n1,2,3\n", named("x\x1b"));
  CHECK(error.message.find('\x1b') == std::string::npos);
  CHECK(error.message.find('\n') == std::string::npos);
  CHECK(nps::detail::is_utf8(error.message));
  CHECK(error.message.find("--encoding latin1") != std::string::npos);
}
