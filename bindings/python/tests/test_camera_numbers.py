"""Each convention's numbers against testdata/cameras.json, which C++ and Go read too."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
import remoteviewer as rv

ROOT = Path(__file__).resolve().parents[3]
TABLE = json.loads((ROOT / "testdata" / "cameras.json").read_text())
FLAT = [name for name, values in TABLE.items() if values["projection"] == "perspective"]


def made(name, **options):
    values = TABLE[name]
    lens = {key: values[key] for key in ("width", "height", "near", "far", "projection")}
    k = np.reshape(values["K"], (3, 3))
    c2w = np.reshape(values["c2w"], (4, 4))
    return rv.Camera(c2w, k, ortho_height=values["ortho_height"], **lens, **options)


def near(found, name, key, tolerance=1e-9):
    wanted = TABLE[name][key]
    assert np.size(found) == np.size(wanted), key
    np.testing.assert_allclose(np.ravel(found), np.ravel(wanted), rtol=0, atol=tolerance)


def same(camera, name):
    """Whether an import gave the table's camera back."""
    near(camera.c2w, name, "c2w")
    near(camera.K, name, "K", 1e-7)
    for key in ("width", "height", "projection"):
        assert getattr(camera, key) == TABLE[name][key]


def test_the_table_is_what_its_script_writes():
    path = ROOT / "scripts" / "gen_camera_numbers.py"
    spec = importlib.util.spec_from_file_location("gen_camera_numbers", path)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    fresh = script.table()
    assert list(fresh) == list(TABLE)
    for name, values in fresh.items():
        assert list(values) == list(TABLE[name])
        for key, value in values.items():
            if not isinstance(value, str):
                near(value, name, key, 1e-12)
    lines = (ROOT / "testdata" / "cameras.txt").read_text().splitlines()[1:]
    for line in lines:
        name, key, *words = line.split()
        if key != "projection":
            near([float(w) for w in words], name, key, 0)
    assert len(lines) == sum(len(values) for values in TABLE.values())


@pytest.mark.parametrize("name", TABLE)
def test_opencv_and_opengl(name):
    camera, values = made(name), TABLE[name]
    for key in ("w2c", "c2w_gl", "w2c_gl"):
        near(getattr(camera, key), name, key)
        assert getattr(camera, key).dtype == np.float64
    near(camera.mvp_gl, name, "mvp_gl", 1e-5)
    near(np.asarray(camera.proj_gl, float) @ camera.w2c_gl, name, "mvp_gl", 1e-5)
    near(camera.nvdiffrast(dtype="float64").mvp, name, "mvp_gl")
    assert camera.mvp_gl.dtype == camera.view_gl.dtype == np.float32
    size = dict(width=values["width"], height=values["height"])
    kind = dict(projection=values["projection"], ortho_height=values["ortho_height"])
    w2c, w2c_gl = (np.reshape(values[key], (4, 4)) for key in ("w2c", "w2c_gl"))
    same(rv.Camera.from_opencv(w2c=w2c, K=camera.K, **size, **kind), name)
    same(rv.Camera.from_opencv(camera.c2w[:3], camera.K, **size, **kind), name)
    same(rv.Camera.from_opengl(camera.c2w_gl, camera.K, **size, **kind), name)
    same(rv.Camera.from_opengl(w2c_gl=w2c_gl, K=camera.K, **size, **kind), name)


@pytest.mark.parametrize("name", FLAT)
def test_colmap(name):
    camera, values = made(name), TABLE[name]
    qvec, tvec, params = camera.colmap()
    near(qvec, name, "colmap_qvec")
    near(tvec, name, "colmap_tvec")
    k = values["K"]
    np.testing.assert_array_equal(params, [k[0], k[4], k[2], k[5]])
    size = dict(width=values["width"], height=values["height"])
    q, t = values["colmap_qvec"], values["colmap_tvec"]
    same(rv.Camera.from_colmap(q, t, params, **size), name)
    # The same rotation, and a length that isn't 1.
    same(rv.Camera.from_colmap(-3 * np.array(q), t, params, **size), name)
    if k[0] == k[4]:
        simple = [k[0], k[2], k[5]]
        same(rv.Camera.from_colmap(q, t, simple, model="SIMPLE_PINHOLE", **size), name)


