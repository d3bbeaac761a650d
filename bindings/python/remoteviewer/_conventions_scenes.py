"""Cameras as Mitsuba and LuxCore write them in their scenes, to and from numbers."""

from __future__ import annotations

import math
import shlex
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np

from ._conventions import LEFT_UP
from ._errors import InvalidError
from ._matrices import FloatArray, array_of, focal_of, pinhole

# Mitsuba's defaults.
FILM = (768, 576)
MITSUBA_DEPTHS = (1e-2, 1e4)
# LuxCore's.
LUXCORE_DEPTHS = (1e-3, 1e30)
LUXCORE = "scene.camera."


def mitsuba_transform(to_world: FloatArray) -> Any:
    """Returns what mi.load_dict takes where mitsuba is imported, else the matrix."""
    mi = sys.modules.get("mitsuba")
    if mi is None or mi.variant() is None:
        return to_world
    return mi.ScalarTransform4f(to_world)


def mitsuba_dict(sensor: Any) -> dict[str, Any]:
    """Returns a sensor's dict, also of an object that mi.load_dict made."""
    if isinstance(sensor, Mapping):
        return dict(sensor)
    if not hasattr(sensor, "film") or not hasattr(sensor, "world_transform"):
        raise InvalidError(
            f"a sensor has to be a dict or a mitsuba.Sensor, found {type(sensor).__name__}"
        )
    values = sys.modules["mitsuba"].traverse(sensor)
    keys = {key: values[key] for key in values.keys()}  # noqa: SIM118
    found = {
        "type": "perspective" if "x_fov" in keys else "orthographic",
        "to_world": keys.get("to_world"),
        "near_clip": _number(keys.get("near_clip", MITSUBA_DEPTHS[0])),
        "far_clip": _number(keys.get("far_clip", MITSUBA_DEPTHS[1])),
        "film": sensor.film(),
    }
    for name in ("principal_point_offset_x", "principal_point_offset_y"):
        found[name] = _number(keys.get(name, 0.0))
    if "x_fov" in keys:
        found["fov"] = _number(keys["x_fov"])
    return found


def mitsuba_film(sensor: Mapping[str, Any]) -> tuple[int, int]:
    """Returns the film's width and height."""
    for value in sensor.values():
        if isinstance(value, Mapping) and str(value.get("type", "")).endswith("film"):
            return int(value.get("width", FILM[0])), int(value.get("height", FILM[1]))
        if hasattr(value, "crop_size"):
            width, height = np.array(value.size()).ravel()
            return int(width), int(height)
    return FILM


def mitsuba_pose(to_world: Any) -> tuple[FloatArray, float]:
    """Returns c2w, and the scale that an orthographic sensor's width has."""
    matrix = np.eye(4) if to_world is None else _matrix(to_world)
    scale = float(np.linalg.norm(matrix[:3, 0]))
    if abs(scale - float(np.linalg.norm(matrix[:3, 1]))) > 1e-4 * scale:
        raise InvalidError("to_world has to scale x and y alike, found a stretched image")
    return matrix @ LEFT_UP, scale


def mitsuba_focal(sensor: Mapping[str, Any], width: int, height: int) -> float:
    """Returns the focal length in pixels of fov and fov_axis, or of focal_length."""
    diagonal = math.hypot(width, height)
    if "fov" not in sensor:
        # Of a 36 x 24 mm film, along its diagonal.
        text = str(sensor.get("focal_length", "50mm"))
        try:
            millimetres = float(text.replace("mm", ""))
        except ValueError as e:
            raise InvalidError(f"focal_length has to be like '50mm', found {text!r}") from e
        return diagonal * millimetres / math.hypot(36, 24)
    axis = sensor.get("fov_axis", "x")
    pixels = {
        "x": width,
        "y": height,
        "diagonal": diagonal,
        "smaller": min(width, height),
        "larger": max(width, height),
    }
    if axis not in pixels:
        raise InvalidError(f"fov_axis has to be one of {', '.join(pixels)}, found {axis!r}")
    return focal_of(math.radians(_number(sensor["fov"])), pixels[axis])


