"""A cube's corners, drawn with each convention's matrices, land on the same pixels."""

from __future__ import annotations

import copy
import math
import pickle
import subprocess
import sys

import numpy as np
import pytest
import remoteviewer as rv
from remoteviewer import _abi
from remoteviewer._camera import view_struct

CORNERS = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float)
HOMOGENEOUS = np.hstack([CORNERS, np.ones((8, 1))])


def looking_at_the_cube(**options):
    """A camera that sees the whole cube from a random side, rolled."""
    random = np.random.default_rng(options.pop("seed", 3))
    position = random.normal(size=3)
    position *= 6 / np.linalg.norm(position)
    z = -position / 6
    x = np.cross(random.normal(size=3), z)
    x /= np.linalg.norm(x)
    c2w = np.eye(4)
    c2w[:3] = np.stack([x, np.cross(z, x), z, position], axis=1)
    options.setdefault("width", 640)
    options.setdefault("height", 360)
    return rv.Camera(c2w, near=0.1, far=20.0, **options)


def pixels_opencv(camera):
    """Origin at the image's corner, centres at +0.5."""
    view = HOMOGENEOUS @ camera.w2c.T
    image = view[:, :3] @ camera.K.T
    return image[:, :2] / image[:, 2:]


def pixels_splatting(camera):
    """As the rasteriser's ndc2Pix: centres at integers."""
    clip = HOMOGENEOUS.astype(np.float32) @ np.asarray(camera.full_proj_transform)
    ndc = clip[:, :2] / clip[:, 3:]
    return ((ndc + 1) * [camera.image_width, camera.image_height] - 1) / 2


def pixels_gl(camera):
    """As nvdiffrast: corner origin, bottom row first; flipped to top first."""
    clip = HOMOGENEOUS.astype(np.float32) @ np.asarray(camera.mvp_gl).T
    assert (np.abs(clip[:, :3]) <= clip[:, 3:]).all(), "a corner is outside of clip space"
    up = (clip[:, :2] / clip[:, 3:] + 1) / 2 * [camera.width, camera.height]
    return np.stack([up[:, 0], camera.height - up[:, 1]], axis=1)


def compare_conventions(camera):
    opencv = pixels_opencv(camera)
    inside = (opencv > 0) & (opencv < [camera.width, camera.height])
    assert inside.all(), "the cube isn't in view"
    assert np.ptp(opencv, axis=0).min() > 20, "the cube is too small to compare"
    np.testing.assert_allclose(pixels_gl(camera), opencv, atol=2e-3)
    np.testing.assert_allclose(pixels_splatting(camera) + 0.5, opencv, atol=2e-3)


@pytest.mark.parametrize("seed", range(10))
def test_conventions_agree(seed):
    compare_conventions(looking_at_the_cube(seed=seed))


def test_gl_follows_the_principal_point():
    k = [[500, 0, 300], [0, 480, 200], [0, 0, 1]]
    camera = looking_at_the_cube(K=k)
    np.testing.assert_allclose(pixels_gl(camera), pixels_opencv(camera), atol=2e-3)


def test_orthographic():
    camera = looking_at_the_cube(projection="orthographic", ortho_height=5.0)
    view = HOMOGENEOUS @ camera.w2c.T
    wanted = view[:, :2] * (camera.height / 5) + camera.K[:2, 2]
    np.testing.assert_allclose(pixels_gl(camera), wanted, atol=2e-3)


def test_splatting_depth_and_view():
    camera = looking_at_the_cube()
    view = HOMOGENEOUS.astype(np.float32) @ np.asarray(camera.world_view_transform)
    np.testing.assert_allclose(view, HOMOGENEOUS @ camera.w2c.T, atol=1e-5)
    centre = np.linalg.inv(np.asarray(camera.world_view_transform, float))[3, :3]
    np.testing.assert_allclose(camera.camera_center, centre, atol=1e-5)
    for z, depth in ((camera.znear, 0), (camera.zfar, 1)):
        clip = np.array([0, 0, z, 1]) @ np.asarray(camera.projection_matrix, float)
        assert clip[2] / clip[3] == pytest.approx(depth, abs=1e-5)
        assert clip[3] == pytest.approx(z)


