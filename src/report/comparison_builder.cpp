#include "nps/report/comparison_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <string_view>
#include <utility>

#include "report/compared_groups.h"
#include "report/compared_segments.h"
#include "report/comparison_side.h"
#include "report/screen.h"
#include "report/subsets.h"
#include "report/verdict.h"
#include "segment/columns.h"
#include "segment/suppression_levels.h"

namespace nps {
namespace {

using internal::Sample;
using internal::Segment;

constexpr std::string_view kControl = "@control";
constexpr std::array<std::string_view, 2> kArms{"treated", "control"};

Error unusable(std::string message) { return {ErrorCode::InvalidArgument, std::move(message)}; }

Result<> check(const ComparisonOptions& options) {
  if (auto few = internal::check_roll_up(options.by.size(), options.roll_up); !few) return few;
  if (options.paired && options.policy.which == Which::All) {
    return unusable(
        "a paired comparison takes one answer a customer and side: count the latest "
        "or the first");
  }
  if (options.paired && options.weighted) {
    return unusable("a paired comparison takes each customer once, so it has no weights");
  }
  if (options.policy.per != Per::Customer) {
    return unusable(
        "a comparison counts all answers, or one a customer and side: what counts once per stage "
        "or "
        "account is for reports");
  }
  if (!is_timeless(options.policy)) {
    return unusable(
        "a comparison is between two sides, so its policy has no window and no instant: split it "
        "by "
        "time");
  }
  if (options.policy.which != Which::All && !options.customers) {
    return unusable("one answer a customer needs to know the customers");
  }
  return {};
}

}  // namespace

struct ComparisonBuilder::Impl {
  ComparisonOptions options;
  std::vector<Dimension> dimensions;  // options.by, and the arm where there is a control
  std::vector<Labels> labels;         // of the label dimensions of options.by, in order
  Labels split_labels;
  Labels control_labels;
  Labels arms;
  std::optional<internal::ComparisonSide> before;
  std::optional<internal::ComparisonSide> after;
  Rejected rejected;
  std::uint64_t rows = 0;
  std::uint64_t left_out = 0;
  std::uint64_t anonymous = 0;
  bool reads_touchpoints = false;

  [[nodiscard]] std::size_t code_columns() const;
  [[nodiscard]] Result<> check_columns(const ResponseColumns& columns,
                                       std::optional<Side> side) const;
  [[nodiscard]] std::optional<Side> side_of(const ResponseColumns& columns, std::size_t row) const;
  Result<> add_to(Side side, ResponseColumns columns, std::span<const std::uint8_t> ratings);
  Result<> split(const ResponseColumns& columns, std::span<const std::uint8_t> ratings);

