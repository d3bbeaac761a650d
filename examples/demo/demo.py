"""The main job, side by side: the viewer, and Mitsuba 3 rendering what its camera sees.

`make demo` runs it. With a display it stays open until the viewer is closed. Without
one, or with DEMO_SECONDS=n, it runs on a screen in memory, orbits the camera with real
mouse drags, saves build/demo.png, and fails unless both windows followed the camera.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from pathlib import Path
from typing import Any

from desk import Desk

ROOT = Path(__file__).resolve().parents[2]
PICTURE = ROOT / "build" / "demo.png"
SECONDS = 40.0  # without a display
WINDOWS = ("color", "depth")
PICTURED = (0.05, 0.025)  # how far the camera is dragged in the picture, of the window's size


class Watch:
    """What the viewer says of each list that stands on its screen."""

    def __init__(self, lines: Any) -> None:
        self.times: deque[float] = deque(maxlen=600)
        self.ages: deque[float] = deque(maxlen=600)
        self.views: dict[str, set[str]] = {name: set() for name in WINDOWS}
        self.cameras: set[int] = set()
        self.thread = threading.Thread(target=self._read, args=(lines,), daemon=True)
        self.thread.start()

    def _read(self, lines: Any) -> None:
        for text in lines:
            shown = json.loads(text)
            if "images" not in shown:
                continue
            self.times.append(time.monotonic())
            if shown.get("camera_ms"):
                self.ages.append(shown["camera_ms"])
            if not shown["camera_mine"]:
                continue
            self.cameras.add(shown["camera_seq"])
            for image in shown["images"]:
                if image["window"] and image.get("sha256") and image["name"] in self.views:
                    self.views[image["name"]].add(image["sha256"])

    def rate(self) -> float:
        now = time.monotonic()
        return sum(now - t <= 2 for t in list(self.times)) / 2

    def age(self) -> float | None:
        ages = sorted(list(self.ages)[-60:])
        return ages[len(ages) // 2] if ages else None

    def line(self) -> str:
        age = self.age()
        return (
            f"{self.rate():5.1f} frames/s, camera to image {age:.0f} ms"
            if age
            else f"{self.rate():5.1f} frames/s"
        )

    def verdict(self) -> str | None:
        """What is wrong, None when both windows followed the camera."""
        if len(self.cameras) < 5:
            return f"only {len(self.cameras)} cameras came back as images, wanted 5 and more"
        for name, seen in self.views.items():
            if len(seen) < 5:
                return f"the window {name!r} showed {len(seen)} different images, wanted 5 and more"
        return None


def free_port(wanted: int) -> int:
    """The usual port where it is free, else any."""
    for port in (wanted, 0):
        with socket.socket() as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                s.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(s.getsockname()[1])
    raise SystemExit("demo: no free port")


def orbit(desk: Desk, watch: Watch, until: float) -> None:
    """Drags in the colour window, to and fro, until so many seconds before the end."""
    while (box := desk.window("color - ")) is None and time.monotonic() < until:
        time.sleep(0.2)
    print('       dragging the mouse in the window "color"', flush=True)
    ways = [(0.09, 0.03), (-0.14, -0.05), (0.02, 0.06), (0.03, -0.04)]
    at = (0.0, 0.0)
    for way in ways * 100:
        if box is None or time.monotonic() > until:
            break
        desk.sweep(box, way)
        at = (at[0] + way[0], at[1] + way[1])
        time.sleep(0.3)
        print("      ", watch.line(), flush=True)
    if box:  # end where the picture is best
        desk.sweep(box, (PICTURED[0] - at[0], PICTURED[1] - at[1]))


def start(desk: Desk | None, address: str) -> tuple[subprocess.Popen[str], subprocess.Popen[bytes]]:
    environment = desk.environment if desk else None
    command = [str(ROOT / "build" / "bin" / "rvviewer"), "--listen", address]
    viewer = subprocess.Popen(
        [*command, "--dump", "-"], stdout=subprocess.PIPE, text=True, env=environment
    )
    renderer = subprocess.Popen(
        [sys.executable, str(ROOT / "examples" / "mitsuba_cornell.py"), "--connect", address]
    )
    return viewer, renderer


def stop(process: subprocess.Popen[Any]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def attended(viewer: subprocess.Popen[str], watch: Watch) -> int:
    """Until the person closes the viewer."""
    print(
        "       in an image window: left drag orbits, right drag pans, the wheel moves, H helps",
        flush=True,
    )
    while viewer.poll() is None:
        time.sleep(2)
        print("      ", watch.line(), end="\r", flush=True)
    print()
    return viewer.returncode


def unattended(desk: Desk, viewer: subprocess.Popen[str], watch: Watch, seconds: float) -> int:
    """Orbits, lets the image become clean, takes the picture, and judges."""
    end = time.monotonic() + seconds
    orbit(desk, watch, end - seconds * 0.4)
    desk.move(desk.size[0] - 2, desk.size[1] - 2)
    moving = watch.line()
    while time.monotonic() < end and viewer.poll() is None:
        time.sleep(0.2)
    PICTURE.parent.mkdir(exist_ok=True)
    desk.picture(PICTURE)
    if viewer.poll() is not None:
        print(f"demo: the viewer ended with exit code {viewer.returncode}", file=sys.stderr)
        return 1
    if wrong := watch.verdict():
        print(f"demo: {wrong}", file=sys.stderr)
        return 1
    seen = " and ".join(f"{len(views)} of {name}" for name, views in watch.views.items())
    print(
        f"demo: ok: {len(watch.cameras)} cameras came back, as {seen} different images; "
        f"while moving {moving.strip()}"
    )
    print(f"demo: the desktop is in {PICTURE.relative_to(ROOT)}")
    return 0


def main() -> int:
    seconds = os.environ.get("DEMO_SECONDS", "")
    display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    desk = None if display and not seconds else Desk()
    address = f"127.0.0.1:{free_port(12345)}"
    print(
        f"demo:  the viewer listens at {address}; Mitsuba 3 renders its Cornell box for it",
        flush=True,
    )
    viewer, renderer = start(desk, address)
    watch = Watch(viewer.stdout)
    try:
        if desk:
            return unattended(desk, viewer, watch, float(seconds or SECONDS))
        return attended(viewer, watch)
    except KeyboardInterrupt:
        return 130
    finally:
        stop(renderer)
        stop(viewer)
        if desk:
            desk.close()


if __name__ == "__main__":
    raise SystemExit(main())
