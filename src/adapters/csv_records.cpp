#include "nps/adapters/csv_records.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "csv_scan.h"
#include "csv_sniff.h"
#include "nps/detail/text.h"

namespace nps {
namespace {

constexpr std::size_t kFront = 1;  // the byte that quoted() may look at before the first cell
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::size_t kLongestMagic = 8;

bool can_delimit(char c) { return c != '"' && c != '\n' && c != '\r'; }

}  // namespace

Result<CsvRecords> CsvRecords::open(std::unique_ptr<ByteSource> source, CsvDialect dialect,
                                    CsvLimits limits) {
  if (!can_delimit(dialect.delimiter)) {
    return Error{ErrorCode::InvalidArgument,
                 "A quote or a line end cannot delimit cells; choose another byte.",
                 {source->name(), 0, "delimiter"}};
  }
  // Sizes that no sum below can overflow.
  constexpr std::size_t kMost = std::numeric_limits<std::size_t>::max() / 8;
  limits.max_record_bytes = std::min(limits.max_record_bytes, kMost);
  limits.max_cells = std::max<std::size_t>(limits.max_cells, 1);
  limits.block_bytes = std::clamp<std::size_t>(limits.block_bytes, 1, kMost);

  CsvRecords records(std::move(source), dialect, limits);
  if (auto started = records.start(dialect.delimiter == '\0'); !started)
    return std::move(started).error();
  return records;
}

CsvRecords::CsvRecords(std::unique_ptr<ByteSource> source, CsvDialect dialect, CsvLimits limits)
    : source_(std::move(source)),
      limits_(limits),
      delimiter_(dialect.delimiter),
      blank_lines_(dialect.blank_lines) {}

Result<void> CsvRecords::start(bool detect) {
  const std::size_t needed = detect ? detail::kSniffBytes : kLongestMagic;
  while (state_ == State::Open && end_ - begin_ < needed) read_more(needed - (end_ - begin_));
  if (state_ == State::Failed && begin_ == end_) return *error_;

  const std::string_view start(buffer_.get() + begin_, end_ - begin_);
  if (const auto what = detail::known_as_something_else(start)) {
    return refuse(ErrorCode::Malformed, 0, *what);
  }
  if (start.starts_with(kByteOrderMark)) begin_ += kByteOrderMark.size();
  if (begin_ == end_ && state_ == State::AtEnd) {
    return refuse(ErrorCode::Malformed, 0,
                  " is empty. A CSV file begins with a line that names its columns.");
  }
  if (detect) {
    const std::size_t window = std::min(end_ - begin_, detail::kSniffBytes);
    const bool last = state_ == State::AtEnd && window == end_ - begin_;
    delimiter_ = detail::detect_delimiter({buffer_.get() + begin_, window}, last);
  }
  return {};
}

Result<bool> CsvRecords::next() {
  if (error_ && state_ != State::Failed) return *error_;
  auto found = find_record();
  if (!found || !*found) cells_.clear();
  if (!found) {
    error_ = found.error();
    begin_ = end_;
    state_ = State::Refused;
  }
  return found;
}

Result<bool> CsvRecords::find_record() {
  hungry_ = false;
  for (;;) {
    if (begin_ == end_ && state_ == State::Open) {
      if (fed_) return !(hungry_ = true);
      read_more(1);
    }
    if (after_cr_ && begin_ < end_) {
      if (buffer_[begin_] == '\n') ++begin_;
      after_cr_ = false;
      continue;
    }
    if (begin_ == end_ && state_ == State::AtEnd) {
      if (first_record_cells_ > 0) return false;
      return refuse(
          ErrorCode::Malformed, 1,
          "there are only blank lines. A CSV file begins with a line that names its columns.");
    }

    const char* const begin = buffer_.get() + begin_;
    const detail::Scan scan =
        detail::scan_record(begin, buffer_.get() + end_, state_ == State::AtEnd, delimiter_,
                            limits_.max_cells, cells_, rewrites_);
    const std::size_t length = scan.end == detail::ScanEnd::Record
                                   ? static_cast<std::size_t>(scan.content - begin)
                               : scan.end == detail::ScanEnd::TooManyCells
                                   ? static_cast<std::size_t>(scan.content - begin) + 1
                                   : end_ - begin_;
    if (length > limits_.max_record_bytes) return refuse_length();
    if (scan.end == detail::ScanEnd::TooManyCells) {
      return refuse(ErrorCode::LimitReached, line_,
                    "the record has more than " + std::to_string(limits_.max_cells) +
                        " cells, the limit. Check the delimiter.");
    }
    if (scan.end == detail::ScanEnd::NeedMore) {
      if (state_ == State::Open) {
        if (fed_) return !(hungry_ = true);
        read_more(1);
        continue;
      }
      return refuse_rest(scan.lines_to_quote, scan.lines);
    }

    const bool blank = scan.content == begin;
    record_line_ = line_;
    line_ += scan.lines + (scan.next != scan.content ? 1 : 0);
    begin_ = static_cast<std::size_t>(scan.next - buffer_.get());
    after_cr_ = scan.after_cr;
    if (blank && skips_blank_lines()) continue;
    if (first_record_cells_ == 0) first_record_cells_ = cells_.size();
    for (const std::size_t cell : rewrites_) {
      // The cell lies in buffer_, which is ours to write to.
      char* const raw = buffer_.get() + (cells_[cell].data() - buffer_.get());
      cells_[cell] = detail::unquote(raw, cells_[cell].size());
    }
    return true;
  }
}

bool CsvRecords::skips_blank_lines() const noexcept {
  if (blank_lines_ != BlankLines::Auto) return blank_lines_ == BlankLines::Skip;
  return first_record_cells_ != 1;
}

/// Brings `at_least` more bytes behind those not yet consumed, or fewer, if the file ends, fails or
/// turns out to be no text before, or was once shorter. A record that does not fit doubles what is
/// read at a time.
void CsvRecords::read_more(std::size_t at_least) {
  const std::size_t pending = end_ - begin_;
  const std::size_t longest = limits_.max_record_bytes + 1;  // enough to refuse it
  const std::size_t rest = longest > pending ? longest - pending : 0;
  std::size_t want = std::max({at_least, limits_.block_bytes, std::min(pending, rest)});
  // A small file needs no large block. One byte more, to meet the end; should the file have grown
  // meanwhile, that byte is the first of the next block.
  if (const auto total = source_->size(); total && *total >= read_) {
    want = static_cast<std::size_t>(std::min<std::uint64_t>(want, *total - read_ + 1));
  }
  const std::size_t needed = kFront + pending + want + detail::kScanPadding;
  if (needed > capacity_) {
    auto larger = std::make_unique<char[]>(needed);
    if (pending > 0) std::memcpy(larger.get() + kFront, buffer_.get() + begin_, pending);
    buffer_ = std::move(larger);
    capacity_ = needed;
  } else if (pending > 0) {
    std::memmove(buffer_.get() + kFront, buffer_.get() + begin_, pending);
  }
  begin_ = kFront;
  end_ = kFront + pending;

  for (const std::size_t full = end_ + want; end_ < full;) {
    char* const at = buffer_.get() + end_;
    auto got = source_->read({at, full - end_});
    if (!got) {
      error_ = std::move(got).error();
      state_ = State::Failed;
      return;
    }
    const std::size_t count = std::min(*got, full - end_);
    const void* const nul = count > 0 ? std::memchr(at, '\0', count) : nullptr;
    const std::size_t usable =
        nul != nullptr ? static_cast<std::size_t>(static_cast<const char*>(nul) - at) : count;
    end_ += usable;
    read_ += usable;
    if (nul != nullptr) state_ = State::AtNul;
    if (count == 0) state_ = State::AtEnd;
    if (state_ != State::Open) return;
  }
}

Error CsvRecords::refuse(ErrorCode code, std::uint64_t line, std::string_view what) const {
  std::string message = detail::printable(source_->name());
  if (line > 0) message += ", line " + std::to_string(line) + ": ";
  return {code, message += what, {source_->name(), line, {}}};
}

/// The text ends within a record, at the end of the file or before.
Error CsvRecords::refuse_rest(std::uint64_t lines_to_quote, std::uint64_t lines) const {
  if (state_ == State::Failed) return *error_;
  if (state_ == State::AtNul) {
    // Plain letters in UTF-16 are every other byte NUL, from the first or the second on.
    return refuse(ErrorCode::Malformed, line_ + lines,
                  read_ <= 1
                      ? "there are NUL bytes as in UTF-16 text. Save it as UTF-8, or convert it "
                        "with `iconv -f UTF-16LE -t UTF-8`."
                      : "there is a NUL byte, so this is not text. Export the data as CSV in "
                        "UTF-8.");
  }
  return refuse(ErrorCode::Malformed, line_ + lines_to_quote,
                "a quote is opened here and never closed. Close it; a quote that is part of a "
                "quoted cell is written twice.");
}

/// The record is longer than the limit. Only the bytes up to the limit decide what is said, so that
/// it is the same for every block size.
Error CsvRecords::refuse_length() const {
  std::vector<std::string_view> cells;
  std::vector<std::size_t> rewrites;
  const char* const begin = buffer_.get() + begin_;
  const detail::Scan scan = detail::scan_record(begin, begin + limits_.max_record_bytes + 1, false,
                                                delimiter_, limits_.max_cells, cells, rewrites);
  std::string what = "the record is longer than " + std::to_string(limits_.max_record_bytes) +
                     " bytes, the limit.";
  const bool quoted = scan.end == detail::ScanEnd::NeedMore && scan.in_quotes;
  if (quoted) what += " A quote opened on this line is probably never closed.";
  return refuse(ErrorCode::LimitReached, line_ + (quoted ? scan.lines_to_quote : 0), what);
}

void CsvRecord::assign(const CsvRecords& records) {
  std::size_t size = 0;
  for (const std::string_view cell : records.cells()) size += cell.size();
  bytes_.resize(size);
  cells_.clear();
  char* at = bytes_.data();
  for (const std::string_view cell : records.cells()) {
    if (!cell.empty()) std::memcpy(at, cell.data(), cell.size());
    cells_.emplace_back(at, cell.size());
    at += cell.size();
  }
  line_ = records.line();
}

}  // namespace nps
