// PerCustomer: one answer a customer, the latest or the first, whatever order they come in.
//
//   nps::PerCustomer latest(nps::Which::Latest);
//   latest.add(columns);                 // batch after batch
//   cube.add(latest.columns());          // then each customer once, under that answer's own labels
#ifndef NPS_SEGMENT_PER_CUSTOMER_H_
#define NPS_SEGMENT_PER_CUSTOMER_H_

#include <cstdint>
#include <memory>

#include "nps/batch.h"
#include "nps/counting_policy.h"
#include "nps/export.h"
#include "nps/result.h"

namespace nps {

/// What became of a batch: placed + anonymous + rejected == rows.
struct Placed {
  std::uint64_t placed = 0;     // has a customer; kept, or superseded by another answer of theirs
  std::uint64_t anonymous = 0;  // without a customer, so not in any count per customer
  std::uint64_t rejected = 0;   // no rating
};

/// Keeps, for each customer, the greatest (latest) or least (first) answer by (answered at, response
/// id, rating). An answer without a time gives way to any that has one.
///
/// Units       customers are compared as bytes.
/// Order       any permutation of the same answers keeps the same ones, as long as no two of a
///             customer agree in time, response id and rating; of those, the earliest added stays.
/// Errors      Mismatch for columns of unlike lengths or without customers; nothing is added then.
/// Threads     distinct objects are independent.
/// Complexity  O(rows) expected; memory is the key, the response id and about 64 bytes a customer,
///             and 4 bytes more for each label dimension.
class NPS_EXPORT PerCustomer {
 public:
  /// `which` is Latest or First; All is taken as Latest.
  explicit PerCustomer(Which which);
  PerCustomer(PerCustomer&&) noexcept;
  PerCustomer& operator=(PerCustomer&&) noexcept;
  ~PerCustomer();

  Result<Placed> add(const ResponseColumns& columns);

  [[nodiscard]] std::uint64_t customers() const noexcept;
  /// Answers that were placed and then gave way, or gave way at once: placed - customers.
  [[nodiscard]] std::uint64_t superseded() const noexcept;
  /// The answers that are kept, one row a customer, as columns to add to a cube. Views into this
  /// object, until it changes.
  [[nodiscard]] ResponseColumns columns() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nps

#endif  // NPS_SEGMENT_PER_CUSTOMER_H_
