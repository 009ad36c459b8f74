// Ingests the same events whenever it is started, and says after each call how many are acknowledged:
// for a test that kills it again and again. Usage: nps_sqlite_ingester DB
#include <sqlite3.h>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "nps/adapters/sqlite.h"
#include "stream/events.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::string path = argv[1];
  const nps::StoreOptions options;
  auto store = nps::SqliteStore::open(path);
  // Killed before there was a store, it left an empty database.
  if (!store && store.error().code != nps::ErrorCode::Mismatch) {
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
    store = nps::SqliteStore::create(path, options);
  }
  if (!store) {
    std::fprintf(stderr, "%s\n", store.error().message.c_str());
    return 1;
  }
  // So that it is killed in the middle of checkpoints, too.
  sqlite3_exec(store->connection(), "PRAGMA wal_autocheckpoint = 40", nullptr, nullptr, nullptr);
  std::mt19937_64 random(20201025);
  std::vector<nps::Event> events;
  for (std::uint64_t batch = 1; batch <= 12; ++batch) {
    events.clear();
    for (int i = 0; i < 200; ++i) {
      events.push_back(nps::test::answered(
          "r" + std::to_string(random() % 1500), "c" + std::to_string(random() % 300),
          static_cast<int>(random() % 11), static_cast<std::int64_t>(random() % 4)));
      events.back().response.comment = std::to_string(random());
      if (random() % 300 == 0)
        events.push_back(nps::test::erased("c" + std::to_string(random() % 300)));
    }
    const auto seen = store->apply(events);
    if (!seen) {
      std::fprintf(stderr, "%s\n", seen.error().message.c_str());
      return 1;
    }
    std::printf("%llu\n", static_cast<unsigned long long>(batch));
    std::fflush(stdout);
  }
  return 0;
}
