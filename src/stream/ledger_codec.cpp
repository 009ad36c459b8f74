// A ledger as bytes. All of it is sorted by text or by hash, and only what is referred to is there, so
// that the order of arrival leaves no trace. What is read is taken in as events are, after the erased,
// so that bytes that contradict each other are noticed.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "nps/wire/envelope.h"
#include "nps/wire/reader.h"
#include "stream/ledger_impl.h"

namespace nps {

using internal::Entry;
using internal::State;
using wire::Reader;
using wire::Writer;

namespace {

constexpr std::uint16_t kLedgerVersion = 1;
constexpr std::size_t kDigestSize = 16;
constexpr std::size_t kLeastResponse = 13;  // id, state, customer, order, event
constexpr std::size_t kLeastTombstone = 2 * kDigestSize + 8 + 1;  // two digests, order, event

/// What shows whether two ledgers have one key, without saying which.
detail::Digest mark_of(const detail::SipKey& key) {
  return detail::siphash(key, "nps erasure key");
}

void write(Writer& out, const detail::Digest& digest) { out.raw(std::as_bytes(std::span(digest))); }

detail::Digest read_digest(Reader& in, std::string_view what) {
  detail::Digest digest{};
  const auto bytes = in.raw(what, digest.size());
  std::ranges::transform(bytes, digest.begin(),
                         [](std::byte byte) { return std::to_integer<std::uint8_t>(byte); });
  return digest;
}

/// Positions in order of text. Sorted by the first eight bytes, and only where they are the same by
/// all of it: the text is far away.
template <typename TextOf>
void sort_by_text(std::vector<std::uint32_t>& positions, TextOf text_of) {
  std::vector<std::pair<std::uint64_t, std::uint32_t>> keyed;
  keyed.reserve(positions.size());
  internal::IdText room;
  for (const std::uint32_t at : positions) {
    const std::string_view text = text_of(at, room);
    std::uint64_t prefix = 0;
    for (std::size_t i = 0; i < 8; ++i) {
      prefix = prefix << 8U | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0U);
    }
    keyed.emplace_back(prefix, at);
  }
  std::ranges::sort(keyed, [&](const auto& a, const auto& b) {
    if (a.first != b.first) return a.first < b.first;
    internal::IdText left;
    internal::IdText right;
    return text_of(a.second, left) < text_of(b.second, right);
  });
  std::ranges::transform(keyed, positions.begin(), [](const auto& key) { return key.second; });
}

/// For each code its place among the labels that occur, sorted; and those labels.
struct SortedLabels {
  std::vector<std::uint32_t> places;
  std::vector<std::string_view> texts;
};

}  // namespace

// ---- writing ------------------------------------------------------------------------------------

void Ledger::Impl::write_header(Writer& out) const {
  out.varint(options.dimensions.size());
  for (const std::string& name : options.dimensions) out.text(name);
  out.u8(!order ? 0 : *order == EventOrder::Version ? 1 : 2);
  out.flag(options.erasure_key.has_value());
  if (options.erasure_key) write(out, mark_of(secret));
  out.flag(horizon.has_value());
  if (horizon) out.i64(horizon->time_since_epoch().count());
}

void Ledger::Impl::write_erased(Writer& out) const {
  std::vector<Digest> gone = erased.all();
  std::ranges::sort(gone);
  out.varint(gone.size());
  for (const Digest& customer : gone) write(out, customer);
  std::vector<Tombstone> stones = tombstones.all();
  std::ranges::sort(stones, {}, &Tombstone::response);
  out.varint(stones.size());
  IdText room;
  for (const Tombstone& stone : stones) {
    write(out, stone.response);
    out.i64(stone.order);
    out.text(text(stone.event_id, room));
    write(out, stone.digest);
  }
}

