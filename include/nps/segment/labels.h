// Labels: the dictionary of one dimension. Text goes in, small integers come out, and the hot path
// sees integers only.
//
//   nps::Code web = cube.labels(0).intern("web");      // the same code every time
//   cube.labels(0).text(web);                          // "web"
#ifndef NPS_SEGMENT_LABELS_H_
#define NPS_SEGMENT_LABELS_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "nps/batch.h"
#include "nps/export.h"

namespace nps {

/// An append-only set of strings, numbered from 0 in the order in which they came. The numbers are
/// private to this dictionary: results are sorted by text, so the order leaves no trace.
///
/// Units       bytes, compared as they are. The empty string is a label like any other.
/// Errors      none.
/// Threads     reads are safe together; `intern` needs a lock.
/// Complexity  O(length) expected for intern and find, O(1) for text. A text stays where it is.
class NPS_EXPORT Labels {
 public:
  Labels();
  Labels(const Labels& other);
  Labels(Labels&& other) noexcept;
  Labels& operator=(Labels other) noexcept;
  ~Labels();

  Code intern(std::string_view text);
  [[nodiscard]] std::optional<Code> find(std::string_view text) const;
  [[nodiscard]] std::string_view text(Code code) const;
  [[nodiscard]] std::size_t size() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nps

#endif  // NPS_SEGMENT_LABELS_H_
