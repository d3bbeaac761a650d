"""Numbers of the conventions, to and from. All float64; no cameras here."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from ._errors import InvalidError
from ._matrices import FloatArray, array_of, focal_of, pinhole, placed, real, side
from ._values import number, shortened, truth

# From OpenCV's camera axes to x left, y up, z forward: Mitsuba's and PyTorch3D's.
LEFT_UP = np.diag([-1.0, -1.0, 1.0, 1.0])
# Pixels must be as square as this to do without a second focal length.
SQUARE = 1e-6


class Lens(NamedTuple):
    """What a projection matrix says of a camera, with w2c."""

    w2c: FloatArray
    k: FloatArray
    near: float
    far: float
    ortho_height: float  # 0: perspective


def rotation_of(qvec: Any) -> FloatArray:
    """Returns the rotation of a quaternion w, x, y, z of any length but 0."""
    q = array_of("qvec", qvec, (4,))
    length = float(np.linalg.norm(q))
    if length < 1e-12:
        raise InvalidError("qvec has to be a rotation as w, x, y, z, found zeros")
    w, x, y, z = q / length
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )


def quaternion_of(rotation: FloatArray) -> FloatArray:
    """Returns w, x, y, z of length 1 with w >= 0.

    Shepperd's way: the largest of the four is taken from the diagonal, so that nothing
    small is divided by.
    """
    trace = float(np.trace(rotation))
    diagonal = [trace, *np.diagonal(rotation)]
    i = int(np.argmax(diagonal))
    # Which sums and differences belong to the products of i with the others.
    m = rotation
    products = np.array(
        [
            [1 + trace, m[2, 1] - m[1, 2], m[0, 2] - m[2, 0], m[1, 0] - m[0, 1]],
            [m[2, 1] - m[1, 2], 1 + 2 * m[0, 0] - trace, m[0, 1] + m[1, 0], m[0, 2] + m[2, 0]],
            [m[0, 2] - m[2, 0], m[0, 1] + m[1, 0], 1 + 2 * m[1, 1] - trace, m[1, 2] + m[2, 1]],
            [m[1, 0] - m[0, 1], m[0, 2] + m[2, 0], m[1, 2] + m[2, 1], 1 + 2 * m[2, 2] - trace],
        ]
    )
    q: FloatArray = products[i] / np.linalg.norm(products[i])
    return -q if q[0] < 0 else q


def colmap_lens(model: str, params: Any) -> FloatArray:
    """Returns K of COLMAP's camera model and its parameters."""
    counts = {"SIMPLE_PINHOLE": 3, "PINHOLE": 4}
    if not isinstance(model, str) or model not in counts:
        raise InvalidError(
            f"model has to be SIMPLE_PINHOLE or PINHOLE, found {shortened(model)}: other models "
            "bend the image, so undistort it first (colmap image_undistorter)"
        )
    p = array_of(f"params of {model}", params, (counts[model],))
    fx, fy, cx, cy = p if len(p) == 4 else (p[0], *p)
    return pinhole(fx, fy, cx, cy)


def from_clip(mvp: FloatArray, width: int, height: int) -> Lens:
    """Takes a product of an OpenGL projection and a view matrix apart.

    The last row is the viewing direction (perspective) or 0 0 0 1 (orthographic); the first
    two are the camera's right and up, scaled, plus a part along that direction.
    """
    size = np.array([width, height], float)
    perspective = bool(np.abs(mvp[3, :3]).max() > 1e-9)
    scale = float(np.linalg.norm(mvp[3, :3])) if perspective else float(mvp[3, 3])
    if not scale:
        raise InvalidError("mvp has to be a projection times a view matrix, found a last row of 0")
    m = mvp / scale
    depth = m[3] if perspective else m[2] / np.linalg.norm(m[2, :3])
    forward = depth[:3]
    along = m[:2, :3] @ forward
    sides = m[:2, :3] - np.outer(along, forward)
    lengths = np.linalg.norm(sides, axis=1)
    if lengths.min() < 1e-12:
        raise InvalidError("mvp has to be a projection times a view matrix, found a flat one")
    axes = np.stack([sides[0] / lengths[0], -sides[1] / lengths[1], forward])
    if np.abs(axes @ axes.T - np.eye(3)).max() > 2e-3:
        raise InvalidError("mvp has to be a projection times a rigid view matrix, found a skew")
    if perspective:
        return _perspective_of(m, axes, along, lengths, size)
    return _orthographic_of(m, axes, lengths, size)


