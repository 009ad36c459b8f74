// d' V^-1 d, where V may have less than its full rank. Not for users: see survival.h and symmetry.h
// beside it.
#ifndef NPS_STATS_DETAIL_QUADRATIC_FORM_H_
#define NPS_STATS_DETAIL_QUADRATIC_FORM_H_

#include <cstddef>
#include <utility>
#include <vector>

namespace nps::detail {

struct QuadraticForm {
  double value = 0;
  unsigned rank = 0;
};

/// `covariance` is that of `difference`, row by row: symmetric and not negative definite. What it does
/// not vary in is left out: the rank says in how many directions it does.
/// Source: elimination with the greatest pivot of the diagonal first. A pivot below 1e-10 of the
/// greatest is rounding.
[[nodiscard]] inline QuadraticForm quadratic_form(std::vector<double> covariance,
                                                  std::vector<double> difference) {
  const std::size_t n = difference.size();
  const auto at = [&](std::size_t i, std::size_t j) -> double& { return covariance[i * n + j]; };
  double greatest = 0;
  for (std::size_t i = 0; i < n; ++i) greatest = at(i, i) > greatest ? at(i, i) : greatest;
  QuadraticForm form;
  std::vector<bool> done(n);
  while (form.rank < n) {
    std::size_t pivot = n;
    for (std::size_t i = 0; i < n; ++i) {
      if (!done[i] && (pivot == n || at(i, i) > at(pivot, pivot))) pivot = i;
    }
    const double size = at(pivot, pivot);
    if (!(size > 1e-10 * greatest)) break;
    done[pivot] = true;
    ++form.rank;
    form.value += difference[pivot] * difference[pivot] / size;
    for (std::size_t i = 0; i < n; ++i) {
      if (done[i]) continue;
      const double factor = at(i, pivot) / size;
      difference[i] -= factor * difference[pivot];
      for (std::size_t j = 0; j < n; ++j) {
        if (!done[j]) at(i, j) -= factor * at(pivot, j);
      }
    }
  }
  return form;
}

}  // namespace nps::detail

#endif  // NPS_STATS_DETAIL_QUADRATIC_FORM_H_