@pytest.mark.parametrize("name", FLAT)
@pytest.mark.filterwarnings("ignore:gaussian-splatting")
def test_gaussian_splatting(name):
    camera = made(name)
    for gs, tolerance in ((camera.gs(), 1e-5), (camera.gs(dtype="float64"), 1e-9)):
        near(gs.world_view_transform, name, "gs_world_view", tolerance)
        near(gs.full_proj_transform, name, "gs_full_proj", tolerance)
        near(gs.camera_center, name, "gs_center", tolerance)
        near([gs.FoVx, gs.FoVy], name, "gs_fov")
        found = np.asarray(gs.world_view_transform) @ np.asarray(gs.projection_matrix)
        near(found, name, "gs_full_proj", 10 * tolerance)
    near(camera.full_proj_transform, name, "gs_full_proj", 1e-5)
    w2c = np.reshape(TABLE[name]["w2c"], (4, 4))
    np.testing.assert_allclose(gs.R, w2c[:3, :3].T, atol=1e-12)
    np.testing.assert_allclose(gs.T, w2c[:3, 3], atol=1e-12)


@pytest.mark.parametrize("name", TABLE)
def test_gsplat(name):
    camera = made(name)
    keywords = camera.gsplat(dtype="float64")
    near(keywords["viewmats"], name, "w2c")
    near(keywords["Ks"], name, "gsplat_k")
    assert keywords["viewmats"].shape == (1, 4, 4)
    assert keywords["Ks"].shape == (1, 3, 3)
    single = camera.gsplat()
    assert single["viewmats"].dtype == single["Ks"].dtype == np.float32
    rest = {k: v for k, v in single.items() if k not in ("viewmats", "Ks")}
    wanted = dict(width=camera.width, height=camera.height, near_plane=0.1, far_plane=50.0)
    if camera.projection == "orthographic":
        wanted["camera_model"] = "ortho"
    assert rest == wanted


@pytest.mark.parametrize("name", TABLE)
def test_pytorch3d(name):
    found = made(name).pytorch3d(dtype="float64")
    assert found["R"].shape == (1, 3, 3)
    assert found["T"].shape == (1, 3)
    near(found["R"], name, "pytorch3d_r")
    near(found["T"], name, "pytorch3d_t")
    near(found["focal_length"], name, "pytorch3d_focal")
    near(found["principal_point"], name, "pytorch3d_point")
    assert found["image_size"] == ((TABLE[name]["height"], TABLE[name]["width"]),)
    assert found["in_ndc"] is True


@pytest.mark.parametrize("name", [n for n in TABLE if n != "stretched"])
def test_mitsuba(name):
    sensor, values = made(name).mitsuba(), TABLE[name]
    to_world = sensor["to_world"]
    near(getattr(to_world, "matrix", to_world), name, "mitsuba_to_world", 1e-5)
    assert sensor["type"] == values["projection"]
    assert (sensor["near_clip"], sensor["far_clip"]) == (0.1, 50.0)
    film = dict(type="hdrfilm", width=values["width"], height=values["height"])
    assert sensor["film"] == film
    if "mitsuba_fov" in values:
        assert sensor["fov_axis"] == "x"
        near(sensor["fov"], name, "mitsuba_fov")
        offsets = [sensor[f"principal_point_offset_{axis}"] for axis in "xy"]
        near(offsets, name, "mitsuba_offset")


@pytest.mark.parametrize("name", TABLE)
def test_luxcore(name):
    found, values = made(name).luxcore(), TABLE[name]
    near(found["scene.camera.lookat.orig"], name, "luxcore_orig")
    near(found["scene.camera.lookat.target"], name, "luxcore_target")
    near(found["scene.camera.up"], name, "luxcore_up")
    if "luxcore_fieldofview" in values:
        near(found["scene.camera.fieldofview"], name, "luxcore_fieldofview")
    if name == "central":
        assert "scene.camera.screenwindow" not in found
    else:
        near(found["scene.camera.screenwindow"], name, "luxcore_screenwindow")
    assert found["scene.camera.type"] == values["projection"]
    assert found["film.width"] == values["width"]
