#include "adapters/csv_pipeline.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace nps::internal {

CsvPipeline::CsvPipeline(CsvBlocks blocks, const CsvPlan& plan, std::size_t threads)
    : blocks_(std::move(blocks)),
      plan_(plan),
      threads_(std::clamp<std::size_t>(threads, 1, kMostThreads)) {
  slots_.push_back(std::make_unique<Slot>());
}

CsvPipeline::~CsvPipeline() {
  {
    const Lock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  helpers_.clear();  // joins
}

CsvBatch* CsvPipeline::next() {
  Lock lock(mutex_);
  if (std::exchange(in_use_, false)) {
    slot(taken_++).state = State::Free;
    if (taken_ == 1 && !ended_ && threads_ > 1) start_helpers();
    changed_.notify_all();
  }
  for (unsigned tries = 0;;) {
    Slot& mine = slot(taken_);
    if (mine.state == State::Ready) {
      in_use_ = true;
      if (mine.thrown) std::rethrow_exception(mine.thrown);
      return &mine.batch;
    }
    if (ended_ && taken_ == filled_) return nullptr;
    if (can_fill()) {
      fill_and_read(lock);
    } else {
      wait(lock, tries);
    }
  }
}

/// What is waited for takes some ten microseconds, as does going to sleep and being woken: others get
/// the processor a few times before it comes to that.
void CsvPipeline::wait(Lock& lock, unsigned& tries) {
  constexpr unsigned kTries = 20;
  if (++tries % kTries == 0) {
    changed_.wait(lock);
    return;
  }
  lock.unlock();
  std::this_thread::yield();
  lock.lock();
}

/// Takes the next block off the file and reads it; the lock is held only before, between and after.
void CsvPipeline::fill_and_read(Lock& lock) {
  Slot& mine = slot(filled_++);
  mine.state = State::Busy;
  mine.thrown = nullptr;
  filling_ = true;
  lock.unlock();
  bool last = true;
  try {
    blocks_.fill(mine.batch.block);
    last = mine.batch.block.last;
  } catch (...) {
    mine.thrown = std::current_exception();
  }
  lock.lock();
  filling_ = false;
  ended_ = ended_ || last;
  lock.unlock();
  changed_.notify_all();
  try {
    if (!mine.thrown) read_columns(plan_, mine.batch);
  } catch (...) {
    mine.thrown = std::current_exception();
  }
  lock.lock();
  mine.state = State::Ready;
  changed_.notify_all();
}

void CsvPipeline::start_helpers() {
  // While all threads read, two batches may lie ready or be in use.
  while (slots_.size() < threads_ + 2) slots_.push_back(std::make_unique<Slot>());
  try {
    while (helpers_.size() + 1 < threads_) helpers_.emplace_back([this] { help(); });
  } catch (const std::system_error&) {  // as many as there are
  }
}

void CsvPipeline::help() {
  Lock lock(mutex_);
  unsigned tries = 0;
  while (!stopping_ && !ended_) {
    if (can_fill()) {
      fill_and_read(lock);
    } else {
      wait(lock, tries);
    }
  }
}

}  // namespace nps::internal
