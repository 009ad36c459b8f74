// stored.h: every decoder there is, as a function from bytes to the bytes that what was decoded is
// encoded to. For the goldens and the fuzzer, which ask the same of all kinds.
#ifndef NPS_TESTS_WIRE_STORED_H_
#define NPS_TESTS_WIRE_STORED_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "cli/snapshot_codec.h"
#include "nps/segment/cube.h"
#include "nps/stream/ledger.h"
#include "nps/stream/watch.h"
#include "nps/stream/window.h"
#include "nps/wire/envelope.h"
#include "nps/wire/tally.h"

namespace nps::test {

/// Decodes and encodes again. No value where the bytes are refused.
using Recode = std::optional<wire::Bytes> (*)(std::span<const std::byte>);

template <typename T>
std::optional<wire::Bytes> encoded_again(const Result<T>& decoded) {
  if (!decoded) return std::nullopt;
  if constexpr (requires { decoded->encode(); }) {
    return decoded->encode();
  } else {
    return wire::encode(*decoded);
  }
}

inline std::optional<wire::Bytes> recode_tally(std::span<const std::byte> bytes) {
  return encoded_again(wire::decode_tally(bytes));
}
inline std::optional<wire::Bytes> recode_weighted_tally(std::span<const std::byte> bytes) {
  return encoded_again(wire::decode_weighted_tally(bytes));
}
inline std::optional<wire::Bytes> recode_cube(std::span<const std::byte> bytes) {
  return encoded_again(Cube::decode(bytes));
}

inline std::optional<wire::Bytes> recode_windows(std::span<const std::byte> bytes) {
  return encoded_again(Windows::decode(bytes, {7, 30}));
}

/// What stored ledgers of tests were made with.
inline LedgerOptions stored_ledger_options() {
  return {.dimensions = {"channel", "plan"},
          .order = EventOrder::Version,
          .erasure_key = std::array<std::byte, 16>{std::byte{1}, std::byte{2}}};
}
inline std::optional<wire::Bytes> recode_ledger(std::span<const std::byte> bytes) {
  return encoded_again(Ledger::decode(bytes, stored_ledger_options()));
}

/// What stored watches of tests were declared as. No shares of a CUSUM are declared: each decoding
/// would design it anew.
inline std::vector<Watch> stored_watches() {
  return {BelowWatch{.points = 40, .window = {BucketUnit::Day, 1}},
          DropWatch{.window = {BucketUnit::Hour, 12}},
          CusumWatch{.shift = 20, .answers_per_false_alarm = 100, .warm_up = 50},
          SinceWatch{.start = Timestamp{}, .points = 60},
          SilenceWatch{.answers_per_false_alarm = 50, .weeks = 1}};
}
inline std::optional<wire::Bytes> recode_watches(std::span<const std::byte> bytes) {
  return encoded_again(Watches::decode(bytes, stored_watches(), {.by = {"channel"}}));
}

/// The zone that stored snapshots of replays were read in.
inline constexpr std::string_view kStoredZone = "Europe/Berlin";
inline std::optional<wire::Bytes> recode_replay(std::span<const std::byte> bytes) {
  const auto snapshot = cli::decode_snapshot(bytes, kStoredZone, stored_ledger_options());
  if (!snapshot) return std::nullopt;
  return cli::encode_snapshot(kStoredZone, snapshot->latest, snapshot->ledger);
}
inline std::optional<wire::Bytes> recode_following(std::span<const std::byte> bytes) {
  const auto following =
      cli::decode_following(bytes, stored_ledger_options(), stored_watches(), {.by = {"channel"}});
  if (!following) return std::nullopt;
  return cli::encode_following(following->ledger, following->watches);
}

/// Every decoder there is, in two parts: what watches know of a cell takes more memory than bytes.
inline constexpr Recode kRecoders[] = {recode_tally,   recode_weighted_tally, recode_cube,
                                       recode_windows, recode_ledger,         recode_replay};
inline constexpr Recode kWatchRecoders[] = {recode_watches, recode_following};

/// The bytes with their length and checksum made to fit, so that a decoder looks further.
inline wire::Bytes repaired(std::span<const std::byte> bytes) {
  wire::Bytes fitting(bytes.begin(), bytes.end());
  if (fitting.size() < wire::kEnvelopeSize) return fitting;
  const std::size_t end = fitting.size() - 4;
  wire::Writer out;
  out.u64(end - wire::kHeaderSize);
  std::ranges::copy(out.written(), fitting.begin() + 8);
  wire::Writer checksum;
  checksum.u32(wire::crc32c(std::span(fitting).first(end)));
  std::ranges::copy(checksum.written(), fitting.begin() + static_cast<std::ptrdiff_t>(end));
  return fitting;
}

}  // namespace nps::test

#endif  // NPS_TESTS_WIRE_STORED_H_
