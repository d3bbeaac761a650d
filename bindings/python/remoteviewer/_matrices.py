"""Checks of a camera's parts, and projection matrices. All float64, for column vectors."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from ._errors import InvalidError
from ._values import number, shortened

FloatArray = npt.NDArray[np.float64]

MAX_SIDE = 32768
# Lets float32 matrices pass that went through a few products.
RIGID_TOLERANCE = 2e-3


# OpenCV's camera axes to OpenGL's, and back.
FLIP = np.diag([1.0, -1.0, -1.0, 1.0])


def splat_projection(k: FloatArray, w: int, h: int, n: float, f: float) -> FloatArray:
    """gaussian-splatting's: OpenCV axes to clip space, z from 0 to 1, central principal point."""
    p = np.zeros((4, 4))
    p[0, 0], p[1, 1] = 2 * k[0, 0] / w, 2 * k[1, 1] / h
    p[2, 2], p[2, 3], p[3, 2] = f / (f - n), -f * n / (f - n), 1.0
    return p


def gl_perspective(k: FloatArray, w: int, h: int, n: float, f: float) -> FloatArray:
    """OpenGL's: x right, y up, z backward to clip space; row 0 is the bottom row."""
    p = np.zeros((4, 4))
    p[0, 0], p[0, 2] = 2 * k[0, 0] / w, 1 - 2 * k[0, 2] / w
    p[1, 1], p[1, 2] = 2 * k[1, 1] / h, 2 * k[1, 2] / h - 1
    p[2, 2], p[2, 3], p[3, 2] = -(f + n) / (f - n), -2 * f * n / (f - n), -1.0
    return p


def gl_orthographic(k: FloatArray, w: int, h: int, n: float, f: float, units: float) -> FloatArray:
    """The same for an image that is `units` world units high; k has the principal point."""
    p = np.eye(4)
    pixels = h / units
    p[0, 0], p[0, 3] = 2 * pixels / w, 2 * k[0, 2] / w - 1
    p[1, 1], p[1, 3] = 2 * pixels / h, 1 - 2 * k[1, 2] / h
    p[2, 2], p[2, 3] = -2 / (f - n), -(f + n) / (f - n)
    return p


def projection_gl(
    projection: str, k: FloatArray, size: tuple[int, int], depths: tuple[float, float], units: float
) -> FloatArray:
    """One of the two above. Raises InvalidError for a panorama."""
    if projection == "equirect":
        raise InvalidError(
            "a panorama has no projection matrix: use c2w, and rays over 360 x 180 degrees"
        )
    if projection == "orthographic":
        return gl_orthographic(k, *size, *depths, units)
    return gl_perspective(k, *size, *depths)


def inverse(rigid: FloatArray) -> FloatArray:
    """Returns the inverse of a rotation and a translation, (4, 4)."""
    out = np.eye(4)
    out[:3, :3] = rigid[:3, :3].T
    out[:3, 3] = -out[:3, :3] @ rigid[:3, 3]
    return out


def placed(rotation: FloatArray, translation: FloatArray) -> FloatArray:
    """Returns both as (4, 4)."""
    out = np.eye(4)
    out[:3, :3], out[:3, 3] = rotation, translation
    return out


def pinhole(fx: float, fy: float, cx: float, cy: float) -> FloatArray:
    """Returns K from pixels."""
    return np.array([[fx, 0, cx], [0, fy, cy], [0, 0, 1.0]])


def focal_of(fov: Any, pixels: float) -> float:
    """Returns pixels from radians over so many pixels. Raises InvalidError."""
    fov = number(fov, "a field of view")
    if not 0 < fov < math.pi:
        raise InvalidError(f"a field of view has to be inside 0 to pi radians, found {fov}")
    return pixels / (2 * math.tan(fov / 2))


def array_of(name: str, value: Any, *shapes: tuple[int, ...]) -> FloatArray:
    """Returns a float64 copy of an array, sequence or tensor, or raises InvalidError."""
    try:
        if hasattr(value, "detach"):
            value = value.detach().cpu().numpy()
        array = np.array(value, dtype=np.float64)
    except Exception as e:  # whatever another library's array raises
        raise InvalidError(f"{name} has to be numbers, found {type(value).__name__}: {e}") from e
    if array.shape not in shapes:
        wanted = " or ".join(str(s) for s in shapes)
        raise InvalidError(f"{name} has to be of shape {wanted}, found {array.shape}")
    if not np.isfinite(array).all():
        raise InvalidError(f"{name} has to be finite, found {array.tolist()}")
    return array


