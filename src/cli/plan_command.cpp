// nps plan: how many answers are enough, and what those at hand can show.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/read_files.h"
#include "cli/report_flags.h"
#include "cli/usage.h"
#include "nps/stats/sample_size.h"
#include "nps/stats/shares.h"

namespace nps::cli {
namespace {

struct PlanFlags {
  ReportFlags file;  // an earlier survey, in files; none is fine
  std::optional<double> margin;
  std::optional<double> detect;
  std::optional<double> power;
  std::optional<std::uint64_t> n;
  std::optional<double> promoters;
  std::optional<double> detractors;
};

/// What is planned for, and what comes out. `n` answers in all; in two groups, `per_group` each.
struct Plan {
  std::uint64_t n = 0;
  std::optional<std::uint64_t> per_group = {};
  std::optional<double> margin = {};
  std::optional<double> detect = {};
  std::optional<double> power = {};
};

struct Assumed {
  AssumedShares shares;
  std::string_view source;
};

Result<> check(const PlanFlags& flags) {
  if (!flags.margin && !flags.detect && !flags.n) {
    return usage("say what to plan for: --margin POINTS, --detect POINTS or --n ANSWERS");
  }
  if (flags.margin && (flags.detect || flags.n)) {
    return usage("--margin asks for a number of answers, so it goes with neither --n nor --detect");
  }
  if (flags.power && flags.margin) return usage("--power is for --detect and --n, not --margin");
  if (flags.power && flags.detect && flags.n) {
    return usage("with --n and --detect the power is what comes out; leave out --power");
  }
  if (flags.promoters.has_value() != flags.detractors.has_value()) {
    return usage("--promoters and --detractors go together; the rest is passive");
  }
  if (flags.promoters && !flags.file.files.empty()) {
    return usage("the shares come from the file or from --promoters and --detractors, not both");
  }
  if (flags.power && !Power::from(*flags.power)) {
    return usage(
        fmt::format("--power: {} is not from 0.5 up to, but not including, 1", *flags.power));
  }
  if (flags.n && *flags.n < 2) return usage("--n: a plan takes two answers at least");
  return {};
}

Result<Assumed> assumed(const PlanFlags& flags) {
  if (flags.promoters) {
    const auto shares = AssumedShares::from(*flags.promoters, *flags.detractors);
    if (!shares) {
      return usage(
          "--promoters and --detractors are parts of all answers: 0 or more, and together "
          "1 at most, such as 0.5 and 0.2");
    }
    return Assumed{*shares, "given"};
  }
  if (flags.file.files.empty()) return Assumed{*AssumedShares::from(0.5, 0.5), "widest"};

  const auto plan = plan_of(flags.file);
  if (!plan) return plan.error();
  auto builder = ReportBuilder::create(plan->report);
  if (!builder) return std::move(builder).error();
  const auto remarks = read_files(flags.file.files, *plan, *builder);
  if (!remarks) return remarks.error();
  for (const std::string& remark : *remarks) say(remark);
  const auto report = builder->finish();
  if (!report) return report.error();
  const auto shares = AssumedShares::from(report->total.bands);
  if (!shares) {
    return Error{ErrorCode::Malformed, "there is no answer in the file to take the shares from"};
  }
  return Assumed{*shares, "file"};
}

Result<Plan> planned(const PlanFlags& flags, const AssumedShares& shares) {
  const Level level = *Level::from(flags.file.figures.level);
  const Power power = flags.power ? *Power::from(*flags.power) : Power();
  constexpr auto kMethod = ComparisonMethod::Adjusted;
  if (flags.margin) {
    const auto size = responses_for_margin(shares, *flags.margin, kMethod, level);
    if (!size) return size.error();
    return Plan{.n = size->responses, .margin = flags.margin};
  }
  if (!flags.n) {
    const auto size = responses_for_difference(shares, *flags.detect, power, kMethod, level);
    if (!size) return size.error();
    return Plan{.n = 2 * size->responses,
                .per_group = size->responses,
                .detect = flags.detect,
                .power = power.value()};
  }
  const GroupSizes halves{*flags.n / 2, *flags.n / 2};
  Plan plan{.n = *flags.n, .per_group = halves.before, .power = power.value()};
  if (flags.detect) {
    const auto reached = power_of(shares, halves, *flags.detect, kMethod, level);
    if (!reached) return reached.error();
    plan.detect = flags.detect;
    plan.power = *reached;
    return plan;
  }
  const auto margin = margin_of(shares, *flags.n, kMethod, level);
  if (!margin) return margin.error();
  const auto least = detectable_difference(shares, halves, power, kMethod, level);
  if (!least) return least.error();
  plan.margin = *margin;
  if (*least <= 200) plan.detect = *least;  // there is no greater difference
  return plan;
}

std::string as_json(const Plan& plan, const Assumed& assumed, double level) {
  nlohmann::ordered_json json{{"n", plan.n}};
  if (plan.per_group) json["per_group"] = *plan.per_group;
  if (plan.margin) json["margin"] = *plan.margin;
  if (plan.per_group) {
    json["detect"] = plan.detect ? nlohmann::ordered_json(*plan.detect) : nullptr;
    json["power"] = *plan.power;
  }
  json["level"] = level;
  json["assumed"] = {{"promoters", assumed.shares.share(Band::Promoter)},
                     {"detractors", assumed.shares.share(Band::Detractor)},
                     {"nps", assumed.shares.points()},
                     {"from", assumed.source}};
  return json.dump(2) + "\n";
}

std::string as_text(const Plan& plan, const Assumed& assumed, double level) {
  std::string text;
  if (plan.margin) {
    text += fmt::format("{} answers leave {:.1f} points on either side of the score.\n", plan.n,
                        *plan.margin);
  }
  if (plan.per_group && plan.detect) {
    text += fmt::format(
        "Two groups of {} answers show a difference of {:.1f} points with a probability of "
        "{:.0f} %.\n",
        *plan.per_group, *plan.detect, 100 * *plan.power);
  } else if (plan.per_group) {
    text += fmt::format("Two groups of {} answers are too small to show any difference.\n",
                        *plan.per_group);
  }
  text += fmt::format(
      "Intervals of {:g} %, {} {:.1f} % promoters and {:.1f} % detractors (NPS "
      "{:+.1f}).\n",
      100 * level,
      assumed.source == "file"    ? "with the shares of the file,"
      : assumed.source == "given" ? "assuming"
                                  : "in the widest case,",
      100 * assumed.shares.share(Band::Promoter), 100 * assumed.shares.share(Band::Detractor),
      assumed.shares.points());
  return text;
}

int run(const PlanFlags& flags) {
  if (auto usable = check(flags); !usable) return fail(usable.error());
  const auto shares = assumed(flags);
  if (!shares) return fail(shares.error());
  const auto plan = planned(flags, shares->shares);
  if (!plan) return fail(plan.error());
  const double level = flags.file.figures.level;
  const bool json = format_of(flags.file.figures) == Format::Json;
  const auto written =
      write_stdout(json ? as_json(*plan, *shares, level) : as_text(*plan, *shares, level), true);
  return written ? kDone : fail(written.error());
}

}  // namespace

void add_plan_command(CLI::App& app, const std::string& program, int& exit_code) {
  CLI::App* command = app.add_subcommand("plan", "Tells how many answers are enough");
  command->set_help_flag("-h,--help", "Show this help");
  command->footer(
      fmt::format("Examples, for the top folder of nps:\n"
                  "  {0} plan --margin 3 --promoters 0.5 --detractors 0.2\n"
                  "  {0} plan --detect 5 --power 0.9 \\\n"
                  "    examples/data/sfo_2017.csv --rating NETPRO --missing 11\n"
                  "  {0} plan --n 400 --detect 10\n"
                  "Without shares the widest case is taken: half promoters, half detractors.",
                  program));
  auto flags = std::make_shared<PlanFlags>();
  command->add_option("FILE", flags->file.files, "CSV files of an earlier survey, for its shares")
      ->option_text("...");
  const auto add = [&](const char* flag, auto& value, const char* type, const char* help) {
    return command->add_option(flag, value, help)->type_name(type)->group("Plan");
  };
  add("--margin", flags->margin, "POINTS", "Answers for an interval of so much on either side");
  add("--detect", flags->detect, "POINTS", "Answers for a difference between two groups");
  whole(add("--n", flags->n, "ANSWERS", "What so many answers show; in two groups, half each"));
  add("--power", flags->power, "SHARE", "How likely a difference is to be shown (default 0.8)");
  add("--promoters", flags->promoters, "SHARE", "Assumed part of promoters, from 0 to 1");
  add("--detractors", flags->detractors, "SHARE", "Assumed part of detractors");
  level(add("--level", flags->file.figures.level, "", "Confidence level (default 0.95)"));
  choice(add("--format", flags->file.figures.format, "", "How to write it (default table)"),
         {"table", "json"});
  add_file_flags(*command, flags->file);
  command->callback([flags, &exit_code] { exit_code = run(*flags); });
}

}  // namespace nps::cli
