// All of a store in one canonical form: include/nps/wire/FORMAT.md says each byte.
#include <string_view>
#include <utility>

#include "adapters/sqlite_store.h"
#include "nps/wire/counting_policy.h"
#include "nps/wire/envelope.h"

namespace nps {

using internal::LogRow;
using internal::StoreStatement;

namespace {

constexpr std::uint16_t kVersion = 1;

/// 1 the answer's, 2 the touchpoint's, 4 of receipt.
std::uint8_t times_of(const Event& event) {
  const Response& said = event.response;
  return static_cast<std::uint8_t>((said.answered_at ? 1U : 0U) | (said.touchpoint_at ? 2U : 0U) |
                                   (event.received_at ? 4U : 0U));
}

void write_event(wire::Writer& out, const LogRow& row) {
  const Event& event = row.event;
  const Response& said = event.response;
  const bool is_answer = event.type == EventType::Answered;
  out.text(said.id);
  out.i64(row.order);
  out.text(event.id);
  out.u8(is_answer ? 1 : event.type == EventType::Dismissed ? 2 : 3);
  out.flag(row.current);
  out.text(said.customer);
  if (is_answer) out.u8(said.rating ? said.rating->value() : 0);
  out.u8(times_of(event));
  for (const auto& time : {said.answered_at, said.touchpoint_at, event.received_at}) {
    if (time) out.i64(*internal::ticks(time));
  }
  for (const std::string* text : {&said.account, &said.channel, &said.journey_stage}) {
    out.text(*text);
  }
  out.varint(said.dimensions.size());
  for (const auto& [name, label] : said.dimensions) {
    out.text(name);
    out.text(label);
  }
  out.f64(said.weight);
  out.text(said.comment);
}

/// So many rows as the first column of `count` says, each as `write` writes it.
template <typename Write>
void write_rows(wire::Writer& out, internal::StoreConnection& db, const char* count,
                const char* sql, const Write& write) {
  out.varint(static_cast<std::uint64_t>(db.number(count)));
  StoreStatement rows(db, sql);
  while (rows.step()) write(rows);
}

}  // namespace

Result<wire::Bytes> SqliteStore::dump() const {
  wire::Bytes bytes;
  Impl& store = *impl_;
  const auto keyed = [](wire::Writer& out, std::string_view hash) {
    out.raw(wire::bytes_of(hash));
  };
  auto done = store.in_snapshot([&] {
    bytes = wire::seal(wire::Kind::Store, kVersion, [&](wire::Writer& out) {
      write(out, store.options.policy);
      out.u8(store.options.order == EventOrder::Version ? 1 : 2);
      out.varint(store.options.dimensions.size());
      for (const std::string& name : store.options.dimensions) out.text(name);
      const auto value = [&](const char* sql, const auto& write_value) {
        StoreStatement row(store.db, sql);
        const bool is_there = row.step();
        out.flag(is_there);
        if (is_there) write_value(row);
      };
      value("SELECT value FROM nps_meta WHERE key = 'erasure_key'",
            [&](const StoreStatement& row) { keyed(out, row.text(0)); });
      value("SELECT value FROM nps_meta WHERE key = 'horizon'",
            [&](const StoreStatement& row) { out.i64(row.number(0)); });
      value("SELECT value FROM nps_meta WHERE key = 'kept'", [&](const StoreStatement& row) {
        out.section([&](wire::Writer& cube) { cube.raw(wire::bytes_of(row.text(0))); });
      });
      write_rows(out, store.db, "SELECT count(*) FROM nps_erased",
                 "SELECT customer FROM nps_erased ORDER BY customer",
                 [&](const StoreStatement& row) { keyed(out, row.text(0)); });
      write_rows(out, store.db, "SELECT count(*) FROM nps_tombstone",
                 "SELECT response, ord, event_id, digest FROM nps_tombstone ORDER BY response",
                 [&](const StoreStatement& row) {
                   keyed(out, row.text(0));
                   out.i64(row.number(1));
                   out.text(row.text(2));
                   keyed(out, row.text(3));
                 });
      out.varint(static_cast<std::uint64_t>(
          store.db.number("SELECT count(*) FROM nps_log WHERE type <> 0")));
      store.for_each_row([&](const LogRow& row) { write_event(out, row); });
    });
  });
  if (!done) return std::move(done).error();
  return bytes;
}

}  // namespace nps
