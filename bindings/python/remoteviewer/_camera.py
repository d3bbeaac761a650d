"""The camera that a viewer sends, in the forms that renderers take."""

from __future__ import annotations

import ctypes
import math
import sys
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _abi
from ._errors import InvalidError
from ._library import session_text, struct_of
from ._matrices import (
    FloatArray,
    copied,
    depth_range,
    frozen,
    gl_orthographic,
    gl_perspective,
    intrinsics,
    pose,
    side,
    splat_projection,
    vector,
)

# A float32 torch tensor where torch is imported, else a numpy array.
Tensor = Any

PROJECTIONS = {
    "perspective": _abi.RV_PERSPECTIVE,
    "orthographic": _abi.RV_ORTHOGRAPHIC,
    "equirect": _abi.RV_EQUIRECT,
}
_PROJECTION_NAMES = {number: name for name, number in PROJECTIONS.items()}
_CAUSE_NAMES = {
    _abi.RV_CAUSE_INPUT: "input",
    _abi.RV_CAUSE_SIZE: "size",
    _abi.RV_CAUSE_REPEAT: "repeat",
    _abi.RV_CAUSE_JOIN: "join",
}
_VIEW_FIELDS = (
    "width",
    "height",
    "near",
    "far",
    "projection",
    "ortho_height",
    "up",
    "target",
    "time",
)
_FLIP = np.diag([1.0, -1.0, -1.0, 1.0])


