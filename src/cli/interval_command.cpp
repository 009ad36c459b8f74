// nps interval: the figures of three counts, for whoever has those and no file.
#include <CLI/CLI.hpp>
#include <cstdint>
#include <limits>
#include <memory>

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
      BandCounts{.detractors = flags.detractors, .passives = flags.passives, .promoters = flags.promoters},
      {*interval_method(flags.figures.method), *Level::from(flags.figures.level)});
  std::string text;
  switch (format_of(flags.figures)) {
    case Format::Table: text = render_table(result, style_of_terminal()); break;
    case Format::Json: text = render_json(result); break;
    case Format::Csv: text = render_csv(result); break;
    case Format::Markdown: text = render_markdown(result); break;
  }
  const auto written = write_stdout(text);
  return written ? kDone : fail(written.error());
}

}  // namespace

void add_interval_command(CLI::App& app, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("interval", "Score and interval of counts: promoters, passives, detractors");
  command->footer(
      "Example:\n"
      "  nps interval 70 20 10 --level 0.9 --format table");
  auto flags = std::make_shared<IntervalFlags>();
  command->add_option("P", flags->promoters, "Promoters")->required();
  command->add_option("S", flags->passives, "Passives")->required();
  command->add_option("D", flags->detractors, "Detractors")->required();
  add_figure_flags(*command, flags->figures, "--method");
  command->callback([flags, &exit_code] { exit_code = run(*flags); });
}

}  // namespace nps::cli
