"""Whatever a camera is made from, what is wrong is an InvalidError with a sentence."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import remoteviewer as rv
from remoteviewer._camera import view_struct


class Odd:
    """Raises whatever is asked of it."""

    def __array__(self, *_, **__):
        raise RuntimeError("odd")

    __float__ = __iter__ = __bool__ = __array__


ABSENT = "absent"
WRONG = [
    None, 3, -1, 0, "x", "", b"x", [], {}, {"a": 1}, {1: 2}, (1, 2), [1, "x"], np.nan,
    float("inf"), np.eye(3), np.full((4, 4), np.nan), np.zeros((4, 4)), object(), Odd(), True, int,
    10**400, np.zeros(0), [[1, 2], [3]], 1j, lambda: 0, ABSENT,
]  # fmt: skip
SIZE = dict(width=64, height=48)
REST = dict(
    K=[[50.0, 0, 32], [0, 50, 24], [0, 0, 1]], near=0.1, far=10.0, projection="perspective",
    ortho_height=1.0, up=(0, -1, 0), target=(0, 0, 0), time=0.0, fov_y=60.0, **SIZE,
)  # fmt: skip
CAMERA = rv.Camera.look_at((0, 0, -4), **SIZE)
FLAT = CAMERA.replace(projection="orthographic", ortho_height=2.0)
GS = CAMERA.gs()
ANGLES = dict(FoVx=1.0, FoVy=1.0)
GS_SIZE = dict(image_width=64, image_height=48)
LUXCORE = {**CAMERA.luxcore(), "scene.camera.screenwindow": [-1, 1, -0.75, 0.75]}
FRAME = {**CAMERA.nerf(), "time": 0.0, "k1": 0.0, "is_fisheye": False}
BY_ANGLE = {key: value for key, value in FRAME.items() if not key.startswith("fl_")}


def film_of(**film):
    return rv.Camera.from_mitsuba({**CAMERA.mitsuba(), "film": film})


def lens_of(**lens):
    sensor = {key: value for key, value in CAMERA.mitsuba().items() if key != "fov"}
    return rv.Camera.from_mitsuba({**sensor, **lens})


# What is called, and arguments that are right.
CALLS = {
    "Camera": (rv.Camera, dict(c2w=np.eye(4), **REST)),
    "replace": (CAMERA.replace, dict(c2w=np.eye(4), **REST)),
    "set_view": (lambda **k: view_struct(k.pop("c2w", None), k), dict(c2w=np.eye(4), **REST)),
    "view": (lambda view=None: view_struct(view, {}), dict(view=CAMERA)),
    "view of keywords": (lambda **k: view_struct({"Ks": np.eye(3), **k}, {}), CAMERA.gsplat()),
    "look_at": (
        rv.Camera.look_at,
        dict(position=(0, 0, -4), target=(0, 0, 0), up=(0, -1, 0), **SIZE),
    ),
    "from_opencv": (rv.Camera.from_opencv, dict(c2w=np.eye(4), K=REST["K"], **SIZE)),
    "from_colmap": (
        rv.Camera.from_colmap,
        dict(qvec=[1, 0, 0, 0], tvec=[0, 0, 0], params=[50, 50, 32, 24], model="PINHOLE", **SIZE),
    ),
    "from_opengl": (rv.Camera.from_opengl, dict(c2w_gl=np.eye(4), K=REST["K"], **SIZE)),
    "from_opengl proj": (
        rv.Camera.from_opengl,
        dict(c2w_gl=np.eye(4), proj=CAMERA._projection_gl(), **SIZE),
    ),
    "from_nerf": (rv.Camera.from_nerf, dict(frame=FRAME, shared={}, **SIZE)),
    "a frame": (lambda **k: rv.Camera.from_nerf(k), FRAME),
    "a frame by angle": (lambda **k: rv.Camera.from_nerf(k), BY_ANGLE),
    "from_gs": (rv.Camera.from_gs, dict(R=GS.R, T=GS.T, near=0.1, far=9, **ANGLES, **SIZE)),
    "from_gs camera": (rv.Camera.from_gs, dict(camera=GS)),
    "an entry of cameras.json": (
        lambda **k: rv.Camera.from_gs(k),
        dict(rotation=np.eye(3), position=[0, 0, 0], fx=50, fy=50, **SIZE),
    ),
    "a splat camera": (
        lambda **k: rv.Camera.from_gs(SimpleNamespace(**k)),
        dict(world_view_transform=GS.world_view_transform, znear=0.1, **ANGLES, **GS_SIZE),
    ),
    "a splat camera of parts": (
        lambda **k: rv.Camera.from_gs(SimpleNamespace(**k)),
        dict(R=GS.R, T=GS.T, **ANGLES, **GS_SIZE),
    ),
    "from_gsplat": (rv.Camera.from_gsplat, CAMERA.gsplat()),
    "from_gsplat ortho": (rv.Camera.from_gsplat, FLAT.gsplat()),
    "from_nvdiffrast": (rv.Camera.from_nvdiffrast, dict(mvp=CAMERA.nvdiffrast(), **SIZE)),
    "from_nvdiffrast flat": (rv.Camera.from_nvdiffrast, dict(mvp=FLAT.nvdiffrast(), **SIZE)),
    "from_pytorch3d": (
        rv.Camera.from_pytorch3d,
        dict(camera=CAMERA.pytorch3d(), orthographic=False, **SIZE),
    ),
    "pytorch3d's keywords": (lambda **k: rv.Camera.from_pytorch3d(k), CAMERA.pytorch3d()),
    "from_mitsuba": (rv.Camera.from_mitsuba, dict(sensor=CAMERA.mitsuba(), **SIZE)),
    "a sensor": (lambda **k: rv.Camera.from_mitsuba(k), CAMERA.mitsuba()),
    "an orthographic sensor": (lambda **k: rv.Camera.from_mitsuba(k), FLAT.mitsuba()),
    "a film": (film_of, CAMERA.mitsuba()["film"]),
    "a lens": (lens_of, dict(focal_length="50mm")),
    "from_luxcore": (rv.Camera.from_luxcore, dict(properties=LUXCORE, **SIZE)),
    "properties": (lambda **k: rv.Camera.from_luxcore(k), LUXCORE),
    "gs": (CAMERA.gs, dict(shift=False, dtype="float32")),
    "gsplat": (CAMERA.gsplat, dict(dtype="float32")),
    "nvdiffrast": (CAMERA.nvdiffrast, dict(dtype="float32")),
    "pytorch3d": (CAMERA.pytorch3d, dict(dtype="float32")),
}  # fmt: skip


# Of these nothing is taken, or anything that isn't of use is passed over.
UNUSED = ("fov_y", "znear", "camera_angle_x", "camera_angle_y", "camera_model", "type", "device")


def outcome(call, given):
    """Calls, and says whether it was refused."""
    try:
        call(**given)
    except rv.InvalidError as e:
        return len(str(e)) > 20
    return False


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", CALLS)
def test_only_invalid_error(name):
    call, right = CALLS[name]
    assert not outcome(call, right)
    for key in right:
        refused = 0
        for wrong in WRONG:
            given = {**right, key: wrong}
            if wrong is ABSENT:  # where Python itself doesn't say so
                if call in (rv.Camera, rv.Camera.look_at) or getattr(call, "__self__", None):
                    continue
                del given[key]
            refused += outcome(call, given)
        assert refused >= 10 or key in UNUSED, (key, refused)


LOOKAT = "scene.camera.lookat.orig = 1 2 3"


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: rv.Camera.from_luxcore("x"), "the text of a .scn file"),
        (lambda: rv.Camera.from_luxcore(LOOKAT), "film.width isn't among these"),
        (lambda: rv.Camera.from_luxcore(LOOKAT + '"'), "No closing quotation"),
        (lambda: rv.Camera.from_gs(3), "gaussian-splatting's Camera or MiniCam"),
        (lambda: rv.Camera.from_gs({}), "needs rotation, position, width, height, fx, fy"),
    ],
)
def test_the_sentence(call, says):
    with pytest.raises(rv.InvalidError) as caught:
        call()
    assert says in str(caught.value)
