#include "nps/stream/watch.h"

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stream/events.h"
#include "stream/watched.h"
#include "support/catch.h"

using nps::Alarm;
using nps::AlarmKind;
using nps::Answer;
using nps::BelowWatch;
using nps::BucketUnit;
using nps::Change;
using nps::CusumWatch;
using nps::Direction;
using nps::DropWatch;
using nps::ErrorCode;
using nps::Rating;
using nps::sentence;
using nps::SilenceWatch;
using nps::SinceWatch;
using nps::Timestamp;
using nps::Watch;
using nps::Watches;
using nps::test::Answers;
using nps::test::applied;
using nps::test::day;
using nps::test::shares;
using nps::test::watching;

namespace {

Answer answer(std::string_view id, int rating, std::optional<Timestamp> at,
              std::string_view channel = "web") {
  return {
      .response_id = id, .rating = *Rating::from(rating), .answered_at = at, .channel = channel};
}

/// So many answers with ids "<prefix>0", "<prefix>1", ... The alarms that they set off.
std::vector<Alarm> answer_all(Watches& watches, const std::string& prefix, int count, int rating,
                              std::optional<Timestamp> at, std::string_view channel = "web") {
  std::vector<Alarm> all;
  for (int i = 0; i < count; ++i) {
    const std::string id = prefix + std::to_string(i);
    for (const Alarm& alarm : applied(watches, {.after = answer(id, rating, at, channel)})) {
      all.push_back(alarm);
    }
  }
  return all;
}

std::vector<Alarm> advanced(Watches& watches, Timestamp now) {
  const auto alarms = watches.advance(now);
  return {alarms.begin(), alarms.end()};
}

constexpr nps::WindowLength kTwoDays{BucketUnit::Day, 2};

}  // namespace

TEST_CASE("watch: a window below the floor alarms when its day closes, and not before", "[watch]") {
  Watches watches = watching({BelowWatch{.points = 20, .window = kTwoDays}}, {.by = {"channel"}});
  CHECK(advanced(watches, day(1)).empty());
  CHECK(answer_all(watches, "a", 40, 3, day(1)).empty());
  CHECK(answer_all(watches, "b", 40, 10, day(1), "store").empty());
  CHECK(advanced(watches, day(1, 23)).empty());
  const auto alarms = advanced(watches, day(2, 0));
  REQUIRE(alarms.size() == 1);
  const Alarm& alarm = alarms.front();
  CHECK(alarm.number == 1);
  CHECK(alarm.kind == AlarmKind::Below);
  CHECK(alarm.key == std::vector<std::string>{"web"});
  CHECK(alarm.at == day(2, 0));
  CHECK(alarm.since == day(0, 0));
  CHECK(alarm.points == 20);
  CHECK(alarm.tally.responses() == 40);
  REQUIRE(alarm.interval);
  CHECK(alarm.interval->low == -100);
  CHECK(alarm.interval->high < 20);
  CHECK(alarm.interval->level.value() == 0.99);
  CHECK(alarm.corrected == 0);
  CHECK(sentence(alarm) == "The score of 40 answers is -100.0 (-100.0 to -71.5, 99 %), below 20.");
}

TEST_CASE("watch: a few answers below the floor are no alarm", "[watch]") {
  Watches watches = watching({BelowWatch{.points = 20, .window = kTwoDays}});
  watches.advance(day(1));
  answer_all(watches, "a", 3, 3, day(1));
  CHECK(advanced(watches, day(2)).empty());
}

TEST_CASE("watch: a score that stays low is told once a window, one that recovered is told again",
          "[watch]") {
  const auto days_alarmed = [](const std::vector<int>& ratings) {
    Watches watches = watching({BelowWatch{.points = 0, .window = kTwoDays}});
    std::vector<int> days;
    for (int i = 0; i < static_cast<int>(ratings.size()); ++i) {
      watches.advance(day(i + 1));
      answer_all(watches, "d" + std::to_string(i) + "-", 50, ratings[static_cast<std::size_t>(i)],
                 day(i + 1));
      if (!watches.advance(day(i + 2, 0)).empty()) days.push_back(i + 1);
    }
    return days;
  };
  CHECK(days_alarmed({3, 3, 3, 3, 3}) == std::vector<int>{1, 3, 5});
  CHECK(days_alarmed({3, 10, 3, 3, 3}) == std::vector<int>{1, 4});  // day 2 and 3 come to 0
}

