"""Pixels by each convention's own formula, the ways there and back, and what is refused."""

from __future__ import annotations

import json
import math
import warnings
from types import SimpleNamespace

import numpy as np
import pytest
import remoteviewer as rv
from remoteviewer import _abi
from remoteviewer._camera import view_struct
from test_camera import CORNERS, HOMOGENEOUS, looking_at_the_cube, pixels_opencv

K = [[500, 0, 300], [0, 480, 200], [0, 0, 1]]
SQUARE = [[500, 0, 300], [0, 500, 200], [0, 0, 1]]


def corners_of(camera):
    """Where the cube's corners are, origin at the image's corner, centres at +0.5."""
    if camera.projection == "perspective":
        return pixels_opencv(camera)
    view = HOMOGENEOUS @ camera.w2c.T
    if camera.projection == "equirect":
        unit = view[:, :3] / np.linalg.norm(view[:, :3], axis=1, keepdims=True)
        longitude, latitude = np.arctan2(unit[:, 0], unit[:, 2]), np.arcsin(unit[:, 1])
        turns = np.stack([longitude / (2 * math.pi), latitude / math.pi], axis=1)
        return (turns + 0.5) * [camera.width, camera.height]
    return view[:, :2] * (camera.height / camera.ortho_height) + camera.K[:2, 2]


def same_picture(found, camera, *, depths=True):
    """The same pose and pixels to 1e-9 of a pixel's scale."""
    assert (found.width, found.height) == (camera.width, camera.height)
    assert found.projection == camera.projection
    np.testing.assert_allclose(corners_of(found), corners_of(camera), rtol=0, atol=1e-7)
    if camera.projection == "perspective":
        np.testing.assert_allclose(found.c2w, camera.c2w, rtol=0, atol=1e-9)
        np.testing.assert_allclose(found.K / found.K[0, 0], camera.K / camera.K[0, 0], atol=1e-9)
    if depths:
        np.testing.assert_allclose([found.near, found.far], [camera.near, camera.far], rtol=1e-9)


def size_of(camera):
    return dict(width=camera.width, height=camera.height)


