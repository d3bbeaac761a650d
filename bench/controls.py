"""What a lookup of a control costs, from C and from Python, and asking whether to render.

    .venv/bin/python bench/controls.py [--json]

The best of many short runs of one thread each, nobody connected: what disturbs them is the
machine. Wanted are at most 300 ns from C and 1.5 us from Python. The C side is built by the
C compiler that CC names, else cc.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import timeit
from collections.abc import Callable
from pathlib import Path

import remoteviewer as rv

ROOT = Path(__file__).resolve().parents[1]
CALLS, RUNS = 2_000, 80
LOOKUPS = ("slider", "checkbox", "dropdown", "button", "text", "color", "vector3")
WANTED_C, WANTED_PYTHON = 300, 1500


def from_c() -> dict[str, float]:
    """Nanoseconds a call of each function, from C."""
    library = ROOT / "build" / "lib"
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "controls"
        source = ROOT / "bench" / "controls.c"
        flags = ["-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", f"-I{ROOT / 'include'}"]
        linked = [f"-L{library}", f"-Wl,-rpath,{library}", "-lrv", "-lm"]
        compiler = os.environ.get("CC", "cc")
        subprocess.run([compiler, *flags, str(source), "-o", str(program), *linked], check=True)
        out = subprocess.run([str(program)], check=True, stdout=subprocess.PIPE, text=True).stdout
    return {name: float(ns) for name, ns in (line.split() for line in out.splitlines())}


def from_python() -> dict[str, float]:
    """Nanoseconds a call of each method, from Python."""
    with rv.listen("127.0.0.1:0", quiet=True) as v:
        folder = v.folder("camera")
        calls = {
            "slider": lambda: v.slider("exposure", 0.0, 8.0, default=1.0),
            "checkbox": lambda: v.checkbox("on", True),
            "dropdown": lambda: v.dropdown("shown", ["rgb", "depth"]),
            "button": lambda: v.button("reset"),
            "text": lambda: v.text("title", "untitled"),
            "color": lambda: v.color("sky", (1.0, 1.0, 1.0)),
            "vector3": lambda: v.vector3("sun"),
            "plot": lambda: v.plot("loss", 0.5),
            "label": lambda: v.label("state", "step 1"),
            "wants": lambda: v.wants(budget=0.05),
            "gate": v.gate,
            "in a folder": lambda: folder.slider("fov", 1.0, 90.0),
        }
        nothing = best(lambda: None)
        return {name: best(call) - nothing for name, call in calls.items()}


def best(call: Callable[[], object]) -> float:
    """Nanoseconds a call, of the best run."""
    return min(timeit.repeat(call, number=CALLS, repeat=RUNS)) / CALLS * 1e9


def main() -> int:
    parser = argparse.ArgumentParser(description="What a lookup of a control costs.")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of words")
    options = parser.parse_args()
    c, python = from_c(), from_python()
    if options.json:
        print(json.dumps({"c_ns": c, "python_ns": python}))
    else:
        print(f"{'':12}  from C   from Python   (ns a call)")
        for name, ns in python.items():
            print(f"{name:12}  {c.get(name, float('nan')):6.0f}   {ns:11.0f}")
        print(f"wanted of the first {len(LOOKUPS)}: at most {WANTED_C} and {WANTED_PYTHON}")
    slow = [n for n in LOOKUPS if c[n] > WANTED_C or python[n] > WANTED_PYTHON]
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
