"""Mitsuba and LuxCore really render a small bright sphere, and it is where we say.

Neither is needed by the package; each test is skipped where its renderer isn't installed
(`make demo` installs Mitsuba; `pip install pyluxcore` the other).
"""

from __future__ import annotations

import importlib.util
import json

import numpy as np
import pytest
import remoteviewer as rv
from conftest import run_python
from test_camera import looking_at_the_cube

POINTS = [(0.0, 0.0, 0.0), (0.5, -0.3, 0.4), (-0.4, 0.5, -0.6)]


def lens(fx, cx, cy, width, height, fy=None):
    return dict(K=[[fx, 0, cx], [0, fy or fx, cy], [0, 0, 1]], width=width, height=height)


CAMERAS = {
    "central": lens(150, 60, 40, 120, 80),
    "off_centre": lens(150, 70, 33, 120, 80),
    "portrait": lens(150, 36, 66, 80, 120),
    "orthographic": dict(projection="orthographic", ortho_height=4.0, **lens(20, 67, 36, 120, 80)),
}
STRETCHED = {"stretched": lens(150, 66, 37, 120, 80, fy=120)}
PANORAMA = {"panorama": dict(projection="equirect", width=320, height=160)}


def pixel(camera, point):
    """Where a point is, origin at the image's top-left corner."""
    x, y, z = (camera.w2c @ [*point, 1])[:3]
    if camera.projection == "orthographic":
        scale = camera.height / camera.ortho_height
        return [scale * x + camera.K[0, 2], scale * y + camera.K[1, 2]]
    if camera.projection == "equirect":
        turn = [np.arctan2(x, z) / 2, np.arcsin(y / np.linalg.norm([x, y, z]))]
        return (np.array(turn) / np.pi + 0.5) * [camera.width, camera.height]
    return (camera.K @ [x, y, z])[:2] / z


def installed(name):
    if importlib.util.find_spec(name) is None:
        pytest.skip(f"{name} isn't installed, and isn't needed")


def rendered(code, cameras):
    """Runs a renderer in a process of its own; returns its lists of centroids by camera."""
    done = run_python(code, RV_CAMERAS=json.dumps(cameras), timeout=240)
    return json.loads(done.stdout.splitlines()[-1])


CENTROID = """
def centroid(image):
    y, x = np.mgrid[:image.shape[0], :image.shape[1]] + 0.5
    assert image.sum() > 0, "the sphere isn't in the image"
    return [float((x * image).sum() / image.sum()), float((y * image).sum() / image.sum())]
"""

MITSUBA = (
    """
import json, os
import numpy as np
import mitsuba as mi
import remoteviewer as rv
mi.set_variant("scalar_rgb")
"""
    + CENTROID
    + """
found = {}
for name, (c2w, options, points) in json.loads(os.environ["RV_CAMERAS"]).items():
    sensor = rv.Camera(c2w, near=0.1, far=20.0, **options).mitsuba()
    sensor["film"]["rfilter"] = {"type": "box"}
    loaded = mi.load_dict(sensor)
    again = rv.Camera.from_mitsuba(loaded)
    assert np.abs(again.c2w[:3, :3] - np.array(c2w)[:3, :3]).max() < 1e-5, again.c2w
    if again.projection == "perspective":
        assert np.abs(again.K - options["K"]).max() < 1e-3, again.K
    found[name] = []
    for point in points:
        light = {"type": "area", "radiance": {"type": "rgb", "value": 1.0}}
        ball = {"type": "sphere", "center": point, "radius": 0.05, "light": light}
        scene = {"type": "scene", "i": {"type": "direct"}, "s": sensor, "ball": ball}
        image = mi.render(mi.load_dict(scene), spp=64)
        found[name].append(centroid(np.array(image)[..., 0]))
print(json.dumps(found))
"""
)

LUXCORE = (
    """
import json, os, sys, time
import numpy as np
import pyluxcore
import remoteviewer as rv
pyluxcore.Init()
"""
    + CENTROID
    + """
def parsed(text):
    properties = pyluxcore.Properties()
    properties.SetFromString(text)
    return properties

CORNERS = [(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)]
# Counter-clockwise from outside: the other side of a face gives no light.
FACES = [(0, 2, 4), (2, 1, 4), (1, 3, 4), (3, 0, 4), (2, 0, 5), (1, 2, 5), (3, 1, 5), (0, 3, 5)]
kept = []
def render(text, point, width, height):
    scene = pyluxcore.Scene()
    scene.Parse(parsed(text))
    ball = [tuple(p + 0.05 * c for p, c in zip(point, corner)) for corner in CORNERS]
    scene.DefineMesh("ball", ball, FACES, None, None, None, None)
    scene.Parse(parsed(
        "scene.materials.light.type = matte\\nscene.materials.light.emission = 1 1 1\\n"
        "scene.objects.ball.shape = ball\\nscene.objects.ball.material = light\\n"))
    config = pyluxcore.RenderConfig(parsed(
        f"film.width = {width}\\nfilm.height = {height}\\nrenderengine.type = PATHCPU\\n"
        "sampler.type = SOBOL\\nnative.threads.count = 1\\nfilm.filter.type = NONE\\n"
        "batch.haltspp = 64\\n"), scene)
    session = pyluxcore.RenderSession(config)
    kept.append(session)  # its end joins threads that have ended
    session.Start()
    while not session.HasDone():
        session.UpdateStats()  # what halts it is looked at here
        time.sleep(0.02)
    pixels = np.zeros(width * height * 3, np.float32)
    session.GetFilm().GetOutputFloat(pyluxcore.FilmOutputType.RGB, pixels, 0, True)
    return pixels.reshape(height, width, 3)[::-1, :, 0]  # the film has the bottom row first

found = {}
for name, (c2w, options, points) in json.loads(os.environ["RV_CAMERAS"]).items():
    camera = rv.Camera(c2w, near=0.1, far=20.0, **options)
    text = camera.luxcore_text()
    again = rv.Camera.from_luxcore(parsed(text))
    assert np.abs(again.K - camera.K).max() < 1e-4 or again.projection == "orthographic", again.K
    assert np.abs(again.c2w - camera.c2w).max() < 1e-9
    found[name] = [centroid(render(text, p, camera.width, camera.height)) for p in points]
print()
print(json.dumps(found))
sys.stdout.flush()
os._exit(0)
"""
)


def compare(code, cameras, shift):
    c2w = looking_at_the_cube(seed=2).c2w
    found = rendered(code, {n: (c2w.tolist(), lens, POINTS) for n, lens in cameras.items()})
    assert list(found) == list(cameras)
    for name, centroids in found.items():
        camera = rv.Camera(c2w, **cameras[name])
        wanted = np.array([pixel(camera, p) for p in POINTS]) + shift
        assert np.ptp(wanted, axis=0).min() > 1, "the points are too close to compare"
        np.testing.assert_allclose(centroids, wanted, atol=0.3, err_msg=name)


def test_mitsuba():
    installed("mitsuba")
    compare(MITSUBA, CAMERAS, (0, 0))


def test_luxcore():
    """LuxCore draws everything one row lower than its camera says (2.11)."""
    installed("pyluxcore")
    compare(LUXCORE, {**CAMERAS, **STRETCHED, **PANORAMA}, (0, 1))
