// Cells of CSV, as RFC 4180 has them.
#ifndef NPS_SRC_REPORT_CSV_CELLS_H_
#define NPS_SRC_REPORT_CSV_CELLS_H_

#include <optional>
#include <string>
#include <string_view>

namespace nps::internal {

/// A text, in quotes where it needs them. Whatever bytes a label may hold, the file is valid UTF-8.
std::string quoted(std::string_view label);

/// The shortest text that reads back as the same double; nothing where there is none.
std::string number(const std::optional<double>& value);

}  // namespace nps::internal

#endif  // NPS_SRC_REPORT_CSV_CELLS_H_
