// Where the cells of a text end, 64 bytes at a time: a bit for each byte that ends a cell or a record.
//
//   MarkState state;                                     // at the start of a record
//   mark(bytes, size, ',', state, marks);                // marks: size / 64, rounded up
//
// Marked are every delimiter outside quotes, every LF outside quotes (of CRLF, the LF), and every CR
// outside quotes that no LF follows. That is all that the reader of csv_scan.h calls an end, so the
// cells of any text lie between marks, and a cell is then a pure function of its bytes.
//
// A kernel marks a group of 64 bytes with a handful of instructions, as long as each quote in it
// opens or closes a cell or is doubled, each CR stands before an LF, and there is no NUL. Else the
// group is left to a machine that goes byte by byte and is the reference: quotes amid a cell, text
// after a closing quote and lone CRs cost time, not truth.
// Source: Langdale, Lemire, "Parsing Gigabytes of JSON per Second", VLDB Journal 28, 2019 (quotes by
// prefix sums); Ge, Li, Eilebrecht, Chandramouli, Kossmann, "Speculative Distributed CSV Data Parsing
// for Big Data Analytics", SIGMOD 2019 (what makes a quote certain).
#ifndef NPS_SRC_ADAPTERS_CSV_MARKS_H_
#define NPS_SRC_ADAPTERS_CSV_MARKS_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace nps::csv {

inline constexpr std::size_t kGroupBytes = 64;

/// What the bytes before say about the next one. Flags are 0 or 1.
struct MarkState {
  std::uint64_t inside = 0;       // all ones within quotes
  std::uint64_t plain = 0;        // the byte before is text outside quotes: a quote here is, too
  std::uint64_t closed = 0;       // the byte before is a quote that closes, if no other follows
  std::uint64_t carriage = 0;     // the byte before is a CR
  std::uint64_t nul = 0;          // so far: there is a NUL, so this is no text
  std::uint64_t record_ends = 0;  // so far: marks that are no delimiter
  std::uint64_t quoted_line_ends = 0;  // so far: LF, CRLF and CR within quotes
  friend bool operator==(const MarkState&, const MarkState&) = default;
};

/// One instruction set's way. Each equals the byte machine wherever it does not give up.
struct MarkKernel {
  std::string_view name;
  bool (*runs_here)() noexcept;
  /// Marks up to `groups` groups, and returns how many: the next one is not for a kernel.
  std::size_t (*mark)(const char* bytes, std::size_t groups, char delimiter, MarkState& state,
                      std::uint64_t* marks) noexcept;
  /// Writes the number of each marked byte plus one, so where the next cell begins, and returns how
  /// many. Up to kListPadding numbers past the last are overwritten.
  std::size_t (*list)(const std::uint64_t* marks, std::size_t groups,
                      std::uint32_t* begins) noexcept;
};
inline constexpr std::size_t kListPadding = 64;

/// That of the kernel that nps::use_kernel named last, or else the best that runs here.
const MarkKernel& mark_kernel() noexcept;

/// Marks all of [bytes, bytes + size). `marks` has an element for each group begun. A CR that is the
/// last byte is not marked, since an LF may follow.
void mark(const char* bytes, std::size_t size, char delimiter, MarkState& state,
          std::uint64_t* marks) noexcept;

/// The same for [from, to), numbered from `bytes`, of which `state` is about byte `from`. In the group
/// that holds it, what is before it is not marked.
void mark_range(const char* bytes, std::size_t from, std::size_t to, char delimiter,
                MarkState& state, std::uint64_t* marks) noexcept;

/// The byte machine: marks [from, to), numbered from `bytes`. Marks of the groups that begin in
/// there are set, others get bits added.
void mark_bytewise(const char* bytes, std::size_t from, std::size_t to, char delimiter,
                   MarkState& state, std::uint64_t* marks) noexcept;

// ---- What kernels share -------------------------------------------------------------------------

