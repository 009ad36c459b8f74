// Asking for memory before it is needed.
//
// A processor finds a stream by itself, but not far enough ahead for one core to be kept busy by
// memory: the hardware prefetcher stops at each page, and out-of-order execution looks only a few
// hundred instructions ahead. So lines are asked for twice, into the second-level cache far ahead,
// where many more requests can be under way than the few fill buffers of the first level allow, and
// into the first level a little ahead. The distances were measured: see bench/tally_bench.
#ifndef NPS_SRC_KERNELS_PREFETCH_H_
#define NPS_SRC_KERNELS_PREFETCH_H_

#include <cstddef>
#include <cstdint>

namespace nps::kernel {

/// How far ahead to ask, with `left` bytes to go: past the end there is nothing to ask for.
struct Ahead {
  static constexpr std::size_t kNear = 4096;
  static constexpr std::size_t kFar = 32768;
  std::size_t near;
  std::size_t far;

  explicit Ahead(std::size_t left) noexcept
      : near(left > kNear ? kNear : 0), far(left > kFar ? kFar : 0) {}

  /// Asks for the line `near` and the line `far` bytes after `here`.
  [[gnu::always_inline]] void fetch(const void* here) const noexcept {
    const auto address = reinterpret_cast<std::uintptr_t>(here);
    __builtin_prefetch(reinterpret_cast<const void*>(address + near), 0, 3);
    __builtin_prefetch(reinterpret_cast<const void*>(address + far), 0, 2);
  }
};

/// What is long is read in four places at once. A single stream has one page open at a time, of which
/// the hardware prefetcher starts anew at each beginning; four streams are followed side by side, and
/// while one waits at the beginning of a page, three others flow. Then a little ahead is enough.
/// Part p of a column begins at p * rows.
struct Parts {
  static constexpr std::size_t kParts = 4;
  static constexpr std::size_t kLeastBytes = std::size_t{1} << 20U;  // less is often in a cache

  /// Rows of each part, a multiple of `group`; 0 where it is not worth it.
  static constexpr std::size_t rows(std::size_t of, std::size_t group) noexcept {
    return of < kLeastBytes ? 0 : of / kParts / group * group;
  }

  /// As Ahead's, for one place of four.
  [[gnu::always_inline]] static void fetch(const void* here) noexcept {
    const auto address = reinterpret_cast<std::uintptr_t>(here);
    __builtin_prefetch(reinterpret_cast<const void*>(address + kNear), 0, 3);
  }

 private:
  static constexpr std::size_t kNear = 896;
};

}  // namespace nps::kernel

#endif  // NPS_SRC_KERNELS_PREFETCH_H_
