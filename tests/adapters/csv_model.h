// What CsvRecords must say, in the slowest and plainest way: one byte at a time, all in memory.
//
//   CHECK(read_csv(text, dialect, limits, piece) == model_csv(text, delimiter, blank_lines,
//   limits));
//
// The tests and the fuzzer compare the two; nothing here shares code with the reader.
#ifndef NPS_TESTS_ADAPTERS_CSV_MODEL_H_
#define NPS_TESTS_ADAPTERS_CSV_MODEL_H_

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nps/adapters/csv_records.h"

namespace nps::test {

/// Bytes in a heap block of exactly their size, handed out `piece` bytes at a time. After
/// `fail_after` bytes it cannot be read any more. An odd source does not know its size beforehand,
/// and every seventh is mistaken, as when a file grows. Every third can be read from any place.
class PieceSource final : public ByteSource {
 public:
  PieceSource(std::string_view bytes, std::size_t piece,
              std::optional<std::size_t> fail_after = std::nullopt)
      : ByteSource("answers.csv", said_size(bytes, piece)),
        bytes_(bytes.begin(), bytes.end()),
        piece_(piece),
        fail_after_(fail_after) {
    bytes_.shrink_to_fit();
  }

  Result<std::size_t> read(std::span<char> into) override {
    auto count = read_at(0, into);
    if (count) at_ += *count;
    return count;
  }
  [[nodiscard]] bool has_places() const noexcept override { return piece_ % 3 == 0; }
  Result<std::size_t> read_at(std::uint64_t place, std::span<char> into) override {
    place += at_;
    if (fail_after_ && place >= *fail_after_) {
      return Error{ErrorCode::Unreadable, "answers.csv cannot be read: the disk is on fire.", {}};
    }
    const std::size_t end = std::min(bytes_.size(), fail_after_.value_or(bytes_.size()));
    const std::size_t at = std::min<std::size_t>(place, end);
    const std::size_t count = std::min({into.size(), piece_, end - at});
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(at), count, into.begin());
    return count;
  }

 private:
  static std::optional<std::uint64_t> said_size(std::string_view bytes, std::size_t piece) {
    if (piece % 7 == 0) return bytes.size() / 2;
    return piece % 2 == 0 ? std::optional(bytes.size()) : std::nullopt;
  }

  std::vector<char> bytes_;
  std::size_t piece_;
  std::optional<std::size_t> fail_after_;
  std::size_t at_ = 0;
};

struct CsvRow {
  std::uint64_t line = 0;
  std::vector<std::string> cells;
  std::vector<bool> quoted;
  friend bool operator==(const CsvRow&, const CsvRow&) = default;
};

/// All records, and how it ended if not well.
struct CsvOutcome {
  std::vector<CsvRow> rows;
  std::optional<ErrorCode> error;
  std::uint64_t error_line = 0;
  friend bool operator==(const CsvOutcome&, const CsvOutcome&) = default;
};

inline std::ostream& operator<<(std::ostream& out, const CsvOutcome& outcome) {
  for (const CsvRow& row : outcome.rows) {
    out << '\n' << row.line << ':';
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      out << (row.quoted[i] ? " Q<" : " <") << row.cells[i] << '>';
    }
  }
  if (outcome.error) {
    out << "\nerror " << static_cast<int>(*outcome.error) << " on line " << outcome.error_line;
  }
  return out << '\n';
}

