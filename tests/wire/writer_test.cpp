#include "nps/wire/writer.h"

#include <cstdint>
#include <utility>

#include "support/catch.h"
#include "wire/bytes.h"

using nps::test::hex;
using nps::wire::Writer;

namespace {

template <typename Write>
std::string written(Write write) {
  Writer out;
  write(out);
  return hex(std::move(out).take());
}

}  // namespace

TEST_CASE("writer: numbers are little-endian and not padded", "[wire]") {
  CHECK(written([](Writer& out) {
          out.u8(0x01);
          out.u16(0x0203);
          out.u32(0x04050607);
          out.u64(0x08090a0b0c0d0e0f);
        }) == "01 03 02 07 06 05 04 0f 0e 0d 0c 0b 0a 09 08");
  CHECK(written([](Writer& out) { out.i64(-2); }) == "fe ff ff ff ff ff ff ff");
  CHECK(written([](Writer& out) { out.f64(1); }) == "00 00 00 00 00 00 f0 3f");
  CHECK(written([](Writer& out) { out.flag(false), out.flag(true); }) == "00 01");
}

TEST_CASE("writer: a varint takes as few bytes as it can", "[wire]") {
  const auto varint = [](std::uint64_t value) {
    return written([value](Writer& out) { out.varint(value); });
  };
  CHECK(varint(0) == "00");
  CHECK(varint(127) == "7f");
  CHECK(varint(128) == "80 01");
  CHECK(varint(300) == "ac 02");
  CHECK(varint(16383) == "ff 7f");
  CHECK(varint(16384) == "80 80 01");
  CHECK(varint(~std::uint64_t{0}) == "ff ff ff ff ff ff ff ff ff 01");
}

TEST_CASE("writer: a text has its length before it", "[wire]") {
  CHECK(written([](Writer& out) { out.text("web"), out.text(""); }) == "03 77 65 62 00");
}

TEST_CASE("writer: sections nest, and each has its length before it", "[wire]") {
  CHECK(written([](Writer& out) {
          out.section([](Writer& inner) {
            inner.u8(1);
            inner.section([](Writer&) {});
            inner.u8(2);
          });
          out.u8(3);
        }) == "0a 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 00 02 03");
}
