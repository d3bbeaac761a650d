/// What rv::Viewer::read gives.
#ifndef RV_EVENT_HPP
#define RV_EVENT_HPP

#include "camera.hpp"

#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace rv {

/// Something that happened. It owns its memory, also after the viewer is closed;
/// views and pointers from it live as long as it does.
class Event {
public:
  /// Takes over what rv_read gave; not null.
  explicit Event(rv_event *owned) noexcept : event_(owned) {}

  /// RV_EVENT_CAMERA, RV_EVENT_READY, RV_EVENT_DATA, RV_EVENT_STATUS, RV_EVENT_DRIVER,
  /// RV_EVENT_CONTROL, RV_EVENT_PICK, RV_EVENT_CLICK, RV_EVENT_KEY, RV_EVENT_DRAG.
  [[nodiscard]] int type() const noexcept { return event_->type; }
  /// Of RV_EVENT_CAMERA.
  [[nodiscard]] std::optional<Camera> camera() const noexcept {
    if (event_->camera == nullptr)
      return std::nullopt;
    return Camera(*event_->camera);
  }
  /// The value's name, the driver's, the viewer's, the control's, or, of a pick, click,
  /// key or drag, the image's.
  [[nodiscard]] std::string_view name() const noexcept { return event_->name; }
  /// Of data(): "json", "msgpack" or "bytes".
  [[nodiscard]] std::string_view format() const noexcept { return event_->format; }
  /// The value, of RV_EVENT_CONTROL as JSON; a zero byte follows it.
  [[nodiscard]] std::string_view data() const noexcept {
    return {static_cast<const char *>(event_->data), static_cast<std::size_t>(event_->size)};
  }
  /// RV_EVENT_STATUS in words, or the key's name of RV_EVENT_KEY.
  [[nodiscard]] std::string_view text() const noexcept { return event_->text; }
  /// RV_STATUS_* of RV_EVENT_STATUS.
  [[nodiscard]] int code() const noexcept { return event_->code; }

  // A place in an image, of picks, clicks, keys and drags.

  /// The stream of the image.
  [[nodiscard]] std::string_view stream() const noexcept { return event_->stream; }
  /// Which list the viewer showed: 1 is the session's first.
  [[nodiscard]] std::uint64_t list() const noexcept { return event_->list; }
  /// Pixels from the image's left edge, centres at +0.5; drags may leave the image.
  [[nodiscard]] double x() const noexcept { return event_->x; }
  /// Pixels from its top.
  [[nodiscard]] double y() const noexcept { return event_->y; }
  /// Along the camera's z axis, world units, where an image of the list tells.
  [[nodiscard]] std::optional<double> depth() const noexcept {
    return std::isnan(event_->depth) ? std::nullopt : std::optional<double>(event_->depth);
  }
  /// Of the ray through the place, world; none where the list had no camera.
  [[nodiscard]] std::optional<Vector3> origin() const noexcept { return vector(event_->origin); }
  /// The ray's direction, of length 1.
  [[nodiscard]] std::optional<Vector3> direction() const noexcept { return vector(event_->direction); }
  /// Where the ray meets depth(), world.
  [[nodiscard]] std::optional<Vector3> point() const noexcept { return vector(event_->point); }
  /// RV_BUTTON_LEFT, RV_BUTTON_RIGHT, RV_BUTTON_MIDDLE; 0: none.
  [[nodiscard]] int button() const noexcept { return event_->button; }
  /// RV_MOD_* of the keys held, added up.
  [[nodiscard]] int modifiers() const noexcept { return event_->modifiers; }
  /// RV_PHASE_BEGIN, RV_PHASE_MOVE, RV_PHASE_END of a drag or a key.
  [[nodiscard]] int phase() const noexcept { return event_->phase; }
  /// Of RV_EVENT_PICK, for rv::Viewer::answer.
  [[nodiscard]] std::uint64_t id() const noexcept { return event_->id; }

  /// The C struct, with all fields.
  [[nodiscard]] const rv_event &raw() const noexcept { return *event_; }

private:
  static std::optional<Vector3> vector(const double *v) noexcept {
    if (std::isnan(v[0]) || std::isnan(v[1]) || std::isnan(v[2]))
      return std::nullopt;
    return Vector3{v[0], v[1], v[2]};
  }

  struct Free {
    void operator()(rv_event *event) const noexcept { rv_event_free(event); }
  };
  std::unique_ptr<rv_event, Free> event_;
};

} // namespace rv

#endif // RV_EVENT_HPP
