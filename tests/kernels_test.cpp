// Every kernel against the scalar one, and the scalar one against a plain loop.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "nps/batch.h"
#include "support/catch.h"
#include "support/long_column.h"

#if defined(__linux__)
#include <sys/mman.h>
#include <unistd.h>
#endif

using nps::BatchTally;
using nps::tally_ratings;

namespace {

using Sizes = std::initializer_list<std::size_t>;
using Bytes = std::vector<std::uint8_t>;

BatchTally plainly(std::span<const std::uint8_t> ratings) {
  nps::Tally::Counts counts{};
  for (const std::uint8_t value : ratings) {
    if (value <= 10) ++counts[value];
  }
  const nps::Tally tally = nps::Tally::of(counts);
  return {tally, ratings.size() - tally.responses(), 0};
}

/// Uses each kernel in turn, and the best again at the end.
template <typename Check>
void with_each_kernel(Check check) {
  const std::span<const std::string_view> kernels = nps::kernels();
  for (const std::string_view kernel : kernels) {
    INFO("kernel " << std::string(kernel));
    REQUIRE(nps::use_kernel(kernel));
    check();
  }
  REQUIRE(nps::use_kernel(kernels.front()));
}

Bytes random_bytes(std::size_t size, unsigned values, unsigned seed) {
  std::mt19937 random(seed);
  Bytes bytes(size);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random() % values);
  return bytes;
}

}  // namespace

TEST_CASE("kernels: the scalar one is always there, and last", "[kernels]") {
  REQUIRE_FALSE(nps::kernels().empty());
  CHECK(nps::kernels().back() == "scalar");
  for (const std::string_view name : nps::kernels()) {
    CHECK(std::ranges::count(nps::kernels(), name) == 1);
    CHECK(nps::use_kernel(name));
  }
  CHECK(nps::use_kernel(nps::kernels().front()));
}

TEST_CASE("kernels: one that is not there cannot be used, and changes nothing", "[kernels]") {
  CHECK_FALSE(nps::use_kernel("sse9"));
  CHECK_FALSE(nps::use_kernel(""));
  CHECK_FALSE(nps::use_kernel("scala"));
  CHECK(tally_ratings(std::array<std::uint8_t, 2>{10, 11}).rejected == 1);
}

TEST_CASE("kernels: each equals a plain loop at every length", "[kernels]") {
  const Bytes ratings = random_bytes(4200, 12, 1);
  const Bytes garbage = random_bytes(4200, 256, 2);
  with_each_kernel([&] {
    std::size_t wrong = 0;
    for (std::size_t length = 0; length <= 4096; ++length) {
      for (const Bytes* bytes : {&ratings, &garbage}) {
        const std::span<const std::uint8_t> some = std::span(*bytes).first(length);
        if (tally_ratings(some) != plainly(some)) ++wrong;
      }
    }
    CHECK(wrong == 0);
  });
}

TEST_CASE("kernels: each equals a plain loop where a column is read in several places",
          "[kernels]") {
  constexpr std::size_t kLeast = std::size_t{1} << 20U;
  const Bytes ratings = random_bytes(kLeast + 9001, 13, 21);
  with_each_kernel([&] {
    for (const std::size_t length :
         Sizes{kLeast - 1, kLeast, kLeast + 1, kLeast + 1919, kLeast + 4095, kLeast + 9000}) {
      for (const std::size_t start : Sizes{0, 1}) {
        const auto some = std::span(ratings).subspan(start, length);
        CHECK(tally_ratings(some) == plainly(some));
      }
    }
  });
}

TEST_CASE("kernels: each equals a plain loop at every alignment", "[kernels]") {
  const Bytes bytes = random_bytes(9000, 13, 3);
  with_each_kernel([&] {
    std::size_t wrong = 0;
    for (std::size_t start = 0; start < 130; ++start) {
      for (const std::size_t length :
           Sizes{0, 1, 63, 64, 65, 383, 384, 511, 1024, 1087, 2048, 8191}) {
        const auto some = std::span(bytes).subspan(start, length);
        if (tally_ratings(some) != plainly(some)) ++wrong;
      }
    }
    CHECK(wrong == 0);
  });
}

