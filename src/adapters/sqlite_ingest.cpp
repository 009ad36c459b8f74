#include "adapters/sqlite_ingest.h"

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <cmath>
#include <compare>
#include <tuple>

#include "detail/cache_line.h"

namespace nps {

using internal::LedgerParts;
using internal::StoreIngest;

Result<Ledger> SqliteStore::Impl::working_ledger() const {
  auto ledger = Ledger::create({.dimensions = options.dimensions,
                                .order = options.order,
                                .erasure_key = options.erasure_key});
  if (!ledger) return ledger;
  if (const auto horizon = internal::instant(meta("horizon"))) ledger->forget_before(*horizon);
  return ledger;
}

Result<Diagnostics> SqliteStore::apply(std::span<const Event> events) {
  for (const Event& event : events) {
    if (std::isfinite(event.response.weight)) continue;
    return Error{
        ErrorCode::InvalidArgument,
        "response '" + event.response.id +
            "': its weight is no finite number: give one, or 1; nothing of this call was stored",
        {.field = "weight"}};
  }
  Diagnostics seen;
  auto done = impl_->in_transaction([&] {
    auto ledger = impl_->working_ledger();
    if (!ledger) return impl_->db.fail(std::move(ledger).error());
    seen = StoreIngest(*impl_, *ledger).run(events);
  });
  if (!done) return std::move(done).error();
  return seen;
}

}  // namespace nps

