#include "nps/wire/reader.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nps/wire/writer.h"
#include "support/catch.h"
#include "wire/bytes.h"

using nps::ErrorCode;
using nps::test::Exact;
using nps::test::unhex;
using nps::wire::Reader;
using nps::wire::Writer;

namespace {

// What finish() says after `read`: "" where all is well.
template <typename Read>
std::string failure(std::string_view hex, Read read) {
  const Exact bytes(unhex(hex));
  Reader in(*bytes);
  read(in);
  const auto finished = in.finish();
  if (finished) return "";
  CHECK(finished.error().code == ErrorCode::Malformed);
  return finished.error().message;
}

std::string varint_failure(std::string_view hex) {
  return failure(hex, [](Reader& in) { (void)in.varint("the number"); });
}

}  // namespace

TEST_CASE("reader: it reads back what a writer wrote", "[wire][laws]") {
  const std::vector<std::uint64_t> numbers{0,
                                           1,
                                           127,
                                           128,
                                           16383,
                                           16384,
                                           std::uint64_t{1} << 32U,
                                           (std::uint64_t{1} << 63U) - 1,
                                           std::uint64_t{1} << 63U,
                                           ~std::uint64_t{0}};
  const std::vector<double> doubles{0,
                                    -0.0,
                                    1.5,
                                    -1e300,
                                    std::numeric_limits<double>::denorm_min(),
                                    std::numeric_limits<double>::infinity()};
  Writer out;
  for (const std::uint64_t number : numbers) {
    out.u8(static_cast<std::uint8_t>(number));
    out.u16(static_cast<std::uint16_t>(number));
    out.u32(static_cast<std::uint32_t>(number));
    out.u64(number);
    out.i64(static_cast<std::int64_t>(number));
    out.varint(number);
    out.flag(number % 2 != 0);
    out.section([&](Writer& inner) { inner.text(std::to_string(number)); });
  }
  for (const double value : doubles) out.f64(value);
  const Exact bytes(out.written());
  Reader in(*bytes);
  for (const std::uint64_t number : numbers) {
    CHECK(in.u8("a number") == static_cast<std::uint8_t>(number));
    CHECK(in.u16("a number") == static_cast<std::uint16_t>(number));
    CHECK(in.u32("a number") == static_cast<std::uint32_t>(number));
    CHECK(in.u64("a number") == number);
    CHECK(in.i64("a number") == static_cast<std::int64_t>(number));
    CHECK(in.varint("a number") == number);
    CHECK(in.flag("a number") == (number % 2 != 0));
    in.section("a section", [&](Reader& inner) {
      CHECK(inner.text("a text") == std::to_string(number));
      CHECK(inner.remaining() == 0);
    });
  }
  for (const double value : doubles) {
    CHECK(std::bit_cast<std::uint64_t>(in.f64("a number")) == std::bit_cast<std::uint64_t>(value));
  }
  CHECK(in.offset() == out.size());
  CHECK(in.finish());
}

TEST_CASE("reader: what is cut short says where, what it takes and what is left", "[wire]") {
  const auto u32 = [](Reader& in) { CHECK(in.u32("the total") == 0); };
  CHECK(failure("01 02 03", u32) ==
        "byte 0: the total is cut short: it takes 4 bytes, not the 3 left");
  CHECK(failure("", u32) == "byte 0: the total is cut short: it takes 4 bytes, not the 0 left");
  CHECK(failure("03 77 65", [](Reader& in) { CHECK(in.text("a label").empty()); }) ==
        "byte 1: a label is cut short: it takes 3 bytes, not the 2 left");
  CHECK(
      failure("00 ff ff ff ff ff ff ff ff", [](Reader& in) {
        CHECK(in.u8("the start") == 0);
        in.section("the cells", [](Reader&) { FAIL("there is no section to read"); });
      }) == "byte 1: the cells is cut short: it takes 18446744073709551615 bytes, not the 0 left");
  CHECK(failure("ff ff ff ff ff ff ff ff ff 01 77", [](Reader& in) {
          CHECK(in.text("a label").empty());
        }) == "byte 10: a label is cut short: it takes 18446744073709551615 bytes, not the 1 left");
}

