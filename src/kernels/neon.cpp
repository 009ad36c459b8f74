// NEON: positional population count, as in avx512.cpp, in vectors of 16 bytes.
//
// Here a table look-up gives zero for every index past the table by itself, and counting the bytes
// that have a bit is a test (all ones where it is set) subtracted from byte counters, which are
// summed before 255 of them can overflow. Not tuned: it has been run under emulation only.
#include "kernels/kernel.h"
#include "kernels/loops.h"

#ifdef NPS_KERNELS_NEON
#include <arm_neon.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "kernels/narrow.h"

namespace nps::kernel {
namespace {

constexpr std::size_t kLane = 16;
constexpr std::size_t kGroup = 8 * kLane;
constexpr std::size_t kGroupsInBytes = 255;

/// In each byte the bit of one rating: 0..7 in `low`, 8..10 in `high`, none where it is no rating.
struct OneHot {
  uint8x16_t low;
  uint8x16_t high;
};

/// What is counted already, bit by bit: sums below 8, as binary digits.
struct Digits {
  OneHot ones;
  OneHot twos;
  OneHot fours;
};

using Vectors = std::array<uint8x16_t, 11>;

constexpr std::array<std::uint8_t, kLane> kLow{1, 2, 4, 8, 16, 32, 64, 128};
constexpr std::array<std::uint8_t, kLane> kHigh{0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4};

inline OneHot one_hot(const std::uint8_t* ratings) noexcept {
  const uint8x16_t index = vld1q_u8(ratings);
  return {vqtbl1q_u8(vld1q_u8(kLow.data()), index), vqtbl1q_u8(vld1q_u8(kHigh.data()), index)};
}

/// The full adder: sum += a + b in each bit, returning the carry, which is the majority: `b` where
/// the other two differ, else either of them.
inline uint8x16_t add(uint8x16_t& sum, uint8x16_t a, uint8x16_t b) noexcept {
  const uint8x16_t differ = veorq_u8(sum, a);
  const uint8x16_t carry = vbslq_u8(differ, b, sum);
  sum = veorq_u8(differ, b);
  return carry;
}

inline OneHot add(OneHot& sum, OneHot a, OneHot b) noexcept {
  return {add(sum.low, a.low, b.low), add(sum.high, a.high, b.high)};
}

// Each adds so many vectors to the digits and returns what carries out of them.
inline OneHot two(const std::uint8_t* p, Digits& digits) noexcept {
  return add(digits.ones, one_hot(p), one_hot(p + kLane));
}
inline OneHot four(const std::uint8_t* p, Digits& digits) noexcept {
  const OneHot first = two(p, digits);
  return add(digits.twos, first, two(p + 2 * kLane, digits));
}
inline OneHot eight(const std::uint8_t* p, Digits& digits) noexcept {
  const OneHot first = four(p, digits);
  return add(digits.fours, first, four(p + 4 * kLane, digits));
}

inline void count_bits(OneHot bits, Vectors& bytes) noexcept {
  for (std::size_t rating = 0; rating < bytes.size(); ++rating) {
    const auto bit = static_cast<std::uint8_t>(1U << (rating % 8));
    const uint8x16_t set = vtstq_u8(rating < 8 ? bits.low : bits.high, vdupq_n_u8(bit));
    bytes[rating] = vsubq_u8(bytes[rating], set);
  }
}

inline void flush(Vectors& bytes, std::uint64_t weight, Tally::Counts& counts) noexcept {
  for (std::size_t rating = 0; rating < bytes.size(); ++rating) {
    counts[rating] += weight * vaddlvq_u8(bytes[rating]);
    bytes[rating] = vdupq_n_u8(0);
  }
}

void count_bytes(const std::uint8_t* ratings, std::size_t rows, Tally::Counts& counts) noexcept {
  const OneHot none{vdupq_n_u8(0), vdupq_n_u8(0)};
  Digits digits{none, none, none};
  Vectors bytes;
  bytes.fill(vdupq_n_u8(0));
  while (rows >= kGroup) {
    const std::size_t groups = std::min(rows / kGroup, kGroupsInBytes);
    for (std::size_t group = 0; group < groups; ++group, ratings += kGroup) {
      count_bits(eight(ratings, digits), bytes);
    }
    rows -= groups * kGroup;
    flush(bytes, 8, counts);
  }
  if (rows > 0) {  // the rest, made a group by bytes that are no ratings
    std::array<std::uint8_t, kGroup> padded;
    std::memset(padded.data(), kNoRating, kGroup);
    std::memcpy(padded.data(), ratings, rows);
    count_bits(eight(padded.data(), digits), bytes);
    flush(bytes, 8, counts);
  }
  count_bits(digits.fours, bytes);
  flush(bytes, 4, counts);
  count_bits(digits.twos, bytes);
  flush(bytes, 2, counts);
  count_bits(digits.ones, bytes);
  flush(bytes, 1, counts);
}

template <typename T>
void narrow_column(const T* values, std::size_t rows, std::uint8_t* ratings) noexcept {
  narrow(values, rows, ratings);
}

bool runs_here() noexcept { return true; }  // every 64-bit ARM has it

}  // namespace

const Kernel kNeon{
    .name = "neon",
    .runs_here = runs_here,
    .count = count_bytes,
    .narrow = {narrow_column<std::uint8_t>, narrow_column<std::int8_t>, narrow_column<std::int16_t>,
               narrow_column<std::int32_t>, narrow_column<std::int64_t>, narrow_column<float>,
               narrow_column<double>},
    .group = group_loops()};

}  // namespace nps::kernel

#endif  // NPS_KERNELS_NEON
