#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "nps/wire/envelope.h"
#include "stream/events.h"
#include "stream/watched.h"
#include "support/catch.h"

using nps::Alarm;
using nps::BelowWatch;
using nps::BucketUnit;
using nps::Change;
using nps::CusumWatch;
using nps::DropWatch;
using nps::ErrorCode;
using nps::SilenceWatch;
using nps::SinceWatch;
using nps::Watch;
using nps::Watches;
using nps::WatchesOptions;
using nps::test::Answers;
using nps::test::applied;
using nps::test::day;
using nps::test::shares;
using nps::test::watching;
using nps::wire::Bytes;
using nps::wire::Kind;

namespace {

std::vector<Watch> all_kinds() {
  return {BelowWatch{.points = 40, .window = {BucketUnit::Day, 3}},
          BelowWatch{.points = 40, .window = {BucketUnit::Hour, 12}},
          DropWatch{.window = {BucketUnit::Day, 2}},
          CusumWatch{.shift = 20, .answers_per_false_alarm = 100, .usual = shares(0.5, 0.2)},
          CusumWatch{.shift = 20, .answers_per_false_alarm = 100, .warm_up = 60},
          SinceWatch{.start = day(2), .points = 60},
          SilenceWatch{.answers_per_false_alarm = 50, .weeks = 1}};
}

const WatchesOptions kByChannel{.by = {"channel"}};

/// Answers from hour `from` of January on, in two cells, some corrected and some taken back.
std::vector<Alarm> follow(Watches& watches, Answers& answers, int from, int hours) {
  std::vector<Alarm> all;
  const auto keep = [&all](std::span<const Alarm> alarms) {
    all.insert(all.end(), alarms.begin(), alarms.end());
  };
  for (int hour = from; hour < from + hours; ++hour) {
    keep(watches.advance(day(1, hour)));
    if (hour % 50 > 30) continue;
    for (const char* channel : {"web", "store"}) {
      const Change change = answers.next(channel, day(1, hour));
      keep(applied(watches, change));
      if (hour % 5 == 0) {
        Change corrected{.before = change.after, .after = change.after};
        corrected.after->rating = nps::Rating::of<0>();
        keep(applied(watches, corrected));
        if (hour % 10 == 0) keep(applied(watches, {.before = corrected.after, .after = {}}));
      }
    }
  }
  return all;
}

Bytes sealed(std::span<const std::byte> payload) {
  return nps::wire::seal(Kind::Watches, 1, [payload](nps::wire::Writer& out) { out.raw(payload); });
}

}  // namespace

TEST_CASE("watch: what was encoded goes on as if nothing had been", "[watch][wire]") {
  Watches watches = watching(all_kinds(), kByChannel);
  Answers answers(3, shares(0.5, 0.2));
  CHECK_FALSE(follow(watches, answers, 0, 400).empty());
  const Bytes bytes = watches.encode();
  auto back = Watches::decode(bytes, all_kinds(), kByChannel);
  if (!back) FAIL(back.error().message);
  CHECK(back->encode() == bytes);
  CHECK(back->clock() == watches.clock());
  CHECK(back->cells() == 2);
  CHECK(back->alarms() == watches.alarms());
  Answers same = answers;
  const auto expected = follow(watches, answers, 400, 600);
  CHECK(expected.size() > 5);
  CHECK(follow(*back, same, 400, 600) == expected);
  CHECK(back->encode() == watches.encode());
}

TEST_CASE("watch: fresh watches are encoded, too", "[watch][wire]") {
  const Watches watches = watching(all_kinds(), kByChannel);
  const auto back = Watches::decode(watches.encode(), all_kinds(), kByChannel);
  REQUIRE(back);
  CHECK_FALSE(back->clock().has_value());
  CHECK(back->encode() == watches.encode());
}

TEST_CASE("watch: the bytes of other watches are refused", "[watch][wire]") {
  const Bytes bytes = watching(all_kinds(), kByChannel).encode();
  std::vector<Watch> others = all_kinds();
  others.pop_back();
  for (const auto& refused : {Watches::decode(bytes, others, kByChannel),
                              Watches::decode(bytes, all_kinds(), {.by = {"account"}}),
                              Watches::decode(bytes, all_kinds())}) {
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::Mismatch);
  }
}

TEST_CASE("watch: hostile bytes are an error or watches that work, never worse", "[watch][wire]") {
  std::vector<Watch> kinds = all_kinds();
  kinds.erase(kinds.begin() + 3);  // declared shares, for which each decode would design a CUSUM
  Watches watches = watching(kinds, kByChannel);
  Answers answers(3, shares(0.5, 0.2));
  follow(watches, answers, 0, 150);
  const Bytes whole = watches.encode();
  const Bytes payload(whole.begin() + 16, whole.end() - 4);
  constexpr std::uint64_t kSeed = 11;
  INFO("seed " << kSeed);
  std::mt19937_64 random(kSeed);
  for (std::size_t size = 0; size < payload.size(); size += 7) {
    CHECK_FALSE(Watches::decode(sealed(std::span(payload).first(size)), kinds, kByChannel));
  }
  int refused = 0;
  for (int i = 0; i < 1000; ++i) {
    Bytes bent = payload;
    for (std::uint64_t k = random() % 3 + 1; k > 0; --k) {
      bent[random() % bent.size()] = static_cast<std::byte>(random());
    }
    auto decoded = Watches::decode(sealed(bent), kinds, kByChannel);
    if (!decoded) {
      CHECK_FALSE(decoded.error().message.empty());
      ++refused;
      continue;
    }
    Answers more(4, shares(0.2, 0.5));
    follow(*decoded, more, 150, 20);
    decoded->advance(nps::Timestamp::max());
    CHECK(decoded->encode().size() > 100);
  }
  CHECK(refused > 100);
}
