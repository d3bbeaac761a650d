"""Runs a program that sends an image with librv, receives it, and compares it.

python exercise.py RVTOOL COMMAND...

COMMAND is exercise.c, built, with what it takes to run it here.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import threading

WIDTH, HEIGHT = 33, 21  # the image that exercise.c sends
SECONDS = 120  # Wine's first start takes a while


def gradient() -> bytes:
    return bytes(
        (7 * x + 11 * y + 80 * c) % 256
        for y in range(HEIGHT)
        for x in range(WIDTH)
        for c in range(3)
    )


def received(rvtool: str, address: str) -> list[str]:
    """Returns the hashes of the one list that rvtool gets."""
    command = [rvtool, "recv", address, "--json", "--count", "1"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=60, check=True)
    # Lines of controls and values may stand between.
    lists = [line for line in map(json.loads, done.stdout.splitlines()) if "images" in line]
    return [image["sha256"] for image in lists[0]["images"]]


def main() -> None:
    rvtool, *command = sys.argv[1:]
    subprocess.run(command, check=True, timeout=SECONDS, stdout=subprocess.DEVNULL)  # nobody looks
    with subprocess.Popen([*command, "wait"], stdout=subprocess.PIPE, text=True) as sender:
        watch = threading.Timer(SECONDS, sender.kill)
        watch.start()
        try:
            assert sender.stdout is not None
            address = sender.stdout.readline().strip()
            assert address, "wanted the program to print where it listens, it printed nothing"
            hashes = received(rvtool, address)
            code = sender.wait()
        finally:
            watch.cancel()
            sender.kill()
    wanted = hashlib.sha256(gradient()).hexdigest()
    assert hashes == [wanted], f"wanted one image of SHA-256 {wanted}, rvtool got {hashes}"
    assert code == 0, f"wanted exit code 0, found {code}"


if __name__ == "__main__":
    main()
