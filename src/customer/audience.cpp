// What an audience means of a profile, and how it is written down. Its SQL is in audience_sql.cpp.
#include "nps/customer/audience.h"

#include <algorithm>
#include <utility>

#include "customer/audience_parser.h"
#include "customer/audience_term.h"

namespace nps {

using internal::AudienceField;
using internal::AudienceOp;
using internal::AudienceTerm;
using TermKind = AudienceTerm::Kind;

namespace {

std::optional<std::int64_t> rating_number(const std::optional<ProfileAnswer>& answer) {
  if (!answer) return std::nullopt;
  return answer->rating.value();
}

std::optional<std::int64_t> band(const std::optional<ProfileAnswer>& answer, const Scale& scale) {
  if (!answer) return std::nullopt;
  return static_cast<std::int64_t>(scale.band(answer->rating));
}

/// The field as a number; no value where there is nothing. Ages are the instants that they count from.
std::optional<std::int64_t> number(AudienceField field, const AnswerHistory& of,
                                   const Scale& scale) {
  switch (field) {
    case AudienceField::Band: return band(of.latest, scale);
    case AudienceField::PreviousBand: return band(of.previous, scale);
    case AudienceField::FirstBand: return band(of.first, scale);
    case AudienceField::Transition: {
      if (!of.previous) return std::nullopt;
      const std::int64_t from = *band(of.previous, scale);
      const std::int64_t to = *band(of.latest, scale);
      if (from == to) return std::nullopt;
      return 3 * from + to;
    }
    case AudienceField::Rating: return rating_number(of.latest);
    case AudienceField::PreviousRating: return rating_number(of.previous);
    case AudienceField::FirstRating: return rating_number(of.first);
    case AudienceField::Trend:
      if (!of.previous) return std::nullopt;
      return *rating_number(of.latest) - *rating_number(of.previous);
    case AudienceField::Answers: return static_cast<std::int64_t>(of.answers);
    case AudienceField::Age:
      if (!of.latest->answered_at) return std::nullopt;
      return of.latest->answered_at->time_since_epoch().count();
    default: return std::nullopt;
  }
}

template <typename T>
bool compares(const T& value, AudienceOp op, const std::vector<T>& with) {
  switch (op) {
    case AudienceOp::Equal: return value == with.front();
    case AudienceOp::Unequal: return value != with.front();
    case AudienceOp::Less: return value < with.front();
    case AudienceOp::AtMost: return value <= with.front();
    case AudienceOp::Greater: return value > with.front();
    case AudienceOp::AtLeast: return value >= with.front();
    case AudienceOp::In: return std::ranges::find(with, value) != with.end();
    case AudienceOp::NotIn: return std::ranges::find(with, value) == with.end();
  }
  return false;
}

bool test_matches(const AudienceTerm& test, const Profile& profile, Timestamp now,
                  const Scale& scale) {
  const AnswerHistory* of = &profile;
  if (test.stage) of = profile.stage(*test.stage);
  if (of == nullptr || of->answers == 0) return false;
  if (test.field == AudienceField::JourneyStage) {
    return compares(of->latest->journey_stage, test.op, test.labels);
  }
  if (test.field == AudienceField::Channel)
    return compares(of->latest->channel, test.op, test.labels);
  const auto value = number(test.field, *of, scale);
  if (!value) return false;
  if (is_set(test.field)) return ((accepted_set(test) >> static_cast<unsigned>(*value)) & 1U) != 0;
  if (test.field != AudienceField::Age) return compares(*value, test.op, test.numbers);
  return compares(*value, turned(test.op), {internal::instant_of_age(now, test.numbers.front())});
}

bool term_matches(const AudienceTerm& term, const Profile& profile, Timestamp now,
                  const Scale& scale) {
  const auto matches = [&](const AudienceTerm& inner) {
    return term_matches(inner, profile, now, scale);
  };
  switch (term.kind) {
    case TermKind::And: return std::ranges::all_of(term.terms, matches);
    case TermKind::Or: return std::ranges::any_of(term.terms, matches);
    case TermKind::Not: return !matches(term.terms.front());
    case TermKind::Test: break;
  }
  return test_matches(term, profile, now, scale);
}

// ---- as text ----

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += c;
    out += c;
  }
  return out + '"';
}

std::string age_text(std::int64_t age) {
  constexpr std::int64_t kMinute = 60'000'000;
  constexpr std::int64_t kHour = 60 * kMinute;
  constexpr std::int64_t kDay = 24 * kHour;
  if (age % kDay == 0) return std::to_string(age / kDay) + "d";
  if (age % kHour == 0) return std::to_string(age / kHour) + "h";
  return std::to_string(age / kMinute) + "m";
}

std::string number_text(AudienceField field, std::int64_t value) {
  const auto place = static_cast<std::size_t>(value);
  if (field == AudienceField::Transition) return std::string(internal::kAudienceTransitions[place]);
  if (is_band(field)) return std::string(internal::kAudienceBands[place]);
  return field == AudienceField::Age ? age_text(value) : std::to_string(value);
}

std::string test_text(const AudienceTerm& test) {
  std::string out(internal::kAudienceFields[static_cast<std::size_t>(test.field)]);
  if (test.stage) out += " of " + quoted(*test.stage);
  out += " ";
  out += internal::kAudienceOps[static_cast<std::size_t>(test.op)];
  std::string values;
  for (const std::int64_t value : test.numbers) {
    values += (values.empty() ? "" : ", ") + number_text(test.field, value);
  }
  for (const std::string& label : test.labels)
    values += (values.empty() ? "" : ", ") + quoted(label);
  const bool in = test.op == AudienceOp::In || test.op == AudienceOp::NotIn;
  return out + (in ? " (" + values + ")" : " " + values);
}

std::string term_text(const AudienceTerm& term, TermKind within) {
  if (term.kind == TermKind::Test) return test_text(term);
  if (term.kind == TermKind::Not) return "not " + term_text(term.terms.front(), TermKind::Not);
  std::string out;
  for (const AudienceTerm& inner : term.terms) {
    if (!out.empty()) out += term.kind == TermKind::And ? " and " : " or ";
    out += term_text(inner, term.kind);
  }
  const bool closer =
      within == TermKind::Not || (within == TermKind::And && term.kind == TermKind::Or);
  return closer ? "(" + out + ")" : out;
}

}  // namespace

Result<Audience> Audience::parse(std::string_view text, const Scale& scale) {
  auto term = internal::AudienceParser(text).parse();
  if (!term) return std::move(term).error();
  return Audience(std::make_shared<const AudienceTerm>(*std::move(term)), scale);
}

bool Audience::matches(const Profile& profile, Timestamp now) const {
  return profile.answers != 0 && term_matches(*term_, profile, now, scale_);
}

std::string Audience::text() const { return term_text(*term_, TermKind::Or); }

std::optional<AudienceMove> AudienceMembers::update(std::string_view customer,
                                                    const std::optional<Profile>& profile,
                                                    Timestamp now) {
  const bool is = profile && audience_.matches(*profile, now);
  const auto at = members_.find(customer);
  const bool was = at != members_.end();
  if (is == was) return std::nullopt;
  if (is) {
    members_.emplace(customer);
  } else {
    members_.erase(at);
  }
  return AudienceMove{.customer = std::string(customer), .entered = is, .when = now};
}

}  // namespace nps
