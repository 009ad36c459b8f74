// Reader: bytes of unknown origin back to values. It believes nothing: it never reads past the end, it
// takes each value in the one form that Writer gives it, and no count is greater than the bytes left
// could hold, so that what is allocated for it is bounded by the input.
//
//   nps::wire::Reader in(bytes);
//   std::vector<std::string> names(in.count("the number of names", 1));
//   for (std::string& name : names) name = in.text("a name");
//   if (auto read = in.finish(); !read) return read.error();   // once, when all has been read
//
// The first thing that is wrong is remembered, and nothing is left to read from then on: values come
// back as 0, counts as 0, texts as "". So a reader that looks at nothing but finish() is safe, and
// loops end by themselves. Look at failed() before what a false 0 would lead astray.
#ifndef NPS_WIRE_READER_H_
#define NPS_WIRE_READER_H_

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "nps/result.h"

namespace nps::wire {

/// A cursor over bytes, which it points into. `what` in every call names the field for the error,
/// with its article: "the number of cells".
///
/// Errors      Malformed, with the offset from the first byte and the field: see finish(), fail().
/// Threads     a plain value.
/// Complexity  O(1) a field; only an error allocates.
class Reader {
 public:
  /// Reads from `from` on; offsets count from the first byte.
  explicit Reader(std::span<const std::byte> bytes, std::size_t from = 0) noexcept
      : bytes_(bytes), at_(from), field_(from), end_(bytes.size()) {}

  [[nodiscard]] std::uint8_t u8(std::string_view what) { return fixed<std::uint8_t>(what); }
  [[nodiscard]] std::uint16_t u16(std::string_view what) { return fixed<std::uint16_t>(what); }
  [[nodiscard]] std::uint32_t u32(std::string_view what) { return fixed<std::uint32_t>(what); }
  [[nodiscard]] std::uint64_t u64(std::string_view what) { return fixed<std::uint64_t>(what); }
  [[nodiscard]] std::int64_t i64(std::string_view what) {
    return static_cast<std::int64_t>(fixed<std::uint64_t>(what));
  }
  /// Any double but a NaN.
  [[nodiscard]] double f64(std::string_view what);
  /// 0 or 1.
  [[nodiscard]] bool flag(std::string_view what) { return choice(what, 2) != 0; }
  /// One byte that is less than `choices`, as for an enumerator.
  [[nodiscard]] std::uint8_t choice(std::string_view what, unsigned choices);

  /// In as few bytes as it takes, and below 2^64.
  [[nodiscard]] std::uint64_t varint(std::string_view what);
  /// A varint that is less than `size`: an index into what was read before.
  [[nodiscard]] std::uint64_t index(std::string_view what, std::uint64_t size);
  /// A varint: how many items follow, each at least `least` bytes long (1 or more).
  [[nodiscard]] std::size_t count(std::string_view what, std::size_t least);
  /// A varint and so many bytes. The view points into the input.
  [[nodiscard]] std::string_view text(std::string_view what);
  [[nodiscard]] std::span<const std::byte> raw(std::string_view what, std::size_t size) {
    return take(what, size);
  }

  /// A length and that many bytes, all of which `read(*this)` must read.
  template <std::invocable<Reader&> Read>
  void section(std::string_view what, Read&& read);

  /// Where the next field begins, and how many bytes are left to it and those after it: in the
  /// section, while one is read.
  [[nodiscard]] std::size_t offset() const noexcept { return at_; }
  [[nodiscard]] std::size_t remaining() const noexcept { return end_ - at_; }

  /// Refuses the field read last, because of what it says: "the scale has no passives". Only the
  /// first failure counts. Another code than Malformed is for bytes that are in order, but ask for
  /// what is not there: a time zone, room below a limit.
  void fail(std::string_view sentence, ErrorCode code = ErrorCode::Malformed) {
    fail_at(field_, sentence, code);
  }
  [[nodiscard]] bool failed() const noexcept { return failure_.has_value(); }

  /// What went wrong, if anything; bytes that are left over are wrong, too.
  [[nodiscard]] Result<> finish();

 private:
  void fail_at(std::size_t offset, std::string_view sentence,
               ErrorCode code = ErrorCode::Malformed);
  void fail_short(std::string_view what, std::uint64_t needed);
  std::span<const std::byte> take(std::string_view what, std::uint64_t size);
  void check_end(std::string_view what);

