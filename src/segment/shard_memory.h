// ShardMemory: room for the tables of all shards, which grow at about the same time.
//
// Tables of one size stand side by side in one mapping of large pages, each shard at its own place.
// A place that no shard has come to costs nothing; when the last shard has moved on to a larger
// size, the mapping is given back. Without this each growth of a table would be some hundred page
// faults, which cost more than filling it.
#ifndef NPS_SRC_SEGMENT_SHARD_MEMORY_H_
#define NPS_SRC_SEGMENT_SHARD_MEMORY_H_

#include <array>
#include <bit>
#include <cstddef>
#include <mutex>

#include "detail/pages.h"
#include "segment/customer_shards.h"

namespace nps::internal {

/// Threads     safe.
class ShardMemory {
 public:
  static constexpr std::size_t kLeast = 256;                     // bytes a shard
  static constexpr std::size_t kMost = (std::size_t{1} << 20U);  // larger ones stand alone

  /// Zeroed memory, if the shard takes each size once; `bytes` is a power of two, kLeast to kMost.
  /// Throws std::bad_alloc.
  void* take(std::size_t shard, std::size_t bytes) {
    const std::scoped_lock lock(mutex_);
    Side& side = side_of(bytes);
    if (side.shards == 0) side.memory = Pages(bytes * kShards);
    ++side.shards;
    return static_cast<std::byte*>(side.memory.data()) + shard * bytes;
  }
  void give_back(std::size_t bytes) noexcept {
    const std::scoped_lock lock(mutex_);
    Side& side = side_of(bytes);
    if (--side.shards == 0) side.memory = Pages();
  }

 private:
  struct Side {
    Pages memory;
    std::size_t shards = 0;  // that have their table there
  };
  static constexpr auto kSides =
      static_cast<std::size_t>(std::countr_zero(kMost) - std::countr_zero(kLeast)) + 1;
  Side& side_of(std::size_t bytes) noexcept {
    return sides_[static_cast<std::size_t>(std::countr_zero(bytes) - std::countr_zero(kLeast))];
  }

  std::mutex mutex_;
  std::array<Side, kSides> sides_;
};

}  // namespace nps::internal

#endif  // NPS_SRC_SEGMENT_SHARD_MEMORY_H_
