"""A camera in the forms that renderers take."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ._camera_core import Core
from ._camera_gs import SplatCamera, splat_matrix, warn_off_centre
from ._camera_tensors import Tensor, tensor
from ._conventions import LEFT_UP, degrees, ndc_scale, quaternion_of, square_focal
from ._conventions_scenes import LUXCORE, luxcore_window, mitsuba_transform
from ._errors import InvalidError
from ._images import Image
from ._matrices import FLIP, FloatArray, frozen, pinhole, projection_gl
from ._values import truth


class Colmap(NamedTuple):
    """A line of images.txt and of cameras.txt; the model is PINHOLE."""

    qvec: FloatArray  # (4,), w, x, y, z with w >= 0, world to camera
    tvec: FloatArray  # (3,), world to camera
    params: FloatArray  # (4,), fx, fy, cx, cy in pixels, pixel centres at +0.5


class Nvdiffrast(NamedTuple):
    """A camera for nvdiffrast, whose images have the bottom row first.

    pos = homogeneous @ nv.mvp.T                        # [1, N, 4], homogeneous [1, N, 4]
    rast, _ = dr.rasterize(context, pos, triangles, resolution=nv.resolution)
    viewer.show(rgb=nv.image(colour))                   # the right way up; or colour.flip(1)
    """

    mvp: Tensor  # (4, 4), world to OpenGL clip space, column vectors
    resolution: tuple[int, int]  # height, width
    origin: str = "bottom"  # where row 0 of what is rendered belongs

    def image(self, array: Any, **options: Any) -> Image:
        """Returns an rv.Image whose first row is the bottom one; options are its own."""
        return Image(array, **{"origin": self.origin, **options})


class Exports(Core):
    """See Camera."""

    __slots__ = ()

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
    def world_view_transform(self) -> Tensor:
        """(4, 4) float32, world to camera for row vectors."""
        return self._cached("world_view", lambda: tensor(self.w2c.T, self._device))

    @property
    def projection_matrix(self) -> Tensor:
        """(4, 4) float32, camera to clip space for row vectors, z from 0 to 1."""
        return self._cached("projection", lambda: tensor(self._splat().T, self._device))

    @property
    def full_proj_transform(self) -> Tensor:
        """(4, 4) float32, world to clip space for row vectors."""
        return self._cached("full", lambda: tensor((self._splat() @ self.w2c).T, self._device))

    @property
    def camera_center(self) -> Tensor:
        """(3,) float32, the camera's centre in the world."""
        return self._cached("centre", lambda: tensor(self.position, self._device))

    @property
    def c2w_gl(self) -> FloatArray:
        """(4, 4) float64 numpy, camera to world with OpenGL's axes: c2w diag(1,-1,-1,1)."""
        return self._cached("c2w_gl", lambda: frozen(self.c2w @ FLIP))  # type: ignore[no-any-return]

    @property
    def w2c_gl(self) -> FloatArray:
        """(4, 4) float64 numpy, world to camera with OpenGL's axes: diag(1,-1,-1,1) w2c."""
        return self._cached("w2c_gl", lambda: frozen(FLIP @ self.w2c))  # type: ignore[no-any-return]

    @property
    def view_gl(self) -> Tensor:
        """(4, 4) float32, OpenGL's view matrix: w2c_gl for a renderer."""
        return self._cached("view_gl", lambda: tensor(self.w2c_gl, self._device))

    @property
    def proj_gl(self) -> Tensor:
        """(4, 4) float32, OpenGL's projection matrix, z from -1 to 1."""
        return self._cached("proj_gl", lambda: tensor(self._projection_gl(), self._device))

    @property
    def mvp_gl(self) -> Tensor:
        """(4, 4) float32, world to OpenGL clip space for column vectors; bottom row first."""
        return self._cached("mvp_gl", lambda: tensor(self._mvp(), self._device))

    def colmap(self) -> Colmap:
        """Returns qvec, tvec and params of COLMAP's PINHOLE. Perspective only."""
        self._only("COLMAP", "perspective")
        k = self.K
        params = np.array([k[0, 0], k[1, 1], k[0, 2], k[1, 2]])
        return Colmap(quaternion_of(self.w2c[:3, :3]), self.w2c[:3, 3].copy(), params)

    def nerf(self, file_path: str | None = None) -> dict[str, Any]:
        """Returns a frame of transforms.json with its own intrinsics, ready for json.dump.

        `camera_angle_x` (radians) is there for the original NeRF, whose principal point is
        the centre; nerfstudio reads fl_x, fl_y, cx, cy. Perspective and equirect.
        """
        self._only("transforms.json", "perspective", "equirect")
        frame: dict[str, Any] = {} if file_path is None else {"file_path": file_path}
        flat = self.projection == "perspective"
        frame["camera_model"] = "PINHOLE" if flat else "EQUIRECTANGULAR"
        frame.update(w=self.width, h=self.height)
        frame.update(fl_x=float(self.K[0, 0]), fl_y=float(self.K[1, 1]))
        frame.update(cx=float(self.K[0, 2]), cy=float(self.K[1, 2]))
        frame.update(camera_angle_x=self.FoVx, camera_angle_y=self.FoVy)
        frame["transform_matrix"] = self.c2w_gl.tolist()
        return frame

    def gs(self, device: Any = None, *, shift: bool = False, dtype: str = "float32") -> SplatCamera:
        """Returns what gaussian-splatting's `render` takes as its camera, on a torch device.

        That code's principal point is always the image's centre: of one that is elsewhere
        the image would be (cx - width/2, cy - height/2) pixels off, of which a warning
        tells once. `shift=True` puts it into projection_matrix and full_proj_transform,
        which the CUDA rasteriser follows in placing splats. Perspective only.
        """
        self._only("gaussian-splatting", "perspective")
        if not truth(shift, "shift"):
            warn_off_centre(self)
        return SplatCamera(self, self._on(device), shift, dtype)

    def gsplat(self, device: Any = None, *, dtype: str = "float32") -> dict[str, Any]:
        """Returns keywords: `rasterization(means, ..., colors, **camera.gsplat(device))`.

        viewmats (1, 4, 4) is w2c, Ks (1, 3, 3); width, height, near_plane, far_plane; for an
        orthographic camera also camera_model="ortho", with pixels a world unit in Ks.
        rasterization_2dgs takes the same. Perspective and orthographic.
        """
        self._only("gsplat", "perspective", "orthographic")
        flat = self.projection == "orthographic"
        scale = self._pixels_per_unit() if flat else 0.0
        k = pinhole(scale, scale, *self.K[:2, 2]) if flat else self.K
        device = self._on(device)
        keywords = dict(
            viewmats=tensor(self.w2c[None], device, dtype),
            Ks=tensor(k[None], device, dtype),
            width=self.width,
            height=self.height,
            near_plane=self.near,
            far_plane=self.far,
        )
        return {**keywords, "camera_model": "ortho"} if flat else keywords

    def nvdiffrast(self, device: Any = None, *, dtype: str = "float32") -> Nvdiffrast:
        """Returns mvp, resolution and origin; see Nvdiffrast. Row 0 of what is rendered with it
        is the bottom row: show `nv.image(colour)`. Perspective and orthographic."""
        mvp = tensor(self._mvp(), self._on(device), dtype)
        return Nvdiffrast(mvp, (self.height, self.width))

    def pytorch3d(self, device: Any = None, *, dtype: str = "float32") -> dict[str, Any]:
        """Returns keywords of `PerspectiveCameras(**camera.pytorch3d(device))`.

        R (1, 3, 3) and T (1, 3) for row vectors, X_view = X R + T, x left, y up, z forward;
        focal_length, principal_point (1, 2) in NDC, whose unit is half the shorter side;
        image_size ((height, width),). An orthographic camera's are those of
        OrthographicCameras. Perspective and orthographic.
        """
        self._only("PyTorch3D", "perspective", "orthographic")
        view = LEFT_UP @ self.w2c
        unit = ndc_scale(self.width, self.height)
        flat = self.projection == "orthographic"
        focal = np.full(2, self._pixels_per_unit()) if flat else np.diagonal(self.K)[:2]
        device = self._on(device)
        keywords = dict(
            R=tensor(view[None, :3, :3].transpose(0, 2, 1), device, dtype),
            T=tensor(view[None, :3, 3], device, dtype),
            focal_length=tensor(focal[None] / unit, device, dtype),
            principal_point=tensor(-self._off_centre()[None] / unit, device, dtype),
            image_size=((self.height, self.width),),
            in_ndc=True,
        )
        where = getattr(keywords["R"], "device", None)
        # PyTorch3D moves all to its `device`, which is the CPU unless said.
        return keywords if isinstance(keywords["R"], np.ndarray) else {**keywords, "device": where}

    def mitsuba(self) -> dict[str, Any]:
        """Returns a sensor for mi.load_dict: to_world, fov, the principal point's offsets, film.

        to_world is mi.ScalarTransform4f where mitsuba is imported and has a variant, else a
        (4, 4) float64 numpy. An orthographic image that is off the centre is had by moving
        the camera sideways. Perspective and orthographic; pixels have to be square.
        """
        self._only("Mitsuba", "perspective", "orthographic")
        size = np.array([self.width, self.height])
        sensor: dict[str, Any] = dict(
            type=self.projection,
            near_clip=self.near,
            far_clip=self.far,
            film=dict(type="hdrfilm", width=self.width, height=self.height),
        )
        if self.projection == "orthographic":
            units = 1 / self._pixels_per_unit()
            c2w = self.c2w.copy()
            c2w[:3, 3] -= c2w[:3, :2] @ self._off_centre() * units
            # The film is 2 units wide, so the scale is half its width.
            half = self.width * units / 2
            sensor["to_world"] = mitsuba_transform(c2w @ LEFT_UP @ np.diag([half, half, 1, 1]))
            return sensor
        sensor["fov"] = degrees(square_focal(self.K, "Mitsuba"), self.width)
        sensor["fov_axis"] = "x"
        x, y = -self._off_centre() / size
        sensor.update(principal_point_offset_x=float(x), principal_point_offset_y=float(y))
        sensor["to_world"] = mitsuba_transform(self.c2w @ LEFT_UP)
        return sensor

    def luxcore(self) -> dict[str, Any]:
        """Returns `scene.camera.*` and the film's size as LuxCore's properties, plain numbers.

        fieldofview (degrees) spans the film's longer side; screenwindow is there for a
        principal point off the centre and pixels that aren't square. A panorama is LuxCore's
        "environment". LuxCore draws everything one row lower than its camera says.
        """
        kinds = {"equirect": "environment"}
        found: dict[str, Any] = {"type": kinds.get(self.projection, self.projection)}
        found["lookat.orig"] = self.position.tolist()
        found["lookat.target"] = (self.position + self.c2w[:3, 2]).tolist()
        found["up"] = (-self.c2w[:3, 1]).tolist()
        if self.projection != "equirect":
            found.update(cliphither=self.near, clipyon=self.far)
        if self.projection == "perspective":
            found["fieldofview"], window, needed = luxcore_window(self.K, self.width, self.height)
            if needed:
                found["screenwindow"] = window
        elif self.projection == "orthographic":
            unit = 1 / self._pixels_per_unit()
            (cx, cy), (w, h) = self.K[:2, 2], (self.width, self.height)
            edges = (-cx, w - cx, cy - h, cy)
            found["screenwindow"] = [float(edge * unit) for edge in edges]
        camera = {LUXCORE + key: value for key, value in found.items()}
        return {**camera, "film.width": self.width, "film.height": self.height}

    def luxcore_text(self) -> str:
        """Returns the same as the lines of a .scn or .cfg file."""
        lines = []
        for key, value in self.luxcore().items():
            values = value if isinstance(value, list) else [value]
            words = (f'"{v}"' if isinstance(v, str) else repr(v) for v in values)
            lines.append(f"{key} = {' '.join(words)}\n")
        return "".join(lines)

    def _on(self, device: Any) -> Any:
        return self._device if device is None else device

    def _splat(self) -> FloatArray:
        self._only("gaussian-splatting", "perspective")
        return splat_matrix(self, shift=False)

    def _projection_gl(self) -> FloatArray:
        size, depths = (self.width, self.height), (self.near, self.far)
        return projection_gl(self.projection, self.K, size, depths, self.ortho_height)

    def _mvp(self) -> FloatArray:
        return self._projection_gl() @ self.w2c_gl

    def _only(self, who: str, *projections: str) -> None:
        if self.projection not in projections:
            raise InvalidError(
                f"{who} has {' and '.join(projections)} cameras, found {self.projection}: "
                "use c2w, K and width, height, or camera.replace(projection=...)"
            )
