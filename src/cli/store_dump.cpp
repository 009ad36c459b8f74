// nps store dump: the whole state in its canonical bytes.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "cli/cli.h"
#include "cli/output_file.h"
#include "cli/store_file.h"
#include "cli/usage.h"

namespace nps::cli {
namespace {

struct DumpFlags {
  StoreFlags store;
  std::string output;
};

Result<int> dump(const DumpFlags& flags) {
  if (flags.output.empty() && isatty(STDOUT_FILENO) != 0) {
    return usage("a dump is bytes and no text for a terminal: pass --output FILE");
  }
  if (!flags.output.empty() && same_file(flags.store.database, flags.output)) {
    return usage("--output: the store is read, so it is not written");
  }
  const auto store = open_store(flags.store, Access::Read);
  if (!store) return store.error();
  const auto bytes = store->dump();
  if (!bytes) return of_file(bytes.error(), flags.store.database);
  const std::string_view text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
  if (flags.output.empty()) {
    if (auto written = write_stdout(text, true); !written) return std::move(written).error();
    return kDone;
  }
  auto file = OutputFile::open(flags.output);
  if (!file) return std::move(file).error();
  file->write(text);
  if (auto written = file->commit(); !written) return std::move(written).error();
  return kDone;
}

}  // namespace

void add_store_dump(CLI::App& store, const std::string&, int& exit_code) {
  CLI::App* command =
      store.add_subcommand("dump", "Writes all that is known, in one canonical form");
  auto flags = std::make_shared<DumpFlags>();
  add_store_flags(*command, flags->store, {});
  command->footer(
      "Two stores that were given the same events, in whatever order and however often,\n"
      "give the same bytes.");
  command->add_option("--output", flags->output, "Write them there (default: standard output)")
      ->type_name("FILE")
      ->group("Store");
  when_run(*command, exit_code, [flags] {
    if (flags->output == "-") flags->output.clear();
    return dump(*flags);
  });
}

}  // namespace nps::cli
