// Customers as 64-bit keys, and the shards that they fall into.
//
// A customer belongs to one shard for good, by the highest bits of the key, and there are always as
// many shards, however many threads work on them: so neither what is kept nor its order depends on
// the number of threads. Rows are sorted by shard before they are placed ("radix partitioning":
// Boncz, Manegold and Kersten, "Database Architecture Optimized for the New Bottleneck: Memory
// Access", VLDB 1999), so that what is known of a shard's customers lies in the cache while its rows
// come.
#ifndef NPS_SRC_SEGMENT_CUSTOMER_SHARDS_H_
#define NPS_SRC_SEGMENT_CUSTOMER_SHARDS_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace nps::internal {

inline constexpr unsigned kShardBits = 8;
inline constexpr std::size_t kShards = std::size_t{1} << kShardBits;

/// A bijection whose highest bits depend on every bit of `id`. There is no secret in it: whoever
/// knows it can make up ids that collide.
constexpr std::uint64_t customer_key(std::uint64_t id) noexcept {
  constexpr std::uint64_t kOdd = 0xd6e8feb86659fd93;  // Pelle Evensen's "rrmxmx" family
  id ^= id >> 32U;
  id *= kOdd;
  id ^= id >> 32U;
  return id * kOdd;
}

/// The same on every machine of one byte order; equal texts have equal keys, others hardly ever.
inline std::uint64_t customer_key(std::string_view text) noexcept {
  std::uint64_t key = text.size();
  std::uint64_t word = 0;
  for (; text.size() >= sizeof word; text.remove_prefix(sizeof word)) {
    std::memcpy(&word, text.data(), sizeof word);
    key = customer_key(key ^ word) + word;
  }
  word = 0;
  if (!text.empty()) std::memcpy(&word, text.data(), text.size());
  return customer_key(key ^ word);
}

constexpr std::size_t shard_of(std::uint64_t key) noexcept { return key >> (64U - kShardBits); }

/// Where among `places` (less than 2^32) of its shard a key belongs, by the bits after the shard's.
/// Places are in the order of keys, so a table that grows is copied from front to back.
constexpr std::size_t home_of(std::uint64_t key, std::uint64_t places) noexcept {
  return (((key << kShardBits) >> 32U) * places) >> 32U;
}

}  // namespace nps::internal

#endif  // NPS_SRC_SEGMENT_CUSTOMER_SHARDS_H_
