#include "nps/adapters/csv_records.h"

#include <array>
#include <deque>
#include <random>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "../../src/adapters/csv_scan.h"
#include "adapters/csv_model.h"
#include "support/catch.h"

using namespace std::string_view_literals;
using nps::BlankLines;
using nps::CsvDialect;
using nps::CsvLimits;
using nps::CsvRecords;
using nps::test::cells_of;
using nps::test::CsvOutcome;
using nps::test::CsvRead;
using nps::test::CsvRow;
using nps::test::model_csv;
using nps::test::read_csv;
using Cells = nps::test::CsvCells;

namespace {

constexpr std::array<std::size_t, 6> kSizes{1, 2, 3, 7, 64, std::size_t{1} << 20U};

Cells comma(std::string_view text) { return cells_of(read_csv(text, {.delimiter = ','})); }

std::vector<std::uint64_t> lines_of(std::string_view text, CsvDialect dialect = {',', {}}) {
  std::vector<std::uint64_t> lines;
  for (const CsvRow& row : read_csv(text, dialect).outcome.rows) lines.push_back(row.line);
  return lines;
}

/// Reads `text` in every chunking and checks that each gives what the model gives.
CsvRead check_every_chunking(std::string_view text, CsvDialect dialect, CsvLimits limits = {}) {
  const CsvRead whole = read_csv(text, dialect, limits);
  const CsvOutcome expected = model_csv(text, whole.delimiter, dialect.blank_lines, limits);
  CAPTURE(std::string(text), whole.delimiter);
  CHECK(whole.outcome == expected);
  for (const std::size_t block : kSizes) {
    for (const std::size_t piece : kSizes) {
      limits.block_bytes = block;
      const CsvRead read = read_csv(text, dialect, limits, piece);
      CAPTURE(block, piece);
      CHECK(read == whole);
    }
  }
  return whole;
}

CsvRead read_file(const std::string& path) {
  auto file = nps::open_file(path);
  REQUIRE(file.has_value());
  return read_csv(std::move(*file));
}

}  // namespace

static_assert(std::is_nothrow_move_constructible_v<CsvRecords>);
static_assert(!std::is_copy_constructible_v<CsvRecords>);

TEST_CASE("csv records: a record is its cells, whatever ends the line", "[csv_records]") {
  const Cells expected{{"channel", "rating"}, {"web", "9"}, {"", ""}};
  CHECK(comma("channel,rating\nweb,9\n,\n") == expected);
  CHECK(comma("channel,rating\r\nweb,9\r\n,\r\n") == expected);
  CHECK(comma("channel,rating\rweb,9\r,\r") == expected);
  CHECK(comma("channel,rating\nweb,9\n,") == expected);
  CHECK(comma("channel,rating\r\nweb,9\r,") == expected);
}

TEST_CASE("csv records: quotes protect delimiters, line ends and quotes", "[csv_records]") {
  CHECK(comma("a,\"b,c\",\"d\ne\",\"f\r\ng\",\"say \"\"hi\"\"\",\"\",\"\"\"\"\nx\n") ==
        Cells{{"a", "b,c", "d\ne", "f\r\ng", "say \"hi\"", "", "\""}, {"x"}});
}

TEST_CASE("csv records: a quote inside a bare cell is a character", "[csv_records]") {
  CHECK(comma("5\" disk, \"x\",y\"\"\n") == Cells{{"5\" disk", " \"x\"", "y\"\""}});
}

TEST_CASE("csv records: text after a closing quote is appended as it stands", "[csv_records]") {
  CHECK(comma("\"ab\"cd,\"e\" ,\"f\"g\"h\"\n") == Cells{{"abcd", "e ", "fg\"h\""}});
  CHECK(comma("\"a\"\"b\"c\"\"d,1\n") == Cells{{"a\"bc\"\"d", "1"}});
  CHECK(comma("\"a\"b,c\"\nd") == Cells{{"ab", "c\""}, {"d"}});
}

TEST_CASE("csv records: it is known which cells were quoted", "[csv_records]") {
  const CsvRead read = read_csv("\"a\",b,\"\",,\"c\"\"d\",\"e\"f,\"\n\"\n", {.delimiter = ','});
  REQUIRE(read.outcome.rows.size() == 1);
  CHECK(read.outcome.rows[0].quoted ==
        std::vector<bool>{true, false, true, false, true, true, true});
}

