#include "nps/stream/window.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "nps/wire/envelope.h"
#include "nps/wire/tally.h"
#include "segment/dimension_codec.h"
#include "stream/bucket_clock.h"

namespace nps {
namespace {

constexpr std::uint16_t kWindowsVersion = 1;

Error never_added(const Answer& answer) {
  return {ErrorCode::InvalidArgument,
          fmt::format("the answer '{}' to take away was never added to the windows; nothing was "
                      "changed",
                      answer.response_id)};
}

}  // namespace

struct Windows::Impl {
  Impl(const Bucketing& bucketing, std::vector<std::int64_t> declared)
      : clock(bucketing), lengths(std::move(declared)), sums(lengths.size()) {}

  /// Whether the bucket lies in the window that ends at `end`.
  [[nodiscard]] static bool within(std::int64_t bucket, std::int64_t end,
                                   std::int64_t length) noexcept {
    return (bucket <= end) & (bucket > end - length);
  }

  // Adds one answer to the running sums, or takes it away. Nobody can foresee in which windows an
  // answer lies, so one is added to all of them, or none, without a jump.
  void run(std::int64_t bucket, Rating rating, bool in) noexcept {
    const std::uint64_t one = in ? 1 : ~std::uint64_t{0};  // modulo 2^64
    timed += one;
    if (!end) return;
    after += one * static_cast<std::uint64_t>(bucket > *end);
    const std::size_t windows = lengths.size();
    for (std::size_t w = 0; w < windows; ++w) {
      sums[w].add(rating, one * static_cast<std::uint64_t>(within(bucket, *end, lengths[w])));
    }
  }

  void sum_up() {
    std::ranges::fill(sums, Tally{});
    after = 0;
    for (const auto& [bucket, tally] : buckets.sorted()) {
      if (bucket > *end) after += tally.responses();
      for (std::size_t w = 0; w < lengths.size(); ++w) {
        if (within(bucket, *end, lengths[w])) sums[w] += tally;
      }
    }
  }

  // One bucket on.
  void step_forth() noexcept {
    const Tally next = buckets.at(++*end);
    after -= next.responses();
    for (std::size_t w = 0; w < lengths.size(); ++w) {
      sums[w] += next;
      sums[w] -= buckets.at(*end - lengths[w]);
    }
  }

  // One bucket back.
  void step_back() noexcept {
    const Tally last = buckets.at(*end);
    after += last.responses();
    for (std::size_t w = 0; w < lengths.size(); ++w) {
      sums[w] -= last;
      sums[w] += buckets.at(*end - lengths[w]);
    }
    --*end;
  }

