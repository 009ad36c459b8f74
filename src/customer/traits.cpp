#include "nps/customer/traits.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "nps/detail/siphash.h"
#include "nps/detail/text.h"
#include "nps/segment/zone.h"

namespace nps {
namespace {

constexpr std::string_view kRatingOf = "nps_rating_";

/// Empty where there is no letter and no digit.
std::string plain_name(std::string_view stage) {
  std::string name;
  bool apart = false;
  for (const char byte : stage) {
    const char c = detail::ascii_lower(byte);
    if (('a' <= c && c <= 'z') || ('0' <= c && c <= '9')) {
      if (apart && !name.empty()) name += '_';
      name += c;
      apart = false;
    } else {
      apart = true;
    }
  }
  return name;
}

std::string with_hash(const std::string& plain, std::string_view stage) {
  const detail::Digest digest = detail::siphash({}, stage);
  return fmt::format("{}{}{}{:02x}{:02x}{:02x}{:02x}", kRatingOf, plain, plain.empty() ? "" : "_",
                     digest[0], digest[1], digest[2], digest[3]);
}

Trait::Value text(std::string_view value) {
  if (value.empty()) return {};
  return std::string(value);
}
Trait::Value time(const std::optional<ProfileAnswer>& answer) {
  if (!answer || !answer->answered_at) return {};
  return rfc3339(*answer->answered_at);
}
Trait::Value rating_trait(const std::optional<ProfileAnswer>& answer) {
  if (!answer) return {};
  return std::int64_t{answer->rating.value()};
}

}  // namespace

void TraitNames::add(std::string_view stage) {
  if (!stage.empty()) stages_[plain_name(stage)].emplace(stage);
}

std::string TraitNames::of(std::string_view stage) const {
  const std::string plain = plain_name(stage);
  const auto known = stages_.find(plain);
  const bool alone = known == stages_.end() || known->second.empty() ||
                     (known->second.size() == 1 && known->second.contains(stage));
  if (plain.empty() || !alone) return with_hash(plain, stage);
  return std::string(kRatingOf) + plain;
}

std::map<std::string, std::vector<std::string>> TraitNames::collisions() const {
  std::map<std::string, std::vector<std::string>> found;
  for (const auto& [plain, stages] : stages_) {
    if (plain.empty() || stages.size() < 2) continue;
    found.emplace(std::string(kRatingOf) + plain,
                  std::vector<std::string>(stages.begin(), stages.end()));
  }
  return found;
}

Traits traits_of(const Profile& profile, const Scale& scale, const TraitNames& names) {
  const std::optional<ProfileAnswer>& latest = profile.latest;
  const auto band = latest_band(profile, scale);
  Traits traits{.customer = profile.customer};
  traits.traits = {
      {"nps_rating", rating_trait(latest)},
      {"nps_band", band ? text(name(*band)) : Trait::Value()},
      {"nps_answered_at", time(latest)},
      {"nps_channel", latest ? text(latest->channel) : Trait::Value()},
      {"nps_journey_stage", latest ? text(latest->journey_stage) : Trait::Value()},
      {"nps_previous_rating", rating_trait(profile.previous)},
      {"nps_first_answered_at", time(profile.first)},
      {"nps_response_count", static_cast<std::int64_t>(profile.answers)},
  };
  TraitNames known = names;  // a customer's own stages may have one name, too
  for (const StageProfile& stage : profile.stages) known.add(stage.journey_stage);
  for (const StageProfile& stage : profile.stages) {
    if (stage.journey_stage.empty()) continue;
    traits.traits.push_back({known.of(stage.journey_stage), rating_trait(stage.latest)});
  }
  return traits;
}

Traits changed_traits(const Traits& before, const Traits& after) {
  Traits changed{.customer = after.customer};
  for (const Trait& trait : after.traits) {
    const Trait* const was = before.find(trait.name);
    if (was == nullptr || was->value != trait.value) changed.traits.push_back(trait);
  }
  for (const Trait& trait : before.traits) {
    if (after.find(trait.name) == nullptr) changed.traits.push_back({trait.name, {}});
  }
  return changed;
}

std::string render_json(const Traits& traits) {
  nlohmann::ordered_json json{{"customer_id", traits.customer}};
  for (const auto& [name, value] : traits.traits) {
    if (const auto* const number = std::get_if<std::int64_t>(&value)) {
      json[name] = *number;
    } else if (const auto* const words = std::get_if<std::string>(&value)) {
      json[name] = *words;
    } else {
      json[name] = nullptr;
    }
  }
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace nps
