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

void Outbox::add_sink(Sink sink) {
  const std::lock_guard held(mutex_);
  auto sinks = std::make_shared<std::vector<Sink>>(*sinks_);
  sinks->push_back(std::move(sink));
  sinks_ = std::move(sinks);
  wanted_.store(true, std::memory_order_release);
}

void Outbox::put(std::unique_ptr<Parcel> parcel) noexcept {
  const std::lock_guard held(mutex_);
  parcel->sinks_ = sinks_;
  waiting_ += parcel->size();
  Parcel* const added = parcel.get();
  (last_ == nullptr ? first_ : last_->next_) = std::move(parcel);
  last_ = added;
}

void Outbox::hand_out() {
  const std::thread::id self = std::this_thread::get_id();
  Parcel::Labels before;
  Parcel::Labels after;
  std::unique_lock held(mutex_);
  if (at_it_ == self) return;  // a sink that feeds the tracker: its changes come after this one
  // Whoever brings more than can be handed out waits, so that what is under way stays bounded.
  room_.wait(held, [this] { return at_it_ == std::thread::id() || waiting_ <= kMost; });
  if (at_it_ != std::thread::id()) return;
  at_it_ = self;
  while (first_) {
    std::unique_ptr<Parcel> parcels = std::exchange(first_, nullptr);
    last_ = nullptr;
    held.unlock();
    for (; parcels; parcels = std::exchange(parcels->next_, nullptr)) {
      for (const Parcel::Owned& owned : parcels->changes_) {
        const Change change{Parcel::view(owned.before, before), Parcel::view(owned.after, after)};
        for (const Sink& sink : *parcels->sinks_) sink(change);
      }
      const std::lock_guard again(mutex_);
      waiting_ -= parcels->size();
      if (waiting_ <= kMost) room_.notify_all();
    }
    held.lock();
  }
  at_it_ = {};
  room_.notify_all();
}

}  // namespace nps::internal
