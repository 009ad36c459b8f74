#include "nps/result.h"

#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "support/catch.h"

using nps::Error;
using nps::ErrorCode;
using nps::Result;

namespace {

struct Base {
  int value = 1;
};
struct Derived : Base {};

static_assert(!std::is_default_constructible_v<Result<int>>);
static_assert(std::is_default_constructible_v<Result<>>);
static_assert(!std::is_convertible_v<Result<int>, bool>);  // only where a condition is asked for
static_assert(std::is_constructible_v<bool, Result<int>>);
static_assert(!std::is_copy_constructible_v<Result<std::unique_ptr<int>>>);
static_assert(std::is_move_constructible_v<Result<std::unique_ptr<int>>>);
static_assert(std::is_same_v<Result<int>::value_type, int> && std::is_void_v<Result<>::value_type>);

Result<int> halved(int number) {
  if (number % 2 != 0) return Error{ErrorCode::InvalidArgument, "odd", {.line = 7, .field = "n"}};
  return number / 2;
}

Result<std::unique_ptr<int>> boxed(int number) {
  auto box = std::make_unique<int>(number);
  return box;
}

Result<> only_even(int number) {
  if (auto half = halved(number); !half) return std::move(half).error();
  return {};
}

}  // namespace

TEST_CASE("result: a value or an error, never neither", "[result]") {
  const auto four = halved(8);
  REQUIRE(four);
  CHECK(four.has_value());
  CHECK(*four == 4);

  const auto odd = halved(3);
  REQUIRE_FALSE(odd);
  CHECK_FALSE(odd.has_value());
  CHECK(odd.error().code == ErrorCode::InvalidArgument);
  CHECK(odd.error().message == "odd");
  CHECK(odd.error().where == nps::Where{.file = "", .line = 7, .field = "n"});
}

TEST_CASE("result: what can only be moved is moved through", "[result]") {
  auto box = boxed(5);
  REQUIRE(box);
  CHECK(**box == 5);
  const std::unique_ptr<int> taken = *std::move(box);
  REQUIRE(taken != nullptr);
  CHECK(*taken == 5);
  CHECK(**boxed(6) == 6);
}

TEST_CASE("result: void is the success or failure of an action", "[result]") {
  CHECK(only_even(2));
  CHECK(Result<>().has_value());
  const auto failed = only_even(1);
  REQUIRE_FALSE(failed);
  CHECK(failed.error().message == "odd");
}

TEST_CASE("result: an error moves out without a copy", "[result]") {
  const std::string sentence(100, 's');
  Result<int> failed = Error{ErrorCode::Malformed, sentence};
  const char* text = failed.error().message.data();
  const Error error = std::move(failed).error();
  CHECK(error.message == sentence);
  CHECK(error.message.data() == text);
}

TEST_CASE("result: the value can be changed in place, and converts on the way in", "[result]") {
  Result<std::string> name = "web";
  REQUIRE(name);
  name->push_back('!');
  *name += '!';
  CHECK(*name == "web!!");
  CHECK(name->size() == 5);

  const Result<std::optional<int>> nothing = std::optional<int>{};
  REQUIRE(nothing);  // an empty optional is a value like any other
  CHECK_FALSE(nothing->has_value());

  const Result<Base> sliced = Derived{};
  CHECK(sliced->value == 1);
  const Result<bool> no = false;
  REQUIRE(no);  // success, of the value false
  CHECK_FALSE(*no);
}

TEST_CASE("result: copies and assignments go between values and errors", "[result]") {
  Result<std::vector<int>> one = std::vector{1, 2};
  Result<std::vector<int>> two = one;
  two->push_back(3);
  CHECK(one->size() == 2);
  one = Error{ErrorCode::NotFound, "gone"};
  REQUIRE_FALSE(one);
  CHECK(one.error().code == ErrorCode::NotFound);
  one = two;
  REQUIRE(one);
  CHECK(one->size() == 3);
  two = Result<std::vector<int>>(Error{});
  CHECK_FALSE(two);
}
