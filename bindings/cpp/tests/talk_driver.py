"""Controls, events, picks, the gate and pacing of the C++ wrapper, from the viewer's side."""

from __future__ import annotations

import contextlib
import json
import subprocess
import threading
from collections.abc import Iterator
from typing import Any

import rv1
from rv1 import same, want


class Talk:
    """The program `talk`, with what it has said so far."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process, self.port = process, port
        self.said: list[dict[str, Any]] = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(json.loads(line))

    def values(self) -> dict[str, Any]:
        """Its controls' values, as it said last."""
        return next((line for line in reversed(self.said) if "slider" in line), {})

    def events(self, kind: str) -> list[dict[str, Any]]:
        return [line for line in self.said if line.get("event") == kind]


@contextlib.contextmanager
def talking(program: str, *arguments: str) -> Iterator[tuple[Talk, rv1.Viewer]]:
    command, pipe = [program, *arguments], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline().rsplit(":", 1)[1])
            with rv1.Viewer("127.0.0.1", port) as viewer:
                yield Talk(process, port), viewer
        finally:
            process.kill()


def test_talk(program: str) -> None:
    test_controls(program)
    test_events(program)
    test_gate(program)
    test_wants(program)


DEFINED = {
    "label": ("label", "words"),
    "slider": ("slider", 2),
    "folder/log": ("slider", 1),
    "checkbox": ("checkbox", False),
    "dropdown": ("dropdown", 1),
    "text": ("text", "at first"),
    "color": ("color", [1, 0.5, 0]),
    "rgba": ("color", [0, 0, 0, 0.5]),
    "vector3": ("vector3", [1, 2, 3]),
    "button": ("button", None),
}
CHANGED: dict[str, Any] = {
    "slider": 9.25,
    "folder/log": 0.03125,
    "checkbox": True,
    "dropdown": 2,
    "text": 'a "quoted" \\ line\t\u00e9\u20ac',
    "color": [0.125, 0.25, 1],
    "rgba": [1, 0, 0.5, 0.25],
    "vector3": [-1e9, 0, 1e-9],
}


def test_controls(program: str) -> None:
    with talking(program, "controls") as (talk, viewer):
        viewer.until("all controls", lambda: set(DEFINED) <= set(viewer.controls))
        for name, (kind, value) in DEFINED.items():
            item = viewer.controls[name]
            same(f"{name} as", (item["kind"], item["value"]), (kind, value))
        check_definitions(viewer)
        for name, value in CHANGED.items():
            viewer.set_control(name, value)
        wanted = {name.rsplit("/", 1)[-1]: value for name, value in CHANGED.items()}
        viewer.until("the changed values in C++", lambda: talk.values() == wanted)
        viewer.until("an event each", lambda: len(talk.events("control")) >= len(CHANGED))
        heard = {line["name"]: line["value"] for line in talk.events("control")}
        same("control events with", {name: heard.get(name) for name in CHANGED}, CHANGED)
        viewer.set_control("slider", 11)  # beyond its end: as nothing
        viewer.set_control("button")
        viewer.until("a press", lambda: {"pressed": True} in talk.said)
        same("a slider that stayed", talk.values()["slider"], 9.25)
        viewer.until("plot values", lambda: len(viewer.controls["plot"]["value"]) > 8)
        plot = viewer.controls["plot"]["value"]
        want(plot[0] is None and plot[-1] > 3, f"a gap, then numbers in the plot, found {plot}")
        check_program_changes(talk, viewer)


def check_definitions(viewer: rv1.Viewer) -> None:
    names = [name for name in viewer.controls if name in DEFINED]
    same("the order", names[:3], ["label", "color", "rgba"])
    slider, log = viewer.controls["slider"], viewer.controls["folder/log"]
    same("a range", (slider.get("min", 0), slider["max"]), (0, 10))
    same("options", (log["log"], log["help"], log["min"]), (True, "moves by factors", 0.01))
    same("choices", viewer.controls["dropdown"]["choices"], ["a", "b", "c"])
    channels = [viewer.controls[name]["channels"] for name in ("color", "rgba")]
    same("channels", channels, [3, 4])


