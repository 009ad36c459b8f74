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

std::size_t StoreCustomers::touch(std::string_view customer) {
  const auto [at, is_new] = places_.try_emplace(customer, touched_.size());
  if (is_new) touched_.push_back({.text = customer, .hash = store_.hash_of(customer)});
  return at->second;
}

void StoreCustomers::touch_profile(std::string_view customer) {
  if (customer.empty()) return;
  const auto at = places_.find(customer);
  move_profile(at != places_.end() ? at->second : touch(texts_.emplace_back(customer)));
}

void StoreCustomers::load() {
  order_.resize(touched_.size());
  for (std::size_t i = 0; i < order_.size(); ++i) order_[i] = i;
  std::ranges::sort(order_, {}, [this](std::size_t at) { return touched_[at].hash; });
  StoreStatements& run = store_.statements();
  std::int64_t next = store_.db.number("SELECT coalesce(max(id), 0) FROM nps_customer");
  for (const std::size_t at : order_) {
    Touched& touched = touched_[at];
    touched.known = StoreCustomer(run.customers.find(touched.hash));
    if (touched.known.number != 0) continue;
    touched.known.number = ++next;
    run.put_customer.run(next, touched.text);
  }
}

std::int64_t StoreCustomers::chain(std::size_t place, std::int64_t row) {
  return std::exchange(touched_[place].known.head, row);
}

void StoreCustomers::write() {
  const std::int64_t now = store_.meta("changed").value_or(0) + 1;
  bool moved = false;
  for (const std::size_t at : order_) {
    Touched& touched = touched_[at];
    if (touched.moved) touched.known.changed = now;
    moved = moved || touched.moved;
    store_.statements().customers.put(touched.hash, touched.known.numbers());
  }
  if (moved) store_.set_meta("changed", now);
}

}  // namespace nps::internal