def test_fields():
    camera = rv.Camera(np.eye(4), width=640, height=480, fov_y=60)
    assert (camera.image_width, camera.image_height) == (640, 480)
    assert camera.FoVy == pytest.approx(math.radians(60))
    assert camera.FoVx == pytest.approx(2 * math.atan(math.tan(math.radians(30)) * 640 / 480))
    assert (camera.znear, camera.zfar) == (0.01, 100)
    for name in ("c2w", "w2c", "K"):
        matrix = getattr(camera, name)
        assert matrix.dtype == np.float64
        assert not matrix.flags.writeable
    assert camera.w2c is camera.w2c
    panorama = rv.Camera(np.eye(4), projection="equirect")
    assert panorama.FoVx == pytest.approx(2 * math.pi)
    with pytest.raises(rv.InvalidError, match="panorama"):
        _ = panorama.mvp_gl


def test_without_torch_matrices_are_numpy():
    code = (
        "import sys, numpy as np, remoteviewer as rv\n"
        "c = rv.Camera(np.eye(4))\n"
        "for m in (c.world_view_transform, c.full_proj_transform, c.camera_center, c.mvp_gl):\n"
        "    assert type(m) is np.ndarray and m.dtype == np.float32, type(m)\n"
        "assert 'torch' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


SCALED = np.diag([2.0, 2, 2, 1])
MIRROR = np.diag([1.0, -1, 1, 1])
TRANSPOSED = np.eye(4)
TRANSPOSED[3, 0] = 4


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"c2w": SCALED}, "take the scale out"),
        ({"c2w": MIRROR}, "mirror"),
        ({"c2w": TRANSPOSED}, "c2w.T"),
        ({"c2w": np.full((4, 4), math.nan)}, "finite"),
        ({"c2w": np.eye(3)}, "(3, 3)"),
        ({"c2w": "abc"}, "numbers"),
        ({"K": np.eye(4)}, "(3, 3)"),
        ({"K": np.diag([-1.0, 1, 1])}, "[fx, 0, cx]"),
        ({"width": 0}, "1 to 32768"),
        ({"height": 40000}, "40000"),
        ({"near": 2, "far": 1}, "less than far"),
        ({"near": 0}, "above 0"),
        ({"fov_y": 180}, "180"),
        ({"projection": "fisheye"}, "'fisheye'"),
        ({"projection": "orthographic"}, "ortho_height"),
        ({"up": (1, 2)}, "(2,)"),
    ],
)
def test_cameras_that_are_refused(options, says):
    with pytest.raises(rv.InvalidError) as caught:
        rv.Camera(**{"c2w": np.eye(4), **options})
    assert says in str(caught.value)


def test_a_float32_product_is_rigid_enough():
    c2w = looking_at_the_cube().c2w.astype(np.float32)
    for _ in range(20):
        c2w = c2w @ looking_at_the_cube(seed=5).c2w.astype(np.float32)
    rv.Camera(c2w)


def test_struct_and_back():
    camera = looking_at_the_cube(up=(0, 0, 1), target=(1, 2, 3), time=4.5)
    struct = camera._to_struct()
    struct.cause, struct.seq = _abi.RV_CAUSE_INPUT, 9
    struct.viewer_high, struct.viewer_low = 1, 2
    again = rv.Camera._from_struct(struct)
    ctypes_memory_is_gone = struct
    ctypes_memory_is_gone.c2w[0] = 99
    for name in ("c2w", "K", "up", "target"):
        assert np.array_equal(getattr(again, name), getattr(camera, name))
    for name in ("width", "height", "near", "far", "projection", "ortho_height", "time"):
        assert getattr(again, name) == getattr(camera, name)
    assert (again.cause, again.seq) == ("input", 9)
    assert again.viewer == "0" * 15 + "1" + "0" * 15 + "2"
    assert again._same_view(camera)
    assert not again._same_view(looking_at_the_cube(seed=8))


