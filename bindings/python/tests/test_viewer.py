"""The modern face, against a viewer that the test drives."""

from __future__ import annotations

import contextlib
import threading
import time

import numpy as np
import pytest
import remoteviewer as rv
from conftest import at_most, free_port, until
from plain import PlainViewer

IMAGE = np.arange(48 * 64 * 3, dtype=np.uint8).reshape(48, 64, 3)


def test_show_by_name(viewer):
    with rv.connect(f"127.0.0.1:{viewer.port}", name="test") as renderer:
        renderer.show(IMAGE, {"dict": IMAGE}, rgb=IMAGE[::-1], meta={"step": 3})
        received = viewer.next()
    assert list(received.images) == ["0", "dict", "rgb"]
    assert np.array_equal(received.images["rgb"], IMAGE[::-1])
    assert received.head["meta"] == {"step": 3}
    assert renderer.closed


def test_listen_prints_how_to_look(capfd):
    with rv.listen(f"127.0.0.1:{free_port()}", name="test") as renderer:
        err = capfd.readouterr().err
        assert err.count("\n") == 1, err
        assert "rvviewer " in err
        port = renderer.address.rpartition(":")[2]
        assert f"ssh -L {port}:127.0.0.1:{port} " in err
    with rv.listen("127.0.0.1:0", quiet=True):
        assert capfd.readouterr().err == ""


def test_listen_takes_the_next_port():
    with PlainViewer().listen() as taken:
        wanted = f"127.0.0.1:{taken.port}"
        with rv.listen(wanted, quiet=True) as renderer:
            assert renderer.address != wanted
            with PlainViewer().dial(renderer.address) as late:
                renderer.show(IMAGE)
                assert np.array_equal(late.next().images["0"], IMAGE)
        with pytest.raises(rv.ListenError) as caught:
            rv.listen(wanted, strict=True, quiet=True)
        assert wanted in str(caught.value)


def test_a_late_viewer_gets_the_newest_list():
    with rv.listen("127.0.0.1:0", quiet=True) as renderer:
        assert not renderer.connected
        for value in range(5):
            renderer.show(np.full((4, 4, 3), value, np.uint8))
        with PlainViewer().dial(renderer.address) as late:
            assert (late.next().images["0"] == 4).all()
            until(lambda: renderer.connected == 1)
        until(lambda: renderer.connected == 0)
        assert renderer.statistics.joined == 1
        assert renderer.statistics.dropped == 4


def test_cameras_are_wanted_from_the_first_use(viewer):
    with rv.connect(f"127.0.0.1:{viewer.port}") as renderer:
        renderer.show(IMAGE)
        viewer.next()
        assert viewer.message("cameras")[0]["wanted"] is False
        assert renderer.camera is None
        assert viewer.message("cameras")[0]["wanted"] is True
        viewer.send_camera(3)
        until(lambda: renderer.camera is not None)
        camera = renderer.camera
        assert camera is renderer.camera
        assert camera.c2w[0, 3] == 3
        assert camera.cause == "input"
        assert camera.viewer == viewer.session
        viewer.send_camera(4)
        until(lambda: renderer.camera.c2w[0, 3] == 4)


def test_cameras_from_the_start(viewer):
    with rv.connect(f"127.0.0.1:{viewer.port}", cameras=True, size=(320, 240)):
        head, _ = viewer.message("cameras")
        assert (head["wanted"], head["width"], head["height"]) == (True, 320, 240)


def collect(renderer, out, **options):
    def run():
        with contextlib.suppress(rv.ClosedError):  # of a show while the test closes
            for camera in renderer.cameras(**options):
                out.append(camera.c2w[0, 3])
                renderer.show(IMAGE)

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_cameras_yields_what_changed():
    seen = []
    with rv.listen("127.0.0.1:0", quiet=True) as renderer:
        thread = collect(renderer, seen)
        with PlainViewer().dial(renderer.address) as one:
            one.send_camera(1, cause="join")
            until(lambda: seen == [1.0])
            one.send_camera(1, cause="repeat")
            time.sleep(0.3)
            assert seen == [1.0]
            one.send_camera(2)
            until(lambda: seen == [1.0, 2.0])
            # The same camera once more for a viewer that joins.
            with PlainViewer().dial(renderer.address) as two:
                two.message("cameras")
                one.send_camera(2, cause="repeat")
                until(lambda: seen == [1.0, 2.0, 2.0])
                time.sleep(0.3)
                assert seen == [1.0, 2.0, 2.0]
        with PlainViewer().dial(renderer.address) as three:
            three.send_camera(2, cause="join")
            until(lambda: seen == [1.0, 2.0, 2.0, 2.0])
            time.sleep(0.3)
            assert seen == [1.0, 2.0, 2.0, 2.0]
    thread.join(5)
    assert not thread.is_alive(), "closing doesn't end the loop"


