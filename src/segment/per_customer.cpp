#include "nps/segment/per_customer.h"

#include <mutex>
#include <optional>

#include "segment/columns.h"
#include "segment/compact_answers.h"
#include "segment/kept_columns.h"
#include "segment/wide_answers.h"

namespace nps {

struct PerCustomer::Impl {
  explicit Impl(Which chosen) : which(chosen) {}

  Which which;
  std::optional<bool> texts;  // whether customers are; decided by the first batch
  std::size_t dimensions = 0;
  // One of the two, from the first batch on: compact answers until one does not fit.
  std::optional<internal::CompactAnswers> compact;
  std::optional<internal::WideAnswers> wide;
  std::mutex making;  // of what follows
  std::optional<internal::KeptColumns> kept;

  [[nodiscard]] Result<> check(const ResponseColumns& columns) const;
  Placed add(const ResponseColumns& columns, std::size_t threads);
};

Result<> PerCustomer::Impl::check(const ResponseColumns& columns) const {
  if (auto lengths = internal::check_lengths(columns); !lengths) return lengths;
  if (!columns.customers.empty() && !columns.customer_ids.empty()) {
    return Error{ErrorCode::Mismatch,
                 "customers are given both as texts and as integers; give one of the two columns",
                 {.field = "customer"}};
  }
  if (columns.customers.empty() && columns.customer_ids.empty() && columns.size() != 0) {
    return Error{ErrorCode::Mismatch,
                 "one answer a customer needs to know the customers: the column is empty",
                 {.field = "customer"}};
  }
  if (!texts || columns.size() == 0) return {};
  if (*texts != columns.customer_ids.empty()) {
    return Error{ErrorCode::Mismatch,
                 "customers were texts in one batch and are integers in another; give them in the "
                 "same column each time",
                 {.field = "customer"}};
  }
  if (dimensions != columns.codes.size()) {
    return Error{ErrorCode::Mismatch, "the batches have different numbers of code columns"};
  }
  return {};
}

Placed PerCustomer::Impl::add(const ResponseColumns& columns, std::size_t threads) {
  if (columns.size() == 0) return {};
  kept.reset();
  if (!texts) {
    if (internal::CompactAnswers::may_hold(columns)) {
      compact.emplace(which, columns.codes.size());
    } else {
      wide.emplace(which, columns.customer_ids.empty(), columns.codes.size());
    }
    dimensions = columns.codes.size();
    texts = columns.customer_ids.empty();
  }
  Placed placed;
  std::size_t done = 0;
  if (compact) {
    if (internal::CompactAnswers::may_hold(columns)) done = compact->add(columns, threads, placed);
    if (done == columns.size()) return placed;
    wide.emplace(compact->widened());
    compact.reset();
  }
  const Placed rest = wide->add(columns, done, threads);
  return {placed.placed + rest.placed, rest.anonymous, placed.rejected + rest.rejected};
}

PerCustomer::PerCustomer(Which which)
    : impl_(std::make_unique<Impl>(which == Which::First ? Which::First : Which::Latest)) {}
PerCustomer::PerCustomer(PerCustomer&&) noexcept = default;
PerCustomer& PerCustomer::operator=(PerCustomer&&) noexcept = default;
PerCustomer::~PerCustomer() = default;

Result<Placed> PerCustomer::add(const ResponseColumns& columns, std::size_t threads) {
  if (auto checked = impl_->check(columns); !checked) return std::move(checked).error();
  return impl_->add(columns, threads);
}

std::uint64_t PerCustomer::customers() const noexcept {
  return impl_->compact ? impl_->compact->customers() : impl_->wide ? impl_->wide->customers() : 0;
}

std::uint64_t PerCustomer::superseded() const noexcept {
  const auto placed = impl_->compact ? impl_->compact->placed()
                      : impl_->wide  ? impl_->wide->placed()
                                     : 0;
  return placed - customers();
}

ResponseColumns PerCustomer::columns(std::size_t threads) const {
  if (!impl_->compact && !impl_->wide) return {};
  const std::scoped_lock lock(impl_->making);
  if (!impl_->kept) {
    impl_->kept = impl_->compact ? impl_->compact->columns(threads) : impl_->wide->columns(threads);
  }
  return impl_->kept->view();
}

}  // namespace nps