TEST_CASE("watch: days that pass at once are judged one by one", "[watch]") {
  Watches watches = watching({BelowWatch{.points = 0, .window = kTwoDays}});
  watches.advance(day(1));
  for (int i = 1; i <= 5; ++i) answer_all(watches, "d" + std::to_string(i) + "-", 50, 3, day(i));
  const auto alarms = advanced(watches, Timestamp::max());
  REQUIRE(alarms.size() == 3);
  CHECK(alarms[0].at == day(2, 0));
  CHECK(alarms[1].at == day(4, 0));
  CHECK(alarms[2].at == day(6, 0));
  CHECK(watches.alarms() == std::vector<Alarm>{alarms[2]});
}

TEST_CASE("watch: late answers and corrections count in the windows that close later", "[watch]") {
  Watches watches = watching({BelowWatch{.points = 0, .window = kTwoDays}});
  watches.advance(day(1));
  answer_all(watches, "a", 40, 10, day(1));
  CHECK(advanced(watches, day(2)).empty());
  for (int i = 0; i < 40; ++i) {  // every answer is corrected, a day later
    const std::string id = "a" + std::to_string(i);
    applied(watches, {.before = answer(id, 10, day(1)), .after = answer(id, 3, day(1))});
  }
  answer_all(watches, "late", 5, 3, day(1));
  const auto alarms = advanced(watches, day(3, 0));
  REQUIRE(alarms.size() == 1);
  CHECK(alarms.front().tally.responses() == 45);
  CHECK(alarms.front().tally.count(Rating::of<3>()) == 45);
  CHECK(alarms.front().corrected == 0);  // it rests on the answers as they now are
}

TEST_CASE("watch: an alarm tells how many of its answers were corrected since", "[watch]") {
  Watches watches = watching({BelowWatch{.points = 0, .window = kTwoDays}}, {.by = {"channel"}});
  watches.advance(day(3));
  answer_all(watches, "a", 40, 3, day(3));
  answer_all(watches, "old", 3, 3, day(1));
  REQUIRE(advanced(watches, day(4)).size() == 1);
  answer_all(watches, "late", 1, 3, day(3));
  const auto corrected = [&watches] { return watches.alarms().front().corrected; };
  CHECK(corrected() == 0);
  applied(watches, {.before = answer("a0", 3, day(3)), .after = answer("a0", 9, day(3))});
  CHECK(corrected() == 1);
  applied(watches, {.before = answer("a0", 9, day(3)), .after = answer("a0", 8, day(3))});
  CHECK(corrected() == 1);  // the same one
  applied(watches, {.before = answer("a1", 3, day(3))});
  CHECK(corrected() == 2);  // taken back
  applied(watches, {.before = answer("old0", 3, day(1)), .after = answer("old0", 9, day(1))});
  applied(watches, {.before = answer("late0", 3, day(3)), .after = answer("late0", 9, day(3))});
  CHECK(corrected() == 2);  // it does not rest on these
  CHECK(sentence(watches.alarms().front()).ends_with("below 0. 2 of them were corrected since."));
}

TEST_CASE("watch: a drop against the window before is found, with its interval and p", "[watch]") {
  Watches watches = watching({DropWatch{.points = 10, .window = kTwoDays}});
  watches.advance(day(4));
  for (int i = 1; i <= 4; ++i) {
    answer_all(watches, "p" + std::to_string(i) + "-", 60, 10, day(i));
    answer_all(watches, "d" + std::to_string(i) + "-", i <= 2 ? 10 : 40, 3, day(i));
  }
  const auto alarms = advanced(watches, day(5));
  REQUIRE(alarms.size() == 1);
  const Alarm& alarm = alarms.front();
  CHECK(alarm.kind == AlarmKind::Drop);
  CHECK(alarm.at == day(5, 0));
  CHECK(alarm.since == day(3, 0));
  CHECK(alarm.tally.responses() == 200);
  REQUIRE(alarm.before);
  CHECK(alarm.before->responses() == 140);
  REQUIRE(alarm.interval);
  CHECK(alarm.interval->high < 0);
  CHECK(alarm.p.value_or(1) < 0.01);
  CHECK(sentence(alarm).starts_with(
      "The score of 200 answers is +20.0, that of the 140 before was +71.4: a change of -51.4 ("));
}

