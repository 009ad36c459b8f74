#include "segment/wide_answers.h"

#include <algorithm>
#include <array>

#include "detail/parallel.h"
#include "nps/rating.h"
#include "segment/columns.h"

namespace nps::internal {
namespace {

constexpr std::size_t kTaskRows = std::size_t{1} << 14U;  // sorted at a time: columns stay in L2
constexpr std::size_t kAhead = 8;                         // rows
constexpr std::uint64_t kSlot = 0xffffffff;
constexpr std::size_t kNobody = ~std::size_t{0};
constexpr std::uint64_t kNameAt = (std::uint64_t{1} << 48U) - 1;

void prefetch([[maybe_unused]] const void* address) noexcept {
#ifdef __GNUC__
  __builtin_prefetch(address);
#endif
}

/// Asks for all that will be read of a column, where it is read in another order than it lies.
template <typename T>
void prefetch_all(std::span<const T> column, std::size_t first, std::size_t rows) noexcept {
  if (column.empty()) return;
  const auto* const begin = reinterpret_cast<const char*>(column.data() + first);
  for (std::size_t byte = 0; byte < rows * sizeof(T); byte += 64) prefetch(begin + byte);
}

std::optional<Timestamp> time_at(const TimeColumn& column, std::size_t row) noexcept {
  return column.empty() ? std::nullopt : column[row];
}

constexpr std::uint64_t tag_of(std::uint64_t key) noexcept { return key << 32U; }

constexpr std::size_t slot_of(std::uint64_t found) noexcept { return (found & kSlot) - 1; }

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
    : first_(which == Which::First), texts_(texts), dimensions_(dimensions), shards_(kShards) {}

// ---- the columns of a shard ----

// What no batch before had is filled in for the customers there are.
void WideAnswers::widen(const ResponseColumns& columns) {
  has_ids_ = has_ids_ || !columns.response_ids.empty() || !columns.row_ids.rows.empty();
  if (!has_touchpoints_ && !columns.touchpoint_at.empty()) {
    for (Shard& shard : shards_) {
      shard.touched.resize(shard.answers.size());
      shard.touchpoint_at.resize(shard.answers.size());
    }
    has_touchpoints_ = true;
  }
  if (!has_weights_ && !columns.weights.empty()) {
    for (Shard& shard : shards_) shard.weights.resize(shard.answers.size(), 1.0);
    has_weights_ = true;
  }
}

// Room for one more, so that adding it cannot fail halfway.
void WideAnswers::reserve_one(Shard& shard) const {
  const std::size_t customers = shard.answers.size();
  if (customers * 3 >= shard.index.size() * 2) {
    std::vector<std::uint64_t> index(std::max<std::size_t>(16, shard.index.size() * 2));
    for (std::size_t slot = 0; slot < customers; ++slot) {
      put_in_index(index, shard.answers[slot].key, slot);
    }
    shard.index = std::move(index);
  }
  const auto make_room = [](auto& column, std::size_t more) {
    const std::size_t wanted = column.size() + more;
    if (wanted > column.capacity()) column.reserve(wanted + wanted / 2);
  };
  make_room(shard.answers, 1);
  make_room(shard.codes, dimensions_);
  if (has_touchpoints_) {
    make_room(shard.touched, 1);
    make_room(shard.touchpoint_at, 1);
  }
  if (has_weights_) make_room(shard.weights, 1);
}

std::size_t WideAnswers::insert(Shard& shard, std::uint64_t key, std::string_view name) const {
  reserve_one(shard);
  const std::size_t slot = shard.answers.size();
  const std::size_t name_at = shard.names.size();
  if (texts_) {
    const auto length = static_cast<std::uint32_t>(name.size());
    shard.names.resize(name_at + sizeof length + name.size());
    std::memcpy(shard.names.data() + name_at, &length, sizeof length);
    std::copy(name.begin(), name.end(), shard.names.data() + name_at + sizeof length);
  }
  shard.answers.push_back({.key = key,
                           .answered_at = {},
                           .id = {},
                           .name_at = name_at & kNameAt,
                           .rating = 0,
                           .timed = 0});
  shard.codes.resize(shard.codes.size() + dimensions_);
  if (has_touchpoints_) {
    shard.touched.emplace_back();
    shard.touchpoint_at.emplace_back();
  }
  if (has_weights_) shard.weights.push_back(1.0);
  put_in_index(shard.index, key, slot);
  return slot;
}

bool WideAnswers::is(const Shard& shard, std::size_t slot, std::uint64_t key,
                     std::string_view name) const noexcept {
  return shard.answers[slot].key == key && (!texts_ || shard.name(slot) == name);
}

std::optional<std::size_t> WideAnswers::find(const Shard& shard, std::uint64_t key,
                                             std::string_view name) const {
  if (shard.index.empty()) return std::nullopt;
  for (std::size_t at = home_of(key, shard.index.size()); shard.index[at] != 0;
       at = at + 1 == shard.index.size() ? 0 : at + 1) {
    const std::size_t slot = slot_of(shard.index[at]);
    if ((shard.index[at] & ~kSlot) == tag_of(key) && is(shard, slot, key, name)) return slot;
  }
  return std::nullopt;
}

void WideAnswers::adopt(std::uint64_t key, const BareAnswer& answer, std::span<const Code> codes) {
  Shard& shard = shards_[shard_of(key)];
  const std::size_t slot = insert(shard, key, {});
  Answer& adopted = shard.answers[slot];
  adopted.rating = answer.rating;
  adopted.timed = answer.answered_at ? 1 : 0;
  adopted.answered_at = answer.answered_at.value_or(Timestamp{});
  std::ranges::copy(codes, shard.codes.begin() + static_cast<std::ptrdiff_t>(slot * dimensions_));
}

// ---- which answer stays ----

AnswerId WideAnswers::id_of(const Shard& shard, std::size_t slot) const {
  const StoredId& id = shard.answers[slot].id;
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
  const Answer& kept = shard.answers[slot];
  const auto time = time_at(batch.columns.answered_at, row);
  if (time.has_value() != (kept.timed != 0)) return time.has_value();
  const auto order = [](const auto& a, const auto& b) { return (a > b) - (a < b); };
  int greater = time ? order(*time, kept.answered_at) : 0;
  if (greater == 0 && has_ids_) greater = compare(id_of(batch, row), id_of(shard, slot));
  if (greater == 0) greater = order(std::uint64_t{batch.columns.ratings[row]}, kept.rating);
  return first_ ? greater < 0 : greater > 0;
}

// Bytes that are outgrown are left where they are: as rooms at least double, they are less than half.
void WideAnswers::keep_id(Shard& shard, const AnswerId& id, std::uint32_t stem, std::size_t slot) {
  StoredId& stored = shard.answers[slot].id;
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
  Answer& kept = shard.answers[slot];
  kept.rating = columns.ratings[row];
  kept.timed = time ? 1 : 0;
  kept.answered_at = time.value_or(Timestamp{});
  for (std::size_t d = 0; d < dimensions_; ++d) {
    shard.codes[slot * dimensions_ + d] = code_at(columns.codes[d], row);
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
  prefetch_all(columns.answered_at.values, first, rows);
  prefetch_all(columns.row_ids.rows, first, rows);
  prefetch_all(columns.response_ids, first, rows);
  std::vector<std::uint64_t> keys(rows);
  std::vector<std::uint16_t> shards(rows);  // kShards: of none
  for (std::size_t i = 0; i < rows; ++i) {
    const std::size_t row = first + i;
    shards[i] = kShards;
    if (texts_ && i + 2 * kAhead < rows) prefetch(columns.customers[row + 2 * kAhead].data());
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

void WideAnswers::place(Shard& shard, const Batch& batch, std::size_t row, std::uint64_t key,
                        std::size_t guessed) const {
  const ResponseColumns& columns = batch.columns;
  const std::string_view name = texts_ ? columns.customers[row] : std::string_view();
  const auto known = guessed != kNobody && is(shard, guessed, key, name) ? std::optional(guessed)
                                                                         : find(shard, key, name);
  if (!known || displaces(shard, batch, row, *known)) {
    if (!columns.response_ids.empty()) {
      const std::size_t room = shard.id_bytes.size() + 2 * columns.response_ids[row].size();
      if (room > shard.id_bytes.capacity()) shard.id_bytes.reserve(room + room / 2);
    }
    keep(shard, batch, row, known ? *known : insert(shard, key, name));
  }
  ++shard.placed;
}

// Who a key may be, by the index alone.
std::size_t WideAnswers::guess(const Shard& shard, std::uint64_t key) noexcept {
  if (shard.index.empty()) return kNobody;
  std::size_t at = home_of(key, shard.index.size());
  while (shard.index[at] != 0 && (shard.index[at] & ~kSlot) != tag_of(key)) {
    at = at + 1 == shard.index.size() ? 0 : at + 1;
  }
  return shard.index[at] == 0 ? kNobody : slot_of(shard.index[at]);
}

// The index, then who it may be, then the name is asked for some rows ahead.
void WideAnswers::place(Shard& shard, const Batch& batch, std::size_t first, const Sorted& sorted,
                        std::size_t number) const {
  const std::size_t begin = sorted.begins[number];
  const std::size_t rows = sorted.begins[number + 1] - begin;
  const std::uint64_t* const keys = sorted.keys.data() + begin;
  std::array<std::size_t, 4 * kAhead> guesses{};
  for (std::size_t step = 0; step < rows + 3 * kAhead; ++step) {
    if (step < rows && !shard.index.empty()) {
      prefetch(&shard.index[home_of(keys[step], shard.index.size())]);
      if (texts_) {
        prefetch(batch.columns.customers[first + sorted.rows[begin + step]].data());
      }
    }
    if (const std::size_t i = step - kAhead; step >= kAhead && i < rows) {
      const std::size_t slot = guesses[i % guesses.size()] = guess(shard, keys[i]);
      if (slot != kNobody) {
        prefetch(&shard.answers[slot]);
        prefetch(reinterpret_cast<const char*>(&shard.answers[slot]) + sizeof(Answer) - 1);
        prefetch(shard.codes.data() + slot * dimensions_);
      }
    }
    if (const std::size_t i = step - 2 * kAhead; texts_ && step >= 2 * kAhead && i < rows) {
      const std::size_t slot = guesses[i % guesses.size()];
      if (slot != kNobody) prefetch(shard.names.data() + shard.answers[slot].name_at);
    }
    if (step < 3 * kAhead) continue;
    const std::size_t i = step - 3 * kAhead;
    place(shard, batch, first + sorted.rows[begin + i], keys[i], guesses[i % guesses.size()]);
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
  const std::size_t round = kTaskRows * (threads > 1 ? 4 * threads : 1);
  for (; first < columns.size(); first += round) {
    const std::size_t rows = std::min(round, columns.size() - first);
    std::vector<Sorted> sorted((rows + kTaskRows - 1) / kTaskRows);
    parallel_for(threads, sorted.size(), [&](std::size_t task) {
      const std::size_t begin = task * kTaskRows;
      sorted[task] = sort(batch, first + begin, std::min(kTaskRows, rows - begin));
    });
    parallel_for(rows <= kTaskRows ? 1 : threads, kShards, [&](std::size_t s) {
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
  for (const Shard& shard : shards_) customers += shard.answers.size();
  return customers;
}

std::uint64_t WideAnswers::placed() const noexcept {
  std::uint64_t placed = adopted_;
  for (const Shard& shard : shards_) placed += shard.placed;
  return placed;
}

KeptColumns WideAnswers::columns(std::size_t threads) const {
  std::vector<std::size_t> begins{0};
  for (const Shard& shard : shards_) begins.push_back(begins.back() + shard.answers.size());
  KeptColumns kept(begins.back(), dimensions_);
  if (has_touchpoints_) kept.touchpoint_at = KeptTimes(begins.back());
  if (has_weights_) kept.weights = Column<double>(begins.back());
  parallel_for(threads, kShards, [&](std::size_t s) {
    const Shard& shard = shards_[s];
    for (std::size_t slot = 0; slot < shard.answers.size(); ++slot) {
      const std::size_t row = begins[s] + slot;
      const Answer& answer = shard.answers[slot];
      kept.ratings[row] = static_cast<std::uint8_t>(answer.rating);
      kept.answered_at.put(row, answer.answered_at, answer.timed != 0);
      for (std::size_t d = 0; d < dimensions_; ++d) {
        kept.codes[d][row] = shard.codes[slot * dimensions_ + d];
      }
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
