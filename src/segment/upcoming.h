// Upcoming: asking memory for the rows to come while those at hand are worked on.
//
// What a page costs to begin is more than its bytes: its address has to be translated, which within a
// virtual machine takes hundreds of nanoseconds, and a prefetch whose page is not yet known does not
// begin. Several translations go on at the same time, though. So the pages of many rows to come are
// touched together, all columns of them, by loads that nothing waits for; then lines are prefetched.
//
// A small batch has nothing further ahead to ask for. Often it is a piece of a longer column, though,
// of which the next piece comes with the next call. So the rows behind the last one are prefetched
// as if they were its own: a prefetch never fails, whatever is there, and the next call then finds
// its first rows near. They are not touched: a load might fail.
#ifndef NPS_SRC_SEGMENT_UPCOMING_H_
#define NPS_SRC_SEGMENT_UPCOMING_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <variant>

#include "detail/cache_line.h"
#include "nps/batch.h"

namespace nps::internal {

/// The ratings, codes and times of a batch. Working on a block of rows touches no column for most of
/// the time, and so is when memory would otherwise idle.
class Upcoming {
 public:
  explicit Upcoming(const ResponseColumns& columns) noexcept : rows_(columns.size()) {
    watch(columns.ratings);
    for (const CodeColumn& column : columns.codes) {
      std::visit(
          [this](const auto& codes) {
            if constexpr (!std::is_same_v<std::decay_t<decltype(codes)>, Code>) watch(codes);
          },
          column);
    }
    watch(columns.answered_at.values);
    watch(columns.touchpoint_at.values);
  }

  /// Asks for one column more.
  template <typename T>
  void watch(std::span<const T> column) noexcept {
    if (column.empty() || count_ == kStreams) return;
    streams_[count_++] = {reinterpret_cast<const unsigned char*>(column.data()), sizeof(T)};
  }

  /// Asks for the first rows from `first` to `last`: a small batch has no others.
  void fetch_first(std::size_t first, std::size_t last) const noexcept {
    touch(first, std::min(last, first - first % kTouched + kTouched));
    const std::size_t end = std::min(last, first + kAhead);
    for (std::size_t row = first; row < end; row += detail::kCacheLine) fetch_at(row);
  }

  /// Asks for the 64 rows that lie a few thousand behind `row`, or as many as there are. To be
  /// called for each 64 rows.
  void fetch(std::size_t row) const noexcept {
    const std::size_t within = row % kTouched;
    if (within < detail::kCacheLine) touch(row - within + kTouched, row - within + 2 * kTouched);
    fetch_at(row + std::min(kAhead, rows_));
  }

 private:
  static constexpr std::size_t kAhead = 4096;
  static constexpr std::size_t kTouched = 16384;  // rows, four pages of each column of bytes
  static constexpr std::size_t kPage = 4096;
  static constexpr std::size_t kStreams = 8;
  struct Stream {
    const unsigned char* first;
    std::size_t width;  // bytes a row, and so lines for 64 rows
  };

  void touch(std::size_t first, std::size_t last) const noexcept {
    last = std::min(last, rows_);
    for (std::size_t s = 0; s < count_ && first < last; ++s) {
      const volatile unsigned char* const column = streams_[s].first;
      const std::size_t end = last * streams_[s].width;
      for (std::size_t at = first * streams_[s].width; at < end; at += kPage) {
        static_cast<void>(column[at]);
      }
    }
  }

  // An address past the end of a column is a number, and no pointer until it is given away.
  void fetch_at(std::size_t row) const noexcept {
    for (std::size_t s = 0; s < count_; ++s) {
      const Stream& stream = streams_[s];
      const auto at = reinterpret_cast<std::uintptr_t>(stream.first) + row * stream.width;
      for (std::size_t line = 0; line < stream.width; ++line) {
        __builtin_prefetch(reinterpret_cast<const void*>(at + line * detail::kCacheLine), 0, 2);
      }
    }
  }

  std::array<Stream, kStreams> streams_{};
  std::size_t count_ = 0;
  std::size_t rows_;
};

}  // namespace nps::internal

#endif  // NPS_SRC_SEGMENT_UPCOMING_H_
