"""What a session costs a loop that keeps all cores busy.

    python bench/pacing.py [--seconds 6] [--rounds 5] [--budget 0.05]

One iteration is a product of matrices on all cores. Counted are iterations a second without
a session; with one that nobody watches; and watched by `rvtool recv`, whose camera turns
all the time, with `wants(budget)` once an iteration and images of 640 x 480 pixels that take
about 10 ms to make. They take turns, and ratios of a round's neighbours are printed: wanted
are 0.99 unwatched and 0.93 watched. The viewer runs on this machine at the lowest priority: it
stands for one elsewhere.
"""

from __future__ import annotations

import argparse
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

    def __init__(self) -> None:
        random = np.random.default_rng(1)
        self.a = random.random((700, 700), np.float32)
        self.b = random.random((700, 700), np.float32)
        self.base = random.random((SIZE[1], SIZE[0], 3), np.float32)
        self.looking, self.images = 0.0, 0

    def step(self) -> None:
        np.dot(self.a, self.b)

    def render(self, camera: rv.Camera) -> np.ndarray:
        image = self.base + float(camera.c2w[0, 3]) * 0.01
        return np.sqrt(np.clip(image, 0, 1))

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


def round_of(loop: Loop, seconds: float, budget: float) -> tuple[float, float]:
    """The two ratios of one round: without, unwatched, watched, without."""
    before = loop.rate(seconds, nothing)
    with rv.listen("127.0.0.1:0", quiet=True, size=SIZE) as viewer:
        look = watched(loop, viewer, budget)
        alone = loop.rate(seconds, look)
        command = ["nice", "-n", "19", str(RVTOOL), "recv", viewer.address]
        command += ["--camera", "orbit", "--json", "--hash=false"]
        tool = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while not viewer.connected:
                time.sleep(0.01)
            seen = loop.rate(seconds, look)
        finally:
            tool.terminate()
            tool.wait()
    after = loop.rate(seconds, nothing)
    plain = (before + after) / 2
    return alone / plain, seen / plain


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=6.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--budget", type=float, default=0.05)
    options = parser.parse_args()
    loop = Loop()
    loop.rate(1, nothing)
    alone, seen = zip(
        *(round_of(loop, options.seconds, options.budget) for _ in range(options.rounds))
    )
    share = 100 * loop.looking / (options.seconds * options.rounds)
    each = 1000 * loop.looking / max(1, loop.images)
    print("pacing: a busy loop with a session, of its iterations a second without one:")
    print(f"  nobody watches   {statistics.median(alone):.3f}  (wanted 0.99)   {spread(alone)}")
    label = f"watched at {options.budget:g}"
    print(f"  {label:<15}  {statistics.median(seen):.3f}  (wanted 0.93)   {spread(seen)}")
    print(f"  {loop.images} images of {each:.1f} ms took {share:.1f} % of the watched time")


def spread(ratios: tuple[float, ...]) -> str:
    return f"{min(ratios):.3f} to {max(ratios):.3f}"


if __name__ == "__main__":
    main()
