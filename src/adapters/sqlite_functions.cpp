#include "nps/adapters/sqlite_functions.h"

#include <array>
#include <cstdint>
#include <string>

#include "adapters/sqlite_api.h"
#include "adapters/sqlite_call.h"
#include "nps/stats/interval.h"

namespace nps {
namespace {

// ---- aggregates: a row enters the frame, a row leaves it, and what is in it now -----------------

void add_rating(sqlite3_context* context, int, sqlite3_value** arguments) noexcept {
  answer_call(context, [&](SqliteCall call) {
    if (const auto rating = call.rating(arguments[0])) {
      if (Tally* tally = call.counted()) tally->add(*rating);
    }
  });
}

void remove_rating(sqlite3_context* context, int, sqlite3_value** arguments) noexcept {
  answer_call(context, [&](SqliteCall call) {
    if (const auto rating = call.rating(arguments[0])) {
      Tally one;
      one.add(*rating);
      if (Tally* tally = call.counted()) *tally -= one;
    }
  });
}

void add_tally(sqlite3_context* context, int, sqlite3_value** arguments) noexcept {
  answer_call(context, [&](SqliteCall call) {
    if (const auto more = call.tally(arguments[0])) call.count(*more);
  });
}

void remove_tally(sqlite3_context* context, int, sqlite3_value** arguments) noexcept {
  answer_call(context, [&](SqliteCall call) {
    if (const auto less = call.tally(arguments[0])) {
      if (Tally* tally = call.counted()) *tally -= *less;
    }
  });
}

void answer_score(sqlite3_context* context) noexcept {
  answer_call(context, [](SqliteCall call) {
    if (const auto score = call.counted_in_all().score(call.scale())) call.answer(score->points());
  });
}

void answer_tally(sqlite3_context* context) noexcept {
  answer_call(context, [](SqliteCall call) { call.answer(call.counted_in_all()); });
}

struct Aggregate {
  const char* name;
  decltype(&add_rating) step;
  decltype(&add_rating) inverse;
  decltype(&answer_score) value;
};

constexpr std::array kAggregates{
    Aggregate{"nps", add_rating, remove_rating, answer_score},
    Aggregate{"nps_tally", add_rating, remove_rating, answer_tally},
    Aggregate{"nps_rollup", add_tally, remove_tally, answer_tally},
};

// ---- accessors: what a tally says ---------------------------------------------------------------

template <typename Say>
void say_of_tally(sqlite3_context* context, sqlite3_value** arguments, Say say) noexcept {
  answer_call(context, [&](SqliteCall call) {
    if (const auto tally = call.tally(arguments[0])) say(call, *tally);
  });
}

void score(sqlite3_context* context, int, sqlite3_value** arguments) noexcept {
  say_of_tally(context, arguments, [](SqliteCall call, const Tally& tally) {
    if (const auto score = tally.score(call.scale())) call.answer(score->points());
  });
}

void responses(sqlite3_context* context, int, sqlite3_value** arguments) noexcept {
  say_of_tally(context, arguments, [](SqliteCall call, const Tally& tally) {
    call.answer(static_cast<sqlite3_int64>(tally.responses()));
  });
}

template <std::uint64_t BandCounts::*kBand>
void in_band(sqlite3_context* context, int, sqlite3_value** arguments) noexcept {
  say_of_tally(context, arguments, [](SqliteCall call, const Tally& tally) {
    call.answer(static_cast<sqlite3_int64>(tally.bands(call.scale()).*kBand));
  });
}

template <double Interval::*kEnd>
void end_of_interval(sqlite3_context* context, int, sqlite3_value** arguments) noexcept {
  say_of_tally(context, arguments, [&](SqliteCall call, const Tally& tally) {
    const auto level = call.level(arguments[1]);
    if (!level) return;
    const auto range = interval(tally.bands(call.scale()), IntervalMethod::Tango, *level);
    if (range) call.answer((*range).*kEnd);
  });
}

void counts(sqlite3_context* context, int, sqlite3_value** arguments) noexcept {
  say_of_tally(context, arguments, [](SqliteCall call, const Tally& tally) {
    std::string json = "[";
    for (const std::uint64_t count : tally.counts()) {
      if (json.size() > 1) json += ',';
      json += std::to_string(count);
    }
    call.answer(json + "]");
  });
}

struct Accessor {
  const char* name;
  int arguments;
  decltype(&score) call;
};

constexpr std::array kAccessors{
    Accessor{"nps_score", 1, score},
    Accessor{"nps_promoters", 1, in_band<&BandCounts::promoters>},
    Accessor{"nps_passives", 1, in_band<&BandCounts::passives>},
    Accessor{"nps_detractors", 1, in_band<&BandCounts::detractors>},
    Accessor{"nps_responses", 1, responses},
    Accessor{"nps_low", 2, end_of_interval<&Interval::low>},
    Accessor{"nps_high", 2, end_of_interval<&Interval::high>},
    Accessor{"nps_counts", 1, counts},
};

Error refused(sqlite3* connection, const char* name) {
  return {ErrorCode::InvalidArgument,
          std::string("SQLite does not take the function ") + name +
              "(): " + sqlite3_errmsg(connection) +
              "; register it before the connection has statements that use it"};
}

}  // namespace

Result<> register_sqlite_functions(sqlite3* connection, const Scale& scale) {
  if (connection == nullptr) {
    return Error{ErrorCode::InvalidArgument,
                 "the functions of nps need an open connection to SQLite, and this one is null"};
  }
  constexpr int kFlags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
  // SQLite gives each back: when it is replaced, when the connection ends, and where it fails at once.
  const auto bound = [&scale](const char* name) { return new SqliteFunction{name, scale}; };
  const auto give_back = [](void* function) { delete static_cast<SqliteFunction*>(function); };
  for (const Aggregate& f : kAggregates) {
    const int code = sqlite3_create_window_function(connection, f.name, 1, kFlags, bound(f.name),
                                                    f.step, f.value, f.value, f.inverse, give_back);
    if (code != SQLITE_OK) return refused(connection, f.name);
  }
  for (const Accessor& f : kAccessors) {
    const int code = sqlite3_create_function_v2(connection, f.name, f.arguments, kFlags,
                                                bound(f.name), f.call, nullptr, nullptr, give_back);
    if (code != SQLITE_OK) return refused(connection, f.name);
  }
  return {};
}

}  // namespace nps
