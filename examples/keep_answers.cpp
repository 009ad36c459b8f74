// Answers that last: in a file of SQLite, with the score in each customer's profile.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "nps/adapters/sqlite.h"
#include "nps/tally.h"

namespace {

nps::Event event(std::string response, std::string customer, int rating, std::int64_t version) {
  using namespace std::chrono;
  nps::Event event{.type = nps::EventType::Answered, .version = version};
  event.response.id = std::move(response);
  event.response.customer = std::move(customer);
  event.response.rating = nps::Rating::from(rating);
  event.response.channel = "web";
  event.response.answered_at = sys_days(2020y / October / 25) + hours(9);
  return event;
}

template <typename T>
T value(nps::Result<T> result) {
  if (result) return *std::move(result);
  std::fprintf(stderr, "%s\n", result.error().message.c_str());
  std::exit(EXIT_FAILURE);
}

/// Of the answers that count.
void print_score(const nps::SqliteStore& store) {
  nps::Tally tally;
  const auto read = store.for_each_answer([&](const nps::Answer& a) { tally.add(a.rating); });
  if (!read) std::exit(EXIT_FAILURE);
  const auto score = tally.score();
  std::printf("%llu answers, %+.1f\n", static_cast<unsigned long long>(tally.responses()),
              score ? score->points() : 0.0);
}

void print_latest(const nps::SqliteStore& store, const char* customer) {
  const std::optional<nps::Profile> profile = value(store.profile(customer));
  if (profile) {
    std::printf("%s: %d in the latest answer\n", customer, profile->latest->rating.value());
  } else {
    std::printf("%s: nothing is known\n", customer);
  }
}

}  // namespace

int main() {
  const auto folder = std::filesystem::temp_directory_path() / "nps_keep_answers";
  std::filesystem::create_directories(folder);
  const std::string path = (folder / "answers.db").string();
  std::filesystem::remove(path);    // for this example only: a store is made once
  const nps::StoreOptions options;  // all as it is by default
  {
    nps::SqliteStore store = value(nps::SqliteStore::open_or_create(path, options));
    // One call is one transaction. Ann's answer is corrected, and then comes again as it first was.
    const std::vector<nps::Event> events{event("r1", "ann", 3, 1), event("r2", "bob", 10, 1),
                                         event("r1", "ann", 9, 2), event("r1", "ann", 3, 1)};
    const nps::Diagnostics seen = value(store.apply(events));
    std::printf("%llu taken in, %llu known before\n",
                static_cast<unsigned long long>(seen.of(nps::Outcome::Accepted)),
                static_cast<unsigned long long>(seen.of(nps::Outcome::Duplicate)));
  }
  // Another day, perhaps another process.
  nps::SqliteStore store = value(nps::SqliteStore::open_or_create(path, options));
  print_score(store);
  print_latest(store, "ann");
  const nps::Erasure gone = value(store.erase("ann"));
  std::printf("erased: %llu events%s\n", static_cast<unsigned long long>(gone.events),
              gone.pending ? ", but a reader still has them" : "");
  print_latest(store, "ann");
  print_score(store);
  return EXIT_SUCCESS;
}
