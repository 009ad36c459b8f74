#include "nps/wire/tally.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <string>

#include "support/catch.h"
#include "wire/bytes.h"

using nps::ErrorCode;
using nps::Rating;
using nps::Tally;
using nps::WeightedTally;
using nps::test::Exact;
using nps::test::hex;
using nps::wire::Bytes;
using nps::wire::decode_tally;
using nps::wire::decode_weighted_tally;
using nps::wire::encode;
using nps::wire::Kind;
using nps::wire::Reader;
using nps::wire::seal;
using nps::wire::Writer;

namespace {

Tally random_tally(std::mt19937_64& random) {
  Tally::Counts counts{};
  for (std::uint64_t& count : counts) count = random() >> random() % 64U;
  return Tally::of(counts);
}

WeightedTally random_weighted_tally(std::mt19937_64& random) {
  WeightedTally tally;
  for (std::uint64_t i = random() % 30; i > 0; --i) {
    const double weight = static_cast<double>(random() % 1000) / 7;
    REQUIRE(tally.add(*Rating::from(static_cast<int>(random() % 11)), weight));
  }
  return tally;
}

std::string refusal(const Tally& counts, const WeightedTally::Sums& weights,
                    const WeightedTally::Sums& square_weights) {
  const Exact bytes(seal(Kind::WeightedTally, 1, [&](Writer& out) {
    write(out, counts);
    for (const double sum : weights) out.f64(sum);
    for (const double sum : square_weights) out.f64(sum);
  }));
  const auto decoded = decode_weighted_tally(*bytes);
  if (decoded) return "";
  CHECK(decoded.error().code == ErrorCode::Malformed);
  return decoded.error().message;
}

}  // namespace

TEST_CASE("wire tally: decoding gives back what was encoded", "[wire][tally][laws]") {
  const unsigned seed = 20;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 500; ++round) {
    const Tally tally = round == 0 ? Tally{} : random_tally(random);
    const Exact bytes(encode(tally));
    REQUIRE((*bytes).size() == 108);
    const auto decoded = decode_tally(*bytes);
    REQUIRE(decoded);
    REQUIRE(*decoded == tally);
    Writer out;
    write_packed(out, tally);
    REQUIRE(out.size() >= nps::wire::kLeastPackedTally);
    const Exact packed(out.written());
    Reader in(*packed);
    REQUIRE(nps::wire::read_packed_tally(in) == tally);
    REQUIRE(in.finish());
  }
}

TEST_CASE("wire tally: decoding gives back weights bit for bit", "[wire][tally][laws]") {
  const unsigned seed = 21;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 500; ++round) {
    WeightedTally tally = random_weighted_tally(random);
    const WeightedTally other = random_weighted_tally(random);
    if (round % 3 == 0) tally += other;
    if (round % 6 == 0) tally -= other;  // what rounding leaves can be written, too
    const Exact bytes(encode(tally));
    REQUIRE((*bytes).size() == 284);
    const auto decoded = decode_weighted_tally(*bytes);
    REQUIRE(decoded);
    REQUIRE(*decoded == tally);
    REQUIRE(encode(*decoded) == Bytes((*bytes).begin(), (*bytes).end()));
    Writer out;
    write_packed(out, tally);
    REQUIRE(out.size() >= nps::wire::kLeastPackedTally);
    const Exact packed(out.written());
    Reader in(*packed);
    REQUIRE(nps::wire::read_packed_weighted_tally(in) == tally);
    REQUIRE(in.finish());
  }
}

TEST_CASE("wire tally: the count of a rating stands where it is documented", "[wire][tally]") {
  for (int rating = 0; rating <= 10; ++rating) {
    Tally tally;
    tally.add(*Rating::from(rating), 0x0102030405060708);
    const Bytes bytes = encode(tally);
    const auto at = static_cast<std::size_t>(16 + 8 * rating);
    CHECK(hex(std::span(bytes).subspan(at, 8)) == "08 07 06 05 04 03 02 01");
  }
}

TEST_CASE("wire tally: a packed tally is as short as its counts", "[wire][tally]") {
  Tally tally;
  tally.add(Rating::of<0>());
  tally.add(Rating::of<10>(), 300);
  Writer out;
  write_packed(out, tally);
  CHECK(hex(out.written()) == "01 00 00 00 00 00 00 00 00 00 ac 02");
  WeightedTally weighted;
  REQUIRE(weighted.add(Rating::of<1>(), 2));
  Writer with_weights;
  write_packed(with_weights, weighted);
  CHECK(hex(with_weights.written()) ==
        "00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 40 00 00 00 00 00 00 10 40");
}

TEST_CASE("wire tally: weights that no responses could have are refused", "[wire][tally]") {
  Tally counts;
  counts.add(Rating::of<9>(), 2);
  const auto sums = [](double of_nines, double of_tens = 0) {
    return WeightedTally::Sums{0, 0, 0, 0, 0, 0, 0, 0, 0, of_nines, of_tens};
  };
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  const std::string words = "so many responses cannot have such weights";
  CHECK(refusal(counts, sums(3), sums(5)).empty());
  CHECK(refusal(counts, sums(0), sums(0)).empty());
  CHECK(refusal(counts, sums(2e100), sums(2e200)).empty());
  CHECK(refusal(counts, sums(-1), sums(1)).find(words) != std::string::npos);
  CHECK(refusal(counts, sums(1), sums(-1)).find(words) != std::string::npos);
  CHECK(refusal(counts, sums(-0.0), sums(0)).find(words) != std::string::npos);
  CHECK(refusal(counts, sums(1), sums(1, -0.0)).find(words) != std::string::npos);
  CHECK(refusal(counts, sums(5e100), sums(1)).find(words) != std::string::npos);
  CHECK(refusal(counts, sums(1), sums(5e200)).find(words) != std::string::npos);
  CHECK(refusal(counts, sums(kInfinity), sums(1)).find(words) != std::string::npos);
  CHECK(refusal(counts, sums(1, 1), sums(1)).find(words) != std::string::npos);
  CHECK(refusal(counts, sums(1), sums(1, 1)).find(words) != std::string::npos);
  CHECK(refusal(counts, sums(kNan), sums(1)).find("is no number") != std::string::npos);
}

TEST_CASE("wire tally: a tally is no weighted tally", "[wire][tally]") {
  CHECK(decode_weighted_tally(encode(Tally{})).error().message ==
        "byte 3: this is a tally, where a weighted tally is expected");
  CHECK(decode_tally(encode(WeightedTally{})).error().message ==
        "byte 3: this is a weighted tally, where a tally is expected");
}

TEST_CASE("wire tally: a payload of another length is refused", "[wire][tally]") {
  for (const std::size_t size : {0U, 87U, 89U}) {
    const Exact bytes(seal(Kind::Tally, 1, [size](Writer& out) {
      for (std::size_t i = 0; i < size; ++i) out.u8(0);
    }));
    const auto decoded = decode_tally(*bytes);
    REQUIRE_FALSE(decoded);
    CHECK(decoded.error().code == ErrorCode::Malformed);
  }
}
