#include "report/csv_cells.h"

#include <fmt/format.h>

#include "nps/detail/text.h"

namespace nps::internal {

std::string quoted(std::string_view label) {
  std::string cell = detail::repair_utf8(label);
  if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
  std::string out = "\"";
  for (const char c : cell) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string number(const std::optional<double>& value) {
  return value ? fmt::format("{}", *value) : "";
}

}  // namespace nps::internal
