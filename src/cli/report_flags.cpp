#include "cli/report_flags.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <string_view>
#include <thread>

#include "cli/arguments.h"

namespace nps::cli {
namespace {

constexpr const char* kScaleHelp =
    "Scale of the question (default 0-10). Passives and\n"
    "promoters begin at 7 and 9 on 0-10 and 1-10\n"
    "(Reichheld, Harvard Business Review, December 2003),\n"
    "at 4 and 5 on 1-5 (only the top box, as the five\n"
    "points in Reichheld, The Ultimate Question, 2006),\n"
    "at 5 and 6 on 1-7 (our own choice: no standard has\n"
    "one). Compare such scores with their own kind only";

constexpr std::string_view kReportExamples =
    "Examples, for the top folder of nps:\n"
    "  {0} report examples/data/2020Q4_nps_*.csv --by @file\n"
    "  {0} report examples/data/2020Q4_nps_*.csv \\\n"
    "    --time response_date --by @month\n"
    "  {0} report examples/data/sfo_2017.csv --rating NETPRO --missing 11 \\\n"
    "    --by BAREA --sort nps\n"
    "\n"
    "Exit status: 0 done; 1 a file cannot be read or written, is not what it claims,\n"
    "or a limit was met; 2 wrong usage; 3 --strict and something was rejected.";

/// Adds options of one group; most take a value that is called something.
class Group {
 public:
  Group(CLI::App& command, const char* name) : command_(command), name_(name) {}
  CLI::Option* operator()(const char* flag, auto& value, const char* type, const char* help) {
    return command_.add_option(flag, value, help)->type_name(type)->group(name_);
  }
  void names(const char* flag, std::vector<std::string>& values, const char* type,
             const char* help) {
    (*this)(flag, values, type, help)
        ->allow_extra_args(false)  // what follows is a file
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->option_text(type);
  }
  void flag(const char* flag, bool& value, const char* help) {
    command_.add_flag(flag, value, help)->group(name_);
  }

