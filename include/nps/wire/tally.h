// Tallies to bytes and back. A tally that is stored, sent or kept in an SQL column is encode()'s 108
// bytes: eleven integers in an envelope, always at the same offsets.
//
//   nps::wire::Bytes blob = nps::wire::encode(tally);
//   nps::Result<nps::Tally> back = nps::wire::decode_tally(blob);
//
// Inside of something greater there are two forms without an envelope. write() is of fixed size: its
// 88 bytes are a value of Arrow's fixed-size list of eleven uint64. write_packed() is for cells of
// which there are many, most of them small: from 11 bytes up.
#ifndef NPS_WIRE_TALLY_H_
#define NPS_WIRE_TALLY_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "nps/rating.h"
#include "nps/result.h"
#include "nps/tally.h"
#include "nps/weighted_tally.h"
#include "nps/wire/envelope.h"
#include "nps/wire/reader.h"
#include "nps/wire/writer.h"

namespace nps::wire {

inline constexpr std::uint16_t kTallyVersion = 1;
inline constexpr std::uint16_t kWeightedTallyVersion = 1;

/// What write_packed() makes of a tally is at least so long, weighted or not.
inline constexpr std::size_t kLeastPackedTally = Rating::kCount;

// ---- stored by itself ----

[[nodiscard]] inline Bytes encode(const Tally& tally);
[[nodiscard]] inline Bytes encode(const WeightedTally& tally);

/// Malformed for bytes that encode() did not write; see nps/wire/envelope.h.
[[nodiscard]] inline Result<Tally> decode_tally(std::span<const std::byte> bytes);
[[nodiscard]] inline Result<WeightedTally> decode_weighted_tally(std::span<const std::byte> bytes);

// ---- as a part: a reader that has failed gives an empty tally ----

/// Eleven u64, rating 0 first.
inline void write(Writer& out, const Tally& tally) {
  for (const std::uint64_t count : tally.counts()) out.u64(count);
}

[[nodiscard]] inline Tally read_tally(Reader& in) {
  Tally::Counts counts{};
  for (std::uint64_t& count : counts) count = in.u64("a count of responses");
  return in.failed() ? Tally{} : Tally::of(counts);
}

/// Eleven varints, rating 0 first.
inline void write_packed(Writer& out, const Tally& tally) {
  for (const std::uint64_t count : tally.counts()) out.varint(count);
}

[[nodiscard]] inline Tally read_packed_tally(Reader& in) {
  Tally::Counts counts{};
  for (std::uint64_t& count : counts) count = in.varint("a count of responses");
  return in.failed() ? Tally{} : Tally::of(counts);
}

namespace internal {

[[nodiscard]] inline WeightedTally checked(Reader& in, const Tally& responses,
                                           const WeightedTally::Sums& weights,
                                           const WeightedTally::Sums& square_weights) {
  const auto tally = WeightedTally::of(responses, weights, square_weights);
  if (!tally) in.fail("so many responses cannot have such weights");
  return in.failed() ? WeightedTally{} : *tally;
}

}  // namespace internal

/// Eleven u64 counts, eleven f64 sums of weights, eleven f64 sums of their squares.
inline void write(Writer& out, const WeightedTally& tally) {
  write(out, tally.unweighted());
  for (const double sum : tally.weights()) out.f64(sum);
  for (const double sum : tally.square_weights()) out.f64(sum);
}

[[nodiscard]] inline WeightedTally read_weighted_tally(Reader& in) {
  const Tally responses = read_tally(in);
  WeightedTally::Sums weights{};
  WeightedTally::Sums square_weights{};
  for (double& sum : weights) sum = in.f64("a sum of weights");
  for (double& sum : square_weights) sum = in.f64("a sum of squared weights");
  return internal::checked(in, responses, weights, square_weights);
}

/// The packed counts; then, for each rating that has responses, the two sums as f64.
inline void write_packed(Writer& out, const WeightedTally& tally) {
  write_packed(out, tally.unweighted());
  for (std::size_t i = 0; i < Rating::kCount; ++i) {
    if (tally.unweighted().counts()[i] == 0) continue;
    out.f64(tally.weights()[i]);
    out.f64(tally.square_weights()[i]);
  }
}

[[nodiscard]] inline WeightedTally read_packed_weighted_tally(Reader& in) {
  const Tally responses = read_packed_tally(in);
  WeightedTally::Sums weights{};
  WeightedTally::Sums square_weights{};
  for (std::size_t i = 0; i < Rating::kCount; ++i) {
    if (responses.counts()[i] == 0) continue;
    weights[i] = in.f64("a sum of weights");
    square_weights[i] = in.f64("a sum of squared weights");
  }
  return internal::checked(in, responses, weights, square_weights);
}

// ---- bodies ----

inline Bytes encode(const Tally& tally) {
  return seal(Kind::Tally, kTallyVersion, [&tally](Writer& out) { write(out, tally); });
}

inline Bytes encode(const WeightedTally& tally) {
  return seal(Kind::WeightedTally, kWeightedTallyVersion,
              [&tally](Writer& out) { write(out, tally); });
}

inline Result<Tally> decode_tally(std::span<const std::byte> bytes) {
  auto opened = open(bytes, Kind::Tally, kTallyVersion);
  if (!opened) return std::move(opened).error();
  const Tally tally = read_tally(opened->payload);
  if (auto read = opened->payload.finish(); !read) return std::move(read).error();
  return tally;
}

inline Result<WeightedTally> decode_weighted_tally(std::span<const std::byte> bytes) {
  auto opened = open(bytes, Kind::WeightedTally, kWeightedTallyVersion);
  if (!opened) return std::move(opened).error();
  const WeightedTally tally = read_weighted_tally(opened->payload);
  if (auto read = opened->payload.finish(); !read) return std::move(read).error();
  return tally;
}

}  // namespace nps::wire

#endif  // NPS_WIRE_TALLY_H_
