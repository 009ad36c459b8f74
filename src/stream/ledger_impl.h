// Ledger::Impl: what a ledger holds, and the proposal that has yet to be committed.
#ifndef NPS_SRC_STREAM_LEDGER_IMPL_H_
#define NPS_SRC_STREAM_LEDGER_IMPL_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "detail/cache_line.h"
#include "nps/segment/labels.h"
#include "nps/stream/ledger.h"
#include "nps/wire/reader.h"
#include "stream/id.h"
#include "stream/records.h"
#include "stream/tombstones.h"

namespace nps {

namespace internal {

/// What an event says of a response, as far as it is kept. Canonical: what does not belong to the
/// state is empty.
struct Fact {
  std::string_view response_id;
  std::string_view customer;
  std::string_view event_id;
  std::int64_t order = 0;
  State state = State::Counted;
  std::uint8_t rating = 0;
  std::uint8_t known = 0;
  std::int64_t answered_at = 0;
  std::int64_t touchpoint_at = 0;
  std::span<const std::string_view> labels = {};  // one a dimension; none unless counted
  std::optional<EventOrder> decides = {};         // what orders the stream, where nothing does yet
};

inline std::optional<Timestamp> time_if(bool known, std::int64_t ticks) noexcept {
  if (!known) return std::nullopt;
  return Timestamp(std::chrono::microseconds(ticks));
}
inline std::optional<Timestamp> answered_at(const Entry& entry) noexcept {
  return time_if((entry.known & kAnswered) != 0, entry.answered_at);
}
inline std::optional<Timestamp> touchpoint_at(const Entry& entry) noexcept {
  return time_if((entry.known & kTouched) != 0, entry.touchpoint_at);
}

}  // namespace internal

struct Ledger::Impl {
  using Entry = internal::Entry;
  using Key = internal::Key;
  using Id = internal::Id;
  using IdText = internal::IdText;
  using State = internal::State;
  using Digest = internal::Digest;
  using Tombstone = internal::Tombstone;
  using Fact = internal::Fact;
  using Label = std::pair<std::string_view, std::string_view>;  // name, label
  static constexpr std::uint32_t kNone = internal::Index::kNone;

  struct Proposal;

  explicit Impl(LedgerOptions chosen);
  Impl(const Impl& other) = default;  // the proposal comes along: settle() it
  Impl& operator=(const Impl&) = delete;
  ~Impl() = default;

  // ---- ledger_propose.cpp ----
  Result<Applied> propose(const Event& event, Proposal& next);
  Result<Applied> consider(const Fact& fact, Proposal& next);
  Result<Applied> consider_erasure(const Digest& customer, std::uint32_t owner, Proposal& next);
  Result<Applied> consider_tombstone(const Tombstone& stone, std::string_view event_id,
                                     std::uint32_t held, Proposal& next);
  Id keep(const Key& key);
  static constexpr std::size_t kTogether = 16;  // events whose memory is asked for at once
  void expect(std::span<const Event* const> soon) const noexcept;
  void settle();
  [[nodiscard]] Error full() const;
  [[nodiscard]] std::string_view label_of(const Response& response, std::size_t dimension) const;

  // ---- ledger_commit.cpp ----
  void commit(Proposal& made) noexcept;
  void put(const Proposal& made) noexcept;
  void bury(const Proposal& made) noexcept;
  void erase_customer(const Proposal& made) noexcept;
  void remove_entry(std::uint32_t at) noexcept;
  void link(std::uint32_t at, std::uint32_t customer) noexcept;
  void unlink(std::uint32_t at) noexcept;
  void drop_customer_if_unused(std::uint32_t at) noexcept;
  void release(const Id& id) noexcept;
  void count(State state, bool in) noexcept;

  // ---- ledger_merge.cpp ----
  class Telling;
  Result<> merge_erased(const Impl& other, Telling& telling);
  Result<> merge_tombstones(const Impl& other, Telling& telling);
  Result<> merge_records(const Impl& other, Telling& telling);

  // ---- ledger_codec.cpp ----
  void write_header(wire::Writer& out) const;
  void write_erased(wire::Writer& out) const;
  void write_responses(wire::Writer& out) const;
  void read_header(wire::Reader& in);
  void read_erased(wire::Reader& in);
  void read_responses(wire::Reader& in);

