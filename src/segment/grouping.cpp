#include "segment/grouping.h"

#include <algorithm>
#include <array>

#include "kernels/kernel.h"

namespace nps::internal {
namespace {

using kernel::kRejected;
using kernel::kSlotWidth;

constexpr std::size_t kBlock = Slots::kBlock;
constexpr std::uint64_t kMostNarrowSlots = (1U << 16U) / kSlotWidth;

// A counter of the table has 32 bits; after so many rows it is emptied, so that none overflows.
constexpr std::size_t kTableRows = std::size_t{1} << 31U;

// Where there are many rows a slot, the table is kept several times over, so that a run of one
// rating in one group does not wait for its own last store.
constexpr std::size_t kLanes = 4;
constexpr std::uint64_t kMostLaneSlots = 128;  // of a block: all lanes in the first-level cache
constexpr std::uint64_t kRowsForLanes = 256;   // a slot: below, adding the lanes up costs more

}  // namespace

void Grouping::lay_out(const Batch& batch, const Cells& cells, bool roomy) {
  if (slots_.lay_out(batch, roomy) || cells.version() != cells_version_) {
    cell_of_slot_.clear();
    known_.clear();
    cells_version_ = cells.version();
  }
}

Grouped Grouping::add(const Batch& batch, RowRange rows, std::size_t cell_limit, Cells& cells,
                      Added& added) {
  const std::size_t first = rows.first;
  Grouped done = add_by_table(batch, rows, cell_limit, cells, added);
  const auto counts = [&batch](std::size_t row) { return batch.columns.ratings[row] < kRejected; };
  const auto count = [&](std::uint64_t times) {
    return [&, times](std::size_t row, Cells::Index cell) {
      cells.tally(cell).add(*Rating::from(batch.columns.ratings[row]), times);
    };
  };
  if (done == Grouped::Done && rows.first < rows.last) {
    done = visit_rows(batch, rows, cell_limit, cells, added, counts, count(1));
  }
  if (done != Grouped::Done) {  // counts are numbers modulo 2^64, and so is minus one
    RowRange counted{first, rows.first};
    Added none;
    visit_rows(batch, counted, ~std::size_t{0}, cells, none, counts, count(~std::uint64_t{0}));
  }
  return done;
}

Grouped Grouping::find(const Batch& batch, const std::vector<bool>& counted, std::size_t cell_limit,
                       Cells& cells, std::vector<Cells::Index>& cell_of, Added& added) {
  cell_of.assign(batch.columns.size(), kNoCell);
  RowRange rows{0, batch.columns.size()};
  return visit_rows(
      batch, rows, cell_limit, cells, added, [&](std::size_t row) { return counted[row]; },
      [&](std::size_t row, Cells::Index cell) { cell_of[row] = cell; });
}

// ---- few slots: a table ----

// Adds rows as long as a table pays, and moves rows.first to the first that is not added.
Grouped Grouping::add_by_table(const Batch& batch, RowRange& rows, std::size_t cell_limit,
                               Cells& cells, Added& added) {
  const Upcoming upcoming(batch.columns);
  while (rows.first < rows.last) {
    lay_out(batch, cells, false);
    const auto slots = slots_.count();
    if (!slots || *slots > kMostTableSlots || *slots > 2 * (rows.last - rows.first)) break;
    if (used_.size != 0) {  // an exception left it
      table_.clear();
      used_ = {0, 0};
    }
    const bool has_lanes = (rows.last - rows.first) / kRowsForLanes >= *slots;
    table_.resize((has_lanes ? kLanes : 1) * *slots * kSlotWidth);
    cell_of_slot_.resize(*slots, Known{kNoCell, false});
    RowRange rest = rows;
    const Grouped filled = *slots <= kMostNarrowSlots
                               ? fill_table<std::uint16_t>(batch, rest, upcoming)
                               : fill_table<std::uint32_t>(batch, rest, upcoming);
    const bool fits = filled == Grouped::Done && empty_table(cell_limit, cells, added);
    clear_table();
    if (filled != Grouped::Done) return filled;
    if (!fits) return Grouped::TooManyCells;
    rows.first = rest.first;
  }
  return Grouped::Done;
}

// Counts until the end, or a time has a label that the layout has no room for, or the counters may
// be full; rows.first is then the next row.
template <typename Counter>
Grouped Grouping::fill_table(const Batch& batch, RowRange& rows, const Upcoming& upcoming) {
  alignas(64) std::array<Counter, kBlock> counters;
  const std::size_t until = rows.first + std::min(rows.last - rows.first, kTableRows);
  const std::size_t whole = cell_of_slot_.size() * kSlotWidth;
  const bool has_lanes = table_.size() > whole;
  const std::uint8_t* const ratings = batch.columns.ratings.data();
  if (ratings + rows.first != next_rating_) upcoming.fetch_first(rows.first, rows.last);
  while (rows.first < until) {
    const std::size_t size = std::min(kBlock, until - rows.first);
    using SetRatings = void (*)(const std::uint8_t*, std::size_t, Counter*) noexcept;
    std::get<SetRatings>(kernel::selected().group.set_ratings)(ratings + rows.first, size,
                                                               counters.data());
    SlotRange range;
    const Numbered numbered =
        slots_.number(batch, rows.first, size, Counter{kSlotWidth}, counters.data(), range);
    if (numbered == Numbered::UnknownCode) return Grouped::UnknownCode;
    if (numbered == Numbered::Outgrown) break;
    use(range);
    std::uint32_t* const table = table_.data() + range.first * kSlotWidth;
    const std::size_t lane = has_lanes && range.size <= kMostLaneSlots ? whole : 0;
    const std::array<std::uint32_t*, kLanes> tables{table, table + lane, table + 2 * lane,
                                                    table + 3 * lane};
    std::size_t row = 0;
    for (; row + 64 <= size; row += 64) {
      upcoming.fetch(rows.first + row);
      const Counter* const at = counters.data() + row;
      for (std::size_t i = 0; i < 64; i += kLanes) {
        ++tables[0][at[i]];
        ++tables[1][at[i + 1]];
        ++tables[2][at[i + 2]];
        ++tables[3][at[i + 3]];
      }
    }
    for (; row < size; ++row) ++table[counters[row]];
    rows.first += size;
  }
  next_rating_ = ratings + rows.first;
  return Grouped::Done;
}

void Grouping::use(const SlotRange& range) {
  if (used_.size == 0) {
    used_ = range;
    return;
  }
  const std::uint64_t end = std::max(used_.first + used_.size, range.first + range.size);
  used_.first = std::min(used_.first, range.first);
  used_.size = end - used_.first;
}

void Grouping::clear_table() {
  for (std::size_t at = 0; at < table_.size(); at += cell_of_slot_.size() * kSlotWidth) {
    std::fill_n(table_.data() + at + used_.first * kSlotWidth, used_.size * kSlotWidth, 0U);
  }
  used_ = {0, 0};
}

// Gives the table's counts to the cells; false, and nothing given, where they would be too many.
bool Grouping::empty_table(std::size_t cell_limit, Cells& cells, Added& added) {
  const std::size_t whole = cell_of_slot_.size() * kSlotWidth;
  const std::size_t first = used_.first * kSlotWidth;
  const std::size_t last = first + used_.size * kSlotWidth;
  for (std::size_t lane = whole; lane < table_.size(); lane += whole) {
    for (std::size_t i = first; i < last; ++i) table_[i] += table_[lane + i];
  }
  for (std::uint64_t slot = used_.first; slot < used_.first + used_.size; ++slot) {
    const std::uint32_t* const counts = table_.data() + slot * kSlotWidth;
    if (cell_of_slot_[slot].cell != kNoCell) continue;
    if (std::all_of(counts, counts + kRejected, [](std::uint32_t n) { return n == 0; })) continue;
    cell_of_slot_[slot].absent = slots_.decode(slot, codes_);
    cell_of_slot_[slot].cell = cells.at(codes_);
  }
  if (cells.size() > cell_limit) return false;
  for (std::uint64_t slot = used_.first; slot < used_.first + used_.size; ++slot) {
    const std::uint32_t* const counts = table_.data() + slot * kSlotWidth;
    added.rejected += counts[kRejected];
    if (cell_of_slot_[slot].cell == kNoCell) continue;
    // In place: a small batch is emptied as often as it is filled, and a Tally of its own would be
    // written and read again for each slot.
    Tally& tally = cells.tally(cell_of_slot_[slot].cell);
    std::uint64_t responses = 0;
    for (std::uint8_t rating = 0; rating < kRejected; ++rating) {
      tally.add(*Rating::from(rating), counts[rating]);
      responses += counts[rating];
    }
    added.added += responses;
    if (cell_of_slot_[slot].absent) added.untimed += responses;
  }
  return true;
}

// ---- many slots: a hash ----

Grouping::Known Grouping::known_cell(std::uint64_t slot, Cells& cells) {
  if (const auto known = known_.find(slot); known != known_.end()) return known->second;
  const bool absent = slots_.decode(slot, codes_);
  return known_.try_emplace(slot, Known{cells.at(codes_), absent}).first->second;
}

// Visits the rows that count, each with its cell, and moves rows.first past them.
template <typename Counts, typename Visit>
Grouped Grouping::visit_rows(const Batch& batch, RowRange& rows, std::size_t cell_limit,
                             Cells& cells, Added& added, Counts counts, Visit visit) {
  std::vector<std::uint64_t> numbers(kBlock);
  std::vector<Code> spelled;
  lay_out(batch, cells, true);
  while (rows.first < rows.last) {
    const std::size_t size = std::min(kBlock, rows.last - rows.first);
    const bool fits = slots_.count().has_value();
    std::fill_n(numbers.begin(), size, 0U);
    const std::size_t width = codes_.size();
    spelled.resize(fits ? 0 : kBlock * width);
    SlotRange range;
    const Numbered numbered =
        fits ? slots_.number(batch, rows.first, size, std::uint64_t{1}, numbers.data(), range)
             : slots_.spell(batch, rows.first, size, spelled.data());
    if (numbered == Numbered::UnknownCode) return Grouped::UnknownCode;
    if (numbered == Numbered::Outgrown) {
      lay_out(batch, cells, true);
      continue;
    }
    for (std::size_t i = 0; i < size; ++i) {
      if (!counts(rows.first + i)) {
        ++added.rejected;
        continue;
      }
      Known known{};
      if (fits) {
        known = known_cell(numbers[i] + range.first, cells);
      } else {
        const auto codes = std::span(spelled).subspan(i * width, width);
        known = {cells.at(codes), std::ranges::find(codes, kAbsent) != codes.end()};
      }
      visit(rows.first + i, known.cell);
      ++added.added;
      added.untimed += known.absent ? 1U : 0U;
    }
    rows.first += size;
    if (cells.size() > cell_limit) return Grouped::TooManyCells;
  }
  return Grouped::Done;
}

}  // namespace nps::internal
