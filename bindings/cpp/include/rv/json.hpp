/// Values as JSON, for rv_set_control.
#ifndef RV_JSON_HPP
#define RV_JSON_HPP

#include <cstdio>
#include <string>
#include <string_view>
#include <type_traits>

namespace rv::detail {

/// A number in the fewest digits that a double needs; with a point whatever the
/// locale. What JSON has no number for becomes a word, which the library refuses.
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

template <class T> std::string json_number(T value) {
  if constexpr (std::is_same_v<T, bool>) {
    return value ? "true" : "false";
  } else if constexpr (std::is_integral_v<T>) {
    return std::to_string(value);
  } else {
    std::string text;
    append_json(text, static_cast<double>(value));
    return text;
  }
}

inline std::string json_numbers(const double *values, std::size_t count) {
  std::string text = "[";
  for (std::size_t n = 0; n < count; n++) {
    if (n > 0)
      text += ',';
    append_json(text, values[n]);
  }
  return text += ']';
}

} // namespace rv::detail

#endif // RV_JSON_HPP
