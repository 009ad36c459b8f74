// ByteSource: where an adapter's bytes come from: a file, standard input, memory, or a host's own.
//
//   auto file = nps::open_file("answers.csv");
//   if (!file) return complain(file.error().message);
//   auto records = nps::CsvRecords::open(std::move(*file));
//
// A source is read once, front to back, in pieces of the reader's choice, or, where it has places, in
// pieces that several threads read at once.
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
/// Threads  one call of read() at a time, but not always by the same thread: see CsvOptions::threads.
///          read_at() may be called by several at once, and never while another is in read().
class NPS_EXPORT ByteSource {
 public:
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  virtual ~ByteSource();

  /// Fills the front of `into`, which is not empty, and says how many bytes: as few as one,
  /// 0 only at the end. Unreadable when the bytes cannot be had; not called again after that.
  virtual Result<std::size_t> read(std::span<char> into) = 0;

  /// Whether read_at() may be called. Of those below: what open_file() opens if it is a regular file,
  /// and memory. Not standard input: what it is redirected from may be another's to read on.
  [[nodiscard]] virtual bool has_places() const noexcept { return false; }

  /// As read(), but from `place` bytes after the one that read() gives next, and it still gives that
  /// next: 0 where the source ends there or before. When a call has failed, others may be under way
  /// or follow. Unreadable, too, where there are no places.
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
