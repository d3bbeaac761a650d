"""What the batched conventions say of one camera."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ._conventions import LEFT_UP, ndc_scale
from ._errors import InvalidError
from ._matrices import FloatArray, array_of, inverse, pinhole, placed, pose, side
from ._values import one_of, shortened, truth


def gsplat_parts(
    viewmats: Any, Ks: Any, height: int, camera_model: str
) -> tuple[FloatArray, FloatArray, dict[str, Any]]:
    """Returns w2c, K and the rest."""
    w2c = _single("viewmats", viewmats, (4, 4))
    k = _single("Ks", Ks, (3, 3))
    if one_of("camera_model", camera_model, "pinhole", "ortho") == "pinhole":
        return w2c, k, {}
    units = _ortho_height(float(k[0, 0]), float(k[1, 1]), height)
    return w2c, k, dict(projection="orthographic", ortho_height=units)


def pytorch3d_parts(
    camera: Any, width: int | None, height: int | None, orthographic: bool | None
) -> tuple[FloatArray, FloatArray, dict[str, Any]]:
    """Returns c2w, K and the rest."""
    if "FoV" in type(camera).__name__ or _part(camera, "focal_length") is None:
        raise InvalidError(
            "a PyTorch3D camera has to be PerspectiveCameras or OrthographicCameras with a "
            f"focal_length, or a dict of their keywords, found {shortened(camera)}"
        )
    if _part(camera, "K") is not None:
        raise InvalidError("this PyTorch3D camera has K: give focal_length and principal_point")
    w, h = _image_size(camera, width, height)
    view = placed(
        _single("R", _part(camera, "R"), (3, 3)).T, _single("T", _part(camera, "T"), (3,))
    )
    c2w = inverse(pose(LEFT_UP @ view))
    focal = np.broadcast_to(_numbers("focal_length", _part(camera, "focal_length")), (2,))
    centre = _part(camera, "principal_point")
    in_ndc = _part(camera, "in_ndc")
    ndc = in_ndc is None or truth(in_ndc() if callable(in_ndc) else in_ndc, "in_ndc")
    point = np.zeros(2) if centre is None else _numbers("principal_point", centre)
    if ndc:
        unit = ndc_scale(w, h)
        focal, point = focal * unit, np.array([w, h]) / 2 - point * unit
    k = pinhole(*focal, *point)
    lens: dict[str, Any] = dict(width=w, height=h)
    if orthographic is None:
        orthographic = "Orthographic" in type(camera).__name__
    if truth(orthographic, "orthographic"):
        units = _ortho_height(float(focal[0]), float(focal[1]), h)
        lens.update(projection="orthographic", ortho_height=units)
    return c2w, k, lens


def _image_size(camera: Any, width: int | None, height: int | None) -> tuple[int, int]:
    if width is None or height is None:
        size = _part(camera, "image_size")
        if size is None:
            raise InvalidError("this PyTorch3D camera has no image_size: give width and height")
        h, w = np.broadcast_to(_numbers("image_size", size), (2,))
        width, height = w if width is None else width, h if height is None else height
    return side("width", width), side("height", height)


def _part(camera: Any, name: str) -> Any:
    return camera.get(name) if isinstance(camera, Mapping) else getattr(camera, name, None)


def _numbers(name: str, value: Any) -> FloatArray:
    """One or two numbers, of a batch of one."""
    return _single(name, value, (2,), (1,), ())


def _single(name: str, value: Any, *shapes: tuple[int, ...]) -> FloatArray:
    """The one of a batch of one."""
    batches = [(1, *shape) for shape in shapes]
    array = array_of(name, value, *shapes, *(b for b in batches if b not in shapes))
    return array if array.shape in shapes else array[0]


def _ortho_height(x: float, y: float, height: int) -> float:
    if not (x > 0 and y > 0 and abs(x / y - 1) <= 1e-4):
        raise InvalidError(f"an orthographic image needs square pixels, found {x} and {y} a unit")
    return height / y
