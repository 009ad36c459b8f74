// Writer: values to bytes, field by field. What it writes is the same on every machine: little-endian,
// no padding, no struct copied as it lies in memory. nps/wire/reader.h reads it back, with a member of
// the same name for each here; FORMAT.md beside this file says what every type writes.
//
//   nps::wire::Writer out;
//   out.varint(names.size());
//   for (const std::string& name : names) out.text(name);
//   out.section([&](nps::wire::Writer& inner) { write(inner, part); });   // its length goes before it
//   nps::wire::Bytes bytes = std::move(out).take();
#ifndef NPS_WIRE_WRITER_H_
#define NPS_WIRE_WRITER_H_

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace nps::wire {

/// What is stored or sent, as a whole.
using Bytes = std::vector<std::byte>;

/// The bytes of a text, which live as long as it does.
[[nodiscard]] inline std::span<const std::byte> bytes_of(std::string_view text) noexcept {
  return std::as_bytes(std::span(text.data(), text.size()));
}

/// Appends to one growing array.
///
/// Errors      none: every value can be written.
/// Threads     a plain value.
/// Complexity  O(bytes written), amortised.
class Writer {
 public:
  void u8(std::uint8_t value) { bytes_.push_back(std::byte{value}); }
  void u16(std::uint16_t value) { fixed(value); }
  void u32(std::uint32_t value) { fixed(value); }
  void u64(std::uint64_t value) { fixed(value); }
  /// Two's complement, eight bytes.
  void i64(std::int64_t value) { fixed(static_cast<std::uint64_t>(value)); }
  /// The bits of an IEEE 754 double, eight bytes. No reader takes a NaN.
  void f64(double value) { fixed(std::bit_cast<std::uint64_t>(value)); }
  /// One byte, 0 or 1.
  void flag(bool value) { u8(value ? 1 : 0); }

  /// Seven bits a byte, the lowest first; the top bit says that more follow. In as few bytes as it
  /// takes, 1 to 10 (unsigned LEB128).
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7U) u8(static_cast<std::uint8_t>(value | 0x80U));
    u8(static_cast<std::uint8_t>(value));
  }

  /// The length in bytes as a varint, then the bytes as they are.
  void text(std::string_view text) {
    varint(text.size());
    raw(bytes_of(text));
  }

  /// The bytes alone: whoever reads them knows how many there are.
  void raw(std::span<const std::byte> bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }

  /// What `write(*this)` writes, with its length before it as a u64.
  template <std::invocable<Writer&> Write>
  void section(Write&& write) {
    const std::size_t at = size();
    u64(0);
    std::forward<Write>(write)(*this);
    store(at, static_cast<std::uint64_t>(size() - at - sizeof(std::uint64_t)));
  }

  /// How much was written so far.
  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }
  [[nodiscard]] std::span<const std::byte> written() const noexcept { return bytes_; }
  /// Room for so many bytes in all.
  void reserve(std::size_t size) { bytes_.reserve(size); }
  /// All that was written; the writer is empty afterwards.
  [[nodiscard]] Bytes take() && noexcept { return std::exchange(bytes_, {}); }

 private:
  template <std::unsigned_integral T>
  void fixed(T value) {
    const std::size_t at = size();
    bytes_.resize(at + sizeof(T));
    store(at, value);
  }

  template <std::unsigned_integral T>
  void store(std::size_t at, T value) noexcept {
    std::byte* const to = bytes_.data() + at;  // a compiler makes one store of the eight
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      to[i] = static_cast<std::byte>(value >> (8 * i) & 0xffU);
    }
  }

  Bytes bytes_;
};

}  // namespace nps::wire

#endif  // NPS_WIRE_WRITER_H_
