"""Continuous, one by one, and read remote, by the buttons of the control window."""

from __future__ import annotations

import queue
import time

import numpy as np
import pytest
import remoteviewer as rv
from conftest import free_port, until, xdotool


def numbered(n):
    return np.full((120, 160, 3), n % 256, np.uint8)


def quiet(program, seconds=0.7):
    """Nothing more is shown."""
    with pytest.raises(queue.Empty):
        program.queue.get(timeout=seconds)


@pytest.fixture
def pair(viewer):
    """A viewer, and a renderer that dials it."""
    port = free_port()
    shown = viewer("--listen", f"127.0.0.1:{port}")
    with rv.connect(f"127.0.0.1:{port}", name="numbers", quiet=True) as renderer:
        yield shown, renderer


def test_one_by_one_and_continuous(pair):
    shown, renderer = pair
    renderer.show(numbered(1), meta={"n": 1})
    assert shown.line()["meta"]["n"] == 1
    shown.choose("One by one", lambda: "Next" in shown.controls)
    for n in (2, 3, 4):
        renderer.show(numbered(n), meta={"n": n})
    quiet(shown)
    shown.press("Next")  # the newest not yet shown, not the oldest
    assert shown.line()["meta"]["n"] == 4
    shown.press("Next")  # there is none yet: the next that comes
    quiet(shown)
    renderer.show(numbered(5), meta={"n": 5})
    assert shown.line()["meta"]["n"] == 5
    renderer.show(numbered(6), meta={"n": 6})
    quiet(shown)
    shown.choose("Continuous", lambda: not shown.queue.empty())
    assert shown.line()["meta"]["n"] == 6
    renderer.show(numbered(7), meta={"n": 7})
    assert shown.line()["meta"]["n"] == 7


def test_every_frame_one_by_one(pair):
    shown, renderer = pair
    renderer.send_images([numbered(0)], mode="every", meta={"n": 0})
    assert shown.line()["meta"]["n"] == 0
    shown.choose("One by one", lambda: "Next" in shown.controls)
    for n in (1, 2):
        renderer.send_images([numbered(n)], mode="every", meta={"n": n}, timeout=5)
    for n in (1, 2):
        quiet(shown)
        shown.press("Next")
        assert shown.line()["meta"]["n"] == n


def test_read_remote_after_single(pair):
    shown, renderer = pair
    renderer.send_images([numbered(1)], mode="last", meta={"n": 1})
    line = shown.line()
    assert line["meta"]["n"] == 1
    renderer.show(numbered(2), meta={"n": 2})
    quiet(shown)
    shown.choose("Read remote", lambda: not shown.queue.empty())
    assert shown.line()["meta"]["n"] == 2
    renderer.show(numbered(3), meta={"n": 3})
    assert shown.line()["meta"]["n"] == 3


def test_a_new_connection_is_read_after_single(viewer):
    port = free_port()
    shown = viewer("--listen", f"127.0.0.1:{port}")
    for n in (1, 2):
        with rv.connect(f"127.0.0.1:{port}", name="numbers", quiet=True) as renderer:
            renderer.send_images([numbered(n)], mode="last", meta={"n": n})
        assert shown.line()["meta"]["n"] == n


def test_a_closed_window_needs_no_pixels_and_comes_back(pair):
    shown, renderer = pair
    images = {"a": numbered(1), "b": numbered(2)}
    renderer.show(**images)
    assert all(i["window"] for i in shown.line()["images"])
    shown.press("open b")
    until("the window to close", lambda: renderer.show(**images) or not is_open(shown, "b"))
    before = renderer.statistics.bytes
    renderer.show(**images)
    shown.line()
    until("the ack", lambda: renderer.statistics.bytes > before)
    sent = renderer.statistics.bytes - before
    assert sent < 1.5 * images["a"].nbytes  # not both
    shown.press("open b")
    until("the window to come back", lambda: is_open(shown, "b"))


def is_open(shown, name):
    """What the next list shown says of a window; True again only with its pixels."""
    line = shown.line()
    return any(i["name"] == name and i["window"] and "sha256" in i for i in line["images"])


def test_a_value_goes_to_the_renderer(pair):
    shown, renderer = pair
    renderer.show(numbered(1))
    shown.line()

    def typed():
        """Fills in the two fields and sends; a busy machine may lose a key."""
        for control, text in [("name", "exposure"), ("value", "[1, 2.5]")]:
            shown.press(control)
            xdotool("key", "ctrl+a")
            xdotool("type", "--delay", "60", text)
            time.sleep(0.3)
        shown.press("Send")
        for _ in range(25):
            event = renderer.read(timeout=0.2)
            if event and event.kind == "data":
                return event
        return None

    event = until("the value", typed)
    assert (event.name, event.value) == ("exposure", [1, 2.5])
