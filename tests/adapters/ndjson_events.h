// What NdjsonEvents makes of a text, a sentence for each event and for each reject.
//
//   CHECK(read_events(R"({"type":"erased","customer_id":7})") == Said{"1: erased customer=7"});
#ifndef NPS_TESTS_ADAPTERS_NDJSON_EVENTS_H_
#define NPS_TESTS_ADAPTERS_NDJSON_EVENTS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nps/adapters/ndjson.h"
#include "nps/segment/zone.h"

namespace nps::test {

using Said = std::vector<std::string>;

/// What is not as it is by default.
inline std::string describe(const Event& event) {
  std::ostringstream out;
  out << name(event.type);
  const auto say = [&out](std::string_view what, const std::string& text) {
    if (!text.empty()) out << ' ' << what << '=' << text;
  };
  const auto time = [&say](std::string_view what, const std::optional<Timestamp>& at) {
    if (at) say(what, rfc3339(*at));
  };
  const Response& response = event.response;
  say("event", event.id);
  say("response", response.id);
  if (event.version) out << " version=" << *event.version;
  time("updated", event.updated_at);
  say("customer", response.customer);
  say("account", response.account);
  if (response.rating) out << " rating=" << int{response.rating->value()};
  time("answered", response.answered_at);
  time("received", event.received_at);
  time("touchpoint", response.touchpoint_at);
  say("channel", response.channel);
  say("stage", response.journey_stage);
  say("comment", response.comment);
  if (response.weight != 1) out << " weight=" << response.weight;
  for (const auto& [dimension, label] : response.dimensions) say(dimension, label);
  return std::move(out).str();
}

/// At most so many bytes at a time, whatever is asked for.
class Pieces final : public ByteSource {
 public:
  Pieces(std::string_view bytes, std::size_t piece)
      : ByteSource("events", bytes.size()), rest_(bytes), piece_(piece) {}
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t count = std::min({into.size(), rest_.size(), piece_});
    std::copy_n(rest_.data(), count, into.data());
    rest_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view rest_;
  std::size_t piece_;
};

/// "line: event" for each event, "line! reason field" for each reject, and an error's sentence.
inline Said read_events(std::string_view text, NdjsonOptions options = {},
                        std::size_t piece = std::size_t{1} << 20U) {
  Said said;
  options.on_reject = [&said](const RejectedCell& cell) {
    said.push_back(std::to_string(cell.line) + "! " + std::string(name(cell.reason)) +
                   (cell.column.empty() ? "" : " " + std::string(cell.column)));
  };
  auto events = NdjsonEvents::open(std::make_unique<Pieces>(text, piece), std::move(options));
  if (!events) return {events.error().message};
  Event event;
  std::uint64_t given = 0;
  for (;;) {
    const auto more = events->next(event);
    if (!more) {
      said.push_back(more.error().message);
      break;
    }
    if (!*more) break;
    ++given;
    said.push_back(std::to_string(events->line()) + ": " + describe(event));
  }
  if (given + events->rejected().uncounted() != events->lines()) said.push_back("unaccounted");
  return said;
}

}  // namespace nps::test

#endif  // NPS_TESTS_ADAPTERS_NDJSON_EVENTS_H_
