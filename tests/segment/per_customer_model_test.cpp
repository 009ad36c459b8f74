// PerCustomer against a map of the greatest answers: customers as integers and as texts, responses
// with and without ids, rows of files, batches that bring new columns, and threads.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "nps/segment/per_customer.h"
#include "support/catch.h"

using nps::CodeColumn;
using nps::PerCustomer;
using nps::ResponseColumns;
using nps::Timestamp;
using nps::Which;

namespace {

enum class Ids : std::uint8_t { None, Texts, Rows };

struct Row {
  std::uint64_t customer = 0;  // as a text: its digits, and nobody for 0
  std::uint8_t rating = 0;
  std::optional<Timestamp> time = {};
  std::string id = {};
  std::string stem = {};
  std::uint64_t row = 0;
};

struct Plan {
  bool texts = false;
  std::vector<Ids> ids = {Ids::None};  // of one batch after another
  std::size_t code_columns = 1;        // how the number of a row is written into codes
  bool weights = false;                // from the second batch on
  bool touchpoints = false;            // the same
};

// The columns of a batch; a row's codes say which row of all it is.
class Batch {
 public:
  Batch(const std::vector<Row>& rows, std::size_t from, std::size_t end, std::size_t number,
        const Plan& plan) {
    const Ids ids = plan.ids[number % plan.ids.size()];
    codes_.resize(plan.code_columns);
    if (ids == Ids::Rows) stem_ = rows[from].stem;
    for (std::size_t i = from; i < end; ++i) {
      const Row& row = rows[i];
      ratings_.push_back(row.rating);
      if ((i - from) % 8 == 0) validity_.push_back(0);
      if (row.time) {
        validity_.back() = static_cast<std::uint8_t>(validity_.back() | 1U << ((i - from) % 8));
      }
      times_.push_back(row.time.value_or(Timestamp::max()));
      if (plan.texts) names_.push_back(row.customer == 0 ? "" : std::to_string(row.customer));
      if (!plan.texts) customers_.push_back(row.customer);
      if (ids == Ids::Texts) id_views_.push_back(row.id);
      if (ids == Ids::Rows) rows_.push_back(row.row);
      if (plan.weights && number != 0) weights_.push_back(static_cast<double>(i) / 3);
      if (plan.touchpoints && number != 0) touchpoints_.push_back(Timestamp(times_.back() - kHour));
      std::size_t left = i;
      for (std::size_t d = 0; d < codes_.size(); ++d) {
        const bool last = d + 1 == codes_.size();
        codes_[d].push_back(static_cast<std::uint32_t>(last ? left : left % kBase));
        left /= kBase;
      }
    }
    name_views_.assign(names_.begin(), names_.end());
    code_columns_.assign(codes_.begin(), codes_.end());
  }
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  [[nodiscard]] ResponseColumns view() const {
    return {.ratings = ratings_,
            .codes = code_columns_,
            .answered_at = {times_, validity_},
            .touchpoint_at = {touchpoints_, {}},
            .weights = weights_,
            .customers = name_views_,
            .customer_ids = customers_,
            .response_ids = id_views_,
            .row_ids = {stem_, rows_}};
  }

  static constexpr std::size_t kBase = 256;
  static constexpr std::chrono::hours kHour{1};

