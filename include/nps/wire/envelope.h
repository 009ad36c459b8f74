// The envelope around everything that nps stores: what it is, in which version, how long, and whether
// it arrived whole.
//
//   nps::wire::Bytes bytes = nps::wire::seal(nps::wire::Kind::Tally, 1, [&](nps::wire::Writer& out) {
//     write(out, tally);
//   });
//   auto opened = nps::wire::open(bytes, nps::wire::Kind::Tally, 1);   // newest version known: 1
//   if (!opened) return opened.error();
//   nps::Tally tally = read_tally(opened->payload);
//   if (auto read = opened->payload.finish(); !read) return read.error();
//
//   offset 0   "NPS"            4e 50 53
//          3   kind             a letter: see Kind
//          4   version          u16, from 1; each kind has its own
//          6   flags            u16, 0: none has a meaning yet
//          8   payload length   u64
//         16   payload
//              checksum         u32, CRC-32C of all bytes before it
//
// This outermost form never changes; what is inside does, by version. FORMAT.md beside this file has
// the whole of it.
#ifndef NPS_WIRE_ENVELOPE_H_
#define NPS_WIRE_ENVELOPE_H_

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "nps/result.h"
#include "nps/wire/crc32c.h"
#include "nps/wire/reader.h"
#include "nps/wire/writer.h"

namespace nps::wire {

/// What is inside, by the letter that stands in the envelope. A letter is never given twice.
enum class Kind : std::uint8_t {
  Watches = 'A',
  Cube = 'C',
  Following = 'F',
  Ledger = 'L',
  Replay = 'R',
  Store = 'S',
  Tally = 'T',
  WeightedTally = 'W',
  Windows = 'B',
};

inline constexpr std::array kKinds{Kind::Cube,          Kind::Following, Kind::Ledger,
                                   Kind::Replay,        Kind::Store,     Kind::Tally,
                                   Kind::WeightedTally, Kind::Watches,   Kind::Windows};

[[nodiscard]] constexpr std::string_view name(Kind kind) noexcept {
  switch (kind) {
    case Kind::Cube: return "cube";
    case Kind::Following: return "snapshot of a watch";
    case Kind::Ledger: return "ledger";
    case Kind::Replay: return "snapshot of a replay";
    case Kind::Store: return "dump of a store";
    case Kind::Tally: return "tally";
    case Kind::WeightedTally: return "weighted tally";
    case Kind::Watches: return "state of watches";
    case Kind::Windows: return "window store";
  }
  return "";
}

inline constexpr std::string_view kMagic = "NPS";
inline constexpr std::size_t kHeaderSize = 16;
inline constexpr std::size_t kEnvelopeSize = kHeaderSize + sizeof(std::uint32_t);  // no payload

/// What `write(writer)` writes, in an envelope. `version` is the kind's newest.
template <std::invocable<Writer&> Write>
[[nodiscard]] Bytes seal(Kind kind, std::uint16_t version, Write&& write) {
  Writer out;
  out.raw(bytes_of(kMagic));
  out.u8(static_cast<std::uint8_t>(kind));
  out.u16(version);
  out.u16(0);
  out.section(std::forward<Write>(write));
  out.u32(crc32c(out.written()));
  return std::move(out).take();
}

struct Opened {
  std::uint16_t version;  // 1 to the newest known
  Reader payload;         // points into the bytes, and counts offsets from the first of them
};

/// Opens an envelope of that kind, in any version from 1 to `newest`.
/// Errors      Malformed: bytes that are no envelope of nps, are cut short, damaged or too many, or
///             hold another kind; a kind, version or flag that is not known here is said to be
///             written by a newer nps.
/// Complexity  O(bytes), for the checksum; nothing is copied.
[[nodiscard]] inline Result<Opened> open(std::span<const std::byte> bytes, Kind kind,
                                         std::uint16_t newest) {
  constexpr std::string_view kNewer = " was written by a newer nps: update this one to read it";
  // Whether it is whole, before anything in it is believed.
  std::size_t size = 0;
  Reader frame(bytes);
  const auto magic = frame.raw("the envelope", kMagic.size());
  if (!std::ranges::equal(magic, bytes_of(kMagic))) frame.fail("these are no bytes of nps");
  static_cast<void>(frame.raw("the header", kHeaderSize - kMagic.size() - sizeof(std::uint64_t)));
  frame.section("the payload", [&size](Reader& in) {
    size = in.remaining();
    static_cast<void>(in.raw("the payload", size));
  });
  const std::uint32_t checksum = frame.u32("the checksum");
  if (!frame.failed() && checksum != crc32c(bytes.first(kHeaderSize + size))) {
    frame.fail("the checksum does not match: the bytes were damaged on their way here");
  }
  if (auto whole = frame.finish(); !whole) return std::move(whole).error();

  Reader header(bytes.first(kHeaderSize + size), kMagic.size());
  const std::uint8_t letter = header.u8("the kind");
  if (letter != static_cast<std::uint8_t>(kind)) {
    const bool known = std::ranges::any_of(
        kKinds, [letter](Kind other) { return static_cast<std::uint8_t>(other) == letter; });
    header.fail(known ? "this is a " + std::string(name(Kind{letter})) + ", where a " +
                            std::string(name(kind)) + " is expected"
                      : "kind " + std::to_string(letter) + std::string(kNewer));
  }
  const std::uint16_t version = header.u16("the version");
  if (version == 0) header.fail("there is no version 0");
  if (version > newest) {
    header.fail("version " + std::to_string(version) + " of a " + std::string(name(kind)) +
                std::string(kNewer) + " (it knows version " + std::to_string(newest) + ')');
  }
  if (header.u16("the flags") != 0) header.fail("a flag is set that" + std::string(kNewer));
  if (header.failed()) return header.finish().error();
  static_cast<void>(header.u64("the payload's length"));
  return Opened{version, header};
}

}  // namespace nps::wire

#endif  // NPS_WIRE_ENVELOPE_H_
