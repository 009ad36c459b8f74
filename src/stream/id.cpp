#include "stream/id.h"

#include <array>
#include <bit>

#include "nps/detail/wide.h"

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

/// The high and low half of the product, one upon the other: each bit depends on each.
std::uint64_t folded(std::uint64_t a, std::uint64_t b) noexcept {
#ifdef __SIZEOF_INT128__
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
#else
  const detail::Wide product = detail::multiply(a, b);
  return product.low ^ product.high;
#endif
}

/// By the process's own secret, so that nobody can send ids that all meet in one place. A call of
/// absl::HashOf for three words is three times as long, and each event needs four.
/// Source      Wang Yi, wyhash: a multiplication of 64 by 64 bits, folded.
std::uint64_t hash_of(const Id& id) noexcept {
  static const std::array<std::uint64_t, 3> secret{absl::HashOf(1), absl::HashOf(2),
                                                   absl::HashOf(3) | 1U};
  // Either factor could be made 0 by who knew its secret, and then the other would not matter.
  const std::uint64_t words = folded(id.word(0) ^ secret[0], id.word(1) ^ secret[1]);
  return folded(words ^ id.kind, secret[2]);
}

std::uint64_t eight(const char* from) noexcept {
  std::uint64_t value = 0;
  std::memcpy(&value, from, sizeof value);
  return value;
}

std::uint64_t four(const char* from) noexcept {
  std::uint32_t value = 0;
  std::memcpy(&value, from, sizeof value);
  return value;
}

/// Up to 16 bytes as two words, with noughts after them: a few loads that may overlap, rather than a
/// copy of a length that nobody knows. The words are as a little-endian machine loads them.
std::pair<std::uint64_t, std::uint64_t> words_of(std::string_view text) noexcept {
  const char* const data = text.data();
  const std::size_t size = text.size();
  if (size > 8) return {eight(data), eight(data + size - 8) >> (8 * (16 - size))};
  if (size == 8) return {eight(data), 0};
  if (size >= 4) return {four(data) | four(data + size - 4) << (8 * (size - 4)), 0};
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    value |= std::uint64_t{static_cast<unsigned char>(data[i])} << (8 * i);
  }
  return {value, 0};
}

}  // namespace

Key key_of(std::string_view text) noexcept {
  Key key{.id = {}, .text = text};
  if (text.size() <= 16 && std::endian::native == std::endian::little) {
    const auto [low, high] = words_of(text);
    std::memcpy(key.id.bytes.data(), &low, sizeof low);
    std::memcpy(key.id.bytes.data() + sizeof low, &high, sizeof high);
    key.id.kind = static_cast<std::uint8_t>(text.size());
    key.hash = hash_of(key.id);
    return key;
  }
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

Id store(const Key& key, Texts& texts) {
  Id id = key.id;
  if (id.kind == Id::kLong) {
    const std::uint32_t place = texts.add(key.text);
    std::memcpy(id.bytes.data(), &place, sizeof place);
  }
  return id;
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
