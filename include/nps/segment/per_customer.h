// PerCustomer: one answer a customer, the latest or the first, whatever order they come in.
//
//   nps::PerCustomer latest(nps::Which::Latest);
//   latest.add(columns);                 // batch after batch
//   cube.add(latest.columns());          // then each customer once, under that answer's own labels
#ifndef NPS_SEGMENT_PER_CUSTOMER_H_
#define NPS_SEGMENT_PER_CUSTOMER_H_

#include <cstddef>
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
  friend bool operator==(const Placed&, const Placed&) = default;
};

/// Keeps, for each customer, the greatest (latest) or least (first) answer by (answered at, response
/// id, rating). An answer without a time gives way to any that has one.
///
/// Units       customers are 64-bit integers, each of them somebody, or texts compared as bytes,
///             "" being nobody: the same in every batch. Response ids are compared as bytes; a row
///             of RowIds as the text "stem:row" with the row in at least twelve digits.
/// Order       any permutation of the same answers keeps the same ones, as long as no two of a
///             customer agree in time, response id and rating; of those, the earliest added stays.
/// Errors      Mismatch for columns of unlike lengths, without customers, with customers in both
///             columns or in the other one than before; nothing is added then. Out of memory, some
///             rows of the batch may have been added; the object stays whole.
/// Threads     distinct objects are independent; const members may be called at the same time. What
///             is kept, and the order of columns(), is the same for any number of threads.
/// Memory      for integers, whose answers have a time from 1934 to 2077, a rating and at most four
///             columns of codes (below 2^16, 2^8, 32 or 16 for one to four): 21 to 43 bytes a
///             customer. All others: 52 to 96 bytes, up to 6 more for each column of codes, 12 for
///             weights, 14 for touchpoints, and texts with up to half as much again. While a batch
///             is added, 18 to 24 bytes for each of its rows, but no more than 310 MB; up to 8 MB of
///             that stay. Once columns() is called, 9 and 4 for each column of codes.
/// Complexity  O(rows) expected; see bench/per_customer_bench. Ids are mixed well, but without a secret: whoever may choose ids at
///             will, and knows how, can make adding them quadratic.
class NPS_EXPORT PerCustomer {
 public:
  /// `which` is Latest or First; All is taken as Latest.
  explicit PerCustomer(Which which);
  PerCustomer(PerCustomer&&) noexcept;
  PerCustomer& operator=(PerCustomer&&) noexcept;
  ~PerCustomer();

  /// On at most so many threads; of use from some tens of thousands of rows on.
  Result<Placed> add(const ResponseColumns& columns, std::size_t threads = 1);

  [[nodiscard]] std::uint64_t customers() const noexcept;
  /// Answers that were placed and then gave way, or gave way at once: placed - customers.
  [[nodiscard]] std::uint64_t superseded() const noexcept;
  /// The answers that are kept, one row a customer, as columns to add to a cube. Views into this
  /// object, until it changes; they are made by the first call after a change.
  [[nodiscard]] ResponseColumns columns(std::size_t threads = 1) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nps

#endif  // NPS_SEGMENT_PER_CUSTOMER_H_
