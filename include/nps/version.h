// version.h: which nps this is, for the preprocessor and for code.
//
//   static_assert(nps::kVersion >= nps::Version{0, 1, 0});
//   std::cout << "scored by nps " << nps::kVersionText << '\n';
#ifndef NPS_VERSION_H_
#define NPS_VERSION_H_

#include <compare>
#include <string_view>

// The build reads the version from these three lines; it stands nowhere else.
#define NPS_VERSION_MAJOR 0
#define NPS_VERSION_MINOR 1
#define NPS_VERSION_PATCH 0

/// One number for `#if`: 0.1.0 is 100, 1.2.3 is 10203.
#define NPS_VERSION (NPS_VERSION_MAJOR * 10000 + NPS_VERSION_MINOR * 100 + NPS_VERSION_PATCH)

#define NPS_DETAIL_TEXT_OF(x) #x
#define NPS_DETAIL_TEXT(x) NPS_DETAIL_TEXT_OF(x)

namespace nps {

/// A semantic version. Before 1.0.0 an interface may change with the minor number.
struct Version {
  int major;
  int minor;
  int patch;

  friend constexpr auto operator<=>(const Version&, const Version&) noexcept = default;
};

/// The version of the headers a program was compiled with.
inline constexpr Version kVersion{NPS_VERSION_MAJOR, NPS_VERSION_MINOR, NPS_VERSION_PATCH};
inline constexpr std::string_view kVersionText =
    NPS_DETAIL_TEXT(NPS_VERSION_MAJOR) "." NPS_DETAIL_TEXT(NPS_VERSION_MINOR) "." NPS_DETAIL_TEXT(
        NPS_VERSION_PATCH);

}  // namespace nps

#undef NPS_DETAIL_TEXT
#undef NPS_DETAIL_TEXT_OF

#endif  // NPS_VERSION_H_
