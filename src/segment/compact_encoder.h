// CompactEncoder: rows of a batch as CompactEntries, one after another.
#ifndef NPS_SRC_SEGMENT_COMPACT_ENCODER_H_
#define NPS_SRC_SEGMENT_COMPACT_ENCODER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>

#include "nps/batch.h"
#include "nps/rating.h"
#include "segment/compact_layout.h"
#include "segment/customer_shards.h"

namespace nps::internal {

class CompactEncoder {
 public:
  static constexpr std::size_t kRows = 1024;  // at most, at a time

  CompactEncoder(const CompactLayout& layout, const ResponseColumns& columns) noexcept
      : layout_(layout), columns_(columns) {
    if (columns.codes.size() == 1) {
      if (const auto* codes = std::get_if<std::span<const std::uint8_t>>(&columns.codes[0])) {
        bytes_ = codes->data();
      }
    }
  }

  /// Calls put(shard, entry) for each of these rows that has a rating; the others are added to
  /// `rejected`. False if there were some that do not fit; what was put of them means nothing.
  template <typename Put>
  bool encode(std::size_t first, std::size_t rows, std::uint64_t& rejected, Put put) const {
    if (bytes_ != nullptr) {
      const std::uint8_t* const codes = bytes_ + first;
      return timed(
          first, rows, rejected, [codes](std::size_t i) { return codes[i]; }, put);
    }
    std::array<std::uint16_t, kRows> codes{};
    const bool fit = pack_codes(first, rows, codes);
    return timed(
               first, rows, rejected, [&codes](std::size_t i) { return codes[i]; }, put) &&
           fit;
  }

 private:
  bool pack_codes(std::size_t first, std::size_t rows,
                  std::array<std::uint16_t, kRows>& packed) const noexcept {
    const unsigned bits = layout_.code_bits();
    Code over = 0;
    unsigned shift = 0;
    for (const CodeColumn& column : columns_.codes) {
      const auto pack = [&](auto code_of) {
        for (std::size_t i = 0; i < rows; ++i) {
          const Code code = code_of(i);
          over |= code >> bits;
          packed[i] = static_cast<std::uint16_t>(packed[i] | code << shift);
        }
      };
      if (const auto* same = std::get_if<Code>(&column)) {
        pack([code = *same](std::size_t) { return code; });
      } else if (const auto* b = std::get_if<std::span<const std::uint8_t>>(&column)) {
        pack([codes = b->data() + first](std::size_t i) { return Code{codes[i]}; });
      } else if (const auto* h = std::get_if<std::span<const std::uint16_t>>(&column)) {
        pack([codes = h->data() + first](std::size_t i) { return Code{codes[i]}; });
      } else if (const auto* w = std::get_if<std::span<const std::uint32_t>>(&column)) {
        pack([codes = w->data() + first](std::size_t i) { return codes[i]; });
      }
      shift += bits;
    }
    return over == 0;
  }

  template <typename CodesAt, typename Put>
  bool timed(std::size_t first, std::size_t rows, std::uint64_t& rejected, CodesAt codes_at,
             Put& put) const {
    const TimeColumn& times = columns_.answered_at;
    if (times.empty()) {
      return run(
          first, rows, rejected, codes_at, [](std::size_t) { return kUntimed; }, put);
    }
    const Timestamp* const values = times.values.data();
    if (times.validity.empty()) {
      return run(
          first, rows, rejected, codes_at,
          [values](std::size_t row) {
            return Time{CompactLayout::ticks_of(values[row]), true};
          },
          put);
    }
    const std::uint8_t* const validity = times.validity.data();
    return run(
        first, rows, rejected, codes_at,
        [values, validity](std::size_t row) {
          const bool known = ((validity[row / 8] >> (row % 8)) & 1U) != 0;
          return known ? Time{CompactLayout::ticks_of(values[row]), true} : kUntimed;
        },
        put);
  }

  struct Time {
    std::uint64_t ticks;
    bool known;
  };
  static constexpr Time kUntimed{1, false};  // ticks that fit

  template <typename CodesAt, typename TimeAt, typename Put>
  bool run(std::size_t first, std::size_t rows, std::uint64_t& rejected, CodesAt codes_at,
           TimeAt time_at, Put& put) const {
    const CompactLayout layout = layout_;
    const std::uint8_t* const ratings = columns_.ratings.data() + first;
    const std::uint64_t* const ids = columns_.customer_ids.data() + first;
    std::uint64_t unfit = 0;
    for (std::size_t i = 0; i < rows; ++i) {
      if (ratings[i] > Rating::kMax) {
        ++rejected;
        continue;
      }
      const std::uint64_t key = customer_key(ids[i]);
      const Time time = time_at(first + i);
      unfit |= CompactLayout::unfit(time.ticks);
      put(shard_of(key),
          CompactLayout::entry(key, layout.rank(time.ticks, time.known, ratings[i]), codes_at(i)));
    }
    return unfit == 0;
  }

  CompactLayout layout_;
  const ResponseColumns& columns_;
  const std::uint8_t* bytes_ = nullptr;  // the only column of codes, if it is of bytes
};

}  // namespace nps::internal

#endif  // NPS_SRC_SEGMENT_COMPACT_ENCODER_H_
