// Which kernels there are, best first, and which one is used.
#include <array>
#include <atomic>
#include <cstddef>
#include <span>
#include <string_view>

#include "kernels/kernel.h"
#include "nps/batch.h"

namespace nps {
namespace kernel {
namespace {

constexpr std::array kBestFirst{
#ifdef NPS_KERNELS_X86
    &kAvx512,
    &kAvx2,
#endif
#ifdef NPS_KERNELS_NEON
    &kNeon,
#endif
    &kScalar,
};

struct Usable {
  std::array<std::string_view, kBestFirst.size()> names;
  std::array<const Kernel*, kBestFirst.size()> kernels{};
  std::size_t count = 0;

  Usable() noexcept {
    for (const Kernel* kernel : kBestFirst) {
      if (!kernel->runs_here()) continue;
      names[count] = kernel->name;
      kernels[count++] = kernel;
    }
  }
};

// What the processor can do is asked once, by whoever comes first.
const Usable& usable() noexcept {
  static const Usable found;
  return found;
}

// Null until a kernel is named. Kernels are constants, so the pointer is all that is shared.
std::atomic<const Kernel*> named{nullptr};

}  // namespace

const Kernel& selected() noexcept {
  const Kernel* kernel = named.load(std::memory_order_relaxed);
  return kernel != nullptr ? *kernel : *usable().kernels.front();
}

}  // namespace kernel

std::span<const std::string_view> kernels() noexcept {
  const auto& usable = kernel::usable();
  return std::span(usable.names).first(usable.count);
}

bool use_kernel(std::string_view name) noexcept {
  const auto& usable = kernel::usable();
  for (std::size_t i = 0; i < usable.count; ++i) {
    if (usable.names[i] != name) continue;
    kernel::named.store(usable.kernels[i], std::memory_order_relaxed);
    return true;
  }
  return false;
}

}  // namespace nps
