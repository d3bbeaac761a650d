/// Send lists of images from a C++ renderer to viewers elsewhere, and get the
/// camera back. Header only, C++17, over the C ABI of rv.h; link with rv::rv.
///
///     auto viewer = rv::listen();                       // never waits; prints where
///     for (const rv::Camera &camera : viewer.cameras()) // the newest, older ones skipped
///       viewer.show(rv::linear(render(camera), camera.width(), camera.height()));
///
/// Names are those of the Python package. Numbers (RV_U8, RV_EVENT_DATA,
/// RV_ERR_SHAPE, ...) and plain structs (rv_statistics) are those of rv.h.
///
/// Errors are rv::Error, thrown. With RV_NO_EXCEPTIONS defined (or exceptions
/// turned off in the compiler) nothing throws: what can fail gives an
/// rv::Result instead. rv::Returned<T> below is T in the first case and
/// rv::Result<T> in the second.
///
/// Any number of threads may share a Viewer, moving and destroying it excepted.
#ifndef RV_HPP
#define RV_HPP

#include "rv/camera.hpp"
#include "rv/cameras.hpp"
#include "rv/controls.hpp"
#include "rv/conventions.hpp"
#include "rv/conventions_from.hpp"
#include "rv/event.hpp"
#include "rv/image.hpp"
#include "rv/pacing.hpp"
#include "rv/result.hpp"
#include "rv/viewer.hpp"

#endif // RV_HPP