WAYS = {
    "opencv": lambda c: rv.Camera.from_opencv(c.c2w, c.K, near=c.near, far=c.far, **size_of(c)),
    "colmap": lambda c: rv.Camera.from_colmap(*c.colmap(), near=c.near, far=c.far, **size_of(c)),
    "opengl": lambda c: rv.Camera.from_opengl(c.c2w_gl, proj=c._projection_gl(), **size_of(c)),
    "nerf": lambda c: rv.Camera.from_nerf(
        json.loads(json.dumps(c.nerf("a.png"))), near=c.near, far=c.far
    ),
    "gsplat": lambda c: rv.Camera.from_gsplat(**c.gsplat(dtype="float64")),
    "nvdiffrast": lambda c: rv.Camera.from_nvdiffrast(c.nvdiffrast(dtype="float64"), **size_of(c)),
    "pytorch3d": lambda c: rv.Camera.from_pytorch3d(
        c.pytorch3d(dtype="float64"),
        orthographic=c.projection == "orthographic",
        near=c.near,
        far=c.far,
    ),
    "luxcore": lambda c: rv.Camera.from_luxcore(c.luxcore()),
    "luxcore_text": lambda c: rv.Camera.from_luxcore(c.luxcore_text()),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("seed", range(12))
def test_there_and_back(way, seed):
    same_picture(*(lambda c: (WAYS[way](c), c))(looking_at_the_cube(seed=seed, K=K)))


@pytest.mark.parametrize("seed", range(6))
def test_there_and_back_of_square_and_central_ones(seed):
    camera = looking_at_the_cube(seed=seed, K=SQUARE)
    sensor = {**camera.mitsuba(), "to_world": camera.c2w @ np.diag([-1, -1, 1, 1.0])}
    same_picture(rv.Camera.from_mitsuba(sensor), camera)
    central = looking_at_the_cube(seed=seed, fov_y=50)
    gs = central.gs(dtype="float64")
    same_picture(rv.Camera.from_gs(gs), central)
    parts = dict(R=gs.R, T=gs.T, FoVx=gs.FoVx, FoVy=gs.FoVy, **size_of(central))
    same_picture(rv.Camera.from_gs(**parts, near=gs.znear, far=gs.zfar), central)
    portrait = looking_at_the_cube(seed=seed, width=200, height=520, fov_y=70)
    same_picture(rv.Camera.from_luxcore(portrait.luxcore()), portrait)
    same_picture(rv.Camera.from_pytorch3d(portrait.pytorch3d(dtype="float64")), portrait, depths=0)


FLAT_WAYS = ["gsplat", "nvdiffrast", "pytorch3d", "luxcore", "luxcore_text", "opengl"]


@pytest.mark.parametrize("way", FLAT_WAYS)
def test_there_and_back_of_orthographic_ones(way):
    k = [[90, 0, 300], [0, 90, 200], [0, 0, 1]]
    camera = looking_at_the_cube(projection="orthographic", ortho_height=5.0, K=k)
    found = WAYS[way](camera)
    same_picture(found, camera, depths=way not in ("nvdiffrast", "opengl"))
    again = found.nvdiffrast(dtype="float64").mvp
    np.testing.assert_allclose(again, camera.nvdiffrast(dtype="float64").mvp, atol=1e-9)


def test_orthographic_mitsuba_and_panoramas():
    k = [[90, 0, 300], [0, 90, 200], [0, 0, 1]]
    camera = looking_at_the_cube(projection="orthographic", ortho_height=5.0, K=k)
    sensor = camera.mitsuba()
    sensor["to_world"] = np.array(getattr(sensor["to_world"], "matrix", sensor["to_world"]))
    found = rv.Camera.from_mitsuba(sensor)
    np.testing.assert_allclose(corners_of(found), corners_of(camera), atol=1e-3)
    assert found.ortho_height == pytest.approx(5.0)
    panorama = looking_at_the_cube(projection="equirect", width=400, height=200)
    for found in (
        rv.Camera.from_luxcore(panorama.luxcore_text()),
        rv.Camera.from_nerf(panorama.nerf()),
    ):
        same_picture(found, panorama, depths=False)
    for name, value in panorama.luxcore().items():
        assert not name.endswith(("screenwindow", "fieldofview", "cliphither")), value


@pytest.mark.parametrize("seed", range(5))
def test_pixels_of_gaussian_splatting(seed):
    """Its rasteriser's ndc2Pix has pixel centres at integers: u = fx x/z + W/2 - 0.5."""
    camera = looking_at_the_cube(seed=seed, fov_y=60)
    gs = camera.gs(dtype="float64")
    clip = HOMOGENEOUS @ np.asarray(gs.full_proj_transform)
    size = np.array([gs.image_width, gs.image_height])
    found = ((clip[:, :2] / clip[:, 3:] + 1) * size - 1) / 2
    np.testing.assert_allclose(found, corners_of(camera) - 0.5, atol=1e-9)
    view = HOMOGENEOUS @ np.asarray(gs.world_view_transform)
    focal = size / (2 * np.tan([gs.FoVx / 2, gs.FoVy / 2]))
    np.testing.assert_allclose(
        found, focal * view[:, :2] / view[:, 2:3] + size / 2 - 0.5, atol=1e-9
    )


def test_a_principal_point_off_the_centre_in_gaussian_splatting():
    camera = looking_at_the_cube(K=K)
    with pytest.warns(UserWarning, match=r"\(-20\.0, 20\.0\) pixels off it"):
        plain = camera.gs(dtype="float64")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        shifted = camera.gs(shift=True, dtype="float64")
        looking_at_the_cube().gs()
    for gs, off in ((plain, [-20, 20]), (shifted, [0, 0])):
        clip = HOMOGENEOUS @ np.asarray(gs.full_proj_transform)
        found = ((clip[:, :2] / clip[:, 3:] + 1) * [640, 360] - 1) / 2
        np.testing.assert_allclose(found + 0.5 + off, corners_of(camera), atol=1e-9)


@pytest.mark.parametrize("flat", [False, True])
def test_pixels_of_gsplat(flat):
    kind = dict(projection="orthographic", ortho_height=5.0) if flat else {}
    camera = looking_at_the_cube(K=K, **kind)
    keywords = camera.gsplat(dtype="float64")
    view = HOMOGENEOUS @ np.asarray(keywords["viewmats"][0]).T
    scaled = view[:, :3] if flat else view[:, :3] / view[:, 2:3]
    scaled[:, 2] = 1
    found = (scaled @ np.asarray(keywords["Ks"][0]).T)[:, :2]
    np.testing.assert_allclose(found, corners_of(camera), atol=1e-9)


@pytest.mark.parametrize("flat", [False, True])
def test_pixels_of_nvdiffrast(flat):
    kind = dict(projection="orthographic", ortho_height=5.0) if flat else {}
    camera = looking_at_the_cube(K=K, **kind)
    nv = camera.nvdiffrast(dtype="float64")
    clip = HOMOGENEOUS @ np.asarray(nv.mvp).T
    assert (np.abs(clip[:, :3]) < clip[:, 3:]).all()
    height, width = nv.resolution
    found = (clip[:, :2] / clip[:, 3:] + 1) / 2 * [width, height]
    # Row 0 is the bottom one.
    found[:, 1] = height - found[:, 1]
    np.testing.assert_allclose(found, corners_of(camera), atol=1e-9)
    assert nv.image(np.zeros((360, 640, 3), np.float32)).origin == nv.origin == "bottom"
    assert nv.image(np.zeros((4, 4)), color="depth").color == "depth"


@pytest.mark.parametrize(("width", "height"), [(640, 360), (360, 640)])
def test_pixels_of_pytorch3d(width, height):
    k = [[300, 0, width / 2 - 9], [0, 290, height / 2 + 4], [0, 0, 1]]
    camera = looking_at_the_cube(K=k, width=width, height=height)
    found = camera.pytorch3d(dtype="float64")
    view = CORNERS @ found["R"][0] + found["T"][0]
    ndc = found["focal_length"][0] * view[:, :2] / view[:, 2:] + found["principal_point"][0]
    # x left, y up; half the shorter side is 1.
    pixels = np.array([width, height]) / 2 - ndc * min(width, height) / 2
    np.testing.assert_allclose(pixels, corners_of(camera), atol=1e-9)
    screen = SimpleNamespace(
        R=found["R"],
        T=found["T"],
        focal_length=np.array([[300.0, 290]]),
        principal_point=np.array([[width / 2 - 9, height / 2 + 4]]),
        image_size=np.array([[height, width]]),
        in_ndc=lambda: False,
    )
    same_picture(rv.Camera.from_pytorch3d(screen), camera, depths=False)


def test_nerf_in_its_dialects():
    camera = looking_at_the_cube(fov_y=40, width=800, height=800)
    blender = {"transform_matrix": camera.c2w_gl.tolist()}
    shared = {"camera_angle_x": camera.FoVx, "frames": []}
    found = rv.Camera.from_nerf(blender, shared, width=800, height=800)
    same_picture(found, camera, depths=False)
    own = rv.Camera.from_nerf(
        {**blender, "fl_x": 700.0, "time": 0.5},
        {**shared, "fl_x": 1.0, "w": 800, "h": 600, "cy": 290},
    )
    assert own.K.tolist() == [[700, 0, 400], [0, 700, 290], [0, 0, 1]]
    assert own.time == 0.5
    # NeRF's own rays: ((i - W/2) / f, -(j - H/2) / f, -1) in OpenGL's axes, here at i + 0.5.
    ray = camera.c2w_gl[:3, :3] @ [(100.5 - 400) / 700, -(20.5 - 290) / 700, -1]
    back = own.K @ own.w2c[:3, :3] @ ray
    np.testing.assert_allclose(back[:2] / back[2], [100.5, 20.5], atol=1e-9)


def test_mitsuba_in_its_dialects():
    camera = looking_at_the_cube(K=SQUARE)
    base = {"type": "thinlens", "to_world": camera.c2w @ np.diag([-1, -1, 1, 1.0])}
    film = {"any": {"type": "hdrfilm", "width": 640, "height": 360}}
    diagonal = math.hypot(640, 360)
    for axis, side in (("x", 640), ("y", 360), ("diagonal", diagonal), ("smaller", 360)):
        fov = math.degrees(2 * math.atan(side / 1000))
        found = rv.Camera.from_mitsuba({**base, **film, "fov": fov, "fov_axis": axis})
        assert found.K[0, 0] == pytest.approx(500)
    lens = rv.Camera.from_mitsuba({**base, **film})
    assert lens.K[0, 0] == pytest.approx(diagonal * 50 / math.hypot(36, 24))
    assert (lens.near, lens.far) == (0.01, 10000)
    assert rv.Camera.from_mitsuba({"type": "perspective", "fov": 60}).width == 768


def test_luxcore_in_its_dialects():
    text = (
        "# a comment = 1\n"
        'scene.camera.type = "perspective"\n'
        "scene.camera.lookat.orig = 1.0 6.0 3.0\n"
        "scene.camera.lookat.target = 0.0 0.0 0.5\n"
        "scene.camera.fieldofview = 60\n"
        "film.width = 512\nfilm.height = 768\n"
    )
    camera = rv.Camera.from_luxcore(text)
    # The longer side is the height; z is up by itself.
    assert camera.FoVy == pytest.approx(math.radians(60))
    assert camera.K[0, 0] == pytest.approx(camera.K[1, 1])
    above, target = (camera.K @ (camera.w2c @ [0, 0, z, 1])[:3] for z in (1.0, 0.5))
    np.testing.assert_allclose(target[:2] / target[2], [256, 384], atol=1e-9)
    assert above[1] / above[2] < 384
    assert (camera.near, camera.far) == (1e-3, 1e30)


PANORAMA = rv.Camera(np.eye(4), projection="equirect")
ORTHO = rv.Camera(np.eye(4), projection="orthographic", ortho_height=2.0)
FRAME = {"transform_matrix": np.eye(4).tolist(), "w": 8, "h": 8}
SIZE = dict(width=8, height=8)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: PANORAMA.gs(), "gaussian-splatting has perspective cameras, found equirect"),
        (lambda: ORTHO.gs(), "gaussian-splatting has perspective cameras, found orthographic"),
        (lambda: ORTHO.full_proj_transform, "found orthographic"),
        (lambda: PANORAMA.gsplat(), "perspective and orthographic cameras, found equirect"),
        (lambda: PANORAMA.nvdiffrast(), "panorama has no projection matrix"),
        (lambda: PANORAMA.proj_gl, "panorama"),
        (lambda: PANORAMA.pytorch3d(), "PyTorch3D"),
        (lambda: PANORAMA.mitsuba(), "Mitsuba has perspective and orthographic"),
        (lambda: PANORAMA.colmap(), "COLMAP has perspective"),
        (lambda: ORTHO.colmap(), "COLMAP"),
        (lambda: ORTHO.nerf(), "transforms.json has perspective and equirect"),
        (lambda: looking_at_the_cube(K=K).mitsuba(), "square pixels"),
        (lambda: ORTHO.gsplat(dtype="float16"), "float16"),
        (lambda: rv.Camera.from_opencv(**SIZE), "give one of c2w and w2c"),
        (lambda: rv.Camera.from_opencv(np.eye(4), w2c=np.eye(4), **SIZE), "give one of"),
        (lambda: rv.Camera.from_colmap([0, 0, 0, 0], [0, 0, 0], [1, 1, 1, 1], **SIZE), "zeros"),
        (lambda: rv.Camera.from_colmap([1, 0, 0], [0, 0, 0], [1, 1, 1, 1], **SIZE), "(4,)"),
        (
            lambda: rv.Camera.from_colmap(
                [1, 0, 0, 0], [0, 0, 0], [1, 1, 1, 0], model="SIMPLE_RADIAL", **SIZE
            ),
            "image_undistorter",
        ),
        (lambda: rv.Camera.from_colmap([1, 0, 0, 0], [0, 0, 0], [1, 1], **SIZE), "PINHOLE"),
        (lambda: rv.Camera.from_opengl(np.eye(4), K, proj=np.eye(4), **SIZE), "leave K"),
        (lambda: rv.Camera.from_nerf(FRAME), "camera_angle_x or fl_x"),
        (lambda: rv.Camera.from_nerf({"w": 8, "h": 8, "fl_x": 8}), "transform_matrix"),
        (
            lambda: rv.Camera.from_nerf({"transform_matrix": FRAME["transform_matrix"]}),
            "no w and h",
        ),
        (lambda: rv.Camera.from_nerf({**FRAME, "fl_x": 8, "k1": 0.1}), "found k1"),
        (
            lambda: rv.Camera.from_nerf({**FRAME, "fl_x": 8, "camera_model": "OPENCV_FISHEYE"}),
            "fisheye",
        ),
        (lambda: rv.Camera.from_gs(), "R, T, FoVx"),
        (lambda: rv.Camera.from_gs(R=np.eye(3), T=np.zeros(3)), "FoVx, FoVy, width, height too"),
        (lambda: rv.Camera.from_gsplat(np.zeros((2, 4, 4)), np.eye(3), 8, 8), "(1, 4, 4)"),
        (
            lambda: rv.Camera.from_gsplat(np.eye(4), np.eye(3), 8, 8, camera_model="fisheye"),
            "pinhole, ortho",
        ),
        (lambda: rv.Camera.from_nvdiffrast(np.zeros((4, 4)), **SIZE), "last row of 0"),
        (lambda: rv.Camera.from_nvdiffrast(np.diag([0, 0, 1, 1.0]), **SIZE), "flat"),
        (lambda: rv.Camera.from_pytorch3d({"R": np.eye(3)}), "focal_length"),
        (lambda: rv.Camera.from_mitsuba({"type": "radiancemeter"}), "'radiancemeter'"),
        (lambda: rv.Camera.from_mitsuba({"type": "perspective", "fov": 200}), "0 to 180"),
        (lambda: rv.Camera.from_mitsuba({"type": "perspective", "focal_length": "a"}), "50mm"),
        (
            lambda: rv.Camera.from_mitsuba(
                {"type": "perspective", "to_world": np.diag([1, 2, 1, 1.0])}
            ),
            "stretched",
        ),
        (lambda: rv.Camera.from_mitsuba(3), "found 3"),
        (lambda: rv.Camera.from_luxcore({}, **SIZE), "a dict with scene.camera.*"),
        (
            lambda: rv.Camera.from_luxcore({"scene.camera.up": [0, 0, 1]}, **SIZE),
            "lookat.orig has to be 3 finite numbers, found none",
        ),
        (lambda: rv.Camera.from_luxcore("film.width = x"), "film.width"),
        (
            lambda: rv.Camera.from_luxcore({**ORTHO.luxcore(), "scene.camera.up": [0, 0, 1]}),
            "lead away",
        ),
        (lambda: ORTHO.replace(wide=3), "a camera has c2w, K, width"),
        (lambda: view_struct({"a": 1}, {}), "found a"),
    ],
)
def test_what_is_refused(call, says):
    with pytest.raises(rv.InvalidError) as caught:
        call()
    assert says in str(caught.value)


