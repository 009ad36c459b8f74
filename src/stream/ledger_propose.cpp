// What an event would do. Everything that can fail or needs memory happens here, so that the commit
// cannot fail; and nothing that can be seen changes.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <compare>

#include "stream/ledger_impl.h"

namespace nps {

using internal::key_of;
using internal::State;

namespace {

std::int64_t ticks(std::optional<Timestamp> time) noexcept {
  return time ? time->time_since_epoch().count() : 0;
}

std::optional<std::int64_t> order_of(const Event& event, std::optional<EventOrder> order) noexcept {
  const auto updated =
      event.updated_at ? std::optional(ticks(event.updated_at)) : std::optional<std::int64_t>();
  if (!order) return event.version ? event.version : updated;
  return *order == EventOrder::Version ? event.version : updated;
}

EventFault fault_of(const Event& event, std::optional<EventOrder> order) noexcept {
  if (event.type == EventType::Erased) {
    return event.response.customer.empty() ? EventFault::NoCustomer : EventFault::None;
  }
  if (event.response.id.empty()) return EventFault::NoResponseId;
  const bool answered = event.type == EventType::Answered || event.type == EventType::Updated;
  if (answered && !event.response.rating) return EventFault::NoRating;
  return order_of(event, order) ? EventFault::None : EventFault::NoOrder;
}

State state_of(EventType type) noexcept {
  switch (type) {
    case EventType::Dismissed: return State::Dismissed;
    case EventType::Deleted: return State::Deleted;
    default: return State::Counted;
  }
}

bool same_content(const internal::Fact& a, const internal::Fact& b) {
  return a.state == b.state && a.customer == b.customer && a.rating == b.rating &&
         a.known == b.known && a.answered_at == b.answered_at &&
         a.touchpoint_at == b.touchpoint_at && std::ranges::equal(a.labels, b.labels);
}

}  // namespace

Error Ledger::Impl::full() const {
  return {ErrorCode::LimitReached,
          fmt::format("the ledger holds {} responses and {} erased customers, and may hold {} of "
                      "either: raise the limit, or forget what is older than a cutoff",
                      known(), erased.size(), options.limit),
          {.field = "limit"}};
}

std::string_view Ledger::Impl::label_of(const Response& response, std::size_t dimension) const {
  switch (fields[dimension]) {
    case Field::Channel: return response.channel;
    case Field::JourneyStage: return response.journey_stage;
    case Field::Account: return response.account;
    case Field::Other: break;
  }
  for (const auto& [other, label] : response.dimensions) {
    if (other == options.dimensions[dimension]) return label;
  }
  return {};
}

// Drops what the last call left behind: a proposal that was not committed, and texts that the views
// of its changes may still have shown.
void Ledger::Impl::settle() {
  if (proposal.step != Step::None) proposal.step = Step::None;  // a write only where it is one
  if (new_customer != kNone) {
    const std::uint32_t made = std::exchange(new_customer, kNone);
    doomed.reserve(doomed.size() + 1);
    drop_customer_if_unused(made);
  }
  for (const Id& id : doomed) texts.remove(place_of(id));
  doomed.clear();
}

Result<Applied> Ledger::Impl::propose(const Event& event, Proposal& next) {
  settle();
  next.step = Step::None;
  if (const EventFault fault = fault_of(event, order); fault != EventFault::None) {
    return Applied{.outcome = Outcome::Rejected, .fault = fault};
  }
  const Response& response = event.response;
  if (event.type == EventType::Erased) {
    return consider_erasure(keyed(response.customer),
                            customers.find(key_of(response.customer), texts), next);
  }
  if (horizon && response.answered_at && *response.answered_at < *horizon) {
    return Applied{.outcome = Outcome::TooOld};
  }
  Fact fact{.response_id = response.id,
            .customer = response.customer,
            .event_id = event.id,
            .order = *order_of(event, order),
            .state = state_of(event.type)};
  if (fact.state == State::Counted) {
    fact.rating = response.rating->value();
    fact.known = static_cast<std::uint8_t>((response.answered_at ? internal::kAnswered : 0) |
                                           (response.touchpoint_at ? internal::kTouched : 0));
    fact.answered_at = ticks(response.answered_at);
    fact.touchpoint_at = ticks(response.touchpoint_at);
    next.fact_labels.resize(labels.size());
    for (std::size_t d = 0; d < labels.size(); ++d) next.fact_labels[d] = label_of(response, d);
    fact.labels = next.fact_labels;
  }
  if (!order) fact.decides = event.version ? EventOrder::Version : EventOrder::UpdatedAt;
  return consider(fact, next);
}

// One pass for the tables, one for what they point to, one for what that points to: the waits of all
// events of a pass are one.
void Ledger::Impl::expect(std::span<const Event* const> soon) const noexcept {
  std::array<std::uint64_t, kTogether> ids;
  std::array<std::uint64_t, kTogether> owners;
  const std::size_t count = std::min(kTogether, soon.size());
  for (std::size_t i = 0; i < count; ++i) {
    const Response& said = soon[i]->response;
    ids[i] = internal::hash_of(said.id);
    owners[i] = internal::hash_of(said.customer);
    index.prefetch(ids[i]);
    customers.index().prefetch(owners[i]);
  }
  std::array<std::uint32_t, kTogether> found;
  for (std::size_t i = 0; i < count; ++i) {
    if (const auto at = index.guess(ids[i]); at != kNone) records.prefetch(at);
    found[i] = customers.index().guess(owners[i]);
    if (found[i] != kNone) customers.prefetch(found[i]);
  }
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t first = found[i] == kNone ? kNone : customers[found[i]].first;
    if (first != kNone && first < records.size()) records.prefetch(first);
  }
}

