#include "segment/compact_encoder.h"

#include <algorithm>
#include <span>
#include <type_traits>
#include <variant>

#include "kernels/kernel.h"
#include "nps/rating.h"
#include "segment/customer_shards.h"

namespace nps::internal {
namespace {

using Packed = std::array<std::uint16_t, CompactRows::kMost>;
using Times = std::array<Timestamp, CompactRows::kMost>;

/// Adds the codes of one column, shifted, to `packed`; those bits of them that are past `bits`.
template <typename C>
[[gnu::always_inline]] inline Code pack(const C* codes, std::size_t rows, unsigned bits,
                                        unsigned shift, Packed& packed) noexcept {
  Code over = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    over |= Code{codes[i]} >> bits;
    packed[i] = static_cast<std::uint16_t>(packed[i] | Code{codes[i]} << shift);
  }
  return over;
}

/// The codes of all columns beside each other; whether they fit.
[[gnu::always_inline]] inline bool pack_codes(const CompactLayout& layout,
                                              std::span<const CodeColumn> columns,
                                              std::size_t first, std::size_t rows,
                                              Packed& packed) noexcept {
  const unsigned bits = layout.code_bits();
  Code over = 0;
  unsigned shift = 0;
  std::fill_n(packed.begin(), rows, std::uint16_t{0});
  for (const CodeColumn& column : columns) {
    if (const auto* same = std::get_if<Code>(&column)) {
      over |= *same >> bits;
      for (std::size_t i = 0; i < rows; ++i) {
        packed[i] = static_cast<std::uint16_t>(packed[i] | *same << shift);
      }
    } else if (const auto* bytes = std::get_if<std::span<const std::uint8_t>>(&column)) {
      over |= pack(bytes->data() + first, rows, bits, shift, packed);
    } else if (const auto* halves = std::get_if<std::span<const std::uint16_t>>(&column)) {
      over |= pack(halves->data() + first, rows, bits, shift, packed);
    } else if (const auto* words = std::get_if<std::span<const std::uint32_t>>(&column)) {
      over |= pack(words->data() + first, rows, bits, shift, packed);
    }
    shift += bits;
  }
  return over == 0;
}

bool is_known(std::span<const std::uint8_t> validity, std::size_t row) noexcept {
  return ((validity[row / 8] >> (row % 8)) & 1U) != 0;
}

// Written so that it becomes vectors: no row depends on another, and none is left out.
[[gnu::always_inline]] inline bool encode_rows(const CompactLayout& of,
                                               const ResponseColumns& columns, std::size_t first,
                                               std::size_t rows, CompactRows& encoded) noexcept {
  Packed packed;  // NOLINT(cppcoreguidelines-pro-type-member-init): written before it is read
  const CompactLayout layout = of;
  const bool fit = pack_codes(layout, columns.codes, first, rows, packed);

  // Where some times are not known, any that fits stands for them, and is then taken out again.
  const TimeColumn& column = columns.answered_at;
  const bool all_known = !column.empty() && column.validity.empty();
  Times some;  // NOLINT(cppcoreguidelines-pro-type-member-init)
  const Timestamp* times = some.data();
  if (all_known) {
    times = column.values.data() + first;
  } else {
    std::fill_n(some.begin(), rows, Timestamp{});
    for (std::size_t i = 0; i < rows && !column.empty(); ++i) {
      if (is_known(column.validity, first + i)) some[i] = column.values[first + i];
    }
  }

  const std::uint8_t* const ratings = columns.ratings.data() + first;
  const std::uint64_t* const ids = columns.customer_ids.data() + first;
  std::uint64_t unfit = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    const std::uint64_t key = customer_key(ids[i]);
    const std::uint64_t ticks = CompactLayout::ticks_of(times[i]);
    unfit |= ratings[i] <= Rating::kMax ? CompactLayout::unfit(ticks) : 0;
    const CompactEntry entry = CompactLayout::entry(key, layout.rank(ticks, ratings[i]), packed[i]);
    encoded.who[i] = entry.who;
    encoded.what[i] = ratings[i] <= Rating::kMax ? entry.what : 0;
    encoded.shard[i] = static_cast<std::uint8_t>(shard_of(key));
  }
  if (!all_known) {
    for (std::size_t i = 0; i < rows; ++i) {
      if (column.empty() || !is_known(column.validity, first + i)) {
        encoded.what[i] = CompactLayout::untimed(encoded.what[i]);
      }
    }
  }
  return fit && unfit == 0;
}

bool encode_scalar(const CompactLayout& layout, const ResponseColumns& columns, std::size_t first,
                   std::size_t rows, CompactRows& encoded) noexcept {
  return encode_rows(layout, columns, first, rows, encoded);
}

#ifdef NPS_KERNELS_X86
__attribute__((target("avx2"))) bool encode_avx2(const CompactLayout& layout,
                                                 const ResponseColumns& columns, std::size_t first,
                                                 std::size_t rows, CompactRows& encoded) noexcept {
  return encode_rows(layout, columns, first, rows, encoded);
}
#endif

}  // namespace

bool CompactEncoder::encode(std::size_t first, std::size_t rows,
                            CompactRows& encoded) const noexcept {
#ifdef NPS_KERNELS_X86
  // Every kernel for x86 but the scalar one needs AVX2 at least.
  if (&kernel::selected() != &kernel::kScalar) {
    return encode_avx2(layout_, columns_, first, rows, encoded);
  }
#endif
  return encode_scalar(layout_, columns_, first, rows, encoded);
}

}  // namespace nps::internal
