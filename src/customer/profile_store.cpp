#include "nps/customer/profile_store.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "customer/customer_answers.h"
#include "customer/history_nodes.h"
#include "customer/profile_ids.h"
#include "nps/segment/labels.h"

namespace nps {

using internal::HistoryNode;
using internal::HistoryPositions;
using internal::kFirst;
using internal::kLatest;
using internal::kPrevious;
using internal::Place;
using internal::ProfileIds;

namespace {

constexpr std::array kPlaces{kFirst, kPrevious, kLatest};

std::size_t position(const HistoryPositions& of, Place place) noexcept {
  return place == kFirst ? of.first : place == kLatest ? of.latest : of.previous;
}

}  // namespace

// A node for each customer, found by a table of chains. It has all there is to say where the answers
// are about one stage. Of others, a Spilled has the labels, and a list of nodes, one a stage.
struct ProfileStore::Impl {
  static constexpr std::uint32_t kNone = internal::Index::kNone;
  using Combination = std::array<Code, 4>;  // the stage, and three channels

  struct Spilled {
    std::uint32_t first_stage = kNone;  // of a free one, the next free one
    std::uint32_t answers = 0;
    std::array<Code, 3> stages{};
    std::array<Code, 3> channels{};
  };
  struct StageOfSome {
    std::string_view name;
    HistoryPositions positions;
  };

  Scale scale = kZeroToTen;
  TransitionSink sink;
  internal::HistoryNodes nodes;
  std::vector<std::uint32_t>
      buckets;        // one more than the position of a node; 0 where there is none
  unsigned bits = 0;  // of buckets
  std::uint64_t customers = 0;
  ProfileIds ids;
  Labels stages;
  Labels channels;
  std::vector<Combination> combinations;
  absl::flat_hash_map<Combination, std::uint32_t> combination_of;
  std::vector<Spilled> spilled;
  std::uint32_t free_spilled = kNone;

  // Rooms that are used again.
  internal::CustomerAnswers answers;
  std::vector<std::string_view> concerned;
  std::vector<StageOfSome> some;

  // ---- finding ----

  [[nodiscard]] std::size_t bucket(std::uint64_t hash) const noexcept {
    return bits == 0 ? 0 : static_cast<std::size_t>(hash >> (64U - bits));
  }
  [[nodiscard]] std::uint32_t find(const ProfileIds::Wanted& wanted) const noexcept {
    if (buckets.empty()) return kNone;
    for (std::uint32_t at = buckets[bucket(wanted.hash)]; at != 0; at = nodes[at - 1].next + 1) {
      if (ids.is(nodes[at - 1].key, wanted)) return at - 1;
    }
    return kNone;
  }
  void prefetch_bucket(std::uint64_t hash) const noexcept {
    if (!buckets.empty()) __builtin_prefetch(&buckets[bucket(hash)]);
  }
  void prefetch_node(std::uint64_t hash) const noexcept {
    if (buckets.empty()) return;
    if (const std::uint32_t head = buckets[bucket(hash)]; head != 0) {
      __builtin_prefetch(&nodes[head - 1]);
    }
  }
  // A node's next is kNone at the end, and kNone + 1 is 0.
  void link(std::uint32_t at, std::uint64_t hash) noexcept {
    std::uint32_t& head = buckets[bucket(hash)];
    nodes[at].next = head - 1;
    head = at + 1;
  }
  void unlink(std::uint32_t at, std::uint64_t hash) noexcept {
    std::uint32_t& head = buckets[bucket(hash)];
    if (head == at + 1) {
      head = nodes[at].next + 1;
      return;
    }
    std::uint32_t before = head - 1;
    while (nodes[before].next != at) before = nodes[before].next;
    nodes[before].next = nodes[at].next;
  }
  /// Chains have two nodes at most, on average.
  void reserve_one() {
    if (!buckets.empty() && customers < 2 * buckets.size()) return;
    std::vector<std::uint32_t> grown(buckets.empty() ? 8 : buckets.size() * 2);
    std::swap(buckets, grown);
    bits = buckets.size() == 8 ? 3 : bits + 1;
    for (const std::uint32_t head : grown) {
      for (std::uint32_t at = head; at != 0;) {
        const std::uint32_t here = at - 1;
        at = nodes[here].next + 1;
        link(here, ids.hash(nodes[here].key));
      }
    }
  }

