"""A set of gaussians, and the .ply files in which gaussian-splatting keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]

SH_0 = 0.28209479177387814


@dataclass
class Gaussians:
    """N gaussians.

    Attributes:
        means: (N, 3), world units.
        sh: (N, (degree + 1)^2, 3), coefficients of R, G, B; display values are half + their sum.
        opacity: (N,), 0 to 1.
        scales: (N, 3), standard deviations along their own axes, world units.
        rotations: (N, 4), quaternions w x y z of length 1, from their own axes to the world's.
    """

    means: Array
    sh: Array
    opacity: Array
    scales: Array
    rotations: Array

    @property
    def degree(self) -> int:
        return round(float(self.sh.shape[1] ** 0.5)) - 1

    def __len__(self) -> int:
        return len(self.means)

    def covariances(self) -> Array:
        """(N, 3, 3), world units squared."""
        axes = matrices(self.rotations) * self.scales[:, None, :]
        return axes @ axes.transpose(0, 2, 1)


def matrices(q: Array) -> Array:
    """Rotation matrices (N, 3, 3) of quaternions (N, 4), w x y z of length 1."""
    w, x, y, z = q.T
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    return np.array(rows, np.float32).transpose(2, 0, 1)


def harmonics(degree: int, directions: Array) -> Array:
    """The basis (N, (degree + 1)^2) at directions (N, 3) of length 1."""
    x, y, z = directions.T
    xx, yy, zz = x * x, y * y, z * z
    basis = [SH_0 * np.ones_like(x)]
    if degree >= 1:
        basis += [c * v for c, v in zip((-1, 1, -1), 0.4886025119029199 * np.array([y, z, x]))]
    if degree >= 2:
        basis += [1.0925484305920792 * x * y, -1.0925484305920792 * y * z]
        basis += [0.31539156525252005 * (2 * zz - xx - yy), -1.0925484305920792 * x * z]
        basis += [0.5462742152960396 * (xx - yy)]
    if degree >= 3:
        basis += [-0.5900435899266435 * y * (3 * xx - yy), 2.890611442640554 * x * y * z]
        basis += [-0.4570457994644658 * y * (4 * zz - xx - yy)]
        basis += [0.3731763325901154 * z * (2 * zz - 3 * xx - 3 * yy)]
        basis += [-0.4570457994644658 * x * (4 * zz - xx - yy)]
        basis += [1.445305721320277 * z * (xx - yy), -0.5900435899266435 * x * (xx - 3 * yy)]
    return np.stack(basis, axis=1).astype(np.float32)


def _names(rest: int) -> list[str]:
    names = ["x", "y", "z", "nx", "ny", "nz", *(f"f_dc_{i}" for i in range(3))]
    names += [f"f_rest_{i}" for i in range(rest)] + ["opacity"]
    return names + [f"scale_{i}" for i in range(3)] + [f"rot_{i}" for i in range(4)]


def write_ply(path: str | Path, g: Gaussians) -> None:
    """Writes what gaussian-splatting's train.py writes; the normals are zeros, as there."""
    coefficients = g.sh.shape[1] - 1
    columns = {name: np.zeros(len(g), "<f4") for name in _names(3 * coefficients)}
    for i in range(3):
        columns["xyz"[i]], columns[f"f_dc_{i}"] = g.means[:, i], g.sh[:, 0, i]
        columns[f"scale_{i}"] = np.log(g.scales[:, i])
        for k in range(coefficients):  # channel by channel
            columns[f"f_rest_{i * coefficients + k}"] = g.sh[:, 1 + k, i]
    for i in range(4):
        columns[f"rot_{i}"] = g.rotations[:, i]
    columns["opacity"] = np.log(g.opacity / (1 - g.opacity))
    lines = ["ply", "format binary_little_endian 1.0", f"element vertex {len(g)}"]
    lines += [f"property float {name}" for name in columns]
    body = np.stack(list(columns.values()), axis=1).astype("<f4")
    Path(path).write_bytes("\n".join([*lines, "end_header", ""]).encode() + body.tobytes())


def read_ply(path: str | Path) -> Gaussians:
    """Reads such a file. Raises ValueError that says what was wanted and found."""
    content = Path(path).read_bytes()
    end = content.find(b"end_header\n")
    if not content.startswith(b"ply\n") or end < 0:
        raise ValueError(f"{path}: wanted a .ply with a header")
    lines = [line.split() for line in content[:end].decode("ascii", "replace").splitlines()]
    if ["format", "binary_little_endian", "1.0"] not in lines:
        raise ValueError(f"{path}: wanted the format binary_little_endian 1.0")
    counts = [line[1:] for line in lines if line and line[0] == "element"]
    names = [line[-1] for line in lines if line[:2] == ["property", "float"]]
    rest = sum(name.startswith("f_rest_") for name in names)
    missing = sorted(set(_names(rest)) - {"nx", "ny", "nz"} - set(names))
    if len(counts) != 1 or counts[0][0] != "vertex" or rest not in (0, 9, 24, 45) or missing:
        raise ValueError(
            f"{path}: wanted gaussian-splatting's vertices of floats, with 0, 9, 24 or 45 "
            f"properties f_rest_*; missing: {', '.join(missing) or 'none'}, f_rest_*: {rest}"
        )
    body, count = content[end + len(b"end_header\n") :], int(counts[0][1])
    if len(body) != count * len(names) * 4:
        wanted = f"wanted {count * len(names) * 4} bytes after the header, found {len(body)}"
        raise ValueError(f"{path}: {wanted}")
    values = np.frombuffer(body, "<f4").reshape(count, len(names))
    if not np.isfinite(values).all():
        bad, column = np.argwhere(~np.isfinite(values))[0]
        raise ValueError(f"{path}: gaussian {bad}: wanted a finite {names[column]}")
    return _of_columns({name: values[:, i] for i, name in enumerate(names)}, rest // 3)


def _of_columns(columns: dict[str, Array], coefficients: int) -> Gaussians:
    def stack(*names: str) -> Array:
        return np.stack([columns[name] for name in names], axis=1).astype(np.float32)

    sh = [stack("f_dc_0", "f_dc_1", "f_dc_2")]
    for k in range(coefficients):
        sh.append(stack(*(f"f_rest_{i * coefficients + k}" for i in range(3))))
    rotations = stack("rot_0", "rot_1", "rot_2", "rot_3")
    return Gaussians(
        means=stack("x", "y", "z"),
        sh=np.stack(sh, axis=1),
        opacity=1 / (1 + np.exp(-columns["opacity"])),
        scales=np.exp(stack("scale_0", "scale_1", "scale_2")),
        rotations=rotations / np.linalg.norm(rotations, axis=1, keepdims=True),
    )
