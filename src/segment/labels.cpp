#include "nps/segment/labels.h"

#include <absl/container/flat_hash_map.h>
#include <absl/strings/string_view.h>

#include <deque>
#include <string>

namespace nps {

struct Labels::Impl {
  std::deque<std::string> texts;  // a deque never moves its elements, so the views below stay true
  absl::flat_hash_map<absl::string_view, Code> codes;
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
  if (const auto known = impl_->codes.find(view(text)); known != impl_->codes.end()) {
    return known->second;
  }
  const auto code = static_cast<Code>(impl_->texts.size());
  impl_->codes.emplace(view(impl_->texts.emplace_back(text)), code);
  return code;
}

std::optional<Code> Labels::find(std::string_view text) const {
  const auto known = impl_->codes.find(view(text));
  return known == impl_->codes.end() ? std::nullopt : std::optional(known->second);
}

std::string_view Labels::text(Code code) const { return impl_->texts[code]; }

std::size_t Labels::size() const noexcept { return impl_->texts.size(); }

}  // namespace nps
