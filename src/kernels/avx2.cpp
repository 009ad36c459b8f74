// AVX2: counting in fields that are as narrow as they can be.
//
// A table look-up turns a rating into a 1 in one of four 2-bit fields of a byte; three tables hold
// the eleven ratings. Three vectors fit into such fields, twelve into 4-bit fields, 252 into bytes,
// and only then are bytes summed into 64-bit counts. Each widening is due a fraction as often as
// the one before, so a vector costs three look-ups, two sums and about eight more instructions,
// against 22 for a comparison and a subtraction for each rating.
#include "kernels/kernel.h"

#ifdef NPS_KERNELS_X86
#include <immintrin.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>

#include "kernels/narrow.h"
#include "kernels/prefetch.h"

#define NPS_AVX2 __attribute__((target("avx2")))

namespace nps::kernel {
namespace {

constexpr std::size_t kLane = 32;
constexpr std::size_t kGroup = 12 * kLane;        // a field of 4 bits holds 15
constexpr std::size_t kGroupsInBytes = 255 / 12;  // and a byte 255

/// Counts of the ratings 0..3, 4..7 and 8..10 in 2-bit fields, the least rating lowest.
struct Crumbs {
  __m256i a;
  __m256i b;
  __m256i c;
};

/// The same in 4-bit fields. Of four neighbours the even two are in the first vector.
struct Nibbles {
  __m256i a02, a13, b02, b13, c02, c13;
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

/// Adds every other field of `width` bits of `fields` to `even`, those between them to `odd`.
template <int width>
NPS_AVX2 inline void widen(__m256i fields, __m256i& even, __m256i& odd) noexcept {
  const __m256i mask = _mm256_set1_epi8(width == 2 ? 0x33 : 0x0f);
  even = _mm256_add_epi8(even, _mm256_and_si256(fields, mask));
  odd = _mm256_add_epi8(odd, _mm256_and_si256(_mm256_srli_epi16(fields, width), mask));
}

NPS_AVX2 inline void add_three(const std::uint8_t* p, Nibbles& nibbles) noexcept {
  const Crumbs crumbs = count_three(p);
  widen<2>(crumbs.a, nibbles.a02, nibbles.a13);
  widen<2>(crumbs.b, nibbles.b02, nibbles.b13);
  widen<2>(crumbs.c, nibbles.c02, nibbles.c13);
}

/// One vector for each rating, and one that stays zero.
struct Vectors {
  __m256i of[12];
};

NPS_AVX2 inline void add_group(const std::uint8_t* p, Ahead ahead, Vectors& bytes) noexcept {
  const __m256i zero = _mm256_setzero_si256();
  Nibbles nibbles{zero, zero, zero, zero, zero, zero};
  for (std::size_t half = 0; half < 2; ++half, p += kGroup / 2) {
    for (std::size_t line = 0; line < kGroup / 2; line += kCacheLine) ahead.fetch(p + line);
    add_three(p, nibbles);
    add_three(p + 3 * kLane, nibbles);
  }
  widen<4>(nibbles.a02, bytes.of[0], bytes.of[2]);
  widen<4>(nibbles.a13, bytes.of[1], bytes.of[3]);
  widen<4>(nibbles.b02, bytes.of[4], bytes.of[6]);
  widen<4>(nibbles.b13, bytes.of[5], bytes.of[7]);
  widen<4>(nibbles.c02, bytes.of[8], bytes.of[10]);
  widen<4>(nibbles.c13, bytes.of[9], bytes.of[11]);
}

NPS_AVX2 inline void flush(Vectors& bytes, Vectors& sums) noexcept {
  const __m256i zero = _mm256_setzero_si256();
  for (std::size_t rating = 0; rating < std::size(bytes.of); ++rating) {
    sums.of[rating] = _mm256_add_epi64(sums.of[rating], _mm256_sad_epu8(bytes.of[rating], zero));
    bytes.of[rating] = zero;
  }
}

NPS_AVX2 void count_bytes(const std::uint8_t* ratings, std::size_t rows,
                          Tally::Counts& counts) noexcept {
  Vectors bytes;
  Vectors sums;
  for (__m256i& vector : bytes.of) vector = _mm256_setzero_si256();
  for (__m256i& vector : sums.of) vector = _mm256_setzero_si256();
  while (rows >= kGroup) {
    const std::size_t groups = std::min(rows / kGroup, kGroupsInBytes);
    for (std::size_t group = 0; group < groups; ++group) {
      add_group(ratings, Ahead(rows), bytes);
      ratings += kGroup;
      rows -= kGroup;
    }
    flush(bytes, sums);
  }
  if (rows > 0) {  // the rest, made a group by bytes that are no ratings
    alignas(kLane) std::array<std::uint8_t, kGroup> padded;
    std::memset(padded.data(), kNoRating, kGroup);
    std::memcpy(padded.data(), ratings, rows);
    add_group(padded.data(), Ahead(0), bytes);
    flush(bytes, sums);
  }
  for (std::size_t rating = 0; rating < counts.size(); ++rating) {
    alignas(kLane) std::array<std::uint64_t, 4> quarters;
    _mm256_store_si256(reinterpret_cast<__m256i*>(quarters.data()), sums.of[rating]);
    for (const std::uint64_t quarter : quarters) counts[rating] += quarter;
  }
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
               narrow_column<double>}};

}  // namespace nps::kernel

#endif  // NPS_KERNELS_X86
