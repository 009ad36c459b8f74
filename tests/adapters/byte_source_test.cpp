#include "nps/adapters/byte_source.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "support/catch.h"
#include "support/process.h"

using namespace std::string_literals;
using nps::ByteSource;
using nps::ErrorCode;

namespace {

std::string next(ByteSource& source, std::size_t count) {
  std::string bytes(count, '?');
  bytes.resize(*source.read(bytes));
  return bytes;
}

std::string at(ByteSource& source, std::uint64_t place, std::size_t count) {
  std::string bytes(count, '?');
  bytes.resize(*source.read_at(place, bytes));
  return bytes;
}

}  // namespace

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

TEST_CASE("byte source: places count from what read() gives next, and change nothing of it",
          "[byte_source]") {
  const nps::test::Folder folder;
  const std::string path = folder.path() / folder.write("a.csv", "0123456789");
  auto file = *nps::open_file(path);
  const auto memory = nps::bytes_in_memory("0123456789");
  for (ByteSource* const source : {file.get(), memory.get()}) {
    CAPTURE(source->name());
    REQUIRE(source->has_places());
    CHECK(at(*source, 0, 3) == "012");
    CHECK(at(*source, 7, 9) == "789");
    CHECK(next(*source, 4) == "0123");
    CHECK(at(*source, 0, 3) == "456");
    CHECK(at(*source, 5, 3) == "9");
    CHECK(at(*source, 6, 3).empty());
    CHECK(at(*source, std::uint64_t{1} << 40U, 3).empty());
    CHECK(next(*source, 100) == "456789");
    CHECK(at(*source, 0, 3).empty());
  }
}

TEST_CASE("byte source: a place may be beyond 32 bits", "[byte_source]") {
  const nps::test::Folder folder;
  const std::string path = folder.path() / folder.write("a.csv", "a");
  const std::uint64_t far = (std::uint64_t{1} << 32U) + 1;
  std::ofstream(path, std::ios::in | std::ios::binary)
      .seekp(static_cast<std::streamoff>(far))
      .write("xyz", 3);  // a hole before it
  const auto file = *nps::open_file(path);
  CHECK(file->size() == far + 3);
  CHECK(at(*file, 0, 1) == "a");
  CHECK(at(*file, far + 1, 9) == "yz");
  CHECK(at(*file, far + 3, 9).empty());
}

TEST_CASE("byte source: what has no size beforehand, or may be another's, has no places",
          "[byte_source]") {
  class Letters final : public ByteSource {
   public:
    Letters() : ByteSource("letters", 3) {}
    nps::Result<std::size_t> read(std::span<char> into) override {
      into[0] = 'a';
      return std::size_t{1};
    }
  } own;
  const auto device = *nps::open_file("/dev/null");
  const auto made = *nps::open_file("/proc/self/status");  // a regular file of size 0, with text
  const auto input = nps::standard_input();
  for (ByteSource* const source :
       {static_cast<ByteSource*>(&own), device.get(), made.get(), input.get()}) {
    CAPTURE(source->name());
    CHECK_FALSE(source->has_places());
    std::array<char, 8> bytes{};
    const auto got = source->read_at(0, bytes);
    REQUIRE_FALSE(got);
    CHECK(got.error().code == ErrorCode::Unreadable);
    CHECK(got.error().where.file == source->name());
  }
  CHECK(next(*made, 5) == "Name:");
  CHECK(next(own, 5) == "a");
}
