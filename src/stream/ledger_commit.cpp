// Doing what was proposed. There is room for all of it, and nothing fails.
#include "stream/ledger_impl.h"

namespace nps {

using internal::State;

void Ledger::Impl::commit(Proposal& made) noexcept {
  const Step step = std::exchange(made.step, Step::None);
  if (step == Step::None) return;
  // What was stored for the proposal is now the ledger's. Texts that it replaces follow.
  doomed.clear();
  if (made.order) order = made.order;
  switch (step) {
    case Step::Put: put(made); break;
    case Step::Bury: bury(made); break;
    case Step::Erase: erase_customer(made); break;
    case Step::None: break;
  }
}

void Ledger::Impl::put(const Proposal& made) noexcept {
  std::uint32_t at = made.held;
  if (at == kNone) {
    at = records.take();
    records[at].id = made.entry.id;
    index.insert(made.hash, at);
    link(at, made.owner);
  } else {
    count(records[at].state, false);
    release(records.event_id(at));
    if (records[at].customer != made.owner) {
      const std::uint32_t before = records[at].customer;
      unlink(at);
      link(at, made.owner);
      drop_customer_if_unused(before);
    }
  }
  if (new_customer != kNone) new_customer = kNone;  // who now has a record
  Entry& entry = records[at];
  entry.state = made.entry.state;
  entry.rating = made.entry.rating;
  entry.known = made.entry.known;
  entry.order = made.entry.order;
  entry.answered_at = made.entry.answered_at;
  entry.touchpoint_at = made.entry.touchpoint_at;
  std::ranges::copy(made.codes, records.codes(at).begin());
  records.set_event_id(at, made.event_id);
  count(entry.state, true);
  if (made.stone != kNone) {
    release(tombstones[made.stone].event_id);
    tombstones.remove(made.stone);
  }
}

void Ledger::Impl::bury(const Proposal& made) noexcept {
  if (made.held != kNone) {
    release(records.event_id(made.held));
    remove_entry(made.held);
  }
  if (made.stone != kNone) {
    release(tombstones[made.stone].event_id);
    tombstones.replace(made.stone, made.tombstone);
  } else {
    tombstones.add(made.tombstone);
  }
}

void Ledger::Impl::erase_customer(const Proposal& made) noexcept {
  const std::uint32_t owner = made.owner;
  if (owner != kNone) {
    for (const Tombstone& stone : made.buried) tombstones.add(stone);
    while (customers[owner].first != kNone) {
      const std::uint32_t at = customers[owner].first;
      const bool last = records[at].next == kNone;
      remove_entry(at);
      if (last) break;  // the customer went with it
    }
  }
  erased.add(made.customer);
}

/// The event's id is not given back: a tombstone may have it now.
void Ledger::Impl::remove_entry(std::uint32_t at) noexcept {
  IdText room;
  const std::uint64_t hash = key_of(records[at].id, texts, room).hash;
  const std::uint32_t owner = records[at].customer;
  count(records[at].state, false);
  index.erase(hash, at);
  release(records[at].id);
  unlink(at);
  records.give_back(at);
  drop_customer_if_unused(owner);
}

void Ledger::Impl::link(std::uint32_t at, std::uint32_t customer) noexcept {
  records[at].customer = customer;
  if (customer == kNone) return;
  std::uint32_t& first = customers[customer].first;
  records[at].next = first;
  if (first != kNone) records[first].previous = at;
  first = at;
}

void Ledger::Impl::unlink(std::uint32_t at) noexcept {
  Entry& entry = records[at];
  if (entry.customer == kNone) return;
  if (entry.previous == kNone) {
    customers[entry.customer].first = entry.next;
  } else {
    records[entry.previous].next = entry.next;
  }
  if (entry.next != kNone) records[entry.next].previous = entry.previous;
  entry.previous = entry.next = entry.customer = kNone;
}

void Ledger::Impl::drop_customer_if_unused(std::uint32_t at) noexcept {
  if (at == kNone || customers[at].first != kNone) return;
  IdText room;
  const Id id = customers[at].id;
  customers.remove(at, key_of(id, texts, room).hash);
  release(id);
  if (new_customer == at) new_customer = kNone;
}

/// There is room among the doomed for all that one call gives up.
void Ledger::Impl::release(const Id& id) noexcept {
  if (id.kind == Id::kLong) doomed.push_back(id);
}

void Ledger::Impl::count(State state, bool in) noexcept {
  std::uint64_t& of = state == State::Counted     ? counts.responses
                      : state == State::Dismissed ? counts.dismissed
                                                  : counts.deleted;
  in ? ++of : --of;
}

}  // namespace nps
