// SqliteStore::Impl: the connection, its statements, and what stands in the file about the whole.
#ifndef NPS_SRC_ADAPTERS_SQLITE_STORE_H_
#define NPS_SRC_ADAPTERS_SQLITE_STORE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sqlite_leaves.h"
#include "adapters/sqlite_statement.h"
#include "nps/adapters/sqlite.h"
#include "nps/detail/siphash.h"

namespace nps {

namespace internal {

/// One row of the log, whole.
struct LogRow {
  std::int64_t id = 0;
  std::int64_t previous = 0;
  std::int64_t customer_previous = 0;
  std::int64_t customer = 0;  // 0 for nobody
  bool current = false;
  bool is_gone = false;  // an erased link of the chains
  std::int64_t order = 0;
  Event event = {};         // the customer's id is not filled in
  std::string labels = {};  // its dimensions, as they are stored
};

inline std::optional<std::int64_t> ticks(const std::optional<Timestamp>& time) {
  if (!time) return std::nullopt;
  return time->time_since_epoch().count();
}
inline std::optional<Timestamp> instant(const std::optional<std::int64_t>& ticks) {
  if (!ticks) return std::nullopt;
  return Timestamp(std::chrono::microseconds(*ticks));
}

/// The first of each name, sorted, without empty ones, as JSON that keeps every byte; "" where there
/// are none.
[[nodiscard]] std::string labels_text(
    const std::vector<std::pair<std::string, std::string>>& labels);
/// What labels_text() wrote.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> labels_of(std::string_view text);

// Of a row e of the log: whether it is the greatest of its response, and whether it is an answer.
#define NPS_IS_CURRENT "(e.current = 1 AND e.id NOT IN (SELECT id FROM nps_superseded))"
#define NPS_COUNTS "(e.type = 1 AND " NPS_IS_CURRENT ")"
#define NPS_LOG_COLUMNS                                                             \
  "e.id, e.previous, e.customer_previous, " NPS_IS_CURRENT                          \
  ", e.type, e.rating, e.answered_at, "                                             \
  "e.customer, e.ord, e.response_id, e.channel, e.journey_stage, e.touchpoint_at, " \
  "e.received_at, e.account_id, e.dimensions, e.weight, e.event_id, e.comment"
inline constexpr int kLogColumns = 19;
/// Where the row is damaged, the connection has failed.
[[nodiscard]] LogRow log_row(const StoreStatement& from, EventOrder order);
/// The row before this one in the chain of its response or of its customer; 0 where there is none. A
/// chain goes to smaller numbers only, so that even in a damaged file each has an end.
enum class Chain : std::uint8_t { Response = 1, Customer = 2 };  // the columns
[[nodiscard]] std::int64_t previous_in(Chain chain, const StoreStatement& row);
/// The answer that a row holds, as views into it; without its labels.
[[nodiscard]] Answer answer_of(const LogRow& row);

/// What is found under the hash of a customer's id.
struct StoreCustomer {
  using Leaves = StoreLeaves<3>;

  StoreCustomer() = default;
  explicit StoreCustomer(const Leaves::Numbers& numbers)
      : number(numbers[0]), head(numbers[1]), changed(numbers[2]) {}
  [[nodiscard]] Leaves::Numbers numbers() const { return {number, head, changed}; }

  std::int64_t number = 0;   // in nps_customer; 0 for nobody
  std::int64_t head = 0;     // the last of the customer's events to arrive
  std::int64_t changed = 0;  // which change of profiles was the last of this one
};

/// The statements that an ingestion runs again and again.
struct StoreStatements {
  explicit StoreStatements(StoreConnection& db);
  StoreLeaves<1> responses;  // to the last row of each
  StoreCustomer::Leaves customers;
  StoreStatement row, put_row, supersede, set_received, gone, customer, put_customer;
  StoreStatement is_erased, put_erased, tombstone, tombstone_row, put_tombstone, drop_tombstone;
};

}  // namespace internal

struct SqliteStore::Impl {
  using Connection = internal::StoreConnection;
  using Digest = detail::Digest;

