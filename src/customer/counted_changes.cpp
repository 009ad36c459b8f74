#include "nps/customer/counted_changes.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

#include "customer/customer_answers.h"

namespace nps {
namespace {

bool same(const Answer& a, const Answer& b) {
  return a.response_id == b.response_id && a.customer == b.customer && a.account == b.account &&
         a.rating == b.rating && a.answered_at == b.answered_at &&
         a.touchpoint_at == b.touchpoint_at && a.channel == b.channel &&
         a.journey_stage == b.journey_stage && std::ranges::equal(a.dimensions, b.dimensions);
}

/// The answer that counts of those in order, about that stage where stages count apart.
const Answer* chosen(std::span<const Answer> in_order, const CountingPolicy& policy,
                     std::string_view stage) {
  const auto fits = [&](const Answer& answer) {
    return policy.per != Per::CustomerAndStage || answer.journey_stage == stage;
  };
  if (policy.which == Which::First) {
    const auto at = std::ranges::find_if(in_order, fits);
    return at == in_order.end() ? nullptr : &*at;
  }
  for (std::size_t i = in_order.size(); i-- > 0;) {
    if (fits(in_order[i])) return &in_order[i];
  }
  return nullptr;
}

}  // namespace

struct CountedChanges::Impl {
  /// A customer's answers before and after: what the changes that are handed out view.
  struct Sides {
    internal::CustomerAnswers before, after;
  };

  CountingPolicy policy;
  std::vector<std::unique_ptr<Sides>> sides;
  std::vector<std::string_view> concerned;
  std::vector<std::string_view> stages;
  std::vector<Change> changes;

  void add(std::span<const Answer> before, std::span<const Answer> after, std::string_view stage) {
    const Answer* const was = chosen(before, policy, stage);
    const Answer* const is = chosen(after, policy, stage);
    if (was == nullptr && is == nullptr) return;
    if (was != nullptr && is != nullptr && same(*was, *is)) return;
    Change& change = changes.emplace_back();
    if (was != nullptr) change.before = *was;
    if (is != nullptr) change.after = *is;
  }
};

CountedChanges::CountedChanges(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
CountedChanges::CountedChanges(CountedChanges&&) noexcept = default;
CountedChanges& CountedChanges::operator=(CountedChanges&&) noexcept = default;
CountedChanges::~CountedChanges() = default;

Result<CountedChanges> CountedChanges::create(CountingPolicy policy) {
  if (!is_consistent(policy)) return inconsistent(policy);
  if (!is_timeless(policy)) {
    return Error{
        ErrorCode::InvalidArgument,
        "changes go on, so a policy that they follow has no window and no instant: Windows "
        "that follow them count by time",
        {.field = policy.window ? "window" : "as_of"}};
  }
  auto impl = std::make_unique<Impl>();
  impl->policy = std::move(policy);
  return CountedChanges(std::move(impl));
}

const CountingPolicy& CountedChanges::policy() const noexcept { return impl_->policy; }

std::span<const Change> CountedChanges::of(std::span<const Change> changes, const Ledger& ledger) {
  Impl& self = *impl_;
  if (self.policy.which == Which::All) return changes;
  self.changes.clear();
  internal::list_customers(changes, self.concerned);
  while (self.sides.size() < self.concerned.size()) {
    self.sides.push_back(std::make_unique<Impl::Sides>());
  }
  for (std::size_t i = 0; i < self.concerned.size(); ++i) {
    auto& [before, after] = *self.sides[i];
    before.collect(ledger, self.concerned[i]);
    before.make_before(changes);
    after.collect(ledger, self.concerned[i]);
    after.make_after(changes);
    self.stages.assign({""});
    if (self.policy.per == Per::CustomerAndStage) {
      self.stages.clear();
      for (const auto& side : {before.in_order(), after.in_order()}) {
        for (const Answer& answer : side) self.stages.push_back(answer.journey_stage);
      }
      std::ranges::sort(self.stages);
      self.stages.erase(std::unique(self.stages.begin(), self.stages.end()), self.stages.end());
    }
    for (const std::string_view stage : self.stages) {
      self.add(before.in_order(), after.in_order(), stage);
    }
  }
  return self.changes;
}

CountedAnswers CountedChanges::for_each(const Ledger& ledger,
                                        const std::function<void(const Answer&)>& take) const {
  const CountingPolicy& policy = impl_->policy;
  CountedAnswers seen;
  ledger.for_each([&](const Answer& answer) {
    if (policy.which != Which::All) {
      if (answer.customer.empty()) {
        ++seen.no_customer;
        return;
      }
      // Of those in order, whether another one comes before this, or after it.
      bool found = false;
      bool gives_way = false;
      ledger.for_each_of(answer.customer, [&](const Answer& other) {
        if (policy.per == Per::CustomerAndStage && other.journey_stage != answer.journey_stage) {
          return;
        }
        if (other.response_id == answer.response_id) {
          found = true;
        } else if (found == (policy.which == Which::Latest)) {
          gives_way = true;
        }
      });
      if (gives_way) {
        ++seen.superseded;
        return;
      }
    }
    ++seen.counted;
    take(answer);
  });
  return seen;
}

}  // namespace nps
