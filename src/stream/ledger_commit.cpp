// Doing what was proposed. There is room for all of it, and nothing fails.
#include "stream/ledger_impl.h"

namespace nps {

using internal::State;

void Ledger::Impl::commit() noexcept {
  const Step step = std::exchange(proposal.step, Step::None);
  if (step == Step::None) return;
  // What was stored for the proposal is now the ledger's. Texts that it replaces follow.
  doomed.clear();
  if (proposal.order) order = std::exchange(proposal.order, std::nullopt);
  switch (step) {
    case Step::Put: put(); break;
    case Step::Bury: bury(); break;
    case Step::Erase: erase_customer(); break;
    case Step::None: break;
  }
}

void Ledger::Impl::put() noexcept {
  std::uint32_t at = proposal.held;
  if (at == kNone) {
    at = records.take();
    records[at].id = proposal.entry.id;
    index.insert(proposal.hash, at);
    link(at, proposal.owner);
  } else {
    count(records[at].state, false);
    release(records.event_id(at));
    if (records[at].customer != proposal.owner) {
      const std::uint32_t before = records[at].customer;
      unlink(at);
      link(at, proposal.owner);
      drop_customer_if_unused(before);
    }
  }
  Entry& entry = records[at];
  entry.state = proposal.entry.state;
  entry.rating = proposal.entry.rating;
  entry.known = proposal.entry.known;
  entry.order = proposal.entry.order;
  entry.answered_at = proposal.entry.answered_at;
  entry.touchpoint_at = proposal.entry.touchpoint_at;
  std::ranges::copy(codes, records.codes(at).begin());
  records.set_event_id(at, proposal.event_id);
  count(entry.state, true);
  if (proposal.stone != kNone) {
    release(tombstones[proposal.stone].event_id);
    tombstones.remove(proposal.stone);
  }
}

void Ledger::Impl::bury() noexcept {
  if (proposal.held != kNone) {
    release(records.event_id(proposal.held));
    remove_entry(proposal.held);
  }
  if (proposal.stone != kNone) {
    release(tombstones[proposal.stone].event_id);
    tombstones.replace(proposal.stone, proposal.tombstone);
  } else {
    tombstones.add(proposal.tombstone);
  }
}

void Ledger::Impl::erase_customer() noexcept {
  const std::uint32_t owner = proposal.owner;
  if (owner != kNone) {
    for (const Tombstone& stone : buried) tombstones.add(stone);
    while (customers[owner].first != kNone) {
      const std::uint32_t at = customers[owner].first;
      const bool last = records[at].next == kNone;
      remove_entry(at);
      if (last) break;  // the customer went with it
    }
  }
  erased.add(proposal.customer);
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
