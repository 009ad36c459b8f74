#include "nps/wire/counting_policy.h"

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

TEST_CASE("wire counting policy: it is laid out as documented", "[wire][golden]") {
  Writer out;
  write(out, CountingPolicy{.which = Which::First, .scale = nps::kOneToFive, .zone = "UTC"});
  CHECK(hex(out.written()) == "02 01 04 05 05 03 55 54 43");
}

TEST_CASE("wire counting policy: what is none is refused", "[wire]") {
  CHECK(refusal("02 01 04 05 05 00").empty());
  CHECK(refusal("08 01 04 05 05 00").find("which answers count") != std::string::npos);
  const Exact newer(unhex("03 01 04 05 05 00"));
  Reader in(*newer);
  CHECK(nps::wire::read_counting_policy(in, 1) == CountingPolicy{});
  CHECK_FALSE(in.finish());
  CHECK(refusal("00 00 07 09 0b 00") == "byte 4: there is no scale with such bands");
  CHECK(refusal("00 07 07 09 0a 00") == "byte 4: there is no scale with such bands");
  CHECK(refusal("00 00 09 07 0a 00") == "byte 4: there is no scale with such bands");
  CHECK(refusal("00 00 07").find("cut short") != std::string::npos);
  CHECK(refusal("00 00 07 09 0a 03 55 54").find("cut short") != std::string::npos);
}
