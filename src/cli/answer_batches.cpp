#include "cli/answer_batches.h"

#include <span>
#include <utility>

#include "cli/read_files.h"

namespace nps::cli {
namespace {

constexpr std::size_t kBatch = 16384;

std::string_view label_of(const Answer& answer, std::string_view name) {
  if (name == "channel") return answer.channel;
  if (name == "journey_stage") return answer.journey_stage;
  if (name == "account") return answer.account;
  for (const auto& [dimension, label] : answer.dimensions) {
    if (dimension == name) return label;
  }
  return {};
}

}  // namespace

AnswerBatches::AnswerBatches(ReportBuilder& builder, const ReportPlan& plan) : builder_(builder) {
  for (const std::size_t d : plan.label_dimensions) {
    columns_.push_back({plan.report.by[d].name(), &builder.labels(d), {}});
  }
  if (!plan.counted_column.empty()) {
    columns_.push_back({plan.counted_column, &builder.counted_labels(), {}});
  }
}

void AnswerBatches::take(const Answer& answer) {
  if (!added_) return;
  ratings_.push_back(answer.rating.value());
  answered_.add(answer.answered_at);
  touched_.add(answer.touchpoint_at);
  customers_.emplace_back(answer.customer);
  ids_.emplace_back(answer.response_id);
  for (Column& column : columns_) {
    column.codes.push_back(column.labels->intern(label_of(answer, column.name)));
  }
  if (ratings_.size() == kBatch) added_ = flush();
}

void AnswerBatches::Times::add(const std::optional<Timestamp>& time) {
  const std::size_t at = values.size();
  if (at % 8 == 0) validity.push_back(0);
  if (time) validity.back() |= static_cast<std::uint8_t>(1U << (at % 8));
  values.push_back(time.value_or(Timestamp{}));
}

void AnswerBatches::Times::clear() {
  values.clear();
  validity.clear();
}

Result<> AnswerBatches::flush() {
  const std::vector<std::string_view> customers(customers_.begin(), customers_.end());
  const std::vector<std::string_view> ids(ids_.begin(), ids_.end());
  std::vector<CodeColumn> codes;
  for (const Column& column : columns_) codes.emplace_back(std::span<const Code>(column.codes));
  auto added = builder_.add({.ratings = ratings_,
                             .codes = codes,
                             .answered_at = {answered_.values, answered_.validity},
                             .touchpoint_at = {touched_.values, touched_.validity},
                             .customers = customers,
                             .response_ids = ids});
  ratings_.clear();
  answered_.clear();
  touched_.clear();
  customers_.clear();
  ids_.clear();
  for (Column& column : columns_) column.codes.clear();
  if (!added) return with_option(std::move(added).error());
  return {};
}

}  // namespace nps::cli
