"""Controls, against a viewer that the test drives."""

from __future__ import annotations

import enum
import threading
import time

import numpy as np
import pytest
import remoteviewer as rv
from conftest import until
from plain import PlainViewer

NAN = float("nan")
SURROGATE = "\ud800"


class Mode(enum.Enum):
    COLOR = 1
    NORMALS = 2


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


def define(viewer):
    """Every kind of control, as (name, what a call returns)."""
    calls = {
        "gain": lambda: viewer.slider("gain", 0.0, 8.0, default=1, step=0.5, help="of the light"),
        "count": lambda: viewer.slider("count", 0, 10, step=1, default=4),
        "factor": lambda: viewer.slider("factor", 0.01, 100.0, log=True),
        "on": lambda: viewer.checkbox("on", True),
        "shown": lambda: viewer.dropdown("shown", ["rgb", "depth"], "depth"),
        "mode": lambda: viewer.dropdown("mode", Mode),
        "reset": lambda: viewer.button("reset"),
        "title": lambda: viewer.text("title", "häuser"),
        "sky": lambda: viewer.color("sky", "#ff8000"),
        "glass": lambda: viewer.color("glass", (0.5, 0, 0, 0.25)),
        "sun": lambda: viewer.vector3("sun", np.array([1, 2, 3])),
        "loss": lambda: viewer.plot("loss", 0.5),
        "state": lambda: viewer.label("state", np.float32(2.5)),
    }
    return {name: (call, call()) for name, call in calls.items()}


def test_every_kind_has_its_default_and_is_shown(renderer):
    found = {name: value for name, (_, value) in define(renderer).items()}
    assert found == {
        "gain": 1.0,
        "count": 4,
        "factor": 0.01,
        "on": True,
        "shown": "depth",
        "mode": Mode.COLOR,
        "reset": False,
        "title": "häuser",
        "sky": (1.0, 128 / 255, 0.0),
        "glass": (0.5, 0.0, 0.0, 0.25),
        "sun": (1.0, 2.0, 3.0),
        "loss": None,
        "state": None,
    }
    assert type(found["count"]) is int
    assert type(found["gain"]) is float
    assert type(found["on"]) is bool
    with PlainViewer().dial(renderer.address) as late:
        head, _ = late.message("controls")
        items = {item["name"]: item for item in head["items"]}
    assert list(items) == list(found)
    gain = items["gain"]
    assert (gain["kind"], gain.get("min", 0), gain["max"], gain["step"]) == ("slider", 0, 8, 0.5)
    assert gain["help"] == "of the light"
    assert items["count"]["step"] == 1
    assert items["factor"]["log"] is True
    assert items["mode"]["choices"] == ["COLOR", "NORMALS"]
    assert (items["shown"]["value"], items["glass"]["channels"]) == (1, 4)
    assert (items["loss"]["value"], items["state"]["value"]) == ([0.5], "2.5")


CHANGES = [
    ("gain", 3.5, 3.5),
    ("count", 7, 7),
    ("on", False, False),
    ("shown", 0, "rgb"),
    ("mode", 1, Mode.NORMALS),
    ("title", "x" * 4096, "x" * 4096),
    ("sky", [0.25, 0.5, 1.0], (0.25, 0.5, 1.0)),
    ("gain", 3, 3.0),
    ("factor", 2, 2.0),
    ("reset", None, True),
    ("sky", [0, 1, 0], (0.0, 1.0, 0.0)),
    ("sun", [4, 5, 6], (4.0, 5.0, 6.0)),
    ("glass", [0.0, 0.5, 1.0, 0.5], (0.0, 0.5, 1.0, 0.5)),
    ("sun", [-1.0, 0.5, 9.0], (-1.0, 0.5, 9.0)),
]


@pytest.mark.parametrize(("name", "sent", "wanted"), CHANGES)
def test_what_a_viewer_changes_is_asked_for_and_read(both, name, sent, wanted):
    renderer, viewer = both
    call, before = define(renderer)[name]
    assert call() == before
    viewer.send_control(name, sent)
    until(lambda: call() == wanted)
    if name != "reset":  # a press is told once
        assert type(call()) is type(before)
    events = iter(lambda: renderer.read(1), None)
    event = next(e for e in events if e.kind == "control")
    assert (event.name, event.value) == (name, wanted)
    assert repr(event.value) == repr(wanted)  # also the types in a tuple
    assert event.viewer == viewer.session
    assert event.image == ""


