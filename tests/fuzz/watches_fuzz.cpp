// Any bytes to the decoders of watches, and of snapshots that hold them. An envelope within a snapshot
// has a checksum of its own, which is made to fit as well, so that its decoder looks further.
#include <cstddef>
#include <cstdint>
#include <span>

#include "recoded.h"

namespace {

// A cell of few bytes has the states of all watches, and hours of a week to learn silence from.
constexpr nps::test::Limit kMost{.for_nothing = std::size_t{64} << 10U, .for_each_byte = 400};

// The bytes cut in two, each half with a length and checksum that fit, as a snapshot of a watch.
nps::wire::Bytes snapshot_of(std::span<const std::byte> bytes) {
  const std::size_t middle =
      bytes.empty() ? 0 : std::to_integer<std::size_t>(bytes[0]) * bytes.size() / 256;
  return nps::wire::seal(nps::wire::Kind::Following, 1, [&](nps::wire::Writer& out) {
    for (const auto part : {bytes.first(middle), bytes.subspan(middle)}) {
      const nps::wire::Bytes fitting = nps::test::repaired(part);
      out.section([&fitting](nps::wire::Writer& section) { section.raw(fitting); });
    }
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  nps::test::check_all(nps::test::kWatchRecoders, bytes, kMost);
  nps::test::check(nps::test::recode_following, snapshot_of(bytes), kMost);
  return 0;
}
