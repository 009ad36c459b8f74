// Any bytes to every decoder, as they are and with a length and checksum that fit. Whatever is taken
// is encoded to the same bytes again, and no more is allocated than the input's size justifies.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <new>
#include <span>
#include <string>

#include "../wire/bytes.h"
#include "../wire/stored.h"

namespace {

std::size_t allocated = 0;  // all that was ever asked of operator new

void* allocate(std::size_t size) {
  allocated += size;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  std::abort();
}

void require(bool holds, const std::string& what) {
  if (holds) return;
  std::cerr << what << '\n';
  std::abort();
}

// The greatest share is that of short labels: three bytes of input are a string, its place in a
// dictionary and a bit. What a cube has of everything, however small, is below 64 KiB.
constexpr std::size_t kMostForEachByte = 100;
constexpr std::size_t kMostForNothing = std::size_t{64} << 10U;

void check(nps::test::Recode recode, std::span<const std::byte> bytes) {
  // The first time a zone is named, it is loaded, and stays.
  const nps::test::Exact exact(bytes);
  const auto first = recode(*exact);
  const std::size_t before = allocated;
  const auto again = recode(*exact);
  const std::size_t took = allocated - before;
  require(first == again, "decoding depends on what was decoded before");
  require(!first || *first == nps::wire::Bytes(bytes.begin(), bytes.end()),
          "was taken, but is written in another way");
  require(took <= kMostForNothing + kMostForEachByte * bytes.size(),
          std::to_string(took) + " bytes allocated for " + std::to_string(bytes.size()));
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return allocate(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  const nps::wire::Bytes repaired = nps::test::repaired(bytes);
  for (const nps::test::Recode recode : nps::test::kRecoders) {
    check(recode, bytes);
    check(recode, repaired);
  }
  return 0;
}
