#include "nps/wire/envelope.h"

#include <cstddef>
#include <cstdint>
#include <string>

#include "support/catch.h"
#include "wire/bytes.h"

using nps::ErrorCode;
using nps::test::Exact;
using nps::test::hex;
using nps::test::unhex;
using nps::wire::Bytes;
using nps::wire::crc32c;
using nps::wire::Kind;
using nps::wire::open;
using nps::wire::Reader;
using nps::wire::seal;
using nps::wire::Writer;

namespace {

Bytes sealed(std::uint16_t version = 1) {
  return seal(Kind::Tally, version, [](Writer& out) { out.u16(0x0201); });
}

std::string refusal(const Bytes& bytes, Kind kind = Kind::Tally, std::uint16_t newest = 1) {
  const Exact exact(bytes);
  const auto opened = open(*exact, kind, newest);
  if (opened) return "";
  CHECK(opened.error().code == ErrorCode::Malformed);
  return opened.error().message;
}

// With the byte changed, and the checksum made to fit again.
Bytes forged(Bytes bytes, std::size_t at, std::uint8_t value) {
  bytes[at] = std::byte{value};
  const std::size_t end = bytes.size() - 4;
  const std::uint32_t checksum = crc32c(std::span(bytes).first(end));
  for (std::size_t i = 0; i < 4; ++i) {
    bytes[end + i] = static_cast<std::byte>(checksum >> (8 * i) & 0xffU);
  }
  return bytes;
}

}  // namespace

TEST_CASE("envelope: it is laid out as documented", "[wire][golden]") {
  const Bytes bytes = sealed(7);
  CHECK(hex(bytes) == "4e 50 53 54 07 00 00 00 02 00 00 00 00 00 00 00 01 02 " + [&] {
    Writer out;
    out.u32(crc32c(std::span(bytes).first(18)));
    return hex(out.written());
  }());
}

TEST_CASE("envelope: what was sealed is opened, in any version that is known", "[wire]") {
  for (std::uint16_t version = 1; version <= 3; ++version) {
    const Exact bytes(sealed(version));
    auto opened = open(*bytes, Kind::Tally, 3);
    REQUIRE(opened);
    CHECK(opened->version == version);
    CHECK(opened->payload.offset() == 16);
    CHECK(opened->payload.remaining() == 2);
    CHECK(opened->payload.u16("the number") == 0x0201);
    CHECK(opened->payload.finish());
  }
}

TEST_CASE("envelope: every truncation is refused as cut short", "[wire]") {
  const Bytes whole = sealed();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK(refusal({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)})
              .find("is cut short") != std::string::npos);
  }
}

TEST_CASE("envelope: every byte that is changed is noticed", "[wire]") {
  const Bytes whole = sealed();
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (unsigned change = 1; change < 256; ++change) {
      Bytes bytes = whole;
      bytes[at] ^= static_cast<std::byte>(change);
      REQUIRE_FALSE(refusal(bytes).empty());
    }
  }
  Bytes damaged = whole;
  damaged[16] ^= std::byte{1};
  CHECK(refusal(damaged) ==
        "byte 18: the checksum does not match: the bytes were damaged on their way here");
}

TEST_CASE("envelope: bytes after it are refused", "[wire]") {
  Bytes bytes = sealed();
  bytes.push_back({});
  CHECK(refusal(bytes) == "byte 22: 1 byte too many after the last field");
}

TEST_CASE("envelope: other bytes are no envelope", "[wire]") {
  CHECK(refusal(unhex("50 4b 03 04 14 00")) == "byte 0: these are no bytes of nps");
}

TEST_CASE("envelope: another kind is named, and one that is unknown is newer", "[wire]") {
  CHECK(refusal(sealed(), Kind::Cube) == "byte 3: this is a tally, where a cube is expected");
  CHECK(refusal(forged(sealed(), 3, 'Z')) ==
        "byte 3: kind 90 was written by a newer nps: update this one to read it");
}

TEST_CASE("envelope: a newer version and an unknown flag say that nps is too old", "[wire]") {
  CHECK(refusal(sealed(2)) ==
        "byte 4: version 2 of a tally was written by a newer nps: update this one to read it "
        "(it knows version 1)");
  CHECK(refusal(sealed(0)) == "byte 4: there is no version 0");
  CHECK(refusal(forged(sealed(), 6, 1)).find("newer nps") != std::string::npos);
  CHECK(refusal(forged(sealed(), 7, 1)).find("newer nps") != std::string::npos);
}