void Ledger::expect(std::span<const Event> soon) const noexcept {
  std::array<const Event*, Impl::kTogether> some;
  while (!soon.empty()) {
    const std::size_t count = std::min(some.size(), soon.size());
    for (std::size_t i = 0; i < count; ++i) some[i] = &soon[i];
    impl_->expect(std::span(some).first(count));
    soon = soon.subspan(count);
  }
}

/// Stores an id for the proposal; unless that is committed, the next call drops it.
Ledger::Impl::Id Ledger::Impl::keep(const Key& key) {
  const Id id = store(key, texts);
  release(id);
  return id;
}

Result<Applied> Ledger::Impl::consider(const Fact& fact, Proposal& next) {
  const Key key = key_of(fact.response_id);
  const Key customer = key_of(fact.customer);
  // The tables are far away, and so is what they point to: two waits are two, not four.
  index.prefetch(key.hash);
  customers.index().prefetch(customer.hash);
  next.step = Step::None;
  next.hash = key.hash;
  next.stone = kNone;
  next.order = fact.decides;
  next.held = index.guess(key.hash);
  if (next.held != kNone) records.prefetch(next.held);
  next.owner = customer.id.empty() ? kNone : customers.find(customer, texts);
  next.held = sure(next.held, key);
  // Who has responses is not erased.
  const bool is_gone = next.owner == kNone && is_erased(fact.customer);
  std::optional<Digest> response;
  if (next.held == kNone && (is_gone || !tombstones.empty())) {
    response = keyed(fact.response_id);
    next.stone = tombstones.find(*response);
  }

  // What the commit will write to: the customer's last response, beside which the new one goes.
  if (next.held == kNone && next.owner != kNone && customers[next.owner].first != kNone) {
    records.prefetch(customers[next.owner].first);
  }

  // Is it greater than what is known of the response?
  if (next.held != kNone || next.stone != kNone) {
    const bool is_held = next.held != kNone;
    std::strong_ordering comes =
        fact.order <=> (is_held ? records[next.held].order : tombstones[next.stone].order);
    if (comes == 0) {
      IdText room;
      const Id id = is_held ? records.event_id(next.held) : tombstones[next.stone].event_id;
      comes = fact.event_id <=> text(id, room);
    }
    if (comes == 0 && is_held) {
      FactRoom room;
      const Fact held = fact_of(next.held, room);
      if (!same_content(fact, held)) comes = digest_of(fact) <=> digest_of(held);
    } else if (comes == 0) {
      comes = digest_of(fact) <=> tombstones[next.stone].digest;
    }
    if (comes < 0) return Applied{.outcome = Outcome::Stale};
    if (comes == 0) return Applied{.outcome = Outcome::Duplicate};
  } else if (known() >= options.limit) {
    return full();
  }

  const bool counted_before = next.held != kNone && records[next.held].state == State::Counted;
  const bool counts_now = !is_gone && fact.state == State::Counted;
  next.rooms.resize(3);
  next.label_room.resize(2 * other_dimensions);
  doomed.reserve(doomed.size() + 5);
  const Key event_key = fact.event_id.empty() ? Key{} : key_of(fact.event_id);

  if (is_gone) {
    tombstones.reserve(1);
    if (!response) response = keyed(fact.response_id);
    next.event_id = keep(event_key);
    next.tombstone = {*response, fact.order, next.event_id, digest_of(fact)};
  } else {
    next.codes.resize(labels.size());
    if (fact.labels.empty()) std::ranges::fill(next.codes, Code{0});
    for (std::size_t d = 0; d < fact.labels.size(); ++d) {
      next.codes[d] = labels[d].intern(fact.labels[d]);
    }
    Entry& entry = next.entry;
    entry.state = fact.state;
    entry.rating = fact.rating;
    entry.known = fact.known;
    entry.order = fact.order;
    entry.answered_at = fact.answered_at;
    entry.touchpoint_at = fact.touchpoint_at;
    if (next.owner == kNone && !customer.id.empty()) {
      next.owner = new_customer = customers.add(customer, texts);
    }
    next.event_id = keep(event_key);
    if (next.held == kNone) {
      entry.id = keep(key);
      index.reserve(1);
    }
    records.reserve_one(!event_key.id.empty());
  }

  const bool moves = [&] {  // whether anything that counts is another than before
    if (!counted_before || !counts_now) return counted_before || counts_now;
    const Entry& held = records[next.held];
    return held.rating != fact.rating || held.known != fact.known ||
           held.answered_at != fact.answered_at || held.touchpoint_at != fact.touchpoint_at ||
           held.customer != next.owner || !std::ranges::equal(records.codes(next.held), next.codes);
  }();
  if (moves) {
    const std::span others(next.label_room);
    next.changes.resize(1);  // the last one is written over
    Change& change = next.changes[0];
    const std::string_view id =
        text(next.held != kNone ? records[next.held].id : next.entry.id, next.rooms[0]);
    if (counted_before) {
      write_answer(records[next.held], records.codes(next.held), id,
                   customer_text(records[next.held], next.rooms[1]), others.first(other_dimensions),
                   change.before);
    } else {
      change.before.reset();
    }
    if (counts_now) {
      const std::string_view who =
          next.owner == kNone ? std::string_view() : text(customers[next.owner].id, next.rooms[2]);
      write_answer(next.entry, next.codes, id, who, others.subspan(other_dimensions), change.after);
    } else {
      change.after.reset();
    }
  } else {
    next.changes.clear();
  }
  next.step = is_gone ? Step::Bury : Step::Put;
  return Applied{.outcome = is_gone ? Outcome::Erased : Outcome::Accepted, .changes = next.changes};
}

