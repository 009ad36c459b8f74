#include "customer/audience_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "nps/detail/text.h"
#include "nps/rating.h"

namespace nps::internal {
namespace {

constexpr std::int64_t kDay = std::int64_t{86'400} * 1'000'000;

constexpr bool is_word(char c) noexcept {
  return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') || c == '_';
}

std::string listed(auto names) {
  std::vector<std::string_view> words;
  for (const std::string_view name : names) {
    if (!name.empty()) words.push_back(name);
  }
  return fmt::format("{}", fmt::join(words, ", "));
}

AudienceTerm joined(AudienceTerm::Kind kind, std::vector<AudienceTerm> terms) {
  if (terms.size() == 1) return std::move(terms.front());
  return {.kind = kind, .terms = std::move(terms)};
}

/// A term among those that it is joined with, without a level of its own where it is of their kind.
void add(AudienceTerm::Kind kind, AudienceTerm term, std::vector<AudienceTerm>& terms) {
  if (term.kind != kind) {
    terms.push_back(std::move(term));
    return;
  }
  for (AudienceTerm& inner : term.terms) terms.push_back(std::move(inner));
}

}  // namespace

void AudienceParser::fail_at(std::size_t at, std::string_view what) {
  if (failed()) return;
  // Characters and not bytes: all but those that go on.
  const auto begun = text_.substr(0, at);
  const auto characters = std::ranges::count_if(
      begun, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; });
  error_ = Error{ErrorCode::InvalidArgument,
                 fmt::format("character {}: {}", characters + 1, what),
                 {.field = "audience"}};
}

void AudienceParser::skip_space() noexcept {
  while (at_ < text_.size() &&
         (detail::is_space(text_[at_]) || text_[at_] == '\n' || text_[at_] == '\r')) {
    ++at_;
  }
}

std::string_view AudienceParser::word() const noexcept {
  std::size_t end = at_;
  while (end < text_.size() && is_word(text_[end])) ++end;
  return text_.substr(at_, end - at_);
}

bool AudienceParser::take_keyword(std::string_view keyword) noexcept {
  skip_space();
  const std::string_view here = word();
  if (!detail::equals_ignoring_case(here, keyword)) return false;
  at_ += here.size();
  return true;
}

bool AudienceParser::take(std::string_view sign) noexcept {
  skip_space();
  if (!text_.substr(at_).starts_with(sign)) return false;
  at_ += sign.size();
  return true;
}

Result<AudienceTerm> AudienceParser::parse() {
  if (text_.size() > kMostBytes) {
    return Error{
        ErrorCode::InvalidArgument,
        fmt::format("an audience is told in at most {} bytes, not {}", kMostBytes, text_.size()),
        {.field = "audience"}};
  }
  AudienceTerm term = any_of();
  skip_space();
  if (at_ < text_.size()) fail("'and' or 'or' is expected, or the end");
  if (failed()) return *std::move(error_);
  return term;
}

AudienceTerm AudienceParser::any_of() {
  std::vector<AudienceTerm> terms;
  do add(AudienceTerm::Kind::Or, all_of(), terms);
  while (!failed() && take_keyword("or"));
  return joined(AudienceTerm::Kind::Or, std::move(terms));
}

AudienceTerm AudienceParser::all_of() {
  std::vector<AudienceTerm> terms;
  do add(AudienceTerm::Kind::And, one(), terms);
  while (!failed() && take_keyword("and"));
  return joined(AudienceTerm::Kind::And, std::move(terms));
}

AudienceTerm AudienceParser::one() {
  skip_space();
  const std::size_t begin = at_;
  const bool negated = take_keyword("not");
  if (!negated && !take("(")) return test();
  if (++levels_ > kMostLevels) {
    fail_at(begin,
            fmt::format("there are more than {} levels of parentheses and 'not'", kMostLevels));
    return {};
  }
  AudienceTerm inner = negated ? one() : any_of();
  if (!negated && !failed() && !take(")")) {
    fail(fmt::format("')' is expected, or 'and' or 'or', for the '(' at character {}", begin + 1));
  }
  --levels_;
  if (!negated || failed()) return inner;
  // Twice not is nothing.
  if (inner.kind == AudienceTerm::Kind::Not) return std::move(inner.terms.front());
  AudienceTerm term{.kind = AudienceTerm::Kind::Not};
  term.terms.push_back(std::move(inner));
  return term;
}

AudienceTerm AudienceParser::test() {
  AudienceTerm test;
  if (++tests_ > kMostTests) {
    fail(fmt::format("there are more than {} comparisons", kMostTests));
    return test;
  }
  skip_space();
  const std::size_t begin = at_;
  const std::string_view name = word();
  const auto field = std::ranges::find(kAudienceFields, name);
  if (field == kAudienceFields.end()) {
    fail(name.empty()
             ? fmt::format(
                   "a comparison is expected, such as band = detractor; it begins with one of {}",
                   listed(kAudienceFields))
             : fmt::format("there is no '{}'; there is {}", name, listed(kAudienceFields)));
    return test;
  }
  test.field = static_cast<AudienceField>(field - kAudienceFields.begin());
  at_ += name.size();
  if (take_keyword("of")) {
    if (is_text(test.field) || test.field == AudienceField::Transition) {
      fail_at(begin, fmt::format("{} cannot be asked of one stage", name));
      return test;
    }
    skip_space();
    test.stage = quoted("the name of a stage");
  }
  if (!failed()) operation(test);
  return test;
}

void AudienceParser::operation(AudienceTerm& test) {
  skip_space();
  const std::size_t begin = at_;
  const std::string_view name = kAudienceFields[static_cast<std::size_t>(test.field)];
  bool found = false;
  // The longer ones first, so that <= is no <.
  for (const AudienceOp op : {AudienceOp::Unequal, AudienceOp::AtMost, AudienceOp::AtLeast,
                              AudienceOp::Equal, AudienceOp::Less, AudienceOp::Greater}) {
    if (!take(kAudienceOps[static_cast<std::size_t>(op)])) continue;
    test.op = op;
    found = true;
    break;
  }
  if (!found) {
    const bool without = take_keyword("not");
    if (!take_keyword("in")) {
      return fail(without ? "'in' is expected after 'not', and a list"
                          : "= != < <= > >= or 'in' is expected");
    }
    test.op = without ? AudienceOp::NotIn : AudienceOp::In;
  }
  const bool in = test.op == AudienceOp::In || test.op == AudienceOp::NotIn;
  const bool ordered = !in && test.op != AudienceOp::Equal && test.op != AudienceOp::Unequal;
  if (ordered && (is_set(test.field) || is_text(test.field))) {
    return fail_at(begin, fmt::format("{} has no order: it takes = != and 'in'", name));
  }
  if (in && test.field == AudienceField::Age) {
    return fail_at(begin, "an age takes = != < <= > and >=, and no list");
  }
  if (!in) return value(test);
  if (!take("(")) return fail("a list in parentheses is expected");
  do value(test);
  while (!failed() && take(","));
  if (!failed() && !take(")")) fail("',' or ')' is expected");
  // The order in a list means nothing, nor does naming something twice.
  std::ranges::sort(test.numbers);
  test.numbers.erase(std::unique(test.numbers.begin(), test.numbers.end()), test.numbers.end());
  std::ranges::sort(test.labels);
  test.labels.erase(std::unique(test.labels.begin(), test.labels.end()), test.labels.end());
}

void AudienceParser::value(AudienceTerm& test) {
  skip_space();
  if (++values_ > kMostValues)
    return fail(fmt::format("there are more than {} values", kMostValues));
  if (is_text(test.field)) {
    test.labels.push_back(quoted("a value"));
  } else if (is_set(test.field)) {
    word_value(test);
  } else {
    number_value(test);
  }
}

void AudienceParser::word_value(AudienceTerm& test) {
  const std::string_view name = word();
  const auto number = [&](auto names) {
    const auto at = std::ranges::find(names, name);
    return name.empty() || at == names.end() ? -1 : at - names.begin();
  };
  const auto at = is_band(test.field) ? number(kAudienceBands) : number(kAudienceTransitions);
  if (at < 0) {
    return fail(fmt::format("one of {} is expected", is_band(test.field)
                                                         ? listed(kAudienceBands)
                                                         : listed(kAudienceTransitions)));
  }
  at_ += name.size();
  test.numbers.push_back(at);
}

std::optional<std::int64_t> AudienceParser::digits() {
  constexpr std::size_t kMostDigits = 9;
  const std::size_t begin = at_;
  std::int64_t number = 0;
  while (at_ < text_.size() && '0' <= text_[at_] && text_[at_] <= '9' &&
         at_ - begin <= kMostDigits) {
    number = number * 10 + (text_[at_++] - '0');
  }
  if (at_ == begin || at_ - begin > kMostDigits) {
    at_ = begin;
    return std::nullopt;
  }
  return number;
}

void AudienceParser::number_value(AudienceTerm& test) {
  const std::size_t begin = at_;
  if (test.field == AudienceField::Age) {
    const auto number = digits();
    const std::string_view unit = word();
    const std::int64_t length = unit == "m"   ? kDay / 24 / 60
                                : unit == "h" ? kDay / 24
                                : unit == "d" ? kDay
                                : unit == "w" ? 7 * kDay
                                              : 0;
    constexpr std::int64_t kMostDays = 100'000;
    if (!number || length == 0 || *number > kMostDays * kDay / length) {
      return fail_at(begin, "an age is expected, such as 30m, 24h, 14d or 2w, of at most 100000d");
    }
    at_ += unit.size();
    return test.numbers.push_back(*number * length);
  }
  const bool negative = test.field == AudienceField::Trend && take("-");
  const auto number = digits();
  const bool is_rating = test.field != AudienceField::Answers && test.field != AudienceField::Trend;
  const bool fits =
      number && word().empty() && (test.field == AudienceField::Answers || *number <= Rating::kMax);
  if (!fits) {
    return fail_at(begin, is_rating ? "a rating from 0 to 10 is expected"
                          : test.field == AudienceField::Trend
                              ? "a number from -10 to 10 is expected"
                              : "a number of answers is expected, of at most nine digits");
  }
  test.numbers.push_back(negative ? -*number : *number);
}

std::string AudienceParser::quoted(std::string_view what) {
  const std::size_t begin = at_;
  std::string value;
  if (at_ >= text_.size() || text_[at_] != '"') {
    const std::string_view bare = word();
    fail(bare.empty() ? fmt::format("{} in double quotes is expected", what)
                      : fmt::format("{} stands in double quotes: \"{}\"", what, bare));
    return value;
  }
  for (++at_; at_ < text_.size(); ++at_) {
    if (text_[at_] == '\0') break;  // text in a database may end there
    if (text_[at_] == '"') {
      if (at_ + 1 >= text_.size() || text_[at_ + 1] != '"') {
        ++at_;
        return value;
      }
      ++at_;
    }
    value += text_[at_];
  }
  fail_at(begin, "the quote that opens here is not closed; a quote within is written twice");
  return value;
}

}  // namespace nps::internal
