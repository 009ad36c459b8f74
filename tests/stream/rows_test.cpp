// Rows: a copy made slice by slice is of the moment at which it was finished, whatever changed between.
#include "stream/rows.h"

#include <atomic>
#include <cstdint>
#include <map>
#include <thread>
#include <utility>

#include "stream/law_model.h"
#include "stream/published.h"
#include "support/catch.h"

using nps::Rating;
using nps::Tally;
using nps::internal::PublishedTally;
using nps::internal::RowChange;
using nps::internal::Rows;
using nps::internal::Sequence;
using nps::test::LawRandom;

TEST_CASE("rows: a copy is of the moment at which it is finished", "[tracker][rows]") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    LawRandom random(seed);
    Rows<std::uint64_t> rows;
    std::map<std::uint64_t, Tally> model;
    const auto change_some = [&] {
      for (std::size_t i = random.below(60); i != 0; --i) {
        if (rows.size() == 0 || random.one_in(3)) rows.add(7 * rows.size());
        const auto row = static_cast<std::uint32_t>(random.below(rows.size()));
        const auto rating = static_cast<std::uint8_t>(random.below(11));
        Tally& tally = model[rows.key(row)];
        const bool in = random.one_in(2) || tally.count(*Rating::from(rating)) == 0;
        tally.add(*Rating::from(rating), in ? 1 : ~std::uint64_t{0});
        rows.reserve(1);
        rows.change({row, rating, in});
      }
    };
    for (std::size_t i = random.below(1600); i != 0; --i) rows.add(7 * rows.size());
    for (int copies = 0; copies < 3; ++copies) {
      Rows<std::uint64_t>::Copy copy;
      change_some();
      rows.begin();
      do change_some();
      while (rows.step(copy));
      change_some();
      rows.finish(copy);
      std::map<std::uint64_t, Tally> expected = model;
      change_some();
      std::size_t seen = 0;
      bool same = true;
      copy.for_each([&](std::uint64_t key, const Tally& tally) {
        ++seen;
        same = same && tally == expected[key];
      });
      CHECK(same);
      CHECK(seen >= expected.size());
    }
  }
}

TEST_CASE("published: who reads sees no change half done", "[tracker][rows]") {
  Sequence sequence;
  PublishedTally left;
  PublishedTally right;
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (unsigned i = 0; i < 300'000; ++i) {
      sequence.begin();
      left.add(static_cast<std::uint8_t>(i % 11), true);
      right.add(static_cast<std::uint8_t>(i % 11), true);
      sequence.end();
    }
    done = true;
  });
  bool same = true;
  std::uint64_t before = 0;
  while (!done) {
    const auto [a, b] = sequence.read([&] { return std::pair(left.read(), right.read()); });
    same = same && a == b && a.responses() >= before;
    before = a.responses();
  }
  writer.join();
  CHECK(same);
  CHECK(left.read().responses() == 300'000);
}
