// Answers of a store as columns, on their way into a report.
//
//   AnswerBatches batches(builder, plan);
//   store.for_each_answer([&](const Answer& answer) { batches.take(answer); });
//   if (auto added = batches.finish(); !added) return added.error();
#ifndef NPS_SRC_CLI_ANSWER_BATCHES_H_
#define NPS_SRC_CLI_ANSWER_BATCHES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/report_flags.h"
#include "nps/batch.h"
#include "nps/change.h"
#include "nps/report/report_builder.h"
#include "nps/result.h"
#include "nps/timestamp.h"

namespace nps::cli {

class AnswerBatches {
 public:
  /// Both must outlive it.
  AnswerBatches(ReportBuilder& builder, const ReportPlan& plan);
  /// Errors are kept for finish().
  void take(const Answer& answer);
  Result<> finish() { return added_ ? flush() : added_; }

 private:
  struct Column {
    std::string name;
    Labels* labels;
    std::vector<Code> codes;
  };
  struct Times {
    std::vector<Timestamp> values;
    std::vector<std::uint8_t> validity;
    void add(const std::optional<Timestamp>& time);
    void clear();
  };

  Result<> flush();

  ReportBuilder& builder_;
  std::vector<Column> columns_;
  std::vector<std::uint8_t> ratings_;
  Times answered_;
  Times touched_;
  std::vector<std::string> customers_;
  std::vector<std::string> ids_;
  Result<> added_ = {};
};

}  // namespace nps::cli

#endif  // NPS_SRC_CLI_ANSWER_BATCHES_H_
