/// rv::Viewer: a session with the viewers that look at this renderer.
#ifndef RV_VIEWER_HPP
#define RV_VIEWER_HPP

#include "controls.hpp"
#include "event.hpp"
#include "list.hpp"
#include "options.hpp"
#include "result.hpp"
#include "session.hpp"

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <limits>
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

/// Seconds, also in fractions.
using Seconds = std::chrono::duration<double>;

/// For Viewer::wants: the same camera is not rendered again.
constexpr Seconds never{std::numeric_limits<double>::infinity()};

/// A session. It is moved, never copied; its destructor closes it and waits like
/// close(). Trouble with a viewer is never an error here: images wait for the
/// next one, and read() tells. slider(), button() and the other controls are those
/// of rv::Controls.
class Viewer : public Controls<Viewer> {
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

  /// Whether to render for viewers now, and with which camera, for a loop that has
  /// other work to do and asks once a round. None when nobody watches, two lists are
  /// on their way, nothing has moved for less than `refresh`, or rendering for viewers
  /// has had its share of the time: counted from a call that gave a camera to the next
  /// show(), averaged over 2 s. Never waits. Viewers are asked for cameras.
  /// @param budget  share of the time, above 0; 1 or more: no bound.
  /// @param refresh until the same camera is rendered again; 0: at once; or `never`.
  /// @throws RV_ERR_INVALID, RV_ERR_HANDLE.
  [[nodiscard]] Returned<std::optional<Camera>> wants(double budget = 0.05, Seconds refresh = Seconds(0.5));

  /// Lets a loop be paused, stepped and run for n rounds by buttons that viewers show:
  /// called once a round, before the work, it waits while the loop is paused. With
  /// nobody connected for 5 s the loop runs on.
  /// @throws RV_ERR_CLOSED, RV_ERR_HANDLE, RV_ERR_NAME (a control is called "gate").
  Returned<void> gate();
  /// The same; while paused show(const rv::Camera &) is called for each camera that
  /// viewers want rendered, so that they can look around.
  template <class F, std::enable_if_t<std::is_invocable_v<F &, const Camera &>, int> = 0>
  Returned<void> gate(F &&show);
  /// The same, once: false when paused and the time is up, or a camera waits to be
  /// rendered, which wants() gives. 0: doesn't wait, negative: without end.
  [[nodiscard]] Returned<bool> gate(std::chrono::milliseconds timeout);

  /// The names of a stream's windows that are closed in every viewer connected, so
  /// that they need not be rendered. They may still be sent.
  [[nodiscard]] Returned<std::vector<std::string>> closed_windows(const std::string &stream = {}) const;

  /// Controls below a name: viewer.folder("camera").slider("fov", ...) is "camera/fov".
  [[nodiscard]] Folder folder(Text name) const {
    return Folder(handle(), disabled(), {}).folder(name);
  }

  /// Says whether viewers shall ask, by RV_EVENT_PICK, what is under the resting
  /// pointer; see answer().
  Returned<void> want_picks(bool wanted = true);

  /// Answers a pick; the viewer that asked shows it beside the pointer.
  /// @param json an object, shown a line each: {"gaussian": 1207, "opacity": 0.31}; at
  ///             most 64 KiB. Empty: there is nothing.
  /// @throws RV_ERR_INVALID, RV_ERR_LIMIT.
  Returned<void> answer(const Event &pick, const std::string &json = {}) { return answer(pick.id(), json); }
  Returned<void> answer(std::uint64_t id, const std::string &json = {});

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

  /// What stands before the names of its controls: nothing.
  [[nodiscard]] std::string_view prefix() const noexcept { return {}; }
  /// Whether every call succeeds and does nothing.
  [[nodiscard]] bool disabled() const noexcept { return session_ && session_->handle == 0; }

private:
  friend Returned<Viewer> start(decltype(&rv_listen), const std::string &, const Options &);

  explicit Viewer(std::unique_ptr<detail::Session> session) : session_(std::move(session)) {}

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

inline Returned<void> Viewer::want_picks(bool wanted) {
  if (disabled())
    return face::check({});
  return face::check(detail::outcome(rv_want_picks(handle(), wanted)));
}

inline Returned<void> Viewer::answer(std::uint64_t id, const std::string &json) {
  if (disabled())
    return face::check({});
  return face::check(detail::outcome(rv_answer(handle(), id, detail::text(json))));
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
