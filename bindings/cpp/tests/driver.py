"""Runs the C++ programs against receivers through real sockets.

driver.py images PROGRAM RVTOOL CODEC   random images arrive bit by bit
driver.py orbit PATH_TRACER RVTOOL      its images follow rvtool's camera
driver.py render PATH_TRACER            its images are right, and become clean
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import Any, Callable

import rv1

LISTS = 4


def want(good: bool, words: str) -> None:
    if not good:
        raise SystemExit(f"driver: wanted {words}")


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def receive(rvtool: str, *arguments: str) -> list[dict[str, Any]]:
    """What `rvtool recv --json` prints, a line for each list."""
    want(os.access(rvtool, os.X_OK), f"the tool at {rvtool} (make tool)")
    command = [rvtool, "recv", "--json", *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, timeout=100, check=False, text=True)
    want(done.returncode == 0, f"{' '.join(command)} to end with 0, found {done.returncode}")
    return [json.loads(line) for line in done.stdout.splitlines()]


@contextlib.contextmanager
def running(*command: str) -> Iterator[subprocess.Popen[str]]:
    """A program that is ended at the end, should it still run."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()


def test_images(program: str, rvtool: str, codec: str) -> None:
    with tempfile.TemporaryDirectory() as folder, running(program, folder, str(LISTS), "5") as sender:
        assert sender.stdout is not None
        address = sender.stdout.readline().strip()
        lists = receive(rvtool, address, "--count", str(LISTS), "--codec", codec)
        want(sender.wait(timeout=60) == 0, "the sender to end with 0")
        expected = [json.loads(line) for line in (pathlib.Path(folder) / "list.json").read_text().splitlines()]
        want(len(lists) == len(expected) == LISTS, f"{LISTS} lists, found {len(lists)}")
        for n, (found, wanted) in enumerate(zip(lists, expected)):
            want(found["meta"] == {"list": n}, f"meta of list {n}, found {found['meta']}")
            want(len(found["images"]) == len(wanted) == 40, f"40 images, found {len(found['images'])}")
            for image, original in zip(found["images"], wanted):
                compare(image, original, pathlib.Path(folder))


def compare(image: dict[str, Any], original: dict[str, Any], folder: pathlib.Path) -> None:
    for key in ("name", "dtype", "width", "height"):
        want(image[key] == original[key], f"{key} {original[key]} of {original['name']}, found {image[key]}")
    want(len(image["channels"]) == original["channels"], f"{original['channels']} channels of {original['name']}")
    sha256 = hashlib.sha256((folder / original["file"]).read_bytes()).hexdigest()
    want(image["sha256"] == sha256, f"the pixels of {original}, found {image}")


def test_orbit(program: str, rvtool: str) -> None:
    address = f"127.0.0.1:{free_port()}"
    with running(program, "--listen", address, "--size", "120x90", "--threads", "2", "--name", "orbit"):
        lists = receive(rvtool, "rv://" + address, "--count", "24", "--camera", "orbit")
    want(len(lists) == 24, f"24 lists, found {len(lists)}")
    depth_of: dict[int, str] = {}
    for found in lists:
        color, depth = found["images"]
        want((color["name"], depth["name"]) == ("color", "depth"), f"color and depth, found {found}")
        want((color["color"], depth["color"]) == ("linear", "depth"), "linear colour and depth")
        want(color["dtype"] == depth["dtype"] == "f32" and color["exact"] and depth["exact"], "exact floats")
        want((color["width"], color["height"]) == (depth["width"], depth["height"]) == (120, 90), "120 x 90 pixels")
        seq = found["camera_seq"]
        want(depth_of.setdefault(seq, depth["sha256"]) == depth["sha256"], f"one depth image for camera {seq}")
    want(len(depth_of) >= 4, f"pictures of at least 4 cameras, found {len(depth_of)}")
    want(len(set(depth_of.values())) == len(depth_of), "another depth image for each camera")
    want(list(depth_of) == sorted(depth_of), "cameras in their order")