TEST_CASE("csv records: a byte order mark is skipped at the start only", "[csv_records]") {
  CHECK(comma("\xef\xbb\xbf\"a\",b\n1,2\n") == Cells{{"a", "b"}, {"1", "2"}});
  CHECK(comma("a,b\n\xef\xbb\xbf"
              "1,2\n") == Cells{{"a", "b"},
                                {"\xef\xbb\xbf"
                                 "1",
                                 "2"}});
}

TEST_CASE("csv records: bytes that are no UTF-8 pass as they are", "[csv_records]") {
  CHECK(comma("nom\ncaf\xe9\n\x80\xff\n") == Cells{{"nom"}, {"caf\xe9"}, {"\x80\xff"}});
}

TEST_CASE("csv records: blank lines are skipped unless the file has one column", "[csv_records]") {
  CHECK(comma("\n\na,b\n\n1,2\n\n") == Cells{{"a", "b"}, {"1", "2"}});
  CHECK(comma("\n\nnps\n9\n\n7\n\n") == Cells{{"nps"}, {"9"}, {""}, {"7"}, {""}});
  CHECK(comma("a,b\n\"\"\n \n") == Cells{{"a", "b"}, {""}, {" "}});
}

TEST_CASE("csv records: blank lines can be kept or skipped on demand", "[csv_records]") {
  const auto with = [](BlankLines lines) {
    return cells_of(read_csv("\na,b\n\n1,2\n", {',', lines}));
  };
  CHECK(with(BlankLines::Keep) == Cells{{""}, {"a", "b"}, {""}, {"1", "2"}});
  CHECK(with(BlankLines::Skip) == Cells{{"a", "b"}, {"1", "2"}});
  CHECK(cells_of(read_csv("nps\n\n9\n", {',', BlankLines::Skip})) == Cells{{"nps"}, {"9"}});

  auto records = CsvRecords::open(nps::bytes_in_memory("x\n\n\"\"\n"), {',', BlankLines::Keep});
  REQUIRE(records.has_value());
  std::vector<bool> blank;
  while (*records->next()) blank.push_back(records->blank());
  CHECK(blank == std::vector<bool>{false, true, false});
}

TEST_CASE("csv records: a record knows the line it starts on", "[csv_records]") {
  CHECK(lines_of("a,b\n1,\"x\ny\"\n2,z\n") == std::vector<std::uint64_t>{1, 2, 4});
  CHECK(lines_of("a,b\r\n1,\"x\r\ny\rz\"\r\n\r\n2,z\r\n") == std::vector<std::uint64_t>{1, 2, 6});
  CHECK(lines_of("\n\n\na,b\r\r\n1,2") == std::vector<std::uint64_t>{4, 6});
}

TEST_CASE("csv records: the delimiter is the one that cuts all records alike", "[csv_records]") {
  const auto detected = [](std::string_view text) { return read_csv(text).delimiter; };
  CHECK(detected("a,b,c\n1,2,3\n") == ',');
  CHECK(detected("a;b;c\n1;2;3\n") == ';');
  CHECK(detected("a\tb\n1\t2\n") == '\t');
  CHECK(detected("date;note, if any;value\n2020;8;9,5\n2020;7;8,5\n") == ';');
  CHECK(detected("id\t\"why, and; how\"\n1\tgood; cheap, fast\n") == '\t');
  CHECK(detected("channel,\"a;b;c;d\",rating\nweb,\"x;y;z;w\",9\n") == ',');
  CHECK(detected("nps\n9\n10\n") == ',');
  CHECK(detected("a;b;c\n") == ';');
  CHECK(detected("a,b;c\n") == ',');
  // No candidate is regular: the header decides.
  CHECK(detected("a;b;c;d\n1;2;3\n1;2;3;4\n") == ';');
  CHECK(detected("a,b,c\n1,2,3\nReporting period\n") == ',');
  // Blank lines and the 33rd record do not count; a quoted line end is no end.
  CHECK(detected("\na;b\n\n1;2\n\n") == ';');
  CHECK(detected("a;b\n1;\"x\n,,,\"\n") == ';');
}

