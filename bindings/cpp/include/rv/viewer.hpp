/// rv::Viewer: a session with the viewers that look at this renderer.
#ifndef RV_VIEWER_HPP
#define RV_VIEWER_HPP

#include "event.hpp"
#include "list.hpp"
#include "options.hpp"
#include "result.hpp"
#include "session.hpp"

#include <chrono>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace rv {
inline namespace RV_FACE {

class Cameras;

/// A session. It is moved, never copied; its destructor closes it and waits like
/// close(). Trouble with a viewer is never an error here: images wait for the
/// next one, and read() tells.
class Viewer {
public:
  /// None; every call gives RV_ERR_HANDLE.
  Viewer() = default;

  /// Shows images, each in its own window, all changing at once. Never waits for
  /// the network: a newer list replaces one that waits. The pixels are copied.
  /// @throws RV_ERR_SHAPE, RV_ERR_TYPE, RV_ERR_NAME, RV_ERR_LIMIT.
  template <class... More> Returned<void> show(const Image &first, const More &...more) {
    return send_images({first, more...});
  }

  /// Sends a list of 1 to 64 images with options. On an error nothing is sent.
  /// @throws RV_ERR_SHAPE, RV_ERR_TYPE, RV_ERR_NAME, RV_ERR_LIMIT, RV_ERR_INVALID
  ///         (meta), RV_ERR_TIMEOUT (RV_SEND_EVERY alone, which may wait).
  Returned<void> send_images(std::initializer_list<Image> images, const SendOptions &options = {}) {
    return send_images(images.begin(), images.size(), options);
  }
  Returned<void> send_images(const std::vector<Image> &images, const SendOptions &options = {}) {
    return send_images(images.data(), images.size(), options);
  }
  Returned<void> send_images(const Image *images, std::size_t count, const SendOptions &options = {});

  /// The driver's newest camera; none before the first. Never waits. The first
  /// use of this, of cameras() or of set_view() asks viewers for cameras.
  [[nodiscard]] Returned<std::optional<Camera>> camera();

  /// A range of cameras to render, for a loop that ends when the viewer is
  /// closed. Each step waits for the newest camera and skips older ones. It gives
  /// only one that differs from the last, or the same once when a viewer joins;
  /// with `still`, also the same whenever a viewer has room for another list.
  /// Other events are kept for read(). One thread at a time; the viewer outlives it.
  [[nodiscard]] Cameras cameras(bool still = false) &;
  Cameras cameras(bool still = false) && = delete;

  /// The next event; none when nothing came within `timeout` (0: doesn't wait,
  /// negative: waits without end).
  /// @throws RV_ERR_CLOSED when closed meanwhile, RV_ERR_HANDLE when closed before.
  [[nodiscard]] Returned<std::optional<Event>> read(std::chrono::milliseconds timeout = forever);

  /// Sends a named value to all viewers. Never waits.
  /// @param name   1 to 128 bytes of UTF-8.
  /// @param value  at most 16 MiB; checked to be JSON when `format` is "json".
  /// @param format "json", "msgpack" or "bytes".
  /// @throws RV_ERR_NAME, RV_ERR_TYPE (the format, or not JSON), RV_ERR_LIMIT.
  Returned<void> send_data(const std::string &name, std::string_view value, const char *format = "json");

  /// Sets the first view, or asks viewers to move there. See Camera::look_at.
  /// @throws RV_ERR_INVALID for a view that nobody can look from.
  Returned<void> set_view(const Camera &view);

  /// Says whether viewers shall send cameras. Once said, it is not changed by the
  /// first use of camera(), cameras() or set_view().
  Returned<void> want_cameras(bool wanted = true);

  /// How many viewers are connected now.
  [[nodiscard]] Returned<unsigned> connected() const;
  /// Where it listens, with its token (rv://TOKEN@host:port), or what it dials.
  [[nodiscard]] Returned<std::string> address() const;
  /// Counters, see rv_statistics.
  [[nodiscard]] Returned<rv_statistics> stats() const;

  /// Closes it and wakes its blocked calls. Waits until the driver has shown the
  /// newest lists, at most `linger`; negative: 5 s with a viewer connected, 1 s
  /// while a dialing one has none, 0 while a listening one has none.
  /// @return whether they were shown in time. Closing again does nothing.
  Returned<bool> close(std::chrono::milliseconds linger = forever);

  /// Whether it does something: false with enabled = false or RV_DISABLE=1.
  [[nodiscard]] bool enabled() const noexcept { return session_ && session_->handle != 0; }
  /// The C handle, for rv_* functions; it stays this object's.
  [[nodiscard]] std::uint64_t handle() const noexcept { return session_ ? session_->handle : 0; }

private:
  friend Returned<Viewer> start(decltype(&rv_listen), const std::string &, const Options &);

  explicit Viewer(std::unique_ptr<detail::Session> session) : session_(std::move(session)) {}

  [[nodiscard]] bool disabled() const noexcept { return session_ && session_->handle == 0; }
  void ask_for_cameras() {
    if (enabled())
      session_->ask_for_cameras();
  }

  std::unique_ptr<detail::Session> session_;
};

/// Opens a session by rv_listen or rv_connect.
inline Returned<Viewer> start(decltype(&rv_listen) open, const std::string &address, const Options &options) {
  auto session = std::make_unique<detail::Session>();
  detail::Outcome got;
  if (options.enabled && !detail::disabled_by_environment()) {
    const rv_options c = detail::options(options);
    got = detail::outcome(open(detail::text(address), &c, &session->handle));
    session->asked = options.cameras;
  }
  return face::give(std::move(got), Viewer(std::move(session)));
}

/// Starts a session that viewers dial. Returns at once; there need not be one.
/// @param address "host:port" or "unix:/path"; without: 127.0.0.1:12346. A taken
///                port is replaced by the next free one, unless `strict`.
/// @throws RV_ERR_ADDRESS, RV_ERR_LISTEN, RV_ERR_TOKEN, RV_ERR_INVALID.
template <class S, class = std::enable_if_t<std::is_convertible_v<const S &, std::string>>>
[[nodiscard]] Returned<Viewer> listen(const S &address, const Options &options = {}) {
  return start(rv_listen, address, options);
}
[[nodiscard]] inline Returned<Viewer> listen(const Options &options = {}) {
  return start(rv_listen, {}, options);
}

/// Starts a session that dials a viewer, and dials again without end. Returns at
/// once; the newest list waits for the first that answers.
/// @param address "host:port", "rv://TOKEN@host:port" or "unix:/path"; without: the
///                environment's RV_ADDRESS, else 127.0.0.1:12345.
/// @throws RV_ERR_ADDRESS, RV_ERR_TOKEN, RV_ERR_INVALID.
template <class S, class = std::enable_if_t<std::is_convertible_v<const S &, std::string>>>
[[nodiscard]] Returned<Viewer> connect(const S &address, const Options &options = {}) {
  return start(rv_connect, address, options);
}
[[nodiscard]] inline Returned<Viewer> connect(const Options &options = {}) {
  return start(rv_connect, {}, options);
}

inline Returned<void> Viewer::send_images(const Image *images, std::size_t count, const SendOptions &options) {
  if (disabled())
    return face::check({});
  for (std::size_t n = 0; n < count; n++)
    if (detail::Outcome bad = detail::fits(images[n]); bad.code < 0)
      return face::check(std::move(bad));
  const detail::List list(images, count);
  const rv_send_options c = detail::options(options);
  return face::check(
      detail::outcome(rv_send_images(handle(), list.get(), static_cast<std::uint32_t>(count), &c)));
}

inline Returned<std::optional<Camera>> Viewer::camera() {
  std::optional<Camera> newest;
  if (disabled())
    return newest;
  ask_for_cameras();
  struct ::rv_camera raw = RV_CAMERA_INIT;
  detail::Outcome got = detail::outcome(rv_camera(handle(), &raw));
  if (got.code == 1)
    newest = Camera(raw);
  return face::give(std::move(got), newest);
}

inline Returned<std::optional<Event>> Viewer::read(std::chrono::milliseconds timeout) {
  std::optional<Event> event;
  if (disabled() || (session_ && session_->take_kept(event)))
    return event;
  detail::Outcome got = detail::read(handle(), event, detail::milliseconds(timeout));
  return face::give(std::move(got), std::move(event));
}

inline Returned<void> Viewer::send_data(const std::string &name, std::string_view value, const char *format) {
  if (disabled())
    return face::check({});
  return face::check(
      detail::outcome(rv_send_data(handle(), name.c_str(), format, value.data(), value.size())));
}

inline Returned<void> Viewer::set_view(const Camera &view) {
  if (disabled())
    return face::check({});
  const auto done = detail::outcome(rv_set_view(handle(), &view.raw()));
  ask_for_cameras(); // after the view: the first camera starts there
  return face::check(done);
}

inline Returned<void> Viewer::want_cameras(bool wanted) {
  if (disabled())
    return face::check({});
  if (session_)
    session_->asked = true;
  return face::check(detail::outcome(rv_want_cameras(handle(), wanted)));
}

inline Returned<rv_statistics> Viewer::stats() const {
  rv_statistics out = RV_STATISTICS_INIT;
  out.jpeg = "";
  if (disabled())
    return out;
  detail::Outcome got = detail::outcome(rv_stats(handle(), &out));
  return face::give(std::move(got), out);
}

inline Returned<unsigned> Viewer::connected() const {
  rv_statistics out = RV_STATISTICS_INIT;
  if (disabled())
    return 0U;
  detail::Outcome got = detail::outcome(rv_stats(handle(), &out));
  return face::give(std::move(got), static_cast<unsigned>(out.viewers));
}

inline Returned<std::string> Viewer::address() const {
  std::string text;
  if (disabled())
    return text;
  detail::Outcome got = detail::outcome(rv_address(handle(), nullptr, 0));
  if (got.code > 0) {
    text.resize(static_cast<std::size_t>(got.code));
    got = detail::outcome(rv_address(handle(), text.data(), static_cast<std::uint32_t>(text.size())));
    text.resize(text.size() - 1);
  }
  return face::give(std::move(got), std::move(text));
}

inline Returned<bool> Viewer::close(std::chrono::milliseconds linger) {
  detail::Outcome got;
  if (session_)
    got = session_->close(detail::milliseconds(linger));
  const bool shown = got.code != RV_ERR_TIMEOUT;
  if (!shown)
    got = {};
  return face::give(std::move(got), shown);
}

/// Shows images once, in the viewer that is open at RV_ADDRESS or, without it, at
/// 127.0.0.1:12345.
/// @return whether they were shown: within 5 s, 1 s when nobody is there.
/// @throws as Viewer::send_images.
template <class... More> Returned<bool> show(const Image &first, const More &...more) {
  SendOptions options;
  options.mode = RV_SEND_LAST;
#ifdef RV_NO_EXCEPTIONS
  Result<Viewer> viewer = connect();
  if (!viewer)
    return detail::Outcome{viewer.code(), viewer.words()};
  if (Result<void> sent = viewer->send_images({first, more...}, options); !sent)
    return detail::Outcome{sent.code(), sent.words()};
  return viewer->enabled() ? viewer->close() : Result<bool>(false);
#else
  Viewer viewer = connect();
  viewer.send_images({first, more...}, options);
  return viewer.enabled() && viewer.close();
#endif
}

} // namespace RV_FACE
} // namespace rv

#endif // RV_VIEWER_HPP
