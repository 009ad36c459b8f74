// AVX-512: counting as positional population count.
//
// A table look-up turns each rating into one set bit of eleven (eight in a low byte, three in a
// high one), so the count of a rating is the number of bytes that have its bit. Carry-save adders
// sum sixteen such vectors bit by bit: a full adder takes three bits of weight w to one of weight w
// and one of weight 2w, so what is left to count is a sixteenth, plus a remainder at the end.
// Source: Mula, Kurz, Lemire, "Faster Population Counts Using AVX2 Instructions", Computer Journal
// 61(1), 2018 (the Harley-Seal adder tree); Klarqvist, Mula, Lemire, "Efficient Computation of
// Positional Population Counts Using SIMD Instructions", 2019 (one count for each bit position).
#include "kernels/kernel.h"

#ifdef NPS_KERNELS_X86
#include <immintrin.h>

#include <array>
#include <cstring>

#include "kernels/narrow.h"
#include "kernels/prefetch.h"

#define NPS_AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,popcnt")))
#define NPS_LOOPS_TARGET NPS_AVX512
#include "kernels/loops.h"

namespace nps::kernel {
namespace {

constexpr std::size_t kLane = 64;
constexpr std::size_t kGroup = 16 * kLane;

/// In each byte the bit of one rating: 0..7 in `low`, 8..10 in `high`, none where it is no rating.
struct OneHot {
  __m512i low;
  __m512i high;
};

/// What is counted already, bit by bit: sums below 16, as binary digits.
struct Digits {
  OneHot ones;
  OneHot twos;
  OneHot fours;
  OneHot eights;
};

NPS_AVX512 inline OneHot none() noexcept {
  return {_mm512_setzero_si512(), _mm512_setzero_si512()};
}

NPS_AVX512 inline __m512i in_each_quarter(__m128i table) noexcept {
  return _mm512_maskz_broadcast_i32x4(0xffff, table);  // g++ 12 warns of its own unmasked one
}

NPS_AVX512 inline OneHot one_hot(const std::uint8_t* ratings) noexcept {
  const __m512i low =
      in_each_quarter(_mm_setr_epi8(1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0));
  const __m512i high =
      in_each_quarter(_mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 0, 0, 0, 0, 0));
  // A shuffle looks at the low four bits and gives zero where the top bit is set. The saturating
  // sum sets the top bit of all from 16 on and leaves the low four bits of those below as they are.
  const __m512i index = _mm512_adds_epu8(_mm512_loadu_si512(ratings), _mm512_set1_epi8(0x70));
  return {_mm512_shuffle_epi8(low, index), _mm512_shuffle_epi8(high, index)};
}

/// The full adder: sum += a + b in each bit, returning the carry. 0x96 is the truth table of
/// exclusive or, 0xe8 that of the majority.
NPS_AVX512 inline __m512i add(__m512i& sum, __m512i a, __m512i b) noexcept {
  const __m512i carry = _mm512_ternarylogic_epi64(sum, a, b, 0xe8);
  sum = _mm512_ternarylogic_epi64(sum, a, b, 0x96);
  return carry;
}

NPS_AVX512 inline OneHot add(OneHot& sum, OneHot a, OneHot b) noexcept {
  return {add(sum.low, a.low, b.low), add(sum.high, a.high, b.high)};
}

// Each adds so many vectors to the digits and returns what carries out of them.
template <typename Fetch>
NPS_AVX512 inline OneHot two(const std::uint8_t* p, Digits& digits, Fetch ahead) noexcept {
  ahead.fetch(p);
  ahead.fetch(p + kLane);
  return add(digits.ones, one_hot(p), one_hot(p + kLane));
}
template <typename Fetch>
NPS_AVX512 inline OneHot four(const std::uint8_t* p, Digits& digits, Fetch ahead) noexcept {
  const OneHot first = two(p, digits, ahead);
  return add(digits.twos, first, two(p + 2 * kLane, digits, ahead));
}
template <typename Fetch>
NPS_AVX512 inline OneHot eight(const std::uint8_t* p, Digits& digits, Fetch ahead) noexcept {
  const OneHot first = four(p, digits, ahead);
  return add(digits.fours, first, four(p + 4 * kLane, digits, ahead));
}
template <typename Fetch>
NPS_AVX512 inline OneHot sixteen(const std::uint8_t* p, Digits& digits, Fetch ahead) noexcept {
  const OneHot first = eight(p, digits, ahead);
  return add(digits.eights, first, eight(p + 8 * kLane, digits, ahead));
}

/// Four vectors from each of four places.
NPS_AVX512 inline OneHot sixteen_of_places(const std::uint8_t* p, std::size_t part,
                                           Digits& digits) noexcept {
  static_assert(Parts::kParts == 4);
  const OneHot a = four(p, digits, Parts());
  const OneHot first = add(digits.fours, a, four(p + part, digits, Parts()));
  const OneHot b = four(p + 2 * part, digits, Parts());
  const OneHot second = add(digits.fours, b, four(p + 3 * part, digits, Parts()));
  return add(digits.eights, first, second);
}

template <int bit>
NPS_AVX512 inline std::uint64_t bytes_with(__m512i bits) noexcept {
  return static_cast<std::uint64_t>(
      _mm_popcnt_u64(_mm512_test_epi8_mask(bits, _mm512_set1_epi8(static_cast<char>(1 << bit)))));
}

NPS_AVX512 inline void count_bits(OneHot bits, std::uint64_t weight,
                                  Tally::Counts& counts) noexcept {
  counts[0] += weight * bytes_with<0>(bits.low);
  counts[1] += weight * bytes_with<1>(bits.low);
  counts[2] += weight * bytes_with<2>(bits.low);
  counts[3] += weight * bytes_with<3>(bits.low);
  counts[4] += weight * bytes_with<4>(bits.low);
  counts[5] += weight * bytes_with<5>(bits.low);
  counts[6] += weight * bytes_with<6>(bits.low);
  counts[7] += weight * bytes_with<7>(bits.low);
  counts[8] += weight * bytes_with<0>(bits.high);
  counts[9] += weight * bytes_with<1>(bits.high);
  counts[10] += weight * bytes_with<2>(bits.high);
}

NPS_AVX512 void count_bytes(const std::uint8_t* ratings, std::size_t rows,
                            Tally::Counts& counts) noexcept {
  Digits digits{none(), none(), none(), none()};
  constexpr std::size_t kStep = kGroup / Parts::kParts;
  const std::size_t part = Parts::rows(rows, kStep);
  for (std::size_t at = 0; at < part; at += kStep) {
    count_bits(sixteen_of_places(ratings + at, part, digits), 16, counts);
  }
  ratings += Parts::kParts * part;
  rows -= Parts::kParts * part;
  for (; rows >= kGroup; rows -= kGroup, ratings += kGroup) {
    count_bits(sixteen(ratings, digits, Ahead(rows)), 16, counts);
  }
  if (rows > 0) {  // the rest, made a group by bytes that are no ratings
    alignas(kLane) std::array<std::uint8_t, kGroup> padded;
    std::memset(padded.data(), kNoRating, kGroup);
    std::memcpy(padded.data(), ratings, rows);
    count_bits(sixteen(padded.data(), digits, Ahead(0)), 16, counts);
  }
  count_bits(digits.eights, 8, counts);
  count_bits(digits.fours, 4, counts);
  count_bits(digits.twos, 2, counts);
  count_bits(digits.ones, 1, counts);
}

template <typename T>
NPS_AVX512 void narrow_column(const T* values, std::size_t rows, std::uint8_t* ratings) noexcept {
  narrow(values, rows, ratings);
}

bool runs_here() noexcept {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
         __builtin_cpu_supports("avx512dq") != 0 && __builtin_cpu_supports("avx512vl") != 0 &&
         __builtin_cpu_supports("popcnt") != 0;
}

}  // namespace

const Kernel kAvx512{
    .name = "avx512",
    .runs_here = runs_here,
    .count = count_bytes,
    .narrow = {narrow_column<std::uint8_t>, narrow_column<std::int8_t>, narrow_column<std::int16_t>,
               narrow_column<std::int32_t>, narrow_column<std::int64_t>, narrow_column<float>,
               narrow_column<double>},
    .group = group_loops()};

}  // namespace nps::kernel

#endif  // NPS_KERNELS_X86
