#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "stream/watches_impl.h"

namespace nps {
namespace {

using internal::CusumFollower;
using internal::SilenceFollower;
using internal::SinceFollower;
using internal::WatchState;
using internal::WindowWatch;

constexpr std::size_t kMostCells = (std::size_t{1} << 24U) - 1;

Error no_watch(std::string why) { return {ErrorCode::InvalidArgument, std::move(why), {}}; }

Result<> check_floor(double points) {
  if (points > -100 && points <= 100) return {};
  return no_watch(
      fmt::format("a floor of {:g} is not possible: it is above -100 and at most 100 points, since "
                  "no score is below -100",
                  points));
}

Result<> check_length(const WindowLength& window) {
  if (window.buckets >= 1 && window.buckets <= 1'000'000) return {};
  return no_watch("the window of a watch has from 1 to 1000000 days or hours");
}

Result<> check(const BelowWatch& watch) {
  if (auto floor = check_floor(watch.points); !floor) return floor;
  return check_length(watch.window);
}

Result<> check(const DropWatch& watch) {
  if (!(watch.points > 0 && watch.points <= 200)) {
    return no_watch(fmt::format(
        "a drop of {:g} is not possible: it is above 0 and at most 200 points", watch.points));
  }
  return check_length(watch.window);
}

Result<> check(const CusumWatch& watch) {
  if (!(watch.shift >= 1 && watch.shift < 100)) {
    return no_watch(
        fmt::format("a shift of {:g} cannot be watched for: it is from 1 to less than 100 points",
                    watch.shift));
  }
  if (!(watch.answers_per_false_alarm > 1 && watch.answers_per_false_alarm <= 5e8)) {
    return no_watch("a CUSUM accepts one false alarm in more than 1 and at most 5e8 answers");
  }
  if (!watch.usual && watch.warm_up < 50) {
    return no_watch(fmt::format(
        "a warm-up of {} answers is too short to learn from: it has 50 or more", watch.warm_up));
  }
  return {};
}

Result<> check(const SinceWatch& watch) { return check_floor(watch.points); }

Result<> check(const SilenceWatch& watch) {
  if (!(watch.answers_per_false_alarm > 1 && watch.answers_per_false_alarm <= 1e9)) {
    return no_watch(
        "a watch for silence accepts one false alarm in more than 1 and at most 1e9 "
        "answers");
  }
  if (watch.weeks < 1 || watch.weeks > 52) {
    return no_watch(
        fmt::format("silence is judged by 1 to 52 weeks before it, not {}", watch.weeks));
  }
  return {};
}

/// The state of a watch in a cell in which nobody has answered.
Result<WatchState> fresh_state(const Watch& watch) {
  if (auto possible = std::visit([](const auto& any) { return check(any); }, watch); !possible) {
    return std::move(possible).error();
  }
  if (const auto* cusum = std::get_if<CusumWatch>(&watch)) {
    if (!cusum->usual) return WatchState(CusumFollower());
    const auto sides = internal::design(*cusum, *cusum->usual);
    if (!sides) return sides.error();
    return WatchState(CusumFollower(*sides));
  }
  if (const auto* since = std::get_if<SinceWatch>(&watch)) {
    return WatchState(SinceFollower(since->level));
  }
  if (const auto* silence = std::get_if<SilenceWatch>(&watch)) {
    return WatchState(SilenceFollower(*silence));
  }
  return WatchState(WindowWatch());
}

}  // namespace

Watches::Impl::Impl(std::vector<Watch> declared, WatchesOptions chosen)
    : watches(std::move(declared)),
      options(std::move(chosen)),
      clocks{internal::WatchClock(Bucketing(BucketUnit::Hour, options.zone)),
             internal::WatchClock(Bucketing(BucketUnit::Day, options.zone))} {
  const auto look_back = [this](const WindowLength& window, std::int64_t windows) {
    std::int64_t& span = clocks[static_cast<std::size_t>(window.unit)].span;
    span = std::max(span, windows * window.buckets);
  };
  for (const Watch& watch : watches) {
    if (const auto* below = std::get_if<BelowWatch>(&watch)) look_back(below->window, 1);
    if (const auto* drop = std::get_if<DropWatch>(&watch)) look_back(drop->window, 2);
  }
}

Watches::Watches(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Watches::Watches(const Watches& other) : impl_(std::make_unique<Impl>(*other.impl_)) {}
Watches::Watches(Watches&& other) noexcept = default;
Watches& Watches::operator=(Watches other) noexcept {
  impl_ = std::move(other.impl_);
  return *this;
}
Watches::~Watches() = default;

Result<Watches> Watches::create(std::vector<Watch> watches, WatchesOptions options) {
  if (watches.empty()) return no_watch("there is nothing to watch for: declare a watch");
  if (options.cell_limit < 1 || options.cell_limit > kMostCells) {
    return no_watch(fmt::format("the limit of watched cells is from 1 to {}", kMostCells));
  }
  std::vector<WatchState> states;
  for (const Watch& watch : watches) {
    auto state = fresh_state(watch);
    if (!state) return std::move(state).error();
    states.push_back(*std::move(state));
  }
  auto impl = std::make_unique<Impl>(std::move(watches), std::move(options));
  impl->fresh_states = std::move(states);
  return Watches(std::move(impl));
}

std::optional<Timestamp> Watches::clock() const noexcept { return impl_->now; }
std::span<const Watch> Watches::watches() const noexcept { return impl_->watches; }
const WatchesOptions& Watches::options() const noexcept { return impl_->options; }
std::size_t Watches::cells() const noexcept { return impl_->cells.size(); }

std::vector<Alarm> Watches::alarms() const {
  std::vector<Alarm> all;
  for (const Impl::Cell& cell : impl_->cells) {
    for (const auto& kept : cell.kept) {
      if (kept) all.push_back(kept->alarm);
    }
  }
  std::ranges::sort(all, {}, &Alarm::number);
  return all;
}

}  // namespace nps
