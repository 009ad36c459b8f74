// Cube against CubeModel, through long random sequences of everything that can be done to a cube.
#include <algorithm>
#include <cstddef>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "nps/segment/cube.h"
#include "segment/cube_model.h"
#include "support/answers.h"
#include "support/catch.h"

using nps::Cube;
using nps::Dimension;
using nps::Rating;
using nps::Response;
using nps::test::Answer;
using nps::test::CodeWidth;
using nps::test::Columns;
using nps::test::CubeModel;
using nps::test::same;

namespace {

const std::vector<std::string> kLabels{"",
                                       "web",
                                       "Web",
                                       "store",
                                       "b,c",
                                       "\xff\xfe",
                                       "日本",
                                       "(none)",
                                       std::string(300, 'x'),
                                       std::string("nul\0!", 5)};

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  std::size_t below(std::size_t end) { return engine_() % end; }
  template <typename Values>
  const auto& one_of(const Values& values) {
    return values[below(values.size())];
  }
  template <typename Values>
  void shuffle(Values& values) {
    std::ranges::shuffle(values, engine_);
  }

 private:
  std::mt19937 engine_;
};

struct Pair {
  Cube cube;
  CubeModel model;
};

// channel and journey_stage are fields of a response, plan is not; the timings come last.
std::vector<Dimension> dimensions(bool timed) {
  std::vector<Dimension> by{Dimension::label("channel"), Dimension::label("plan"),
                            Dimension::label("journey_stage")};
  if (timed) {
    by.push_back(Dimension::calendar(
        "@month", nps::Calendar(nps::CalendarUnit::Month, *nps::Zone::load("Asia/Tokyo"))));
    by.push_back(Dimension::delay("@delay", *nps::Delays::parse("1h,1d")));
  }
  return by;
}

class Walk {
 public:
  Walk(unsigned seed, bool timed)
      : random_(seed), timed_(timed), now_{*Cube::create(dimensions(timed)), {}} {
    past_.push_back(now_);
  }

  void step() {
    switch (random_.below(9)) {
      case 0: add_labels(); break;
      case 1: add_response(); break;
      case 2:
      case 3: add_columns(); break;
      case 4: merge(); break;
      case 5: subtract(); break;
      case 6: roll_up(); break;
      case 7: slice(); break;
      default: remember(); break;
    }
    REQUIRE(same(now_.cube, now_.model));
    const auto stored = Cube::decode(now_.cube.encode());
    REQUIRE((stored && *stored == now_.cube && same(*stored, now_.model)));
  }

 private:
  Answer answer() {
    Answer answer{.rating = static_cast<int>(random_.below(11))};
    // Odd labels in one dimension, and few in the others, so that cells are hit more than once.
    answer.labels = {random_.one_of(kLabels), kLabels[random_.below(3)], kLabels[random_.below(2)]};
    if (timed_ && random_.below(5) != 0) {
      answer.answered_at =
          nps::test::at(2020, 1 + unsigned(random_.below(3)), 1, int(random_.below(24 * 31)));
    }
    if (timed_ && random_.below(3) != 0) {
      answer.touchpoint_at = nps::test::at(2020, 1, 1, int(random_.below(24 * 40)));
    }
    return answer;
  }

  CubeModel::Key key(const Answer& answer) const {
    CubeModel::Key key(answer.labels.begin(), answer.labels.end());
    if (!timed_) return key;
    const auto& by = now_.cube.dimensions();
    key.emplace_back();
    key.emplace_back();
    if (answer.answered_at) key[3] = by[3].as_calendar()->label(*answer.answered_at);
    if (answer.answered_at && answer.touchpoint_at) {
      const nps::Delays& delays = *by[4].as_delays();
      key[4] = std::string(delays.label(delays.bucket(*answer.touchpoint_at, *answer.answered_at)));
    }
    return key;
  }

  void add_labels() {
    const Answer one = answer();
    const std::vector<std::string_view> labels(one.labels.begin(), one.labels.end());
    const auto added = now_.cube.add(labels, *Rating::from(one.rating));
    REQUIRE(added.has_value() == !timed_);
    if (added) now_.model.add(key(one), *Rating::from(one.rating));
  }

  void add_response() {
    const Answer one = answer();
    Response response{.rating = Rating::from(one.rating),
                      .answered_at = one.answered_at,
                      .touchpoint_at = one.touchpoint_at,
                      .channel = one.labels[0],
                      .journey_stage = one.labels[2],
                      .dimensions = {{"other", "x"}, {"plan", one.labels[1]}, {"plan", "second"}}};
    REQUIRE(now_.cube.add(response));
    now_.model.add(key(one), *Rating::from(one.rating));
  }

