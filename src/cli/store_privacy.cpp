// nps store erase, export and retain: what is held of people, and how it goes.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/report_flags.h"
#include "cli/store_file.h"
#include "cli/usage.h"
#include "nps/segment/zone.h"

namespace nps::cli {
namespace {

using Json = nlohmann::ordered_json;

struct CustomerFlags {
  StoreFlags store;
  std::string customer;
};

Json time_json(const std::optional<Timestamp>& time) {
  return time ? Json(rfc3339(*time)) : Json(nullptr);
}

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

Result<int> write_table(const std::string& text) {
  if (auto written = write_stdout(text, true); !written) return std::move(written).error();
  return kDone;
}

Result<> check_named(const CustomerFlags& flags) {
  if (!flags.customer.empty()) return {};
  return usage("CUSTOMER: '' is nobody: give the customer's id", "CUSTOMER");
}

Result<int> erase(const CustomerFlags& flags) {
  if (auto named = check_named(flags); !named) return std::move(named).error();
  auto store = open_store(flags.store, Access::Write);
  if (!store) return std::move(store).error();
  auto erased = store->erase(flags.customer);
  if (!erased) return of_file(std::move(erased).error(), flags.store.database);
  if (erased->pending || erased->already_erased) {  // bytes of an earlier time may be there as well
    const auto gone = store->scrub();
    if (!gone) return of_file(gone.error(), flags.store.database);
    erased->pending = !*gone;
  }
  if (erased->pending) say(kPending);
  if (erased->inseparable_before) {
    say(
        fmt::format("answers from before {} may be in the tallies that a retention kept, without a "
                    "name",
                    rfc3339(*erased->inseparable_before)));
  }
  if (flags.store.format == "json") {
    return write_json({{"events", erased->events},
                       {"responses", erased->responses},
                       {"answers", erased->answers},
                       {"profile", erased->profile},
                       {"already_erased", erased->already_erased},
                       {"pending", erased->pending},
                       {"inseparable_before", time_json(erased->inseparable_before)}});
  }
  return write_table(fmt::format("erased {}{}: {}, {}, {} that counted\n", flags.customer,
                                 erased->already_erased ? " (again)" : "",
                                 counted(erased->events, "event", "events"),
                                 counted(erased->responses, "response", "responses"),
                                 counted(erased->answers, "answer", "answers")));
}

Result<int> export_all(const CustomerFlags& flags) {
  if (auto named = check_named(flags); !named) return std::move(named).error();
  const auto store = open_store(flags.store, Access::Read);
  if (!store) return store.error();
  const auto document = store->export_customer(flags.customer);
  if (!document) return of_file(document.error(), flags.store.database);
  if (auto written = write_stdout(*document + "\n", false); !written) {
    return std::move(written).error();
  }
  return kDone;
}

// ---- retain -------------------------------------------------------------------------------------

struct RetainFlags {
  StoreFlags store;
  std::string age;
  std::string as_of;
  ReportFlags kept;  // --keep is its --by
  std::uint64_t min_n = RetentionOptions{}.min_cell;
};

/// So many days, weeks, months or years before an instant, in UTC. The 31st less a month is the last
/// day of that month. No value for another text, or a time that no calendar has.
std::optional<Timestamp> before(Timestamp now, std::string_view age) {
  std::int32_t number = 0;
  const auto [end, error] = std::from_chars(age.data(), age.data() + age.size(), number);
  if (error != std::errc{} || number < 0 || number > 1'000'000) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(age.data() + age.size() - end));
  if (unit == "d") return now - std::chrono::days(number);
  if (unit == "w") return now - std::chrono::weeks(number);
  if (unit != "mo" && unit != "y") return std::nullopt;
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::months months(unit == "y" ? 12 * number : number);
  auto date = std::chrono::year_month_day(day) - months;
  if (!date.ok()) date = date.year() / date.month() / std::chrono::last;
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + (now - day);
}

Result<std::optional<std::vector<Dimension>>> kept_dimensions(const RetainFlags& flags,
                                                              const SqliteStore& store) {
  std::optional<std::vector<Dimension>> keep;
  if (flags.kept.by.empty()) return keep;
  ReportFlags as_report = flags.kept;
  as_report.zone = store.options().policy.zone;
  as_report.csv.time = "answered_at";
  const auto plan = plan_of(as_report);
  if (!plan) {
    Error error = plan.error();
    if (error.where.field == "--by") error.where.field = "--keep";
    if (error.message.starts_with("--by")) error.message.replace(0, 4, "--keep");
    return error;
  }
  keep = plan->report.by;
  return keep;
}

Result<int> retain(const RetainFlags& flags) {
  auto store = open_store(flags.store, Access::Write);
  if (!store) return std::move(store).error();
  const auto zone = zone_of(*store, flags.store);
  if (!zone) return zone.error();
  const auto now = instant_or_now(flags.as_of, *zone);
  if (!now) return now.error();
  const auto cutoff = before(*now, flags.age);
  if (!cutoff) {
    return usage(fmt::format("'{}' is no period to keep answers for, such as 24mo, 2y, 90d or 12w",
                             flags.age),
                 "PERIOD");
  }
  auto keep = kept_dimensions(flags, *store);
  if (!keep) return std::move(keep).error();
  const auto gone =
      store->retain_since(*cutoff, {.keep = *std::move(keep), .min_cell = flags.min_n});
  if (!gone) return of_file(gone.error(), flags.store.database);
  if (gone->pending) say(kPending);
  if (flags.store.format == "json") {
    return write_json({{"cutoff", rfc3339(*cutoff)},
                       {"events", gone->events},
                       {"responses", gone->responses},
                       {"answers", gone->answers},
                       {"customers", gone->customers},
                       {"kept", gone->kept},
                       {"pending", gone->pending}});
  }
  return write_table(fmt::format(
      "answers from before {} are gone: {}, {}, {} that counted, {} of whom nothing is left\n",
      rfc3339(*cutoff), counted(gone->events, "event", "events"),
      counted(gone->responses, "response", "responses"),
      counted(gone->answers, "answer", "answers"),
      counted(gone->customers, "customer", "customers")));
}

}  // namespace