TEST_CASE("watch: a drop that is sure, but smaller than asked for, is no alarm", "[watch]") {
  Watches watches = watching({DropWatch{.points = 60, .window = kTwoDays}});
  watches.advance(day(4));
  for (int i = 1; i <= 4; ++i) {
    answer_all(watches, "p" + std::to_string(i) + "-", 60, 10, day(i));
    answer_all(watches, "d" + std::to_string(i) + "-", i <= 2 ? 10 : 40, 3, day(i));
  }
  CHECK(advanced(watches, day(5)).empty());
}

TEST_CASE("watch: a CUSUM says soon that the score has moved, where to, and since when",
          "[watch]") {
  Watches watches = watching({CusumWatch{.shift = 20, .usual = shares(0.5, 0.3)}});
  Answers usual(7, shares(0.5, 0.3));
  for (int i = 0; i < 200; ++i) CHECK(applied(watches, usual.next("", {})).empty());
  watches.advance(day(9));
  const auto alarms = answer_all(watches, "bad", 40, 2, {});
  REQUIRE_FALSE(alarms.empty());
  const Alarm& alarm = alarms.front();
  CHECK(alarm.kind == AlarmKind::Cusum);
  CHECK(alarm.direction == Direction::Down);
  CHECK(alarm.at == day(9));
  CHECK(alarm.points == 20);
  CHECK(alarm.answers_per_false_alarm == 5000.0);
  CHECK(alarm.tally.count(Rating::of<2>()) >= 5);
  CHECK(alarm.tally.responses() < 60);
  CHECK(sentence(alarm).starts_with("The score has moved down: the last "));
  CHECK(sentence(alarm).ends_with("Designed for one false alarm in 5000 answers."));
  CHECK(alarms.size() >= 2);  // declared shares: what stays bad is told again
}

TEST_CASE("watch: a CUSUM with learnt shares takes what the score moved to for the usual one",
          "[watch]") {
  Watches watches = watching({CusumWatch{.shift = 20, .warm_up = 400}});
  Answers usual(7, shares(0.7, 0.1));
  for (int i = 0; i < 600; ++i) CHECK(applied(watches, usual.next("", {})).empty());
  CHECK(answer_all(watches, "bad", 60, 2, {}).size() == 1);
  CHECK(answer_all(watches, "worse", 600, 2, {}).empty());
}

TEST_CASE("watch: a CUSUM near the end of the scale watches the side that has room", "[watch]") {
  Watches watches = watching({CusumWatch{.shift = 30, .usual = shares(0.9, 0.05)}});
  CHECK(answer_all(watches, "good", 500, 10, {}).empty());
  CHECK_FALSE(answer_all(watches, "bad", 20, 2, {}).empty());
}

TEST_CASE("watch: what follows arrival counts corrections of its run before and after the alarm",
          "[watch]") {
  const std::vector<Watch> both{CusumWatch{.shift = 20, .usual = shares(0.5, 0.3)},
                                SinceWatch{.start = day(1), .points = 20}};
  Watches watches = watching(both);
  watches.advance(day(2));
  const auto fix = [&watches](const std::string& id) {
    return applied(watches, {.before = answer(id, 2, day(2)), .after = answer(id, 10, day(2))});
  };
  CHECK(answer_all(watches, "a", 2, 2, day(2)).empty());
  CHECK(fix("a0").empty());  // the evidence stays as it came
  std::vector<Alarm> alarms = answer_all(watches, "b", 200, 2, day(2));
  const auto of = [](const std::vector<Alarm>& all, AlarmKind kind) {
    for (const Alarm& alarm : all) {
      if (alarm.kind == kind) return alarm;
    }
    FAIL("no alarm of that kind");
    return Alarm{};
  };
  CHECK(of(alarms, AlarmKind::Cusum).corrected == 1);
  const Alarm since = of(alarms, AlarmKind::Since);
  CHECK(since.corrected == 1);
  CHECK(since.tally.responses() < 100);
  CHECK(since.watch == 1);
  CHECK(since.since == day(1));
  REQUIRE(since.interval);
  CHECK(since.interval->high < 20);
  fix("a1");
  fix("b0");
  fix("a0");    // known already
  fix("b199");  // came after the alarm
  CHECK(of(watches.alarms(), AlarmKind::Since).corrected == 3);
}

TEST_CASE("watch: a campaign is judged by what was answered since its start, and once", "[watch]") {
  Watches watches = watching({SinceWatch{.start = day(5, 0), .points = 30}});
  CHECK(answer_all(watches, "before", 500, 0, day(4, 23)).empty());
  CHECK(answer_all(watches, "whenever", 500, 0, {}).empty());
  const auto alarms = answer_all(watches, "since", 500, 0, day(5, 0));
  REQUIRE(alarms.size() == 1);
  CHECK(alarms.front().tally.responses() < 50);
}

