#include "cli/arguments.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>

#include "nps/stats/level.h"

namespace nps::cli {
namespace {

constexpr std::size_t kNameColumn = 26;

std::optional<std::uint64_t> whole_number(const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

class Help final : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override {
    std::string text = CLI::Formatter::make_help(app, std::move(name), mode);
    for (auto at = text.find("\n\n\n"); at != std::string::npos; at = text.find("\n\n\n")) {
      text.erase(at, 1);
    }
    return text;
  }
};

// The subcommand that was asked for, of a subcommand perhaps, or the command itself.
const CLI::App& asked(const CLI::App& app) {
  const auto parsed = app.get_subcommands();
  return parsed.empty() ? app : asked(*parsed.front());
}

std::string full_name(const CLI::App& app) {
  return app.get_parent() == nullptr ? app.get_name()
                                     : full_name(*app.get_parent()) + " " + app.get_name();
}

std::string explain_extra(const CLI::App& app, const std::vector<std::string>& extra) {
  const CLI::App& command = asked(app);
  const auto dashed = std::ranges::find_if(
      extra, [](const std::string& text) { return text.size() > 1 && text.starts_with('-'); });
  if (dashed != extra.end()) {
    return fmt::format("there is no option {}; {} --help lists those there are", *dashed,
                       full_name(command));
  }
  if (command.get_require_subcommand_min() > 0) {
    std::vector<std::string> names;
    for (const CLI::App* sub : command.get_subcommands(nullptr)) names.push_back(sub->get_name());
    return fmt::format("there is no command '{}'; there is {}", extra.front(),
                       fmt::join(names, ", "));
  }
  return fmt::format("'{}' is one argument too many; see {} --help", extra.front(),
                     full_name(command));
}

}  // namespace

CLI::Option* choice(CLI::Option* option, const std::vector<std::string>& names) {
  option->type_name(fmt::format("{}", fmt::join(names, "|")));
  return option->check([names](const std::string& text) {
    if (std::ranges::find(names, text) != names.end()) return std::string();
    return fmt::format("'{}' is none of {}", text, fmt::join(names, ", "));
  });
}

CLI::Option* whole(CLI::Option* option, std::uint64_t least, std::uint64_t most) {
  return option->check([least, most](const std::string& text) {
    const auto value = whole_number(text);
    if (value && least <= *value && *value <= most) return std::string();
    return most == UINT64_MAX
               ? fmt::format("'{}' is no whole number from {} to 2^64 - 1", text, least)
               : fmt::format("'{}' is no whole number from {} to {}", text, least, most);
  });
}

CLI::Option* level(CLI::Option* option) {
  return option->type_name("LEVEL")->check([](const std::string& text) {
    double value = 0;
    const bool usable = CLI::detail::lexical_cast(text, value) && Level::from(value);
    return usable ? std::string() : "'" + text + "' is no level between 0 and 1, such as 0.95";
  });
}

void set_up_help(CLI::App& app) {
  auto help = std::make_shared<Help>();
  help->column_width(kNameColumn);
  app.formatter(help);
  for (CLI::App* command : app.get_subcommands(nullptr)) set_up_help(*command);
}

std::string explain(const CLI::App& app, const CLI::ParseError& error) {
  // CLI11 misses what is required before it sees what is too much: `report -x` lacks a file.
  const auto extra = app.remaining(true);
  if (!extra.empty()) return explain_extra(app, extra);
  const CLI::App& command = asked(app);
  const std::string see = fmt::format("; see {} --help", full_name(command));
  if (&command == &app) {
    return "say what to do: nps report FILE..., nps compare BEFORE AFTER, nps replay EVENTS..., "
           "nps watch EVENTS, nps store VERB DB, nps interval P S D or nps plan" +
           see;
  }
  std::string what = error.what();
  if (error.get_name() == "ArgumentMismatch") {
    const bool none = what.ends_with("missing");
    what = what.substr(0, what.find(':')) + (none ? " needs a value" : " is given more than once");
  }
  return what + see;
}

}  // namespace nps::cli
