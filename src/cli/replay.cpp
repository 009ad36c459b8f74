#include "cli/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "cli/read_files.h"
#include "nps/detail/text.h"

namespace nps::cli {
namespace {

std::string_view field_of(EventOrder order) noexcept {
  return order == EventOrder::Version ? "version" : "updated_at";
}

}  // namespace

std::pair<Reject, std::string_view> reject_of(EventFault fault) noexcept {
  switch (fault) {
    case EventFault::NoResponseId: return {Reject::NoResponseId, "response_id"};
    case EventFault::NoCustomer: return {Reject::NoCustomer, "customer_id"};
    case EventFault::NoOrder: return {Reject::NoOrder, ""};
    case EventFault::NoRating:
    case EventFault::None: break;
  }
  return {Reject::Missing, "rating"};
}

Replay::Replay(const ReplayPlan& plan, Ledger ledger, Cube cube)
    : plan_(plan), ledger_(std::move(ledger)), cube_(std::move(cube)), order_(plan.order) {}

Result<Replay> Replay::create(const ReplayPlan& plan) {
  auto ledger = Ledger::create(plan.ledger());
  if (!ledger) return std::move(ledger).error();
  auto cube = Cube::create(plan.report.by,
                           {.policy = plan.report.policy, .cell_limit = plan.report.cell_limit});
  if (!cube) return std::move(cube).error();
  Replay replay(plan, *std::move(ledger), *std::move(cube));
  if (auto added = replay.add_windows(); !added) return std::move(added).error();
  return replay;
}

Result<> Replay::add_windows() {
  for (const BucketUnit unit : {BucketUnit::Day, BucketUnit::Hour}) {
    std::vector<std::size_t> positions;
    std::vector<std::int64_t> lengths;
    for (std::size_t i = 0; i < plan_.windows.size(); ++i) {
      if (plan_.windows[i].unit != unit) continue;
      positions.push_back(i);
      lengths.push_back(plan_.windows[i].buckets);
    }
    if (lengths.empty()) continue;
    auto windows = Windows::create(Bucketing(unit, plan_.events.zone), std::move(lengths));
    if (!windows) return std::move(windows).error();
    clocks_.push_back({*std::move(windows), std::move(positions)});
  }
  return {};
}

Result<> Replay::follow(const Change& change) {
  if (auto applied = cube_.apply(change); !applied) return with_option(std::move(applied).error());
  for (Clock& clock : clocks_) {
    if (auto applied = clock.windows.apply(change); !applied) return applied;
  }
  return {};
}

Result<> Replay::merge(const std::string& file) {
  // Only what the user declares: a snapshot of no events knows no order, and merges with any.
  auto snapshot = read_snapshot(file, plan_.report.policy.zone, plan_.ledger());
  if (!snapshot) return std::move(snapshot).error();
  auto merged =
      ledger_.merge(snapshot->ledger, [this](const Change& change) { return follow(change); });
  if (!merged) return merged;
  if (const auto order = ledger_.order()) order_ = order;
  if (const auto latest = snapshot->latest) latest_ = std::max(latest_.value_or(*latest), *latest);
  return {};
}

/// Which of two keys orders the stream must not depend on which event comes first. So all events have
/// to be ordered by the same, or the user has to say by which.
Result<> Replay::check_order(const Event& event, const NdjsonEvents& from,
                             const std::string& file) {
  if (plan_.order || event.type == EventType::Erased) return {};
  if (!event.version && !event.updated_at) return {};
  const EventOrder own = event.version ? EventOrder::Version : EventOrder::UpdatedAt;
  if (!order_) order_ = own;
  if (*order_ == own) return {};
  return Error{
      ErrorCode::Malformed,
      fmt::format("{}, line {}: this event has {}, and others are ordered by {}. Say which "
                  "it is to be, with --order",
                  detail::printable(file), from.line(),
                  own == EventOrder::Version ? "a version" : "updated_at and no version",
                  field_of(*order_)),
      {.file = file, .line = from.line()}};
}

void Replay::see(const Event& event) {
  for (const auto& time : {event.received_at, event.response.answered_at}) {
    if (time) latest_ = std::max(latest_.value_or(*time), *time);
  }
}

Result<Outcome> Replay::apply(const Event& event, NdjsonEvents* from) {
  const auto applied = ledger_.apply(event);
  if (!applied) return applied.error();
  diagnostics_.count(*applied);
  for (const Change& change : applied->changes) {
    if (auto followed = follow(change); !followed) return std::move(followed).error();
  }
  if (from == nullptr) erased_since_ += applied->changes.size();
  if (applied->outcome == Outcome::Rejected && from != nullptr) {
    const auto [reason, field] = reject_of(applied->fault);
    from->reject(reason, field);
  }
  return applied->outcome;
}

Result<> Replay::take(const Event& event, NdjsonEvents& from, const std::string& file) {
  if (auto order = check_order(event, from, file); !order) return order;
  if (plan_.as_of) {
    const bool known = event.received_at && *event.received_at <= *plan_.as_of;
    if (!known && event.type == EventType::Erased && !event.response.customer.empty()) {
      late_erasures_.push_back(event);
      return {};
    }
    if (!event.received_at && event.type != EventType::Erased) {
      from.reject(Reject::NoReceivedAt, "received_at");
      return {};
    }
    if (!known && event.type != EventType::Erased) {
      ++not_yet_;
      return {};
    }
  }
  const auto outcome = apply(event, &from);
  if (!outcome) return outcome.error();
  if (*outcome != Outcome::Rejected) see(event);
  return {};
}

Result<> Replay::finish() {
  for (const Event& erasure : std::exchange(late_erasures_, {})) {
    if (auto applied = apply(erasure, nullptr); !applied) return std::move(applied).error();
  }
  return {};
}

std::uint64_t Replay::accepted() const noexcept {
  return diagnostics_.of(Outcome::Accepted) + diagnostics_.of(Outcome::Erased);
}

wire::Bytes Replay::snapshot() const {
  return encode_snapshot(plan_.report.policy.zone, latest_, ledger_);
}

std::vector<WindowFigures> Replay::windows() const {
  std::vector<WindowFigures> all(plan_.windows.size());
  const auto now = plan_.as_of ? plan_.as_of : latest_;
  for (const Clock& clock : clocks_) {
    for (std::size_t i = 0; i < clock.lengths.size(); ++i) {
      // Where nothing has a time, no window has an end; what is in it is nothing all the same.
      const WindowReading reading = clock.windows.read(i, now.value_or(Timestamp{}));
      const Bucketing& bucketing = clock.windows.bucketing();
      all[clock.lengths[i]] = {
          .name = plan_.windows[clock.lengths[i]].name(),
          .from = bucketing.begin(reading.first),
          .to = bucketing.begin(reading.last + 1),
          .figures = figures(reading.tally, plan_.report.policy.scale, plan_.report.interval),
          .outside = {reading.before, reading.after, reading.untimed}};
    }
  }
  return all;
}

Result<Report> Replay::report() const {
  auto builder = ReportBuilder::create(plan_.report, cube_);
  if (!builder) return std::move(builder).error();
  auto report = builder->finish();
  if (!report) return report;
  report->rows = 0;
  report->policy.as_of = plan_.as_of ? plan_.as_of : latest_;
  report->windows = windows();
  report->events = EventsReport{.ledger = ledger_.counts(),
                                .diagnostics = diagnostics_,
                                .is_past = plan_.as_of.has_value(),
                                .not_yet = not_yet_,
                                .erased_since = erased_since_};
  return report;
}

}  // namespace nps::cli
