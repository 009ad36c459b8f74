// Golden tables: tests/golden/*.csv, read by name of column.
//
//   for (const auto& row : nps::test::golden("golden_formulas.csv")) {
//     if (row.text("method") == "wald") use(row.number("lo"), row.count("promoters"));
//   }
//
// A file that is not there, a column that is not there, or a cell that is no number fails the test.
#ifndef NPS_TESTS_SUPPORT_GOLDEN_H_
#define NPS_TESTS_SUPPORT_GOLDEN_H_

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "support/catch.h"

namespace nps::test {

/// One line at `separator`s. Quotes protect separators and are taken away; golden files have no
/// quotes inside quotes and no line breaks inside cells.
inline std::vector<std::string> split(std::string_view line, char separator) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == separator && !quoted) {
      cells.emplace_back();
    } else if (c != '\r') {
      cells.back() += c;
    }
  }
  return cells;
}

/// A whole text as a double; `nan` is one too.
inline double to_number(const std::string& text) {
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  INFO("not a number: '" << text << "'");
  REQUIRE((!text.empty() && end == text.c_str() + text.size()));
  return number;
}

inline std::uint64_t to_count(const std::string& text) {
  std::uint64_t count = 0;
  const char* last = text.data() + text.size();
  const auto result = std::from_chars(text.data(), last, count);
  INFO("not a count: '" << text << "'");
  REQUIRE((result.ec == std::errc{} && result.ptr == last));
  return count;
}

class GoldenRow {
 public:
  explicit GoldenRow(std::map<std::string, std::string, std::less<>> cells)
      : cells_(std::move(cells)) {}

  const std::string& text(std::string_view column) const {
    const auto found = cells_.find(column);
    INFO("no column " << column);
    REQUIRE(found != cells_.end());
    return found->second;
  }
  double number(std::string_view column) const { return to_number(text(column)); }
  std::uint64_t count(std::string_view column) const { return to_count(text(column)); }

  /// All cells, for INFO.
  std::string describe() const {
    std::string all;
    for (const auto& [column, cell] : cells_) all += column + "=" + cell + " ";
    return all;
  }

 private:
  std::map<std::string, std::string, std::less<>> cells_;
};

inline std::vector<GoldenRow> golden(const std::string& file) {
  std::ifstream in(std::string(NPS_TEST_GOLDEN_DIR "/") + file);
  INFO("golden file " << file);
  REQUIRE(in.is_open());
  std::string line;
  REQUIRE(std::getline(in, line));
  const std::vector<std::string> columns = split(line, ',');
  std::vector<GoldenRow> rows;
  while (std::getline(in, line)) {
    const std::vector<std::string> cells = split(line, ',');
    REQUIRE(cells.size() == columns.size());
    std::map<std::string, std::string, std::less<>> row;
    for (std::size_t i = 0; i < columns.size(); ++i) row.emplace(columns[i], cells[i]);
    rows.emplace_back(std::move(row));
  }
  return rows;
}

}  // namespace nps::test

#endif  // NPS_TESTS_SUPPORT_GOLDEN_H_
