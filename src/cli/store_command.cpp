// nps store: answers that last, in one file of SQLite. Each verb is a file of its own, or of a few.
#include <CLI/CLI.hpp>
#include <string>

#include "cli/cli.h"
#include "cli/store_file.h"

namespace nps::cli {

void add_store_command(CLI::App& app, const std::string& program, int& exit_code) {
  CLI::App* store = app.add_subcommand("store", "Keeps answers and profiles in a file of SQLite");
  store->set_help_flag("-h,--help", "Show this help");
  store->require_subcommand(1);
  store->footer(
      "Each verb shows more: nps store ingest --help.\n"
      "\n"
      "Exit status: 0 done; 1 a file cannot be read or written, is not what it claims,\n"
      "or a limit was met; 2 wrong usage; 3 --strict and something was rejected.");
  add_store_ingest(*store, program, exit_code);
  add_store_report(*store, program, exit_code);
  add_store_profile(*store, program, exit_code);
  add_store_audience(*store, program, exit_code);
  add_store_traits(*store, program, exit_code);
  add_store_customers(*store, program, exit_code);
  add_store_cohorts(*store, program, exit_code);
  add_store_outcomes(*store, program, exit_code);
  add_store_sql(*store, program, exit_code);
  add_store_dump(*store, program, exit_code);
  add_store_privacy(*store, program, exit_code);
}

}  // namespace nps::cli
