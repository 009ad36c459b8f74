#include "adapters/csv_pipeline.h"

#include <algorithm>
#include <iterator>
#include <system_error>
#include <utility>

namespace nps::internal {

CsvPipeline::CsvPipeline(CsvBlocks blocks, const CsvPlan& plan, std::size_t threads)
    : blocks_(std::move(blocks)),
      plan_(plan),
      threads_(std::clamp<std::size_t>(threads, 1, kMostThreads)) {
  slots_.push_back(std::make_unique<Slot>());
  free_.push_back(slots_.back().get());
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
    Slot& used = slot(taken_);
    if (used.batch.block.unfinished) {
      used.state = State::Marked;  // and still number cut_
    } else {
      free_.push_back(&used);
      order_.pop_front();
      ++taken_;
    }
    if (slots_.size() == 1 && !ended_ && threads_ > 1) start_helpers();
    changed_.notify_all();
  }
  for (unsigned tries = 0;;) {
    if (taken_ < read_ && slot(taken_).state == State::Ready) {
      Slot& mine = slot(taken_);
      if (mine.thrown) std::rethrow_exception(mine.thrown);
      in_use_ = true;
      return &mine.batch;
    }
    if (ended_ && taken_ == read_) return nullptr;
    if (!work(lock)) wait(lock, tries);
  }
}

/// What is waited for takes some ten microseconds, as does going to sleep and being woken: others get
/// the processor many times before it comes to that.
void CsvPipeline::wait(Lock& lock, unsigned& tries) {
  constexpr unsigned kTries = 200;
  if (++tries % kTries == 0) {
    changed_.wait(lock);
    return;
  }
  lock.unlock();
  std::this_thread::yield();
  lock.lock();
}

/// Does what is to be done next, if anything: what others wait for goes first. The lock is held only
/// before, between and after.
bool CsvPipeline::work(Lock& lock) {
  if (can_cut()) {
    cut_and_take_apart(lock);
  } else if (can_read()) {
    read_and_mark(lock);
  } else {
    return false;
  }
  return true;
}

/// A free slot for the next block: the one that this thread had last, if it may, since that one's
/// memory is in its processor's cache.
CsvPipeline::Slot& CsvPipeline::next_slot() {
  const std::thread::id me = std::this_thread::get_id();
  auto at = std::ranges::find(free_, me, &Slot::reader);
  if (at == free_.end()) at = std::prev(free_.end());
  Slot& slot = **at;
  order_.push_back(&slot);
  free_.erase(at);
  ++read_;
  slot.state = State::Busy;
  slot.reader = me;
  slot.thrown = nullptr;
  return slot;
}

void CsvPipeline::read_and_mark(Lock& lock) {
  Slot& mine = next_slot();
  const bool anyone = blocks_.place(mine.batch.block);
  reading_ = !anyone;
  lock.unlock();
  bool more = false;
  try {
    more = blocks_.read(mine.batch.block);
  } catch (...) {
    mine.thrown = std::current_exception();
  }
  if (!anyone || !more) {
    lock.lock();
    if (!anyone) reading_ = false;
    ended_ = ended_ || !more;
    lock.unlock();
    changed_.notify_all();
  }
  try {
    if (!mine.thrown) blocks_.mark(mine.batch.block);
  } catch (...) {
    mine.thrown = std::current_exception();
  }
  lock.lock();
  mine.state = State::Marked;
  changed_.notify_all();
}

void CsvPipeline::cut_and_take_apart(Lock& lock) {
  Slot& mine = slot(cut_);
  mine.state = State::Busy;
  lock.unlock();
  try {
    if (!mine.thrown) blocks_.cut(mine.batch.block);
  } catch (...) {
    mine.thrown = std::current_exception();
  }
  lock.lock();
  if (!mine.batch.block.unfinished) ++cut_;
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
  while (slots_.size() < threads_ + 2) {
    slots_.push_back(std::make_unique<Slot>());
    free_.push_back(slots_.back().get());
  }
  try {
    while (helpers_.size() + 1 < threads_) helpers_.emplace_back([this] { help(); });
  } catch (const std::system_error&) {  // as many as there are
  }
}

void CsvPipeline::help() {
  Lock lock(mutex_);
  unsigned tries = 0;
  while (!stopping_ && !(ended_ && cut_ == read_)) {
    if (!work(lock)) wait(lock, tries);
  }
}

}  // namespace nps::internal
