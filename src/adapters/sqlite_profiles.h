// The customers of a batch: their numbers, the chains of their events and their profiles.
#ifndef NPS_SRC_ADAPTERS_SQLITE_PROFILES_H_
#define NPS_SRC_ADAPTERS_SQLITE_PROFILES_H_

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sqlite_store.h"

namespace nps::internal {

/// One row of nps_profile_row.
struct ProfileRow {
  std::int64_t head = 0;  // the last event of the customer's to arrive
  std::int64_t changed = 0;
  std::int64_t answers = 0;
  std::optional<std::int64_t> rating = {}, answered_at = {};
  std::string channel = {}, journey_stage = {};
  std::optional<std::int64_t> previous_rating = {}, previous_answered_at = {};
  std::optional<std::int64_t> first_rating = {}, first_answered_at = {};
};

class StoreProfiles {
 public:
  explicit StoreProfiles(SqliteStore::Impl& store) : store_(store) {}

  /// Room for so many, so that none is moved while they are found.
  void reserve(std::size_t customers) {
    touched_.reserve(customers);
    places_.reserve(customers);
  }
  /// The customer's place among those of the batch. The text must live as long as the batch.
  std::size_t touch(std::string_view customer);
  /// The profile of this customer is to be worked out from all answers: one was taken away.
  void touch_again(std::int64_t customer);

  /// Finds or makes the numbers of all that were touched, and reads their profiles.
  void load();
  [[nodiscard]] std::int64_t number(std::size_t place) const { return touched_[place].id; }
  /// A further event of the customer's: the one before it in the chain.
  std::int64_t chain(std::size_t place, std::int64_t row);
  /// A further answer that counts.
  void add(std::size_t place, const Response& answer);
  /// When all rows are written.
  void write();

 private:
  struct Touched {
    std::string_view text;
    StoreHash hash = {};
    std::int64_t id = 0;
    bool is_new = false;
    bool again = false;
    bool moved = false;  // the profile is another one
    ProfileRow row = {};
  };
  void number_customer(Touched& touched, std::int64_t& next);
  void read_profile(Touched& touched);
  void work_out(Touched& touched);

  SqliteStore::Impl& store_;
  std::vector<Touched> touched_;
  absl::flat_hash_map<std::string_view, std::size_t> places_;
  std::vector<std::int64_t> again_;
};

}  // namespace nps::internal

#endif  // NPS_SRC_ADAPTERS_SQLITE_PROFILES_H_
