// Exposures: which answers are joined to which exposure, and who stands for the unexposed. That the
// tests are right is for stats to show.
#include "nps/customer/exposure.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "nps/stats/weighted_comparison.h"
#include "support/catch.h"

using namespace nps;
using std::chrono::days;
using std::chrono::microseconds;

namespace {

constexpr Timestamp kStart{days{20'000}};

Timestamp day(int number) { return kStart + days{number}; }

Answer answer(std::string_view customer, int rating, std::optional<Timestamp> at,
              std::string_view id = "r") {
  return {
      .response_id = id, .customer = customer, .rating = *Rating::from(rating), .answered_at = at};
}

ExposureEffect only(const std::vector<Answer>& answers, const std::vector<Exposure>& exposures,
                    const ExposureOptions& options = {}) {
  const auto report = exposure_report(answers, exposures, options);
  REQUIRE(report);
  REQUIRE(report->kinds.size() == 1);
  return report->kinds.front();
}

Tally tally_of(std::initializer_list<int> ratings) {
  Tally tally;
  for (const int rating : ratings) tally.add(*Rating::from(rating));
  return tally;
}

}  // namespace

TEST_CASE("exposure: the last answer before and the first after are its pair", "[exposure]") {
  const std::vector<Answer> answers{answer("ann", 1, day(0)), answer("ann", 3, day(5)),
                                    answer("ann", 9, day(12)), answer("ann", 10, day(20))};
  const auto effect = only(answers, {{"ann", "delivery", day(10)}});
  CHECK(effect.kind == "delivery");
  CHECK(effect.before == tally_of({3}));
  CHECK(effect.after == tally_of({9}));
  CHECK(effect.moves.count(Band::Detractor, Band::Promoter) == 1);
  CHECK(effect.answered_both == 1);
  REQUIRE(effect.change);
  CHECK(effect.change->nps == 200);
  CHECK(effect.change_adjusted_p == effect.change->p);
}

TEST_CASE("exposure: an answer at its very moment is neither before nor after", "[exposure]") {
  const auto effect = only({answer("ann", 3, day(10))}, {{"ann", "call", day(10)}});
  CHECK(effect.without == 1);
  CHECK(effect.customers == 1);
  CHECK_FALSE(effect.change);
  CHECK_FALSE(effect.difference);
}

TEST_CASE("exposure: the horizon reaches to its last microsecond on both sides", "[exposure]") {
  const ExposureOptions options{.horizon = days{7}};
  const Exposure call{"ann", "call", day(10)};
  CHECK(
      only({answer("ann", 3, day(3)), answer("ann", 3, day(17))}, {call}, options).answered_both ==
      1);
  CHECK(only({answer("ann", 3, day(3) - microseconds{1})}, {call}, options).without == 1);
  CHECK(only({answer("ann", 3, day(17) + microseconds{1})}, {call}, options).without == 1);
}

TEST_CASE("exposure: a customer counts once, by the first exposure that has the most answers",
          "[exposure]") {
  const std::vector<Answer> answers{answer("ann", 2, day(100)), answer("ann", 8, day(112)),
                                    answer("ann", 9, day(130))};
  const ExposureOptions options{.horizon = days{15}};
  const auto effect = only(answers,
                           {{"ann", "visit", day(0)},     // no answer near it
                            {"ann", "visit", day(90)},    // one after it
                            {"ann", "visit", day(110)},   // both: this one
                            {"ann", "visit", day(120)}},  // both as well, but later
                           options);
  CHECK(effect.exposures == 4);
  CHECK(effect.customers == 1);
  CHECK(effect.before == tally_of({2}));
  CHECK(effect.after == tally_of({8}));
}

TEST_CASE("exposure: the unexposed never had one, and answer once, in the same spans",
          "[exposure]") {
  const std::vector<Answer> answers{
      answer("ann", 9, day(11)),   // exposed, the first span
      answer("bob", 9, day(45)),   // exposed, the second
      answer("bob", 3, day(200)),  // of an exposed one: for nobody
      answer("cem", 0, day(10)),   // before the spans
      answer("cem", 4, day(12)),   // unexposed, the first span
      answer("cem", 5, day(13)),   // again: not counted
      answer("dan", 7, day(13)),   // unexposed, the first span
      answer("eve", 8, day(50)),   // unexposed, the second
      answer("fay", 8, day(80)),   // in a third span, where no exposed one is
  };
  const auto effect = only(answers, {{"ann", "app", day(10)}, {"bob", "app", day(44)}});
  CHECK(effect.exposed == tally_of({9, 9}));
  CHECK(effect.unexposed == tally_of({4, 7, 8}));
  // Two answers share the weight of one in the first span.
  CHECK(effect.unexposed_weighted.weights()[4] == 0.5);
  CHECK(effect.unexposed_weighted.weights()[7] == 0.5);
  CHECK(effect.unexposed_weighted.weights()[8] == 1);
  REQUIRE(effect.difference);
  CHECK(effect.difference->nps == 125);
  CHECK(effect.difference->low <= 125);
}

TEST_CASE("exposure: spans without unexposed answers are counted as unmatched", "[exposure]") {
  const std::vector<Answer> answers{answer("ann", 9, day(11)), answer("bob", 2, day(300)),
                                    answer("cem", 7, day(12))};
  const auto effect = only(answers, {{"ann", "app", day(10)}, {"bob", "app", day(299)}});
  CHECK(effect.unmatched == 1);
  CHECK(effect.exposed == tally_of({9}));
  CHECK(effect.unexposed == tally_of({7}));
}

TEST_CASE("exposure: what cannot be joined is counted by reason", "[exposure]") {
  const std::vector<Answer> answers{answer("", 9, day(1)), answer("ann", 9, std::nullopt),
                                    answer("ann", 9, day(2))};
  const auto report = exposure_report(
      answers, std::vector<Exposure>{{"", "x", day(1)}, {"ann", "x", {}}, {"ann", "x", day(1)}},
      {.scale = kOneToFive});
  REQUIRE(report);
  CHECK(report->exposures == 3);
  CHECK(report->no_customer == 1);
  CHECK(report->no_time == 1);
  CHECK(report->answers == 3);
  CHECK(report->anonymous == 1);
  CHECK(report->untimed == 1);
  CHECK(report->out_of_range == 1);
}

TEST_CASE("exposure: nothing gives no kinds, and no horizon is refused", "[exposure]") {
  const auto nothing = exposure_report({}, {});
  REQUIRE(nothing);
  CHECK(nothing->kinds.empty());
  for (const ExposureOptions& options :
       {ExposureOptions{.horizon = microseconds{0}}, ExposureOptions{.span = microseconds{-1}}}) {
    const auto refused = exposure_report({}, {}, options);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::InvalidArgument);
  }
}

TEST_CASE("exposure: the ends of time overflow nothing", "[exposure]") {
  const Timestamp first{microseconds{std::numeric_limits<std::int64_t>::min()}};
  const Timestamp last{microseconds{std::numeric_limits<std::int64_t>::max()}};
  const ExposureOptions options{.horizon = microseconds::max(), .span = microseconds{1}};
  const auto effect =
      only({answer("ann", 9, first), answer("ann", 8, last), answer("bob", 7, last)},
           {{"ann", "x", day(0)}}, options);
  CHECK(effect.customers == 1);
  CHECK(effect.only_after + effect.only_before + effect.without + effect.answered_both == 1);
  CHECK(effect.unexposed.responses() <= 1);
}

TEST_CASE("exposure: kinds are adjusted as one family, and other kinds leave no trace",
          "[exposure]") {
  std::vector<std::string> names;
  for (int i = 0; i < 60; ++i) names.push_back("c" + std::to_string(i));
  std::vector<Answer> answers;
  std::vector<Exposure> exposures;
  for (int i = 0; i < 60; ++i) {
    const std::string& customer = names[static_cast<std::size_t>(i)];
    answers.push_back(answer(customer, i % 11, day(1)));
    answers.push_back(answer(customer, i < 20 ? 10 : i % 11, day(9)));
    exposures.push_back({customer, i < 20 ? "good" : i < 40 ? "none" : "other", day(5)});
  }
  const auto all = exposure_report(answers, exposures);
  REQUIRE(all);
  REQUIRE(all->kinds.size() == 3);
  const ExposureEffect& good = all->kinds[0];
  REQUIRE(good.change_adjusted_p);
  CHECK(*good.change_adjusted_p == std::min(3 * good.change->p, 1.0));
  const auto alone = only(answers, {exposures.begin(), exposures.begin() + 20});
  CHECK(alone.change == good.change);
  CHECK(alone.difference == good.difference);
  CHECK(*alone.change_adjusted_p == alone.change->p);
}

namespace {

/// The same, as slow and as plain as can be.
struct Model {
  std::multiset<int> before, after, exposed, unexposed;
  std::uint64_t customers = 0;
  std::uint64_t unmatched = 0;
};

Model model_of(const std::vector<Answer>& answers, const std::vector<Exposure>& exposures,
               const std::string& kind, const ExposureOptions& options) {
  Model model;
  std::set<std::string_view> everyone;
  std::set<std::string_view> exposed;
  for (const Answer& one : answers) everyone.insert(one.customer);
  for (const Exposure& one : exposures) {
    if (one.kind == kind) exposed.insert(one.customer);
  }
  model.customers = exposed.size();
  const auto sooner = [](const Answer* a, const Answer* b) {
    return std::pair(a->answered_at, a->response_id) < std::pair(b->answered_at, b->response_id);
  };
  std::vector<const Answer*> afters;
  for (const std::string_view customer : exposed) {
    std::vector<Timestamp> moments;
    for (const Exposure& one : exposures) {
      if (one.kind == kind && one.customer == customer) moments.push_back(*one.at);
    }
    std::sort(moments.begin(), moments.end());
    const Answer* best_before = nullptr;
    const Answer* best_after = nullptr;
    int best = 0;
    for (const Timestamp moment : moments) {
      const Answer* before = nullptr;
      const Answer* after = nullptr;
      for (const Answer& one : answers) {
        if (one.customer != customer) continue;
        const auto away = *one.answered_at - moment;
        if (away < away.zero() && -away <= options.horizon && (!before || sooner(before, &one))) {
          before = &one;
        }
        if (away > away.zero() && away <= options.horizon && (!after || sooner(&one, after))) {
          after = &one;
        }
      }
      const int worth = (after ? 2 : 0) + (before ? 1 : 0);
      if (worth <= best) continue;
      best = worth;
      best_before = before;
      best_after = after;
    }
    if (best_after) afters.push_back(best_after);
    if (best == 3) {
      model.before.insert(best_before->rating.value());
      model.after.insert(best_after->rating.value());
    }
  }
  if (afters.empty()) return model;
  const Timestamp first = *(*std::min_element(afters.begin(), afters.end(), sooner))->answered_at;
  const auto span_of = [&](const Answer& one) { return (*one.answered_at - first) / options.span; };
  std::set<std::int64_t> matched;
  for (const std::string_view customer : everyone) {
    if (exposed.contains(customer)) continue;
    const Answer* chosen = nullptr;
    for (const Answer& one : answers) {
      if (one.customer != customer || *one.answered_at < first) continue;
      const bool shared = std::any_of(afters.begin(), afters.end(), [&](const Answer* other) {
        return span_of(*other) == span_of(one);
      });
      if (shared && (!chosen || sooner(&one, chosen))) chosen = &one;
    }
    if (!chosen) continue;
    matched.insert(span_of(*chosen));
    model.unexposed.insert(chosen->rating.value());
  }
  for (const Answer* one : afters) {
    if (matched.contains(span_of(*one))) {
      model.exposed.insert(one->rating.value());
    } else {
      ++model.unmatched;
    }
  }
  return model;
}

Tally tally_of(const std::multiset<int>& ratings) {
  Tally tally;
  for (const int rating : ratings) tally.add(*Rating::from(rating));
  return tally;
}

}  // namespace

TEST_CASE("exposure: the join equals a plain search, in any order of rows", "[exposure]") {
  for (unsigned seed = 0; seed < 400; ++seed) {
    std::mt19937 random(seed);
    const auto below = [&](unsigned bound) { return static_cast<int>(random() % bound); };
    const auto customer_below = [&](unsigned bound) -> std::string_view {
      return std::string_view("abcdefgh").substr(random() % bound, 1);
    };
    std::vector<std::string> ids;
    for (int i = 0; i < 40; ++i) ids.push_back("r" + std::to_string(i));
    std::vector<Answer> answers;
    for (int i = below(40); i > 0; --i) {
      answers.push_back(
          answer(customer_below(8), below(11), day(below(60)), ids[static_cast<std::size_t>(i)]));
    }
    std::vector<Exposure> exposures;
    for (int i = below(12); i > 0; --i) {
      exposures.push_back({customer_below(6), below(3) == 0 ? "y" : "x", day(below(60))});
    }
    const ExposureOptions options{.horizon = days{1 + below(30)}, .span = days{1 + below(20)}};
    INFO("seed " << seed);
    const auto report = exposure_report(answers, exposures, options);
    REQUIRE(report);
    for (const ExposureEffect& effect : report->kinds) {
      const Model model = model_of(answers, exposures, effect.kind, options);
      CHECK(effect.customers == model.customers);
      CHECK(effect.before == tally_of(model.before));
      CHECK(effect.after == tally_of(model.after));
      CHECK(effect.exposed == tally_of(model.exposed));
      CHECK(effect.unexposed == tally_of(model.unexposed));
      CHECK(effect.unmatched == model.unmatched);
      CHECK(effect.moves.after() == effect.after.bands());
    }
    std::shuffle(answers.begin(), answers.end(), random);
    std::shuffle(exposures.begin(), exposures.end(), random);
    const auto again = exposure_report(answers, exposures, options);
    REQUIRE(again);
    CHECK(again->kinds == report->kinds);
  }
}
