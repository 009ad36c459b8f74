// Unplaced: answers that belong to no customer or no time, and so take no part in what follows customers
// through time. Counted, as everything that is not counted is.
#ifndef NPS_CUSTOMER_UNPLACED_H_
#define NPS_CUSTOMER_UNPLACED_H_

#include <cstdint>

namespace nps {

/// How many answers were left out, each for the first of these reasons that it gives.
struct Unplaced {
  std::uint64_t anonymous = 0;     // without a customer
  std::uint64_t untimed = 0;       // without a time
  std::uint64_t out_of_range = 0;  // not on the scale

  [[nodiscard]] constexpr std::uint64_t total() const noexcept {
    return anonymous + untimed + out_of_range;
  }
  friend constexpr bool operator==(const Unplaced&, const Unplaced&) noexcept = default;
};

}  // namespace nps

#endif  // NPS_CUSTOMER_UNPLACED_H_