  // ---- writing ----

  std::uint32_t combination(std::span<const Answer> list, const HistoryPositions& of) {
    const Combination wanted{stages.intern(list[of.latest].journey_stage),
                             channels.intern(list[of.first].channel),
                             channels.intern(list[of.answers > 1 ? of.previous : of.first].channel),
                             channels.intern(list[of.latest].channel)};
    const auto [found, is_new] =
        combination_of.try_emplace(wanted, static_cast<std::uint32_t>(combinations.size()));
    if (is_new) combinations.push_back(wanted);
    return found->second;
  }
  static void write(std::span<const Answer> list, const HistoryPositions& of, HistoryNode& node) {
    node.bits = 0;
    node.times = {};
    for (const Place place : kPlaces) {
      if (place == kPrevious && of.answers < 2) continue;
      const Answer& answer = list[position(of, place)];
      node.set(place, answer.rating.value(), answer.answered_at.has_value(),
               answer.answered_at ? answer.answered_at->time_since_epoch().count() : 0);
    }
  }
  std::uint32_t take_spilled() {
    if (free_spilled != kNone) {
      return std::exchange(free_spilled, spilled[free_spilled].first_stage);
    }
    spilled.emplace_back();
    return static_cast<std::uint32_t>(spilled.size() - 1);
  }
  void drop_stages(const HistoryNode& node) noexcept {
    if (!node.spilled()) return;
    for (std::uint32_t at = spilled[node.labels].first_stage; at != kNone;) {
      const std::uint32_t next = nodes[at].key[0];
      nodes.give_back(at);
      at = next;
    }
    spilled[node.labels].first_stage = std::exchange(free_spilled, node.labels);
  }

  /// The customer's node says what these answers are; there is at least one.
  void fill(std::uint32_t at, std::span<const Answer> list) {
    HistoryPositions all;
    some.clear();
    for (std::size_t i = 0; i < list.size(); ++i) {
      all.add(i);
      auto stage = std::ranges::find(some, list[i].journey_stage, &StageOfSome::name);
      if (stage == some.end()) stage = some.insert(stage, {list[i].journey_stage, {}});
      stage->positions.add(i);
    }
    if (some.size() == 1 && all.answers <= HistoryNode::kMostAnswers) {
      const std::uint32_t labels = combination(list, all);
      drop_stages(nodes[at]);
      write(list, all, nodes[at]);
      nodes[at].labels = labels;
      nodes[at].bits |= static_cast<std::uint32_t>(all.answers) << 16U;
      return;
    }
    Spilled more{.answers = static_cast<std::uint32_t>(all.answers)};
    for (const Place place : kPlaces) {
      const Answer& answer = list[position(all, place)];
      more.stages[place] = stages.intern(answer.journey_stage);
      more.channels[place] = channels.intern(answer.channel);
    }
    for (const StageOfSome& stage : some) {
      const std::uint32_t labels = combination(list, stage.positions);
      const std::uint32_t own = nodes.take();
      write(list, stage.positions, nodes[own]);
      nodes[own].labels = labels;
      nodes[own].key = {more.first_stage, static_cast<std::uint32_t>(stage.positions.answers)};
      more.first_stage = own;
    }
    const std::uint32_t place = take_spilled();
    drop_stages(nodes[at]);
    spilled[place] = more;
    write(list, all, nodes[at]);
    nodes[at].labels = place;
    nodes[at].bits |= HistoryNode::kSpilled;
  }

