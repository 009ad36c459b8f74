// What takes a batch of events into a store, within one transaction.
#ifndef NPS_SRC_ADAPTERS_SQLITE_INGEST_H_
#define NPS_SRC_ADAPTERS_SQLITE_INGEST_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/sqlite_customers.h"
#include "adapters/sqlite_store.h"
#include "nps/stream/ledger.h"
#include "stream/ledger_parts.h"

namespace nps::internal {

/// One event of a response, from the log or on its way there.
struct Said {
  const Event* event = nullptr;
  std::string_view labels;
  std::int64_t id = 0;  // of its row; 0 as long as it has none
  bool was_current = false;
  bool current = false;
  std::optional<Timestamp> received_at = {};
  bool received_earlier = false;  // than its row says
};

/// Sorted by a hash of what they are about, the events of a response meet those that are in the log.
/// A small ledger, which is given the greatest event of each and then the new ones, says by its law
/// which is the greatest now: nothing is compared here that a ledger compares.
class StoreIngest {
 public:
  StoreIngest(SqliteStore::Impl& store, Ledger& ledger);
  Diagnostics run(std::span<const Event> events);

 private:
  using Digest = detail::Digest;
  struct Placed {
    StoreHash hash;
    const Event* event;
  };

  void erase_customers(std::span<const Event> events, Diagnostics& seen);
  void learn_erased(const std::vector<Placed>& placed);
  void take_response(std::span<const Placed> group, Diagnostics& seen);
  void load_response(std::int64_t head, std::string_view response_id);
  Outcome take_event(const Event& event, const Applied& applied);
  void keep_stone(const Digest& response, bool was_there);
  void keep_response(const StoreHash& hash, std::int64_t head);
  void write_rows();

  SqliteStore::Impl& store_;
  StoreStatements& run_;
  Ledger& ledger_;
  StoreCustomers customers_;
  bool has_stones_ = false;
  std::int64_t next_row_;

  // Of the response at hand.
  std::deque<LogRow> loaded_;
  std::vector<Said> said_;
  std::deque<std::string> labels_;

  // Of the batch, in order of their rows.
  struct NewRow {
    Said said;
    std::int64_t previous = 0;
    std::size_t owner = 0;  // among the rows of customers, from 1
  };
  std::vector<NewRow> rows_;
};

}  // namespace nps::internal

#endif  // NPS_SRC_ADAPTERS_SQLITE_INGEST_H_
