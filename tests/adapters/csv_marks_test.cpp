// Marks of cell ends: every kernel against the byte machine, and that against the records they make.
#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "../../src/adapters/csv_blocks.h"
#include "../../src/adapters/csv_marks.h"
#include "../../src/adapters/csv_rows.h"
#include "adapters/csv_model.h"
#include "nps/batch.h"
#include "support/catch.h"

using nps::csv::kGroupBytes;
using nps::csv::MarkState;
using nps::internal::CsvBlock;
using nps::internal::CsvBlocks;
using nps::internal::CsvRows;
using nps::test::CsvOutcome;
using nps::test::CsvRow;
using nps::test::PieceSource;

namespace {

struct Marked {
  std::vector<std::uint64_t> marks;
  MarkState state;
  friend bool operator==(const Marked&, const Marked&) = default;
};

std::size_t groups_of(std::size_t size) { return (size + kGroupBytes - 1) / kGroupBytes; }

/// In a heap block of exactly its size, at some offset from any alignment.
Marked marked(std::string_view text, std::size_t offset = 0) {
  std::vector<char> exact(offset + text.size());
  std::ranges::copy(text, exact.begin() + static_cast<std::ptrdiff_t>(offset));
  Marked out;
  out.marks.assign(groups_of(text.size()), 0xdead);
  nps::csv::mark(exact.data() + offset, text.size(), ',', out.state, out.marks.data());
  return out;
}

Marked marked_bytewise(std::string_view text) {
  Marked out;
  out.marks.assign(groups_of(text.size()), 0xdead);
  nps::csv::mark_bytewise(text.data(), 0, text.size(), ',', out.state, out.marks.data());
  return out;
}

template <typename Check>
void with_each_kernel(Check check) {
  for (const std::string_view kernel : nps::kernels()) {
    INFO("kernel " << std::string(kernel));
    REQUIRE(nps::use_kernel(kernel));
    check();
  }
  REQUIRE(nps::use_kernel(nps::kernels().front()));
}

std::string random_text(std::mt19937& random, std::string_view alphabet, std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text += alphabet[random() % alphabet.size()];
  return text;
}

/// Lines as exporters write them: cells in quotes are well formed, some hold line ends.
std::string tidy_text(std::mt19937& random, std::size_t size, std::string_view line_end) {
  constexpr std::array<std::string_view, 8> kCells{"",
                                                   "9",
                                                   "web",
                                                   "\"a, b\"",
                                                   "\"say \"\"hi\"\"\"",
                                                   "\"\"",
                                                   "\"two\nlines\"",
                                                   "some longer cell"};
  std::string text;
  while (text.size() < size) {
    for (int i = 0; i < 3; ++i) {
      text += kCells[random() % kCells.size()];
      text += i < 2 ? "," : line_end;
    }
  }
  return text.substr(0, size);
}

void append_rows(const CsvBlock& block, CsvRows& rows, std::size_t columns, CsvOutcome& outcome) {
  std::vector<CsvRow> found(rows.rows_in_block());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CsvRow& row = found[rows.number(i)];
    row.line = rows.line(rows[i]);
    for (std::size_t c = 0; c < columns; ++c) row.cells.emplace_back(rows.text(rows[i], c));
    row.quoted.resize(columns);  // is not asked
  }
  for (const CsvRows::Ragged& ragged : rows.ragged()) {
    found[ragged.number] = {rows.line(ragged.row), {std::to_string(ragged.cells)}, {false}};
  }
  outcome.rows.insert(outcome.rows.end(), found.begin(), found.end());
  if (block.error) {
    outcome.error = block.error->code;
    outcome.error_line = block.error->where.line;
  }
}

CsvOutcome rows_of(CsvBlocks& blocks, std::size_t columns) {
  CsvOutcome outcome;
  CsvBlock block;
  CsvRows rows;
  for (bool more = true; more && !block.last;) {
    blocks.place(block);
    more = blocks.read(block);
    blocks.mark(block);
    do {
      blocks.cut(block);
      rows.find(block, {.columns = columns,
                        .delimiter = blocks.records().delimiter(),
                        .skip_blank = blocks.skips_blank_lines(),
                        .stop_at_ragged = false});
      append_rows(block, rows, columns, outcome);
    } while (block.unfinished);
  }
  CHECK(block.last);
  return outcome;
}

