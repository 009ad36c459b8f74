// CSV out of sources whose pieces are read from several places at once, and of those without places.
#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nps/adapters/byte_source.h"
#include "nps/adapters/csv.h"
#include "support/catch.h"
#include "support/process.h"

using nps::ByteSource;
using nps::CsvOptions;
using nps::CsvResponses;
using nps::Result;
using nps::test::Folder;

namespace {

constexpr std::string_view kHeader = "score,note\n";

/// Rows of seven bytes, every third with a quoted line end, whose ratings repeat after 1009 rows.
std::string rows_from(std::size_t first, std::size_t last) {
  std::string text;
  for (std::size_t row = first; row < last; ++row) {
    text += static_cast<char>('0' + row * row % 1009 % 10);
    text += row % 3 == 0 ? ",\"\na\"\n" : ",note\n";
  }
  return text;
}

struct Outcome {
  std::vector<int> ratings;
  std::optional<nps::Error> error;
};

Outcome read_all(CsvResponses& answers) {
  Outcome outcome;
  for (;;) {
    const auto more = answers.next();
    if (!more) outcome.error = more.error();
    if (!more || !*more) return outcome;
    const auto ratings = answers.columns().ratings;
    outcome.ratings.insert(outcome.ratings.end(), ratings.begin(), ratings.end());
  }
}

CsvOptions options_for(std::size_t threads, std::size_t block_bytes = 4000) {
  CsvOptions options;
  options.threads = threads;
  options.limits.block_bytes = block_bytes;
  return options;
}

CsvResponses open(std::unique_ptr<ByteSource> source, CsvOptions options) {
  auto answers = CsvResponses::open(std::move(source), std::move(options));
  REQUIRE(answers);
  return *std::move(answers);
}

std::vector<int> ratings_of(std::string_view text) {
  CsvResponses answers = open(nps::bytes_in_memory(text), options_for(1));
  const Outcome outcome = read_all(answers);
  REQUIRE_FALSE(outcome.error);
  return outcome.ratings;
}

/// Bytes that have a hole: from where it is on, there is nothing, or an error; but what is behind can
/// be read, as in a file that grows while it is read.
class Holed final : public ByteSource {
 public:
  Holed(std::string_view bytes, std::size_t hole, bool fails)
      : ByteSource("holed", bytes.size()), bytes_(bytes), hole_(hole), fails_(fails) {}

  Result<std::size_t> read(std::span<char> into) override {
    auto got = read_at(0, into);
    if (got) next_ += *got;
    return got;
  }
  [[nodiscard]] bool has_places() const noexcept override { return true; }
  Result<std::size_t> read_at(std::uint64_t place, std::span<char> into) override {
    const std::size_t from = next_ + place;
    if (from == hole_ && fails_) return nps::Error{nps::ErrorCode::Unreadable, "a hole", {}};
    const std::size_t end = from <= hole_ ? hole_ : bytes_.size();
    return from >= end ? 0 : bytes_.substr(from, end - from).copy(into.data(), into.size());
  }

 private:
  std::string_view bytes_;
  std::size_t hole_;
  bool fails_;
  std::size_t next_ = 0;
};

/// A host's own, as it was before there were places: 700 bytes at a time, in order.
class Plain final : public ByteSource {
 public:
  explicit Plain(std::string_view bytes) : ByteSource("plain", bytes.size()), rest_(bytes) {}
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t count = rest_.copy(into.data(), std::min<std::size_t>(into.size(), 700));
    rest_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view rest_;
};

}  // namespace

