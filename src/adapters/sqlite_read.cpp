// What is read from a store: answers, events and profiles. All of it at once is in sqlite_dump.cpp.
#include <algorithm>
#include <utility>

#include "adapters/sqlite_store.h"
#include "stream/ledger_parts.h"

namespace nps {

using internal::LedgerParts;
using internal::LogRow;
using internal::StoreStatement;

namespace {

/// One order for equal sets of events, and in it the greatest of a response's that differ in nothing
/// that a ledger keeps comes last.
constexpr const char* kAllRows =
    "SELECT " NPS_LOG_COLUMNS
    ", coalesce(c.customer_id, '') AS who FROM nps_log e LEFT JOIN nps_customer c ON c.id = "
    "e.customer "
    "WHERE e.type <> 0 ORDER BY e.response_id, e.ord, e.event_id, e.type, who, e.rating, "
    "e.answered_at, e.touchpoint_at, e.account_id, e.channel, e.journey_stage, "
    "coalesce(e.dimensions, ''), e.weight, e.comment";
constexpr const char* kCurrentAnswers =
    "SELECT " NPS_LOG_COLUMNS
    ", coalesce(c.customer_id, '') FROM nps_log e LEFT JOIN nps_customer c ON c.id = e.customer "
    "WHERE " NPS_COUNTS " ORDER BY e.response_id";

void tell(const LogRow& row, const std::function<void(const Answer&)>& take) {
  const auto& said = row.event.response.dimensions;
  const std::vector<std::pair<std::string_view, std::string_view>> labels(said.begin(), said.end());
  Answer answer = internal::answer_of(row);
  answer.dimensions = labels;
  take(answer);
}

LedgerParts::Stone stone_from(const StoreStatement& row) {
  LedgerParts::Stone stone;
  stone.tombstone.order = row.number(1);
  stone.event_id = row.text(2);
  const auto copy = [](std::string_view from, detail::Digest& to) {
    std::copy_n(from.begin(), std::min(from.size(), to.size()), to.begin());
  };
  copy(row.text(0), stone.tombstone.response);
  copy(row.text(3), stone.tombstone.digest);
  return stone;
}

}  // namespace

std::string SqliteStore::Impl::customer_text(std::int64_t customer) const {
  if (customer == 0) return {};
  auto& row = statements().customer;
  std::string text;
  if (row.bind(customer).step()) text = row.text(1);
  row.done();
  return text;
}

internal::StoreCustomer SqliteStore::Impl::find_customer(std::string_view customer) const {
  if (customer.empty()) return {};
  return internal::StoreCustomer(statements().customers.find(hash_of(customer)));
}

void SqliteStore::Impl::for_each_row(const std::function<void(LogRow&)>& take) const {
  StoreStatement rows(db, kAllRows);
  while (rows.step()) {
    LogRow row = internal::log_row(rows, options.order);
    row.event.response.customer = rows.text(internal::kLogColumns);
    take(row);
  }
}

Result<LedgerCounts> SqliteStore::counts() const {
  LedgerCounts counts;
  auto done = impl_->in_snapshot([&] {
    StoreStatement by_type(impl_->db, "SELECT e.type, count(*) FROM nps_log e WHERE " NPS_IS_CURRENT
                                      " GROUP BY e.type");
    while (by_type.step()) {
      const auto count = static_cast<std::uint64_t>(by_type.number(1));
      switch (by_type.number(0)) {
        case 1: counts.responses = count; break;
        case 2: counts.dismissed = count; break;
        default: counts.deleted = count;
      }
    }
    counts.erased =
        static_cast<std::uint64_t>(impl_->db.number("SELECT count(*) FROM nps_tombstone"));
    counts.erased_customers =
        static_cast<std::uint64_t>(impl_->db.number("SELECT count(*) FROM nps_erased"));
  });
  if (!done) return std::move(done).error();
  return counts;
}

Result<> SqliteStore::for_each_event(const std::function<void(const Event&)>& take) const {
  return impl_->in_snapshot([&] { impl_->for_each_row([&](LogRow& row) { take(row.event); }); });
}

namespace {

/// Of the events of one response that were received in time, which is the greatest: said by a ledger.
class AsOf {
 public:
  AsOf(const SqliteStore::Impl& store, Timestamp as_of,
       const std::function<void(const Answer&)>& take)
      : store_(store), as_of_(as_of), take_(take) {}

  void add(LogRow& row) {
    if (row.event.received_at && *row.event.received_at > as_of_) return;
    if (!greatest_ || greatest_->event.response.id != row.event.response.id) begin(row);
    if (!ledger_) return;
    const auto applied = ledger_->apply(row.event);
    if (!applied) return store_.db.fail(applied.error());
    const bool wins = applied->outcome == Outcome::Accepted ||
                      (applied->outcome == Outcome::Duplicate && counts_);
    if (!wins) return;
    greatest_ = std::move(row);
    counts_ = true;
  }
  void finish() {
    if (counts_ && greatest_->event.type == EventType::Answered) tell(*greatest_, take_);
    counts_ = false;
  }

