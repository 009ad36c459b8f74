// nps store transitions and exposures: how customers moved between two periods, and around what they
// went through.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
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
#include "nps/customer/exposure.h"
#include "nps/customer/transition.h"
#include "nps/segment/zone.h"
#include "nps/stream/window.h"

namespace nps::cli {
namespace {

// ---- transitions --------------------------------------------------------------------------------

struct TransitionFlags {
  StoreFlags store;
  std::string from;
  std::string to;
};

/// A day, a month, a quarter or a year by its name, or two instants: 2026-10, 2026-Q3, 2026-10-01/2026-11-01.
Result<Span> period_of(const std::string& text, const Zone& zone, const std::string& flag) {
  const auto read = [&zone](const std::string& instant) {
    return TimeFormat::iso().read(instant, zone);
  };
  std::optional<Timestamp> begin;
  std::optional<Timestamp> end;
  if (const auto slash = text.find('/'); slash != std::string::npos) {
    begin = read(text.substr(0, slash));
    end = read(text.substr(slash + 1));
  } else {
    int year = 0;
    int first = 1;
    int months = 12;
    bool known = true;
    const auto digits = [&text](std::size_t at, std::size_t count) {
      return text.size() >= at + count &&
             std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at),
                         text.begin() + static_cast<std::ptrdiff_t>(at + count),
                         [](char c) { return '0' <= c && c <= '9'; });
    };
    if (text.size() == 7 && digits(0, 4) && text.substr(4, 2) == "-Q" && digits(6, 1)) {
      first = 3 * (text[6] - '1') + 1;
      months = 3;
    } else if (text.size() == 7 && digits(0, 4) && text[4] == '-' && digits(5, 2)) {
      first = std::stoi(text.substr(5, 2));
      months = 1;
    } else {
      known = text.size() == 4 && digits(0, 4);
    }
    if (known && 1 <= first && first <= 12) {
      year = std::stoi(text.substr(0, 4));
      const int next = first + months;
      begin = read(fmt::format("{:04}-{:02}-01", year, first));
      end = read(
          fmt::format("{:04}-{:02}-01", next > 12 ? year + 1 : year, next > 12 ? next - 12 : next));
    }
  }
  if (begin && end && *begin < *end) return Span{*begin, *end};
  return usage(fmt::format("{}: '{}' is no period, such as 2026-10, 2026-Q3, 2026 or "
                           "2026-10-01/2026-11-01",
                           flag, text),
               flag);
}

Result<int> transitions(const TransitionFlags& flags) {
  const auto store = open_store(flags.store, Access::Read);
  if (!store) return store.error();
  const CountingPolicy& policy = store->options().policy;
  const auto zone = zone_of(*store, flags.store);
  if (!zone) return zone.error();
  const auto before = period_of(flags.from, *zone, "--from");
  if (!before) return before.error();
  const auto after = period_of(flags.to, *zone, "--to");
  if (!after) return after.error();
  StoredAnswers answers;
  if (auto read = answers.read(*store, flags.store.database); !read) {
    return std::move(read).error();
  }
  const auto report = transition_report(answers.all(), *before, *after, {.scale = policy.scale});
  if (!report) return report.error();
  return show(*report, flags.store);
}

// ---- exposures ----------------------------------------------------------------------------------

struct ExposureFlags {
  StoreFlags store;
  std::string file;
  std::string customer;
  std::string kind;
  std::string exposure;
  std::string at;
  std::string time_format = "iso";
  std::string within = "90d";
};

/// Exposures, with the texts that they view.
struct Exposed {
  std::deque<std::string> texts = {};
  std::vector<Exposure> all = {};
};

Result<> read_exposures(const ExposureFlags& flags, const Zone& zone, Exposed& into) {
  const auto format = TimeFormat::parse(flags.time_format);
  if (!format) return format.error();
  const std::array columns{flags.customer, flags.at, flags.kind};
  return read_rows(flags.file, columns, [&](std::span<const std::string_view> cells) {
    const std::string_view kind =
        flags.kind.empty() ? std::string_view(flags.exposure) : into.texts.emplace_back(cells[2]);
    into.all.push_back({.customer = into.texts.emplace_back(cells[0]),
                        .kind = kind,
                        .at = format->read(cells[1], zone)});
  });
}

