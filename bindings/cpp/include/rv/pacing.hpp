/// When to render: rv::Viewer::wants(), gate() and closed_windows().
#ifndef RV_PACING_HPP
#define RV_PACING_HPP

#include "viewer.hpp"

#include <chrono>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace rv {
namespace detail {

/// The names in what rv_closed wrote: each with a zero byte behind it.
inline std::vector<std::string> names(const std::string &packed) {
  std::vector<std::string> list;
  for (std::size_t at = 0; at < packed.size() && packed[at] != '\0'; at += list.back().size() + 1)
    list.emplace_back(packed.c_str() + at);
  return list;
}

} // namespace detail

inline namespace RV_FACE {

inline Returned<std::optional<Camera>> Viewer::wants(double budget, Seconds refresh) {
  std::optional<Camera> wanted;
  if (disabled())
    return wanted;
  struct ::rv_camera raw = RV_CAMERA_INIT;
  detail::Outcome got = detail::outcome(rv_wants(handle(), budget, refresh.count(), &raw));
  if (got.code == 1)
    wanted = Camera(raw);
  return face::give(std::move(got), wanted);
}

inline Returned<bool> Viewer::gate(std::chrono::milliseconds timeout) {
  if (disabled())
    return true;
  detail::Outcome got = detail::outcome(rv_gate(handle(), detail::milliseconds(timeout)));
  const bool go = got.code == 1;
  return face::give(std::move(got), go);
}

template <class F, std::enable_if_t<std::is_invocable_v<F &, const Camera &>, int>>
Returned<void> Viewer::gate(F &&show) {
  if (disabled())
    return face::check({});
  // A gate waits for cameras as well once they have been asked for.
  for (std::int32_t timeout_ms = 0;; timeout_ms = -1) {
    detail::Outcome got = detail::outcome(rv_gate(handle(), timeout_ms));
    if (got.code != 0)
      return face::check(std::move(got));
    struct ::rv_camera raw = RV_CAMERA_INIT;
    got = detail::outcome(rv_wants(handle(), 1, never.count(), &raw));
    if (got.code < 0)
      return face::check(std::move(got));
    if (got.code == 1) {
      const Camera camera(raw);
      (void)show(camera);
      continue;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2)); // until there is room for a list
  }
}

inline Returned<void> Viewer::gate() {
  if (disabled())
    return face::check({});
  for (;;) {
    detail::Outcome got = detail::outcome(rv_gate(handle(), -1));
    if (got.code != 0)
      return face::check(std::move(got));
    // A camera waits, and this loop renders none.
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

inline Returned<std::vector<std::string>> Viewer::closed_windows(const std::string &stream) const {
  std::string packed;
  detail::Outcome got;
  while (!disabled()) {
    const auto size = static_cast<std::uint32_t>(packed.size());
    got = detail::outcome(rv_closed(handle(), stream.c_str(), packed.data(), size));
    if (got.code <= static_cast<int>(size)) // else more were closed meanwhile
      break;
    packed.assign(static_cast<std::size_t>(got.code), '\0');
  }
  packed.resize(got.code > 0 ? static_cast<std::size_t>(got.code) : 0);
  return face::give(std::move(got), detail::names(packed));
}

} // namespace RV_FACE
} // namespace rv

#endif // RV_PACING_HPP
