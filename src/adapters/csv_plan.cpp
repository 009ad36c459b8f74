#include <fmt/format.h>

#include <cstring>
#include <utility>

#include "adapters/csv_columns.h"
#include "nps/detail/text.h"

namespace nps::internal {
std::vector<std::uint8_t> short_ratings(const RatingReader& ratings, char delimiter) {
  std::vector<std::uint8_t> table(std::size_t{1} << 16U, kAskForRating);
  const auto entry = [&table](char first, char second) -> std::uint8_t& {
    const std::array<char, 2> bytes{first, second};
    std::uint16_t index = 0;
    std::memcpy(&index, bytes.data(), sizeof index);
    return table[index];
  };
  constexpr std::string_view kDigits = "0123456789";
  for (const char first : kDigits) {
    for (const char second : kDigits) {
      const std::array<char, 2> text{first, second};
      entry(first, second) = ratings.read({text.data(), text.size()}).byte();
    }
    for (const char end : {delimiter, '\n', '\r'}) {
      entry(first, end) = ratings.read({&first, 1}).byte();
    }
  }
  // A cell that begins with a delimiter is empty, and any byte may be one.
  for (int second = 0; second < 256; ++second) {
    entry(delimiter, static_cast<char>(second)) = kAskForRating;
  }
  return table;
}

CsvPlan::CsvPlan(const CsvOptions& options, std::string file_name)
    : file(std::move(file_name)),
      header(file),
      ratings(options.scale, options.missing),
      time_format(options.time_format.value_or(TimeFormat::iso())),
      guards_dates(!options.time_format),
      zone(options.zone),
      encoding(options.encoding),
      needs_customer(options.needs_customer),
      needs_ids(options.needs_ids || options.needs_customer),
      tells_lines(options.on_reject != nullptr) {
  shape.stop_at_ragged = options.ragged == RaggedRows::Refuse;
}

Result<> CsvPlan::find_columns(const CsvOptions& options) {
  shape.columns = header.columns();
  rating_of_two = short_ratings(ratings, shape.delimiter);
  auto found = options.rating.empty() ? header.find_rating() : header.find(options.rating);
  if (!found) return std::move(found).error();
  rating = *found;
  for (const auto& [name, column] :
       {std::pair(&options.customer, &customer), std::pair(&options.response_id, &response_id),
        std::pair(&options.time, &times[0]), std::pair(&options.touchpoint, &times[1]),
        std::pair(&options.weight, &weight)}) {
    if (name->empty()) continue;
    auto at = header.find(*name);
    if (!at) return std::move(at).error();
    *column = *at;
  }
  for (const CsvLabel& label : options.labels) {
    if (label.column == kFileLabel) continue;
    auto at = header.find(label.column);
    if (!at) return std::move(at).error();
    labels.push_back(*at);
  }
  return {};
}

Error CsvPlan::refuse(ErrorCode code, std::uint64_t line, std::string_view what) const {
  return {code,
          fmt::format("{}, line {}: {}", detail::printable(file), line, what),
          {.file = file, .line = line}};
}

}  // namespace nps::internal
