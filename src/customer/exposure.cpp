#include "nps/customer/exposure.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <tuple>
#include <utility>

#include "customer/placed_answers.h"
#include "nps/stats/weighted_comparison.h"

namespace nps {
namespace {

using internal::PlacedAnswer;
using internal::PlacedSpan;

/// `later` is not before `earlier`. Unsigned, since the whole range of times is wider than the type.
std::uint64_t microseconds_between(Timestamp earlier, Timestamp later) noexcept {
  return static_cast<std::uint64_t>(later.time_since_epoch().count()) -
         static_cast<std::uint64_t>(earlier.time_since_epoch().count());
}

struct Joined {
  const PlacedAnswer* before = nullptr;
  const PlacedAnswer* after = nullptr;

  /// How much it tells: both answers, then the one after.
  [[nodiscard]] int worth() const noexcept {
    return (after != nullptr ? 2 : 0) + (before != nullptr ? 1 : 0);
  }
};

/// So many answers, each of that weight.
WeightedTally weighted(const Tally& tally, double weight) {
  WeightedTally::Sums weights{};
  WeightedTally::Sums squares{};
  for (std::size_t i = 0; i < weights.size(); ++i) {
    weights[i] = static_cast<double>(tally.counts()[i]) * weight;
    squares[i] = weights[i] * weight;
  }
  return WeightedTally::of(tally, weights, squares).value_or(WeightedTally{});
}

/// The customer's answers around one exposure.
Joined join(PlacedSpan of_customer, Timestamp exposed_at, std::uint64_t horizon) {
  const auto same =
      std::lower_bound(of_customer.begin(), of_customer.end(), exposed_at,
                       [](const PlacedAnswer& row, Timestamp at) { return row.at < at; });
  const auto later = std::find_if(same, of_customer.end(), [exposed_at](const PlacedAnswer& row) {
    return row.at > exposed_at;
  });
  Joined joined;
  if (same != of_customer.begin()) {
    const PlacedAnswer& last = *std::prev(same);
    if (microseconds_between(last.at, exposed_at) <= horizon) joined.before = &last;
  }
  if (later != of_customer.end() && microseconds_between(exposed_at, later->at) <= horizon) {
    joined.after = &*later;
  }
  return joined;
}

/// The rows of the customer, where rows of earlier ones are left behind.
PlacedSpan answers_of(PlacedSpan& rows, std::string_view customer) {
  const auto begin = std::lower_bound(
      rows.begin(), rows.end(), customer,
      [](const PlacedAnswer& row, std::string_view wanted) { return row.customer < wanted; });
  const auto end = std::find_if(
      begin, rows.end(), [customer](const PlacedAnswer& row) { return row.customer != customer; });
  rows = PlacedSpan(end, rows.end());
  return {begin, end};
}

class Kind {
 public:
  Kind(std::span<const Exposure> exposures, PlacedSpan rows, const ExposureOptions& options)
      : exposures_(exposures), rows_(rows), options_(options) {}

  ExposureEffect effect() {
    effect_.kind = exposures_.front().kind;
    effect_.exposures = exposures_.size();
    join_exposed();
    compare_with_unexposed();
    effect_.change = compare_paired(effect_.moves, options_.paired, options_.level);
    return std::move(effect_);
  }

 private:
  void join_exposed() {
    PlacedSpan rest = rows_;
    const auto horizon = static_cast<std::uint64_t>(options_.horizon.count());
    for (std::size_t i = 0; i < exposures_.size();) {
      const std::string_view customer = exposures_[i].customer;
      const PlacedSpan answers = answers_of(rest, customer);
      Joined best;
      for (; i < exposures_.size() && exposures_[i].customer == customer; ++i) {
        const Joined joined = join(answers, *exposures_[i].at, horizon);
        if (joined.worth() > best.worth()) best = joined;
      }
      count(best);
    }
  }

  void count(const Joined& joined) {
    ++effect_.customers;
    if (joined.after != nullptr) after_.push_back(joined.after);
    if (joined.before != nullptr && joined.after != nullptr) {
      ++effect_.answered_both;
      effect_.before.add(joined.before->rating);
      effect_.after.add(joined.after->rating);
      effect_.moves.add(options_.scale.band(joined.before->rating),
                        options_.scale.band(joined.after->rating));
    } else if (joined.before != nullptr) {
      ++effect_.only_before;
    } else if (joined.after != nullptr) {
      ++effect_.only_after;
    } else {
      ++effect_.without;
    }
  }

  struct Span {
    Tally exposed;
    Tally unexposed;
  };