def test_cameras_skips_to_the_newest():
    seen = []
    with (
        rv.listen("127.0.0.1:0", quiet=True) as renderer,
        PlainViewer(acks=False).dial(renderer.address) as one,
    ):
        thread = collect(renderer, seen)
        one.message("cameras")
        for x in range(50):
            one.send_camera(x)
        held = [one.next()]
        time.sleep(0.2)
        before = len(seen)
        assert before < 10, "it renders although the viewer has no room"
        for x in range(50, 100):
            one.send_camera(x)
        time.sleep(0.2)
        one.acks = True
        while not one.lists.empty():
            held.append(one.next())
        for received in held:
            one.ack(received)
        until(lambda: seen[-1] == 99.0)
        assert len(seen) <= before + 4, seen
    thread.join(5)


def test_cameras_still_goes_on_at_reads_pace():
    seen = []
    with (
        rv.listen("127.0.0.1:0", quiet=True) as renderer,
        PlainViewer().dial(renderer.address) as one,
    ):
        thread = collect(renderer, seen, still=True)
        one.message("cameras")
        one.send_camera(7)
        until(lambda: len(seen) > 20)
        assert set(seen) == {7.0}
    thread.join(5)


def test_read_gives_every_kind(viewer):
    with rv.connect(f"127.0.0.1:{viewer.port}") as renderer:
        kinds = {}

        def read_until(kind):
            deadline = time.monotonic() + 10
            while kind not in kinds:
                assert time.monotonic() < deadline, f"no {kind}, found {kinds}"
                event = renderer.read(timeout=1)
                if event is not None:
                    kinds[event.state or event.kind] = event

        read_until("connected")
        assert kinds["connected"].name == "plain"
        assert kinds["connected"].viewer == viewer.session
        read_until("driver")
        assert kinds["driver"].name == "plain"
        read_until("ready")
        viewer.send_data("gain", {"value": [1, 2.5]})
        read_until("data")
        assert (kinds["data"].name, kinds["data"].value) == ("gain", {"value": [1, 2.5]})
        assert renderer.camera is None
        viewer.send_camera(5)
        read_until("camera")
        assert kinds["camera"].camera.c2w[0, 3] == 5
        viewer.close()
        read_until("disconnected")


def test_read_in_time(viewer):
    with rv.connect(f"127.0.0.1:{free_port()}", quiet=True) as renderer:
        while renderer.read(timeout=0.3) is not None:
            pass
        with at_most(0.09):
            assert renderer.read(timeout=0) is None
        with at_most(0.5):
            assert renderer.read(timeout=0.25) is None


def test_values_that_cameras_met_are_kept_for_read(viewer):
    with rv.connect(f"127.0.0.1:{viewer.port}") as renderer:
        cameras = renderer.cameras()
        viewer.message("cameras")
        viewer.send_data("gain", 2)
        time.sleep(0.2)
        viewer.send_camera(1)
        assert next(cameras).c2w[0, 3] == 1
        events = []
        while (event := renderer.read(timeout=0)) is not None:
            events.append(event)
        assert [e.value for e in events if e.kind == "data"] == [2]


def test_send_data(viewer):
    with rv.connect(f"127.0.0.1:{viewer.port}") as renderer:
        until(lambda: renderer.connected)
        renderer.send_data("loss", {"value": float("nan"), "steps": np.arange(2)})
        head, body = viewer.message("data")
        assert (head["name"], head["format"]) == ("loss", "json")
        assert body == b'{"value": "nan", "steps": [0, 1]}'
        renderer.send_data("raw", memoryview(b"\0\1"))
        head, body = viewer.message("data")
        assert (head["format"], body) == ("bytes", b"\0\1")
        with pytest.raises(rv.NameError):
            renderer.send_data("", 1)


def test_set_view(viewer):
    c2w = np.eye(4)
    c2w[2, 3] = -7
    with rv.connect(f"127.0.0.1:{viewer.port}") as renderer:
        renderer.set_view(c2w=c2w, up=(0, 0, 1), near=0.5)
        head, _ = viewer.message("view")
        assert head["c2w"] == c2w.ravel().tolist()
        assert (head["up"], head["near"]) == ([0, 0, 1], 0.5)


def test_meta_camera_and_stream(viewer):
    camera = rv.Camera(np.eye(4), width=64, height=48, time=2.5)
    with rv.connect(f"127.0.0.1:{viewer.port}") as renderer:
        renderer.send_images({"a": IMAGE}, meta={"x": np.inf}, stream="side", camera=camera)
        head = viewer.next().head
    assert (head["meta"], head["stream"], head["last"]) == ({"x": "inf"}, "side", False)
    assert head["camera"]["time"] == 2.5


