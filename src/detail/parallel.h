// Work on several threads: tasks by number, taken in order by whoever is free.
#ifndef NPS_SRC_DETAIL_PARALLEL_H_
#define NPS_SRC_DETAIL_PARALLEL_H_

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <new>
#include <system_error>
#include <thread>
#include <vector>

namespace nps::internal {

/// Calls task(0), ..., task(tasks - 1), each once, on at most `threads` threads, the caller's among
/// them, and returns when all have ended. Threads that the system will not give are done without.
/// What a task throws (std::bad_alloc) is thrown again here, after the others have ended; tasks that
/// had not begun by then do not.
template <typename Task>
void parallel_for(std::size_t threads, std::size_t tasks, Task&& task) {
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  std::exception_ptr thrown;
  const auto work = [&]() noexcept {
    while (!failed.load(std::memory_order_relaxed)) {
      const std::size_t mine = next.fetch_add(1, std::memory_order_relaxed);
      if (mine >= tasks) return;
      try {
        task(mine);
      } catch (...) {
        if (!failed.exchange(true)) thrown = std::current_exception();
      }
    }
  };
  std::vector<std::jthread> helpers;
  const std::size_t wanted = std::min(threads, tasks);
  if (wanted > 1) {
    try {
      helpers.reserve(wanted - 1);
      while (helpers.size() < wanted - 1) helpers.emplace_back(work);
    } catch (const std::system_error&) {  // as many as there are
    } catch (const std::bad_alloc&) {
    }
  }
  work();
  helpers.clear();  // joins
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace nps::internal

#endif  // NPS_SRC_DETAIL_PARALLEL_H_
