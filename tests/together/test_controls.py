"""The controls of a script, by a real mouse: examples/controls.py in rvviewer's control window."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import pytest
from conftest import ROOT, Program, free_port, until, xdotool

MARGIN = 12  # pixels at the window's left that belong to nothing


class Panel:
    """The control window, and the values that come back with the images."""

    def __init__(self, shown: Program) -> None:
        self.shown = shown
        self.window = until("the control window", self._find)
        xdotool("windowfocus", self.window)

    def _find(self) -> str:
        found = xdotool("search", "--onlyvisible", "--name", "^remoteviewer$").split()
        return found[-1] if found else ""

    def now(self) -> dict[str, Any]:
        """What the script rendered with, in the newest image on the screen."""
        self.shown.drain()
        return dict(self.shown.line()["meta"])

    def height(self) -> int:
        words = xdotool("getwindowgeometry", "--shell", self.window).split()
        return next(int(w.removeprefix("HEIGHT=")) for w in words if w.startswith("HEIGHT="))

    def move(self, x: float, y: float) -> None:
        xdotool("mousemove", "--window", self.window, str(round(x)), str(round(y)))

    def reach(self, name: str) -> list[int]:
        """Scrolls by the wheel until a control is in sight."""
        for _ in range(30):
            left, top, width, height = self.shown.place(name)
            if top >= 4 and top + height <= self.height() - 4:
                return [left, top, width, height]
            self.move(MARGIN / 2, self.height() / 2)
            xdotool("click", "4" if top < 4 else "5")
        pytest.fail(f"{name!r} does not come into sight: {self.shown.controls}")

    def press(self, name: str) -> None:
        self.reach(name)
        self.shown.press(name)

    def choose(self, name: str, done: Callable[[], object]) -> None:
        """Presses what a busy machine may have missed, where twice does no harm."""
        self.reach(name)
        self.shown.choose(name, done)

    def drag(self, name: str, start: float, end: float) -> list[dict[str, Any]]:
        """Drags from one place of a control to another, from 0 to 1, and says what came."""
        left, top, width, height = self.reach(name)
        self.move(left + start * width, top + height / 2)
        time.sleep(0.3)
        xdotool("mousedown", "1")
        seen = []
        for i in range(1, 9):
            self.move(left + (start + (end - start) * i / 8) * width, top + height / 2)
            time.sleep(0.1)
            seen.append(self.now())
        xdotool("mouseup", "1")
        return seen

    def write(self, name: str, text: str, done: Callable[[], object]) -> None:
        """Types into a field, until what was typed has arrived."""
        for _ in range(4):
            self.press(name)
            xdotool("key", "ctrl+a")
            xdotool("type", "--delay", "60", text)
            time.sleep(0.3)
            xdotool("key", "Return")
            end = time.monotonic() + 5
            while time.monotonic() < end:
                if done():
                    return
        pytest.fail(f"typed {text!r} into {name!r} in vain; {self.now()}")


@pytest.fixture
def panel(start: Callable[..., Program], viewer: Callable[..., Program]) -> Panel:
    address = f"127.0.0.1:{free_port()}"
    start(sys.executable, ROOT / "examples" / "controls.py", address)
    shown = viewer("--listen", "none", address)
    shown.line()
    until("the controls", lambda: "control/exposure" in shown.controls)
    return Panel(shown)


def test_a_slider_is_dragged(panel: Panel) -> None:
    assert panel.now()["exposure"] == 1
    seen = [m["exposure"] for m in panel.drag("control/exposure", 0.3, 0.7)]
    assert len(set(seen)) > 3, seen  # values arrive while it is dragged
    middle = until("the value that was let go", lambda: settled(panel, "exposure"))
    assert 5 < middle < 6.3
    panel.drag("control/exposure", 0.7, 1.2)
    until("the end of the slider", lambda: panel.now()["exposure"] == 8)
    panel.write("control/exposure/number", "2.25", lambda: panel.now()["exposure"] == 2.25)
    panel.drag("control/waves", 0.3, 0.52)
    waves = until("waves", lambda: settled(panel, "waves"))
    assert waves == int(waves)
    assert 18 <= waves <= 24


def settled(panel: Panel, name: str) -> Any:
    """The value, when it doesn't change any more."""
    before = panel.now()[name]
    time.sleep(0.5)
    return before if panel.now()[name] == before else None