def test_a_list_names_the_camera_that_was_read(viewer):
    with rv.connect(f"127.0.0.1:{viewer.port}") as renderer:
        cameras = renderer.cameras()
        viewer.message("cameras")
        viewer.send_camera(6)
        next(cameras)
        renderer.show(IMAGE)
        head = viewer.next().head
    assert head["camera"]["c2w"][3] == 6
    assert (head["camera"]["viewer"], head["camera"]["seq"]) == (viewer.session, 1)


def test_every_list_arrives(viewer):
    with rv.connect(f"127.0.0.1:{viewer.port}") as renderer:
        for value in range(100):
            renderer.send_images([np.full((8, 8), value, np.uint8)], mode="every")
        values = [int(viewer.next().images["0"][0, 0, 0]) for _ in range(100)]
    assert values == list(range(100))


def test_every_waits_for_room_and_gives_up():
    with rv.listen("127.0.0.1:0", quiet=True) as renderer:
        for _ in range(8):
            renderer.send_images([IMAGE], mode="every", timeout=0)
        with at_most(1), pytest.raises(rv.WaitTimeout, match="no viewer had room"):
            renderer.send_images([IMAGE], mode="every", timeout=0.3)


def test_newest_never_waits_for_a_slow_viewer():
    image = np.zeros((1080, 1920, 3), np.uint8)
    with (
        rv.listen("127.0.0.1:0", quiet=True) as renderer,
        PlainViewer(acks=False).dial(renderer.address) as slow,
    ):
        until(lambda: renderer.connected)
        renderer.show(image)
        slow.next()
        with at_most(3):
            for _ in range(200):
                renderer.show(image)
        assert renderer.statistics.dropped > 150


def test_close_says_whether_it_was_shown(viewer):
    renderer = rv.connect(f"127.0.0.1:{viewer.port}")
    renderer.show(IMAGE)
    assert renderer.close() is True
    assert renderer.close() is True
    assert np.array_equal(viewer.next().images["0"], IMAGE)
    alone = rv.connect(f"127.0.0.1:{free_port()}", quiet=True)
    alone.show(IMAGE)
    with at_most(1.5):
        assert alone.close() is False


def test_closed_objects_raise(viewer):
    renderer = rv.connect(f"127.0.0.1:{viewer.port}")
    renderer.close()
    calls = [
        lambda: renderer.show(IMAGE),
        lambda: renderer.send_images([IMAGE], mode="every"),
        lambda: renderer.camera,
        lambda: next(renderer.cameras()),
        lambda: renderer.read(timeout=0),
        lambda: renderer.send_data("a", 1),
        lambda: renderer.set_view(np.eye(4)),
        lambda: renderer.connected,
        lambda: renderer.address,
        lambda: renderer.statistics,
    ]
    for call in calls:
        with pytest.raises(rv.ClosedError, match="closed"):
            call()
    assert repr(renderer) == "Viewer(closed)"


def test_close_wakes_a_read():
    renderer = rv.listen("127.0.0.1:0", quiet=True)
    failures = []

    def read():
        try:
            while True:
                renderer.read()
        except rv.ClosedError as e:
            failures.append(e)

    thread = threading.Thread(target=read)
    thread.start()
    time.sleep(0.2)
    with at_most(1):
        renderer.close()
        thread.join(5)
    assert len(failures) == 1


def test_many_threads_share_a_viewer(viewer):
    with rv.connect(f"127.0.0.1:{viewer.port}") as renderer:

        def work(value):
            for _ in range(50):
                renderer.send_images({"a": np.full((9, 9), value, np.uint8)}, stream=str(value))
                _ = renderer.connected, renderer.camera, renderer.read(timeout=0)

        threads = [threading.Thread(target=work, args=(value,)) for value in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert renderer.statistics.lists == 16 * 50
    newest = {}
    while not viewer.lists.empty():
        received = viewer.next()
        newest[received.head["stream"]] = received.images["a"]
    assert all((pixels == int(stream)).all() for stream, pixels in newest.items())
    assert len(newest) == 16


@pytest.mark.parametrize(
    "address", ["127.0.0.1:x", "127.0.0.1:99999", "http://127.0.0.1:80", ":::"]
)
def test_addresses_that_cannot_be_parsed(address):
    for start in (rv.connect, rv.listen):
        with pytest.raises(rv.AddressError) as caught:
            start(address)
        assert address in str(caught.value)


def test_a_token_that_is_too_short():
    with pytest.raises(rv.TokenError):
        rv.listen("127.0.0.1:0", token="short", quiet=True)


def test_a_listener_beyond_loopback_makes_a_token():
    with rv.listen("0.0.0.0:0", quiet=True) as renderer:
        scheme, _, rest = renderer.address.partition("://")
        token, _, where = rest.partition("@")
        assert scheme == "rv"
        assert len(token) >= 22
        assert where in repr(renderer)
        assert token not in repr(renderer)
