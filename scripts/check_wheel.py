"""Sends an image from an installed remoteviewer to its rvtool and compares it.

python check_wheel.py [--bundled]

With --bundled everything that is loaded must come from the environment itself.
"""

from __future__ import annotations

import hashlib
import json
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import remoteviewer as rv

RVTOOL = Path(sys.prefix) / "bin" / "rvtool"


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def received(image: np.ndarray, codec: str) -> list[dict[str, object]]:
    """Return what rvtool says of the images of the one list that it gets."""
    address = f"127.0.0.1:{free_port()}"
    command = [RVTOOL, "recv", "--listen", address, "--json", "--count", "1", "--codec", codec]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as tool:
        try:
            with rv.connect(address, codec=codec) as viewer:
                viewer.show(wheel=image)
                out, _ = tool.communicate(timeout=30)
        finally:
            tool.kill()
    lists = [line for line in map(json.loads, out.splitlines()) if "images" in line]
    images: list[dict[str, object]] = lists[0]["images"]
    return images


def loaded(name: str) -> list[str]:
    """Return the files of this process whose names contain name."""
    lines = Path("/proc/self/maps").read_text().splitlines()
    return sorted({line.split()[-1] for line in lines if name in line})


def main() -> None:
    image = np.random.default_rng(1).integers(0, 256, (37, 53, 3), dtype=np.uint8)
    images = received(image, "raw")
    wanted = hashlib.sha256(image.tobytes()).hexdigest()
    found = [i.get("sha256") for i in images]
    assert found == [wanted], f"wanted one image of SHA-256 {wanted}, rvtool got {images}"
    smooth = np.repeat(np.arange(0, 240, dtype=np.uint8)[:, None, None], 320, 1).repeat(3, 2)
    images = received(smooth, "jpeg")
    assert [i.get("codec") for i in images] == ["jpeg"], f"wanted one as JPEG, rvtool got {images}"
    for name in ("librv", "libturbojpeg"):
        files = loaded(name)
        assert files, f"wanted {name} to be loaded, found none"
        if "--bundled" in sys.argv:
            assert all(f.startswith(sys.prefix) for f in files), f"{name} from outside: {files}"
    print(f"check-wheel: remoteviewer {rv.__version__} sent its images; {loaded('librv')[0]}")


if __name__ == "__main__":
    main()
