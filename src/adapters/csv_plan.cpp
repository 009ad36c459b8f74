#include <fmt/format.h>

#include <utility>

#include "adapters/csv_columns.h"
#include "nps/detail/text.h"

namespace nps::internal {
namespace {

/// What read_ratings finds for two digits, or for what has to be looked at more closely.
std::array<std::uint8_t, 101> short_ratings_of(const RatingReader& ratings) {
  std::array<std::uint8_t, 101> bytes{};
  for (std::size_t i = 0; i < 100; ++i) {
    const std::array<char, 2> text{static_cast<char>('0' + i / 10),
                                   static_cast<char>('0' + i % 10)};
    bytes[i] = ratings.read({text.data(), text.size()}).byte();
  }
  bytes[100] = kAskForRating;
  return bytes;
}

}  // namespace

CsvPlan::CsvPlan(const CsvOptions& options, std::string file_name)
    : file(std::move(file_name)),
      header(file),
      ratings(options.scale, options.missing),
      short_ratings(short_ratings_of(ratings)),
      time_format(options.time_format.value_or(TimeFormat::iso())),
      guards_dates(!options.time_format),
      zone(options.zone),
      encoding(options.encoding),
      needs_customer(options.needs_customer),
      tells_lines(options.on_reject != nullptr) {
  shape.stop_at_ragged = options.ragged == RaggedRows::Refuse;
}

Result<> CsvPlan::find_columns(const CsvOptions& options) {
  shape.columns = header.columns();
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
