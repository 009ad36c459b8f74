// What every reader of ResponseColumns needs: lengths that agree, and one code by row.
#ifndef NPS_SRC_SEGMENT_COLUMNS_H_
#define NPS_SRC_SEGMENT_COLUMNS_H_

#include <cstddef>
#include <type_traits>
#include <variant>

#include "nps/batch.h"
#include "nps/result.h"
#include "nps/segment/cube.h"

namespace nps::internal {

/// Mismatch, in a sentence, unless every column is empty or as long as the ratings.
Result<> check_lengths(const ResponseColumns& columns);

/// Mismatch unless there is one code column for each label dimension of the cube.
Result<> check_code_columns(const ResponseColumns& columns, const Cube& cube);

/// The same, and Mismatch unless the cube's dictionaries have every code. The lengths must have been checked before.
Result<> check_codes(const ResponseColumns& columns, const Cube& cube);

inline Code code_at(const CodeColumn& column, std::size_t row) noexcept {
  return std::visit(
      [row](const auto& codes) -> Code {
        if constexpr (std::is_same_v<std::decay_t<decltype(codes)>, Code>) {
          return codes;
        } else {
          return codes[row];
        }
      },
      column);
}

}  // namespace nps::internal

#endif  // NPS_SRC_SEGMENT_COLUMNS_H_
