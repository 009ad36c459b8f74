// AVX2: counting in fields that are as narrow as they can be.
//
// A table look-up turns a rating into a 1 in one of four 2-bit fields of a byte; three tables hold
// the eleven ratings. Three vectors fit into such fields, fifteen into 4-bit fields, 255 into bytes,
// and only then are bytes summed into 64-bit counts. Where two fields lie in one byte, one is masked
// out and counted, and the other follows from the sum of whole bytes, which is linear in both. So a
// vector costs less than twelve instructions, against 22 for a comparison and a subtraction for each
// rating.
#include "detail/cache_line.h"
#include "kernels/kernel.h"

#ifdef NPS_KERNELS_X86
#include <immintrin.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "kernels/narrow.h"
#include "kernels/prefetch.h"

#define NPS_AVX2 __attribute__((target("avx2")))
#define NPS_LOOPS_TARGET NPS_AVX2
#include "kernels/loops.h"

namespace nps::kernel {
namespace {

constexpr std::size_t kLane = 32;
constexpr std::size_t kGroup = 15 * kLane;        // a field of 4 bits holds 15
constexpr std::size_t kGroupsInBytes = 255 / 15;  // and a byte 255

/// Counts of the ratings 0..3, 4..7 and 8..10 in 2-bit fields, the least rating lowest.
struct Crumbs {
  __m256i a;
  __m256i b;
  __m256i c;
};

/// Counts in 4-bit fields, and the sum of `c` as bytes: at most 15 * 16.
struct Nibbles {
  __m256i a02, a13, b02, b13, c02, c;
};

/// Of one vector of Nibbles: the low fields in bytes, their sum so far in 64 bits, and the sum of
/// the bytes that they come from.
struct Pair {
  __m256i low;
  __m256i sum_low;
  __m256i sum;
};

struct Sums {
  Pair a02, a13, b02, b13, c02;
  __m256i c;
};

NPS_AVX2 inline __m256i rating_index(const std::uint8_t* ratings) noexcept {
  // A shuffle looks at the low four bits and gives zero where the top bit is set. The saturating
  // sum sets the top bit of all from 16 on and leaves the low four bits of those below as they are.
  return _mm256_adds_epu8(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(ratings)),
                          _mm256_set1_epi8(0x70));
}

NPS_AVX2 inline __m256i look_up_three(__m128i table, __m256i x, __m256i y, __m256i z) noexcept {
  const __m256i both = _mm256_broadcastsi128_si256(table);
  return _mm256_add_epi8(
      _mm256_add_epi8(_mm256_shuffle_epi8(both, x), _mm256_shuffle_epi8(both, y)),
      _mm256_shuffle_epi8(both, z));
}

NPS_AVX2 inline Crumbs count_three(const std::uint8_t* p) noexcept {
  const __m256i x = rating_index(p);
  const __m256i y = rating_index(p + kLane);
  const __m256i z = rating_index(p + 2 * kLane);
  return {look_up_three(_mm_setr_epi8(1, 4, 16, 64, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), x, y, z),
          look_up_three(_mm_setr_epi8(0, 0, 0, 0, 1, 4, 16, 64, 0, 0, 0, 0, 0, 0, 0, 0), x, y, z),
          look_up_three(_mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 1, 4, 16, 0, 0, 0, 0, 0), x, y, z)};
}

/// Adds every other 2-bit field to `even`, those between them to `odd`.
NPS_AVX2 inline void widen(__m256i crumbs, __m256i& even, __m256i& odd) noexcept {
  const __m256i mask = _mm256_set1_epi8(0x33);
  even = _mm256_add_epi8(even, _mm256_and_si256(crumbs, mask));
  odd = _mm256_add_epi8(odd, _mm256_and_si256(_mm256_srli_epi16(crumbs, 2), mask));
}

NPS_AVX2 inline void add_three(const std::uint8_t* p, Nibbles& nibbles) noexcept {
  const Crumbs crumbs = count_three(p);
  widen(crumbs.a, nibbles.a02, nibbles.a13);
  widen(crumbs.b, nibbles.b02, nibbles.b13);
  nibbles.c02 = _mm256_add_epi8(nibbles.c02, _mm256_and_si256(crumbs.c, _mm256_set1_epi8(0x33)));
  nibbles.c = _mm256_add_epi8(nibbles.c, crumbs.c);
}

NPS_AVX2 inline void add_bytes(__m256i bytes, __m256i& sum) noexcept {
  sum = _mm256_add_epi64(sum, _mm256_sad_epu8(bytes, _mm256_setzero_si256()));
}

NPS_AVX2 inline void add_pair(__m256i nibbles, Pair& pair) noexcept {
  pair.low = _mm256_add_epi8(pair.low, _mm256_and_si256(nibbles, _mm256_set1_epi8(0x0f)));
  add_bytes(nibbles, pair.sum);
}

