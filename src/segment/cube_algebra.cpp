// What cubes do with each other and among their own cells: merge, subtract, roll up, slice, compare.
#include <fmt/format.h>

#include <algorithm>

#include "segment/cube_impl.h"

namespace nps {

using internal::Cells;
using internal::too_many_cells;

namespace {

Error no_such_dimension(std::string_view name, const std::vector<Dimension>& dimensions) {
  std::string known;
  for (const Dimension& dimension : dimensions) {
    known += fmt::format("{}'{}'", known.empty() ? "" : ", ", dimension.name());
  }
  return {
      ErrorCode::NotFound,
      fmt::format("no dimension is called '{}'; there is {}", name, known.empty() ? "none" : known),
      {.field = std::string(name)}};
}

}  // namespace

Result<> Cube::merge(const Cube& other) {
  if (auto unlike = impl_->unlike(*other.impl_)) return *std::move(unlike);
  if (&other == this) return merge(Cube(other));
  const Cells& theirs = other.impl_->cells;
  const std::size_t before = impl_->cells.size();
  const auto own = [&](Cells::Index cell) {
    return impl_->translate(*other.impl_, theirs.codes(cell));
  };
  if (internal::add_cells(impl_->cells, theirs, impl_->options.cell_limit, own)) return {};
  impl_->cells.shrink(before);
  return too_many_cells(impl_->options.cell_limit);
}

Result<> Cube::subtract(const Cube& other) {
  if (auto unlike = impl_->unlike(*other.impl_)) return *std::move(unlike);
  const Cells& theirs = other.impl_->cells;
  Cells& ours = impl_->cells;
  for (Cells::Index cell = 0; cell < theirs.size(); ++cell) {
    if (theirs.tally(cell).empty()) continue;  // as counts that wrapped may be
    const auto own = impl_->find(*other.impl_, theirs.codes(cell));
    if (!own || !ours.tally(*own).contains(theirs.tally(cell))) {
      return Error{
          ErrorCode::InvalidArgument,
          "the cube to take away has responses that this one does not; nothing was changed"};
    }
  }
  if (&other == this) return subtract(Cube(other));
  for (Cells::Index cell = 0; cell < theirs.size(); ++cell) {
    if (theirs.tally(cell).empty()) continue;
    const Cells::Index own = *impl_->find(*other.impl_, theirs.codes(cell));
    ours.tally(own) -= theirs.tally(cell);
    if (theirs.weighted()) ours.weights(own) -= theirs.weights(cell);
    // An emptied cell makes room below the limit: a window that moves on for ever keeps no trace.
    if (ours.tally(own).empty()) ours.erase(own);
  }
  return {};
}

Result<Cube> Cube::roll_up(std::initializer_list<std::string_view> keep) const {
  return roll_up(std::span(keep.begin(), keep.size()));
}

Result<Cube> Cube::roll_up(std::span<const std::string_view> keep) const {
  std::vector<std::size_t> from;
  std::vector<Dimension> dimensions;
  for (const std::string_view name : keep) {
    const auto d = find(name);
    if (!d) return no_such_dimension(name, impl_->dimensions);
    from.push_back(*d);
    dimensions.push_back(impl_->dimensions[*d]);
  }
  auto rolled = create(std::move(dimensions), impl_->options);
  if (!rolled) return rolled;
  for (std::size_t d = 0; d < from.size(); ++d) rolled->impl_->labels[d] = impl_->labels[from[d]];
  std::vector<Code> codes(from.size());
  for (Cells::Index cell = 0; cell < impl_->cells.size(); ++cell) {
    std::ranges::transform(from, codes.begin(),
                           [&](std::size_t d) { return impl_->cells.codes(cell)[d]; });
    const Cells::Index into = rolled->impl_->cells.at(codes);
    rolled->impl_->cells.tally(into) += impl_->cells.tally(cell);
    if (impl_->options.weighted) {
      rolled->impl_->cells.weights(into) += impl_->cells.weights(cell);
    }
  }
  return rolled;
}

Result<Cube> Cube::slice(std::string_view dimension, std::string_view label) const {
  const auto at = find(dimension);
  if (!at) return no_such_dimension(dimension, impl_->dimensions);
  std::vector<std::string_view> others;
  for (const Dimension& other : impl_->dimensions) {
    if (other.name() != dimension) others.emplace_back(other.name());
  }
  const auto code = impl_->labels[*at].find(label);
  Cube sliced(std::make_unique<Impl>(impl_->dimensions, impl_->options));
  sliced.impl_->labels = impl_->labels;
  for (Cells::Index cell = 0; code && cell < impl_->cells.size(); ++cell) {
    if (impl_->cells.codes(cell)[*at] != *code) continue;
    const Cells::Index into = sliced.impl_->cells.at(impl_->cells.codes(cell));
    sliced.impl_->cells.tally(into) = impl_->cells.tally(cell);
    if (impl_->options.weighted) sliced.impl_->cells.weights(into) = impl_->cells.weights(cell);
  }
  return sliced.roll_up(others);
}

bool operator==(const Cube& a, const Cube& b) {
  if (a.impl_->dimensions != b.impl_->dimensions ||
      a.impl_->options.policy != b.impl_->options.policy ||
      a.impl_->options.weighted != b.impl_->options.weighted) {
    return false;
  }
  const auto covers = [](const Cube::Impl& large, const Cube::Impl& small) {
    for (Cells::Index cell = 0; cell < small.cells.size(); ++cell) {
      if (small.cells.tally(cell).empty()) continue;
      const auto found = large.find(small, small.cells.codes(cell));
      if (!found || large.cells.tally(*found) != small.cells.tally(cell)) return false;
      if (small.cells.weighted() && large.cells.weights(*found) != small.cells.weights(cell)) {
        return false;
      }
    }
    return true;
  };
  return covers(*a.impl_, *b.impl_) && covers(*b.impl_, *a.impl_);
}

}  // namespace nps
