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

// Numbers of bytes in a block fit into 32 bits, and two blocks, with their columns, into a processor's
// own cache: the one that is read and the one that a cube takes meanwhile.
constexpr std::size_t kMostBytes = std::size_t{256} << 10U;
// For the record that a piece begins in. What is longer comes by way of CsvRecords.
constexpr std::size_t kLeastRoom = std::size_t{4} << 10U;
constexpr std::size_t kMostRoom = std::size_t{64} << 10U;
constexpr std::size_t kFront = 1;  // as in CsvRecords
constexpr std::size_t kLooseAtOnce = 1024;
constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

/// The record ends of marked bytes, from the last to the first.
class RecordEnds {
 public:
  RecordEnds(const std::uint64_t* marks, const char* bytes, std::size_t size, char delimiter)
      : marks_(marks),
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

/// Where to cut so that `held_back` records and what is no whole record stay behind; the first begins
/// at `first`. Adds to `past` the record ends that do.
std::size_t size_of_whole(RecordEnds ends, const char* bytes, std::size_t first,
                          std::size_t held_back, bool skip_blank, std::size_t& past) {
  std::size_t end = ends.previous();
  for (std::size_t held = 0; held < held_back && end != kNone;) {
    const std::size_t before = ends.previous();
    const std::size_t begin = before == kNone ? first : before + 1;
    const bool carriage = end > begin && bytes[end] == '\n' && bytes[end - 1] == '\r';
    const bool blank = end - begin == (carriage ? 1U : 0U);
    if (!(blank && skip_blank)) ++held;
    ++past;
    end = before;
  }
  return end == kNone ? first : end + 1;
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

// ---- pieces ----

/// Takes over what CsvRecords has read.
void CsvBlocks::start() noexcept {
  CsvRecords& in = records_;
  // A record of a piece and what is before it can then be no longer, and have no more cells, than
  // is allowed.
  const CsvLimits& limits = in.limits_;
  piece_bytes_ = std::max<std::size_t>(
      std::min({limits.block_bytes, kMostBytes, limits.max_record_bytes / 2, limits.max_cells / 2}),
      1);
  room_ =
      std::clamp((piece_bytes_ + kGroupBytes) / kGroupBytes * kGroupBytes, kLeastRoom, kMostRoom);
  in.fed_ = true;
  early_ = std::exchange(in.buffer_, nullptr);
  early_begin_ = std::exchange(in.begin_, 0);
  early_end_ = std::exchange(in.end_, 0);
  early_state_ = std::exchange(in.state_, CsvRecords::State::Open);
  early_error_ = std::exchange(in.error_, std::nullopt);
  in.capacity_ = 0;
  in.cells_.clear();
  read_ = in.read_;
  in.read_ -= early_end_ - early_begin_;
}

bool CsvBlocks::is_early() const noexcept {
  return early_begin_ < early_end_ || early_state_ != CsvRecords::State::Open;
}

bool CsvBlocks::place(CsvBlock& block) noexcept {
  if (!records_.fed_) start();
  block.place_.reset();
  if (is_early()) return false;
  const ByteSource& source = *records_.source_;
  block.wanted_ = piece_bytes_;
  // As in CsvRecords: one byte more than there should be, to meet the end.
  if (const auto total = source.size(); total && *total >= read_) {
    block.wanted_ =
        static_cast<std::size_t>(std::min<std::uint64_t>(piece_bytes_, *total - read_ + 1));
  }
  if (!source.has_places()) return false;
  block.place_ = placed_;
  placed_ += block.wanted_;
  read_ += block.wanted_;
  return true;
}

bool CsvBlocks::read(CsvBlock& block) {
  block.state_ = CsvRecords::State::Open;
  block.failure_.reset();
  if (!block.place_ && is_early()) {
    read_early(block);
  } else {
    make_room(block, block.wanted_);
    read_source(block);
  }
  return block.state_ == CsvRecords::State::Open;
}

void CsvBlocks::read_early(CsvBlock& block) {
  const std::size_t size = std::min(piece_bytes_, early_end_ - early_begin_);
  make_room(block, size);
  if (size > 0) std::memcpy(block.buffer_.get() + block.begin_, early_.get() + early_begin_, size);
  block.end_ += size;
  early_begin_ += size;
  if (early_begin_ < early_end_) return;
  early_.reset();
  block.state_ = early_state_;
  block.failure_ = early_error_;
}

void CsvBlocks::make_room(CsvBlock& block, std::size_t size) const {
  const std::size_t needed = kGroupBytes + room_ + size + detail::kScanPadding;
  if (block.capacity_ < needed) {
    block.buffer_ = std::make_unique_for_overwrite<char[]>(needed);
    block.capacity_ = needed;
  }
  block.begin_ = block.end_ = kGroupBytes + room_;
}

void CsvBlocks::read_source(CsvBlock& block) {
  ByteSource& source = *records_.source_;
  for (const std::size_t full = block.end_ + block.wanted_; block.end_ < full;) {
    const std::span<char> into(block.buffer_.get() + block.end_, full - block.end_);
    auto got = block.place_ ? source.read_at(*block.place_, into) : source.read(into);
    if (!got) {
      block.failure_ = std::move(got).error();
      block.state_ = CsvRecords::State::Failed;
      return;
    }
    const std::size_t count = std::min(*got, into.size());
    block.end_ += count;
    (block.place_ ? *block.place_ : read_) += count;
    if (count == 0) {
      block.state_ = CsvRecords::State::AtEnd;
      return;
    }
  }
}

void CsvBlocks::mark(CsvBlock& block) const {
  const char* const buffer = block.buffer_.get();
  for (;;) {
    block.marks_.resize((block.end_ + kGroupBytes - 1) / kGroupBytes);
    block.guess_ = csv::mark_on_a_guess(buffer, block.begin_, block.end_, records_.delimiter_,
                                        block.marks_.data());
    // Marking sees every NUL from there on.
    const std::size_t look = block.guess_.after.nul != 0 ? block.end_ : block.guess_.at;
    const std::size_t nul = std::string_view(buffer, look).find('\0', block.begin_);
    if (nul == std::string_view::npos) return;
    block.end_ = nul;
    block.state_ = CsvRecords::State::AtNul;
  }
}

// ---- records ----

void CsvBlocks::cut(CsvBlock& block) {
  CsvRecords& in = records_;
  block.bytes = {};
  block.marks = {};
  block.first = 0;
  block.record_ends = 0;
  block.loose_count = 0;
  block.error.reset();
  block.last = ended_;
  if (ended_) return;
  bool loose = std::exchange(block.unfinished, false);
  if (!loose) {
    in.read_ += block.end_ - block.begin_;
    if (in.after_cr_ && block.begin_ < block.end_) {
      if (block.buffer_[block.begin_] == '\n') ++block.begin_;
      in.after_cr_ = false;
    }
    if (fits(block)) {
      cut_whole(block);
    } else {
      keep({block.buffer_.get() + block.begin_, block.end_ - block.begin_});
      loose = in.end_ - in.begin_ >= patience_;
    }
    in.state_ = block.state_;
    if (block.failure_) in.error_ = block.failure_;
  }
  if (loose || in.state_ != CsvRecords::State::Open) fill_loose(block);
  block.consumed = in.bytes_consumed();
}

/// Whether what is kept and the piece may be one text. Once records are delayed in the ring, all are.
bool CsvBlocks::fits(const CsvBlock& block) const {
  const std::size_t kept = records_.end_ - records_.begin_;
  const std::size_t all = kept + (block.end_ - block.begin_);
  return footer_filled_ == 0 && kept <= room_ && all <= records_.limits_.max_record_bytes &&
         all <= records_.limits_.max_cells;
}

void CsvBlocks::cut_whole(CsvBlock& block) {
  CsvRecords& in = records_;
  char* const buffer = block.buffer_.get();
  const std::size_t kept = in.end_ - in.begin_;
  const std::size_t begin = block.begin_ - kept;
  if (kept > 0) std::memcpy(buffer + begin, in.buffer_.get() + in.begin_, kept);

  std::uint64_t* const all_marks = block.marks_.data();
  csv::MarkState state;
  csv::mark_range(buffer, begin, block.guess_.at, in.delimiter_, state, all_marks);
  if (block.guess_.right(state)) {
    state = block.guess_.end(state);
  } else {
    csv::mark_range(buffer, block.guess_.at, block.end_, in.delimiter_, state, all_marks);
  }

  const std::size_t group = begin / kGroupBytes;
  const char* const bytes = buffer + group * kGroupBytes;
  const std::size_t first = begin % kGroupBytes;
  const std::size_t size = block.end_ - group * kGroupBytes;
  std::size_t past = 0;
  const std::size_t whole = size_of_whole(RecordEnds(all_marks + group, bytes, size, in.delimiter_),
                                          bytes, first, footer_rows_, in.skips_blank_lines(), past);
  if (whole == first) {
    keep({buffer + block.begin_, block.end_ - block.begin_});
    return;
  }
  block.record_ends = state.record_ends - past;
  std::uint64_t lines = block.record_ends;
  if (state.quoted_line_ends > 0) {
    // What is at the end is not counted yet where it is a CR, since an LF may follow.
    lines = state.record_ends + state.quoted_line_ends + state.carriage -
            count_line_ends({bytes + whole, size - whole});
  }
  block.line = in.line_;
  in.line_ += lines;
  if (whole % kGroupBytes != 0) {
    all_marks[group + whole / kGroupBytes] &= (std::uint64_t{1} << (whole % kGroupBytes)) - 1;
  }
  block.bytes = {bytes, whole};
  block.first = first;
  block.marks = {all_marks + group, (whole + kGroupBytes - 1) / kGroupBytes};
  patience_ = 0;
  in.begin_ = in.end_;
  keep({bytes + whole, size - whole});
}

/// Adds to what is not yet in a block.
void CsvBlocks::keep(std::string_view bytes) {
  CsvRecords& in = records_;
  const std::size_t kept = in.end_ - in.begin_;
  const std::size_t needed = kFront + kept + bytes.size() + detail::kScanPadding;
  if (needed > in.capacity_) {
    const std::size_t capacity = std::max(needed, 2 * in.capacity_);
    auto larger = std::make_unique<char[]>(capacity);
    if (kept > 0) std::memcpy(larger.get() + kFront, in.buffer_.get() + in.begin_, kept);
    in.buffer_ = std::move(larger);
    in.capacity_ = capacity;
  } else if (kept > 0) {
    std::memmove(in.buffer_.get() + kFront, in.buffer_.get() + in.begin_, kept);
  }
  in.begin_ = kFront;
  in.end_ = kFront + kept + bytes.size();
  if (!bytes.empty()) std::memcpy(in.buffer_.get() + kFront + kept, bytes.data(), bytes.size());
}

/// Records one by one, as long as there are whole ones.
void CsvBlocks::fill_loose(CsvBlock& block) {
  footer_.resize(footer_rows_);
  while (block.loose_count < kLooseAtOnce) {
    auto more = records_.next();
    if (!more || !*more) {
      if (records_.hungry_) {
        // Twice as many before it is tried again, so that no byte is seen more than about twice.
        const CsvRecords& in = records_;
        patience_ = std::min(2 * (in.end_ - in.begin_), in.limits_.max_record_bytes + 1);
        return;
      }
      if (!more) block.error = std::move(more).error();
      block.last = ended_ = true;
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
  block.unfinished = true;
}

}  // namespace nps::internal
