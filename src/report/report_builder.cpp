#include "nps/report/report_builder.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>
#include <absl/strings/string_view.h>
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "nps/segment/per_customer.h"
#include "segment/columns.h"

namespace nps {

namespace {

constexpr std::size_t kMaxRollUp = 12;  // 4,096 subsets

// Groups of one subset of the dimensions, before any are left out.
using Subset = std::vector<std::size_t>;

// Subsets of 0..count-1 from the coarsest to the finest; only the full one without roll-up.
std::vector<Subset> subsets(std::size_t count, bool roll_up) {
  Subset all(count);
  for (std::size_t d = 0; d < count; ++d) all[d] = d;
  if (!roll_up) return count == 0 ? std::vector<Subset>{} : std::vector<Subset>{all};
  std::vector<Subset> subsets;
  for (std::size_t bits = 0; bits < (std::size_t{1} << count); ++bits) {
    Subset& subset = subsets.emplace_back();
    std::ranges::copy_if(all, std::back_inserter(subset),
                         [bits](std::size_t d) { return ((bits >> d) & 1U) != 0; });
  }
  std::ranges::stable_sort(subsets, {}, &Subset::size);
  return subsets;
}

// Rows that this policy cannot count. Where there are any, their ratings are made into no rating at
// all, in a copy; whole batches of good rows, the usual case, are only looked at.
struct Screened {
  std::vector<std::uint8_t> ratings;
  std::uint64_t off_scale = 0;
  std::uint64_t bad_weights = 0;
};

bool has_bad_weights(std::span<const double> weights) noexcept {
  bool bad = false;  // no early end: this way it is done by whole vectors
  for (const double weight : weights) bad |= !WeightedTally::is_weight(weight);
  return bad;
}

Screened screen(const ResponseColumns& columns, const ReportOptions& options) {
  constexpr std::uint8_t kNoRating = 0xff;
  const auto least = static_cast<std::uint8_t>(options.policy.scale.min());
  const auto most = static_cast<std::uint8_t>(options.policy.scale.max());
  const auto is_off = [least, most](std::uint8_t rating) {
    return rating < least || rating > most;
  };
  const std::span<const double> weights =
      options.weighted ? columns.weights : std::span<const double>();

  Screened screened;
  std::size_t off_scale = 0;
  for (const std::uint8_t rating : columns.ratings) off_scale += is_off(rating) ? 1U : 0U;
  screened.off_scale = off_scale;
  if (off_scale == 0 && !has_bad_weights(weights)) return screened;
  screened.ratings.assign(columns.ratings.begin(), columns.ratings.end());
  for (std::size_t row = 0; row < columns.size(); ++row) {
    if (is_off(columns.ratings[row])) {
      screened.ratings[row] = kNoRating;
    } else if (!weights.empty() && !WeightedTally::is_weight(weights[row])) {
      screened.ratings[row] = kNoRating;
      ++screened.bad_weights;
    }
  }
  return screened;
}

void sort_groups(std::vector<Group>& groups, GroupOrder order) {
  if (order == GroupOrder::Score) {
    std::ranges::stable_sort(groups, std::greater<>{},
                             [](const Group& group) { return group.figures.score; });
  } else if (order == GroupOrder::Responses) {
    std::ranges::stable_sort(groups, std::greater<>{},
                             [](const Group& group) { return group.figures.responses; });
  }
}

}  // namespace

struct ReportBuilder::Impl {
  ReportOptions options;
  Cube cube;
  std::optional<PerCustomer> per_customer;
  absl::flat_hash_set<std::string> customers;
  absl::flat_hash_set<std::uint64_t> customer_ids;  // or these, but not both
  std::uint64_t anonymous = 0;                      // among the counted
  Rejected rejected;
  std::uint64_t rows = 0;
  bool reads_touchpoints = false;

