// An audience as a condition on nps_profile. In SQL a comparison with NULL is neither true nor false. Where
// it stands as it is, that selects nobody; where it is negated, it is asked whether it is not true.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "customer/audience_term.h"
#include "nps/customer/audience.h"

namespace nps {

using internal::AudienceField;
using internal::AudienceOp;
using internal::AudienceTerm;
using TermKind = AudienceTerm::Kind;

namespace {

class SqlWriter {
 public:
  SqlWriter(const Scale& scale, Timestamp now) noexcept : scale_(scale), now_(now) {}

  /// Negations move down to the tests, so that the statement is nested no deeper than it must be:
  /// SQLite parses so many levels only.
  void term(const AudienceTerm& term, bool negated) {
    if (term.kind == TermKind::Test) {
      if (negated) out_.where += '(';
      test(term);
      if (negated) out_.where += ") IS NOT TRUE";
      return;
    }
    if (term.kind == TermKind::Not) return this->term(term.terms.front(), !negated);
    out_.where += '(';
    for (std::size_t i = 0; i < term.terms.size(); ++i) {
      if (i != 0) out_.where += (term.kind == TermKind::And) != negated ? " AND " : " OR ";
      this->term(term.terms[i], negated);
    }
    out_.where += ')';
  }

  [[nodiscard]] SqlCondition take() && { return std::move(out_); }

 private:
  void bind(SqlValue value) {
    out_.where += '?';
    out_.values.push_back(std::move(value));
  }

  /// A column, or an expression of columns; of a stage, they are those of its row. Every use binds the
  /// stage again, since values go by place.
  void column(const AudienceTerm& test, std::string_view of) {
    if (!test.stage) {
      out_.where += of;
      return;
    }
    out_.where += "(SELECT ";
    out_.where += of;
    out_.where +=
        " FROM nps_stage_profile WHERE nps_stage_profile.customer_id = nps_profile.customer_id "
        "AND ";
    out_.where += test.stage->empty() ? "coalesce(nps_stage_profile.journey_stage, '') = "
                                      : "nps_stage_profile.journey_stage = ";
    bind(*test.stage);
    out_.where += ')';
  }

  void test(const AudienceTerm& test) {
    if (test.field == AudienceField::Transition) {
      transition(test);
    } else if (is_band(test.field)) {
      bands(test);
    } else if (is_text(test.field)) {
      label(test);
    } else {
      number(test);
    }
  }

  static std::string_view column_of(AudienceField field) {
    switch (field) {
      case AudienceField::PreviousBand:
      case AudienceField::PreviousRating: return "previous_rating";
      case AudienceField::FirstBand:
      case AudienceField::FirstRating: return "first_rating";
      case AudienceField::Trend: return "(rating - previous_rating)";
      case AudienceField::Answers: return "answers";
      case AudienceField::Age: return "answered_at";
      case AudienceField::JourneyStage: return "coalesce(journey_stage, '')";
      case AudienceField::Channel: return "coalesce(channel, '')";
      default: return "rating";
    }
  }

  /// Whether what the column says lies in that band.
  void in_band(const AudienceTerm& test, std::string_view of, unsigned band) {
    const std::int64_t passive = scale_.first_passive();
    const std::int64_t promoter = scale_.first_promoter();
    column(test, of);
    if (band == 0 || band == 2) {
      out_.where += band == 0 ? " < " : " >= ";
      return bind(band == 0 ? passive : promoter);
    }
    out_.where += " BETWEEN ";
    bind(passive);
    out_.where += " AND ";
    bind(promoter - 1);
  }

  template <typename Write>
  void any_of(std::uint32_t accepted, unsigned count, Write write) {
    out_.where += '(';
    bool some = false;
    for (unsigned i = 0; i < count; ++i) {
      if (((accepted >> i) & 1U) == 0) continue;
      if (some) out_.where += " OR ";
      some = true;
      write(i);
    }
    out_.where += some ? ")" : "0 = 1)";
  }

  void bands(const AudienceTerm& test) {
    any_of(accepted_set(test), 3,
           [&](unsigned band) { in_band(test, column_of(test.field), band); });
  }
  void transition(const AudienceTerm& test) {
    any_of(accepted_set(test), 9, [&](unsigned move) {
      out_.where += '(';
      in_band(test, "previous_rating", move / 3);
      out_.where += " AND ";
      in_band(test, "rating", move % 3);
      out_.where += ')';
    });
  }

  void operation(AudienceOp op) {
    static constexpr std::array<std::string_view, 8> kSql{
        " = ", " <> ", " < ", " <= ", " > ", " >= ", " IN (", " NOT IN ("};
    out_.where += kSql[static_cast<std::size_t>(op)];
  }
  template <typename Values>
  void compare(AudienceOp op, const Values& values) {
    operation(op);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i != 0) out_.where += ", ";
      bind(values[i]);
    }
    if (op == AudienceOp::In || op == AudienceOp::NotIn) out_.where += ')';
  }

  void label(const AudienceTerm& test) {
    // A name that is none "" needs no care for NULL, and an index can be used.
    const bool plain = (test.op == AudienceOp::Equal || test.op == AudienceOp::In) &&
                       std::ranges::find(test.labels, "") == test.labels.end();
    if (plain) {
      out_.where += test.field == AudienceField::Channel ? "channel" : "journey_stage";
    } else {
      out_.where += column_of(test.field);
    }
    compare(test.op, test.labels);
  }
  void number(const AudienceTerm& test) {
    column(test, column_of(test.field));
    if (test.field != AudienceField::Age) return compare(test.op, test.numbers);
    compare(turned(test.op), std::array{internal::instant_of_age(now_, test.numbers.front())});
  }

  Scale scale_;
  Timestamp now_;
  SqlCondition out_;
};

}  // namespace

SqlCondition Audience::sql(Timestamp now) const {
  SqlWriter writer(scale_, now);
  writer.term(*term_, false);
  return std::move(writer).take();
}

}  // namespace nps
