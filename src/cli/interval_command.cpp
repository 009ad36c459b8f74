// nps interval: the figures of three counts, for whoever has those and no file.
#include <CLI/CLI.hpp>
#include <cstdint>
#include <limits>
#include <memory>

#include "cli/arguments.h"
#include "cli/cli.h"
#include "nps/report/report.h"

namespace nps::cli {
namespace {

struct IntervalFlags {
  std::uint64_t promoters = 0;
  std::uint64_t passives = 0;
  std::uint64_t detractors = 0;
  FigureFlags figures{.format = "json"};
};

int run(const IntervalFlags& flags) {
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
  if (flags.passives > kMost - flags.promoters ||
      flags.detractors > kMost - flags.promoters - flags.passives) {
    say("the three counts add up to more than 2^64 - 1");
    return kUsage;
  }
  const Figures result = figures(
      BandCounts{
          .detractors = flags.detractors, .passives = flags.passives, .promoters = flags.promoters},
      {*interval_method(flags.figures.method), *Level::from(flags.figures.level)});
  std::string text;
  switch (format_of(flags.figures)) {
    case Format::Table: text = render_table(result, style_of_terminal()); break;
    case Format::Json: text = render_json(result); break;
    case Format::Csv: text = render_csv(result); break;
    case Format::Markdown: text = render_markdown(result); break;
  }
  const auto written = write_stdout(text, true);
  return written ? kDone : fail(written.error());
}

}  // namespace

void add_interval_command(CLI::App& app, const std::string& program, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("interval", "Scores counts of promoters, passives, detractors");
  command->set_help_flag("-h,--help", "Show this help");
  command->footer("Example:\n  " + program + " interval 70 20 10 --level 0.9 --format table");
  auto flags = std::make_shared<IntervalFlags>();
  const auto count = [&](const char* name, std::uint64_t& value, const char* help) {
    whole(command->add_option(name, value, help)->required()->option_text("COUNT"));
  };
  count("P", flags->promoters, "How many promoters answered");
  count("S", flags->passives, "How many passives");
  count("D", flags->detractors, "How many detractors");
  add_figure_flags(*command, flags->figures, "--method");
  command->callback([flags, &exit_code] { exit_code = run(*flags); });
}

}  // namespace nps::cli
