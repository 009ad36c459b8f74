// Any bytes: the reader ends, agrees with the model, and does not care how the bytes are cut up. And
// the ends of cells are marked alike by every kernel.
//
// The first byte chooses the delimiter, the treatment of blank lines and the limits, the second the
// block size, the third the pieces that the source gives; the rest is the file.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string_view>
#include <vector>

#include "../adapters/csv_model.h"
#include "adapters/csv_guess.h"
#include "adapters/csv_marks.h"
#include "nps/batch.h"

namespace {

using nps::test::CsvRead;

void require(bool holds, const char* what, const CsvRead& a, const nps::test::CsvOutcome& b) {
  if (holds) return;
  std::cerr << what << "\n--- " << a.outcome << a.message << "\n--- " << b;
  std::abort();
}

/// What open() refuses by its first bytes the model does not know.
bool is_known_as_something_else(const CsvRead& read) {
  return read.outcome.error == nps::ErrorCode::Malformed && read.outcome.error_line == 0 &&
         read.message.find(" is empty.") == std::string::npos;
}

struct Marked {
  std::vector<std::uint64_t> marks;
  nps::csv::MarkState state;
  friend bool operator==(const Marked&, const Marked&) = default;
};

/// Every kernel marks what the byte machine marks, from the start and from `middle` on a guess.
void check_marks(std::string_view text, char delimiter, std::size_t middle) {
  const std::vector<char> exact(text.begin(), text.end());
  Marked expected;
  expected.marks.resize((text.size() + 63) / 64);
  nps::csv::mark_bytewise(exact.data(), 0, exact.size(), delimiter, expected.state,
                          expected.marks.data());
  for (const std::string_view kernel : nps::kernels()) {
    nps::use_kernel(kernel);
    Marked found;
    found.marks.resize(expected.marks.size());
    nps::csv::mark(exact.data(), exact.size(), delimiter, found.state, found.marks.data());
    if (found != expected) {
      std::cerr << kernel << " marks other ends\n";
      std::abort();
    }
    Marked guessed;
    guessed.marks.resize(expected.marks.size());
    const nps::csv::GuessedMarks guess = nps::csv::mark_on_a_guess(
        exact.data(), middle, exact.size(), delimiter, guessed.marks.data());
    nps::csv::mark_range(exact.data(), 0, guess.at, delimiter, guessed.state, guessed.marks.data());
    if (guess.right(guessed.state)) {
      guessed.state = guess.end(guessed.state);
    } else {
      nps::csv::mark_range(exact.data(), guess.at, exact.size(), delimiter, guessed.state,
                           guessed.marks.data());
    }
    guessed.state.nul = expected.state.nul;  // is asked of each part
    if (guessed == expected) continue;
    std::cerr << kernel << " marks other ends on a guess\n";
    std::abort();
  }
  nps::use_kernel(nps::kernels().front());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 3, size - 3);
  constexpr std::array<char, 4> kDelimiters{'\0', ',', ';', '\xc3'};
  nps::CsvDialect dialect;
  dialect.delimiter = kDelimiters[data[0] % 4U];
  dialect.blank_lines = static_cast<nps::BlankLines>((data[0] >> 2U) % 3U);
  nps::CsvLimits limits;
  if ((data[0] & 0x40U) != 0) limits.max_record_bytes = data[1] / 4U;
  if ((data[0] & 0x80U) != 0) limits.max_cells = 1U + data[2] % 8U;

  check_marks(text, dialect.delimiter == '\0' ? ',' : dialect.delimiter,
              (data[1] * 256U + data[2]) % (text.size() + 1));
  const CsvRead whole = nps::test::read_csv(text, dialect, limits);
  limits.block_bytes = 1U + data[1] % 80U;
  const CsvRead pieces = nps::test::read_csv(text, dialect, limits, 1U + data[2] % 80U);
  require(pieces == whole, "chunking changes the records", pieces, whole.outcome);
  if (is_known_as_something_else(whole)) return 0;

  const auto expected = nps::test::model_csv(text, whole.delimiter == '\0' ? ',' : whole.delimiter,
                                             dialect.blank_lines, limits);
  require(whole.outcome == expected, "the model reads otherwise", whole, expected);
  require(!whole.outcome.error || whole.message.starts_with("answers.csv"),
          "an error without a name", whole, expected);
  return 0;
}
