// What `nps store ingest` is asked for, and the way of events into a store.
#ifndef NPS_SRC_CLI_STORE_INGEST_H_
#define NPS_SRC_CLI_STORE_INGEST_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/report_flags.h"
#include "cli/store_file.h"
#include "nps/adapters/csv.h"
#include "nps/adapters/ndjson.h"
#include "nps/adapters/sqlite.h"
#include "nps/event.h"
#include "nps/report/report.h"
#include "nps/result.h"
#include "nps/stream/applied.h"
#include "nps/stream/ledger.h"

namespace nps::cli {

/// The flags as they were typed.
struct IngestFlags {
  StoreFlags store;
  ReportFlags read;  // the files, their columns and how they are read
  std::string input = "auto";
  std::string zone;
  std::string channel;
  std::string stage;
  std::string account;
  std::string comment;
  std::string version;
  std::string updated_at;
  std::vector<std::string> labels;
  std::string order;
  bool has_scale = false;         // --scale was given
  std::uint64_t batch = 100'000;  // events a transaction
};

/// What reading them needs to know of the store: its own where there is one.
struct IngestPlan {
  ReportPlan read;
  StoreOptions store;
  std::vector<std::string> labels;
};

/// Takes events, and gives them to the store in transactions of many. The file is made with the first
/// of them, so that files that cannot be read leave none behind.
class Ingest {
 public:
  Ingest(const IngestFlags& flags, IngestPlan plan, std::optional<SqliteStore> store);

  [[nodiscard]] const IngestPlan& plan() const noexcept { return plan_; }
  /// What is wrong with an event that no ledger would take.
  [[nodiscard]] EventFault judge(const Event& event);
  /// Whether its rating, if it has one, is on the store's scale.
  [[nodiscard]] bool is_on_scale(const Event& event) const;
  Result<> take(Event event);
  /// When all events are taken: the file exists then.
  Result<> finish();

  void count_rows(std::uint64_t rows, const Rejected& rejected);
  void remark(std::string sentence) { remarks_.push_back(std::move(sentence)); }

  void note_events() noexcept { has_read_events_ = true; }

  [[nodiscard]] bool has_read_events() const noexcept { return has_read_events_; }
  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
  [[nodiscard]] const Rejected& rejected() const noexcept { return rejected_; }
  [[nodiscard]] const Diagnostics& diagnostics() const noexcept { return diagnostics_; }
  [[nodiscard]] const std::vector<std::string>& remarks() const noexcept { return remarks_; }
  [[nodiscard]] Result<LedgerCounts> counts() const { return store_->counts(); }

 private:
  Result<> flush();

  const IngestFlags& flags_;
  IngestPlan plan_;
  std::optional<SqliteStore> store_;
  std::optional<Ledger> judge_;  // stays empty
  std::vector<Event> batch_;
  bool has_erasures_ = false;
  bool has_read_events_ = false;
  std::uint64_t stored_ = 0;  // events, in the transactions so far
  std::uint64_t rows_ = 0;
  Rejected rejected_;
  Diagnostics diagnostics_;
  std::vector<std::string> remarks_;
};

enum class InputKind : std::uint8_t { Csv, Events };

/// What a file is by the --input that was given, or else by its extension; none where only its content
/// can say.
[[nodiscard]] std::optional<InputKind> kind_by_name(const std::string& path,
                                                    const std::string& input);

/// Reads a file of answers or of events, whichever it is.
[[nodiscard]] Result<> ingest_file(const std::string& path, const IngestFlags& flags,
                                   const std::function<void(const RejectedCell&)>& on_reject,
                                   Ingest& into);

}  // namespace nps::cli

#endif  // NPS_SRC_CLI_STORE_INGEST_H_