def test_render(program: str) -> None:
    port = free_port()
    arguments = ("--listen", f"127.0.0.1:{port}", "--threads", "2", "--name", "render")
    with running(program, *arguments), rv1.Viewer("127.0.0.1", port) as viewer:
        want(viewer.hello["name"] == "render", f"its name, found {viewer.hello['name']}")
        want(viewer.receive("view")[0]["width"] == 800, "a first view")
        check_geometry(viewer, (0.0, 0.0, -4.0), 160, 120)
        check_geometry(viewer, (0.3, -0.2, -3.0), 97, 131)
        check_convergence(viewer)
    frames = ("--frames", "3", "--size", "32x32")
    with running(program, *arguments, *frames) as ends, rv1.Viewer("127.0.0.1", port) as viewer:
        viewer.look((0, 0, -4), 32, 32, 40)
        viewer.pictures(1)
        want(ends.wait(timeout=20) == 0, "--frames to end it with 0")


def check_geometry(viewer: rv1.Viewer, position: tuple[float, float, float], width: int, height: int) -> None:
    """The box is 2 wide about the origin; depth is known in closed form."""
    focal = 1.1 * width
    head, found = viewer.pictures(viewer.look(position, width, height, focal))
    color, depth = found["color"], found["depth"]
    for image in (color, depth):
        want((image.head["width"], image.head["height"]) == (width, height), f"{width} x {height}, found {image.head}")
    want(head["camera"]["c2w"][3::4][:3] == list(position), f"the camera in the list, found {head['camera']}")

    def pixel(x: float, y: float, z: float) -> tuple[int, int]:
        ahead = z - position[2]
        return int(width / 2 + focal * (x - position[0]) / ahead), int(height / 2 + focal * (y - position[1]) / ahead)

    back = pixel(0.3, -0.6, 1)
    want(math.isclose(depth.at(*back), 1 - position[2], rel_tol=1e-5), f"the back wall's depth, found {depth.at(*back)}")
    floor = pixel(-0.5, 1, -0.6)
    ahead = focal * (1 - position[1]) / (floor[1] + 0.5 - height / 2)
    want(math.isclose(depth.at(*floor), ahead, rel_tol=1e-4), f"the floor at {ahead}, found {depth.at(*floor)}")
    left, right = pixel(-1, -0.3, 0), pixel(1, -0.3, 0)
    want(color.at(*left) > 2 * color.at(*left, 1) > 0, "a red wall on the left")
    want(color.at(*right, 1) > 1.5 * color.at(*right) > 0, "a green wall on the right")
    want(all(v > 0 for v in depth.values), "depth before the camera")
    want(all(math.isfinite(v) and v >= 0 for v in color.values), "finite colours")


def check_convergence(viewer: rv1.Viewer) -> None:
    """While the camera stands still, samples are added and noise goes down."""
    seq = viewer.look((0, 0, -4), 64, 48, 70)
    head, first = viewer.pictures(seq)
    while head["meta"]["samples"] < 64:
        samples = head["meta"]["samples"]
        head, last = viewer.pictures(seq)
        want(head["meta"]["samples"] > samples, f"more samples than {samples}, found {head['meta']}")
    want(first["depth"].values == last["depth"].values, "the same depth while the camera stands still")

    def roughness(image: rv1.Picture) -> float:
        """The mean difference of neighbours on the back wall."""
        pairs = [(x, y) for y in range(14, 20) for x in range(24, 44)]
        return sum(abs(image.at(x, y) - image.at(x + 1, y)) for x, y in pairs) / len(pairs)

    noisy, clean = roughness(first["color"]), roughness(last["color"])
    want(clean < 0.05, f"a smooth wall after 64 samples, found {clean} (at first {noisy})")


def main() -> None:
    tests: dict[str, Callable[..., None]] = {"images": test_images, "orbit": test_orbit, "render": test_render}
    tests[sys.argv[1]](*sys.argv[2:])


if __name__ == "__main__":
    main()
