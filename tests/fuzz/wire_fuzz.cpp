// Any bytes to every decoder but those of watches, which have a fuzzer of their own.
#include <cstddef>
#include <cstdint>
#include <span>

#include "recoded.h"

namespace {

// The greatest share is that of short labels: three bytes of input are a string, its place in a
// dictionary and a bit. What a cube has of everything, however small, is below 64 KiB.
constexpr nps::test::Limit kMost{.for_nothing = std::size_t{64} << 10U, .for_each_byte = 100};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  nps::test::check_all(nps::test::kRecoders, std::as_bytes(std::span(data, size)), kMost);
  return 0;
}
