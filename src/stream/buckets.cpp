#include "nps/stream/buckets.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <utility>

#include "segment/civil.h"
#include "stream/bucket_clock.h"

namespace nps {

// ---- Bucketing ----------------------------------------------------------------------------------

std::int64_t Bucketing::bucket(Timestamp t) const noexcept {
  if (unit_ == BucketUnit::Hour) {
    return detail::floor_div(t.time_since_epoch().count(), internal::kMicrosecondsPerHour);
  }
  return detail::floor_div(zone_.civil(t).time_since_epoch().count(),
                           internal::kMicrosecondsPerDay);
}

Timestamp Bucketing::begin(std::int64_t bucket) const noexcept {
  const std::int64_t unit =
      unit_ == BucketUnit::Hour ? internal::kMicrosecondsPerHour : internal::kMicrosecondsPerDay;
  constexpr std::int64_t kMost = Timestamp::max().time_since_epoch().count();
  if (bucket > kMost / unit) return Timestamp::max();
  if (bucket < -(kMost / unit)) return Timestamp::min();
  const std::chrono::microseconds since(bucket * unit);
  return unit_ == BucketUnit::Hour ? Timestamp(since) : zone_.instant(CivilTime(since));
}

std::string Bucketing::label(std::int64_t bucket) const {
  if (unit_ == BucketUnit::Hour) return rfc3339(begin(bucket));
  std::array<char, 32> text;
  return {text.data(), detail::write_date(text.data(), bucket)};
}

// ---- Buckets ------------------------------------------------------------------------------------

// Most answers lie within some months, so their buckets are a row without gaps to speak of, found by a
// subtraction. What lies so far off that the row would be mostly empty is found by hash.
struct Buckets::Impl {
  struct Kept {
    Tally tally;
    std::uint64_t responses = 0;  // modulo 2^64
    [[nodiscard]] bool empty() const noexcept { return responses == 0 && tally.empty(); }
  };

  [[nodiscard]] Kept* find(std::int64_t bucket) noexcept {
    const std::uint64_t at = place(bucket);
    if (at < row.size()) return row[at].empty() ? nullptr : &row[at];
    if (far.empty()) return nullptr;
    const auto found = far.find(bucket);
    return found == far.end() ? nullptr : &found->second;
  }
  [[nodiscard]] const Kept* find(std::int64_t bucket) const noexcept {
    return const_cast<Impl*>(this)->find(bucket);
  }

  /// For something to be added to it.
  Kept& at(std::int64_t bucket) {
    if (place(bucket) < row.size() || stretch(bucket)) return row[place(bucket)];
    return far[bucket];
  }

  void add(std::int64_t bucket, Rating rating) {
    Kept& kept = at(bucket);
    if (kept.empty()) ++used;
    ++kept.responses;
    kept.tally.add(rating);
  }

  void add(std::int64_t bucket, const Tally& tally) {
    if (tally.empty()) return;
    Kept& kept = at(bucket);
    if (kept.empty()) ++used;
    kept.responses += tally.responses();
    kept.tally += tally;
  }

  /// One answer less where there is one.
  void remove(std::int64_t bucket, Kept& kept, Rating rating) noexcept {
    kept.tally.add(rating, ~std::uint64_t{0});  // modulo 2^64
    --kept.responses;
    if (!kept.empty()) return;
    --used;
    if (place(bucket) >= row.size()) far.erase(bucket);
  }

  /// Calls take(bucket, tally) for all that have answers, in no order.
  template <typename Take>
  void for_each(Take take) const {
    for (std::size_t at = 0; at < row.size(); ++at) {
      if (row[at].empty()) continue;
      take(static_cast<std::int64_t>(static_cast<std::uint64_t>(first) + at), row[at].tally);
    }
    for (const auto& [bucket, kept] : far) take(bucket, kept.tally);
  }

  std::int64_t first = 0;  // the bucket that the row begins with
  std::vector<Kept> row;
  absl::flat_hash_map<std::int64_t, Kept> far;  // none of them within the row
  std::size_t used = 0;                         // with answers, in both

 private:
  static constexpr std::uint64_t kGap = 16;

  // In the row, or past its end. Modulo 2^64, as buckets may be any numbers.
  [[nodiscard]] std::uint64_t place(std::int64_t bucket) const noexcept {
    return static_cast<std::uint64_t>(bucket) - static_cast<std::uint64_t>(first);
  }