def test_choices_and_buttons(panel: Panel) -> None:
    assert panel.now()["shape"] == "rings"
    panel.choose("control/shape", lambda: "control/shape/saddle" in panel.shown.controls)
    panel.choose("control/shape/saddle", lambda: panel.now()["shape"] == "saddle")
    panel.press("control/ink/inverted")
    until("the checkbox", lambda: panel.now()["inverted"])
    panel.press("control/ink/inverted")
    until("the checkbox, again", lambda: not panel.now()["inverted"])
    until("some steps", lambda: panel.now()["step"] > 100)
    before = panel.now()["step"]
    panel.press("control/restart")
    until("the button", lambda: panel.now()["step"] < before)


def test_text_color_and_vector(panel: Panel) -> None:
    panel.press("control/title")
    xdotool("key", "ctrl+a")
    xdotool("type", "--delay", "60", "half")
    time.sleep(0.7)
    assert panel.now()["title"] == "ripples"  # not before it is done
    xdotool("key", "Escape")
    panel.write("control/title", "surf", lambda: panel.now()["title"] == "surf")
    red = [1, 0, 0.2]
    panel.write("control/ink/color/hex", "ff0033", lambda: panel.now()["color"] == red)
    panel.drag("control/ink/offset/y", 0.2, 1.4)
    x, y, z = until("the vector", lambda: settled(panel, "offset"))
    assert (x, z) == (0, 0)
    assert y > 0
    assert abs(y * 10 - round(y * 10)) < 1e-9  # in steps


def test_the_loop_is_held(panel: Panel) -> None:
    panel.press("gate/pause")
    stands = until("the loop to stand", lambda: standing(panel)) or 0
    panel.press("gate/step")
    assert until("a step", lambda: after(panel, stands)) == stands + 1
    panel.write("gate/rounds", "5", lambda: after(panel, stands + 1))
    assert until("five rounds", lambda: standing(panel)) == stands + 6
    panel.press("gate/run")
    until("five more", lambda: after(panel, stands + 10))
    assert until("it to stand", lambda: standing(panel)) == stands + 11
    panel.press("gate/pause")
    panel.shown.drain()
    until("the loop to run", lambda: panel.now()["step"] > stands + 40)


last: dict[int, int] = {}  # the newest step that a viewer showed, by its process


def newest(panel: Panel) -> int:
    """The newest step on the screen, also when nothing comes any more."""
    key = panel.shown.process.pid
    while not panel.shown.queue.empty():
        last[key] = panel.shown.line()["meta"]["step"]
    return last.get(key, 0)


def standing(panel: Panel) -> int | None:
    before = newest(panel)
    time.sleep(1.0)
    return before if newest(panel) == before else None


def after(panel: Panel, step: int) -> int | None:
    return newest(panel) if newest(panel) > step else None


def test_the_same_from_cpp(start: Callable[..., Program], viewer: Callable[..., Program]) -> None:
    address = f"127.0.0.1:{free_port()}"
    start(ROOT / "build" / "cmake" / "bindings" / "cpp" / "examples" / "controls_cpp", address)
    shown = viewer("--listen", "none", address)
    assert {i["name"] for i in shown.line()["images"]} == {"waves", "energy"}
    until("the controls", lambda: "control/wavelength" in shown.controls)
    panel = Panel(shown)
    assert panel.now()["wavelength"] == 20
    panel.drag("control/wavelength", 0.3, 1.2)
    until("the end of the slider", lambda: panel.now()["wavelength"] == 60)
    until("some time", lambda: panel.now()["time"] > 1)
    panel.press("control/restart")
    until("the button", lambda: panel.now()["time"] < 1)
    panel.press("gate/pause")
    until("the loop to stand", lambda: not moves(shown))


def moves(shown: Program) -> bool:
    """Whether lists come."""
    shown.drain()
    time.sleep(1.0)
    return not shown.queue.empty()
