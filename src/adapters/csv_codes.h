// CellCodes: the codes of the cells of a column, by the bytes that stand in the file.
//
//   CellCodes codes;
//   codes.codes_of(rows.column(c), rows.marked(), out, [&](std::size_t i) { meet(rows[i]); });
//   codes.settle(given);        // from now on, the cells met there have these codes
//
// What a cell means is then worked out once for each different one, not once a row.
#ifndef NPS_SRC_ADAPTERS_CSV_CODES_H_
#define NPS_SRC_ADAPTERS_CSV_CODES_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "adapters/csv_rows.h"

namespace nps::internal {

/// Open addressing with linear steps, at most half full. Cells of up to sixteen bytes are compared as
/// two integers, which lie in the table itself. No cell holds a NUL, so bytes of zero can fill up
/// short ones, and a zero before anything else marks what is free.
///
/// Memory   forgets all when it has met kMost different cells, or kMostBytes of long ones; they are
///          fresh again then.
class CellCodes {
 public:
  static constexpr std::size_t kReadAhead = 16;  // bytes that may be read past the end of a cell
  static constexpr std::uint32_t kFresh = std::uint32_t{1}
                                          << 31U;  // codes from here on are not yet
  static constexpr std::size_t kMost = std::size_t{1} << 13U;
  static constexpr std::size_t kMostBytes = std::size_t{1} << 20U;

  CellCodes() { forget(); }

  /// Writes the codes of the first `count` cells: those given before, or kFresh + 0, 1, 2 in the order
  /// in which fresh ones come. Calls fresh(i) for the first of each, in order.
  template <typename Fresh>
  void codes_of(const CsvColumn cells, std::size_t count, std::uint32_t* out, Fresh fresh) {
    if (short_count_ + long_.size() > kMost || long_bytes_ > kMostBytes) forget();
    fresh_.clear();
    for (std::size_t i = 0;; ++i) {
      i = known_run(cells, i, count, out);
      if (i == count) break;
      const std::size_t met = fresh_.size();
      out[i] = find(cells[i]);
      if (fresh_.size() != met) fresh(i);
    }
  }

  /// Code kFresh + i becomes given[i]. (There may be more of them than cells met.)
  void settle(std::span<const std::uint32_t> given) {
    for (std::size_t i = 0; i < fresh_.size(); ++i) {
      std::uint32_t& code = fresh_[i].text == nullptr ? slot_of(fresh_[i].key).code
                                                      : long_.find(*fresh_[i].text)->second;
      code = given[i];
    }
    fresh_.clear();
  }

 private:
  struct Key {
    std::uint64_t low = 0;
    std::uint64_t high = ~std::uint64_t{0};
  };
  struct alignas(32) Slot {  // never in two cache lines
    Key key = {};            // that of no cell
    std::uint32_t code = 0;
  };
  static constexpr unsigned kFirstBits = 9;

  /// Sixteen ones before sixteen zeros: n bytes of ones are what ends n bytes past the middle.
  static constexpr std::array<unsigned char, 32> kOnes = [] {
    std::array<unsigned char, 32> bytes{};
    for (std::size_t i = 0; i < 16; ++i) bytes[i] = 0xff;
    return bytes;
  }();

  static std::uint64_t eight(const void* at) noexcept {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, at, sizeof bytes);
    return bytes;
  }
  static Key key_of(RawCell cell) noexcept {
    const unsigned char* const mask = kOnes.data() + 16 - cell.size;
    return {eight(cell.at) & eight(mask), eight(cell.at + 8) & eight(mask + 8)};
  }
  /// Products bring what differs anywhere to the top bits.
  static constexpr std::uint64_t hash(Key key) noexcept {
    return (key.low ^ (key.high * 0xc2b2ae3d27d4eb4fU)) * 0x9e3779b97f4a7c15U;
  }

  /// Writes codes from `first` on up to the first cell that is not where it is looked for first.
  /// Returns its number, or `count`. A function of its own, so that all it needs is in registers.
  [[gnu::noinline]] std::size_t known_run(const CsvColumn cells, std::size_t first,
                                          std::size_t count, std::uint32_t* out) const noexcept {
    const Slot* const slots = short_.data();
    const unsigned shift = shift_;
    for (std::size_t i = first; i < count; ++i) {
      const RawCell cell = cells[i];
      if (cell.size > 16) return i;
      const Key key = key_of(cell);
      const Slot& slot = slots[hash(key) >> shift];
      if (slot.key.low != key.low || slot.key.high != key.high) return i;
      out[i] = slot.code;
    }
    return count;
  }
  [[gnu::noinline]] std::uint32_t find(RawCell cell) {
    const std::uint32_t code = kFresh + static_cast<std::uint32_t>(fresh_.size());
    if (cell.size > 16) {
      const auto [at, added] = long_.try_emplace(std::string(cell.at, cell.size), code);
      if (added) {
        fresh_.push_back({{}, &at->first});
        long_bytes_ += cell.size;
      }
      return at->second;
    }
    const Key key = key_of(cell);
    Slot& slot = slot_of(key);
    if (slot.key.high == key.high && slot.key.low == key.low) return slot.code;
    slot = {key, code};
    fresh_.push_back({key, nullptr});
    if (2 * ++short_count_ > short_.size()) grow();
    return code;
  }
  void forget() {
    short_.assign(std::size_t{1} << kFirstBits, Slot{});
    shift_ = 64 - kFirstBits;
    short_count_ = 0;
    long_.clear();
    long_bytes_ = 0;
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

  struct Met {
    Key key;
    const std::string* text;  // of a long one
  };

  std::vector<Slot> short_;
  unsigned shift_ = 0;
  std::size_t short_count_ = 0;
  std::unordered_map<std::string, std::uint32_t> long_;
  std::size_t long_bytes_ = 0;
  std::vector<Met> fresh_;  // cells without a code, as they came
};

}  // namespace nps::internal

#endif  // NPS_SRC_ADAPTERS_CSV_CODES_H_
