#include "adapters/csv_guess.h"

#include <algorithm>
#include <cstring>

namespace nps::csv {
namespace {

constexpr std::size_t kLook = 1024;  // bytes in which to look for a quote that tells

/// A byte from which to mark, and whether it stands within quotes.
struct Start {
  std::size_t at;
  bool inside;
};

/// A quote between the end of a cell and text opens one; between text and the end of a cell it
/// closes one. Where there is none of these, the first line end is taken for the end of a record.
Start start_of(const char* bytes, std::size_t from, std::size_t to, char delimiter) noexcept {
  const auto ends = [delimiter](char c) { return c == delimiter || c == '\n' || c == '\r'; };
  std::size_t line_end = to;
  const std::size_t look = std::min(to - from, kLook);
  for (std::size_t at = from; at < from + look; ++at) {
    const char c = bytes[at];
    if (c == '\n' || c == '\r') line_end = std::min(line_end, at);
    if (c != '"' || at == from || at + 1 == to) continue;
    const char before = bytes[at - 1];
    const char after = bytes[at + 1];
    if (before == '"' || after == '"' || ends(before) == ends(after)) continue;
    return {at, ends(after)};
  }
  if (line_end == to && from < to) {
    const void* const found = std::memchr(bytes + from, '\n', to - from);
    if (found != nullptr) {
      line_end = static_cast<std::size_t>(static_cast<const char*>(found) - bytes);
    }
  }
  return {line_end, false};
}

}  // namespace

GuessedMarks mark_on_a_guess(const char* bytes, std::size_t from, std::size_t to, char delimiter,
                             std::uint64_t* marks) noexcept {
  const Start start = start_of(bytes, from, to, delimiter);
  GuessedMarks guess;
  guess.at = start.at;
  if (start.inside) guess.before.inside = ~std::uint64_t{0};
  // On to a group that does not decide on the last byte of the one before.
  while (guess.at < to) {
    const std::size_t next = std::min((guess.at / kGroupBytes + 1) * kGroupBytes, to);
    mark_range(bytes, guess.at, next, delimiter, guess.before, marks);
    guess.at = next;
    if (guess.before.carriage == 0) break;
  }
  guess.before.record_ends = guess.before.quoted_line_ends = 0;
  guess.after = guess.before;
  mark_range(bytes, guess.at, to, delimiter, guess.after, marks);
  return guess;
}

}  // namespace nps::csv
