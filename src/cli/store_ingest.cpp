// nps store ingest: what was asked for, what it means, and what became of it.
#include "cli/store_ingest.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <memory>
#include <string_view>
#include <utility>

#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/output_file.h"
#include "cli/outputs.h"
#include "cli/usage.h"
#include "nps/detail/text.h"

namespace nps::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kIngestExamples =
    "A file of CSV has an answer in each row. It goes by --response-id or else by the\n"
    "file's name and the row (answers:000000000017), so the same file again changes\n"
    "nothing, and neither does a run that was cut off and is started anew. A row has\n"
    "no version, so it is version 0, unless --version names a column: where a row of\n"
    "the same id says something else, only a greater version is sure to replace it; a\n"
    "row without a version that is a whole number is rejected (no_order).\n"
    "A file of events is as for nps replay: an object of JSON on each line.\n"
    "Events are stored in transactions of --batch: an error leaves those before it.\n"
    "The first ingest makes the store; its --zone, --scale, --order and --key are its\n"
    "own from then on.\n"
    "\n"
    "Examples, for the top folder of nps:\n"
    "  {0} store ingest answers.db examples/data/2020Q4_nps_*.csv \\\n"
    "    --customer user_id --time response_date\n"
    "  {0} store ingest answers.db examples/data/events.ndjson\n"
    "  {0} store report answers.db --count latest --by @month";

void add_flags(CLI::App& command, const std::string& program, IngestFlags& flags) {
  add_store_flags(command, flags.store, {"table", "json"});
  command.footer(fmt::format(kIngestExamples, program));
  command
      .add_option("FILE", flags.read.files, "Files of answers or of events; - is standard input")
      ->required()
      ->option_text("...");
  add_file_flags(command, flags.read);
  command.remove_option(command.get_option("--count"));
  command.get_option("--response-id")->description("What the answer goes by");
  const auto column = [&command](const char* flag, std::string& into, const char* help) {
    command.add_option(flag, into, help)->type_name("COLUMN")->group("Columns");
  };
  column("--channel", flags.channel, "Where it was asked");
  column("--stage", flags.stage, "The stage of the journey");
  column("--account", flags.account, "Whose customer it is");
  column("--comment", flags.comment, "What was said besides");
  column("--version", flags.version, "Which of two rows of one id is the later one");
  column("--updated-at", flags.updated_at,
         "The same, as a time; for a store of --order updated_at");
  command
      .add_option("--label", flags.labels,
                  "Further columns, or fields of events, to keep with\neach answer. Repeatable")
      ->type_name("NAME,...")
      ->option_text("NAME,...")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->group("Columns");
  choice(command
             .add_option("--input", flags.input,
                         "What the files are (default: by their extension, or\nelse by their "
                         "first character)")
             ->group("Reading"),
         {"auto", "csv", "events"});
  command
      .add_option(
          "--zone", flags.zone,
          "Zone of times that name none (default: the store's,\nwhich is UTC where a new one "
          "is not told)")
      ->type_name("IANA")
      ->group("Reading");
  choice(command
             .add_option("--order", flags.order,
                         "What tells which event of a response is the later,\nfor a new store "
                         "(default version)")
             ->group("Store"),
         {"version", "updated_at"});
  constexpr std::uint64_t kMost = 10'000'000;
  whole(command.add_option(
            "--batch", flags.batch,
            "How many events a transaction has (default 100000):\nmore are faster, and "
            "take more memory"),
        1, kMost)
      ->type_name("N")
      ->group("Store");
  add_writing_flags(command, flags.read);
  command.remove_option(command.get_option("--output"));
}

/// The store's policy holds for all that ever goes into it.
Result<> check_store(const IngestFlags& flags, const ReportPlan& read, const StoreOptions& store) {
  if (!flags.zone.empty() && read.report.policy.zone != store.policy.zone) {
    return usage(fmt::format("--zone: {} is a store in the zone {}", flags.store.database,
                             store.policy.zone),
                 "--zone");
  }
  if (flags.has_scale && read.report.policy.scale != store.policy.scale) {
    return usage(
        fmt::format("--scale: {} is a store of ratings from {} to {}", flags.store.database,
                    store.policy.scale.min(), store.policy.scale.max()),
        "--scale");
  }
  if (!flags.order.empty() && (flags.order == "version") != (store.order == EventOrder::Version)) {
    return usage(
        fmt::format("--order: {} is a store that is ordered otherwise", flags.store.database),
        "--order");
  }
  return {};
}

/// Where rows go by the names of files, two files of one name would be taken for one.
Result<> check_names(const std::vector<std::string>& files) {
  for (auto file = files.begin(); file != files.end(); ++file) {
    const auto other = std::find_if(files.begin(), file, [&](const std::string& before) {
      return file_stem(before) == file_stem(*file) && !same_file(before, *file);
    });
    if (other == file) continue;
    return usage(fmt::format("the rows of {} and of {} would go by the same name, '{}', and row: "
                             "pass --response-id, or rename one",
                             detail::printable(*other), detail::printable(*file),
                             detail::printable(file_stem(*file))),
                 "FILE");
  }
  return {};
}

