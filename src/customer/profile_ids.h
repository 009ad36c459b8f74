// ProfileIds: the name of a customer in 8 bytes. An integer as it is written is its own name; any
// other id is kept beside, and its place is the name.
#ifndef NPS_SRC_CUSTOMER_PROFILE_IDS_H_
#define NPS_SRC_CUSTOMER_PROFILE_IDS_H_

#include <absl/hash/hash.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <optional>
#include <string>
#include <string_view>

#include "stream/id.h"
#include "stream/index.h"
#include "stream/records.h"

namespace nps::internal {

class ProfileIds {
 public:
  using Name = std::array<std::uint32_t, 2>;

  /// What a customer is looked up by.
  struct Wanted {
    std::optional<Name> integer;  // or else
    Key key;
    std::uint64_t hash = 0;
  };

  [[nodiscard]] static Wanted wanted(std::string_view text) noexcept {
    Wanted wanted;
    if (const auto value = integer(text)) {
      wanted.integer =
          Name{static_cast<std::uint32_t>(*value), static_cast<std::uint32_t>(*value >> 32U)};
      wanted.hash = absl::HashOf(*value);
    } else {
      wanted.key = key_of(text);
      wanted.hash = wanted.key.hash;
    }
    return wanted;
  }
  [[nodiscard]] bool is(const Name& name, const Wanted& wanted) const noexcept {
    if (wanted.integer) return name == *wanted.integer;
    return is_kept(name) && same(id(name[0]), wanted.key, texts_);
  }
  [[nodiscard]] std::uint64_t hash(const Name& name) const noexcept {
    if (!is_kept(name)) return absl::HashOf(value_of(name));
    IdText room;
    return key_of(id(name[0]), texts_, room).hash;
  }
  Name keep(const Wanted& wanted) {
    if (wanted.integer) return *wanted.integer;
    if (free_ == Index::kNone) ids_.reserve_one();
    const Id stored = store(wanted.key, texts_);
    std::uint32_t at = free_;
    if (at != Index::kNone) {
      std::memcpy(&free_, ids_[at], sizeof free_);
    } else {
      at = ids_.push();
    }
    ::new (static_cast<void*>(ids_[at])) Id(stored);
    return {at, kKept};
  }
  void release(const Name& name) noexcept {
    if (!is_kept(name)) return;
    const Id& gone = id(name[0]);
    if (gone.kind == Id::kLong) texts_.remove(place_of(gone));
    std::memcpy(ids_[name[0]], &free_, sizeof free_);
    free_ = name[0];
  }
  [[nodiscard]] std::string text(const Name& name) const {
    if (!is_kept(name)) return std::to_string(value_of(name));
    IdText room;
    return std::string(text_of(id(name[0]), texts_, room));
  }
  [[nodiscard]] std::size_t memory() const noexcept { return ids_.memory() + texts_.memory(); }

 private:
  static constexpr std::uint32_t kKept = 1U << 31U;

  static bool is_kept(const Name& name) noexcept { return (name[1] & kKept) != 0; }
  static std::uint64_t value_of(const Name& name) noexcept {
    return std::uint64_t{name[1]} << 32U | name[0];
  }
  /// Of at most 18 digits, so that it has room, and in the one form that it is printed in.
  static std::optional<std::uint64_t> integer(std::string_view text) noexcept {
    if (text.empty() || text.size() > 18 || (text.front() == '0' && text.size() > 1)) {
      return std::nullopt;
    }
    std::uint64_t value = 0;
    for (const char c : text) {
      if (c < '0' || c > '9') return std::nullopt;
      value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return value;
  }
  [[nodiscard]] const Id& id(std::uint32_t at) const noexcept {
    return *std::launder(reinterpret_cast<const Id*>(ids_[at]));
  }

  Blocks ids_{sizeof(Id)};
  Texts texts_;
  std::uint32_t free_ = Index::kNone;
};
static_assert(alignof(Id) == 1);

}  // namespace nps::internal

#endif  // NPS_SRC_CUSTOMER_PROFILE_IDS_H_
