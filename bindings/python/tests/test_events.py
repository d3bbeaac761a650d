"""Clicks, drags, keys and picks, against a viewer that the test drives."""

from __future__ import annotations

import numpy as np
import pytest
import remoteviewer as rv
from conftest import until
from plain import PlainViewer
from remoteviewer._events import MAX_KEPT

IMAGE = np.zeros((48, 64, 3), np.uint8)
PLACE = {
    "stream": "",
    "x": 12.75,
    "y": 3.5,
    "list": 1,
    "origin": [0.0, 0.0, -4.0],
    "direction": [0.0, 0.6, 0.8],
    "depth": 2.5,
    "point": [0.0, 1.875, -1.5],
}


@pytest.fixture
def renderer():
    """One that listens."""
    with rv.listen("127.0.0.1:0", quiet=True) as one:
        yield one


@pytest.fixture
def both(renderer):
    """A renderer, and a viewer that looks."""
    with PlainViewer().dial(renderer.address) as viewer:
        until(lambda: renderer.connected == 1)
        yield renderer, viewer


def read(renderer, kind):
    """The next event of a kind."""
    for _ in range(1000):
        event = renderer.read(5)
        assert event is not None, f"no {kind} came"
        if event.kind == kind:
            return event
    raise AssertionError(f"no {kind} among a thousand")


def test_a_click(both):
    renderer, viewer = both
    viewer.send_event("click", "depth", button="right", modifiers=["shift", "alt"], **PLACE)
    event = read(renderer, "click")
    assert (event.image, event.name, event.stream) == ("depth", "depth", "")
    assert (event.x, event.y, event.pixel) == (12.75, 3.5, (12, 3))
    assert (event.button, event.modifiers, event.phase) == ("right", {"shift", "alt"}, "")
    assert (event.depth, event.list, event.viewer) == (2.5, 1, viewer.session)
    for found, wanted in (
        (event.ray_origin, PLACE["origin"]),
        (event.ray_direction, PLACE["direction"]),
        (event.point, PLACE["point"]),
    ):
        assert (found.dtype, found.shape) == (np.float64, (3,))
        assert found.tolist() == wanted
    assert (event.key, event.value, event.camera, event.id) == ("", None, None, 0)


def test_a_click_where_nothing_is_known(both):
    renderer, viewer = both
    viewer.send_event("click", button="left", x=1.0, y=2.0)
    event = read(renderer, "click")
    assert (event.button, event.modifiers) == ("left", frozenset())
    assert event.ray_origin is event.ray_direction is event.point is event.depth is None
    viewer.send_event("click", button="left", x=1.0, y=2.0)
    assert read(renderer, "click") == event
    assert hash(event) == hash(event)


def test_a_drag(both):
    renderer, viewer = both
    for phase, x in (("begin", 1.0), ("move", -2.5), ("end", 900.25)):
        viewer.send_event("drag", button="middle", modifiers=["shift"], phase=phase, x=x, y=-0.5)
    events = [read(renderer, "drag") for _ in range(3)]
    assert [e.phase for e in events] == ["begin", "move", "end"]
    assert [e.pixel for e in events] == [(1, -1), (-3, -1), (900, -1)]
    assert {e.button for e in events} == {"middle"}


def test_a_key(both):
    renderer, viewer = both
    viewer.send_event("key", key="f5", phase="begin", x=-1.0, y=-1.0, modifiers=["ctrl", "super"])
    event = read(renderer, "key")
    assert (event.key, event.phase, event.button) == ("f5", "begin", "")
    assert (event.x, event.y, event.modifiers) == (-1.0, -1.0, {"ctrl", "super"})


def test_picks_and_answers(both):
    renderer, viewer = both
    renderer.want_picks()
    assert viewer.message("picks")[0]["wanted"] is True
    viewer.send_event("pick", id=77, **PLACE)
    event = read(renderer, "pick")
    assert (event.pixel, event.button) == ((12, 3), "")
    renderer.answer(event, {"gaussian": np.int64(1207), "raw": np.array([0.5, 1.0])})
    head, _ = viewer.message("answer")
    assert (head["id"], head["value"]) == (77, {"gaussian": 1207, "raw": [0.5, 1.0]})
    renderer.answer(event, {"too": "late"})  # is nothing
    viewer.send_event("pick", id=78, **PLACE)
    renderer.answer(read(renderer, "pick"), None)
    head, _ = viewer.message("answer")
    assert (head["id"], head.get("value")) == (78, None)
    renderer.want_picks(False)
    assert viewer.message("picks")[0]["wanted"] is False