Result<> check_files(const IngestFlags& flags) {
  for (const std::string& file : flags.read.files) {
    if (same_file(file == "-" ? "/dev/stdin" : file, flags.store.database)) {
      return usage(fmt::format("{} is the store itself, and no file to read", file), "FILE");
    }
  }
  if (!flags.read.rejects.empty() && same_file(flags.read.rejects, flags.store.database)) {
    return usage(fmt::format("--rejects: {} is the store itself", flags.read.rejects), "--rejects");
  }
  std::vector<std::string> rows;
  for (const std::string& file : flags.read.files) {
    if (kind_by_name(file, flags.input) != InputKind::Events) rows.push_back(file);
  }
  return flags.read.csv.response_id.empty() ? check_names(rows) : Result<>();
}

Result<> check_columns(const IngestFlags& flags, EventOrder order) {
  if (!flags.version.empty() && order != EventOrder::Version) {
    return usage("--version: this store is ordered by updated_at: pass --updated-at COLUMN",
                 "--version");
  }
  if (!flags.updated_at.empty() && order != EventOrder::UpdatedAt) {
    return usage("--updated-at is for a store that is made with --order updated_at",
                 "--updated-at");
  }
  return {};
}

Result<std::vector<std::string>> labels_of(const IngestFlags& flags) {
  std::vector<std::string> labels;
  for (const std::string& list : flags.labels) {
    const auto names = cells_of(list, "--label");
    if (!names) return names.error();
    for (const std::string& name : *names) {
      if (name.empty() || is_event_field(name) || name == "account" ||
          std::ranges::find(labels, name) != labels.end()) {
        return usage(
            fmt::format("--label: '{}' is given twice, or is something that every answer has",
                        name),
            "--label");
      }
      labels.push_back(name);
    }
  }
  return labels;
}

Result<Ingest> prepare(const IngestFlags& flags) {
  if (auto files = check_files(flags); !files) return std::move(files).error();
  std::optional<SqliteStore> store;
  if (!SqliteStore::can_create(flags.store.database, std::chrono::seconds(flags.store.wait))) {
    auto opened = open_store(flags.store, Access::Write);
    if (!opened) return std::move(opened).error();
    store.emplace(*std::move(opened));
  }
  IngestPlan plan;
  if (store) plan.store = store->options();
  ReportFlags read = flags.read;
  read.zone = !flags.zone.empty() ? flags.zone : plan.store.policy.zone;
  auto read_plan = plan_of(read);
  if (!read_plan) return std::move(read_plan).error();
  plan.read = *std::move(read_plan);
  auto labels = labels_of(flags);
  if (!labels) return std::move(labels).error();
  plan.labels = *std::move(labels);
  if (store) {
    if (auto fits = check_store(flags, plan.read, plan.store); !fits) {
      return std::move(fits).error();
    }
    plan.read.csv.scale = plan.store.policy.scale;
  } else {
    plan.store.policy = plan.read.report.policy;
    if (flags.order == "updated_at") plan.store.order = EventOrder::UpdatedAt;
    auto key = key_of(flags.store);
    if (!key) return std::move(key).error();
    plan.store.erasure_key = *key;
    plan.store.busy_timeout = std::chrono::seconds(flags.store.wait);
    plan.store.dimensions.insert(plan.store.dimensions.end(), plan.labels.begin(),
                                 plan.labels.end());
  }
  if (auto columns = check_columns(flags, plan.store.order); !columns) {
    return std::move(columns).error();
  }
  return Ingest(flags, std::move(plan), std::move(store));
}

Json rejected_json(const Rejected& rejected) {
  Json json = Json::object();
  for (std::size_t i = 0; i < kRejects; ++i) {
    const auto reason = static_cast<Reject>(i);
    if (rejected.count(reason) != 0) json[std::string(name(reason))] = rejected.count(reason);
  }
  return json;
}

