#include "nps/segment/per_customer.h"

#include <absl/container/flat_hash_map.h>
#include <absl/strings/string_view.h>

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

#include "segment/columns.h"

namespace nps {

namespace {

// The kept answers, column by column; a customer's answer is one slot in all of them.
struct Times {
  std::vector<Timestamp> values;
  std::vector<std::uint8_t> validity;

  void put(std::size_t slot, std::optional<Timestamp> time) {
    values.resize(std::max(values.size(), slot + 1));
    validity.resize(std::max(validity.size(), slot / 8 + 1));
    const auto bit = static_cast<std::uint8_t>(1U << (slot % 8));
    values[slot] = time.value_or(Timestamp{});
    validity[slot / 8] = static_cast<std::uint8_t>(time ? validity[slot / 8] | bit
                                                        : validity[slot / 8] & ~unsigned{bit});
  }
  [[nodiscard]] TimeColumn column() const { return {values, validity}; }
};

}  // namespace

struct PerCustomer::Impl {
  Which which;
  std::deque<std::string> customers;  // owns what `slots` views
  absl::flat_hash_map<absl::string_view, std::size_t> slots;
  std::vector<std::uint8_t> ratings;
  std::vector<std::string> response_ids;
  Times answered_at;
  Times touchpoint_at;
  std::vector<double> weights;
  std::vector<std::vector<Code>> codes;  // one vector a label dimension
  std::vector<CodeColumn> code_columns;  // views of them
  std::uint64_t superseded = 0;
  bool weighted = false;

  // Whether the new answer (row of columns) takes the place of the one in the slot.
  [[nodiscard]] bool displaces(const ResponseColumns& columns, std::size_t row,
                               std::size_t slot) const {
    const auto time = columns.answered_at.empty() ? std::nullopt : columns.answered_at[row];
    const auto kept = answered_at.column()[slot];
    if (time.has_value() != kept.has_value()) return time.has_value();
    const std::string_view id = columns.response_ids.empty() ? "" : columns.response_ids[row];
    const std::string_view kept_id = response_ids[slot];
    const auto order = [](const auto& a, const auto& b) { return (a > b) - (a < b); };
    int greater = time ? order(*time, *kept) : 0;
    if (greater == 0) greater = order(id, kept_id);
    if (greater == 0) greater = order(columns.ratings[row], ratings[slot]);
    return which == Which::First ? greater < 0 : greater > 0;
  }

  void keep(const ResponseColumns& columns, std::size_t row, std::size_t slot) {
    ratings[slot] = columns.ratings[row];
    response_ids[slot] = columns.response_ids.empty() ? "" : columns.response_ids[row];
    answered_at.put(slot, columns.answered_at.empty() ? std::nullopt : columns.answered_at[row]);
    touchpoint_at.put(slot,
                      columns.touchpoint_at.empty() ? std::nullopt : columns.touchpoint_at[row]);
    weights[slot] = columns.weights.empty() ? 1.0 : columns.weights[row];
    for (std::size_t d = 0; d < codes.size(); ++d) {
      codes[d][slot] = internal::code_at(columns.codes[d], row);
    }
  }

  void grow() {
    ratings.emplace_back();
    response_ids.emplace_back();
    weights.emplace_back();
    for (auto& column : codes) column.emplace_back();
  }
};

PerCustomer::PerCustomer(Which which) : impl_(std::make_unique<Impl>()) {
  impl_->which = which == Which::First ? Which::First : Which::Latest;
}
PerCustomer::PerCustomer(PerCustomer&&) noexcept = default;
PerCustomer& PerCustomer::operator=(PerCustomer&&) noexcept = default;
PerCustomer::~PerCustomer() = default;

Result<Placed> PerCustomer::add(const ResponseColumns& columns) {
  Impl& self = *impl_;
  if (auto lengths = internal::check_lengths(columns); !lengths) return std::move(lengths).error();
  if (columns.customers.size() != columns.size()) {
    return Error{ErrorCode::Mismatch,
                 "one answer a customer needs to know the customers: the column is empty",
                 {.field = "customer"}};
  }
  if (self.ratings.empty()) self.codes.resize(columns.codes.size());
  if (self.codes.size() != columns.codes.size()) {
    return Error{ErrorCode::Mismatch, "the batches have different numbers of code columns"};
  }
  self.weighted = self.weighted || !columns.weights.empty();

  Placed placed;
  for (std::size_t row = 0; row < columns.size(); ++row) {
    const std::string_view customer = columns.customers[row];
    if (columns.ratings[row] > Rating::kMax) {
      ++placed.rejected;
    } else if (customer.empty()) {
      ++placed.anonymous;
    } else {
      ++placed.placed;
      const auto known = self.slots.find(absl::string_view(customer.data(), customer.size()));
      if (known == self.slots.end()) {
        const std::string& key = self.customers.emplace_back(customer);
        self.slots.emplace(absl::string_view(key), self.ratings.size());
        self.grow();
        self.keep(columns, row, self.ratings.size() - 1);
        continue;
      }
      ++self.superseded;
      if (self.displaces(columns, row, known->second)) self.keep(columns, row, known->second);
    }
  }
  self.code_columns.assign(self.codes.begin(), self.codes.end());
  return placed;
}

std::uint64_t PerCustomer::customers() const noexcept { return impl_->ratings.size(); }
std::uint64_t PerCustomer::superseded() const noexcept { return impl_->superseded; }

ResponseColumns PerCustomer::columns() const {
  ResponseColumns columns{.ratings = impl_->ratings, .codes = impl_->code_columns};
  columns.answered_at = impl_->answered_at.column();
  columns.touchpoint_at = impl_->touchpoint_at.column();
  if (impl_->weighted) columns.weights = impl_->weights;
  return columns;
}

}  // namespace nps
