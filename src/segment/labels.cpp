#include "nps/segment/labels.h"

#include <absl/container/flat_hash_map.h>
#include <absl/strings/string_view.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <deque>
#include <string>

namespace nps {

struct Labels::Impl {
  // What came last of those that share a place, for dictionaries of few labels asked for very often.
  struct Recent {
    std::string_view text;
    Code code = 0;
  };
  static constexpr std::size_t kRecent = 32;

  static std::size_t place(std::string_view text) {
    const auto first = static_cast<unsigned char>(text.front());
    const auto last = static_cast<unsigned char>(text.back());
    return (text.size() * 5 + first * std::size_t{3} + last) % kRecent;
  }

  // Most labels have up to 16 bytes; a call of memcmp takes longer than loads that may overlap, and a
  // jump by the length, which nobody can foresee, longer than a load more.
  static bool same(std::string_view a, std::string_view b) noexcept {
    const std::size_t size = a.size();
    if (size != b.size()) return false;
    if (size > 16) return a == b;
    if (size < 4) {
      return size == 0 || (a[0] == b[0] && a[size / 2] == b[size / 2] && a.back() == b.back());
    }
    const std::size_t last = size - 4;
    const std::size_t second = std::min<std::size_t>(4, last);
    return ((four(a, 0) ^ four(b, 0)) | (four(a, second) ^ four(b, second)) |
            (four(a, last - second) ^ four(b, last - second)) | (four(a, last) ^ four(b, last))) ==
           0;
  }
  static std::uint32_t four(std::string_view text, std::size_t from) noexcept {
    std::uint32_t value = 0;
    std::memcpy(&value, text.data() + from, sizeof value);
    return value;
  }

  std::deque<std::string> texts;  // a deque never moves its elements, so the views below stay true
  absl::flat_hash_map<absl::string_view, Code> codes;
  std::array<Recent, kRecent> recent;

  Code intern(std::string_view text);
};

namespace {
absl::string_view view(std::string_view text) { return {text.data(), text.size()}; }
}  // namespace

Labels::Labels() : impl_(std::make_unique<Impl>()) {}

Labels::Labels(const Labels& other) : Labels() {
  for (const std::string& text : other.impl_->texts) intern(text);
}

Labels::Labels(Labels&& other) noexcept = default;

Labels& Labels::operator=(Labels other) noexcept {
  impl_ = std::move(other.impl_);
  return *this;
}

Labels::~Labels() = default;

Code Labels::intern(std::string_view text) {
  Impl& self = *impl_;
  if (text.empty()) return self.intern(text);
  Impl::Recent& recent = self.recent[Impl::place(text)];
  if (!Impl::same(recent.text, text)) {
    const Code code = self.intern(text);
    recent = {self.texts[code], code};
  }
  return recent.code;
}

Code Labels::Impl::intern(std::string_view text) {
  if (const auto known = codes.find(view(text)); known != codes.end()) return known->second;
  const auto code = static_cast<Code>(texts.size());
  codes.emplace(view(texts.emplace_back(text)), code);
  return code;
}

std::optional<Code> Labels::find(std::string_view text) const {
  const auto known = impl_->codes.find(view(text));
  return known == impl_->codes.end() ? std::nullopt : std::optional(known->second);
}

std::string_view Labels::text(Code code) const { return impl_->texts[code]; }

std::size_t Labels::size() const noexcept { return impl_->texts.size(); }

}  // namespace nps
