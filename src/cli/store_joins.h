// What the commands that join a store's answers to other files share: the answers, and the rows of a
// file by the names of its columns.
#ifndef NPS_SRC_CLI_STORE_JOINS_H_
#define NPS_SRC_CLI_STORE_JOINS_H_

#include <deque>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/read_files.h"
#include "cli/store_file.h"
#include "nps/change.h"
#include "nps/report/render.h"
#include "nps/result.h"

namespace nps::cli {

/// The answers of a store that count, with the texts that they view.
class StoredAnswers {
 public:
  Result<> read(const SqliteStore& store, const std::string& database);
  [[nodiscard]] const std::vector<Answer>& all() const noexcept { return answers_; }

 private:
  std::deque<std::string> texts_;  // each stays where it is
  std::vector<Answer> answers_;
};

/// Every row of a CSV file: its cells in the named columns, trimmed, which live for the call. A column
/// without a name is "" in each row. NotFound for a column that is not there, Malformed for a row with
/// more or fewer cells than the header.
Result<> read_rows(const std::string& path, std::span<const std::string> columns,
                   const std::function<void(std::span<const std::string_view>)>& take);

/// Prints a report as a table or as JSON.
template <typename AnyReport>
Result<int> show(const AnyReport& report, const StoreFlags& flags) {
  const bool document = flags.format == "json";
  TableStyle style = style_of_terminal();
  style.title = flags.database;
  const std::string text = document ? render_json(report) : render_table(report, style);
  if (auto written = write_stdout(text, !document); !written) return std::move(written).error();
  return kDone;
}

}  // namespace nps::cli

#endif  // NPS_SRC_CLI_STORE_JOINS_H_
