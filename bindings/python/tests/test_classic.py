"""The first RemoteViewer's scripts, word for word, with no viewer, late ones and restarts."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
import remoteviewer as rv
from conftest import at_most, free_port, run_python, until
from plain import PlainViewer
from remoteviewer import RemoteViewer

IMAGE = np.arange(48 * 64 * 3, dtype=np.uint8).reshape(48, 64, 3)

LOOP = """
import numpy as np
from remoteviewer import RemoteViewer

default_cam = None
def render(cam):
    value = 1 if cam is None else int(cam.c2w[0, 3])
    return np.full((8, 8, 3), value, np.uint8)

remote_viewer = RemoteViewer("127.0.0.1",{port}) # set connection info
while True:
    remote_viewer.require_camera_from_remote(True) # ask for camera information
    remote_info = remote_viewer.read() # read from the network, it returns a dict
    if(remote_info["status"]==1): # status 0: failure, status 1: read success
        if("camera" in remote_info):
            cam = remote_info['camera']
        else:
            cam = default_cam
        image = render(cam) # run you rendering function!
        image1 = render(cam) # run you rendering function!
        remote_viewer.send_images([image,image1])
"""

SINGLE = """
import numpy as np
from remoteviewer import RemoteViewer
image = np.arange(48 * 64 * 3, dtype=np.uint8).reshape(48, 64, 3)
remote_viewer = RemoteViewer("127.0.0.1",{port}) # set connection info
remote_viewer.send_images([image],single=True)
"""


@pytest.fixture
def loop():
    """The seed's loop in a Python of its own; gives its port and process."""
    import os
    import subprocess
    import sys

    from conftest import PACKAGE

    port = free_port()
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE)}
    process = subprocess.Popen([sys.executable, "-c", LOOP.format(port=port)], env=environment)
    yield port, process
    assert process.poll() is None, "the loop ended"
    process.kill()
    process.wait()


def test_the_loop_goes_through_viewers_that_come_and_go(loop):
    port, process = loop
    time.sleep(0.5)
    for turn in range(10):
        with PlainViewer().listen(port) as viewer:
            assert set(viewer.next().images) == {"0", "1"}
            viewer.send_camera(100 + turn)
            deadline = time.monotonic() + 10
            while (viewer.next().images["1"] != 100 + turn).any():
                assert time.monotonic() < deadline
            # The camera doesn't move, and lists go on coming.
            for _ in range(5):
                assert (viewer.next().images["0"] == 100 + turn).all()
        assert process.poll() is None


def test_single_then_exit_at_once():
    with PlainViewer().listen() as viewer:
        done = run_python(SINGLE.format(port=viewer.port))
        received = viewer.next(timeout=1)
    assert np.array_equal(received.images["0"], IMAGE)
    assert received.head["last"] is True
    assert done.seconds < 4


def test_single_without_a_viewer_ends_in_a_second():
    done = run_python(SINGLE.format(port=free_port()))
    assert done.seconds < 4


def test_single_waits_for_a_viewer_that_is_starting():
    port = free_port()
    late = PlainViewer()
    timer = threading.Timer(1.0, lambda: late.listen(port))
    code = "import time; start = time.time()\n" + SINGLE.format(port=port)
    code += "while time.time() < start + 1.2: time.sleep(0.1)\n"
    timer.start()
    with late:
        run_python(code)
        assert np.array_equal(late.next(timeout=1).images["0"], IMAGE)


def test_read_without_a_viewer():
    with RemoteViewer("127.0.0.1", free_port()) as remote:
        remote.require_camera_from_remote(True)
        for _ in range(3):
            with at_most(0.1):
                assert remote.read() == {"status": 0}
        with at_most(0.07):
            assert remote.read(timeout=0.0) == {"status": 0}


def test_read_gives_camera_and_values(viewer):
    with RemoteViewer("127.0.0.1", viewer.port) as remote:
        remote.require_camera_from_remote(True)
        viewer.message("cameras")
        viewer.send_camera(3)
        viewer.send_data("gain", 0.5)
        viewer.send_data("status", "is taken")
        seen = {}
        deadline = time.monotonic() + 10
        while not {"camera", "gain"} <= set(seen):
            assert time.monotonic() < deadline, seen
            seen.update(remote.read())
        assert seen["status"] == 1
        assert seen["gain"] == 0.5
        assert seen["camera"].c2w[0, 3] == 3
        assert seen["camera"].image_width == 64


