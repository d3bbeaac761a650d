/// The options of rv::listen, rv::connect and rv::Viewer::send_images. They are
/// aggregates: with C++20 write rv::listen({.name = "train", .cameras = true}).
#ifndef RV_OPTIONS_HPP
#define RV_OPTIONS_HPP

#include "camera.hpp"

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace rv {

/// A timeout without end; every negative one is.
constexpr std::chrono::milliseconds forever{-1};

/// Of rv::listen and rv::connect.
struct Options {
  std::string name = {};       ///< of this renderer in window titles; empty: program@host
  bool cameras = false;        ///< cameras are wanted from the start, not from their first use
  std::string token = {};      ///< empty: from the address, token_file, then RV_TOKEN
  std::string token_file = {}; ///< a file whose first line is the token
  std::string codec = {};      ///< "raw", "lz4", "zstd", "jpeg"; empty: what the viewer asks for, else raw
  int quality = 0;             ///< of "jpeg", 1 to 100; 0: 85
  bool insecure = false;       ///< listen beyond loopback without a token
  bool any_user = false;       ///< loopback peers of other users may come in
  bool strict = false;         ///< a taken port is an error, instead of the next free one
  bool quiet = false;          ///< no lines on stderr
  int width = 0;               ///< pixels, with height: viewers render at this size; 0: the window's
  int height = 0;              ///< pixels
  bool enabled = true;         ///< false, or RV_DISABLE=1: a viewer that does nothing
};

/// Of rv::Viewer::send_images.
struct SendOptions {
  std::string meta = {};                       ///< a JSON object, at most 64 KiB; empty: none
  std::string stream = {};                     ///< lists of different streams don't replace each other
  int mode = RV_SEND_NEWEST;                   ///< RV_SEND_NEWEST, RV_SEND_EVERY, RV_SEND_LAST
  std::optional<Camera> camera = {};           ///< that the list was rendered with; none: the one last read
  std::chrono::milliseconds timeout = forever; ///< RV_SEND_EVERY: how long to wait for room
};

namespace detail {

/// A timeout as the library takes it.
inline std::int32_t milliseconds(std::chrono::milliseconds timeout) noexcept {
  constexpr auto most = std::numeric_limits<std::int32_t>::max();
  if (timeout.count() < 0)
    return -1;
  return timeout.count() > most ? most : static_cast<std::int32_t>(timeout.count());
}

inline const char *text(const std::string &s) noexcept { return s.empty() ? nullptr : s.c_str(); }

inline rv_options options(const Options &from) noexcept {
  rv_options o = RV_OPTIONS_INIT;
  o.cameras = from.cameras;
  o.name = text(from.name);
  o.token = text(from.token);
  o.token_file = text(from.token_file);
  o.codec = text(from.codec);
  o.quality = from.quality;
  o.insecure = from.insecure;
  o.any_user = from.any_user;
  o.strict = from.strict;
  o.quiet = from.quiet;
  o.width = from.width;
  o.height = from.height;
  return o;
}

inline rv_send_options options(const SendOptions &from) noexcept {
  rv_send_options o = RV_SEND_OPTIONS_INIT;
  o.mode = from.mode;
  o.stream = text(from.stream);
  o.meta = text(from.meta);
  o.camera = from.camera ? &from.camera->raw() : nullptr;
  o.timeout_ms = milliseconds(from.timeout);
  return o;
}

} // namespace detail
} // namespace rv

#endif // RV_OPTIONS_HPP
