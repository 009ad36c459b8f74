// Sentences of audiences. What is taken has a plain form that means the same: it is taken again, has
// itself as plain form, and matches the same profiles by the same SQL; and whoever is not in the
// audience is in its negation. The text is an exact copy on the heap, so that one byte too far is caught.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "nps/customer/audience.h"

namespace {

using nps::Answer;
using nps::Audience;
using nps::Profile;
using nps::Timestamp;

void require(bool holds) {
  if (!holds) std::abort();
}

constexpr Timestamp kNow{std::chrono::microseconds(1'600'000'000'000'000)};

std::vector<Profile> profiles() {
  std::vector<Profile> made(1);
  for (unsigned kind = 0; kind < 24; ++kind) {
    std::vector<Answer> answers;
    for (unsigned i = 0; i <= kind % 4; ++i) {
      Answer answer{.response_id = "r",
                    .customer = "ann",
                    .rating = *nps::Rating::from((kind * 7 + i * 5) % 11),
                    .channel = i % 2 == 0 ? "web" : "",
                    .journey_stage = i % 3 == 0 ? "delivery" : ""};
      if (kind % 3 != 0) answer.answered_at = kNow - std::chrono::hours(kind * 20 - i);
      answers.push_back(answer);
    }
    made.push_back(nps::profile_of(answers));
  }
  return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<Profile> kProfiles = profiles();
  const auto copy = std::make_unique<char[]>(size);
  std::copy_n(data, size, copy.get());
  const std::string_view text(copy.get(), size);
  const auto audience = Audience::parse(text);
  if (!audience) {
    require(!audience.error().message.empty());
    return 0;
  }
  const std::string plain = audience->text();
  if (plain.size() > 60'000) return 0;
  const auto again = Audience::parse(plain);
  require(again && again->text() == plain && again->sql(kNow) == audience->sql(kNow));
  const nps::SqlCondition sql = audience->sql(kNow);
  // A ? for each value, and no other: text is never part of the statement.
  require(static_cast<std::size_t>(std::ranges::count(sql.where, '?')) == sql.values.size());
  const auto negation = Audience::parse("not (" + plain + ")");
  for (const Profile& profile : kProfiles) {
    const bool matches = audience->matches(profile, kNow);
    require(again->matches(profile, kNow) == matches);
    if (negation) require(negation->matches(profile, kNow) == (!matches && profile.answers != 0));
  }
  return 0;
}
