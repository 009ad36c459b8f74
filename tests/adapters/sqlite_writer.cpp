// Writes batches that can be told from outside, as another process. Every batch has 500 new answers, ten
// of each of 50 customers, all of one rating: the batch's number modulo 11.
//
//   nps_sqlite_writer DB batches FIRST COUNT        says after each how many there are
//   nps_sqlite_writer DB limited BYTES FIRST COUNT  no file may grow beyond so many bytes
#include <sys/resource.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "nps/adapters/sqlite.h"
#include "stream/events.h"

int main(int argc, char** argv) {
  const std::string_view mode = argc < 3 ? "" : argv[2];
  const bool is_limited = mode == "limited";
  if (argc != (is_limited ? 6 : 5)) return 2;
  auto store = nps::SqliteStore::open(argv[1]);
  if (!store) {
    std::fprintf(stderr, "%s\n", store.error().message.c_str());
    return 1;
  }
  if (is_limited) {
    std::signal(SIGXFSZ, SIG_IGN);
    const auto bytes = static_cast<rlim_t>(std::atoll(argv[3]));
    const rlimit limit{bytes, bytes};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return 2;
  }
  const int first = std::atoi(argv[argc - 2]);
  for (int batch = first; batch < first + std::atoi(argv[argc - 1]); ++batch) {
    std::vector<nps::Event> events;
    for (int i = batch * 500; i < (batch + 1) * 500; ++i) {
      events.push_back(nps::test::answered("response-" + std::to_string(i),
                                           "customer-" + std::to_string(i % 50), batch % 11, 1));
      events.back().response.answered_at = nps::test::day(1) + std::chrono::seconds(i);
      events.back().response.comment = std::string(100, 'x');
    }
    if (const auto seen = store->apply(events); !seen) {
      std::fprintf(stderr, "%s\n", seen.error().message.c_str());
      return 1;
    }
    std::printf("%d\n", batch + 1);
    std::fflush(stdout);
  }
  return 0;
}
