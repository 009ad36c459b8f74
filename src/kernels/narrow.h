// Columns of other types as bytes, written so that a compiler makes vector code of it in whatever
// instruction set the kernel that inlines it is for.
#ifndef NPS_SRC_KERNELS_NARROW_H_
#define NPS_SRC_KERNELS_NARROW_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "detail/cache_line.h"
#include "kernels/kernel.h"
#include "kernels/prefetch.h"

namespace nps::kernel {

template <typename T>
[[gnu::always_inline]] constexpr std::uint8_t as_rating(T value) noexcept {
  if constexpr (std::is_same_v<T, std::uint8_t>) {
    return value;  // what is above 10 stays so
  } else if constexpr (std::is_integral_v<T>) {
    const auto distance = static_cast<std::make_unsigned_t<T>>(value);  // negative is very large
    return distance <= 10 ? static_cast<std::uint8_t>(distance) : kNoRating;
  } else {
    // Added to 2^23 (2^52), a small integer stands in the low bits of the sum, and nothing is lost
    // on the way back. A fraction is, a negative number has lower bits and a large one higher ones,
    // and NaN equals nothing. No conversion is asked for that could fail, so no branch is needed.
    using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
    constexpr T kShift = sizeof(T) == 4 ? T{8388608} : T{4503599627370496};
    const T shifted = value + kShift;
    const Bits distance = std::bit_cast<Bits>(shifted) - std::bit_cast<Bits>(kShift);
    const Bits outside = distance > 10 ? 1 : 0;
    const Bits changed = shifted - kShift != value ? 1 : 0;
    return static_cast<std::uint8_t>(distance | (Bits{0} - (outside | changed)));
  }
}

/// Complexity: one pass; 64 rows at a time, which are sizeof(T) cache lines.
template <typename T>
[[gnu::always_inline]] inline void narrow(const T* values, std::size_t rows,
                                          std::uint8_t* ratings) noexcept {
  constexpr std::size_t kRows = 64;
  for (; rows >= kRows; rows -= kRows, values += kRows, ratings += kRows) {
    const Ahead ahead(SIZE_MAX);
    for (std::size_t line = 0; line < sizeof(T); ++line) {
      ahead.fetch(reinterpret_cast<const std::uint8_t*>(values) + line * detail::kCacheLine);
    }
    for (std::size_t row = 0; row < kRows; ++row) ratings[row] = as_rating(values[row]);
  }
  for (std::size_t row = 0; row < rows; ++row) ratings[row] = as_rating(values[row]);
}

}  // namespace nps::kernel

#endif  // NPS_SRC_KERNELS_NARROW_H_
