// What a kernel is: one instruction set's way to count bytes, and to turn other columns into bytes.
// table.cpp lists them and picks one; a file for each instruction set defines it.
#ifndef NPS_SRC_KERNELS_KERNEL_H_
#define NPS_SRC_KERNELS_KERNEL_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>

#include "nps/batch.h"
#include "nps/export.h"
#include "nps/tally.h"
#include "nps/timestamp.h"

// Instruction sets are chosen function by function, with attributes, so that nothing compiled for a
// newer processor can end in a function that an older one runs.
#if defined(__x86_64__) && defined(__GNUC__)
#define NPS_KERNELS_X86 1
#elif defined(__aarch64__) && defined(__GNUC__)
#define NPS_KERNELS_NEON 1
#endif

namespace nps::kernel {

/// Turns `rows` values into bytes: 0..10 where the value is such an integer, else kNoRating.
template <typename T>
using Narrow = void (*)(const T* values, std::size_t rows, std::uint8_t* ratings) noexcept;

inline constexpr std::uint8_t kNoRating = 255;

// ---- grouping: from columns of codes to the numbers of the counters that their rows add to ----

/// A slot is one combination of codes: the sum of each code times its dimension's stride. It has so
/// many counters: one a rating, one for values that are none, and room that makes it a power of two.
inline constexpr unsigned kSlotWidth = 16;
inline constexpr std::uint8_t kRejected = 11;

/// slots[row] += codes[row] * stride; returns the greatest code, which the caller then checks.
template <typename Slot>
using AddCodes =
    std::tuple<Code (*)(const std::uint8_t*, std::size_t rows, Slot stride, Slot*) noexcept,
               Code (*)(const std::uint16_t*, std::size_t rows, Slot stride, Slot*) noexcept,
               Code (*)(const std::uint32_t*, std::size_t rows, Slot stride, Slot*) noexcept>;

struct TimeSpan {
  std::int64_t least;
  std::int64_t greatest;
};

struct GroupLoops {
  std::tuple<AddCodes<std::uint16_t>, AddCodes<std::uint32_t>, AddCodes<std::uint64_t>> add_codes;
  /// counters[row] = ratings[row], or kRejected where that is no rating.
  std::tuple<void (*)(const std::uint8_t*, std::size_t rows, std::uint16_t*) noexcept,
             void (*)(const std::uint8_t*, std::size_t rows, std::uint32_t*) noexcept>
      set_ratings;
  /// The least and the greatest of at least one time, in microseconds.
  TimeSpan (*span_of)(const Timestamp* times, std::size_t rows) noexcept;
};

struct Kernel {
  std::string_view name;
  bool (*runs_here)() noexcept;
  /// Adds how often each of 0..10 is among the bytes. All other bytes change nothing.
  void (*count)(const std::uint8_t* ratings, std::size_t rows, Tally::Counts& counts) noexcept;
  std::tuple<Narrow<std::uint8_t>, Narrow<std::int8_t>, Narrow<std::int16_t>, Narrow<std::int32_t>,
             Narrow<std::int64_t>, Narrow<float>, Narrow<double>>
      narrow;
  GroupLoops group;
};

extern const Kernel kScalar;
#ifdef NPS_KERNELS_X86
extern const Kernel kAvx2;
extern const Kernel kAvx512;
#endif
#ifdef NPS_KERNELS_NEON
extern const Kernel kNeon;
#endif

/// The one that use_kernel named last, or the best that runs here.
NPS_EXPORT const Kernel& selected() noexcept;

}  // namespace nps::kernel

#endif  // NPS_SRC_KERNELS_KERNEL_H_
