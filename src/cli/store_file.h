// The file of a store as all verbs of `nps store` open it, and what they have in common.
#ifndef NPS_SRC_CLI_STORE_FILE_H_
#define NPS_SRC_CLI_STORE_FILE_H_

#include <CLI/CLI.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "nps/adapters/sqlite.h"
#include "nps/report/report.h"
#include "nps/result.h"
#include "nps/scale.h"
#include "nps/segment/zone.h"
#include "nps/timestamp.h"

namespace nps::cli {

/// Flags of every verb.
struct StoreFlags {
  std::string database;
  std::string key;          // a file of 16 bytes
  std::uint64_t wait = 10;  // seconds, for another process that writes
  std::string format = "table";
};

/// DB, --key, --wait and, unless `formats` is empty, --format.
void add_store_flags(CLI::App& command, StoreFlags& flags, const std::vector<std::string>& formats);

enum class Access : std::uint8_t { Read, Write };

/// The store in that file, with the functions of SQL. Its errors are errors of a file (exit 1).
[[nodiscard]] Result<SqliteStore> open_store(const StoreFlags& flags, Access access);
/// The secret in the file of --key; none where it is not given.
[[nodiscard]] Result<std::optional<std::array<std::byte, 16>>> key_of(const StoreFlags& flags);
/// The same error as one of a file: a newer schema, another key and other dimensions are no wrong usage.
[[nodiscard]] Error of_file(Error error, const std::string& database);

/// The store's own zone. Its errors are errors of a file.
[[nodiscard]] Result<Zone> zone_of(const SqliteStore& store, const StoreFlags& flags);
/// The instant of --as-of, in the store's zone; now where it is "". Fails (wrong usage) where it is no time.
[[nodiscard]] Result<Timestamp> instant_or_now(const std::string& text, const Zone& zone);

/// What is said where the bytes of the erased are still in the file.
inline constexpr std::string_view kPending =
    "a reader still holds an old copy of the file, so the bytes are not out of it yet: run the "
    "same "
    "again when it is done";

/// A document on standard output.
[[nodiscard]] Result<int> write_json(const nlohmann::ordered_json& document);
/// As the contracts name it: {"rating", "band", "answered_at", "channel", "journey_stage"}, or null.
[[nodiscard]] nlohmann::ordered_json to_json(const std::optional<ProfileAnswer>& answer,
                                             const Scale& scale);
/// Valid UTF-8, whatever came.
[[nodiscard]] nlohmann::ordered_json text_json(std::string_view text);

/// Adds a verb to `nps store`.
void add_store_ingest(CLI::App& store, const std::string& program, int& exit_code);
void add_store_report(CLI::App& store, const std::string& program, int& exit_code);
void add_store_dump(CLI::App& store, const std::string& program, int& exit_code);
void add_store_sql(CLI::App& store, const std::string& program, int& exit_code);
void add_store_profile(CLI::App& store, const std::string& program, int& exit_code);
void add_store_traits(CLI::App& store, const std::string& program, int& exit_code);
void add_store_audience(CLI::App& store, const std::string& program, int& exit_code);
void add_store_customers(CLI::App& store, const std::string& program, int& exit_code);
void add_store_cohorts(CLI::App& store, const std::string& program, int& exit_code);
void add_store_outcomes(CLI::App& store, const std::string& program, int& exit_code);
void add_store_privacy(CLI::App& store, const std::string& program, int& exit_code);

}  // namespace nps::cli

#endif  // NPS_SRC_CLI_STORE_FILE_H_