template <typename Fetch>
NPS_AVX2 inline void add_group(const std::uint8_t* p, Fetch ahead, Sums& sums) noexcept {
  for (std::size_t line = 0; line < kGroup; line += detail::kCacheLine) ahead.fetch(p + line);
  const __m256i zero = _mm256_setzero_si256();
  Nibbles nibbles{zero, zero, zero, zero, zero, zero};
  add_three(p, nibbles);
  add_three(p + 3 * kLane, nibbles);
  add_three(p + 6 * kLane, nibbles);
  add_three(p + 9 * kLane, nibbles);
  add_three(p + 12 * kLane, nibbles);
  add_pair(nibbles.a02, sums.a02);
  add_pair(nibbles.a13, sums.a13);
  add_pair(nibbles.b02, sums.b02);
  add_pair(nibbles.b13, sums.b13);
  add_pair(nibbles.c02, sums.c02);
  add_bytes(nibbles.c, sums.c);
}

/// Empties the byte counters, of which each can hold kGroupsInBytes groups.
NPS_AVX2 inline void flush(Sums& sums) noexcept {
  for (Pair* pair : {&sums.a02, &sums.a13, &sums.b02, &sums.b13, &sums.c02}) {
    add_bytes(pair->low, pair->sum_low);
    pair->low = _mm256_setzero_si256();
  }
}

NPS_AVX2 inline std::uint64_t total(__m256i sum) noexcept {
  alignas(kLane) std::array<std::uint64_t, 4> quarters;
  _mm256_store_si256(reinterpret_cast<__m256i*>(quarters.data()), sum);
  return quarters[0] + quarters[1] + quarters[2] + quarters[3];
}

/// What a pair counted, to two ratings: sum == low + 16 * high.
NPS_AVX2 inline void read(const Pair& pair, std::uint64_t& low, std::uint64_t& high) noexcept {
  const std::uint64_t lows = total(pair.sum_low);
  low += lows;
  high += (total(pair.sum) - lows) / 16;
}

NPS_AVX2 void count_bytes(const std::uint8_t* ratings, std::size_t rows,
                          Tally::Counts& counts) noexcept {
  const __m256i zero = _mm256_setzero_si256();
  const Pair none{zero, zero, zero};
  Sums sums{none, none, none, none, none, zero};
  const std::size_t part = Parts::rows(rows, kGroup);
  for (std::size_t at = 0; at < part;) {
    const std::size_t steps = std::min((part - at) / kGroup, kGroupsInBytes / Parts::kParts);
    for (std::size_t step = 0; step < steps; ++step, at += kGroup) {
      for (std::size_t p = 0; p < Parts::kParts; ++p) {
        add_group(ratings + p * part + at, Parts(), sums);
      }
    }
    flush(sums);
  }
  ratings += Parts::kParts * part;
  rows -= Parts::kParts * part;
  while (rows >= kGroup) {
    const std::size_t groups = std::min(rows / kGroup, kGroupsInBytes);
    for (std::size_t group = 0; group < groups; ++group) {
      add_group(ratings, Ahead(rows), sums);
      ratings += kGroup;
      rows -= kGroup;
    }
    flush(sums);
  }
  if (rows > 0) {  // the rest, made a group by bytes that are no ratings
    alignas(kLane) std::array<std::uint8_t, kGroup> padded;
    std::memset(padded.data(), kNoRating, kGroup);
    std::memcpy(padded.data(), ratings, rows);
    add_group(padded.data(), Ahead(0), sums);
    flush(sums);
  }
  read(sums.a02, counts[0], counts[2]);
  read(sums.a13, counts[1], counts[3]);
  read(sums.b02, counts[4], counts[6]);
  read(sums.b13, counts[5], counts[7]);
  read(sums.c02, counts[8], counts[10]);
  // The bytes of c hold 1, 4 and 16 for 8, 9 and 10; those of c02 only the first and the last.
  counts[9] += (total(sums.c) - total(sums.c02.sum)) / 4;
}

template <typename T>
NPS_AVX2 void narrow_column(const T* values, std::size_t rows, std::uint8_t* ratings) noexcept {
  narrow(values, rows, ratings);
}

bool runs_here() noexcept {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") != 0;
}

}  // namespace

const Kernel kAvx2{
    .name = "avx2",
    .runs_here = runs_here,
    .count = count_bytes,
    .narrow = {narrow_column<std::uint8_t>, narrow_column<std::int8_t>, narrow_column<std::int16_t>,
               narrow_column<std::int32_t>, narrow_column<std::int64_t>, narrow_column<float>,
               narrow_column<double>},
    .group = group_loops()};

}  // namespace nps::kernel

#endif  // NPS_KERNELS_X86
