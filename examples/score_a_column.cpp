// A column of answers, as a database driver or an Arrow array hands it over: one byte each. What is
// no rating is counted, never dropped in silence.
#include <cstdint>
#include <cstdio>
#include <vector>

#include "nps/nps.h"

int main() {
  const std::vector<std::uint8_t> answers{10, 9, 9, 8, 7, 10, 3, 6, 10, 99};

  const auto [tally, rejected, missing] = nps::tally_ratings(answers);
  const nps::Figures figures = nps::figures(tally);

  if (!figures.score) return 1;  // nobody answered: there is no score, and it is not 0
  std::printf("NPS %+.1f, %.0f %% interval %+.1f to %+.1f, n = %d, rejected %d\n",
              figures.score->points(), figures.interval->level.value() * 100, figures.interval->low,
              figures.interval->high, static_cast<int>(figures.responses),
              static_cast<int>(rejected));
  return 0;
}