  void add_columns() {
    // Across the edges of blocks now and then; never so long that the walk gets slow.
    const std::size_t rows = random_.below(10) == 0 ? 1020 + random_.below(10) : random_.below(20);
    std::vector<Answer> answers;
    for (std::size_t row = 0; row < rows; ++row) answers.push_back(answer());
    for (auto& one : answers) {
      if (random_.below(7) == 0) one.rating = 11 + static_cast<int>(random_.below(245));
    }
    std::vector<CodeWidth> widths;
    for (std::size_t d = 0; d < 3; ++d) {
      widths.push_back(static_cast<CodeWidth>(random_.below(4)));
      if (widths.back() != CodeWidth::Constant) continue;
      for (auto& one : answers) one.labels[d] = answers[0].labels[d];
    }
    std::uint64_t rejected = 0;
    std::uint64_t untimed = 0;
    for (const auto& one : answers) {
      const auto rating = Rating::from(one.rating);
      rejected += rating ? 0U : 1U;
      if (!rating) continue;
      const auto where = key(one);
      untimed +=
          std::ranges::all_of(where, [](const auto& label) { return label.has_value(); }) ? 0U : 1U;
      now_.model.add(where, *rating);
    }
    const Columns columns(
        answers, now_.cube.dimensions(),
        [this](std::size_t d) -> nps::Labels& { return now_.cube.labels(d); }, widths);
    const auto added = now_.cube.add(columns.view());
    REQUIRE(added);
    CHECK(added->added == rows - rejected);
    CHECK(added->rejected == rejected);
    CHECK(added->untimed == untimed);
  }

  void merge() {
    const Pair other = random_.one_of(past_);
    if (now_.cube.total().responses() > 100'000) return;  // doubles too fast to be of use
    REQUIRE(now_.cube.merge(other.cube));
    now_.model.merge(other.model);
  }

  void subtract() {
    const Pair& other = random_.one_of(past_);
    const Cube before = now_.cube;
    const bool possible = now_.model.subtract(other.model);
    const auto subtracted = now_.cube.subtract(other.cube);
    REQUIRE(subtracted.has_value() == possible);
    if (!possible) CHECK(now_.cube == before);
  }

  void roll_up() {
    std::vector<std::size_t> keep(now_.cube.dimensions().size());
    for (std::size_t d = 0; d < keep.size(); ++d) keep[d] = d;
    random_.shuffle(keep);
    keep.resize(random_.below(keep.size() + 1));
    std::vector<std::string_view> names;
    for (const std::size_t d : keep) names.emplace_back(now_.cube.dimensions()[d].name());
    const auto rolled = now_.cube.roll_up(names);
    REQUIRE(rolled);
    CHECK(rolled->dimensions().size() == keep.size());
    CHECK(same(*rolled, now_.model.roll_up(keep)));
  }

  void slice() {
    const std::size_t d = random_.below(3);
    const std::string label = random_.below(8) == 0 ? "never" : random_.one_of(kLabels);
    const auto sliced = now_.cube.slice(now_.cube.dimensions()[d].name(), label);
    REQUIRE(sliced);
    CHECK(same(*sliced, now_.model.slice(d, label)));
    const auto rolled = sliced->roll_up({sliced->dimensions().back().name()});
    REQUIRE(rolled);
    CHECK(same(*rolled, now_.model.slice(d, label).roll_up({sliced->dimensions().size() - 1})));
  }

  void remember() {
    past_.push_back(now_);
    if (past_.size() > 6) past_.erase(past_.begin() + 1);
    if (random_.below(4) == 0) now_ = past_.front();  // an empty one, to start again
  }

  Random random_;
  bool timed_;
  Pair now_;
  std::vector<Pair> past_;
};

}  // namespace

TEST_CASE("cube: equals a map of tallies through any sequence of calls", "[cube][model]") {
  for (unsigned seed = 1; seed <= 6; ++seed) {
    Walk walk(seed, false);
    for (int step = 0; step < 150; ++step) {
      INFO("seed " << seed << ", step " << step);
      walk.step();
    }
  }
}

TEST_CASE("cube: equals a map of tallies where some answers have no time", "[cube][model]") {
  for (unsigned seed = 1; seed <= 4; ++seed) {
    Walk walk(seed, true);
    for (int step = 0; step < 100; ++step) {
      INFO("seed " << seed << ", step " << step);
      walk.step();
    }
  }
}
