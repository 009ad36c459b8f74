#include "stream/outbox.h"

namespace nps::internal {

std::optional<Outbox::Parcel::OwnedAnswer> Outbox::Parcel::own(
    const std::optional<Answer>& answer) {
  if (!answer) return std::nullopt;
  OwnedAnswer owned{.response_id = std::string(answer->response_id),
                    .customer = std::string(answer->customer),
                    .channel = std::string(answer->channel),
                    .journey_stage = std::string(answer->journey_stage),
                    .dimensions = {},
                    .plain = {.rating = answer->rating,
                              .answered_at = answer->answered_at,
                              .touchpoint_at = answer->touchpoint_at}};
  for (const auto& [name, label] : answer->dimensions) owned.dimensions.emplace_back(name, label);
  return owned;
}

std::optional<Answer> Outbox::Parcel::view(const std::optional<OwnedAnswer>& answer,
                                           Labels& labels) {
  if (!answer) return std::nullopt;
  Answer seen = answer->plain;
  seen.response_id = answer->response_id;
  seen.customer = answer->customer;
  seen.channel = answer->channel;
  seen.journey_stage = answer->journey_stage;
  labels.assign(answer->dimensions.begin(), answer->dimensions.end());
  seen.dimensions = labels;
  return seen;
}

void Outbox::Parcel::add(const Change& change) {
  changes_.push_back({own(change.before), own(change.after)});
}

void Outbox::watch(Watches watches) {
  watching_ = std::make_unique<Watching>(std::move(watches));
  wanted_.store(true, std::memory_order_release);
}

template <typename Function>
void Outbox::add_to(std::vector<Function> Sinks::*list, Function sink) {
  const std::lock_guard held(mutex_);
  auto sinks = std::make_shared<Sinks>(*sinks_);
  ((*sinks).*list).push_back(std::move(sink));
  sinks_ = std::move(sinks);
}

void Outbox::add_sink(Sink sink) {
  add_to(&Sinks::changes, std::move(sink));
  wanted_.store(true, std::memory_order_release);
}
void Outbox::add_sink(AlarmSink sink) { add_to(&Sinks::alarms, std::move(sink)); }

std::uint64_t Outbox::put(std::unique_ptr<Parcel> parcel) noexcept {
  const std::lock_guard held(mutex_);
  parcel->sinks_ = sinks_;
  waiting_ += parcel->weight();
  Parcel* const added = parcel.get();
  (last_ == nullptr ? first_ : last_->next_) = std::move(parcel);
  last_ = added;
  return ++put_;
}

// An alarm comes after the change that brought it and before the next one.
void Outbox::deliver(const Parcel& parcel) {
  const auto tell = [&parcel](const std::vector<Alarm>& alarms) {
    for (const Alarm& alarm : alarms) {
      for (const AlarmSink& sink : parcel.sinks_->alarms) sink(alarm);
    }
  };
  if (watching_ && parcel.now) tell(watching_->advance(*parcel.now));
  Parcel::Labels before;
  Parcel::Labels after;
  for (const Parcel::Owned& owned : parcel.changes_) {
    const Change change{Parcel::view(owned.before, before), Parcel::view(owned.after, after)};
    for (const Sink& sink : parcel.sinks_->changes) sink(change);
    if (watching_) tell(watching_->apply(change, parcel.arrives));
  }
  if (watching_ && parcel.errand) parcel.errand(*watching_);
}

void Outbox::hand_out(std::unique_lock<std::mutex>& held) {
  at_it_ = std::this_thread::get_id();
  while (first_) {
    std::unique_ptr<Parcel> parcels = std::exchange(first_, nullptr);
    last_ = nullptr;
    held.unlock();
    for (; parcels; parcels = std::exchange(parcels->next_, nullptr)) {
      deliver(*parcels);
      const std::lock_guard again(mutex_);
      waiting_ -= parcels->weight();
      ++done_;
      if (waiting_ <= kMost) room_.notify_all();
    }
    held.lock();
  }
  at_it_ = {};
  room_.notify_all();
}

void Outbox::hand_out() {
  std::unique_lock held(mutex_);
  if (at_it_ == std::this_thread::get_id()) {
    return;  // a sink that feeds the tracker: its changes come after this one
  }
  // Whoever brings more than can be handed out waits, so that what is under way stays bounded.
  room_.wait(held, [this] { return at_it_ == std::thread::id() || waiting_ <= kMost; });
  if (at_it_ == std::thread::id()) hand_out(held);
}

bool Outbox::is_handed_out_here() {
  const std::lock_guard held(mutex_);
  return at_it_ == std::this_thread::get_id();
}

void Outbox::wait_for(std::uint64_t parcel) {
  std::unique_lock held(mutex_);
  while (done_ < parcel) {
    room_.wait(held, [&] { return at_it_ == std::thread::id() || done_ >= parcel; });
    if (at_it_ == std::thread::id()) hand_out(held);
  }
}

}  // namespace nps::internal
