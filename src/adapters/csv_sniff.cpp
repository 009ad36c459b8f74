#include "csv_sniff.h"

#include <array>
#include <tuple>
#include <vector>

#include "csv_scan.h"

namespace nps::detail {
namespace {

using namespace std::string_view_literals;

struct Magic {
  std::string_view start;
  std::string_view sentence;
};

// None of these is the beginning of any text, so no CSV is refused by mistake.
constexpr std::array kMagics{
    Magic{"PK\x03\x04"sv,
          " is a ZIP file or a spreadsheet (.xlsx, .ods), not CSV. Export the sheet as CSV, or "
          "unpack "
          "the file, and pass that."sv},
    Magic{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv,
          " is an old spreadsheet (.xls), not CSV. Export the sheet as CSV and pass that."sv},
    Magic{"\x1f\x8b"sv, " is compressed (gzip). Decompress it first, with `gzip -dk`."sv},
    Magic{"\x28\xb5\x2f\xfd"sv, " is compressed (zstd). Decompress it first, with `zstd -dk`."sv},
    Magic{"\xfd\x37zXZ"sv, " is compressed (xz). Decompress it first, with `xz -dk`."sv},
    Magic{"\xff\xfe"sv,
          " is UTF-16 text. Save it as UTF-8, or convert it with `iconv -f UTF-16 -t UTF-8`."sv},
    Magic{"\xfe\xff"sv,
          " is UTF-16 text. Save it as UTF-8, or convert it with `iconv -f UTF-16 -t UTF-8`."sv},
};

constexpr std::array kCandidates{',', ';', '\t'};
constexpr int kRecords = 32;

/// How a candidate cuts the text. A better one is greater.
struct Shape {
  bool regular = false;  // all records have as many cells as the first: more than one
  bool clean = true;     // no quote stands where a file written with this delimiter has none
  std::size_t header_cells = 1;

  [[nodiscard]] auto rank() const {
    return std::tuple(regular && clean, regular, clean && header_cells > 1, header_cells);
  }
};

/// A quote in the middle of a bare cell, or text after a closing one. Rare, but what the wrong
/// delimiter finds wherever the right one stands beside a quote.
bool has_odd_quote(std::string_view cell, bool quoted) {
  if (!quoted) return cell.find('"') != std::string_view::npos;
  for (std::size_t at = cell.find('"'); at != std::string_view::npos; at = cell.find('"', at + 2)) {
    if (!cell.substr(at).starts_with("\"\"")) return at + 1 != cell.size();
  }
  return false;
}

Shape shape_with(char delimiter, std::string_view text, bool last) {
  Shape shape;
  bool equal = true;
  std::vector<std::string_view> cells;
  std::vector<std::size_t> rewrites;
  const char* p = text.data();
  const char* const end = p + text.size();
  for (int record = 0; record < kRecords && p < end;) {
    const Scan scan = scan_record(p, end, last, delimiter, kSniffBytes, cells, rewrites);
    // What is cut off by the end of the text says little, but may be all there is.
    if (scan.end != ScanEnd::Record && record > 0) break;
    const bool blank = scan.end == ScanEnd::Record && scan.content == p;
    if (!blank) {
      if (record == 0) shape.header_cells = cells.size();
      equal = equal && cells.size() == shape.header_cells;
      for (const std::string_view cell : cells) {
        const bool quoted = cell.data() > text.data() && cell.data()[-1] == '"';
        shape.clean = shape.clean && !has_odd_quote(cell, quoted);
      }
      ++record;
    }
    if (scan.end != ScanEnd::Record) break;
    p = scan.next;
  }
  shape.regular = equal && shape.header_cells > 1;
  return shape;
}

}  // namespace

std::optional<std::string_view> known_as_something_else(std::string_view start) {
  for (const Magic& magic : kMagics) {
    if (start.starts_with(magic.start)) return magic.sentence;
  }
  return std::nullopt;
}

char detect_delimiter(std::string_view text, bool last) {
  char best = kCandidates.front();
  Shape best_shape = shape_with(best, text, last);
  for (const char candidate : kCandidates) {
    const Shape shape = shape_with(candidate, text, last);
    if (shape.rank() > best_shape.rank()) {
      best = candidate;
      best_shape = shape;
    }
  }
  return best;
}

}  // namespace nps::detail