class Camera:
    """A camera. Nothing in it changes; what is derived is computed once, when asked for.

    Axes are OpenCV's: x right, y down, z forward. Matrices are for column
    vectors, except gaussian-splatting's, which are for row vectors.

    Attributes:
        c2w, w2c: (4, 4) float64 numpy, camera to world and its inverse.
        K: (3, 3) float64 numpy in pixels; origin at the image's top-left corner, pixel
            centres at +0.5, so that cx = width/2 is central.
        width, height (also image_width, image_height): pixels.
        near, far (also znear, zfar): world units along the z axis.
        projection: "perspective", "orthographic" or "equirect".
        ortho_height: world units across the image's height; orthographic only.
        up, target: (3,) float64 numpy, what navigation holds upright and turns about.
        time: seconds of the scene's own time.
        cause: why the viewer sent it: "input", "size", "repeat", "join"; "" for one made here.
        seq: counts the cameras of one viewer; 0 for one made here.
        FoVx, FoVy: radians.
        world_view_transform, full_proj_transform, projection_matrix: (4, 4), and
            camera_center: (3,), as gaussian-splatting's Camera has them (for row vectors;
            the principal point is the centre).
        mvp_gl: (4, 4), world to OpenGL clip space for nvdiffrast (column vectors). What is
            rendered with it has the bottom row first: `out.flip(0)`, or show it with
            `rv.Image(out, origin="bottom")`.

    The last two lines are float32 torch tensors if torch is imported, on `device`
    or else the current CUDA device or else the CPU; without torch they are float32 numpy.
    """

    __slots__ = (
        "K",
        "_cache",
        "_device",
        "_viewer",
        "c2w",
        "cause",
        "far",
        "height",
        "near",
        "ortho_height",
        "projection",
        "seq",
        "target",
        "time",
        "up",
        "width",
    )  # fmt: skip

    def __init__(
        self,
        c2w: Any,
        K: Any = None,
        *,
        width: int = 1280,
        height: int = 720,
        near: float = 0.01,
        far: float = 100.0,
        fov_y: float | None = None,
        projection: str = "perspective",
        ortho_height: float = 0.0,
        up: Any = (0.0, -1.0, 0.0),
        target: Any = (0.0, 0.0, 0.0),
        time: float = 0.0,
        device: Any = None,
    ) -> None:
        """Makes a camera from a (4, 4) or (3, 4) camera-to-world matrix.

        Without `K` the vertical field of view is `fov_y` degrees, or 60. Raises
        InvalidError for wrong shapes, values that aren't finite, a scaled or
        mirrored matrix, sizes outside 1..32768 and near >= far.
        """
        self.c2w = pose(c2w)
        self.width, self.height = side("width", width), side("height", height)
        self.K = intrinsics(K, fov_y, self.width, self.height)
        if projection not in PROJECTIONS:
            raise InvalidError(
                f"projection has to be one of {', '.join(PROJECTIONS)}, found {projection!r}"
            )
        self.projection = projection
        self.ortho_height = float(ortho_height)
        if projection == "orthographic" and not 0 < self.ortho_height < math.inf:
            raise InvalidError(f"ortho_height has to be above 0 world units, found {ortho_height}")
        self.near, self.far = depth_range(near, far, projection)
        self.up, self.target = vector("up", up), vector("target", target)
        self.time = float(time)
        self.seq, self.cause, self._viewer = 0, "", (0, 0)
        self._device = device
        self._cache: dict[str, Any] = {}

    @classmethod
    def _from_struct(cls, struct: _abi.RvCamera, device: Any = None) -> Camera:
        """Copies a camera that the library gave, which has been checked there."""
        self = cls.__new__(cls)
        self.c2w = copied(struct.c2w, (4, 4))
        self.K = copied(struct.k, (3, 3))
        self.width, self.height = struct.width, struct.height
        self.near, self.far = struct.z_near, struct.z_far
        self.projection = _PROJECTION_NAMES.get(struct.projection, "perspective")
        self.ortho_height = struct.ortho_height
        self.up, self.target = copied(struct.up, (3,)), copied(struct.target, (3,))
        self.time, self.seq = struct.time, struct.seq
        self.cause = _CAUSE_NAMES.get(struct.cause, "")
        self._viewer = (struct.viewer_high, struct.viewer_low)
        self._device, self._cache = device, {}
        return self

    def _to_struct(self) -> _abi.RvCamera:
        struct: _abi.RvCamera = struct_of(_abi.RvCamera)
        struct.projection = PROJECTIONS[self.projection]
        for field, values in (
            ("c2w", self.c2w),
            ("k", self.K),
            ("up", self.up),
            ("target", self.target),
        ):
            ctypes.memmove(getattr(struct, field), values.ctypes.data, values.nbytes)
        struct.width, struct.height = self.width, self.height
        struct.z_near, struct.z_far = self.near, self.far
        struct.ortho_height, struct.time, struct.seq = self.ortho_height, self.time, self.seq
        struct.viewer_high, struct.viewer_low = self._viewer
        struct.cause = next(
            (number for number, name in _CAUSE_NAMES.items() if name == self.cause), 0
        )
        return struct

    def _same_view(self, other: Camera | None) -> bool:
        """Says whether both would render the same image."""
        return other is not None and self._identity() == other._identity()

    def _identity(self) -> tuple[Any, ...]:
        return self._cached("identity", self._make_identity)  # type: ignore[no-any-return]

    def _make_identity(self) -> tuple[Any, ...]:
        size = (
            self.width,
            self.height,
            self.near,
            self.far,
            self.projection,
            self.ortho_height,
            self.time,
        )
        return (self.c2w.tobytes(), self.K.tobytes(), size)

    def to(self, device: Any) -> Camera:
        """Returns the same camera with its tensors on a torch device, such as "cuda:1" or "cpu"."""
        other = Camera.__new__(Camera)
        for name in self.__slots__:
            setattr(other, name, getattr(self, name))
        other._device, other._cache = device, {}
        return other

    def gs(self, device: Any = None) -> Camera:
        """Returns what gaussian-splatting's `render` takes as its camera, on a torch device."""
        return self if device is None else self.to(device)

    @property
    def w2c(self) -> FloatArray:
        """(4, 4) float64 numpy, world to camera."""
        return self._cached("w2c", self._make_w2c)  # type: ignore[no-any-return]

    @property
    def position(self) -> FloatArray:
        """(3,) float64 numpy, the camera's centre in the world."""
        return self.c2w[:3, 3]

    @property
    def viewer(self) -> str:
        """The session of the viewer that sent it, 32 hex digits; "" for one made here."""
        return session_text(*self._viewer)

    @property
    def image_width(self) -> int:
        """Pixels."""
        return self.width

    @property
    def image_height(self) -> int:
        """Pixels."""
        return self.height

    @property
    def znear(self) -> float:
        """World units."""
        return self.near

    @property
    def zfar(self) -> float:
        """World units."""
        return self.far

    @property
    def FoVx(self) -> float:
        """Radians, horizontal, as of a camera with a central principal point."""
        return (
            2 * math.pi
            if self.projection == "equirect"
            else 2 * math.atan(self.width / (2 * self.K[0, 0]))
        )

    @property
    def FoVy(self) -> float:
        """Radians, vertical, as of a camera with a central principal point."""
        return (
            math.pi
            if self.projection == "equirect"
            else 2 * math.atan(self.height / (2 * self.K[1, 1]))
        )

    @property
    def world_view_transform(self) -> Tensor:
        """(4, 4) float32, world to camera for row vectors."""
        return self._cached("world_view", lambda: self._tensor(self.w2c.T))

    @property
    def projection_matrix(self) -> Tensor:
        """(4, 4) float32, camera to clip space for row vectors, z from 0 to 1."""
        return self._cached("projection", lambda: self._tensor(self._splat_projection().T))

    @property
    def full_proj_transform(self) -> Tensor:
        """(4, 4) float32, world to clip space for row vectors."""
        return self._cached("full", lambda: self._tensor((self._splat_projection() @ self.w2c).T))

    @property
    def camera_center(self) -> Tensor:
        """(3,) float32, the camera's centre in the world."""
        return self._cached("centre", lambda: self._tensor(self.position))

    @property
    def mvp_gl(self) -> Tensor:
        """(4, 4) float32, world to OpenGL clip space for column vectors; bottom row first."""
        return self._cached(
            "mvp_gl", lambda: self._tensor(self._gl_projection() @ _FLIP @ self.w2c)
        )

    def _make_w2c(self) -> FloatArray:
        w2c = np.eye(4)
        w2c[:3, :3] = self.c2w[:3, :3].T
        w2c[:3, 3] = -w2c[:3, :3] @ self.position
        return frozen(w2c)

    def _splat_projection(self) -> FloatArray:
        return splat_projection(self.K, self.width, self.height, self.near, self.far)

    def _gl_projection(self) -> FloatArray:
        if self.projection == "equirect":
            raise InvalidError(
                "a panorama has no projection matrix: use c2w, and rays over 360 x 180 degrees"
            )
        size = (self.width, self.height)
        if self.projection == "orthographic":
            return gl_orthographic(self.K, *size, self.near, self.far, self.ortho_height)
        return gl_perspective(self.K, *size, self.near, self.far)

    def _cached(self, key: str, make: Any) -> Any:
        value = self._cache.get(key)
        if value is None:
            value = self._cache[key] = make()
        return value

    def _tensor(self, values: npt.NDArray[Any]) -> Tensor:
        single = np.ascontiguousarray(values, dtype=np.float32)
        torch = sys.modules.get("torch")
        if torch is None:
            single.setflags(write=False)
            return single
        device = self._device
        if device is None:
            device = "cuda" if torch.cuda.is_available() else "cpu"
        return torch.from_numpy(single).to(device)

    def __repr__(self) -> str:
        x, y, z = (float(v) for v in self.position)
        fov = math.degrees(self.FoVy)
        lens = f"{self.width}x{self.height}, {self.projection} {fov:.1f} deg"
        return f"Camera({lens}, at ({x:.4g}, {y:.4g}, {z:.4g}))"


def view_struct(c2w: Any, given: dict[str, Any]) -> _abi.RvCamera:
    """Returns what rv_set_view takes, from a matrix or a Camera and what is known beside it."""
    known = {key: value for key, value in given.items() if value is not None}
    sized = "width" in known and "height" in known
    if isinstance(c2w, Camera):
        if "K" not in known and ("fov_y" not in known) and not sized:
            known["K"] = c2w.K
        base = {name: getattr(c2w, name) for name in _VIEW_FIELDS}
        known, c2w, sized = {**base, **known}, c2w.c2w, True
    if c2w is None:
        raise InvalidError("a view needs c2w, a (4, 4) camera-to-world matrix, found None")
    if not sized and ("K" in known or "width" in known or "height" in known):
        raise InvalidError("K is in pixels: give width and height of the image that it belongs to")
    struct = Camera(c2w, **known)._to_struct()
    if not sized and "fov_y" not in known:
        # The window's size, at the default field of view.
        ctypes.memset(struct.k, 0, ctypes.sizeof(struct.k))
        struct.width = struct.height = 0
    return struct
