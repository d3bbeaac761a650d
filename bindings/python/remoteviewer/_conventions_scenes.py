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
from ._matrices import FloatArray, array_of, focal_of, pinhole, side
from ._values import number, one_of, shortened

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
            f"a sensor has to be a dict for mi.load_dict or a mitsuba.Sensor, "
            f"found {shortened(sensor)}"
        )
    mi = sys.modules.get("mitsuba")
    if mi is None:
        raise InvalidError(
            f"a sensor has to be a dict where mitsuba isn't imported, found {shortened(sensor)}"
        )
    values = mi.traverse(sensor)
    keys = {key: values[key] for key in values.keys()}  # noqa: SIM118
    found = {
        "type": "perspective" if "x_fov" in keys else "orthographic",
        "to_world": keys.get("to_world"),
        "near_clip": _number(keys.get("near_clip", MITSUBA_DEPTHS[0]), "near_clip"),
        "far_clip": _number(keys.get("far_clip", MITSUBA_DEPTHS[1]), "far_clip"),
        "film": sensor.film(),
    }
    for name in ("principal_point_offset_x", "principal_point_offset_y"):
        found[name] = _number(keys.get(name, 0.0), name)
    if "x_fov" in keys:
        found["fov"] = _number(keys["x_fov"], "x_fov")
    return found


def mitsuba_film(sensor: Mapping[str, Any], width: Any, height: Any) -> tuple[int, int]:
    """Returns the film's width and height, where others aren't given."""
    film = _film(sensor)
    w, h = film[0] if width is None else width, film[1] if height is None else height
    return side("width", w), side("height", h)


def _film(sensor: Mapping[str, Any]) -> tuple[Any, Any]:
    for value in sensor.values():
        if isinstance(value, Mapping) and str(value.get("type", "")).endswith("film"):
            return value.get("width", FILM[0]), value.get("height", FILM[1])
        if hasattr(value, "crop_size"):
            width, height = np.array(value.size()).ravel()
            return width, height
    if sensor.get("film") is not None:
        raise InvalidError(
            "film has to be a film's dict, as {'type': 'hdrfilm', 'width': w, 'height': h}, "
            f"found {shortened(sensor['film'])}"
        )
    return FILM


def mitsuba_pose(to_world: Any) -> tuple[FloatArray, float]:
    """Returns c2w, and the scale that an orthographic sensor's width has."""
    matrix = np.eye(4) if to_world is None else _matrix(to_world)
    scale = float(np.linalg.norm(matrix[:3, 0]))
    if not scale:
        raise InvalidError("to_world has to have an x axis, found one of length 0")
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
        except ValueError:
            millimetres = 0.0
        if not 0 < millimetres < math.inf:
            raise InvalidError(f"focal_length has to be like '50mm', found {shortened(text)}")
        return diagonal * millimetres / math.hypot(36, 24)
    pixels = {
        "x": width,
        "y": height,
        "diagonal": diagonal,
        "smaller": min(width, height),
        "larger": max(width, height),
    }
    axis = one_of("fov_axis", sensor.get("fov_axis", "x"), *pixels)
    fov = _number(sensor["fov"], "fov")
    if not 0 < fov < 180:
        raise InvalidError(f"fov has to be inside 0 to 180 degrees, found {fov}")
    return focal_of(math.radians(fov), pixels[axis])


def mitsuba_centre(sensor: Mapping[str, Any], width: int, height: int) -> tuple[float, float]:
    """Returns the principal point in pixels; offsets are fractions, leftwards and upwards."""
    names = ("principal_point_offset_x", "principal_point_offset_y")
    x, y = (_number(sensor.get(name, 0.0), name) for name in names)
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


def luxcore_lens(fov: float | None, window: list[float], width: int, height: int) -> FloatArray:
    """Returns K; fov None for an orthographic camera, whose focal lengths are pixels a unit."""
    if fov is not None and not 0 < fov < 180:
        raise InvalidError(f"fieldofview has to be inside 0 to 180 degrees, found {fov}")
    left, right, bottom, top = window
    if right <= left or top <= bottom:
        raise InvalidError(f"screenwindow has to be left, right, bottom, top, found {window}")
    unit = 1.0 if fov is None else math.tan(math.radians(fov) / 2)
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
        found = {str(key): _words(str(key), value) for key, value in given.items()}
    elif isinstance(given, str) or hasattr(given, "GetAllNames"):
        found = _lines(str(given))
    else:
        found = {}
    if not any(key.startswith(LUXCORE) for key in found):
        raise InvalidError(
            "properties have to be a dict with scene.camera.*, the text of a .scn file or "
            f"pyluxcore.Properties, found {shortened(given)}"
        )
    return found


def _lines(text: str) -> dict[str, list[str]]:
    found = {}
    for line in text.splitlines():
        key, equals, values = line.partition("=")
        if equals and not key.strip().startswith("#"):
            try:
                found[key.strip()] = shlex.split(values)
            except ValueError as e:
                raise InvalidError(f"a line has to be NAME = VALUES, found {line!r}: {e}") from e
    return found


def luxcore_film(properties: Mapping[str, list[str]], width: Any, height: Any) -> tuple[int, int]:
    """Returns the film's width and height, where others aren't given."""
    size = []
    for name, value in (("width", width), ("height", height)):
        if value is None and f"film.{name}" not in properties:
            raise InvalidError(f"film.{name} isn't among these properties: give width and height")
        size.append(
            side(
                name, luxcore_numbers(properties, f"film.{name}", 1)[0] if value is None else value
            )
        )
    return size[0], size[1]


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
    if len(numbers) != count or not np.isfinite(numbers).all():
        wanted = "a finite number" if count == 1 else f"{count} finite numbers"
        found = "none" if words is None else shortened(words)
        raise InvalidError(f"{key} has to be {wanted}, found {found}")
    return numbers


def _words(key: str, value: Any) -> list[str]:
    if isinstance(value, str):
        return value.split()
    if isinstance(value, (list, tuple)) or (isinstance(value, np.ndarray) and value.ndim):
        return [str(v) if isinstance(v, str) else repr(number(v, key)) for v in value]
    return [shortened(value)]


def _matrix(value: Any) -> FloatArray:
    """A Mitsuba transform, of any variant, or an array."""
    matrix = array_of("to_world", getattr(value, "matrix", value), (4, 4), (4, 4, 1))
    return matrix.reshape(4, 4)


def _number(value: Any, name: str) -> float:
    """A float, or a variant's array of one."""
    return float(array_of(name, value, (), (1,)).ravel()[0])
