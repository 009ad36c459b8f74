#include "report/comparison_side.h"

#include <limits>
#include <span>
#include <string>

#include "nps/rating.h"

namespace nps::internal {
namespace {

Result<> check_customers(const ResponseColumns& columns) {
  if (columns.size() == 0) return {};
  if (columns.customers.empty() != columns.customer_ids.empty()) return {};
  return Error{ErrorCode::Mismatch,
               "customers are to be read: give one column of them, as texts or as integers",
               {.field = "customer"}};
}

}  // namespace

Result<ComparisonSide> ComparisonSide::create(const ComparisonOptions& options,
                                              const std::vector<Dimension>& dimensions) {
  const CubeOptions plain{
      .policy = options.policy, .weighted = options.weighted, .cell_limit = options.cell_limit};
  auto cube = Cube::create(dimensions, plain);
  if (!cube) return std::move(cube).error();
  ComparisonSide side(options, *std::move(cube));
  if (options.customers) {
    std::vector<Dimension> with_customer = dimensions;
    with_customer.push_back(Dimension::label(std::string(kCustomer)));
    CubeOptions unlimited = plain;
    unlimited.cell_limit = std::numeric_limits<std::size_t>::max();
    auto customers = Cube::create(std::move(with_customer), unlimited);
    if (!customers) return std::move(customers).error();
    side.customers_.emplace(*std::move(customers));
  }
  if (options.policy.which != Which::All) side.per_customer_.emplace(options.policy.which);
  return side;
}

// Labels are numbered as they come, so a dictionary that has learnt them in the same order gives the
// same codes.
void ComparisonSide::learn_labels(const std::vector<const Labels*>& dictionaries) {
  std::size_t next = 0;
  for (std::size_t d = 0; d < cube_.dimensions().size(); ++d) {
    if (cube_.dimensions()[d].is_timing()) continue;
    const Labels& source = *dictionaries[next++];
    for (std::size_t code = cube_.labels(d).size(); code < source.size(); ++code) {
      const std::string_view text = source.text(static_cast<Code>(code));
      cube_.labels(d).intern(text);
      if (customers_) customers_->labels(d).intern(text);
    }
  }
}

void ComparisonSide::learn_customers(const ResponseColumns& columns) {
  Labels& names = customers_->labels(cube_.dimensions().size());
  const Code nobody = names.intern("");
  codes_.assign(columns.size(), nobody);
  for (std::size_t row = 0; row < columns.size(); ++row) {
    if (columns.ratings[row] > Rating::kMax) continue;
    codes_[row] = columns.customers.empty()
                      ? names.intern(std::to_string(columns.customer_ids[row]))
                      : names.intern(columns.customers[row]);
  }
}

Result<> ComparisonSide::place(Cube& cube, std::optional<Cube>& customers,
                               const ResponseColumns& columns) const {
  ResponseColumns plain = columns;
  if (customers) {
    if (auto added = customers->add(columns, options_->threads); !added) return added.error();
    plain.codes = columns.codes.first(columns.codes.size() - 1);
  }
  const auto added = cube.add(plain, options_->threads);
  return added ? Result<>() : added.error();
}

Result<std::uint64_t> ComparisonSide::add(const ResponseColumns& columns,
                                          const std::vector<const Labels*>& dictionaries) {
  learn_labels(dictionaries);
  ResponseColumns with_customer = columns;
  std::vector<CodeColumn> codes;
  std::uint64_t anonymous = 0;
  if (customers_) {
    if (auto checked = check_customers(columns); !checked) return std::move(checked).error();
    learn_customers(columns);
    codes.assign(columns.codes.begin(), columns.codes.end());
    codes.emplace_back(std::span<const Code>(codes_));
    with_customer.codes = codes;
    for (std::size_t row = 0; row < columns.customers.size(); ++row) {
      const bool counted = columns.ratings[row] <= Rating::kMax;
      anonymous += counted && columns.customers[row].empty() ? 1U : 0U;
    }
  }
  if (!per_customer_) {
    if (auto placed = place(cube_, customers_, with_customer); !placed) {
      return std::move(placed).error();
    }
    return anonymous;
  }
  const auto placed = per_customer_->add(with_customer, options_->threads);
  if (!placed) return placed.error();
  return placed->anonymous;
}

Result<CountedSide> ComparisonSide::finish() const {
  CountedSide counted{.cube = CubeView(cube_), .customers = {}};
  if (customers_) counted.customers.emplace(*customers_);
  // Before the first batch nobody knows how many columns of codes there are.
  if (!per_customer_ || per_customer_->customers() == 0) return counted;
  Cube cube = cube_;
  std::optional<Cube> customers = customers_;
  const ResponseColumns kept = per_customer_->columns(options_->threads);
  if (auto placed = place(cube, customers, kept); !placed) return std::move(placed).error();
  counted.cube = CubeView(std::move(cube));
  if (customers) counted.customers.emplace(*std::move(customers));
  counted.superseded = per_customer_->superseded();
  return counted;
}

}  // namespace nps::internal
