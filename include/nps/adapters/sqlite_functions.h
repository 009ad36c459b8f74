// The score in SQL: functions for a connection to SQLite, of a store of nps or of any other database.
//
//   sqlite3* db = ...;                                            // the host's own connection
//   if (auto done = nps::register_sqlite_functions(db); !done) return done.error();
//
//   SELECT channel, nps(rating), count(rating) FROM answers GROUP BY channel;
//   SELECT day, nps(rating) OVER (ORDER BY day RANGE BETWEEN 29 PRECEDING AND CURRENT ROW) FROM answers;
//   SELECT nps_score(t), nps_low(t, 0.95), nps_high(t, 0.95)
//     FROM (SELECT nps_rollup(tally) AS t FROM daily WHERE day >= '2026-11-01');
//
// The same functions are a loadable extension, nps_sqlite.so: in the sqlite3 shell, `.load ./nps_sqlite`.
//
//   nps(rating)          points from -100 to 100; NULL when there is no rating
//   nps_tally(rating)    a tally, as a BLOB: the 108 bytes of nps/wire/FORMAT.md
//   nps_rollup(tally)    the tally of all responses in these tallies
//   nps_score(t)         its points; NULL when it is empty
//   nps_promoters(t), nps_passives(t), nps_detractors(t), nps_responses(t)     counts
//   nps_low(t, level), nps_high(t, level)     Tango's interval, in points; NULL when it is empty
//   nps_counts(t)        '[c0,...,c10]': how often each rating was given, as JSON
//
// The first three are aggregates and window functions; a frame that slides costs a step for each row
// that enters or leaves it, since tallies are taken apart as exactly as they are put together.
#ifndef NPS_ADAPTERS_SQLITE_FUNCTIONS_H_
#define NPS_ADAPTERS_SQLITE_FUNCTIONS_H_

#include "nps/export.h"
#include "nps/result.h"
#include "nps/scale.h"

struct sqlite3;

namespace nps {

/// Makes the functions above known to this connection, for ratings of that scale; the last scale that
/// was registered holds.
///
/// Ratings     whole numbers on the scale, also as a REAL or as text that SQL takes for a number ('9',
///             '9.0': an import of CSV makes all columns text). NULL is skipped. Anything else (11,
///             8.5, '', 'n/a', a BLOB) ends the query with an error: nothing is clamped, rounded
///             or dropped. What means "no answer" is for the query to say: NULLIF(rating, 99).
/// Bands       of the scale; of 0..10: detractors to 6, passives 7 and 8, promoters from 9. A tally
///             does not say which scale it is of.
/// Empty case  without ratings, nps() is NULL; nps_tally() and nps_rollup() are the empty tally and
///             not NULL, so that a group of nothing has 0 responses and adds nothing. A function of
///             NULL is NULL.
/// Errors      of SQL: a BLOB that is no tally, was damaged, or has more responses than an integer
///             of SQL holds (2^63 - 1); a level not between 0 and 1. Of this call: InvalidArgument
///             without a connection, or where SQLite refuses, as when a statement that uses one of
///             the functions is still running.
/// Trust       deterministic and innocuous: fit for indexes, generated columns, views and triggers.
/// Threads     as the connection. The functions share nothing.
/// Complexity  O(1) a row; ratings are counted without any allocation.
NPS_EXPORT Result<> register_sqlite_functions(sqlite3* connection, const Scale& scale = kZeroToTen);

}  // namespace nps

#endif  // NPS_ADAPTERS_SQLITE_FUNCTIONS_H_
