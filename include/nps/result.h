// Result: a value, or the reason why there is none. What can fail returns one; nothing throws.
//
//   auto cube = nps::Cube::create(dimensions);
//   if (!cube) return log(cube.error().message);   // a whole sentence: what, where, what to do
//   cube->add(columns);
#ifndef NPS_RESULT_H_
#define NPS_RESULT_H_

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace nps {

/// What kind of thing went wrong, for programs. The sentence is for people.
enum class ErrorCode : std::uint8_t {
  InvalidArgument,  // the call makes no sense, whatever the data
  NotFound,         // a name that nothing answers to: a column, a zone, a dimension
  Ambiguous,        // a name that several things answer to, or data that could be read in two ways
  Mismatch,         // two things that do not go together: unlike dimensions, policies, lengths
  Unreadable,       // a file that cannot be opened, read or written
  Malformed,        // content that is not what it claims to be
  LimitReached,     // a stated limit; nothing was dropped to stay below it
};

/// Where in the input: empty or 0 where it does not apply. Lines and columns count from 1.
struct Where {
  std::string file = {};
  std::uint64_t line = 0;
  std::string field = {};  // a column, an option or an argument by name
  friend bool operator==(const Where&, const Where&) = default;
};

struct Error {
  ErrorCode code = ErrorCode::InvalidArgument;
  std::string message;  // says what, where and what to do; complete without `where`
  Where where = {};
};

/// Either a T or an Error, never neither. Reading the wrong one is undefined, as for
/// std::optional: ask first. Result<void> is the success or failure of an action.
template <typename T = void>
class [[nodiscard]] Result {
  static_assert(!std::is_reference_v<T> && !std::is_same_v<std::remove_cv_t<T>, Error>);
  using Value = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

 public:
  using value_type = T;

  // clang-format loses its way after a requires-clause.
  // clang-format off
  Result()
    requires std::is_void_v<T>
      : state_(std::in_place_index<0>) {}
  template <typename U = Value>
    requires(!std::is_void_v<T> && std::is_convertible_v<U &&, Value> &&
             !std::is_same_v<std::remove_cvref_t<U>, Result> &&
             !std::is_same_v<std::remove_cvref_t<U>, Error>)
  Result(U&& value) : state_(std::in_place_index<0>, std::forward<U>(value)) {}
  // clang-format on
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
  [[nodiscard]] explicit operator bool() const noexcept { return has_value(); }

  [[nodiscard]] Value& operator*() & noexcept { return *std::get_if<0>(&state_); }
  [[nodiscard]] const Value& operator*() const& noexcept { return *std::get_if<0>(&state_); }
  [[nodiscard]] Value&& operator*() && noexcept { return std::move(*std::get_if<0>(&state_)); }
  [[nodiscard]] Value* operator->() noexcept { return std::get_if<0>(&state_); }
  [[nodiscard]] const Value* operator->() const noexcept { return std::get_if<0>(&state_); }

  [[nodiscard]] const Error& error() const& noexcept { return *std::get_if<1>(&state_); }
  [[nodiscard]] Error&& error() && noexcept { return std::move(*std::get_if<1>(&state_)); }

 private:
  std::variant<Value, Error> state_;
};

}  // namespace nps

#endif  // NPS_RESULT_H_