/// The same record by record: of those with other cells than `columns`, only how many.
CsvOutcome rows_of(nps::CsvRecords& records, std::size_t columns, std::size_t footer_rows) {
  CsvOutcome outcome;
  for (;;) {
    const auto more = records.next();
    if (!more) {
      outcome.error = more.error().code;
      outcome.error_line = more.error().where.line;
    }
    if (!more || !*more) break;
    CsvRow row{records.line(), {}, {}};
    for (const std::string_view cell : records.cells()) row.cells.emplace_back(cell);
    if (row.cells.size() != columns) row.cells = {std::to_string(row.cells.size())};
    row.quoted.resize(row.cells.size());
    outcome.rows.push_back(std::move(row));
  }
  outcome.rows.resize(outcome.rows.size() - std::min(footer_rows, outcome.rows.size()));
  return outcome;
}

/// Blocks give the records that CsvRecords gives, after the same first record.
void check_blocks(std::string_view text, nps::CsvDialect dialect, nps::CsvLimits limits,
                  std::size_t footer_rows, std::size_t piece) {
  CAPTURE(std::string(text), static_cast<int>(dialect.blank_lines), limits.block_bytes,
          limits.max_record_bytes, limits.max_cells, footer_rows, piece);
  auto by_block =
      nps::CsvRecords::open(std::make_unique<PieceSource>(text, piece), dialect, limits);
  auto one_by_one =
      nps::CsvRecords::open(std::make_unique<PieceSource>(text, piece), dialect, limits);
  REQUIRE(by_block.has_value() == one_by_one.has_value());
  if (!by_block) return;
  const auto header = by_block->next();
  const auto same_header = one_by_one->next();
  REQUIRE(header.has_value() == same_header.has_value());
  if (!header || !*header) return;
  const std::size_t columns = by_block->cells().size();
  CsvBlocks blocks(*std::move(by_block), footer_rows);
  CHECK(rows_of(blocks, columns) == rows_of(*one_by_one, columns, footer_rows));
}

}  // namespace

TEST_CASE("csv marks: every kernel marks what the byte machine marks", "[csv_marks]") {
  std::mt19937 random(20190101);
  for (std::size_t size = 0; size < 400; ++size) {
    const std::array<std::string, 5> texts{
        random_text(random, "ab,\n", size), random_text(random, "aaaaaaaaaaaa,,\"\n\r", size),
        random_text(random, ",\"\"\"\n\r", size), tidy_text(random, size, "\n"),
        tidy_text(random, size, "\r\n")};
    for (const std::string& text : texts) {
      const Marked expected = marked_bytewise(text);
      CAPTURE(text);
      with_each_kernel([&] { CHECK(marked(text, size % 64) == expected); });
    }
  }
}

TEST_CASE("csv marks: a tidy text needs the byte machine only for its last bytes", "[csv_marks]") {
  std::mt19937 random(7);
  for (const std::string_view line_end : {"\n", "\r\n"}) {
    const std::string text = tidy_text(random, 64 * 100, line_end);
    with_each_kernel([&] {
      MarkState state;
      std::vector<std::uint64_t> marks(100);
      CHECK(nps::csv::mark_kernel().mark(text.data(), 100, ',', state, marks.data()) == 100);
    });
  }
}

TEST_CASE("csv marks: the list has the byte after each mark, in order", "[csv_marks]") {
  std::mt19937_64 random(3);
  for (const std::uint64_t density : {0U, 1U, 2U, 3U}) {
    std::vector<std::uint64_t> marks(40);
    for (std::uint64_t& group : marks) {
      group = density == 3 ? ~std::uint64_t{0} : random();
      for (std::uint64_t i = density; i < 2; ++i) group &= random();
    }
    std::vector<std::uint32_t> expected;
    for (std::uint32_t at = 0; at < marks.size() * 64; ++at) {
      if ((marks[at / 64] >> (at % 64) & 1U) != 0) expected.push_back(at + 1);
    }
    with_each_kernel([&] {
      std::vector<std::uint32_t> begins(expected.size() + nps::csv::kListPadding);
      begins.resize(nps::csv::mark_kernel().list(marks.data(), marks.size(), begins.data()));
      CHECK(begins == expected);
    });
  }
}

