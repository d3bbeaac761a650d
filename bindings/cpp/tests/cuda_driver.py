"""The CUDA C++ example, where there was a compiler for it and there is a device."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import NoReturn

import rv1
from rv1 import same, want

# What the CUDA runtime calls a machine that it can't be used on.
NO_DEVICE = ("no CUDA-capable device", "driver version is insufficient", "unknown error")


def skip(why: str) -> NoReturn:
    print(f"skipped: {why}", file=sys.stderr)
    raise SystemExit(77)


def test_cuda(*programs: str) -> None:
    """A sphere that is coloured by its normals, out of the device's memory."""
    if not programs:
        skip("CMake found no CUDA compiler (nvcc): of cuda_gradient only the C++ is checked")
    program = programs[0]
    skip_without_device(program)
    with rv1.listening(program) as port, rv1.Viewer("127.0.0.1", port) as viewer:
        seq = viewer.look((0, 0, -4), 63, 35, 40)
        image = viewer.pictures(seq)[1]["gradient"]
        same("the image", (image.head["width"], image.head["channels"]), (63, list("RGBA")))
        # The sphere's front: its normal is along -z.
        for channel, value in enumerate((0.5, 0.5, 0.0, 1.0)):
            found = image.at(31, 17, channel)
            want(abs(found - value) < 1e-3, f"channel {channel} ahead {value}, found {found}")
        want(image.at(0, 17) < 0.5 < image.at(62, 17), "x to the right")
        want(image.at(31, 0, 1) < 0.5 < image.at(31, 34, 1), "y down")


def skip_without_device(program: str) -> None:
    """An example that finds no device says so at once, and ends."""
    environment = {**os.environ, "RV_DISABLE": "1"}  # it ends at once also where there is one
    done = subprocess.run(
        [program], stderr=subprocess.PIPE, env=environment, timeout=60, check=False, text=True
    )
    if done.returncode == 1 and any(words in done.stderr for words in NO_DEVICE):
        skip(f"no CUDA device: {done.stderr.strip()}")
    same(f"the end of a disabled session, after {done.stderr!r}", done.returncode, 0)