  // ---- ledger.cpp ----
  [[nodiscard]] std::size_t known() const noexcept { return index.size() + tombstones.size(); }
  [[nodiscard]] std::uint32_t find(const Key& key) const noexcept {
    return index.find(key.hash, [&](std::uint32_t at) { return same(records[at].id, key, texts); });
  }
  /// What a guess comes to.
  [[nodiscard]] std::uint32_t sure(std::uint32_t guessed, const Key& key) const noexcept {
    return guessed == kNone || same(records[guessed].id, key, texts) ? guessed : find(key);
  }
  [[nodiscard]] Digest keyed(std::string_view text) const noexcept {
    return detail::siphash(secret, text);
  }
  [[nodiscard]] bool is_erased(std::string_view customer) const noexcept {
    return !erased.empty() && !customer.empty() && erased.contains(keyed(customer));
  }
  [[nodiscard]] std::string_view text(const Id& id, IdText& room) const noexcept {
    return text_of(id, texts, room);
  }
  [[nodiscard]] std::string_view customer_text(const Entry& entry, IdText& room) const noexcept {
    return entry.customer == kNone ? std::string_view() : text(customers[entry.customer].id, room);
  }
  /// The rooms of the ids of one fact.
  struct FactRoom {
    IdText response, customer, event;
    std::vector<std::string_view> labels;
  };
  [[nodiscard]] Fact fact_of(std::uint32_t at, FactRoom& room) const;
  [[nodiscard]] Digest digest_of(const Fact& fact) const;
  [[nodiscard]] Answer answer_of(std::uint32_t at, std::string_view response_id,
                                 std::string_view customer, std::span<Label> labels) const;
  /// Writes all of an answer where it is to stand.
  void write_answer(const Entry& entry, std::span<const Code> codes, std::string_view response_id,
                    std::string_view customer, std::span<Label> labels, Answer& answer) const;
  /// The same into what may hold one already.
  void write_answer(const Entry& entry, std::span<const Code> codes, std::string_view response_id,
                    std::string_view customer, std::span<Label> labels,
                    std::optional<Answer>& answer) const;

  // ---- what is true ----
  LedgerOptions options;
  std::optional<EventOrder> order;
  detail::SipKey secret{};
  std::optional<Timestamp> horizon;
  std::vector<Labels> labels;  // one a dimension
  enum class Field : std::uint8_t { Channel, JourneyStage, Account, Other };
  std::vector<Field> fields;         // where each dimension's label is found
  std::size_t other_dimensions = 0;  // those that are neither channel nor journey stage
  internal::Texts texts;
  internal::Tombstones tombstones;
  internal::Digests erased;
  // What each new response writes to stands together, on lines that nothing else is on.
  alignas(detail::kCacheLine)
      LedgerCounts counts;  // without erased and erased_customers, which have sizes
  internal::Index index;    // of the records, by response id
  internal::Records records;
  internal::Customers customers;

  // ---- what is proposed ----
  enum class Step : std::uint8_t { None, Put, Bury, Erase };
  /// What an event would do, and what its changes view. All of it is written anew for each event, so
  /// that a thread which writes to many ledgers has one of its own for all of them.
  struct Proposal {
    Step step = Step::None;
    std::uint32_t held = kNone;   // the record of the response, if there is one
    std::uint32_t stone = kNone;  // or its tombstone
    std::uint64_t hash = 0;       // of the response's id
    Entry entry = {};             // Put: what is to stand there; its id only if held is none
    Id event_id = {};
    std::uint32_t owner = kNone;           // Put: the customer. Erase: who is erased
    Tombstone tombstone = {};              // Bury
    Digest customer = {};                  // Erase
    std::optional<EventOrder> order = {};  // what the first event decides
    std::vector<Code> codes = {};          // Put: the labels
    std::vector<Tombstone> buried = {};    // Erase: one for each record of the customer
    std::vector<Change> changes = {};
    std::vector<IdText> rooms = {};
    std::vector<Label> label_room = {};
    std::vector<std::string_view> fact_labels = {};
  };
  alignas(detail::kCacheLine) Proposal proposal;  // of those who write to this ledger alone
  std::uint32_t new_customer = kNone;  // made for a proposal; goes with it if it has no records
  std::vector<Id> doomed;              // long texts that nothing refers to any more
};

}  // namespace nps

#endif  // NPS_SRC_STREAM_LEDGER_IMPL_H_
