#include "segment/compact_answers.h"

#include <algorithm>
#include <vector>

#include "detail/pages.h"
#include "detail/parallel.h"
#include "segment/compact_encoder.h"

namespace nps::internal {
namespace {

constexpr std::size_t kTaskRows = std::size_t{1} << 16U;  // sorted by one thread
constexpr std::size_t kFewRows = std::size_t{1} << 15U;   // not worth sorting
constexpr std::size_t kLeastTasks = 4;                    // in a round: 256 Ki rows
constexpr std::size_t kMostTasks = 256;                   // 16 Mi rows
constexpr std::size_t kKeptTasks = 4;                     // whose memory is kept for the next batch
constexpr std::size_t kBlock = 64;                        // entries
constexpr std::size_t kTaskBlocks = kTaskRows / kBlock + kShards;
constexpr std::size_t kAhead = 8;  // entries: two cache lines

void prefetch([[maybe_unused]] const void* address) noexcept {
#ifdef __GNUC__
  __builtin_prefetch(address);
#endif
}

void prefetch_to_write([[maybe_unused]] const void* address) noexcept {
#ifdef __GNUC__
  __builtin_prefetch(address, 1);
#endif
}

}  // namespace

// Some rows of a batch by shard. A shard's entries lie in blocks; shard s begins with block s.
struct CompactAnswers::Sorted {
  CompactEntry* blocks = nullptr;
  std::array<CompactEntry*, kShards> ends{};
  std::array<std::uint16_t, kTaskBlocks> next{};
  std::uint64_t rejected = 0;
  bool fits = true;

  // Writes to one of 256 places each time, which no processor foresees: so the line after next is
  // asked for.
  void sort(const CompactEncoder& encoder, std::size_t first, std::size_t rows) noexcept {
    rejected = 0;
    for (std::size_t s = 0; s < kShards; ++s) ends[s] = blocks + s * kBlock;
    std::size_t used = kShards;
    const auto put = [this, &used](std::size_t shard, const CompactEntry& entry) {
      CompactEntry* end = ends[shard];
      *end++ = entry;
      prefetch_to_write(end + kAhead);
      if (static_cast<std::size_t>(end - blocks) % kBlock == 0) {
        next[static_cast<std::size_t>(end - blocks) / kBlock - 1] =
            static_cast<std::uint16_t>(used);
        end = blocks + used++ * kBlock;
      }
      ends[shard] = end;
    };
    fits = true;
    for (std::size_t row = 0; row < rows; row += CompactEncoder::kRows) {
      const std::size_t some = std::min(CompactEncoder::kRows, rows - row);
      fits = encoder.encode(first + row, some, rejected, put) && fits;
    }
  }

  void place(std::size_t shard, CompactTable& table) const {
    for (std::size_t block = shard;; block = next[block]) {
      const CompactEntry* const begin = blocks + block * kBlock;
      const auto to_end = static_cast<std::size_t>(ends[shard] - begin);
      if (to_end < kBlock) {
        table.put({begin, to_end});
        return;
      }
      const CompactEntry* const after = blocks + next[block] * kBlock;
      for (std::size_t i = 0; i < kBlock; i += 4) prefetch(after + i);
      table.put({begin, kBlock});
    }
  }
};

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
  std::array<Placing, CompactEncoder::kRows> rows;  // NOLINT: written before it is read
  const CompactEncoder encoder(layout_, columns);
  for (std::size_t first = 0; first < columns.size(); first += CompactEncoder::kRows) {
    const std::size_t some = std::min(CompactEncoder::kRows, columns.size() - first);
    std::size_t count = 0;
    std::uint64_t rejected = 0;
    const auto put = [&](std::size_t shard, const CompactEntry& entry) {
      rows[count++] = {shard, entry};
    };
    if (!encoder.encode(first, some, rejected, put)) return first;
    for (std::size_t i = 0; i < count + kGroup; ++i) {
      if (i < count) shards_[rows[i].shard].prefetch(rows[i].entry);
      if (i >= kGroup) shards_[rows[i - kGroup].shard].put({&rows[i - kGroup].entry, 1});
    }
    placed.placed += count;
    placed.rejected += rejected;
  }
  return columns.size();
}

// So many that going through all tables costs little beside the rows, and that no more memory is
// needed than for twice the customers.
std::size_t CompactAnswers::round_tasks(std::size_t rows) const noexcept {
  const auto most =
      std::clamp(static_cast<std::size_t>(customers()) * 2 / kTaskRows, kLeastTasks, kMostTasks);
  return std::min(most, (rows + kTaskRows - 1) / kTaskRows);
}

std::size_t CompactAnswers::add(const ResponseColumns& columns, std::size_t threads,
                                Placed& placed) {
  if (columns.size() < kFewRows) return add_few(columns, placed);
  const CompactEncoder encoder(layout_, columns);
  std::vector<Sorted> sorted;
  for (std::size_t first = 0; first < columns.size();) {
    const std::size_t tasks = round_tasks(columns.size() - first);
    const std::size_t rows = std::min(tasks * kTaskRows, columns.size() - first);
    if (sorted.size() < tasks) {
      constexpr std::size_t kTaskEntries = kTaskBlocks * kBlock;
      if (scratch_.size() < tasks * kTaskEntries * sizeof(CompactEntry)) {
        scratch_ = Pages();
        scratch_ = Pages(tasks * kTaskEntries * sizeof(CompactEntry));
      }
      sorted.resize(tasks);
      for (std::size_t task = 0; task < tasks; ++task) {
        sorted[task].blocks = static_cast<CompactEntry*>(scratch_.data()) + task * kTaskEntries;
      }
    }
    const std::span round(sorted.data(), tasks);
    parallel_for(threads, tasks, [&](std::size_t task) {
      const std::size_t begin = task * kTaskRows;
      round[task].sort(encoder, first + begin, std::min(kTaskRows, rows - begin));
    });
    if (!std::ranges::all_of(round, &Sorted::fits)) return first;
    parallel_for(threads, kShards, [&](std::size_t s) {
      for (const Sorted& task : round) task.place(s, shards_[s]);
    });
    std::uint64_t rejected = 0;
    for (const Sorted& task : round) rejected += task.rejected;
    placed.placed += rows - rejected;
    placed.rejected += rejected;
    first += rows;
  }
  if (sorted.size() > kKeptTasks) scratch_ = Pages();
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