def test_a_press_is_told_once(both):
    renderer, viewer = both
    assert renderer.button("reset") is False
    viewer.send_control("reset")
    viewer.send_control("reset")
    until(lambda: renderer.button("reset"))
    time.sleep(0.1)
    renderer.button("reset")  # the second, if it came a moment later
    assert renderer.button("reset") is False


SETTINGS = [
    ("gain", 2, 2.0, 2),
    ("gain", np.float32(2), 2.0, 2),
    ("count", np.int64(9), 9, 9),
    ("on", False, False, False),
    ("on", np.bool_(False), False, False),
    ("shown", "rgb", "rgb", 0),
    ("mode", Mode.NORMALS, Mode.NORMALS, 1),
    ("title", "neu", "neu", "neu"),
    ("sky", "#00f", (0.0, 0.0, 1.0), [0, 0, 1]),
    ("sky", (0, 0, 1), (0.0, 0.0, 1.0), [0, 0, 1]),
    ("glass", "#0000ff00", (0.0, 0.0, 1.0, 0.0), [0, 0, 1, 0]),
    ("sun", np.zeros(3, np.float32), (0.0, 0.0, 0.0), [0, 0, 0]),
]


@pytest.mark.parametrize(("name", "given", "wanted", "told"), SETTINGS)
def test_the_program_sets_values(both, name, given, wanted, told):
    renderer, viewer = both
    call, before = define(renderer)[name]
    renderer.set_control(name, given)
    assert call() == wanted != before
    until(lambda: viewer.value(name) == told)


def test_folders(both):
    renderer, viewer = both
    camera = renderer.folder("camera")
    lens = camera.folder("lens")
    assert lens.slider("fov", 1.0, 90.0, default=60.0) == 60.0
    assert renderer.slider("camera/lens/fov", 0.0, 1.0) == 60.0
    until(lambda: "camera/lens/fov" in viewer.controls)
    assert viewer.controls["camera/lens/fov"]["max"] == 90.0
    lens.set_control("fov", 30)
    assert renderer.folder("camera/lens").slider("fov", 1.0, 90.0) == 30.0
    assert repr(lens) == "Folder('camera/lens')"
    assert lens.remove_control() == 1


def test_removed_controls_are_defined_anew(renderer):
    folder = renderer.folder("a")
    assert renderer.slider("x", 0.0, 1.0) == 0.0
    assert folder.slider("x", 0.0, 1.0) == 0.0
    assert renderer.slider("a/x", 0.0, 1.0) == 0.0
    with pytest.raises(rv.NameError):
        renderer.checkbox("x")
    assert renderer.remove_control("x") == 1
    assert renderer.checkbox("x", True) is True
    assert renderer.remove_control("a") == 1
    assert folder.slider("x", 5.0, 6.0) == 5.0
    assert renderer.slider("a/x", 0.0, 1.0) == 5.0
    assert renderer.remove_control() == 2
    assert renderer.remove_control() == 0
    with pytest.raises(rv.NameError, match="leave it out to remove all"):
        renderer.remove_control("")
    with pytest.raises(rv.NameError, match="leave it out"):
        folder.remove_control("")


def test_what_is_not_removed_stays_known(both):
    renderer, viewer = both
    calls = define(renderer)
    renderer.checkbox("a/x")
    assert renderer.remove_control("a") == 1
    renderer.set_control("mode", Mode.NORMALS)
    assert calls["mode"][0]() is Mode.NORMALS
    viewer.send_control("shown", 0)
    event = next(e for e in iter(lambda: renderer.read(5), None) if e.kind == "control")
    assert event.value == "rgb"


