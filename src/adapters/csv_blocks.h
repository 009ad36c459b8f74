// CsvBlocks: a CSV file as blocks of whole records with their cells marked, ready to be taken apart by
// anyone, in any order.
//
//   CsvBlocks blocks(*std::move(records), footer_rows);   // after the header rows
//   CsvBlock block;
//   do blocks.fill(block); while (!block.last);
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

#include "nps/adapters/csv_records.h"
#include "nps/result.h"

namespace nps::internal {

/// Records of a file, first `bytes`, then `loose`.
struct CsvBlock {
  /// Whole records, blank lines among them, and kScanPadding bytes of room behind.
  std::string_view bytes = {};
  std::vector<std::uint64_t> marks = {};  // of the ends of their cells: see csv_marks.h
  std::size_t record_ends = 0;            // among the marks
  std::uint64_t line = 0;                 // of the file, where `bytes` begin

  std::vector<CsvRecord> loose_records = {};  // kept for their memory; see loose()
  std::size_t loose_count = 0;

  std::optional<Error> error = {};  // after these records
  bool last = false;                // nothing follows
  std::uint64_t consumed = 0;       // bytes of the file up to the end of this block

  std::unique_ptr<char[]> buffer = {};  // what `bytes` point to
  std::size_t capacity = 0;

  [[nodiscard]] std::span<const CsvRecord> loose() const noexcept {
    return std::span(loose_records).first(loose_count);
  }
};

/// Line ends: LF, CRLF, and CR.
[[nodiscard]] std::uint64_t count_line_ends(std::string_view bytes) noexcept;

/// Memory  a block's worth beside what CsvRecords needs.
class CsvBlocks {
 public:
  /// The last `footer_rows` records of the file are left out.
  CsvBlocks(CsvRecords records, std::size_t footer_rows);

  /// For the header, which is read before the first block.
  [[nodiscard]] CsvRecords& records() noexcept { return records_; }
  [[nodiscard]] const CsvRecords& records() const noexcept { return records_; }
  [[nodiscard]] bool skips_blank_lines() const noexcept { return records_.skips_blank_lines(); }

  /// The next records. It may have none without being the last. Not called after the last.
  void fill(CsvBlock& block);

 private:
  [[nodiscard]] bool fill_whole(CsvBlock& block);
  void fill_loose(CsvBlock& block, std::size_t most);
  void hand_over(CsvBlock& block, std::size_t size);

  CsvRecords records_;
  std::size_t footer_rows_;
  std::vector<CsvRecord> footer_;  // a ring: what may turn out to be the end of the file
  std::size_t footer_filled_ = 0;
  std::size_t footer_next_ = 0;
};

}  // namespace nps::internal

#endif  // NPS_SRC_ADAPTERS_CSV_BLOCKS_H_
