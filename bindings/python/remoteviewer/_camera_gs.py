"""gaussian-splatting's camera: the names and matrices of its code."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from ._camera_tensors import tensor
from ._matrices import FloatArray, array_of, placed, splat_projection

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


def splat_pose(given: Any) -> FloatArray:
    """Returns w2c of a gaussian-splatting camera object, from its matrix or its R and T."""
    row_vectors = getattr(given, "world_view_transform", None)
    if row_vectors is not None:
        w2c: FloatArray = array_of("world_view_transform", row_vectors, (4, 4)).T
        return w2c
    rotation, translation = array_of("R", given.R, (3, 3)), array_of("T", given.T, (3,))
    return placed(rotation.T, translation)
