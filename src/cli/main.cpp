// The nps command. Each subcommand is a file of its own.
#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <new>
#include <string>
#include <string_view>

#include "cli/arguments.h"
#include "cli/cli.h"
#include "nps/version.h"

namespace {

// A standard stream that was closed would lend its number to the next file that is opened, which
// would then be written to as if it were that stream. So each is opened in a way that it fails.
void occupy_standard_streams() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) == -1) {
      static_cast<void>(::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY));
    }
  }
}

// How the user called this program, for examples that work where they are pasted.
std::string called_as(const char* argument) {
  const std::string_view name = argument == nullptr ? "" : argument;
  const bool plain = name.find_first_not_of(
                         "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                         "0123456789/._-+") == std::string_view::npos;
  return plain && !name.empty() ? std::string(name) : "nps";
}

}  // namespace

int main(int argc, char** argv) {
  occupy_standard_streams();
  CLI::App app(
      "Net Promoter Score of files of survey answers: scored, segmented, with honest\nintervals.",
      "nps");
  app.set_help_flag("-h,--help", "Show this help");
  app.set_version_flag("--version", "nps " + std::string(nps::kVersionText), "Show the version");
  app.require_subcommand(1);
  app.footer(
      "Each command shows examples: nps report --help.\n"
      "Net Promoter, NPS and Net Promoter Score are registered trademarks of\n"
      "Bain & Company, Inc., NICE Systems, Inc. and Fred Reichheld.");
  int exit_code = nps::cli::kDone;
  const std::string program = called_as(argc > 0 ? argv[0] : nullptr);
  nps::cli::add_report_command(app, program, exit_code);
  nps::cli::add_compare_command(app, program, exit_code);
  nps::cli::add_replay_command(app, program, exit_code);
  nps::cli::add_watch_command(app, program, exit_code);
  nps::cli::add_store_command(app, program, exit_code);
  nps::cli::add_interval_command(app, program, exit_code);
  nps::cli::add_plan_command(app, program, exit_code);
  nps::cli::set_up_help(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked_for_help) {
    app.exit(asked_for_help);
    if (std::cout.flush()) return nps::cli::kDone;
    nps::cli::say("cannot write to standard output");
    return nps::cli::kFailed;
  } catch (const CLI::ParseError& error) {
    nps::cli::say(nps::cli::explain(app, error));
    return nps::cli::kUsage;
  } catch (const std::bad_alloc&) {
    nps::cli::say("out of memory");
    return nps::cli::kFailed;
  }
  return exit_code;
}