def mitsuba_centre(sensor: Mapping[str, Any], width: int, height: int) -> tuple[float, float]:
    """Returns the principal point in pixels; offsets are fractions, leftwards and upwards."""
    x = _number(sensor.get("principal_point_offset_x", 0.0))
    y = _number(sensor.get("principal_point_offset_y", 0.0))
    return (0.5 - x) * width, (0.5 - y) * height


def luxcore_window(k: FloatArray, width: int, height: int) -> tuple[float, list[float], bool]:
    """Returns fieldofview in degrees, screenwindow, and whether that isn't LuxCore's own.

    The window's unit is the tangent of half the field of view, which spans the longer side.
    """
    fx, fy, cx, cy = (float(v) for v in (k[0, 0], k[1, 1], k[0, 2], k[1, 2]))
    unit = max(width / fx, height / fy) / 2
    edges = [-cx / fx, (width - cx) / fx, -(height - cy) / fy, cy / fy]
    window = [float(edge / unit) for edge in edges]
    plain = np.allclose(window, luxcore_default(width, height), rtol=0, atol=1e-12)
    return math.degrees(2 * math.atan(unit)), window, not plain


def luxcore_default(width: int, height: int) -> list[float]:
    """Returns the screenwindow that LuxCore takes by itself: the longer side is -1 to 1."""
    x, y = width / max(width, height), height / max(width, height)
    return [-x, x, -y, y]


def luxcore_lens(fov: float, window: list[float], width: int, height: int) -> FloatArray:
    """Returns K; fov 0 for an orthographic camera, whose focal lengths are pixels a unit."""
    left, right, bottom, top = window
    if right <= left or top <= bottom:
        raise InvalidError(f"screenwindow has to be left, right, bottom, top, found {window}")
    unit = math.tan(math.radians(fov) / 2) if fov else 1.0
    fx, fy = width / (right - left) / unit, height / (top - bottom) / unit
    return pinhole(fx, fy, -left * unit * fx, top * unit * fy)


def luxcore_pose(orig: FloatArray, target: FloatArray, up: FloatArray) -> FloatArray:
    """Returns c2w."""
    z = target - orig
    x = np.cross(z, up)
    if not float(np.linalg.norm(x)) > 1e-12 * max(float(np.linalg.norm(z)), 1e-12):
        raise InvalidError(f"up has to lead away from the view's direction, found {up.tolist()}")
    z, x = z / np.linalg.norm(z), x / np.linalg.norm(x)
    c2w = np.eye(4)
    c2w[:3] = np.stack([x, np.cross(z, x), z, orig], axis=1)
    return c2w


def luxcore_properties(given: Any) -> dict[str, list[str]]:
    """Returns the words of every property: of a dict, a text, or pyluxcore.Properties."""
    if isinstance(given, Mapping):
        return {str(key): _words(value) for key, value in given.items()}
    text = given if isinstance(given, str) else str(given)
    found = {}
    for line in text.splitlines():
        key, equals, values = line.partition("=")
        if equals and not key.strip().startswith("#"):
            found[key.strip()] = shlex.split(values)
    return found


def luxcore_numbers(
    properties: Mapping[str, list[str]], key: str, count: int, default: list[float] | None = None
) -> list[float]:
    """Returns a property's numbers. Raises InvalidError where it has others, or none."""
    words = properties.get(key)
    if words is None and default is not None:
        return default
    try:
        numbers = [float(word) for word in words or []]
    except ValueError:
        numbers = []
    if len(numbers) != count:
        raise InvalidError(f"{key} has to be {count} numbers, found {words}")
    return numbers


def _words(value: Any) -> list[str]:
    if isinstance(value, str):
        return value.split()
    if isinstance(value, (list, tuple, np.ndarray)):
        return [str(v) if isinstance(v, str) else repr(float(v)) for v in value]
    return [str(value)]


def _matrix(value: Any) -> FloatArray:
    """A Mitsuba transform, of any variant, or an array."""
    matrix = np.array(getattr(value, "matrix", value), dtype=np.float64)
    if matrix.shape == (4, 4, 1):
        matrix = matrix[..., 0]
    return array_of("to_world", matrix, (4, 4))


def _number(value: Any) -> float:
    """A float, or a variant's array of one."""
    array = np.array(value, dtype=np.float64).ravel()
    if array.size != 1:
        raise InvalidError(f"a sensor's values have to be one number each, found {array.size}")
    return float(array[0])
