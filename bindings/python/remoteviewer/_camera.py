"""A camera, from each of the conventions and in each of them."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from typing import Any

import numpy as np

from . import _abi
from ._camera_core import FIELDS, PROJECTIONS
from ._camera_gs import splat_entry, splat_object
from ._camera_in import gsplat_parts, pytorch3d_parts
from ._camera_out import Exports
from ._conventions import (
    colmap_lens,
    from_clip,
    nerf_distortion,
    nerf_frame,
    nerf_lens,
    rotation_of,
)
from ._conventions_scenes import (
    LUXCORE,
    LUXCORE_DEPTHS,
    MITSUBA_DEPTHS,
    luxcore_default,
    luxcore_film,
    luxcore_lens,
    luxcore_numbers,
    luxcore_pose,
    luxcore_properties,
    mitsuba_centre,
    mitsuba_dict,
    mitsuba_film,
    mitsuba_focal,
    mitsuba_pose,
)
from ._errors import InvalidError
from ._matrices import (
    FLIP,
    FloatArray,
    array_of,
    focal_of,
    inverse,
    looking,
    pinhole,
    placed,
    pose,
    side,
)
from ._recognise import recognised
from ._values import one_of

__all__ = ["PROJECTIONS", "Camera", "view_struct"]


class Camera(Exports):
    """A camera. Nothing in it changes; what is derived is computed once, when asked for.

    Axes are OpenCV's: x right, y down, z forward. Matrices are for column
    vectors, except gaussian-splatting's, which are for row vectors.
    docs/conventions.md has a picture of each convention.

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
        c2w_gl, w2c_gl: (4, 4) float64 numpy, the same with OpenGL's axes: y up, z backward.
        world_view_transform, full_proj_transform, projection_matrix: (4, 4), and
            camera_center: (3,), as gaussian-splatting's Camera has them (for row vectors;
            the principal point is the centre).
        view_gl, proj_gl, mvp_gl: (4, 4), for OpenGL and nvdiffrast (column vectors). What is
            rendered with them has the bottom row first: `out.flip(0)`, or show it with
            `rv.Image(out, origin="bottom")`.

    The last two entries are float32 torch tensors if torch is imported, on `device`
    or else the current CUDA device or else the CPU; without torch they are float32 numpy.
    So are the tensors of `gs`, `gsplat`, `nvdiffrast` and `pytorch3d`, unless their `dtype`
    is "float64". What can't be said in a convention raises InvalidError.

    Two are equal, and have the same hash, when the same picture is rendered with them: c2w, K,
    width, height, near, far, projection, ortho_height and time are the same numbers; not up,
    target, cause, seq. Copies and pickled ones are equal. The numpy arrays are read-only:
    `torch.tensor(camera.c2w)` copies one; `as_tensor` and `from_numpy` would share it, and warn.

    `from_...` take `near`, `far`, `up`, `target`, `time`, `device` as Camera() does.
    """

    __slots__ = ()

    @classmethod
    def look_at(
        cls, position: Any, target: Any = (0, 0, 0), *, up: Any = (0, -1, 0), **options: Any
    ) -> Camera:
        """From a place in the world towards another, with `up` upright; (3,) each.

        Without K or `fov_y` degrees, `width` and `height` it has 60 degrees at 1280 x 720 pixels.
        """
        c2w = looking(position, target, up)
        return cls(c2w, up=up, target=target, **options)

    @classmethod
    def from_opencv(
        cls,
        c2w: Any = None,
        K: Any = None,
        *,
        w2c: Any = None,
        width: int,
        height: int,
        **options: Any,
    ) -> Camera:
        """From c2w or w2c (4, 4) or (3, 4), and K in pixels or `fov_y` degrees."""
        return cls(_either(c2w, w2c, "c2w", "w2c"), K, width=width, height=height, **options)

    @classmethod
    def from_colmap(
        cls,
        qvec: Any,
        tvec: Any,
        params: Any,
        *,
        width: int,
        height: int,
        model: str = "PINHOLE",
        **options: Any,
    ) -> Camera:
        """From a line of images.txt (w2c as w, x, y, z and t) and of cameras.txt.

        `params` are fx, fy, cx, cy of PINHOLE, or f, cx, cy of SIMPLE_PINHOLE.
        """
        w2c = placed(rotation_of(qvec), array_of("tvec", tvec, (3,)))
        size: dict[str, Any] = dict(width=width, height=height)
        return cls(inverse(w2c), colmap_lens(model, params), **size, **options)

    @classmethod
    def from_opengl(
        cls,
        c2w_gl: Any = None,
        K: Any = None,
        *,
        w2c_gl: Any = None,
        proj: Any = None,
        width: int,
        height: int,
        **options: Any,
    ) -> Camera:
        """From a pose with OpenGL's axes, and K, `fov_y` degrees or a projection matrix.

        c2w_gl is Blender's matrix_world and NeRF's transform_matrix; w2c_gl is OpenGL's view
        matrix. `proj` (4, 4), column vectors, gives near and far too, where these aren't given.
        """
        c2w = pose(_either(c2w_gl, w2c_gl, "c2w_gl", "w2c_gl"), "c2w_gl") @ FLIP
        size: dict[str, Any] = dict(width=width, height=height)
        if proj is None:
            return cls(c2w, K, **size, **options)
        if K is not None or "fov_y" in options:
            raise InvalidError("proj holds the field of view: leave K and fov_y out")
        mvp = array_of("proj", proj, (4, 4)) @ FLIP @ inverse(c2w)
        return cls._from_clip(mvp, width, height, options)

    @classmethod
    def from_nerf(
        cls,
        frame: Mapping[str, Any],
        shared: Mapping[str, Any] | None = None,
        *,
        width: int | None = None,
        height: int | None = None,
        **options: Any,
    ) -> Camera:
        """From a frame of transforms.json, and what stands beside the frames in that file.

        The frame's own keys win. Of use are transform_matrix, fl_x, fl_y, cx, cy or
        camera_angle_x, camera_angle_y (radians), w, h, time, camera_model. The original
        NeRF's files have no w and h: give `width` and `height` of its images then.
        """
        given, w, h = nerf_frame(frame, shared, width, height)
        size: dict[str, Any] = dict(width=w, height=h)
        if given.get("time") is not None:
            options.setdefault("time", given["time"])
        c2w = pose(given["transform_matrix"], "transform_matrix") @ FLIP
        if str(given.get("camera_model")) == "EQUIRECTANGULAR":
            return cls(c2w, projection="equirect", **size, **options)
        nerf_distortion(given)
        return cls(c2w, nerf_lens(given, w, h), **size, **options)

    @classmethod
    def from_gs(
        cls,
        camera: Any = None,
        *,
        R: Any = None,
        T: Any = None,
        FoVx: float | None = None,
        FoVy: float | None = None,
        width: int | None = None,
        height: int | None = None,
        **options: Any,
    ) -> Camera:
        """From gaussian-splatting's Camera or MiniCam, an entry of its cameras.json, or parts.

        The parts are its `R` (that of c2w), `T` (that of w2c), `FoVx`, `FoVy` in radians.
        The principal point is the centre. near and far are the object's znear and zfar.
        """
        if isinstance(camera, Mapping):
            c2w, k, size = splat_entry(camera)
            return cls(c2w, k, **size, **options)
        lens: dict[str, Any] = dict(FoVx=FoVx, FoVy=FoVy, width=width, height=height)
        if camera is not None:
            w2c, lens, known = splat_object(camera)
            c2w, options = inverse(w2c), {**known, **options}
        elif R is None or T is None:
            raise InvalidError("from_gs needs a camera, or R, T, FoVx, FoVy, width and height")
        else:
            c2w = placed(array_of("R", R, (3, 3)), np.zeros(3))
            c2w[:3, 3] = -c2w[:3, :3] @ array_of("T", T, (3,))
        missing = [name for name, value in lens.items() if value is None]
        if missing:
            raise InvalidError(f"from_gs needs {', '.join(missing)} too (FoVx, FoVy: radians)")
        w, h = side("width", lens["width"]), side("height", lens["height"])
        k = pinhole(focal_of(lens["FoVx"], w), focal_of(lens["FoVy"], h), w / 2, h / 2)
        return cls(c2w, k, width=w, height=h, **options)

    @classmethod
    def from_gsplat(
        cls,
        viewmats: Any,
        Ks: Any,
        width: int,
        height: int,
        *,
        near_plane: float = 0.01,
        far_plane: float = 100.0,
        camera_model: str = "pinhole",
        **options: Any,
    ) -> Camera:
        """From what gsplat's rasterization takes, of one camera: `from_gsplat(**keywords)`."""
        w2c, k, lens = gsplat_parts(viewmats, Ks, side("height", height), camera_model)
        lens.update(near=near_plane, far=far_plane, width=width, height=height)
        return cls(inverse(pose(w2c, "viewmats")), k, **{**lens, **options})

    @classmethod
    def from_nvdiffrast(cls, mvp: Any, *, width: int, height: int, **options: Any) -> Camera:
        """From a projection times a view matrix, (4, 4), column vectors, as nvdiffrast's
        examples build it (y up), or what `nvdiffrast()` returned.

        Of an orthographic one the place along the view and the principal point can't be told
        from the pose: near is then 0 and the principal point the centre.
        """
        matrix = array_of("mvp", getattr(mvp, "mvp", mvp), (4, 4))
        return cls._from_clip(matrix, width, height, options)

    @classmethod
    def from_pytorch3d(
        cls,
        camera: Any,
        *,
        width: int | None = None,
        height: int | None = None,
        orthographic: bool | None = None,
        **options: Any,
    ) -> Camera:
        """From PerspectiveCameras or OrthographicCameras of one camera, or a dict of its
        keywords (R, T, focal_length, principal_point, image_size, in_ndc).

        `orthographic`: what a dict is of; None: perspective. `width` and `height` are needed
        where image_size isn't there.
        """
        c2w, k, lens = pytorch3d_parts(camera, width, height, orthographic)
        return cls(c2w, k, **{**lens, **options})

    @classmethod
    def from_mitsuba(
        cls, sensor: Any, *, width: int | None = None, height: int | None = None, **options: Any
    ) -> Camera:
        """From a sensor's dict as mi.load_dict takes it, or a mitsuba.Sensor.

        type perspective, thinlens or orthographic. The size is the film's unless given.
        """
        given = mitsuba_dict(sensor)
        w, h = mitsuba_film(given, width, height)
        c2w, scale = mitsuba_pose(given.get("to_world"))
        near, far = MITSUBA_DEPTHS
        lens = dict(near=given.get("near_clip", near), far=given.get("far_clip", far))
        lens.update(width=w, height=h)
        kind = one_of("type", given.get("type"), "perspective", "thinlens", "orthographic")
        if kind == "orthographic":
            c2w[:3, :3] /= np.linalg.norm(c2w[:3, :3], axis=0)
            k = pinhole(w / 2 / scale, w / 2 / scale, w / 2, h / 2)
            lens.update(projection=kind, ortho_height=2 * scale * h / w)
            return cls(c2w, k, **{**lens, **options})
        focal = mitsuba_focal(given, w, h)
        return cls(c2w, pinhole(focal, focal, *mitsuba_centre(given, w, h)), **{**lens, **options})

    @classmethod
    def from_luxcore(
        cls, properties: Any, *, width: int | None = None, height: int | None = None, **options: Any
    ) -> Camera:
        """From `scene.camera.*`: a dict, the text of a .scn file, or pyluxcore.Properties.

        type perspective, orthographic or environment. The size is film.width and film.height
        where they are there and aren't given.
        """
        given = luxcore_properties(properties)
        w, h = luxcore_film(given, width, height)
        kinds = {"environment": "equirect"}
        name = (given.get(LUXCORE + "type") or ["perspective"])[0]
        kind = one_of(LUXCORE + "type", name, "perspective", "orthographic", "environment")
        orig = array_of("orig", luxcore_numbers(given, LUXCORE + "lookat.orig", 3), (3,))
        target = array_of("target", luxcore_numbers(given, LUXCORE + "lookat.target", 3), (3,))
        up = array_of("up", luxcore_numbers(given, LUXCORE + "up", 3, [0.0, 0.0, 1.0]), (3,))
        c2w = luxcore_pose(orig, target, up)
        near, far = (
            luxcore_numbers(given, LUXCORE + key, 1, [default])[0]
            for key, default in zip(("cliphither", "clipyon"), LUXCORE_DEPTHS)
        )
        window = luxcore_numbers(given, LUXCORE + "screenwindow", 4, luxcore_default(w, h))
        fov = luxcore_numbers(given, LUXCORE + "fieldofview", 1, [45.0])[0]
        k = luxcore_lens(fov if kind == "perspective" else None, window, w, h)
        lens: dict[str, Any] = dict(width=w, height=h, near=near, far=far)
        lens["projection"] = kinds.get(kind, kind)
        if kind == "orthographic":
            lens["ortho_height"] = window[3] - window[2]
        return cls(c2w, None if kind == "environment" else k, **{**lens, **options})

    @classmethod
    def _from_clip(
        cls, mvp: FloatArray, width: Any, height: Any, options: dict[str, Any]
    ) -> Camera:
        w, h = side("width", width), side("height", height)
        lens = from_clip(mvp, w, h)
        known: dict[str, Any] = dict(width=w, height=h, near=lens.near, far=lens.far)
        if lens.ortho_height:
            known.update(projection="orthographic", ortho_height=lens.ortho_height)
        return cls(inverse(lens.w2c), lens.k, **{**known, **options})


