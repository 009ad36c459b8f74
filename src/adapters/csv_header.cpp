#include "adapters/csv_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "nps/detail/text.h"

namespace nps::internal {
namespace {

// Names under which survey tools and spreadsheets export the 0..10 answer, in lower case with all
// that is neither letter nor digit taken out.
constexpr std::array<std::string_view, 17> kRatingNames{"nps",
                                                        "npsscore",
                                                        "npsrating",
                                                        "npsanswer",
                                                        "netpromoterscore",
                                                        "netpromoter",
                                                        "netpro",
                                                        "score",
                                                        "rating",
                                                        "likelihood",
                                                        "recommend",
                                                        "recommendation",
                                                        "recommendationscore",
                                                        "likelytorecommend",
                                                        "likelihoodtorecommend",
                                                        "willingnesstorecommend",
                                                        "howlikelyareyoutorecommendus"};

std::string plain(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const char lower = detail::ascii_lower(c);
    if (('a' <= lower && lower <= 'z') || ('0' <= lower && lower <= '9')) out += lower;
  }
  return out;
}

}  // namespace

void CsvHeader::add_row(std::vector<std::string> cells) {
  for (std::string& cell : cells) cell = std::string(detail::trim(cell));
  rows_.push_back(std::move(cells));
}

std::string CsvHeader::list(std::span<const std::size_t> columns) const {
  std::string out;
  for (const std::size_t column : columns) {
    const std::string& name = rows_.front()[column];
    out += fmt::format("{}{}", out.empty() ? "" : ", ",
                       name.empty() ? fmt::format("(column {} has no name)", column + 1)
                                    : fmt::format("'{}'", detail::printable(name)));
  }
  return out;
}

std::string CsvHeader::list_all() const {
  std::vector<std::size_t> all(columns());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return list(all);
}

Result<std::size_t> CsvHeader::find(std::string_view name) const {
  const std::string_view wanted = detail::trim(name);
  std::vector<std::size_t> found;
  for (std::size_t column = 0; column < columns(); ++column) {
    const auto has_name = [&](const auto& row) { return row[column] == wanted; };
    if (!wanted.empty() && std::ranges::any_of(rows_, has_name)) found.push_back(column);
  }
  if (found.size() == 1) return found.front();
  if (found.empty()) {
    return refuse(ErrorCode::NotFound, wanted,
                  fmt::format("there is no column '{}'. The columns are {}.",
                              detail::printable(wanted), list_all()));
  }
  std::string numbers;
  for (const std::size_t column : found) {
    numbers += fmt::format("{}{}", numbers.empty() ? "" : ", ", column + 1);
  }
  return refuse(
      ErrorCode::Ambiguous, wanted,
      fmt::format("{} columns are called '{}' (numbers {}); rename one. The columns are {}.",
                  found.size(), detail::printable(wanted), numbers, list_all()));
}

Result<std::size_t> CsvHeader::find_rating() const {
  std::vector<std::size_t> found;
  for (std::size_t column = 0; column < columns(); ++column) {
    const auto well_known = [&](const auto& row) {
      return std::ranges::find(kRatingNames, plain(row[column])) != kRatingNames.end();
    };
    if (std::ranges::any_of(rows_, well_known)) found.push_back(column);
  }
  if (found.size() == 1) return found.front();
  if (found.empty()) {
    return refuse(ErrorCode::NotFound, "rating",
                  fmt::format("no column has a name that is known to hold ratings; choose one with "
                              "--rating. The columns are {}.",
                              list_all()));
  }
  return refuse(ErrorCode::Ambiguous, "rating",
                fmt::format("several columns could hold the ratings: {}; choose one with --rating.",
                            list(found)));
}

Error CsvHeader::refuse(ErrorCode code, std::string_view name, std::string_view what) const {
  return {code,
          fmt::format("{}: {}", detail::printable(file_), what),
          {.file = file_, .field = std::string(name)}};
}

}  // namespace nps::internal
