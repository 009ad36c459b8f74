#include "nps/report/report_builder.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>
#include <absl/strings/string_view.h>
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "nps/segment/per_customer.h"
#include "nps/segment/scan.h"
#include "report/account_groups.h"
#include "report/screen.h"
#include "report/stage_customers.h"
#include "report/subsets.h"
#include "segment/columns.h"
#include "segment/suppression_levels.h"

namespace nps {

namespace {

void sort_groups(std::vector<Group>& groups, GroupOrder order) {
  // What is hidden has no figures and so stands last, where its place tells nothing.
  if (order == GroupOrder::Score) {
    std::ranges::stable_sort(groups, std::greater<>{}, [](const Group& group) {
      return std::pair(!group.suppressed, group.figures.points());
    });
  } else if (order == GroupOrder::Responses) {
    std::ranges::stable_sort(groups, std::greater<>{}, [](const Group& group) {
      return std::pair(!group.suppressed, group.figures.responses);
    });
  }
}

using internal::Subset;

/// The groups of one subset of the dimensions.
struct Grouping {
  Subset subset;
  std::vector<Group> groups;
};

std::vector<std::string> labels_of(const Group& group) {
  std::vector<std::string> labels;
  for (const KeyPart& part : group.key) labels.push_back(part.label);
  return labels;
}

}  // namespace

struct ReportBuilder::Impl {
  ReportOptions options;
  Cube cube;  // by options.by and, where accounts count once, by account
  std::optional<PerCustomer> per_customer;
  std::optional<Labels> stages;  // where each counts apart
  internal::StageCustomers stage_customers;
  absl::flat_hash_set<std::string> customers;
  absl::flat_hash_set<std::uint64_t> customer_ids;  // or these, but not both
  std::uint64_t anonymous = 0;                      // among the counted
  Rejected rejected;
  std::uint64_t rows = 0;
  std::optional<internal::WindowBuckets> window;
  OutsideWindow outside;
  bool reads_touchpoints = false;

