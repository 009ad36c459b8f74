// The plain loops of grouping, written once. A file of src/kernels defines NPS_LOOPS_TARGET, the
// attribute that names its instruction set, and includes this: the compiler makes vectors of them.
#ifndef NPS_SRC_KERNELS_LOOPS_H_
#define NPS_SRC_KERNELS_LOOPS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "kernels/kernel.h"
#include "nps/rating.h"

#ifndef NPS_LOOPS_TARGET
#define NPS_LOOPS_TARGET
#endif

namespace nps::kernel {
namespace {

template <typename Slot, typename C>
NPS_LOOPS_TARGET Code add_codes(const C* codes, std::size_t rows, Slot stride,
                                Slot* slots) noexcept {
  C greatest = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    greatest = codes[row] > greatest ? codes[row] : greatest;
    slots[row] = static_cast<Slot>(slots[row] + codes[row] * stride);
  }
  return greatest;
}

template <typename Slot>
NPS_LOOPS_TARGET void set_ratings(const std::uint8_t* ratings, std::size_t rows,
                                  Slot* counters) noexcept {
  for (std::size_t row = 0; row < rows; ++row) {
    counters[row] = ratings[row] < kRejected ? ratings[row] : kRejected;
  }
}

NPS_LOOPS_TARGET inline TimeSpan span_of(const Timestamp* times, std::size_t rows) noexcept {
  std::int64_t least = times[0].time_since_epoch().count();
  std::int64_t greatest = least;
  for (std::size_t row = 0; row < rows; ++row) {
    const std::int64_t time = times[row].time_since_epoch().count();
    least = time < least ? time : least;
    greatest = time > greatest ? time : greatest;
  }
  return {least, greatest};
}

template <typename Slot>
constexpr AddCodes<Slot> kAddCodes{add_codes<Slot, std::uint8_t>, add_codes<Slot, std::uint16_t>,
                                   add_codes<Slot, std::uint32_t>};

constexpr GroupLoops group_loops() noexcept {
  return {
      .add_codes = {kAddCodes<std::uint16_t>, kAddCodes<std::uint32_t>, kAddCodes<std::uint64_t>},
      .set_ratings = {set_ratings<std::uint16_t>, set_ratings<std::uint32_t>},
      .span_of = span_of};
}

}  // namespace
}  // namespace nps::kernel

#endif  // NPS_SRC_KERNELS_LOOPS_H_