namespace nps::internal {

namespace {

bool is_answer(const Event& event) {
  return event.type == EventType::Answered || event.type == EventType::Updated;
}
std::int64_t type_of(const Event& event) {
  return is_answer(event) ? 1 : event.type == EventType::Dismissed ? 2 : 3;
}
std::optional<std::int64_t> rating_of(const Event& event) {
  if (!is_answer(event) || !event.response.rating) return std::nullopt;
  return event.response.rating->value();
}

/// All that makes two events of one response two: the rest a ledger has no part in stands last.
auto content(const Said& said, EventOrder order) {
  const Event& event = *said.event;
  const Response& response = event.response;
  return std::tuple(order == EventOrder::Version ? event.version : ticks(event.updated_at),
                    std::string_view(event.id), type_of(event), std::string_view(response.customer),
                    rating_of(event), ticks(response.answered_at), ticks(response.touchpoint_at),
                    std::string_view(response.account), std::string_view(response.channel),
                    std::string_view(response.journey_stage), said.labels, event.response.weight,
                    std::string_view(response.comment));
}

/// Asks for an event's memory: in the order of hashes, the next one may be anywhere in the batch.
void expect(const Event& event) {
  const auto* const bytes = reinterpret_cast<const char*>(&event);
  for (std::size_t at = 0; at < sizeof event; at += detail::kCacheLine)
    __builtin_prefetch(bytes + at);
}
constexpr std::ptrdiff_t kAhead = 8;  // events

}  // namespace

StoreIngest::StoreIngest(SqliteStore::Impl& store, Ledger& ledger)
    : store_(store),
      run_(store.statements()),
      ledger_(ledger),
      customers_(store),
      next_row_(store.db.number("SELECT coalesce(max(id), 0) FROM nps_log")) {}

Diagnostics StoreIngest::run(std::span<const Event> events) {
  Diagnostics seen;
  erase_customers(events, seen);
  std::vector<Placed> placed;
  placed.reserve(events.size());
  for (const Event& event : events) {
    if (event.type != EventType::Erased) {
      placed.push_back({store_.hash_of(event.response.id), &event});
    }
  }
  std::ranges::stable_sort(placed, [](const Placed& a, const Placed& b) {
    if (a.hash != b.hash) return a.hash < b.hash;
    return a.event->response.id < b.event->response.id;
  });
  learn_erased(placed);
  has_stones_ = store_.db.number("SELECT EXISTS (SELECT 1 FROM nps_tombstone)") != 0 ||
                ledger_.counts().erased_customers != 0;
  rows_.reserve(placed.size());
  customers_.reserve(placed.size());
  for (auto first = placed.begin(); first != placed.end() && !store_.db.failed();) {
    if (placed.end() - first > kAhead) expect(*first[kAhead].event);
    const auto last = std::find_if(first, placed.end(), [&](const Placed& other) {
      return other.hash != first->hash || other.event->response.id != first->event->response.id;
    });
    take_response({first, last}, seen);
    first = last;
  }
  write_rows();
  return seen;
}

/// First of all: by the law the order does not matter, and what follows is then simple.
void StoreIngest::erase_customers(std::span<const Event> events, Diagnostics& seen) {
  for (const Event& event : events) {
    if (event.type != EventType::Erased) continue;
    if (event.response.customer.empty()) {
      seen.count({.outcome = Outcome::Rejected, .fault = EventFault::NoCustomer});
      continue;
    }
    const Erasure erasure = store_.erase_rows(event.response.customer);
    seen.count({.outcome = erasure.already_erased ? Outcome::Duplicate : Outcome::Accepted});
  }
}

/// Tells the ledger which customers of the batch are erased.
void StoreIngest::learn_erased(const std::vector<Placed>& placed) {
  if (store_.db.number("SELECT EXISTS (SELECT 1 FROM nps_erased)") == 0) return;
  absl::flat_hash_set<std::string_view> asked;
  for (const Placed& one : placed) {
    const std::string_view customer = one.event->response.customer;
    if (customer.empty() || !asked.insert(customer).second) continue;
    const Digest digest = store_.keyed(customer);
    if (run_.is_erased.bind(std::as_bytes(std::span(digest))).step()) {
      LedgerParts::add_erased(ledger_, digest);
    }
    run_.is_erased.done();
  }
}

void StoreIngest::load_response(std::int64_t head, std::string_view response_id) {
  for (std::int64_t at = head; at != 0;) {
    if (!run_.row.bind(at).step()) break;
    // Nothing but the chain goes on through what is erased, and (in what schema 1 wrote) through
    // another id of that hash.
    if (run_.row.text(9) != response_id || run_.row.number(4) == 0) {
      at = previous_in(Chain::Response, run_.row);
      continue;
    }
    LogRow& row = loaded_.emplace_back(log_row(run_.row, store_.options.order));
    at = row.previous;
  }
  run_.row.done();
  for (LogRow& row : loaded_) {
    row.event.response.customer = store_.customer_text(row.customer);
    said_.push_back({.event = &row.event,
                     .labels = row.labels,
                     .id = row.id,
                     .was_current = row.current,
                     .current = row.current,
                     .received_at = row.event.received_at});
  }
}

void StoreIngest::take_response(std::span<const Placed> group, Diagnostics& seen) {
  const std::string_view id = group.front().event->response.id;
  loaded_.clear();
  said_.clear();
  std::int64_t head = 0;
  Digest response{};
  bool had_stone = false;
  if (!id.empty()) {
    head = run_.responses.find(group.front().hash)[0];
    if (head != 0) load_response(head, id);
    if (has_stones_) {
      response = store_.keyed(id);
      if (run_.tombstone.bind(std::as_bytes(std::span(response))).step()) {
        had_stone = true;
        LedgerParts::Stone stone;
        stone.tombstone.response = response;
        stone.tombstone.order = run_.tombstone.number(0);
        stone.event_id = run_.tombstone.text(1);
        const std::string_view digest = run_.tombstone.text(2);
        std::copy_n(digest.begin(), std::min(digest.size(), stone.tombstone.digest.size()),
                    stone.tombstone.digest.begin());
        LedgerParts::add_stones({stone}, ledger_);
      }
      run_.tombstone.done();
    }
    for (const Said& said : said_) {
      if (said.current) (void)ledger_.apply(*said.event);
    }
  }
  // The ledger need not hold what nothing of this batch will meet.
  const bool is_alone = group.size() == 1 && head == 0 && !has_stones_;
  for (const Placed& one : group) {
    auto applied = is_alone ? ledger_.propose(*one.event) : ledger_.apply(*one.event);
    if (!applied) return store_.db.fail(std::move(applied).error());
    applied->outcome = take_event(*one.event, *applied);
    seen.count(*applied);
  }
  if (id.empty()) return;
  if (has_stones_) keep_stone(response, had_stone);
  keep_response(group.front().hash, head);
}

/// What became of the event, as the store sees it; its place among what is said of its response.
Outcome StoreIngest::take_event(const Event& event, const Applied& applied) {
  const Outcome outcome = applied.outcome;
  if (outcome == Outcome::Rejected || outcome == Outcome::TooOld) return outcome;
  if (outcome == Outcome::Erased) {
    for (Said& said : said_) said.current = false;
    return outcome;
  }
  Said fresh{.event = &event, .labels = {}, .received_at = event.received_at};
  if (!event.response.dimensions.empty()) {
    fresh.labels = labels_.emplace_back(labels_text(event.response.dimensions));
  }
  const EventOrder order = store_.options.order;
  Said* current = nullptr;
  for (Said& said : said_) {
    if (content(said, order) == content(fresh, order)) {
      if (event.received_at && (!said.received_at || *event.received_at < *said.received_at)) {
        said.received_at = event.received_at;
        said.received_earlier = true;
      }
      return Outcome::Duplicate;
    }
    if (said.current) current = &said;
  }
  bool wins = outcome == Outcome::Accepted;
  if (outcome == Outcome::Duplicate) {
    // The ledger's own, but for what it does not keep; or that of a tombstone, which leaves nothing.
    if (current == nullptr) return outcome;
    wins = content(*current, order) < content(fresh, order);
  }
  if (ledger_.is_erased(event.response.customer)) return outcome;
  if (wins && current != nullptr) current->current = false;
  fresh.current = wins;
  said_.push_back(fresh);
  return wins ? Outcome::Accepted : Outcome::Stale;
}

void StoreIngest::keep_stone(const Digest& response, bool was_there) {
  const auto stone = LedgerParts::stone_of(ledger_, response);
  const auto key = std::as_bytes(std::span(response));
  if (stone) {
    run_.put_tombstone.run(key, stone->tombstone.order, std::string_view(stone->event_id),
                           std::as_bytes(std::span(stone->tombstone.digest)));
  } else if (was_there) {
    run_.drop_tombstone.run(key);
  }
}

void StoreIngest::keep_response(const StoreHash& hash, std::int64_t head) {
  const std::int64_t before = head;
  for (Said& said : said_) {
    if (said.id == 0) {
      said.id = ++next_row_;
      NewRow& row = rows_.emplace_back(NewRow{said, head});
      head = said.id;
      if (const auto& customer = said.event->response.customer; !customer.empty()) {
        row.owner = customers_.add(customer, said.id, said.current && is_answer(*said.event)) + 1;
      }
      continue;
    }
    if (said.received_earlier) run_.set_received.run(ticks(said.received_at), said.id);
    if (said.current == said.was_current) continue;
    run_.supersede.run(said.id);
    if (is_answer(*said.event)) customers_.touch_profile(said.event->response.customer);
  }
  if (head != before) run_.responses.put(hash, {head});
}

void StoreIngest::write_rows() {
  customers_.settle();
  const auto if_any = [](std::int64_t number) {
    return number != 0 ? std::optional(number) : std::nullopt;
  };
  for (auto at = rows_.begin(); at != rows_.end(); ++at) {
    if (rows_.end() - at > kAhead) expect(*at[kAhead].said.event);
    const NewRow& row = *at;
    const Event& event = *row.said.event;
    const Response& said = event.response;
    const auto place = row.owner != 0 ? customers_.place(row.owner - 1) : StoreCustomers::Place{};
    run_.put_row.run(
        row.said.id, if_any(row.previous), if_any(place.previous), std::int64_t{row.said.current},
        type_of(event), rating_of(event), ticks(said.answered_at), if_any(place.customer),
        store_.options.order == EventOrder::Version ? event.version : ticks(event.updated_at),
        std::string_view(said.id), std::string_view(said.channel),
        std::string_view(said.journey_stage), ticks(said.touchpoint_at),
        ticks(row.said.received_at), std::string_view(said.account),
        row.said.labels.empty() ? std::optional<std::string_view>() : row.said.labels,
        event.response.weight, std::string_view(event.id), std::string_view(said.comment));
  }
}

}  // namespace nps::internal