  [[nodiscard]] bool counts_accounts() const { return options.policy.per == Per::Account; }
  // Into the cube, or where one answer a customer is wanted, to the side until finish().
  Result<> place(const ResponseColumns& columns);
  Result<> place_one_each(const ResponseColumns& columns);
  [[nodiscard]] Result<> check_customers(const ResponseColumns& columns) const;
  void count_customers(const ResponseColumns& columns);
  [[nodiscard]] Result<> read_accounts(const Cube& of, Grouping& grouping) const;
  [[nodiscard]] Result<Grouping> grouping(const Cube& of, Subset subset) const;
  [[nodiscard]] Result<> hide_small(std::vector<Grouping>& groupings,
                                    std::uint64_t responses) const;
  void add_changes(const Subset& subset, std::vector<Group>& groups) const;
  [[nodiscard]] Result<GroupScan> scan(const Cube& of, std::vector<Grouping>& groupings) const;
};

ReportBuilder::ReportBuilder(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
ReportBuilder::ReportBuilder(ReportBuilder&&) noexcept = default;
ReportBuilder& ReportBuilder::operator=(ReportBuilder&&) noexcept = default;
ReportBuilder::~ReportBuilder() = default;

Result<ReportBuilder> ReportBuilder::create(ReportOptions options) {
  if (auto few = internal::check_roll_up(options.by.size(), options.roll_up); !few) {
    return std::move(few).error();
  }
  const auto window = internal::window_of(options.policy);
  if (!window) return window.error();
  const bool accounts = options.policy.per == Per::Account;
  if (auto fits = internal::check_accounts(options); !fits) return std::move(fits).error();
  std::vector<Dimension> dimensions = options.by;
  if (accounts) dimensions.push_back(Dimension::label(std::string(internal::kAccount)));
  // The limit is on what is shown, and not on accounts.
  auto cube = Cube::create(
      std::move(dimensions),
      {.policy = options.policy,
       .weighted = options.weighted,
       .cell_limit = accounts ? std::numeric_limits<std::size_t>::max() : options.cell_limit});
  if (!cube) return std::move(cube).error();
  auto impl = std::make_unique<Impl>(Impl{.options = std::move(options),
                                          .cube = *std::move(cube),
                                          .per_customer = {},
                                          .stages = {},
                                          .stage_customers = {},
                                          .customers = {},
                                          .customer_ids = {},
                                          .rejected = {},
                                          .window = *window,
                                          .outside = {}});
  impl->reads_touchpoints = std::ranges::any_of(
      impl->options.by, [](const Dimension& by) { return by.as_delays() != nullptr; });
  if (impl->options.policy.which != Which::All) {
    impl->per_customer.emplace(impl->options.policy.which);
  }
  if (impl->options.policy.per == Per::CustomerAndStage) impl->stages.emplace();
  return ReportBuilder(std::move(impl));
}

Result<ReportBuilder> ReportBuilder::create(ReportOptions options, Cube cube) {
  if (options.by != cube.dimensions() || options.policy != cube.options().policy ||
      options.weighted != cube.options().weighted || counted_once(options.policy) ||
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
Labels& ReportBuilder::counted_labels() noexcept {
  return impl_->stages ? *impl_->stages : impl_->cube.labels(impl_->options.by.size());
}

void ReportBuilder::reject(Reject reason, std::uint64_t rows) noexcept {
  impl_->rejected.add(reason, rows);
  if (reason != Reject::BadTime) impl_->rows += rows;
}

Result<> ReportBuilder::Impl::place(const ResponseColumns& columns) {
  if (stages) {
    const auto by_stage = stage_customers.with_stages(columns, *stages);
    return by_stage ? place_one_each(*by_stage) : by_stage.error();
  }
  if (!per_customer) {
    const auto added = cube.add(columns, options.threads);
    return added ? Result<>() : added.error();
  }
  return place_one_each(columns);
}

Result<> ReportBuilder::Impl::place_one_each(const ResponseColumns& columns) {
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
  // Where one of each counts, they are known; but those of several stages must be told apart.
  const bool count_customers =
      self.stages.has_value() || (self.options.customers && !self.per_customer);
  if (count_customers) {
    if (auto checked = self.check_customers(columns); !checked) return checked;
  }
  const internal::Screened screened =
      internal::screen(columns, self.options.policy.scale, self.options.weighted, self.window);
  ResponseColumns counted = columns;
  if (!screened.ratings.empty()) counted.ratings = screened.ratings;
  if (!self.options.weighted) counted.weights = {};
  if (!self.reads_touchpoints) counted.touchpoint_at = {};
  if (auto placed = self.place(counted); !placed) return placed;
  if (count_customers) self.count_customers(counted);
  self.rejected.add(Reject::OutOfRange, screened.off_scale);
  self.rejected.add(Reject::BadWeight, screened.bad_weights);
  self.outside.before += screened.outside.before;
  self.outside.after += screened.outside.after;
  self.outside.untimed += screened.outside.untimed;
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
  absl::flat_hash_map<std::vector<std::string>, const Group*> by_key;
  for (const Group& group : groups) {
    if (!group.suppressed) by_key.emplace(labels_of(group), &group);
  }
  for (Group& group : groups) {
    group.has_periods = true;
    if (group.suppressed) continue;
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

/// Reads the figures of the groups again, with each account counted once.
Result<> ReportBuilder::Impl::read_accounts(const Cube& of, Grouping& grouping) const {
  std::vector<std::string_view> names;
  for (const std::size_t d : grouping.subset) names.emplace_back(options.by[d].name());
  const auto figures = internal::account_groups(of, std::move(names), options);
  if (!figures) return figures.error();
  for (std::size_t i = 0; i < figures->size(); ++i) grouping.groups[i].figures = (*figures)[i];
  return {};
}

Result<Grouping> ReportBuilder::Impl::grouping(const Cube& of, Subset subset) const {
  std::vector<std::string_view> names;
  for (const std::size_t d : subset) names.emplace_back(options.by[d].name());
  const auto rolled = of.roll_up(names);
  if (!rolled) return rolled.error();

  Grouping grouping{.subset = std::move(subset), .groups = {}};
  for (const Cell& cell : rolled->cells()) {
    Group& group = grouping.groups.emplace_back();
    for (std::size_t i = 0; i < grouping.subset.size(); ++i) {
      group.key.push_back({grouping.subset[i], std::string(cell.labels[i])});
    }
    group.figures = figures(cell.tally, options.policy.scale, options.interval);
    if (cell.weighted) {
      group.weighted =
          weighted_figures(*cell.weighted, options.policy.scale, options.interval.level);
    }
  }
  return grouping;
}

// The total is shown above the groups, so it takes part although it is none of them.
Result<> ReportBuilder::Impl::hide_small(std::vector<Grouping>& groupings,
                                         std::uint64_t responses) const {
  if (options.min_n == 0) return {};
  std::vector<internal::GroupLevel> levels{{.dimensions = {}, .groups = {{{}, 0}}}};
  std::vector<std::uint64_t> counts{responses};
  for (const Grouping& grouping : groupings) {
    if (grouping.subset.empty()) continue;
    internal::GroupLevel& level = levels.emplace_back();
    level.dimensions = grouping.subset;
    for (const Group& group : grouping.groups) {
      level.groups.emplace(labels_of(group), counts.size());
      counts.push_back(group.figures.responses);
    }
  }
  const auto hidden = internal::suppress_levels(levels, counts, options.min_n);
  if (!hidden) return hidden.error();
  if (hidden->front()) return internal::nothing_to_show(options.min_n);
  std::size_t next = 1;
  for (Grouping& grouping : groupings) {
    if (grouping.subset.empty()) continue;
    for (Group& group : grouping.groups) {
      if ((*hidden)[next++]) group = Group{.key = std::move(group.key), .suppressed = true};
    }
  }
  return {};
}

// Every group that is shown; those that are hidden take no part, not even in the number of
// comparisons that p-values are adjusted for.
Result<GroupScan> ReportBuilder::Impl::scan(const Cube& of,
                                            std::vector<Grouping>& groupings) const {
  ScanOptions wanted{
      .adjustment = *options.scan, .level = options.interval.level, .scale = options.policy.scale};
  absl::flat_hash_map<std::vector<std::string>, Group*> shown;  // names and labels in turn
  for (Grouping& grouping : groupings) {
    std::vector<std::string> names;
    for (const std::size_t d : grouping.subset) names.push_back(options.by[d].name());
    if (!names.empty() && names.size() < options.by.size()) wanted.roll_ups.push_back(names);
    for (Group& group : grouping.groups) {
      if (group.suppressed) continue;
      std::vector<std::string> key;
      for (const KeyPart& part : group.key) {
        key.push_back(options.by[part.dimension].name());
        key.push_back(part.label);
      }
      shown.emplace(std::move(key), &group);
    }
  }
  const auto found = scan_segments(of, wanted);
  if (!found) return found.error();

  GroupScan scan{.adjustment = *options.scan};
  std::vector<std::optional<double>> p;
  std::vector<Group*> groups;
  for (const ScannedSegment& segment : found->segments) {
    std::vector<std::string> key;
    for (const auto& [name, label] : segment.key) {
      key.push_back(name);
      key.push_back(label);
    }
    const auto group = shown.find(key);
    if (group == shown.end()) continue;
    p.emplace_back(segment.difference.p);
    groups.push_back(group->second);
    group->second->against_rest = {
        .rest = figures(segment.rest_tally, options.policy.scale, options.interval),
        .difference = segment.difference,
        .adjusted_p = 1,
        .gain = segment.gain};
  }
  const auto adjusted = adjust_p(p, *options.scan);
  if (!adjusted) return adjusted.error();
  for (std::size_t i = 0; i < groups.size(); ++i) {
    Group& group = *groups[i];
    group.against_rest->adjusted_p = *(*adjusted)[i];
    if (options.top == 0 || i < options.top) {
      scan.groups.push_back({group.key, group.figures, *group.against_rest});
    } else {
      ++scan.omitted;
    }
  }
  return scan;
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
    report.customers = self.stages ? self.customers.size() + self.customer_ids.size()
                                   : self.per_customer->customers();
  } else if (self.options.customers) {
    report.customers = self.customers.size() + self.customer_ids.size();
    report.anonymous = self.anonymous;
  }
  const Cube& counted = chosen ? *chosen : self.cube;
  std::optional<Cube> shown;  // without the accounts
  if (self.counts_accounts()) {
    auto rolled = internal::without_accounts(counted, self.options);
    if (!rolled) return std::move(rolled).error();
    shown.emplace(*std::move(rolled));
  }
  const Cube& cube = shown ? *shown : counted;
  report.rows = self.rows;
  report.rejected = self.rejected;
  report.outside = self.outside;
  report.policy = self.options.policy;
  report.dimensions = self.options.by;
  report.total = figures(cube.total(), self.options.policy.scale, self.options.interval);
  if (self.options.weighted) {
    report.weighted = weighted_figures(cube.weighted_total(), self.options.policy.scale,
                                       self.options.interval.level);
  }
  if (self.counts_accounts()) {
    const auto total = internal::account_groups(counted, {}, self.options);
    if (!total) return total.error();
    report.total = total->empty() ? account_figures({}, {}) : total->front();
    report.no_account = internal::without_account(counted, self.options.policy.scale);
  }
  report.min_n = self.options.min_n;
  std::vector<Grouping> groupings;
  for (Subset& subset : internal::subsets(self.options.by.size(), self.options.roll_up)) {
    auto grouping = self.grouping(cube, std::move(subset));
    if (!grouping) return std::move(grouping).error();
    if (self.counts_accounts()) {
      auto read = self.read_accounts(counted, *grouping);
      if (!read) return std::move(read).error();
    }
    groupings.push_back(*std::move(grouping));
  }
  if (auto hidden = self.hide_small(groupings, report.total.responses); !hidden) {
    return std::move(hidden).error();
  }
  if (self.options.scan) {
    auto scan = self.scan(cube, groupings);
    if (!scan) return std::move(scan).error();
    report.scan.emplace(*std::move(scan));
  }
  for (auto& [subset, groups] : groupings) {
    if (!self.counts_accounts()) self.add_changes(subset, groups);
    sort_groups(groups, self.options.order);
    if (self.options.top != 0 && groups.size() > self.options.top) {
      report.groups_omitted += groups.size() - self.options.top;
      groups.resize(self.options.top);
    }
    std::ranges::move(groups, std::back_inserter(report.groups));
  }
  return report;
}

}  // namespace nps