def test_a_pick_of_one_that_left(both):
    renderer, _ = both
    renderer.want_picks()
    with PlainViewer().dial(renderer.address) as second:
        second.send_event("pick", id=1, **PLACE)
        event = read(renderer, "pick")
    until(lambda: renderer.connected == 1)
    renderer.answer(event, {"a": 1})


@pytest.mark.parametrize(
    ("error", "call"),
    [
        (rv.InvalidError, lambda v, pick: v.answer(7, {})),
        (rv.InvalidError, lambda v, pick: v.answer(rv.Event("click"), {})),
        (rv.InvalidError, lambda v, pick: v.answer(pick, "gaussian 7")),
        (rv.InvalidError, lambda v, pick: v.answer(pick, {"f": print})),
        (rv.LimitError, lambda v, pick: v.answer(pick, {"long": "x" * 70_000})),
    ],
)
def test_answers_that_can_not_be(both, error, call):
    renderer, viewer = both
    renderer.want_picks()
    viewer.send_event("pick", id=1, **PLACE)
    pick = read(renderer, "pick")
    with pytest.raises(error):
        call(renderer, pick)
    renderer.answer(pick, {"still": "open"})
    assert viewer.message("answer")[0]["value"] == {"still": "open"}


def test_cameras_keeps_events_of_controls_the_newest(both):
    renderer, viewer = both
    renderer.slider("gain", 0.0, 1000.0)
    cameras = renderer.cameras()
    viewer.send_event("click", button="left")
    for n in range(1, MAX_KEPT + 100):
        viewer.send_control("gain", n % 1000)
    viewer.send_event("click", button="right")
    viewer.send_camera(1)
    assert next(cameras).c2w[0, 3] == 1
    until(lambda: renderer.slider("gain", 0.0, 1.0) == (MAX_KEPT + 99) % 1000)
    kept = []
    last = {("click", "right", None), ("control", "", 123.0)}
    while not last <= set(kept):
        event = renderer.read(5)
        assert event is not None, kept
        if event.kind in ("click", "control"):
            kept.append((event.kind, event.button, event.value))
    assert kept.count(("click", "left", None)) == 1
    assert len([k for k in kept if k[0] == "control"]) < 20, kept


def test_cameras_keeps_every_press(both):
    renderer, viewer = both
    renderer.button("save")
    renderer.checkbox("on")
    cameras = renderer.cameras()
    for _ in range(3):
        viewer.send_control("save")
        viewer.send_control("on", True)
    viewer.send_event("key", key="a", phase="begin")
    viewer.send_camera(1)
    assert next(cameras).c2w[0, 3] == 1
    found = []
    while not found or found[-1].kind != "key":
        event = renderer.read(5)
        assert event is not None, found
        found += [event] if event.kind in ("control", "key") else []
    presses = [e.value for e in found if e.name == "save"]
    assert presses == [True] * 3
    # At most the newest that cameras() met, and the newest that came after.
    assert 1 <= sum(e.name == "on" for e in found) <= 2


def test_a_loop_that_only_asks_for_cameras_loses_nothing_else(both):
    renderer, viewer = both
    renderer.wants()
    viewer.send_camera(4)
    assert renderer.slider("gain", 0.0, 1.0) == 0.0
    for n in range(3000):
        viewer.send_event("key", key="a", phase="begin")
        viewer.send_control("gain", (n + 1) / 3000)
    viewer.send_camera(5)
    found = []
    until(
        lambda: (
            (cam := renderer.wants(budget=None, refresh=0))
            and (found.append(cam.c2w[0, 3]) or found[-1] == 5.0)
        )
    )
    until(lambda: renderer.slider("gain", 0.0, 1.0) == 1.0)
    renderer.show(IMAGE)
    assert viewer.next()
    assert renderer.statistics.events_dropped > 0
    assert renderer.connected == 1


def test_the_classic_dict_has_values_alone():
    with PlainViewer().listen() as viewer:
        classic = rv.RemoteViewer("127.0.0.1", viewer.port)
        until(lambda: classic.connected == 1)
        viewer.send_event("click", "rgb", button="left")
        viewer.send_event("key", "rgb", key="a", phase="begin")
        viewer.send_control("gain", 1)
        viewer.send_data("rgb", 7)
        found = {}
        for _ in range(5):
            found.update(classic.read())
            if "rgb" in found:
                break
        assert found == {"rgb": 7, "status": 1}
        classic.close()
