#include "segment/wide_answers.h"

#include <algorithm>

#include "detail/parallel.h"
#include "nps/rating.h"
#include "segment/columns.h"

namespace nps::internal {
namespace {

constexpr std::size_t kTaskRows = std::size_t{1} << 15U;   // sorted at a time
constexpr std::size_t kRoundRows = std::size_t{1} << 20U;  // and then placed
constexpr std::size_t kAhead = 8;                          // rows

std::optional<Timestamp> time_at(const TimeColumn& column, std::size_t row) noexcept {
  return column.empty() ? std::nullopt : column[row];
}

void prefetch([[maybe_unused]] const void* address) noexcept {
#ifdef __GNUC__
  __builtin_prefetch(address);
#endif
}

constexpr std::uint64_t tag_of(std::uint64_t key) noexcept { return key << 32U; }

void put_in_index(std::vector<std::uint64_t>& index, std::uint64_t key, std::size_t slot) noexcept {
  std::size_t at = home_of(key, index.size());
  while (index[at] != 0) at = at + 1 == index.size() ? 0 : at + 1;
  index[at] = tag_of(key) | (slot + 1);
}

}  // namespace

// A batch, and what is the same for all of its rows.
struct WideAnswers::Batch {
  const ResponseColumns& columns;
  std::string_view stem = {};  // one of stems_
  std::uint32_t stem_number = 0;
};

WideAnswers::WideAnswers(Which which, bool texts, std::size_t dimensions)
    : first_(which == Which::First), texts_(texts), dimensions_(dimensions), shards_(kShards) {
  for (Shard& shard : shards_) shard.codes.resize(dimensions);
}

// ---- the columns of a shard ----

// What no batch before had is filled in for the customers there are.
void WideAnswers::widen(const ResponseColumns& columns) {
  if (!has_ids_ && (!columns.response_ids.empty() || !columns.row_ids.rows.empty())) {
    for (Shard& shard : shards_) shard.ids.resize(shard.keys.size());
    has_ids_ = true;
  }
  if (!has_touchpoints_ && !columns.touchpoint_at.empty()) {
    for (Shard& shard : shards_) {
      shard.touched.resize(shard.keys.size());
      shard.touchpoint_at.resize(shard.keys.size());
    }
    has_touchpoints_ = true;
  }
  if (!has_weights_ && !columns.weights.empty()) {
    for (Shard& shard : shards_) shard.weights.resize(shard.keys.size(), 1.0);
    has_weights_ = true;
  }
}

// Room for one more, so that adding it cannot fail halfway.
void WideAnswers::reserve_one(Shard& shard) const {
  const std::size_t customers = shard.keys.size();
  if (customers * 3 >= shard.index.size() * 2) {
    std::vector<std::uint64_t> index(std::max<std::size_t>(16, shard.index.size() * 2));
    for (std::size_t slot = 0; slot < customers; ++slot) {
      put_in_index(index, shard.keys[slot], slot);
    }
    shard.index = std::move(index);
  }
  const std::size_t room = customers + customers / 2 + 8;
  const auto make_room = [customers, room](auto& column) {
    if (column.capacity() == customers) column.reserve(room);
  };
  make_room(shard.keys);
  make_room(shard.ratings);
  make_room(shard.timed);
  make_room(shard.answered_at);
  for (auto& column : shard.codes) make_room(column);
  if (texts_) make_room(shard.name_ends);
  if (has_ids_) make_room(shard.ids);
  if (has_touchpoints_) {
    make_room(shard.touched);
    make_room(shard.touchpoint_at);
  }
  if (has_weights_) make_room(shard.weights);
}

std::size_t WideAnswers::insert(Shard& shard, std::uint64_t key, std::string_view name) const {
  reserve_one(shard);
  const std::size_t slot = shard.keys.size();
  if (texts_) {
    shard.names.insert(shard.names.end(), name.begin(), name.end());
    shard.name_ends.push_back(shard.names.size());
  }
  shard.keys.push_back(key);
  shard.ratings.emplace_back();
  shard.timed.emplace_back();
  shard.answered_at.emplace_back();
  for (auto& column : shard.codes) column.emplace_back();
  if (has_ids_) shard.ids.emplace_back();
  if (has_touchpoints_) {
    shard.touched.emplace_back();
    shard.touchpoint_at.emplace_back();
  }
  if (has_weights_) shard.weights.push_back(1.0);
  put_in_index(shard.index, key, slot);
  return slot;
}

std::optional<std::size_t> WideAnswers::find(const Shard& shard, std::uint64_t key,
                                             std::string_view name) const {
  constexpr std::uint64_t kSlot = 0xffffffff;
  if (shard.index.empty()) return std::nullopt;
  for (std::size_t at = home_of(key, shard.index.size()); shard.index[at] != 0;
       at = at + 1 == shard.index.size() ? 0 : at + 1) {
    const std::size_t slot = (shard.index[at] & kSlot) - 1;
    if ((shard.index[at] & ~kSlot) != tag_of(key) || shard.keys[slot] != key) continue;
    if (!texts_ || shard.name(slot) == name) return slot;
  }
  return std::nullopt;
}

void WideAnswers::adopt(std::uint64_t key, const BareAnswer& answer, std::span<const Code> codes) {
  Shard& shard = shards_[shard_of(key)];
  const std::size_t slot = insert(shard, key, {});
  shard.ratings[slot] = answer.rating;
  shard.timed[slot] = answer.answered_at ? 1 : 0;
  shard.answered_at[slot] = answer.answered_at.value_or(Timestamp{});
  for (std::size_t d = 0; d < dimensions_; ++d) shard.codes[d][slot] = codes[d];
}

// ---- which answer stays ----

AnswerId WideAnswers::id_of(const Shard& shard, std::size_t slot) const {
  const StoredId& id = shard.ids[slot];
  if (id.room == StoredId::kRow) return {stems_[id.length], id.at, true};
  return {.text = {shard.id_bytes.data() + id.at, id.length}};
}

AnswerId WideAnswers::id_of(const Batch& batch, std::size_t row) const {
  const ResponseColumns& columns = batch.columns;
  if (!columns.response_ids.empty()) return {.text = columns.response_ids[row]};
  if (!columns.row_ids.rows.empty()) return {batch.stem, columns.row_ids.rows[row], true};
  return {};
}

bool WideAnswers::displaces(const Shard& shard, const Batch& batch, std::size_t row,
                            std::size_t slot) const {
  const auto time = time_at(batch.columns.answered_at, row);
  if (time.has_value() != (shard.timed[slot] != 0)) return time.has_value();
  const auto order = [](const auto& a, const auto& b) { return (a > b) - (a < b); };
  int greater = time ? order(*time, shard.answered_at[slot]) : 0;
  if (greater == 0 && has_ids_) greater = compare(id_of(batch, row), id_of(shard, slot));
  if (greater == 0) greater = order(batch.columns.ratings[row], shard.ratings[slot]);
  return first_ ? greater < 0 : greater > 0;
}

// Bytes that are outgrown are left where they are: as rooms at least double, they are less than half.
void WideAnswers::keep_id(Shard& shard, const AnswerId& id, std::uint32_t stem, std::size_t slot) {
  StoredId& stored = shard.ids[slot];
  if (id.is_row) {
    stored = {id.row, stem, StoredId::kRow};
    return;
  }
  if (stored.room == StoredId::kRow) stored = {};
  stored.length = static_cast<std::uint32_t>(id.text.size());
  if (stored.length > stored.room) {
    stored.room = std::max(stored.length, stored.room * 2);
    stored.at = shard.id_bytes.size();
    shard.id_bytes.resize(stored.at + stored.room);  // there is room: see place
  }
  std::copy(id.text.begin(), id.text.end(), shard.id_bytes.data() + stored.at);
}

void WideAnswers::keep(Shard& shard, const Batch& batch, std::size_t row, std::size_t slot) const {
  const ResponseColumns& columns = batch.columns;
  if (has_ids_) keep_id(shard, id_of(batch, row), batch.stem_number, slot);
  const auto time = time_at(columns.answered_at, row);
  shard.ratings[slot] = columns.ratings[row];
  shard.timed[slot] = time ? 1 : 0;
  shard.answered_at[slot] = time.value_or(Timestamp{});
  for (std::size_t d = 0; d < dimensions_; ++d) {
    shard.codes[d][slot] = code_at(columns.codes[d], row);
  }
  if (has_touchpoints_) {
    const auto touchpoint = time_at(columns.touchpoint_at, row);
    shard.touched[slot] = touchpoint ? 1 : 0;
    shard.touchpoint_at[slot] = touchpoint.value_or(Timestamp{});
  }
  if (has_weights_) shard.weights[slot] = columns.weights.empty() ? 1.0 : columns.weights[row];
}

// ---- batches ----

WideAnswers::Sorted WideAnswers::sort(const Batch& batch, std::size_t first,
                                      std::size_t rows) const {
  const ResponseColumns& columns = batch.columns;
  Sorted sorted;
  std::vector<std::uint64_t> keys(rows);
  std::vector<std::uint16_t> shards(rows);  // kShards: of none
  for (std::size_t i = 0; i < rows; ++i) {
    const std::size_t row = first + i;
    shards[i] = kShards;
    if (columns.ratings[row] > Rating::kMax) {
      ++sorted.rejected;
    } else if (texts_ && columns.customers[row].empty()) {
      ++sorted.anonymous;
    } else {
      keys[i] =
          texts_ ? customer_key(columns.customers[row]) : customer_key(columns.customer_ids[row]);
      shards[i] = static_cast<std::uint16_t>(shard_of(keys[i]));
      ++sorted.begins[shards[i] + 1U];
    }
  }
  for (std::size_t s = 0; s < kShards; ++s) sorted.begins[s + 1] += sorted.begins[s];
  sorted.keys.resize(sorted.begins.back());
  sorted.rows.resize(sorted.begins.back());
  auto next = sorted.begins;
  for (std::size_t i = 0; i < rows; ++i) {
    if (shards[i] == kShards) continue;
    const std::uint32_t at = next[shards[i]]++;
    sorted.keys[at] = keys[i];
    sorted.rows[at] = static_cast<std::uint32_t>(i);
  }
  return sorted;
}

void WideAnswers::place(Shard& shard, const Batch& batch, std::size_t row,
                        std::uint64_t key) const {
  const ResponseColumns& columns = batch.columns;
  const std::string_view name = texts_ ? columns.customers[row] : std::string_view();
  const auto known = find(shard, key, name);
  if (!known || displaces(shard, batch, row, *known)) {
    if (!columns.response_ids.empty()) {
      const std::size_t room = shard.id_bytes.size() + 2 * columns.response_ids[row].size();
      if (room > shard.id_bytes.capacity()) shard.id_bytes.reserve(room + room / 2);
    }
    keep(shard, batch, row, known ? *known : insert(shard, key, name));
  }
  ++shard.placed;
}

void WideAnswers::place(Shard& shard, const Batch& batch, std::size_t first, const Sorted& sorted,
                        std::size_t number) const {
  const std::size_t end = sorted.begins[number + 1];
  for (std::size_t i = sorted.begins[number]; i < end; ++i) {
    if (i + kAhead < end && !shard.index.empty()) {
      prefetch(&shard.index[home_of(sorted.keys[i + kAhead], shard.index.size())]);
    }
    place(shard, batch, first + sorted.rows[i], sorted.keys[i]);
  }
}

Placed WideAnswers::add(const ResponseColumns& columns, std::size_t first, std::size_t threads) {
  widen(columns);
  Batch batch{.columns = columns};
  if (columns.response_ids.empty() && !columns.row_ids.rows.empty()) {
    const auto known = std::ranges::find(stems_, columns.row_ids.stem);
    batch.stem_number = static_cast<std::uint32_t>(known - stems_.begin());
    batch.stem = known != stems_.end() ? *known : stems_.emplace_back(columns.row_ids.stem);
  }
  Placed placed;
  for (; first < columns.size(); first += kRoundRows) {
    const std::size_t rows = std::min(kRoundRows, columns.size() - first);
    std::vector<Sorted> sorted((rows + kTaskRows - 1) / kTaskRows);
    parallel_for(threads, sorted.size(), [&](std::size_t task) {
      const std::size_t begin = task * kTaskRows;
      sorted[task] = sort(batch, first + begin, std::min(kTaskRows, rows - begin));
    });
    parallel_for(rows < kTaskRows ? 1 : threads, kShards, [&](std::size_t s) {
      for (std::size_t task = 0; task < sorted.size(); ++task) {
        place(shards_[s], batch, first + task * kTaskRows, sorted[task], s);
      }
    });
    for (const Sorted& task : sorted) {
      placed.placed += task.rows.size();
      placed.anonymous += task.anonymous;
      placed.rejected += task.rejected;
    }
  }
  return placed;
}

std::uint64_t WideAnswers::customers() const noexcept {
  std::uint64_t customers = 0;
  for (const Shard& shard : shards_) customers += shard.keys.size();
  return customers;
}

std::uint64_t WideAnswers::placed() const noexcept {
  std::uint64_t placed = adopted_;
  for (const Shard& shard : shards_) placed += shard.placed;
  return placed;
}

KeptColumns WideAnswers::columns(std::size_t threads) const {
  std::vector<std::size_t> begins{0};
  for (const Shard& shard : shards_) begins.push_back(begins.back() + shard.keys.size());
  KeptColumns kept(begins.back(), dimensions_);
  if (has_touchpoints_) kept.touchpoint_at = KeptTimes(begins.back());
  if (has_weights_) kept.weights = Column<double>(begins.back());
  parallel_for(threads, kShards, [&](std::size_t s) {
    const Shard& shard = shards_[s];
    for (std::size_t slot = 0; slot < shard.keys.size(); ++slot) {
      const std::size_t row = begins[s] + slot;
      kept.ratings[row] = shard.ratings[slot];
      kept.answered_at.put(row, shard.answered_at[slot], shard.timed[slot] != 0);
      for (std::size_t d = 0; d < dimensions_; ++d) kept.codes[d][row] = shard.codes[d][slot];
      if (has_touchpoints_) {
        kept.touchpoint_at.put(row, shard.touchpoint_at[slot], shard.touched[slot] != 0);
      }
      if (has_weights_) kept.weights[row] = shard.weights[slot];
    }
  });
  kept.answered_at.seal();
  kept.touchpoint_at.seal();
  return kept;
}

}  // namespace nps::internal
