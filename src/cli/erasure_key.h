// The host's erasure key, from a file: no command line, which other users of the machine can see, and
// no history of a shell has it.
#ifndef NPS_SRC_CLI_ERASURE_KEY_H_
#define NPS_SRC_CLI_ERASURE_KEY_H_

#include <array>
#include <cstddef>
#include <string>

#include "nps/result.h"

namespace nps::cli {

using ErasureKey = std::array<std::byte, 16>;  // LedgerOptions::erasure_key

/// The key in that file: its 16 bytes, or 32 hexadecimal digits with or without an end of line.
/// Unreadable where it cannot be read, InvalidArgument where it holds no key;
/// what it holds is not said.
[[nodiscard]] Result<ErasureKey> read_erasure_key(const std::string& file);

}  // namespace nps::cli

#endif  // NPS_SRC_CLI_ERASURE_KEY_H_
