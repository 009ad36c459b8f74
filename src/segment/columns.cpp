#include "segment/columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

namespace nps::internal {
namespace {

std::size_t length(const CodeColumn& column, std::size_t rows) noexcept {
  return std::visit(
      [rows](const auto& codes) -> std::size_t {
        if constexpr (std::is_same_v<std::decay_t<decltype(codes)>, Code>) {
          return rows;
        } else {
          return codes.size();
        }
      },
      column);
}

/// The first of `rows` rows whose code is `end` or greater.
std::optional<std::size_t> first_from(const CodeColumn& column, std::size_t end, std::size_t rows) {
  return std::visit(
      [end, rows](const auto& codes) -> std::optional<std::size_t> {
        if constexpr (std::is_same_v<std::decay_t<decltype(codes)>, Code>) {
          return rows > 0 && codes >= end ? std::optional<std::size_t>(0) : std::nullopt;
        } else {
          const auto found = std::ranges::find_if(codes, [end](Code code) { return code >= end; });
          if (found == codes.end()) return std::nullopt;
          return static_cast<std::size_t>(found - codes.begin());
        }
      },
      column);
}

}  // namespace

Result<> check_lengths(const ResponseColumns& columns) {
  const std::size_t rows = columns.size();
  const auto mismatch = [rows](std::string_view name, std::size_t length) {
    return Error{ErrorCode::Mismatch,
                 fmt::format("the {} column has {} rows where there are {} ratings; give one for "
                             "each rating, or an empty column",
                             name, length, rows),
                 {.field = std::string(name)}};
  };
  for (const CodeColumn& codes : columns.codes) {
    if (length(codes, rows) != rows) return mismatch("code", length(codes, rows));
  }
  for (const auto& [name, time] : {std::pair("answered-at", columns.answered_at),
                                   std::pair("touchpoint-at", columns.touchpoint_at)}) {
    if (!time.empty() && time.values.size() != rows) return mismatch(name, time.values.size());
    if (!time.validity.empty() && time.validity.size() < (rows + 7) / 8) {
      return mismatch(name, time.validity.size() * 8);
    }
  }
  const auto fits = [rows](std::size_t length) { return length == 0 || length == rows; };
  if (!fits(columns.weights.size())) return mismatch("weight", columns.weights.size());
  if (!fits(columns.customers.size())) return mismatch("customer", columns.customers.size());
  if (!fits(columns.customer_ids.size())) return mismatch("customer", columns.customer_ids.size());
  if (!fits(columns.row_ids.rows.size())) return mismatch("row", columns.row_ids.rows.size());
  if (!fits(columns.response_ids.size())) {
    return mismatch("response-id", columns.response_ids.size());
  }
  return {};
}

Result<> check_code_columns(const ResponseColumns& columns, const Cube& cube) {
  const std::vector<Dimension>& dimensions = cube.dimensions();
  const auto label_dimensions = std::ranges::count(dimensions, false, &Dimension::is_timing);
  if (columns.codes.size() != static_cast<std::size_t>(label_dimensions)) {
    return Error{ErrorCode::Mismatch,
                 fmt::format("{} code columns for {} label dimensions; give one for each, in order",
                             columns.codes.size(), label_dimensions)};
  }
  return {};
}

Result<> check_codes(const ResponseColumns& columns, const Cube& cube) {
  if (auto count = check_code_columns(columns, cube); !count) return count;
  const std::vector<Dimension>& dimensions = cube.dimensions();
  std::size_t column = 0;
  for (std::size_t d = 0; d < dimensions.size(); ++d) {
    if (dimensions[d].is_timing()) continue;
    const std::size_t known = cube.labels(d).size();
    if (const auto row = first_from(columns.codes[column], known, columns.size())) {
      return Error{
          ErrorCode::Mismatch,
          fmt::format("row {} has code {} for '{}', whose labels end at {}; intern labels "
                      "with labels() first",
                      *row, code_at(columns.codes[column], *row), dimensions[d].name(), known),
          {.field = dimensions[d].name()}};
    }
    ++column;
  }
  return {};
}

}  // namespace nps::internal