TEST_CASE("reader: bytes left over are an error, in a section, too", "[wire]") {
  CHECK(failure("01 02 03", [](Reader& in) { CHECK(in.u8("the total") == 1); }) ==
        "byte 1: 2 bytes too many after the last field");
  CHECK(failure("02 00 00 00 00 00 00 00 05 06", [](Reader& in) {
          in.section("the cells", [](Reader& inner) { CHECK(inner.u8("a cell") == 5); });
        }) == "byte 9: 1 byte too many after the cells");
}

TEST_CASE("reader: a section ends where it says, whatever follows", "[wire]") {
  CHECK(failure("01 00 00 00 00 00 00 00 05 06", [](Reader& in) {
          in.section("the cells", [](Reader& inner) { CHECK(inner.u16("a cell") == 0); });
        }) == "byte 8: a cell is cut short: it takes 2 bytes, not the 1 left");
}

TEST_CASE("reader: a varint has one form", "[wire]") {
  CHECK(varint_failure("80 01").empty());
  CHECK(varint_failure("ff ff ff ff ff ff ff ff ff 01").empty());
  CHECK(varint_failure("80 00") == "byte 0: the number is longer than it need be");
  CHECK(varint_failure("ff 80 00") == "byte 0: the number is longer than it need be");
  CHECK(varint_failure("ff ff ff ff ff ff ff ff ff 02") == "byte 0: the number is past 64 bits");
  CHECK(varint_failure("ff ff ff ff ff ff ff ff ff 81 00") == "byte 0: the number is past 64 bits");
  CHECK(varint_failure("80").find("cut short") != std::string::npos);
}

TEST_CASE("reader: a count is never more than the bytes left could hold", "[wire]") {
  const auto cells = [](Reader& in) { return in.count("the number of cells", 4); };
  CHECK(failure("02 01 02 03 04 05 06 07 08", [&](Reader& in) {
          CHECK(cells(in) == 2);
          CHECK(in.raw("the cells", 8).size() == 8);
        }).empty());
  CHECK(failure("02 01 02 03 04 05 06 07", [&](Reader& in) { CHECK(cells(in) == 0); }) ==
        "byte 0: the number of cells is 2, too many for the 7 bytes left");
  CHECK(failure("ff ff ff ff ff ff ff ff ff 01", [&](Reader& in) {
          CHECK(cells(in) == 0);
        }).find("too many") != std::string::npos);
}

TEST_CASE("reader: choices, flags, indices and doubles have their range", "[wire]") {
  CHECK(failure("02", [](Reader& in) { CHECK(in.choice("the unit", 3) == 2); }).empty());
  CHECK(failure("03", [](Reader& in) { CHECK(in.choice("the unit", 3) == 0); }) ==
        "byte 0: the unit is 3, which means nothing: it is below 3");
  CHECK_FALSE(failure("02", [](Reader& in) { CHECK_FALSE(in.flag("the flag")); }).empty());
  CHECK(failure("04", [](Reader& in) { CHECK(in.index("a label", 5) == 4); }).empty());
  CHECK(failure("05", [](Reader& in) { CHECK(in.index("a label", 5) == 0); }) ==
        "byte 0: a label is 5, and there are 5");
  CHECK(failure("00 00 00 00 00 00 f8 7f", [](Reader& in) { CHECK(in.f64("a weight") == 0); }) ==
        "byte 0: a weight is no number (NaN)");
}

TEST_CASE("reader: only the first failure counts, and nothing is left after it", "[wire]") {
  const Exact bytes(unhex("05 01 02 03"));
  Reader in(*bytes);
  CHECK(in.u8("the scale") == 5);
  CHECK_FALSE(in.failed());
  in.fail("there is no such scale");
  CHECK(in.failed());
  CHECK(in.remaining() == 0);
  CHECK(in.u8("the rest") == 0);
  CHECK(in.count("the rest", 1) == 0);
  CHECK(in.index("the rest", 0) == 0);
  CHECK(in.text("the rest").empty());
  in.section("the rest", [](Reader&) { FAIL("there is no section to read"); });
  in.fail("something else");
  CHECK(in.finish().error().message == "byte 0: there is no such scale");
}

TEST_CASE("reader: a failure in a section is one of the whole", "[wire]") {
  CHECK(failure("02 00 00 00 00 00 00 00 05 06 07", [](Reader& in) {
          in.section("the cells", [](Reader& inner) {
            (void)inner.u8("a cell");
            inner.fail("a cell is odd");
          });
          CHECK(in.u8("the rest") == 0);
        }) == "byte 8: a cell is odd");
}
