#include "segment/compact_sorted.h"

#include <bit>
#include <cstring>
#include <memory>
#include <numeric>

#include "detail/cache_line.h"
#include "kernels/kernel.h"

#ifdef NPS_KERNELS_X86
#include <emmintrin.h>
#endif

namespace nps::internal {
namespace {

// Entries wait until there are so many of a shard, and then are written in whole cache lines, past
// the cache: written one by one, each line would be read first, only to be overwritten ("software
// write-combining": Balkesen, Teubner, Alonso and Ozsu, "Main-Memory Hash Joins on Multi-Core CPUs",
// ICDE 2013). More would wait less often for the branch that nobody foresees, but not in the
// first-level cache, which eight a shard already fill.
constexpr std::size_t kWaiting = 8;
struct Waiting {
  alignas(64) std::array<std::array<CompactEntry, kWaiting>, kShards> of;
};

// What is small stays in the second-level cache until it is read, so it is written as usual.
constexpr std::size_t kSmall = std::size_t{1} << 16U;

void copy_past_cache(CompactEntry* to, const CompactEntry* from) noexcept {
#ifdef NPS_KERNELS_X86
  for (std::size_t i = 0; i < kWaiting; ++i) {
    _mm_stream_si128(reinterpret_cast<__m128i*>(to + i),
                     _mm_load_si128(reinterpret_cast<const __m128i*>(from + i)));
  }
#else
  std::memcpy(to, from, kWaiting * sizeof(CompactEntry));
#endif
}

// Whatever was written so is there for other threads from here on.
void end_copies() noexcept {
#ifdef NPS_KERNELS_X86
  _mm_sfence();
#endif
}

}  // namespace

std::size_t CompactSorted::block_of(std::size_t rows) noexcept {
  return std::max(kPiece, std::bit_floor(rows / kShards / 8));
}

std::size_t CompactSorted::room(std::size_t rows) noexcept {
  const std::size_t block = block_of(rows);
  return ((rows + block - 1) / block + kShards) * block;
}

std::size_t CompactSorted::count() const noexcept {
  return std::accumulate(counts_.begin(), counts_.end(), std::size_t{0});
}

void CompactSorted::fetch([[maybe_unused]] const CompactEntry* piece) noexcept {
#ifdef __GNUC__
  for (std::size_t i = 0; i < kPiece; i += 4) __builtin_prefetch(piece + i);
#endif
}

void CompactSorted::sort(const CompactEncoder& encoder, std::size_t first, std::size_t rows,
                         std::span<CompactEntry> memory) {
  CompactEntry* const blocks = memory.data();
  const std::size_t block = block_of(rows);
  const bool small = rows <= kSmall;
  blocks_ = blocks;
  block_ = block;
  next_.resize(memory.size() / block);
  fits_ = true;
  const auto waiting = std::make_unique_for_overwrite<Waiting>();
  std::array<std::uint32_t, kShards> counts{};
  std::array<CompactEntry*, kShards> ends;  // NOLINT: written before it is read
  for (std::size_t s = 0; s < kShards; ++s) ends[s] = blocks + s * block;
  std::size_t used = kShards;

  const auto write = [&](std::size_t shard) {
    CompactEntry* end = ends[shard];
    const CompactEntry* const from = waiting->of[shard].data();
    if (small) {
      std::memcpy(end, from, kWaiting * sizeof(CompactEntry));
    } else {
      copy_past_cache(end, from);
    }
    end += kWaiting;
    const auto at = static_cast<std::size_t>(end - blocks);
    if (at % block == 0) {
      next_[at / block - 1] = static_cast<std::uint32_t>(used);
      end = blocks + used++ * block;
    }
    ends[shard] = end;
  };

  CompactRows encoded;  // NOLINT: written before it is read
  for (std::size_t row = 0; row < rows && fits_; row += CompactRows::kMost) {
    const std::size_t some = std::min(CompactRows::kMost, rows - row);
    fits_ = encoder.encode(first + row, some, encoded);
    for (std::size_t i = 0; i < some; ++i) {
      if (i % detail::kCacheLine == 0) encoder.upcoming().fetch(first + row + i);
      if (encoded.what[i] == 0) continue;
      const std::size_t shard = encoded.shard[i];
      const std::uint32_t count = counts[shard]++;
      waiting->of[shard][count % kWaiting] = encoded[i];
      if (count % kWaiting == kWaiting - 1) [[unlikely]]
        write(shard);
    }
  }
  for (std::size_t s = 0; s < kShards; ++s) {
    std::copy_n(waiting->of[s].data(), counts[s] % kWaiting, ends[s]);
  }
  end_copies();
  counts_ = counts;
}

}  // namespace nps::internal
