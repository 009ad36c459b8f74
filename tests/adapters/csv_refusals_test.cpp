// What CsvRecords refuses, and what it then says.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/csv_model.h"
#include "nps/adapters/csv_records.h"
#include "support/catch.h"

using namespace std::string_view_literals;
using nps::CsvDialect;
using nps::CsvLimits;
using nps::CsvRecords;
using nps::ErrorCode;
using nps::test::cells_of;
using nps::test::CsvRead;
using nps::test::PieceSource;
using nps::test::read_csv;
using Cells = nps::test::CsvCells;

namespace {

nps::Error error_of(std::string_view text, CsvDialect dialect = {}, CsvLimits limits = {}) {
  const CsvRead read = read_csv(text, dialect, limits);
  REQUIRE(read.outcome.error.has_value());
  return {*read.outcome.error, read.message, {"answers.csv", read.outcome.error_line, {}}};
}

}  // namespace

TEST_CASE("csv records: a file without content is refused", "[csv_records]") {
  for (const std::string_view text : {""sv, "\xef\xbb\xbf"sv}) {
    const nps::Error error = error_of(text);
    CHECK(error.code == ErrorCode::Malformed);
    CHECK(error.message ==
          "answers.csv is empty. A CSV file begins with a line that names its columns.");
  }
  for (const std::string_view text : {"\n"sv, "\r\n\r\n"sv, "\xef\xbb\xbf\n\r"sv}) {
    const nps::Error error = error_of(text);
    CHECK(error.code == ErrorCode::Malformed);
    CHECK(
        error.message ==
        "answers.csv, line 1: there are only blank lines. A CSV file begins with a line that names "
        "its columns.");
  }
}

TEST_CASE("csv records: an unclosed quote is refused with the line it opens on", "[csv_records]") {
  const nps::Error error = error_of("a,b\n1,\"x\ny\"\n2,\"never\n3,closed\n");
  CHECK(error.code == ErrorCode::Malformed);
  CHECK(error.where.line == 4);
  CHECK(error.message ==
        "answers.csv, line 4: a quote is opened here and never closed. Close it; a quote that is "
        "part "
        "of a quoted cell is written twice.");
  // Not the first line of the record, but the one of the quote.
  CHECK(error_of("a,b\n\"x\ny\r\nz\",\"never\n").where.line == 4);
  CHECK(error_of("a,b\n1,\"").where.line == 2);
  CHECK(error_of("a,b\n1,\"x\"\"").where.line == 2);
}

TEST_CASE("csv records: bytes that are no text are refused with what to do", "[csv_records]") {
  const auto message = [](std::string_view text) {
    const nps::Error error = error_of(text);
    CHECK(error.code == ErrorCode::Malformed);
    CHECK(error.message.starts_with("answers.csv"));
    CHECK(error.message.ends_with("."));
    return error.message;
  };
  using Catch::Matchers::Contains;
  CHECK_THAT(message("a,b\n1,x\0y\n"sv), Contains("line 2: there is a NUL byte"));
  CHECK_THAT(message("a,b\n\"1\n\n\0\n"sv), Contains("line 4: there is a NUL byte"));
  CHECK_THAT(message("\xff\xfe\x61\0\x2c\0"sv), Contains("UTF-16") && Contains("UTF-8"));
  CHECK_THAT(message("\xfe\xff\0\x61\0\x2c"sv), Contains("UTF-16"));
  CHECK_THAT(message("n\0p\0s\0\n\0"sv), Contains("UTF-16"));
  CHECK_THAT(message("\0n\0p\0s\0\n"sv), Contains("UTF-16"));
  CHECK_THAT(message("PK\x03\x04\x14\0\x06\0"sv), Contains("Export the sheet as CSV"));
  CHECK_THAT(message("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0"sv), Contains("Export the sheet as CSV"));
  CHECK_THAT(message("\x1f\x8b\x08\x08"sv), Contains("gzip"));
  CHECK_THAT(message("\x28\xb5\x2f\xfd\x04"sv), Contains("zstd"));
  CHECK_THAT(message("\xfd\x37zXZ\0"sv), Contains("xz"));
}

TEST_CASE("csv records: the records before a NUL byte are delivered", "[csv_records]") {
  const CsvRead read = read_csv("a,b\n1,2\n3,\0\n"sv, {.delimiter = ','});
  CHECK(cells_of(read) == Cells{{"a", "b"}, {"1", "2"}});
  CHECK(read.outcome.error_line == 3);
}

TEST_CASE("csv records: a record past a limit is refused and says which", "[csv_records]") {
  using Catch::Matchers::Contains;
  const CsvLimits limits{.max_record_bytes = 10, .max_cells = 3};
  CHECK_FALSE(read_csv("a\n0123456789\r\n", {',', {}}, limits).outcome.error.has_value());

  nps::Error error = error_of("a\nb\n0123456789x\n", {',', {}}, limits);
  CHECK(error.code == ErrorCode::LimitReached);
  CHECK(error.message == "answers.csv, line 3: the record is longer than 10 bytes, the limit.");

  error = error_of("a\n\"b\",\n\"open\n1,2,3,4,5,6\n", {',', {}}, limits);
  CHECK(error.where.line == 3);
  CHECK_THAT(error.message, Contains("longer than 10 bytes") && Contains("never closed"));

  error = error_of("a,b,c\n1,2,3,\n", {',', {}}, limits);
  CHECK(error.code == ErrorCode::LimitReached);
  CHECK(error.where.line == 2);
  CHECK_THAT(error.message, Contains("more than 3 cells"));
}

TEST_CASE("csv records: the limit holds by default against a quote left open",
          "[csv_records][slow]") {
  const std::string text = "a,b\n1,\"" + std::string(std::size_t{65} << 20U, 'x');
  const nps::Error error = error_of(text);
  CHECK(error.code == ErrorCode::LimitReached);
  CHECK(error.where.line == 2);
}

TEST_CASE("csv records: an error is final", "[csv_records]") {
  auto records = CsvRecords::open(nps::bytes_in_memory("a\n\"b", "b.csv"));
  REQUIRE(records.has_value());
  REQUIRE(*records->next());
  for (int i = 0; i < 3; ++i) {
    const auto more = records->next();
    REQUIRE_FALSE(more.has_value());
    CHECK(more.error().where.line == 2);
    CHECK(records->cells().empty());
  }
}

TEST_CASE("csv records: a source that fails is an error after the records it gave",
          "[csv_records]") {
  const auto read = read_csv(std::make_unique<PieceSource>("a,b\n1,2\n3,4\n", 5, 9));
  CHECK(cells_of(read) == Cells{{"a", "b"}, {"1", "2"}});
  CHECK(read.outcome.error == ErrorCode::Unreadable);
  CHECK(read.message == "answers.csv cannot be read: the disk is on fire.");

  const auto records = CsvRecords::open(std::make_unique<PieceSource>("a,b\n", 5, 0));
  REQUIRE_FALSE(records.has_value());
  CHECK(records.error().code == ErrorCode::Unreadable);
}

TEST_CASE("csv records: a name in a sentence cannot steer a terminal", "[csv_records]") {
  const auto records = CsvRecords::open(nps::bytes_in_memory("", "\x1b[2J.csv"));
  REQUIRE_FALSE(records.has_value());
  CHECK(records.error().message.starts_with("\\x1b[2J.csv is empty."));
  CHECK(records.error().where.file == "\x1b[2J.csv");
}
