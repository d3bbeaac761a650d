/// How errors come out: thrown, or in a Result where there are no exceptions.
#ifndef RV_RESULT_HPP
#define RV_RESULT_HPP

#include "outcome.hpp"

#include <optional>
#include <string>
#include <utility>

#if !defined(RV_NO_EXCEPTIONS) && !defined(__cpp_exceptions) && !defined(_CPPUNWIND)
#define RV_NO_EXCEPTIONS
#endif

// The two faces have different names for the linker, so that a program may hold
// files of both.
#ifdef RV_NO_EXCEPTIONS
#define RV_FACE results
#else
#define RV_FACE throwing
#include <stdexcept>
#endif

namespace rv {
inline namespace RV_FACE {

#ifdef RV_NO_EXCEPTIONS

/// A value, or an error's code and words. True when there is a value.
template <class T> class [[nodiscard]] Result {
public:
  Result(T value) : value_(std::move(value)) {}
  Result(detail::Outcome failed) : outcome_(std::move(failed)) {}

  [[nodiscard]] explicit operator bool() const noexcept { return value_.has_value(); }
  /// RV_OK, or a negative RV_ERR_*.
  [[nodiscard]] int code() const noexcept { return value_ ? RV_OK : outcome_.code; }
  /// The error in words; empty when there is a value.
  [[nodiscard]] const std::string &words() const noexcept { return outcome_.words; }

  /// The value; only when there is one.
  [[nodiscard]] T &value() & noexcept { return *value_; }
  [[nodiscard]] const T &value() const & noexcept { return *value_; }
  [[nodiscard]] T &&value() && noexcept { return *std::move(value_); }
  [[nodiscard]] T &operator*() & noexcept { return *value_; }
  [[nodiscard]] const T &operator*() const & noexcept { return *value_; }
  [[nodiscard]] T &&operator*() && noexcept { return *std::move(value_); }
  [[nodiscard]] T *operator->() noexcept { return &*value_; }
  [[nodiscard]] const T *operator->() const noexcept { return &*value_; }

private:
  std::optional<T> value_;
  detail::Outcome outcome_;
};

/// Success, or an error's code and words.
template <> class [[nodiscard]] Result<void> {
public:
  Result() = default;
  Result(detail::Outcome failed) : outcome_(std::move(failed)) {}

  [[nodiscard]] explicit operator bool() const noexcept { return outcome_.code >= 0; }
  [[nodiscard]] int code() const noexcept { return outcome_.code < 0 ? outcome_.code : RV_OK; }
  [[nodiscard]] const std::string &words() const noexcept { return outcome_.words; }

private:
  detail::Outcome outcome_;
};

template <class T> using Returned = Result<T>;

namespace face {

inline Result<void> check(detail::Outcome got) {
  if (got.code < 0)
    return got;
  return {};
}

template <class T> Result<T> give(detail::Outcome got, T value) {
  if (got.code < 0)
    return got;
  return Result<T>(std::move(value));
}

} // namespace face

#else

/// What is thrown: the words of the error, and its code of rv.h.
class Error : public std::runtime_error {
public:
  Error(int code, const std::string &words) : std::runtime_error(words), code_(code) {}
  /// A negative RV_ERR_*.
  [[nodiscard]] int code() const noexcept { return code_; }

private:
  int code_;
};

template <class T> using Returned = T;

namespace face {

inline void check(const detail::Outcome &got) {
  if (got.code < 0)
    throw Error(got.code, got.words);
}

template <class T> T give(const detail::Outcome &got, T value) {
  check(got);
  return value;
}

} // namespace face

#endif

} // namespace RV_FACE
} // namespace rv

#endif // RV_RESULT_HPP
