// Events of few customers with many answers each, of which much is late, twice, corrected, deleted or
// erased. For tests of what is kept by customer.
#ifndef NPS_TESTS_CUSTOMER_CUSTOMER_EVENTS_H_
#define NPS_TESTS_CUSTOMER_CUSTOMER_EVENTS_H_

#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "nps/customer/profile.h"
#include "nps/stream/ledger.h"
#include "stream/events.h"
#include "stream/law_model.h"

namespace nps::test {

inline Ledger customer_ledger() {
  return *Ledger::create({.dimensions = {"channel", "journey_stage", "account", "plan"},
                          .order = EventOrder::Version});
}

/// Ids are integers, short texts, UUIDs, long texts, and nobody's.
inline std::vector<Event> customer_events(LawRandom& random, std::size_t count) {
  static const std::array<std::string, 8> kCustomers{"ann",
                                                     "42",
                                                     "007",
                                                     "",
                                                     "0b5ad8f0-1c3e-4b7a-9f00-00deadbeef42",
                                                     "somebody-with-a-long-name@example.com",
                                                     "0",
                                                     "123456789012345678"};
  static const std::array<std::string, 4> kStages{"delivery", "support", "", "return"};
  static const std::array<std::string, 3> kChannels{"web", "app", ""};
  std::vector<Event> events(count);
  for (Event& event : events) {
    Response& said = event.response;
    said.customer = random.one_of(kCustomers);
    if (random.one_in(60)) {
      event.type = EventType::Erased;
      continue;
    }
    const std::size_t type = random.below(10);
    event.type = type == 0   ? EventType::Dismissed
                 : type == 1 ? EventType::Deleted
                             : EventType::Answered;
    said.id = "r" + std::to_string(random.below(count / 2 + 1));
    event.version = static_cast<std::int64_t>(random.below(4));
    said.rating = Rating::from(random.below(11));
    if (!random.one_in(5)) said.answered_at = day(static_cast<int>(1 + random.below(5)));
    said.channel = random.one_of(kChannels);
    // Half of the sets are about one stage.
    said.journey_stage = count % 2 == 0 ? "delivery" : random.one_of(kStages);
    said.account = "a" + std::to_string(random.below(3));
    if (random.one_in(2)) said.dimensions = {{"plan", random.one_of(kChannels)}};
  }
  return events;
}

/// Answers with texts of their own, by customer and in order: what the ledger counts, worked out from
/// all of it.
struct KeptAnswers {
  std::vector<Response> responses;  // where the views point
  std::vector<std::pair<std::string_view, std::string_view>> plans;
  std::map<std::string, std::vector<Answer>> by_customer;

  explicit KeptAnswers(const Ledger& ledger) {
    ledger.for_each([this](const Answer& answer) {
      Response& kept = responses.emplace_back();
      kept.id = answer.response_id;
      kept.customer = answer.customer;
      kept.account = answer.account;
      kept.rating = answer.rating;
      kept.answered_at = answer.answered_at;
      kept.touchpoint_at = answer.touchpoint_at;
      kept.channel = answer.channel;
      kept.journey_stage = answer.journey_stage;
      for (const auto& [name, label] : answer.dimensions) {
        kept.dimensions.emplace_back(std::string(name), std::string(label));
      }
    });
    for (const Response& kept : responses) {
      for (const auto& [name, label] : kept.dimensions) plans.emplace_back(name, label);
    }
    std::size_t plan = 0;
    for (const Response& kept : responses) {
      Answer answer{.response_id = kept.id,
                    .customer = kept.customer,
                    .account = kept.account,
                    .rating = *kept.rating,
                    .answered_at = kept.answered_at,
                    .touchpoint_at = kept.touchpoint_at,
                    .channel = kept.channel,
                    .journey_stage = kept.journey_stage};
      answer.dimensions = std::span(plans).subspan(plan, kept.dimensions.size());
      plan += kept.dimensions.size();
      by_customer[kept.customer].push_back(answer);
    }
    for (auto& [customer, answers] : by_customer) std::ranges::sort(answers, comes_before);
  }
};

}  // namespace nps::test

#endif  // NPS_TESTS_CUSTOMER_CUSTOMER_EVENTS_H_