  [[nodiscard]] Result<Sample> arm(const internal::CountedSide& first,
                                   const internal::CountedSide& second,
                                   std::string_view which) const;
  void count_customers(const Sample& sample, ComparisonReport& report) const;
};

ComparisonBuilder::ComparisonBuilder(std::unique_ptr<Impl> impl) noexcept
    : impl_(std::move(impl)) {}
ComparisonBuilder::ComparisonBuilder(ComparisonBuilder&&) noexcept = default;
ComparisonBuilder& ComparisonBuilder::operator=(ComparisonBuilder&&) noexcept = default;
ComparisonBuilder::~ComparisonBuilder() = default;

Result<ComparisonBuilder> ComparisonBuilder::create(ComparisonOptions options) {
  if (auto usable = check(options); !usable) return std::move(usable).error();
  auto impl = std::make_unique<Impl>();
  impl->options = std::move(options);
  impl->dimensions = impl->options.by;
  for (const Dimension& dimension : impl->options.by) {
    if (!dimension.is_timing()) impl->labels.emplace_back();
    impl->reads_touchpoints = impl->reads_touchpoints || dimension.as_delays() != nullptr;
  }
  if (impl->options.control) {
    impl->dimensions.push_back(Dimension::label(std::string(kControl)));
    for (const std::string_view arm : kArms) impl->arms.intern(arm);
  }
  for (auto* side : {&impl->before, &impl->after}) {
    auto made = internal::ComparisonSide::create(impl->options, impl->dimensions);
    if (!made) return std::move(made).error();
    side->emplace(*std::move(made));
  }
  return ComparisonBuilder(std::move(impl));
}

const ComparisonOptions& ComparisonBuilder::options() const noexcept { return impl_->options; }

std::vector<ComparisonBuilder::LabelColumn> ComparisonBuilder::labels() noexcept {
  std::vector<LabelColumn> columns;
  for (const Dimension& dimension : impl_->options.by) {
    if (!dimension.is_timing())
      columns.push_back({dimension.name(), &impl_->labels[columns.size()]});
  }
  if (const auto* split = std::get_if<SplitByLabel>(&impl_->options.split)) {
    columns.push_back({split->column, &impl_->split_labels});
  }
  if (impl_->options.control) {
    columns.push_back({impl_->options.control->column, &impl_->control_labels});
  }
  return columns;
}

void ComparisonBuilder::reject(Reject reason, std::uint64_t rows) noexcept {
  impl_->rejected.add(reason, rows);
  if (reason != Reject::BadTime) impl_->rows += rows;
}

std::size_t ComparisonBuilder::Impl::code_columns() const {
  return labels.size() + (std::holds_alternative<SplitByLabel>(options.split) ? 1U : 0U) +
         (options.control ? 1U : 0U);
}

Result<> ComparisonBuilder::Impl::check_columns(const ResponseColumns& columns,
                                                std::optional<Side> side) const {
  const bool is_split = !std::holds_alternative<std::monostate>(options.split);
  if (side.has_value() == is_split) {
    return unusable(is_split ? "the split tells the sides apart: add the columns without one"
                             : "say which side the answers are on: there is no split");
  }
  if (auto lengths = internal::check_lengths(columns); !lengths) return lengths;
  if (columns.codes.size() == code_columns()) return {};
  return Error{ErrorCode::Mismatch,
               fmt::format("{} code columns were given and {} are needed: one for each of labels()",
                           columns.codes.size(), code_columns()),
               {.field = "code"}};
}

std::optional<Side> ComparisonBuilder::Impl::side_of(const ResponseColumns& columns,
                                                     std::size_t row) const {
  if (const auto* time = std::get_if<SplitByTime>(&options.split)) {
    if (columns.answered_at.empty()) return std::nullopt;
    const auto answered = columns.answered_at[row];
    if (!answered) return std::nullopt;
    return *answered < time->at ? Side::Before : Side::After;
  }
  const auto& label = std::get<SplitByLabel>(options.split);
  const Code code = internal::code_at(columns.codes[labels.size()], row);
  if (code >= split_labels.size()) return std::nullopt;
  const std::string_view text = split_labels.text(code);
  if (text == label.before) return Side::Before;
  if (text == label.after) return Side::After;
  return std::nullopt;
}

Result<> ComparisonBuilder::Impl::add_to(Side side, ResponseColumns columns,
                                         std::span<const std::uint8_t> ratings) {
  std::vector<CodeColumn> codes(columns.codes.begin(),
                                columns.codes.begin() + static_cast<std::ptrdiff_t>(labels.size()));
  std::vector<const Labels*> dictionaries;
  for (const Labels& dictionary : labels) dictionaries.push_back(&dictionary);
  std::vector<std::uint8_t> arm;
  if (options.control) {
    const std::optional<Code> label = control_labels.find(options.control->label);
    const CodeColumn& column = columns.codes.back();
    for (std::size_t row = 0; row < columns.size(); ++row) {
      arm.push_back(label && internal::code_at(column, row) == *label ? 1 : 0);
    }
    codes.emplace_back(std::span<const std::uint8_t>(arm));
    dictionaries.push_back(&arms);
  }
  columns.ratings = ratings;
  columns.codes = codes;
  const auto added = (side == Side::Before ? *before : *after).add(columns, dictionaries);
  if (!added) return added.error();
  if (options.policy.which == Which::All) {
    anonymous += *added;
  } else {
    rejected.add(Reject::NoCustomer, *added);
  }
  return {};
}

// A row that is on the other side, or on none, has no rating on this one.
Result<> ComparisonBuilder::Impl::split(const ResponseColumns& columns,
                                        std::span<const std::uint8_t> ratings) {
  std::vector<std::uint8_t> first(columns.size(), internal::kNoRating);
  std::vector<std::uint8_t> second(columns.size(), internal::kNoRating);
  for (std::size_t row = 0; row < columns.size(); ++row) {
    if (ratings[row] > Rating::kMax) continue;
    const std::optional<Side> side = side_of(columns, row);
    if (!side) {
      ++left_out;
    } else {
      (*side == Side::Before ? first : second)[row] = ratings[row];
    }
  }
  if (auto added = add_to(Side::Before, columns, first); !added) return added;
  return add_to(Side::After, columns, second);
}

Result<> ComparisonBuilder::add(const ResponseColumns& columns, std::optional<Side> side) {
  Impl& self = *impl_;
  if (auto checked = self.check_columns(columns, side); !checked) return checked;
  const internal::Screened screened =
      internal::screen(columns, self.options.policy.scale, self.options.weighted);
  ResponseColumns counted = columns;
  if (!self.options.weighted) counted.weights = {};
  if (!self.reads_touchpoints) counted.touchpoint_at = {};
  const std::span<const std::uint8_t> ratings =
      screened.ratings.empty() ? columns.ratings : std::span<const std::uint8_t>(screened.ratings);
  auto added = side ? self.add_to(*side, counted, ratings) : self.split(counted, ratings);
  if (!added) return added;
  self.rejected.add(Reject::OutOfRange, screened.off_scale);
  self.rejected.add(Reject::BadWeight, screened.bad_weights);
  self.rows += columns.size();
  return {};
}

Result<Sample> ComparisonBuilder::Impl::arm(const internal::CountedSide& first,
                                            const internal::CountedSide& second,
                                            std::string_view which) const {
  const auto part_of = [&](const Cube& cube) -> Result<internal::CubeView> {
    if (!options.control) return internal::CubeView(cube);
    auto slice = cube.slice(kControl, which);
    if (!slice) return std::move(slice).error();
    return internal::CubeView(*std::move(slice));
  };
  auto before_cube = part_of(*first.cube);
  if (!before_cube) return std::move(before_cube).error();
  auto after_cube = part_of(*second.cube);
  if (!after_cube) return std::move(after_cube).error();
  Sample sample{.before = *std::move(before_cube),
                .after = *std::move(after_cube),
                .customers_before = {},
                .customers_after = {}};
  if (!first.customers || !second.customers) return sample;
  auto customers_before = part_of(**first.customers);
  if (!customers_before) return std::move(customers_before).error();
  sample.customers_before.emplace(*std::move(customers_before));
  auto customers_after = options.paired
                             ? Result<internal::CubeView>(internal::CubeView(**second.customers))
                             : part_of(**second.customers);
  if (!customers_after) return std::move(customers_after).error();
  sample.customers_after.emplace(*std::move(customers_after));
  return sample;
}

void ComparisonBuilder::Impl::count_customers(const Sample& sample,
                                              ComparisonReport& report) const {
  const auto names = [](const internal::CubeView& cube) {
    std::vector<std::string> found;
    if (const auto rolled = cube->roll_up({internal::kCustomer})) {
      for (const Cell& cell : rolled->cells()) {
        if (!cell.labels.front().empty()) found.emplace_back(cell.labels.front());
      }
    }
    return found;  // sorted by text, as cells are
  };
  const std::vector<std::string> first = names(*sample.customers_before);
  const std::vector<std::string> second = names(*sample.customers_after);
  std::vector<std::string> both;
  std::ranges::set_intersection(first, second, std::back_inserter(both));
  if (options.paired) {
    report.unmatched_before = first.size() - both.size();
    report.unmatched_after = second.size() - both.size();
    return;
  }
  report.customers = {.before = first.size(), .after = second.size(), .both = both.size()};
}

Result<ComparisonReport> ComparisonBuilder::finish() const {
  const Impl& self = *impl_;
  const ComparisonOptions& options = self.options;
  const auto first = self.before->finish();
  if (!first) return first.error();
  const auto second = self.after->finish();
  if (!second) return second.error();

  ComparisonReport report;
  report.sides = options.sides;
  report.rows = self.rows;
  report.rejected = self.rejected;
  report.left_out = self.left_out;
  report.superseded = first->superseded + second->superseded;
  report.paired = options.paired;
  report.anonymous = self.anonymous;
  report.policy = options.policy;
  report.dimensions = options.by;
  report.min_n = options.min_n;

  const auto treated = self.arm(*first, *second, kArms[0]);
  if (!treated) return treated.error();
  auto groupings = internal::groupings(*treated, options);
  if (!groupings) return std::move(groupings).error();
  const Segment total = groupings->front().segments.front();
  if (auto hidden = internal::hide_small(*groupings, options); !hidden)
    return std::move(hidden).error();
  report.total = internal::before_and_after(total, options);
  report.direction = report.total.direction;
  internal::add_groups(*std::move(groupings), options, report);

  if (options.control) {
    const auto sample = self.arm(*first, *second, kArms[1]);
    if (!sample) return sample.error();
    const auto control = internal::segments(*sample, {}, options);
    if (!control) return control.error();
    for (const Tally& side : {control->front().before, control->front().after}) {
      if (!side.empty() && side.responses() < options.min_n) {
        return internal::nothing_to_show(options.min_n);
      }
    }
    ControlGroup& group = report.control.emplace();
    group.column = options.control->column;
    group.label = options.control->label;
    group.figures = internal::before_and_after(control->front(), options);
    group.effect = internal::effect(total, control->front(), options);
    if (group.effect) {
      group.direction =
          internal::direction(group.effect->nps, group.effect->low, group.effect->high);
    }
  }
  if (options.customers) {
    Sample everybody{.before = internal::CubeView(*first->cube),
                     .after = internal::CubeView(*second->cube),
                     .customers_before = internal::CubeView(**first->customers),
                     .customers_after = internal::CubeView(**second->customers)};
    self.count_customers(everybody, report);
  }
  report.verdict = internal::verdict(report);
  report.groups_omitted = internal::keep_first(report.groups, options.top);
  return report;
}

}  // namespace nps
