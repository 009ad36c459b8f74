#include "cli/store_joins.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "nps/adapters/csv_records.h"
#include "nps/detail/text.h"

namespace nps::cli {
namespace {

Result<std::size_t> column_of(std::span<const std::string_view> header, const std::string& name,
                              const std::string& file) {
  std::optional<std::size_t> found;
  std::string names;
  for (std::size_t i = 0; i < header.size(); ++i) {
    const std::string_view cell = detail::trim(header[i]);
    names += fmt::format("{}'{}'", i == 0 ? "" : ", ", detail::printable(cell));
    if (cell != name) continue;
    if (found) {
      return Error{ErrorCode::Ambiguous,
                   fmt::format("{}: two columns are called '{}'", file, name)};
    }
    found = i;
  }
  if (found) return *found;
  return Error{ErrorCode::NotFound,
               fmt::format("{}: there is no column '{}'; there is {}", file, name, names)};
}

}  // namespace

Result<> StoredAnswers::read(const SqliteStore& store, const std::string& database) {
  auto done = store.for_each_answer([this](const Answer& answer) {
    Answer kept{.rating = answer.rating};
    kept.response_id = texts_.emplace_back(answer.response_id);
    kept.customer = texts_.emplace_back(answer.customer);
    kept.answered_at = answer.answered_at;
    answers_.push_back(kept);
  });
  if (!done) return of_file(std::move(done).error(), database);
  return {};
}

Result<> read_rows(const std::string& path, std::span<const std::string> columns,
                   const std::function<void(std::span<const std::string_view>)>& take) {
  auto source = open_input(path);
  if (!source) return std::move(source).error();
  auto records = CsvRecords::open(*std::move(source));
  if (!records) return std::move(records).error();
  const std::string file = detail::printable(records->name());
  auto more = records->next();
  if (!more) return std::move(more).error();
  const std::size_t width = records->cells().size();
  std::vector<std::optional<std::size_t>> places;
  for (const std::string& name : columns) {
    auto& place = places.emplace_back();
    if (name.empty()) continue;
    const auto found = column_of(records->cells(), name, file);
    if (!found) return found.error();
    place = *found;
  }
  std::vector<std::string_view> wanted(columns.size());
  for (more = records->next(); more && *more; more = records->next()) {
    const auto cells = records->cells();
    if (cells.size() != width) {
      return Error{ErrorCode::Malformed,
                   fmt::format("{}, line {}: this row has {} cells, and the header {}", file,
                               records->line(), cells.size(), width),
                   {.file = records->name(), .line = records->line()}};
    }
    for (std::size_t i = 0; i < places.size(); ++i) {
      wanted[i] = places[i] ? detail::trim(cells[*places[i]]) : std::string_view();
    }
    take(wanted);
  }
  if (!more) return std::move(more).error();
  return {};
}

}  // namespace nps::cli