  Impl(sqlite3* raw, std::string path, bool owned) : db(raw, std::move(path), owned) {}

  // ---- sqlite_store.cpp ----
  /// Makes or opens what is in the database.
  Result<> set_up(const StoreOptions& wanted);
  Result<> load(const std::optional<std::array<std::byte, 16>>& key);
  Result<> prepare_connection(std::chrono::milliseconds busy, StoreSync sync, bool writes);
  [[nodiscard]] internal::StoreStatements& statements() const;
  /// What was read of leaves is of no use in another transaction.
  void let_go() const;
  /// Runs `work` in one transaction, or in a savepoint of the host's, and all of it or nothing.
  Result<> in_transaction(const std::function<void()>& work);
  /// Runs `work` in one reading transaction, so that it sees one state.
  Result<> in_snapshot(const std::function<void()>& work) const;
  [[nodiscard]] internal::StoreHash hash_of(std::string_view text) const noexcept;
  [[nodiscard]] Digest keyed(std::string_view text) const noexcept;
  [[nodiscard]] std::optional<std::int64_t> meta(const char* key) const;
  void set_meta(const char* key, std::int64_t value);
  [[nodiscard]] Result<Ledger> working_ledger() const;
  [[nodiscard]] internal::StoreCustomer find_customer(std::string_view customer) const;
  [[nodiscard]] std::string customer_text(std::int64_t customer) const;
  void for_each_row(const std::function<void(internal::LogRow&)>& take) const;

  // ---- sqlite_customers.cpp ----
  /// The answers of a customer that count, in order.
  [[nodiscard]] std::vector<internal::LogRow> answers_of(std::int64_t head) const;
  [[nodiscard]] Profile profile_from(const std::vector<internal::LogRow>& answers,
                                     std::string_view customer) const;

  // ---- sqlite_erase.cpp ----
  /// Takes the customer out, within a transaction.
  Erasure erase_rows(std::string_view customer);
  void forget_responses(const std::set<std::string>& responses) const;
  void forget_customer(std::int64_t number, std::string_view customer);
  Result<bool> scrub();

  // ---- sqlite_retain.cpp ----
  void retain_rows(Timestamp cutoff, const RetentionOptions& wanted, Retention& gone);
  void again(const std::set<std::int64_t>& customers, std::uint64_t& forgotten);

  mutable Connection db;
  StoreOptions options;
  detail::SipKey secret{};    // of what stays of the erased: the host's
  detail::SipKey hash_key{};  // of the hashes by which rows are found: the file's
  mutable std::unique_ptr<internal::StoreStatements> statements_;
};

namespace internal {

/// That a transaction is on the disk when it is done, while this lives.
class Durable {
 public:
  explicit Durable(const SqliteStore::Impl& store) : store_(store) {
    before_ = store.db.number("PRAGMA synchronous");
    secure_ = store.db.number("PRAGMA secure_delete");
    store.db.run("PRAGMA synchronous = FULL; PRAGMA secure_delete = ON");
  }
  Durable(const Durable&) = delete;
  Durable& operator=(const Durable&) = delete;
  ~Durable() {
    const std::string back = "PRAGMA synchronous = " + std::to_string(before_) +
                             "; PRAGMA secure_delete = " + (secure_ == 0 ? "OFF" : "ON");
    sqlite3_exec(store_.db.raw(), back.c_str(), nullptr, nullptr, nullptr);
  }

 private:
  const SqliteStore::Impl& store_;
  std::int64_t before_;
  std::int64_t secure_;
};

inline Error within_transaction() {
  return {ErrorCode::InvalidArgument,
          "what is forgotten must be on the disk when the call returns: end the transaction first",
          {}};
}

}  // namespace internal

}  // namespace nps

#endif  // NPS_SRC_ADAPTERS_SQLITE_STORE_H_
