// The reference kernel: what every other must equal, bit for bit, and the file to copy for a new
// one. Four tables, so that a run of one rating does not wait for its own last store.
#include <array>
#include <cstddef>
#include <cstdint>

#include "kernels/kernel.h"
#include "kernels/loops.h"
#include "kernels/narrow.h"

namespace nps::kernel {
namespace {

void count_bytes(const std::uint8_t* ratings, std::size_t rows, Tally::Counts& counts) noexcept {
  std::array<std::array<std::uint64_t, 256>, 4> tables{};
  std::size_t row = 0;
  for (; row + 4 <= rows; row += 4) {
    for (std::size_t lane = 0; lane < 4; ++lane) ++tables[lane][ratings[row + lane]];
  }
  for (; row < rows; ++row) ++tables[0][ratings[row]];
  for (std::size_t value = 0; value < counts.size(); ++value) {
    for (const auto& table : tables) counts[value] += table[value];
  }
}

template <typename T>
void narrow_column(const T* values, std::size_t rows, std::uint8_t* ratings) noexcept {
  narrow(values, rows, ratings);
}

bool runs_here() noexcept { return true; }

}  // namespace

const Kernel kScalar{
    .name = "scalar",
    .runs_here = runs_here,
    .count = count_bytes,
    .narrow = {narrow_column<std::uint8_t>, narrow_column<std::int8_t>, narrow_column<std::int16_t>,
               narrow_column<std::int32_t>, narrow_column<std::int64_t>, narrow_column<float>,
               narrow_column<double>},
    .group = group_loops()};

}  // namespace nps::kernel
