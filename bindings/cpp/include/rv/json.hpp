/// Values as JSON, for rv_set_control.
#ifndef RV_JSON_HPP
#define RV_JSON_HPP

#include "outcome.hpp"

#include <cmath>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <type_traits>

namespace rv::detail {

/// A number in the fewest digits that a double needs; with a point whatever the
/// locale. It is finite: JSON has no other numbers.
inline void append_json(std::string &to, double value) {
  char digits[32];
  const int n = std::snprintf(digits, sizeof digits, "%.17g", value);
  for (int i = 0; i < n; i++) {
    const char c = digits[i];
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-' || c == '+';
    if (plain)
      to += c;
    else if (to.empty() || to.back() != '.') // a locale's mark may have several bytes
      to += '.';
  }
}

/// Text in quotes; bytes beyond ASCII as they are.
inline void append_json(std::string &to, std::string_view text) {
  to += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      to += '\\';
      to += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(byte));
      to += escaped;
    } else {
      to += c;
    }
  }
  to += '"';
}

/// What is said of a number that JSON has no word for.
inline Outcome finite(double value) {
  if (std::isfinite(value))
    return {};
  const char *found = std::isnan(value) ? "NaN" : value > 0 ? "infinity" : "-infinity";
  return {RV_ERR_INVALID, std::string("wanted a finite number, found ") + found};
}

/// A number of any type, or true and false.
template <class T> Outcome append_number(std::string &to, T value) {
  if constexpr (std::is_same_v<T, bool>) {
    to += value ? "true" : "false";
  } else if constexpr (std::is_integral_v<T>) {
    to += std::to_string(value);
  } else {
    append_json(to, static_cast<double>(value));
    return finite(static_cast<double>(value));
  }
  return {};
}

inline Outcome append_numbers(std::string &to, const double *values, std::size_t count) {
  to += '[';
  for (std::size_t n = 0; n < count; n++) {
    if (n > 0)
      to += ',';
    if (Outcome bad = append_number(to, values[n]); bad.code != RV_OK)
      return bad;
  }
  to += ']';
  return {};
}

} // namespace rv::detail

#endif // RV_JSON_HPP
