#include "adapters/ndjson_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include "adapters/json_text.h"
#include "adapters/ndjson_fields.h"
#include "nps/detail/text.h"

namespace nps::internal {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

}  // namespace

NdjsonLines::NdjsonLines(std::unique_ptr<ByteSource> source, std::size_t block_bytes,
                         std::size_t max_line)
    : source_(std::move(source)),
      max_line_(max_line),
      capacity_(std::max<std::size_t>(block_bytes, 1)),
      buffer_(std::make_unique<char[]>(capacity_ + NdjsonFields::kPadding)) {}

/// Makes room behind what is not consumed, and reads into it.
Result<> NdjsonLines::read_more() {
  if (begin_ != 0) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
    searched_ -= begin_;
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == capacity_) {
    const std::size_t more = capacity_ * 2;
    auto grown = std::make_unique<char[]>(more + NdjsonFields::kPadding);
    std::memcpy(grown.get(), buffer_.get(), end_);
    buffer_ = std::move(grown);
    capacity_ = more;
  }
  const auto got = source_->read(std::span<char>(buffer_.get() + end_, capacity_ - end_));
  if (!got) return got.error();
  at_end_ = *got == 0;
  end_ += *got;
  read_ += *got;
  return {};
}

Result<bool> NdjsonLines::find() {
  for (;;) {
    char* const bytes = buffer_.get();
    const auto* const lf = static_cast<const char*>(
        searched_ == end_ ? nullptr : std::memchr(bytes + searched_, '\n', end_ - searched_));
    const std::size_t stop = lf == nullptr ? end_ : static_cast<std::size_t>(lf - bytes);
    if (stop - begin_ > max_line_) {
      return Error{
          ErrorCode::LimitReached,
          fmt::format("{}, line {}: the line is longer than {} bytes, the most that is read. Is "
                      "there one event on each line?",
                      detail::printable(source_->name()), number_ + 1, max_line_),
          {.file = source_->name(), .line = number_ + 1}};
    }
    if (lf != nullptr || (at_end_ && begin_ != end_)) {
      line_ = std::string_view(bytes + begin_, stop - begin_);
      // The byte after a line is a line end, even where the file has none.
      bytes[stop] = '\n';
      ++number_;
      begin_ = searched_ = lf == nullptr ? end_ : stop + 1;
      return true;
    }
    if (at_end_) return false;
    searched_ = end_;
    if (auto more = read_more(); !more) return std::move(more).error();
  }
}

Result<bool> NdjsonLines::next() {
  if (failed_) return *failed_;
  for (;;) {
    auto found = find();
    if (!found) {
      failed_ = found.error();
      return found;
    }
    if (!*found) return false;
    if (number_ == 1 && line_.starts_with(kByteOrderMark))
      line_.remove_prefix(kByteOrderMark.size());
    if (!trim_json(line_).empty()) return true;
  }
}

}  // namespace nps::internal
