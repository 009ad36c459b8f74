// Forgetting: one customer for good, or all that is older than a cutoff; and what is held of one.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "adapters/sqlite_store.h"
#include "stream/ledger_parts.h"

namespace nps {

using internal::LedgerParts;
using internal::LogRow;
using internal::StoreStatement;

// Of each response of which the greatest event is the customer's, a tombstone stays, as the ledger
// makes it; of the other events nothing. The rows stay as links of the chains, with nothing in them.
Erasure SqliteStore::Impl::erase_rows(std::string_view customer) {
  Erasure erasure;
  auto& run = statements();
  const Digest digest = keyed(customer);
  const auto key = std::as_bytes(std::span(digest));
  erasure.already_erased = run.is_erased.bind(key).step();
  run.is_erased.done();
  if (erasure.already_erased) return erasure;
  run.put_erased.run(key);
  const internal::StoreCustomer known = find_customer(customer);
  if (known.number == 0) return erasure;

  auto ledger = working_ledger();
  if (!ledger) {
    db.fail(std::move(ledger).error());
    return erasure;
  }
  std::vector<std::int64_t> rows;
  std::set<std::string> responses;
  for (std::int64_t at = known.head; at != 0;) {
    if (!run.row.bind(at).step()) break;
    LogRow row = internal::log_row(run.row, options.order);
    at = row.customer_previous;
    if (row.is_gone) continue;
    rows.push_back(row.id);
    responses.insert(row.event.response.id);
    ++erasure.events;
    if (!row.current) continue;
    ++erasure.responses;
    erasure.answers += row.event.type == EventType::Answered ? 1 : 0;
    row.event.response.customer = customer;
    if (auto applied = ledger->apply(row.event); !applied) db.fail(applied.error());
  }
  run.row.done();
  Event erased{.type = EventType::Erased};
  erased.response.customer = customer;
  if (auto applied = ledger->apply(erased); !applied) db.fail(applied.error());
  for (const LedgerParts::Stone& stone : LedgerParts::stones(*ledger)) {
    run.put_tombstone.run(std::as_bytes(std::span(stone.tombstone.response)), stone.tombstone.order,
                          std::string_view(stone.event_id),
                          std::as_bytes(std::span(stone.tombstone.digest)));
  }
  for (const std::int64_t row : rows) run.gone.run(row);
  forget_responses(responses);
  forget_customer(known.number, customer);
  erasure.profile = erasure.answers > 0;
  if (erasure.profile) set_meta("changed", meta("changed").value_or(0) + 1);
  return erasure;
}

/// Takes away the hashes of responses of which no event is left.
void SqliteStore::Impl::forget_responses(const std::set<std::string>& responses) const {
  auto& run = statements();
  for (const std::string& response : responses) {
    const internal::StoreHash hash = hash_of(response);
    std::int64_t at = run.responses.find(hash)[0];
    while (at != 0 && run.row.bind(at).step() && run.row.number(4) == 0) {
      at = previous_in(internal::Chain::Response, run.row);
    }
    run.row.done();
    if (at == 0) run.responses.drop(hash);
  }
}

void SqliteStore::Impl::forget_customer(std::int64_t number, std::string_view customer) {
  statements().customers.drop(hash_of(customer));
  StoreStatement(db, "UPDATE nps_customer SET customer_id = NULL WHERE id = ?").run(number);
}

Result<Erasure> SqliteStore::erase(std::string_view customer) {
  if (customer.empty()) {
    return Error{ErrorCode::InvalidArgument,
                 "an erasure names nobody: give it the customer's id",
                 {.field = "customer"}};
  }
  if (sqlite3_get_autocommit(impl_->db.raw()) == 0) return internal::within_transaction();
  const internal::Durable durable(*impl_);
  Erasure erasure;
  auto done = impl_->in_transaction([&] {
    erasure = impl_->erase_rows(customer);
    const bool has_kept = impl_->db.number("SELECT count(*) FROM nps_meta WHERE key = 'kept'") != 0;
    if (has_kept) erasure.inseparable_before = internal::instant(impl_->meta("horizon"));
  });
  if (!done) return std::move(done).error();
  auto scrubbed = impl_->scrub();
  erasure.pending = !scrubbed || !*scrubbed;
  return erasure;
}

Result<bool> SqliteStore::Impl::scrub() {
  // Whoever reads holds the WAL for as long as it reads: that is for the caller to wait for. How long a
  // host's own connection waits is the host's.
  if (db.owned()) sqlite3_busy_timeout(db.raw(), 200);
  StoreStatement checkpoint(db, "PRAGMA wal_checkpoint(TRUNCATE)");
  const bool is_done = checkpoint.step() && checkpoint.number(0) == 0;
  checkpoint.done();
  if (db.owned()) sqlite3_busy_timeout(db.raw(), static_cast<int>(options.busy_timeout.count()));
  if (auto read = db.take_result(); !read) return std::move(read).error();
  return is_done;
}

Result<bool> SqliteStore::scrub() { return impl_->scrub(); }

// ---- what is held of one customer ---------------------------------------------------------------

namespace {

using Json = nlohmann::ordered_json;

Json time_json(const std::optional<Timestamp>& time) {
  if (!time) return nullptr;
  const auto day = std::chrono::floor<std::chrono::days>(*time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(*time - day);
  std::array<char, 48> text{};
  const int size = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ",
      static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
      static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
      static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
      static_cast<int>(clock.subseconds().count()));
  return std::string(text.data(), static_cast<std::size_t>(size));
}

Json answer_json(const std::optional<ProfileAnswer>& answer) {
  if (!answer) return nullptr;
  return {{"rating", answer->rating.value()},
          {"answered_at", time_json(answer->answered_at)},
          {"channel", answer->channel},
          {"journey_stage", answer->journey_stage}};
}

Json history_json(const AnswerHistory& history) {
  return {{"answers", history.answers},
          {"first", answer_json(history.first)},
          {"previous", answer_json(history.previous)},
          {"latest", answer_json(history.latest)}};
}

Json event_json(const LogRow& row) {
  const Response& said = row.event.response;
  Json labels = Json::object();
  for (const auto& [name, label] : said.dimensions) labels[name] = label;
  return {{"response_id", said.id},
          {"type", name(row.event.type)},
          {"version", row.event.version ? Json(*row.event.version) : Json(nullptr)},
          {"updated_at", time_json(row.event.updated_at)},
          {"event_id", row.event.id},
          {"counts", row.current && row.event.type == EventType::Answered},
          {"account_id", said.account},
          {"rating", said.rating ? Json(said.rating->value()) : Json(nullptr)},
          {"answered_at", time_json(said.answered_at)},
          {"touchpoint_at", time_json(said.touchpoint_at)},
          {"received_at", time_json(row.event.received_at)},
          {"channel", said.channel},
          {"journey_stage", said.journey_stage},
          {"dimensions", labels},
          {"weight", said.weight},
          {"comment", said.comment}};
}

}  // namespace

Result<std::string> SqliteStore::export_customer(std::string_view customer) const {
  Json all = {{"customer_id", customer}, {"erased", false}, {"profile", nullptr}};
  auto done = impl_->in_snapshot([&] {
    auto& run = impl_->statements();
    const auto digest = impl_->keyed(customer);
    all["erased"] = run.is_erased.bind(std::as_bytes(std::span(digest))).step();
    run.is_erased.done();
    const std::int64_t head = impl_->find_customer(customer).head;
    std::vector<LogRow> rows;
    for (std::int64_t at = head; at != 0 && run.row.bind(at).step();) {
      LogRow row = internal::log_row(run.row, impl_->options.order);
      at = row.customer_previous;
      if (!row.is_gone) rows.push_back(std::move(row));
    }
    run.row.done();
    std::ranges::sort(rows, {}, [](const LogRow& row) {
      return std::tuple(std::string_view(row.event.response.id), row.order,
                        std::string_view(row.event.id), row.id);
    });
    const auto answers = impl_->answers_of(head);
    if (!answers.empty()) {
      const Profile profile = impl_->profile_from(answers, customer);
      all["profile"] = history_json(profile);
      Json stages = Json::object();
      for (const StageProfile& stage : profile.stages) {
        stages[stage.journey_stage] = history_json(stage);
      }
      all["profile"]["stages"] = stages;
    }
    all["events"] = Json::array();
    for (const LogRow& row : rows) all["events"].push_back(event_json(row));
  });
  if (!done) return std::move(done).error();
  return all.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace nps