def test_replace():
    camera = looking_at_the_cube(K=K, up=(0, 0, 1), time=2.0)
    other = camera.replace(near=0.5, width=320)
    assert (other.near, other.width, other.time) == (0.5, 320, 2.0)
    assert np.array_equal(other.K, camera.K)
    assert camera.replace(fov_y=60).FoVy == pytest.approx(math.radians(60))
    assert camera.near == 0.1


MITSUBA = {"to_world": np.eye(4) @ np.diag([-1, -1, 1, 1.0])}


@pytest.mark.filterwarnings("ignore:gaussian-splatting")
@pytest.mark.parametrize(
    "export",
    [
        lambda c: c,
        lambda c: c.gs(),
        lambda c: SimpleNamespace(
            FoVx=c.FoVx,
            FoVy=c.FoVy,
            image_width=640,
            image_height=360,
            znear=0.1,
            zfar=20.0,
            world_view_transform=c.w2c.T,
        ),
        lambda c: c.gsplat(),
        lambda c: c.nerf(),
        lambda c: c.nvdiffrast(),
        lambda c: c.pytorch3d(),
        lambda c: SimpleNamespace(**{**c.pytorch3d(), "in_ndc": lambda: True}),
        lambda c: c.luxcore(),
        lambda c: c.luxcore_text(),
        lambda c: {**c.mitsuba(), "to_world": c.c2w @ np.diag([-1, -1, 1, 1.0])},
        lambda c: {
            "id": 0,
            "width": 640,
            "height": 360,
            "position": c.position.tolist(),
            "rotation": c.c2w[:3, :3].tolist(),
            "fx": c.K[0, 0],
            "fy": c.K[1, 1],
        },
    ],
)
def test_views_of_every_convention(export):
    camera = looking_at_the_cube(fov_y=50)
    struct = view_struct(export(camera), {"up": (0, 0, 1)})
    np.testing.assert_allclose(np.reshape(struct.c2w, (4, 4)), camera.c2w, atol=1e-5)
    np.testing.assert_allclose(np.reshape(struct.k, (3, 3)), camera.K, rtol=1e-5, atol=1e-3)
    assert (struct.width, struct.height) == (640, 360)
    assert struct.projection == _abi.RV_PERSPECTIVE
    assert list(struct.up) == [0, 0, 1]


def test_a_view_of_a_frame_without_a_size():
    camera = looking_at_the_cube(width=800, height=800)
    frame = {"transform_matrix": camera.c2w_gl.tolist(), "camera_angle_x": camera.FoVx}
    struct = view_struct(frame, {"width": 800, "height": 800})
    assert (struct.width, struct.k[0]) == (800, pytest.approx(camera.K[0, 0]))
    with pytest.raises(rv.InvalidError, match="no w and h"):
        view_struct(frame, {})