  void set(std::string_view customer, const ProfileIds::Wanted& wanted,
           std::span<const Answer> list, bool tell) {
    std::uint32_t at = find(wanted);
    std::optional<Band> from;
    if (at != kNone) from = scale.band(*Rating::from(nodes[at].rating(kLatest)));
    std::optional<Band> to;
    if (!list.empty()) to = scale.band(list.back().rating);
    if (!list.empty()) {
      if (at == kNone) {
        reserve_one();
        at = nodes.take();
        fill(at, list);
        nodes[at].key = ids.keep(wanted);
        link(at, wanted.hash);
        ++customers;
      } else {
        fill(at, list);
      }
    } else if (at != kNone) {
      drop_stages(nodes[at]);
      unlink(at, wanted.hash);
      ids.release(nodes[at].key);
      nodes.give_back(at);
      --customers;
    }
    if (!tell || !sink || from == to) return;
    BandTransition moved{.customer = std::string(customer), .from = from, .to = to};
    if (!list.empty()) moved.when = list.back().answered_at;
    sink(moved);
  }

  [[nodiscard]] Result<> check_room(std::size_t answers_to_come) const {
    // No customer takes more nodes than answers and one.
    if (nodes.size() < kNone - 1 - concerned.size() - answers_to_come) return {};
    return Error{ErrorCode::LimitReached,
                 "there is no room for one more profile: a store has at most 4,294,967,294 nodes, "
                 "one for each customer and one for each stage of several"};
  }

  Result<> apply(std::span<const Change> changes, const Ledger& ledger) {
    internal::list_customers(changes, concerned);
    if (concerned.size() > 1) {  // one who finds no room must not find the other one changed
      std::size_t sum = 0;
      for (const std::string_view customer : concerned) {
        answers.collect(ledger, customer);
        sum += answers.in_order().size() + changes.size();
      }
      if (auto room = check_room(sum); !room) return room;
    }
    for (const std::string_view customer : concerned) {
      // The table is far away, and so is what it points to: asked for while the ledger is read.
      const ProfileIds::Wanted wanted = ProfileIds::wanted(customer);
      prefetch_bucket(wanted.hash);
      answers.collect(ledger, customer);
      prefetch_node(wanted.hash);
      answers.make_after(changes);
      if (auto room = check_room(answers.in_order().size()); !room) return room;
      set(customer, wanted, answers.in_order(), true);
    }
    return {};
  }

  // ---- reading ----