def test_an_event_of_what_had_its_name_before(both):
    renderer, viewer = both
    for name in ("number", "press"):
        renderer.text(name)
        viewer.send_control(name, "x")
    until(lambda: renderer.text("press") == "x")
    renderer.remove_control()
    renderer.slider("number", 0.0, 1.0)
    renderer.button("press")
    events = (e for e in iter(lambda: renderer.read(5), None) if e.kind == "control")
    assert [next(events).value, next(events).value] == ["x", "x"]


def test_plots_and_labels(both):
    renderer, viewer = both
    for value in (1, NAN, np.float64(2.5)):
        renderer.plot("loss", value)
        time.sleep(0.03)
    renderer.label("state", "step 1")
    renderer.label("state", {"step": 2})
    until(lambda: viewer.value("loss") == [1.0, None, 2.5])
    until(lambda: viewer.value("state") == "{'step': 2}")


@pytest.mark.parametrize(
    ("error", "call"),
    [
        (rv.NameError, lambda v: v.checkbox("slider")),
        (rv.NameError, lambda v: v.folder("a").checkbox("slider")),
        (rv.NameError, lambda v: v.slider("", 0, 1)),
        (rv.NameError, lambda v: v.slider("a//b", 0, 1)),
        (rv.NameError, lambda v: v.slider("n" * 129, 0, 1)),
        (rv.NameError, lambda v: v.button(SURROGATE)),
        (rv.NameError, lambda v: v.button("a\0b")),
        (rv.NameError, lambda v: v.button(3)),
        (rv.NameError, lambda v: v.button(["a"])),
        (rv.NameError, lambda v: v.folder(None)),
        (rv.NameError, lambda v: v.set_control("nowhere", 1)),
        (rv.NameError, lambda v: v.set_control(["a"], 1)),
        (rv.NameError, lambda v: v.remove_control(SURROGATE)),
        (rv.InvalidError, lambda v: v.slider("q", NAN, 1)),
        (rv.InvalidError, lambda v: v.slider("q", 0.0, float("inf"))),
        (rv.InvalidError, lambda v: v.slider("q", 1, 0)),
        (rv.InvalidError, lambda v: v.slider("q", 0, 1, default=2)),
        (rv.InvalidError, lambda v: v.slider("q", 0, 1, default=NAN)),
        (rv.InvalidError, lambda v: v.slider("q", "0", 1)),
        (rv.InvalidError, lambda v: v.slider("q", 0, None)),
        (rv.InvalidError, lambda v: v.slider("q", 0.0, 1.0, log=True)),
        (rv.InvalidError, lambda v: v.slider("q", 0, 1, step=-1)),
        (rv.InvalidError, lambda v: v.slider("q", 0, 1, help=SURROGATE)),
        (rv.LimitError, lambda v: v.slider("q", 0, 1, help="h" * 1025)),
        (rv.InvalidError, lambda v: v.checkbox("q", "yes")),
        (rv.InvalidError, lambda v: v.dropdown("q", "abc")),
        (rv.InvalidError, lambda v: v.dropdown("q", 3)),
        (rv.InvalidError, lambda v: v.dropdown("q", [])),
        (rv.InvalidError, lambda v: v.dropdown("q", ["a", "a"])),
        (rv.InvalidError, lambda v: v.dropdown("q", ["a", 1])),
        (rv.InvalidError, lambda v: v.dropdown("q", ["a", SURROGATE])),
        (rv.InvalidError, lambda v: v.dropdown("q", ["a"], "b")),
        (rv.InvalidError, lambda v: v.dropdown("q", Mode, "COLOR")),
        (rv.InvalidError, lambda v: v.text("q", 3)),
        (rv.InvalidError, lambda v: v.text("q", SURROGATE)),
        (rv.InvalidError, lambda v: v.text("q", "x" * 4097)),
        (rv.InvalidError, lambda v: v.color("q", "red")),
        (rv.InvalidError, lambda v: v.color("q", "#12345")),
        (rv.InvalidError, lambda v: v.color("q", (1, 0))),
        (rv.InvalidError, lambda v: v.color("q", (255, 0, 0))),
        (rv.InvalidError, lambda v: v.vector3("q", 1.0)),
        (rv.InvalidError, lambda v: v.vector3("q", (1, 2, "x"))),
        (rv.InvalidError, lambda v: v.vector3("q", (1, 2, NAN))),
        (rv.InvalidError, lambda v: v.plot("q", "x")),
        (rv.InvalidError, lambda v: v.plot("q", None)),
        (rv.InvalidError, lambda v: v.label("q", SURROGATE)),
        (rv.LimitError, lambda v: v.label("q", "x" * 4097)),
        (rv.InvalidError, lambda v: v.set_control("slider", "x")),
        (rv.InvalidError, lambda v: v.set_control("slider", NAN)),
        (rv.InvalidError, lambda v: v.set_control("slider", 9)),
        (rv.InvalidError, lambda v: v.set_control("choice", "z")),
        (rv.InvalidError, lambda v: v.set_control("color", (1, 1, 1, 1))),
    ],
)
def test_what_is_wrong_has_a_sentence_and_defines_nothing(renderer, error, call):
    renderer.slider("slider", 0.0, 1.0)
    renderer.slider("a/slider", 0.0, 1.0)
    renderer.dropdown("choice", ["x"])
    renderer.color("color")
    for _ in range(2):  # what failed isn't remembered
        with pytest.raises(error) as caught:
            call(renderer)
        assert len(str(caught.value)) > 20
    assert renderer.remove_control() == 4