  // Makes the row longer, so that it has the bucket; false where it would be mostly empty.
  bool stretch(std::int64_t bucket) {
    if (row.empty()) first = bucket;
    const bool is_before = bucket < first;
    const std::uint64_t more = is_before ? ~place(bucket) + 1 : place(bucket) - row.size() + 1;
    const std::uint64_t in_row = used - far.size();
    if (more > kGap + 2 * in_row || row.size() + more > kGap + 2 * in_row) return false;
    // By half at least, at either end, so that a bucket more costs O(1).
    const std::uint64_t grown = std::max<std::uint64_t>(more, row.size() / 2);
    row.reserve(row.size() + grown);
    if (is_before) {
      row.insert(row.begin(), grown, Kept{});
      first = static_cast<std::int64_t>(static_cast<std::uint64_t>(first) - grown);
    } else {
      row.resize(row.size() + grown);
    }
    take_over();
    return true;
  }

  // What lay far off and does no longer.
  void take_over() {
    if (far.empty()) return;
    absl::erase_if(far, [this](const auto& one) {
      if (place(one.first) >= row.size()) return false;
      row[place(one.first)] = one.second;
      return true;
    });
  }
};

Buckets::Buckets() : impl_(std::make_unique<Impl>()) {}
Buckets::Buckets(const Buckets& other) : impl_(std::make_unique<Impl>(*other.impl_)) {}
Buckets::Buckets(Buckets&& other) noexcept = default;
Buckets& Buckets::operator=(Buckets other) noexcept {
  impl_ = std::move(other.impl_);
  return *this;
}
Buckets::~Buckets() = default;

void Buckets::add(std::int64_t bucket, Rating rating) { impl_->add(bucket, rating); }
void Buckets::add(std::int64_t bucket, const Tally& tally) { impl_->add(bucket, tally); }

bool Buckets::remove(std::int64_t bucket, Rating rating) noexcept {
  Impl::Kept* const found = impl_->find(bucket);
  if (found == nullptr || found->tally.count(rating) == 0) return false;
  impl_->remove(bucket, *found, rating);
  return true;
}

bool Buckets::replace(std::int64_t from, Rating was, std::int64_t to, Rating is) {
  Impl& self = *impl_;
  Impl::Kept* const found = self.find(from);
  if (found == nullptr || found->tally.count(was) == 0) return false;
  if (from == to) {
    found->tally.add(is);
    found->tally.add(was, ~std::uint64_t{0});  // modulo 2^64
    return true;
  }
  if (Impl::Kept* const target = self.find(to)) {
    target->tally.add(is);
    ++target->responses;
    self.remove(from, *found, was);
    return true;
  }
  self.add(to, is);  // which may move the other
  return remove(from, was);
}

Buckets& Buckets::operator+=(const Buckets& other) {
  for (const auto& [bucket, tally] : other.sorted()) add(bucket, tally);
  return *this;
}

std::size_t Buckets::size() const noexcept { return impl_->used; }

Tally Buckets::at(std::int64_t bucket) const noexcept {
  const Impl::Kept* const found = std::as_const(*impl_).find(bucket);
  return found == nullptr ? Tally{} : found->tally;
}

Tally Buckets::sum(std::int64_t first, std::int64_t last) const noexcept {
  Tally sum;
  if (last < first) return sum;
  if (static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first) < size()) {
    for (std::int64_t bucket = first;; ++bucket) {
      sum += at(bucket);
      if (bucket == last) return sum;
    }
  }
  impl_->for_each([&](std::int64_t bucket, const Tally& tally) {
    if (first <= bucket && bucket <= last) sum += tally;
  });
  return sum;
}

Tally Buckets::total() const noexcept {
  Tally total;
  impl_->for_each([&](std::int64_t, const Tally& tally) { total += tally; });
  return total;
}

std::vector<Buckets::Bucket> Buckets::sorted() const {
  std::vector<Bucket> all;
  all.reserve(size());
  impl_->for_each(
      [&](std::int64_t bucket, const Tally& tally) { all.emplace_back(bucket, tally); });
  std::ranges::sort(all, {}, &Bucket::first);
  return all;
}

bool operator==(const Buckets& a, const Buckets& b) noexcept {
  if (a.size() != b.size()) return false;
  bool is_same = true;
  a.impl_->for_each([&](std::int64_t bucket, const Tally& tally) {
    const auto* const other = std::as_const(*b.impl_).find(bucket);
    is_same = is_same && other != nullptr && other->tally == tally;
  });
  return is_same;
}

}  // namespace nps
