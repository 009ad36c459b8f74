#include "report/stage_customers.h"

#include <cstdint>
#include <cstring>
#include <span>

#include "segment/columns.h"

namespace nps::internal {

std::span<const std::string_view> StageCustomers::texts(const ResponseColumns& columns,
                                                        const CodeColumn& stages) {
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
  return texts_;
}

}  // namespace nps::internal