def check_program_changes(talk: Talk, viewer: rv1.Viewer) -> None:
    """What the program changes arrives here, also in a viewer that comes later."""
    viewer.event("key", "rgb", 0, 0, key="s", phase="begin")
    viewer.until("a slider set", lambda: viewer.controls["slider"]["value"] == 7.5)
    viewer.until("a text set", lambda: viewer.controls["text"]["value"] == 'said "so"\t')
    viewer.until("a color set", lambda: viewer.controls["color"]["value"] == [0, 0, 1])
    with rv1.Viewer("127.0.0.1", talk.port) as late:
        late.until("controls for a late viewer", lambda: "button" in late.controls)
        same("its slider", late.controls["slider"]["value"], 7.5)
        late.set_control("slider", 3)
        viewer.until("both in step", lambda: viewer.controls["slider"]["value"] == 3)
    viewer.event("key", "rgb", 0, 0, key="r", phase="begin")
    viewer.until("a folder removed", lambda: {"removed": 1} in talk.said)
    log = lambda: viewer.controls.get("folder/log", {}).get("value")  # noqa: E731
    viewer.until("it back at first", lambda: log() == 1)
    viewer.event("key", "rgb", 0, 0, key="q", phase="begin")
    same("the program to end with", talk.process.wait(timeout=20), 0)


def test_events(program: str) -> None:
    with talking(program, "controls") as (talk, viewer):
        viewer.until("picks wanted", lambda: viewer.picks)
        ray = {"origin": [0, 0, -4], "direction": [0, 0.6, 0.8]}
        place = {**ray, "depth": 4.0, "point": [0, 3, 0], "list": 7, "stream": "other"}
        viewer.event("click", "rgb", 3.5, 4.25, button="middle", modifiers=["ctrl", "alt"], **place)
        viewer.event(
            "drag", "rgb", -2, 1e4, button="left", modifiers=["shift"], phase="move", **ray
        )
        viewer.event("key", "rgb", 0.5, 0.5, key="F5", phase="end", modifiers=["super"])
        viewer.until("three events", lambda: talk.events("key"))
        same(
            "a click",
            talk.events("click"),
            [seen("click", 3.5, 4.25, place, button=3, modifiers=6)],
        )
        found = seen("drag", -2, 1e4, ray, button=1, modifiers=1, phase=2)
        same("a drag", talk.events("drag"), [found])
        same(
            "a key", talk.events("key"), [seen("key", 0.5, 0.5, {}, modifiers=8, phase=3, key="F5")]
        )
        viewer.event("pick", "rgb", 1.25, 2.5, id=41, **ray)
        viewer.until("an answer", lambda: 41 in viewer.answers)
        viewer.event("pick", "void", 1.25, 2.5, id=42)
        viewer.until("another", lambda: 42 in viewer.answers)
        same("answers", viewer.answers, {41: {"gaussian": 1207, "at": [1.25]}, 42: None})
        viewer.send("want", mode="continuous", closed=[{"stream": "other", "name": "a \u00e9"}])
        viewer.event("key", "rgb", 0, 0, key="c", phase="begin")
        viewer.until("closed", lambda: {"closed": ["a \u00e9", None]} in talk.said)
        viewer.event("key", "rgb", 0, 0, key="p", phase="begin")
        viewer.until("picks not wanted", lambda: not viewer.picks)


