// Event: what a survey tool tells about one response, or about one customer. The same response may be
// told of many times: when it is clicked, when the comment is written, when it is corrected, when it
// is deleted. Events may come late, twice and in any order; a ledger (nps/stream/ledger.h) sorts
// that out.
//
//   nps::Event event{.type = nps::EventType::Updated, .version = 2};
//   event.response = {.id = "r-17", .customer = "ann", .rating = nps::Rating::of<9>()};
//   auto applied = ledger->apply(event);
#ifndef NPS_EVENT_H_
#define NPS_EVENT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "nps/response.h"
#include "nps/timestamp.h"

namespace nps {

/// What happened. Answered and Updated mean the same: tools differ in which they send when.
enum class EventType : std::uint8_t {
  Answered,
  Updated,
  Dismissed,  // asked, and not answered
  Deleted,    // the response is to count no more; a greater event may bring it back
  Erased,     // the customer is forgotten, with all answers past and to come
};

inline constexpr std::array<std::string_view, 5> kEventTypeNames{"answered", "updated", "dismissed",
                                                                 "deleted", "erased"};

constexpr std::string_view name(EventType type) noexcept {
  return kEventTypeNames[static_cast<std::size_t>(type)];
}

/// The type of that name, in small letters. No value for another word.
constexpr std::optional<EventType> event_type(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kEventTypeNames.size(); ++i) {
    if (kEventTypeNames[i] == name) return static_cast<EventType>(i);
  }
  return std::nullopt;
}

/// What orders the events of one response: the same for a whole stream.
enum class EventOrder : std::uint8_t { Version, UpdatedAt };

/// One event, with the whole response as it now is: a field that is left empty is empty, and nothing
/// is taken over from an earlier event. Erased reads the customer alone.
///
/// Threads     a plain value.
struct Event {
  EventType type = EventType::Answered;
  Response response = {};
  std::optional<std::int64_t> version = {};   // either orders the events of a response:
  std::optional<Timestamp> updated_at = {};   // the greater one is what it now is
  std::string id = {};                        // tells events of the same order apart; may be ""
  std::optional<Timestamp> received_at = {};  // when we came to know of it

  friend bool operator==(const Event&, const Event&) = default;
};

}  // namespace nps

#endif  // NPS_EVENT_H_
