// CsvRecords: the records of a CSV file one after the other, in constant memory, as bytes.
//
//   auto file = nps::open_file("answers.csv");
//   auto records = nps::CsvRecords::open(std::move(*file));
//   for (;;) {
//     auto more = records->next();
//     if (!more) return complain(more.error().message);   // names the file, the line, the remedy
//     if (!*more) break;
//     use(records->cells()[0], records->line());
//   }
//
// This layer knows records and cells. Header names, footers and rows of unequal length are the
// business of nps/adapters/csv.h; what the bytes mean is that of nps/detail/text.h.
#ifndef NPS_ADAPTERS_CSV_RECORDS_H_
#define NPS_ADAPTERS_CSV_RECORDS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nps/adapters/byte_source.h"
#include "nps/export.h"
#include "nps/result.h"

namespace nps {

namespace internal {
struct CsvBlock;
class CsvBlocks;
}  // namespace internal

/// What to do with a line of no characters at all. (A line of spaces or of `""` is a record.)
enum class BlankLines : std::uint8_t {
  Auto,  // skip before the first record, and after it unless it has one cell: there "" is a value
  Skip,
  Keep,  // each is a record of one empty cell
};

struct CsvDialect {
  /// Any byte but a quote, a line end and NUL. '\0' detects comma, semicolon or tab in the first 32
  /// records: the one that cuts all of them into the same number of cells and never beside a quote;
  /// of several the one with most cells; of none the one that the first record has most of; else
  /// comma.
  char delimiter = '\0';
  BlankLines blank_lines = BlankLines::Auto;
};

/// Passing one of the first two is an error, LimitReached. Nothing is cut off.
struct CsvLimits {
  std::size_t max_record_bytes = std::size_t{64} << 20U;
  std::size_t max_cells = std::size_t{1} << 20U;
  std::size_t block_bytes = std::size_t{512} << 10U;  // read at a time; any size gives the same
};

/// Reads RFC 4180 and what real files do beyond it:
///   - a UTF-8 byte order mark at the start is skipped;
///   - CRLF, LF and a lone CR end a record; the last one needs no end;
///   - a cell that begins with a quote ends at the next single one; between them delimiters and
///   line
///     ends are text and "" is a quote. What follows the closing quote is appended as it stands;
///   - a quote anywhere else is a character like any other.
///
/// Shape       records of one or more cells, each record of any number of them.
/// Errors      InvalidArgument   a delimiter that cannot be one;
///             Unreadable        the source failed;
///             Malformed         nothing but blank lines; a quote never closed (the line it opens
///                               on); a NUL byte; UTF-16; a spreadsheet or compressed file;
///             LimitReached      a record longer than CsvLimits allows.
///             The records before the faulty one are delivered first, whatever the block size. An
///             error is final: next() returns it again.
/// Memory      the longest record, a block, 16 bytes for each of its cells.
/// Threads     one at a time.
/// Source      RFC 4180, "Common Format and MIME Type for CSV Files", 2005.
class NPS_EXPORT CsvRecords {
 public:
  /// Reads the first 64 KiB at least (what there is of them), to know the dialect.
  static Result<CsvRecords> open(std::unique_ptr<ByteSource> source, CsvDialect dialect = {},
                                 CsvLimits limits = {});

  CsvRecords(CsvRecords&&) noexcept = default;
  CsvRecords& operator=(CsvRecords&&) noexcept = default;
  ~CsvRecords() = default;

  /// Goes to the next record: false when there is none. Amortised O(bytes).
  Result<bool> next();

  /// The record's cells, unquoted, bytes as they came. Valid until next().
  [[nodiscard]] std::span<const std::string_view> cells() const noexcept { return cells_; }

  /// Whether the file has cell `i` in quotes: "" may mean something else than nothing.
  [[nodiscard]] bool quoted(std::size_t i) const noexcept { return cells_[i].data()[-1] == '"'; }

  /// The line of the file on which the record starts, from 1. Line ends in quotes count.
  [[nodiscard]] std::uint64_t line() const noexcept { return record_line_; }

  /// A line of no characters (kept, see BlankLines).
  [[nodiscard]] bool blank() const noexcept {
    return cells_.size() == 1 && cells_[0].empty() && !quoted(0);
  }

  [[nodiscard]] char delimiter() const noexcept { return delimiter_; }
  [[nodiscard]] const std::string& name() const noexcept { return source_->name(); }

  /// For a progress bar: bytes up to the end of this record, and of the whole file if known.
  [[nodiscard]] std::uint64_t bytes_consumed() const noexcept { return read_ - (end_ - begin_); }
  [[nodiscard]] std::optional<std::uint64_t> bytes_total() const noexcept {
    return source_->size();
  }

 private:
  friend struct internal::CsvBlock;  // knows how a piece of the file ends
  friend class internal::CsvBlocks;  // reads instead, by the block
  enum class State : std::uint8_t { Open, AtEnd, AtNul, Failed, Refused };

  CsvRecords(std::unique_ptr<ByteSource> source, CsvDialect dialect, CsvLimits limits);
  Result<void> start(bool detect);
  Result<bool> find_record();
  void read_more(std::size_t at_least);
  [[nodiscard]] bool skips_blank_lines() const noexcept;
  [[nodiscard]] Error refuse(ErrorCode code, std::uint64_t line, std::string_view what) const;
  [[nodiscard]] Error refuse_rest(std::uint64_t lines_to_quote, std::uint64_t lines) const;
  [[nodiscard]] Error refuse_length() const;

  std::unique_ptr<ByteSource> source_;
  CsvLimits limits_;
  char delimiter_;
  BlankLines blank_lines_;

  // buffer_: one byte that is no quote | consumed | begin_ .. end_: not yet consumed | room |
  // padding
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t read_ = 0;  // bytes of the file up to end_
  State state_ = State::Open;
  bool after_cr_ = false;  // the last record ended in CR: an LF at begin_ belongs to it
  bool fed_ = false;       // bytes are brought from elsewhere: this reads none itself
  bool hungry_ = false;    // and next() found no record because it needs more of them

  std::vector<std::string_view> cells_;
  std::vector<std::size_t> rewrites_;  // cells that are not a plain stretch of the file
  std::uint64_t line_ = 1;             // of begin_
  std::uint64_t record_line_ = 0;
  std::size_t first_record_cells_ = 0;  // 0: no record yet
  std::optional<Error> error_;
};

/// A record that outlives next(): a ring of N of them looks N records ahead. Reuses its memory.
class NPS_EXPORT CsvRecord {
 public:
  CsvRecord() = default;
  CsvRecord(CsvRecord&&) noexcept = default;
  CsvRecord& operator=(CsvRecord&&) noexcept = default;
  ~CsvRecord() = default;

  void assign(const CsvRecords& records);

  [[nodiscard]] std::span<const std::string_view> cells() const noexcept { return cells_; }
  [[nodiscard]] std::uint64_t line() const noexcept { return line_; }

 private:
  std::vector<char> bytes_;
  std::vector<std::string_view> cells_;
  std::uint64_t line_ = 0;
};

}  // namespace nps

#endif  // NPS_ADAPTERS_CSV_RECORDS_H_
