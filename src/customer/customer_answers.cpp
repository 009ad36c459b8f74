#include "customer/customer_answers.h"

#include <algorithm>

#include "nps/customer/profile.h"

namespace nps::internal {

void CustomerAnswers::collect(const Ledger& ledger, std::string_view customer) {
  customer_ = customer;
  answers_.clear();
  ids_.clear();
  labels_.clear();
  sizes_.clear();
  ledger.for_each_of(customer, [this](const Answer& answer) {
    answers_.push_back(answer);
    ids_ += answer.response_id;
    labels_.insert(labels_.end(), answer.dimensions.begin(), answer.dimensions.end());
    sizes_.emplace_back(answer.response_id.size(), answer.dimensions.size());
  });
  // Only now is all of it where it stays.
  std::size_t id = 0;
  std::size_t label = 0;
  for (std::size_t i = 0; i < answers_.size(); ++i) {
    answers_[i].customer = customer;
    answers_[i].response_id = std::string_view(ids_).substr(id, sizes_[i].first);
    answers_[i].dimensions = std::span(labels_).subspan(label, sizes_[i].second);
    id += sizes_[i].first;
    label += sizes_[i].second;
  }
}

void CustomerAnswers::replace(const std::optional<Answer>& out, const std::optional<Answer>& in) {
  const auto drop = [this](std::string_view id) {
    const auto at = std::ranges::find(answers_, id, &Answer::response_id);
    if (at != answers_.end()) answers_.erase(at);
  };
  if (out && out->customer == customer_) drop(out->response_id);
  if (!in || in->customer != customer_) return;
  drop(in->response_id);
  answers_.insert(std::ranges::upper_bound(answers_, *in, comes_before), *in);
}

void CustomerAnswers::make_after(std::span<const Change> changes) {
  for (const Change& change : changes) replace(change.before, change.after);
}

void CustomerAnswers::make_before(std::span<const Change> changes) {
  for (std::size_t i = changes.size(); i-- > 0;) replace(changes[i].after, changes[i].before);
}

void list_customers(std::span<const Change> changes, std::vector<std::string_view>& customers) {
  customers.clear();
  for (const Change& change : changes) {
    for (const std::optional<Answer>* answer : {&change.before, &change.after}) {
      if (!*answer || (*answer)->customer.empty()) continue;
      if (customers.empty() || customers.back() != (*answer)->customer) {
        customers.push_back((*answer)->customer);
      }
    }
  }
  if (customers.size() <= 1) return;
  std::ranges::sort(customers);
  customers.erase(std::unique(customers.begin(), customers.end()), customers.end());
}

}  // namespace nps::internal