void Ledger::Impl::write_responses(Writer& out) const {
  std::vector<std::uint32_t> live;
  std::vector<SortedLabels> sorted(labels.size());
  for (std::size_t d = 0; d < labels.size(); ++d) sorted[d].places.resize(labels[d].size());
  live.reserve(index.size());
  for (std::uint32_t at = 0; at < records.size(); ++at) {
    if (records[at].state == State::Free) continue;
    live.push_back(at);
    if (records[at].state != State::Counted) continue;
    const auto own = records.codes(at);
    for (std::size_t d = 0; d < own.size(); ++d) {
      if (std::exchange(sorted[d].places[own[d]], 1) == 0) {
        sorted[d].texts.push_back(labels[d].text(own[d]));
      }
    }
  }
  for (std::size_t d = 0; d < labels.size(); ++d) {
    std::ranges::sort(sorted[d].texts);
    out.varint(sorted[d].texts.size());
    for (std::uint32_t place = 0; place < sorted[d].texts.size(); ++place) {
      out.text(sorted[d].texts[place]);
      sorted[d].places[*labels[d].find(sorted[d].texts[place])] = place;
    }
  }

  std::vector<std::uint32_t> owners;
  for (std::uint32_t at = 0; at < customers.positions(); ++at) {
    if (!customers[at].id.empty() && customers[at].first != kNone) owners.push_back(at);
  }
  const auto customer_text_of = [this](std::uint32_t at, IdText& room) {
    return text(customers[at].id, room);
  };
  sort_by_text(owners, customer_text_of);
  IdText room;
  std::vector<std::uint32_t> places(customers.positions());
  out.varint(owners.size());
  for (std::uint32_t place = 0; place < owners.size(); ++place) {
    out.text(customer_text_of(owners[place], room));
    places[owners[place]] = place + 1;
  }

  sort_by_text(live, [this](std::uint32_t at, IdText& id) { return text(records[at].id, id); });
  out.varint(live.size());
  for (const std::uint32_t at : live) {
    const Entry& entry = records[at];
    out.text(text(entry.id, room));
    out.u8(static_cast<std::uint8_t>(static_cast<unsigned>(entry.state) - 1));
    out.varint(entry.customer == kNone ? 0 : places[entry.customer]);
    out.i64(entry.order);
    out.text(text(records.event_id(at), room));
    if (entry.state != State::Counted) continue;
    out.u8(entry.rating);
    out.u8(entry.known);
    if ((entry.known & internal::kAnswered) != 0) out.i64(entry.answered_at);
    if ((entry.known & internal::kTouched) != 0) out.i64(entry.touchpoint_at);
    const auto own = records.codes(at);
    for (std::size_t d = 0; d < own.size(); ++d) out.varint(sorted[d].places[own[d]]);
  }
}

wire::Bytes Ledger::encode() const {
  return wire::seal(wire::Kind::Ledger, kLedgerVersion, [this](Writer& out) {
    impl_->write_header(out);
    impl_->write_erased(out);
    impl_->write_responses(out);
  });
}

// ---- reading ------------------------------------------------------------------------------------

void Ledger::Impl::read_header(Reader& in) {
  const auto differs = [&in](std::string_view sentence) { in.fail(sentence, ErrorCode::Mismatch); };
  const std::size_t count = in.count("the number of dimensions", 1);
  if (count != options.dimensions.size()) {
    differs("the ledger keeps other dimensions than these options; give those it was made with");
  }
  for (std::size_t d = 0; d < count && !in.failed(); ++d) {
    if (in.text("a dimension") != options.dimensions[d]) {
      differs("the ledger keeps other dimensions than these options; give those it was made with");
    }
  }
  const std::uint8_t kind = in.choice("what orders the stream", 3);
  if (kind == 0 && order) differs("the ledger has no order yet, and these options declare one");
  if (kind != 0) {
    const EventOrder theirs = kind == 1 ? EventOrder::Version : EventOrder::UpdatedAt;
    if (order && *order != theirs) differs("the ledger is ordered by the other key");
    order = theirs;
  }
  const bool is_keyed = in.flag("whether the erased are keyed");
  if (is_keyed != options.erasure_key.has_value()) {
    differs(is_keyed ? "the ledger has an erasure key, and these options have none"
                     : "the ledger has no erasure key, and these options have one");
  }
  if (is_keyed && !in.failed() && read_digest(in, "the mark of the key") != mark_of(secret)) {
    differs("the ledger has another erasure key than these options");
  }
  if (in.flag("whether there is a horizon")) {
    horizon = Timestamp(std::chrono::microseconds(in.i64("the horizon")));
  }
}

void Ledger::Impl::read_erased(Reader& in) {
  const auto too_many = [&](std::size_t count) {
    if (count > options.limit) in.fail(full().message, ErrorCode::LimitReached);
    return in.failed();
  };
  const std::size_t gone = in.count("the number of erased customers", kDigestSize);
  if (too_many(gone)) return;
  erased.reserve(gone);
  for (std::size_t i = 0; i < gone && !in.failed(); ++i) {
    const Digest customer = read_digest(in, "an erased customer");
    if (i > 0 && customer <= erased.all().back()) {
      in.fail("the erased are not sorted, or one comes twice");
    }
    if (!in.failed()) erased.add(customer);
  }
  const std::size_t stones = in.count("the number of erased responses", kLeastTombstone);
  if (too_many(stones)) return;
  tombstones.reserve(stones);
  for (std::size_t i = 0; i < stones && !in.failed(); ++i) {
    Tombstone stone;
    stone.response = read_digest(in, "an erased response");
    stone.order = in.i64("an order");
    const std::string_view event_id = in.text("the id of an event");
    stone.digest = read_digest(in, "a digest");
    if (i > 0 && stone.response <= tombstones.all().back().response) {
      in.fail("the erased responses are not sorted, or one comes twice");
    }
    if (in.failed()) return;
    stone.event_id = store(internal::key_of(event_id), texts);
    tombstones.add(stone);
  }
  if (stones != 0 && gone == 0) in.fail("a response is erased, and no customer is");
  if (stones != 0 && !order) in.fail("there are events, and nothing orders them");
}

