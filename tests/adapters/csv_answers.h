// All that CsvResponses delivers, copied out of its batches.
//
//   const Answers read = read_answers("score,g\n9,a\n", {.rating = "score"}, {"g"});
//   CHECK(read.labels[0] == Texts{"a"});
#ifndef NPS_TESTS_ADAPTERS_CSV_ANSWERS_H_
#define NPS_TESTS_ADAPTERS_CSV_ANSWERS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "adapters/csv_model.h"
#include "nps/adapters/csv.h"

namespace nps::test {

using Texts = std::vector<std::string>;

struct Answers {
  std::optional<Error> error;
  std::vector<int> ratings;
  std::vector<Texts> labels;  // of each label column
  std::vector<nps::Code> codes;
  std::vector<std::optional<Timestamp>> answered_at;
  std::vector<std::optional<Timestamp>> touchpoint_at;
  std::vector<double> weights;
  Texts customers;
  Texts ids;
  Rejected rejected;
  Texts rejects;  // "line column value reason"
  std::string rating_column;
  Texts unreadable_times;
  bool repaired = false;
  std::size_t batches = 0;
};

inline void append_batch(const ResponseColumns& columns, const std::vector<Labels>& dictionaries,
                         Answers& answers) {
  ++answers.batches;
  for (std::size_t row = 0; row < columns.size(); ++row) {
    answers.ratings.push_back(columns.ratings[row]);
    for (std::size_t label = 0; label < dictionaries.size(); ++label) {
      const CodeColumn& codes = columns.codes[label];
      const auto* one = std::get_if<Code>(&codes);
      const Code code =
          one != nullptr ? *one : std::get<std::span<const std::uint32_t>>(codes)[row];
      answers.labels[label].emplace_back(dictionaries[label].text(code));
      answers.codes.push_back(code);
    }
    if (!columns.answered_at.empty()) answers.answered_at.push_back(columns.answered_at[row]);
    if (!columns.touchpoint_at.empty()) answers.touchpoint_at.push_back(columns.touchpoint_at[row]);
    if (!columns.weights.empty()) answers.weights.push_back(columns.weights[row]);
    if (!columns.customers.empty()) answers.customers.emplace_back(columns.customers[row]);
    if (!columns.response_ids.empty()) answers.ids.emplace_back(columns.response_ids[row]);
    if (!columns.row_ids.rows.empty()) {
      answers.ids.push_back(std::string(columns.row_ids.stem) + ":" +
                            std::to_string(columns.row_ids.rows[row]));
    }
  }
}

/// Reads a file called "answers.csv", `piece` bytes at a time.
inline Answers read_answers(std::string_view text, CsvOptions options, const Texts& labels = {},
                            std::size_t piece = std::size_t{1} << 20U) {
  Answers answers;
  std::vector<Labels> dictionaries(labels.size());
  answers.labels.resize(labels.size());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    options.labels.push_back({labels[i], &dictionaries[i]});
  }
  options.on_reject = [&answers](const RejectedCell& cell) {
    answers.rejects.push_back(std::to_string(cell.line) + " " + std::string(cell.column) + " " +
                              std::string(cell.value) + " " + std::string(name(cell.reason)));
  };
  auto responses =
      CsvResponses::open(std::make_unique<PieceSource>(text, piece), std::move(options));
  if (!responses) {
    answers.error = responses.error();
    return answers;
  }
  for (;;) {
    const auto more = responses->next();
    if (!more) {
      answers.error = more.error();
      break;
    }
    if (!*more) break;
    append_batch(responses->columns(), dictionaries, answers);
  }
  answers.rejected = responses->rejected();
  answers.rating_column = responses->rating_column();
  answers.unreadable_times = responses->unreadable_times();
  answers.repaired = responses->repaired_names();
  return answers;
}

}  // namespace nps::test

#endif  // NPS_TESTS_ADAPTERS_CSV_ANSWERS_H_
