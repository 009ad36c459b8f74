// What the subcommands share: exit codes, and the way to the user's terminal and files.
#ifndef NPS_SRC_CLI_CLI_H_
#define NPS_SRC_CLI_CLI_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "nps/report/render.h"
#include "nps/result.h"
#include "nps/stats/interval.h"

namespace CLI {
class App;
}

namespace nps::cli {

/// What the command's exit status says. Programs rely on the numbers.
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;    // a file not read, not written or no such thing; or a limit
inline constexpr int kUsage = 2;     // wrong usage: options, names of columns, zones and formats
inline constexpr int kRejected = 3;  // --strict, and something was rejected

/// Adds a subcommand to the command; `exit_code` is set when it has run. `program` is how examples
/// call it.
void add_report_command(CLI::App& app, const std::string& program, int& exit_code);
void add_compare_command(CLI::App& app, const std::string& program, int& exit_code);
void add_replay_command(CLI::App& app, const std::string& program, int& exit_code);
void add_interval_command(CLI::App& app, const std::string& program, int& exit_code);
void add_plan_command(CLI::App& app, const std::string& program, int& exit_code);
void add_store_command(CLI::App& app, const std::string& program, int& exit_code);
void add_watch_command(CLI::App& app, const std::string& program, int& exit_code);

/// Says "nps: sentence" on standard error, in one line. Names in it may come from anywhere: what
/// could steer a terminal is spelled out.
void say(std::string_view sentence);
/// Says the error and returns its exit status.
int fail(const Error& error);

/// Gives a command what it does: `run` says what its exit status is to be, or why it failed.
void when_run(CLI::App& command, int& exit_code, std::function<Result<int>()> run);

enum class Format : std::uint8_t { Table, Json, Csv, Markdown };

/// --format, --level and --interval (or --method): how figures are made and shown.
struct FigureFlags {
  std::string format = "table";
  double level = 0.95;
  std::string method = "tango";
};
void add_figure_flags(CLI::App& command, FigureFlags& flags, const std::string& method_flag);
[[nodiscard]] Format format_of(const FigureFlags& flags);

/// How a table looks on this terminal: colours and width only where there is one, and NO_COLOR
/// (https://no-color.org) is not set.
[[nodiscard]] TableStyle style_of_terminal();
[[nodiscard]] bool stderr_is_terminal();

/// Writes the whole of standard output; fails when it cannot. `trusted` text holds no control
/// characters but our own; others are spelled out where standard output is a terminal.
[[nodiscard]] Result<> write_stdout(std::string_view text, bool trusted);

}  // namespace nps::cli

#endif  // NPS_SRC_CLI_CLI_H_
