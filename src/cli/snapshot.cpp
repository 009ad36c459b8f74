#include "cli/snapshot.h"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <utility>

#include "cli/output_file.h"
#include "nps/adapters/byte_source.h"
#include "nps/detail/text.h"

namespace nps::cli {
namespace {

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

/// The error of a file, with the file's name. `options` are those that must be as they were, and
/// `command` is whose snapshot it should be.
Error of_snapshot(Error error, const std::string& file, std::string_view command,
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

}  // namespace

Result<Snapshot> read_snapshot(const std::string& file, std::string_view zone,
                               const LedgerOptions& options) {
  const auto bytes = bytes_of_file(file);
  if (!bytes) return bytes.error();
  auto snapshot = decode_snapshot(*bytes, zone, options);
  if (snapshot) return snapshot;
  return of_snapshot(std::move(snapshot).error(), file, "replay",
                     "--by, --zone, --order and --erasure-key");
}

Result<Following> read_following(const std::string& file, const LedgerOptions& ledger,
                                 std::vector<Watch> watches, WatchesOptions options) {
  const auto bytes = bytes_of_file(file);
  if (!bytes) return bytes.error();
  auto following = decode_following(*bytes, ledger, std::move(watches), std::move(options));
  if (following) return following;
  return of_snapshot(std::move(following).error(), file, "watch",
                     "--alarm, --by, --zone, --scale, --order and --erasure-key");
}

Result<> write_snapshot(const std::string& file, const wire::Bytes& bytes) {
  auto output = OutputFile::open(file);
  if (!output) return std::move(output).error();
  output->write({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  return output->commit_durably();
}

}  // namespace nps::cli
