// WideAnswers: one answer a customer with all that an answer can have, side by side.
//
// For customers known by text, for responses with ids, weights or touchpoints, and for whatever does
// not fit into CompactAnswers. A customer is a slot in a shard, found through an index
// of hashes; weights, touchpoints and texts that no batch had take no room.
#ifndef NPS_SRC_SEGMENT_WIDE_ANSWERS_H_
#define NPS_SRC_SEGMENT_WIDE_ANSWERS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nps/batch.h"
#include "nps/counting_policy.h"
#include "nps/segment/per_customer.h"
#include "segment/answer_id.h"
#include "segment/customer_shards.h"
#include "segment/kept_columns.h"

namespace nps::internal {

/// The part of an answer that every one has.
struct BareAnswer {
  std::uint8_t rating = 0;
  std::optional<Timestamp> answered_at = {};
};

class WideAnswers {
 public:
  WideAnswers(Which which, bool texts, std::size_t dimensions);

  /// Places the rows from `first` on.
  Placed add(const ResponseColumns& columns, std::size_t first, std::size_t threads);
  /// Makes a customer who is not known yet; for one who is, nothing may be called.
  void adopt(std::uint64_t key, const BareAnswer& answer, std::span<const Code> codes);
  void adopt_placed(std::uint64_t rows) noexcept { adopted_ += rows; }

  [[nodiscard]] std::uint64_t customers() const noexcept;
  [[nodiscard]] std::uint64_t placed() const noexcept;
  [[nodiscard]] KeptColumns columns(std::size_t threads) const;

 private:
  // A response id: bytes of the shard, with room for as many; or a row, when room is kRow.
  struct StoredId {
    static constexpr std::uint32_t kRow = 0xffffffff;
    std::uint64_t at = 0;      // where the bytes begin; or the row
    std::uint32_t length = 0;  // or which stem
    std::uint32_t room = 0;
  };

  // What every look at a customer needs, side by side.
  struct Answer {
    std::uint64_t key;
    Timestamp answered_at;
    StoredId id;
    std::uint64_t name_at : 48;  // where in `names` its length stands, and then it
    std::uint64_t rating : 8;
    std::uint64_t timed : 8;
  };

  struct Shard {
    std::vector<std::uint64_t> index;  // open addressing: high half of it hash, low half slot + 1
    std::vector<Answer> answers;       // by slot, as all that follows
    std::vector<Code> codes;           // so many a slot as there are dimensions
    std::vector<std::uint8_t> touched;
    std::vector<Timestamp> touchpoint_at;
    std::vector<double> weights;
    std::vector<char> names;
    std::vector<char> id_bytes;
    std::uint64_t placed = 0;

    [[nodiscard]] std::string_view name(std::size_t slot) const noexcept {
      const char* const at = names.data() + answers[slot].name_at;
      std::uint32_t length = 0;
      std::memcpy(&length, at, sizeof length);
      return {at + sizeof length, length};
    }
  };

  // Some rows of a batch, sorted by shard.
  struct Sorted {
    std::vector<std::uint64_t> keys;
    std::vector<std::uint32_t> rows;  // from the first row of the batch that is being placed
    std::array<std::uint32_t, kShards + 1> begins{};
    std::uint64_t anonymous = 0;
    std::uint64_t rejected = 0;
  };

  struct Batch;

  void widen(const ResponseColumns& columns);
  [[nodiscard]] Sorted sort(const Batch& batch, std::size_t first, std::size_t rows) const;
  void place(Shard& shard, const Batch& batch, std::size_t first, const Sorted& sorted,
             std::size_t number) const;
  void place(Shard& shard, const Batch& batch, std::size_t row, std::uint64_t key,
             std::size_t guessed) const;
  [[nodiscard]] static std::size_t guess(const Shard& shard, std::uint64_t key) noexcept;
  [[nodiscard]] bool is(const Shard& shard, std::size_t slot, std::uint64_t key,
                        std::string_view name) const noexcept;
  [[nodiscard]] std::optional<std::size_t> find(const Shard& shard, std::uint64_t key,
                                                std::string_view name) const;
  void reserve_one(Shard& shard) const;
  std::size_t insert(Shard& shard, std::uint64_t key, std::string_view name) const;
  [[nodiscard]] AnswerId id_of(const Shard& shard, std::size_t slot) const;
  [[nodiscard]] AnswerId id_of(const Batch& batch, std::size_t row) const;
  [[nodiscard]] bool displaces(const Shard& shard, const Batch& batch, std::size_t row,
                               std::size_t slot) const;
  static void keep_id(Shard& shard, const AnswerId& id, std::uint32_t stem, std::size_t slot);
  void keep(Shard& shard, const Batch& batch, std::size_t row, std::size_t slot) const;

  bool first_;
  bool texts_;
  bool has_ids_ = false;
  bool has_touchpoints_ = false;
  bool has_weights_ = false;
  std::size_t dimensions_;
  std::uint64_t adopted_ = 0;
  std::deque<std::string> stems_;  // never moved: ids view them
  std::vector<Shard> shards_;
};

}  // namespace nps::internal

#endif  // NPS_SRC_SEGMENT_WIDE_ANSWERS_H_
