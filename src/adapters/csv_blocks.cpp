#include "adapters/csv_blocks.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "adapters/csv_marks.h"
#include "adapters/csv_scan.h"

namespace nps::internal {
namespace {

using csv::kGroupBytes;

// Numbers of bytes in a block fit into 32 bits, and the block into a processor's own cache.
constexpr std::size_t kMostBytes = std::size_t{1} << 20U;
constexpr std::size_t kFront = 1;  // as in CsvRecords
constexpr std::size_t kLooseAtOnce = 1024;
constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

/// The record ends of marked bytes, from the last to the first.
class RecordEnds {
 public:
  RecordEnds(const CsvBlock& block, const char* bytes, std::size_t size, char delimiter)
      : marks_(block.marks.data()),
        bytes_(bytes),
        group_((size + kGroupBytes - 1) / kGroupBytes),
        delimiter_(delimiter) {}

  /// The next one before, or kNone.
  std::size_t previous() noexcept {
    for (;;) {
      while (bits_ == 0) {
        if (group_ == 0) return kNone;
        bits_ = marks_[--group_];
      }
      const auto bit = static_cast<std::size_t>(std::bit_width(bits_)) - 1;
      bits_ ^= std::uint64_t{1} << bit;
      const std::size_t at = group_ * kGroupBytes + bit;
      if (bytes_[at] != delimiter_) return at;
    }
  }

 private:
  const std::uint64_t* marks_;
  const char* bytes_;
  std::size_t group_;
  std::uint64_t bits_ = 0;
  char delimiter_;
};

/// Where to cut so that `held_back` records and what is no whole record stay behind. Adds to `past`
/// the record ends that do.
std::size_t size_of_whole(RecordEnds ends, const char* bytes, std::size_t held_back,
                          bool skip_blank, std::size_t& past) {
  std::size_t end = ends.previous();
  for (std::size_t held = 0; held < held_back && end != kNone;) {
    const std::size_t before = ends.previous();
    const std::size_t begin = before + 1;  // 0 after kNone
    const bool carriage = end > begin && bytes[end] == '\n' && bytes[end - 1] == '\r';
    const bool blank = end - begin == (carriage ? 1U : 0U);
    if (!(blank && skip_blank)) ++held;
    ++past;
    end = before;
  }
  return end + 1;
}

}  // namespace

std::uint64_t count_line_ends(std::string_view bytes) noexcept {
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const bool crlf = bytes[i] == '\r' && i + 1 < bytes.size() && bytes[i + 1] == '\n';
    if (bytes[i] == '\n' || (bytes[i] == '\r' && !crlf)) ++count;
  }
  return count;
}

CsvBlocks::CsvBlocks(CsvRecords records, std::size_t footer_rows)
    : records_(std::move(records)), footer_rows_(footer_rows) {}

void CsvBlocks::fill(CsvBlock& block) {
  block.bytes = {};
  block.record_ends = 0;
  block.loose_count = 0;
  block.error.reset();
  block.last = false;
  // Once records are delayed in the ring, all are.
  const bool ring = footer_filled_ > 0;
  const bool rest_is_a_record = !ring && fill_whole(block);
  if (ring || block.bytes.empty() ||
      (rest_is_a_record && records_.state_ != CsvRecords::State::Open)) {
    const bool at_end = rest_is_a_record && records_.state_ != CsvRecords::State::Open;
    fill_loose(block, at_end || footer_rows_ > 0 ? kLooseAtOnce : 1);
  }
  block.consumed = records_.bytes_consumed();
}

/// Whether what is left in the buffer is no whole record, but for those held back.
bool CsvBlocks::fill_whole(CsvBlock& block) {
  CsvRecords& in = records_;
  const std::size_t usual = std::min(in.limits_.block_bytes, kMostBytes);
  if (in.state_ == CsvRecords::State::Open && in.end_ - in.begin_ <= usual / 2) in.read_more(1);
  if (in.after_cr_ && in.begin_ < in.end_) {
    if (in.buffer_[in.begin_] == '\n') ++in.begin_;
    in.after_cr_ = false;
  }
  // No record in here can be longer, or have more cells, than is allowed.
  const std::size_t all = in.end_ - in.begin_;
  const std::size_t size =
      std::min({all, kMostBytes, in.limits_.max_record_bytes, in.limits_.max_cells});
  const char* const bytes = in.buffer_.get() + in.begin_;
  block.marks.resize((size + kGroupBytes - 1) / kGroupBytes);
  csv::MarkState state;
  csv::mark(bytes, size, in.delimiter_, state, block.marks.data());
  std::size_t past = 0;
  const std::size_t whole = size_of_whole(RecordEnds(block, bytes, size, in.delimiter_), bytes,
                                          footer_rows_, in.skips_blank_lines(), past);
  if (whole > 0) {
    block.record_ends = state.record_ends - past;
    std::uint64_t lines = block.record_ends;
    if (state.quoted_line_ends > 0) {
      // What is at the end is not counted yet where it is a CR, since an LF may follow.
      lines = state.record_ends + state.quoted_line_ends + state.carriage -
              count_line_ends({bytes + whole, size - whole});
    }
    block.line = in.line_;
    in.line_ += lines;
    block.marks.resize((whole + kGroupBytes - 1) / kGroupBytes);
    if (whole % kGroupBytes != 0) {
      block.marks.back() &= (std::uint64_t{1} << (whole % kGroupBytes)) - 1;
    }
    hand_over(block, whole);
  }
  return size == all;
}

/// Makes the next `size` bytes the block's: with the buffer they are in, where little follows.
void CsvBlocks::hand_over(CsvBlock& block, std::size_t size) {
  CsvRecords& in = records_;
  const std::size_t rest = in.end_ - in.begin_ - size;
  const char* const from = in.buffer_.get() + in.begin_;
  const std::size_t copied = std::min(rest, size);
  const std::size_t room = kFront + copied + detail::kScanPadding;
  if (block.capacity < room) {
    block.capacity = std::max(room, in.capacity_);
    block.buffer = std::make_unique_for_overwrite<char[]>(block.capacity);
  }
  char* const to = block.buffer.get() + kFront;
  if (rest < size) {
    std::memcpy(to, from + size, rest);
    block.bytes = {from, size};
    std::swap(block.buffer, in.buffer_);
    std::swap(block.capacity, in.capacity_);
    in.begin_ = kFront;
    in.end_ = kFront + rest;
    in.cells_.clear();
  } else {
    std::memcpy(to, from, size);
    block.bytes = {to, size};
    in.begin_ += size;
  }
}

void CsvBlocks::fill_loose(CsvBlock& block, std::size_t most) {
  footer_.resize(footer_rows_);
  while (block.loose_count < most) {
    auto more = records_.next();
    if (!more || !*more) {
      if (!more) block.error = std::move(more).error();
      block.last = true;
      return;
    }
    if (block.loose_records.size() == block.loose_count) block.loose_records.emplace_back();
    CsvRecord& record = block.loose_records[block.loose_count];
    if (footer_.empty()) {
      record.assign(records_);
    } else {
      std::swap(record, footer_[footer_next_]);
      footer_[footer_next_].assign(records_);
      footer_next_ = (footer_next_ + 1) % footer_.size();
      if (footer_filled_ < footer_.size()) {
        ++footer_filled_;
        continue;
      }
    }
    ++block.loose_count;
  }
}

}  // namespace nps::internal
