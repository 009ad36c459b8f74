#include "nps/adapters/ndjson.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "adapters/ndjson_event.h"
#include "adapters/ndjson_fields.h"
#include "adapters/ndjson_lines.h"
#include "nps/detail/text.h"

namespace nps {

using internal::NdjsonField;
using internal::NdjsonFields;

struct NdjsonEvents::Impl {
  Impl(std::unique_ptr<ByteSource> source, NdjsonOptions chosen)
      : options(std::move(chosen)),
        lines(std::move(source), options.block_bytes, options.max_line_bytes),
        fields(options.dimensions),
        reader(options) {}

  NdjsonOptions options;
  internal::NdjsonLines lines;
  NdjsonFields fields;
  internal::EventReader reader;
  std::uint64_t line_count = 0;
  Rejected rejected;

  bool read_line(Event& event);
  void tell(const internal::NdjsonFault& fault);
};

bool is_event_field(std::string_view name) noexcept {
  for (std::size_t i = 0; i < internal::kNdjsonFields; ++i) {
    if (internal::name(static_cast<NdjsonField>(i)) == name) return true;
  }
  return false;
}

Result<NdjsonEvents> NdjsonEvents::open(std::unique_ptr<ByteSource> source, NdjsonOptions options) {
  for (auto name = options.dimensions.begin(); name != options.dimensions.end(); ++name) {
    const bool twice = std::find(options.dimensions.begin(), name, *name) != name;
    if (!twice && !is_event_field(*name)) continue;
    return Error{ErrorCode::InvalidArgument,
                 fmt::format("'{}' cannot be a further dimension: {}", detail::printable(*name),
                             twice ? "it is named twice" : "every event has a field of that name"),
                 {.field = *name}};
  }
  return NdjsonEvents(std::make_unique<Impl>(std::move(source), std::move(options)));
}

NdjsonEvents::NdjsonEvents(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
NdjsonEvents::NdjsonEvents(NdjsonEvents&&) noexcept = default;
NdjsonEvents& NdjsonEvents::operator=(NdjsonEvents&&) noexcept = default;
NdjsonEvents::~NdjsonEvents() = default;

void NdjsonEvents::Impl::tell(const internal::NdjsonFault& fault) {
  rejected.add(fault.reason);
  if (!options.on_reject) return;
  options.on_reject(
      {lines.source().name(), lines.number(), fault.field, fault.value, fault.reason});
}

/// Whether the line is an event.
bool NdjsonEvents::Impl::read_line(Event& event) {
  switch (fields.read(lines.line())) {
    case NdjsonFields::Found::NoObject: tell({Reject::NotJson, {}, lines.line()}); return false;
    case NdjsonFields::Found::Twice:
      tell({Reject::BadField, fields.repeated(), lines.line()});
      return false;
    case NdjsonFields::Found::Object: break;
  }
  if (const auto fault = reader.read(fields, event)) {
    tell(*fault);
    return false;
  }
  if (const auto& fault = reader.bad_time()) tell(*fault);
  return true;
}

Result<bool> NdjsonEvents::next(Event& event) {
  Impl& self = *impl_;
  for (;;) {
    auto more = self.lines.next();
    if (!more || !*more) return more;
    ++self.line_count;
    if (self.read_line(event)) return true;
  }
}

void NdjsonEvents::reject(Reject reason, std::string_view field) {
  impl_->tell({reason, field, field.empty() ? impl_->lines.line() : std::string_view()});
}

std::uint64_t NdjsonEvents::lines() const noexcept { return impl_->line_count; }
std::uint64_t NdjsonEvents::line() const noexcept { return impl_->lines.number(); }
const Rejected& NdjsonEvents::rejected() const noexcept { return impl_->rejected; }
std::vector<std::string> NdjsonEvents::unreadable_times() const {
  return impl_->reader.unreadable_times();
}
std::uint64_t NdjsonEvents::bytes_consumed() const noexcept {
  return impl_->lines.bytes_consumed();
}
std::optional<std::uint64_t> NdjsonEvents::bytes_total() const noexcept {
  return impl_->lines.source().size();
}

}  // namespace nps
