#include "cli/snapshot.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "cli/output_file.h"
#include "nps/adapters/byte_source.h"
#include "nps/detail/text.h"
#include "nps/wire/envelope.h"
#include "nps/wire/reader.h"

namespace nps::cli {
namespace {

constexpr std::uint16_t kVersion = 1;

Result<wire::Bytes> bytes_of_file(const std::string& file) {
  auto source = open_file(file);
  if (!source) return std::move(source).error();
  wire::Bytes bytes;
  std::array<char, std::size_t{64} << 10U> block{};
  for (;;) {
    const auto got = (*source)->read(block);
    if (!got) return got.error();
    if (*got == 0) return bytes;
    const auto read = std::as_bytes(std::span(block)).first(*got);
    bytes.insert(bytes.end(), read.begin(), read.end());
  }
}

Result<Snapshot> decode(std::span<const std::byte> bytes, std::string_view zone,
                        const LedgerOptions& options) {
  auto opened = wire::open(bytes, wire::Kind::Replay, kVersion);
  if (!opened) return std::move(opened).error();
  wire::Reader& in = opened->payload;
  const std::string_view its_zone = in.text("the zone");
  std::optional<Timestamp> latest;
  if (in.flag("whether any event has a time")) {
    latest = Timestamp(std::chrono::microseconds(in.i64("the latest time")));
  }
  std::span<const std::byte> inner;
  in.section("the ledger", [&inner](wire::Reader& section) {
    inner = section.raw("the ledger", section.remaining());
  });
  if (auto read = in.finish(); !read) return std::move(read).error();
  if (its_zone != zone) {
    return Error{ErrorCode::Mismatch, fmt::format("it was written with --zone {}, and not {}",
                                                  detail::printable(its_zone), zone)};
  }
  auto ledger = Ledger::decode(inner, options);
  if (!ledger) return std::move(ledger).error();
  return Snapshot{latest, *std::move(ledger)};
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

Result<Snapshot> read_snapshot(const std::string& file, std::string_view zone,
                               const LedgerOptions& options) {
  const auto bytes = bytes_of_file(file);
  if (!bytes) return bytes.error();
  auto snapshot = decode(*bytes, zone, options);
  if (snapshot) return snapshot;
  Error error = std::move(snapshot).error();
  const std::string name = detail::printable(file);
  error.message =
      error.code == ErrorCode::Mismatch
          ? fmt::format(
                "{} does not go with what is asked for: {}. Pass the --by, --zone, --order "
                "and --erasure-key that it was written with",
                name, error.message)
          : fmt::format("{} cannot be read as a snapshot of nps replay: {}", name, error.message);
  error.where.file = file;
  return error;
}

Result<> write_snapshot(const std::string& file, const wire::Bytes& bytes) {
  auto output = OutputFile::open(file);
  if (!output) return std::move(output).error();
  output->write({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  return output->commit_durably();
}

}  // namespace nps::cli
