/// What an rv::Viewer holds: the handle, and events that cameras() passed over.
#ifndef RV_SESSION_HPP
#define RV_SESSION_HPP

#include "event.hpp"
#include "outcome.hpp"

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

namespace rv {
namespace detail {

inline bool disabled_by_environment() noexcept {
  const char *text = std::getenv("RV_DISABLE");
  if (text == nullptr)
    return false;
  const std::string_view value = text;
  return !value.empty() && value != "0";
}

inline Outcome read(std::uint64_t handle, std::optional<Event> &event, std::int32_t timeout_ms) {
  rv_event *raw = nullptr;
  Outcome got = outcome(rv_read(handle, &raw, timeout_ms));
  if (got.code == 1)
    event.emplace(raw);
  return got;
}

struct Session {
  std::uint64_t handle = 0; ///< 0: does nothing
  std::atomic<bool> asked{false};
  std::atomic<bool> closed{false};

  Session() = default;
  Session(const Session &) = delete;
  Session &operator=(const Session &) = delete;
  ~Session() {
    if (handle != 0 && !closed.exchange(true))
      rv_close(handle, -1);
  }

  /// Asks viewers for cameras, once.
  void ask_for_cameras() {
    if (!asked.exchange(true))
      rv_want_cameras(handle, 1);
  }

  /// Keeps an event for read(): as many as the library keeps, the oldest goes.
  void keep(Event event) {
    constexpr std::size_t most = 1024;
    const std::lock_guard<std::mutex> lock(mutex_);
    if (kept_.size() == most)
      kept_.pop_front();
    kept_.push_back(std::move(event));
  }

  bool take_kept(std::optional<Event> &event) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (kept_.empty() || closed)
      return false;
    event = std::move(kept_.front());
    kept_.pop_front();
    return true;
  }

  Outcome close(std::int32_t linger_ms) {
    if (handle == 0 || closed.exchange(true))
      return {};
    return outcome(rv_close(handle, linger_ms));
  }

private:
  std::mutex mutex_;
  std::deque<Event> kept_;
};

} // namespace detail
} // namespace rv

#endif // RV_SESSION_HPP
