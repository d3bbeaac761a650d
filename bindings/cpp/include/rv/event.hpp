/// What rv::Viewer::read gives.
#ifndef RV_EVENT_HPP
#define RV_EVENT_HPP

#include "camera.hpp"

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

  /// RV_EVENT_CAMERA, RV_EVENT_READY, RV_EVENT_DATA, RV_EVENT_STATUS, RV_EVENT_DRIVER.
  [[nodiscard]] int type() const noexcept { return event_->type; }
  /// Of RV_EVENT_CAMERA.
  [[nodiscard]] std::optional<Camera> camera() const noexcept {
    if (event_->camera == nullptr)
      return std::nullopt;
    return Camera(*event_->camera);
  }
  /// The value's name, the driver's, or the viewer's.
  [[nodiscard]] std::string_view name() const noexcept { return event_->name; }
  /// Of data(): "json", "msgpack" or "bytes".
  [[nodiscard]] std::string_view format() const noexcept { return event_->format; }
  /// The value; a zero byte follows it.
  [[nodiscard]] std::string_view data() const noexcept {
    return {static_cast<const char *>(event_->data), static_cast<std::size_t>(event_->size)};
  }
  /// RV_EVENT_STATUS in words.
  [[nodiscard]] std::string_view text() const noexcept { return event_->text; }
  /// RV_STATUS_* of RV_EVENT_STATUS.
  [[nodiscard]] int code() const noexcept { return event_->code; }
  /// The C struct, with all fields.
  [[nodiscard]] const rv_event &raw() const noexcept { return *event_; }

private:
  struct Free {
    void operator()(rv_event *event) const noexcept { rv_event_free(event); }
  };
  std::unique_ptr<rv_event, Free> event_;
};

} // namespace rv

#endif // RV_EVENT_HPP