  [[nodiscard]] ProfileAnswer answer(const HistoryNode& node, Place place, Code stage,
                                     Code channel) const {
    ProfileAnswer answer{.rating = *Rating::from(node.rating(place)),
                         .channel = std::string(channels.text(channel)),
                         .journey_stage = std::string(stages.text(stage))};
    if (node.timed(place)) {
      answer.answered_at = Timestamp(std::chrono::microseconds(node.time(place)));
    }
    return answer;
  }
  void read(const HistoryNode& node, std::uint64_t count, const std::array<Code, 3>& stage,
            const std::array<Code, 3>& channel, AnswerHistory& history) const {
    history.answers = count;
    history.first = answer(node, kFirst, stage[kFirst], channel[kFirst]);
    history.latest = answer(node, kLatest, stage[kLatest], channel[kLatest]);
    if (count > 1) {
      history.previous = answer(node, kPrevious, stage[kPrevious], channel[kPrevious]);
    }
  }
  void read(const HistoryNode& node, std::uint64_t count, AnswerHistory& history) const {
    const auto& [stage, first, previous, latest] = combinations[node.labels];
    read(node, count, {stage, stage, stage}, {first, previous, latest}, history);
  }
  [[nodiscard]] Profile profile(std::uint32_t at) const {
    const HistoryNode& node = nodes[at];
    Profile profile;
    profile.customer = ids.text(node.key);
    if (!node.spilled()) {
      read(node, node.answers(), profile);
      profile.stages.push_back(StageProfile{profile, profile.latest->journey_stage});
      return profile;
    }
    const Spilled& more = spilled[node.labels];
    read(node, more.answers, more.stages, more.channels, profile);
    for (std::uint32_t own = more.first_stage; own != kNone; own = nodes[own].key[0]) {
      StageProfile& stage = profile.stages.emplace_back();
      stage.journey_stage = stages.text(combinations[nodes[own].labels][0]);
      read(nodes[own], nodes[own].key[1], stage);
    }
    std::ranges::sort(profile.stages, {}, &StageProfile::journey_stage);
    return profile;
  }
};

ProfileStore::ProfileStore(const Scale& scale, TransitionSink sink)
    : impl_(std::make_unique<Impl>()) {
  impl_->scale = scale;
  impl_->sink = std::move(sink);
}
ProfileStore::ProfileStore(const ProfileStore& other)
    : impl_(std::make_unique<Impl>(*other.impl_)) {}
ProfileStore::ProfileStore(ProfileStore&&) noexcept = default;
ProfileStore& ProfileStore::operator=(ProfileStore other) noexcept {
  impl_ = std::move(other.impl_);
  return *this;
}
ProfileStore::~ProfileStore() = default;

Result<> ProfileStore::apply(std::span<const Change> changes, const Ledger& ledger) {
  return impl_->apply(changes, ledger);
}

Result<> ProfileStore::refresh(std::string_view customer, const Ledger& ledger) {
  if (customer.empty()) return {};
  impl_->concerned.clear();
  impl_->answers.collect(ledger, customer);
  if (auto room = impl_->check_room(impl_->answers.in_order().size()); !room) return room;
  impl_->set(customer, ProfileIds::wanted(customer), impl_->answers.in_order(), true);
  return {};
}

Result<> ProfileStore::rebuild(const Ledger& ledger) {
  auto fresh = std::make_unique<Impl>();
  fresh->scale = impl_->scale;
  fresh->sink = std::move(impl_->sink);
  impl_ = std::move(fresh);
  Result<> room;
  ledger.for_each([&](const Answer& answer) {
    if (!room || answer.customer.empty()) return;
    if (impl_->find(ProfileIds::wanted(answer.customer)) != Impl::kNone) return;
    const std::string customer(answer.customer);
    impl_->answers.collect(ledger, customer);
    room = impl_->check_room(impl_->answers.in_order().size());
    if (room) {
      impl_->set(customer, ProfileIds::wanted(customer), impl_->answers.in_order(), false);
    }
  });
  if (!room) *this = ProfileStore(impl_->scale, std::move(impl_->sink));
  return room;
}

const Scale& ProfileStore::scale() const noexcept { return impl_->scale; }
std::uint64_t ProfileStore::customers() const noexcept { return impl_->customers; }

std::optional<Profile> ProfileStore::find(std::string_view customer) const {
  const std::uint32_t at = impl_->find(ProfileIds::wanted(customer));
  if (at == Impl::kNone) return std::nullopt;
  return impl_->profile(at);
}

void ProfileStore::for_each(const std::function<void(const Profile&)>& take) const {
  for (const std::uint32_t head : impl_->buckets) {
    for (std::uint32_t at = head; at != 0; at = impl_->nodes[at - 1].next + 1) {
      take(impl_->profile(at - 1));
    }
  }
}

std::size_t ProfileStore::memory() const noexcept {
  const Impl& impl = *impl_;
  return impl.nodes.memory() + impl.ids.memory() + impl.buckets.capacity() * sizeof(std::uint32_t) +
         impl.spilled.capacity() * sizeof(Impl::Spilled) +
         impl.combinations.capacity() * sizeof(Impl::Combination) +
         impl.combination_of.capacity() * (sizeof(Impl::Combination) + sizeof(std::uint32_t) + 1);
}

bool operator==(const ProfileStore& a, const ProfileStore& b) {
  if (a.customers() != b.customers()) return false;
  bool equal = true;
  a.for_each([&](const Profile& profile) {
    equal = equal && b.find(profile.customer) == std::optional(profile);
  });
  return equal;
}

}  // namespace nps