def _either(c2w: Any, w2c: Any, *names: str) -> Any:
    if (c2w is None) == (w2c is None):
        raise InvalidError(f"give one of {names[0]} and {names[1]}")
    return c2w if w2c is None else inverse(pose(w2c, names[1]))


def view_struct(view: Any, given: dict[str, Any]) -> _abi.RvCamera:
    """Returns what rv_set_view takes, from a matrix or a camera of any convention that can be
    told surely, and what is known beside it."""
    known = {key: value for key, value in given.items() if value is not None}
    sized = "width" in known and "height" in known
    camera = recognised(view, Camera, known.get("width"), known.get("height"))
    if camera is not None:
        if "K" not in known and ("fov_y" not in known) and not sized:
            known["K"] = camera.K
        base = {name: getattr(camera, name) for name in FIELDS}
        known, view, sized = {**base, **known}, camera.c2w, True
    if view is None:
        raise InvalidError("a view needs c2w, a (4, 4) camera-to-world matrix, found None")
    if not sized and ("K" in known or "width" in known or "height" in known):
        raise InvalidError("K is in pixels: give width and height of the image that it belongs to")
    struct = Camera(view, **known)._to_struct()
    if not sized and "fov_y" not in known:
        # The window's size, at the default field of view.
        ctypes.memset(struct.k, 0, ctypes.sizeof(struct.k))
        struct.width = struct.height = 0
    return struct