TEST_CASE("watch: a cell that falls silent is told by the hour, once, and again after an answer",
          "[watch]") {
  using std::chrono::hours;
  Watches watches =
      watching({SilenceWatch{.answers_per_false_alarm = 1000, .weeks = 2}}, {.by = {"channel"}});
  int id = 0;
  const auto hourly = [&](int from, int to) {
    std::vector<Alarm> all;
    for (int hour = from; hour < to; ++hour) {
      for (const Alarm& alarm : watches.advance(day(1, hour))) all.push_back(alarm);
      answer_all(watches, std::to_string(++id) + "-", 3, 9, {}, "web");
    }
    return all;
  };
  CHECK(hourly(0, 500).empty());
  // None of k where k came in the same hours of two weeks, 6 for each hour: (2/3)^(6 h).
  const auto alarms = advanced(watches, day(1, 520));
  REQUIRE(alarms.size() == 1);
  CHECK(alarms[0].kind == AlarmKind::Silence);
  CHECK(alarms[0].at == day(1, 503));
  CHECK(alarms[0].since == day(1, 499));
  CHECK(alarms[0].p.value_or(1) == Approx(0.000676).margin(1e-6));
  CHECK(sentence(alarms[0]).starts_with("No answer for 4 hours."));
  CHECK(advanced(watches, day(1, 800)).empty());
  CHECK(hourly(800, 801).empty());
  CHECK(advanced(watches, day(1, 2000)).size() == 1);
}

TEST_CASE("watch: silence is not judged before the past is long enough to know", "[watch]") {
  Watches watches = watching({SilenceWatch{.answers_per_false_alarm = 100, .weeks = 2}});
  for (int hour = 0; hour < 300; ++hour) {
    watches.advance(day(1, hour));
    answer_all(watches, std::to_string(hour) + "-", 2, 9, {});
  }
  CHECK(advanced(watches, day(1, 1000)).empty());
}

TEST_CASE("watch: what makes no sense is refused with a reason", "[watch]") {
  const auto refusal = [](const Watch& watch) {
    const auto made = Watches::create({watch});
    REQUIRE_FALSE(made);
    CHECK(made.error().code == ErrorCode::InvalidArgument);
    return made.error().message;
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(refusal(BelowWatch{.points = -100}).starts_with("a floor of -100 is not possible"));
  CHECK(refusal(BelowWatch{.points = nan}).starts_with("a floor of nan"));
  CHECK(refusal(BelowWatch{.window = {BucketUnit::Day, 0}}).starts_with("the window of a watch"));
  CHECK(refusal(DropWatch{.points = 0}).starts_with("a drop of 0 is not possible"));
  CHECK(refusal(CusumWatch{.shift = 100}).starts_with("a shift of 100 cannot"));
  CHECK(refusal(CusumWatch{.answers_per_false_alarm = 1}).starts_with("a CUSUM accepts"));
  CHECK(refusal(CusumWatch{.warm_up = 10}).starts_with("a warm-up of 10 answers is too short"));
  CHECK(refusal(CusumWatch{.usual = shares(1, 0)}).find("a share above 0") != std::string::npos);
  CHECK(refusal(SinceWatch{.start = day(1), .points = 101}).starts_with("a floor of 101"));
  CHECK(refusal(SilenceWatch{.weeks = 0}).starts_with("silence is judged by 1 to 52 weeks"));
  CHECK_FALSE(Watches::create({}).has_value());
}

TEST_CASE("watch: a cell too many is an error, and changes nothing", "[watch]") {
  Watches watches =
      watching({BelowWatch{.points = 0, .window = kTwoDays}}, {.by = {"channel"}, .cell_limit = 1});
  watches.advance(day(1));
  answer_all(watches, "a", 40, 3, day(1), "web");
  const auto refused = watches.apply({.after = answer("b", 3, day(1), "store")});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::LimitReached);
  CHECK(watches.cells() == 1);
  CHECK(advanced(watches, day(2)).size() == 1);
}

TEST_CASE("watch: a copy goes its own way", "[watch]") {
  Watches watches = watching({BelowWatch{.points = 0, .window = kTwoDays}});
  watches.advance(day(1));
  Watches copy = watches;
  answer_all(watches, "a", 40, 3, day(1));
  CHECK(advanced(copy, day(2)).empty());
  CHECK(advanced(watches, day(2)).size() == 1);
}
