// NdjsonEvents: the events in a file of JSON, one on each line, and an account of every line that is
// none.
//
//   auto events = nps::NdjsonEvents::open(*nps::open_file("events.ndjson"), {.dimensions = {"plan"}});
//   nps::Event event;                                     // its strings are used again and again
//   while (true) {
//     auto more = events->next(event);
//     if (!more) return complain(more.error().message);   // the file cannot be read on
//     if (!*more) break;
//     auto applied = ledger->apply(event);
//   }
//   report(events->lines(), events->rejected());
#ifndef NPS_ADAPTERS_NDJSON_H_
#define NPS_ADAPTERS_NDJSON_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nps/adapters/byte_source.h"
#include "nps/adapters/rejected_cell.h"
#include "nps/adapters/time_text.h"
#include "nps/event.h"
#include "nps/export.h"
#include "nps/report/report.h"
#include "nps/result.h"
#include "nps/segment/zone.h"

namespace nps {

struct NdjsonOptions {
  /// Names of fields besides the ones below that are read, as Response::dimensions, in this order.
  /// Every event has all of them, "" where the line has none.
  std::vector<std::string> dimensions = {};
  TimeFormat time_format = TimeFormat::iso();
  Zone zone = Zone::utc();                              // of times without an offset
  std::size_t max_line_bytes = std::size_t{64} << 20U;  // a longer one is an error, LimitReached
  std::size_t block_bytes = std::size_t{512} << 10U;    // read at a time; any size gives the same
  std::function<void(const RejectedCell&)> on_reject = {};
};

/// Reads one JSON object (RFC 8259) a line. Lines end in LF or CRLF, the last one in either or in
/// nothing; a UTF-8 byte order mark at the start is skipped, and so are lines of white space.
///
/// Fields      event_id, type, response_id, version, updated_at, customer_id, account_id, rating,
///             answered_at, received_at, touchpoint_at, channel, journey_stage, comment, weight and
///             the dimensions asked for. Others are checked to be JSON and else ignored. null is an
///             absent field, and so is an empty text. No order is asked of them.
/// Types       "answered", "updated", "dismissed", "deleted" or "erased".
/// Ids         a text, byte for byte, or a whole number, which is its digits: 12345 and "12345" are
///             one id. Labels and comments: a text, or a number or truth value as it is written.
/// Ratings     a text counts as RatingReader reads a cell ("9", "10 - Extremely likely", "NA"), a
///             number by its value: 9, 9.0, 1e1. Only answered and updated events have one.
/// Times       texts and numbers as time_format reads them; under iso a number is no time.
/// Versions    a whole number of 64 bits, or the text of one. Weights: a number, or the text of one.
/// Erased      needs its customer alone: of such an event only event_id, customer_id and received_at
///             are read, so that no other mistake in it keeps a customer from being forgotten.
///
/// A line becomes an event, or is rejected for the first of these reasons that it gives:
///
///   NotJson      no JSON object: broken, not UTF-8, half a surrogate pair, objects or arrays in more
///                than 256 levels, something after the object, a NUL byte;
///   BadField     a field that is read stands there twice; an id or a label that is an object, or an id
///                that is a fraction or a truth value;
///   UnknownType  a type that is none of the five, or no type;
///   NoOrder      a version or an updated_at that cannot be read (a time, a whole number);
///   OutOfRange, Fractional, NotANumber   a rating that is there, and is none;
///   BadWeight    a weight that is there, and is none.
///
/// BadTime      an answered_at, touchpoint_at or received_at that cannot be read: the event goes on
///              without it, and the line is counted once.
///
/// What only a ledger can know, it judges: an answer without a response id, a rating or an order, an
/// erasure without a customer. Tell reject() of those, and everything is counted and listed here once.
///
/// Errors      Unreadable where the source fails, LimitReached for a line that is too long; final, and
///             the events before it have been given.
/// Memory      a block, or up to twice the longest line, and six times the longest to take it apart.
/// Threads     one at a time.
/// Complexity  O(bytes). See bench/ndjson_bench.
class NPS_EXPORT NdjsonEvents {
 public:
  /// InvalidArgument for a dimension that is named twice or like one of the fields.
  [[nodiscard]] static Result<NdjsonEvents> open(std::unique_ptr<ByteSource> source,
                                                 NdjsonOptions options = {});
  NdjsonEvents(NdjsonEvents&&) noexcept;
  NdjsonEvents& operator=(NdjsonEvents&&) noexcept;
  ~NdjsonEvents();

  /// Puts the next event in place of what `event` holds: false when there is none.
  Result<bool> next(Event& event);

  /// Counts and lists the event that was given last among the rejected after all. `field` is the
  /// one at fault, such as "response_id"; "" for the whole line.
  void reject(Reject reason, std::string_view field = {});

  /// Lines so far that had something in them; the number of the last of them in the file, from 1.
  [[nodiscard]] std::uint64_t lines() const noexcept;
  [[nodiscard]] std::uint64_t line() const noexcept;
  /// Lines that became no event, and (BadTime) events that lack a time, up to now.
  [[nodiscard]] const Rejected& rejected() const noexcept;
  /// The time fields with something in them, so far, of which none could be read.
  [[nodiscard]] std::vector<std::string> unreadable_times() const;

  /// For a progress bar: bytes read so far, and of the whole file if known.
  [[nodiscard]] std::uint64_t bytes_consumed() const noexcept;
  [[nodiscard]] std::optional<std::uint64_t> bytes_total() const noexcept;

 private:
  struct Impl;
  explicit NdjsonEvents(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

/// Whether a dimension of that name would be one of the fields that every event has.
[[nodiscard]] NPS_EXPORT bool is_event_field(std::string_view name) noexcept;

}  // namespace nps

#endif  // NPS_ADAPTERS_NDJSON_H_