def test_read_goes_on_while_the_camera_stands_still(viewer):
    with RemoteViewer("127.0.0.1", viewer.port) as remote:
        remote.require_camera_from_remote(True)
        viewer.message("cameras")
        viewer.send_camera(3)
        until(lambda: "camera" in remote.read())
        with at_most(3):
            for _ in range(30):
                info = remote.read()
                assert (info["status"], info["camera"].c2w[0, 3]) == (1, 3)
                remote.send_images([IMAGE])


def test_without_a_camera(viewer):
    with RemoteViewer("127.0.0.1", viewer.port) as remote:
        remote.require_camera_from_remote(True)
        viewer.message("cameras")
        viewer.send_camera(3)
        until(lambda: "camera" in remote.read())
        remote.require_camera_from_remote(False)
        with at_most(3):
            for _ in range(20):
                assert remote.read() == {"status": 1}
                remote.send_images([IMAGE])


def test_the_first_read_waits_for_the_camera(viewer):
    """A frame rendered with the default camera would flash up at each start."""
    with RemoteViewer("127.0.0.1", viewer.port) as remote:
        remote.require_camera_from_remote(True)
        viewer.message("cameras")
        threading.Timer(0.05, lambda: viewer.send_camera(3)).start()
        info = {"status": 0}
        while info["status"] == 0:
            info = remote.read()
        assert info["camera"].c2w[0, 3] == 3


def test_a_viewer_that_sends_no_camera(viewer):
    with RemoteViewer("127.0.0.1", viewer.port) as remote:
        remote.require_camera_from_remote(True)
        until(lambda: remote.read() == {"status": 1})
        remote.send_images([IMAGE])
        with at_most(1):
            for _ in range(10):
                assert remote.read() == {"status": 1}
                remote.send_images([IMAGE])


def test_timeout_bounds_a_read_while_the_viewer_has_no_room():
    with (
        PlainViewer(acks=False).listen() as viewer,
        RemoteViewer("127.0.0.1", viewer.port) as remote,
    ):
        until(lambda: remote.read(timeout=0.5)["status"] == 1)
        for _ in range(10):
            remote.send_images([IMAGE])
        with at_most(0.5):
            while remote.read(timeout=0.1)["status"] == 1:
                remote.send_images([IMAGE])


@pytest.mark.parametrize(
    ("given", "dtype", "sent"),
    [
        (IMAGE, "u8", IMAGE),
        (IMAGE.astype(np.float64), "f32", IMAGE.astype(np.float32)),
        (IMAGE.astype(np.float16), "f16", IMAGE.astype(np.float16)),
        (IMAGE.astype(np.uint16), "u16", IMAGE.astype(np.uint16)),
        (IMAGE.astype(np.int64), "u8", IMAGE),
        (IMAGE.astype(np.uint32), "u32", IMAGE.astype(np.uint32)),
    ],
)
def test_every_type_is_shown_from_0_to_255(viewer, given, dtype, sent):
    with RemoteViewer("127.0.0.1", viewer.port) as remote:
        remote.send_images([given])
        received = viewer.next()
    (image,) = received.head["images"]
    assert (image["dtype"], image["color"]) == (dtype, "srgb")
    assert image.get("white", 255) == 255
    assert dtype == "u8" or "white" in image
    assert np.array_equal(received.images["0"], sent)


def test_a_wrong_image_is_an_error_and_the_next_is_sent(viewer):
    with RemoteViewer("127.0.0.1", viewer.port) as remote:
        with pytest.raises(rv.ArrayError):
            remote.send_images([np.zeros(7)])
        remote.send_images([IMAGE])
        assert np.array_equal(viewer.next().images["0"], IMAGE)
    for call in (remote.read, lambda: remote.send_images([IMAGE])):
        with pytest.raises(rv.ClosedError):
            call()


def test_ipv6_and_tokens_in_the_host(viewer):
    with RemoteViewer("::1", free_port()) as remote:
        assert remote.read() == {"status": 0}
    with pytest.raises(rv.AddressError):
        RemoteViewer("no such host !", 1)
