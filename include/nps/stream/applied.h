// Applied: what became of one event, and the count of what became of all events of a run.
//
//   nps::Diagnostics seen;
//   auto applied = ledger->apply(event);
//   if (!applied) return log(applied.error().message);
//   seen.count(*applied);
//   if (applied->outcome == nps::Outcome::Rejected) log(nps::sentence(applied->fault));
#ifndef NPS_STREAM_APPLIED_H_
#define NPS_STREAM_APPLIED_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "nps/change.h"

namespace nps {

/// What became of an event.
enum class Outcome : std::uint8_t {
  Accepted,
  Duplicate,  // the very event, or the very erasure, is there already
  Stale,      // a greater event of its response is there already
  Erased,     // accepted, but of an erased customer: it takes its place in the order and leaves no
              // content. What counted before it counts no more
  TooOld,     // answered before the horizon
  Rejected,   // no event that can be placed: see EventFault
};

inline constexpr std::array<std::string_view, 6> kOutcomeNames{"accepted", "duplicate", "stale",
                                                               "erased",   "too_old",   "rejected"};

constexpr std::string_view name(Outcome outcome) noexcept {
  return kOutcomeNames[static_cast<std::size_t>(outcome)];
}

/// Why an event was rejected.
enum class EventFault : std::uint8_t {
  None,
  NoResponseId,
  NoRating,    // answered or updated, without a rating
  NoOrder,     // without the key that orders the stream: a version, or a time of update
  NoCustomer,  // erased, and nobody is named
};

inline constexpr std::array<std::string_view, 5> kEventFaultNames{
    "none", "no_response_id", "no_rating", "no_order", "no_customer"};

constexpr std::string_view name(EventFault fault) noexcept {
  return kEventFaultNames[static_cast<std::size_t>(fault)];
}

/// What is wrong and what to do, for people.
constexpr std::string_view sentence(EventFault fault) noexcept {
  constexpr std::array<std::string_view, 5> kSentences{
      "nothing is wrong with the event", "the event names no response: give it the response's id",
      "an answered response has no rating from 0 to 10: give one, or send 'dismissed'",
      "the event lacks what orders its stream: give every event a version, or every event the time "
      "of its update",
      "an erasure names nobody: give it the customer's id"};
  return kSentences[static_cast<std::size_t>(fault)];
}

/// What an event did. The changes, and all that they view, live until the ledger's next call that
/// may change it; the commit of the very event is no such call.
struct Applied {
  Outcome outcome = Outcome::Accepted;
  EventFault fault = EventFault::None;
  std::span<const Change> changes = {};  // none where nothing that counts has changed
};

/// How many events of a run came to what. No state: the same events in another order may give other
/// figures. All of them add up to the events.
struct Diagnostics {
  std::array<std::uint64_t, kOutcomeNames.size()> outcomes{};
  std::array<std::uint64_t, kEventFaultNames.size()> faults{};  // of the rejected

  constexpr void count(const Applied& applied) noexcept {
    ++outcomes[static_cast<std::size_t>(applied.outcome)];
    if (applied.fault != EventFault::None) ++faults[static_cast<std::size_t>(applied.fault)];
  }
  [[nodiscard]] constexpr std::uint64_t of(Outcome outcome) const noexcept {
    return outcomes[static_cast<std::size_t>(outcome)];
  }
  [[nodiscard]] constexpr std::uint64_t of(EventFault fault) const noexcept {
    return faults[static_cast<std::size_t>(fault)];
  }
  friend constexpr bool operator==(const Diagnostics&, const Diagnostics&) noexcept = default;
};

}  // namespace nps

#endif  // NPS_STREAM_APPLIED_H_