Result<std::string> told(const IngestFlags& flags, const Ingest& ingest) {
  const auto counts = ingest.counts();
  if (!counts) return of_file(counts.error(), flags.store.database);
  const Diagnostics& seen = ingest.diagnostics();
  if (flags.store.format == "json") {
    const Json json{{"rows", ingest.rows()},
                    {"rejected", rejected_json(ingest.rejected())},
                    {"diagnostics",
                     {{"accepted", seen.of(Outcome::Accepted)},
                      {"duplicates", seen.of(Outcome::Duplicate)},
                      {"stale", seen.of(Outcome::Stale)},
                      {"erased", seen.of(Outcome::Erased)},
                      {"too_old", seen.of(Outcome::TooOld)}}},
                    {"ledger",
                     {{"responses", counts->responses},
                      {"dismissed", counts->dismissed},
                      {"deleted", counts->deleted},
                      {"erased", counts->erased},
                      {"erased_customers", counts->erased_customers}}}};
    return json.dump(2) + "\n";
  }
  std::string text = fmt::format("{} rows: {} new", ingest.rows(), seen.of(Outcome::Accepted));
  const auto add = [&text](std::uint64_t count, std::string_view what) {
    if (count != 0) text += fmt::format(", {} {}", count, what);
  };
  add(seen.of(Outcome::Duplicate), "known before");
  add(seen.of(Outcome::Stale), "replaced already");
  add(seen.of(Outcome::Erased), "of erased customers");
  add(seen.of(Outcome::TooOld), "older than what is retained");
  add(ingest.rejected().uncounted(), "rejected");
  return text +
         fmt::format("\n{} has {} answers that count\n", flags.store.database, counts->responses);
}

Result<int> run(const IngestFlags& flags) {
  auto ingest = prepare(flags);
  if (!ingest) return std::move(ingest).error();
  auto outputs = Outputs::open(flags.read);
  if (!outputs) return std::move(outputs).error();
  for (const std::string& file : flags.read.files) {
    if (auto read = ingest_file(file, flags, outputs->on_reject(), *ingest); !read) {
      return std::move(read).error();
    }
  }
  if (auto finished = ingest->finish(); !finished) return std::move(finished).error();
  const auto text = told(flags, *ingest);
  if (!text) return text.error();
  for (const std::string& remark : ingest->remarks()) say(remark);
  if (flags.read.csv.response_id.empty() && flags.version.empty() && flags.updated_at.empty() &&
      !ingest->has_read_events() && ingest->diagnostics().of(Outcome::Stale) != 0) {
    say("some rows say something else than what is known under their file's name and row: if that "
        "was another file, rename this one, or pass --response-id");
  }
  return conclude(*outputs, *text, ingest->rejected(), ingest->rows(), flags.read.strict);
}

}  // namespace

Ingest::Ingest(const IngestFlags& flags, IngestPlan plan, std::optional<SqliteStore> store)
    : flags_(flags), plan_(std::move(plan)), store_(std::move(store)) {
  batch_.reserve(flags_.batch);
}

EventFault Ingest::judge(const Event& event) {
  if (!judge_) {
    auto ledger = Ledger::create({.order = plan_.store.order});
    if (!ledger) return EventFault::None;  // it has no dimensions that could be wrong
    judge_.emplace(*std::move(ledger));
  }
  const auto applied = judge_->propose(event);
  return applied ? applied->fault : EventFault::None;
}

bool Ingest::is_on_scale(const Event& event) const {
  const auto& rating = event.response.rating;
  return !rating || plan_.store.policy.scale.contains(*rating);
}

Result<> Ingest::take(Event event) {
  has_erasures_ = has_erasures_ || event.type == EventType::Erased;
  batch_.push_back(std::move(event));
  return batch_.size() < flags_.batch ? Result<>() : flush();
}

Result<> Ingest::finish() {
  if (auto flushed = flush(); !flushed) return flushed;
  if (!has_erasures_) return {};
  const auto gone = store_->scrub();
  if (!gone) return of_file(gone.error(), flags_.store.database);
  if (!*gone) remark(std::string(kPending));
  return {};
}

Result<> Ingest::flush() {
  if (!store_) {
    auto made = SqliteStore::open_or_create(flags_.store.database, plan_.store);
    if (!made) return of_file(std::move(made).error(), flags_.store.database);
    store_.emplace(*std::move(made));
  }
  const auto seen = store_->apply(batch_);
  if (!seen) {
    Error error = of_file(seen.error(), flags_.store.database);
    if (stored_ != 0) {
      error.message += fmt::format(
          "; the {} events before are stored, and the same files again change nothing of them",
          stored_);
    }
    return error;
  }
  stored_ += batch_.size();
  for (std::size_t i = 0; i < seen->outcomes.size(); ++i) {
    diagnostics_.outcomes[i] += seen->outcomes[i];
  }
  batch_.clear();
  return {};
}

void Ingest::count_rows(std::uint64_t rows, const Rejected& rejected) {
  rows_ += rows;
  for (std::size_t i = 0; i < kRejects; ++i) {
    const auto reason = static_cast<Reject>(i);
    rejected_.add(reason, rejected.count(reason));
  }
}

void add_store_ingest(CLI::App& store, const std::string& program, int& exit_code) {
  CLI::App* command =
      store.add_subcommand("ingest", "Takes files of answers or events in; again is harmless");
  auto flags = std::make_shared<IngestFlags>();
  add_flags(*command, program, *flags);
  const CLI::Option* const scale = command->get_option("--scale");
  when_run(*command, exit_code, [flags, scale] {
    flags->has_scale = scale->count() != 0;
    flags->read.figures.format = flags->store.format;
    return run(*flags);
  });
}

}  // namespace nps::cli
