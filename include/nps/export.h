// NPS_EXPORT marks what the compiled library lets its users link. All else stays hidden, so a host
// that embeds nps exports nothing of nps by accident.
//
//   class NPS_EXPORT Cube { ... };
//   NPS_EXPORT Result<Zone> find_zone(std::string_view name);
//
// Nothing has to be defined by a user on ELF and Mach-O, whether the library is static or shared.
// Header-only code (nps::core and nps/stats) needs no mark.
#ifndef NPS_EXPORT_H_
#define NPS_EXPORT_H_

#if defined(_WIN32)
#if defined(NPS_BUILD_SHARED)
#define NPS_EXPORT __declspec(dllexport)
#elif defined(NPS_USE_SHARED)
#define NPS_EXPORT __declspec(dllimport)
#else
#define NPS_EXPORT
#endif
#elif defined(NPS_BUILD_STATIC)
// Inside a static library even the interface is hidden: it ends in the host's binary and stays there.
#define NPS_EXPORT
#else
#define NPS_EXPORT __attribute__((visibility("default")))
#endif

#endif  // NPS_EXPORT_H_
