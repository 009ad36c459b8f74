// What CsvResponses delivers does not depend on the number of threads that read.
#include <cstddef>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "adapters/csv_answers.h"
#include "support/catch.h"

using namespace nps::test;
using nps::CsvOptions;
using nps::CsvResponses;

namespace {

/// Rows of every kind: good ones, and some for each reason there is to reject one.
std::string survey(std::size_t rows, unsigned seed) {
  std::mt19937 random(seed);
  const auto one_of = [&random](std::initializer_list<const char*> cells) {
    return std::string(cells.begin()[random() % cells.size()]);
  };
  std::string text = "who,score,when,bought,w,channel,comment\n";
  for (std::size_t row = 0; row < rows; ++row) {
    text += one_of({"", "ann", " bob ", "\"c\"\"d\"", "eve", "fay"}) + ',' +
            one_of({"0", "10", "9", "\"8\"", "7.0", "", "11", "x", "6.5", "10 - very"}) + ',' +
            one_of({"2020-01-02T03:04:05Z", "2021-07-08 09:10:11", "\"2019-12-31\"", "",
                    "2020-03-29T02:30:00", "never", "2020-02-30", "2020-01-02T03:04:05.25Z"}) +
            ',' + one_of({"2020-01-01", "2020-01-01T24:00:00Z", "1/2/2020"}) + ',' +
            one_of({"1", "0.5", "-1", "0", "2"}) + ',' +
            one_of({"web", " web", "\"web\"", "", "Zo\xeb", "a label of more than sixteen bytes"}) +
            std::to_string(random() % 50) + ',' +
            one_of({"", "\"two\nlines\"", "\"a \"\"b\"\", c\"", "5\" disk", "\"x\"y"});
    if (random() % 100 == 0) text += ",one more";
    text += random() % 9 == 0 ? "\r\n" : random() % 50 == 0 ? "\n\n" : "\n";
  }
  return text;
}

CsvOptions everything() {
  CsvOptions options;
  options.rating = "score";
  options.customer = "who";
  options.time = "when";
  options.touchpoint = "bought";
  options.weight = "w";
  options.zone = *nps::Zone::load("Europe/Berlin");
  options.ragged = nps::RaggedRows::Reject;
  options.needs_customer = true;
  return options;
}

void check_same(const Answers& a, const Answers& b) {
  REQUIRE(a.error.has_value() == b.error.has_value());
  if (a.error) {
    CHECK(a.error->code == b.error->code);
    CHECK(a.error->message == b.error->message);
    CHECK(a.error->where == b.error->where);
  }
  CHECK(a.ratings == b.ratings);
  CHECK(a.labels == b.labels);
  CHECK(a.codes == b.codes);
  CHECK(a.answered_at == b.answered_at);
  CHECK(a.touchpoint_at == b.touchpoint_at);
  CHECK(a.weights == b.weights);
  CHECK(a.customers == b.customers);
  CHECK(a.ids == b.ids);
  CHECK(a.rejected == b.rejected);
  CHECK(a.rejects == b.rejects);
  CHECK(a.unreadable_times == b.unreadable_times);
  CHECK(a.repaired == b.repaired);
  CHECK(a.batches == b.batches);
}

Answers read_with(std::size_t threads, const std::string& text, CsvOptions options,
                  std::size_t block_bytes) {
  options.threads = threads;
  options.limits.block_bytes = block_bytes;
  return read_answers(text, std::move(options), {"channel", "@file", "comment"}, 999);
}

}  // namespace

TEST_CASE("csv threads: any number of them delivers the same, in the same order", "[csv]") {
  const std::string text = survey(3000, 20260101);
  for (const std::size_t block : {std::size_t{700}, std::size_t{5000}, std::size_t{1} << 20U}) {
    const Answers one = read_with(1, text, everything(), block);
    CHECK(one.ratings.size() > 500);
    CHECK(one.rejects.size() > 500);
    CHECK(one.repaired);
    for (const std::size_t threads : {2U, 3U, 8U, 1000U}) {
      CAPTURE(block, threads);
      check_same(one, read_with(threads, text, everything(), block));
    }
  }
}

