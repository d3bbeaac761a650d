"""Writes the camera files beside it, as the programs do that they are named after.

Each holds cameras around a scene; expected.json says at which pixel each of them sees
two points of the world. What is written and what is expected go different ways: the
files by matrices, the pixels by dot products with the camera's axes.

    python internal/camerafile/testdata/make.py
"""

from __future__ import annotations

import json
import math
import struct
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
POINTS = [(0.2, -0.1, 0.3), (-0.4, 0.5, 0.1)]


def axes(angle: float, height: float) -> tuple[np.ndarray, ...]:
    """Right, down, forward and the place of a camera that looks at about the origin."""
    eye = np.array([3 * math.cos(angle), height, 3 * math.sin(angle)])
    forward = np.array([0.1, 0, 0]) - eye
    forward /= np.linalg.norm(forward)
    right = np.cross([0, -1, 0], forward)  # the world's up is -y
    right = -right / np.linalg.norm(right)
    return right, np.cross(forward, right), forward, eye


def pixels(camera: tuple[np.ndarray, ...], lens: dict[str, float]) -> list[list[float]]:
    right, down, forward, eye = camera
    found = []
    for p in POINTS:
        d = np.array(p) - eye
        z = d @ forward
        found.append(
            [lens["fx"] * (d @ right) / z + lens["cx"], lens["fy"] * (d @ down) / z + lens["cy"]]
        )
    return found


def world_to_camera(camera: tuple[np.ndarray, ...]) -> np.ndarray:
    right, down, forward, eye = camera
    m = np.eye(4)
    m[:3, :3] = np.stack([right, down, forward])
    m[:3, 3] = -m[:3, :3] @ eye
    return m


def quaternion(r: np.ndarray) -> np.ndarray:
    """w x y z: the eigenvector of largest eigenvalue, as COLMAP's script finds it."""
    xx, yx, zx, xy, yy, zy, xz, yz, zz = r.flat
    k = np.array(
        [
            [xx - yy - zz, 0, 0, 0],
            [yx + xy, yy - xx - zz, 0, 0],
            [zx + xz, zy + yz, zz - xx - yy, 0],
            [yz - zy, zx - xz, xy - yx, xx + yy + zz],
        ]
    )
    values, vectors = np.linalg.eigh(k / 3)
    return vectors[[3, 0, 1, 2], np.argmax(values)]


def splatting(cameras: dict[str, Any], lens: dict[str, float]) -> list[dict[str, Any]]:
    entries = []
    for i, (name, camera) in enumerate(cameras.items()):
        m = np.linalg.inv(world_to_camera(camera))
        entries.append(
            {
                "id": i,
                "img_name": name,
                "width": 640,
                "height": 480,
                "position": m[:3, 3].tolist(),
                "rotation": m[:3, :3].tolist(),
                "fy": lens["fy"],
                "fx": lens["fx"],
            }
        )
    return entries


def gl_pose(camera: tuple[np.ndarray, ...]) -> list[list[float]]:
    right, down, forward, eye = camera
    m = np.eye(4)
    m[:3, :] = np.stack([right, -down, -forward, eye], axis=1)
    return m.tolist()


def frames(cameras: dict[str, Any], folder: str = "./images/") -> list[dict[str, Any]]:
    return [
        {"file_path": folder + name, "transform_matrix": gl_pose(c)} for name, c in cameras.items()
    ]


def colmap_text(where: Path, cameras: dict[str, Any], lens: dict[str, float]) -> None:
    where.mkdir(parents=True, exist_ok=True)
    k = "{fx} {fy} {cx} {cy}".format(**lens)
    (where / "cameras.txt").write_text(
        f"# Camera list\n7 OPENCV 640 480 {k} 0.01 -0.02 0 0\n3 PINHOLE 640 480 {k}\n"
    )
    text = "# Image list with two lines of data per image\n"
    for i, (name, camera) in enumerate(reversed(cameras.items())):
        m = world_to_camera(camera)
        numbers = " ".join(repr(float(v)) for v in [*quaternion(m[:3, :3]), *m[:3, 3]])
        points = "1.5 2.5 -1 3.0 4.0 17" if i % 2 else ""
        text += f"{i + 1} {numbers} {7 if i else 3} {name}\n{points}\n"
    (where / "images.txt").write_text(text)


def colmap_binary(where: Path, cameras: dict[str, Any], lens: dict[str, float]) -> None:
    where.mkdir(parents=True, exist_ok=True)
    k = [lens["fx"], lens["cx"], lens["cy"], 0.1]  # SIMPLE_RADIAL
    (where / "cameras.bin").write_bytes(
        struct.pack("<QIiQQ4d", 1, 12, 2, 640, 480, *k)  # one camera, number 12
    )
    out = struct.pack("<Q", len(cameras))
    for i, (name, camera) in enumerate(reversed(cameras.items())):
        m = world_to_camera(camera)
        out += struct.pack("<I4d3dI", i + 1, *quaternion(m[:3, :3]), *m[:3, 3], 12)
        out += name.encode() + b"\0" + struct.pack("<Q", i)
        out += b"".join(struct.pack("<ddq", 1.5, 2.5, -1) for _ in range(i))
    (where / "images.bin").write_bytes(out)


def main() -> None:
    cameras = {f"IMG {i:04}.JPG": axes(0.9 * i, 0.4 * i - 1.7) for i in range(5)}
    centre = {"fx": 600.0, "fy": 600.0, "cx": 320.0, "cy": 240.0}
    aslant = {"fx": 590.0, "fy": 610.0, "cx": 300.5, "cy": 251.25}
    angle = 2 * math.atan(320 / 600)
    files: dict[str, Any] = {
        "cameras.json": splatting(cameras, centre),
        "nerfstudio.json": {
            "w": 640, "h": 480, "fl_x": 590.0, "fl_y": 610.0, "cx": 300.5, "cy": 251.25, "k1": 0.01,
            "camera_model": "OPENCV",
            "applied_transform": [[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, -1, 0]],
            "frames": frames(cameras),
        },
        "own-lens.json": {
            "frames": [
                {**f, "w": 640.0, "h": 480.0, "fl_x": 590.0, "fl_y": 610.0}
                | {"cx": 300.5, "cy": 251.25}
                for f in frames(cameras)
            ]
        },
        "blender.json": {
            "camera_angle_x": angle,
            "frames": frames(cameras, "./train/"),
        },
    }  # fmt: skip
    for name, content in files.items():
        (HERE / name).write_text(json.dumps(content, indent=1) + "\n")
    colmap_text(HERE / "text", cameras, aslant)
    colmap_binary(HERE / "dataset" / "sparse" / "0", cameras, centre)
    expected = {
        "points": POINTS,
        "names": list(cameras),
        "centre": [pixels(c, centre) for c in cameras.values()],
        "aslant": [pixels(c, aslant) for c in cameras.values()],
    }
    (HERE / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    main()
