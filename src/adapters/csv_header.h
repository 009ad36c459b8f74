// CsvHeader: the names of a file's columns, and which column a name means.
#ifndef NPS_SRC_ADAPTERS_CSV_HEADER_H_
#define NPS_SRC_ADAPTERS_CSV_HEADER_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nps/result.h"

namespace nps::internal {

class CsvHeader {
 public:
  explicit CsvHeader(std::string file) : file_(std::move(file)) {}

  /// Adds a header row, of UTF-8 cells. All rows must have the same number of cells.
  void add_row(std::vector<std::string> cells);

  [[nodiscard]] std::size_t columns() const noexcept {
    return rows_.empty() ? 0 : rows_.front().size();
  }
  [[nodiscard]] const std::string& name(std::size_t column) const { return rows_.front()[column]; }

  /// The column that has this name in any header row. NotFound or Ambiguous, listing the columns.
  [[nodiscard]] Result<std::size_t> find(std::string_view name) const;

  /// The one column whose name is well known to hold ratings. NotFound or Ambiguous.
  [[nodiscard]] Result<std::size_t> find_rating() const;

 private:
  [[nodiscard]] std::string list(std::span<const std::size_t> columns) const;
  [[nodiscard]] std::string list_all() const;
  [[nodiscard]] Error refuse(ErrorCode code, std::string_view name, std::string_view what) const;

  std::string file_;
  std::vector<std::vector<std::string>> rows_;  // trimmed
};

}  // namespace nps::internal

#endif  // NPS_SRC_ADAPTERS_CSV_HEADER_H_
