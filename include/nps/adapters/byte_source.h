// ByteSource: where an adapter's bytes come from: a file, standard input, memory, or a host's own.
//
//   auto file = nps::open_file("answers.csv");
//   if (!file) return complain(file.error().message);
//   auto records = nps::CsvRecords::open(std::move(*file));
//
// A source is read once, front to back, in pieces of the reader's choice.
#ifndef NPS_ADAPTERS_BYTE_SOURCE_H_
#define NPS_ADAPTERS_BYTE_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "nps/export.h"
#include "nps/result.h"

namespace nps {

/// A stream of bytes with a name for messages. Derive from it to read from anywhere else.
///
/// Threads  one reader at a time, but not always the same: see CsvOptions::threads. What has_places()
///          is read from several places at once.
class NPS_EXPORT ByteSource {
 public:
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  virtual ~ByteSource();

  /// Fills the front of `into`, which is not empty, and says how many bytes: as few as one,
  /// 0 only at the end. Unreadable when the bytes cannot be had; not called again after that.
  virtual Result<std::size_t> read(std::span<char> into) = 0;

  /// Whether read_at() may be called: for a regular file, and for memory.
  [[nodiscard]] virtual bool has_places() const noexcept { return false; }

  /// The same from the byte number `place` on, and without changing what read() gives next. Several
  /// threads may call it at once.
  virtual Result<std::size_t> read_at(std::uint64_t place, std::span<char> into);

  /// What a person calls it: the path as given, "standard input".
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  /// Bytes in all, where that is known beforehand: not for a pipe.
  [[nodiscard]] std::optional<std::uint64_t> size() const noexcept { return size_; }

 protected:
  ByteSource(std::string name, std::optional<std::uint64_t> size);

 private:
  std::string name_;
  std::optional<std::uint64_t> size_;
};

/// A regular file, a named pipe or a device. Unreadable, with the path and the system's reason, for
/// a directory and for what is missing or forbidden.
[[nodiscard]] NPS_EXPORT Result<std::unique_ptr<ByteSource>> open_file(const std::string& path);

/// The process's standard input. It is not closed afterwards.
[[nodiscard]] NPS_EXPORT std::unique_ptr<ByteSource> standard_input();

/// Bytes that the caller keeps alive while they are read.
[[nodiscard]] NPS_EXPORT std::unique_ptr<ByteSource> bytes_in_memory(std::string_view bytes,
                                                                     std::string name = "memory");

}  // namespace nps

#endif  // NPS_ADAPTERS_BYTE_SOURCE_H_