TEST_CASE("csv threads: blocks of any size deliver the same rows", "[csv]") {
  const std::string text = survey(1500, 7);
  for (const std::size_t footer_rows : {0U, 3U}) {
    CsvOptions options = everything();
    options.footer_rows = footer_rows;
    Answers whole = read_with(1, text, options, std::size_t{1} << 20U);
    for (const std::size_t block : {std::size_t{1}, std::size_t{200}, std::size_t{3000}}) {
      Answers parts = read_with(2, text, options, block);
      CHECK(parts.batches >= whole.batches);
      parts.batches = whole.batches;
      whole.codes.clear();  // numbers are given batch by batch, column by column
      parts.codes.clear();
      CAPTURE(footer_rows, block);
      check_same(whole, parts);
    }
  }
}

TEST_CASE("csv threads: so they do where records come one by one, a piece in several batches",
          "[csv]") {
  std::string text = survey(1000, 13);
  text += "ann,9,2020-01-02,2020-01-01,1,web,\"" + std::string(700'000, 'x') + "\"\n";
  text += survey(9000, 17);
  for (const std::size_t footer_rows : {0U, 2500U}) {
    CsvOptions options = everything();
    options.footer_rows = footer_rows;
    const Answers one = read_with(1, text, options, 100'000);
    CHECK(one.batches > 10);
    for (const std::size_t threads : {2U, 3U, 8U}) {
      CAPTURE(footer_rows, threads);
      check_same(one, read_with(threads, text, options, 100'000));
    }
  }
}

TEST_CASE("csv threads: errors are the same and come after the same rejects", "[csv]") {
  const std::string good = survey(800, 3);
  CsvOptions refusing = everything();
  refusing.ragged = nps::RaggedRows::Refuse;
  CsvOptions dates = everything();
  dates.time = "bought";
  dates.touchpoint = "";
  std::string only_dates = "score,bought,who,w,channel,comment\n";
  for (int row = 0; row < 3000; ++row) only_dates += "9,1/2/2020,a,1,b,c\n";
  const std::vector<std::pair<std::string, CsvOptions>> cases{
      {good, refusing},
      {good + "a,9,\"never closed\n", everything()},
      {good + std::string("a,9,\0\n", 6) + good, everything()},
      {only_dates, dates}};
  for (const auto& [text, options] : cases) {
    const Answers one = read_with(1, text, options, 2000);
    REQUIRE(one.error);
    for (const std::size_t threads : {2U, 3U, 8U}) {
      check_same(one, read_with(threads, text, options, 2000));
    }
  }
}

TEST_CASE("csv threads: a source that fails is one error, whoever reads", "[csv]") {
  const std::string text = survey(2000, 11);
  for (const std::size_t threads : {1U, 2U, 8U}) {
    CsvOptions options = everything();
    options.threads = threads;
    options.limits.block_bytes = 1000;
    auto answers = CsvResponses::open(std::make_unique<PieceSource>(text, 512, text.size() / 2),
                                      std::move(options));
    REQUIRE(answers);
    auto more = answers->next();
    while (more && *more) more = answers->next();
    REQUIRE_FALSE(more);
    CHECK(more.error().code == nps::ErrorCode::Unreadable);
    CHECK_FALSE(answers->next());
  }
}

TEST_CASE("csv threads: a reader may be left at any time", "[csv]") {
  const std::string text =
      survey(2000, 5) + "x,1,,,,,\"" + std::string(100'000, 'x') + "\"\n" + survey(5000, 6);
  for (std::size_t batches = 0; batches < 12; ++batches) {
    CsvOptions options = everything();
    options.threads = 3;
    options.limits.block_bytes = batches < 6 ? 2000 : 40'000;  // left amid a piece, too
    auto answers =
        CsvResponses::open(std::make_unique<PieceSource>(text, 4096), std::move(options));
    REQUIRE(answers);
    for (std::size_t i = 0; i < batches; ++i) CHECK(*answers->next());
    CsvResponses moved = *std::move(answers);
    CHECK(*moved.next());
  }
}
