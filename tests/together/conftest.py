"""Real programs joined: rvviewer and rvtool on one side, renderers on the other."""

from __future__ import annotations

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

ROOT = Path(__file__).resolve().parents[2]
RVTOOL = ROOT / "build" / "bin" / "rvtool"
RVVIEWER = ROOT / "build" / "bin" / "rvviewer"
PATIENCE = 60.0  # seconds, for a busy machine

# A shell that starts the tests in the background has its children ignore Ctrl-C, which
# programs would inherit; some tests send it.
signal.signal(signal.SIGINT, signal.default_int_handler)

T = TypeVar("T")


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def until(what: str, look: Callable[[], T]) -> T:
    """The first true answer of look."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.02)
    pytest.fail(f"waited {PATIENCE:.0f} s in vain for {what}")


def xdotool(*arguments: str) -> str:
    return subprocess.run(
        ["xdotool", *arguments], check=True, capture_output=True, text=True
    ).stdout


class Program:
    """A process, the JSON lines that it prints, and what it says on stderr."""

    def __init__(self, *command: str, **environment: str) -> None:
        self.process = subprocess.Popen(
            [str(c) for c in command],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
        )
        self.queue: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self.words: list[str] = []
        self.controls: dict[str, list[int]] = {}  # of an rvviewer: left, top, width, height
        self.threads = [
            threading.Thread(target=self._lines, daemon=True),
            threading.Thread(target=self._words, daemon=True),
        ]
        for t in self.threads:
            t.start()

    def text(self) -> str:
        """The next line, of a program that prints words."""
        return str(self.line()["text"])

    def _lines(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            try:
                found = json.loads(line)
            except json.JSONDecodeError:
                found = {"text": line.strip()}
            if "controls" in found:
                self.controls = found["controls"]
            else:
                self.queue.put(found)

    def _words(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self.words.append(line.rstrip())

    def line(self, timeout: float = PATIENCE) -> dict[str, Any]:
        try:
            return self.queue.get(timeout=timeout)
        except queue.Empty:
            pytest.fail(f"{self.process.args} printed nothing more; it said {self.words[-20:]}")

    def drain(self) -> int:
        """Throws away the lines that have come, and counts them."""
        n = 0
        while not self.queue.empty():
            self.queue.get()
            n += 1
        return n

    def place(self, name: str) -> list[int]:
        """Where a control stands, once the layout has come to rest."""
        until(f"the control {name!r}", lambda: name in self.controls)
        seen, since = self.controls, time.monotonic()
        while time.monotonic() - since < 0.7:
            time.sleep(0.02)
            if self.controls != seen:
                seen, since = self.controls, time.monotonic()
        return seen[name]

    def press(self, name: str) -> None:
        """Clicks a control in rvviewer's control window with the mouse."""
        left, top, width, height = self.place(name)
        found = xdotool("search", "--onlyvisible", "--name", "^remoteviewer$").split()[-1]
        at = [str(left + width // 2), str(top + height // 2)]
        xdotool("mousemove", "--window", found, *at)
        time.sleep(0.3)
        xdotool("mousedown", "1")
        time.sleep(0.2)
        xdotool("mouseup", "1")
        time.sleep(0.3)
        xdotool("mousemove", "--window", found, "3", "3")

    def choose(self, name: str, done: Callable[[], object]) -> None:
        """Presses a control whose second press does no harm, until it has worked."""
        for _ in range(4):
            self.press(name)
            end = time.monotonic() + 10
            while time.monotonic() < end:
                if done():
                    return
                time.sleep(0.05)
        pytest.fail(f"pressed {name!r} in vain; the controls are {self.controls}")

    def said(self, words: str) -> None:
        until(f"{words!r}, not only {self.words}", lambda: any(words in w for w in self.words))

    def kill(self) -> None:
        """As a crash would."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        for t in self.threads:
            t.join(10)
        return code


@pytest.fixture
def start() -> Iterator[Callable[..., Program]]:
    """Starts programs that are ended after the test."""
    running: list[Program] = []

    def run(*command: Any, **environment: str) -> Program:
        program = Program(*command, **environment)
        running.append(program)
        return program

    yield run
    for program in running:
        program.stop()


@pytest.fixture
def viewer(start: Callable[..., Program], tmp_path: Path) -> Callable[..., Program]:
    """Starts an rvviewer with settings of its own, which says what stands on its screen."""

    def run(*arguments: Any) -> Program:
        return start(RVVIEWER, "--dump", "-", *arguments, XDG_CONFIG_HOME=str(tmp_path))

    return run


@pytest.fixture
def renderer(start: Callable[..., Program]) -> Callable[..., Program]:
    """Starts a Python renderer that prints a JSON line now and then."""

    def run(code: str, *arguments: Any) -> Program:
        return start(sys.executable, "-c", code, *arguments)

    return run