  template <std::unsigned_integral T>
  T fixed(std::string_view what) {
    const auto bytes = take(what, sizeof(T));
    if (bytes.empty()) return 0;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      value |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
    }
    return static_cast<T>(value);
  }

  std::span<const std::byte> bytes_;
  std::size_t at_;
  std::size_t field_;  // where the field read last began
  std::size_t end_;    // of the section; at_ once it has failed
  std::optional<Error> failure_ = {};
};

// ---- bodies ----

namespace internal {

[[nodiscard]] inline std::string bytes(std::uint64_t count) {
  return std::to_string(count) + (count == 1 ? " byte" : " bytes");
}

}  // namespace internal

inline void Reader::fail_at(std::size_t offset, std::string_view sentence, ErrorCode code) {
  if (failed()) return;
  std::string message = "byte " + std::to_string(offset) + ": ";
  message.append(sentence);
  failure_ = Error{code, std::move(message)};
  end_ = at_;
}

inline void Reader::fail_short(std::string_view what, std::uint64_t needed) {
  fail(std::string(what) + " is cut short: it takes " + internal::bytes(needed) + ", not the " +
       std::to_string(remaining()) + " left");
}

inline std::span<const std::byte> Reader::take(std::string_view what, std::uint64_t size) {
  field_ = at_;
  if (size > remaining()) {
    fail_short(what, size);
    return {};
  }
  at_ += static_cast<std::size_t>(size);
  return bytes_.subspan(field_, static_cast<std::size_t>(size));
}

inline double Reader::f64(std::string_view what) {
  const auto value = std::bit_cast<double>(u64(what));
  if (value == value) return value;
  fail(std::string(what) + " is no number (NaN)");
  return 0;
}

inline std::uint8_t Reader::choice(std::string_view what, unsigned choices) {
  const std::uint8_t value = u8(what);
  if (value < choices) return value;
  fail(std::string(what) + " is " + std::to_string(value) + ", which means nothing: it is below " +
       std::to_string(choices));
  return 0;
}

inline std::uint64_t Reader::varint(std::string_view what) {
  const std::size_t first = at_;
  std::uint64_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    const std::uint8_t byte = u8(what);
    field_ = first;
    if (failed()) return 0;
    if (shift == 63 && byte > 1) {
      fail(std::string(what) + " is past 64 bits");
      return 0;
    }
    value |= std::uint64_t{byte & 0x7fU} << shift;
    if ((byte & 0x80U) != 0) continue;
    if (byte == 0 && shift != 0) {
      fail(std::string(what) + " is longer than it need be");
      return 0;
    }
    return value;
  }
}

inline std::uint64_t Reader::index(std::string_view what, std::uint64_t size) {
  const std::uint64_t value = varint(what);
  if (value < size || failed()) return value;
  fail(std::string(what) + " is " + std::to_string(value) + ", and there are " +
       std::to_string(size));
  return 0;
}

inline std::size_t Reader::count(std::string_view what, std::size_t least) {
  const std::uint64_t value = varint(what);
  if (value <= remaining() / least) return static_cast<std::size_t>(value);
  fail(std::string(what) + " is " + std::to_string(value) + ", too many for the " +
       internal::bytes(remaining()) + " left");
  return 0;
}

inline std::string_view Reader::text(std::string_view what) {
  const std::size_t first = at_;
  const std::uint64_t size = varint(what);
  const auto bytes = take(what, size);
  field_ = first;
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline void Reader::check_end(std::string_view what) {
  if (failed() || at_ == end_) return;
  fail_at(at_, internal::bytes(remaining()) + " too many after " + std::string(what));
}

template <std::invocable<Reader&> Read>
void Reader::section(std::string_view what, Read&& read) {
  const std::uint64_t size = u64(what);
  if (size > remaining()) fail_short(what, size);
  if (failed()) return;
  const std::size_t outer_end = std::exchange(end_, at_ + static_cast<std::size_t>(size));
  std::forward<Read>(read)(*this);
  check_end(what);
  if (!failed()) end_ = outer_end;
}

inline Result<> Reader::finish() {
  check_end("the last field");
  if (failed()) return *failure_;
  return {};
}

}  // namespace nps::wire

#endif  // NPS_WIRE_READER_H_
