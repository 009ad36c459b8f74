#include "cli/snapshot_codec.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <utility>

#include "nps/detail/text.h"
#include "nps/wire/envelope.h"
#include "nps/wire/reader.h"

namespace nps::cli {
namespace {

constexpr std::uint16_t kVersion = 1;

std::span<const std::byte> section_of(wire::Reader& in, std::string_view what) {
  std::span<const std::byte> inner;
  in.section(what, [&inner, what](wire::Reader& section) {
    inner = section.raw(what, section.remaining());
  });
  return inner;
}

}  // namespace

wire::Bytes encode_snapshot(std::string_view zone, std::optional<Timestamp> latest,
                            const Ledger& ledger) {
  return wire::seal(wire::Kind::Replay, kVersion, [&](wire::Writer& out) {
    out.text(zone);
    out.flag(latest.has_value());
    if (latest) out.i64(latest->time_since_epoch().count());
    const wire::Bytes inner = ledger.encode();
    out.section([&inner](wire::Writer& section) { section.raw(inner); });
  });
}

Result<Snapshot> decode_snapshot(std::span<const std::byte> bytes, std::string_view zone,
                                 const LedgerOptions& options) {
  auto opened = wire::open(bytes, wire::Kind::Replay, kVersion);
  if (!opened) return std::move(opened).error();
  wire::Reader& in = opened->payload;
  const std::string_view its_zone = in.text("the zone");
  std::optional<Timestamp> latest;
  if (in.flag("whether any event has a time")) {
    latest = Timestamp(std::chrono::microseconds(in.i64("the latest time")));
  }
  const auto inner = section_of(in, "the ledger");
  if (auto read = in.finish(); !read) return std::move(read).error();
  if (its_zone != zone) {
    return Error{ErrorCode::Mismatch, fmt::format("it was written with --zone {}, and not {}",
                                                  detail::printable(its_zone), zone)};
  }
  auto ledger = Ledger::decode(inner, options);
  if (!ledger) return std::move(ledger).error();
  return Snapshot{latest, *std::move(ledger)};
}

wire::Bytes encode_following(const Ledger& ledger, const Watches& watches) {
  return wire::seal(wire::Kind::Following, kVersion, [&](wire::Writer& out) {
    for (const wire::Bytes& inner : {ledger.encode(), watches.encode()}) {
      out.section([&inner](wire::Writer& section) { section.raw(inner); });
    }
  });
}

Result<Following> decode_following(std::span<const std::byte> bytes,
                                   const LedgerOptions& ledger_options, std::vector<Watch> declared,
                                   WatchesOptions options) {
  auto opened = wire::open(bytes, wire::Kind::Following, kVersion);
  if (!opened) return std::move(opened).error();
  wire::Reader& in = opened->payload;
  const auto first = section_of(in, "the ledger");
  const auto second = section_of(in, "the watches");
  if (auto read = in.finish(); !read) return std::move(read).error();
  auto ledger = Ledger::decode(first, ledger_options);
  if (!ledger) return std::move(ledger).error();
  auto watches = Watches::decode(second, std::move(declared), std::move(options));
  if (!watches) return std::move(watches).error();
  return Following{*std::move(ledger), *std::move(watches)};
}

}  // namespace nps::cli
