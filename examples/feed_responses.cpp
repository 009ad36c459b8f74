// Responses one by one, as they come from a web hook, into a cube by channel and month. Cubes of
// two shards merge exactly, and what was added can be taken away again.
#include <chrono>
#include <cstdio>
#include <string>

#include "nps/nps.h"

namespace {

nps::Response answer(std::string channel, int rating, std::chrono::sys_days day) {
  return {.rating = nps::Rating::from(rating), .answered_at = day, .channel = std::move(channel)};
}

void print(const nps::Cube& cube) {
  for (const nps::Cell& cell : cube.cells()) {
    const auto figures = nps::figures(cell.tally);
    std::printf("  %-6.*s %.*s  n = %d  NPS %+.1f\n", static_cast<int>(cell.labels[0].size()),
                cell.labels[0].data(), static_cast<int>(cell.labels[1].size()),
                cell.labels[1].data(), static_cast<int>(figures.responses),
                figures.score->points());
  }
}

}  // namespace

int main() {
  using namespace std::chrono;
  const auto berlin = nps::Zone::load("Europe/Berlin");
  if (!berlin) return std::puts(berlin.error().message.c_str()), 1;
  const auto empty =
      nps::Cube::create({nps::Dimension::label("channel"),
                         nps::Dimension::calendar("@month", {nps::CalendarUnit::Month, *berlin})});
  if (!empty) return std::puts(empty.error().message.c_str()), 1;

  nps::Cube monday = *empty;
  nps::Cube tuesday = *empty;
  const bool added = monday.add(answer("web", 9, 2024y / 1 / 29)) &&
                     monday.add(answer("store", 4, 2024y / 1 / 29)) &&
                     tuesday.add(answer("web", 10, 2024y / 1 / 30)) &&
                     tuesday.add(answer("web", 6, 2024y / 2 / 6));
  if (!added) return 1;

  nps::Cube both = monday;
  if (!both.merge(tuesday)) return 1;
  std::puts("Both days:");
  print(both);

  if (!both.subtract(monday) || both != tuesday) return 1;
  std::puts("Without Monday:");
  print(both);
  return 0;
}
