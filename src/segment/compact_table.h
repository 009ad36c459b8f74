// CompactTable: the customers of one shard who need no more than sixteen bytes each.
#ifndef NPS_SRC_SEGMENT_COMPACT_TABLE_H_
#define NPS_SRC_SEGMENT_COMPACT_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "detail/pages.h"
#include "segment/customer_shards.h"
#include "segment/shard_memory.h"

namespace nps::internal {

/// A customer and an answer. Of two answers of a customer the one with the greater `rank` counts;
/// the rank of an answer is never 0.
struct CompactEntry {
  static constexpr unsigned kSide = 8;  // low bits of both words, no part of customer and rank
  static constexpr std::uint64_t kSideMask = (std::uint64_t{1} << kSide) - 1;

  std::uint64_t who;   // the key but for the shard's bits, which are known; then 8 bits of codes
  std::uint64_t what;  // rank, then 8 bits of codes

  [[nodiscard]] constexpr std::uint64_t rank() const noexcept { return what >> kSide; }
};
static_assert(kShardBits == CompactEntry::kSide);

/// Open addressing by cache lines: four entries a line, filled from the front, and when a line is
/// full, the one after it. Nothing is ever taken out, so a free place ends every search.
class CompactTable {
 public:
  struct alignas(64) Line {
    std::uint64_t who[4];
    std::uint64_t what[4];  // 0: free
  };

  CompactTable() = default;
  CompactTable(const CompactTable&) = delete;
  CompactTable& operator=(const CompactTable&) = delete;

  /// Before all else: which shard this is, and where its memory comes from.
  void set_up(ShardMemory& memory, std::size_t shard) noexcept {
    shared_ = &memory;
    shard_ = shard;
  }
  /// Makes room for so many customers at once, instead of bit by bit.
  void reserve(std::size_t customers);
  /// Keeps the greater answer of each customer; of equal ones, the one that came first.
  void put(std::span<const CompactEntry> entries);

  [[nodiscard]] std::size_t customers() const noexcept { return customers_; }
  [[nodiscard]] std::uint64_t placed() const noexcept { return placed_; }
  [[nodiscard]] std::span<const Line> lines() const noexcept { return {lines_, count_}; }
  /// Asks for the memory that an entry will be looked for in.
  void prefetch(const CompactEntry& entry) const noexcept;
  /// Reads the whole table once, in sequence, so that it is near.
  void fetch() const noexcept;

  /// Calls f(entry) for each customer.
  template <typename F>
  void for_each(F f) const {
    for (const Line& line : lines()) {
      for (std::size_t i = 0; i < 4 && line.what[i] != 0; ++i) f({line.who[i], line.what[i]});
    }
  }

 private:
  void resize(std::size_t lines);

  ShardMemory* shared_ = nullptr;
  std::size_t shard_ = 0;
  Pages own_;  // instead, for a large table
  Line* lines_ = nullptr;
  std::size_t count_ = 0;
  std::size_t customers_ = 0;
  std::uint64_t placed_ = 0;
};

static_assert(sizeof(CompactTable::Line) == 64);

}  // namespace nps::internal

#endif  // NPS_SRC_SEGMENT_COMPACT_TABLE_H_
