// Retention: what is older than a cutoff goes, and of it, where the host says so, nameless tallies stay.
#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/sqlite_customers.h"
#include "adapters/sqlite_store.h"
#include "nps/segment/cube.h"

namespace nps {

using internal::LogRow;
using internal::StoreStatement;

namespace {

/// All of a response that was answered before the cutoff, by its current event or, where that has no
/// time, as a deletion has none, by the latest of the others; and of what stays, the events before it.
constexpr const char* kGoing =
    "SELECT " NPS_LOG_COLUMNS
    " FROM nps_log e WHERE e.response_id IN (SELECT e.response_id FROM nps_log e "
    "WHERE " NPS_IS_CURRENT
    " AND e.answered_at < ?1) OR e.response_id IN (SELECT o.response_id FROM nps_log o WHERE "
    "o.response_id IN (SELECT e.response_id FROM nps_log e WHERE " NPS_IS_CURRENT
    " AND e.answered_at IS NULL) GROUP BY o.response_id HAVING max(o.answered_at) < ?1) "
    "OR (e.type <> 0 AND e.answered_at < ?1)";

Error other_dimensions(const std::vector<Dimension>& kept) {
  std::string names;
  for (const Dimension& dimension : kept) {
    names += (names.empty() ? "" : ",") + std::string(dimension.name());
  }
  return {ErrorCode::Mismatch,
          "an earlier retention kept its tallies by " + (names.empty() ? "nothing" : names) +
              ": keep these by the same",
          {.field = "keep"}};
}

/// A cube with the answers of the cells that are large enough, and the others in its total alone:
/// under no label of their own, as answers without a time are.
class Keep {
 public:
  explicit Keep(std::uint64_t min_cell) : min_cell_(min_cell) {}

  Result<> open(const std::vector<Dimension>& dimensions, const CountingPolicy& policy) {
    CountingPolicy all = policy;
    all.which = Which::All;
    all.per = Per::Customer;
    auto cube = Cube::create(dimensions, {.policy = all});
    if (!cube) return std::move(cube).error();
    cube_ = *std::move(cube);
    return {};
  }
  Result<> add(const Response& said) { return cube_ ? cube_->add(said) : Result<>(); }

  /// What is to stand in the file together with what stands there.
  Result<std::optional<wire::Bytes>> together(std::string_view held) {
    if (!cube_) return std::optional<wire::Bytes>();
    auto kept = Cube::create(cube_->dimensions(), {.policy = cube_->options().policy});
    if (!kept) return std::move(kept).error();
    Tally rest = cube_->total();
    for (const Cell& cell : cube_->cells()) {
      if (cell.tally.responses() < min_cell_) continue;
      const std::vector<std::optional<std::string_view>> labels(cell.labels.begin(),
                                                                cell.labels.end());
      if (auto added = kept->add(labels, cell.tally); !added) return std::move(added).error();
      rest -= cell.tally;
    }
    std::vector<std::optional<std::string_view>> none;
    for (const Dimension& dimension : cube_->dimensions()) {
      dimension.is_timing() ? none.emplace_back() : none.emplace_back(std::string_view());
    }
    if (rest.responses() > 0) {
      if (auto added = kept->add(none, rest); !added) return std::move(added).error();
    }
    if (!held.empty()) {
      auto before = Cube::decode(wire::bytes_of(held));
      if (!before) return std::move(before).error();
      if (before->dimensions() != kept->dimensions()) {
        return other_dimensions(before->dimensions());
      }
      if (auto merged = kept->merge(*before); !merged) return std::move(merged).error();
    }
    return std::optional(kept->encode());
  }

 private:
  std::uint64_t min_cell_;
  std::optional<Cube> cube_;
};

}  // namespace

void SqliteStore::Impl::retain_rows(Timestamp cutoff, const RetentionOptions& wanted,
                                    Retention& gone) {
  auto& run = statements();
  Keep keep(wanted.min_cell);
  const auto check = [this](const Result<>& result) {
    if (!result) db.fail(result.error());
  };
  if (wanted.keep) check(keep.open(*wanted.keep, options.policy));
  std::set<std::string> responses;
  std::set<std::int64_t> customers;
  std::vector<std::int64_t> rows;
  StoreStatement going(db, kGoing);
  going.bind(*internal::ticks(cutoff));
  while (going.step()) {
    const LogRow row = internal::log_row(going, options.order);
    rows.push_back(row.id);
    responses.insert(row.event.response.id);
    if (row.customer != 0) customers.insert(row.customer);
    ++gone.events;
    if (!row.current) continue;
    ++gone.responses;
    if (row.event.type != EventType::Answered) continue;
    ++gone.answers;
    if (!wanted.keep) continue;
    ++gone.kept;
    check(keep.add(row.event.response));
  }
  for (const std::int64_t row : rows) run.gone.run(row);
  forget_responses(responses);
  if (wanted.keep && !db.failed()) {
    StoreStatement held(db, "SELECT value FROM nps_meta WHERE key = 'kept'");
    auto together = keep.together(held.step() ? held.text(0) : std::string_view());
    held.done();
    if (!together) return db.fail(std::move(together).error());
    StoreStatement(db, "INSERT OR REPLACE INTO nps_meta VALUES ('kept', ?)")
        .run(std::span<const std::byte>(**together));
  }
  set_meta("horizon", *internal::ticks(cutoff));
  again(customers, gone.customers);
}

/// The profiles of these customers are others now; whoever has no event left is forgotten.
void SqliteStore::Impl::again(const std::set<std::int64_t>& customers, std::uint64_t& forgotten) {
  auto& run = statements();
  internal::StoreCustomers left(*this);
  for (const std::int64_t customer : customers) {
    const std::string text = customer_text(customer);
    std::int64_t at = find_customer(text).head;
    while (at != 0 && run.row.bind(at).step() && run.row.number(4) == 0) {
      at = previous_in(internal::Chain::Customer, run.row);
    }
    run.row.done();
    if (at != 0) {
      left.touch_profile(text);
    } else {
      forget_customer(customer, text);
      ++forgotten;
    }
  }
  left.settle();
}

Result<Retention> SqliteStore::retain_since(Timestamp cutoff, const RetentionOptions& options) {
  if (sqlite3_get_autocommit(impl_->db.raw()) == 0) return internal::within_transaction();
  const internal::Durable durable(*impl_);
  Retention gone;
  auto done = impl_->in_transaction([&] {
    const auto before = impl_->meta("horizon");
    if (before && *internal::ticks(cutoff) <= *before) return;
    impl_->retain_rows(cutoff, options, gone);
  });
  if (!done) return std::move(done).error();
  auto scrubbed = impl_->scrub();
  gone.pending = !scrubbed || !*scrubbed;
  return gone;
}

}  // namespace nps
