// Cube: every combination of the dimensions' labels that occurs, each with its tally.
//
//   auto cube = nps::Cube::create({nps::Dimension::label("channel"),
//                                  nps::Dimension::label("stage")});
//   cube->add({"web", "checkout"}, nps::Rating::of<9>());     // one response at a time
//   cube->add(columns);                                       // or whole columns
//   for (const nps::Cell& cell : cube->cells()) print(cell.labels, cell.tally.score());
//   auto by_channel = cube->roll_up({"channel"});             // exact, as if never split by stage
#ifndef NPS_SEGMENT_CUBE_H_
#define NPS_SEGMENT_CUBE_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nps/batch.h"
#include "nps/change.h"
#include "nps/counting_policy.h"
#include "nps/export.h"
#include "nps/rating.h"
#include "nps/response.h"
#include "nps/result.h"
#include "nps/segment/dimension.h"
#include "nps/segment/labels.h"
#include "nps/tally.h"
#include "nps/weighted_tally.h"
#include "nps/wire/writer.h"

namespace nps {

/// One combination of labels, in the order of the cube's dimensions, and what was answered there.
/// The labels point into the cube and live as long as it is not changed.
struct Cell {
  std::vector<std::string_view> labels;
  Tally tally;
  std::optional<WeightedTally> weighted;  // where the cube keeps weights
};

struct CubeOptions {
  CountingPolicy policy = {};  // what whoever feeds the cube has chosen its responses by
  bool weighted = false;       // also keep sums of weights, at 3.5 times the memory
  std::size_t cell_limit = std::size_t{1} << 20U;  // one more is an error, never a dropped cell
};

/// What became of a batch: added + rejected == rows. The untimed are among the added: they are in
/// every total, but in no group by a time that they do not have.
struct Added {
  std::uint64_t added = 0;
  std::uint64_t rejected = 0;
  std::uint64_t untimed = 0;
};

/// Cells by label, with the counting policy that their responses were chosen by.
///
/// Algebra     cells form the group of their tallies: merge is associative and commutative, subtract
///             undoes it, roll-up and slice commute with both. Exact, but for weights (floating).
/// Equality    the same dimensions, policy and non-empty cells, by text: the order of arrival and of
///             interning leaves no trace. Weights are compared too where they are kept, bit for bit.
/// Errors      each call is all or nothing: after an error the cube equals what it was before. Labels
///             that the refused call brought may stay in the dictionary.
/// Threads     distinct cubes are independent; const calls on one cube are safe together.
/// Complexity  memory is O(cells); adding a response is O(dimensions) expected.
class NPS_EXPORT Cube {
 public:
  /// Fails (InvalidArgument) when two dimensions have one name, or there are more than 32, or the policy
  /// is not consistent.
  [[nodiscard]] static Result<Cube> create(std::vector<Dimension> dimensions,
                                           CubeOptions options = {});
  Cube(const Cube& other);
  Cube(Cube&& other) noexcept;
  Cube& operator=(Cube other) noexcept;
  ~Cube();

  [[nodiscard]] const std::vector<Dimension>& dimensions() const noexcept;
  [[nodiscard]] const CubeOptions& options() const noexcept;
  /// Position of the dimension with that name.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view dimension) const noexcept;
  /// The dictionary whose codes the dimension's column carries.
  [[nodiscard]] Labels& labels(std::size_t dimension) noexcept;
  [[nodiscard]] const Labels& labels(std::size_t dimension) const noexcept;

  /// Adds one response under one label for each dimension. Mismatch when the cube has timings: those
  /// take a Response or columns, which have times.
  Result<> add(std::span<const std::string_view> labels, Rating rating, double weight = 1);
  Result<> add(std::initializer_list<std::string_view> labels, Rating rating, double weight = 1);

  /// Adds one response. The dimensions "channel" and "journey_stage" take those fields, any other
  /// label dimension the entry of that name in `dimensions`, or "" where there is none. One that was
  /// not answered (no rating) or has no true weight is an InvalidArgument.
  Result<> add(const Response& response);

  /// Adds whole columns, on so many threads at most; the result is the same on any number. Fails
  /// (Mismatch) on columns of unlike lengths, a missing column or a code that its dictionary does not
  /// have; (LimitReached) when there would be too many cells.
  Result<Added> add(const ResponseColumns& columns, std::size_t threads = 1);

  /// Adds the answers of a whole cell, one label for each dimension; a timing's as cells() spells them,
  /// and no value where the time is not known. Mismatch for another number of labels, or a cube that
  /// keeps weights; InvalidArgument for a label that no response can have; LimitReached as ever.
  Result<> add(std::span<const std::optional<std::string_view>> labels, const Tally& tally);

  /// Follows a ledger: takes `before` away and adds `after`, each under its labels as add(Response)
  /// has them. A cell that is emptied is gone. What was applied can always be undone by the change's
  /// inverse(). InvalidArgument when `before` is not there, LimitReached when there would be too many
  /// cells, Mismatch when the cube keeps weights, which changes do not have.
  Result<> apply(const Change& change);

  /// Adds, or takes away, the cells of another cube with the same dimensions (in the same order) and
  /// policy; Mismatch otherwise. Per-customer policies do not merge: a customer could be in both.
  /// Taking away what is not there is an InvalidArgument.
  Result<> merge(const Cube& other);
  Result<> subtract(const Cube& other);

  /// The cube of the named dimensions only, in the given order. NotFound for a name it does not have.
  [[nodiscard]] Result<Cube> roll_up(std::span<const std::string_view> keep) const;
  [[nodiscard]] Result<Cube> roll_up(std::initializer_list<std::string_view> keep) const;
  /// The cells with that label, without the dimension. A label that never occurred: an empty cube.
  [[nodiscard]] Result<Cube> slice(std::string_view dimension, std::string_view label) const;

  /// The sum of all cells, untimed responses included.
  [[nodiscard]] Tally total() const noexcept;
  [[nodiscard]] WeightedTally weighted_total() const noexcept;

  /// The cells that hold a response and have a value in every dimension, sorted by dimension after
  /// dimension. Untimed responses are in none of them; roll the timing up to see them.
  [[nodiscard]] std::vector<Cell> cells() const;
  /// How many cells are kept, and count towards the limit.
  [[nodiscard]] std::size_t cell_count() const noexcept;

  /// All that makes a cube equal to another, as bytes to store or send: equal cubes give equal bytes.
  /// The limit on cells is the host's own business and does not travel. O(cells log cells).
  /// Layout: FORMAT.md in nps/wire.
  [[nodiscard]] wire::Bytes encode() const;
  /// The cube that encode() wrote, and no other bytes, with this limit on its cells. Malformed says
  /// what is wrong at which byte; NotFound is a time zone that this machine does not know;
  /// LimitReached are too many cells. Memory is O(bytes), whatever they say, but for the zones,
  /// which stay loaded.
  [[nodiscard]] static Result<Cube> decode(std::span<const std::byte> bytes,
                                           std::size_t cell_limit = CubeOptions{}.cell_limit);

  friend NPS_EXPORT bool operator==(const Cube& a, const Cube& b);

 private:
  struct Impl;
  explicit Cube(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nps

#endif  // NPS_SEGMENT_CUBE_H_
