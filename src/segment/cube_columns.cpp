// Whole columns into a cube: on one thread or several, and with weights.
#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

#include "detail/parallel.h"
#include "segment/columns.h"
#include "segment/cube_impl.h"

namespace nps {

using internal::Cells;
using internal::Grouped;
using internal::Grouping;

namespace {

// Fewer rows than this are not worth a thread.
constexpr std::size_t kRowsPerThread = std::size_t{1} << 16U;

}  // namespace

Result<Added> Cube::add(const ResponseColumns& columns, std::size_t threads) {
  Impl& self = *impl_;
  if (auto lengths = internal::check_lengths(columns); !lengths) return std::move(lengths).error();
  if (auto count = internal::check_code_columns(columns, *this); !count) {
    return std::move(count).error();
  }
  const std::size_t before = self.cells.size();
  Added added;
  Grouped done = Grouped::Done;
  if (self.options.weighted) {
    done = self.add_weighted(columns, added);
  } else if (const auto most = std::min(threads, columns.size() / kRowsPerThread); most > 1) {
    done = self.add_parallel(columns, most, added);
  } else {
    done = self.group().add(self.batch(columns), {0, columns.size()}, self.options.cell_limit,
                            self.cells, added);
  }
  if (done == Grouped::Done) return added;
  self.cells.shrink(before);
  // Which error it is, and which row, must not depend on what was looked at first.
  if (auto codes = internal::check_codes(columns, *this); !codes) return std::move(codes).error();
  return internal::too_many_cells(self.options.cell_limit);
}

// Weights are added one after the other, in the order of the rows, so that their sums are the same
// on every machine. First the cells of all rows, so that a limit is met before anything is counted.
Grouped Cube::Impl::add_weighted(const ResponseColumns& columns, Added& added) {
  const auto weight_of = [&columns](std::size_t row) {
    return columns.weights.empty() ? 1.0 : columns.weights[row];
  };
  std::vector<bool> counted(columns.size());
  for (std::size_t row = 0; row < columns.size(); ++row) {
    counted[row] = columns.ratings[row] <= Rating::kMax && WeightedTally::is_weight(weight_of(row));
  }
  std::vector<Cells::Index> cell_of;
  const Grouped done =
      group().find(batch(columns), counted, options.cell_limit, cells, cell_of, added);
  if (done != Grouped::Done) return done;
  for (std::size_t row = 0; row < columns.size(); ++row) {
    if (counted[row]) add(cell_of[row], *Rating::from(columns.ratings[row]), weight_of(row));
  }
  return done;
}

// Each thread has cells of its own, so that nothing is shared but the dictionaries; their sums are
// the same in any order.
Grouped Cube::Impl::add_parallel(const ResponseColumns& columns, std::size_t threads,
                                 Added& added) {
  struct Part {
    Cells cells;
    Added added = {};
    Grouped done = Grouped::Done;
  };
  std::vector<Part> parts;
  parts.reserve(threads);
  for (std::size_t t = 0; t < threads; ++t) parts.push_back({Cells(dimensions.size(), false)});
  std::mutex lock;
  internal::parallel_for(threads, threads, [&](std::size_t t) {
    const std::size_t share = columns.size() / threads;
    const internal::RowRange rows{share * t, t + 1 == threads ? columns.size() : share * (t + 1)};
    parts[t].done =
        Grouping(dimensions)
            .add(batch(columns, &lock), rows, options.cell_limit, parts[t].cells, parts[t].added);
  });

  // All of them into the first, and only that into the cube, so that it is all or nothing.
  Cells& all = parts.front().cells;
  const auto add_part = [this](Cells& into, const Cells& part) {
    return internal::add_cells(into, part, options.cell_limit,
                               [&part](Cells::Index cell) { return part.codes(cell); });
  };
  for (const Part& part : parts) {
    if (part.done != Grouped::Done) return part.done;
    if (&part.cells != &all && !add_part(all, part.cells)) return Grouped::TooManyCells;
    added.added += part.added.added;
    added.rejected += part.added.rejected;
    added.untimed += part.added.untimed;
  }
  if (!add_part(cells, all)) return Grouped::TooManyCells;
  return Grouped::Done;
}

}  // namespace nps
