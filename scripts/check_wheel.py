"""Sends an image from an installed remoteviewer to `rvtool recv` and compares it.

python check_wheel.py RVTOOL
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


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def received(rvtool: str, image: np.ndarray) -> dict[str, object]:
    """Return what rvtool says of the one list that it gets."""
    address = f"127.0.0.1:{free_port()}"
    command = [rvtool, "recv", "--listen", address, "--json", "--count", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as tool:
        try:
            with rv.connect(address) as viewer:
                viewer.show(wheel=image)
                out, _ = tool.communicate(timeout=30)
        finally:
            tool.kill()
    return json.loads(out.splitlines()[0])


def loaded(name: str) -> list[str]:
    """Return the files of this process whose names contain name."""
    lines = Path("/proc/self/maps").read_text().splitlines()
    return sorted({line.split()[-1] for line in lines if name in line})


def main() -> None:
    image = np.random.default_rng(1).integers(0, 256, (37, 53, 3), dtype=np.uint8)
    images = received(sys.argv[1], image)["images"]
    wanted = hashlib.sha256(image.tobytes()).hexdigest()
    found = [i.get("sha256") for i in images]
    assert found == [wanted], f"wanted one image of SHA-256 {wanted}, rvtool got {images}"
    for name in ("librv", "libturbojpeg"):
        files = loaded(name)
        assert files, f"wanted {name} to be loaded, found none"
        assert all(f.startswith(sys.prefix) for f in files), f"{name} from outside: {files}"
    print(f"check-wheel: remoteviewer {rv.__version__} sent an image; {loaded('librv')[0]}")


if __name__ == "__main__":
    main()
