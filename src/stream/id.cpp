#include "stream/id.h"

#include <array>

namespace nps::internal {
namespace {

constexpr std::size_t kUuidText = 36;
constexpr std::string_view kHex = "0123456789abcdef";

constexpr bool is_dash(std::size_t at) noexcept {
  return at == 8 || at == 13 || at == 18 || at == 23;
}

constexpr int hex_digit(char c) noexcept {
  if ('0' <= c && c <= '9') return c - '0';
  if ('a' <= c && c <= 'f') return c - 'a' + 10;
  return -1;
}

bool pack_uuid(std::string_view text, Id& id) noexcept {
  if (text.size() != kUuidText) return false;
  std::size_t byte = 0;
  for (std::size_t at = 0; at < kUuidText;) {
    if (is_dash(at)) {
      if (text[at++] != '-') return false;
      continue;
    }
    const int high = hex_digit(text[at]);
    const int low = hex_digit(text[at + 1]);
    if (high < 0 || low < 0) return false;
    id.bytes[byte++] = static_cast<char>(high * 16 + low);
    at += 2;
  }
  id.kind = Id::kUuid;
  return true;
}

bool pack_integer(std::string_view text, Id& id) noexcept {
  if (text.size() > 19 || text.front() == '0') return false;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  std::memcpy(id.bytes.data(), &value, sizeof value);
  id.kind = Id::kInteger;
  return true;
}

}  // namespace

Key key_of_any(std::string_view text) noexcept {
  Key key{.id = {}, .text = text};
  if (text.size() <= 16) {
    if (!text.empty()) std::memcpy(key.id.bytes.data(), text.data(), text.size());
    key.id.kind = static_cast<std::uint8_t>(text.size());
  } else if (!pack_integer(text, key.id)) {
    key.id = {};
    if (!pack_uuid(text, key.id)) {
      key.id = {};
      key.id.kind = Id::kLong;
      key.hash = absl::HashOf(absl::string_view(text.data(), text.size()));
      return key;
    }
  }
  key.hash = hash_of(key.id);
  return key;
}

Key key_of(const Id& id, const Texts& texts, IdText& room) noexcept {
  if (id.kind == Id::kLong) return key_of(texts[place_of(id)]);
  return {.id = id, .text = text_of(id, texts, room), .hash = hash_of(id)};
}

std::string_view text_of(const Id& id, const Texts& texts, IdText& room) noexcept {
  if (id.kind <= 16) {
    std::memcpy(room.data(), id.bytes.data(), id.bytes.size());
    return {room.data(), id.kind};
  }
  if (id.kind == Id::kLong) return texts[place_of(id)];
  if (id.kind == Id::kUuid) {
    std::size_t byte = 0;
    for (std::size_t at = 0; at < kUuidText;) {
      if (is_dash(at)) {
        room[at++] = '-';
        continue;
      }
      const auto value = static_cast<unsigned char>(id.bytes[byte++]);
      room[at] = kHex[value / 16];
      room[at + 1] = kHex[value % 16];
      at += 2;
    }
    return {room.data(), kUuidText};
  }
  std::uint64_t value = id.word(0);
  std::size_t at = room.size();
  for (; value != 0; value /= 10) room[--at] = static_cast<char>('0' + value % 10);
  return {room.data() + at, room.size() - at};
}

}  // namespace nps::internal
