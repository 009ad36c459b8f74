#include "cli/store_file.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <utility>

#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/report_flags.h"
#include "nps/adapters/byte_source.h"
#include "nps/adapters/sqlite_functions.h"
#include "nps/band.h"
#include "nps/detail/text.h"
#include "nps/segment/zone.h"

namespace nps::cli {

using Json = nlohmann::ordered_json;

void add_store_flags(CLI::App& command, StoreFlags& flags,
                     const std::vector<std::string>& formats) {
  command.set_help_flag("-h,--help", "Show this help");
  command.add_option("DB", flags.database, "The store's file")->required()->option_text(" ");
  command
      .add_option("--key", flags.key,
                  "A file of 16 bytes that keys the hashes which stay of\nthe erased; given when "
                  "the store is made, and\nthen always")
      ->type_name("FILE")
      ->group("Store");
  constexpr std::uint64_t kADay = 86'400;
  whole(command.add_option("--wait", flags.wait,
                           "How long to wait while another process writes\n(default 10 seconds)"),
        0, kADay)
      ->type_name("SECONDS")
      ->group("Store");
  if (formats.empty()) return;
  flags.format = formats.front();
  choice(command.add_option("--format", flags.format,
                            fmt::format("How to write the result (default {})", flags.format)),
         formats)
      ->group("Store");
}

Error of_file(Error error, const std::string& database) {
  if (error.code != ErrorCode::LimitReached && error.code != ErrorCode::Malformed) {
    error.code = ErrorCode::Unreadable;
  }
  if (error.where.file.empty()) error.where.file = database;
  return error;
}

Result<std::optional<std::array<std::byte, 16>>> key_of(const StoreFlags& flags) {
  std::optional<std::array<std::byte, 16>> key;
  if (flags.key.empty()) return key;
  auto file = open_file(flags.key);
  if (!file) return std::move(file).error();
  std::array<char, 17> bytes{};
  std::size_t size = 0;
  while (size < bytes.size()) {
    const auto more = (*file)->read(std::span(bytes).subspan(size));
    if (!more) return more.error();
    if (*more == 0) break;
    size += *more;
  }
  if (size != key.emplace().size()) {
    return Error{ErrorCode::Malformed,
                 fmt::format("{}: a key is 16 bytes, and this file has {}", flags.key,
                             size > key->size() ? "more" : std::to_string(size)),
                 {.file = flags.key}};
  }
  for (std::size_t i = 0; i < key->size(); ++i) (*key)[i] = static_cast<std::byte>(bytes[i]);
  return key;
}

Result<SqliteStore> open_store(const StoreFlags& flags, Access access) {
  auto key = key_of(flags);
  if (!key) return std::move(key).error();
  auto store =
      SqliteStore::open(flags.database, {.read_only = access == Access::Read,
                                         .erasure_key = *key,
                                         .busy_timeout = std::chrono::seconds(flags.wait)});
  if (!store) return of_file(std::move(store).error(), flags.database);
  if (auto known = register_sqlite_functions(store->connection(), store->options().policy.scale);
      !known) {
    return of_file(std::move(known).error(), flags.database);
  }
  return store;
}

Result<Zone> zone_of(const SqliteStore& store, const StoreFlags& flags) {
  auto zone = Zone::load(store.options().policy.zone);
  if (!zone) return of_file(std::move(zone).error(), flags.database);
  return *zone;
}

Result<Timestamp> instant_or_now(const std::string& text, const Zone& zone) {
  if (!text.empty()) return instant_of(text, zone);
  return std::chrono::time_point_cast<Timestamp::duration>(std::chrono::system_clock::now());
}

Result<int> write_json(const Json& document) {
  if (auto written = write_stdout(document.dump(2) + "\n", false); !written) {
    return std::move(written).error();
  }
  return kDone;
}

Json text_json(std::string_view text) { return detail::repair_utf8(text); }

Json to_json(const std::optional<ProfileAnswer>& answer, const Scale& scale) {
  if (!answer) return nullptr;
  return {
      {"rating", answer->rating.value()},
      {"band", std::string(name(scale.band(answer->rating)))},
      {"answered_at", answer->answered_at ? Json(rfc3339(*answer->answered_at)) : Json(nullptr)},
      {"channel", text_json(answer->channel)},
      {"journey_stage", text_json(answer->journey_stage)}};
}

}  // namespace nps::cli
