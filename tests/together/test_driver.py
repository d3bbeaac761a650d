"""Two viewers look at one renderer; one of them drives."""

from __future__ import annotations

import json

import remoteviewer as rv
from conftest import RVTOOL, free_port, until


def camera_file(path, fov):
    """Cameras that are told apart by their focal length."""
    k = [fov, 0, 32, 0, fov, 24, 0, 0, 1]
    line = json.dumps({"k": k, "width": 64, "height": 48})
    path.write_text((line + "\n") * 3)
    return path


def focal(renderer, wanted):
    """Renders until the camera has this focal length."""

    def look():
        renderer.show(image())
        event = renderer.read(timeout=0.1)
        return event and event.camera and event.camera.K[0, 0] == wanted

    until(f"the camera of focal length {wanted}", look)


def image():
    import numpy as np

    return np.zeros((48, 64, 3), np.uint8)


def test_the_last_that_moved_its_camera_drives(start, tmp_path):
    port = free_port()
    with rv.listen(f"127.0.0.1:{port}", cameras=True, quiet=True) as renderer:
        address = f"127.0.0.1:{port}"
        first = start(
            RVTOOL, "recv", "--json", address, "--camera", camera_file(tmp_path / "a", 100)
        )
        focal(renderer, 100)
        second = start(
            RVTOOL, "recv", "--json", address, "--camera", camera_file(tmp_path / "b", 200)
        )
        focal(renderer, 200)
        for watching in (first, second):  # both see what the driver sees
            watching.drain()
            renderer.show(image())
            assert watching.line()["images"]
        assert renderer.connected == 2
        second.kill()
        focal(renderer, 100)


def test_a_window_that_only_looks_does_not_take_over(start, viewer, tmp_path):
    port = free_port()
    with rv.listen(f"127.0.0.1:{port}", cameras=True, quiet=True) as renderer:
        address = f"127.0.0.1:{port}"
        driver = start(
            RVTOOL, "recv", "--json", address, "--camera", camera_file(tmp_path / "a", 100)
        )
        focal(renderer, 100)
        watching = viewer("--listen", "none", address)
        until("the second viewer", lambda: renderer.show(image()) or renderer.connected == 2)
        for _ in range(10):
            renderer.show(image())
            assert watching.line()["images"]
            event = renderer.read(timeout=1)
            if event and event.camera:
                assert event.camera.K[0, 0] == 100
        driver.kill()
        until(
            "the window's camera",
            lambda: (e := renderer.read(timeout=0.1)) and e.camera and e.camera.K[0, 0] != 100,
        )
