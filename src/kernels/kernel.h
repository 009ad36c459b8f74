// What a kernel is: one instruction set's way to count bytes, and to turn other columns into bytes.
// table.cpp lists them and picks one; a file for each instruction set defines it.
#ifndef NPS_SRC_KERNELS_KERNEL_H_
#define NPS_SRC_KERNELS_KERNEL_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>

#include "nps/tally.h"

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

struct Kernel {
  std::string_view name;
  bool (*runs_here)() noexcept;
  /// Adds how often each of 0..10 is among the bytes. All other bytes change nothing.
  void (*count)(const std::uint8_t* ratings, std::size_t rows, Tally::Counts& counts) noexcept;
  std::tuple<Narrow<std::uint8_t>, Narrow<std::int8_t>, Narrow<std::int16_t>, Narrow<std::int32_t>,
             Narrow<std::int64_t>, Narrow<float>, Narrow<double>>
      narrow;
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
const Kernel& selected() noexcept;

}  // namespace nps::kernel

#endif  // NPS_SRC_KERNELS_KERNEL_H_
