// A host's program: touches every library it may link, so that a missing symbol shows.
#include <array>
#include <cstdint>
#include <cstdio>

#include "nps/batch.h"
#include "nps/stats/interval.h"
#include "nps/tally.h"
#include "nps/version.h"

int main() {
  const std::array<std::uint8_t, 5> ratings{10, 9, 8, 3, 99};
  const auto [tally, rejected] = nps::tally_ratings(ratings);
  const auto score = tally.score();
  if (!score || rejected != 1 || score->points() != 25.0) return 1;
  std::printf("nps %s: %+.0f of %d\n", nps::kVersionText.data(), score->points(),
              static_cast<int>(tally.responses()));
  return 0;
}