COPIES = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda camera: pickle.loads(pickle.dumps(camera)),
    "old pickle": lambda camera: pickle.loads(pickle.dumps(camera, protocol=0)),
    "replace": lambda camera: camera.replace(),
    "to": lambda camera: camera.to("cpu"),
    "struct": lambda camera: rv.Camera._from_struct(camera._to_struct()),
}


@pytest.mark.parametrize("way", COPIES)
def test_copies_are_equal(way):
    camera = looking_at_the_cube(up=(0, 0, 1), time=4.5, device="cpu")
    assert camera.mvp_gl is camera.mvp_gl
    found = COPIES[way](camera)
    assert found is not camera
    assert found == camera
    assert len({found, camera}) == 1
    assert (found.up.tolist(), found._device) == ([0, 0, 1], None if way == "struct" else "cpu")
    assert not any(getattr(found, name).flags.writeable for name in ("c2w", "K", "up", "w2c"))
    assert found.mvp_gl is not camera.mvp_gl


@pytest.mark.parametrize(
    "change",
    [
        {"c2w": np.eye(4)},
        {"fov_y": 20},
        {"width": 641},
        {"height": 361},
        {"near": 0.2},
        {"far": 21},
        {"projection": "equirect"},
        {"time": 1},
    ],
)
def test_other_pictures_are_not_equal(change):
    camera = looking_at_the_cube()
    other = camera.replace(**change)
    assert other != camera
    assert hash(other) != hash(camera)


def test_what_makes_no_other_picture():
    camera = rv.Camera(np.eye(4))
    assert camera.replace(up=(0, 0, 1), target=(1, 2, 3)) == camera
    assert rv.Camera(np.where(np.eye(4), 1.0, -0.0)) == camera
    for other in (None, 3, np.eye(4).tolist(), "camera"):
        assert camera != other


def test_views():
    c2w = looking_at_the_cube().c2w
    bare = view_struct(c2w, {"up": (0, 0, 1)})
    assert (bare.width, bare.height, list(bare.k)) == (0, 0, [0.0] * 9)
    assert list(bare.up) == [0, 0, 1]
    assert np.array_equal(np.reshape(bare.c2w, (4, 4)), c2w)
    sized = view_struct(c2w, {"width": 64, "height": 48, "near": 1.0})
    assert (sized.width, sized.height, sized.k[2], sized.z_near) == (64, 48, 32, 1)
    camera = rv.Camera(c2w, K=[[50, 0, 30], [0, 51, 20], [0, 0, 1]], width=64, height=48)
    same = view_struct(camera, {"far": 7.0})
    assert (same.k[0], same.k[2], same.width, same.z_far) == (50, 30, 64, 7)
    for wrong in ({"K": np.eye(3)}, {"width": 64}):
        with pytest.raises(rv.InvalidError, match="width and height"):
            view_struct(c2w, wrong)
    with pytest.raises(rv.InvalidError, match="needs c2w"):
        view_struct(None, {})


def test_look_at_sees_its_target_in_the_middle() -> None:
    camera = rv.Camera.look_at((2, -1, -3), (0.5, 0.25, 1), width=640, height=480)
    seen = camera.K @ (camera.w2c @ [0.5, 0.25, 1, 1])[:3]
    assert np.allclose(seen[:2] / seen[2], (320, 240))
    assert seen[2] > 0
    above = camera.K @ (camera.w2c @ [0.5, 0.25 - 0.1, 1, 1])[:3]  # up is -y
    assert above[1] / above[2] < 240
    for target, up in (((2, -1, -3), (0, -1, 0)), ((2, 5, -3), (0, -1, 0))):
        with pytest.raises(rv.InvalidError, match="no view"):
            rv.Camera.look_at((2, -1, -3), target, up=up)
