#include <cstdio>

// What follows are the lines of the README (embed.sh compares them).
#include <nps/tally.h>

int main() {
  nps::Tally tally;
  for (int answer : {10, 9, 9, 7, 3}) tally.add(*nps::Rating::from(answer));
  if (auto score = tally.score()) std::printf("NPS %+.1f\n", score->points());  // NPS +40.0
}
