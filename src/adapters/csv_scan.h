// The inner loop of the CSV reader: where the cells of one record begin and end.
//
// scan_record is a pure function of the bytes from the start of a record: it either finds the whole
// record or says that it needs more bytes, and is then called again from the start of the record
// with more of them. (Blocks double while a record does not fit, so no byte is seen more than about
// twice.) That keeps all state of the quoting out of the reader. Whole blocks are marked by
// csv_marks.h, to the same effect; this is for records that fit into none, and for the header.
#ifndef NPS_SRC_ADAPTERS_CSV_SCAN_H_
#define NPS_SRC_ADAPTERS_CSV_SCAN_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace nps::detail {

/// How many bytes beyond the end of the text may be read (their values do not matter): here eight,
/// by others that look at whole cells up to 64.
inline constexpr std::size_t kScanPadding = 64;

/// The first of three bytes, eight at a time in an ordinary register.
/// Why it is right: in x - 0x01..01 & ~x & 0x80..80 the lowest bit set marks the lowest zero byte
/// of x; what borrows may set wrongly lies above a true one, also in the union of three such.
/// Source: Mycroft's test, as in Warren, "Hacker's Delight", 2nd edition, section 6-1.
class FindAny {
 public:
  FindAny(char a, char b, char c) noexcept : a_(eight(a)), b_(eight(b)), c_(eight(c)) {}

  /// `end` when there is none. Reads up to kScanPadding bytes past `end`.
  [[nodiscard]] const char* operator()(const char* p, const char* end) const noexcept {
    for (; p < end; p += sizeof(std::uint64_t)) {
      std::uint64_t x = 0;
      std::memcpy(&x, p, sizeof x);
      const std::uint64_t found = (zeros(x ^ a_) | zeros(x ^ b_) | zeros(x ^ c_)) & kTops;
      if (found == 0) continue;
      if constexpr (std::endian::native == std::endian::little) {
        p += static_cast<std::size_t>(std::countr_zero(found)) / 8;
      } else {
        while (*p != static_cast<char>(a_) && *p != static_cast<char>(b_) &&
               *p != static_cast<char>(c_)) {
          ++p;
        }
      }
      return p < end ? p : end;
    }
    return end;
  }

 private:
  static constexpr std::uint64_t kOnes = 0x0101010101010101U;
  static constexpr std::uint64_t kTops = kOnes << 7U;

  static constexpr std::uint64_t eight(char c) noexcept {
    return kOnes * static_cast<unsigned char>(c);
  }
  static constexpr std::uint64_t zeros(std::uint64_t x) noexcept { return (x - kOnes) & ~x; }

  std::uint64_t a_, b_, c_;
};

enum class ScanEnd : std::uint8_t {
  Record,        // complete: cells, rewrites, content and next are set
  NeedMore,      // the text ends before the record does
  TooManyCells,  // content ends before the delimiter that starts the cell too many
};

struct Scan {
  ScanEnd end = ScanEnd::NeedMore;
  const char* content = nullptr;     // the end of the last cell
  const char* next = nullptr;        // where the following record begins
  bool after_cr = false;             // it ended in CR, the last byte there is: LF may follow
  bool in_quotes = false;            // NeedMore: a quote is open
  std::uint64_t lines_to_quote = 0;  // and it opened after so many line ends
  std::uint64_t lines = 0;           // line ends in the record, or in what there is of it
};

/// Scans one record of [p, end), the bytes of it that there are. `last`: there will be no more.
/// cells: views of the text between the quotes, or of the bare cell.
/// rewrites: which of them still hold doubled quotes, or their closing quote and text after it.
inline Scan scan_record(const char* p, const char* end, bool last, char delimiter,
                        std::size_t max_cells, std::vector<std::string_view>& cells,
                        std::vector<std::size_t>& rewrites) {
  const FindAny find_cell_end(delimiter, '\n', '\r');
  const FindAny find_in_quotes('"', '\n', '\r');
  Scan scan;
  cells.clear();
  rewrites.clear();
  for (;;) {
    const char* begin = p;
    if (p < end && *p == '"') {
      begin = ++p;
      scan.lines_to_quote = scan.lines;
      const char* close = nullptr;
      bool plain = true;
      for (;;) {
        p = find_in_quotes(p, end);
        if (p == end) break;
        if (*p == '"') {
          if (p + 1 == end && !last) break;  // the next byte says whether this one closes
          if (p + 1 < end && p[1] == '"') {
            plain = false;
            p += 2;
            continue;
          }
          close = p++;
          break;
        }
        ++scan.lines;
        if (*p == '\r' && p + 1 < end && p[1] == '\n') ++p;
        ++p;
      }
      if (close == nullptr) {
        scan.in_quotes = true;
        return scan;
      }
      const char* const after = find_cell_end(p, end);
      plain = plain && after == p;
      if (!plain) rewrites.push_back(cells.size());
      cells.emplace_back(begin, static_cast<std::size_t>((plain ? close : after) - begin));
      p = after;
    } else {
      p = find_cell_end(p, end);
      cells.emplace_back(begin, static_cast<std::size_t>(p - begin));
    }

    scan.content = p;
    if (p == end) {
      if (!last) return scan;
      scan.next = end;
      break;
    }
    if (*p == delimiter) {
      if (cells.size() == max_cells) {
        scan.end = ScanEnd::TooManyCells;
        return scan;
      }
      ++p;
      continue;
    }
    scan.next = p + 1;
    if (*p == '\r') {
      if (scan.next < end) {
        if (*scan.next == '\n') ++scan.next;
      } else {
        scan.after_cr = true;
      }
    }
    break;
  }
  scan.end = ScanEnd::Record;
  return scan;
}

/// Undoes the quoting of a cell listed in `rewrites`, in place, and gives what is left of it.
/// `cell` begins after its opening quote.
inline std::string_view unquote(char* begin, std::size_t size) noexcept {
  const char* const end = begin + size;
  const char* in = begin;
  char* out = begin;
  bool open = true;
  for (; in < end; ++in) {
    if (open && *in == '"') {
      if (in + 1 < end && in[1] == '"') {
        ++in;
      } else {
        open = false;
        continue;
      }
    }
    *out++ = *in;
  }
  return {begin, static_cast<std::size_t>(out - begin)};
}

}  // namespace nps::detail

#endif  // NPS_SRC_ADAPTERS_CSV_SCAN_H_
