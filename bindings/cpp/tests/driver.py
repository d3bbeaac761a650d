"""Runs the C++ programs against receivers through real sockets.

driver.py images PROGRAM RVTOOL CODEC   random images arrive bit by bit
driver.py orbit PATH_TRACER RVTOOL      its images follow rvtool's camera
driver.py render PATH_TRACER            its images are right, and become clean
driver.py loop MINIMAL_CPP              a loop over cameras renders what it has to, no more
driver.py once MINIMAL_C RVTOOL         a program that shows one image and ends
driver.py usage PROGRAM...              --help, and what is no option, give a sentence
driver.py controls CONTROLS_CPP         an example's controls change its images
driver.py talk TALK                     controls, events, picks, the gate and pacing, each way
driver.py splats SPLATS SCENE           a picture of gaussians, its controls and picks
driver.py cuda [CUDA_GRADIENT]          an image out of a CUDA device's memory
driver.py fit SPLATS PYTHON SCRIPT      a small scene fitted anew
driver.py twin SPLATS SCENE PYTHON TWIN the same picture as its Python twin's
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

import cuda_driver
import rv1
import splats_driver
import talk_driver
from rv1 import same, want

LISTS = 4


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
    with tempfile.TemporaryDirectory() as name, running(program, name, str(LISTS), "5") as sender:
        folder = pathlib.Path(name)
        assert sender.stdout is not None
        address = sender.stdout.readline().strip()
        lists = receive(rvtool, address, "--count", str(LISTS), "--codec", codec)
        same("the sender to end with", sender.wait(timeout=60), 0)
        lines = (folder / "list.json").read_text().splitlines()
        expected = [json.loads(line) for line in lines]
        want(len(lists) == len(expected) == LISTS, f"{LISTS} lists, found {len(lists)}")
        for n, (found, wanted) in enumerate(zip(lists, expected)):
            same("meta", found["meta"], {"list": n})
            same("images and originals", (len(found["images"]), len(wanted)), (40, 40))
            for image, original in zip(found["images"], wanted):
                compare(image, original, folder)


def compare(image: dict[str, Any], original: dict[str, Any], folder: pathlib.Path) -> None:
    for key in ("name", "dtype", "width", "height"):
        same(f"{original['name']}: {key}", image[key], original[key])
    same(f"{original['name']}: channels", len(image["channels"]), original["channels"])
    sha256 = hashlib.sha256((folder / original["file"]).read_bytes()).hexdigest()
    same(f"{original}: pixels", image["sha256"], sha256)


def test_orbit(program: str, rvtool: str) -> None:
    address = f"127.0.0.1:{free_port()}"
    with running(program, "--listen", address, "--size", "120x90", "--threads", "2"):
        lists = receive(rvtool, "rv://" + address, "--count", "24", "--camera", "orbit")
    same("lists", len(lists), 24)
    depth_of: dict[int, str] = {}
    for found in lists:
        color, depth = found["images"]
        same("names", (color["name"], depth["name"]), ("color", "depth"))
        same("meanings", (color["color"], depth["color"]), ("linear", "depth"))
        for image in (color, depth):
            same("a type", (image["dtype"], image["exact"]), ("f32", True))
            same("a size", (image["width"], image["height"]), (120, 90))
        seq = found["camera_seq"]
        same(
            f"one depth for camera {seq}:",
            depth["sha256"],
            depth_of.setdefault(seq, depth["sha256"]),
        )
    want(len(depth_of) >= 4, f"pictures of at least 4 cameras, found {len(depth_of)}")
    want(len(set(depth_of.values())) == len(depth_of), "another depth image for each camera")
    want(list(depth_of) == sorted(depth_of), "cameras in their order")


def test_render(program: str) -> None:
    port = free_port()
    arguments = ("--listen", f"127.0.0.1:{port}", "--threads", "2", "--name", "render")
    with running(program, *arguments), rv1.Viewer("127.0.0.1", port) as viewer:
        same("its name", viewer.hello["name"], "render")
        same("a first view of width", viewer.receive("view")[0]["width"], 800)
        check_geometry(viewer, (0.0, 0.0, -4.0), 160, 120)
        check_geometry(viewer, (0.3, -0.2, -3.0), 97, 131)
        check_convergence(viewer)
    frames = ("--frames", "3", "--size", "32x32")
    with running(program, *arguments, *frames) as ends, rv1.Viewer("127.0.0.1", port) as viewer:
        viewer.look((0, 0, -4), 32, 32, 40)
        viewer.pictures(1)
        same("--frames to end it with", ends.wait(timeout=20), 0)


def check_geometry(viewer: rv1.Viewer, position: rv1.Point, width: int, height: int) -> None:
    """The box is 2 wide about the origin; depth is known in closed form."""
    focal = 1.1 * width
    head, found = viewer.pictures(viewer.look(position, width, height, focal))
    color, depth = found["color"], found["depth"]
    for image in (color, depth):
        same("a size", (image.head["width"], image.head["height"]), (width, height))
    same("the list's camera", head["camera"]["c2w"][3::4][:3], list(position))

    def pixel(x: float, y: float, z: float) -> tuple[int, int]:
        scale = focal / (z - position[2])
        u, v = scale * (x - position[0]), scale * (y - position[1])
        return int(width / 2 + u), int(height / 2 + v)

    close("the back wall's depth", depth.at(*pixel(0.3, -0.6, 1)), 1 - position[2])
    floor = pixel(-0.5, 1, -0.6)
    ahead = focal * (1 - position[1]) / (floor[1] + 0.5 - height / 2)
    close("the floor's depth", depth.at(*floor), ahead)
    left, right = pixel(-1, -0.3, 0), pixel(1, -0.3, 0)
    want(color.at(*left) > 2 * color.at(*left, 1) > 0, "a red wall on the left")
    want(color.at(*right, 1) > 1.5 * color.at(*right) > 0, "a green wall on the right")
    want(all(v > 0 for v in depth.values), "depth before the camera")
    want(all(math.isfinite(v) and v >= 0 for v in color.values), "finite colours")


def close(what: str, found: float, wanted: float) -> None:
    want(math.isclose(found, wanted, rel_tol=1e-4), f"{what} {wanted}, found {found}")


def check_convergence(viewer: rv1.Viewer) -> None:
    """While the camera stands still, samples are added and noise goes down."""
    seq = viewer.look((0, 0, -4), 64, 48, 70)
    head, first = viewer.pictures(seq)
    while head["meta"]["samples"] < 64:
        samples = head["meta"]["samples"]
        head, last = viewer.pictures(seq)
        want(head["meta"]["samples"] > samples, f"more samples than {samples}, found {head}")
    want(first["depth"].values == last["depth"].values, "the same depth while the camera rests")

    def roughness(image: rv1.Picture) -> float:
        """The mean difference of neighbours on the back wall."""
        pairs = [(x, y) for y in range(14, 20) for x in range(24, 44)]
        return sum(abs(image.at(x, y) - image.at(x + 1, y)) for x, y in pairs) / len(pairs)

    noisy, clean = roughness(first["color"]), roughness(last["color"])
    want(clean < 0.05, f"a smooth wall after 64 samples, found {clean} (at first {noisy})")


def test_loop(program: str) -> None:
    """cameras() gives what differs, and the same once when a viewer joins."""
    with rv1.listening(program) as port:
        check_loop(port)


def check_loop(port: int) -> None:
    with rv1.Viewer("127.0.0.1", port) as first:
        want(first.receive("cameras")[0]["wanted"] is True, "cameras wanted by the loop")
        for x in (0.0, 0.5):
            seq = first.look((x, 0, -4), 31, 17, 20)
            rays = first.pictures(seq)[1]["rays"]
            same("normals", (rays.head["color"], rays.head["width"]), ("normal", 31))
            close("the middle ray ahead", rays.at(15, 8, 2), 1)
            want(rays.at(0, 0) < 0 < rays.at(30, 16), "x to the right")
            want(rays.at(0, 0, 1) < 0 < rays.at(30, 16, 1), "y down")
        want(first.quiet_for(0.5), "no list while the camera stays the same")
        first.look((0.5, 0, -4), 31, 17, 20)
        want(first.quiet_for(0.5), "no list for the same camera sent again")
        with rv1.Viewer("127.0.0.1", port):
            want(not first.quiet_for(5), "one list more when a viewer joins")
            want(first.quiet_for(0.5), "no more than one")


def test_once(program: str, rvtool: str) -> None:
    port = free_port()
    os.environ["RV_ADDRESS"] = f"127.0.0.1:{port}"
    alone = subprocess.run([program], stderr=subprocess.PIPE, timeout=20, check=False, text=True)
    same("without a viewer", alone.returncode, 1)
    want("no viewer" in alone.stderr, f"a sentence without a viewer, found {alone.stderr}")
    command = [rvtool, "recv", "--json", "--count", "1", "--listen", f"127.0.0.1:{port}"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) as receiver:
        assert receiver.stderr is not None
        want("listening" in receiver.stderr.readline(), "rvtool to listen")
        sent = subprocess.run([program], timeout=20, check=False)
        same("when it was shown", sent.returncode, 0)
        lists = [json.loads(line) for line in receiver.communicate(timeout=20)[0].splitlines()]
    image = lists[0]["images"][0]
    want(lists[0]["last"] is True, "the last list of its connection")
    places = ((x, y) for y in range(480) for x in range(640))
    gradient = b"".join(bytes((x * 255 // 639, y * 255 // 479, 128)) for x, y in places)
    same("the gradient's pixels", image["sha256"], hashlib.sha256(gradient).hexdigest())


def test_usage(*programs: str) -> None:
    for program in programs:
        name = pathlib.Path(program).name
        for argument, code in (("--help", 0), ("--nonsense", 2)):
            done = subprocess.run(
                [program, argument], capture_output=True, timeout=20, check=False, text=True
            )
            same(f"the end of {name} {argument}, after {done.stderr!r}", done.returncode, code)
            want("usage: " in (done.stderr if code else done.stdout), f"how to use {name}")


def main() -> None:
    tests: dict[str, Callable[..., None]] = {
        "images": test_images,
        "orbit": test_orbit,
        "render": test_render,
        "loop": test_loop,
        "once": test_once,
        "usage": test_usage,
        "controls": talk_driver.test_example,
        "talk": talk_driver.test_talk,
        "cuda": cuda_driver.test_cuda,
        "splats": splats_driver.test_splats,
        "twin": splats_driver.test_twin,
        "fit": splats_driver.test_fit,
    }
    tests[sys.argv[1]](*sys.argv[2:])


if __name__ == "__main__":
    main()