TEST_CASE("csv blocks: they hold the records that come one by one", "[csv_marks]") {
  std::mt19937 random(20260101);
  constexpr std::array<std::size_t, 6> kBlocks{1, 63, 100, 128, 1000, std::size_t{1} << 20U};
  for (int round = 0; round < 600; ++round) {
    std::string text = round % 2 == 0 ? "a,b,c\n" : round % 4 == 1 ? "a\r\n" : "a,b\n";
    const std::size_t size = random() % 700;
    switch (round % 5) {
      case 0: text += tidy_text(random, size, "\n"); break;
      case 1: text += tidy_text(random, size, "\r\n"); break;
      case 2: text += random_text(random, "ab9,,\n\n", size); break;
      case 3: text += random_text(random, "ab9,,\"\"\"\n\r", size); break;
      default: text += random_text(random, "a,,,,\n", size); break;
    }
    if (round % 16 == 9) text += std::string("x\0,1\n9,9\n", 9);
    nps::CsvLimits limits{.block_bytes = kBlocks[random() % kBlocks.size()]};
    if (round % 7 == 0) limits.max_record_bytes = 10 + random() % 100;
    if (round % 11 == 0) limits.max_cells = 3 + random() % 4;
    const nps::CsvDialect dialect{',', static_cast<nps::BlankLines>(round % 3)};
    const std::size_t footer_rows = round % 6 == 5 ? 1 + random() % 5 : 0;
    const std::size_t piece = 1 + random() % 300;
    if (round % 20 == 0) {
      with_each_kernel([&] { check_blocks(text, dialect, limits, footer_rows, piece); });
    } else {
      check_blocks(text, dialect, limits, footer_rows, piece);
    }
  }
}

TEST_CASE("csv blocks: a record longer than a block, and all after it, are not lost",
          "[csv_marks]") {
  std::string text = "a,b\n";
  for (int i = 0; i < 200; ++i) text += std::to_string(i) + ",short\n";
  text += "9,\"" + std::string(5000, 'x') + "\n\"\"" + std::string(5000, ',') + "\"\n";
  for (int i = 0; i < 200; ++i) text += std::to_string(i) + ",short\n";
  for (const std::size_t block : {std::size_t{100}, std::size_t{1000}, std::size_t{6000}}) {
    for (const std::size_t footer_rows : {0U, 2U}) {
      check_blocks(text, {.delimiter = ','}, {.block_bytes = block}, footer_rows, 777);
    }
  }
}

TEST_CASE("csv blocks: a border may lie at any byte", "[csv_marks]") {
  for (const std::string_view end : {"\n", "\r\n", "\r"}) {
    std::string text = "a,b,c" + std::string(end);
    for (const std::string_view row :
         {"1,\"two\nlines\",x", "2,\"a \"\"b\"\", c\",\"\"", "3,5\" disk,\"x\"y", "",
          "\"\r\n\",,\"\"\"\"", "4,a long and plain text between two commas,z", "5,\"q\",\"r\""}) {
      text += row;
      text += end;
    }
    for (std::size_t block = 1; block <= text.size() + 1; ++block) {
      for (const std::size_t footer_rows : {0U, 1U, 3U}) {
        check_blocks(text, {.delimiter = ','}, {.block_bytes = block}, footer_rows, 50);
      }
    }
  }
}

TEST_CASE("csv blocks: a file may end at any byte", "[csv_marks]") {
  const std::string text =
      "a,b\r\n1,\"two\nlines\"\r\n\"a \"\"b\"\", c\",2\n\n3,5\" disk\r\"\r\n\",\"never closed, "
      "\r\n \"\"";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    for (const std::size_t block : {1U, 2U, 7U, 64U, 65U, 1000U}) {
      check_blocks(std::string_view(text).substr(0, size), {.delimiter = ','},
                   {.block_bytes = block}, 0, 13);
    }
  }
}

TEST_CASE("csv blocks: what comes after a record longer than the room for one is not lost",
          "[csv_marks]") {
  std::string text = "a,b\n1,2\n9,\"" + std::string(200'000, '\n') + "\"\n";
  for (int i = 0; i < 5000; ++i) text += std::to_string(i) + ",short\n";
  for (const std::size_t block : {std::size_t{50'000}, std::size_t{1} << 19U}) {
    for (const std::size_t footer_rows : {0U, 2000U}) {
      auto by_block = nps::CsvRecords::open(nps::bytes_in_memory(text), {}, {.block_bytes = block});
      auto one_by_one = nps::CsvRecords::open(nps::bytes_in_memory(text));
      REQUIRE(*by_block->next());
      REQUIRE(*one_by_one->next());
      CsvBlocks blocks(*std::move(by_block), footer_rows);
      const CsvOutcome expected = rows_of(*one_by_one, 2, footer_rows);
      CHECK(expected.rows.size() == 5002 - footer_rows);
      CHECK((rows_of(blocks, 2) == expected));
    }
  }
}
