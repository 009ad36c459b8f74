// The byte machine, and which kernel runs before it.
#include "adapters/csv_marks.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "kernels/kernel.h"

namespace nps::csv {

void mark_bytewise(const char* bytes, std::size_t from, std::size_t to, char delimiter,
                   MarkState& state, std::uint64_t* marks) noexcept {
  const auto set = [marks](std::size_t at) {
    marks[at / kGroupBytes] |= std::uint64_t{1} << (at % kGroupBytes);
  };
  MarkState s = state;
  for (std::size_t at = from; at < to; ++at) {
    const char c = bytes[at];
    if (at % kGroupBytes == 0) marks[at / kGroupBytes] = 0;
    if (s.carriage != 0) {  // now it is known whether the CR stood alone
      s.carriage = 0;
      if (c != '\n' && s.inside != 0) ++s.quoted_line_ends;
      if (c != '\n' && s.inside == 0) {
        ++s.record_ends;
        set(at - 1);
        s.plain = 0;
      }
    }
    if (c == '\0') s.nul = 1;
    if (c == '\r') {
      s.carriage = 1;
      s.plain = s.inside != 0 ? 0 : 1;
      s.closed = 0;
    } else if (s.inside != 0) {
      if (c == '\n') ++s.quoted_line_ends;
      if (c == '"') {
        s.inside = 0;
        s.plain = 0;
        s.closed = 1;
      }
    } else if (c == '"' && s.plain == 0) {
      s.inside = ~std::uint64_t{0};
      s.closed = 0;
    } else {
      const bool end = c == '\n' || c == delimiter;
      if (end) set(at);
      if (c == '\n') ++s.record_ends;
      s.plain = end ? 0 : 1;
      s.closed = 0;
    }
  }
  state = s;
}

void mark(const char* bytes, std::size_t size, char delimiter, MarkState& state,
          std::uint64_t* marks) noexcept {
  mark_range(bytes, 0, size, delimiter, state, marks);
}

void mark_range(const char* bytes, std::size_t from, std::size_t to, char delimiter,
                MarkState& state, std::uint64_t* marks) noexcept {
  const MarkKernel& kernel = mark_kernel();
  if (from < to && from % kGroupBytes != 0) marks[from / kGroupBytes] = 0;
  for (std::size_t at = from; at < to;) {
    if (at % kGroupBytes == 0) {
      at += kGroupBytes * kernel.mark(bytes + at, (to - at) / kGroupBytes, delimiter, state,
                                      marks + at / kGroupBytes);
    }
    const std::size_t next = std::min((at / kGroupBytes + 1) * kGroupBytes, to);
    if (at < next) mark_bytewise(bytes, at, next, delimiter, state, marks);
    at = next;
  }
}

namespace {

constexpr std::uint64_t kOnes = 0x0101010101010101U;
constexpr std::uint64_t kLow = kOnes * 0x7f;

/// Which of the eight bytes are `byte`, as eight bits.
/// Why it is right: the sum has a top bit where any of the low seven bits are set and carries
/// nowhere; the product moves the eight bits left, at 0, 8, 16 and so on, to the top byte, in order.
/// Source: Warren, "Hacker's Delight", 2nd edition, section 6-1.
std::uint64_t equal(std::uint64_t text, char byte) noexcept {
  const std::uint64_t x = text ^ (kOnes * static_cast<unsigned char>(byte));
  const std::uint64_t zero = ~(((x & kLow) + kLow) | x | kLow);
  return ((zero >> 7U) * 0x0102040810204080U) >> 56U;
}

/// Eight bytes at a time in ordinary registers.
std::size_t mark_groups(const char* bytes, std::size_t groups, char delimiter, MarkState& state,
                        std::uint64_t* marks) noexcept {
  MarkState s = state;
  std::size_t group = 0;
  for (; group < groups; ++group, bytes += kGroupBytes) {
    GroupBits bits{};
    for (unsigned at = 0; at < kGroupBytes; at += 8) {
      std::uint64_t text = 0;
      std::memcpy(&text, bytes + at, sizeof text);
      if constexpr (std::endian::native == std::endian::big) text = __builtin_bswap64(text);
      bits.quotes |= equal(text, '"') << at;
      bits.delimiters |= equal(text, delimiter) << at;
      bits.line_feeds |= equal(text, '\n') << at;
      bits.carriages |= equal(text, '\r') << at;
      bits.nuls |= equal(text, '\0') << at;
    }
    if (!mark_group(bits, prefix_xor(bits.quotes), s, marks[group])) break;
  }
  state = s;
  return group;
}

std::size_t list(const std::uint64_t* marks, std::size_t groups, std::uint32_t* begins) noexcept {
  return list_marks(marks, groups, begins);
}

bool always() noexcept { return true; }

constexpr std::array kBestFirst{
#ifdef NPS_CSV_X86
    &kAvx512Marks,
    &kAvx2Marks,
#endif
    &kScalarMarks,
};

}  // namespace

const MarkKernel kScalarMarks{
    .name = "scalar", .runs_here = always, .mark = mark_groups, .list = list};

// One name chooses how tallies are counted and how CSV is read. Where it has nothing here, or needs
// more here than there, the next one is taken.
const MarkKernel& mark_kernel() noexcept {
  const std::string_view name = kernel::selected().name;
  bool found = false;
  for (const MarkKernel* kernel : kBestFirst) {
    found = found || kernel->name == name;
    if (found && kernel->runs_here()) return *kernel;
  }
  return kScalarMarks;
}

}  // namespace nps::csv
