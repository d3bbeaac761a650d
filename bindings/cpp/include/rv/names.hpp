/// Names and texts of controls, as C takes them.
#ifndef RV_NAMES_HPP
#define RV_NAMES_HPP

#include "outcome.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace rv {

/// UTF-8 text with a zero byte behind it, looked at during the call only: a
/// const char * (nullptr is refused by the library) or a std::string. One with a
/// zero byte inside is refused, rather than cut there.
class Text {
public:
  Text(const char *text) noexcept : text_(text), size_(text != nullptr ? std::strlen(text) : 0) {}
  Text(const std::string &text) noexcept : text_(text.c_str()), size_(text.size()) {}
  [[nodiscard]] const char *get() const noexcept { return text_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// The same without the zero byte; empty for nullptr.
  [[nodiscard]] std::string_view view() const noexcept { return {text_ != nullptr ? text_ : "", size_}; }

private:
  const char *text_;
  std::size_t size_;
};

namespace detail {

/// What a text is refused with that C would cut at the zero byte inside it.
inline Outcome without_zero(std::string_view text, int code, const char *what) {
  const std::size_t at = text.find('\0');
  if (at == std::string_view::npos)
    return {};
  std::string words = "the ";
  words.append(what).append(" has a zero byte after \"").append(text.substr(0, at < 60 ? at : 60));
  return {code, words + "\": wanted UTF-8 text without one"};
}

/// A name below a folder. Names that the library takes need no memory.
class Path {
public:
  Path(std::string_view folder, Text name) : bad_(without_zero(name.view(), RV_ERR_NAME, "control's name")) {
    if (bad_.code == RV_OK)
      bad_ = without_zero(folder, RV_ERR_NAME, "folder's name");
    if (folder.empty() || name.get() == nullptr) {
      path_ = name.get();
      return;
    }
    const std::size_t size = name.size();
    char *to = short_;
    if (folder.size() + size >= sizeof short_) {
      long_.resize(folder.size() + size);
      to = long_.data();
    }
    folder.copy(to, folder.size());
    std::memcpy(to + folder.size(), name.get(), size);
    to[folder.size() + size] = '\0';
    path_ = to;
  }
  Path(const Path &) = delete;
  Path &operator=(const Path &) = delete;

  [[nodiscard]] const char *get() const noexcept { return path_; }
  /// RV_OK, or why it is no name.
  [[nodiscard]] const Outcome &bad() const noexcept { return bad_; }

private:
  char short_[256];
  std::string long_;
  const char *path_;
  Outcome bad_;
};

/// A dropdown's choices in C's form; as many as the library takes need no memory.
class Choices {
public:
  Choices(const char *const *choices, std::size_t count) noexcept : list_(choices), count_(count) {}
  explicit Choices(const std::vector<std::string> &choices) : count_(choices.size()) {
    const char **to = few_;
    if (count_ > sizeof few_ / sizeof *few_) {
      many_.resize(count_);
      to = many_.data();
    }
    for (std::size_t n = 0; n < count_; n++) {
      to[n] = choices[n].c_str();
      if (bad_.code == RV_OK)
        bad_ = without_zero(choices[n], RV_ERR_INVALID, "choice");
    }
    list_ = to;
  }
  Choices(const Choices &) = delete;
  Choices &operator=(const Choices &) = delete;

  [[nodiscard]] const char *const *get() const noexcept { return list_; }
  [[nodiscard]] std::uint32_t count() const noexcept { return static_cast<std::uint32_t>(count_); }
  /// RV_OK, or what is wrong with one of them.
  [[nodiscard]] const Outcome &bad() const noexcept { return bad_; }

private:
  const char *few_[256];
  std::vector<const char *> many_;
  const char *const *list_;
  std::size_t count_;
  Outcome bad_;
};

} // namespace detail
} // namespace rv

#endif // RV_NAMES_HPP
