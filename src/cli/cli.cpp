#include "cli/cli.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "cli/arguments.h"
#include "nps/detail/text.h"

namespace nps::cli {

void say(std::string_view sentence) {
  // Not fmt::print, which throws when standard error is closed or full.
  std::fputs(fmt::format("nps: {}\n", detail::printable(sentence)).c_str(), stderr);
}

int fail(const Error& error) {
  say(error.message);
  switch (error.code) {
    case ErrorCode::InvalidArgument:
    case ErrorCode::NotFound:
    case ErrorCode::Ambiguous:
    case ErrorCode::Mismatch: return kUsage;
    case ErrorCode::Unreadable:
    case ErrorCode::Malformed:
    case ErrorCode::LimitReached: break;
  }
  return kFailed;
}

void when_run(CLI::App& command, int& exit_code, std::function<Result<int>()> run) {
  command.callback([run = std::move(run), &exit_code] {
    const auto status = run();
    exit_code = status ? *status : fail(status.error());
  });
}

void add_figure_flags(CLI::App& command, FigureFlags& flags, const std::string& method_flag) {
  std::vector<std::string> methods;
  for (const IntervalMethod method : kIntervalMethods) methods.emplace_back(name(method));
  level(command.add_option("--level", flags.level, "Confidence level of intervals (default 0.95)"))
      ->group("Figures");
  choice(command.add_option(method_flag, flags.method,
                            fmt::format("How intervals are made (default {})", flags.method)),
         methods)
      ->group("Figures");
  choice(command.add_option("--format", flags.format,
                            fmt::format("How to write the result (default {})", flags.format)),
         {"table", "json", "csv", "markdown"})
      ->group("Figures");
}

Format format_of(const FigureFlags& flags) {
  constexpr std::array<std::string_view, 4> kNames{"table", "json", "csv", "markdown"};
  return static_cast<Format>(std::ranges::find(kNames, flags.format) - kNames.begin());
}

TableStyle style_of_terminal() {
  TableStyle style;
  if (isatty(STDOUT_FILENO) == 0) return style;
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool dumb = term == nullptr || std::strcmp(term, "dumb") == 0;
  style.color = !dumb && (no_color == nullptr || *no_color == '\0');
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col != 0) style.width = size.ws_col;
  return style;
}

bool stderr_is_terminal() { return isatty(STDERR_FILENO) != 0; }

Result<> write_stdout(std::string_view text, bool trusted) {
  std::string lines;
  if (!trusted && isatty(STDOUT_FILENO) != 0) {
    for (std::size_t end = 0; !text.empty(); text.remove_prefix(end)) {
      end = std::min(text.find('\n'), text.size() - 1) + 1;
      lines += detail::printable(text.substr(0, end - 1)) + "\n";
    }
    text = lines;
  }
  const bool written =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (written) return {};
  return Error{ErrorCode::Unreadable,
               fmt::format("cannot write to standard output: {}", std::strerror(errno))};
}

}  // namespace nps::cli
