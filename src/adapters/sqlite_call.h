// SqliteCall: one call of one of our functions by SQLite: what it was given, and what it answers.
#ifndef NPS_SRC_ADAPTERS_SQLITE_CALL_H_
#define NPS_SRC_ADAPTERS_SQLITE_CALL_H_

#include <new>
#include <optional>
#include <string_view>

#include "adapters/sqlite_api.h"
#include "nps/rating.h"
#include "nps/scale.h"
#include "nps/stats/level.h"
#include "nps/tally.h"

namespace nps {

/// What a function was registered with.
struct SqliteFunction {
  const char* name;
  Scale scale;
};

class SqliteCall {
 public:
  explicit SqliteCall(sqlite3_context* context) : context_(context) {}

  /// What an argument says. No value for NULL, and for what it cannot say: then the call has failed,
  /// with a sentence.
  [[nodiscard]] std::optional<Rating> rating(sqlite3_value* value);
  [[nodiscard]] std::optional<Tally> tally(sqlite3_value* value);
  [[nodiscard]] std::optional<Level> level(sqlite3_value* value);

  [[nodiscard]] const Scale& scale() const noexcept { return function().scale; }

  /// The answer; without one it is NULL.
  void answer(double number) { sqlite3_result_double(context_, number); }
  void answer(sqlite3_int64 number) { sqlite3_result_int64(context_, number); }
  void answer(std::string_view text);
  void answer(const Tally& tally);
  /// Ends the query with "nps_score(): sentence".
  void fail(std::string_view sentence);

  /// What an aggregate has counted so far: empty at first. Null when memory is out, which the query
  /// then ends with.
  [[nodiscard]] Tally* counted();
  /// Adds to it; fails where it would be more than an integer of SQL holds.
  void count(const Tally& more);
  /// All that was counted: also where nothing was.
  [[nodiscard]] Tally counted_in_all();

 private:
  [[nodiscard]] const SqliteFunction& function() const noexcept {
    return *static_cast<const SqliteFunction*>(sqlite3_user_data(context_));
  }
  void refuse_rating(sqlite3_value* value, std::string_view why);
  void refuse_outside(sqlite3_value* value);

  sqlite3_context* context_;
};

/// Calls `work(SqliteCall)` for a function that SQLite, which knows no exceptions, calls.
template <typename Work>
void answer_call(sqlite3_context* context, Work&& work) noexcept {
  try {
    work(SqliteCall(context));
  } catch (const std::bad_alloc&) {
    sqlite3_result_error_nomem(context);
  }
}

}  // namespace nps

#endif  // NPS_SRC_ADAPTERS_SQLITE_CALL_H_
