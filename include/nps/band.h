// Band: the three groups that a rating falls into, from worst to best.
#ifndef NPS_BAND_H_
#define NPS_BAND_H_

#include <cstdint>
#include <string_view>

namespace nps {

/// Detractor, passive or promoter. Which ratings belong to which is a Scale's business.
/// Ordered: Detractor < Passive < Promoter.
/// Source: Reichheld, "The One Number You Need to Grow", Harvard Business Review, December 2003.
enum class Band : std::uint8_t { Detractor, Passive, Promoter };

[[nodiscard]] constexpr std::string_view name(Band band) noexcept {
  switch (band) {
    case Band::Detractor: return "detractor";
    case Band::Passive: return "passive";
    case Band::Promoter: return "promoter";
  }
  return "";
}

}  // namespace nps

#endif  // NPS_BAND_H_
