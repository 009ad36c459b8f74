// CustomerAnswers: one customer's answers that count, as they were before some changes or are after
// them, whether the ledger has committed these or not. Changes name responses, so a change that the
// ledger already shows makes no difference, and one that it does not show yet is made up for.
#ifndef NPS_SRC_CUSTOMER_CUSTOMER_ANSWERS_H_
#define NPS_SRC_CUSTOMER_CUSTOMER_ANSWERS_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nps/change.h"
#include "nps/stream/ledger.h"

namespace nps::internal {

/// Memory is used again from one customer to the next.
class CustomerAnswers {
 public:
  /// The answers of `customer` in the ledger. Labels are views into it, until it changes; the
  /// customer's name is the caller's.
  void collect(const Ledger& ledger, std::string_view customer);
  /// As they are after the changes, one after the other; or as they were before them. Ids and labels
  /// are the changes' own.
  void make_after(std::span<const Change> changes);
  void make_before(std::span<const Change> changes);
  /// In order: see comes_before.
  [[nodiscard]] std::span<const Answer> in_order() const noexcept { return answers_; }

 private:
  void replace(const std::optional<Answer>& out, const std::optional<Answer>& in);

  std::string_view customer_;
  std::vector<Answer> answers_;
  std::string ids_;
  std::vector<std::pair<std::string_view, std::string_view>> labels_;
  std::vector<std::pair<std::size_t, std::size_t>> sizes_;  // of the id, and of the labels
};

/// Each customer whom the changes are about, once: views into the changes.
void list_customers(std::span<const Change> changes, std::vector<std::string_view>& customers);

}  // namespace nps::internal

#endif  // NPS_SRC_CUSTOMER_CUSTOMER_ANSWERS_H_
