// Id: a text as 17 bytes. Up to 16 bytes of text are in it as they are, a UUID as its 16 bytes, an
// integer of 17 to 19 digits as a number; a longer text is a place among Texts. Every text has one
// form only, so ids of the first three kinds are equal when their bytes are.
#ifndef NPS_SRC_STREAM_ID_H_
#define NPS_SRC_STREAM_ID_H_

#include <absl/hash/hash.h>
#include <absl/strings/string_view.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

Key key_of(std::string_view text) noexcept;

/// The key of an id that is stored; `room` and `texts` must live as long as it.
Key key_of(const Id& id, const Texts& texts, IdText& room) noexcept;

/// Stores the key's id, which takes a place among the texts if it is a long one.
Id store(const Key& key, Texts& texts);

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
