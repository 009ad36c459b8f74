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

void sort_groups(std::vector<Group>& groups, GroupOrder order) {
  if (order == GroupOrder::Score) {
    std::ranges::stable_sort(groups, [](const Group& a, const Group& b) {
      return *a.figures.score > *b.figures.score;
    });
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
  Rejected rejected;
  std::uint64_t rows = 0;

  // Where one answer a customer is wanted, only the times of those that are kept matter.
  Result<> place(const ResponseColumns& columns);
  void count_customers(const ResponseColumns& columns);
  Result<> append_groups(const Subset& subset, Report& report) const;
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
  auto cube = Cube::create(options.by, {.policy = options.policy,
                                        .weighted = options.weighted,
                                        .cell_limit = options.cell_limit});
  if (!cube) return std::move(cube).error();
  auto impl = std::make_unique<Impl>(Impl{.options = std::move(options),
                                          .cube = *std::move(cube),
                                          .per_customer = {},
                                          .customers = {},
                                          .rejected = {}});
  if (impl->options.policy.which != Which::All) {
    impl->per_customer.emplace(impl->options.policy.which);
  }
  return ReportBuilder(std::move(impl));
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
  if (per_customer) {
    const auto placed = per_customer->add(columns);
    if (!placed) return placed.error();
    rejected.add(Reject::NoCustomer, placed->anonymous);
    rejected.add(Reject::OutOfRange, placed->rejected);
    return {};
  }
  const auto added = cube.add(columns);
  if (!added) return added.error();
  rejected.add(Reject::OutOfRange, added->rejected);
  return {};
}

void ReportBuilder::Impl::count_customers(const ResponseColumns& columns) {
  for (std::size_t row = 0; row < columns.customers.size(); ++row) {
    const std::string_view customer = columns.customers[row];
    if (customer.empty() || columns.ratings[row] > Rating::kMax) continue;
    const absl::string_view key(customer.data(), customer.size());
    if (!customers.contains(key)) customers.emplace(customer);
  }
}

Result<> ReportBuilder::add(const ResponseColumns& columns) {
  if (auto placed = impl_->place(columns); !placed) return placed;
  if (impl_->options.customers && !impl_->per_customer) impl_->count_customers(columns);
  impl_->rows += columns.size();
  return {};
}

// A period's change is against the one before it, among the groups alike in all else. With two
// calendars in one key "the period before" would be two things, so there is none.
void ReportBuilder::Impl::add_changes(const Subset& subset, std::vector<Group>& groups) const {
  const auto is_calendar = [this](std::size_t d) { return options.by[d].as_calendar() != nullptr; };
  if (std::ranges::count_if(subset, is_calendar) != 1) return;
  const auto at = static_cast<std::size_t>(std::ranges::find_if(subset, is_calendar) -
                                           subset.begin());
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

Result<> ReportBuilder::Impl::append_groups(const Subset& subset, Report& report) const {
  std::vector<std::string_view> names;
  for (const std::size_t d : subset) names.emplace_back(options.by[d].name());
  const auto rolled = cube.roll_up(names);
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

Result<Report> ReportBuilder::finish() {
  Impl& self = *impl_;
  Report report;
  if (self.per_customer) {
    if (const auto added = self.cube.add(self.per_customer->columns()); !added) {
      return added.error();
    }
    report.superseded = self.per_customer->superseded();
    report.customers = self.per_customer->customers();
  } else if (self.options.customers) {
    report.customers = self.customers.size();
  }
  report.rows = self.rows;
  report.rejected = self.rejected;
  report.policy = self.options.policy;
  report.dimensions = self.options.by;
  report.total = figures(self.cube.total(), self.options.policy.scale, self.options.interval);
  if (self.options.weighted) {
    report.weighted = weighted_figures(self.cube.weighted_total(), self.options.policy.scale,
                                       self.options.interval.level);
  }
  for (const Subset& subset : subsets(self.options.by.size(), self.options.roll_up)) {
    if (auto appended = self.append_groups(subset, report); !appended) {
      return std::move(appended).error();
    }
  }
  return report;
}

}  // namespace nps