TEST_CASE("csv places: files, memory and a host's own source give the same rows", "[csv]") {
  const Folder folder;
  for (const std::string_view mark : {"", "\xef\xbb\xbf"}) {
    const std::string text = std::string(mark) + std::string(kHeader) + rows_from(0, 40'000);
    const std::string path = folder.path() / folder.write("a.csv", text);
    const std::vector<int> expected = ratings_of(text);
    CHECK(expected.size() == 40'000);
    for (const std::size_t threads : {1U, 2U, 3U, 8U}) {
      for (const std::size_t block :
           {std::size_t{1000}, std::size_t{65'536}, std::size_t{1} << 20U}) {
        CAPTURE(threads, block, mark.size());
        CsvResponses file = open(*nps::open_file(path), options_for(threads, block));
        CHECK((read_all(file).ratings == expected));
        CHECK(file.bytes_consumed() == text.size());
        CsvResponses memory = open(nps::bytes_in_memory(text), options_for(threads, block));
        CHECK((read_all(memory).ratings == expected));
        CsvResponses plain = open(std::make_unique<Plain>(text), options_for(threads, block));
        CHECK((read_all(plain).ratings == expected));
      }
    }
  }
}

TEST_CASE("csv places: a source that was read before goes on from there", "[csv]") {
  const Folder folder;
  const std::string preamble = "Exported on Monday by somebody\n";
  const std::string text = std::string(kHeader) + rows_from(0, 20'000);
  const std::string path = folder.path() / folder.write("a.csv", preamble + text);
  const std::string in_memory = preamble + text;
  const std::vector<int> expected = ratings_of(text);
  for (const std::size_t threads : {1U, 2U, 8U}) {
    for (const bool memory : {false, true}) {
      CAPTURE(threads, memory);
      auto source = memory ? nps::bytes_in_memory(in_memory) : *nps::open_file(path);
      std::string skipped(preamble.size(), '?');
      REQUIRE(*source->read(skipped) == preamble.size());
      CHECK(skipped == preamble);
      CsvResponses answers = open(std::move(source), options_for(threads));
      CHECK((read_all(answers).ratings == expected));
    }
  }
}

TEST_CASE("csv places: the first piece that meets the end or fails is the last", "[csv]") {
  const std::string text = std::string(kHeader) + rows_from(0, 40'000);
  // Amid a piece, at its end, after each byte of a row; from 100'000 on all is read by its place.
  for (std::size_t hole = 100'000; hole < 100'009; ++hole) {
    CsvResponses before =
        open(nps::bytes_in_memory(std::string_view(text).substr(0, hole)), options_for(1, 1000));
    const Outcome expected = read_all(before);
    for (const std::size_t threads : {1U, 2U, 3U, 8U, 16U}) {
      CAPTURE(hole, threads);
      CsvResponses answers =
          open(std::make_unique<Holed>(text, hole, false), options_for(threads, 1000));
      const Outcome ended = read_all(answers);
      CHECK((ended.ratings == expected.ratings));
      REQUIRE(ended.error.has_value() == expected.error.has_value());
      if (ended.error) CHECK(ended.error->where.line == expected.error->where.line);

      answers = open(std::make_unique<Holed>(text, hole, true), options_for(threads, 1000));
      const Outcome failed = read_all(answers);
      REQUIRE(failed.error);
      CHECK(failed.error->message == "a hole");
      CHECK(failed.ratings.size() > 14'000 - 1000);
      CHECK(std::ranges::equal(
          failed.ratings, std::span(expected.ratings)
                              .first(std::min(failed.ratings.size(), expected.ratings.size()))));
    }
  }
}

TEST_CASE("csv places: a file that grows or shrinks meanwhile ends where it then does", "[csv]") {
  const Folder folder;
  const std::string text = std::string(kHeader) + rows_from(0, 60'000);
  const std::string more = rows_from(60'000, 90'000);
  const std::vector<int> all = ratings_of(text + more);
  for (const std::size_t threads : {1U, 2U, 8U}) {
    CAPTURE(threads);
    const std::filesystem::path path = folder.path() / folder.write("a.csv", text);
    CsvResponses grown = open(*nps::open_file(path), options_for(threads));
    std::ofstream(path, std::ios::app | std::ios::binary) << more;
    const Outcome longer = read_all(grown);
    CHECK_FALSE(longer.error);
    CHECK((longer.ratings == all));

    folder.write("a.csv", text);
    CsvResponses shrunk = open(*nps::open_file(path), options_for(threads));
    const std::string kept = std::string(kHeader) + rows_from(0, 30'001);
    std::filesystem::resize_file(path, kept.size());
    const Outcome shorter = read_all(shrunk);
    CHECK_FALSE(shorter.error);
    CHECK((shorter.ratings == ratings_of(kept)));

    folder.write("a.csv", text);
    CsvResponses cut = open(*nps::open_file(path), options_for(threads));
    REQUIRE(*cut.next());
    std::filesystem::resize_file(path, 10);
    CHECK(read_all(cut).ratings.size() < 60'000);  // what was read remains
  }
}

TEST_CASE("csv places: what is amid quotes where a file was cut off is told", "[csv]") {
  const Folder folder;
  std::string text = std::string(kHeader) + rows_from(0, 60'000);
  const std::filesystem::path path = folder.path() / folder.write("a.csv", text);
  const std::size_t quote = text.find(",\"", 300'000) + 2;
  for (const std::size_t threads : {1U, 2U, 8U}) {
    folder.write("a.csv", text);
    CsvResponses answers = open(*nps::open_file(path), options_for(threads));
    std::filesystem::resize_file(path, quote);
    const Outcome outcome = read_all(answers);
    REQUIRE(outcome.error);
    CHECK(outcome.error->code == nps::ErrorCode::Malformed);
    CHECK_THAT(outcome.error->message, Catch::Matchers::Contains("never closed"));
  }
}
