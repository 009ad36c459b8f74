#include "adapters/sqlite_profiles.h"

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

std::size_t StoreProfiles::touch(std::string_view customer) {
  const auto [at, is_new] = places_.try_emplace(customer, touched_.size());
  if (is_new) touched_.push_back({.text = customer, .hash = store_.hash_of(customer)});
  return at->second;
}

void StoreProfiles::touch_again(std::int64_t customer) {
  if (customer != 0) again_.push_back(customer);
}

/// Finds the customer, or makes one.
void StoreProfiles::number_customer(Touched& touched, std::int64_t& next) {
  StoreStatements& run = store_.statements();
  touched.id = run.customers.find(touched.hash);
  if (touched.id != 0) return;
  touched.id = ++next;
  touched.is_new = true;
  run.put_customer.run(touched.id, touched.text);
  run.customers.put(touched.hash, touched.id);
}

void StoreProfiles::read_profile(Touched& touched) {
  StoreStatement& from = store_.statements().profile_row;
  if (!from.bind(touched.id).step()) return;
  touched.row = {.head = from.number(1),
                 .changed = from.number(2),
                 .answers = from.number(3),
                 .rating = from.number_if(4),
                 .answered_at = from.number_if(5),
                 .channel = std::string(from.text(6)),
                 .journey_stage = std::string(from.text(7)),
                 .previous_rating = from.number_if(8),
                 .previous_answered_at = from.number_if(9),
                 .first_rating = from.number_if(10),
                 .first_answered_at = from.number_if(11)};
  from.done();
}

void StoreProfiles::load() {
  std::vector<std::size_t> order(touched_.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, {}, [this](std::size_t at) { return touched_[at].hash; });
  std::int64_t next = store_.db.number("SELECT coalesce(max(id), 0) FROM nps_customer");
  for (const std::size_t at : order) number_customer(touched_[at], next);

  std::ranges::sort(again_);
  again_.erase(std::unique(again_.begin(), again_.end()), again_.end());
  absl::flat_hash_map<std::int64_t, std::size_t> by_number;
  if (!again_.empty()) {
    for (std::size_t i = 0; i < touched_.size(); ++i) by_number[touched_[i].id] = i;
  }
  for (const std::int64_t customer : again_) {
    const auto at = by_number.find(customer);
    if (at != by_number.end()) {
      touched_[at->second].again = true;
    } else {
      touched_.push_back({.text = {}, .id = customer, .again = true});
    }
  }
  order.resize(touched_.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, {}, [this](std::size_t at) { return touched_[at].id; });
  for (const std::size_t at : order) {
    if (!touched_[at].is_new) read_profile(touched_[at]);
  }
}

std::int64_t StoreProfiles::chain(std::size_t place, std::int64_t row) {
  return std::exchange(touched_[place].row.head, row);
}

// Where nothing is taken away, three answers say what becomes of a fourth. Answers of one time are in
// the order of their ids, which a profile does not have: then it is worked out.
void StoreProfiles::add(std::size_t place, const Response& answer) {
  Touched& touched = touched_[place];
  ProfileRow& row = touched.row;
  touched.moved = true;
  const auto at = ticks(answer.answered_at);
  const bool ties = row.answers > 0 && (at == row.answered_at || at == row.first_answered_at ||
                                        (row.answers > 1 && at == row.previous_answered_at));
  touched.again = touched.again || ties;
  if (touched.again) return;
  const std::int64_t rating = answer.rating->value();
  if (row.answers == 0 || at > row.answered_at) {
    if (row.answers > 0) {
      row.previous_rating = row.rating;
      row.previous_answered_at = row.answered_at;
    }
    row.rating = rating;
    row.answered_at = at;
    row.channel = answer.channel;
    row.journey_stage = answer.journey_stage;
  } else if (row.answers == 1 || at > row.previous_answered_at) {
    row.previous_rating = rating;
    row.previous_answered_at = at;
  }
  if (row.answers == 0 || at < row.first_answered_at) {
    row.first_rating = rating;
    row.first_answered_at = at;
  }
  ++row.answers;
}

void StoreProfiles::work_out(Touched& touched) {
  const Profile profile = store_.profile_from(store_.answers_of(touched.row.head), touched.text);
  ProfileRow& row = touched.row;
  row = {.head = row.head, .answers = static_cast<std::int64_t>(profile.answers)};
  const auto put = [](const std::optional<ProfileAnswer>& answer, auto& rating, auto& at) {
    if (!answer) return;
    rating = answer->rating.value();
    at = ticks(answer->answered_at);
  };
  put(profile.latest, row.rating, row.answered_at);
  put(profile.previous, row.previous_rating, row.previous_answered_at);
  put(profile.first, row.first_rating, row.first_answered_at);
  if (profile.latest) {
    row.channel = profile.latest->channel;
    row.journey_stage = profile.latest->journey_stage;
  }
  touched.moved = true;
}

void StoreProfiles::write() {
  std::vector<std::size_t> order(touched_.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, {}, [this](std::size_t at) { return touched_[at].id; });
  const std::int64_t now = store_.meta("changed").value_or(0) + 1;
  bool moved = false;
  for (const std::size_t at : order) {
    Touched& touched = touched_[at];
    if (touched.again) work_out(touched);
    const ProfileRow& row = touched.row;
    moved = moved || touched.moved;
    store_.statements().put_profile.run(
        touched.id, row.head, touched.moved ? now : row.changed, row.answers, row.rating,
        row.answered_at, std::string_view(row.channel), std::string_view(row.journey_stage),
        row.previous_rating, row.previous_answered_at, row.first_rating, row.first_answered_at);
  }
  if (moved) store_.set_meta("changed", now);
}

}  // namespace nps::internal
