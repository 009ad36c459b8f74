// Bytes to a decoder: whatever is taken is encoded to the same bytes again, and no more is allocated than
// the input's size justifies: recoded.cpp, which goes with it, counts what operator new gives.
#ifndef NPS_TESTS_FUZZ_RECODED_H_
#define NPS_TESTS_FUZZ_RECODED_H_

#include <cstddef>
#include <cstdlib>
#include <iostream>
#include <new>
#include <span>
#include <string>

#include "../wire/bytes.h"
#include "../wire/stored.h"

namespace nps::test {

extern std::size_t allocated;  // bytes, all that was ever asked of operator new

inline void require(bool holds, const std::string& what) {
  if (holds) return;
  std::cerr << what << '\n';
  std::abort();
}

/// Bytes of memory, in all and however soon they are given back.
struct Limit {
  std::size_t for_nothing = 0;
  std::size_t for_each_byte = 0;
};

inline void check(Recode recode, std::span<const std::byte> bytes, const Limit& limit) {
  // The first time a zone is named, it is loaded, and stays.
  const Exact exact(bytes);
  const auto first = recode(*exact);
  const std::size_t before = allocated;
  const auto again = recode(*exact);
  const std::size_t took = allocated - before;
  require(first == again, "decoding depends on what was decoded before");
  require(!first || *first == wire::Bytes(bytes.begin(), bytes.end()),
          "was taken, but is written in another way");
  require(took <= limit.for_nothing + limit.for_each_byte * bytes.size(),
          std::to_string(took) + " bytes allocated for " + std::to_string(bytes.size()));
}

/// As they are, and with a length and checksum that fit.
inline void check_all(std::span<const Recode> recoders, std::span<const std::byte> bytes,
                      const Limit& limit) {
  const wire::Bytes fitting = repaired(bytes);
  for (const Recode recode : recoders) {
    check(recode, bytes, limit);
    check(recode, fitting, limit);
  }
}

}  // namespace nps::test

#endif  // NPS_TESTS_FUZZ_RECODED_H_
