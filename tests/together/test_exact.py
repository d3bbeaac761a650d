"""What a renderer gave is what the textures hold, bit by bit."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import remoteviewer as rv
from conftest import ROOT, free_port

RANDOM_IMAGES = ROOT / "build" / "cmake" / "bindings" / "cpp" / "tests" / "random_images"


def laid_out(
    rng: np.random.Generator, kind: str, dtype: str, height: int, width: int
) -> np.ndarray:
    """Random values of every bit pattern but NaN, in memory that is not simply packed."""
    raw = rng.integers(0, 256, (height * 2, width * 3, 3, 4), dtype=np.uint8)
    values = raw.view({"u1": "u1", "u2": "<u2", "f2": "<f2", "f4": "<f4"}[dtype])[..., 0]
    values = np.nan_to_num(values, nan=0.5) if dtype[0] == "f" else values
    return {
        "packed": np.ascontiguousarray(values[:height, :width]),
        "rows": values[:height, :width],
        "stepped": values[::2, ::3][:height, :width],
        "bottom-up": values[:height, :width][::-1],
        "mirrored": values[:height, :width][:, ::-1],
        "bgr": values[:height, :width, ::-1],
        "fortran": np.asfortranarray(values[:height, :width]),
    }[kind]


@pytest.mark.parametrize("codec", [None, "lz4", "zstd"])
def test_python_to_textures(viewer, codec):
    port = free_port()
    shown = viewer("--listen", f"127.0.0.1:{port}")
    rng = np.random.default_rng(3)
    kinds = ["packed", "rows", "stepped", "bottom-up", "mirrored", "bgr", "fortran"]
    with rv.connect(f"127.0.0.1:{port}", codec=codec, quiet=True) as renderer:
        for n, dtype in enumerate(["u1", "u2", "f2", "f4"]):
            images = {kind: laid_out(rng, kind, dtype, *rng.integers(1, 90, 2)) for kind in kinds}
            color = "data" if dtype[0] == "u" else "linear"
            given = {kind: rv.Image(a, color=color) for kind, a in images.items()}
            renderer.send_images(given, meta={"n": n})
            line = shown.line()
            while line["meta"] != {"n": n}:
                line = shown.line()
            assert [i["name"] for i in line["images"]] == kinds
            for image in line["images"]:
                wanted = hashlib.sha256(np.ascontiguousarray(images[image["name"]]).tobytes())
                assert image["sha256"] == wanted.hexdigest(), (dtype, image)


def test_cpp_to_textures(start, viewer, tmp_path):
    sender = start(RANDOM_IMAGES, tmp_path, "2", "11")
    address = sender.text()
    shown = viewer("--listen", "none", address)
    compared = 0
    for _ in range(2):
        line = shown.line()
        originals = json.loads(
            (tmp_path / "list.json").read_text().splitlines()[line["meta"]["list"]]
        )
        for image in line["images"]:
            if not image["window"] or "sha256" not in image:
                continue
            (original,) = (o for o in originals if o["name"] == image["name"])
            if original["channels"] != len(image["channels"]):
                continue  # a window shows some of many channels
            pixels = (Path(tmp_path) / original["file"]).read_bytes()
            assert image["sha256"] == hashlib.sha256(pixels).hexdigest(), original
            compared += 1
    assert compared >= 10
