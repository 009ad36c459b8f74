#ifndef NPS_SRC_CLI_USAGE_H_
#define NPS_SRC_CLI_USAGE_H_

#include <string>
#include <utility>

#include "nps/result.h"

namespace nps::cli {

/// The command was called wrongly: what is wrong, what would be right, and the option it is about.
[[nodiscard]] inline Error usage(std::string message, std::string option = {}) {
  return {ErrorCode::InvalidArgument, std::move(message), {.field = std::move(option)}};
}

}  // namespace nps::cli

#endif  // NPS_SRC_CLI_USAGE_H_
