// Cube::Impl: dimensions, dictionaries and cells, and the two ways codes of another cube are read.
#ifndef NPS_SRC_SEGMENT_CUBE_IMPL_H_
#define NPS_SRC_SEGMENT_CUBE_IMPL_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "nps/segment/cube.h"
#include "segment/cells.h"
#include "segment/grouping.h"
#include "segment/timeline.h"

namespace nps {

namespace internal {

inline constexpr std::size_t kMaxDimensions = 32;

Error too_many_cells(std::size_t limit);

/// Adds all of another table's cells, or none where there would be more than the limit; cells without
/// a response may then stay, for the caller to drop. `own(cell)` is what that cell's codes are here.
template <typename Own>
bool add_cells(Cells& cells, const Cells& theirs, std::size_t limit, Own own) {
  std::vector<Cells::Index> target(theirs.size());
  for (Cells::Index cell = 0; cell < theirs.size(); ++cell) {
    target[cell] = cells.at(own(cell));
    if (cells.size() > limit) return false;
  }
  for (Cells::Index cell = 0; cell < theirs.size(); ++cell) {
    cells.tally(target[cell]) += theirs.tally(cell);
    if (theirs.weighted()) cells.weights(target[cell]) += theirs.weights(cell);
  }
  return true;
}

}  // namespace internal

struct Cube::Impl {
  Impl(std::vector<Dimension> by, CubeOptions chosen)
      : dimensions(std::move(by)),
        options(std::move(chosen)),
        labels(dimensions.size()),
        cells(dimensions.size(), options.weighted) {
    for (const Dimension& dimension : dimensions) {
      sources.push_back(dimension.is_timing()                 ? Source::Timing
                        : dimension.name() == "channel"       ? Source::Channel
                        : dimension.name() == "journey_stage" ? Source::JourneyStage
                                                              : Source::Other);
    }
  }
  Impl(const Impl& other)
      : dimensions(other.dimensions),
        options(other.options),
        labels(other.labels),
        cells(other.cells),
        sources(other.sources) {}
  Impl& operator=(const Impl&) = delete;
  ~Impl() = default;

  void add(internal::Cells::Index cell, Rating rating, double weight) {
    cells.tally(cell).add(rating);
    if (options.weighted)
      static_cast<void>(cells.weights(cell).add(rating, weight));  // checked before
  }

  /// The cell of another cube's (or this one's) codes, translated by text into this one's.
  std::vector<Code> translate(const Impl& other, std::span<const Code> codes) {
    std::vector<Code> own(codes.size());
    for (std::size_t d = 0; d < codes.size(); ++d) {
      own[d] = codes[d] == internal::kAbsent ? internal::kAbsent
                                             : labels[d].intern(other.labels[d].text(codes[d]));
    }
    return own;
  }

  /// Where this has another cube's codes; no value where a label is not even known here.
  std::optional<internal::Cells::Index> find(const Impl& other, std::span<const Code> codes) const {
    std::vector<Code> own(codes.size(), internal::kAbsent);
    for (std::size_t d = 0; d < codes.size(); ++d) {
      if (codes[d] == internal::kAbsent) continue;
      const auto known = labels[d].find(other.labels[d].text(codes[d]));
      if (!known) return std::nullopt;
      own[d] = *known;
    }
    return cells.find(own);
  }

  [[nodiscard]] std::optional<Error> unlike(const Impl& other) const {
    if (dimensions != other.dimensions) {
      return Error{ErrorCode::Mismatch,
                   "the two cubes have different dimensions; build both from the same ones"};
    }
    if (options.policy != other.options.policy || options.weighted != other.options.weighted) {
      return Error{
          ErrorCode::Mismatch,
          "the two cubes count by different policies (which answers, scale, zone, weights)"};
    }
    if (options.policy.which != Which::All) {
      return Error{ErrorCode::Mismatch,
                   "cubes of one answer a customer do not merge or subtract: a customer may be in "
                   "both; choose the answers first, then build one cube"};
    }
    return std::nullopt;
  }

  Result<> add(std::span<const Code> codes, Rating rating, double weight);
  [[nodiscard]] std::string_view label_of(const Answer& answer, std::size_t dimension) const;
  void codes_of(const Answer& answer, std::span<Code> codes);
  /// The same for what comes after `before`, whose codes are known: most labels are the very same.
  void codes_of(const Answer& answer, const Answer& before, std::span<const Code> known,
                std::span<Code> codes);
  internal::Grouped add_weighted(const ResponseColumns& columns, Added& added);
  internal::Grouped add_parallel(const ResponseColumns& columns, std::size_t threads, Added& added);

  internal::Batch batch(const ResponseColumns& columns, std::mutex* lock = nullptr) {
    return {dimensions, labels, lock, columns};
  }
  internal::Grouping& group() {
    if (!grouping) grouping = std::make_unique<internal::Grouping>(dimensions);
    return *grouping;
  }
  internal::Timeline& timeline(std::size_t dimension) {
    while (timelines.size() < dimensions.size())
      timelines.emplace_back(dimensions[timelines.size()]);
    return timelines[dimension];
  }

  std::vector<Dimension> dimensions;
  CubeOptions options;
  std::vector<Labels> labels;
  internal::Cells cells;
  enum class Source : std::uint8_t { Timing, Channel, JourneyStage, Other };
  std::vector<Source> sources;  // where in an answer each dimension's label stands
  // What is remembered to be faster; a copy starts without.
  std::vector<internal::Timeline> timelines;  // of responses one at a time
  std::unique_ptr<internal::Grouping> grouping;
};

}  // namespace nps

#endif  // NPS_SRC_SEGMENT_CUBE_IMPL_H_
