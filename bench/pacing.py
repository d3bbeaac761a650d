"""What a session costs a loop that keeps all cores busy.

    python bench/pacing.py [--seconds 0.7] [--rounds 30] [--budget 0.05]

One iteration is a product of matrices on all cores. Counted are iterations a second without
a session; with one that nobody watches; and watched by `rvtool recv`, whose camera turns
all the time, with `wants(budget)` once an iteration and images of 640 x 480 pixels that take
some 10 ms to make (--passes). They take turns, and the median of the ratios of neighbours
is printed: wanted are 0.99 unwatched and 0.93 watched. The viewer runs on this machine at
the lowest priority, and is stopped meanwhile: it stands for one elsewhere.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import remoteviewer as rv

RVTOOL = Path(__file__).resolve().parents[1] / "build" / "bin" / "rvtool"
SIZE = (640, 480)


class Loop:
    """The work, and what is done for viewers."""

    def __init__(self, passes: int) -> None:
        self.passes = passes  # over an image, to make it
        random = np.random.default_rng(1)
        self.a = random.random((700, 700), np.float32)
        self.b = random.random((700, 700), np.float32)
        self.base = random.random((SIZE[1], SIZE[0], 3), np.float32)
        self.looking, self.images = 0.0, 0
        self.counted, self.shown = 0.0, 0  # of these, in what was measured
        self.viewer = 0.0  # processor time of the viewer meanwhile

    def step(self) -> None:
        np.dot(self.a, self.b)

    def render(self, camera: rv.Camera) -> np.ndarray:
        image = self.base + np.float32(camera.c2w[0, 3]) * np.float32(0.01)
        for _ in range(self.passes):
            np.sin(image, out=image)
        return image

    def rate(self, seconds: float, look: Callable[[], None]) -> float:
        """Iterations a second."""
        n, began = 0, time.perf_counter()
        while (took := time.perf_counter() - began) < seconds:
            self.step()
            look()
            n += 1
        return n / took


def nothing() -> None:
    pass


def watched(loop: Loop, viewer: rv.Viewer, budget: float) -> Callable[[], None]:
    def look() -> None:
        if (camera := viewer.wants(budget=budget)) is not None:
            began = time.perf_counter()
            viewer.show(loop.render(camera))
            loop.looking += time.perf_counter() - began
            loop.images += 1

    return look


class Watcher:
    """A viewer that can be held: `rvtool recv`, whose camera turns."""

    def __init__(self, address: str) -> None:
        command = ["nice", "-n", "19", str(RVTOOL), "recv", address]
        command += ["--camera", "orbit", "--json", "--hash=false"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def hold(self, held: bool) -> None:
        self.process.send_signal(signal.SIGSTOP if held else signal.SIGCONT)

    def end(self) -> None:
        self.hold(False)
        self.process.terminate()
        self.process.wait()

    def spent(self) -> float:
        """Seconds of processor time that it has taken."""
        words = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def measure(
    loop: Loop, seconds: float, rounds: int, budget: float
) -> tuple[list[float], list[float]]:
    """The ratios of neighbours: unwatched and watched against without a session."""
    alone: list[float] = []
    seen: list[float] = []
    silent = dict(quiet=True, size=SIZE)
    with rv.listen("127.0.0.1:0", **silent) as empty, rv.listen("127.0.0.1:0", **silent) as viewer:
        unwatched, look = watched(loop, empty, budget), watched(loop, viewer, budget)
        watcher = Watcher(viewer.address)
        try:
            while not viewer.connected:
                time.sleep(0.01)
            for _ in range(rounds):
                watcher.hold(True)
                plain = loop.rate(seconds, nothing)
                alone.append(loop.rate(seconds, unwatched) / plain)
                plain = loop.rate(seconds, nothing)
                watcher.hold(False)
                loop.rate(seconds / 2, look)  # until what was saved up of the budget is spent
                before = (loop.looking, loop.images)
                spent = watcher.spent()
                seen.append(loop.rate(seconds, look) / plain)
                loop.counted += loop.looking - before[0]
                loop.shown += loop.images - before[1]
                loop.viewer += watcher.spent() - spent
        finally:
            watcher.end()
    return alone, seen


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=0.7, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--passes", type=int, default=5, help="over an image: how long it takes")
    parser.add_argument("--budget", type=float, default=0.05)
    options = parser.parse_args()
    loop = Loop(options.passes)
    loop.rate(1, nothing)
    alone, seen = measure(loop, options.seconds, options.rounds, options.budget)
    share = 100 * loop.counted / (options.seconds * options.rounds)
    each = 1000 * loop.counted / max(1, loop.shown)
    print("pacing: a busy loop with a session, of its iterations a second without one:")
    print(f"  nobody watches   {statistics.median(alone):.3f}  (wanted 0.99)   {spread(alone)}")
    label = f"watched at {options.budget:g}"
    print(f"  {label:<15}  {statistics.median(seen):.3f}  (wanted 0.93)   {spread(seen)}")
    print(f"  {loop.shown} images of {each:.1f} ms took {share:.1f} % of the watched time")
    core = 100 * loop.viewer / (options.seconds * options.rounds)
    print(f"  the viewer itself took {core:.1f} % of a core meanwhile")


def spread(ratios: list[float]) -> str:
    low, _, high = statistics.quantiles(ratios, n=4)
    return f"half of them from {low:.3f} to {high:.3f}"


if __name__ == "__main__":
    main()
