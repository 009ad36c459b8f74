#include "segment/compact_answers.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include "detail/pages.h"
#include "detail/parallel.h"
#include "segment/compact_encoder.h"

namespace nps::internal {
namespace {

constexpr std::size_t kFewRows = std::size_t{1} << 15U;    // not worth sorting
constexpr std::size_t kRoundRows = std::size_t{1} << 24U;  // sorted, then placed
// Rounds are cut into tasks by their rows alone, so that tables grow at the same entry, and what is
// in them comes in the same order, on any number of threads.
constexpr std::size_t kRoundTasks = 16;
constexpr std::size_t kLeastTaskRows = std::size_t{1} << 16U;
constexpr std::size_t kKeptBytes = std::size_t{8} << 20U;  // of scratch memory, for the next batch

std::size_t task_rows(std::size_t round_rows) noexcept {
  return std::max(kLeastTaskRows, std::bit_ceil((round_rows + kRoundTasks - 1) / kRoundTasks));
}

/// About how many customers a shard's entries are of: so many of twice as many bits stay clear when
/// each customer sets one. Source: Whang, Vander-Zanden and Taylor, "A Linear-Time Probabilistic
/// Counting Algorithm for Database Applications", ACM TODS 15(2), 1990.
std::size_t estimate_customers(std::span<const CompactSorted> round, std::size_t shard) {
  constexpr std::size_t kMostBits = std::size_t{1} << 18U;
  std::size_t entries = 0;
  for (const CompactSorted& task : round) entries += task.count(shard);
  const std::size_t bits = std::clamp(std::bit_ceil(2 * entries), std::size_t{64}, kMostBits);
  std::vector<std::uint64_t> seen(bits / 64);
  for (const CompactSorted& task : round) {
    task.for_each_piece(shard, [&](std::span<const CompactEntry> piece) {
      for (const CompactEntry& entry : piece) {
        const std::size_t bit = ((entry.who >> 32U) * bits) >> 32U;
        seen[bit / 64] |= std::uint64_t{1} << (bit % 64);
      }
    });
  }
  std::size_t clear = bits;
  for (const std::uint64_t word : seen) clear -= static_cast<std::size_t>(std::popcount(word));
  const auto all = static_cast<double>(bits);
  const double customers =
      all * std::log(all / static_cast<double>(std::max<std::size_t>(1, clear)));
  return std::min(static_cast<std::size_t>(customers), entries);
}

}  // namespace

CompactAnswers::CompactAnswers(Which which, std::size_t dimensions)
    : layout_{which == Which::First, dimensions} {
  for (std::size_t s = 0; s < kShards; ++s) shards_[s].set_up(memory_, s);
}

bool CompactAnswers::may_hold(const ResponseColumns& columns) noexcept {
  return columns.customers.empty() && columns.response_ids.empty() &&
         columns.row_ids.rows.empty() && columns.touchpoint_at.empty() && columns.weights.empty() &&
         columns.codes.size() <= CompactLayout::kMaxDimensions;
}

// A few rows go to their tables straight, all of which are asked for some rows ahead ("group
// prefetching": Chen, Ailamaki, Gibbons and Mowry, "Improving Hash Join Performance through
// Prefetching", ICDE 2004).
std::size_t CompactAnswers::add_few(const ResponseColumns& columns, Placed& placed) {
  constexpr std::size_t kGroup = 32;
  struct Placing {
    std::size_t shard;
    CompactEntry entry;
  };
  std::array<Placing, CompactRows::kMost> rows;  // NOLINT: written before it is read
  CompactRows encoded;                           // NOLINT: the same
  const CompactEncoder encoder(layout_, columns);
  for (std::size_t first = 0; first < columns.size(); first += CompactRows::kMost) {
    const std::size_t some = std::min(CompactRows::kMost, columns.size() - first);
    if (!encoder.encode(first, some, encoded)) return first;
    std::size_t count = 0;
    for (std::size_t i = 0; i < some; ++i) {
      rows[count] = {encoded.shard[i], encoded[i]};
      count += static_cast<std::size_t>(encoded.what[i] != 0);
    }
    for (std::size_t i = 0; i < count + kGroup; ++i) {
      if (i < count) shards_[rows[i].shard].prefetch(rows[i].entry);
      if (i >= kGroup) shards_[rows[i - kGroup].shard].put({&rows[i - kGroup].entry, 1});
    }
    placed.placed += count;
    placed.rejected += some - count;
  }
  return columns.size();
}

// Puts a round's entries of a shard into its table.
void CompactAnswers::place(std::span<const CompactSorted> round, std::size_t shard) {
  CompactTable& table = shards_[shard];
  std::size_t entries = 0;
  for (const CompactSorted& task : round) entries += task.count(shard);
  if (table.customers() != 0 && entries >= table.lines().size()) table.fetch();
  for (const CompactSorted& task : round) {
    task.for_each_piece(shard, [&table](std::span<const CompactEntry> piece) { table.put(piece); });
  }
}

std::size_t CompactAnswers::add(const ResponseColumns& columns, std::size_t threads,
                                Placed& placed) {
  if (columns.size() < kFewRows) return add_few(columns, placed);
  const CompactEncoder encoder(layout_, columns);
  std::vector<CompactSorted> round;
  for (std::size_t first = 0; first < columns.size();) {
    const std::size_t rows = std::min(kRoundRows, columns.size() - first);
    const std::size_t each = task_rows(rows);
    const std::size_t tasks = (rows + each - 1) / each;
    const std::size_t room = CompactSorted::room(each);
    const std::size_t all = (tasks - 1) * room + CompactSorted::room(rows - (tasks - 1) * each);
    if (scratch_.size() < all * sizeof(CompactEntry)) {
      scratch_ = Pages();
      scratch_ = Pages(all * sizeof(CompactEntry));
    }
    auto* const scratch = static_cast<CompactEntry*>(scratch_.data());
    round.resize(tasks);
    parallel_for(threads, tasks, [&](std::size_t task) {
      const std::size_t begin = task * each;
      const std::size_t some = std::min(each, rows - begin);
      round[task].sort(encoder, first + begin, some,
                       {scratch + task * room, CompactSorted::room(some)});
    });
    if (!std::ranges::all_of(round, &CompactSorted::fits)) return first;
    // Keys are mixed, so that all shards have about as many customers as one.
    const std::size_t expected = customers() == 0 ? estimate_customers(round, 0) : 0;
    parallel_for(threads, kShards, [&](std::size_t shard) {
      shards_[shard].reserve(expected);
      place(round, shard);
    });
    std::uint64_t sorted = 0;
    for (const CompactSorted& task : round) sorted += task.count();
    placed.placed += sorted;
    placed.rejected += rows - sorted;
    first += rows;
  }
  if (scratch_.size() > kKeptBytes) scratch_ = Pages();
  return columns.size();
}

std::uint64_t CompactAnswers::customers() const noexcept {
  std::uint64_t customers = 0;
  for (const CompactTable& shard : shards_) customers += shard.customers();
  return customers;
}

std::uint64_t CompactAnswers::placed() const noexcept {
  std::uint64_t placed = 0;
  for (const CompactTable& shard : shards_) placed += shard.placed();
  return placed;
}

KeptColumns CompactAnswers::columns(std::size_t threads) const {
  std::vector<std::size_t> begins{0};
  for (const CompactTable& shard : shards_) begins.push_back(begins.back() + shard.customers());
  KeptColumns kept(begins.back(), layout_.dimensions);
  parallel_for(threads, kShards, [&](std::size_t s) {
    std::size_t row = begins[s];
    shards_[s].for_each([&](const CompactEntry& entry) {
      kept.ratings[row] = layout_.rating(entry);
      const auto time = layout_.time(entry);
      kept.answered_at.put(row, time.value_or(Timestamp{}), time.has_value());
      for (std::size_t d = 0; d < layout_.dimensions; ++d) {
        kept.codes[d][row] = layout_.code(entry, d);
      }
      ++row;
    });
  });
  kept.answered_at.seal();
  return kept;
}

WideAnswers CompactAnswers::widened() const {
  WideAnswers wide(layout_.first ? Which::First : Which::Latest, false, layout_.dimensions);
  std::array<Code, CompactLayout::kMaxDimensions> codes{};
  for (std::size_t s = 0; s < kShards; ++s) {
    shards_[s].for_each([&](const CompactEntry& entry) {
      for (std::size_t d = 0; d < layout_.dimensions; ++d) codes[d] = layout_.code(entry, d);
      wide.adopt(CompactLayout::key(entry, s), {layout_.rating(entry), layout_.time(entry)},
                 std::span(codes).first(layout_.dimensions));
    });
  }
  wide.adopt_placed(placed());
  return wide;
}

}  // namespace nps::internal
