// The reference kernel: what every other must equal, bit for bit. Four tables, so that a run of one
// rating does not wait for its own last store.
#include <array>
#include <cstddef>

#include "nps/batch.h"

namespace nps {

BatchTally tally_ratings(std::span<const std::uint8_t> ratings) noexcept {
  std::array<std::array<std::uint64_t, 256>, 4> tables{};
  std::size_t row = 0;
  for (; row + 4 <= ratings.size(); row += 4) {
    for (std::size_t lane = 0; lane < 4; ++lane) ++tables[lane][ratings[row + lane]];
  }
  for (; row < ratings.size(); ++row) ++tables[0][ratings[row]];

  Tally::Counts counts{};
  for (std::size_t value = 0; value < counts.size(); ++value) {
    for (const auto& table : tables) counts[value] += table[value];
  }
  const Tally tally = Tally::of(counts);
  return {tally, ratings.size() - tally.responses()};
}

}  // namespace nps
