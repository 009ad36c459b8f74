#include "cli/erasure_key.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "nps/adapters/byte_source.h"
#include "nps/detail/text.h"

namespace nps::cli {
namespace {

constexpr std::size_t kDigits = 2 * ErasureKey{}.size();

std::optional<unsigned> value_of(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a') + 10;
  if (digit >= 'A' && digit <= 'F') return static_cast<unsigned>(digit - 'A') + 10;
  return std::nullopt;
}

std::optional<ErasureKey> key_of(std::string_view content) {
  ErasureKey key{};
  if (content.size() == key.size()) {
    std::ranges::copy(std::as_bytes(std::span(content)), key.begin());
    return key;
  }
  if (content.ends_with('\n')) content.remove_suffix(1);
  if (content.ends_with('\r')) content.remove_suffix(1);
  if (content.size() != kDigits) return std::nullopt;
  for (std::size_t i = 0; i < key.size(); ++i) {
    const auto high = value_of(content[2 * i]);
    const auto low = value_of(content[2 * i + 1]);
    if (!high || !low) return std::nullopt;
    key[i] = static_cast<std::byte>(*high << 4U | *low);
  }
  return key;
}

}  // namespace

Result<ErasureKey> read_erasure_key(const std::string& file) {
  auto source = open_file(file);
  if (!source) return std::move(source).error();
  // One byte more than any key has, so that a longer file is none.
  std::array<char, kDigits + 3> content{};
  std::size_t size = 0;
  while (size < content.size()) {
    const auto got = (*source)->read(std::span(content).subspan(size));
    if (!got) return got.error();
    if (*got == 0) break;
    size += *got;
  }
  const auto key = key_of(std::string_view(content.data(), size));
  if (key) return *key;
  return Error{ErrorCode::InvalidArgument,
               fmt::format("--erasure-key: {} holds no key: that is 16 bytes, or 32 hexadecimal "
                           "digits on one line, such as openssl rand -hex 16 makes",
                           detail::printable(file)),
               {.file = file, .field = "--erasure-key"}};
}

}  // namespace nps::cli
