#include "segment/slots.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <tuple>
#include <type_traits>
#include <variant>

#include "kernels/kernel.h"
#include "segment/columns.h"

namespace nps::internal {
namespace {

constexpr std::uint64_t kRoomForTimes = 8;

std::uint64_t size_of(const Batch& batch, std::size_t dimension) {
  if (batch.lock == nullptr) return batch.labels[dimension].size();
  const std::lock_guard held(*batch.lock);
  return batch.labels[dimension].size();
}

template <typename Slot, typename C>
Code add_codes(const C* codes, std::size_t rows, std::uint64_t stride, Slot* slots) {
  const auto& loops = std::get<kernel::AddCodes<Slot>>(kernel::selected().group.add_codes);
  using Loop = Code (*)(const C*, std::size_t, Slot, Slot*) noexcept;
  return std::get<Loop>(loops)(codes, rows, static_cast<Slot>(stride), slots);
}

}  // namespace

Slots::Slots(std::span<const Dimension> dimensions) {
  std::size_t column = 0;
  for (const Dimension& dimension : dimensions) {
    if (dimension.is_timing()) {
      axes_.push_back({true, timelines_.size(), 0, 0, 0});
      timelines_.emplace_back(dimension);
    } else {
      axes_.push_back({false, column++, 0, 0, 0});
    }
  }
}

bool Slots::lay_out(const Batch& batch, bool roomy) {
  bool changed = !laid_out_;
  laid_out_ = true;
  for (std::size_t d = 0; d < axes_.size(); ++d) {
    Axis& axis = axes_[d];
    axis.known = size_of(batch, d);
    const std::uint64_t needed =
        axis.timing ? axis.known + 1 : std::max<std::uint64_t>(axis.known, 1);
    if (axis.radix >= needed) continue;
    changed = true;
    axis.radix = axis.timing ? std::bit_ceil(needed + kRoomForTimes)
                 : roomy     ? std::bit_ceil(needed)
                             : needed;
  }
  if (!changed) return false;
  // Times above labels: the rows of a block are often of one period, and then lie close together.
  count_ = 1;
  for (const bool timing : {false, true}) {
    for (Axis& axis : axes_) {
      if (axis.timing != timing || !count_) continue;
      axis.stride = *count_;
      const bool fits = *count_ <= std::numeric_limits<std::uint64_t>::max() / axis.radix;
      count_ = fits ? std::optional(*count_ * axis.radix) : std::nullopt;
    }
  }
  return true;
}

bool Slots::decode(std::uint64_t slot, std::span<Code> codes) const noexcept {
  bool absent = false;
  for (std::size_t d = 0; d < axes_.size(); ++d) {
    const Axis& axis = axes_[d];
    const std::uint64_t digit = slot / axis.stride % axis.radix;
    const bool none = axis.timing && digit == axis.radix - 1;
    codes[d] = none ? kAbsent : static_cast<Code>(digit);
    absent = absent || none;
  }
  return absent;
}

template <typename Number>
Numbered Slots::add_labels(const CodeColumn& column, const Axis& axis, std::size_t first,
                           std::size_t rows, Number width, Number* numbers, SlotRange& range) {
  return std::visit(
      [&](const auto& codes) {
        if constexpr (std::is_same_v<std::decay_t<decltype(codes)>, Code>) {
          if (codes >= axis.known) return Numbered::UnknownCode;
          range.first += codes * axis.stride;
        } else {
          const Code greatest = add_codes(codes.data() + first, rows, axis.stride * width, numbers);
          range.size += (axis.radix - 1) * axis.stride;
          if (greatest >= axis.known) return Numbered::UnknownCode;
        }
        return Numbered::Done;
      },
      column);
}

// The codes of a timing, in time_codes_ unless they are all one.
TimeCodes Slots::find_times(const Batch& batch, std::size_t dimension, std::size_t first,
                            std::size_t rows) {
  time_codes_.resize(kBlock);
  return timelines_[axes_[dimension].column].codes(
      batch.dimensions[dimension], {batch.labels[dimension], batch.lock}, batch.columns.answered_at,
      batch.columns.touchpoint_at, first, rows, time_codes_.data());
}

template <typename Number>
Numbered Slots::add_times(const Batch& batch, std::size_t dimension, std::size_t first,
                          std::size_t rows, Number width, Number* numbers, SlotRange& range) {
  const Axis& axis = axes_[dimension];
  const Code none = static_cast<Code>(axis.radix - 1);
  const TimeCodes times = find_times(batch, dimension, first, rows);
  Code* const codes = time_codes_.data();
  if (times.all) {
    if (*times.all != kAbsent && *times.all >= none) return Numbered::Outgrown;
    range.first += (*times.all == kAbsent ? none : *times.all) * axis.stride;
    return Numbered::Done;
  }
  if (times.has_absent) {
    for (std::size_t row = 0; row < rows; ++row) {
      if (codes[row] == kAbsent) {
        codes[row] = none;
      } else if (codes[row] >= none) {
        return Numbered::Outgrown;
      }
    }
  }
  const Code greatest = add_codes(codes, rows, axis.stride * width, numbers);
  range.size += (axis.radix - 1) * axis.stride;
  return greatest >= none && !times.has_absent ? Numbered::Outgrown : Numbered::Done;
}

template <typename Number>
Numbered Slots::number(const Batch& batch, std::size_t first, std::size_t rows, Number width,
                       Number* numbers, SlotRange& range) {
  range = {};
  for (std::size_t d = 0; d < axes_.size(); ++d) {
    const Axis& axis = axes_[d];
    const Numbered done = axis.timing ? add_times(batch, d, first, rows, width, numbers, range)
                                      : add_labels(batch.columns.codes[axis.column], axis, first,
                                                   rows, width, numbers, range);
    if (done != Numbered::Done) return done;
  }
  return Numbered::Done;
}

template Numbered Slots::number(const Batch&, std::size_t, std::size_t, std::uint16_t,
                                std::uint16_t*, SlotRange&);
template Numbered Slots::number(const Batch&, std::size_t, std::size_t, std::uint32_t,
                                std::uint32_t*, SlotRange&);
template Numbered Slots::number(const Batch&, std::size_t, std::size_t, std::uint64_t,
                                std::uint64_t*, SlotRange&);

Numbered Slots::spell(const Batch& batch, std::size_t first, std::size_t rows, Code* codes) {
  const std::size_t width = axes_.size();
  for (std::size_t d = 0; d < width; ++d) {
    const Axis& axis = axes_[d];
    if (axis.timing) {
      const TimeCodes times = find_times(batch, d, first, rows);
      for (std::size_t row = 0; row < rows; ++row) {
        codes[row * width + d] = times.all.value_or(time_codes_[row]);
      }
      continue;
    }
    for (std::size_t row = 0; row < rows; ++row) {
      const Code code = code_at(batch.columns.codes[axis.column], first + row);
      if (code >= axis.known) return Numbered::UnknownCode;
      codes[row * width + d] = code;
    }
  }
  return Numbered::Done;
}

}  // namespace nps::internal
