"""The library and rvtool as they were built. Tests fail without them, none is skipped."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import plain
import pytest
import remoteviewer as rv

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = Path(rv.__file__).resolve().parents[1]
RVTOOL = Path(os.environ.get("RV_TOOL", ROOT / "build" / "bin" / "rvtool"))

# A shell that starts the tests in the background has its children ignore Ctrl-C, which
# programs would inherit; some tests send it.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch, tmp_path):
    """No test depends on how the caller's shell is set up."""
    for name in ("RV_ADDRESS", "RV_DISABLE", "RV_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def viewer():
    """A plain viewer that listens."""
    with plain.PlainViewer().listen() as one:
        yield one


class Recv:
    """`rvtool recv`, and the JSON lines that it prints."""

    def __init__(self, *arguments):
        assert RVTOOL.is_file(), f"{RVTOOL} isn't built: make tool"
        self.process = subprocess.Popen(
            [str(RVTOOL), "recv", "--json", *map(str, arguments)],
            stdout=subprocess.PIPE,
            text=True,
        )
        self.lines: queue.Queue[dict] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(json.loads(line))

    def next(self, timeout=20):
        """The next list."""
        return self.lines.get(timeout=timeout)

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


@pytest.fixture
def recv():
    """Starts `rvtool recv` with arguments."""
    started = []

    def start(*arguments):
        started.append(Recv(*arguments))
        return started[-1]

    yield start
    for one in started:
        one.close()


def free_port():
    """A port that nobody listens at."""
    with plain.PlainViewer().listen() as one:
        return one.port


def run_python(code, *, check=True, timeout=60, **environment):
    """Runs a script in a Python of its own; returns it with its output and `seconds`."""
    full = {**os.environ, "PYTHONPATH": os.pathsep.join([str(PACKAGE), str(Path(__file__).parent)])}
    full.update(environment)
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code], env=full, capture_output=True, text=True, timeout=timeout
    )
    done.seconds = time.monotonic() - start
    if check:
        assert done.returncode == 0, done.stderr
    return done


def until(condition, timeout=10, what="the condition"):
    """Waits until something holds."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, f"{what} didn't come true within {timeout} s"
        time.sleep(0.005)


@contextlib.contextmanager
def at_most(seconds):
    """Fails when the block takes longer."""
    start = time.monotonic()
    yield
    took = time.monotonic() - start
    assert took <= seconds, f"took {took:.3f} s, wanted at most {seconds} s"