  void compare_with_unexposed() {
    if (after_.empty()) return;
    first_ = (*std::min_element(
                  after_.begin(), after_.end(),
                  [](const PlacedAnswer* a, const PlacedAnswer* b) { return a->at < b->at; }))
                 ->at;
    for (const PlacedAnswer* row : after_) spans_[span_of(row->at)].exposed.add(row->rating);
    add_unexposed();
    for (const auto& [number, span] : spans_) {
      const std::uint64_t exposed = span.exposed.responses();
      if (span.unexposed.responses() == 0) {
        effect_.unmatched += exposed;
        continue;
      }
      effect_.exposed += span.exposed;
      effect_.unexposed += span.unexposed;
      const auto unexposed = static_cast<double>(span.unexposed.responses());
      effect_.unexposed_weighted +=
          weighted(span.unexposed, static_cast<double>(exposed) / unexposed);
    }
    effect_.difference =
        compare_weighted(effect_.unexposed_weighted.bands(options_.scale),
                         weighted(effect_.exposed, 1).bands(options_.scale), options_.level);
  }

  void add_unexposed() {
    std::size_t next = 0;  // among the exposures, which are in order of customers
    for (std::size_t i = 0; i < rows_.size();) {
      const std::string_view customer = rows_[i].customer;
      while (next < exposures_.size() && exposures_[next].customer < customer) ++next;
      bool looking = next == exposures_.size() || exposures_[next].customer != customer;
      for (; i < rows_.size() && rows_[i].customer == customer; ++i) {
        if (!looking || rows_[i].at < first_) continue;
        const auto span = spans_.find(span_of(rows_[i].at));
        if (span == spans_.end()) continue;
        span->second.unexposed.add(rows_[i].rating);
        looking = false;
      }
    }
  }

  [[nodiscard]] std::uint64_t span_of(Timestamp at) const {
    return microseconds_between(first_, at) / static_cast<std::uint64_t>(options_.span.count());
  }

  std::span<const Exposure> exposures_;  // of this kind, by customer and time
  PlacedSpan rows_;                      // by customer and time
  const ExposureOptions& options_;
  std::vector<const PlacedAnswer*>
      after_;        // the answer after, of each exposed customer who gave one
  Timestamp first_;  // of these
  std::map<std::uint64_t, Span> spans_;
  ExposureEffect effect_;
};

/// Both families of p-values, each adjusted to its size.
Result<> adjust(std::vector<ExposureEffect>& kinds, PAdjustment adjustment) {
  std::vector<std::optional<double>> changes;
  std::vector<std::optional<double>> differences;
  for (const ExposureEffect& kind : kinds) {
    changes.push_back(kind.change ? std::optional(kind.change->p) : std::nullopt);
    differences.push_back(kind.difference ? std::optional(kind.difference->p) : std::nullopt);
  }
  auto adjusted_changes = adjust_p(changes, adjustment);
  if (!adjusted_changes) return std::move(adjusted_changes).error();
  auto adjusted_differences = adjust_p(differences, adjustment);
  if (!adjusted_differences) return std::move(adjusted_differences).error();
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    kinds[i].change_adjusted_p = (*adjusted_changes)[i];
    kinds[i].difference_adjusted_p = (*adjusted_differences)[i];
  }
  return {};
}

}  // namespace

Result<ExposureReport> exposure_report(std::span<const Answer> answers,
                                       std::span<const Exposure> exposures,
                                       const ExposureOptions& options) {
  const auto positive = [](std::chrono::microseconds length) { return length.count() > 0; };
  if (!positive(options.horizon) || !positive(options.span)) {
    return Error{ErrorCode::InvalidArgument,
                 positive(options.horizon)
                     ? "the span within which exposed and unexposed are compared is not above 0"
                     : "the horizon of exposures is not above 0: no answer lies within it",
                 {}};
  }
  ExposureReport report{.options = options};
  report.answers = answers.size();
  const internal::PlacedAnswers joinable = internal::placed_answers(answers, options.scale);
  report.unplaced = joinable.unplaced;

  std::vector<Exposure> placed;
  report.exposures = exposures.size();
  for (const Exposure& exposure : exposures) {
    if (exposure.customer.empty()) {
      ++report.no_customer;
    } else if (!exposure.at) {
      ++report.no_time;
    } else {
      placed.push_back(exposure);
    }
  }
  std::sort(placed.begin(), placed.end(), [](const Exposure& a, const Exposure& b) {
    return std::tie(a.kind, a.customer, a.at) < std::tie(b.kind, b.customer, b.at);
  });
  for (std::size_t begin = 0; begin < placed.size();) {
    std::size_t end = begin;
    while (end < placed.size() && placed[end].kind == placed[begin].kind) ++end;
    const std::span<const Exposure> of_kind(placed.data() + begin, end - begin);
    report.kinds.push_back(Kind(of_kind, joinable.all, options).effect());
    begin = end;
  }
  if (auto adjusted = adjust(report.kinds, options.adjustment); !adjusted) {
    return std::move(adjusted).error();
  }
  return report;
}

}  // namespace nps