def test_there_is_a_most(renderer):
    for n in range(256):
        renderer.button(f"b{n}")
    with pytest.raises(rv.LimitError):
        renderer.button("one more")
    assert renderer.button("b0") is False


def test_closed():
    with rv.listen("127.0.0.1:0", quiet=True) as renderer:
        renderer.slider("x", 0.0, 1.0)
        renderer.vector3("y")
    for call in (
        lambda: renderer.slider("x", 0.0, 1.0),
        lambda: renderer.vector3("y"),
        lambda: renderer.button("z"),
        lambda: renderer.set_control("x", 1),
        renderer.remove_control,
    ):
        with pytest.raises(rv.ClosedError, match=r"rv\.listen"):
            call()


def test_disabled_gives_defaults():
    with rv.listen(enabled=False) as off:
        first = {name: value for name, (_, value) in define(off).items()}
        again = {name: value for name, (_, value) in define(off).items()}
        assert first == again
        assert first["sky"] == (1.0, 128 / 255, 0.0)
        assert (first["count"], first["mode"], first["title"]) == (4, Mode.COLOR, "häuser")
        assert off.folder("a").checkbox("b", True) is True
        assert off.button("reset") is False
        assert off.remove_control() == 0


@pytest.mark.parametrize(("name", "given", "wanted", "told"), SETTINGS)
def test_disabled_gives_what_was_set(name, given, wanted, told):
    with rv.listen(enabled=False) as off:
        call, before = define(off)[name]
        off.set_control(name, given)
        assert call() == wanted != before
        assert type(call()) is type(before)
        assert define(off)[name][1] == wanted
        off.folder("a").slider("x", 0.0, 1.0)
        off.set_control("a/x", 0.5)
        assert off.folder("a").slider("x", 0.0, 1.0) == off.slider("a/x", 0.0, 1.0) == 0.5
        off.remove_control("a")
        assert (off.slider("a/x", 0.0, 1.0), call()) == (0.0, wanted)
        off.remove_control()
        assert call() == before


def test_64_threads_share_controls(both):
    renderer, viewer = both
    wrong, stop = [], threading.Event()

    def ask(number):
        folder = renderer.folder(f"f{number % 8}")
        while not stop.is_set():
            value = renderer.vector3("sun")
            if len(set(value)) != 1:
                wrong.append(value)
            text = renderer.text("title", "a" * 100)
            if len(set(text)) != 1:
                wrong.append(text)
            folder.slider(f"s{number}", 0.0, 1.0)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(64)]
    for thread in threads:
        thread.start()
    for n in range(200):
        viewer.send_control("sun", [float(n)] * 3)
        viewer.send_control("title", chr(97 + n % 26) * (1 + n))
        time.sleep(0.002)
    stop.set()
    for thread in threads:
        thread.join(10)
    assert not wrong
    until(lambda: renderer.vector3("sun") == (199.0, 199.0, 199.0))
