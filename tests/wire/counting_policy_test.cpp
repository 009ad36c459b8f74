#include "nps/wire/counting_policy.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "support/catch.h"
#include "wire/bytes.h"

using nps::CountingPolicy;
using nps::Per;
using nps::Scale;
using nps::Which;
using nps::test::Exact;
using nps::test::hex;
using nps::test::unhex;
using nps::wire::Reader;
using nps::wire::Writer;

namespace {

std::string refusal(std::string_view hex) {
  const Exact bytes(unhex(hex));
  Reader in(*bytes);
  const CountingPolicy policy = nps::wire::read_counting_policy(in);
  const auto read = in.finish();
  if (read) return "";
  CHECK(policy == CountingPolicy{});
  return read.error().message;
}

}  // namespace

TEST_CASE("wire counting policy: every scale and choice comes back", "[wire][laws]") {
  for (int min = 0; min <= 10; ++min) {
    for (int passive = 0; passive <= 10; ++passive) {
      for (int promoter = 0; promoter <= 10; ++promoter) {
        for (int max = 0; max <= 10; ++max) {
          const auto scale = Scale::from(min, passive, promoter, max);
          if (!scale) continue;
          const CountingPolicy policy{.which = Which{static_cast<std::uint8_t>((min + max) % 3)},
                                      .scale = *scale,
                                      .zone = max % 2 == 0 ? "Europe/Berlin" : ""};
          Writer out;
          write(out, policy);
          const Exact bytes(out.written());
          Reader in(*bytes);
          REQUIRE(nps::wire::read_counting_policy(in) == policy);
          REQUIRE(in.finish());
        }
      }
    }
  }
}

TEST_CASE("wire counting policy: whatever counts once comes back, and needs version 2 if it is new",
          "[wire][laws]") {
  for (const Which which : {Which::All, Which::Latest, Which::First}) {
    for (const Per per : {Per::Customer, Per::CustomerAndStage, Per::Account}) {
      const CountingPolicy policy{.which = which, .per = per};
      CHECK(nps::wire::counting_policy_version(policy) == (per == Per::Customer ? 1 : 2));
      if (!is_consistent(policy)) continue;
      Writer out;
      write(out, policy);
      const Exact bytes(out.written());
      Reader in(*bytes);
      CHECK(nps::wire::read_counting_policy(in) == policy);
      CHECK(in.finish());
    }
  }
}

TEST_CASE("wire counting policy: a window and an instant come back, and need version 3",
          "[wire][laws]") {
  const nps::Timestamp now = nps::Timestamp(std::chrono::microseconds(1'763'164'800'000'001));
  for (const nps::BucketUnit unit : {nps::BucketUnit::Hour, nps::BucketUnit::Day}) {
    for (const std::int64_t length : {1, 30, 1'000'000}) {
      for (const Per per : {Per::Customer, Per::Account}) {
        const CountingPolicy policy{.which = Which::Latest,
                                    .per = per,
                                    .zone = "Asia/Tokyo",
                                    .window = nps::WindowLength{unit, length},
                                    .as_of = now};
        CHECK(nps::is_consistent(policy));
        CHECK(nps::wire::counting_policy_version(policy) == 3);
        Writer out;
        write(out, policy);
        const Exact bytes(out.written());
        Reader in(*bytes);
        CHECK(nps::wire::read_counting_policy(in, 3) == policy);
        CHECK(in.finish());
      }
    }
  }
  const CountingPolicy then{.as_of = nps::Timestamp::min()};
  CHECK(nps::wire::counting_policy_version(then) == 3);
  Writer out;
  write(out, then);
  const Exact bytes(out.written());
  Reader in(*bytes);
  CHECK(nps::wire::read_counting_policy(in, 3) == then);
}

TEST_CASE("wire counting policy: a window that ends nobody knows when is no policy", "[wire]") {
  const nps::WindowLength month{nps::BucketUnit::Day, 30};
  CHECK_FALSE(nps::is_consistent({.window = month}));
  CHECK(nps::is_consistent({.window = month, .as_of = nps::Timestamp{}}));
  CHECK_FALSE(nps::is_consistent(
      {.window = nps::WindowLength{nps::BucketUnit::Day, 0}, .as_of = nps::Timestamp{}}));
  CHECK(nps::inconsistent({.window = month}).where.field == "window");
  CHECK(nps::inconsistent({.per = Per::CustomerAndStage}).where.field == "per");
}

TEST_CASE("wire counting policy: it is laid out as documented", "[wire][golden]") {
  Writer out;
  write(out, CountingPolicy{.which = Which::First, .scale = nps::kOneToFive, .zone = "UTC"});
  CHECK(hex(out.written()) == "02 01 04 05 05 03 55 54 43");
  Writer more;
  write(more, CountingPolicy{.window = nps::WindowLength{nps::BucketUnit::Day, 300},
                             .as_of = nps::Timestamp(std::chrono::microseconds(258))});
  CHECK(hex(more.written()) == "00 00 07 09 0a 03 55 54 43 02 ac 02 02 01 00 00 00 00 00 00");
}

TEST_CASE("wire counting policy: what is none is refused", "[wire]") {
  CHECK(refusal("02 01 04 05 05 00").empty());
  CHECK(refusal("08 01 04 05 05 00").find("which answers count") != std::string::npos);
  const Exact newer(unhex("03 01 04 05 05 00"));
  Reader in(*newer);
  CHECK(nps::wire::read_counting_policy(in, 1) == CountingPolicy{});
  CHECK_FALSE(in.finish());
  for (const std::string_view wrong :
       {"00 00 07 09 0a 00 03 01 00 00 00 00 00 00 00 00",        // a fourth kind of window
        "00 00 07 09 0a 00 02 00 00 00 00 00 00 00 00 00",        // of no days
        "00 00 07 09 0a 00 01 c1 84 3d 00 00 00 00 00 00 00 00",  // of 1,000,001 hours
        "00 00 07 09 0a 00 00 00 00"}) {
    const Exact bytes(unhex(wrong));
    Reader third(*bytes);
    CHECK(nps::wire::read_counting_policy(third, 3) == CountingPolicy{});
    CHECK_FALSE(third.finish());
  }
  CHECK(refusal("00 00 07 09 0b 00") == "byte 4: there is no scale with such bands");
  CHECK(refusal("00 07 07 09 0a 00") == "byte 4: there is no scale with such bands");
  CHECK(refusal("00 00 09 07 0a 00") == "byte 4: there is no scale with such bands");
  CHECK(refusal("00 00 07").find("cut short") != std::string::npos);
  CHECK(refusal("00 00 07 09 0a 03 55 54").find("cut short") != std::string::npos);
}
