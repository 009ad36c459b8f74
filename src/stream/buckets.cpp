#include "nps/stream/buckets.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <iterator>

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

struct Buckets::Impl {
  absl::flat_hash_map<std::int64_t, Tally> tallies;
};

Buckets::Buckets() : impl_(std::make_unique<Impl>()) {}
Buckets::Buckets(const Buckets& other) : impl_(std::make_unique<Impl>(*other.impl_)) {}
Buckets::Buckets(Buckets&& other) noexcept = default;
Buckets& Buckets::operator=(Buckets other) noexcept {
  impl_ = std::move(other.impl_);
  return *this;
}
Buckets::~Buckets() = default;

void Buckets::add(std::int64_t bucket, Rating rating) { impl_->tallies[bucket].add(rating); }

void Buckets::add(std::int64_t bucket, const Tally& tally) {
  if (!tally.empty()) impl_->tallies[bucket] += tally;
}

bool Buckets::remove(std::int64_t bucket, Rating rating) noexcept {
  const auto found = impl_->tallies.find(bucket);
  if (found == impl_->tallies.end() || found->second.count(rating) == 0) return false;
  Tally one;
  one.add(rating);
  found->second -= one;
  if (found->second.empty()) impl_->tallies.erase(found);
  return true;
}

bool Buckets::replace(std::int64_t from, Rating was, std::int64_t to, Rating is) {
  const auto found = impl_->tallies.find(from);
  if (found == impl_->tallies.end() || found->second.count(was) == 0) return false;
  if (from == to) {
    found->second.add(is);
    found->second.add(was, ~std::uint64_t{0});  // modulo 2^64
    return true;
  }
  const auto target = impl_->tallies.find(to);
  if (target == impl_->tallies.end()) {
    add(to, is);
    return remove(from, was);
  }
  target->second.add(is);
  found->second.add(was, ~std::uint64_t{0});
  if (found->second.empty()) impl_->tallies.erase(found);
  return true;
}

Buckets& Buckets::operator+=(const Buckets& other) {
  for (const auto& [bucket, tally] : other.sorted()) add(bucket, tally);
  return *this;
}

std::size_t Buckets::size() const noexcept { return impl_->tallies.size(); }

Tally Buckets::at(std::int64_t bucket) const noexcept {
  const auto found = impl_->tallies.find(bucket);
  return found == impl_->tallies.end() ? Tally{} : found->second;
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
  for (const auto& [bucket, tally] : impl_->tallies) {
    if (first <= bucket && bucket <= last) sum += tally;
  }
  return sum;
}

Tally Buckets::total() const noexcept {
  Tally total;
  for (const auto& [bucket, tally] : impl_->tallies) total += tally;
  return total;
}

std::vector<Buckets::Bucket> Buckets::sorted() const {
  std::vector<Bucket> all(impl_->tallies.begin(), impl_->tallies.end());
  std::ranges::sort(all, {}, &Bucket::first);
  return all;
}

bool operator==(const Buckets& a, const Buckets& b) noexcept {
  return a.impl_->tallies == b.impl_->tallies;
}

}  // namespace nps