 private:
  CLI::App& command_;
  const char* name_;
};

void add_columns(CLI::App& command, CsvOptions& csv) {
  Group add(command, "Columns");
  add("--rating", csv.rating, "COLUMN",
      "The answers (default: the one column called nps,\nscore, rating, likelihood_to_recommend or "
      "the like)");
  add("--customer", csv.customer, "COLUMN", "Who answered");
  add("--response-id", csv.response_id, "COLUMN", "Orders answers of the same time, for --count");
  add("--time", csv.time, "COLUMN", "When it was answered");
  add("--touchpoint", csv.touchpoint, "COLUMN", "When the experience was, for @delay");
  add("--weight", csv.weight, "COLUMN", "How much an answer counts: 0 or more");
}

void add_groups(CLI::App& command, ReportFlags& flags, const std::vector<std::string>& orders) {
  Group add(command, "Groups");
  add.names("--by", flags.by, "DIM,DIM,...",
            "Group by columns and by @file, @hour, @day, @week,\n"
            "@month, @quarter, @year, @hour_of_day, @weekday or\n"
            "@delay. Repeatable. A name with a comma is quoted as\n"
            "in CSV: --by '\"City, State\",@month'");
  add.flag("--rollup", flags.rollup, "Every subset of --by, too");
  add("--delays", flags.delays, "LIST", "Limits of the @delay buckets, such as 1h,1d,7d");
  add("--zone", flags.zone, "IANA",
      "Zone of periods, and of times that name none, such\n"
      "as Europe/Berlin (default UTC)");
  add("--week-start", flags.week_start, "DAY", "First day of a @week (default mon)")
      ->check([](const std::string& day) {
        return weekday_named(day) ? "" : "'" + day + "' is no weekday: mon, tue, ... or sun";
      });
  choice(add("--sort", flags.sort, "", "Order of groups (default key); others: greatest\nfirst"),
         orders);
  whole(add("--min-n", flags.min_n, "N",
            "Hide groups with fewer responses, and others that\nwould give them away"),
        1);
  whole(add("--top", flags.top, "N", "Only the first N groups (of each subset)"), 1);
  whole(add("--max-cells", flags.max_cells, "N",
            "Most combinations of labels to keep (default\n1048576); more are an error"),
        1);
}

void add_counting(CLI::App& command, ReportFlags& flags) {
  Group add(command, "Counting");
  choice(add("--scale", flags.scale, "", kScaleHelp), {"0-10", "1-10", "1-5", "1-7"});
  choice(add("--count", flags.count, "",
             "All answers, or one of each --customer, by --time\n(default all)"),
         {"all", "latest", "first"});
  add.names("--missing", flags.missing, "CODE,CODE,...",
            "Codes that mean no answer, besides NA and the like");
}

void add_reading(CLI::App& command, ReportFlags& flags) {
  constexpr std::uint64_t kMostRows = 100000;
  constexpr std::uint64_t kMostThreads = 1024;
  flags.csv.threads = std::max(1U, std::thread::hardware_concurrency());
  Group add(command, "Reading");
  add("--time-format", flags.time_format, "FORMAT",
      "iso (default), unix, unix_ms, excel, dmy, mdy, ymd,\n"
      "or a strftime pattern such as '%d.%m.%Y %H:%M'");
  choice(add("--encoding", flags.encoding, "", "What the bytes mean (default utf-8)"),
         {"utf-8", "latin1"});
  add("--delimiter", flags.delimiter, "CHAR",
      "Between cells: , or ; or tab or another character\n(default: detect the first three)");
  whole(add("--header-rows", flags.csv.header_rows, "N",
            "Rows of column names (default 1); a column goes by\nthe name in any of them"),
        1, kMostRows);
  whole(add("--footer-rows", flags.csv.footer_rows, "N",
            "Records to leave out at the end (default 0)"),
        0, kMostRows);
  choice(add("--ragged", flags.ragged, "",
             "Rows with a wrong number of cells: refuse the file,\n"
             "or reject the row (default refuse)"),
         {"refuse", "reject"});
  whole(add("--threads", flags.csv.threads, "N",
            "How many threads read a file (default: as many as\nthere are cores). The report is "
            "the same with any"),
        1, kMostThreads);
}

void add_writing(CLI::App& command, ReportFlags& flags) {
  Group add(command, "Writing");
  add("--output", flags.output, "FILE", "Write the report there; - is standard output");
  add("--rejects", flags.rejects, "FILE", "List every rejected cell there, as CSV");
  add.flag("--strict", flags.strict, "Exit with 3 when something was rejected");
}

}  // namespace

void add_file_flags(CLI::App& command, ReportFlags& flags) {
  add_columns(command, flags.csv);
  add_counting(command, flags);
  add_reading(command, flags);
}

void add_shared_flags(CLI::App& command, ReportFlags& flags,
                      const std::vector<std::string>& orders) {
  add_columns(command, flags.csv);
  add_groups(command, flags, orders);
  add_counting(command, flags);
  add_figure_flags(command, flags.figures, "--interval");
  add_reading(command, flags);
  add_writing(command, flags);
}

void add_window_flag(CLI::App& command, std::vector<std::string>& windows, const char* group) {
  Group(command, group)
      .names("--window", windows, "LENGTH,...",
             "Also score the last so many days or hours, such\n"
             "as 7d,30d or 24h: civil days in --zone, the last of\n"
             "them the day of --as-of");
}

void add_group_flags(CLI::App& command, ReportFlags& flags,
                     const std::vector<std::string>& orders) {
  add_groups(command, flags, orders);
}

void add_writing_flags(CLI::App& command, ReportFlags& flags) { add_writing(command, flags); }

void add_report_flags(CLI::App& command, const std::string& program, ReportFlags& flags) {
  command.set_help_flag("-h,--help", "Show this help");
  command.footer(fmt::format(kReportExamples, program));
  command.add_option("FILE", flags.files, "CSV files; - is standard input")
      ->required()
      ->option_text("...");
  add_shared_flags(command, flags, {"key", "nps", "n"});
  Group counting(command, "Counting");
  choice(counting("--per", flags.per, "",
                  "What counts once: each customer (default, with\n--count latest or first), each "
                  "customer in each\n--stage, or each --account, by the mean of its\nanswers"),
         {"customer", "stage", "account"});
  counting("--stage", flags.stage, "COLUMN", "The stage of the journey, for --per stage");
  counting("--account", flags.account, "COLUMN", "Whose customer it is, for --per account");
  Group add(command, "Groups");
  add.flag("--scan", flags.scan,
           "Compare each group with the rest, ranked by what the\n"
           "total would gain were it at the rest's level");
  choice(add("--adjust", flags.adjust, "",
             "How p-values of the scan are adjusted: Benjamini-\n"
             "Hochberg (default) or -Yekutieli"),
         {"bh", "by"});
}

}  // namespace nps::cli
