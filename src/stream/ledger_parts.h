// LedgerParts: what a tracker does with its ledgers that nobody else should do: it copies them a piece
// at a time while they change, takes one apart by response, and moves limits.
#ifndef NPS_SRC_STREAM_LEDGER_PARTS_H_
#define NPS_SRC_STREAM_LEDGER_PARTS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "detail/pages.h"
#include "nps/detail/siphash.h"
#include "nps/event.h"
#include "nps/export.h"
#include "nps/result.h"
#include "nps/stream/ledger.h"
#include "stream/tombstones.h"

namespace nps::internal {

class NPS_EXPORT LedgerParts {
 public:
  /// What stays of the erased responses of a ledger, by itself.
  struct Stone {
    Tombstone tombstone;
    std::string event_id;
  };

  /// How many responses are known, of whatever state: what the limit is about.
  [[nodiscard]] static std::size_t known(const Ledger& ledger) noexcept;
  static void set_limit(Ledger& ledger, std::size_t limit) noexcept;
  /// Proposes an erasure, under a limit of its own.
  static Result<Applied> propose_erasure(Ledger& ledger, const Event& event, std::size_t limit);

  /// What a thread that writes to many ledgers proposes in: what is written for each event then stays
  /// in its processor's cache, instead of going from one to the other with the ledger.
  class Draft {
   public:
    Draft();
    Draft(const Draft&) = delete;
    Draft& operator=(const Draft&) = delete;
    ~Draft();

   private:
    friend class LedgerParts;
    struct Proposal;
    std::unique_ptr<Proposal> proposal_;
  };
  /// The ledger's own, but for where the proposal stands: the changes view it.
  static Result<Applied> propose(Ledger& ledger, const Event& event, Draft& draft);
  static void commit(Ledger& ledger, Draft& draft) noexcept;
  /// How many bytes the ledger will need before long, once for all; mostly 0. They can be made while
  /// others write to it, and given to it then.
  [[nodiscard]] static std::size_t take_need(Ledger& ledger) noexcept;
  static void give(Ledger& ledger, Pages block);

  /// Ledger::expect for events that do not lie one after the other, 16 at the most.
  static void expect(const Ledger& ledger, std::span<const Event* const> soon) noexcept;

  /// The erased customers of one into another, which has no responses.
  static void copy_erased(const Ledger& from, Ledger& to);
  /// Copies the responses, but not the erased ones, from record `at` on, `most` records at the most;
  /// says whether there are more. The ledger may change between two calls: whatever stays as it is
  /// will be copied, the rest may or may not be.
  static bool copy_some(const Ledger& from, std::uint32_t& at, std::uint32_t most, Ledger& to);
  [[nodiscard]] static std::vector<Stone> stones(const Ledger& from);
  /// None of them may be there as a response that is not erased.
  static void add_stones(const std::vector<Stone>& stones, Ledger& to);
  /// What stays of one response, by the keyed hash of its id.
  [[nodiscard]] static std::optional<Stone> stone_of(const Ledger& from, const Digest& response);
  /// One more erased customer, of whom the ledger has no responses. One that is there stays.
  static void add_erased(Ledger& ledger, const Digest& customer);

  /// A ledger as several, each of which has all the erased customers and the responses whose keyed
  /// hash begins with its number (modulo theirs, a power of two up to 256).
  static Result<std::vector<Ledger>> split(const Ledger& from, std::size_t parts);
  [[nodiscard]] static std::size_t part_of(const detail::Digest& response, std::size_t parts) {
    return response[0] & (parts - 1);
  }
};

}  // namespace nps::internal

#endif  // NPS_SRC_STREAM_LEDGER_PARTS_H_