void add_store_privacy(CLI::App& store, const std::string& program, int& exit_code) {
  CLI::App* command =
      store.add_subcommand("erase", "Forgets a customer, with all answers past and to come");
  auto erased = std::make_shared<CustomerFlags>();
  add_store_flags(*command, erased->store, {"table", "json"});
  command->footer(
      fmt::format("There is no way back. What stays are keyed hashes of the customer's and the\n"
                  "responses' ids, by which later events of theirs are refused (--key: with the\n"
                  "store's own key). An id that nothing is known of is erased as well: it says 0.\n"
                  "\n"
                  "Example:\n  {} store erase answers.db 44903",
                  program));
  command->add_option("CUSTOMER", erased->customer, "The customer's id")
      ->required()
      ->option_text(" ");
  when_run(*command, exit_code, [erased] { return erase(*erased); });

  command = store.add_subcommand("export", "Writes all that is held of a customer, as JSON");
  auto exported = std::make_shared<CustomerFlags>();
  add_store_flags(*command, exported->store, {"json"});
  command->footer(fmt::format("Example:\n  {} store export answers.db 44903", program));
  command->add_option("CUSTOMER", exported->customer, "The customer's id")
      ->required()
      ->option_text(" ");
  when_run(*command, exit_code, [exported] { return export_all(*exported); });

  command = store.add_subcommand("retain", "Keeps answers for a period, and takes older ones away");
  auto retained = std::make_shared<RetainFlags>();
  add_store_flags(*command, retained->store, {"table", "json"});
  command->footer(fmt::format(
      "There is no way back, and nothing is asked: make a copy before the first time.\n"
      "From then on events of answers from before that instant are refused. What --keep\n"
      "keeps are numbers without names, for hosts (SqliteStore::kept()); reports are of\n"
      "the answers that are left.\n"
      "\n"
      "Example:\n  {} store retain answers.db 24mo --keep channel,@month",
      program));
  command->add_option("PERIOD", retained->age, "How long answers stay: 24mo, 2y, 90d or 12w")
      ->required()
      ->option_text(" ");
  command
      ->add_option("--keep", retained->kept.by,
                   "Keep tallies of what goes, by these dimensions:\nchannel, journey_stage, "
                   "@month and the like")
      ->type_name("DIM,...")
      ->option_text("DIM,...")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->group("Store");
  whole(command->add_option("--min-n", retained->min_n,
                            "A kept tally of fewer answers goes into the total\n(default 10)"),
        1)
      ->type_name("N")
      ->group("Store");
  command->add_option("--as-of", retained->as_of, "The instant to count back from (default: now)")
      ->type_name("INSTANT")
      ->group("Store");
  when_run(*command, exit_code, [retained] { return retain(*retained); });
}

}  // namespace nps::cli
