// CsvRows: the rows of a block, and where their cells are. Nothing is copied.
//
//   CsvRows rows;
//   rows.find(block, {.columns = 6});
//   for (std::size_t i = 0; i < rows.size(); ++i) use(rows.text(rows[i], column));
#ifndef NPS_SRC_ADAPTERS_CSV_ROWS_H_
#define NPS_SRC_ADAPTERS_CSV_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/csv_blocks.h"

namespace nps::internal {

struct CsvShape {
  std::size_t columns = 0;
  char delimiter = ',';
  bool skip_blank = true;
  bool stop_at_ragged = true;  // the rows from the first such row on are none
};

/// A row's place in its block.
using CsvRow = std::uint32_t;

/// A cell as it stands in the file, quotes and all.
struct RawCell {
  const char* at;
  std::size_t size;
};

/// For loops over a column: copy it into the loop's function, where its pointers stay in registers.
struct CsvColumn {
  const char* bytes;
  const std::uint32_t* begins;  // of the cells of the column; that of the next cell follows each
  const CsvRow* rows;
  bool last;  // a CR may stand between its cells and the LF

  [[nodiscard]] RawCell operator[](std::size_t i) const noexcept {
    const std::uint32_t* const cell = begins + rows[i];
    const std::uint32_t begin = cell[0];
    std::uint32_t end = cell[1] - 1;
    if (last) {
      if (end > begin && bytes[end - 1] == '\r' && bytes[end] == '\n') --end;
    }
    return {bytes + begin, end - begin};
  }
};

class CsvRows {
 public:
  struct Ragged {
    std::uint32_t number;  // among all rows of the block, from 0
    CsvRow row;            // for line(): it has other cells than others
    std::size_t cells;
  };

  void find(const CsvBlock& block, const CsvShape& shape);

  /// Rows of as many cells as there are columns, less those dropped.
  [[nodiscard]] std::size_t size() const noexcept { return rows_.size(); }
  [[nodiscard]] CsvRow operator[](std::size_t i) const noexcept { return rows_[i]; }
  /// Its number among all rows of the block, from 0.
  [[nodiscard]] std::uint32_t number(std::size_t i) const noexcept {
    return numbers_.empty() ? static_cast<std::uint32_t>(i) : numbers_[i];
  }
  [[nodiscard]] std::uint32_t rows_in_block() const noexcept { return rows_in_block_; }
  [[nodiscard]] std::span<const Ragged> ragged() const noexcept { return ragged_; }

  /// Leaves out the rows i with dropped[i] != 0.
  void drop(std::span<const std::uint8_t> dropped);

  /// The text of a cell, unquoted. Valid as long as the block, until the next find().
  [[nodiscard]] std::string_view text(CsvRow row, std::size_t column);
  [[nodiscard]] std::uint64_t line(CsvRow row) const noexcept;
  /// What is counted by line(), from one row to a later one: no more than O(bytes between).
  [[nodiscard]] std::uint64_t line(CsvRow row, CsvRow earlier,
                                   std::uint64_t its_line) const noexcept;

  /// The first so many rows lie in the block's bytes; the others are loose.
  [[nodiscard]] std::size_t marked() const noexcept { return marked_; }
  /// The cells of a column in those rows.
  [[nodiscard]] CsvColumn column(std::size_t column) const noexcept {
    return {block_->bytes.data(), begins_.get() + column, rows_.data(),
            column + 1 == shape_.columns};
  }

 private:
  static constexpr CsvRow kLoose = CsvRow{1} << 31U;

  [[nodiscard]] bool find_regular(std::size_t marks);
  void find_marked(std::size_t marks);
  void find_loose();
  bool add(CsvRow row, std::size_t cells);

  const CsvBlock* block_ = nullptr;
  CsvShape shape_;
  std::unique_ptr<std::uint32_t[]> begins_;  // of cells, the first one's before the marks
  std::size_t capacity_ = 0;
  std::vector<CsvRow> rows_;
  std::vector<std::uint32_t> numbers_;  // of the rows, where they are not 0, 1, 2...
  std::vector<Ragged> ragged_;
  std::uint32_t rows_in_block_ = 0;
  std::size_t marked_ = 0;
  std::deque<std::string> rewritten_;  // texts that do not stand in the block as such
};

}  // namespace nps::internal

#endif  // NPS_SRC_ADAPTERS_CSV_ROWS_H_
