// CsvBlocks: a CSV file as blocks of whole records with their cells marked, ready to be taken apart by
// anyone, in any order.
//
//   CsvBlocks blocks(*std::move(records), footer_rows);   // after the header rows
//   CsvBlock block;
//   if (blocks.place(block)) ...          // one at a time, in the order of the file
//   blocks.read(block);                   // by anyone if so; else before the next place()
//   blocks.mark(block);                   // by anyone
//   do {
//     blocks.cut(block);                  // one at a time, in the order of the file
//     use(block);
//   } while (block.unfinished);
//
// Where the source has places, a block knows its piece beforehand, and reading needs no order. It
// copies the piece, and marking looks at each of its bytes, on a guess of what stands before it.
// Cutting is all that has to know: it sees whether the guess was right, puts the record that the piece
// before ended in before this one, and keeps the one that this ends in. Most of a block's bytes are
// not touched by it.
//
// What a block cannot hold (a record longer than it, the last record if it has no line end) comes from
// CsvRecords as before, one by one, and so do all errors.
#ifndef NPS_SRC_ADAPTERS_CSV_BLOCKS_H_
#define NPS_SRC_ADAPTERS_CSV_BLOCKS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/csv_guess.h"
#include "nps/adapters/csv_records.h"
#include "nps/result.h"

namespace nps::internal {

/// Records of a file, first `bytes`, then `loose`.
struct CsvBlock {
  /// Whole records from `first` on, blank lines among them, and kScanPadding bytes of room behind.
  std::string_view bytes = {};
  std::size_t first = 0;                      // less than a group: see csv_marks.h
  std::span<const std::uint64_t> marks = {};  // of the ends of their cells, numbered from `bytes`
  std::size_t record_ends = 0;                // among the marks
  std::uint64_t line = 0;                     // of the file, where the records begin

  std::vector<CsvRecord> loose_records = {};  // kept for their memory; see loose()
  std::size_t loose_count = 0;

  std::optional<Error> error = {};  // after these records
  bool last = false;                // nothing follows
  bool unfinished = false;          // more records of this piece follow, when it is cut again
  std::uint64_t consumed = 0;       // bytes of the file up to the end of this block

  [[nodiscard]] std::span<const CsvRecord> loose() const noexcept {
    return std::span(loose_records).first(loose_count);
  }

 private:
  friend class CsvBlocks;

  // A piece of the file as it was read. buffer: room for what goes before | the piece | padding
  std::unique_ptr<char[]> buffer_ = {};
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t wanted_ = 0;                   // bytes to read
  std::optional<std::uint64_t> place_ = {};  // from where; none: from where the one before ended
  CsvRecords::State state_ = CsvRecords::State::Open;  // of the file, after the piece
  std::optional<Error> failure_ = {};

  std::vector<std::uint64_t> marks_ = {};  // numbered from buffer_
  csv::GuessedMarks guess_ = {};
};

/// Line ends: LF, CRLF, and CR.
[[nodiscard]] std::uint64_t count_line_ends(std::string_view bytes) noexcept;

/// Memory   beside that of the blocks, what CsvRecords needs.
/// Threads  place(), read(), mark() and cut() may be called at once, for blocks of their own: see
///          above.
class CsvBlocks {
 public:
  /// The last `footer_rows` records of the file are left out.
  CsvBlocks(CsvRecords records, std::size_t footer_rows);

  /// For the header, which is read before the first block.
  [[nodiscard]] CsvRecords& records() noexcept { return records_; }
  [[nodiscard]] const CsvRecords& records() const noexcept { return records_; }
  [[nodiscard]] bool skips_blank_lines() const noexcept { return records_.skips_blank_lines(); }

  /// Gives the block the next piece of the file. True where it may be read while others are given
  /// theirs, and read. Some may then turn out to lie beyond the end: cut() leaves out what follows
  /// the first piece that met it, whatever the file has become meanwhile.
  bool place(CsvBlock& block) noexcept;

  /// Reads its piece. False when there is none after it.
  bool read(CsvBlock& block);

  /// Marks the piece that was read.
  void mark(CsvBlock& block) const;

  /// The records that end in the piece. There may be none without it being the last. After the last,
  /// any block is empty.
  void cut(CsvBlock& block);

 private:
  void start() noexcept;
  [[nodiscard]] bool is_early() const noexcept;
  void make_room(CsvBlock& block, std::size_t size) const;
  void read_source(CsvBlock& block);
  void read_early(CsvBlock& block);
  [[nodiscard]] bool fits(const CsvBlock& block) const;
  void cut_whole(CsvBlock& block);
  void fill_loose(CsvBlock& block);
  void keep(std::string_view bytes);

  CsvRecords records_;  // what was read and is in no block yet
  std::size_t footer_rows_;

  // Of place(), and of read() in order.
  std::size_t piece_bytes_ = 0;
  std::size_t room_ = 0;
  std::unique_ptr<char[]> early_;  // what CsvRecords had read when the first piece was asked for
  std::size_t early_begin_ = 0;
  std::size_t early_end_ = 0;
  CsvRecords::State early_state_ = CsvRecords::State::Open;
  std::optional<Error> early_error_;
  std::uint64_t read_ = 0;    // bytes of the file, or being read
  std::uint64_t placed_ = 0;  // of them, from a place

  // Of cut().
  std::vector<CsvRecord> footer_;  // a ring: what may turn out to be the end of the file
  std::size_t footer_filled_ = 0;
  std::size_t footer_next_ = 0;
  std::size_t patience_ = 0;  // bytes to be kept before they are looked at for a record's end again
  bool ended_ = false;
};

}  // namespace nps::internal

#endif  // NPS_SRC_ADAPTERS_CSV_BLOCKS_H_
