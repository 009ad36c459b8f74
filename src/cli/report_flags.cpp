#include "cli/report_flags.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "nps/detail/text.h"

namespace nps::cli {
namespace {

constexpr const char* kScaleHelp =
    "Scale of the question, and its first passive and promoter:\n"
    "0-10 (7, 9: Reichheld, HBR, December 2003), 1-10 (the same cuts),\n"
    "1-5 (4, 5) and 1-7 (5, 6): top-box conventions, for trends of their own only\n"
    "(on scales other than 0-10: Reichheld, The Ultimate Question, 2006)";

constexpr const char* kExamples =
    "Examples, from the folder that nps was built in:\n"
    "  nps report examples/data/2020Q4_nps_*.csv --by @file\n"
    "  nps report examples/data/2020Q4_nps_*.csv --time response_date --by @month\n"
    "  nps report examples/data/sfo_2017.csv --rating NETPRO --missing 11 --by BAREA --sort nps\n"
    "\n"
    "Exit status: 0 done, 1 a file is unreadable or not what it claims, 2 wrong usage,\n"
    "3 --strict and something was rejected.";

Error usage(std::string message, std::string field) {
  return {ErrorCode::InvalidArgument, std::move(message), {.field = std::move(field)}};
}

// Names between commas, read as CSV: "Country","City, State".
Result<std::vector<std::string>> split(const std::vector<std::string>& texts,
                                       const std::string& flag) {
  std::vector<std::string> names;
  for (const std::string& text : texts) {
    auto records = CsvRecords::open(bytes_in_memory(text, flag), {.delimiter = ','});
    if (!records) return usage(fmt::format("{}: '{}' is no list of names", flag, text), flag);
    const auto more = records->next();
    if (!more || !*more) {
      return usage(fmt::format("{}: '{}' is no list of names", flag, text), flag);
    }
    for (const std::string_view cell : records->cells()) {
      names.emplace_back(detail::trim(cell));
      if (names.back().empty()) {
        return usage(fmt::format("{}: '{}' has an empty name in it", flag, text), flag);
      }
    }
  }
  return names;
}

Result<Dimension> timing_named(const std::string& name, const ReportFlags& flags,
                               const Zone& zone) {
  if (flags.csv.time.empty()) {
    return usage(fmt::format("--by {} needs to know when people answered: pass --time COLUMN", name),
                 "--time");
  }
  const std::string_view unit = std::string_view(name).substr(1);
  if (const auto calendar = calendar_unit(unit)) {
    const auto start = weekday_named(flags.week_start);
    if (!start) {
      return usage(fmt::format("--week-start: '{}' is no weekday; it is mon, tue, ... or sun",
                               flags.week_start),
                   "--week-start");
    }
    return Dimension::calendar(name, Calendar(*calendar, zone, *start));
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
      return usage(fmt::format("--by: there is no '{}'; there is @file, @hour, @day, @week, @month, "
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
    return usage(fmt::format("--delimiter: '{}' is no single character; it is , or ; or tab",
                             flags.delimiter),
                 "--delimiter");
  }
  plan.csv.encoding = flags.encoding == "latin1" ? CsvEncoding::Latin1 : CsvEncoding::Utf8;
  plan.csv.ragged = flags.ragged == "reject" ? RaggedRows::Reject : RaggedRows::Refuse;
  return {};
}

Result<> check_needs(const ReportFlags& flags) {
  if (flags.count != "all" && (flags.csv.customer.empty() || flags.csv.time.empty())) {
    return usage(fmt::format("--count {} takes one answer of each customer, by time: pass --customer "
                             "COLUMN and --time COLUMN",
                             flags.count),
                 "--count");
  }
  if (std::ranges::count(flags.files, "-") > 1) {
    return usage("standard input ('-') can be read once only", "FILE");
  }
  return {};
}

}  // namespace

void add_report_flags(CLI::App& command, ReportFlags& flags) {
  command.footer(kExamples);
  command.add_option("FILE", flags.files, "CSV files; - is standard input")->required();
  const auto column = [&](const char* flag, std::string& name, const char* help) {
    command.add_option(flag, name, help)->type_name("COLUMN")->group("Columns");
  };
  column("--rating", flags.csv.rating, "The 0..10 answers; default: the one well-known name");
  column("--customer", flags.csv.customer, "Who answered");
  column("--response-id", flags.csv.response_id, "Orders answers of one time");
  column("--time", flags.csv.time, "When it was answered");
  column("--touchpoint", flags.csv.touchpoint, "When the experience was, for @delay");
  column("--weight", flags.csv.weight, "How much an answer counts: 0 or more");

  command
      .add_option("--by", flags.by,
                  "Group by columns and by @file, @hour, @day, @week, @month, @quarter, @year,\n"
                  "@hour_of_day, @weekday or @delay; repeatable; quote names with commas as in CSV")
      ->type_name("DIM,DIM,...")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->group("Groups");
  command.add_flag("--rollup", flags.rollup, "Every subset of --by, too")->group("Groups");
  command.add_option("--delays", flags.delays, "Limits of the @delay buckets, such as 1h,1d,7d")
      ->type_name("LIST")
      ->group("Groups");
  command.add_option("--zone", flags.zone, "Zone of periods and of times without one")
      ->type_name("IANA")
      ->capture_default_str()
      ->group("Groups");
  command.add_option("--week-start", flags.week_start, "First day of the week")
      ->type_name("DAY")
      ->capture_default_str()
      ->group("Groups");
  command.add_option("--sort", flags.sort, "Order of groups; nps and n have the greatest first")
      ->check(CLI::IsMember({"key", "nps", "n"}))
      ->capture_default_str()
      ->group("Groups");
  command.add_option("--top", flags.top, "Only so many groups of each kind")
      ->type_name("N")
      ->group("Groups");
  command.add_option("--max-cells", flags.max_cells, "Most combinations of labels to keep")
      ->type_name("N")
      ->capture_default_str()
      ->group("Groups");

  command.add_option("--scale", flags.scale, kScaleHelp)
      ->check(CLI::IsMember({"0-10", "1-10", "1-5", "1-7"}))
      ->capture_default_str()
      ->group("Counting");
  command
      .add_option("--count", flags.count, "All answers, or the latest or first of each --customer")
      ->check(CLI::IsMember({"all", "latest", "first"}))
      ->capture_default_str()
      ->group("Counting");
  command.add_option("--missing", flags.missing, "Codes that mean no answer, besides NA and the like")
      ->type_name("CODE,...")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->group("Counting");
  add_figure_flags(command, flags.figures, "--interval");

  const auto reading = [&](CLI::Option* option) { option->group("Reading"); };
  reading(command
              .add_option("--time-format", flags.time_format,
                          "iso (default), unix, unix_ms, excel, dmy, mdy, ymd, or a strftime pattern")
              ->type_name("FORMAT"));
  reading(command.add_option("--encoding", flags.encoding, "What the bytes mean")
              ->check(CLI::IsMember({"utf-8", "latin1"}))
              ->capture_default_str());
  reading(command.add_option("--delimiter", flags.delimiter, "Between cells: , ; or tab; default: detect")
              ->type_name("CHAR"));
  reading(command.add_option("--header-rows", flags.csv.header_rows, "Rows of column names")
              ->check(CLI::Range(1, 100))
              ->type_name("N")
              ->capture_default_str());
  reading(command.add_option("--footer-rows", flags.csv.footer_rows, "Records at the end to drop")
              ->check(CLI::Range(0, 100000))
              ->type_name("N")
              ->capture_default_str());
  reading(command.add_option("--ragged", flags.ragged, "Rows with a wrong number of cells")
              ->check(CLI::IsMember({"refuse", "reject"}))
              ->capture_default_str());

  const auto writing = [&](CLI::Option* option) { option->type_name("FILE")->group("Writing"); };
  writing(command.add_option("--output", flags.output, "Write the report there"));
  writing(command.add_option("--rejects", flags.rejects, "List every rejected cell there, as CSV"));
  command.add_flag("--strict", flags.strict, "Exit with 3 when something was rejected")
      ->group("Writing");
}

Result<ReportPlan> plan_of(const ReportFlags& flags) {
  if (auto needs = check_needs(flags); !needs) return std::move(needs).error();
  const auto zone = Zone::load(flags.zone);
  if (!zone) return zone.error();
  const auto scale = std::ranges::find(kNamedScales, flags.scale, &NamedScale::name)->scale;

  ReportPlan plan;
  if (auto by = plan_dimensions(flags, *zone, plan); !by) return std::move(by).error();
  if (auto csv = plan_csv(flags, *zone, scale, plan); !csv) return std::move(csv).error();

  ReportOptions& report = plan.report;
  report.policy = {.which = flags.count == "latest"  ? Which::Latest
                            : flags.count == "first" ? Which::First
                                                     : Which::All,
                   .scale = scale,
                   .zone = std::string(zone->name())};
  report.roll_up = flags.rollup;
  report.interval = {*interval_method(flags.figures.method), *Level::from(flags.figures.level)};
  report.weighted = !flags.csv.weight.empty();
  report.customers = !flags.csv.customer.empty();
  report.order = flags.sort == "nps" ? GroupOrder::Score
                 : flags.sort == "n" ? GroupOrder::Responses
                                     : GroupOrder::Key;
  report.top = flags.top;
  report.cell_limit = flags.max_cells;
  plan.csv.needs_customer = report.policy.which != Which::All;
  return plan;
}

}  // namespace nps::cli