def pose(value: Any, name: str = "c2w") -> FloatArray:
    """Returns a rigid matrix as a read-only (4, 4), or raises InvalidError."""
    array = array_of(name, value, (4, 4), (3, 4))
    c2w = np.eye(4)
    c2w[: array.shape[0]] = array
    if array.shape == (4, 4) and not np.array_equal(array[3], [0, 0, 0, 1]):
        raise InvalidError(
            f"the last row of {name} has to be 0 0 0 1, found {array[3].tolist()}: use {name}.T?"
        )
    rotation = c2w[:3, :3]
    if not np.allclose(rotation.T @ rotation, np.eye(3), atol=RIGID_TOLERANCE):
        lengths = np.linalg.norm(rotation, axis=0).round(4).tolist()
        raise InvalidError(
            f"{name} has to be a rotation and a translation, found columns of lengths {lengths}, "
            f"or not perpendicular: take the scale out ({name}[:3, :3] /= scale)"
        )
    if np.linalg.det(rotation) < 0:
        raise InvalidError(
            f"{name} has to be right-handed, as x right, y down, z forward is, "
            "found a mirror image: negate one axis"
        )
    return frozen(c2w)


def intrinsics(value: Any, fov_y: float | None, width: int, height: int) -> FloatArray:
    """Returns K as a read-only (3, 3), made from degrees if it is None. Raises InvalidError."""
    if value is None:
        degrees = 60.0 if fov_y is None else number(fov_y, "fov_y")
        if not 0 < degrees < 180:
            raise InvalidError(f"fov_y has to be inside 0 to 180 degrees, found {fov_y}")
        focal = height / (2 * math.tan(math.radians(degrees) / 2))
        return frozen(np.array([[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1.0]]))
    k = array_of("K", value, (3, 3))
    if k[0, 0] <= 0 or k[1, 1] <= 0 or k[0, 1] or k[1, 0] or k[2].tolist() != [0, 0, 1]:
        raise InvalidError(
            f"K has to be [[fx, 0, cx], [0, fy, cy], [0, 0, 1]] in pixels, found {k.tolist()}"
        )
    return frozen(k)


def vector(name: str, value: Any) -> FloatArray:
    """Returns a read-only (3,), or raises InvalidError."""
    return frozen(array_of(name, value, (3,)))


def side(name: str, value: Any) -> int:
    """Returns a width or height, or raises InvalidError."""
    try:
        found = number(value, name)
    except InvalidError:
        found = math.nan
    if not 1 <= found <= MAX_SIDE or found % 1:
        raise InvalidError(
            f"{name} has to be 1 to {MAX_SIDE} pixels, a whole number, found {shortened(value)}"
        )
    return int(found)


def real(name: str, value: Any) -> float:
    """Returns a finite float, or raises InvalidError."""
    found = number(value, name)
    if not math.isfinite(found):
        raise InvalidError(f"{name} has to be finite, found {found}")
    return found


def depth_range(near: Any, far: Any, projection: str) -> tuple[float, float]:
    """Returns both as floats, or raises InvalidError."""
    n, f = number(near, "near"), number(far, "far")
    if not -math.inf < n < f < math.inf:
        raise InvalidError(f"near has to be less than far, found {near} and {far}")
    if projection == "perspective" and n <= 0:
        raise InvalidError(f"near has to be above 0 world units, found {near}")
    return n, f


def copied(values: Any, shape: tuple[int, ...]) -> FloatArray:
    """Returns a read-only copy of a ctypes array of doubles."""
    return frozen(np.frombuffer(values, dtype=np.float64).reshape(shape).copy())


def frozen(array: FloatArray) -> FloatArray:
    """Makes an array read-only."""
    array.setflags(write=False)
    return array


def looking(position: Any, target: Any, up: Any) -> FloatArray:
    """Returns c2w of a camera at `position` that looks at `target`. Raises InvalidError where
    the two are one, or `up` points along the view.
    """
    eye, aim, sky = (
        array_of(name, value, (3,))
        for name, value in (("position", position), ("target", target), ("up", up))
    )
    z = aim - eye
    x = np.cross(z, sky)
    if np.linalg.norm(z) == 0 or np.linalg.norm(x) <= 1e-9 * np.linalg.norm(z) * np.linalg.norm(
        sky
    ):
        raise InvalidError(
            f"position {eye}, target {aim} and up {sky} give no view: the first two have to be "
            "apart, and up has to point elsewhere"
        )
    x, z = x / np.linalg.norm(x), z / np.linalg.norm(z)
    c2w = np.eye(4)
    c2w[:3, :3], c2w[:3, 3] = np.stack([x, np.cross(z, x), z], 1), eye
    return c2w
