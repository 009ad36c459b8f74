#include "recoded.h"

#include <cstddef>
#include <cstdlib>
#include <new>

namespace nps::test {

std::size_t allocated = 0;

}  // namespace nps::test

namespace {

void* allocate(std::size_t size) {
  nps::test::allocated += size;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  std::abort();
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return allocate(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
