// What a ledger must say of a set of events, worked out plainly: sort the events, then fold them into
// a std::map. And sets of events in which much collides.
#ifndef NPS_TESTS_STREAM_LAW_MODEL_H_
#define NPS_TESTS_STREAM_LAW_MODEL_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "nps/detail/siphash.h"
#include "nps/event.h"
#include "nps/stream/ledger.h"
#include "nps/tally.h"
#include "stream/events.h"

namespace nps::test {

/// "channel" and "plan" are declared; journey stages are not, and so are no part of what is said.
class LawModel {
 public:
  LawModel(const std::vector<Event>& events, const detail::SipKey& key, EventOrder order)
      : key_(key) {
    std::vector<const Event*> sorted;
    for (const Event& event : events) {
      if (event.type == EventType::Erased && !event.response.customer.empty()) {
        erased_.insert(event.response.customer);
      } else if (is_placed(event, order)) {
        sorted.push_back(&event);
      }
    }
    std::ranges::sort(sorted, [&](const Event* a, const Event* b) {
      return place(*a, order) < place(*b, order);
    });
    for (const Event* event : sorted) greatest_[event->response.id] = event;
  }

  [[nodiscard]] LedgerCounts counts() const {
    LedgerCounts counts{.erased_customers = erased_.size()};
    for (const auto& [id, event] : greatest_) {
      if (is_erased(*event)) {
        ++counts.erased;
      } else if (event->type == EventType::Dismissed) {
        ++counts.dismissed;
      } else if (event->type == EventType::Deleted) {
        ++counts.deleted;
      } else {
        ++counts.responses;
      }
    }
    return counts;
  }

  /// The answers that count, by response id.
  [[nodiscard]] std::vector<const Response*> answers() const {
    std::vector<const Response*> answers;
    for (const auto& [id, event] : greatest_) {
      const bool answered = event->type == EventType::Answered || event->type == EventType::Updated;
      if (answered && !is_erased(*event)) answers.push_back(&event->response);
    }
    return answers;
  }

 private:
  [[nodiscard]] bool is_erased(const Event& event) const {
    return erased_.contains(event.response.customer);
  }

  static bool is_placed(const Event& event, EventOrder order) {
    const bool answered = event.type == EventType::Answered || event.type == EventType::Updated;
    const bool ordered =
        order == EventOrder::Version ? event.version.has_value() : event.updated_at.has_value();
    return event.type != EventType::Erased && !event.response.id.empty() && ordered &&
           (!answered || event.response.rating);
  }

  [[nodiscard]] std::tuple<std::int64_t, std::string, detail::Digest> place(
      const Event& event, EventOrder order) const {
    const std::int64_t at = order == EventOrder::Version
                                ? *event.version
                                : event.updated_at->time_since_epoch().count();
    return {at, event.id, digest(event)};
  }

  // As FORMAT.md has it.
  [[nodiscard]] detail::Digest digest(const Event& event) const {
    const Response& said = event.response;
    std::string bytes;
    const auto number = [&](std::int64_t value) {
      for (unsigned i = 0; i < 8; ++i) {
        bytes += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i));
      }
    };
    const auto text = [&](std::string_view piece) {
      number(static_cast<std::int64_t>(piece.size()));
      bytes += piece;
    };
    const auto ticks = [](const std::optional<Timestamp>& time) {
      return time ? time->time_since_epoch().count() : 0;
    };
    bytes += event.type == EventType::Dismissed ? '\2'
             : event.type == EventType::Deleted ? '\3'
                                                : '\1';
    text(said.customer);
    if (bytes[0] == '\1') {
      bytes += static_cast<char>(said.rating->value());
      bytes += static_cast<char>((said.answered_at ? 1 : 0) + (said.touchpoint_at ? 2 : 0));
      number(ticks(said.answered_at));
      number(ticks(said.touchpoint_at));
      text(said.channel);
      text(said.dimensions.empty() ? "" : said.dimensions[0].second);
    }
    return detail::siphash(key_, bytes);
  }

  detail::SipKey key_;
  std::set<std::string, std::less<>> erased_;
  std::map<std::string, const Event*> greatest_;
};

class LawRandom {
 public:
  explicit LawRandom(std::uint64_t seed) : engine_(seed) {}
  std::size_t below(std::size_t end) { return engine_() % end; }
  bool one_in(std::size_t times) { return below(times) == 0; }
  template <typename Values>
  const auto& one_of(const Values& values) {
    return values[below(std::size(values))];
  }
  template <typename Values>
  void shuffle(Values& values) {
    for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[below(i)]);
  }

 private:
  std::mt19937_64 engine_;
};

/// Events of few responses and customers, of few versions and event ids, so that they collide.
inline std::vector<Event> colliding_events(LawRandom& random, std::size_t one_erasure_in) {
  static const std::array<std::string, 5> kResponses{
      "r1", "0b5ad8f0-1c3e-4b7a-9f00-00deadbeef42", "12345678901234567",
      "a response whose id is longer than sixteen bytes", "r2"};
  static const std::array<std::string, 4> kCustomers{"ann", "bob",
                                                     "somebody-with-a-long-name@example.com", ""};
  static const std::array<std::string, 4> kEventIds{"", "a", "ab",
                                                    "an event id of more than sixteen bytes"};
  static const std::array<std::string, 3> kChannels{"web", "app", ""};
  std::vector<Event> events(1 + random.below(12));
  const std::size_t responses = 1 + random.below(kResponses.size());
  for (Event& event : events) {
    Response& said = event.response;
    said.customer = random.one_of(kCustomers);
    if (random.one_in(one_erasure_in)) {
      event.type = EventType::Erased;
      continue;
    }
    const std::size_t type = random.below(8);
    event.type = type == 0   ? EventType::Dismissed
                 : type == 1 ? EventType::Deleted
                             : EventType::Answered;
    said.id = kResponses[random.below(responses)];
    event.version = static_cast<std::int64_t>(random.below(3)) - 1;
    event.updated_at = day(static_cast<int>(1 + random.below(2)));
    event.id = random.one_of(kEventIds);
    if (!random.one_in(20)) said.rating = Rating::from(random.below(3) * 5);
    if (!random.one_in(4)) said.answered_at = day(static_cast<int>(1 + random.below(3)));
    if (random.one_in(4)) said.touchpoint_at = day(1);
    said.channel = random.one_of(kChannels);
    said.journey_stage = random.one_of(kChannels);  // not declared
    if (random.one_in(2)) said.dimensions = {{"plan", random.one_of(kChannels)}};
  }
  return events;
}

}  // namespace nps::test

#endif  // NPS_TESTS_STREAM_LAW_MODEL_H_
