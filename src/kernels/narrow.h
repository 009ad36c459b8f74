// Columns of other types as bytes, written so that a compiler makes vector code of it in whatever
// instruction set the kernel that inlines it is for.
#ifndef NPS_SRC_KERNELS_NARROW_H_
#define NPS_SRC_KERNELS_NARROW_H_

#include <cstddef>
#include <cstdint>
#include <type_traits>

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
    // Only a value that surely fits is cast; NaN compares false and takes the fraction's way out.
    const bool inside = (value >= T{0}) & (value <= T{10});
    const T fits = inside ? value : T{0.5};
    const auto whole = static_cast<std::int32_t>(fits);
    return static_cast<T>(whole) == fits ? static_cast<std::uint8_t>(whole) : kNoRating;
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
      ahead.fetch(reinterpret_cast<const std::uint8_t*>(values) + line * kCacheLine);
    }
    for (std::size_t row = 0; row < kRows; ++row) ratings[row] = as_rating(values[row]);
  }
  for (std::size_t row = 0; row < rows; ++row) ratings[row] = as_rating(values[row]);
}

}  // namespace nps::kernel

#endif  // NPS_SRC_KERNELS_NARROW_H_
