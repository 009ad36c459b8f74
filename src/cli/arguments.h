// Arguments: what every option of the command has in common, on top of CLI11: values checked in our
// own words, help that fits a terminal, and one clear sentence for each way to use it wrongly.
#ifndef NPS_SRC_CLI_ARGUMENTS_H_
#define NPS_SRC_CLI_ARGUMENTS_H_

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace nps::cli {

/// The value is one of `names`.
CLI::Option* choice(CLI::Option* option, const std::vector<std::string>& names);
/// The value is a whole number from `least` to `most`. (CLI11 alone would take -1 for 2^64 - 1.)
CLI::Option* whole(CLI::Option* option, std::uint64_t least = 0, std::uint64_t most = UINT64_MAX);
/// The value is a confidence level, between 0 and 1.
CLI::Option* level(CLI::Option* option);

/// Help without CLI11's empty lines, with room for names and for sentences in 80 columns.
void set_up_help(CLI::App& app);

/// What is wrong with the arguments and what would be right, as one sentence.
[[nodiscard]] std::string explain(const CLI::App& app, const CLI::ParseError& error);

}  // namespace nps::cli

#endif  // NPS_SRC_CLI_ARGUMENTS_H_
