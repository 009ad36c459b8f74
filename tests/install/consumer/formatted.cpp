// A host that has fmt and prints scores with it.
#include <fmt/format.h>

#include "nps/format.h"
#include "nps/tally.h"

int main() {
  nps::Tally tally;
  tally.add(nps::Rating::of<10>());
  return fmt::format("{:+.1f}", *tally.score()) == "+100.0" ? 0 : 1;
}