 private:
  std::vector<std::uint8_t> ratings_;
  std::vector<Timestamp> times_;
  std::vector<std::uint8_t> validity_;
  std::vector<Timestamp> touchpoints_;
  std::vector<double> weights_;
  std::vector<std::string> names_;
  std::vector<std::string_view> name_views_;
  std::vector<std::uint64_t> customers_;
  std::vector<std::string_view> id_views_;
  std::string stem_;
  std::vector<std::uint64_t> rows_;
  std::vector<std::vector<std::uint32_t>> codes_;
  std::vector<CodeColumn> code_columns_;
};

struct Cuts {  // batches of unlike lengths
  std::size_t operator()(std::size_t from, std::size_t size) {
    return std::min(size, from + 1 + random() % most);
  }
  std::size_t most;
  std::mt19937 random{7};
};

std::string id_of(const Row& row, Ids ids) {
  if (ids == Ids::None) return "";
  if (ids == Ids::Texts) return row.id;
  std::string digits = std::to_string(row.row);
  return row.stem + ":" + std::string(12 - std::min<std::size_t>(12, digits.size()), '0') + digits;
}

// Which rows a map keeps, in order.
std::vector<std::size_t> model(const std::vector<Row>& rows, Which which, const Plan& plan,
                               std::size_t most) {
  using Order = std::tuple<bool, std::optional<Timestamp>, std::string, int>;
  std::map<std::uint64_t, std::pair<Order, std::size_t>> best;
  Cuts cuts{most};
  std::size_t number = 0;
  for (std::size_t from = 0; from < rows.size(); ++number) {
    const std::size_t end = cuts(from, rows.size());
    for (std::size_t i = from; i < end; ++i) {
      const Row& row = rows[i];
      if (row.rating > 10 || (plan.texts && row.customer == 0)) continue;
      Row identified = row;
      identified.stem = rows[from].stem;  // a batch is of one file
      const Order order{row.time.has_value() == (which == Which::Latest), row.time,
                        id_of(identified, plan.ids[number % plan.ids.size()]), row.rating};
      const auto [known, fresh] = best.try_emplace(row.customer, order, i);
      const Order& kept = known->second.first;
      if (!fresh && (which == Which::Latest ? order > kept : order < kept)) {
        known->second = {order, i};
      }
    }
    from = end;
  }
  std::vector<std::size_t> numbers;
  for (const auto& [customer, answer] : best) numbers.push_back(answer.second);
  std::ranges::sort(numbers);
  return numbers;
}

PerCustomer kept(const std::vector<Row>& rows, Which which, const Plan& plan, std::size_t most,
                 std::size_t threads) {
  PerCustomer answers(which);
  Cuts cuts{most};
  std::size_t number = 0;
  nps::Placed sum;
  for (std::size_t from = 0; from < rows.size(); ++number) {
    const std::size_t end = cuts(from, rows.size());
    const Batch batch(rows, from, end, number, plan);
    const auto placed = answers.add(batch.view(), threads);
    REQUIRE(placed);
    REQUIRE(placed->placed + placed->anonymous + placed->rejected == end - from);
    sum.placed += placed->placed;
    from = end;
  }
  REQUIRE(sum.placed == answers.customers() + answers.superseded());
  return answers;
}

std::size_t number_of(const ResponseColumns& columns, std::size_t row) {
  std::size_t number = 0;
  for (std::size_t d = columns.codes.size(); d-- > 0;) {
    number =
        number * Batch::kBase + std::get<std::span<const std::uint32_t>>(columns.codes[d])[row];
  }
  return number;
}

// The rows that are kept, in order; each must be there with all that it had.
std::vector<std::size_t> numbers_of(const PerCustomer& answers, const std::vector<Row>& rows) {
  const ResponseColumns columns = answers.columns();
  REQUIRE(columns.size() == answers.customers());
  std::vector<std::size_t> numbers;
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::size_t number = numbers.emplace_back(number_of(columns, i));
    wrong += columns.ratings[i] != rows[number].rating;
    wrong += columns.answered_at[i] != rows[number].time;
    if (!columns.weights.empty()) {
      const double weight = columns.weights[i];
      wrong += weight != 1 && weight != static_cast<double>(number) / 3;
    }
    if (!columns.touchpoint_at.empty() && columns.touchpoint_at[i] && rows[number].time) {
      wrong += *columns.touchpoint_at[i] != *rows[number].time - Batch::kHour;
    }
  }
  CHECK(wrong == 0);
  std::ranges::sort(numbers);
  return numbers;
}

// Few times, ids and ratings, so that ties of every kind come up; `spread` makes ids of numbers.
template <typename Spread>
std::vector<Row> some_rows(std::size_t count, std::size_t customers, Spread spread) {
  constexpr std::array<std::string_view, 4> kStems{"a", "a.b", "b", ""};
  std::mt19937 random(static_cast<unsigned>(count + customers));
  std::vector<Row> rows(count);
  for (Row& row : rows) {
    row.customer = spread(random() % customers);
    row.rating = static_cast<std::uint8_t>(random() % 12);
    if (random() % 4 != 0) row.time = Timestamp(std::chrono::hours(random() % 20));
    row.id = std::array<std::string, 5>{"", "9", "10", "a:000000000003",
                                        std::string(random() % 40, 'x')}[random() % 5];
    row.stem = kStems[random() % kStems.size()];
    row.row = random() % 6;
  }
  return rows;
}

