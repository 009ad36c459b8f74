// NdjsonLines: the lines of a file one after the other, in a block of memory that is read once.
#ifndef NPS_SRC_ADAPTERS_NDJSON_LINES_H_
#define NPS_SRC_ADAPTERS_NDJSON_LINES_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "nps/adapters/byte_source.h"
#include "nps/result.h"

namespace nps::internal {

class NdjsonLines {
 public:
  NdjsonLines(std::unique_ptr<ByteSource> source, std::size_t block_bytes, std::size_t max_line);

  /// Goes to the next line that has something in it: false when there is none. An error is final.
  Result<bool> next();

  /// Without its LF, with whatever else it has. NdjsonFields::kPadding bytes more may be read.
  [[nodiscard]] std::string_view line() const noexcept { return line_; }
  [[nodiscard]] std::uint64_t number() const noexcept { return number_; }
  [[nodiscard]] std::uint64_t bytes_consumed() const noexcept { return read_ - (end_ - begin_); }
  [[nodiscard]] const ByteSource& source() const noexcept { return *source_; }

 private:
  Result<bool> find();
  Result<> read_more();

  std::unique_ptr<ByteSource> source_;
  std::size_t max_line_;
  std::size_t capacity_;
  std::unique_ptr<char[]> buffer_;  // capacity_ bytes, and the padding
  std::size_t begin_ = 0;           // what is read and not yet consumed: begin_ .. end_
  std::size_t end_ = 0;
  std::size_t searched_ = 0;  // no LF before it
  std::uint64_t read_ = 0;
  bool at_end_ = false;
  std::optional<Error> failed_;
  std::string_view line_;
  std::uint64_t number_ = 0;
};

}  // namespace nps::internal

#endif  // NPS_SRC_ADAPTERS_NDJSON_LINES_H_
