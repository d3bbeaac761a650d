"""The splat renderers from the viewer's side, with the still life of examples/splats."""

from __future__ import annotations

import json
import math
import os
import pathlib
import re
import subprocess
import sys
import tempfile
from typing import Any, Callable

import rv1
from rv1 import same, want

EYE = (0.0, -0.4, -3.6)
WIDTH, HEIGHT, FOCAL = 160, 120, 165.0
BALL, RADIUS = (0.1, -0.42, -0.1), 0.42  # the red one, in the middle
MIDDLE = (WIDTH // 2 + 4, HEIGHT // 2)
CORNER = (2, 2)

Images = dict[str, rv1.Picture]


def test_splats(program: str, scene: str) -> None:
    arguments = (scene, "--listen", "127.0.0.1:0", "--threads", "2", "--name", "still life")
    with rv1.listening(program, *arguments) as port, rv1.Viewer("127.0.0.1", port) as viewer:
        same("its name", viewer.hello["name"], "still life")
        view = viewer.receive("view")[0]
        want(view["c2w"][11] < -2, f"a first view from outside, found {view}")
        head, images = viewer.pictures(viewer.look(EYE, WIDTH, HEIGHT, FOCAL))
        check_picture(head, images)
        want(viewer.quiet_for(0.5), "no list while nothing changes")
        check_controls(viewer, images)
        check_picks(viewer)
    check_refused(program)


def check_picture(head: dict[str, Any], images: Images) -> None:
    same("windows", list(images), ["color", "depth", "alpha"])
    color, depth, alpha = images.values()
    meanings = [image.head["color"] for image in images.values()]
    same("meanings", meanings, ["srgb", "depth", "srgb"])
    want(head["meta"]["gaussians"] > 1000, f"gaussians drawn, found {head['meta']}")
    want(color.at(*MIDDLE) > 2 * color.at(*MIDDLE, 1) > 0, "a red ball in the middle")
    want(alpha.at(*MIDDLE) > 0.95, f"a ball that covers, found {alpha.at(*MIDDLE)}")
    ahead = BALL[2] - RADIUS - EYE[2]
    found = depth.at(*MIDDLE)
    want(abs(found - ahead) < 0.35, f"the ball's front at a depth of {ahead}, found {found}")
    same("nothing in the corner", (alpha.at(*CORNER), depth.at(*CORNER)), (0, math.inf))
    want(all(-1e-6 <= v <= 1 for v in alpha.values), "alphas from 0 to 1")
    want(all(math.isfinite(v) and v >= 0 for v in color.values), "finite colours")


def after(viewer: rv1.Viewer, condition: Callable[[Images], bool], what: str) -> Images:
    """The next list that meets a condition."""
    for _ in range(50):
        images = viewer.images(*viewer.receive("images"))
        if condition(images):
            return images
    raise SystemExit(f"wanted {what} within 50 lists")


def check_controls(viewer: rv1.Viewer, first: Images) -> None:
    names = {"scale modifier", "spherical harmonics", "points", "background"}
    same("controls", set(viewer.controls), names)
    viewer.set_control("background", [0, 0, 1])
    blue = after(viewer, lambda i: i["color"].at(*CORNER, 2) == 1, "a blue background")
    same("an alpha as before", blue["alpha"].values, first["alpha"].values)
    viewer.set_control("background", [0, 0, 0])
    after(viewer, lambda i: i["color"].values == first["color"].values, "the first picture again")
    covered = sum(first["alpha"].values)
    for name, value, back in (("scale modifier", 0.2, 1), ("points", True, False)):
        viewer.set_control(name, value)
        after(viewer, lambda i: sum(i["alpha"].values) < 0.8 * covered, f"less covered by {name}")
        viewer.set_control(name, back)
        after(viewer, lambda i: i["alpha"].values == first["alpha"].values, "all of it again")
    viewer.set_control("spherical harmonics", 0)
    plain = after(viewer, lambda i: i["color"].values != first["color"].values, "other colours")
    same("the same alpha", plain["alpha"].values, first["alpha"].values)


def check_picks(viewer: rv1.Viewer) -> None:
    viewer.until("picks wanted", lambda: viewer.picks)
    viewer.event("pick", "color", MIDDLE[0] + 0.5, MIDDLE[1] + 0.5, id=1)
    viewer.until("an answer", lambda: 1 in viewer.answers)
    found = viewer.answers[1]
    want(isinstance(found["gaussian"], int) and 0 < found["opacity"] <= 1, f"a gaussian, {found}")
    distance = math.dist(found["position"], BALL)
    want(abs(distance - RADIUS) < 0.1, f"one of the ball's, {RADIUS} away, found {distance}")
    viewer.event("pick", "color", *CORNER, id=2)
    viewer.until("an answer", lambda: 2 in viewer.answers)
    same("nothing at the corner", viewer.answers[2], None)


def check_refused(program: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "points.ply"
        path.write_bytes(b"ply\nformat ascii 1.0\nend_header\n")
        done = subprocess.run([program, str(path)], capture_output=True, text=True, check=False)
        same("a wrong file to end it with", done.returncode, 1)
        want("points.ply: wanted" in done.stderr, f"a sentence, found {done.stderr!r}")
    done = subprocess.run([program, "--size", "0x3"], capture_output=True, text=True, check=False)
    same("a wrong option to end it with", done.returncode, 2)


def test_fit(program: str, python: str, script: str) -> None:
    """The script that made the scene makes one that the renderer shows, in small."""
    skip_without(python, "import mitsuba, numpy", "make .venv/stamp-demo")
    with tempfile.TemporaryDirectory() as folder:
        path = str(pathlib.Path(folder) / "small.ply")
        small = ("--count", "200", "--steps", "12", "--height", "48", "--samples", "8")
        command = [python, script, *small, "--out", path]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        same(f"{script} to end with", (done.returncode, done.stderr), (0, ""))
        laid, fitted = (float(v) for v in re.findall(r"held out: ([\d.]+) dB", done.stdout))
        want(fitted > laid + 1 and fitted > 12, f"a better fit than {laid} dB, found {fitted} dB")
        alpha = rendered(program, path, "--listen", "127.0.0.1:0")["alpha"]
        want(alpha.at(*MIDDLE) > 0.5, f"something in the middle, found {alpha.at(*MIDDLE)}")


def skip_without(python: str, imports: str, how: str) -> None:
    found = os.access(python, os.X_OK)
    if not found or subprocess.run([python, "-c", imports], check=False).returncode != 0:
        print(f'skipped: {python} can\'t "{imports}" ({how})', file=sys.stderr)
        raise SystemExit(77)


def test_twin(program: str, scene: str, python: str, twin: str) -> None:
    """The C++ picture is the numpy twin's."""
    opened = "import remoteviewer as rv; rv.listen('127.0.0.1:0', quiet=True).close()"
    skip_without(python, opened, "make python")
    ours = rendered(program, scene, "--listen", "127.0.0.1:0")
    theirs = rendered(python, twin, scene, "--listen", "127.0.0.1:0")
    found = {}
    for name in ("color", "alpha", "depth"):
        pairs = [(a, b) for a, b in zip(ours[name].values, theirs[name].values) if a != b]
        want(all(math.isfinite(a + b) for a, b in pairs), f"{name} at the same pixels")
        error = sum((a - b) ** 2 for a, b in pairs) / len(ours[name].values)
        found[name] = round(-10 * math.log10(max(error, 1e-12)), 1)
    print(json.dumps({"psnr_db": found}))
    want(min(found.values()) > 40, f"more than 40 dB, found {found}")


def rendered(*command: str) -> Images:
    with rv1.listening(*command) as port, rv1.Viewer("127.0.0.1", port) as viewer:
        return viewer.pictures(viewer.look(EYE, WIDTH, HEIGHT, FOCAL))[1]
