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

#include "customer/answered.h"
#include "support/catch.h"

using namespace nps;
using nps::test::answer_of;
using nps::test::day_of_2024;
using nps::test::tally_of;
using std::chrono::days;
using std::chrono::microseconds;

namespace {

ExposureEffect only(const std::vector<Answer>& answers, const std::vector<Exposure>& exposures,
                    const ExposureOptions& options = {}) {
  const auto report = exposure_report(answers, exposures, options);
  REQUIRE(report);
  REQUIRE(report->kinds.size() == 1);
  return report->kinds.front();
}

}  // namespace

TEST_CASE("exposure: the last answer before and the first after are its pair", "[exposure]") {
  const std::vector<Answer> answers{
      answer_of("ann", 1, day_of_2024(0)), answer_of("ann", 3, day_of_2024(5)),
      answer_of("ann", 9, day_of_2024(12)), answer_of("ann", 10, day_of_2024(20))};
  const auto effect = only(answers, {{"ann", "delivery", day_of_2024(10)}});
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
  const auto effect =
      only({answer_of("ann", 3, day_of_2024(10))}, {{"ann", "call", day_of_2024(10)}});
  CHECK(effect.without == 1);
  CHECK(effect.customers == 1);
  CHECK_FALSE(effect.change);
  CHECK_FALSE(effect.difference);
}

TEST_CASE("exposure: the horizon reaches to its last microsecond on both sides", "[exposure]") {
  const ExposureOptions options{.horizon = days{7}};
  const Exposure call{"ann", "call", day_of_2024(10)};
  CHECK(only({answer_of("ann", 3, day_of_2024(3)), answer_of("ann", 3, day_of_2024(17))}, {call},
             options)
            .answered_both == 1);
  CHECK(only({answer_of("ann", 3, day_of_2024(3) - microseconds{1})}, {call}, options).without ==
        1);
  CHECK(only({answer_of("ann", 3, day_of_2024(17) + microseconds{1})}, {call}, options).without ==
        1);
}

TEST_CASE("exposure: a customer counts once, by the first exposure that has the most answers",
          "[exposure]") {
  const std::vector<Answer> answers{answer_of("ann", 2, day_of_2024(100)),
                                    answer_of("ann", 8, day_of_2024(112)),
                                    answer_of("ann", 9, day_of_2024(130))};
  const ExposureOptions options{.horizon = days{15}};
  const auto effect = only(answers,
                           {{"ann", "visit", day_of_2024(0)},     // no answer near it
                            {"ann", "visit", day_of_2024(90)},    // one after it
                            {"ann", "visit", day_of_2024(110)},   // both: this one
                            {"ann", "visit", day_of_2024(120)}},  // both as well, but later
                           options);
  CHECK(effect.exposures == 4);
  CHECK(effect.customers == 1);
  CHECK(effect.before == tally_of({2}));
  CHECK(effect.after == tally_of({8}));
}

TEST_CASE("exposure: the unexposed never had one, and answer once, in the same spans",
          "[exposure]") {
  const std::vector<Answer> answers{
      answer_of("ann", 9, day_of_2024(11)),   // exposed, the first span
      answer_of("bob", 9, day_of_2024(45)),   // exposed, the second
      answer_of("bob", 3, day_of_2024(200)),  // of an exposed one: for nobody
      answer_of("cem", 0, day_of_2024(10)),   // before the spans
      answer_of("cem", 4, day_of_2024(12)),   // unexposed, the first span
      answer_of("cem", 5, day_of_2024(13)),   // again: not counted
      answer_of("dan", 7, day_of_2024(13)),   // unexposed, the first span
      answer_of("eve", 8, day_of_2024(50)),   // unexposed, the second
      answer_of("fay", 8, day_of_2024(80)),   // in a third span, where no exposed one is
  };
  const auto effect =
      only(answers, {{"ann", "app", day_of_2024(10)}, {"bob", "app", day_of_2024(44)}});
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
  const std::vector<Answer> answers{answer_of("ann", 9, day_of_2024(11)),
                                    answer_of("bob", 2, day_of_2024(300)),
                                    answer_of("cem", 7, day_of_2024(12))};
  const auto effect =
      only(answers, {{"ann", "app", day_of_2024(10)}, {"bob", "app", day_of_2024(299)}});
  CHECK(effect.unmatched == 1);
  CHECK(effect.exposed == tally_of({9}));
  CHECK(effect.unexposed == tally_of({7}));
}

TEST_CASE("exposure: what cannot be joined is counted by reason", "[exposure]") {
  const std::vector<Answer> answers{answer_of("", 9, day_of_2024(1)),
                                    answer_of("ann", 9, std::nullopt),
                                    answer_of("ann", 9, day_of_2024(2))};
  const auto report = exposure_report(
      answers,
      std::vector<Exposure>{
          {"", "x", day_of_2024(1)}, {"ann", "x", {}}, {"ann", "x", day_of_2024(1)}},
      {.scale = kOneToFive});
  REQUIRE(report);
  CHECK(report->exposures == 3);
  CHECK(report->no_customer == 1);
  CHECK(report->no_time == 1);
  CHECK(report->answers == 3);
  CHECK(report->unplaced.anonymous == 1);
  CHECK(report->unplaced.untimed == 1);
  CHECK(report->unplaced.out_of_range == 1);
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
      only({answer_of("ann", 9, first), answer_of("ann", 8, last), answer_of("bob", 7, last)},
           {{"ann", "x", day_of_2024(0)}}, options);
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
    answers.push_back(answer_of(customer, i % 11, day_of_2024(1)));
    answers.push_back(answer_of(customer, i < 20 ? 10 : i % 11, day_of_2024(9)));
    exposures.push_back({customer, i < 20 ? "good" : i < 40 ? "none" : "other", day_of_2024(5)});
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

Tally tally_in(const std::multiset<int>& ratings) {
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
      answers.push_back(answer_of(customer_below(8), below(11), day_of_2024(below(60)),
                                  ids[static_cast<std::size_t>(i)]));
    }
    std::vector<Exposure> exposures;
    for (int i = below(12); i > 0; --i) {
      exposures.push_back({customer_below(6), below(3) == 0 ? "y" : "x", day_of_2024(below(60))});
    }
    const ExposureOptions options{.horizon = days{1 + below(30)}, .span = days{1 + below(20)}};
    INFO("seed " << seed);
    const auto report = exposure_report(answers, exposures, options);
    REQUIRE(report);
    for (const ExposureEffect& effect : report->kinds) {
      const Model model = model_of(answers, exposures, effect.kind, options);
      CHECK(effect.customers == model.customers);
      CHECK(effect.before == tally_in(model.before));
      CHECK(effect.after == tally_in(model.after));
      CHECK(effect.exposed == tally_in(model.exposed));
      CHECK(effect.unexposed == tally_in(model.unexposed));
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