  // What is true.
  internal::BucketClock clock;
  Buckets buckets;
  Tally untimed;
  // What is worked out from it, to be read fast.
  std::vector<std::int64_t> lengths;
  std::optional<std::int64_t> end;
  std::vector<Tally> sums;
  std::uint64_t timed = 0;
  std::uint64_t after = 0;
};

Windows::Windows(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Windows::Windows(const Windows& other) : impl_(std::make_unique<Impl>(*other.impl_)) {}
Windows::Windows(Windows&& other) noexcept = default;
Windows& Windows::operator=(Windows other) noexcept {
  impl_ = std::move(other.impl_);
  return *this;
}
Windows::~Windows() = default;

Result<Windows> Windows::create(Bucketing bucketing, std::vector<std::int64_t> lengths) {
  for (const std::int64_t length : lengths) {
    if (length >= 1 && length <= WindowLength::kLongest) continue;
    return Error{ErrorCode::InvalidArgument,
                 fmt::format("a window of {} {}s is not possible: it may have from 1 to {}", length,
                             nps::name(bucketing.unit()), WindowLength::kLongest),
                 {.field = "window"}};
  }
  return Windows(std::make_unique<Impl>(bucketing, std::move(lengths)));
}

Result<> Windows::apply(const Change& change) {
  Impl& self = *impl_;
  const auto bucket_of = [&self](const std::optional<Answer>& answer) {
    return answer && answer->answered_at ? std::optional(self.clock.bucket(*answer->answered_at))
                                         : std::optional<std::int64_t>();
  };
  const auto from = bucket_of(change.before);
  const auto to = bucket_of(change.after);
  if (from && to) {
    if (!self.buckets.replace(*from, change.before->rating, *to, change.after->rating)) {
      return never_added(*change.before);
    }
  } else if (from) {
    if (!self.buckets.remove(*from, change.before->rating)) return never_added(*change.before);
  } else if (change.before && self.untimed.count(change.before->rating) == 0) {
    return never_added(*change.before);
  }
  // What is to be taken away was there.
  if (to && !from) self.buckets.add(*to, change.after->rating);
  if (change.before && !from) self.untimed.add(change.before->rating, ~std::uint64_t{0});
  if (change.after && !to) self.untimed.add(change.after->rating);
  if (to) self.run(*to, change.after->rating, true);
  if (from) self.run(*from, change.before->rating, false);
  return {};
}

void Windows::move_to(Timestamp now) {
  Impl& self = *impl_;
  const std::int64_t to = self.clock.bucket(now);
  const auto far = static_cast<std::int64_t>(self.buckets.size()) + 1;
  if (!self.end || to - *self.end > far || *self.end - to > far) {
    self.end = to;
    self.sum_up();
    return;
  }
  while (*self.end < to) self.step_forth();
  while (*self.end > to) self.step_back();
}

WindowReading Windows::read(std::size_t window, Timestamp at) const {
  const Impl& self = *impl_;
  const std::int64_t length = self.lengths[window];
  const std::int64_t last = self.clock.bucketing().bucket(at);
  WindowReading reading;
  reading.first = last - length + 1;
  reading.last = last;
  if (self.end == last) {
    reading.tally = self.sums[window];
    reading.after = self.after;
  } else {
    reading.tally = self.buckets.sum(reading.first, last);
    reading.after =
        self.buckets.sum(last + 1, std::numeric_limits<std::int64_t>::max()).responses();
  }
  reading.untimed = self.untimed.responses();
  reading.before = self.timed - reading.after - reading.tally.responses();
  return reading;
}

// ---- bytes ----

wire::Bytes Windows::encode() const {
  return wire::seal(wire::Kind::Windows, kWindowsVersion, [this](wire::Writer& out) {
    out.u8(static_cast<std::uint8_t>(bucketing().unit()));
    internal::write(out, bucketing().zone());
    wire::write_packed(out, untimed());
    out.varint(buckets().size());
    for (const auto& [bucket, tally] : buckets().sorted()) {
      out.i64(bucket);
      wire::write_packed(out, tally);
    }
  });
}

Result<Windows> Windows::decode(std::span<const std::byte> bytes,
                                std::vector<std::int64_t> lengths) {
  auto opened = wire::open(bytes, wire::Kind::Windows, kWindowsVersion);
  if (!opened) return std::move(opened).error();
  wire::Reader& in = opened->payload;
  const BucketUnit unit{in.choice("the unit of the buckets", kBucketUnitNames.size())};
  const Bucketing bucketing(unit, internal::read_zone(in));
  auto windows = create(bucketing, std::move(lengths));
  if (!windows) return windows;
  Impl& self = *windows->impl_;
  self.untimed = wire::read_packed_tally(in);
  const std::size_t count =
      in.count("the number of buckets", sizeof(std::int64_t) + wire::kLeastPackedTally);
  const std::int64_t first = bucketing.bucket(Timestamp::min());
  const std::int64_t last = bucketing.bucket(Timestamp::max());
  std::int64_t before = first - 1;
  for (std::size_t i = 0; i < count && !in.failed(); ++i) {
    const std::int64_t bucket = in.i64("a bucket");
    if (bucket < first || bucket > last) in.fail("no time lies in this bucket");
    if (bucket <= before) in.fail("buckets are not sorted, or one comes twice");
    const Tally tally = wire::read_packed_tally(in);
    if (tally.empty()) in.fail("a bucket has no responses");
    if (in.failed()) break;
    self.buckets.add(bucket, tally);
    self.timed += tally.responses();
    before = bucket;
  }
  if (auto read = in.finish(); !read) return std::move(read).error();
  return windows;
}

std::optional<std::int64_t> Windows::current() const noexcept { return impl_->end; }
const Bucketing& Windows::bucketing() const noexcept { return impl_->clock.bucketing(); }
std::span<const std::int64_t> Windows::lengths() const noexcept { return impl_->lengths; }
const Buckets& Windows::buckets() const noexcept { return impl_->buckets; }
const Tally& Windows::untimed() const noexcept { return impl_->untimed; }
Tally Windows::total() const noexcept { return impl_->buckets.total() + impl_->untimed; }

bool operator==(const Windows& a, const Windows& b) noexcept {
  return a.bucketing() == b.bucketing() && a.untimed() == b.untimed() && a.buckets() == b.buckets();
}

}  // namespace nps
