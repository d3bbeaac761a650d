"""What a camera holds, and its way through the C library."""

from __future__ import annotations

import ctypes
import math
from typing import Any, TypeVar

import numpy as np

from . import _abi
from ._camera_tensors import known_device
from ._errors import InvalidError
from ._library import session_text, struct_of
from ._matrices import (
    FloatArray,
    copied,
    depth_range,
    frozen,
    intrinsics,
    inverse,
    pose,
    real,
    side,
    vector,
)
from ._values import one_of

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
# What `replace` may change, beside c2w and K.
FIELDS = (
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

Self = TypeVar("Self", bound="Core")


class Core:
    """A camera's numbers; see Camera."""

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
        self.projection = one_of("projection", projection, *PROJECTIONS)
        self.ortho_height = real("ortho_height", ortho_height)
        if projection == "orthographic" and self.ortho_height <= 0:
            raise InvalidError(f"ortho_height has to be above 0 world units, found {ortho_height}")
        self.near, self.far = depth_range(near, far, projection)
        self.up, self.target = vector("up", up), vector("target", target)
        self.time = real("time", time)
        self.seq, self.cause, self._viewer = 0, "", (0, 0)
        self._device = device
        self._cache: dict[str, Any] = {}

    @classmethod
    def _from_struct(cls: type[Self], struct: _abi.RvCamera, device: Any = None) -> Self:
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

    def _same_view(self, other: Core | None) -> bool:
        """Says whether both would render the same image."""
        return other is not None and self == other

    def __eq__(self, other: object) -> bool:
        return self._identity() == other._identity() if isinstance(other, Core) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._identity())

    def __reduce__(self) -> tuple[Any, ...]:
        kept = {name: getattr(self, name) for name in Core.__slots__ if name != "_cache"}
        return _restored, (self.__class__, kept)

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
        # 0.0 makes a zero of -0.0, whose bytes differ.
        return ((self.c2w + 0.0).tobytes(), (self.K + 0.0).tobytes(), size)

    def to(self: Self, device: Any) -> Self:
        """Returns the same camera with its tensors on a torch device, such as "cuda:1" or "cpu".
        Raises InvalidError for one that torch, where it is imported, doesn't know.
        """
        known_device(device)
        other = self.__class__.__new__(self.__class__)
        for name in Core.__slots__:
            setattr(other, name, getattr(self, name))
        other._device, other._cache = device, {}
        return other

    def replace(self: Self, **changes: Any) -> Self:
        """Returns a camera with some of `c2w`, `K`, `width`, `height`, `near`, `far`, `fov_y`,
        `projection`, `ortho_height`, `up`, `target`, `time` changed, as Camera() takes them.

        K stays as it is in pixels: change it with the size, or give `fov_y`. Raises InvalidError.
        """
        kept = {name: getattr(self, name) for name in FIELDS}
        if "fov_y" not in changes:
            kept["K"] = self.K
        known = {"c2w": self.c2w, "device": self._device, **kept, **changes}
        try:
            return self.__class__(**known)
        except TypeError as e:
            raise InvalidError(f"a camera has {', '.join(('c2w', 'K', *FIELDS))}: {e}") from e

    @property
    def w2c(self) -> FloatArray:
        """(4, 4) float64 numpy, world to camera."""
        return self._cached("w2c", lambda: frozen(inverse(self.c2w)))  # type: ignore[no-any-return]

    @property
    def position(self) -> FloatArray:
        """(3,) float64 numpy, the camera's centre in the world."""
        return self.c2w[:3, 3]

    @property
    def viewer(self) -> str:
        """The session of the viewer that sent it, 32 hex digits; "" for one made here."""
        return session_text(*self._viewer)

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

    def _pixels_per_unit(self) -> float:
        """Of an orthographic image, in both directions."""
        return self.height / self.ortho_height

    def _off_centre(self) -> FloatArray:
        """How far the principal point is from the image's centre, (2,), pixels."""
        return self.K[:2, 2] - np.array([self.width, self.height]) / 2

    def _cached(self, key: str, make: Any) -> Any:
        value = self._cache.get(key)
        if value is None:
            value = self._cache[key] = make()
        return value

    def __repr__(self) -> str:
        x, y, z = (float(v) for v in self.position)
        fov = math.degrees(self.FoVy)
        lens = f"{self.width}x{self.height}, {self.projection} {fov:.1f} deg"
        return f"Camera({lens}, at ({x:.4g}, {y:.4g}, {z:.4g}))"


def _restored(cls: type[Self], kept: dict[str, Any]) -> Self:
    """Makes a camera of what `__reduce__` gave. Copied arrays can be written to."""
    self = cls.__new__(cls)
    for name, value in kept.items():
        setattr(self, name, frozen(value) if isinstance(value, np.ndarray) else value)
    self._cache = {}
    return self