def seen(kind: str, x: float, y: float, place: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An event as the program tells it."""
    line = {"event": kind, "name": "rgb", "stream": "", "list": 0, "x": x, "y": y, "depth": None}
    line.update({"origin": None, "direction": None, "point": None, "button": 0, "modifiers": 0})
    return {**line, "phase": 0, "key": "", **place, **more}


def test_gate(program: str) -> None:
    with talking(program, "gate") as (talk, viewer):
        rounds = lambda: sum("round" in line for line in talk.said)  # noqa: E731
        looked = lambda: [line["looked"] for line in talk.said if "looked" in line]  # noqa: E731
        viewer.until("rounds", lambda: rounds() > 3)
        viewer.set_control("gate", 0)
        stopped = settled(viewer, rounds)
        viewer.look((0, 0, -4), 31, 17, 20)
        viewer.until("a look while paused", lambda: 31 in looked())
        viewer.look((0, 0, -4), 37, 17, 20)
        viewer.until("another look", lambda: 37 in looked())
        same("paused at round", settled(viewer, rounds), stopped)
        same("looks at each camera once", looked().count(37), 1)
        viewer.set_control("gate", 1)
        same("one step further", settled(viewer, rounds), stopped + 1)
        same("paused again", viewer.controls["gate"]["value"], 0)
        viewer.set_control("gate", 5)
        same("five further", settled(viewer, rounds), stopped + 6)
        viewer.set_control("gate", -1)
        viewer.until("running again", lambda: rounds() > stopped + 16)
        viewer.set_control("gate", 0)
        settled(viewer, rounds)
        assert talk.process.stdin is not None
        talk.process.stdin.close()  # closes the viewer
        talk.process.wait(timeout=20)
        talk.reader.join(timeout=20)
        same("a paused gate to end with", talk.said[-1], {"ended": "closed"})


def settled(viewer: rv1.Viewer, count: Any) -> int:
    """A count when it has stopped to change."""
    last = -1
    while last != count():
        last = count()
        viewer.idle(0.4)
    return int(last)


def test_wants(program: str) -> None:
    with talking(program, "wants", "0.2") as (talk, viewer):
        viewer.look((0, 0, -4), 31, 17, 20)
        viewer.until("its share", lambda: any("share" in line for line in talk.said))
        share, images = talk.said[0]["share"], talk.said[0]["images"]
        want(0.1 < share < 0.23, f"about 0.2 of the time for viewers, found {share}")
        want(images > 10, f"images all the time, found {images}")
        with contextlib.suppress(ConnectionError):  # it ends when it has said so
            viewer.until("its end", lambda: any("again" in line for line in talk.said))
        talk.reader.join(timeout=20)
        want(talk.said[1]["again"] <= 1, f"a still camera once, found {talk.said[1]}")


def test_example(program: str) -> None:
    """The example's sliders change its images."""
    with rv1.listening(program) as port, rv1.Viewer("127.0.0.1", port) as viewer:
        viewer.until("a plot with values", lambda: viewer.controls.get("middle", {}).get("value"))
        names = ("wavelength", "sources/apart", "color", "restart", "speed", "middle", "gate")
        same("controls", sorted(viewer.controls), sorted(names))
        viewer.set_control("sources/apart", 0)
        viewer.set_control("color", [1, 0, 0])
        images = check_images(
            viewer, lambda waves, energy: waves.at(5, 5, 1) == 0 and energy.at(300, 9) == 1
        )
        same("windows", sorted(images), ["energy", "waves"])
        viewer.set_control("wavelength", 40)
        viewer.set_control("sources/apart", 100)
        check_images(viewer, lambda waves, energy: energy.at(300, 9) != 1)
        viewer.set_control("speed", 0)
        viewer.set_control("restart")
        # At time 0 both are sin(2 pi r / wavelength), of a distance of 50 in the middle.
        check_images(viewer, lambda waves, energy: abs(waves.at(160, 120) - 1) < 1e-4)


def check_images(viewer: rv1.Viewer, condition: Any, lists: int = 200) -> dict[str, rv1.Picture]:
    """The first list that meets a condition on waves and energy."""
    for _ in range(lists):
        images = viewer.images(*viewer.receive("images"))
        if condition(images["waves"], images["energy"]):
            return images
    raise SystemExit(f"wanted images as the sliders say within {lists} lists")
