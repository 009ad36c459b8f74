// The customers of a batch: their numbers, the chains of their events, and whose profile changes.
#ifndef NPS_SRC_ADAPTERS_SQLITE_CUSTOMERS_H_
#define NPS_SRC_ADAPTERS_SQLITE_CUSTOMERS_H_

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sqlite_store.h"

namespace nps::internal {

class StoreCustomers {
 public:
  explicit StoreCustomers(SqliteStore::Impl& store) : store_(store) {}

  /// Room for so many, so that none is moved while they are found.
  void reserve(std::size_t customers) {
    touched_.reserve(customers);
    places_.reserve(customers);
  }
  /// The customer's place among those of the batch. The text must live as long as the batch.
  std::size_t touch(std::string_view customer);
  /// The profile is another one: an answer counts or counts no longer. Any text will do.
  void touch_profile(std::string_view customer);
  void move_profile(std::size_t place) { touched_[place].moved = true; }

  /// Finds or makes the numbers of all that were touched.
  void load();
  [[nodiscard]] std::int64_t number(std::size_t place) const {
    return touched_[place].known.number;
  }
  /// A further event of the customer's: the one before it in the chain.
  std::int64_t chain(std::size_t place, std::int64_t row);
  /// When all rows are written.
  void write();

 private:
  struct Touched {
    std::string_view text;
    StoreHash hash = {};
    StoreCustomer known = {};
    bool moved = false;  // the profile is another one
  };

  SqliteStore::Impl& store_;
  std::vector<Touched> touched_;
  std::vector<std::size_t> order_;  // of those that were touched, by their hashes
  absl::flat_hash_map<std::string_view, std::size_t> places_;
  std::deque<std::string> texts_;
};

}  // namespace nps::internal

#endif  // NPS_SRC_ADAPTERS_SQLITE_CUSTOMERS_H_
