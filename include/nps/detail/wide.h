// The 128-bit product of two 64-bit integers, in standard C++, so that fractions compare exactly.
#ifndef NPS_DETAIL_WIDE_H_
#define NPS_DETAIL_WIDE_H_

#include <compare>
#include <cstdint>

namespace nps::detail {

struct Wide {
  std::uint64_t high;
  std::uint64_t low;
  friend constexpr auto operator<=>(const Wide&, const Wide&) noexcept = default;
};

[[nodiscard]] constexpr Wide multiply(std::uint64_t a, std::uint64_t b) noexcept {
  constexpr std::uint64_t kLow = 0xffffffffU;
  const std::uint64_t a_low = a & kLow;
  const std::uint64_t a_high = a >> 32U;
  const std::uint64_t b_low = b & kLow;
  const std::uint64_t b_high = b >> 32U;
  const std::uint64_t low = a_low * b_low;
  const std::uint64_t mid = a_high * b_low + (low >> 32U);
  const std::uint64_t cross = a_low * b_high + (mid & kLow);
  return {a_high * b_high + (mid >> 32U) + (cross >> 32U), (cross << 32U) | (low & kLow)};
}

static_assert(multiply(~0ULL, ~0ULL) == Wide{~0ULL - 1, 1});

}  // namespace nps::detail

#endif  // NPS_DETAIL_WIDE_H_