 private:
  void begin(const LogRow& row) {
    finish();
    if (!ledger_ || ++responses_ % 4096 == 0) {
      auto made = store_.working_ledger();
      if (!made) return store_.db.fail(made.error());
      ledger_ = *std::move(made);
    }
    greatest_ = LogRow{};
    greatest_->event.response.id = row.event.response.id;
    const auto response = store_.keyed(row.event.response.id);
    StoreStatement& stone = store_.statements().tombstone_row;
    if (stone.bind(std::as_bytes(std::span(response))).step()) {
      LedgerParts::add_stones({stone_from(stone)}, *ledger_);
    }
    stone.done();
  }

  const SqliteStore::Impl& store_;
  Timestamp as_of_;
  const std::function<void(const Answer&)>& take_;
  std::optional<Ledger> ledger_;
  std::optional<LogRow> greatest_;
  bool counts_ = false;
  std::uint64_t responses_ = 0;
};

}  // namespace

Result<> SqliteStore::for_each_answer(const std::function<void(const Answer&)>& take,
                                      std::optional<Timestamp> as_of) const {
  return impl_->in_snapshot([&] {
    if (as_of) {
      AsOf then(*impl_, *as_of, take);
      impl_->for_each_row([&](LogRow& row) { then.add(row); });
      if (!impl_->db.failed()) then.finish();
      return;
    }
    StoreStatement rows(impl_->db, kCurrentAnswers);
    while (rows.step()) {
      LogRow row = internal::log_row(rows, impl_->options.order);
      row.event.response.customer = rows.text(internal::kLogColumns);
      tell(row, take);
    }
  });
}

Result<Ledger> SqliteStore::ledger() const {
  std::optional<Ledger> made;
  auto done = impl_->in_snapshot([&] {
    auto ledger = impl_->working_ledger();
    if (!ledger) return impl_->db.fail(std::move(ledger).error());
    StoreStatement erased(impl_->db, "SELECT customer FROM nps_erased");
    while (erased.step()) {
      detail::Digest digest{};
      const std::string_view bytes = erased.text(0);
      std::copy_n(bytes.begin(), std::min(bytes.size(), digest.size()), digest.begin());
      LedgerParts::add_erased(*ledger, digest);
    }
    StoreStatement stones(impl_->db, "SELECT response, ord, event_id, digest FROM nps_tombstone");
    while (stones.step()) LedgerParts::add_stones({stone_from(stones)}, *ledger);
    impl_->for_each_row([&](LogRow& row) {
      if (!row.current) return;
      if (auto applied = ledger->apply(row.event); !applied) impl_->db.fail(applied.error());
    });
    made = *std::move(ledger);
  });
  if (!done) return std::move(done).error();
  return *std::move(made);
}

Result<std::optional<Profile>> SqliteStore::profile(std::string_view customer) const {
  std::optional<Profile> profile;
  auto done = impl_->in_snapshot([&] {
    const auto answers = impl_->answers_of(impl_->find_customer(customer).head);
    if (!answers.empty()) profile = impl_->profile_from(answers, customer);
  });
  if (!done) return std::move(done).error();
  return profile;
}

Result<std::int64_t> SqliteStore::changed() const {
  const auto changed = impl_->meta("changed");
  if (auto read = impl_->db.take_result(); !read) return std::move(read).error();
  return changed.value_or(0);
}

Result<> SqliteStore::for_each_profile(std::int64_t since,
                                       const std::function<void(const Profile&)>& take) const {
  return impl_->in_snapshot([&] {
    std::vector<std::pair<std::int64_t, std::int64_t>> customers;  // numbers and heads
    impl_->statements().customers.for_each([&](const auto& numbers) {
      const internal::StoreCustomer customer(numbers);
      if (customer.changed > since) customers.emplace_back(customer.number, customer.head);
    });
    std::ranges::sort(customers);
    for (const auto& [number, head] : customers) {
      const auto answers = impl_->answers_of(head);
      if (answers.empty() && since == 0) continue;
      const std::string text = impl_->customer_text(number);
      Profile profile = impl_->profile_from(answers, text);
      profile.customer = text;
      take(profile);
    }
  });
}

Result<std::optional<Timestamp>> SqliteStore::horizon() const {
  const auto horizon = internal::instant(impl_->meta("horizon"));
  if (auto read = impl_->db.take_result(); !read) return std::move(read).error();
  return horizon;
}

Result<std::optional<wire::Bytes>> SqliteStore::kept() const {
  std::optional<wire::Bytes> kept;
  StoreStatement row(impl_->db, "SELECT value FROM nps_meta WHERE key = 'kept'");
  if (row.step()) {
    const auto bytes = wire::bytes_of(row.text(0));
    kept.emplace(bytes.begin(), bytes.end());
  }
  row.done();
  if (auto read = impl_->db.take_result(); !read) return std::move(read).error();
  return kept;
}

}  // namespace nps
