// Marks made from the middle of a text: what a guess adds to is what the byte machine marks.
#include "../../src/adapters/csv_guess.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "nps/batch.h"
#include "support/catch.h"

using nps::csv::GuessedMarks;
using nps::csv::MarkState;

namespace {

std::string random_text(std::mt19937& random, std::string_view alphabet, std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text += alphabet[random() % alphabet.size()];
  return text;
}

/// Marks [0, from) in order and the rest on a guess, checks that it comes to what the byte machine
/// says, and returns whether the guess was right.
bool check_guess(const std::string& text, std::size_t from) {
  const std::vector<char> exact(text.begin(), text.end());
  const std::size_t groups = (text.size() + 63) / 64;
  std::vector<std::uint64_t> expected(groups, 0xdead);
  MarkState expected_end;
  nps::csv::mark_bytewise(exact.data(), 0, exact.size(), ',', expected_end, expected.data());

  std::vector<std::uint64_t> marks(groups, 0xdead);
  const GuessedMarks guess =
      nps::csv::mark_on_a_guess(exact.data(), from, exact.size(), ',', marks.data());
  REQUIRE(guess.at >= from);
  MarkState state;
  nps::csv::mark_range(exact.data(), 0, guess.at, ',', state, marks.data());
  const bool right = guess.right(state);
  if (right) {
    state = guess.end(state);
  } else {
    nps::csv::mark_range(exact.data(), guess.at, exact.size(), ',', state, marks.data());
  }
  state.nul = expected_end.nul;  // is asked of each part
  CAPTURE(text, from, guess.at, right);
  CHECK(state == expected_end);
  CHECK(marks == expected);
  return right;
}

}  // namespace

TEST_CASE("csv guess: right or wrong, it comes to the marks of the byte machine", "[csv_marks]") {
  std::mt19937 random(20190630);
  std::size_t right = 0;
  std::size_t wrong = 0;
  for (const std::string_view kernel : nps::kernels()) {
    REQUIRE(nps::use_kernel(kernel));
    for (std::size_t round = 0; round < 3000; ++round) {
      constexpr std::array<std::string_view, 4> kAlphabets{
          "aaaaaaaaa,,\"\n", "aaaaaaaaaaaaaa,,\"\n\r", ",\"\"\"\n\r", "aaaaaaaaaaaaaaaaaa,\n\r"};
      const std::string text = random_text(random, kAlphabets[round % 4], random() % 600);
      ++(check_guess(text, random() % (text.size() + 1)) ? right : wrong);
    }
  }
  REQUIRE(nps::use_kernel(nps::kernels().front()));
  CHECK(right > 1000);
  CHECK(wrong > 1000);
}

TEST_CASE("csv guess: it is right where quoted cells hold line ends, wherever it begins",
          "[csv_marks]") {
  std::string text;
  for (int i = 0; i < 40; ++i) {
    text += std::to_string(i) + ",web,\"Good, but\n\"\"slow\"\" delivery,\r\nsadly\",9\r\n";
  }
  // In the last row nothing may be left that tells.
  for (std::size_t from = 0; from + 120 < text.size(); ++from) CHECK(check_guess(text, from));
}

TEST_CASE("csv guess: it needs few bytes to be made in a file without quotes", "[csv_marks]") {
  std::string text;
  for (int i = 0; i < 400; ++i) text += std::to_string(i) + ",2025-01-31T23:59:59Z,9,web\n";
  std::vector<std::uint64_t> marks((text.size() + 63) / 64);
  for (std::size_t from = 0; from < 500; ++from) {
    const GuessedMarks guess =
        nps::csv::mark_on_a_guess(text.data(), from, text.size(), ',', marks.data());
    CHECK(guess.at - from < 64 + 64);
  }
}
