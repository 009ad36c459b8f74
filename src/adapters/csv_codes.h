// CellCodes: numbers for the different cells of a column, as they stand in the file.
//
//   CellCodes codes;
//   codes.clear();
//   codes.codes_of(rows.column(c), rows.marked(), out, [&](std::size_t i) { meet(rows[i]); });
//
// What a cell means is then worked out once for each different one, not once a row.
#ifndef NPS_SRC_ADAPTERS_CSV_CODES_H_
#define NPS_SRC_ADAPTERS_CSV_CODES_H_

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "adapters/csv_rows.h"

namespace nps::internal {

/// Open addressing with linear steps, at most half full. Cells of up to sixteen bytes are compared as
/// two integers, which lie in the table itself. No cell holds a NUL, so bytes of zero can fill up
/// short ones, and a zero before anything else marks what is free.
class CellCodes {
 public:
  static constexpr std::size_t kReadAhead = 16;  // bytes that may be read past the end of a cell

  void clear() {
    short_.assign(std::size_t{1} << kFirstBits, Slot{});
    shift_ = 64 - kFirstBits;
    short_count_ = 0;
    long_.clear();
    size_ = 0;
  }

  /// Writes the codes of the first `count` cells: 0, 1, 2 in the order in which different ones come.
  /// Calls fresh(i) for the first cell of each kind, in order. Cells must stay where they are until
  /// clear().
  template <typename Fresh>
  void codes_of(const CsvColumn cells, std::size_t count, std::uint32_t* out, Fresh fresh) {
    const Slot* slots = short_.data();
    unsigned shift = shift_;
    for (std::size_t i = 0; i < count; ++i) {
      const RawCell cell = cells[i];
      if (cell.size <= 16) [[likely]] {
        const Key key = key_of(cell);
        const Slot& slot = slots[hash(key) >> shift];
        if (slot.key.low == key.low && slot.key.high == key.high) [[likely]] {
          out[i] = slot.code;
          continue;
        }
      }
      const std::uint32_t known = size_;
      out[i] = find(cell);
      if (size_ != known) fresh(i);
      slots = short_.data();
      shift = shift_;
    }
  }

 private:
  struct Key {
    std::uint64_t low = 0;
    std::uint64_t high = ~std::uint64_t{0};
  };
  struct Slot {
    Key key = {};  // that of no cell
    std::uint32_t code = 0;
  };
  static constexpr unsigned kFirstBits = 9;

  /// The first n bytes in memory.
  static constexpr std::array<std::uint64_t, 9> kMask = [] {
    std::array<std::uint64_t, 9> masks{};
    for (unsigned n = 1; n <= 8; ++n) {
      const std::uint64_t ones = ~std::uint64_t{0};
      masks[n] =
          std::endian::native == std::endian::little ? ones >> (64 - 8 * n) : ones << (64 - 8 * n);
    }
    return masks;
  }();

  static Key key_of(RawCell cell) noexcept {
    Key key;
    std::memcpy(&key.low, cell.at, sizeof key.low);
    std::memcpy(&key.high, cell.at + sizeof key.low, sizeof key.high);
    key.low &= kMask[std::min<std::size_t>(cell.size, 8)];
    key.high &= kMask[std::max<std::size_t>(cell.size, 8) - 8];
    return key;
  }
  /// Products bring what differs anywhere to the top bits.
  static constexpr std::uint64_t hash(Key key) noexcept {
    return (key.low ^ (key.high * 0xc2b2ae3d27d4eb4fU)) * 0x9e3779b97f4a7c15U;
  }

  [[gnu::noinline]] std::uint32_t find(RawCell cell) {
    if (cell.size > 16) {
      const auto [at, added] = long_.try_emplace({cell.at, cell.size}, size_);
      if (added) ++size_;
      return at->second;
    }
    const Key key = key_of(cell);
    Slot& slot = slot_of(key);
    if (slot.key.high == key.high && slot.key.low == key.low) return slot.code;
    const std::uint32_t code = size_++;
    slot = {key, code};
    if (2 * ++short_count_ > short_.size()) grow();
    return code;
  }
  /// The key's slot, or the free one where it belongs.
  Slot& slot_of(Key key) noexcept {
    const std::size_t last = short_.size() - 1;
    for (std::size_t i = hash(key) >> shift_;; i = (i + 1) & last) {
      const Key there = short_[i].key;
      const bool free = there.low == 0 && there.high != 0;
      if (free || (there.low == key.low && there.high == key.high)) return short_[i];
    }
  }
  void grow() {
    std::vector<Slot> old(short_.size() * 2);
    old.swap(short_);
    --shift_;
    for (const Slot& slot : old) {
      const bool free = slot.key.low == 0 && slot.key.high != 0;
      if (!free) slot_of(slot.key) = slot;
    }
  }

  std::vector<Slot> short_;
  unsigned shift_ = 0;
  std::size_t short_count_ = 0;
  std::unordered_map<std::string_view, std::uint32_t> long_;
  std::uint32_t size_ = 0;
};

}  // namespace nps::internal

#endif  // NPS_SRC_ADAPTERS_CSV_CODES_H_
