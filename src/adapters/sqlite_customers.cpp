#include "adapters/sqlite_customers.h"

#include <algorithm>
#include <utility>

namespace nps {

using internal::LogRow;

// ---- profiles worked out from the answers -------------------------------------------------------

std::vector<LogRow> SqliteStore::Impl::answers_of(std::int64_t head) const {
  std::vector<LogRow> answers;
  auto& row = statements().row;
  for (std::int64_t at = head; at != 0;) {
    if (!row.bind(at).step()) break;
    LogRow found = internal::log_row(row, options.order);
    at = found.customer_previous;
    if (found.current && !found.is_gone && found.event.type == EventType::Answered) {
      answers.push_back(std::move(found));
    }
  }
  row.done();
  std::ranges::sort(answers, [](const LogRow& a, const LogRow& b) {
    const Response& left = a.event.response;
    const Response& right = b.event.response;
    if (left.answered_at != right.answered_at) return left.answered_at < right.answered_at;
    return left.id < right.id;
  });
  return answers;
}

Profile SqliteStore::Impl::profile_from(const std::vector<LogRow>& rows,
                                        std::string_view customer) const {
  std::vector<Answer> answers;
  answers.reserve(rows.size());
  for (const LogRow& row : rows) {
    Answer answer = internal::answer_of(row);
    answer.customer = customer;
    answers.push_back(answer);
  }
  return profile_of(answers);
}

}  // namespace nps

namespace nps::internal {

void StoreCustomers::settle() {
  struct Ordered {
    StoreHash hash;
    std::size_t touch;
    auto operator<=>(const Ordered&) const = default;
  };
  std::vector<Ordered> order;
  order.reserve(touches_.size());
  for (std::size_t i = 0; i < touches_.size(); ++i) order.push_back({touches_[i].hash, i});
  std::ranges::sort(order);
  StoreStatements& run = store_.statements();
  std::int64_t last_number = store_.db.number("SELECT coalesce(max(id), 0) FROM nps_customer");
  const std::int64_t now = store_.meta("changed").value_or(0) + 1;
  bool any_changed = false;
  for (auto at = order.begin(); at != order.end();) {
    const StoreHash hash = at->hash;
    StoreCustomer customer(run.customers.find(hash));
    for (; at != order.end() && at->hash == hash; ++at) {
      Touch& touch = touches_[at->touch];
      if (touch.changes_profile) customer.changed = now;
      if (touch.row == 0) continue;
      if (customer.number == 0) {
        customer.number = ++last_number;
        run.put_customer.run(customer.number, touch.customer);
      }
      touch.place = {customer.number, std::exchange(customer.head, touch.row)};
    }
    if (customer.number == 0) continue;
    any_changed = any_changed || customer.changed == now;
    run.customers.put(hash, customer.numbers());
  }
  if (any_changed) store_.set_meta("changed", now);
}

}  // namespace nps::internal