inline CsvOutcome model_csv(std::string_view text, char delimiter, BlankLines blank_lines,
                            const CsvLimits& limits) {
  CsvOutcome outcome;
  const auto fail = [&outcome](ErrorCode code, std::uint64_t line) {
    outcome.error = code;
    outcome.error_line = line;
    return outcome;
  };
  if (text.substr(0, 3) == "\xef\xbb\xbf") text.remove_prefix(3);
  if (text.empty()) return fail(ErrorCode::Malformed, 0);

  std::uint64_t line = 1;
  std::size_t first_cells = 0;
  for (std::size_t at = 0; at < text.size();) {
    enum { CellStart, Bare, Quoted, QuoteInQuoted } state = CellStart;
    CsvRow row{line, {""}, {false}};
    std::uint64_t quote_line = line;
    std::size_t length = 0;  // bytes of the record before its end
    bool after_cr = false;
    bool ended = false;
    for (; at < text.size() && !ended; ++at, ++length) {
      const char c = text[at];
      if (c == '\0') return fail(ErrorCode::Malformed, line);
      if (state != Quoted && (c == '\r' || c == '\n')) {
        ended = true;
        break;
      }
      if (state == QuoteInQuoted && c != '"') state = Bare;
      if (c == delimiter && state != Quoted) {
        if (length + 1 > limits.max_record_bytes) return fail(ErrorCode::LimitReached, row.line);
        if (row.cells.size() == limits.max_cells) return fail(ErrorCode::LimitReached, row.line);
        row.cells.emplace_back();
        row.quoted.push_back(false);
        state = CellStart;
      } else if (state == CellStart && c == '"') {
        row.quoted.back() = true;
        quote_line = line;
        state = Quoted;
      } else if (state == Quoted && c == '"') {
        state = QuoteInQuoted;
      } else {
        if (state == QuoteInQuoted) state = Quoted;  // a doubled quote
        if (state == CellStart) state = Bare;
        row.cells.back() += c;
      }
      // A line end counts as soon as it begins; the LF of a CRLF not once more.
      if (state == Quoted && (c == '\r' || (c == '\n' && !after_cr))) ++line;
      after_cr = c == '\r';
      const bool still_open = state == Quoted || state == QuoteInQuoted;
      if (length + 1 > limits.max_record_bytes) {
        return fail(ErrorCode::LimitReached, still_open ? quote_line : row.line);
      }
    }
    if (!ended && state == Quoted) return fail(ErrorCode::Malformed, quote_line);
    if (ended) {
      ++line;
      at += text.substr(at, 2) == "\r\n" ? 2U : 1U;
    }
    const bool skip =
        blank_lines == BlankLines::Skip || (blank_lines == BlankLines::Auto && first_cells != 1);
    if (length == 0 && skip) continue;
    if (first_cells == 0) first_cells = row.cells.size();
    outcome.rows.push_back(std::move(row));
  }
  return first_cells == 0 ? fail(ErrorCode::Malformed, 1) : outcome;
}

struct CsvRead {
  CsvOutcome outcome;
  std::string message;
  char delimiter = '\0';
  friend bool operator==(const CsvRead&, const CsvRead&) = default;
};

/// The same through the reader.
inline CsvRead read_csv(std::unique_ptr<ByteSource> source, CsvDialect dialect = {},
                        CsvLimits limits = {}) {
  CsvRead read;
  const auto fail = [&read](const Error& error) {
    read.outcome.error = error.code;
    read.outcome.error_line = error.where.line;
    read.message = error.message;
    return read;
  };
  auto records = CsvRecords::open(std::move(source), dialect, limits);
  if (!records) return fail(records.error());
  read.delimiter = records->delimiter();
  for (;;) {
    const auto more = records->next();
    if (!more) return fail(more.error());
    if (!*more) return read;
    CsvRow row{records->line(), {}, {}};
    for (std::size_t i = 0; i < records->cells().size(); ++i) {
      row.cells.emplace_back(records->cells()[i]);
      row.quoted.push_back(records->quoted(i));
    }
    read.outcome.rows.push_back(std::move(row));
  }
}

inline CsvRead read_csv(std::string_view text, CsvDialect dialect = {}, CsvLimits limits = {},
                        std::size_t piece = 1U << 20U) {
  return read_csv(std::make_unique<PieceSource>(text, piece), dialect, limits);
}

using CsvCells = std::vector<std::vector<std::string>>;

inline CsvCells cells_of(const CsvRead& read) {
  CsvCells cells;
  for (const CsvRow& row : read.outcome.rows) cells.push_back(row.cells);
  return cells;
}

}  // namespace nps::test

#endif  // NPS_TESTS_ADAPTERS_CSV_MODEL_H_
