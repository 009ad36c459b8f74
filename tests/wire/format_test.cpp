// FORMAT.md, the document, against the code: its examples are what is written.
#include <cstddef>
#include <fstream>
#include <map>
#include <string>
#include <string_view>

#include "nps/segment/cube.h"
#include "nps/wire/tally.h"
#include "support/answers.h"
#include "support/catch.h"
#include "wire/bytes.h"
#include "wire/stored.h"

using nps::Cube;
using nps::Dimension;
using nps::Rating;
using nps::test::hex;
using nps::test::unhex;
using nps::wire::Bytes;

namespace {

// The blocks that begin with ```hex NAME, by name. On each line pairs of hex digits, with a space
// between them, and after two spaces or more a remark.
std::map<std::string, Bytes> examples() {
  std::ifstream in(NPS_TEST_GOLDEN_DIR "/../../include/nps/wire/FORMAT.md");
  REQUIRE(in);
  std::map<std::string, Bytes> blocks;
  Bytes* block = nullptr;
  constexpr std::string_view kBegin = "```hex ";
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(kBegin)) {
      block = &blocks[line.substr(kBegin.size())];
    } else if (line.starts_with("```")) {
      block = nullptr;
    } else if (block != nullptr) {
      const Bytes bytes = unhex(std::string_view(line).substr(0, line.find("  ")));
      block->insert(block->end(), bytes.begin(), bytes.end());
    }
  }
  return blocks;
}

Bytes example(const std::string& name) {
  const auto blocks = examples();
  INFO("example " << name);
  REQUIRE(blocks.contains(name));
  return blocks.at(name);
}

}  // namespace

TEST_CASE("wire format: the tally in FORMAT.md is what is written", "[wire][golden]") {
  nps::Tally tally;
  tally.add(Rating::of<0>());
  tally.add(Rating::of<6>(), 2);
  tally.add(Rating::of<8>(), 300);
  tally.add(Rating::of<9>(), 5);
  tally.add(Rating::of<10>(), 7);
  const Bytes documented = example("tally");
  CHECK(hex(documented) == hex(nps::wire::encode(tally)));
  const auto read = nps::wire::decode_tally(documented);
  REQUIRE(read);
  CHECK(*read == tally);
}

TEST_CASE("wire format: the cube in FORMAT.md is what is written", "[wire][golden]") {
  Cube cube = *Cube::create(
      {Dimension::label("channel"),
       Dimension::calendar(
           "@month", nps::Calendar(nps::CalendarUnit::Month, *nps::Zone::load("Europe/Berlin")))});
  nps::Response response{.rating = Rating::of<0>(), .channel = "web"};
  REQUIRE(cube.add(response));
  response.answered_at = nps::test::at(2020, 10, 1);
  for (const int rating : {6, 9, 9}) {
    response.rating = Rating::from(rating);
    REQUIRE(cube.add(response));
  }
  response.channel = "app";
  response.rating = Rating::of<10>();
  for (int i = 0; i < 300; ++i) REQUIRE(cube.add(response));
  const Bytes documented = example("cube");
  CHECK(hex(documented) == hex(cube.encode()));
  const auto read = Cube::decode(documented);
  REQUIRE(read);
  CHECK(*read == cube);
}
