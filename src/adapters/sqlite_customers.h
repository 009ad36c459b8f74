// The customers of a batch: their numbers, the chains of their events, and whose profile changes.
#ifndef NPS_SRC_ADAPTERS_SQLITE_CUSTOMERS_H_
#define NPS_SRC_ADAPTERS_SQLITE_CUSTOMERS_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "adapters/sqlite_store.h"

namespace nps::internal {

class StoreCustomers {
 public:
  /// Where a row of the log stands among those of its customer.
  struct Place {
    std::int64_t customer = 0;  // the number
    std::int64_t previous = 0;  // the row before it in the chain
  };

  explicit StoreCustomers(SqliteStore::Impl& store) : store_(store) {}

  void reserve(std::size_t rows) { touches_.reserve(rows); }
  /// A new row, later than all before it. What place() will give its place for. The text must live
  /// until settle().
  std::size_t add(std::string_view customer, std::int64_t row, bool changes_profile) {
    touches_.push_back({store_.hash_of(customer), customer, row, changes_profile});
    return touches_.size() - 1;
  }
  /// The profile of a customer who has rows is another one, though no row is new.
  void touch_profile(std::string_view customer) {
    if (!customer.empty()) touches_.push_back({store_.hash_of(customer), {}, 0, true});
  }
  /// Finds or makes the numbers of all, and keeps what is new about them. Once.
  void settle();
  [[nodiscard]] Place place(std::size_t added) const { return touches_[added].place; }

 private:
  struct Touch {
    StoreHash hash;
    std::string_view customer;
    std::int64_t row;  // 0 where there is none
    bool changes_profile;
    Place place = {};
  };

  SqliteStore::Impl& store_;
  std::vector<Touch> touches_;
};

}  // namespace nps::internal

#endif  // NPS_SRC_ADAPTERS_SQLITE_CUSTOMERS_H_
