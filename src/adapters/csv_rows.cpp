#include "adapters/csv_rows.h"

#include <algorithm>

#include "adapters/csv_marks.h"
#include "adapters/csv_scan.h"

namespace nps::internal {

void CsvRows::find(const CsvBlock& block, const CsvShape& shape) {
  block_ = &block;
  shape_ = shape;
  rows_.clear();
  numbers_.clear();
  ragged_.clear();
  rewritten_.clear();
  rows_in_block_ = 0;

  const std::size_t needed = 1 + block.bytes.size() + csv::kListPadding;
  if (capacity_ < needed) {
    begins_ =
        std::make_unique_for_overwrite<std::uint32_t[]>(needed);  // what is not used costs nothing
    capacity_ = needed;
  }
  begins_[0] = static_cast<std::uint32_t>(block.first);
  const std::size_t marks =
      block.bytes.empty()
          ? 0
          : csv::mark_kernel().list(block.marks.data(), block.marks.size(), begins_.get() + 1);
  if (!find_regular(marks)) find_marked(marks);
  marked_ = rows_.size();
  if (ragged_.empty() || !shape_.stop_at_ragged) find_loose();
}

/// The usual case: every record has as many cells as there are columns, and none is blank.
bool CsvRows::find_regular(std::size_t marks) {
  const std::size_t columns = shape_.columns;
  if (block_->record_ends * columns != marks || (columns == 1 && shape_.skip_blank)) return false;
  // As many record ends as rows, and each where one belongs: then all others are delimiters.
  const char* const all = block_->bytes.data();
  const std::uint32_t* const begins = begins_.get();
  const char delimiter = shape_.delimiter;
  bool regular = true;
  for (std::size_t end = columns; end <= marks; end += columns) {
    regular &= all[begins[end] - 1] != delimiter;
  }
  if (!regular) return false;
  rows_in_block_ = static_cast<std::uint32_t>(block_->record_ends);
  rows_.resize(rows_in_block_);
  for (std::size_t i = 0; i < rows_.size(); ++i) rows_[i] = static_cast<CsvRow>(i * columns);
  return true;
}

void CsvRows::find_marked(std::size_t marks) {
  const char* const all = block_->bytes.data();
  std::size_t row = 0;
  for (std::size_t mark = 1; mark <= marks; ++mark) {
    const std::uint32_t end = begins_[mark] - 1;
    if (all[end] == shape_.delimiter) continue;
    const std::size_t cells = mark - row;
    const auto begin = static_cast<CsvRow>(row);
    const bool blank = cells == 1 && CsvColumn{all, begins_.get(), &begin, true}[0].size == 0;
    if (!(blank && shape_.skip_blank) && !add(static_cast<CsvRow>(row), cells)) return;
    row = mark;
  }
}

void CsvRows::find_loose() {
  for (std::size_t i = 0; i < block_->loose_count; ++i) {
    if (!add(kLoose | static_cast<CsvRow>(i), block_->loose_records[i].cells().size())) return;
  }
}

/// False when no more rows are wanted.
bool CsvRows::add(CsvRow row, std::size_t cells) {
  const std::uint32_t number = rows_in_block_++;
  if (cells == shape_.columns) {
    if (!numbers_.empty() || number != rows_.size()) numbers_.push_back(number);
    rows_.push_back(row);
    return true;
  }
  if (numbers_.empty()) {
    numbers_.resize(rows_.size());
    for (std::size_t i = 0; i < numbers_.size(); ++i) numbers_[i] = static_cast<std::uint32_t>(i);
  }
  ragged_.push_back({number, row, cells});
  return !shape_.stop_at_ragged;
}

void CsvRows::drop(std::span<const std::uint8_t> dropped) {
  std::vector<std::uint32_t> numbers;
  numbers.reserve(rows_.size());
  std::size_t kept = 0;
  std::size_t marked = 0;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (dropped[i] != 0) continue;
    numbers.push_back(number(i));
    rows_[kept++] = rows_[i];
    if (i < marked_) marked = kept;
  }
  rows_.resize(kept);
  numbers_ = std::move(numbers);
  marked_ = marked;
}

std::string_view CsvRows::text(CsvRow row, std::size_t column) {
  if ((row & kLoose) != 0) return block_->loose_records[row - kLoose].cells()[column];
  const RawCell raw = CsvColumn{block_->bytes.data(), begins_.get() + column, &row,
                                column + 1 == shape_.columns}[0];
  std::string_view text(raw.at, raw.size);
  if (!text.starts_with('"')) return text;
  text.remove_prefix(1);
  const std::size_t quote = text.find('"');
  if (quote + 1 == text.size()) return text.substr(0, quote);
  std::string& copy = rewritten_.emplace_back(text);
  return detail::unquote(copy.data(), copy.size());
}

std::uint64_t CsvRows::line(CsvRow row) const noexcept {
  if ((row & kLoose) != 0) return block_->loose_records[row - kLoose].line();
  const std::size_t first = block_->first;
  return block_->line + count_line_ends(block_->bytes.substr(first, begins_[row] - first));
}

std::uint64_t CsvRows::line(CsvRow row, CsvRow earlier, std::uint64_t its_line) const noexcept {
  if ((row & kLoose) != 0 || (earlier & kLoose) != 0) return line(row);
  const std::uint32_t from = begins_[earlier];
  return its_line + count_line_ends(block_->bytes.substr(from, begins_[row] - from));
}

}  // namespace nps::internal