  // Into the cube, or where one answer a customer is wanted, to the side until finish().
  Result<> place(const ResponseColumns& columns);
  [[nodiscard]] Result<> check_customers(const ResponseColumns& columns) const;
  void count_customers(const ResponseColumns& columns);
  Result<> append_groups(const Cube& of, const Subset& subset, Report& report) const;
  void add_changes(const Subset& subset, std::vector<Group>& groups) const;
};

ReportBuilder::ReportBuilder(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
ReportBuilder::ReportBuilder(ReportBuilder&&) noexcept = default;
ReportBuilder& ReportBuilder::operator=(ReportBuilder&&) noexcept = default;
ReportBuilder::~ReportBuilder() = default;

Result<ReportBuilder> ReportBuilder::create(ReportOptions options) {
  if (options.roll_up && options.by.size() > kMaxRollUp) {
    return Error{ErrorCode::InvalidArgument,
                 fmt::format("a roll-up of {} dimensions has too many subsets; the most is {}",
                             options.by.size(), kMaxRollUp)};
  }
  auto cube = Cube::create(
      options.by,
      {.policy = options.policy, .weighted = options.weighted, .cell_limit = options.cell_limit});
  if (!cube) return std::move(cube).error();
  auto impl = std::make_unique<Impl>(Impl{.options = std::move(options),
                                          .cube = *std::move(cube),
                                          .per_customer = {},
                                          .customers = {},
                                          .customer_ids = {},
                                          .rejected = {}});
  impl->reads_touchpoints = std::ranges::any_of(
      impl->options.by, [](const Dimension& by) { return by.as_delays() != nullptr; });
  if (impl->options.policy.which != Which::All) {
    impl->per_customer.emplace(impl->options.policy.which);
  }
  return ReportBuilder(std::move(impl));
}

Result<ReportBuilder> ReportBuilder::create(ReportOptions options, Cube cube) {
  if (options.by != cube.dimensions() || options.policy != cube.options().policy ||
      options.weighted != cube.options().weighted || options.policy.which != Which::All ||
      options.customers) {
    return Error{ErrorCode::Mismatch,
                 "a report can be made of a cube that has its dimensions, policy and weights, and "
                 "only of all answers; create the cube with the report's options"};
  }
  auto builder = create(std::move(options));
  if (!builder) return builder;
  builder->impl_->cube = std::move(cube);
  builder->impl_->rows = builder->impl_->cube.total().responses();
  return builder;
}

const ReportOptions& ReportBuilder::options() const noexcept { return impl_->options; }
Labels& ReportBuilder::labels(std::size_t dimension) noexcept {
  return impl_->cube.labels(dimension);
}

void ReportBuilder::reject(Reject reason, std::uint64_t rows) noexcept {
  impl_->rejected.add(reason, rows);
  if (reason != Reject::BadTime) impl_->rows += rows;
}

Result<> ReportBuilder::Impl::place(const ResponseColumns& columns) {
  if (!per_customer) {
    const auto added = cube.add(columns, options.threads);
    return added ? Result<>() : added.error();
  }
  if (auto codes = internal::check_codes(columns, cube); !codes) return codes;
  const auto placed = per_customer->add(columns, options.threads);
  if (!placed) return placed.error();
  rejected.add(Reject::NoCustomer, placed->anonymous);
  return {};
}

Result<> ReportBuilder::Impl::check_customers(const ResponseColumns& columns) const {
  if (columns.size() == 0) return {};
  const bool texts = !columns.customers.empty();
  const bool integers = !columns.customer_ids.empty();
  if (texts != integers && (texts ? customer_ids.empty() : customers.empty())) return {};
  return Error{ErrorCode::Mismatch,
               "customers are to be counted: give one column of them, as texts or as integers, and "
               "the same one in every batch",
               {.field = "customer"}};
}

void ReportBuilder::Impl::count_customers(const ResponseColumns& columns) {
  for (std::size_t row = 0; row < columns.size(); ++row) {
    if (columns.ratings[row] > Rating::kMax) continue;
    if (!columns.customer_ids.empty()) {
      customer_ids.insert(columns.customer_ids[row]);
      continue;
    }
    const std::string_view customer = columns.customers[row];
    const absl::string_view key(customer.data(), customer.size());
    if (customer.empty()) {
      ++anonymous;
    } else if (!customers.contains(key)) {
      customers.emplace(customer);
    }
  }
}

Result<> ReportBuilder::add(const ResponseColumns& columns) {
  Impl& self = *impl_;
  if (auto lengths = internal::check_lengths(columns); !lengths) return lengths;
  const bool count_customers = self.options.customers && !self.per_customer;
  if (count_customers) {
    if (auto checked = self.check_customers(columns); !checked) return checked;
  }
  const Screened screened = screen(columns, self.options);
  ResponseColumns counted = columns;
  if (!screened.ratings.empty()) counted.ratings = screened.ratings;
  if (!self.options.weighted) counted.weights = {};
  if (!self.reads_touchpoints) counted.touchpoint_at = {};
  if (auto placed = self.place(counted); !placed) return placed;
  if (count_customers) self.count_customers(counted);
  self.rejected.add(Reject::OutOfRange, screened.off_scale);
  self.rejected.add(Reject::BadWeight, screened.bad_weights);
  self.rows += columns.size();
  return {};
}

// A period's change is against the one before it, among the groups alike in all else. With two
// calendars in one key "the period before" would be two things, so there is none.
void ReportBuilder::Impl::add_changes(const Subset& subset, std::vector<Group>& groups) const {
  const auto is_calendar = [this](std::size_t d) { return options.by[d].as_calendar() != nullptr; };
  if (std::ranges::count_if(subset, is_calendar) != 1) return;
  const auto at =
      static_cast<std::size_t>(std::ranges::find_if(subset, is_calendar) - subset.begin());
  const Calendar& calendar = *options.by[subset[at]].as_calendar();
  const auto labels_of = [](const Group& group) {
    std::vector<std::string> labels;
    for (const KeyPart& part : group.key) labels.push_back(part.label);
    return labels;
  };
  absl::flat_hash_map<std::vector<std::string>, const Group*> by_key;
  for (const Group& group : groups) by_key.emplace(labels_of(group), &group);
  for (Group& group : groups) {
    group.has_periods = true;
    auto labels = labels_of(group);
    const auto previous = calendar.previous(labels[at]);
    if (!previous) continue;
    labels[at] = *previous;
    if (const auto before = by_key.find(labels); before != by_key.end()) {
      group.change = compare_independent(before->second->figures.bands, group.figures.bands,
                                         ComparisonMethod::Adjusted, options.interval.level);
    }
  }
}

Result<> ReportBuilder::Impl::append_groups(const Cube& of, const Subset& subset,
                                            Report& report) const {
  std::vector<std::string_view> names;
  for (const std::size_t d : subset) names.emplace_back(options.by[d].name());
  const auto rolled = of.roll_up(names);
  if (!rolled) return rolled.error();

  std::vector<Group> groups;
  for (const Cell& cell : rolled->cells()) {
    Group& group = groups.emplace_back();
    for (std::size_t i = 0; i < subset.size(); ++i) {
      group.key.push_back({subset[i], std::string(cell.labels[i])});
    }
    group.figures = figures(cell.tally, options.policy.scale, options.interval);
    if (cell.weighted) {
      group.weighted =
          weighted_figures(*cell.weighted, options.policy.scale, options.interval.level);
    }
  }
  add_changes(subset, groups);
  sort_groups(groups, options.order);
  if (options.top != 0 && groups.size() > options.top) {
    report.groups_omitted += groups.size() - options.top;
    groups.resize(options.top);
  }
  std::ranges::move(groups, std::back_inserter(report.groups));
  return {};
}

Result<Report> ReportBuilder::finish() const {
  const Impl& self = *impl_;
  Report report;
  std::optional<Cube> chosen;  // with one answer a customer; its own cube holds only the labels
  if (self.per_customer) {
    // Before the first batch nobody knows how many columns of codes there are.
    if (self.per_customer->customers() != 0) {
      const auto added = chosen.emplace(self.cube).add(
          self.per_customer->columns(self.options.threads), self.options.threads);
      if (!added) return added.error();
    }
    report.superseded = self.per_customer->superseded();
    report.customers = self.per_customer->customers();
  } else if (self.options.customers) {
    report.customers = self.customers.size() + self.customer_ids.size();
    report.anonymous = self.anonymous;
  }
  const Cube& cube = chosen ? *chosen : self.cube;
  report.rows = self.rows;
  report.rejected = self.rejected;
  report.policy = self.options.policy;
  report.dimensions = self.options.by;
  report.total = figures(cube.total(), self.options.policy.scale, self.options.interval);
  if (self.options.weighted) {
    report.weighted = weighted_figures(cube.weighted_total(), self.options.policy.scale,
                                       self.options.interval.level);
  }
  for (const Subset& subset : subsets(self.options.by.size(), self.options.roll_up)) {
    if (auto appended = self.append_groups(cube, subset, report); !appended) {
      return std::move(appended).error();
    }
  }
  return report;
}

}  // namespace nps
