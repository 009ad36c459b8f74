#ifndef NPS_SRC_DETAIL_CACHE_LINE_H_
#define NPS_SRC_DETAIL_CACHE_LINE_H_

#include <cstddef>

namespace nps::detail {

/// Bytes that go from memory to a processor, and from one processor to another, together. Of all
/// that this library is built for; elsewhere a wrong guess costs time and nothing else.
inline constexpr std::size_t kCacheLine = 64;

}  // namespace nps::detail

#endif  // NPS_SRC_DETAIL_CACHE_LINE_H_