TEST_CASE("csv records: a record that the first 64 KiB cut off does not mislead the detection",
          "[csv_records]") {
  std::string text = "a;b,c\n";
  text += "1;\"" + std::string(70'000, 'x') + "\"\n";
  CHECK(read_csv(text).delimiter == ',');  // the header alone: equal, and comma comes first
  CHECK(read_csv("a;b;c,d\n1;2;\"" + std::string(70'000, ',') + "\"\n").delimiter == ';');
  CHECK(read_csv("a;b;" + std::string(70'000, 'x')).delimiter == ';');
}

TEST_CASE("csv records: any byte but a quote and a line end can delimit", "[csv_records]") {
  CHECK(cells_of(read_csv("a|b|\"c|d\"\n", {.delimiter = '|'})) == Cells{{"a", "b", "c|d"}});
  CHECK(cells_of(read_csv("a b\xa7 c\n", {.delimiter = '\xa7'})) == Cells{{"a b", " c"}});
  CHECK(cells_of(read_csv("a;b,c\n", {.delimiter = ';'})) == Cells{{"a", "b,c"}});
  for (const char c : {'"', '\n', '\r'}) {
    const auto records = CsvRecords::open(nps::bytes_in_memory("a,b\n"), {.delimiter = c});
    REQUIRE_FALSE(records.has_value());
    CHECK(records.error().code == nps::ErrorCode::InvalidArgument);
  }
}

TEST_CASE("csv records: every chunking gives the same records", "[csv_records]") {
  for (const std::string_view text :
       {"a,b\r\n\"x\"\"y\",\"z\r\n\"\"\"\r\n\r\n1,2"sv,
        "\xef\xbb\xbf\"a\"\"\"b,\"c\"\r\r\n\"\"\r"sv, "one\n\n\"two\nlines\"\r\n\n"sv,
        "a,b\n1,\"never\nclosed\n"sv, "a,b\n1,\"x\r\n\0\""sv, "\r\n\r\n"sv, "\xef\xbb\xbf"sv, ""sv,
        "\xef\xbb\xbf\n"sv, "a,b\r\0"sv, "\""sv, "a,\"\""sv}) {
    for (const char delimiter : {',', '\0'}) {
      check_every_chunking(text, {.delimiter = delimiter});
    }
  }
}

TEST_CASE("csv records: random text reads as the model reads it, in every chunking",
          "[csv_records][slow]") {
  std::mt19937 random(20201231);
  constexpr std::string_view kAlphabet = "ab9,,,;\"\"\"\"\n\n\r\t \xc3";
  for (int round = 0; round < 400; ++round) {
    std::string text;
    const std::size_t size = random() % 40;
    for (std::size_t i = 0; i < size; ++i) text += kAlphabet[random() % kAlphabet.size()];
    if (round % 8 == 0) text += '\0' + text;
    CsvLimits limits;
    if (round % 3 == 0) limits.max_record_bytes = random() % 12;
    if (round % 5 == 0) limits.max_cells = 1 + random() % 4;
    const CsvDialect dialect{round % 4 == 0 ? '\0' : ',', static_cast<BlankLines>(round % 3)};
    check_every_chunking(text, dialect, limits);
  }
}

TEST_CASE("csv records: long files cross block ends without a trace", "[csv_records]") {
  std::string text = "id,comment,rating\n";
  for (int i = 0; i < 20'000; ++i) {
    text += std::to_string(i) + ",\"he said \"\"" +
            std::string(static_cast<std::size_t>(i % 40), 'x') + "\"\",\n and left\"," +
            std::to_string(i % 11) + (i % 2 == 0 ? "\r\n" : "\n");
  }
  const CsvOutcome expected = model_csv(text, ',', BlankLines::Auto, {});
  REQUIRE(expected.rows.size() == 20'001);
  for (const std::size_t block : {std::size_t{1}, std::size_t{1'000}, std::size_t{65'537}}) {
    CHECK(read_csv(text, {}, {.block_bytes = block}, 4'093).outcome == expected);
  }
}

TEST_CASE("csv records: the scan does not depend on the bytes past its end", "[csv_records]") {
  for (const std::string_view text :
       {"a,b"sv, "\"a\""sv, "\"a"sv, "a\r"sv, "\"x\r"sv, "12345678"sv, "\"1234567"sv, ""sv}) {
    for (const bool last : {false, true}) {
      std::vector<std::string> seen;
      for (const char pad : {'\0', ',', '"', '\n', '\r', 'z'}) {
        std::vector<char> exact(text.begin(), text.end());
        exact.resize(text.size() + nps::detail::kScanPadding, pad);
        exact.shrink_to_fit();
        std::vector<std::string_view> cells;
        std::vector<std::size_t> rewrites;
        const char* const begin = exact.data();
        const auto scan =
            nps::detail::scan_record(begin, begin + text.size(), last, ',', 100, cells, rewrites);
        std::string all = std::to_string(static_cast<int>(scan.end)) +
                          (scan.in_quotes ? "q" : "-") + (scan.after_cr ? "r" : "-") +
                          std::to_string(scan.lines);
        for (const auto cell : cells) all += "<" + std::string(cell) + ">";
        seen.push_back(all);
      }
      CAPTURE(std::string(text), last);
      CHECK(seen == std::vector<std::string>(seen.size(), seen[0]));
    }
  }
}

TEST_CASE("csv records: after the last record next() keeps saying so", "[csv_records]") {
  auto records = CsvRecords::open(nps::bytes_in_memory("a\n"));
  REQUIRE(records.has_value());
  CHECK(*records->next());
  CHECK_FALSE(*records->next());
  CHECK_FALSE(*records->next());
}

TEST_CASE("csv records: progress counts bytes up to the whole", "[csv_records]") {
  auto records =
      CsvRecords::open(nps::bytes_in_memory("\xef\xbb\xbf"
                                            "a,b\r\n1,2\r\n"));
  REQUIRE(records.has_value());
  CHECK(records->bytes_total() == 13U);
  REQUIRE(*records->next());
  CHECK(records->bytes_consumed() == 8);
  REQUIRE(*records->next());
  CHECK(records->bytes_consumed() == 13);
  CHECK_FALSE(*records->next());
  CHECK(records->bytes_consumed() == 13);
}

TEST_CASE("csv records: a copy of a record outlives it", "[csv_records]") {
  auto records = CsvRecords::open(nps::bytes_in_memory("a,\"b\"\"c\",\n1,2,3\n\nx\n"),
                                  {',', BlankLines::Skip}, {.block_bytes = 1});
  REQUIRE(records.has_value());
  std::deque<nps::CsvRecord> ahead;
  while (*records->next()) ahead.emplace_back().assign(*records);
  REQUIRE(ahead.size() == 3);
  CHECK(std::vector<std::string>(ahead[0].cells().begin(), ahead[0].cells().end()) ==
        std::vector<std::string>{"a", "b\"c", ""});
  CHECK(ahead[1].cells()[2] == "3");
  CHECK(ahead[2].line() == 4);
  const nps::CsvRecord moved = std::move(ahead[2]);
  CHECK(moved.cells()[0] == "x");
  ahead[0].assign(*records);  // past the end: nothing left
  CHECK(ahead[0].cells().empty());
}

TEST_CASE("csv records: real files read with all their records and cells", "[csv_records]") {
  struct Fixture {
    const char* path;
    std::size_t records;
    std::size_t cells;
    std::uint64_t last_line;
  };
  for (const Fixture& fixture : {
           Fixture{"datacamp_2020q4/2020Q4_nps_email.csv", 1953, 3, 1953},
           Fixture{"datacamp_2020q4/2020Q4_nps_mobile.csv", 1802, 3, 1802},
           Fixture{"datacamp_2020q4/2020Q4_nps_web.csv", 2291, 3, 2291},
           Fixture{"sfo_2017/2017_SFO_Customer_Survey_20250817.csv", 2832, 97, 2832},
           Fixture{"carpentries_longterm_2017/longterm_October2017.csv", 477, 75, 477},
           Fixture{"carpentries_longterm_2017/data_20170701_crlf.csv", 477, 75, 477},
           Fixture{"carpentries_longterm_2020_03/20200326-longterm-other_questions-no-open.csv",
                   177, 24, 177},
           Fixture{"garden_store_fr/nps_NPSgame.csv", 13955, 9, 13955},
           Fixture{"preppin_040/input_01.csv", 40, 11, 40},
           Fixture{"preppin_040/input_02.csv", 40, 11, 40},
       }) {
    CAPTURE(fixture.path);
    const CsvRead read = read_file(std::string(NPS_TEST_DATA_DIR "/") + fixture.path);
    CHECK_FALSE(read.outcome.error.has_value());
    CHECK(read.delimiter == ',');
    REQUIRE(read.outcome.rows.size() == fixture.records);
    CHECK(std::ranges::all_of(
        read.outcome.rows, [&](const CsvRow& row) { return row.cells.size() == fixture.cells; }));
    CHECK(read.outcome.rows.back().line == fixture.last_line);
  }
}

TEST_CASE("csv records: LF and CRLF twins hold the same cells", "[csv_records]") {
  const std::string folder = NPS_TEST_DATA_DIR "/carpentries_longterm_2017/";
  CHECK(cells_of(read_file(folder + "longterm_October2017.csv")) ==
        cells_of(read_file(folder + "data_20170701_crlf.csv")));
}
