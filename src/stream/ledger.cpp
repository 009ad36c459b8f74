// What a ledger is made of and what is read off it. Events come in through ledger_propose.cpp.
#include "nps/stream/ledger.h"

#include <fmt/format.h>

#include <algorithm>

#include "stream/ledger_impl.h"

namespace nps {

using internal::Entry;
using internal::State;

namespace {

constexpr std::size_t kMostDimensions = 32;
constexpr std::size_t kMostResponses = (std::size_t{1} << 32U) - 16;
constexpr Answer kBlank{.rating = Rating::of<0>()};

}  // namespace

Ledger::Ledger(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Ledger::Ledger(const Ledger& other) : impl_(std::make_unique<Impl>(*other.impl_)) {
  impl_->settle();
}
Ledger::Ledger(Ledger&& other) noexcept = default;
Ledger& Ledger::operator=(Ledger other) noexcept {
  impl_ = std::move(other.impl_);
  return *this;
}
Ledger::~Ledger() = default;

Result<Ledger> Ledger::create(LedgerOptions options) {
  const auto& names = options.dimensions;
  if (names.size() > kMostDimensions) {
    return Error{ErrorCode::InvalidArgument,
                 fmt::format("a ledger keeps at most {} labels of a response, not {}",
                             kMostDimensions, names.size()),
                 {.field = "dimensions"}};
  }
  for (auto one = names.begin(); one != names.end(); ++one) {
    if (std::find(names.begin(), one, *one) != one) {
      return Error{ErrorCode::InvalidArgument,
                   fmt::format("the dimension '{}' is named twice", *one),
                   {.field = *one}};
    }
  }
  options.limit = std::min(options.limit, kMostResponses);
  return Ledger(std::make_unique<Impl>(std::move(options)));
}

Ledger::Impl::Impl(LedgerOptions chosen)
    : options(std::move(chosen)),
      order(options.order),
      labels(options.dimensions.size()),
      records(options.dimensions.size()) {
  if (options.erasure_key) secret = *options.erasure_key;
  for (const std::string& name : options.dimensions) {
    fields.push_back(name == "channel"         ? Field::Channel
                     : name == "journey_stage" ? Field::JourneyStage
                     : name == "account"       ? Field::Account
                                               : Field::Other);
    if (fields.back() >= Field::Account) ++other_dimensions;
  }
}

const LedgerOptions& Ledger::options() const noexcept { return impl_->options; }
std::optional<EventOrder> Ledger::order() const noexcept { return impl_->order; }
bool Ledger::erasure_is_keyed() const noexcept { return impl_->options.erasure_key.has_value(); }
std::optional<Timestamp> Ledger::horizon() const noexcept { return impl_->horizon; }
bool Ledger::is_erased(std::string_view customer) const noexcept {
  return impl_->is_erased(customer);
}

LedgerCounts Ledger::counts() const noexcept {
  LedgerCounts counts = impl_->counts;
  counts.erased = impl_->tombstones.size();
  counts.erased_customers = impl_->erased.size();
  return counts;
}

Result<Applied> Ledger::propose(const Event& event) {
  return impl_->propose(event, impl_->proposal);
}
void Ledger::commit() noexcept { impl_->commit(impl_->proposal); }
Result<Applied> Ledger::apply(const Event& event) {
  auto applied = propose(event);
  if (applied) commit();
  return applied;
}

// ---- answers ----

void Ledger::Impl::write_answer(const Entry& entry, std::span<const Code> own,
                                std::string_view response_id, std::string_view customer,
                                std::span<Label> others, Answer& answer) const {
  answer.response_id = response_id;
  answer.customer = customer;
  answer.account = {};
  answer.rating = *Rating::from(entry.rating);
  answer.answered_at = internal::answered_at(entry);
  answer.touchpoint_at = internal::touchpoint_at(entry);
  answer.channel = {};
  answer.journey_stage = {};
  std::size_t used = 0;
  for (std::size_t d = 0; d < own.size(); ++d) {
    const std::string_view label = labels[d].text(own[d]);
    if (fields[d] == Field::Channel) {
      answer.channel = label;
    } else if (fields[d] == Field::JourneyStage) {
      answer.journey_stage = label;
    } else {
      if (fields[d] == Field::Account) answer.account = label;
      others[used++] = {options.dimensions[d], label};
    }
  }
  answer.dimensions = others.first(used);
}

// A copy of what was just written in pieces would wait for them: a processor hands a load only what
// one store has written. So an answer is written once, where it is read.
void Ledger::Impl::write_answer(const Entry& entry, std::span<const Code> own,
                                std::string_view response_id, std::string_view customer,
                                std::span<Label> others, std::optional<Answer>& answer) const {
  if (!answer) answer = kBlank;
  write_answer(entry, own, response_id, customer, others, *answer);
}

Answer Ledger::Impl::answer_of(std::uint32_t at, std::string_view response_id,
                               std::string_view customer, std::span<Label> others) const {
  Answer answer = kBlank;
  write_answer(records[at], records.codes(at), response_id, customer, others, answer);
  return answer;
}

void Ledger::for_each(const std::function<void(const Answer&)>& take) const {
  Impl::IdText response;
  Impl::IdText customer;
  std::vector<Impl::Label> others(impl_->other_dimensions);
  for (std::uint32_t at = 0; at < impl_->records.size(); ++at) {
    const Entry& entry = impl_->records[at];
    if (entry.state != State::Counted) continue;
    take(impl_->answer_of(at, impl_->text(entry.id, response),
                          impl_->customer_text(entry, customer), others));
  }
}

void Ledger::for_each_of(std::string_view customer,
                         const std::function<void(const Answer&)>& take) const {
  if (customer.empty()) return;
  const std::uint32_t owner = impl_->customers.find(internal::key_of(customer), impl_->texts);
  if (owner == Impl::kNone) return;
  std::vector<std::uint32_t> own;
  for (std::uint32_t at = impl_->customers[owner].first; at != Impl::kNone;
       at = impl_->records[at].next) {
    if (impl_->records[at].state == State::Counted) own.push_back(at);
  }
  std::ranges::sort(own, [this](std::uint32_t a, std::uint32_t b) {
    const Entry& left = impl_->records[a];
    const Entry& right = impl_->records[b];
    const auto before = internal::answered_at(left);
    const auto after = internal::answered_at(right);
    if (before != after) return before < after;
    Impl::IdText room;
    Impl::IdText other;
    return impl_->text(left.id, room) < impl_->text(right.id, other);
  });
  Impl::IdText room;
  std::vector<Impl::Label> others(impl_->other_dimensions);
  for (const std::uint32_t at : own) {
    take(impl_->answer_of(at, impl_->text(impl_->records[at].id, room), customer, others));
  }
}

// ---- facts: what a record says, to be compared and hashed ----

Ledger::Impl::Fact Ledger::Impl::fact_of(std::uint32_t at, FactRoom& room) const {
  const Entry& entry = records[at];
  Fact fact{.response_id = text(entry.id, room.response),
            .customer = customer_text(entry, room.customer),
            .event_id = {},
            .order = entry.order,
            .state = entry.state,
            .rating = entry.rating,
            .known = entry.known,
            .answered_at = entry.answered_at,
            .touchpoint_at = entry.touchpoint_at};
  fact.event_id = text(records.event_id(at), room.event);
  if (entry.state == State::Counted) {
    room.labels.clear();
    const auto own = records.codes(at);
    for (std::size_t d = 0; d < own.size(); ++d) room.labels.push_back(labels[d].text(own[d]));
    fact.labels = room.labels;
  }
  return fact;
}

// Each text has its length before it and each number its own length, so that no two contents make
// the same bytes. The id of the response is not among them: only events of one response compare.
Ledger::Impl::Digest Ledger::Impl::digest_of(const Fact& fact) const {
  std::string bytes;
  const auto number = [&bytes](std::uint64_t value) {
    for (unsigned i = 0; i < 8; ++i) bytes += static_cast<char>(value >> (8 * i));
  };
  const auto add = [&](std::string_view piece) {
    number(piece.size());
    bytes += piece;
  };
  bytes += static_cast<char>(fact.state);
  add(fact.customer);
  if (fact.state == State::Counted) {
    bytes += static_cast<char>(fact.rating);
    bytes += static_cast<char>(fact.known);
    number(static_cast<std::uint64_t>(fact.answered_at));
    number(static_cast<std::uint64_t>(fact.touchpoint_at));
    for (const std::string_view label : fact.labels) add(label);
  }
  return keyed(bytes);
}

std::size_t Ledger::memory() const noexcept {
  const Impl& impl = *impl_;
  std::size_t bytes = sizeof(Impl) + impl.texts.memory() + impl.records.memory() +
                      impl.index.memory() + impl.customers.memory() + impl.tombstones.memory() +
                      impl.erased.memory();
  for (const Labels& labels : impl.labels) {
    for (Code code = 0; code < labels.size(); ++code) bytes += labels.text(code).size() + 64;
  }
  return bytes;
}

void Ledger::forget_before(Timestamp cutoff) {
  impl_->settle();
  if (impl_->horizon && cutoff <= *impl_->horizon) return;
  impl_->horizon = cutoff;
  impl_->doomed.reserve(impl_->doomed.size() + 3 * impl_->index.size());
  for (std::uint32_t at = 0; at < impl_->records.size(); ++at) {
    const Entry& entry = impl_->records[at];
    if (entry.state == State::Free) continue;
    const auto answered = internal::answered_at(entry);
    if (!answered || *answered >= cutoff) continue;
    impl_->release(impl_->records.event_id(at));
    impl_->remove_entry(at);
  }
  impl_->settle();
}

}  // namespace nps