/// A tombstone of another ledger; `held` is the record of its response here, if there is one.
Result<Applied> Ledger::Impl::consider_tombstone(const Tombstone& stone, std::string_view event_id,
                                                 std::uint32_t held, Proposal& next) {
  settle();
  next.step = Step::None;
  const std::uint32_t known_stone = held != kNone ? kNone : tombstones.find(stone.response);
  if (held != kNone || known_stone != kNone) {
    IdText room;
    FactRoom fact;
    std::strong_ordering comes =
        stone.order <=> (held != kNone ? records[held].order : tombstones[known_stone].order);
    if (comes == 0) {
      comes = event_id <=>
              text(held != kNone ? records.event_id(held) : tombstones[known_stone].event_id, room);
    }
    if (comes == 0) {
      comes = stone.digest <=>
              (held != kNone ? digest_of(fact_of(held, fact)) : tombstones[known_stone].digest);
    }
    if (comes < 0) return Applied{.outcome = Outcome::Stale};
    if (comes == 0) return Applied{.outcome = Outcome::Duplicate};
  } else if (known() >= options.limit) {
    return full();
  }
  next.changes.clear();
  next.rooms.resize(3);
  next.label_room.resize(2 * other_dimensions);
  doomed.reserve(doomed.size() + 5);
  tombstones.reserve(1);
  next.held = held;
  next.stone = known_stone;
  next.tombstone = stone;
  next.tombstone.event_id = keep(key_of(event_id));
  next.order.reset();
  if (held != kNone && records[held].state == State::Counted) {
    next.changes.push_back({.before = answer_of(held, text(records[held].id, next.rooms[0]),
                                                customer_text(records[held], next.rooms[1]),
                                                std::span(next.label_room).first(other_dimensions)),
                            .after = {}});
  }
  next.step = Step::Bury;
  return Applied{.outcome = Outcome::Erased, .changes = next.changes};
}

Result<Applied> Ledger::Impl::consider_erasure(const Digest& customer, std::uint32_t owner,
                                               Proposal& next) {
  next.step = Step::None;
  if (owner == kNone && erased.contains(customer)) return Applied{.outcome = Outcome::Duplicate};
  if (erased.size() >= options.limit) return full();
  next.changes.clear();
  next.buried.clear();
  erased.reserve(1);
  if (owner != kNone) {
    std::vector<std::uint32_t> own;
    for (std::uint32_t at = customers[owner].first; at != kNone; at = records[at].next) {
      own.push_back(at);
    }
    tombstones.reserve(own.size());
    doomed.reserve(doomed.size() + own.size() + 1);
    next.buried.reserve(own.size());
    next.changes.reserve(own.size());
    next.rooms.resize(own.size() + 1);
    next.label_room.resize(own.size() * other_dimensions);
    const std::string_view who = text(customers[owner].id, next.rooms.back());
    FactRoom room;
    for (std::size_t i = 0; i < own.size(); ++i) {
      const Fact fact = fact_of(own[i], room);
      next.buried.push_back(
          {keyed(fact.response_id), fact.order, records.event_id(own[i]), digest_of(fact)});
      if (fact.state != State::Counted) continue;
      next.changes.push_back(
          {.before = answer_of(
               own[i], text(records[own[i]].id, next.rooms[i]), who,
               std::span(next.label_room).subspan(i * other_dimensions, other_dimensions)),
           .after = {}});
    }
  }
  next.owner = owner;
  next.customer = customer;
  next.order.reset();
  next.step = Step::Erase;
  return Applied{.outcome = Outcome::Accepted, .changes = next.changes};
}

}  // namespace nps
