// What a cube is made of, what goes in and what is read off. Its algebra is in cube_algebra.cpp.
#include "nps/segment/cube.h"

#include <fmt/format.h>

#include <algorithm>

#include "segment/cube_impl.h"
#include "segment/dimension_codec.h"

namespace nps {

using internal::Cells;
using internal::kMaxDimensions;
using internal::too_many_cells;

namespace {

std::string_view label_of(const Response& response, std::string_view dimension) {
  if (dimension == "channel") return response.channel;
  if (dimension == "journey_stage") return response.journey_stage;
  for (const auto& [name, label] : response.dimensions) {
    if (name == dimension) return label;
  }
  return {};
}

bool has_absent(std::span<const Code> codes) {
  return std::ranges::find(codes, internal::kAbsent) != codes.end();
}

}  // namespace

Error internal::too_many_cells(std::size_t limit) {
  return {
      ErrorCode::LimitReached,
      fmt::format("more than {} combinations of labels: group by fewer dimensions or by ones with "
                  "fewer values, or raise the limit on cells",
                  limit),
      {.field = "cell_limit"}};
}

Cube::Cube(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Cube::Cube(const Cube& other) : impl_(std::make_unique<Impl>(*other.impl_)) {}
Cube::Cube(Cube&& other) noexcept = default;
Cube& Cube::operator=(Cube other) noexcept {
  impl_ = std::move(other.impl_);
  return *this;
}
Cube::~Cube() = default;

Result<Cube> Cube::create(std::vector<Dimension> dimensions, CubeOptions options) {
  if (dimensions.size() > kMaxDimensions) {
    return Error{ErrorCode::InvalidArgument, fmt::format("a cube has at most {} dimensions, not {}",
                                                         kMaxDimensions, dimensions.size())};
  }
  if (!is_consistent(options.policy)) return inconsistent(options.policy);
  for (auto one = dimensions.begin(); one != dimensions.end(); ++one) {
    const auto same = [one](const Dimension& other) { return other.name() == one->name(); };
    if (std::any_of(dimensions.begin(), one, same)) {
      return Error{ErrorCode::InvalidArgument,
                   fmt::format("the dimension '{}' is named twice", one->name()),
                   {.field = one->name()}};
    }
  }
  return Cube(std::make_unique<Impl>(std::move(dimensions), std::move(options)));
}

const std::vector<Dimension>& Cube::dimensions() const noexcept { return impl_->dimensions; }
const CubeOptions& Cube::options() const noexcept { return impl_->options; }
Labels& Cube::labels(std::size_t dimension) noexcept { return impl_->labels[dimension]; }
const Labels& Cube::labels(std::size_t dimension) const noexcept {
  return impl_->labels[dimension];
}
std::size_t Cube::cell_count() const noexcept { return impl_->cells.size(); }

std::optional<std::size_t> Cube::find(std::string_view dimension) const noexcept {
  for (std::size_t d = 0; d < impl_->dimensions.size(); ++d) {
    if (impl_->dimensions[d].name() == dimension) return d;
  }
  return std::nullopt;
}

// ---- adding ----

Result<> Cube::add(std::initializer_list<std::string_view> labels, Rating rating, double weight) {
  return add(std::span(labels.begin(), labels.size()), rating, weight);
}

Result<> Cube::add(std::span<const std::string_view> labels, Rating rating, double weight) {
  if (labels.size() != impl_->dimensions.size() ||
      std::ranges::any_of(impl_->dimensions, &Dimension::is_timing)) {
    return Error{ErrorCode::Mismatch,
                 fmt::format("{} labels for a cube of {} dimensions; give one for each, and a "
                             "Response where a dimension is a timing",
                             labels.size(), impl_->dimensions.size())};
  }
  std::vector<Code> codes(labels.size());
  for (std::size_t d = 0; d < labels.size(); ++d) codes[d] = impl_->labels[d].intern(labels[d]);
  return impl_->add(codes, rating, weight);
}

Result<> Cube::add(const Response& response) {
  if (!response.rating) {
    return Error{ErrorCode::InvalidArgument,
                 fmt::format("response '{}' has no rating: asked, but not answered", response.id),
                 {.field = "rating"}};
  }
  std::vector<Code> codes(impl_->dimensions.size());
  for (std::size_t d = 0; d < codes.size(); ++d) {
    const Dimension& dimension = impl_->dimensions[d];
    codes[d] = dimension.is_timing()
                   ? impl_->timeline(d).code(dimension, {impl_->labels[d]}, response.answered_at,
                                             response.touchpoint_at)
                   : impl_->labels[d].intern(label_of(response, dimension.name()));
  }
  return impl_->add(codes, *response.rating, response.weight);
}

Result<> Cube::add(std::span<const std::optional<std::string_view>> labels, const Tally& tally) {
  if (labels.size() != impl_->dimensions.size() || impl_->options.weighted) {
    return Error{
        ErrorCode::Mismatch,
        fmt::format("a cell of {} labels and no weights for a cube of {} dimensions{}; give "
                    "one label for each, to a cube without weights",
                    labels.size(), impl_->dimensions.size(),
                    impl_->options.weighted ? " that keeps weights" : "")};
  }
  std::vector<Code> codes(labels.size(), internal::kAbsent);
  for (std::size_t d = 0; d < labels.size(); ++d) {
    const Dimension& dimension = impl_->dimensions[d];
    if (labels[d] ? !internal::could_have(dimension, *labels[d]) : !dimension.is_timing()) {
      return Error{ErrorCode::InvalidArgument,
                   fmt::format("'{}' is no label of the dimension '{}'; write it as cells() does",
                               labels[d].value_or(std::string_view()), dimension.name()),
                   {.field = dimension.name()}};
    }
    if (labels[d]) codes[d] = impl_->labels[d].intern(*labels[d]);
  }
  if (tally.empty()) return {};
  const std::size_t before = impl_->cells.size();
  const Cells::Index cell = impl_->cells.at(codes);
  if (impl_->cells.size() > impl_->options.cell_limit) {
    impl_->cells.shrink(before);
    return too_many_cells(impl_->options.cell_limit);
  }
  impl_->cells.tally(cell) += tally;
  return {};
}

Result<> Cube::Impl::add(std::span<const Code> codes, Rating rating, double weight) {
  if (options.weighted && !WeightedTally::is_weight(weight)) {
    return Error{ErrorCode::InvalidArgument,
                 fmt::format("{} is no weight: it must be a finite number, 0 or more", weight),
                 {.field = "weight"}};
  }
  const std::size_t before = cells.size();
  const Cells::Index cell = cells.at(codes);
  if (cells.size() > options.cell_limit) {
    cells.shrink(before);
    return too_many_cells(options.cell_limit);
  }
  add(cell, rating, weight);
  return {};
}

// ---- reading ----

Tally Cube::total() const noexcept {
  Tally total;
  for (Cells::Index cell = 0; cell < impl_->cells.size(); ++cell) total += impl_->cells.tally(cell);
  return total;
}

WeightedTally Cube::weighted_total() const noexcept {
  WeightedTally total;
  if (!impl_->options.weighted) return total;
  for (Cells::Index cell = 0; cell < impl_->cells.size(); ++cell) {
    total += impl_->cells.weights(cell);
  }
  return total;
}

std::vector<Cell> Cube::cells() const {
  std::vector<Cell> cells;
  cells.reserve(impl_->cells.size());
  for (Cells::Index cell = 0; cell < impl_->cells.size(); ++cell) {
    const auto codes = impl_->cells.codes(cell);
    if (impl_->cells.tally(cell).empty() || has_absent(codes)) continue;
    Cell& out = cells.emplace_back();
    for (std::size_t d = 0; d < codes.size(); ++d) {
      out.labels.push_back(impl_->labels[d].text(codes[d]));
    }
    out.tally = impl_->cells.tally(cell);
    if (impl_->options.weighted) out.weighted = impl_->cells.weights(cell);
  }
  std::ranges::sort(cells, [this](const Cell& a, const Cell& b) {
    for (std::size_t d = 0; d < a.labels.size(); ++d) {
      if (a.labels[d] != b.labels[d]) {
        return impl_->dimensions[d].before(a.labels[d], b.labels[d]);
      }
    }
    return false;
  });
  return cells;
}

}  // namespace nps
