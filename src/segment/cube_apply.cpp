// A cube that follows a ledger, change by change.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "segment/cube_impl.h"

namespace nps {

using internal::Cells;

std::string_view Cube::Impl::label_of(const Answer& answer, std::size_t dimension) const {
  switch (sources[dimension]) {
    case Source::Channel: return answer.channel;
    case Source::JourneyStage: return answer.journey_stage;
    case Source::Timing:
    case Source::Other: break;
  }
  for (const auto& [name, label] : answer.dimensions) {
    if (name == dimensions[dimension].name()) return label;
  }
  return {};
}

void Cube::Impl::codes_of(const Answer& answer, std::span<Code> codes) {
  for (std::size_t d = 0; d < codes.size(); ++d) {
    codes[d] =
        sources[d] == Source::Timing
            ? timeline(d).code(dimensions[d], {labels[d]}, answer.answered_at, answer.touchpoint_at)
            : labels[d].intern(label_of(answer, d));
  }
}

void Cube::Impl::codes_of(const Answer& answer, const Answer& before, std::span<const Code> known,
                          std::span<Code> codes) {
  for (std::size_t d = 0; d < codes.size(); ++d) {
    if (sources[d] == Source::Timing) {
      codes[d] =
          timeline(d).code(dimensions[d], {labels[d]}, answer.answered_at, answer.touchpoint_at);
      continue;
    }
    const std::string_view label = label_of(answer, d);
    const std::string_view was = label_of(before, d);
    const bool is_same = label.data() == was.data() && label.size() == was.size();
    codes[d] = is_same ? known[d] : labels[d].intern(label);
  }
}

Result<> Cube::apply(const Change& change) {
  if (impl_->options.weighted) {
    return Error{ErrorCode::Mismatch,
                 "a cube that keeps weights cannot follow changes, which have none; create it "
                 "without weights"};
  }
  Cells& cells = impl_->cells;
  std::array<Code, internal::kMaxDimensions> before_room;
  std::array<Code, internal::kMaxDimensions> room;
  const std::span before(before_room.data(), impl_->dimensions.size());
  const std::span codes(room.data(), impl_->dimensions.size());
  std::optional<Cells::Index> from;
  if (change.before) {
    impl_->codes_of(*change.before, before);
    from = cells.find_again(before);
    if (!from || cells.tally(*from).count(change.before->rating) == 0) {
      return Error{ErrorCode::InvalidArgument,
                   fmt::format("the answer '{}' to take away was never added to the cube; nothing "
                               "was changed",
                               change.before->response_id)};
    }
  }
  if (change.after) {
    if (change.before) {
      impl_->codes_of(*change.after, *change.before, before, codes);
    } else {
      impl_->codes_of(*change.after, codes);
    }
    if (from && std::ranges::equal(before, codes)) {
      cells.tally(*from).add(change.after->rating);
      cells.tally(*from).add(change.before->rating, ~std::uint64_t{0});  // modulo 2^64
      return {};
    }
    const std::size_t size = cells.size();
    const auto known = cells.find_again(codes);
    const Cells::Index to = known ? *known : cells.at(codes);
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
