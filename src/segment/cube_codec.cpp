// Cubes to bytes and back: Cube::encode and Cube::decode. FORMAT.md in include/nps/wire has the
// layout. There is one way to write a cube, and decode takes no other, so that equal cubes are equal
// bytes and the other way round.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <numeric>

#include "nps/wire/counting_policy.h"
#include "nps/wire/envelope.h"
#include "nps/wire/tally.h"
#include "segment/cube_impl.h"
#include "segment/dimension_codec.h"

namespace nps {

using internal::Cells;
using internal::kAbsent;
using wire::Reader;
using wire::Writer;

namespace {

// The newest. A cube whose policy an older version can tell is written as ever, so that it keeps its bytes.
constexpr std::uint16_t kCubeVersion = 3;

// One dimension's labels as they are written: those that occur, sorted by their bytes. In a cell
// stands 0 for no value, or 1 more than the label's place.
struct WrittenLabels {
  std::vector<Code> codes;          // by place
  std::vector<std::uint32_t> mark;  // by code: what stands in a cell
};

WrittenLabels written_labels(const Labels& labels, const Cells& cells,
                             const std::vector<Cells::Index>& kept, std::size_t dimension) {
  WrittenLabels written;
  written.mark.resize(labels.size());
  for (const Cells::Index cell : kept) {
    const Code code = cells.codes(cell)[dimension];
    if (code == kAbsent || written.mark[code] != 0) continue;
    written.mark[code] = 1;
    written.codes.push_back(code);
  }
  std::ranges::sort(written.codes, {}, [&labels](Code code) { return labels.text(code); });
  for (std::uint32_t place = 0; place < written.codes.size(); ++place) {
    written.mark[written.codes[place]] = place + 1;
  }
  return written;
}

}  // namespace

wire::Bytes Cube::encode() const {
  const Cells& cells = impl_->cells;
  const std::size_t width = impl_->dimensions.size();
  std::vector<Cells::Index> kept;
  for (Cells::Index cell = 0; cell < cells.size(); ++cell) {
    if (!cells.tally(cell).empty()) kept.push_back(cell);
  }
  std::vector<WrittenLabels> labels;
  for (std::size_t d = 0; d < width; ++d) {
    labels.push_back(written_labels(impl_->labels[d], cells, kept, d));
  }
  std::vector<std::uint32_t> marks(cells.size() * width);
  const auto row = [&marks, width](Cells::Index cell) {
    return std::span(marks).subspan(std::size_t{cell} * width, width);
  };
  for (const Cells::Index cell : kept) {
    for (std::size_t d = 0; d < width; ++d) {
      const Code code = cells.codes(cell)[d];
      row(cell)[d] = code == kAbsent ? 0 : labels[d].mark[code];
    }
  }
  std::ranges::sort(kept, [&row](Cells::Index a, Cells::Index b) {
    return std::ranges::lexicographical_compare(row(a), row(b));
  });

  const std::uint16_t version = wire::counting_policy_version(impl_->options.policy);
  return wire::seal(wire::Kind::Cube, version, [&](Writer& out) {
    wire::write(out, impl_->options.policy);
    out.flag(impl_->options.weighted);
    out.varint(width);
    for (const Dimension& dimension : impl_->dimensions) internal::write(out, dimension);
    for (std::size_t d = 0; d < width; ++d) {
      out.varint(labels[d].codes.size());
      for (const Code code : labels[d].codes) out.text(impl_->labels[d].text(code));
    }
    out.varint(kept.size());
    for (const Cells::Index cell : kept) {
      for (const std::uint32_t mark : row(cell)) out.varint(mark);
      if (cells.weighted()) {
        wire::write_packed(out, cells.weights(cell));
      } else {
        wire::write_packed(out, cells.tally(cell));
      }
    }
  });
}

namespace {

std::vector<Dimension> read_dimensions(Reader& in) {
  std::vector<Dimension> dimensions;
  const std::size_t count = in.count("the number of dimensions", internal::kLeastDimension);
  if (count > internal::kMaxDimensions) {
    in.fail(
        fmt::format("a cube has at most {} dimensions, not {}", internal::kMaxDimensions, count));
  }
  for (std::size_t d = 0; d < count && !in.failed(); ++d) {
    Dimension dimension = internal::read_dimension(in);
    const auto same = [&](const Dimension& other) { return other.name() == dimension.name(); };
    if (std::ranges::any_of(dimensions, same)) in.fail("two dimensions have one name");
    dimensions.push_back(std::move(dimension));
  }
  return dimensions;
}

void read_labels(Reader& in, const Dimension& dimension, Labels& labels) {
  const std::size_t count = in.count("the number of labels", 1);
  std::string_view last;
  for (std::size_t i = 0; i < count && !in.failed(); ++i) {
    const std::string_view label = in.text("a label");
    if (in.failed()) return;
    if (i > 0 && label <= last) in.fail("labels are not sorted, or one comes twice");
    if (!internal::could_have(dimension, label)) in.fail("no response can have this label");
    labels.intern(label);
    last = label;
  }
}

// The codes of one cell: as written, less one.
void read_codes(Reader& in, const std::vector<Dimension>& dimensions,
                const std::vector<Labels>& labels, std::span<Code> codes) {
  for (std::size_t d = 0; d < codes.size(); ++d) {
    const std::uint64_t mark = in.index("a cell's label", labels[d].size() + 1);
    if (mark == 0 && !dimensions[d].is_timing()) in.fail("a cell has no label");
    codes[d] = mark == 0 ? kAbsent : static_cast<Code>(mark - 1);
  }
}

// Whether a cell comes after another. What has no value stands first, and is kAbsent, the greatest.
bool after(std::span<const Code> cell, std::span<const Code> other) {
  return std::ranges::lexicographical_compare(
      other, cell, [](Code a, Code b) { return Code{a + 1} < Code{b + 1}; });
}

void read_cells(Reader& in, const std::vector<Dimension>& dimensions,
                const std::vector<Labels>& labels, std::size_t limit, Cells& cells) {
  const std::size_t width = dimensions.size();
  const std::size_t count = in.count("the number of cells", width + wire::kLeastPackedTally);
  if (count > limit) in.fail(internal::too_many_cells(limit).message, ErrorCode::LimitReached);
  if (in.failed()) return;
  cells.reserve(count);
  std::vector<std::vector<bool>> occurs;
  for (const Labels& known : labels) occurs.emplace_back(known.size());
  std::vector<Code> codes(width);
  for (std::size_t i = 0; i < count; ++i) {
    read_codes(in, dimensions, labels, codes);
    if (in.failed()) return;
    if (i > 0 && !after(codes, cells.codes(static_cast<Cells::Index>(i - 1)))) {
      return in.fail("cells are not sorted, or one comes twice");
    }
    for (std::size_t d = 0; d < width; ++d) {
      if (codes[d] != kAbsent) occurs[d][codes[d]] = true;
    }
    const Cells::Index cell = cells.at(codes);
    if (cells.weighted()) {
      cells.weights(cell) = wire::read_packed_weighted_tally(in);
      cells.tally(cell) = cells.weights(cell).unweighted();
    } else {
      cells.tally(cell) = wire::read_packed_tally(in);
    }
    if (cells.tally(cell).empty()) return in.fail("a cell has no responses");
  }
  for (const std::vector<bool>& used : occurs) {
    if (std::ranges::find(used, false) != used.end()) in.fail("a label is in no cell");
  }
}

}  // namespace

Result<Cube> Cube::decode(std::span<const std::byte> bytes, std::size_t cell_limit) {
  auto opened = wire::open(bytes, wire::Kind::Cube, kCubeVersion);
  if (!opened) return std::move(opened).error();
  Reader& in = opened->payload;
  CubeOptions options{.policy = wire::read_counting_policy(in, opened->version),
                      .cell_limit = cell_limit};
  if (wire::counting_policy_version(options.policy) != opened->version) {
    in.fail("a cube of that policy has another version");
  }
  options.weighted = in.flag("whether weights are kept");
  auto cube = create(read_dimensions(in), std::move(options));
  if (in.failed()) return in.finish().error();
  if (!cube) return cube;
  Impl& impl = *cube->impl_;
  for (std::size_t d = 0; d < impl.dimensions.size(); ++d) {
    read_labels(in, impl.dimensions[d], impl.labels[d]);
  }
  read_cells(in, impl.dimensions, impl.labels, cell_limit, impl.cells);
  if (auto read = in.finish(); !read) return std::move(read).error();
  return cube;
}

}  // namespace nps
