"""A desk without a screen: Xvfb, its mouse (xdotool) and its camera (ImageMagick)."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path


class Desk:
    """An X server of its own, 1440 x 790 pixels, ended by `close`."""

    size = (1440, 790)

    def __init__(self) -> None:
        for tool in ("Xvfb", "xdotool", "import"):
            if not shutil.which(tool):
                raise SystemExit(
                    f"demo: {tool} is missing: `make demo` or scripts/deps.sh headless installs it"
                )
        read, write = os.pipe()
        screen = f"{self.size[0]}x{self.size[1]}x24"
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", screen, "-nolisten", "tcp"],
            pass_fds=[write],
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(read) as f:
            number = f.readline().strip()  # written when the server is ready
        if not number:
            raise SystemExit("demo: Xvfb did not start")
        self.environment = {**os.environ, "DISPLAY": f":{number}"}
        self.environment.pop("WAYLAND_DISPLAY", None)
        self._paint()

    def _paint(self) -> None:
        """A quiet colour behind the windows; without ImageMagick's display it stays black."""
        if shutil.which("display"):
            gradient = ["-size", f"{self.size[0]}x{self.size[1]}", "gradient:#39414f-#171b22"]
            command = ["display", "-window", "root", *gradient]
            subprocess.run(command, env=self.environment, check=False, stderr=subprocess.DEVNULL)

    def window(self, title: str) -> tuple[int, int, int, int] | None:
        """Left, top, width and height of the window whose title begins so; None: there is none."""
        found = self._xdotool("search", "--onlyvisible", "--name", f"^{title}").split()
        if not found:
            return None
        shell = dict(
            line.split("=")
            for line in self._xdotool("getwindowgeometry", "--shell", found[0]).split()
        )
        return int(shell["X"]), int(shell["Y"]), int(shell["WIDTH"]), int(shell["HEIGHT"])

    def drag(self, start: tuple[float, float], way: tuple[float, float], seconds: float) -> None:
        """Presses the left button at start, moves by way evenly, and lets go."""
        steps = max(1, round(seconds * 30))
        self._xdotool("mousemove", *map(str, map(round, start)), "mousedown", "1")
        for i in range(1, steps + 1):
            x, y = (round(start[k] + way[k] * i / steps) for k in (0, 1))
            self._xdotool("mousemove", str(x), str(y))
            time.sleep(seconds / steps)
        self._xdotool("mouseup", "1")

    def sweep(self, window: tuple[int, int, int, int], way: tuple[float, float]) -> None:
        """Drags from a window's middle, by way in units of its size, in 1.5 s."""
        left, top, width, height = window
        middle = (left + width / 2, top + height / 2)
        self.drag(middle, (way[0] * width, way[1] * height), 1.5)

    def move(self, x: float, y: float) -> None:
        self._xdotool("mousemove", str(round(x)), str(round(y)))

    def picture(self, file: Path) -> None:
        subprocess.run(["import", "-window", "root", str(file)], env=self.environment, check=True)

    def close(self) -> None:
        self.server.terminate()
        self.server.wait()

    def _xdotool(self, *arguments: str) -> str:
        done = subprocess.run(
            ["xdotool", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout
