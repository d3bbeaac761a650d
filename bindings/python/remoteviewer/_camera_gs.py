"""gaussian-splatting's camera: the names and matrices of its code."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ._camera_tensors import tensor
from ._errors import InvalidError
from ._matrices import FloatArray, array_of, pinhole, placed, real, side, splat_projection
from ._values import shortened

if TYPE_CHECKING:
    from ._camera_core import Core

# The principal point may be this far from the centre, pixels, before it is said.
CENTRED = 0.5


class SplatCamera:
    """What gaussian-splatting's `render` takes, with the names of its Camera.

    Matrices are for row vectors (transposed), (4, 4), tensors on `data_device`, or numpy
    without torch. Pixel centres are at integers: u = fx x/z + width/2 - 0.5.

    Attributes:
        world_view_transform: w2c transposed; projection_matrix: to clip space, z from 0 to
            1, y down; full_proj_transform: both; camera_center: (3,).
        R, T: float64 numpy; the rotation of c2w (that is COLMAP's transposed), and the
            translation of w2c. trans and scale are 0 and 1.
        FoVx, FoVy: radians. image_width, image_height: pixels. znear, zfar: world units.
        uid, colmap_id, image_name, time, data_device, camera (the rv.Camera).
    """

    world_view_transform: Any
    projection_matrix: Any
    full_proj_transform: Any
    camera_center: Any

    def __init__(self, camera: Core, device: Any, shift: bool, dtype: str) -> None:
        projection = splat_matrix(camera, shift)
        matrices = (camera.w2c.T, projection.T, (projection @ camera.w2c).T)
        # One copy to the device for all.
        numbers = np.concatenate([*(m.ravel() for m in matrices), camera.position])
        packed = tensor(numbers, device, dtype)
        names = ("world_view_transform", "projection_matrix", "full_proj_transform")
        for i, name in enumerate(names):
            setattr(self, name, packed[16 * i : 16 * i + 16].reshape(4, 4))
        self.camera_center = packed[48:]
        self.R = camera.c2w[:3, :3].copy()
        self.T = camera.w2c[:3, 3].copy()
        self.trans, self.scale = np.zeros(3), 1.0
        self.FoVx, self.FoVy = camera.FoVx, camera.FoVy
        self.image_width, self.image_height = camera.width, camera.height
        self.znear, self.zfar, self.time = camera.near, camera.far, camera.time
        self.uid, self.colmap_id, self.image_name = 0, 0, ""
        self.data_device = getattr(packed, "device", "cpu")
        self.camera = camera


def splat_matrix(camera: Core, shift: bool) -> FloatArray:
    """Returns the projection, for column vectors."""
    size = (camera.width, camera.height)
    matrix = splat_projection(camera.K, *size, camera.near, camera.far)
    if shift:
        matrix[:2, 2] = 2 * camera.K[:2, 2] / size - 1
    return matrix


def warn_off_centre(camera: Core) -> None:
    """Says once what gaussian-splatting leaves out of K."""
    off = camera._off_centre()
    if np.abs(off).max() > CENTRED:
        warnings.warn(
            f"gaussian-splatting's principal point is the image's centre, this one is "
            f"({off[0]:.1f}, {off[1]:.1f}) pixels off it, and so will the image be: "
            "gs(shift=True) puts it into the projection matrix",
            stacklevel=3,
        )


def splat_entry(given: Mapping[str, Any]) -> tuple[FloatArray, FloatArray, dict[str, Any]]:
    """Returns c2w, K and the size of an entry of cameras.json."""
    needed = ("rotation", "position", "width", "height", "fx", "fy")
    missing = [key for key in needed if key not in given]
    if missing:
        raise InvalidError(
            f"an entry of cameras.json needs {', '.join(missing)}, "
            f"found {shortened([str(key) for key in given])}"
        )
    c2w = placed(
        array_of("rotation", given["rotation"], (3, 3)),
        array_of("position", given["position"], (3,)),
    )
    width, height = side("width", given["width"]), side("height", given["height"])
    k = pinhole(real("fx", given["fx"]), real("fy", given["fy"]), width / 2, height / 2)
    return c2w, k, dict(width=width, height=height)


def splat_object(given: Any) -> tuple[FloatArray, dict[str, Any], dict[str, Any]]:
    """Returns w2c of a Camera or MiniCam, its fields of view and size, and what else it knows."""
    names = ("FoVx", "FoVy", "image_width", "image_height")
    pose_is_there = hasattr(given, "world_view_transform") or hasattr(given, "R")
    if not pose_is_there or not all(hasattr(given, name) for name in names):
        raise InvalidError(
            "a camera has to be gaussian-splatting's Camera or MiniCam, with world_view_transform "
            f"or R and T, {', '.join(names)}, or an entry of its cameras.json, "
            f"found {shortened(given)}: give R, T, FoVx, FoVy, width and height by name"
        )
    lens = dict(FoVx=given.FoVx, FoVy=given.FoVy)
    lens.update(width=given.image_width, height=given.image_height)
    known = {}
    for name, theirs in (("near", "znear"), ("far", "zfar"), ("time", "time")):
        if isinstance(getattr(given, theirs, None), (int, float)):
            known[name] = getattr(given, theirs)
    return _splat_pose(given), lens, known


def _splat_pose(given: Any) -> FloatArray:
    row_vectors = getattr(given, "world_view_transform", None)
    if row_vectors is not None:
        w2c: FloatArray = array_of("world_view_transform", row_vectors, (4, 4)).T
        return w2c
    rotation = array_of("R", getattr(given, "R", None), (3, 3))
    return placed(rotation.T, array_of("T", getattr(given, "T", None), (3,)))
