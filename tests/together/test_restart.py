"""Either side is killed and started again, in any order; the other goes on."""

from __future__ import annotations

import random
import time

import pytest
from conftest import RVTOOL, free_port

# The seed's loop: it never looks whether there is a viewer.
CLASSIC = """
import json, sys, time
import numpy as np
from remoteviewer import RemoteViewer

remote_viewer = RemoteViewer("127.0.0.1", int(sys.argv[1]))
n = cameras = 0
while True:
    remote_viewer.require_camera_from_remote(True)
    remote_info = remote_viewer.read()
    if remote_info["status"] == 1 and "camera" in remote_info:
        cameras += 1
    n += 1
    image = np.full((48, 64, 3), n % 256, np.uint8)
    remote_viewer.send_images([image, image])
    if n % 5 == 0:
        print(json.dumps({"n": n, "cameras": cameras, "at": time.monotonic()}), flush=True)
"""

LISTENING = """
import json, sys, time
import numpy as np
import remoteviewer as rv

with rv.listen(f"127.0.0.1:{sys.argv[1]}", strict=True, cameras=True) as viewer:
    n = 0
    while True:
        viewer.read(timeout=0.05)
        n += 1
        viewer.show(np.full((48, 64, 3), n % 256, np.uint8), meta={"n": n})
        if n % 5 == 0:
            print(json.dumps({"n": n, "cameras": 0, "at": time.monotonic()}), flush=True)
"""


def goes_on(renderer, viewer):
    """The renderer's loop turns, and its images reach the screen."""
    renderer.drain()
    first, second = renderer.line()["n"], renderer.line()["n"]
    assert second > first
    viewer.drain()
    assert viewer.line()["images"]


@pytest.mark.parametrize("screen", [True, False], ids=["rvviewer", "rvtool recv"])
@pytest.mark.parametrize("who_listens", ["viewer", "renderer"])
def test_kill_and_restart_ten_times(start, viewer, renderer, who_listens, screen):
    port = free_port()

    def new_renderer():
        return renderer(CLASSIC if who_listens == "viewer" else LISTENING, str(port))

    def new_viewer():
        there = f"127.0.0.1:{port}"
        if screen:
            where = ["--listen", there] if who_listens == "viewer" else ["--listen", "none", there]
            return viewer(*where)
        where = ["--listen", there] if who_listens == "viewer" else [there]
        return start(RVTOOL, "recv", "--json", "--camera", "orbit", *where)

    chance = random.Random(4)
    shown, rendering = (new_viewer(), new_renderer())
    goes_on(rendering, shown)
    for i in range(10):
        which = ["viewer", "renderer", "both"][i % 3]
        if which in ("viewer", "both"):
            shown.kill()
        if which in ("renderer", "both"):
            rendering.kill()
        time.sleep(chance.random() * 0.3)
        if which == "viewer":  # nobody looks: the loop goes on all the same
            rendering.drain()
            assert rendering.line(20)["n"] < rendering.line(20)["n"]
        order = [new_viewer, new_renderer] if chance.random() < 0.5 else [new_renderer, new_viewer]
        for new in order:
            if new is new_viewer and which != "renderer":
                shown = new()
            if new is new_renderer and which != "viewer":
                rendering = new()
        goes_on(rendering, shown)
