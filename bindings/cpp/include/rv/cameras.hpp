/// rv::Viewer::cameras(): the cameras to render, as a range.
#ifndef RV_CAMERAS_HPP
#define RV_CAMERAS_HPP

#include "viewer.hpp"

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>

namespace rv {
inline namespace RV_FACE {

/// An input range; see rv::Viewer::cameras. It ends when the viewer is closed (by
/// another thread), and where nothing is thrown also at an error, see code().
class Cameras {
public:
  class iterator {
  public:
    using value_type = Camera;
    using difference_type = std::ptrdiff_t;
    using pointer = const Camera *;
    using reference = const Camera &;
    using iterator_category = std::input_iterator_tag;

    iterator() = default;
    explicit iterator(Cameras *from) : from_(from) { ++*this; }

    [[nodiscard]] reference operator*() const noexcept { return *from_->last_; }
    [[nodiscard]] pointer operator->() const noexcept { return &*from_->last_; }
    iterator &operator++() {
      if (!from_->advance())
        from_ = nullptr;
      return *this;
    }
    void operator++(int) { ++*this; }
    [[nodiscard]] friend bool operator==(const iterator &a, const iterator &b) noexcept {
      return a.from_ == b.from_;
    }
    [[nodiscard]] friend bool operator!=(const iterator &a, const iterator &b) noexcept { return !(a == b); }

  private:
    Cameras *from_ = nullptr;
  };

  Cameras(detail::Session *session, bool still) noexcept : session_(session), still_(still) {}

  /// Waits for the first camera.
  [[nodiscard]] iterator begin() { return iterator(this); }
  [[nodiscard]] iterator end() const noexcept { return {}; }

  /// Why it ended: RV_ERR_CLOSED or RV_ERR_HANDLE; RV_OK before.
  [[nodiscard]] int code() const noexcept { return code_; }

private:
  bool advance();
  bool accept(const Camera &camera);

  detail::Session *session_;
  bool still_;
  int code_ = RV_OK;
  std::optional<Camera> last_;
  std::uint64_t joined_ = 0;
};

inline bool Cameras::accept(const Camera &camera) {
  rv_statistics stats = RV_STATISTICS_INIT;
  const bool counted = rv_stats(session_->handle, &stats) == RV_OK;
  const bool joined = counted && stats.joined != joined_;
  if (last_ && !still_ && !joined && last_->same_picture(camera))
    return false;
  joined_ = stats.joined;
  last_ = camera;
  return true;
}

inline bool Cameras::advance() {
  if (session_ == nullptr || session_->handle == 0)
    return false;
  session_->ask_for_cameras();
  for (;;) {
    std::optional<Event> event;
    detail::Outcome got = detail::read(session_->handle, event, -1);
    if (got.code < 0) {
      code_ = got.code;
#ifndef RV_NO_EXCEPTIONS
      if (code_ != RV_ERR_CLOSED && code_ != RV_ERR_HANDLE)
        face::check(got);
#endif
      return false;
    }
    if (!event)
      continue;
    if (const std::optional<Camera> camera = event->camera()) {
      if (accept(*camera))
        return true;
    } else if (event->type() != RV_EVENT_READY) {
      session_->keep(*std::move(event));
    }
  }
}

inline Cameras Viewer::cameras(bool still) & { return {session_.get(), still}; }

} // namespace RV_FACE
} // namespace rv

#endif // RV_CAMERAS_HPP