/// Bit i is about byte i of a group.
struct GroupBits {
  std::uint64_t quotes;
  std::uint64_t delimiters;
  std::uint64_t line_feeds;
  std::uint64_t carriages;
  std::uint64_t nuls;
};

/// `open` is the prefix sum (exclusive or) of the quotes: all bits from an opening quote up to and
/// not with its closing one, if the group begins outside. False where the group is not for kernels;
/// nothing has changed then.
[[gnu::always_inline]] inline bool mark_group(const GroupBits& bits, std::uint64_t open,
                                              MarkState& state, std::uint64_t& marks) noexcept {
  const std::uint64_t inside = open ^ state.inside;
  const std::uint64_t ends_or_quoted = bits.line_feeds | bits.delimiters;
  const std::uint64_t ends = ends_or_quoted & ~inside;
  const std::uint64_t records = bits.line_feeds & ~inside;
  const std::uint64_t plain = ~(ends_or_quoted | bits.quotes | inside);
  const std::uint64_t after_plain = plain << 1U | state.plain;
  // And what comes after a quote: within quotes after one that opens, so it is never plain there.
  const std::uint64_t after_quote = bits.quotes << 1U | state.closed;
  // A quote that opens where none may; what follows a closing quote and is no end; a NUL.
  std::uint64_t odd = (bits.quotes & after_plain) | bits.nuls;
  if ((bits.carriages | state.carriage) == 0) {  // all groups of a file, or none
    odd |= plain & after_quote;
  } else {
    const std::uint64_t carriage = bits.carriages << 1U | state.carriage;
    odd |= plain & after_quote & ~bits.carriages;
    odd |= carriage & ~bits.line_feeds;  // a lone CR
  }
  if (odd != 0) return false;
  marks = ends;
  state.inside = std::uint64_t{0} - (inside >> 63U);
  state.plain = plain >> 63U;
  state.closed = (bits.quotes & ~inside) >> 63U;
  state.carriage = bits.carriages >> 63U;
  if (const std::uint64_t text = bits.line_feeds & inside; text != 0) {
    state.quoted_line_ends += static_cast<std::uint64_t>(std::popcount(text));
  }
  state.record_ends += static_cast<std::uint64_t>(std::popcount(records));
  return true;
}

/// Bit i is the exclusive or of bits 0 to i.
[[gnu::always_inline]] inline std::uint64_t prefix_xor(std::uint64_t bits) noexcept {
  for (unsigned step = 1; step < 64; step *= 2) bits ^= bits << step;
  return bits;
}

/// MarkKernel::list in plain C++. A dozen at once whether there are as many or not, since a loop that
/// ends where the marks do would be mispredicted in every group; short cells seldom end more often
/// within 64 bytes.
[[gnu::always_inline]] inline std::size_t list_marks(const std::uint64_t* marks, std::size_t groups,
                                                     std::uint32_t* begins) noexcept {
  constexpr unsigned kAtOnce = 12;
  static_assert(kAtOnce <= kListPadding);
  std::uint32_t* out = begins;
  for (std::size_t group = 0; group < groups; ++group) {
    std::uint64_t bits = marks[group];
    const auto base = static_cast<std::uint32_t>(group * kGroupBytes) + 1;
    const auto count = static_cast<unsigned>(std::popcount(bits));
    const auto list_next = [&](unsigned at) {
      out[at] = base + static_cast<std::uint32_t>(std::countr_zero(bits));
      bits &= bits - 1;
    };
    for (unsigned at = 0; at < kAtOnce; ++at) list_next(at);
    if (count > kAtOnce) [[unlikely]] {
      for (unsigned at = kAtOnce; at < count; ++at) list_next(at);
    }
    out += count;
  }
  return static_cast<std::size_t>(out - begins);
}

extern const MarkKernel kScalarMarks;
#if defined(__x86_64__) && defined(__GNUC__)
#define NPS_CSV_X86 1
extern const MarkKernel kAvx2Marks;
extern const MarkKernel kAvx512Marks;
#endif

}  // namespace nps::csv

#endif  // NPS_SRC_ADAPTERS_CSV_MARKS_H_