Result<int> exposures(const ExposureFlags& flags) {
  if (flags.kind.empty() == flags.exposure.empty()) {
    return usage("say what it was: pass --kind COLUMN, or --exposure NAME where all are alike",
                 "--kind");
  }
  const auto within = WindowLength::parse(flags.within);
  if (!within) return usage("--within: " + within.error().message, "--within");
  const auto store = open_store(flags.store, Access::Read);
  if (!store) return store.error();
  const CountingPolicy& policy = store->options().policy;
  const auto zone = zone_of(*store, flags.store);
  if (!zone) return zone.error();
  Exposed exposed;
  if (auto read = read_exposures(flags, *zone, exposed); !read) return std::move(read).error();
  StoredAnswers answers;
  if (auto read = answers.read(*store, flags.store.database); !read) {
    return std::move(read).error();
  }
  const bool days = within->unit == BucketUnit::Day;
  const auto report = exposure_report(
      answers.all(), exposed.all,
      {.horizon = std::chrono::hours(within->buckets * (days ? 24 : 1)), .scale = policy.scale});
  if (!report) return report.error();
  if (report->no_customer + report->no_time != 0) {
    say(fmt::format("{} exposures name no customer, and {} have no time that can be read as {}",
                    report->no_customer, report->no_time, flags.time_format));
  }
  return show(*report, flags.store);
}

}  // namespace

void add_store_customers(CLI::App& store, const std::string& program, int& exit_code) {
  CLI::App* command =
      store.add_subcommand("transitions", "Shows how customers moved between two periods");
  auto moved = std::make_shared<TransitionFlags>();
  add_store_flags(*command, moved->store, {"table", "json"});
  command->footer(fmt::format(
      "Example:\n  {} store transitions answers.db --from 2020-10 --to 2020-12", program));
  const auto period = [command](const char* flag, std::string& into, const char* help) {
    command->add_option(flag, into, help)->required()->type_name("PERIOD")->group("Periods");
  };
  period("--from", moved->from,
         "2026-10, 2026-Q3, 2026 or 2026-10-01/2026-11-01, in\nthe store's "
         "zone");
  period("--to", moved->to, "The period to compare with it");
  when_run(*command, exit_code, [moved] { return transitions(*moved); });

  command = store.add_subcommand("exposures", "Joins answers to what customers went through");
  auto exposed = std::make_shared<ExposureFlags>();
  add_store_flags(*command, exposed->store, {"table", "json"});
  command->footer(
      fmt::format("Each row of FILE is an experience of a customer, such as a delivery or a talk\n"
                  "with support; the last answer before it is set beside the first one after it.\n"
                  "\n"
                  "Example, of a file with the columns id, what and at:\n"
                  "  {} store exposures answers.db contacts.csv \\\n"
                  "      --customer id --kind what --at at",
                  program));
  command->add_option("FILE", exposed->file, "CSV: one customer, one experience, one moment a row")
      ->required()
      ->option_text(" ");
  const auto column = [command](const char* flag, std::string& into, const char* type,
                                const char* help) {
    return command->add_option(flag, into, help)->type_name(type)->group("Exposures");
  };
  column("--customer", exposed->customer, "COLUMN", "Who")->required();
  column("--at", exposed->at, "COLUMN", "When")->required();
  column("--kind", exposed->kind, "COLUMN", "What it was");
  column("--exposure", exposed->exposure, "NAME", "What it was, where all are alike");
  column("--within", exposed->within, "LENGTH", "How far an answer may be from it (default 90d)");
  column("--time-format", exposed->time_format, "FORMAT", "As for nps report (default iso)");
  when_run(*command, exit_code, [exposed] { return exposures(*exposed); });
}

}  // namespace nps::cli
