#include "nps/adapters/byte_source.h"

#include <filesystem>
#include <string>

#include "support/catch.h"

using namespace std::string_literals;
using nps::ErrorCode;

TEST_CASE("byte source: what cannot be opened is named with the reason", "[byte_source]") {
  using Catch::Matchers::Contains;
  const auto missing = nps::open_file("no/such/file.csv");
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().code == ErrorCode::Unreadable);
  CHECK(missing.error().where.file == "no/such/file.csv");
  CHECK_THAT(missing.error().message,
             Contains("no/such/file.csv") && Contains("No such file or directory"));

  const auto directory = nps::open_file(NPS_TEST_DATA_DIR);
  REQUIRE_FALSE(directory.has_value());
  CHECK(directory.error().code == ErrorCode::Unreadable);
  CHECK_THAT(directory.error().message, Contains("is a directory"));

  const auto nul = nps::open_file("a.csv\0.txt"s);
  REQUIRE_FALSE(nul.has_value());
  CHECK(nul.error().code == ErrorCode::Unreadable);
}

TEST_CASE("byte source: a file knows its size and a device does not", "[byte_source]") {
  const std::string path = NPS_TEST_DATA_DIR "/preppin_040/input_01.csv";
  const auto file = nps::open_file(path);
  REQUIRE(file.has_value());
  CHECK((*file)->name() == path);
  CHECK((*file)->size() == std::filesystem::file_size(path));
  const auto device = nps::open_file("/dev/null");
  REQUIRE(device.has_value());
  CHECK_FALSE((*device)->size().has_value());
  CHECK(nps::standard_input()->name() == "standard input");
}
