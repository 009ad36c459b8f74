// GuessedMarks: where cells end, marked from the middle of a file without knowing what stands before.
//
//   const GuessedMarks guess = mark_on_a_guess(bytes, from, to, ',', marks);
//   MarkState state = ...;                                    // at `from`, once it is known
//   mark_range(bytes, from, guess.at, ',', state, marks);
//   if (guess.right(state)) state = guess.end(state);         // what follows is marked already
//
// Whether a byte stands within quotes depends on all before it, and yet the bytes around it nearly
// always tell. So blocks can be marked in any order, and in the order of the file it only has to be
// seen that the guess was right. A wrong one costs time, not truth.
// Source: Ge, Li, Eilebrecht, Chandramouli, Kossmann, "Speculative Distributed CSV Data Parsing for Big
// Data Analytics", SIGMOD 2019.
#ifndef NPS_SRC_ADAPTERS_CSV_GUESS_H_
#define NPS_SRC_ADAPTERS_CSV_GUESS_H_

#include <cstddef>
#include <cstdint>

#include "adapters/csv_marks.h"

namespace nps::csv {

struct GuessedMarks {
  std::size_t at = 0;  // marks from here on are set: the first byte of a group, or the end
  MarkState before;    // there, as guessed
  MarkState after;     // at the end then, with what was counted from there

  [[nodiscard]] bool right(const MarkState& state) const noexcept {
    return state.inside == before.inside && state.plain == before.plain &&
           state.closed == before.closed && state.carriage == before.carriage;
  }
  /// The state at the end, from the one at `at` and its counts.
  [[nodiscard]] MarkState end(const MarkState& state) const noexcept {
    MarkState end = after;
    end.record_ends += state.record_ends;
    end.quoted_line_ends += state.quoted_line_ends;
    return end;
  }
};

/// Marks [from, to), numbered from `bytes`, but for its first bytes: usually some hundred, all of them
/// where nothing tells.
GuessedMarks mark_on_a_guess(const char* bytes, std::size_t from, std::size_t to, char delimiter,
                             std::uint64_t* marks) noexcept;

}  // namespace nps::csv

#endif  // NPS_SRC_ADAPTERS_CSV_GUESS_H_
