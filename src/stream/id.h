// Id: a text as 17 bytes. Up to 16 bytes of text are in it as they are, a UUID as its 16 bytes, an
// integer of 17 to 19 digits as a number; a longer text is a place among Texts. Every text has one
// form only, so ids of the first three kinds are equal when their bytes are.
#ifndef NPS_SRC_STREAM_ID_H_
#define NPS_SRC_STREAM_ID_H_

#include <absl/hash/hash.h>
#include <absl/strings/string_view.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nps/detail/wide.h"

namespace nps::internal {

struct Id {
  static constexpr std::uint8_t kUuid = 17;
  static constexpr std::uint8_t kInteger = 18;
  static constexpr std::uint8_t kLong = 19;

  std::array<char, 16> bytes{};
  std::uint8_t kind = 0;  // up to 16: how many of the bytes are text

  [[nodiscard]] bool empty() const noexcept { return kind == 0; }
  [[nodiscard]] std::uint64_t word(std::size_t which) const noexcept {
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data() + which * 8, sizeof value);
    return value;
  }
  friend bool operator==(const Id& a, const Id& b) noexcept {
    return a.word(0) == b.word(0) && a.word(1) == b.word(1) && a.kind == b.kind;
  }
};

/// The longer texts. Each has a place until it is given back; a text does not move meanwhile, as it
/// is too long to be kept inside a std::string.
class Texts {
 public:
  std::uint32_t add(std::string_view text) {
    if (free_.empty()) {
      if (free_.capacity() <= texts_.size()) {
        free_.reserve(texts_.size() * 2 + 8);  // so that giving back needs none
      }
      texts_.emplace_back(text);
      return static_cast<std::uint32_t>(texts_.size() - 1);
    }
    texts_[free_.back()] = text;
    const std::uint32_t place = free_.back();
    free_.pop_back();
    return place;
  }
  void remove(std::uint32_t place) noexcept {
    texts_[place] = std::string();
    free_.push_back(place);
  }
  [[nodiscard]] std::string_view operator[](std::uint32_t place) const noexcept {
    return texts_[place];
  }
  [[nodiscard]] std::size_t memory() const noexcept {
    std::size_t bytes =
        texts_.capacity() * sizeof(std::string) + free_.capacity() * sizeof(free_[0]);
    for (const std::string& text : texts_) bytes += text.capacity();
    return bytes;
  }

 private:
  std::vector<std::string> texts_;
  std::vector<std::uint32_t> free_;
};

/// What an id is looked up by: its form, or its text where that is a long one, and the hash.
struct Key {
  Id id;
  std::string_view text;
  std::uint64_t hash = 0;
};

/// Room for the text of an id that is none inside it.
using IdText = std::array<char, 36>;

/// The high and low half of the product, one upon the other: each bit depends on each.
inline std::uint64_t folded(std::uint64_t a, std::uint64_t b) noexcept {
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
inline std::uint64_t hash_of(std::uint64_t low, std::uint64_t high, std::size_t kind) noexcept {
  static const std::array<std::uint64_t, 3> secret{absl::HashOf(1), absl::HashOf(2),
                                                   absl::HashOf(3) | 1U};
  // Either factor could be made 0 by who knew its secret, and then the other would not matter.
  const std::uint64_t words = folded(low ^ secret[0], high ^ secret[1]);
  return folded(words ^ kind, secret[2]);
}
inline std::uint64_t hash_of(const Id& id) noexcept {
  return hash_of(id.word(0), id.word(1), id.kind);
}

/// key_of() for any length.
Key key_of_any(std::string_view text) noexcept;

/// Up to 16 bytes as two words, with noughts after them: a few loads that may overlap, rather than a
/// copy of a length that nobody knows. The words are as a little-endian machine loads them.
inline std::pair<std::uint64_t, std::uint64_t> words_of(std::string_view text) noexcept {
  const char* const data = text.data();
  const std::size_t size = text.size();
  const auto load = [](auto word, const char* from) -> std::uint64_t {
    std::memcpy(&word, from, sizeof word);
    return word;
  };
  const auto eight = [&](const char* from) { return load(std::uint64_t{0}, from); };
  const auto four = [&](const char* from) { return load(std::uint32_t{0}, from); };
  if (size > 8) return {eight(data), eight(data + size - 8) >> (8 * (16 - size))};
  if (size == 8) return {eight(data), 0};
  if (size >= 4) return {four(data) | four(data + size - 4) << (8 * (size - 4)), 0};
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    value |= std::uint64_t{static_cast<unsigned char>(data[i])} << (8 * i);
  }
  return {value, 0};
}

/// Whether the id of a text is its words.
inline bool is_words(std::string_view text) noexcept {
  return text.size() <= 16 && std::endian::native == std::endian::little;
}

/// What a text is looked up by. It must live as long as the key. Inline always: a key that is copied
/// waits for the words that were just written.
[[gnu::always_inline]] inline Key key_of(std::string_view text) noexcept {
  if (!is_words(text)) return key_of_any(text);
  const auto [low, high] = words_of(text);
  Key key{.id = {}, .text = text, .hash = hash_of(low, high, text.size())};
  std::memcpy(key.id.bytes.data(), &low, sizeof low);
  std::memcpy(key.id.bytes.data() + sizeof low, &high, sizeof high);
  key.id.kind = static_cast<std::uint8_t>(text.size());
  return key;
}
/// The hash of that key.
inline std::uint64_t hash_of(std::string_view text) noexcept {
  if (!is_words(text)) return key_of_any(text).hash;
  const auto [low, high] = words_of(text);
  return hash_of(low, high, text.size());
}

/// The key of an id that is stored; `room` and `texts` must live as long as it.
Key key_of(const Id& id, const Texts& texts, IdText& room) noexcept;

/// Stores the key's id, which takes a place among the texts if it is a long one.
inline Id store(const Key& key, Texts& texts) {
  Id id = key.id;
  if (id.kind == Id::kLong) {
    const std::uint32_t place = texts.add(key.text);
    std::memcpy(id.bytes.data(), &place, sizeof place);
  }
  return id;
}

inline std::uint32_t place_of(const Id& id) noexcept {
  std::uint32_t place = 0;
  std::memcpy(&place, id.bytes.data(), sizeof place);
  return place;
}

inline bool same(const Id& id, const Key& key, const Texts& texts) noexcept {
  if (id.kind != key.id.kind) return false;
  return id.kind == Id::kLong ? texts[place_of(id)] == key.text : id == key.id;
}

/// The text of an id, in `room` or where it is.
std::string_view text_of(const Id& id, const Texts& texts, IdText& room) noexcept;

}  // namespace nps::internal

#endif  // NPS_SRC_STREAM_ID_H_
