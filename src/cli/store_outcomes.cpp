// nps store outcomes: what customers did after they answered.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/store_file.h"
#include "cli/store_joins.h"
#include "cli/usage.h"
#include "nps/adapters/time_text.h"
#include "nps/customer/outcome.h"
#include "nps/segment/zone.h"
#include "nps/stream/window.h"

namespace nps::cli {
namespace {

struct OutcomeFlags {
  StoreFlags store;
  std::string file;
  std::string customer;
  std::string at;
  std::string event;
  std::string kind;
  std::string amount;
  std::string value;
  std::string values;  // the file of it; "" for the same
  std::uint64_t seed = OutcomeOptions{}.seed;
  std::string count = "all";
  std::string within = "180d";
  std::string observed_until;
  std::string time_format = "iso";
};

std::optional<double> number_in(std::string_view cell) {
  double value = 0;
  const char* const end = cell.data() + cell.size();
  const auto [stop, error] = std::from_chars(cell.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

/// What customers are worth, with the names that they view.
struct Worth {
  std::deque<std::string> names = {};
  std::vector<CustomerValue> all = {};
  std::uint64_t unread = 0;  // rows without a number
};

Result<> read_values(const OutcomeFlags& flags, Worth& into) {
  const std::string& file = flags.values.empty() ? flags.file : flags.values;
  const std::array columns{flags.customer, flags.value};
  return read_rows(file, columns, [&](std::span<const std::string_view> cells) {
    const auto value = number_in(cells[1]);
    if (!value || !std::isfinite(*value)) {
      ++into.unread;
      return;
    }
    into.all.push_back({into.names.emplace_back(cells[0]), *value});
  });
}

Result<> check(const OutcomeFlags& flags) {
  if (!flags.value.empty() && !flags.amount.empty()) {
    return usage("--value is for events, such as who left: pass --amount or --value", "--value");
  }
  if (!flags.values.empty() && flags.value.empty()) {
    return usage(
        "--values is the file of what customers are worth: say in which column, with --value",
        "--values");
  }
  if (flags.file == "-" && !flags.value.empty() && (flags.values.empty() || flags.values == "-")) {
    return usage("standard input ('-') can be read once only: pass --values FILE", "--values");
  }
  return {};
}

Result<int> outcomes(const OutcomeFlags& flags) {
  if (auto usable = check(flags); !usable) return std::move(usable).error();
  const auto within = WindowLength::parse(flags.within);
  if (!within) {
    return Error{within.error().code, "--within: " + within.error().message, {.field = "--within"}};
  }
  const auto store = open_store(flags.store, Access::Read);
  if (!store) return store.error();
  const CountingPolicy& policy = store->options().policy;
  const auto zone = zone_of(*store, flags.store);
  if (!zone) return zone.error();
  const auto format = TimeFormat::parse(flags.time_format);
  if (!format) return format.error();

  OutcomeOptions options{
      .kind = flags.event,
      .measure = flags.amount.empty() ? OutcomeMeasure::Event : OutcomeMeasure::Amount,
      .horizon = std::chrono::hours(within->buckets * (within->unit == BucketUnit::Day ? 24 : 1)),
      .which = flags.count == "latest"  ? Which::Latest
               : flags.count == "first" ? Which::First
                                        : Which::All,
      .scale = policy.scale};
  if (!flags.observed_until.empty()) {
    options.observed_until = TimeFormat::iso().read(flags.observed_until, *zone);
    if (!options.observed_until) {
      return usage(fmt::format("--observed-until: '{}' is no time, such as 2026-11-01",
                               flags.observed_until),
                   "--observed-until");
    }
  }

  std::deque<std::string> texts;
  std::vector<CustomerOutcome> seen;
  const std::array columns{flags.customer, flags.at, flags.kind, flags.amount};
  auto read = read_rows(flags.file, columns, [&](std::span<const std::string_view> cells) {
    const std::string_view kind =
        flags.kind.empty() ? std::string_view(flags.event) : texts.emplace_back(cells[2]);
    seen.push_back({.customer = texts.emplace_back(cells[0]),
                    .kind = kind,
                    .at = format->read(cells[1], *zone),
                    .amount = number_in(cells[3])});
  });
  if (!read) return std::move(read).error();
  Worth worth;
  if (!flags.value.empty()) {
    if (auto done = read_values(flags, worth); !done) return std::move(done).error();
    if (worth.unread != 0) {
      say(fmt::format("{} without a number in column '{}' are left out of the value at risk",
                      worth.unread == 1 ? "1 row" : fmt::format("{} rows", worth.unread),
                      flags.value));
    }
    options.values = worth.all;
    options.seed = flags.seed;
  }
  StoredAnswers answers;
  if (auto done = answers.read(*store, flags.store.database); !done) {
    return std::move(done).error();
  }
  const auto report = outcome_report(answers.all(), seen, options);
  if (!report) return report.error();
  return show(*report, flags.store);
}

}  // namespace

void add_store_outcomes(CLI::App& store, const std::string& program, int& exit_code) {
  CLI::App* const command =
      store.add_subcommand("outcomes", "Joins answers to what customers did after them");
  auto flags = std::make_shared<OutcomeFlags>();
  add_store_flags(*command, flags->store, {"table", "json"});
  command->footer(
      fmt::format("Example, of a file with the columns id and left_on:\n  {} store outcomes "
                  "answers.db churn.csv --customer id --event churned \\\n"
                  "      --at left_on --within 180d",
                  program));
  command->add_option("FILE", flags->file, "CSV: one customer, one outcome, one moment a row")
      ->required()
      ->option_text(" ");
  const auto option = [command](const char* flag, std::string& into, const char* type,
                                const char* help) {
    return command->add_option(flag, into, help)->type_name(type)->group("Outcomes");
  };
  option("--customer", flags->customer, "COLUMN", "Who")->required();
  option("--at", flags->at, "COLUMN", "When")->required();
  option("--event", flags->event, "NAME", "What is looked at, such as churned")->required();
  option("--kind", flags->kind, "COLUMN",
         "Says what each row is, where they are not all of\nthat event");
  option("--amount", flags->amount, "COLUMN", "How much: amounts are compared, not how often");
  option("--value", flags->value, "COLUMN",
         "What a customer is worth, for the value at risk: of\nbefore the answers; rows of one "
         "customer add up");
  option("--values", flags->values, "FILE", "CSV with that column and --customer (default: FILE)");
  whole(command
            ->add_option("--seed", flags->seed,
                         "Of the interval of the value at risk, which is drawn\n(default 1)")
            ->type_name("N")
            ->group("Outcomes"),
        0);
  option("--within", flags->within, "LENGTH", "How long after an answer counts (default 180d)");
  option("--count", flags->count, "WHICH",
         "all answers (default), or the latest or first of\neach customer")
      ->check(CLI::IsMember({"all", "latest", "first"}));
  option("--observed-until", flags->observed_until, "TIME",
         "Until when outcomes are known (default: the latest\ntime there is)");
  option("--time-format", flags->time_format, "FORMAT", "As for nps report (default iso)");
  when_run(*command, exit_code, [flags] { return outcomes(*flags); });
}

}  // namespace nps::cli
