// AudienceParser: from the sentence of an audience to its meaning.
#ifndef NPS_SRC_CUSTOMER_AUDIENCE_PARSER_H_
#define NPS_SRC_CUSTOMER_AUDIENCE_PARSER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "customer/audience_term.h"
#include "nps/result.h"

namespace nps::internal {

/// By recursive descent. The first thing that is wrong stays; whoever meets it returns.
class AudienceParser {
 public:
  explicit AudienceParser(std::string_view text) noexcept : text_(text) {}
  [[nodiscard]] Result<AudienceTerm> parse();

 private:
  static constexpr std::size_t kMostBytes = 65'536;
  static constexpr std::size_t kMostTests = 250;
  static constexpr std::size_t kMostValues = 1000;
  static constexpr std::size_t kMostLevels = 20;

  AudienceTerm any_of();
  AudienceTerm all_of();
  AudienceTerm one();
  AudienceTerm test();
  void operation(AudienceTerm& test);
  void value(AudienceTerm& test);
  void word_value(AudienceTerm& test);
  void number_value(AudienceTerm& test);
  std::optional<std::int64_t> digits();
  std::string quoted(std::string_view what);

  void skip_space() noexcept;
  [[nodiscard]] std::string_view word() const noexcept;  // the one that stands here
  bool take_keyword(std::string_view keyword) noexcept;
  bool take(std::string_view sign) noexcept;
  void fail(std::string_view what) { fail_at(at_, what); }
  void fail_at(std::size_t at, std::string_view what);
  [[nodiscard]] bool failed() const noexcept { return error_.has_value(); }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t levels_ = 0;
  std::size_t tests_ = 0;
  std::size_t values_ = 0;
  std::optional<Error> error_;
};

}  // namespace nps::internal

#endif  // NPS_SRC_CUSTOMER_AUDIENCE_PARSER_H_
