// The nps command. Each subcommand is a file of its own.
#include <CLI/CLI.hpp>
#include <new>
#include <string>

#include "cli/cli.h"
#include "nps/version.h"

int main(int argc, char** argv) {
  CLI::App app(
      "Net Promoter Score of files of survey answers: scored, segmented, with honest intervals.",
      "nps");
  app.set_version_flag("--version", "nps " + std::string(nps::kVersionText));
  app.require_subcommand(1);
  app.footer(
      "nps report --help and nps interval --help show examples.\n"
      "Net Promoter, NPS and Net Promoter Score are registered trademarks of Bain & Company, Inc.,\n"
      "NICE Systems, Inc. and Fred Reichheld.");
  int exit_code = nps::cli::kDone;
  nps::cli::add_report_command(app, exit_code);
  nps::cli::add_interval_command(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? nps::cli::kDone : nps::cli::kUsage;
  } catch (const std::bad_alloc&) {
    nps::cli::say("out of memory");
    return nps::cli::kFailed;
  }
  return exit_code;
}
