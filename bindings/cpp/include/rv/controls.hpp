/// Controls that viewers show: sliders, buttons, plots. The calls are members of
/// rv::Viewer and, for names below a folder, of rv::Folder.
#ifndef RV_CONTROLS_HPP
#define RV_CONTROLS_HPP

#include "json.hpp"
#include "names.hpp"
#include "result.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace rv {

/// What a control may have beside its name and value. Looked at by the call that
/// defines it. An aggregate: with C++20 write {.logarithmic = true}.
struct ControlOptions {
  bool logarithmic = false;   ///< a slider moves by factors; its min is above 0
  double step = 0;            ///< of a slider's and vector's values; 0: any
  const char *help = nullptr; ///< shown when the pointer rests on it, at most 1024 bytes
};

namespace detail {

inline rv_control_options options(const ControlOptions &from) noexcept {
  rv_control_options o = RV_CONTROL_OPTIONS_INIT;
  o.logarithmic = from.logarithmic;
  o.step = from.step;
  o.help = from.help;
  return o;
}

} // namespace detail

inline namespace RV_FACE {

/// The calls. The first with a name defines a control, which viewers show in the
/// order of definition; every call, that one too, gives the value that it has now,
/// so that a loop simply asks. It takes no memory and never waits, from any thread.
/// What later calls say of a control beyond its name is not looked at. A "/" in a
/// name makes folders. A viewer that is disabled gives initial values.
///
/// Names are 1 to 128 bytes of UTF-8, at most 256 in a session.
/// @throws RV_ERR_NAME (a name that can't be, or is of another kind's control),
///         RV_ERR_LIMIT, RV_ERR_INVALID (NaN, an empty range, an initial value
///         outside it), RV_ERR_HANDLE.
template <class Self> class Controls {
public:
  /// A number from min to max, which are finite; min is below max.
  Returned<double> slider(Text name, double min, double max, double initial,
                          const ControlOptions &options = {}) const;

  /// A yes or no.
  Returned<bool> checkbox(Text name, bool initial = false, const ControlOptions &options = {}) const;

  /// One of 1 to 256 choices of at most 128 bytes, each once. The value is an index
  /// into them, and so is `initial`.
  Returned<int> dropdown(Text name, std::initializer_list<const char *> choices, int initial = 0,
                         const ControlOptions &options = {}) const {
    return chosen(name, detail::Choices(choices.begin(), choices.size()), initial, options);
  }
  Returned<int> dropdown(Text name, const std::vector<std::string> &choices, int initial = 0,
                         const ControlOptions &options = {}) const {
    return chosen(name, detail::Choices(choices), initial, options);
  }

  /// A button: whether it was pressed since the last call.
  Returned<bool> button(Text name, const ControlOptions &options = {}) const;

  /// A line of text, at most 4096 bytes.
  Returned<std::string> text(Text name, Text initial = "", const ControlOptions &options = {}) const;

  /// R, G, B: display values from 0 to 1.
  Returned<std::array<double, 3>> color(Text name, const std::array<double, 3> &initial = {1, 1, 1},
                                        const ControlOptions &options = {}) const {
    return numbers(name, initial, options, colored<3>);
  }
  /// R, G, B and A: display values from 0 to 1.
  Returned<std::array<double, 4>> color4(Text name, const std::array<double, 4> &initial = {1, 1, 1, 1},
                                         const ControlOptions &options = {}) const {
    return numbers(name, initial, options, colored<4>);
  }
  /// Three finite numbers.
  Returned<std::array<double, 3>> vector3(Text name, const std::array<double, 3> &initial = {},
                                          const ControlOptions &options = {}) const {
    return numbers(name, initial, options, rv_vector3);
  }

  /// Adds a value, and the time, to a plot. Of values closer than 10 ms the newest is
  /// kept; the newest 2,048 are. NaN and infinities leave a gap.
  Returned<void> plot(Text name, double value, const ControlOptions &options = {}) const;

  /// Text of at most 4096 bytes, replaced by each call.
  Returned<void> label(Text name, Text text, const ControlOptions &options = {}) const;

  /// Sets a control's value from the program, in all viewers: a slider's number or a
  /// dropdown's index (any arithmetic type but bool, finite), or a checkbox's bool. One
  /// is not taken for the other: a slider's true would be a slip more often than a 1.
  /// @throws RV_ERR_NAME (not defined), RV_ERR_INVALID (not a value of its kind).
  template <class T, std::enable_if_t<std::is_arithmetic_v<T>, int> = 0>
  Returned<void> set_control(Text name, T value) const {
    return set_json(name, [&](std::string &json) { return detail::append_number(json, value); });
  }
  /// The same for text: a line of UTF-8 without a zero byte.
  Returned<void> set_control(Text name, std::string_view value) const {
    return set_json(name, [&](std::string &json) {
      detail::append_json(json, value);
      return detail::without_zero(value, RV_ERR_INVALID, "text");
    });
  }
  /// The same for colours and vectors: finite numbers.
  Returned<void> set_control(Text name, std::initializer_list<double> values) const {
    return set_json(
        name, [&](std::string &json) { return detail::append_numbers(json, values.begin(), values.size()); });
  }
  template <std::size_t N> Returned<void> set_control(Text name, const std::array<double, N> &values) const {
    return set_json(name, [&](std::string &json) { return detail::append_numbers(json, values.data(), N); });
  }

  /// Takes a control away, or a folder with all that is in it; the name is free again.
  /// @return how many there were.
  Returned<int> remove_control(Text name) const;
  /// Takes all away: of the viewer, or of this folder.
  Returned<int> remove_controls() const;

private:
  [[nodiscard]] const Self &self() const noexcept { return static_cast<const Self &>(*this); }

  // Calls f(handle, whole name, options) of the library.
  template <class F> detail::Outcome call(Text name, const ControlOptions &options, F f) const {
    const detail::Path path(self().prefix(), name);
    if (path.bad().code != RV_OK)
      return path.bad();
    const rv_control_options c = detail::options(options);
    return detail::outcome(f(self().handle(), path.get(), &c));
  }

  Returned<int> chosen(Text name, const detail::Choices &choices, int initial, const ControlOptions &options) const;

  template <std::uint32_t N>
  static int colored(std::uint64_t handle, const char *name, const double *initial, double *value,
                     const rv_control_options *options) {
    return rv_color(handle, name, N, initial, value, options);
  }

  template <std::size_t N, class F>
  Returned<std::array<double, N>> numbers(Text name, const std::array<double, N> &initial,
                                          const ControlOptions &options, F function) const {
    std::array<double, N> value = initial;
    if (self().disabled())
      return value;
    detail::Outcome got = call(name, options, [&](std::uint64_t handle, const char *path, const auto *o) {
      return function(handle, path, initial.data(), value.data(), o);
    });
    return face::give(std::move(got), value);
  }

  // Sets what append(json) writes, unless it says what is wrong.
  template <class F> Returned<void> set_json(Text name, F append) const {
    if (self().disabled())
      return face::check({});
    const detail::Path path(self().prefix(), name);
    std::string json;
    detail::Outcome bad = path.bad();
    if (bad.code == RV_OK) {
      bad = append(json);
      if (bad.code != RV_OK)
        bad.words = std::string("the value of \"").append(path.get()).append("\": ") + bad.words;
    }
    if (bad.code == RV_OK)
      bad = detail::outcome(rv_set_control(self().handle(), path.get(), json.c_str()));
    return face::check(std::move(bad));
  }
};

/// The controls below a name: viewer.folder("camera").slider("fov", ...) is
/// "camera/fov". It may outlive the viewer; then its calls give RV_ERR_HANDLE.
class Folder : public Controls<Folder> {
public:
  Folder(std::uint64_t handle, bool disabled, std::string prefix)
      : handle_(handle), disabled_(disabled), prefix_(std::move(prefix)) {}

  /// A folder in this one.
  [[nodiscard]] Folder folder(Text name) const {
    return Folder(handle_, disabled_, std::string(prefix_).append(name.view()) + '/');
  }
  /// What stands before its names: "camera/".
  [[nodiscard]] std::string_view prefix() const noexcept { return prefix_; }
  /// The C handle of its viewer.
  [[nodiscard]] std::uint64_t handle() const noexcept { return handle_; }
  /// Whether its viewer does nothing.
  [[nodiscard]] bool disabled() const noexcept { return disabled_; }

private:
  std::uint64_t handle_;
  bool disabled_;
  std::string prefix_;
};

template <class Self>
Returned<double> Controls<Self>::slider(Text name, double min, double max, double initial,
                                        const ControlOptions &options) const {
  double value = initial;
  if (self().disabled())
    return value;
  detail::Outcome got = call(name, options, [&](std::uint64_t handle, const char *path, const auto *o) {
    return rv_slider(handle, path, min, max, initial, &value, o);
  });
  return face::give(std::move(got), value);
}

template <class Self>
Returned<bool> Controls<Self>::checkbox(Text name, bool initial, const ControlOptions &options) const {
  std::int32_t value = initial;
  if (self().disabled())
    return initial;
  detail::Outcome got = call(name, options, [&](std::uint64_t handle, const char *path, const auto *o) {
    return rv_checkbox(handle, path, initial, &value, o);
  });
  return face::give(std::move(got), value != 0);
}

template <class Self>
Returned<int> Controls<Self>::chosen(Text name, const detail::Choices &choices, int initial,
                                     const ControlOptions &options) const {
  std::int32_t value = initial;
  if (self().disabled())
    return initial;
  if (choices.bad().code != RV_OK)
    return face::give(choices.bad(), static_cast<int>(value));
  detail::Outcome got = call(name, options, [&](std::uint64_t handle, const char *path, const auto *o) {
    return rv_dropdown(handle, path, choices.get(), choices.count(), initial, &value, o);
  });
  return face::give(std::move(got), static_cast<int>(value));
}

template <class Self> Returned<bool> Controls<Self>::button(Text name, const ControlOptions &options) const {
  if (self().disabled())
    return false;
  detail::Outcome got = call(name, options, rv_button);
  const bool pressed = got.code > 0;
  return face::give(std::move(got), pressed);
}

template <class Self>
Returned<std::string> Controls<Self>::text(Text name, Text initial, const ControlOptions &options) const {
  if (self().disabled())
    return std::string(initial.view());
  if (detail::Outcome bad = detail::without_zero(initial.view(), RV_ERR_INVALID, "text"); bad.code != RV_OK)
    return face::give(std::move(bad), std::string());
  char value[4097]; // as long as a text may be
  value[0] = '\0';
  detail::Outcome got = call(name, options, [&](std::uint64_t handle, const char *path, const auto *o) {
    return rv_text(handle, path, initial.get(), value, sizeof value, o);
  });
  return face::give(std::move(got), std::string(value));
}

template <class Self>
Returned<void> Controls<Self>::plot(Text name, double value, const ControlOptions &options) const {
  if (self().disabled())
    return face::check({});
  return face::check(call(name, options, [&](std::uint64_t handle, const char *path, const auto *o) {
    return rv_plot(handle, path, value, o);
  }));
}

template <class Self>
Returned<void> Controls<Self>::label(Text name, Text text, const ControlOptions &options) const {
  if (self().disabled())
    return face::check({});
  if (detail::Outcome bad = detail::without_zero(text.view(), RV_ERR_INVALID, "text"); bad.code != RV_OK)
    return face::check(std::move(bad));
  return face::check(call(name, options, [&](std::uint64_t handle, const char *path, const auto *o) {
    return rv_label(handle, path, text.get(), o);
  }));
}

template <class Self> Returned<int> Controls<Self>::remove_control(Text name) const {
  if (self().disabled())
    return 0;
  const detail::Path path(self().prefix(), name.get() != nullptr ? name : ""); // NULL would mean all
  detail::Outcome got = path.bad();
  if (got.code == RV_OK)
    got = detail::outcome(rv_remove_control(self().handle(), path.get()));
  const int count = got.code;
  return face::give(std::move(got), count);
}

template <class Self> Returned<int> Controls<Self>::remove_controls() const {
  if (self().disabled())
    return 0;
  const std::string_view prefix = self().prefix();
  const std::string folder(prefix.substr(0, prefix.empty() ? 0 : prefix.size() - 1));
  detail::Outcome got = detail::without_zero(folder, RV_ERR_NAME, "folder's name");
  if (got.code == RV_OK)
    got = detail::outcome(rv_remove_control(self().handle(), prefix.empty() ? nullptr : folder.c_str()));
  const int count = got.code;
  return face::give(std::move(got), count);
}

} // namespace RV_FACE
} // namespace rv

#endif // RV_CONTROLS_HPP
