// CsvPipeline: the batches of a file in its order, read by several threads at once.
//
//   CsvPipeline pipeline(std::move(blocks), plan, threads);
//   while (CsvBatch* batch = pipeline.next()) use(*batch);   // in the caller's thread
//
// A piece of the file is read and marked by one thread, cut into records in its turn, and its columns
// are read, mostly by the same thread. Only cutting is done by one thread at a time, in the order of
// the file, and so is reading where the source has no places. The caller works too while the batch
// that is its turn is not ready. What a block is does not depend on who reads it, and batches are used
// in order, so that no result depends on the number of threads.
#ifndef NPS_SRC_ADAPTERS_CSV_PIPELINE_H_
#define NPS_SRC_ADAPTERS_CSV_PIPELINE_H_

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "adapters/csv_blocks.h"
#include "adapters/csv_columns.h"

namespace nps::internal {

/// Memory   a block and its columns, less than 1 MB for a few columns, for each thread and two more;
///          whatever the length of the file.
/// Threads  at most kMostThreads, the caller's among them; those that the system does not give are
///          done without. They start with the second block, so a small file needs none.
class CsvPipeline {
 public:
  static constexpr std::size_t kMostThreads = 16;

  /// `plan` must live as long as this does.
  CsvPipeline(CsvBlocks blocks, const CsvPlan& plan, std::size_t threads);
  CsvPipeline(const CsvPipeline&) = delete;
  CsvPipeline& operator=(const CsvPipeline&) = delete;
  /// Waits for what is being read.
  ~CsvPipeline();

  /// The next batch, or none after the last. It is the caller's until next() is called again.
  CsvBatch* next();

 private:
  enum class State : std::uint8_t { Busy, Marked, Ready };
  struct Slot {
    CsvBatch batch;
    State state = State::Busy;
    std::thread::id reader;     // who had it last
    std::exception_ptr thrown;  // std::bad_alloc; thrown again where the batch is asked for
  };
  using Lock = std::unique_lock<std::mutex>;

  [[nodiscard]] Slot& slot(std::uint64_t block) { return *order_[block - taken_]; }
  [[nodiscard]] bool can_cut() { return cut_ < read_ && slot(cut_).state == State::Marked; }
  [[nodiscard]] bool can_read() { return !reading_ && !ended_ && !free_.empty(); }
  bool work(Lock& lock);
  Slot& next_slot();
  void read_and_mark(Lock& lock);
  void cut_and_take_apart(Lock& lock);
  void wait(Lock& lock, unsigned& tries);
  void start_helpers();
  void help();

  CsvBlocks blocks_;
  const CsvPlan& plan_;
  std::size_t threads_;

  std::mutex mutex_;  // of all below
  std::condition_variable changed_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::vector<Slot*> free_;
  std::deque<Slot*> order_;  // of the blocks from taken_ on
  std::uint64_t read_ = 0;   // blocks read so far, or being read
  std::uint64_t cut_ = 0;    // blocks that are cut
  std::uint64_t taken_ = 0;  // blocks that the caller is done with
  bool in_use_ = false;      // the caller has the block number taken_
  bool reading_ = false;     // somebody reads what has to be read in order
  bool ended_ = false;       // there is nothing left to read
  bool stopping_ = false;
  std::vector<std::jthread> helpers_;
};

}  // namespace nps::internal

#endif  // NPS_SRC_ADAPTERS_CSV_PIPELINE_H_