TEST_CASE("kernels: each knows all 256 byte values in every lane", "[kernels]") {
  with_each_kernel([&] {
    std::size_t wrong = 0;
    for (unsigned value = 0; value < 256; ++value) {
      // Alone among what is no rating, and among zeros, in each place of the widest vector.
      for (const std::uint8_t other : {std::uint8_t{255}, std::uint8_t{0}}) {
        Bytes bytes(1100, other);
        for (std::size_t lane = 0; lane < 130; lane += value < 20 ? 1 : 13) {
          bytes[lane] = static_cast<std::uint8_t>(value);
          if (tally_ratings(bytes) != plainly(bytes)) ++wrong;
          bytes[lane] = other;
        }
      }
    }
    CHECK(wrong == 0);
  });
}

TEST_CASE("kernels: no run of one value is too long for a narrow counter", "[kernels]") {
  with_each_kernel([&] {
    for (unsigned value = 0; value < 256; value += value < 16 ? 1 : 17) {
      for (const std::size_t length : Sizes{16'320, 32'640, 65'537, 200'000}) {
        const Bytes run(length, static_cast<std::uint8_t>(value));
        INFO("value " << value << ", length " << length);
        CHECK(tally_ratings(run) == plainly(run));
      }
    }
  });
}

TEST_CASE("kernels: runs, sorted columns and two alternating values are counted", "[kernels]") {
  Bytes sorted = random_bytes(100'001, 12, 4);
  std::ranges::sort(sorted);
  Bytes alternating(100'001);
  for (std::size_t i = 0; i < alternating.size(); ++i) alternating[i] = i % 2 == 0 ? 10 : 0;
  Bytes runs;
  for (unsigned i = 0; runs.size() < 100'000; ++i) {
    runs.insert(runs.end(), i % 517, static_cast<std::uint8_t>(i * 7 % 16));
  }
  with_each_kernel([&] {
    CHECK(tally_ratings(sorted) == plainly(sorted));
    CHECK(tally_ratings(alternating) == plainly(alternating));
    CHECK(tally_ratings(runs) == plainly(runs));
  });
}

TEST_CASE("kernels: one can be chosen while others count", "[kernels]") {
  const Bytes bytes = random_bytes(20'000, 12, 5);
  const BatchTally expected = plainly(bytes);
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 200; ++round) {
        if (tally_ratings(bytes) != expected) ++wrong;
      }
    });
  }
  for (int round = 0; round < 200; ++round) {
    for (const std::string_view kernel : nps::kernels()) nps::use_kernel(kernel);
  }
  for (auto& thread : threads) thread.join();
  CHECK(wrong == 0);
  CHECK(nps::use_kernel(nps::kernels().front()));
}

#if defined(__linux__)
TEST_CASE("kernels: nothing is read before or after the column", "[kernels]") {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const std::size_t size = 4 * page;
  void* const map = mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  REQUIRE(map != MAP_FAILED);
  auto* const first = static_cast<std::uint8_t*>(map) + page;  // a page that may not be read is
  REQUIRE(mprotect(first, 2 * page, PROT_READ | PROT_WRITE) == 0);  // before it, one after
  const std::span<std::uint8_t> between(first, 2 * page);
  std::ranges::copy(random_bytes(between.size(), 12, 6), between.begin());
  with_each_kernel([&] {
    std::size_t wrong = 0;
    for (std::size_t length = 0; length < 2100; ++length) {
      if (tally_ratings(between.last(length)) != plainly(between.last(length))) ++wrong;
      if (tally_ratings(between.first(length)) != plainly(between.first(length))) ++wrong;
    }
    CHECK(wrong == 0);
  });
  CHECK(munmap(map, size) == 0);
}

TEST_CASE("kernels: counts past 2^32 are right", "[kernels][slow]") {
  const nps::test::LongColumn column;
  if (column.ratings().empty()) {
    WARN("no address space for it here");
    SUCCEED();
    return;
  }
  with_each_kernel([&] {
    const BatchTally batch = tally_ratings(column.ratings());
    CHECK(batch.tally.count(nps::Rating::of<10>()) == column.kTens);
    CHECK(batch.tally.responses() > std::uint64_t{1} << 32);
    CHECK(batch.rejected == column.kTimes);
  });
}
#endif

#if defined(__aarch64__)
TEST_CASE("kernels: neon is the best on 64-bit ARM", "[kernels]") {
  CHECK(nps::kernels().front() == "neon");
}
#endif