namespace {

/// A sorted list of texts, each of which is to be referred to.
struct Named {
  std::vector<std::string_view> texts;
  std::vector<bool> used;

  std::string_view use(std::uint64_t place) {
    used[place] = true;
    return texts[place];
  }
  [[nodiscard]] bool all_used() const { return std::ranges::find(used, false) == used.end(); }
};

Named read_names(Reader& in, std::string_view how_many, std::string_view one) {
  Named names;
  const std::size_t count = in.count(how_many, 1);
  for (std::size_t i = 0; i < count && !in.failed(); ++i) {
    const std::string_view name = in.text(one);
    if (i > 0 && name <= names.texts.back()) in.fail("names are not sorted, or one comes twice");
    names.texts.push_back(name);
  }
  names.used.resize(names.texts.size());
  return names;
}

}  // namespace

void Ledger::Impl::read_responses(Reader& in) {
  std::vector<Named> names;
  for (std::size_t d = 0; d < labels.size(); ++d) {
    names.push_back(read_names(in, "the number of labels", "a label"));
  }
  Named owners = read_names(in, "the number of customers", "a customer");
  if (!owners.texts.empty() && owners.texts[0].empty()) in.fail("a customer has no id");
  const std::size_t count = in.count("the number of responses", kLeastResponse);
  if (count != 0 && !order) in.fail("there are events, and nothing orders them");
  if (count + tombstones.size() > options.limit) in.fail(full().message, ErrorCode::LimitReached);
  const std::size_t stones = tombstones.size();
  std::string_view before;
  std::vector<std::string_view> own(labels.size());
  for (std::size_t i = 0; i < count && !in.failed(); ++i) {
    Fact fact;
    fact.response_id = in.text("the id of a response");
    if (fact.response_id <= before) {  // "" at the first
      in.fail("responses are not sorted, one comes twice, or one has no id");
    }
    before = fact.response_id;
    fact.state = static_cast<State>(in.choice("the state of a response", 3) + 1);
    const std::uint64_t owner = in.index("the customer of a response", owners.texts.size() + 1);
    if (owner != 0) fact.customer = owners.use(owner - 1);
    fact.order = in.i64("an order");
    fact.event_id = in.text("the id of an event");
    if (fact.state == State::Counted) {
      fact.rating = in.choice("a rating", Rating::kCount);
      fact.known = in.choice("which times are known", 4);
      if ((fact.known & internal::kAnswered) != 0) fact.answered_at = in.i64("a time of answer");
      if ((fact.known & internal::kTouched) != 0) fact.touchpoint_at = in.i64("a touchpoint");
      for (std::size_t d = 0; d < own.size(); ++d) {
        const std::uint64_t place = in.index("a label of a response", names[d].texts.size());
        if (in.failed()) return;
        own[d] = names[d].use(place);
      }
      fact.labels = own;
    }
    if (in.failed()) return;
    const auto answered =
        internal::time_if((fact.known & internal::kAnswered) != 0, fact.answered_at);
    if (horizon && answered && *answered < *horizon)
      in.fail("a response is older than the horizon");
    settle();
    const auto applied = consider(fact, proposal);
    if (!applied) return in.fail(applied.error().message, applied.error().code);
    if (applied->outcome != Outcome::Accepted) in.fail("a response is of an erased customer");
    commit(proposal);
  }
  settle();
  if (tombstones.size() != stones) in.fail("a response is erased and not erased");
  if (!owners.all_used()) in.fail("a customer has no response");
  if (!std::ranges::all_of(names, &Named::all_used)) in.fail("a label is of no response");
}

Result<Ledger> Ledger::decode(std::span<const std::byte> bytes, LedgerOptions options) {
  auto opened = wire::open(bytes, wire::Kind::Ledger, kLedgerVersion);
  if (!opened) return std::move(opened).error();
  Reader& in = opened->payload;
  auto ledger = create(std::move(options));
  if (!ledger) return ledger;
  ledger->impl_->read_header(in);
  ledger->impl_->read_erased(in);
  ledger->impl_->read_responses(in);
  if (auto read = in.finish(); !read) return std::move(read).error();
  return ledger;
}

}  // namespace nps
