// nps store cohorts and response-rates: customers by when they came, and who answers at all.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/store_file.h"
#include "cli/store_joins.h"
#include "cli/store_query.h"
#include "cli/usage.h"
#include "nps/adapters/time_text.h"
#include "nps/customer/cohort.h"
#include "nps/customer/response_rate.h"
#include "nps/segment/timing.h"
#include "nps/segment/zone.h"

namespace nps::cli {
namespace {

// ---- cohorts ------------------------------------------------------------------------------------

const std::vector<std::string> kUnits{"day", "week", "month", "quarter", "year"};

struct CohortFlags {
  StoreFlags store;
  std::string cohorts = "month";
  std::string periods = "month";
  std::string count = "latest";
  std::string zone;
  std::string acquired;
  std::string customer;
  std::string at;
  std::string time_format = "iso";
  double level = Level{}.value();
};

/// When customers were won, with the names that they view.
struct Acquired {
  std::deque<std::string> names = {};
  std::vector<Acquisition> all = {};
};

Result<> read_acquired(const CohortFlags& flags, const Zone& zone, Acquired& into) {
  const auto format = TimeFormat::parse(flags.time_format);
  if (!format) return format.error();
  const std::array columns{flags.customer, flags.at};
  std::uint64_t untimed = 0;
  auto read = read_rows(flags.acquired, columns, [&](std::span<const std::string_view> cells) {
    const auto at = format->read(cells[1], zone);
    if (!at) ++untimed;
    into.all.push_back({into.names.emplace_back(cells[0]), at});
  });
  if (read && untimed != 0) {
    say(fmt::format("{}: {} of {} rows have no time in column '{}' that can be read as {}",
                    flags.acquired, untimed, into.all.size(), flags.at, flags.time_format));
  }
  return read;
}

Result<> check(const CohortFlags& flags) {
  const bool columns = !flags.customer.empty() && !flags.at.empty();
  if (!flags.acquired.empty() && !columns) {
    return usage("--acquired needs to know who and when: pass --customer COLUMN and --at COLUMN",
                 "--acquired");
  }
  if (flags.acquired.empty() && !(flags.customer.empty() && flags.at.empty())) {
    return usage("--customer and --at are columns of --acquired FILE, which is not given",
                 "--acquired");
  }
  return {};
}

Result<int> cohorts(const CohortFlags& flags) {
  if (auto usable = check(flags); !usable) return std::move(usable).error();
  const auto store = open_store(flags.store, Access::Read);
  if (!store) return store.error();
  const auto zone = flags.zone.empty() ? zone_of(*store, flags.store) : Zone::load(flags.zone);
  if (!zone) return zone.error();
  const CohortOptions options{.cohorts = Calendar(*calendar_unit(flags.cohorts), *zone),
                              .periods = Calendar(*calendar_unit(flags.periods), *zone),
                              .which = flags.count == "all"     ? Which::All
                                       : flags.count == "first" ? Which::First
                                                                : Which::Latest,
                              .scale = store->options().policy.scale,
                              .level = *Level::from(flags.level)};
  Acquired acquired;
  if (!flags.acquired.empty()) {
    if (auto read = read_acquired(flags, *zone, acquired); !read) return std::move(read).error();
  }
  StoredAnswers answers;
  if (auto read = answers.read(*store, flags.store.database); !read) {
    return std::move(read).error();
  }
  return show(flags.acquired.empty() ? cohort_report(answers.all(), options)
                                     : cohort_report(answers.all(), acquired.all, options),
              flags.store);
}

void add_cohorts(CLI::App& store, const std::string& program, int& exit_code) {
  CLI::App* const command = store.add_subcommand("cohorts", "Follows customers by when they came");
  auto flags = std::make_shared<CohortFlags>();
  add_store_flags(*command, flags->store, {"table", "json"});
  command->footer(
      fmt::format("Examples:\n"
                  "  {0} store cohorts answers.db --cohorts quarter\n"
                  "  {0} store cohorts answers.db --acquired customers.csv --customer id \\\n"
                  "    --at since --cohorts year --periods quarter",
                  program));
  const auto option = [command](const char* flag, std::string& into, const char* help) {
    return command->add_option(flag, into, help)->group("Cohorts");
  };
  choice(option("--cohorts", flags->cohorts, "What customers are put together by (default\nmonth)"),
         kUnits);
  choice(option("--periods", flags->periods, "What is followed (default month)"), kUnits);
  choice(option("--count", flags->count,
                "Of each customer in each period: the latest answer\n(default), the first, or all"),
         {"latest", "first", "all"});
  option("--zone", flags->zone, "Zone of periods (default: the store's)")->type_name("IANA");
  level(
      command->add_option("--level", flags->level, "Confidence level of intervals (default 0.95)"))
      ->group("Cohorts");
  const auto acquired = [command](const char* flag, std::string& into, const char* type,
                                  const char* help) {
    command->add_option(flag, into, help)->type_name(type)->group("Acquisition");
  };
  acquired("--acquired", flags->acquired, "FILE",
           "CSV of when customers were won (default: by the first\nanswer of each)");
  acquired("--customer", flags->customer, "COLUMN", "Who");
  acquired("--at", flags->at, "COLUMN", "When");
  acquired("--time-format", flags->time_format, "FORMAT", "As for nps report (default iso)");
  when_run(*command, exit_code, [flags] { return cohorts(*flags); });
}

// ---- response rates -----------------------------------------------------------------------------

/// Everybody who was asked, with the texts that they view.
struct Asked {
  std::deque<std::string> texts = {};
  std::vector<Asking> all = {};
  std::uint64_t dismissed = 0;
};

std::string_view text_in(const SqlCell& cell, std::deque<std::string>& texts) {
  const auto* const text = std::get_if<std::string>(&cell);
  return text == nullptr ? std::string_view() : texts.emplace_back(*text);
}

Result<> read_asked(const SqliteStore& store, Asked& into) {
  // Who did not answer has no time of answer. Where events are ordered by when they happened, that is it.
  const bool ordered_by_time = store.options().order == EventOrder::UpdatedAt;
  const std::string when = ordered_by_time ? "ord" : "received_at";
  return query(store,
               "SELECT customer_id, type = 'dismissed', rating, "
               "CASE type WHEN 'answered' THEN answered_at ELSE " +
                   when +
                   " END, response_id "
                   "FROM nps_event WHERE current = 1 AND type IN ('answered', 'dismissed')",
               {}, [&into](const SqlRow& row) {
                 const bool dismissed = number_in(row[1]) == 1;
                 if (dismissed) ++into.dismissed;
                 Asking asking{.customer = text_in(row[0], into.texts)};
                 if (!dismissed) asking.rating = Rating::from(number_in(row[2]).value_or(-1));
                 if (const auto time = number_in(row[3])) {
                   asking.at = Timestamp(Timestamp::duration(*time));
                 }
                 asking.response_id = text_in(row[4], into.texts);
                 into.all.push_back(asking);
               });
}

Result<int> response_rates(const StoreFlags& flags, double level) {
  const auto store = open_store(flags, Access::Read);
  if (!store) return store.error();
  Asked asked;
  if (auto read = read_asked(*store, asked); !read) {
    return of_file(std::move(read).error(), flags.database);
  }
  if (asked.dismissed == 0 && !asked.all.empty()) {
    say(
        fmt::format("{} knows of nobody who was asked and did not answer, so every rate is 100 %: "
                    "give it events "
                    "of type dismissed",
                    flags.database));
  }
  return show(response_rate_report(asked.all, store->options().policy.scale, *Level::from(level)),
              flags);
}

void add_response_rates(CLI::App& store, const std::string& program, int& exit_code) {
  struct Flags {
    StoreFlags store;
    double level = Level{}.value();
  };
  CLI::App* const command =
      store.add_subcommand("response-rates", "Shows who answers, by what they said before");
  auto flags = std::make_shared<Flags>();
  add_store_flags(*command, flags->store, {"table", "json"});
  command->footer(
      fmt::format("Who was asked and did not answer comes as an event of type dismissed; its time\n"
                  "is that of receipt, or of update in a store of --order updated_at.\n"
                  "\n"
                  "Example:\n  {} store response-rates answers.db",
                  program));
  level(
      command->add_option("--level", flags->level, "Confidence level of intervals (default 0.95)"))
      ->group("Store");
  when_run(*command, exit_code, [flags] { return response_rates(flags->store, flags->level); });
}

}  // namespace

void add_store_cohorts(CLI::App& store, const std::string& program, int& exit_code) {
  add_cohorts(store, program, exit_code);
  add_response_rates(store, program, exit_code);
}

}  // namespace nps::cli
