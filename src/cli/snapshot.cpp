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

std::span<const std::byte> section_of(wire::Reader& in, std::string_view what) {
  std::span<const std::byte> inner;
  in.section(what, [&inner, what](wire::Reader& section) {
    inner = section.raw(what, section.remaining());
  });
  return inner;
}

/// The error of a file, with the file's name. `options` are those that must be as they were, and
/// `command` is whose snapshot it should be.
Error of_file(Error error, const std::string& file, std::string_view command,
              std::string_view options) {
  const std::string name = detail::printable(file);
  error.message =
      error.code == ErrorCode::Mismatch
          ? fmt::format(
                "{} does not go with what is asked for: {}. Pass the {} that it was written with",
                name, error.message, options)
          : fmt::format("{} cannot be read as a snapshot of nps {}: {}", name, command,
                        error.message);
  error.where.file = file;
  return error;
}

Result<Following> decode(std::span<const std::byte> bytes, const LedgerOptions& ledger_options,
                         std::vector<Watch> declared, WatchesOptions options) {
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
  return of_file(std::move(snapshot).error(), file, "replay",
                 "--by, --zone, --order and --erasure-key");
}

wire::Bytes encode_following(const Ledger& ledger, const Watches& watches) {
  return wire::seal(wire::Kind::Following, kVersion, [&](wire::Writer& out) {
    for (const wire::Bytes& inner : {ledger.encode(), watches.encode()}) {
      out.section([&inner](wire::Writer& section) { section.raw(inner); });
    }
  });
}

Result<Following> read_following(const std::string& file, const LedgerOptions& ledger,
                                 std::vector<Watch> watches, WatchesOptions options) {
  const auto bytes = bytes_of_file(file);
  if (!bytes) return bytes.error();
  auto following = decode(*bytes, ledger, std::move(watches), std::move(options));
  if (following) return following;
  return of_file(std::move(following).error(), file, "watch",
                 "--alarm, --by, --zone, --scale, --order and --erasure-key");
}

Result<> write_snapshot(const std::string& file, const wire::Bytes& bytes) {
  auto output = OutputFile::open(file);
  if (!output) return std::move(output).error();
  output->write({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  return output->commit_durably();
}

}  // namespace nps::cli
