// What the flags mean: every check that needs no file happens here.
#include <fmt/format.h>

#include <algorithm>

#include "cli/report_flags.h"
#include "cli/usage.h"
#include "nps/adapters/time_text.h"
#include "nps/detail/text.h"

namespace nps::cli {
namespace {

// What stands between commas, read as CSV: "Country","City, State".
Result<std::vector<std::string>> split(const std::vector<std::string>& texts,
                                       const std::string& flag) {
  std::vector<std::string> items;
  for (const std::string& text : texts) {
    if (detail::trim(text).empty()) return usage(flag + ": the list is empty", flag);
    auto cells = cells_of(text, flag);
    if (!cells) return cells;
    for (std::string& cell : *cells) {
      if (cell.empty()) {
        return usage(fmt::format("{}: '{}' has nothing between two commas", flag, text), flag);
      }
      items.push_back(std::move(cell));
    }
  }
  return items;
}

Result<Dimension> timing_named(const std::string& name, const ReportFlags& flags,
                               const Zone& zone) {
  if (flags.csv.time.empty()) {
    return usage(
        fmt::format("--by {} needs to know when people answered: pass --time COLUMN", name),
        "--time");
  }
  const std::string_view unit = std::string_view(name).substr(1);
  if (const auto calendar = calendar_unit(unit)) {
    return Dimension::calendar(name, Calendar(*calendar, zone, *weekday_named(flags.week_start)));
  }
  if (const auto cycle = cyclic_unit(unit)) return Dimension::cycle(name, Cycle(*cycle, zone));
  if (flags.csv.touchpoint.empty() || flags.delays.empty()) {
    return usage("--by @delay needs --touchpoint COLUMN and --delays, such as --delays 1h,1d,7d",
                 "@delay");
  }
  auto delays = Delays::parse(flags.delays);
  if (!delays) return std::move(delays).error();
  return Dimension::delay(name, *std::move(delays));
}

bool is_timing_name(std::string_view name) {
  if (!name.starts_with('@')) return false;
  name.remove_prefix(1);
  return name == "delay" || calendar_unit(name) || cyclic_unit(name);
}

Result<> plan_dimensions(const ReportFlags& flags, const Zone& zone, ReportPlan& plan) {
  const auto names = split(flags.by, "--by");
  if (!names) return names.error();
  for (const std::string& name : *names) {
    if (is_timing_name(name)) {
      auto timing = timing_named(name, flags, zone);
      if (!timing) return std::move(timing).error();
      plan.report.by.push_back(*std::move(timing));
    } else if (name.starts_with('@') && name != kFileLabel) {
      return usage(
          fmt::format("--by: there is no '{}'; there is @file, @hour, @day, @week, @month, "
                      "@quarter, @year, @hour_of_day, @weekday and @delay",
                      name),
          "--by");
    } else {
      plan.label_dimensions.push_back(plan.report.by.size());
      plan.report.by.push_back(Dimension::label(name));
    }
  }
  return {};
}

Result<> plan_csv(const ReportFlags& flags, const Zone& zone, const Scale& scale,
                  ReportPlan& plan) {
  plan.csv = flags.csv;
  plan.csv.scale = scale;
  plan.csv.zone = zone;
  auto missing = split(flags.missing, "--missing");
  if (!missing) return std::move(missing).error();
  plan.csv.missing = *std::move(missing);
  if (!flags.time_format.empty()) {
    auto format = TimeFormat::parse(flags.time_format);
    if (!format) return std::move(format).error();
    plan.csv.time_format = *std::move(format);
  }
  if (flags.delimiter == "tab" || flags.delimiter == "\\t") {
    plan.csv.dialect.delimiter = '\t';
  } else if (flags.delimiter.size() == 1) {
    plan.csv.dialect.delimiter = flags.delimiter.front();
  } else if (!flags.delimiter.empty()) {
    return usage(fmt::format("--delimiter: '{}' is not a single byte, such as , or ; or tab",
                             flags.delimiter),
                 "--delimiter");
  }
  plan.csv.encoding = flags.encoding == "latin1" ? CsvEncoding::Latin1 : CsvEncoding::Utf8;
  plan.csv.ragged = flags.ragged == "reject" ? RaggedRows::Reject : RaggedRows::Refuse;
  return {};
}

/// What counts once, and the column that says so.
Result<> plan_per(const ReportFlags& flags, ReportPlan& plan) {
  const bool stage = flags.per == "stage";
  const bool account = flags.per == "account";
  if (flags.per == "customer" && flags.count == "all") {
    return usage("--per customer takes one answer of each: say which with --count latest or first",
                 "--per");
  }
  if (stage && (flags.count == "all" || flags.stage.empty())) {
    return usage(
        "--per stage takes one answer of each customer in each stage: pass --stage COLUMN and "
        "--count latest or first",
        "--per");
  }
  if (account && flags.account.empty()) {
    return usage("--per account needs to know the accounts: pass --account COLUMN", "--per");
  }
  if (!stage && !flags.stage.empty()) {
    return usage("--stage is for --per stage, which is not asked for", "--stage");
  }
  if (!account && !flags.account.empty()) {
    return usage("--account is for --per account, which is not asked for", "--account");
  }
  if (account && !flags.csv.weight.empty()) {
    return usage("--per account counts each account once, so it goes without --weight", "--per");
  }
  if (account && flags.scan) {
    return usage("--scan compares answers, so it goes without --per account", "--scan");
  }
  plan.report.policy.per = stage ? Per::CustomerAndStage : account ? Per::Account : Per::Customer;
  plan.counted_column = stage ? flags.stage : flags.account;
  return {};
}

Result<> check_needs(const ReportFlags& flags, const std::vector<Dimension>& by) {
  if (flags.count != "all" && (flags.csv.customer.empty() || flags.csv.time.empty())) {
    return usage(fmt::format("--count {} takes one answer of each customer, by time: pass "
                             "--customer COLUMN and --time COLUMN",
                             flags.count),
                 "--count");
  }
  if (flags.rollup && flags.by.empty()) {
    return usage("--rollup needs --by: it reports every subset of those groups", "--rollup");
  }
  if (flags.scan && flags.by.empty()) {
    return usage("--scan needs --by: it compares those groups with the rest", "--scan");
  }
  if (!flags.scan && !flags.adjust.empty()) {
    return usage("--adjust is for the p-values of --scan, which is not asked for", "--adjust");
  }
  if (std::ranges::count(flags.files, "-") > 1) {
    return usage("standard input ('-') can be read once only", "FILE");
  }
  if (flags.rejects == "-") {
    return usage("--rejects needs a file: standard output has the report", "--rejects");
  }
  const auto has_delay = [](const Dimension& dimension) { return dimension.name() == "@delay"; };
  if (!flags.delays.empty() && std::ranges::none_of(by, has_delay)) {
    return usage("--delays is for --by @delay, which is not asked for", "--delays");
  }
  return {};
}

}  // namespace

Result<std::vector<std::string>> cells_of(const std::string& text, const std::string& flag) {
  auto records = CsvRecords::open(bytes_in_memory(text, flag), {.delimiter = ','});
  const auto more = records ? records->next() : records.error();
  if (!more || !*more) {
    return usage(fmt::format("{}: '{}' is no list: is a quote left open?", flag, text), flag);
  }
  std::vector<std::string> cells;
  for (const std::string_view cell : records->cells()) cells.emplace_back(detail::trim(cell));
  if (const auto second = records->next(); !second || *second) {
    return usage(fmt::format("{}: '{}' has two lines; quote a name that has", flag, text), flag);
  }
  return cells;
}

Result<std::vector<WindowLength>> windows_of(const std::vector<std::string>& lists,
                                             std::uint64_t min_n) {
  std::vector<WindowLength> windows;
  for (const std::string& list : lists) {
    const auto names = cells_of(list, "--window");
    if (!names) return names.error();
    for (const std::string& name : *names) {
      const auto length = WindowLength::parse(name);
      if (!length) return usage("--window: " + length.error().message, "--window");
      if (std::ranges::find(windows, *length) == windows.end()) windows.push_back(*length);
    }
  }
  if (min_n != 0 && !windows.empty()) {
    return usage(
        "--min-n hides groups, and windows beside each other would give small ones away: "
        "leave out --window or --min-n",
        "--min-n");
  }
  return windows;
}

Result<Timestamp> instant_of(const std::string& text, const Zone& zone, const std::string& flag) {
  const auto instant = TimeFormat::iso().read(text, zone);
  if (instant) return *instant;
  return usage(
      fmt::format("{}: '{}' is no time, such as 2026-11-15 or 2026-11-15T08:00:00Z", flag, text),
      flag);
}

Result<ReportPlan> plan_of(const ReportFlags& flags) {
  const auto zone = Zone::load(flags.zone);
  if (!zone) return zone.error();
  const auto scale = std::ranges::find(kNamedScales, flags.scale, &NamedScale::name)->scale;

  ReportPlan plan;
  if (auto by = plan_dimensions(flags, *zone, plan); !by) return std::move(by).error();
  if (auto needs = check_needs(flags, plan.report.by); !needs) return std::move(needs).error();
  if (auto csv = plan_csv(flags, *zone, scale, plan); !csv) return std::move(csv).error();

  ReportOptions& report = plan.report;
  report.threads = flags.csv.threads;
  report.policy = {.which = flags.count == "latest"  ? Which::Latest
                            : flags.count == "first" ? Which::First
                                                     : Which::All,
                   .scale = scale,
                   .zone = std::string(zone->name())};
  if (auto per = plan_per(flags, plan); !per) return std::move(per).error();
  report.roll_up = flags.rollup;
  report.interval = {*interval_method(flags.figures.method), *Level::from(flags.figures.level)};
  report.weighted = !flags.csv.weight.empty();
  report.customers = !flags.csv.customer.empty();
  report.order = flags.sort == "nps" ? GroupOrder::Score
                 : flags.sort == "n" ? GroupOrder::Responses
                                     : GroupOrder::Key;
  report.top = flags.top;
  report.min_n = flags.min_n;
  if (flags.scan) {
    report.scan = p_adjustment(flags.adjust).value_or(PAdjustment::BenjaminiHochberg);
  }
  report.cell_limit = flags.max_cells;
  plan.csv.needs_customer = report.policy.which != Which::All;
  return plan;
}

}  // namespace nps::cli
