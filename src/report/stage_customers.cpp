#include "report/stage_customers.h"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>

#include "segment/columns.h"

namespace nps::internal {

Result<ResponseColumns> StageCustomers::with_stages(const ResponseColumns& columns,
                                                    const Labels& stages) {
  if (columns.size() == 0 && columns.codes.empty()) return ResponseColumns{};
  if (columns.codes.empty()) {
    return Error{
        ErrorCode::Mismatch,
        "one answer of each customer and stage needs a column of codes for the stages, after "
        "those that are grouped by",
        {.field = "per"}};
  }
  if (columns.size() != 0 && columns.customers.empty() == columns.customer_ids.empty()) {
    return Error{
        ErrorCode::Mismatch,
        "one answer of each customer and stage needs one column of customers, as texts or as "
        "integers",
        {.field = "customer"}};
  }
  const CodeColumn& codes = columns.codes.back();
  for (std::size_t row = 0; row < columns.size(); ++row) {
    const Code code = code_at(codes, row);
    if (code < stages.size()) continue;
    return Error{
        ErrorCode::Mismatch,
        fmt::format("row {} has code {} for its stage, and the stages end at {}; intern them "
                    "with counted_labels() first",
                    row, code, stages.size()),
        {.field = "per"}};
  }
  compose(columns, codes);
  ResponseColumns result = columns;
  result.codes = columns.codes.first(columns.codes.size() - 1);
  result.customers = texts_;
  result.customer_ids = {};
  return result;
}

void StageCustomers::compose(const ResponseColumns& columns, const CodeColumn& stages) {
  const bool integers = !columns.customer_ids.empty();
  std::size_t bytes = columns.size() * (sizeof(Code) + (integers ? sizeof(std::uint64_t) : 0));
  for (const std::string_view customer : columns.customers) bytes += customer.size();
  bytes_.clear();
  bytes_.reserve(bytes);  // so that no view moves
  texts_.clear();
  texts_.reserve(columns.size());
  const auto append = [this](const auto& value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
  };
  for (std::size_t row = 0; row < columns.size(); ++row) {
    const std::size_t begin = bytes_.size();
    if (integers) {
      append(columns.customer_ids[row]);
    } else if (columns.customers[row].empty()) {
      texts_.emplace_back();
      continue;
    } else {
      bytes_ += columns.customers[row];
    }
    append(code_at(stages, row));  // all of one length, so that no two pairs are one text
    texts_.push_back(std::string_view(bytes_).substr(begin));
  }
}

}  // namespace nps::internal
