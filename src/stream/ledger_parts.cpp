#include "stream/ledger_parts.h"

#include <limits>
#include <string>
#include <utility>

#include "stream/ledger_impl.h"

namespace nps::internal {

namespace {

constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

// A limit that holds for one call.
class LimitFor {
 public:
  LimitFor(std::size_t& limit, std::size_t now) : limit_(limit), before_(limit) { limit_ = now; }
  LimitFor(const LimitFor&) = delete;
  LimitFor& operator=(const LimitFor&) = delete;
  ~LimitFor() { limit_ = before_; }

 private:
  std::size_t& limit_;
  std::size_t before_;
};

}  // namespace

struct LedgerParts::Draft::Proposal : Ledger::Impl::Proposal {};
LedgerParts::Draft::Draft() : proposal_(std::make_unique<Proposal>()) {}
LedgerParts::Draft::~Draft() = default;

Result<Applied> LedgerParts::propose(Ledger& ledger, const Event& event, Draft& draft) {
  return ledger.impl_->propose(event, *draft.proposal_);
}
void LedgerParts::commit(Ledger& ledger, Draft& draft) noexcept {
  ledger.impl_->commit(*draft.proposal_);
}
std::size_t LedgerParts::take_need(Ledger& ledger) noexcept {
  Blocks& blocks = ledger.impl_->records.blocks();
  return blocks.take_due() ? blocks.block_size() : 0;
}
void LedgerParts::give(Ledger& ledger, Pages block) {
  ledger.impl_->records.blocks().give(std::move(block));
}

std::size_t LedgerParts::known(const Ledger& ledger) noexcept { return ledger.impl_->known(); }

void LedgerParts::set_limit(Ledger& ledger, std::size_t limit) noexcept {
  ledger.impl_->options.limit = limit;
}

Result<Applied> LedgerParts::propose_erasure(Ledger& ledger, const Event& event,
                                             std::size_t limit) {
  const LimitFor raised(ledger.impl_->options.limit, limit);
  return ledger.propose(event);
}

void LedgerParts::expect(const Ledger& ledger, std::span<const Event* const> soon) noexcept {
  ledger.impl_->expect(soon);
}

void LedgerParts::copy_erased(const Ledger& from, Ledger& to) {
  const Digests& erased = from.impl_->erased;
  to.impl_->erased.reserve(erased.size());
  for (const Digest& customer : erased.all()) to.impl_->erased.add(customer);
}

bool LedgerParts::copy_some(const Ledger& from, std::uint32_t& at, std::uint32_t most, Ledger& to) {
  const Ledger::Impl& source = *from.impl_;
  Ledger::Impl& target = *to.impl_;
  Ledger::Impl::FactRoom room;
  for (; most != 0 && at < source.records.size(); --most, ++at) {
    if (source.records[at].state == State::Free) continue;
    target.settle();
    if (target.consider(source.fact_of(at, room), target.proposal)) target.commit(target.proposal);
  }
  target.settle();
  return at < source.records.size();
}

std::vector<LedgerParts::Stone> LedgerParts::stones(const Ledger& from) {
  std::vector<Stone> stones;
  stones.reserve(from.impl_->tombstones.size());
  IdText room;
  for (const Tombstone& stone : from.impl_->tombstones.all()) {
    stones.push_back({stone, std::string(from.impl_->text(stone.event_id, room))});
  }
  return stones;
}

void LedgerParts::add_stones(const std::vector<Stone>& stones, Ledger& to) {
  for (const Stone& stone : stones) {
    Ledger::Impl& target = *to.impl_;
    if (target.consider_tombstone(stone.tombstone, stone.event_id, Ledger::Impl::kNone,
                                  target.proposal)) {
      target.commit(target.proposal);
    }
  }
}

std::optional<LedgerParts::Stone> LedgerParts::stone_of(const Ledger& from,
                                                        const Digest& response) {
  const Tombstones& stones = from.impl_->tombstones;
  const std::uint32_t at = stones.find(response);
  if (at == Index::kNone) return std::nullopt;
  IdText room;
  return Stone{stones[at], std::string(from.impl_->text(stones[at].event_id, room))};
}

void LedgerParts::add_erased(Ledger& ledger, const Digest& customer) {
  Digests& erased = ledger.impl_->erased;
  if (erased.contains(customer)) return;
  erased.reserve(1);
  erased.add(customer);
}

Result<std::vector<Ledger>> LedgerParts::split(const Ledger& from, std::size_t parts) {
  LedgerOptions options = from.options();
  options.order = from.order();
  options.limit = kNoLimit;
  std::vector<Ledger> split;
  for (std::size_t part = 0; part < parts; ++part) {
    auto ledger = Ledger::create(options);
    if (!ledger) return std::move(ledger).error();
    split.push_back(*std::move(ledger));
    copy_erased(from, split.back());
  }
  const Ledger::Impl& source = *from.impl_;
  Ledger::Impl::FactRoom room;
  for (std::uint32_t at = 0; at < source.records.size(); ++at) {
    if (source.records[at].state == State::Free) continue;
    const Fact fact = source.fact_of(at, room);
    Ledger::Impl& target = *split[part_of(source.keyed(fact.response_id), parts)].impl_;
    target.settle();
    if (target.consider(fact, target.proposal)) target.commit(target.proposal);
  }
  std::vector<std::vector<Stone>> erased(parts);
  for (Stone& stone : stones(from)) {
    erased[part_of(stone.tombstone.response, parts)].push_back(std::move(stone));
  }
  for (std::size_t part = 0; part < parts; ++part) {
    split[part].impl_->settle();
    add_stones(erased[part], split[part]);
  }
  return split;
}

}  // namespace nps::internal