def _perspective_of(
    m: FloatArray, axes: FloatArray, along: FloatArray, lengths: FloatArray, size: FloatArray
) -> Lens:
    focal = lengths * size / 2
    centre = np.array([1 + along[0], 1 - along[1]]) * size / 2
    # m[0] = 2 fx / W right + along (x, z), so its last column gives the translation.
    moved = (m[:2, 3] - along * m[3, 3]) / lengths
    w2c = placed(axes, np.array([moved[0], -moved[1], m[3, 3]]))
    a = float(m[2, :3] @ axes[2])  # (f + n) / (f - n)
    b = float(m[2, 3] - a * m[3, 3])  # -2 f n / (f - n)
    far = b / (1 - a) if a != 1 else math.inf
    near = b / (-1 - a) if a != -1 else math.inf
    return Lens(w2c, pinhole(*focal, *centre), near, far, 0.0)


def _orthographic_of(
    m: FloatArray, axes: FloatArray, lengths: FloatArray, size: FloatArray
) -> Lens:
    """The camera's place along its view is free: near is 0."""
    scale = float(np.linalg.norm(m[2, :3]))  # 2 / (f - n)
    pixels = lengths * size / 2
    if abs(pixels[0] / pixels[1] - 1) > 1e-4:
        raise InvalidError(f"an orthographic image needs square pixels, found {pixels} a unit")
    moved = np.array([m[0, 3] / lengths[0], -m[1, 3] / lengths[1], (m[2, 3] + 1) / scale])
    k = pinhole(pixels[0], pixels[0], size[0] / 2, size[1] / 2)
    return Lens(placed(axes, moved), k, 0.0, 2 / scale, float(size[1] / pixels[1]))


def ndc_scale(width: int, height: int) -> float:
    """Pixels of one unit of PyTorch3D's NDC: the shorter side is from -1 to 1."""
    return min(width, height) / 2


def nerf_frame(frame: Any, shared: Any, width: Any, height: Any) -> tuple[dict[str, Any], int, int]:
    """Returns what a frame of transforms.json holds, and its size."""
    for name, value in (("frame", frame), ("shared", {} if shared is None else shared)):
        if not isinstance(value, Mapping):
            raise InvalidError(
                f"{name} has to be a dict of transforms.json, found {shortened(value)}"
            )
    given = {**(shared or {}), **frame}
    w, h = given.get("w") if width is None else width, given.get("h") if height is None else height
    if w is None or h is None:
        raise InvalidError("this frame has no w and h: give width and height of its image")
    if "transform_matrix" not in given:
        found = shortened([str(key) for key in given])
        raise InvalidError(f"a frame needs transform_matrix, found {found}")
    return given, side("width", w), side("height", h)


def nerf_lens(given: dict[str, Any], width: int, height: int) -> FloatArray:
    """Returns K of transforms.json's keys: fl_x, fl_y, cx, cy or camera_angle_x, _y (radians)."""

    def focal(axis: str, pixels: int) -> float | None:
        if f"fl_{axis}" in given:
            return real(f"fl_{axis}", given[f"fl_{axis}"])
        angle = given.get(f"camera_angle_{axis}")
        return None if angle is None else focal_of(angle, pixels)

    fx, fy = focal("x", width), focal("y", height)
    if fx is None and fy is None:
        raise InvalidError(
            "a frame needs camera_angle_x or fl_x, in itself or in what it shares with others, "
            f"found {shortened([str(key) for key in given])}"
        )
    fx, fy = fx if fx is not None else fy, fy if fy is not None else fx
    assert fx is not None
    assert fy is not None
    cx, cy = given.get("cx", width / 2), given.get("cy", height / 2)
    return pinhole(fx, fy, real("cx", cx), real("cy", cy))


def nerf_distortion(given: dict[str, Any]) -> None:
    """Refuses frames whose lens bends the image."""
    keys = [k for k in ("k1", "k2", "k3", "k4", "p1", "p2") if given.get(k) is not None]
    bent = [k for k in keys if number(given[k], k) != 0]
    fisheye = given.get("is_fisheye") is not None and truth(given["is_fisheye"], "is_fisheye")
    if fisheye or "FISHEYE" in str(given.get("camera_model", "")):
        bent.insert(0, "a fisheye")
    if bent:
        raise InvalidError(
            f"a camera here has no distortion, found {', '.join(bent)}: undistort the images, or "
            "leave those keys out to see the scene through the pinhole"
        )


def square_focal(k: FloatArray, who: str) -> float:
    """Returns the one focal length of square pixels. Raises InvalidError for others."""
    fx, fy = float(k[0, 0]), float(k[1, 1])
    if abs(fx / fy - 1) > SQUARE:
        raise InvalidError(
            f"{who} has square pixels, so fx has to equal fy, found {fx:.6g} and {fy:.6g}: "
            "camera.replace(K=...) with one focal length"
        )
    return fx


def degrees(focal: float, pixels: float) -> float:
    """Returns the field of view over so many pixels."""
    return math.degrees(2 * math.atan(pixels / (2 * focal)))