std::uint64_t sparse(std::uint64_t number) { return number * 0x9e3779b97f4a7c15U; }
std::uint64_t high(std::uint64_t number) { return number << 40U; }
std::uint64_t dense(std::uint64_t number) { return number; }
std::uint64_t downwards(std::uint64_t number) { return ~number; }

void check_model(const std::vector<Row>& rows, const Plan& plan, std::size_t most) {
  for (const Which which : {Which::Latest, Which::First}) {
    const auto expected = model(rows, which, plan, most);
    for (const std::size_t threads : {1U, 3U}) {
      const PerCustomer answers = kept(rows, which, plan, most, threads);
      CHECK(numbers_of(answers, rows) == expected);
    }
  }
}

}  // namespace

TEST_CASE("per customer: integers are kept as by a map, however they lie", "[per_customer][laws]") {
  for (const auto spread : {sparse, high, dense, downwards}) {
    for (const std::size_t customers : {1U, 7U, 20'000U}) {
      const auto rows = some_rows(60'000, customers, spread);
      check_model(rows, {}, 60'000);
      check_model(rows, {.code_columns = 2}, 5'000);
    }
  }
}

TEST_CASE("per customer: integers with more than fits a small entry are kept as by a map",
          "[per_customer][laws]") {
  const auto rows = some_rows(20'000, 900, sparse);
  check_model(rows, {.code_columns = 3}, 3'000);
  check_model(rows, {.weights = true}, 3'000);
  check_model(rows, {.touchpoints = true}, 3'000);
  check_model(rows, {.ids = {Ids::None, Ids::Texts, Ids::Rows}}, 3'000);
  auto far = rows;  // times that do not fit, after many that do
  far[15'000].time = Timestamp::max();
  far[16'000].time = Timestamp::min();
  check_model(far, {}, 3'000);
  check_model(far, {}, 30'000);
}

TEST_CASE("per customer: texts are kept as by a map", "[per_customer][laws]") {
  for (const std::size_t customers : {2U, 500U, 9'000U}) {
    const auto rows = some_rows(20'000, customers, sparse);
    check_model(rows, {.texts = true}, 3'000);
    check_model(rows, {.texts = true, .ids = {Ids::Texts}}, 20'000);
  }
}

TEST_CASE("per customer: rows of files are ordered as the texts they stand for",
          "[per_customer][laws]") {
  const auto rows = some_rows(20'000, 300, sparse);
  check_model(rows, {.ids = {Ids::Rows}}, 50);
  check_model(rows, {.texts = true, .ids = {Ids::Rows, Ids::Texts}}, 50);
  auto long_rows = some_rows(5'000, 30, sparse);
  for (Row& row : long_rows) {
    row.row = row.row % 2 == 0 ? std::numeric_limits<std::uint64_t>::max() - row.row
                               : 999'999'999'998 + row.row;
    row.time.reset();
  }
  check_model(long_rows, {.ids = {Ids::Rows, Ids::Texts}}, 20);
}

TEST_CASE("per customer: neither what is kept nor its order depends on the number of threads",
          "[per_customer][laws]") {
  const auto rows = some_rows(60'000, 15'000, sparse);
  for (const Plan& plan :
       {Plan{}, Plan{.weights = true}, Plan{.texts = true, .ids = {Ids::Texts}}}) {
    const PerCustomer alone = kept(rows, Which::Latest, plan, 60'000, 1);
    const ResponseColumns expected = alone.columns();
    for (const std::size_t threads : {2U, 3U, 8U}) {
      const PerCustomer together = kept(rows, Which::Latest, plan, 60'000, threads);
      const ResponseColumns columns = together.columns(threads);
      CHECK(together.superseded() == alone.superseded());
      REQUIRE(columns.size() == expected.size());
      std::size_t unlike = 0;
      for (std::size_t i = 0; i < columns.size(); ++i) {
        unlike += number_of(columns, i) != number_of(expected, i);
        unlike += columns.ratings[i] != expected.ratings[i];
        unlike += columns.answered_at[i] != expected.answered_at[i];
      }
      CHECK(unlike == 0);
      CHECK(std::ranges::equal(columns.weights, expected.weights));
    }
  }
}

TEST_CASE("per customer: a large batch of integers is kept as by a map, on any number of threads",
          "[per_customer][laws]") {
  constexpr std::size_t kRows = 1'500'000;  // for several threads
  std::mt19937_64 random(3);
  std::vector<std::uint64_t> customers(kRows);
  std::vector<std::uint8_t> ratings(kRows);
  std::vector<std::uint8_t> channels(kRows);
  std::vector<Timestamp> times(kRows);
  std::map<std::uint64_t, std::tuple<Timestamp, std::uint8_t, std::uint8_t>> best;
  for (std::size_t i = 0; i < kRows; ++i) {
    customers[i] = sparse(random() % 40'000);
    times[i] = Timestamp(std::chrono::seconds(random() % 1'000'000));
    ratings[i] = static_cast<std::uint8_t>(random() % 11);
    channels[i] =
        static_cast<std::uint8_t>(ratings[i] * 20 + times[i].time_since_epoch().count() % 7);
    const std::tuple answer(times[i], ratings[i], channels[i]);
    auto& kept = best.try_emplace(customers[i], answer).first->second;
    kept = std::max(kept, answer);
  }
  const std::array<CodeColumn, 1> codes{std::span<const std::uint8_t>(channels)};
  PerCustomer alone(Which::Latest);
  const ResponseColumns columns{
      .ratings = ratings, .codes = codes, .answered_at = {times, {}}, .customer_ids = customers};
  REQUIRE(alone.add(columns));
  const ResponseColumns expected = alone.columns();
  std::vector<std::tuple<Timestamp, std::uint8_t, std::uint8_t>> from_map;
  std::vector<std::tuple<Timestamp, std::uint8_t, std::uint8_t>> from_columns;
  for (const auto& [customer, answer] : best) from_map.push_back(answer);
  const auto labels = std::get<std::span<const std::uint32_t>>(expected.codes[0]);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    from_columns.emplace_back(*expected.answered_at[i], expected.ratings[i],
                              static_cast<std::uint8_t>(labels[i]));
  }
  std::ranges::sort(from_map);
  std::ranges::sort(from_columns);
  CHECK(from_map == from_columns);
  for (const std::size_t threads : {2U, 3U, 8U}) {
    PerCustomer together(Which::Latest);
    REQUIRE(together.add(columns, threads));
    const ResponseColumns kept = together.columns(threads);
    CHECK(std::ranges::equal(kept.ratings, expected.ratings));
    CHECK(std::ranges::equal(kept.answered_at.values, expected.answered_at.values));
    CHECK(std::ranges::equal(std::get<std::span<const std::uint32_t>>(kept.codes[0]), labels));
    CHECK(together.superseded() == kRows - best.size());
  }
}

TEST_CASE("per customer: of equal answers in a batch of any length the earliest stays",
          "[per_customer][laws]") {
  constexpr std::size_t kRows = 17'500'000;  // more than are sorted at once
  constexpr std::size_t kCustomers = 50'000;
  std::mt19937 random(5);
  std::vector<std::uint64_t> customers(kRows);
  std::vector<std::uint8_t> ratings(kRows);
  std::vector<std::uint8_t> when(kRows);  // a code that grows with the row
  std::vector<std::pair<int, int>> best(kCustomers, {-1, 0});
  for (std::size_t i = 0; i < kRows; ++i) {
    const auto number = random();
    const std::size_t customer = number % kCustomers;
    customers[i] = sparse(customer);
    ratings[i] = static_cast<std::uint8_t>((number >> 16U) % 12);
    when[i] = static_cast<std::uint8_t>(i >> 17U);
    if (ratings[i] <= 10 && ratings[i] > best[customer].first)
      best[customer] = {ratings[i], when[i]};
  }
  using Counts = std::map<std::pair<int, int>, std::size_t>;
  Counts expected;
  for (const auto& answer : best) ++expected[answer];
  const std::array<CodeColumn, 1> codes{std::span<const std::uint8_t>(when)};
  for (const std::size_t threads : {1U, 2U}) {
    PerCustomer latest(Which::Latest);
    const auto placed =
        latest.add({.ratings = ratings, .codes = codes, .customer_ids = customers}, threads);
    REQUIRE(placed);
    CHECK(placed->rejected == static_cast<std::size_t>(std::ranges::count(ratings, 11)));
    CHECK(placed->placed + placed->rejected == kRows);
    const ResponseColumns columns = latest.columns(threads);
    const auto kept_codes = std::get<std::span<const std::uint32_t>>(columns.codes[0]);
    Counts kept;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      ++kept[{columns.ratings[i], static_cast<int>(kept_codes[i])}];
    }
    CHECK(kept == expected);
  }
}

TEST_CASE("per customer: codes of any width are kept as they are", "[per_customer]") {
  constexpr std::size_t kRows = 40'000;
  std::mt19937 random(9);
  std::vector<std::uint64_t> customers(kRows);
  std::vector<std::uint8_t> bytes(kRows);
  for (std::size_t i = 0; i < kRows; ++i) {
    customers[i] = random() % 9'000;
    bytes[i] = static_cast<std::uint8_t>(random() % 256);
  }
  const std::vector<std::uint8_t> ratings(kRows, 7);
  const std::vector<std::uint16_t> halves(bytes.begin(), bytes.end());
  const std::vector<std::uint32_t> words(bytes.begin(), bytes.end());
  const auto kept = [&](const CodeColumn& first, const CodeColumn& second) {
    const std::array<CodeColumn, 2> codes{first, second};
    PerCustomer latest(Which::Latest);
    REQUIRE(latest.add({.ratings = ratings, .codes = codes, .customer_ids = customers}));
    const ResponseColumns columns = latest.columns();
    std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      pairs.emplace_back(std::get<std::span<const std::uint32_t>>(columns.codes[0])[i],
                         std::get<std::span<const std::uint32_t>>(columns.codes[1])[i]);
    }
    return pairs;
  };
  const auto expected = kept(std::span(words), std::span(words));
  CHECK(std::ranges::all_of(expected, [](const auto& pair) { return pair.first == pair.second; }));
  CHECK(kept(std::span<const std::uint8_t>(bytes), std::span<const std::uint16_t>(halves)) ==
        expected);
  for (const auto& [first, second] : kept(nps::Code{200}, std::span<const std::uint8_t>(bytes))) {
    CHECK(first == 200);
    CHECK(second < 256);
  }
}

TEST_CASE("per customer: every kernel keeps the same", "[per_customer][kernels]") {
  const auto rows = some_rows(60'000, 9'000, sparse);
  for (const std::string_view name : nps::kernels()) {
    REQUIRE(nps::use_kernel(name));
    check_model(rows, {}, 60'000);
    REQUIRE(nps::use_kernel(nps::kernels().front()));
  }
}

TEST_CASE("per customer: customers are either texts or integers, in every batch",
          "[per_customer]") {
  const std::array<std::uint8_t, 2> ratings{9, 1};
  const std::array<std::uint64_t, 2> numbers{0, std::numeric_limits<std::uint64_t>::max()};
  const std::array<std::string_view, 2> texts{"0", "1"};
  const ResponseColumns both{.ratings = ratings, .customers = texts, .customer_ids = numbers};
  const ResponseColumns as_texts{.ratings = ratings, .customers = texts};
  const ResponseColumns as_numbers{.ratings = ratings, .customer_ids = numbers};
  const auto check_refused = [](PerCustomer& answers, const ResponseColumns& columns) {
    const auto customers = answers.customers();
    const auto refused = answers.add(columns);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == nps::ErrorCode::Mismatch);
    CHECK(refused.error().where.field == "customer");
    CHECK(answers.customers() == customers);
  };
  PerCustomer answers(Which::Latest);
  check_refused(answers, both);
  REQUIRE(answers.add(as_numbers));
  CHECK(answers.customers() == 2);  // 0 is somebody
  check_refused(answers, as_texts);
  PerCustomer others(Which::Latest);
  REQUIRE(others.add(as_texts));
  check_refused(others, as_numbers);
}
