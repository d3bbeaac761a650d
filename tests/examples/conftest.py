"""Runs the examples as a newcomer does: the script in one terminal, a viewer in the other."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
RVTOOL = ROOT / "build" / "bin" / "rvtool"
PATIENCE = 120.0  # seconds, for a busy machine
SKIPPED = 77  # an example's exit code where something that it needs isn't there

# A shell that starts the tests in the background has its children ignore Ctrl-C, which
# programs would inherit; some tests send it.
signal.signal(signal.SIGINT, signal.default_int_handler)


class Example:
    """A running example: where it listens, and what it prints."""

    def __init__(self, *command: Any) -> None:
        self.process = subprocess.Popen(
            [str(c) for c in command],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        self.words: list[str] = []
        self.printed: list[str] = []
        self.threads = [
            threading.Thread(target=self._keep, args=pair, daemon=True)
            for pair in (
                (self.process.stderr, self.words),
                (self.process.stdout, self.printed),
            )
        ]
        for t in self.threads:
            t.start()

    def _keep(self, stream: Any, lines: list[str]) -> None:
        for line in stream:
            lines.append(line.rstrip())

    def address(self) -> str:
        """Where it listens, as it says itself. Skips the test where it says that it can't run."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            for line in list(self.words):
                if found := re.search(r"rvviewer (\S+:\d+)", line):
                    return found[1]
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        self.join()
        if self.process.poll() == SKIPPED:
            pytest.skip(" ".join(self.words[-1:]))
        pytest.fail(f"{self.process.args} did not say where it listens: {self.words}")

    def join(self) -> None:
        for t in self.threads:
            t.join(5)

    def look(self, count: int, *options: Any, camera: str = "orbit") -> list[dict[str, Any]]:
        """What a viewer that orbits gets: `count` lists."""
        command = [RVTOOL, "recv", self.address(), "--json", "--count", count, *options]
        if camera:
            command += ["--camera", camera]
        done = subprocess.run(
            [str(c) for c in command], capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        assert done.returncode == 0, (done.stderr, self.words)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        return [line for line in lines if "images" in line]

    @contextmanager
    def watched(self, camera: str = "orbit") -> Iterator[list[str]]:
        """A viewer that looks on until the block ends: the lines that it prints."""
        command = [RVTOOL, "recv", self.address(), "--json", "--camera", camera]
        lines: list[str] = []
        with subprocess.Popen(
            [str(c) for c in command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as process:
            reader = threading.Thread(target=self._keep, args=(process.stdout, lines), daemon=True)
            reader.start()
            try:
                yield lines
            finally:
                process.terminate()
                reader.join(5)

    def stop(self) -> int:
        """As Ctrl-C does. The exit code; an example may end by KeyboardInterrupt."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            code = self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        self.join()
        return code


@contextmanager
def example(*command: Any) -> Iterator[Example]:
    """An example that runs until the block ends."""
    run = Example(*command)
    try:
        yield run
    finally:
        run.stop()


def python(script: str, *arguments: Any) -> list[Any]:
    """The command of a Python example in the environment of the tests."""
    return [sys.executable, EXAMPLES / script, *arguments]


def torch_python(script: Path | str, *arguments: Any) -> list[Any]:
    """The same with the system's Python, where torch may be: PyPI's torch is some gigabytes."""
    paths = f"import sys; sys.path.insert(0, {str(ROOT / 'bindings/python')!r}); "
    code = paths + f"import runpy; sys.argv[0] = {str(EXAMPLES / script)!r}; "
    code += "sys.path.insert(0, sys.argv[0].rpartition('/')[0]); "
    code += "runpy.run_path(sys.argv[0], run_name='__main__')"
    return ["/usr/bin/python3", "-c", code, *arguments]
