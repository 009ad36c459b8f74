// A cube that follows a ledger, change by change.
#include <fmt/format.h>

#include <array>

#include "segment/cube_impl.h"

namespace nps {

using internal::Cells;

namespace {

std::string_view label_of(const Answer& answer, std::string_view dimension) {
  if (dimension == "channel") return answer.channel;
  if (dimension == "journey_stage") return answer.journey_stage;
  for (const auto& [name, label] : answer.dimensions) {
    if (name == dimension) return label;
  }
  return {};
}

}  // namespace

void Cube::Impl::codes_of(const Answer& answer, std::span<Code> codes) {
  for (std::size_t d = 0; d < codes.size(); ++d) {
    const Dimension& dimension = dimensions[d];
    codes[d] = dimension.is_timing() ? timeline(d).code(dimension, {labels[d]}, answer.answered_at,
                                                        answer.touchpoint_at)
                                     : labels[d].intern(label_of(answer, dimension.name()));
  }
}

Result<> Cube::apply(const Change& change) {
  if (impl_->options.weighted) {
    return Error{ErrorCode::Mismatch,
                 "a cube that keeps weights cannot follow changes, which have none; create it "
                 "without weights"};
  }
  Cells& cells = impl_->cells;
  std::array<Code, internal::kMaxDimensions> room;
  const std::span codes(room.data(), impl_->dimensions.size());
  std::optional<Cells::Index> from;
  if (change.before) {
    impl_->codes_of(*change.before, codes);
    from = cells.find(codes);
    if (!from || cells.tally(*from).count(change.before->rating) == 0) {
      return Error{ErrorCode::InvalidArgument,
                   fmt::format("the answer '{}' to take away was never added to the cube; nothing "
                               "was changed",
                               change.before->response_id)};
    }
  }
  if (change.after) {
    impl_->codes_of(*change.after, codes);
    const std::size_t size = cells.size();
    const Cells::Index to = cells.at(codes);
    const bool empties = from && cells.tally(*from).responses() == 1;
    if (cells.size() > impl_->options.cell_limit + (empties ? 1 : 0) && cells.size() > size) {
      cells.shrink(size);
      return internal::too_many_cells(impl_->options.cell_limit);
    }
    cells.tally(to).add(change.after->rating);
  }
  if (from) {
    Tally& tally = cells.tally(*from);
    Tally one;
    one.add(change.before->rating);
    tally -= one;
    if (tally.empty()) cells.erase(*from);
  }
  return {};
}

}  // namespace nps
